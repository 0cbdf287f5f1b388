//! Where things are.

use crate::failure::Failure;
use std::env;
use std::path::{Path, PathBuf};

pub struct Workspace {
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    pub client_web: PathBuf,
    /// What wasm-bindgen writes and the page imports.
    pub generated: PathBuf,
    /// The built page.
    pub dist: PathBuf,
}

impl Workspace {
    /// Asks the environment at run time, so that a moved clone or a shared target folder finds its own files.
    pub fn find() -> Result<Self, Failure> {
        let start = match env::var_os("CARGO_MANIFEST_DIR") {
            Some(folder) => PathBuf::from(folder),
            None => env::current_dir().map_err(|e| Failure::new(format!("cannot tell the current folder: {e}")))?,
        };
        let root = start
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("client-web").is_dir())
            .ok_or_else(|| {
                Failure::new("this is not inside a clone of Slipstream").remedy("run `cargo xtask` from the project's folder")
            })?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let client_web = root.join("client-web");
        Ok(Self { generated: client_web.join("src/generated"), dist: client_web.join("dist"), root, target, client_web })
    }

    /// A file that remembers what a finished step was made from.
    pub fn stamp(&self, name: &str) -> PathBuf {
        self.target.join("xtask").join(format!("{name}.stamp"))
    }

    /// A path as a reader wants to see it.
    pub fn shown<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }
}
