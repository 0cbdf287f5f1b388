//! Calls cargo the way every command of ours calls it.

use crate::workspace::Workspace;
use std::io::IsTerminal;
use std::process::Command;

pub fn cargo(workspace: &Workspace, args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(&workspace.root).args(args);
    // `cargo run` tells its child about the xtask package; a nested cargo must not take that for its own.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    // Output that we read along loses its terminal; the reader keeps the colours.
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    command
}

/// Whether a cargo subcommand such as `nextest` is there.
pub fn has_subcommand(workspace: &Workspace, name: &str) -> bool {
    crate::process::ask(cargo(workspace, &[name, "--version"]).env("CARGO_TERM_COLOR", "never")).is_some()
}
