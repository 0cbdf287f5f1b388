//! Packets back to ships. Whatever the bytes are: a snapshot, or a typed refusal that changes nothing.

use glam::Vec2;

use super::client_state::{AckState, ring_index};
use super::delta::{DeltaCodes, DeltaFrame};
use super::fields::{HASH_GROUPS, ShipFlags, ShipRecord, ShotRecord, vital_value};
use super::header::{BaselineRef, BaselineSource, Header};
use super::pieces::PieceGatherer;
use super::predict::Predictor;
use super::slot_set::SlotSet;
use super::{own, subset};
use crate::ids::{PlayerSlot, Tick};
use crate::limits::{ACK_MASK_TICKS, KEYFRAME_RING, SLOTS_MAX};
use crate::math::Aim;
use crate::protocol::frame::datagram_kind;
use crate::sim::{OwnShip, ShotMark};
use crate::wire::{BitReader, WireError, quantize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    #[error("not what an encoder of ours writes: {0}")]
    Malformed(#[from] WireError),
    #[error("this snapshot has already arrived")]
    Duplicate,
    #[error("this snapshot is older than anybody remembers")]
    TooOld,
    /// Ask for a first state.
    #[error("the state that this snapshot leans on is not here")]
    BaselineMissing,
}

/// What one packet said.
#[derive(Clone, Copy, Debug)]
pub struct Snapshot<'a> {
    pub tick: Tick,
    /// How early the newest input came, in ticks; negative is late.
    pub margin_ticks: f32,
    /// To the last bit; none without a ship in the match.
    pub own: Option<OwnShip>,
    /// Everybody in sight but the own ship, ascending by seat.
    pub ships: &'a [ShipSample],
    /// Every ship in sight is fresh.
    pub is_complete: bool,
    /// One bit for each `HashGroup` in which this view differs from the host's.
    pub desync: Option<u8>,
}

/// One ship at the snapshot's tick.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShipSample {
    pub slot: PlayerSlot,
    pub life: u8,
    pub pos: Vec2,
    /// Measured on keyframe ticks, predicted and corrected by the position on others.
    pub vel: Vec2,
    pub aim: Aim,
    pub flags: ShipFlags,
    pub hull: u8,
    pub shield: u8,
    pub bolt: Option<ShotMark>,
    pub rail: Option<ShotMark>,
    /// False when the budget had run out and this is only where the ship should be.
    pub is_fresh: bool,
}

/// Ships of one tick, by seat.
#[derive(Clone)]
struct View {
    tick: Option<Tick>,
    ships: SlotSet,
    records: Vec<ShipRecord>,
}

pub struct SnapshotDecoder {
    newest: Option<Tick>,
    /// Bit i: the snapshot of `newest - 1 - i` has arrived.
    mask: u32,
    /// Of keyframe ticks, any of which may be named as the baseline.
    keyframes: Vec<View>,
    first_state: View,
    gatherer: PieceGatherer,
    /// The first state is acked until a snapshot leans on it.
    baseline_to_ack: Option<Tick>,
    incoming: Incoming,
    /// When each ship was last known for certain, and how it was then.
    memory: View,
    known_at: Vec<Tick>,
    samples: Vec<ShipSample>,
}

/// A snapshot while it is read; takes the place of the old state only when all of it made sense.
struct Incoming {
    view: View,
    /// Baseline ships of which an incomplete snapshot says nothing.
    stale: SlotSet,
    /// Baseline ships that are gone from sight, or are another ship by now.
    removed: SlotSet,
    /// The baseline's ships in the order of the wire.
    order: Vec<PlayerSlot>,
}

/// A ship that no incomplete snapshot has told of for so long is taken to be out of sight.
const MEMORY_TICKS: u32 = 30;

impl Default for SnapshotDecoder {
    fn default() -> Self {
        Self::new()
    }
}

impl SnapshotDecoder {
    /// For one match: ticks and seats of another one mean other things.
    #[must_use]
    pub fn new() -> Self {
        Self {
            newest: None,
            mask: 0,
            keyframes: vec![View::new(); KEYFRAME_RING],
            first_state: View::new(),
            gatherer: PieceGatherer::default(),
            baseline_to_ack: None,
            incoming: Incoming::new(),
            memory: View::new(),
            known_at: vec![Tick(0); SLOTS_MAX],
            samples: Vec::with_capacity(SLOTS_MAX),
        }
    }

    /// What every input packet should say.
    #[must_use]
    pub fn ack(&self) -> AckState {
        AckState { snapshots: self.newest.map(|newest| (newest, self.mask)), baseline: self.baseline_to_ack }
    }

    /// One datagram, its kind byte first. Snapshots may come in any order; each is good for what it says of its tick.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<Snapshot<'_>, SnapshotError> {
        let (&kind, payload) = bytes.split_first().ok_or(WireError::TooShort)?;
        if kind != datagram_kind::SNAPSHOT {
            return Err(WireError::OutOfRange.into());
        }
        let mut reader = BitReader::new(payload);
        let mut header = Header { tick: Tick(0), margin: 0, baseline: None, is_complete: false, hash: None };
        Header::stream(&mut reader, &mut header, self.newest.unwrap_or_default())?;
        self.check_age(header.tick)?;
        let mut own = None;
        own::optional(&mut reader, &mut own)?;
        self.read_ships(&mut reader, &header)?;
        reader.finish()?;
        // From here on the snapshot is believed.
        self.note_arrival(&header);
        let desync = header.hash.and_then(|hash| self.incoming.view.desync(header.tick, hash));
        self.collect_samples(&header);
        if header.tick.is_keyframe() {
            let known = &mut self.keyframes[ring_index(header.tick)];
            if known.tick.is_none_or(|tick| tick < header.tick) {
                self.incoming.view.tick = Some(header.tick);
                core::mem::swap(known, &mut self.incoming.view);
            }
        }
        Ok(Snapshot {
            tick: header.tick,
            margin_ticks: f32::from(header.margin) / 8.0,
            own,
            ships: &self.samples,
            is_complete: header.is_complete,
            desync,
        })
    }

    /// One piece of a first state; the keyframe's tick when it was the last that was missing.
    pub fn apply_baseline_piece(
        &mut self,
        tick: Tick,
        index: u8,
        count: u8,
        bytes: &[u8],
    ) -> Result<Option<Tick>, SnapshotError> {
        if !self.gatherer.add(tick, index, count, bytes)? {
            return Ok(None);
        }
        self.first_state.tick = Some(tick);
        self.first_state.ships = self.gatherer.ships;
        self.first_state.records.copy_from_slice(&self.gatherer.records);
        self.baseline_to_ack = Some(tick);
        Ok(Some(tick))
    }

    fn check_age(&self, tick: Tick) -> Result<(), SnapshotError> {
        let Some(newest) = self.newest else { return Ok(()) };
        match newest.since(tick) {
            0 if tick == newest => Err(SnapshotError::Duplicate),
            0 => Ok(()),
            back if back > ACK_MASK_TICKS => Err(SnapshotError::TooOld),
            back if self.mask >> (back - 1) & 1 != 0 => Err(SnapshotError::Duplicate),
            _ => Ok(()),
        }
    }

    fn note_arrival(&mut self, header: &Header) {
        let leans_on_first = header.baseline.is_some_and(|baseline| baseline.source == BaselineSource::Pieces);
        if leans_on_first {
            self.baseline_to_ack = None;
        }
        let Some(newest) = self.newest else {
            self.newest = Some(header.tick);
            return;
        };
        if header.tick > newest {
            let ahead = header.tick.since(newest);
            // The old newest becomes bit `ahead - 1`.
            self.mask = if ahead > ACK_MASK_TICKS { 0 } else { self.mask.checked_shl(ahead).unwrap_or(0) | 1 << (ahead - 1) };
            self.newest = Some(header.tick);
        } else {
            self.mask |= 1 << (newest.since(header.tick) - 1);
        }
    }

    fn read_ships(&mut self, reader: &mut BitReader<'_>, header: &Header) -> Result<(), SnapshotError> {
        let Self { incoming, keyframes, first_state, .. } = self;
        incoming.begin();
        if let Some(baseline) = header.baseline {
            let view = match baseline.source {
                BaselineSource::Snapshot => &keyframes[ring_index(baseline.tick)],
                BaselineSource::Pieces => first_state,
            };
            if view.tick != Some(baseline.tick) {
                return Err(SnapshotError::BaselineMissing);
            }
            incoming.read_deltas(reader, header, baseline, view)?;
        }
        incoming.read_entered(reader)?;
        Ok(())
    }

    fn collect_samples(&mut self, header: &Header) {
        let tick = header.tick;
        let Self { incoming, memory, known_at, samples, newest, .. } = self;
        samples.clear();
        let mut unheard = SlotSet::default();
        if !header.is_complete {
            unheard = memory.ships.without(&incoming.view.ships).without(&incoming.stale);
        }
        for slot in incoming.view.ships.or(&incoming.stale).or(&unheard).iter() {
            let index = slot.index();
            let is_fresh = incoming.view.ships.has(slot);
            let record = if unheard.has(slot) {
                if tick <= known_at[index] || tick.since(known_at[index]) > MEMORY_TICKS {
                    continue;
                }
                on_course(&memory.records[index], tick.since(known_at[index]))
            } else {
                incoming.view.records[index]
            };
            samples.push(sample(slot, &record, tick, is_fresh));
        }
        if *newest != Some(tick) {
            return;
        }
        if header.is_complete {
            memory.ships = incoming.view.ships;
        }
        for slot in incoming.view.ships.iter() {
            memory.ships.insert(slot);
            memory.records[slot.index()] = incoming.view.records[slot.index()];
            known_at[slot.index()] = tick;
        }
        for slot in incoming.removed.iter() {
            memory.ships.remove(slot);
        }
    }
}

impl Incoming {
    fn new() -> Self {
        let nobody = SlotSet::default();
        Self { view: View::new(), stale: nobody, removed: nobody, order: Vec::with_capacity(SLOTS_MAX) }
    }

    fn begin(&mut self) {
        self.view.tick = None;
        (self.view.ships, self.stale, self.removed) = (SlotSet::default(), SlotSet::default(), SlotSet::default());
        self.order.clear();
    }

    fn read_deltas(
        &mut self,
        reader: &mut BitReader<'_>,
        header: &Header,
        baseline: BaselineRef,
        base: &View,
    ) -> Result<(), WireError> {
        let is_keyframe = header.tick.is_keyframe();
        let mut codes = DeltaCodes::default();
        DeltaCodes::stream(reader, &mut codes, is_keyframe)?;
        let frame = DeltaFrame { predictor: Predictor::new(header.tick.since(baseline.tick)), is_keyframe, codes };
        self.order.extend(base.ships.iter());
        self.removed = self.read_missing(reader)?;
        let removed = self.removed;
        self.order.retain(|slot| !removed.has(*slot));
        let untold = self.read_missing(reader)?;
        for &slot in &self.order {
            let known = &base.records[slot.index()];
            let record = &mut self.view.records[slot.index()];
            if untold.has(slot) {
                *record = frame.on_prediction(known);
            } else {
                frame.stream(reader, known, record)?;
            }
            if untold.has(slot) && !header.is_complete {
                self.stale.insert(slot);
            } else {
                self.view.ships.insert(slot);
            }
        }
        Ok(())
    }

    /// Which of `order` are missing from what follows.
    fn read_missing(&self, reader: &mut BitReader<'_>) -> Result<SlotSet, WireError> {
        let mut missing = SlotSet::default();
        if reader.read_bool()? {
            subset::read(reader, self.order.len(), |place| missing.insert(self.order[place]))?;
        }
        Ok(missing)
    }

    fn read_entered(&mut self, reader: &mut BitReader<'_>) -> Result<(), WireError> {
        let mut entered = SlotSet::default();
        #[allow(clippy::cast_possible_truncation)]
        subset::read(reader, SLOTS_MAX, |place| entered.insert(PlayerSlot(place as u16)))?;
        if !entered.and(&self.view.ships.or(&self.stale)).is_empty() {
            return Err(WireError::OutOfRange);
        }
        for slot in entered.iter() {
            ShipRecord::full(reader, &mut self.view.records[slot.index()])?;
        }
        self.view.ships = self.view.ships.or(&entered);
        self.removed = self.removed.without(&entered);
        Ok(())
    }
}

impl View {
    fn new() -> Self {
        Self { tick: None, ships: SlotSet::default(), records: vec![ShipRecord::default(); SLOTS_MAX] }
    }

    /// One bit for each part of the hash that differs.
    fn desync(&self, tick: Tick, expected: [u8; HASH_GROUPS]) -> Option<u8> {
        let mut sum = 0;
        for slot in self.ships.iter() {
            sum ^= u32::from_le_bytes(self.records[slot.index()].hash(slot.0, tick.is_keyframe()));
        }
        let parts = sum.to_le_bytes().into_iter().zip(expected);
        let fields = parts.enumerate().map(|(group, (own, expected))| u8::from(own != expected) << group).sum();
        (fields != 0).then_some(fields)
    }
}

/// Where a ship is that has not been heard of for some ticks.
#[allow(clippy::cast_possible_truncation)]
fn on_course(record: &ShipRecord, ticks: u32) -> ShipRecord {
    let (x, y) = Predictor::new(ticks).position(record);
    ShipRecord { x: x as i16, y: y as i16, bolt: None, rail: None, ..*record }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn sample(slot: PlayerSlot, record: &ShipRecord, tick: Tick, is_fresh: bool) -> ShipSample {
    let mark = |shot: ShotRecord| ShotMark { tick: tick.minus(shot.age.into()), aim: Aim(shot.aim) };
    ShipSample {
        slot,
        life: record.life as u8,
        pos: Vec2::new(quantize::position_metres(record.x as u16), quantize::position_metres(record.y as u16)),
        vel: Vec2::new(quantize::velocity_mps(record.vx), quantize::velocity_mps(record.vy)),
        aim: quantize::aim_direction(record.aim as u8),
        flags: ShipFlags(record.flags as u8),
        hull: vital_value(record.hull),
        shield: vital_value(record.shield),
        bolt: record.bolt.map(mark),
        rail: record.rail.map(mark),
        is_fresh,
    }
}

#[cfg(test)]
impl SnapshotDecoder {
    pub(super) fn copy_state_for_tests(&mut self, other: &Self) {
        (self.newest, self.mask, self.baseline_to_ack) = (other.newest, other.mask, other.baseline_to_ack);
        self.keyframes.clone_from(&other.keyframes);
        self.first_state = other.first_state.clone();
    }
}
