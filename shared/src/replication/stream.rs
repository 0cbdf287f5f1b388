//! One door for writing and reading, so that the order of the wire is written down once: a writer takes the value, a reader sets it.

use crate::wire::{BitReader, BitWriter, WireError, prefix};

pub trait Stream {
    /// A whole number of `len` bits.
    fn bits(&mut self, value: &mut u32, len: u32) -> Result<(), WireError>;
    /// An Exp-Golomb number with parameter `k`.
    fn number(&mut self, value: &mut u32, k: u32) -> Result<(), WireError>;

    /// As many ones as `value` says, then a zero unless it is `max`.
    #[inline]
    fn unary(&mut self, value: &mut u32, max: u32) -> Result<(), WireError> {
        let mut ones = 0;
        while ones < max {
            let mut is_more = u32::from(*value > ones);
            self.bits(&mut is_more, 1)?;
            if is_more == 0 {
                break;
            }
            ones += 1;
        }
        *value = ones;
        Ok(())
    }
}

impl Stream for BitReader<'_> {
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn bits(&mut self, value: &mut u32, len: u32) -> Result<(), WireError> {
        *value = self.read(len)? as u32;
        Ok(())
    }

    #[inline]
    fn number(&mut self, value: &mut u32, k: u32) -> Result<(), WireError> {
        *value = prefix::read_exp_golomb(self, k)?;
        Ok(())
    }
}

/// The bits of one ship, kept to be spliced into many packets. What does not fit is refused as `TooShort`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Splice {
    pub bits: u128,
    pub len: u32,
}

pub const SPLICE_BITS_MAX: u32 = u128::BITS;

impl Splice {
    #[inline]
    fn push(&mut self, bits: u64, len: u32) -> Result<(), WireError> {
        if self.len + len > SPLICE_BITS_MAX {
            return Err(WireError::TooShort);
        }
        self.bits |= u128::from(bits).wrapping_shl(self.len);
        self.len += len;
        Ok(())
    }
}

impl Stream for Splice {
    #[inline]
    fn bits(&mut self, value: &mut u32, len: u32) -> Result<(), WireError> {
        debug_assert!(*value >> len == 0, "{value} does not fit {len} bits");
        self.push(u64::from(*value), len)
    }

    #[inline]
    fn number(&mut self, value: &mut u32, k: u32) -> Result<(), WireError> {
        let (bits, len) = prefix::exp_golomb(*value, k);
        self.push(bits, len)
    }
}

impl Stream for BitWriter<'_> {
    #[inline]
    fn bits(&mut self, value: &mut u32, len: u32) -> Result<(), WireError> {
        self.append(u64::from(*value), len);
        Ok(())
    }

    #[inline]
    fn number(&mut self, value: &mut u32, k: u32) -> Result<(), WireError> {
        prefix::append_exp_golomb(self, *value, k);
        Ok(())
    }
}
