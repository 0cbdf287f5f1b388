//! `cargo xtask play`: from a fresh clone to a running match with one command.

use crate::cargo::cargo;
use crate::failure::Failure;
use crate::page;
use crate::process;
use crate::wasm;
use crate::workspace::Workspace;
use std::process::Command;
use std::time::Instant;

pub const HELP: &str = "
Needs Rust and Node. Sets up wasm32, installs the page's packages, builds wasm, page and server in release, then starts
`slipstream dev` with bots. The first time takes some minutes, from the second on it takes seconds.

  cargo xtask play                                   the page is at http://localhost:8080
  cargo xtask play -- --port 9000 --bots 20          everything after `--` goes to the server
  cargo xtask play -- --help                         what the server understands
";

pub fn run(workspace: &Workspace, args: &[String]) -> Result<(), Failure> {
    let started = Instant::now();
    wasm::build(workspace)?;
    page::build(workspace)?;
    let binary = build_server(workspace)?;
    println!("built in {:.1} s", started.elapsed().as_secs_f32());

    let server_args = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    let mut server = Command::new(binary);
    server.current_dir(&workspace.root).arg("dev").args(server_args);
    process::show(&server);
    become_program(server)
}

fn build_server(workspace: &Workspace) -> Result<std::path::PathBuf, Failure> {
    process::run(&mut cargo(workspace, &["build", "--release", "--package", "slipstream-server", "--bin", "slipstream"]))?;
    Ok(workspace.target.join("release").join(format!("slipstream{}", std::env::consts::EXE_SUFFIX)))
}

/// The server takes this process over, so that Ctrl-C and a supervisor's signals reach it and nobody in between.
#[cfg(unix)]
fn become_program(mut command: Command) -> Result<(), Failure> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(Failure::new(format!("cannot start the server: {error}")))
}

#[cfg(not(unix))]
fn become_program(mut command: Command) -> Result<(), Failure> {
    let status = command.status().map_err(|e| Failure::new(format!("cannot start the server: {e}")))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("the server ended with {status}"))) }
}
