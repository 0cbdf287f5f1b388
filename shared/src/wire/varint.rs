//! Whole numbers in 1 to 10 bytes: 7 bits each, low ones first, the top bit says that more follow (LEB128).

use super::WireError;

#[allow(clippy::cast_possible_truncation)]
pub fn write(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The number and how many bytes it took.
pub fn read(bytes: &[u8]) -> Result<(u64, usize), WireError> {
    let mut value = 0u64;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        let low = u64::from(byte & 0x7f);
        let shift = 7 * index;
        if shift == 63 && low > 1 {
            return Err(WireError::OutOfRange);
        }
        value |= low << shift;
        if byte & 0x80 == 0 {
            let is_shortest = index == 0 || byte != 0;
            return if is_shortest { Ok((value, index + 1)) } else { Err(WireError::OutOfRange) };
        }
    }
    Err(if bytes.len() < 10 { WireError::TooShort } else { WireError::OutOfRange })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_comes_back() {
        for shift in 0..64 {
            for value in [1u64 << shift, (1u64 << shift) - 1, u64::MAX >> shift] {
                let mut bytes = Vec::new();
                write(&mut bytes, value);
                assert_eq!(read(&bytes), Ok((value, bytes.len())), "{value}");
                assert_eq!(read(&bytes[..bytes.len() - 1]), Err(WireError::TooShort));
            }
        }
    }

    #[test]
    fn a_longer_spelling_and_an_overflow_are_refused() {
        assert_eq!(read(&[0x80, 0x00]), Err(WireError::OutOfRange));
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]), Err(WireError::OutOfRange));
        assert_eq!(read(&[0x80; 11]), Err(WireError::OutOfRange));
    }
}
