//! A set of seats as a bit mask: who is in sight, who was in a packet, who changed.

use crate::ids::PlayerSlot;
use crate::limits::SLOTS_MAX;

pub const SLOT_WORDS: usize = SLOTS_MAX / 64;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotSet(pub [u64; SLOT_WORDS]);

impl SlotSet {
    pub fn insert(&mut self, slot: PlayerSlot) {
        self.0[slot.index() / 64] |= 1 << (slot.index() % 64);
    }

    pub fn remove(&mut self, slot: PlayerSlot) {
        self.0[slot.index() / 64] &= !(1 << (slot.index() % 64));
    }

    #[must_use]
    pub fn has(&self, slot: PlayerSlot) -> bool {
        self.0[slot.index() / 64] >> (slot.index() % 64) & 1 != 0
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    /// Those of `self` that are not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = PlayerSlot> + '_ {
        self.0.iter().enumerate().flat_map(|(index, &word)| Ones { base: index * 64, rest: word })
    }

    #[inline]
    fn zip(&self, other: &Self, f: impl Fn(u64, u64) -> u64) -> Self {
        let mut result = *self;
        for (word, other) in result.0.iter_mut().zip(&other.0) {
            *word = f(*word, *other);
        }
        result
    }
}

struct Ones {
    base: usize,
    rest: u64,
}

impl Iterator for Ones {
    type Item = PlayerSlot;

    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn next(&mut self) -> Option<PlayerSlot> {
        if self.rest == 0 {
            return None;
        }
        let slot = PlayerSlot((self.base + self.rest.trailing_zeros() as usize) as u16);
        self.rest &= self.rest - 1;
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_come_back_in_order() {
        let mut set = SlotSet::default();
        for slot in [1023, 0, 63, 64, 511] {
            set.insert(PlayerSlot(slot));
        }
        set.remove(PlayerSlot(63));
        assert_eq!(set.iter().map(|slot| slot.0).collect::<Vec<_>>(), [0, 64, 511, 1023]);
        assert_eq!(set.len(), 4);
        assert!(set.has(PlayerSlot(511)) && !set.has(PlayerSlot(63)));
    }
}
