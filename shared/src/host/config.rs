//! What a match is made from, checked once.

use std::sync::Arc;

use crate::bot::BotLevel;
use crate::limits::{LEVEL_BYTES_MAX, RECORDING_LEVELS_MAX, SLOTS_MAX, TUNING_JSON_BYTES_MAX};
use crate::replication::Interest;
use crate::sim::{Level, Mode, Tuning};

#[derive(Clone)]
pub struct MatchConfig {
    pub match_id: u64,
    /// The rotation: the first match is played on the first level, the next on the second, round and round.
    pub levels: Vec<Arc<Level>>,
    pub tuning: Arc<Tuning>,
    pub mode: Mode,
    pub seed: u64,
    /// Ships in the match at most, people and bots.
    pub ships_max: usize,
    /// Bots take part as long as there are fewer ships than this.
    pub fill_to: usize,
    pub bot_level: BotLevel,
    /// Puts hashes of the state into snapshots, so that clients notice when they differ.
    pub with_state_hash: bool,
    /// How far players see; everything only for measurements.
    pub interest: Interest,
    /// Remembers everything for a replay, with a hash of the state every so many ticks.
    pub record_hash_every_ticks: Option<u32>,
}

/// What is wrong with a configuration, in words for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MatchConfigError {
    #[error("a match needs 1 to {RECORDING_LEVELS_MAX} levels, this one has {0}")]
    LevelCount(usize),
    #[error("level \"{name}\" is {bytes} B when packed; at most {LEVEL_BYTES_MAX} B can be sent to players")]
    LevelTooLarge { name: String, bytes: usize },
    #[error("the tunables are {0} B as JSON; at most {TUNING_JSON_BYTES_MAX} B can be sent to players")]
    TuningTooLarge(usize),
    #[error("ships_max is {0}; it must be 1 to {SLOTS_MAX}")]
    ShipCount(usize),
    #[error("fill_to is {fill_to}, more than ships_max, which is {ships_max}")]
    FillTo { fill_to: usize, ships_max: usize },
}

impl MatchConfig {
    /// A free-for-all on one level, without bots.
    #[must_use]
    pub fn new(level: Arc<Level>, tuning: Arc<Tuning>, seed: u64) -> Self {
        Self {
            match_id: 1,
            levels: vec![level],
            tuning,
            mode: Mode::FreeForAll,
            seed,
            ships_max: 64,
            fill_to: 0,
            bot_level: BotLevel::Normal,
            with_state_hash: cfg!(debug_assertions),
            interest: Interest::default(),
            record_hash_every_ticks: None,
        }
    }

    /// # Errors
    /// The first thing that is wrong.
    pub fn check(&self) -> Result<(), MatchConfigError> {
        if self.levels.is_empty() || self.levels.len() as u64 > RECORDING_LEVELS_MAX {
            return Err(MatchConfigError::LevelCount(self.levels.len()));
        }
        for level in &self.levels {
            let bytes = level.to_bytes().len();
            if bytes > LEVEL_BYTES_MAX {
                return Err(MatchConfigError::LevelTooLarge { name: level.name().to_owned(), bytes });
            }
        }
        let tuning_bytes = self.tuning.to_json().len();
        if tuning_bytes > TUNING_JSON_BYTES_MAX {
            return Err(MatchConfigError::TuningTooLarge(tuning_bytes));
        }
        if self.ships_max == 0 || self.ships_max > SLOTS_MAX {
            return Err(MatchConfigError::ShipCount(self.ships_max));
        }
        if self.fill_to > self.ships_max {
            return Err(MatchConfigError::FillTo { fill_to: self.fill_to, ships_max: self.ships_max });
        }
        Ok(())
    }
}
