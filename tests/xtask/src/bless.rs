//! `cargo xtask bless`: the golden files anew.

use crate::cargo::cargo;
use crate::failure::Failure;
use crate::process;
use crate::workspace::Workspace;
use std::process::Command;

pub const HELP: &str = "
Runs the tests of the tests crate with SLIPSTREAM_BLESS=1, which makes them write tests/golden instead of comparing with it, then
shows what changed. A change of golden bytes is a change of the protocol: raise PROTOCOL_VERSION and PROTOCOL.md with it.
";

pub fn run(workspace: &Workspace, _args: &[String]) -> Result<(), Failure> {
    process::run(
        cargo(workspace, &["test", "--package", "slipstream-tests", "--package", "slipstream-shared", "golden"])
            .env("SLIPSTREAM_BLESS", "1"),
    )?;
    let changed = process::ask(Command::new("git").current_dir(&workspace.root).args(["status", "--short", "tests/golden"]));
    match changed.as_deref() {
        Some("") => println!("\nthe golden files are as they were"),
        Some(changed) => println!("\nchanged:\n{changed}\nif bytes on the wire changed, raise PROTOCOL_VERSION"),
        None => println!("\nwritten to tests/golden"),
    }
    Ok(())
}
