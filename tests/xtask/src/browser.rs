//! Finds the browsers that the end-to-end tests drive, and installs them where that is allowed.

use crate::failure::Failure;
use crate::wasm_target::apt_install;
use std::env;
use std::path::PathBuf;

pub struct Browsers {
    pub chromium: PathBuf,
    pub firefox: PathBuf,
}

struct Wanted {
    /// Names somebody's own choice.
    variable: &'static str,
    names: &'static [&'static str],
    debian_package: &'static str,
}

const CHROMIUM: Wanted = Wanted {
    variable: "E2E_CHROMIUM",
    names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    debian_package: "chromium",
};
const FIREFOX: Wanted = Wanted { variable: "E2E_FIREFOX", names: &["firefox-esr", "firefox"], debian_package: "firefox-esr" };

impl Browsers {
    pub fn ensure() -> Result<Self, Failure> {
        let missing: Vec<&str> = [&CHROMIUM, &FIREFOX].iter().filter(|w| w.find().is_none()).map(|w| w.debian_package).collect();
        if !missing.is_empty() {
            println!("installing {}", missing.join(" and "));
            apt_install(&missing)?;
        }
        Ok(Self { chromium: CHROMIUM.require()?, firefox: FIREFOX.require()? })
    }
}

impl Wanted {
    fn find(&self) -> Option<PathBuf> {
        if let Some(chosen) = env::var_os(self.variable) {
            return Some(PathBuf::from(chosen)).filter(|path| path.is_file());
        }
        let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
        self.names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
    }

    fn require(&self) -> Result<PathBuf, Failure> {
        self.find().ok_or_else(|| {
            Failure::new(format!("there is no {} on this machine", self.debian_package)).remedy(format!(
                "install it, or let {} name its program; `cargo xtask test --no-browsers` goes without",
                self.variable
            ))
        })
    }
}
