//! Small worlds to play scenarios in, and the figures that scenarios are judged by.

use std::sync::Arc;

use slipstream_shared::client::ClientStats;
use slipstream_shared::host::MatchConfig;
use slipstream_shared::sim::{Level, Tuning};

use crate::stepper::Stepper;

/// An empty hall without bots: nothing interferes with anybody.
#[must_use]
pub fn empty_hall(seed: u64) -> MatchConfig {
    MatchConfig::new(Arc::new(Level::open_box(40, 30)), Arc::new(Tuning::default()), seed)
}

/// A room so small that everybody sees everybody.
#[must_use]
pub fn small_room(seed: u64) -> MatchConfig {
    MatchConfig::new(Arc::new(Level::open_box(20, 14)), Arc::new(Tuning::default()), seed)
}

/// One of the project's maps.
///
/// # Panics
/// When the map is missing or broken.
#[must_use]
pub fn map(name: &str) -> Arc<Level> {
    let path = format!("{}/../assets/maps/{name}.tmj", env!("CARGO_MANIFEST_DIR"));
    let json = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    Arc::new(Level::from_tiled_json(name, &json).unwrap_or_else(|error| panic!("{path}: {error}")))
}

#[must_use]
pub fn stats(stepper: &Stepper, index: usize) -> ClientStats {
    let client = &stepper.clients[index];
    client.core.stats(client.local(stepper.now))
}

/// The value that a share of all values does not exceed; 0 of nothing.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn percentile<T: Copy + PartialOrd + Default>(values: &[T], share: f64) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap_or(core::cmp::Ordering::Equal));
    let index = (sorted.len().saturating_sub(1) as f64 * share) as usize;
    sorted.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<u32> = (0..100).rev().collect();
        assert_eq!((percentile(&values, 0.0), percentile(&values, 0.5), percentile(&values, 1.0)), (0, 49, 99));
        assert_eq!(percentile::<u32>(&[], 0.9), 0);
    }
}
