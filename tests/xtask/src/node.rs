//! Node and the page's packages: installed from the lock file, and only when the lock file has changed.

use crate::failure::Failure;
use crate::process;
use crate::stamp::Fingerprint;
use crate::workspace::Workspace;
use std::process::Command;

const NODE_OLDEST: (u32, u32) = (20, 19);

/// A call of node in the page's folder.
pub fn node(workspace: &Workspace, args: &[&str]) -> Command {
    let mut command = Command::new("node");
    command.current_dir(&workspace.client_web).args(args);
    command
}

/// A script of package.json.
pub fn npm_run(workspace: &Workspace, script: &str) -> Command {
    npm(workspace, &["run", "--silent", script])
}

fn npm(workspace: &Workspace, args: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(&workspace.client_web).arg("--loglevel=error").args(args);
    command
}

/// Makes sure that node is new enough and that node_modules is what the lock file says.
pub fn ensure_packages(workspace: &Workspace) -> Result<(), Failure> {
    let version = node_version()?;
    let stamp = workspace.stamp("npm");
    let made_from = Fingerprint::new()
        .bytes(version.as_bytes())
        .path(&workspace.client_web.join("package.json"))
        .path(&workspace.client_web.join("package-lock.json"));
    // npm writes this file last, so it also tells an install that was interrupted.
    if made_from.is_stamped(&stamp) && workspace.client_web.join("node_modules/.package-lock.json").is_file() {
        return Ok(());
    }
    process::run(&mut npm(workspace, &["ci", "--no-audit", "--no-fund"])).map_err(|failure| {
        failure.remedy("npm needs to reach its registry; `npm config get registry` tells which one it asks")
    })?;
    made_from.stamp(&stamp)
}

fn node_version() -> Result<String, Failure> {
    let (major, minor) = NODE_OLDEST;
    let remedy = format!("install Node.js {major}.{minor} or newer (nodejs.org), npm comes with it");
    let Some(version) = process::ask(Command::new("node").arg("--version")) else {
        return Err(Failure::new("there is no `node` on this machine").remedy(remedy));
    };
    let mut numbers = version.trim_start_matches('v').split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    if (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) < NODE_OLDEST {
        return Err(Failure::new(format!("node is {version}, the page needs {major}.{minor} or newer")).remedy(remedy));
    }
    Ok(version)
}
