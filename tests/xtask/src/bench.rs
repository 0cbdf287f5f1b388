//! `cargo xtask bench`: every benchmark, in one table, with the machine it ran on.

use crate::cargo::cargo;
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;
use std::fs;

pub const HELP: &str = "
Builds the benchmark programs of the tests crate (tests/load) in release, runs one after the other, and prints their figures as one
table. The machine should have nothing else to do. A word after `bench` runs only the programs whose name holds it.

A benchmark program prints a line per figure: `figure | name | value | goal`. Other lines are shown and not collected.
";

pub fn run(workspace: &Workspace, args: &[String]) -> Result<(), Failure> {
    let names: Vec<String> =
        programs(workspace)?.into_iter().filter(|name| args.iter().all(|word| name.contains(word.as_str()))).collect();
    if names.is_empty() {
        return Err(Failure::new("no benchmark has that name").remedy("`cargo xtask bench` runs all"));
    }
    let mut build = cargo(workspace, &["build", "--release", "--package", "slipstream-tests"]);
    for name in &names {
        build.args(["--bin", name]);
    }
    process::run(&mut build)?;

    let mut rows = Vec::new();
    for name in &names {
        let program = workspace.target.join("release").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        let told = process::tell(std::process::Command::new(program).current_dir(&workspace.root))?;
        if !told.is_success {
            return Err(Failure::new(format!("the benchmark `{name}` failed")));
        }
        rows.extend(told.output.lines().filter_map(row));
    }
    print!("\n{}\n\n| figure | here | goal |\n|---|--:|--:|\n{}", machine(), rows.concat());
    Ok(())
}

/// The table's row of a figure's line.
fn row(line: &str) -> Option<String> {
    let mut cells = line.strip_prefix("figure |")?.split('|').map(str::trim);
    let (name, value) = (cells.next()?, cells.next()?);
    Some(format!("| {name} | {value} | {} |\n", cells.next().unwrap_or_default()))
}

/// The tests crate's manifest is the list of benchmarks.
fn programs(workspace: &Workspace) -> Result<Vec<String>, Failure> {
    let path = workspace.root.join("tests/Cargo.toml");
    let manifest = fs::read_to_string(&path).map_err(|e| Failure::new(format!("cannot read {}: {e}", workspace.shown(&path))))?;
    Ok(binaries(&manifest))
}

fn binaries(manifest: &str) -> Vec<String> {
    let sections = manifest.split("[[bin]]").skip(1);
    let name = |section: &str| {
        let section = section.split("\n[").next()?;
        let line = section.lines().find(|line| line.starts_with("name"))?;
        Some(line.split('"').nth(1)?.to_owned())
    };
    sections.filter_map(name).collect()
}

fn machine() -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("an unknown CPU", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory_kb: u64 = memory.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let rustc = process::ask(std::process::Command::new("rustc").arg("--version")).unwrap_or_default();
    format!(
        "{cores} cores of {cpu}, {} GiB, Linux {}, {rustc}, load before the end {}",
        memory_kb / 1024 / 1024,
        kernel.trim(),
        load.split(' ').next().unwrap_or("unknown"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_come_from_the_manifest() {
        let manifest = "[package]\nname = \"tests\"\n\n[[bin]]\nname = \"bench-encode\"\npath = \"load/encode.rs\"\n\n[[bin]]\nname = \"bench-tick\"\n\n[dependencies]\nname = \"no\"\n";
        assert_eq!(binaries(manifest), ["bench-encode", "bench-tick"]);
    }

    #[test]
    fn a_figure_becomes_a_row_and_other_lines_do_not() {
        assert_eq!(row("figure | encode | 21 ns | <= 50 ns").unwrap(), "| encode | 21 ns | <= 50 ns |\n");
        assert!(row("warming up").is_none());
    }
}
