//! A match as a file: the seed, and everything that was done to the simulation, tick by tick. Played again it gives the same states,
//! on every machine; hashes in the stream say at which tick it did not.

use std::sync::Arc;

use crate::ids::{PlayerSlot, Team, Tick};
use crate::limits::{LEVEL_BYTES_MAX, RECORDING_BYTES_MAX, RECORDING_LEVELS_MAX, SLOTS_MAX, TUNING_JSON_BYTES_MAX};
use crate::math::{AIM_STEPS, Aim};
use crate::protocol::input_packet::VIEW_LAG_STEPS_PER_TICK;
use crate::sim::input::MOVE_STEPS;
use crate::sim::{Buttons, Level, Mode, PlayerInput, SimConfig, Simulation, Tuning};
use crate::wire::{ByteReader, ByteWriter, WireError};

/// First bytes of a recording; the digit counts the format's versions.
const MAGIC: &[u8; 8] = b"SLIPREC1";

/// What can be done to a simulation, as the first byte of each entry.
mod deed {
    pub const STEP: u8 = 0;
    pub const ADD_PLAYER: u8 = 1;
    pub const REMOVE_PLAYER: u8 = 2;
    pub const SET_AWAY: u8 = 3;
    pub const SET_INPUT: u8 = 4;
    pub const NEXT_MATCH: u8 = 5;
    /// What the state's hash must be here.
    pub const HASH: u8 = 6;
}

/// Why a recording could not be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingError {
    #[error("these are not the bytes of a recording: {0}")]
    Wire(#[from] WireError),
    #[error("the recording has another format")]
    OtherFormat,
    #[error("the level or the tunables in the recording are not valid")]
    Content,
    #[error("the state differs at tick {}", .0.0)]
    Diverged(Tick),
}

/// The simulation together with the memory of all that was done to it. Whoever only looks uses `sim`.
pub struct RecordedSimulation {
    pub sim: Simulation,
    recorder: Option<Recorder>,
}

struct Recorder {
    bytes: Vec<u8>,
    hash_every_ticks: u32,
    /// The input of each seat that is in force.
    inputs: Vec<(PlayerInput, u8)>,
    is_full: bool,
}

impl RecordedSimulation {
    #[must_use]
    pub fn new(config: SimConfig) -> Self {
        Self { sim: Simulation::new(config), recorder: None }
    }

    /// Records from here on; only at tick 0, because a recording begins with the seed. A hash is noted every so many ticks.
    pub fn record(&mut self, seed: u64, levels: &[Arc<Level>], hash_every_ticks: u32) {
        debug_assert!(self.sim.tick() == Tick(0) && self.sim.player_count() == 0, "a recording begins with the seed alone");
        let mut bytes = MAGIC.to_vec();
        let mut writer = ByteWriter::new(&mut bytes);
        writer.u8(u8::from(self.sim.mode() == Mode::Teams));
        writer.u64(seed);
        writer.block(self.sim.tuning().to_json().as_bytes());
        writer.varint(levels.len() as u64);
        levels.iter().for_each(|level| writer.block(&level.to_bytes()));
        let inputs = vec![(PlayerInput::default(), 0); SLOTS_MAX];
        self.recorder = Some(Recorder { bytes, hash_every_ticks: hash_every_ticks.max(1), inputs, is_full: false });
    }

    /// The file so far. `None` when nothing was recorded, or more than `RECORDING_BYTES_MAX`.
    #[must_use]
    pub fn recording(&self) -> Option<&[u8]> {
        self.recorder.as_ref().filter(|recorder| !recorder.is_full).map(|recorder| recorder.bytes.as_slice())
    }

    pub fn add_player(&mut self, slot: PlayerSlot, team: Team) {
        self.sim.add_player(slot, team);
        if let Some(recorder) = &mut self.recorder {
            recorder.inputs[slot.index()] = (PlayerInput::default(), 0);
            recorder.note(deed::ADD_PLAYER, slot, &[team_number(team)]);
        }
    }

    pub fn remove_player(&mut self, slot: PlayerSlot) {
        self.sim.remove_player(slot);
        if let Some(recorder) = &mut self.recorder {
            recorder.note(deed::REMOVE_PLAYER, slot, &[]);
        }
    }

    pub fn set_away(&mut self, slot: PlayerSlot, is_away: bool) {
        self.sim.set_away(slot, is_away);
        if let Some(recorder) = &mut self.recorder {
            recorder.note(deed::SET_AWAY, slot, &[u8::from(is_away)]);
        }
    }

    pub fn set_input(&mut self, slot: PlayerSlot, input: PlayerInput, view_lag_ticks: f32) {
        let lag_steps = lag_steps(view_lag_ticks);
        self.sim.set_input(slot, input, lag_ticks(lag_steps));
        if let Some(recorder) = &mut self.recorder
            && recorder.inputs[slot.index()] != (input, lag_steps)
        {
            recorder.inputs[slot.index()] = (input, lag_steps);
            let [aim_low, aim_high] = input.aim.0.to_le_bytes();
            let [x, y] = [input.move_x.to_le_bytes()[0], input.move_y.to_le_bytes()[0]];
            recorder.note(deed::SET_INPUT, slot, &[x, y, aim_low, aim_high, input.buttons.0, lag_steps]);
        }
    }

    /// `level_index` counts in the levels that `record` was given.
    pub fn start_next_match(&mut self, level: Arc<Level>, level_index: u8) {
        self.sim.start_next_match(level);
        if let Some(recorder) = &mut self.recorder {
            recorder.push(&[deed::NEXT_MATCH, level_index]);
        }
    }

    pub fn step(&mut self) {
        self.sim.step();
        if let Some(recorder) = &mut self.recorder {
            recorder.push(&[deed::STEP]);
            if self.sim.tick().0.is_multiple_of(recorder.hash_every_ticks) {
                recorder.push(&[deed::HASH]);
                recorder.push(&self.sim.state_hash().to_le_bytes());
            }
        }
    }
}

impl Recorder {
    fn note(&mut self, deed: u8, slot: PlayerSlot, rest: &[u8]) {
        let [low, high] = slot.0.to_le_bytes();
        self.push(&[deed, low, high]);
        self.push(rest);
    }

    /// A recording that would grow past its bound ends for good: half a file is no recording.
    fn push(&mut self, bytes: &[u8]) {
        self.is_full |= self.bytes.len() + bytes.len() > RECORDING_BYTES_MAX;
        if !self.is_full {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

/// Plays a recording, one tick at a time.
pub struct Replay<'a> {
    pub sim: Simulation,
    levels: Vec<Arc<Level>>,
    rest: ByteReader<'a>,
}

impl<'a> Replay<'a> {
    /// # Errors
    /// Bytes that are no recording, or one of another format.
    pub fn new(recording: &'a [u8]) -> Result<Self, RecordingError> {
        let mut reader = ByteReader::new(recording);
        if reader.bytes(MAGIC.len())? != MAGIC {
            return Err(RecordingError::OtherFormat);
        }
        let mode = if reader.u8()? == 1 { Mode::Teams } else { Mode::FreeForAll };
        let seed = reader.u64()?;
        let tuning = core::str::from_utf8(reader.block(TUNING_JSON_BYTES_MAX)?).map_err(|_| RecordingError::Content)?;
        let tuning = Arc::new(Tuning::from_json(tuning).map_err(|_| RecordingError::Content)?);
        let level_count = reader.varint()?;
        if level_count == 0 || level_count > RECORDING_LEVELS_MAX {
            return Err(WireError::OutOfRange.into());
        }
        let mut levels = Vec::new();
        for _ in 0..level_count {
            let level = Level::from_bytes(reader.block(LEVEL_BYTES_MAX)?).map_err(|_| RecordingError::Content)?;
            levels.push(Arc::new(level));
        }
        let sim = Simulation::new(SimConfig { level: levels[0].clone(), tuning, mode, seed });
        Ok(Self { sim, levels, rest: reader })
    }

    /// The next tick, or `None` at the end.
    ///
    /// # Errors
    /// `Diverged` when the state is not the recorded one.
    pub fn step(&mut self) -> Result<Option<Tick>, RecordingError> {
        while self.rest.bytes_left() > 0 {
            match self.rest.u8()? {
                deed::STEP => {
                    self.sim.step();
                    return Ok(Some(self.sim.tick()));
                }
                deed::HASH => {
                    if self.rest.u64()? != self.sim.state_hash() {
                        return Err(RecordingError::Diverged(self.sim.tick()));
                    }
                }
                deed::ADD_PLAYER => {
                    let slot = self.slot()?;
                    let team = team_from_number(self.rest.u8()?)?;
                    self.sim.add_player(slot, team);
                }
                deed::REMOVE_PLAYER => {
                    let slot = self.slot()?;
                    self.sim.remove_player(slot);
                }
                deed::SET_AWAY => {
                    let slot = self.slot()?;
                    let is_away = self.rest.u8()? == 1;
                    self.sim.set_away(slot, is_away);
                }
                deed::SET_INPUT => self.set_input()?,
                deed::NEXT_MATCH => {
                    let index = usize::from(self.rest.u8()?);
                    let level = self.levels.get(index).ok_or(WireError::OutOfRange)?.clone();
                    self.sim.start_next_match(level);
                }
                _ => return Err(WireError::OutOfRange.into()),
            }
        }
        Ok(None)
    }

    fn slot(&mut self) -> Result<PlayerSlot, WireError> {
        let slot = PlayerSlot(self.rest.u16()?);
        if slot.index() < SLOTS_MAX { Ok(slot) } else { Err(WireError::OutOfRange) }
    }

    fn set_input(&mut self) -> Result<(), WireError> {
        let slot = self.slot()?;
        let (move_x, move_y) = (i8::from_le_bytes([self.rest.u8()?]), i8::from_le_bytes([self.rest.u8()?]));
        let (aim, buttons, lag) = (Aim(self.rest.u16()?), Buttons(self.rest.u8()?), self.rest.u8()?);
        let is_stick = move_x.unsigned_abs().max(move_y.unsigned_abs()) <= MOVE_STEPS.unsigned_abs();
        if !is_stick || aim.0 >= AIM_STEPS || buttons.0 > Buttons::ALL {
            return Err(WireError::OutOfRange);
        }
        self.sim.set_input(slot, PlayerInput { move_x, move_y, aim, buttons }, lag_ticks(lag));
        Ok(())
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn lag_steps(view_lag_ticks: f32) -> u8 {
    libm::roundf(view_lag_ticks * VIEW_LAG_STEPS_PER_TICK) as u8
}

fn lag_ticks(steps: u8) -> f32 {
    f32::from(steps) / VIEW_LAG_STEPS_PER_TICK
}

fn team_number(team: Team) -> u8 {
    match team {
        Team::Solo => 0,
        Team::Blue => 1,
        Team::Orange => 2,
    }
}

fn team_from_number(number: u8) -> Result<Team, WireError> {
    match number {
        0 => Ok(Team::Solo),
        1 => Ok(Team::Blue),
        2 => Ok(Team::Orange),
        _ => Err(WireError::OutOfRange),
    }
}
