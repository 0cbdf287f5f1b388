//! The game's data files: maps and tunables, read once at the start, refused with the place that is wrong.

use std::path::Path;
use std::sync::Arc;

use slipstream_shared::sim::level::Level;
use slipstream_shared::sim::tuning::{Tuning, TuningError};

use crate::config::line_of;

/// Maps in one directory.
const MAPS_MAX: usize = 64;

#[derive(Clone)]
pub struct Content {
    /// In the order of their names.
    pub levels: Vec<Arc<Level>>,
    pub tuning: Arc<Tuning>,
}

#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error("{path}: {reason}")]
    Unreadable { path: String, reason: std::io::Error },
    #[error("{path}:{line}: {reason}")]
    Tuning { path: String, line: usize, reason: String },
    #[error("{path}: {reason}")]
    Map { path: String, reason: String },
    #[error("{0}: there is no map (*.json or *.tmj) in this directory")]
    NoMaps(String),
}

impl Content {
    pub fn load(maps: &Path, tuning: &Path) -> Result<Self, ContentError> {
        Ok(Self { levels: load_levels(maps)?, tuning: Arc::new(load_tuning(tuning)?) })
    }

    #[must_use]
    pub fn level(&self, name: &str) -> Option<&Arc<Level>> {
        self.levels.iter().find(|level| level.name() == name)
    }
}

fn load_tuning(path: &Path) -> Result<Tuning, ContentError> {
    let shown = path.display().to_string();
    let text = read(path)?;
    let tuning: Tuning = toml::from_str(&text).map_err(|error| ContentError::Tuning {
        path: shown.clone(),
        line: line_of(&text, error.span()),
        reason: error.message().to_owned(),
    })?;
    tuning.validate().map_err(|error| {
        let line = if let TuningError::OutOfRange { name, .. } = &error { line_of_setting(&text, name) } else { 1 };
        ContentError::Tuning { path: shown, line, reason: error.to_string() }
    })?;
    Ok(tuning)
}

/// The line that sets `group.field`, for values that parse but make no sense.
fn line_of_setting(text: &str, name: &str) -> usize {
    let (group, field) = name.split_once('.').unwrap_or(("", name));
    let mut is_in_group = group.is_empty();
    let found = text.lines().position(|line| {
        let line = line.trim();
        if line.starts_with('[') {
            is_in_group = line.trim_matches(['[', ']']) == group;
        }
        is_in_group && line.split_once('=').is_some_and(|(key, _)| key.trim() == field)
    });
    found.map_or(1, |index| index + 1)
}

fn load_levels(directory: &Path) -> Result<Vec<Arc<Level>>, ContentError> {
    let unreadable = |reason| ContentError::Unreadable { path: directory.display().to_string(), reason };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|extension| extension == "json" || extension == "tmj") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() || paths.len() > MAPS_MAX {
        return Err(ContentError::NoMaps(directory.display().to_string()));
    }
    paths.iter().map(|path| load_level(path)).collect()
}

fn load_level(path: &Path) -> Result<Arc<Level>, ContentError> {
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    Level::from_tiled_json(name, &read(path)?)
        .map(Arc::new)
        .map_err(|error| ContentError::Map { path: path.display().to_string(), reason: error.to_string() })
}

fn read(path: &Path) -> Result<String, ContentError> {
    std::fs::read_to_string(path).map_err(|reason| ContentError::Unreadable { path: path.display().to_string(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assets() -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets")
    }

    fn tuning_refusal(name: &str, change: impl Fn(&str) -> String) -> String {
        let text = change(&std::fs::read_to_string(assets().join("tuning.toml")).unwrap());
        let path = std::env::temp_dir().join(format!("slipstream-tuning-{name}-{}.toml", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let error = load_tuning(&path).map(|_| ()).unwrap_err().to_string();
        std::fs::remove_file(path).unwrap();
        error
    }

    #[test]
    fn the_games_own_files_load() {
        let content = Content::load(&assets().join("maps"), &assets().join("tuning.toml")).unwrap();
        assert!(content.levels.len() >= 3);
    }

    #[test]
    fn an_unknown_tunable_is_refused_with_its_line() {
        let error = tuning_refusal("unknown", |text| format!("no_such_tunable = 1\n{text}"));
        assert!(error.contains(".toml:1: "), "{error}");
    }

    #[test]
    fn a_setting_is_found_in_its_own_group() {
        let text = "[ship]\nradius_m = 1.0\n[wake]\n# wide\nradius_m = 2.0\n";
        assert_eq!((line_of_setting(text, "ship.radius_m"), line_of_setting(text, "wake.radius_m")), (2, 5));
    }

    #[test]
    fn a_directory_without_maps_is_refused() {
        let error = Content::load(Path::new("/nowhere"), &assets().join("tuning.toml")).map(|_| ()).unwrap_err().to_string();
        assert!(error.starts_with("/nowhere"), "{error}");
    }
}
