//! Reads whole bytes, little endian; refuses to read past the end, never panics, never allocates by a length it was told.

use super::{WireError, varint};

#[derive(Clone, Debug)]
pub struct ByteReader<'a> {
    rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    #[must_use]
    pub fn bytes_left(&self) -> usize {
        self.rest.len()
    }

    pub fn u8(&mut self) -> Result<u8, WireError> {
        Ok(self.array::<1>()?[0])
    }

    pub fn u16(&mut self) -> Result<u16, WireError> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    pub fn u32(&mut self) -> Result<u32, WireError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    pub fn u64(&mut self) -> Result<u64, WireError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// Longer spellings of a number than the shortest are refused, so that every message has one spelling.
    pub fn varint(&mut self) -> Result<u64, WireError> {
        let (value, used) = varint::read(self.rest)?;
        self.rest = &self.rest[used..];
        Ok(value)
    }

    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(WireError::TooShort)?;
        self.rest = rest;
        Ok(taken)
    }

    /// A block that `ByteWriter::block` wrote, of at most `max` bytes.
    pub fn block(&mut self, max: usize) -> Result<&'a [u8], WireError> {
        let count = usize::try_from(self.varint()?).map_err(|_| WireError::OutOfRange)?;
        if count > max {
            return Err(WireError::OutOfRange);
        }
        self.bytes(count)
    }

    /// Everything that is left.
    #[must_use]
    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    pub fn finish(self) -> Result<(), WireError> {
        if self.rest.is_empty() { Ok(()) } else { Err(WireError::LeftOver) }
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(WireError::TooShort)?;
        self.rest = rest;
        Ok(*taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::ByteWriter;

    proptest! {
        #[test]
        fn what_was_written_is_read(a: u8, b: u16, c: u32, d: u64, e: u64, block in proptest::collection::vec(any::<u8>(), 0..300)) {
            let mut bytes = Vec::new();
            let mut writer = ByteWriter::new(&mut bytes);
            writer.u8(a);
            writer.u16(b);
            writer.u32(c);
            writer.u64(d);
            writer.varint(e);
            writer.block(&block);
            let mut reader = ByteReader::new(&bytes);
            prop_assert_eq!(reader.u8(), Ok(a));
            prop_assert_eq!(reader.u16(), Ok(b));
            prop_assert_eq!(reader.u32(), Ok(c));
            prop_assert_eq!(reader.u64(), Ok(d));
            prop_assert_eq!(reader.varint(), Ok(e));
            prop_assert_eq!(reader.block(300), Ok(&block[..]));
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn hostile_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..30)) {
            let mut reader = ByteReader::new(&bytes);
            while reader.block(8).is_ok() && reader.bytes_left() > 0 {}
            let _ = reader.u64();
        }
    }

    #[test]
    fn a_block_longer_than_allowed_is_refused() {
        let mut bytes = Vec::new();
        ByteWriter::new(&mut bytes).block(&[0; 9]);
        assert_eq!(ByteReader::new(&bytes).block(8), Err(WireError::OutOfRange));
    }
}
