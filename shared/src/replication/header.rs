//! What a snapshot says before its ships.

use super::fields::HASH_GROUPS;
use super::stream::Stream;
use crate::ids::Tick;
use crate::limits::{KEYFRAME_RING, KEYFRAME_TICKS};
use crate::wire::WireError;

/// Which state a snapshot's deltas are relative to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BaselineSource {
    /// The snapshot of a keyframe tick.
    Snapshot,
    /// The first state that came over the reliable lane.
    Pieces,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaselineRef {
    /// A keyframe tick.
    pub tick: Tick,
    pub source: BaselineSource,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub tick: Tick,
    /// In 1/8 ticks, how early the newest input came.
    pub margin: i8,
    pub baseline: Option<BaselineRef>,
    /// Ships of the baseline that have no record are exactly on prediction; otherwise nothing is known of them.
    pub is_complete: bool,
    pub hash: Option<[u8; HASH_GROUPS]>,
}

const LOW_BITS: u32 = 16;
const MARGIN_BITS: u32 = 8;
/// 0 for none, else how many keyframes back from the newest one before the tick, from 1.
const AGE_BITS: u32 = 5;

const _: () = assert!(KEYFRAME_RING < 1 << AGE_BITS);

impl Header {
    /// `newest` is the newest tick the reader knows: a snapshot with a baseline says only the low bits of its own.
    #[allow(clippy::cast_possible_truncation)]
    pub fn stream<S: Stream>(stream: &mut S, header: &mut Self, newest: Tick) -> Result<(), WireError> {
        let mut low = header.tick.0 & 0xffff;
        stream.bits(&mut low, LOW_BITS)?;
        let mut margin = u32::from(header.margin.cast_unsigned());
        stream.bits(&mut margin, MARGIN_BITS)?;
        header.margin = (margin as u8).cast_signed();
        let mut age = header.baseline.map_or(0, |baseline| age_of(header.tick, baseline.tick));
        stream.bits(&mut age, AGE_BITS)?;
        if age as usize > KEYFRAME_RING {
            return Err(WireError::OutOfRange);
        }
        if age == 0 {
            let mut high = header.tick.0 >> LOW_BITS;
            stream.bits(&mut high, LOW_BITS)?;
            header.tick = Tick(high << LOW_BITS | low);
            header.baseline = None;
        } else {
            header.tick = newest.nearest_with_low_bits(low as u16);
            let mut is_pieces = u32::from(header.baseline.is_some_and(|baseline| baseline.source == BaselineSource::Pieces));
            stream.bits(&mut is_pieces, 1)?;
            let source = if is_pieces == 0 { BaselineSource::Snapshot } else { BaselineSource::Pieces };
            header.baseline = Some(BaselineRef { tick: tick_of(header.tick, age).ok_or(WireError::OutOfRange)?, source });
        }
        let mut is_complete = u32::from(header.is_complete);
        stream.bits(&mut is_complete, 1)?;
        header.is_complete = is_complete != 0;
        let mut has_hash = u32::from(header.hash.is_some());
        stream.bits(&mut has_hash, 1)?;
        let mut hash = u32::from_le_bytes(header.hash.unwrap_or_default());
        if has_hash != 0 {
            stream.bits(&mut hash, 32)?;
        }
        header.hash = (has_hash != 0).then_some(hash.to_le_bytes());
        Ok(())
    }
}

/// Keyframes back from the newest keyframe before `tick`, from 1.
#[must_use]
pub fn age_of(tick: Tick, baseline: Tick) -> u32 {
    tick.0.saturating_sub(1) / KEYFRAME_TICKS - baseline.0 / KEYFRAME_TICKS + 1
}

fn tick_of(tick: Tick, age: u32) -> Option<Tick> {
    let newest = tick.0.checked_sub(1)? / KEYFRAME_TICKS;
    Some(Tick((newest + 1).checked_sub(age)? * KEYFRAME_TICKS))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::wire::{BitReader, BitWriter};

    proptest! {
        #[test]
        fn every_header_comes_back(tick in 1u32..200_000, age in 0u32..=16, margin: i8, hash: Option<[u8; 4]>, is_complete: bool, pieces: bool, behind in 0u32..30_000) {
            let source = if pieces { BaselineSource::Pieces } else { BaselineSource::Snapshot };
            let baseline = if age == 0 { None } else { tick_of(Tick(tick), age).map(|tick| BaselineRef { tick, source }) };
            let mut header = Header { tick: Tick(tick), margin, baseline, is_complete, hash };
            let sent = header;
            let mut bytes = Vec::new();
            let mut writer = BitWriter::new(&mut bytes);
            Header::stream(&mut writer, &mut header, Tick(tick)).unwrap();
            prop_assert_eq!(header, sent, "writing changes nothing");
            writer.finish();
            let mut read = Header { tick: Tick(0), margin: 0, baseline: None, is_complete: false, hash: None };
            Header::stream(&mut BitReader::new(&bytes), &mut read, Tick(tick.saturating_sub(behind))).unwrap();
            prop_assert_eq!(read, sent);
        }
    }
}
