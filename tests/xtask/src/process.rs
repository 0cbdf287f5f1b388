//! Runs other programs: shown before they start, checked when they end, killed when they hang.

use crate::failure::Failure;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

const POLL_MS: u64 = 50;

/// Runs a program with its output going straight to the terminal.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    show(command);
    let status = command.stdin(Stdio::null()).status().map_err(|e| cannot_start(command, &e))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{}` failed ({status})", line_of(command)))) }
}

/// As `run`, but gives up after a while.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<(), Failure> {
    show(command);
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).spawn().map_err(|e| cannot_start(command, &e))?;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(Failure::new(format!("`{}` failed ({status})", line_of(command)))),
            Ok(None) if started.elapsed() < limit => thread::sleep(Duration::from_millis(POLL_MS)),
            Ok(None) => {
                stop(&mut child);
                return Err(Failure::new(format!("`{}` did not finish within {} s", line_of(command), limit.as_secs())));
            }
            Err(e) => return Err(Failure::new(format!("lost `{}`: {e}", line_of(command)))),
        }
    }
}

/// What a program prints, with the program's success beside it: a test runner fails and still has something to say.
pub struct Told {
    pub output: String,
    pub is_success: bool,
}

/// Runs a program, shows what it prints line by line, and keeps it.
pub fn tell(command: &mut Command) -> Result<Told, Failure> {
    show(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| cannot_start(command, &e))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let mut output = String::new();
    for line in lines {
        println!("{line}");
        output.push_str(&line);
        output.push('\n');
    }
    let status = child.wait().map_err(|e| Failure::new(format!("lost `{}`: {e}", line_of(command))))?;
    Ok(Told { output, is_success: status.success() })
}

fn forward(pipe: Option<impl Read + Send + 'static>, lines: mpsc::Sender<String>) {
    let Some(pipe) = pipe else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            line.clear();
            if lines.send(text).is_err() {
                return;
            }
        }
    });
}

/// The standard output of a quiet program, or nothing when it is missing or fails.
pub fn ask(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program as a reader would type it.
pub fn line_of(command: &Command) -> String {
    let mut line = file_name(command.get_program());
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

pub fn show(command: &Command) {
    println!("$ {}", line_of(command));
    // Through a pipe our line would otherwise come after the program's own.
    let _ = std::io::stdout().flush();
}

fn file_name(program: &std::ffi::OsStr) -> String {
    let path = std::path::Path::new(program);
    path.file_name().unwrap_or(program).to_string_lossy().into_owned()
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    let program = file_name(command.get_program());
    let failure = Failure::new(format!("cannot start `{program}`: {error}"));
    match program.as_str() {
        "node" | "npm" => failure.remedy("install Node.js 20.19 or newer (nodejs.org), npm comes with it"),
        "cargo" | "rustc" | "rustup" => failure.remedy("install Rust with rustup (rustup.rs)"),
        _ => failure,
    }
}

fn stop(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_stopped() {
        let failure = run_within(Command::new("sleep").arg("60"), Duration::from_millis(200)).unwrap_err();
        assert!(failure.to_string().contains("did not finish"));
    }

    #[test]
    fn a_missing_node_names_where_to_get_it() {
        let failure = run(Command::new("/nowhere/node").arg("--version")).unwrap_err();
        assert!(failure.to_string().contains("Node.js 20.19"));
    }

    #[test]
    fn both_outputs_of_a_program_are_kept_when_it_fails() {
        let told = tell(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"])).unwrap();
        assert!(!told.is_success && told.output.contains("one\n") && told.output.contains("two\n"));
    }
}
