//! `cargo xtask page`: the built page in client-web/dist.

use crate::failure::Failure;
use crate::node;
use crate::process;
use crate::stamp::Fingerprint;
use crate::wasm;
use crate::workspace::Workspace;

pub const HELP: &str = "
Installs the page's packages when the lock file has changed, builds the wasm when the core has changed, and the page when any of its
sources have. The result is client-web/dist.
";

/// Everything in client-web that the built page is made from.
const SOURCES: [&str; 7] =
    ["src", "public", "index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts"];

pub fn run(workspace: &Workspace, _args: &[String]) -> Result<(), Failure> {
    wasm::build(workspace)?;
    build(workspace)
}

/// Builds it, or finds it up to date. Needs the wasm.
pub fn build(workspace: &Workspace) -> Result<(), Failure> {
    node::ensure_packages(workspace)?;
    let made_from = SOURCES.iter().fold(Fingerprint::new(), |made_from, name| made_from.path(&workspace.client_web.join(name)));
    let stamp = workspace.stamp("page");
    if made_from.is_stamped(&stamp) && workspace.dist.join("index.html").is_file() {
        return Ok(());
    }
    process::run(&mut node::npm_run(workspace, "build"))?;
    made_from.stamp(&stamp)
}
