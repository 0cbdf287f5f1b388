//! Which of n things: how many, then the gaps between them, each a Golomb-Rice word whose parameter follows from both numbers.

use crate::wire::{BitReader, BitWriter, WireError, prefix};

/// Bits that a subset of `count` out of `n` takes at most.
#[must_use]
pub fn bits_max(n: usize, count: usize) -> usize {
    COUNT_BITS_MAX
        + match parameter(n, count) {
            // Words without a tail: the gaps and one bit for each.
            0 => n,
            k => count * (3 + k as usize),
        }
}

pub const COUNT_BITS_MAX: usize = 21;
/// One place among all slots takes at most so many bits.
pub const PLACE_BITS_MAX: usize = 13;

/// Bits that any subset of n things takes at most.
#[must_use]
pub fn places_max(n: usize) -> usize {
    COUNT_BITS_MAX + 3 * n / 2
}

/// `indices` ascend and lie below `n`; `count` is how many there are.
#[allow(clippy::cast_possible_truncation)]
pub fn write(writer: &mut BitWriter<'_>, n: usize, count: usize, indices: impl Iterator<Item = usize>) {
    prefix::append_exp_golomb(writer, count as u32, 0);
    let k = parameter(n, count);
    let mut next = 0;
    for index in indices {
        prefix::append_rice(writer, (index - next) as u32, k);
        next = index + 1;
    }
}

/// Calls `f` with each index; an index of `n` or more is refused.
#[allow(clippy::cast_possible_truncation)]
pub fn read(reader: &mut BitReader<'_>, n: usize, mut f: impl FnMut(usize)) -> Result<usize, WireError> {
    let count = prefix::read_exp_golomb(reader, 0)? as usize;
    if count > n {
        return Err(WireError::OutOfRange);
    }
    let k = parameter(n, count);
    let mut next = 0;
    for _ in 0..count {
        if next >= n {
            return Err(WireError::OutOfRange);
        }
        let index = next + prefix::read_rice(reader, k, (n - 1 - next) as u32)? as usize;
        f(index);
        next = index + 1;
    }
    Ok(count)
}

/// The doublings of the mean gap.
fn parameter(n: usize, count: usize) -> u32 {
    ((n - count) / count.max(1)).max(1).ilog2()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_subset_comes_back_within_its_bound(bits in proptest::collection::vec(any::<bool>(), 0..1100)) {
            let chosen: Vec<usize> = (0..bits.len()).filter(|index| bits[*index]).collect();
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            write(&mut writer, bits.len(), chosen.len(), chosen.iter().copied());
            prop_assert!(writer.bit_len() <= bits_max(bits.len(), chosen.len()));
            writer.finish();
            let mut reader = BitReader::new(&bytes);
            let mut back = Vec::new();
            prop_assert_eq!(read(&mut reader, bits.len(), |index| back.push(index)), Ok(chosen.len()));
            prop_assert_eq!(back, chosen);
        }

        #[test]
        fn a_sparse_subset_stays_within_its_bound(mut chosen in proptest::collection::btree_set(0usize..1024, 0..40)) {
            chosen.insert(1023);
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            write(&mut writer, 1024, chosen.len(), chosen.iter().copied());
            prop_assert!(writer.bit_len() <= bits_max(1024, chosen.len()));
        }

        #[test]
        fn hostile_bits_never_name_what_is_not_there(bytes in proptest::collection::vec(any::<u8>(), 0..60), n in 0usize..70) {
            let mut last = None;
            let _ = read(&mut BitReader::new(&bytes), n, |index| {
                assert!(index < n && last < Some(index));
                last = Some(index);
            });
        }
    }
}
