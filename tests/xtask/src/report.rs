//! Runs the steps of a long command, times them, and says at the end how each went.

use crate::failure::Failure;
use crate::tally::Tally;
use std::time::{Duration, Instant};

/// What a step that went well has to say.
pub struct Done {
    pub note: String,
    pub tally: Tally,
}

impl Done {
    /// A step that checks one thing.
    pub fn one(note: impl Into<String>) -> Self {
        Self { note: note.into(), tally: Tally::ONE_PASSED }
    }
}

struct Line {
    name: &'static str,
    took: Duration,
    tally: Tally,
    result: Result<String, String>,
}

/// Which steps somebody asked for.
#[derive(Default)]
pub struct Choice {
    pub only: Vec<String>,
    pub without: Vec<String>,
}

impl Choice {
    fn has(&self, name: &str) -> bool {
        let is_named = |names: &[String]| names.iter().any(|n| n == name);
        !is_named(&self.without) && (self.only.is_empty() || is_named(&self.only))
    }
}

pub struct Report {
    choice: Choice,
    lines: Vec<Line>,
}

impl Report {
    pub fn new(choice: Choice) -> Self {
        Self { choice, lines: Vec::new() }
    }

    /// Runs a step. The next ones run even when it fails: one run should tell everything that is wrong.
    pub fn step(&mut self, name: &'static str, run: impl FnOnce() -> Result<Done, Failure>) {
        if !self.choice.has(name) {
            return;
        }
        println!("\n== {name}");
        let started = Instant::now();
        let (tally, result) = match run() {
            Ok(done) => (done.tally, Ok(done.note)),
            Err(failure) => {
                println!("{name} FAILED: {failure}");
                (failure.tally, Err(failure.to_string()))
            }
        };
        self.lines.push(Line { name, took: started.elapsed(), tally, result });
    }

    /// Prints the table and the one line that says it all.
    pub fn finish(self) -> Result<(), Failure> {
        let mut total = Tally::default();
        println!("\n{:<16} {:<7} {:>8}", "step", "result", "time");
        for line in &self.lines {
            total += line.tally;
            let (result, note) = match &line.result {
                Ok(note) => ("ok", note),
                Err(note) => ("FAILED", note),
            };
            println!(
                "{:<16} {result:<7} {:>6.1} s  {}",
                line.name,
                line.took.as_secs_f32(),
                note.lines().next().unwrap_or_default()
            );
        }
        let took: Duration = self.lines.iter().map(|line| line.took).sum();
        println!("{:<16} {:<7} {:>6.1} s\n", "everything", "", took.as_secs_f32());
        let failed: Vec<&str> = self.lines.iter().filter(|line| line.result.is_err()).map(|line| line.name).collect();
        println!("{} passed, {} failed", total.passed, total.failed);
        if failed.is_empty() {
            return Ok(());
        }
        Err(Failure::new(format!("these steps failed: {}", failed.join(", ")))
            .remedy(format!("`cargo xtask test --only {}` runs them alone", failed.join(","))))
    }
}
