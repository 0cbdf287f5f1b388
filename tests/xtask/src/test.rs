//! `cargo xtask test`: everything that can be checked, in one run. CI runs exactly this.

use crate::browser::Browsers;
use crate::cargo::{cargo, has_subcommand};
use crate::failure::Failure;
use crate::node;
use crate::page;
use crate::process::{self, Told};
use crate::report::{Choice, Done, Report};
use crate::tally::Tally;
use crate::wasm;
use crate::workspace::Workspace;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const HELP: &str = "
Runs every step below, in this order, and sums up at the end. It goes on after a failure, so one run tells everything.

  format          rustfmt
  clippy          lints of all Rust code, warnings are errors
  crates          no crate in the tree that must not be there
  rust-tests      cargo nextest when it is installed, else cargo test
  wasm            the browser's copy of the core builds
  wasm-imports    ... and asks JavaScript for nothing: no I/O slipped into shared
  wasm-size       ... and fits its budget
  wasm-tests      ... and behaves like the native one (in node)
  types           TypeScript's own check
  page-lint       eslint with type information
  page-tests      vitest
  page            the page builds
  browser-tests   the game in real Chromium and real Firefox, installed from the system's packages when missing

  --only A,B      only these steps (they lean on what earlier runs have built)
  --no-browsers   without browser-tests

wasm-tests are the *.test.mjs of tests/wasm, browser-tests those of tests/e2e, run by `node --test` from the project's folder. The
latter find in the environment what they need: E2E_SERVER (the `slipstream` program), E2E_PAGE (the built page), E2E_CHROMIUM and
E2E_FIREFOX (the browsers; set these two to choose your own).
";

const STEPS: [&str; 13] = [
    "format",
    "clippy",
    "crates",
    "rust-tests",
    "wasm",
    "wasm-imports",
    "wasm-size",
    "wasm-tests",
    "types",
    "page-lint",
    "page-tests",
    "page",
    "browser-tests",
];

/// xtask-bindgen has no tests, and its libraries would take longer to build here than everything else together.
const TESTED: [&str; 3] = ["--workspace", "--exclude", "xtask-bindgen"];

pub fn run(workspace: &Workspace, args: &[String]) -> Result<(), Failure> {
    let mut report = Report::new(choose(args)?);
    report.step("format", || quiet(&mut cargo(workspace, &["fmt", "--all", "--check"]), "run `cargo fmt --all`"));
    report.step("clippy", || {
        quiet(
            &mut cargo(workspace, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
            "mend what clippy names above",
        )
    });
    report.step("crates", || no_second_crypto(workspace));
    report.step("rust-tests", || rust_tests(workspace));
    report.step("wasm", || wasm::build(workspace).map(|()| Done::one("")));
    report.step("wasm-imports", || wasm::check_imports(workspace).map(Done::one));
    report.step("wasm-size", || wasm::check_size(workspace).map(Done::one));
    report.step("wasm-tests", || node_tests(workspace, "tests/wasm", |_| {}));
    report.step("types", || page_script(workspace, "typecheck"));
    report.step("page-lint", || page_script(workspace, "lint"));
    report.step("page-tests", || page_tests(workspace));
    report.step("page", || page::build(workspace).map(|()| Done::one("")));
    report.step("browser-tests", || browser_tests(workspace));
    report.finish()
}

fn choose(args: &[String]) -> Result<Choice, Failure> {
    let mut choice = Choice::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--only" => choice.only.extend(args.next().into_iter().flat_map(|names| names.split(',')).map(str::to_owned)),
            "--no-browsers" => choice.without.push("browser-tests".into()),
            _ => return Err(Failure::new(format!("`{arg}` means nothing here")).remedy("`cargo xtask test --help`")),
        }
    }
    match choice.only.iter().find(|name| !STEPS.contains(&name.as_str())) {
        Some(name) => {
            Err(Failure::new(format!("there is no step `{name}`")).remedy(format!("the steps are {}", STEPS.join(", "))))
        }
        None => Ok(choice),
    }
}

fn quiet(command: &mut Command, remedy: &str) -> Result<Done, Failure> {
    process::run(command).map(|()| Done::one("")).map_err(|failure| failure.remedy(remedy))
}

/// rustls panics when two crypto providers are linked; ours is ring, and aws-lc sneaks in through default features.
fn no_second_crypto(workspace: &Workspace) -> Result<Done, Failure> {
    let tree = process::ask(&mut cargo(workspace, &["tree", "--workspace", "--edges", "normal,build", "--prefix", "none"]))
        .ok_or_else(|| Failure::new("`cargo tree` failed"))?;
    match tree.lines().find(|line| line.starts_with("aws-lc")) {
        Some(line) => Err(Failure::new(format!("{line} is in the tree beside ring"))
            .remedy("`cargo tree -i aws-lc-sys` names who asked for it; switch its default features off")),
        None => Ok(Done::one("one crypto provider")),
    }
}

fn rust_tests(workspace: &Workspace) -> Result<Done, Failure> {
    let runner: &[&str] = if has_subcommand(workspace, "nextest") { &["nextest", "run"] } else { &["test"] };
    counted(&process::tell(cargo(workspace, runner).args(TESTED).arg("--no-fail-fast"))?)
}

fn page_script(workspace: &Workspace, script: &str) -> Result<Done, Failure> {
    node::ensure_packages(workspace)?;
    process::run(&mut node::npm_run(workspace, script)).map(|()| Done::one(""))
}

fn page_tests(workspace: &Workspace) -> Result<Done, Failure> {
    node::ensure_packages(workspace)?;
    counted(&process::tell(&mut node::npm_run(workspace, "test"))?)
}

fn browser_tests(workspace: &Workspace) -> Result<Done, Failure> {
    let browsers = Browsers::ensure()?;
    let server = test_server(workspace)?;
    node_tests(workspace, "tests/e2e", |command| {
        command
            .env("E2E_SERVER", &server)
            .env("E2E_PAGE", &workspace.dist)
            .env("E2E_CHROMIUM", &browsers.chromium)
            .env("E2E_FIREFOX", &browsers.firefox)
            // Two browsers and a server fill two cores: one file after the other.
            .arg("--test-concurrency=1");
    })
}

/// The browsers play against the build that the Rust tests made anyway. Asked for in the same words, since for cargo the server on its
/// own, or in release, is another build, which would double the time of this command.
fn test_server(workspace: &Workspace) -> Result<PathBuf, Failure> {
    process::run(cargo(workspace, &["test", "--no-run", "--quiet"]).args(TESTED))?;
    Ok(workspace.target.join("debug").join(format!("slipstream{}", std::env::consts::EXE_SUFFIX)))
}

/// Runs the `*.test.mjs` files of a folder with node's own test runner.
fn node_tests(workspace: &Workspace, folder: &str, prepare: impl FnOnce(&mut Command)) -> Result<Done, Failure> {
    let folder = workspace.root.join(folder);
    let mut files = test_files(&folder);
    if files.is_empty() {
        return Err(Failure::new(format!("there is no *.test.mjs in {}", workspace.shown(&folder))));
    }
    files.sort();
    let mut command = node::node(workspace, &["--test", "--test-reporter=spec"]);
    command.current_dir(&workspace.root);
    prepare(&mut command);
    counted(&process::tell(command.args(files))?)
}

fn test_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(".test.mjs")).collect()
}

fn counted(told: &Told) -> Result<Done, Failure> {
    let tally = Tally::of(&told.output);
    let note = format!("{} passed, {} failed", tally.passed, tally.failed);
    if told.is_success && tally.failed == 0 {
        return Ok(Done { note, tally });
    }
    // A runner that dies before it counts is a failure too.
    let failed = tally.failed.max(1);
    Err(Failure::new(note).counted(Tally { failed, ..tally }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_step() {
        assert!(STEPS.iter().all(|step| HELP.contains(&format!("  {step} "))));
    }

    #[test]
    fn an_unknown_step_is_refused() {
        assert!(choose(&["--only".into(), "format,clipy".into()]).is_err());
        assert_eq!(choose(&["--only".into(), "format,clippy".into()]).unwrap().only, ["format", "clippy"]);
    }

    #[test]
    fn a_runner_that_dies_without_counting_is_one_failure() {
        let failure = counted(&Told { output: "Segmentation fault".into(), is_success: false }).err().unwrap();
        assert_eq!(failure.tally, Tally { passed: 0, failed: 1 });
    }
}
