//! The delta bits of every ship against one keyframe, made once a tick and spliced into the packets of all who lean on it.

use super::delta::{CODE_BITS, DeltaCodes, DeltaFrame};
use super::fields::ShipRecord;
use super::predict::Predictor;
use super::slot_set::SlotSet;
use super::stream::{Splice, Stream};
use super::table::ShipTable;
use crate::ids::{PlayerSlot, Tick};
use crate::limits::SLOTS_MAX;
use crate::wire::{BitWriter, WireError};

pub struct SharedDeltas {
    /// Which pair of ticks this was made for.
    made_for: Option<(Tick, Tick)>,
    pub codes: DeltaCodes,
    /// Ships that the keyframe knows and whose delta is worth sending: all others enter anew.
    pub known: SlotSet,
    /// Those of `known` that are exactly on prediction.
    pub on_prediction: SlotSet,
    /// What the record of a ship on prediction costs.
    pub idle_bits: u32,
    bits: Vec<Bits>,
}

/// Two words and a length in 24 bytes: what one splice reads lies in one cache line.
#[derive(Clone, Copy, Default)]
struct Bits {
    low: u64,
    high: u64,
    len: u32,
}

impl SharedDeltas {
    #[must_use]
    pub fn new() -> Self {
        Self {
            made_for: None,
            codes: DeltaCodes::default(),
            known: SlotSet::default(),
            on_prediction: SlotSet::default(),
            idle_bits: 0,
            bits: vec![Bits::default(); SLOTS_MAX],
        }
    }

    pub fn forget(&mut self) {
        self.made_for = None;
    }

    /// Makes the bits unless they are there.
    pub fn prepare(&mut self, now: &ShipTable, base: &ShipTable) {
        let wanted = Some((now.tick, base.tick));
        if self.made_for == wanted {
            return;
        }
        self.made_for = wanted;
        let both = now.present.and(&base.present);
        let predictor = Predictor::new(now.tick.since(base.tick));
        let is_keyframe = now.tick.is_keyframe();
        self.codes = Census::take(DeltaFrame { predictor, is_keyframe, codes: CENSUS_CODES }, now, base, &both);
        let frame = DeltaFrame { predictor, is_keyframe, codes: self.codes };
        self.known = SlotSet::default();
        self.on_prediction = SlotSet::default();
        for slot in both.iter() {
            self.make(&frame, slot, &now.ships[slot.index()], &base.ships[slot.index()]);
        }
    }

    #[allow(clippy::cast_possible_truncation)]
    fn make(&mut self, frame: &DeltaFrame, slot: PlayerSlot, ship: &ShipRecord, base: &ShipRecord) {
        let mut splice = Splice::default();
        let mut believed = *ship;
        if ship.life != base.life || frame.stream(&mut splice, base, &mut believed).is_err() {
            return;
        }
        self.known.insert(slot);
        self.bits[slot.index()] = Bits { low: splice.bits as u64, high: (splice.bits >> 64) as u64, len: splice.len };
        if believed == frame.on_prediction(base) {
            self.on_prediction.insert(slot);
            self.idle_bits = splice.len;
        }
    }

    #[inline]
    #[must_use]
    pub fn len(&self, slot: PlayerSlot) -> u32 {
        self.bits[slot.index()].len
    }

    #[inline]
    pub fn splice(&self, writer: &mut BitWriter<'_>, slot: PlayerSlot) {
        let bits = &self.bits[slot.index()];
        writer.append(bits.low, bits.len.min(64));
        if bits.len > 64 {
            writer.append(bits.high, bits.len - 64);
        }
    }
}

/// Counts what each parameter would cost: a stream that writes nothing. The codes it is run with say which word is which.
struct Census {
    costs: [[u32; 1 << CODE_BITS]; WORDS],
}

/// Position, aim, velocity, pull, and the two words of shots, which have fixed parameters.
const WORDS: usize = 8;
const CENSUS_CODES: DeltaCodes = DeltaCodes { position: 0, aim: 1, velocity: 2, pull: 3 };
/// So many ships speak for all.
const CENSUS_SHIPS_MAX: usize = 256;

impl Census {
    fn take(frame: DeltaFrame, now: &ShipTable, base: &ShipTable, both: &SlotSet) -> DeltaCodes {
        let mut census = Self { costs: [[0; 1 << CODE_BITS]; WORDS] };
        for slot in both.iter().take(CENSUS_SHIPS_MAX) {
            let mut ship = now.ships[slot.index()];
            // A stream that writes nothing refuses nothing.
            let _ = frame.stream(&mut census, &base.ships[slot.index()], &mut ship);
        }
        let best = |word: u32| census.cheapest(word);
        DeltaCodes {
            position: best(CENSUS_CODES.position),
            aim: best(CENSUS_CODES.aim),
            velocity: best(CENSUS_CODES.velocity),
            pull: best(CENSUS_CODES.pull),
        }
    }

    fn cheapest(&self, word: u32) -> u32 {
        let costs = &self.costs[word as usize];
        (0..1 << CODE_BITS).min_by_key(|k| costs[*k as usize]).unwrap_or(0)
    }
}

impl Stream for Census {
    fn bits(&mut self, _: &mut u32, _: u32) -> Result<(), WireError> {
        Ok(())
    }

    #[inline]
    fn number(&mut self, value: &mut u32, k: u32) -> Result<(), WireError> {
        for (k, cost) in (0..).zip(&mut self.costs[k as usize]) {
            *cost += 2 * ((*value + (1 << k)).ilog2() - k) + 1 + k;
        }
        Ok(())
    }
}

/// Full records, made when somebody first needs them in a tick.
pub struct FullRecords {
    made: SlotSet,
    splices: Vec<Splice>,
}

impl FullRecords {
    #[must_use]
    pub fn new() -> Self {
        Self { made: SlotSet::default(), splices: vec![Splice::default(); SLOTS_MAX] }
    }

    pub fn begin(&mut self) {
        self.made = SlotSet::default();
    }

    pub fn get(&mut self, table: &ShipTable, slot: PlayerSlot) -> Splice {
        if !self.made.has(slot) {
            self.made.insert(slot);
            let mut splice = Splice::default();
            let result = ShipRecord::full(&mut splice, &mut table.ships[slot.index()].clone());
            debug_assert!(result.is_ok(), "a full record fits {} bits", u128::BITS);
            self.splices[slot.index()] = splice;
        }
        self.splices[slot.index()]
    }
}
