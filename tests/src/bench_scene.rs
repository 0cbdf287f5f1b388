//! The standard scenes that benchmarks measure: real bots in the real game, encoded for everybody, acks on the way for some ticks.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use slipstream_shared::bot::{BotCrew, BotLevel};
use slipstream_shared::host::{HostEvent, MatchConfig, MatchCore, NewPlayer};
use slipstream_shared::ids::{Micros, PlayerSlot, Team, Tick};
use slipstream_shared::limits::SNAPSHOT_BYTES_MAX;
use slipstream_shared::protocol::input_packet::{InputHeader, encode_input_packet};
use slipstream_shared::replication::{AckState, ClientConfig, EncoderConfig, Interest, NearInterest, SnapshotEncoder};
use slipstream_shared::sim::{Level, Mode, SimConfig, Simulation, Tuning};
use slipstream_shared::wire::BitReader;

#[derive(Clone, Copy, Debug)]
pub struct SceneConfig {
    pub name: &'static str,
    pub ships: u16,
    pub interest: Interest,
    /// A box of this many tiles stands in when the maps are not there.
    pub box_tiles: (u16, u16),
    pub map: Option<&'static str>,
    /// Shots hardly hurt, so that all ships are there all the time.
    pub is_harmless: bool,
    /// From a snapshot's tick to the tick whose encoder knows that it arrived.
    pub ack_ticks: u32,
}

/// 256 ships, all visible to all.
pub const BRAWL_256: SceneConfig = SceneConfig {
    name: "brawl-256",
    ships: 256,
    interest: Interest::Everything,
    box_tiles: (120, 80),
    map: Some("medium"),
    is_harmless: true,
    ack_ticks: 2,
};

/// 1000 ships on the large map, each seeing those near it.
pub const ARENA_1000: SceneConfig = SceneConfig {
    name: "arena-1000",
    ships: 1000,
    interest: Interest::Near(NearInterest { half_width_m: 50, half_height_m: 34, margin_m: 4 }),
    box_tiles: (250, 250),
    map: Some("large"),
    is_harmless: false,
    ack_ticks: 2,
};

/// What one round of a scene cost.
#[derive(Clone, Debug, Default)]
pub struct SceneFigures {
    pub ticks: u32,
    pub bots: Duration,
    pub step: Duration,
    pub capture: Duration,
    pub encode: Duration,
    pub snapshots: u64,
    pub bytes: u64,
    pub bytes_max: usize,
    /// Snapshots whose budget did not hold all ships in sight.
    pub incomplete: u64,
    /// Ships in sight, the own ones not counted.
    pub visible: u64,
    /// Ships of all ticks, and those of them that stood still.
    pub ships: u64,
    pub still: u64,
    pub allocations: u64,
}

pub struct Scene {
    pub config: SceneConfig,
    pub simulation: Simulation,
    crew: BotCrew,
    pub encoder: SnapshotEncoder,
    arrived: VecDeque<Tick>,
    out: Vec<u8>,
}

impl Scene {
    #[must_use]
    pub fn new(config: SceneConfig, maps: &Path, seed: u64) -> Self {
        let level = Arc::new(level_of(&config, maps));
        let tuning = Arc::new(tuning_of(&config));
        let mode = Mode::FreeForAll;
        let mut simulation = Simulation::new(SimConfig { level: Arc::clone(&level), tuning, mode, seed });
        let mut crew = BotCrew::new(level);
        let mut encoder = SnapshotEncoder::new(EncoderConfig::default());
        simulation.reserve_slots(config.ships.into());
        for index in 0..config.ships {
            let slot = PlayerSlot(index);
            simulation.add_player(slot, Team::Solo);
            crew.add(slot, BotLevel::Normal, seed ^ u64::from(index));
            encoder.add_client(slot, &ClientConfig { budget_bytes: SNAPSHOT_BYTES_MAX, interest: config.interest });
        }
        let out = Vec::with_capacity(usize::from(config.ships) * 2 * SNAPSHOT_BYTES_MAX);
        Self { config, simulation, crew, encoder, arrived: VecDeque::with_capacity(64), out }
    }

    /// Plays `ticks` ticks. `allocations` is asked before and after each capture and encoding.
    pub fn play(&mut self, ticks: u32, allocations: impl Fn() -> u64) -> SceneFigures {
        let mut figures = SceneFigures { ticks, ..SceneFigures::default() };
        for _ in 0..ticks {
            let start = cpu_now();
            self.crew.drive(&mut self.simulation);
            figures.bots += cpu_now() - start;
            let start = cpu_now();
            self.simulation.step();
            figures.step += cpu_now() - start;
            self.acknowledge();
            let before = allocations();
            let start = cpu_now();
            self.encoder.begin_tick(&self.simulation);
            figures.capture += cpu_now() - start;
            let start = cpu_now();
            self.encode(&mut figures);
            figures.encode += cpu_now() - start;
            figures.allocations += allocations() - before;
            self.count_visible(&mut figures);
        }
        figures
    }

    fn encode(&mut self, figures: &mut SceneFigures) {
        self.out.clear();
        for index in 0..self.config.ships {
            let start = self.out.len();
            self.encoder.encode(PlayerSlot(index), 8, &mut self.out);
            let bytes = self.out.len() - start;
            figures.bytes += bytes as u64;
            figures.bytes_max = figures.bytes_max.max(bytes);
            figures.incomplete += u64::from(!is_complete(&self.out[start..]));
        }
        figures.snapshots += u64::from(self.config.ships);
    }

    fn acknowledge(&mut self) {
        self.arrived.push_back(self.simulation.tick());
        if self.arrived.len() <= self.config.ack_ticks as usize {
            return;
        }
        let Some(tick) = self.arrived.pop_front() else { return };
        let ack = AckState { snapshots: Some((tick, u32::MAX)), baseline: None };
        for index in 0..self.config.ships {
            self.encoder.on_ack(PlayerSlot(index), &ack);
        }
    }

    fn count_visible(&self, figures: &mut SceneFigures) {
        let table = self.encoder.table();
        figures.ships += table.present.len() as u64;
        let is_still = |slot: &PlayerSlot| table.ships[slot.index()].vx == 0 && table.ships[slot.index()].vy == 0;
        figures.still += table.present.iter().filter(is_still).count() as u64;
        figures.visible += (0..self.config.ships).map(|index| self.encoder.visible_count(PlayerSlot(index)) as u64).sum::<u64>();
    }
}

/// The same scene played through the door of the match: every ship a player's, with input packets, acks and all.
pub struct MatchScene {
    pub core: MatchCore,
    config: SceneConfig,
    crew: BotCrew,
    now: Micros,
    packet: Vec<u8>,
}

impl MatchScene {
    /// # Panics
    /// When the match refuses what a benchmark asks of it.
    #[must_use]
    pub fn new(config: SceneConfig, maps: &Path, seed: u64) -> Self {
        let level = Arc::new(level_of(&config, maps));
        let mut match_config = MatchConfig::new(Arc::clone(&level), Arc::new(tuning_of(&config)), seed);
        match_config.ships_max = config.ships.into();
        match_config.interest = config.interest;
        match_config.with_state_hash = false;
        let mut core = MatchCore::new(match_config).expect("a scene is a valid match");
        let mut crew = BotCrew::new(level);
        for index in 0..config.ships {
            let player = NewPlayer { name: format!("{index}"), ..NewPlayer::default() };
            let slot = core.join(Micros(0), &player).expect("there is a seat for every ship");
            let opened = HostEvent::LinkOpened { slot, datagram_bytes_max: 1150, is_fresh: true };
            core.handle(Micros(0), opened).expect("a link may open");
            crew.add(slot, BotLevel::Normal, seed ^ u64::from(index));
        }
        Self { core, config, crew, now: Micros(0), packet: Vec::with_capacity(64) }
    }

    /// Plays `ticks` ticks; the time of `MatchCore::tick` alone and that of the bots.
    pub fn play(&mut self, ticks: u32) -> (Duration, Duration) {
        let (mut ticking, mut thinking) = (Duration::ZERO, Duration::ZERO);
        for _ in 0..ticks {
            let start = cpu_now();
            let inputs = self.crew.think(self.core.simulation());
            thinking += cpu_now() - start;
            let tick = self.core.tick_number();
            let ack = tick.0.checked_sub(self.config.ack_ticks.saturating_sub(1)).map(|newest| (Tick(newest), u32::MAX));
            for (slot, input) in inputs {
                let header = InputHeader { newest: tick.next(), ack, baseline: None, view_lag_ticks: 2.0 };
                self.packet.clear();
                encode_input_packet(&header, [*input], &mut self.packet);
                let arrived = HostEvent::InputArrived { slot: *slot, packet: &self.packet, at: self.now };
                let _ = self.core.handle(self.now, arrived);
            }
            self.now = self.now.plus_us(16_667);
            let start = cpu_now();
            self.core.tick(self.now);
            ticking += cpu_now() - start;
            while self.core.poll_output().is_some() {}
        }
        (ticking, thinking)
    }
}

/// The bit behind the age of the baseline and its source; without a baseline, behind the other half of the tick.
fn is_complete(snapshot: &[u8]) -> bool {
    let mut reader = BitReader::new(snapshot);
    let mut skip = |bits| reader.read(bits).unwrap_or(0);
    skip(8 + 16 + 8);
    let age = skip(5);
    skip(if age == 0 { 16 } else { 1 });
    skip(1) == 1
}

fn tuning_of(config: &SceneConfig) -> Tuning {
    let mut tuning = Tuning::default();
    if config.is_harmless {
        (tuning.pulse.damage, tuning.rail.damage) = (1, 1);
        (tuning.vitals.shield_delay_ticks, tuning.vitals.shield_point_ticks) = (1, 1);
    }
    tuning
}

/// This thread's time on the processor, where the system tells it: other programs do not count. Allocates nothing.
#[must_use]
pub fn cpu_now() -> Duration {
    let mut told = [0; 64];
    let read = File::open("/proc/thread-self/schedstat").and_then(|mut file| file.read(&mut told)).unwrap_or(0);
    let digits = told[..read].iter().take_while(|byte| byte.is_ascii_digit());
    Duration::from_nanos(digits.fold(0, |ns, digit| ns * 10 + u64::from(digit - b'0')))
}

fn level_of(config: &SceneConfig, maps: &Path) -> Level {
    let file = config.map.map(|name| (name, maps.join(format!("{name}.tmj"))));
    let from_file = file.and_then(|(name, path)| Level::from_tiled_json(name, &std::fs::read_to_string(path).ok()?).ok());
    from_file.unwrap_or_else(|| Level::open_box(config.box_tiles.0, config.box_tiles.1))
}
