//! A first state over the reliable lane: full records of a keyframe, cut into pieces. Deltas start when all of them have arrived.

use super::client_state::FirstState;
use super::fields::ShipRecord;
use super::slot_set::SlotSet;
use super::stream::SPLICE_BITS_MAX;
use super::table::ShipTable;
use crate::ids::{PlayerSlot, Tick};
use crate::limits::{BASELINE_PIECE_BYTES_MAX, SLOTS_MAX};
use crate::protocol::event::HostMessage;
use crate::wire::{BitReader, BitWriter, WireError};

const SLOT_BITS: u32 = 10;
const COUNT_BITS: u32 = 8;
/// So many of the longest records fit into a piece.
const SHIPS_PER_PIECE: usize = (8 * BASELINE_PIECE_BYTES_MAX - COUNT_BITS as usize) / (SLOT_BITS + SPLICE_BITS_MAX) as usize;
/// Pieces of the largest first state.
pub const PIECES_MAX: usize = SLOTS_MAX.div_ceil(SHIPS_PER_PIECE);

const _: () = assert!(SLOTS_MAX == 1 << SLOT_BITS && SHIPS_PER_PIECE < 1 << COUNT_BITS && PIECES_MAX < 256);

/// The next piece, none after the last. An empty first state has one empty piece.
#[allow(clippy::cast_possible_truncation)]
pub fn make(first: &mut FirstState, keyframe: &ShipTable) -> Option<HostMessage> {
    let count = first.ships.len().div_ceil(SHIPS_PER_PIECE).max(1) as u8;
    let index = first.pieces_made;
    if index >= count {
        return None;
    }
    first.pieces_made += 1;
    let skipped = usize::from(index) * SHIPS_PER_PIECE;
    let ship_count = (first.ships.len() - skipped).min(SHIPS_PER_PIECE);
    let mut bytes = Vec::new();
    let mut writer = BitWriter::new(&mut bytes);
    writer.append(ship_count as u64, COUNT_BITS);
    for slot in first.ships.iter().skip(skipped).take(ship_count) {
        writer.append(slot.0.into(), SLOT_BITS);
        // A bit writer refuses nothing.
        let _ = ShipRecord::full(&mut writer, &mut keyframe.ships[slot.index()].clone());
    }
    writer.finish();
    Some(HostMessage::BaselinePiece { tick: first.tick, index, count, bytes })
}

/// Gathers the pieces of one first state; pieces of a newer one start it anew.
#[derive(Default)]
pub struct PieceGatherer {
    tick: Option<Tick>,
    count: u8,
    arrived: Vec<bool>,
    pub ships: SlotSet,
    pub records: Vec<ShipRecord>,
}

impl PieceGatherer {
    /// True when the first state is whole.
    pub fn add(&mut self, tick: Tick, index: u8, count: u8, bytes: &[u8]) -> Result<bool, WireError> {
        if usize::from(count) > PIECES_MAX || index >= count || !tick.is_keyframe() {
            return Err(WireError::OutOfRange);
        }
        if self.tick != Some(tick) || self.count != count {
            self.start(tick, count);
        }
        if self.arrived[usize::from(index)] {
            return Ok(false);
        }
        self.read(bytes)?;
        self.arrived[usize::from(index)] = true;
        Ok(self.arrived.iter().all(|has_arrived| *has_arrived))
    }

    fn start(&mut self, tick: Tick, count: u8) {
        self.tick = Some(tick);
        self.count = count;
        self.arrived.clear();
        self.arrived.resize(usize::from(count), false);
        self.ships = SlotSet::default();
        self.records.clear();
        self.records.resize(SLOTS_MAX, ShipRecord::default());
    }

    #[allow(clippy::cast_possible_truncation)]
    fn read(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let mut reader = BitReader::new(bytes);
        for _ in 0..reader.read(COUNT_BITS)? {
            let slot = PlayerSlot(reader.read(SLOT_BITS)? as u16);
            if self.ships.has(slot) {
                return Err(WireError::OutOfRange);
            }
            ShipRecord::full(&mut reader, &mut self.records[slot.index()])?;
            self.ships.insert(slot);
        }
        reader.finish()
    }
}
