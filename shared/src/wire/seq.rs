//! Numbers that wrap: "after" is a question about distance, so there is no `Ord`.

/// A 16-bit sequence number; two of them can be compared while they are less than half the circle apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Seq16(pub u16);

impl Seq16 {
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        self.distance_from(other) > 0
    }

    /// Steps from `other` to `self`, negative when `self` is older.
    #[must_use]
    #[allow(clippy::cast_possible_wrap)]
    pub fn distance_from(self, other: Self) -> i16 {
        self.0.wrapping_sub(other.0) as i16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_behind_the_wrap_is_after_one_before_it() {
        assert!(Seq16(2).is_after(Seq16(u16::MAX - 2)));
        assert!(!Seq16(u16::MAX - 2).is_after(Seq16(2)));
        assert!(!Seq16(7).is_after(Seq16(7)));
        assert_eq!(Seq16(u16::MAX).next(), Seq16(0));
        assert_eq!(Seq16(3).distance_from(Seq16(u16::MAX)), 4);
    }
}
