//! Which matches there are, and which thread runs which.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use slipstream_shared::bot::BotLevel;
use slipstream_shared::host::{MatchConfig, MatchCore};
use slipstream_shared::protocol::event::Mode;
use slipstream_shared::sim::level::Level;

use crate::clock::Clock;
use crate::config::BOTS_MAX;
use crate::content::Content;
use crate::matches::handle::{MatchFacts, MatchHandle, MatchId, MatchSummary, SessionWatch};
use crate::matches::runner::Runner;
use crate::matches::shard::{Shard, ShardCommand, ShardDoor, ShardStats};

/// A match with more seats or ships than this has a thread of its own.
const SHARED_SHIPS_MAX: usize = 128;

/// How matches are made.
pub struct DirectoryConfig {
    pub content: Content,
    /// Only this map, by its name.
    pub map: Option<String>,
    pub mode: Mode,
    pub fill_to: usize,
    pub people_max: usize,
    pub bot_level: BotLevel,
    pub match_threads: usize,
    pub matches_max: usize,
}

/// A wish for a match; what is missing is as the operator set it.
#[derive(Clone, Debug, Default)]
pub struct OpenRequest {
    pub mode: Mode,
    pub map: Option<String>,
    pub fill_to: Option<usize>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum OpenError {
    UnknownMap(String),
    TooManyBots(usize),
    /// The maps, the tunables or the numbers do not make a match.
    Unplayable(String),
    /// The bound of matches is reached.
    TooMany,
    /// Its thread could not be started or does not answer.
    Busy,
}

pub struct Directory {
    config: DirectoryConfig,
    clock: Clock,
    watch: Arc<dyn SessionWatch>,
    matches: Mutex<BTreeMap<MatchId, MatchHandle>>,
    shards: Mutex<Shards>,
}

#[derive(Default)]
struct Shards {
    /// For matches that share threads.
    shared: Vec<Shard>,
    /// For one huge match each.
    own: Vec<Shard>,
}

impl Directory {
    #[must_use]
    pub fn new(config: DirectoryConfig, clock: Clock, watch: Arc<dyn SessionWatch>) -> Self {
        Self { config, clock, watch, matches: Mutex::default(), shards: Mutex::default() }
    }

    /// Opens the match that is always there.
    pub fn open_permanent(&self) -> Result<MatchSummary, OpenError> {
        self.open_as(OpenRequest { mode: self.config.mode, map: None, fill_to: None }, true)
    }

    /// Opens one more match; it closes by itself when it stays empty. Takes milliseconds: not for a thread that answers.
    pub fn open(&self, request: OpenRequest) -> Result<MatchSummary, OpenError> {
        self.open_as(request, false)
    }

    fn open_as(&self, request: OpenRequest, is_permanent: bool) -> Result<MatchSummary, OpenError> {
        let levels = self.levels(request.map)?;
        let fill_to = request.fill_to.unwrap_or(self.config.fill_to);
        if fill_to > BOTS_MAX {
            return Err(OpenError::TooManyBots(BOTS_MAX));
        }
        let ships_max = fill_to.max(self.config.people_max);
        let (id, seed) = (random_id()?, random_u64()?);
        let facts = MatchFacts {
            id,
            mode: request.mode,
            map: levels.first().map_or_else(String::new, |level| level.name().to_owned()),
            people_max: self.config.people_max,
            opened_at: self.clock.now(),
            is_permanent,
        };
        let first = levels.first().cloned().ok_or(OpenError::Busy)?;
        let config = MatchConfig {
            match_id: id.0,
            levels,
            mode: request.mode,
            ships_max,
            fill_to,
            bot_level: self.config.bot_level,
            ..MatchConfig::new(first, self.config.content.tuning.clone(), seed)
        };
        self.start(facts, config, ships_max)
    }

    fn start(&self, facts: MatchFacts, config: MatchConfig, ships_max: usize) -> Result<MatchSummary, OpenError> {
        let id = facts.id;
        let door = {
            // The bound and the entry are one step, so that two requests cannot both be the last.
            let mut matches = self.lock();
            matches.retain(|_, handle| !handle.figures.is_over());
            if matches.len() >= self.config.matches_max {
                return Err(OpenError::TooMany);
            }
            let door = self.shard_for(ships_max).map_err(|error| {
                tracing::error!(%error, "a match thread could not be started");
                OpenError::Busy
            })?;
            door.stats.matches.fetch_add(1, Ordering::Relaxed);
            matches.insert(id, MatchHandle::new(facts, door.commands.clone()));
            door
        };
        let started = self.find(id).ok_or(OpenError::Busy).and_then(|handle| {
            let summary = handle.summary();
            let core = MatchCore::new(config).map_err(|error| OpenError::Unplayable(error.to_string()))?;
            let runner = Box::new(Runner::new(handle, core, self.watch.clone(), self.clock.now()));
            door.commands.try_send(ShardCommand::Run(runner)).map_err(|_| OpenError::Busy)?;
            Ok(summary)
        });
        if started.is_err() {
            door.stats.matches.fetch_sub(1, Ordering::Relaxed);
            self.lock().remove(&id);
        }
        started
    }

    /// The map that was asked for, or all that the operator allows, in turn.
    fn levels(&self, wanted: Option<String>) -> Result<Vec<Arc<Level>>, OpenError> {
        let Some(name) = wanted.or_else(|| self.config.map.clone()) else { return Ok(self.config.content.levels.clone()) };
        let level = self.config.content.level(&name).cloned();
        level.map(|level| vec![level]).ok_or(OpenError::UnknownMap(name))
    }

    fn shard_for(&self, ships_max: usize) -> std::io::Result<ShardDoor> {
        let Shards { shared, own } = &mut *self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        let is_huge = ships_max > SHARED_SHIPS_MAX;
        let (shards, name, threads_max) =
            if is_huge { (own, "match-own", self.config.matches_max) } else { (shared, "matches", self.config.match_threads) };
        let idlest = shards.iter().min_by_key(|shard| shard.door.stats.matches.load(Ordering::Relaxed));
        let is_free = |shard: &&Shard| shard.door.stats.matches.load(Ordering::Relaxed) == 0;
        if let Some(shard) = idlest.filter(|shard| is_free(shard) || shards.len() >= threads_max) {
            return Ok(shard.door.clone());
        }
        let shard = Shard::start(&format!("{name}-{}", shards.len()), self.clock)?;
        let door = shard.door.clone();
        shards.push(shard);
        Ok(door)
    }

    // ---- questions ----------------------------------------------------------------------------------

    #[must_use]
    pub fn find(&self, id: MatchId) -> Option<MatchHandle> {
        self.lock().get(&id).filter(|handle| !handle.figures.is_over()).cloned()
    }

    #[must_use]
    pub fn summary(&self, id: MatchId) -> Option<MatchSummary> {
        self.find(id).map(|handle| handle.summary())
    }

    #[must_use]
    pub fn summaries(&self) -> Vec<MatchSummary> {
        let matches = self.lock();
        matches.values().filter(|handle| !handle.figures.is_over()).map(MatchHandle::summary).collect()
    }

    #[must_use]
    pub fn maps(&self) -> Vec<String> {
        self.config.content.levels.iter().map(|level| level.name().to_owned()).collect()
    }

    #[must_use]
    pub fn default_mode(&self) -> Mode {
        self.config.mode
    }

    /// Figures of every thread.
    #[must_use]
    pub fn shard_stats(&self) -> Vec<Arc<ShardStats>> {
        let shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        shards.shared.iter().chain(&shards.own).map(|shard| shard.door.stats.clone()).collect()
    }

    /// Does every thread still run?
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let shards = self.shards.lock().unwrap_or_else(PoisonError::into_inner);
        shards.shared.iter().chain(&shards.own).all(Shard::is_alive)
    }

    /// Goodbye to everybody in every match; returns when the threads have ended. Blocks.
    pub fn stop(&self) {
        let Shards { shared, own } = std::mem::take(&mut *self.shards.lock().unwrap_or_else(PoisonError::into_inner));
        let shards: Vec<_> = shared.into_iter().chain(own).collect();
        for shard in &shards {
            let _ = shard.door.commands.send(ShardCommand::Stop);
        }
        shards.into_iter().for_each(Shard::join);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<MatchId, MatchHandle>> {
        self.matches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn random_id() -> Result<MatchId, OpenError> {
    Ok(MatchId(random_u64()? >> (u64::BITS - MatchId::BITS)))
}

fn random_u64() -> Result<u64, OpenError> {
    getrandom::u64().map_err(|_| OpenError::Busy)
}
