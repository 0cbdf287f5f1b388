//! Prefix codes: short words for small numbers, longer ones for large numbers, no length beside them.

use super::{BitReader, BitWriter, WireError};

/// The longest run of ones that is read or written before an Exp-Golomb number.
const ONES_MAX: u32 = 20;

/// Zigzag: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
#[inline]
#[must_use]
#[allow(clippy::cast_sign_loss)]
pub fn fold(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

#[inline]
#[must_use]
#[allow(clippy::cast_possible_wrap)]
pub fn unfold(folded: u32) -> i32 {
    (folded >> 1) as i32 ^ -((folded & 1) as i32)
}

/// Exp-Golomb with parameter `k`: as many ones as the number has doublings beyond `2^k`, a zero, then the rest. Returns (bits, len).
#[inline]
#[must_use]
pub fn exp_golomb(value: u32, k: u32) -> (u64, u32) {
    let shifted = u64::from(value) + (1 << k);
    let doublings = shifted.ilog2() - k;
    debug_assert!(doublings <= ONES_MAX, "{value} is too large for k = {k}");
    let ones = (1u64 << doublings) - 1;
    let rest_bits = doublings + k;
    let rest = shifted - (1 << rest_bits);
    (ones | rest << (doublings + 1), doublings + 1 + rest_bits)
}

pub fn append_exp_golomb(writer: &mut BitWriter<'_>, value: u32, k: u32) {
    let (bits, len) = exp_golomb(value, k);
    writer.append(bits, len);
}

#[inline]
#[allow(clippy::cast_possible_truncation)]
pub fn read_exp_golomb(reader: &mut BitReader<'_>, k: u32) -> Result<u32, WireError> {
    let doublings = reader.read_unary(ONES_MAX)?;
    let rest_bits = doublings + k;
    if rest_bits > 31 {
        return Err(WireError::OutOfRange);
    }
    let rest = reader.read(rest_bits)?;
    Ok((rest + (1 << rest_bits) - (1 << k)) as u32)
}

/// Golomb-Rice with parameter `k`: the quotient in ones, a zero, then `k` bits. For gaps in lists, whose sum is bounded.
pub fn append_rice(writer: &mut BitWriter<'_>, value: u32, k: u32) {
    let mut quotient = value >> k;
    while quotient >= 32 {
        writer.append(0xffff_ffff, 32);
        quotient -= 32;
    }
    writer.append((1 << quotient) - 1, quotient + 1);
    writer.append(u64::from(value) & ((1 << k) - 1), k);
}

/// The length of what `append_rice` writes.
#[must_use]
pub fn rice_len(value: u32, k: u32) -> u32 {
    (value >> k) + 1 + k
}

/// Values above `max` are refused.
#[allow(clippy::cast_possible_truncation)]
pub fn read_rice(reader: &mut BitReader<'_>, k: u32, max: u32) -> Result<u32, WireError> {
    let quotient = reader.read_unary(max >> k)?;
    let value = quotient << k | reader.read(k)? as u32;
    if value <= max { Ok(value) } else { Err(WireError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_number_comes_back(values in proptest::collection::vec((0u32..100_000, 0u32..8), 0..50)) {
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            for &(value, k) in &values {
                append_exp_golomb(&mut writer, value, k);
                append_rice(&mut writer, value % 1024, k);
            }
            writer.finish();
            let mut reader = BitReader::new(&bytes);
            for &(value, k) in &values {
                prop_assert_eq!(read_exp_golomb(&mut reader, k), Ok(value));
                prop_assert_eq!(read_rice(&mut reader, k, 1023), Ok(value % 1024));
            }
            prop_assert_eq!(reader.finish(), Ok(()));
        }

        #[test]
        fn folding_keeps_every_number(value in any::<i32>()) {
            prop_assert_eq!(unfold(fold(value)), value);
        }

        #[test]
        fn hostile_bits_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..40), k in 0u32..16) {
            let mut reader = BitReader::new(&bytes);
            while read_exp_golomb(&mut reader, k).is_ok() && read_rice(&mut reader, k, 1023).is_ok_and(|value| value <= 1023) {}
        }
    }

    #[test]
    fn small_numbers_are_short() {
        assert_eq!(exp_golomb(0, 0), (0, 1));
        assert_eq!(exp_golomb(1, 0), (0b001, 3));
        assert_eq!(exp_golomb(3, 2).1, 3);
        assert_eq!(exp_golomb(4, 2).1, 5);
        assert_eq!([fold(0), fold(-1), fold(1), fold(-2)], [0, 1, 2, 3]);
    }
}
