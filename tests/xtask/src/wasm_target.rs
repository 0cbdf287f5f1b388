//! Finds a compiler for wasm32: rustup's own target, or Debian's compiler where rustup cannot fetch it.

use crate::failure::Failure;
use crate::process;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

pub const WASM32: &str = "wasm32-unknown-unknown";
/// `rustup target add` has been seen to hang behind a proxy: past this it will not come back.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);
const APT_LIMIT: Duration = Duration::from_secs(600);
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_RUST_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "rust-web-src", "lld-19"];

pub enum WasmTarget {
    /// The toolchain in use has the target.
    Toolchain,
    /// Debian's compiler builds the standard library along with us.
    Debian { linker: PathBuf },
}

impl WasmTarget {
    /// Finds the target, and fetches it when it is missing.
    pub fn ensure() -> Result<Self, Failure> {
        if std::env::var_os("XTASK_WASM_DEBIAN").is_none() && (is_in_toolchain() || is_added_by_rustup()) {
            return Ok(Self::Toolchain);
        }
        if let Some(linker) = debian_linker() {
            return Ok(Self::Debian { linker });
        }
        apt_install(&DEBIAN_PACKAGES)?;
        let linker = debian_linker().ok_or_else(|| missing("Debian's packages do not have a linker for wasm"))?;
        Ok(Self::Debian { linker })
    }

    /// What the target asks of a cargo call.
    pub fn apply(&self, command: &mut Command) {
        if let Self::Debian { linker } = self {
            command
                .env("RUSTC", DEBIAN_RUSTC)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .arg("-Zbuild-std=std,panic_abort");
        }
    }
}

fn is_in_toolchain() -> bool {
    let folder = process::ask(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM32]));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|entries| entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-")))
}

fn is_added_by_rustup() -> bool {
    let added = process::run_within(Command::new("rustup").args(["target", "add", WASM32]), RUSTUP_LIMIT);
    if let Err(failure) = &added {
        println!("rustup could not add {WASM32} ({failure}); looking for Debian's compiler instead");
    }
    added.is_ok() && is_in_toolchain()
}

fn debian_linker() -> Option<PathBuf> {
    if !Path::new(DEBIAN_RUSTC).is_file() || !Path::new(DEBIAN_RUST_SOURCE).is_dir() {
        return None;
    }
    let linkers = ["/usr/bin/wasm-ld-19", "/usr/bin/wasm-ld"];
    linkers.iter().map(PathBuf::from).find(|linker| linker.is_file())
}

/// Installs Debian packages when that is possible without asking anybody.
pub fn apt_install(packages: &[&str]) -> Result<(), Failure> {
    let by_hand = format!("sudo apt-get install {}", packages.join(" "));
    let is_root = process::ask(Command::new("id").arg("-u")).is_some_and(|id| id == "0");
    let has_apt = process::ask(Command::new("apt-get").arg("--version")).is_some();
    let may_sudo = !is_root && process::ask(Command::new("sudo").args(["-n", "true"])).is_some();
    if !has_apt || !(is_root || may_sudo) {
        let why = if has_apt { "only root may install packages" } else { "this system has no apt-get" };
        return Err(Failure::new(format!("{} missing, and {why}", packages.join(", "))).remedy(by_hand));
    }
    let apt = |args: &[&str]| {
        let mut command = if is_root { Command::new("apt-get") } else { Command::new("sudo") };
        if !is_root {
            command.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(args);
        command
    };
    // A stale list is still a list: only the install decides.
    let _ = process::run_within(&mut apt(&["update", "-qq"]), APT_LIMIT);
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    process::run_within(&mut apt(&install), APT_LIMIT).map_err(|failure| failure.remedy(by_hand))
}

fn missing(what: &str) -> Failure {
    Failure::new(what).remedy(format!("`rustup target add {WASM32}` on a machine that reaches static.rust-lang.org"))
}
