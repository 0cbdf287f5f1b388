//! `cargo xtask check`: what to run between two thoughts.

use crate::cargo::{cargo, has_subcommand};
use crate::failure::Failure;
use crate::node;
use crate::process;
use crate::wasm;
use crate::workspace::Workspace;

pub const HELP: &str = "
Formats the Rust code, lints it, runs the unit tests of `shared` and checks the page's types. It stops at the first failure. The page's
types need the wasm bindings; they are built when there are none yet, and otherwise taken as they are.
";

pub fn run(workspace: &Workspace, _args: &[String]) -> Result<(), Failure> {
    process::run(&mut cargo(workspace, &["fmt", "--all"]))?;
    process::run(&mut cargo(workspace, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    let runner: &[&str] = if has_subcommand(workspace, "nextest") { &["nextest", "run"] } else { &["test"] };
    process::run(cargo(workspace, runner).args(["--package", "slipstream-shared", "--lib"]))?;
    node::ensure_packages(workspace)?;
    if !workspace.generated.join("slipstream_shared.d.ts").is_file() {
        wasm::build(workspace)?;
    }
    process::run(&mut node::npm_run(workspace, "typecheck"))?;
    println!("all well");
    Ok(())
}
