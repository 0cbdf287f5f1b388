//! Newtypes for the numbers that could be confused.

use serde::{Deserialize, Serialize};

/// One step of the simulation, and its number; starts at 0 with the match and never wraps (u32 lasts two years).
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, bincode::Encode, bincode::Decode,
)]
pub struct Tick(pub u32);

impl Tick {
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    #[must_use]
    pub fn plus(self, ticks: u32) -> Self {
        Self(self.0.saturating_add(ticks))
    }

    #[must_use]
    pub fn minus(self, ticks: u32) -> Self {
        Self(self.0.saturating_sub(ticks))
    }

    /// Ticks since `earlier`; 0 when `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }

    #[must_use]
    pub fn is_keyframe(self) -> bool {
        self.0.is_multiple_of(crate::limits::KEYFRAME_TICKS)
    }

    /// The full tick whose low 16 bits are `low` and which lies nearest to `self`.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
    pub fn nearest_with_low_bits(self, low: u16) -> Self {
        let ahead = low.wrapping_sub(self.0 as u16) as i16;
        Self(self.0.saturating_add_signed(i32::from(ahead)))
    }
}

/// A seat in a match: names a player and their ship on the wire. Always below `SLOTS_MAX`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, bincode::Encode, bincode::Decode,
)]
pub struct PlayerSlot(pub u16);

impl PlayerSlot {
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Microseconds on whichever steady clock the caller owns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Micros(pub u64);

impl Micros {
    #[must_use]
    pub fn from_ms(ms: u64) -> Self {
        Self(ms * 1000)
    }

    #[must_use]
    pub fn plus_us(self, us: u64) -> Self {
        Self(self.0 + us)
    }

    #[must_use]
    pub fn plus_ms(self, ms: u64) -> Self {
        Self(self.0 + ms * 1000)
    }

    /// Microseconds since `earlier`; 0 when `earlier` is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Who a ship fights for. In free-for-all everybody is `Solo`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, bincode::Encode, bincode::Decode)]
#[serde(rename_all = "lowercase")]
pub enum Team {
    #[default]
    Solo,
    Blue,
    Orange,
}

impl Team {
    /// May a ship of this team hurt one of `other`?
    #[must_use]
    pub fn fights(self, other: Self) -> bool {
        self == Self::Solo || self != other
    }
}
