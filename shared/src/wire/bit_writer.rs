//! Appends fields of 0 to 64 bits, lowest bit first, to a byte buffer: one shift and one or per field, one store per 64 bits.

/// Writes behind what `out` already holds. Dropping without `finish` loses up to 63 bits, so `finish` takes the writer.
#[must_use = "the last bits are only written by `finish`"]
pub struct BitWriter<'a> {
    out: &'a mut Vec<u8>,
    /// Length of `out` when the writer began.
    start: usize,
    pending: u64,
    /// Bits used in `pending`, always below 64.
    pending_bits: u32,
}

impl<'a> BitWriter<'a> {
    pub fn new(out: &'a mut Vec<u8>) -> Self {
        let start = out.len();
        Self { out, start, pending: 0, pending_bits: 0 }
    }

    /// The lowest `len` bits of `bits`; the others must be zero.
    #[inline]
    pub fn append(&mut self, bits: u64, len: u32) {
        debug_assert!(len <= 64 && (len == 64 || bits >> len == 0), "{bits:#x} does not fit {len} bits");
        self.pending |= bits << self.pending_bits;
        let total = self.pending_bits + len;
        if total < 64 {
            self.pending_bits = total;
            return;
        }
        self.out.extend_from_slice(&self.pending.to_le_bytes());
        let taken = 64 - self.pending_bits;
        self.pending = if taken == 64 { 0 } else { bits >> taken };
        self.pending_bits = total - 64;
    }

    #[inline]
    pub fn append_bool(&mut self, value: bool) {
        self.append(u64::from(value), 1);
    }

    /// Up to 128 bits, as records are kept.
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    pub fn append_wide(&mut self, bits: u128, len: u32) {
        if len <= 64 {
            self.append(bits as u64, len);
        } else {
            self.append(bits as u64, 64);
            self.append((bits >> 64) as u64, len - 64);
        }
    }

    /// Bits written since the writer began.
    #[inline]
    #[must_use]
    pub fn bit_len(&self) -> usize {
        (self.out.len() - self.start) * 8 + self.pending_bits as usize
    }

    /// Fills the last byte with zeros.
    pub fn finish(self) {
        let bytes = self.pending_bits.div_ceil(8) as usize;
        self.out.extend_from_slice(&self.pending.to_le_bytes()[..bytes]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_lies_in_the_lowest_bits() {
        let mut out = vec![0xaa];
        let mut writer = BitWriter::new(&mut out);
        writer.append(0b101, 3);
        writer.append(0b11, 2);
        writer.append(0x1ff, 9);
        assert_eq!(writer.bit_len(), 14);
        writer.finish();
        assert_eq!(out, [0xaa, 0b1111_1101, 0b0011_1111]);
    }

    #[test]
    fn a_field_of_64_bits_may_start_anywhere() {
        for lead in 0..64 {
            let mut out = Vec::new();
            let mut writer = BitWriter::new(&mut out);
            writer.append(0, lead);
            writer.append(u64::MAX, 64);
            assert_eq!(writer.bit_len(), lead as usize + 64);
            writer.finish();
            let ones: u32 = out.iter().map(|byte| byte.count_ones()).sum();
            assert_eq!(ones, 64, "lead {lead}");
        }
    }
}
