//! The authoritative match, whoever drives it: a server, a player's browser, a test in virtual time.
//!
//! Events go in through `join` and `handle`, time through `tick`, one step each; what is to be sent comes out of `poll_output`.

mod admission;
mod announce;
mod bots;
pub mod config;
pub mod event;
pub mod input_buffer;
pub mod name;
mod outbox;
pub mod recording;
mod score_board;
mod seat;
mod snapshots;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use config::{MatchConfig, MatchConfigError};
pub use event::{HostEvent, HostOutput, NewPlayer};

use crate::bot::BotCrew;
use crate::ids::{Micros, PlayerSlot, Tick};
use crate::limits::{KILL_FEED_PER_S_MAX, SLOTS_MAX, TICK_US};
use crate::protocol::event::{Mode, Phase, PhaseState, PlayerProfile};
use crate::replication::{EncoderConfig, SnapshotEncoder};
use crate::rng::Rng;
use crate::session::flood_guard::TokenBucket;
use crate::sim::{Level, SimConfig, SimEvent, Simulation};
use input_buffer::InputCounts;
use outbox::Outbox;
use recording::RecordedSimulation;
use score_board::ScoreBoard;
use seat::{Seat, Seats};

/// Seats beyond the ships, so that a seat that was just left can rest.
const SPARE_SEATS: usize = 16;

/// Colours that are dealt out to those who have no wish.
const COLOURS: u8 = 12;

/// What a match counted since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatchStats {
    /// Inputs of all who are seated now.
    pub inputs: InputCounts,
    /// Clients that reported a state other than this one.
    pub desyncs: u64,
    /// Input packets that made no sense.
    pub malformed: u64,
}

pub struct MatchCore {
    config: MatchConfig,
    world: RecordedSimulation,
    seats: Seats,
    crew: BotCrew,
    encoder: SnapshotEncoder,
    outbox: Outbox,
    board: ScoreBoard,
    kill_feed: TokenBucket,
    dice: Rng,
    level_index: usize,
    /// When the newest state's tick began.
    ticked_at: Micros,
    /// When somebody left last, or a bot came.
    left_at: Tick,
    events: Vec<SimEvent>,
    desyncs: u64,
    malformed: u64,
}

impl MatchCore {
    /// # Errors
    /// What is wrong with the configuration.
    pub fn new(config: MatchConfig) -> Result<Self, MatchConfigError> {
        config.check()?;
        let level = config.levels[0].clone();
        let MatchConfig { mode, seed, .. } = config;
        let mut world = RecordedSimulation::new(SimConfig { level, tuning: config.tuning.clone(), mode, seed });
        if let Some(hash_every_ticks) = config.record_hash_every_ticks {
            world.record(seed, &config.levels, hash_every_ticks);
        }
        let seat_count = (config.ships_max + SPARE_SEATS).min(SLOTS_MAX);
        world.sim.reserve_slots(seat_count);
        let mut core = Self {
            world,
            seats: Seats::new(seat_count),
            crew: BotCrew::new(config.levels[0].clone()),
            encoder: SnapshotEncoder::new(EncoderConfig { with_state_hash: config.with_state_hash }),
            outbox: Outbox::default(),
            board: ScoreBoard::default(),
            kill_feed: TokenBucket::new(KILL_FEED_PER_S_MAX, 2 * KILL_FEED_PER_S_MAX),
            dice: Rng::with_stream(config.seed, 0x6057),
            level_index: 0,
            ticked_at: Micros::default(),
            left_at: Tick(0),
            events: Vec::new(),
            desyncs: 0,
            malformed: 0,
            config,
        };
        core.fill_with_bots();
        Ok(core)
    }

    /// Exactly one step. `now` is the moment at which this tick was due; ticks may be run late, but their moments are a steady row.
    pub fn tick(&mut self, now: Micros) {
        self.ticked_at = now;
        self.start_next_match_if_due();
        self.expire_seats(now);
        self.call_bots();
        self.take_inputs();
        self.think_for_bots();
        self.world.step();
        self.announce_events(now);
        self.announce_boards();
        self.encode_snapshots();
    }

    /// What is to be carried out, until `None`. A snapshot that is not fetched before the next tick is gone.
    pub fn poll_output(&mut self) -> Option<HostOutput<'_>> {
        self.outbox.poll()
    }

    fn take_inputs(&mut self) {
        let next = self.world.sim.tick().next();
        for (slot, seat) in self.seats.iter_mut() {
            let Seat::Playing(player) = seat else { continue };
            let (input, view_lag_ticks) = player.inputs.take(next);
            self.world.set_input(slot, input, view_lag_ticks);
        }
    }

    fn start_next_match_if_due(&mut self) {
        let PhaseState { phase, ends_at } = self.world.sim.phase();
        if phase != Phase::Ended || self.tick_number() < ends_at {
            return;
        }
        self.level_index = (self.level_index + 1) % self.config.levels.len();
        let level = self.config.levels[self.level_index].clone();
        self.world.start_next_match(level, u8::try_from(self.level_index).unwrap_or(0));
        // The start says all that the events of the change would.
        self.world.sim.drain_events(|_| {});
        self.board = ScoreBoard::default();
        let listeners: Vec<PlayerSlot> = self.seats.listeners().collect();
        listeners.into_iter().for_each(|slot| self.tell_start(slot));
    }

    fn next_colour(&self, slot: PlayerSlot) -> u8 {
        u8::try_from(slot.0 % u16::from(COLOURS)).unwrap_or(0)
    }

    // ---- questions ----------------------------------------------------------------------------------

    /// Of the newest state.
    #[must_use]
    pub fn tick_number(&self) -> Tick {
        self.world.sim.tick()
    }

    #[must_use]
    pub fn phase(&self) -> PhaseState {
        self.world.sim.phase()
    }

    #[must_use]
    pub fn mode(&self) -> Mode {
        self.config.mode
    }

    #[must_use]
    pub fn level(&self) -> &Arc<Level> {
        self.world.sim.level()
    }

    #[must_use]
    pub fn config(&self) -> &MatchConfig {
        &self.config
    }

    /// People with a seat, whether playing, away or on their way in.
    #[must_use]
    pub fn people_count(&self) -> usize {
        self.seats.people_count()
    }

    #[must_use]
    pub fn bot_count(&self) -> usize {
        self.seats.bot_count()
    }

    /// Everybody with a ship, by slot.
    pub fn profiles(&self) -> impl Iterator<Item = &PlayerProfile> {
        self.seats.iter().filter_map(|(_, seat)| seat.flying())
    }

    /// The world itself, to look at.
    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.world.sim
    }

    /// The recording so far, if the configuration asked for one.
    #[must_use]
    pub fn recording(&self) -> Option<&[u8]> {
        self.world.recording()
    }

    #[must_use]
    pub fn stats(&self) -> MatchStats {
        let mut inputs = InputCounts::default();
        for player in self.seats.iter().filter_map(|(_, seat)| seat.player()) {
            inputs.add(player.inputs.counts);
        }
        MatchStats { inputs, desyncs: self.desyncs, malformed: self.malformed }
    }

    /// How early inputs for `tick` that arrive at `at` are, in ticks.
    #[allow(clippy::cast_precision_loss)]
    fn margin_ticks(&self, tick: Tick, at: Micros) -> f32 {
        let ahead_us = i64::from(tick.since(self.tick_number())) * TICK_US as i64
            - i64::from(self.tick_number().since(tick)) * TICK_US as i64;
        let since_us = at.since(self.ticked_at) as i64 - self.ticked_at.since(at) as i64;
        (ahead_us - since_us) as f32 / TICK_US as f32
    }
}
