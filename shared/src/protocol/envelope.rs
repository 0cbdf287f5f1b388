//! The two lanes every transport is reduced to, and how they share a link that has only one.

use super::codec::DecodeError;
use crate::wire::WireError;

/// Which promise a unit on a link is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Latest wins: datagrams, the kind byte first.
    Unreliable,
    /// Ordered and complete for as long as the link lives: frames.
    Reliable,
}

impl Lane {
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Unreliable => 0,
            Self::Reliable => 1,
        }
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

/// What a link can carry; everything above the link asks these numbers and never which transport it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkCaps {
    /// The largest unreliable payload; 0 when the link has no unreliable lane at all.
    pub datagram_bytes_max: u16,
}

impl LinkCaps {
    #[must_use]
    pub fn has_datagrams(self) -> bool {
        self.datagram_bytes_max > 0
    }
}

/// Prepends the lane byte, for links without datagrams of their own (a WebSocket message, for one).
pub fn put_envelope(lane: Lane, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(lane.number());
    out.extend_from_slice(bytes);
}

/// Takes the lane byte off again.
///
/// # Errors
/// An empty envelope or an unknown lane.
pub fn split_envelope(envelope: &[u8]) -> Result<(Lane, &[u8]), DecodeError> {
    let (&number, bytes) = envelope.split_first().ok_or(DecodeError::Wire(WireError::TooShort))?;
    let lane = Lane::from_number(number).ok_or(DecodeError::UnknownKind(number))?;
    Ok((lane, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_envelope_comes_back_as_it_went_in() {
        for lane in [Lane::Unreliable, Lane::Reliable] {
            let mut out = Vec::new();
            put_envelope(lane, b"bytes", &mut out);
            assert_eq!(split_envelope(&out), Ok((lane, b"bytes".as_slice())));
        }
    }

    #[test]
    fn an_unknown_lane_is_refused() {
        assert_eq!(split_envelope(&[2, 0]), Err(DecodeError::UnknownKind(2)));
        assert_eq!(split_envelope(&[]), Err(DecodeError::Wire(WireError::TooShort)));
    }
}
