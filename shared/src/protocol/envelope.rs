//! The waist: every transport becomes these two lanes.

/// Which promise an envelope travels under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Lane {
    /// May be lost, doubled or late; whoever is newest wins.
    Unreliable = 0,
    /// In order, all of it, as long as the link lives.
    Reliable = 1,
}

impl Lane {
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Unreliable),
            1 => Some(Self::Reliable),
            _ => None,
        }
    }
}
