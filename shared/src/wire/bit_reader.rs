//! Reads what `BitWriter` wrote; refuses to read past the end, never panics.

use super::WireError;

#[derive(Clone, Debug)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    /// Position in bits.
    at: usize,
}

impl<'a> BitReader<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    #[must_use]
    pub fn bits_left(&self) -> usize {
        self.bytes.len() * 8 - self.at
    }

    /// The next `len` bits, at most 64.
    #[inline]
    pub fn read(&mut self, len: u32) -> Result<u64, WireError> {
        debug_assert!(len <= 64);
        if self.bits_left() < len as usize {
            return Err(WireError::TooShort);
        }
        let value = if len <= 57 { self.peek57(len) } else { self.peek57(32) | self.at_offset(32).peek57(len - 32) << 32 };
        self.at += len as usize;
        Ok(value)
    }

    #[inline]
    pub fn read_bool(&mut self) -> Result<bool, WireError> {
        Ok(self.read(1)? != 0)
    }

    /// Ones up to the next zero, which is read too; more than `max` ones are refused.
    #[inline]
    pub fn read_unary(&mut self, max: u32) -> Result<u32, WireError> {
        let mut ones = 0;
        while self.read_bool()? {
            ones += 1;
            if ones > max {
                return Err(WireError::OutOfRange);
            }
        }
        Ok(ones)
    }

    /// Only the zeros that fill the last byte may be left.
    pub fn finish(mut self) -> Result<(), WireError> {
        let left = self.bits_left();
        if left >= 8 {
            return Err(WireError::LeftOver);
        }
        #[allow(clippy::cast_possible_truncation)]
        let padding = self.read(left as u32)?;
        if padding == 0 { Ok(()) } else { Err(WireError::LeftOver) }
    }

    fn at_offset(&self, bits: usize) -> Self {
        Self { bytes: self.bytes, at: self.at + bits }
    }

    /// Up to 57 bits from here; bits behind the end are zeros.
    #[inline]
    fn peek57(&self, len: u32) -> u64 {
        let first = self.at / 8;
        let mut eight = [0; 8];
        let rest = self.bytes.get(first..).unwrap_or(&[]);
        match rest.first_chunk::<8>() {
            Some(chunk) => eight = *chunk,
            None => eight[..rest.len()].copy_from_slice(rest),
        }
        u64::from_le_bytes(eight) >> (self.at % 8) & ((1 << len) - 1)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::BitWriter;

    fn fields() -> impl Strategy<Value = Vec<(u64, u32)>> {
        let field = (any::<u64>(), 0u32..=64);
        proptest::collection::vec(
            field.prop_map(|(bits, len)| (if len == 64 { bits } else { bits & ((1 << len) - 1) }, len)),
            0..200,
        )
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(fields in fields()) {
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            for &(bits, len) in &fields {
                writer.append(bits, len);
            }
            let bit_len = writer.bit_len();
            writer.finish();
            prop_assert_eq!(bytes.len(), bit_len.div_ceil(8));
            let mut reader = BitReader::new(&bytes);
            for &(bits, len) in &fields {
                prop_assert_eq!(reader.read(len), Ok(bits));
            }
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn reading_past_the_end_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40), lens in proptest::collection::vec(0u32..=64, 0..60)) {
            let mut reader = BitReader::new(&bytes);
            for len in lens {
                let left = reader.bits_left();
                prop_assert_eq!(reader.read(len).is_ok(), left >= len as usize);
            }
        }
    }

    #[test]
    fn whole_bytes_and_ones_left_over_are_refused() {
        assert_eq!(BitReader::new(&[0]).finish(), Err(WireError::LeftOver));
        let mut reader = BitReader::new(&[0b1000_0000]);
        assert_eq!(reader.read(3), Ok(0));
        assert_eq!(reader.finish(), Err(WireError::LeftOver));
    }

    #[test]
    fn endless_ones_are_refused() {
        assert_eq!(BitReader::new(&[0xff; 8]).read_unary(20), Err(WireError::OutOfRange));
        assert_eq!(BitReader::new(&[0xff; 2]).read_unary(20), Err(WireError::TooShort));
    }
}
