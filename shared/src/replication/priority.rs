//! Who goes first when a packet cannot hold everybody: whoever has waited longest, weighted by nearness. Nobody starves.

use super::slot_set::SlotSet;
use crate::ids::PlayerSlot;

#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    pub slot: PlayerSlot,
    pub bits: usize,
    /// Goes before all others, however long they have waited.
    pub is_first: bool,
    /// In position steps.
    pub distance: u32,
}

/// A ship beside the player gains so much in a tick, one beyond the horizon 1/16 of it.
const WEIGHT_NEAR: u32 = 256;
const WEIGHT_FAR: u32 = 16;
/// 128 m.
const HORIZON: u32 = 4096;

/// Chooses for one packet at a time; keeps its lists between packets.
pub struct Triage {
    pub candidates: Vec<Candidate>,
}

impl Triage {
    #[must_use]
    pub fn new() -> Self {
        Self { candidates: Vec::with_capacity(crate::limits::SLOTS_MAX) }
    }

    /// Fills `budget_bits` with candidates. `waiting` grows for those who have to wait and starts anew for the chosen.
    pub fn choose(&mut self, budget_bits: usize, waiting: &mut [u32]) -> SlotSet {
        for candidate in &self.candidates {
            let score = &mut waiting[candidate.slot.index()];
            *score = score.saturating_add(weight(candidate.distance));
        }
        self.candidates.sort_unstable_by_key(|candidate| {
            (core::cmp::Reverse((candidate.is_first, waiting[candidate.slot.index()])), candidate.slot)
        });
        let mut chosen = SlotSet::default();
        let mut left = budget_bits;
        for candidate in &self.candidates {
            if candidate.bits <= left {
                left -= candidate.bits;
                chosen.insert(candidate.slot);
                waiting[candidate.slot.index()] = 0;
            }
        }
        chosen
    }
}

fn weight(distance: u32) -> u32 {
    let nearness = HORIZON.saturating_sub(distance);
    WEIGHT_FAR + (WEIGHT_NEAR - WEIGHT_FAR) * nearness / HORIZON
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn nobody_starves() {
        let mut rng = Rng::new(3);
        let mut triage = Triage::new();
        let mut waiting = vec![0; 1024];
        let mut last_chosen = vec![0; 400];
        for round in 1..2000_u32 {
            triage.candidates.clear();
            for slot in 0..400_u16 {
                let bits = if rng.chance(0.3) { 110 } else { 16 };
                triage.candidates.push(Candidate {
                    slot: PlayerSlot(slot),
                    bits,
                    is_first: false,
                    distance: u32::from(slot) * 40,
                });
            }
            let chosen = triage.choose(2000, &mut waiting);
            assert!(!chosen.is_empty());
            chosen.iter().for_each(|slot| last_chosen[slot.index()] = round);
        }
        let oldest = last_chosen.iter().min().unwrap();
        assert!(1999 - oldest < 400, "somebody waited since round {oldest}");
    }

    #[test]
    fn the_budget_is_kept_and_the_nearest_go_first() {
        let mut triage = Triage::new();
        let candidate = |slot: u16, distance| Candidate { slot: PlayerSlot(slot), bits: 40, is_first: false, distance };
        triage.candidates.extend([candidate(0, 4000), candidate(1, 10), candidate(2, 9000), candidate(3, 500)]);
        let chosen = triage.choose(100, &mut vec![0; 1024]);
        assert_eq!(chosen.iter().map(|slot| slot.0).collect::<Vec<_>>(), [1, 3]);
    }
}
