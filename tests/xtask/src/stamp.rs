//! Remembers what a step was made from, so that the second `cargo xtask play` starts within seconds.

use crate::failure::Failure;
use std::fs;
use std::path::{Path, PathBuf};

/// A running fingerprint (FNV-1a, 64 bits): it has to notice changes, not to withstand anybody.
#[derive(Clone, Copy)]
pub struct Fingerprint(u64);

impl Fingerprint {
    pub fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    /// A file's or a folder's content, names included; what does not exist counts as empty.
    pub fn path(mut self, path: &Path) -> Self {
        for file in files_under(path) {
            self = self.bytes(file.to_string_lossy().as_bytes()).bytes(&fs::read(&file).unwrap_or_default());
        }
        self
    }

    pub fn is_stamped(self, stamp: &Path) -> bool {
        fs::read_to_string(stamp).is_ok_and(|text| text == self.text())
    }

    pub fn stamp(self, stamp: &Path) -> Result<(), Failure> {
        let folder = stamp.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(stamp, self.text()))
            .map_err(|e| Failure::new(format!("cannot write {}: {e}", stamp.display())))
    }

    fn text(self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Every file below a path, in one order on every machine.
fn files_under(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| files_under(entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_or_renamed_file_changes_the_fingerprint() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a"), "one").unwrap();
        let first = Fingerprint::new().path(&folder).text();
        fs::write(folder.join("a"), "two").unwrap();
        let changed = Fingerprint::new().path(&folder).text();
        fs::rename(folder.join("a"), folder.join("b")).unwrap();
        let renamed = Fingerprint::new().path(&folder).text();
        fs::remove_dir_all(&folder).unwrap();
        assert!(first != changed && changed != renamed);
    }
}
