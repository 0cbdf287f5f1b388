//! One ship against its baseline: residuals of the prediction in short words, the rest only where it differs.

use super::fields::Bits::Unsigned;
use super::fields::{FLAG_BITS, PULL_MAX, ShipRecord, VITAL_BITS, field, young_shot};
use super::predict::Predictor;
use super::stream::Stream;
use crate::wire::WireError;
use crate::wire::prefix::{fold, unfold};
use crate::wire::quantize::{POSITION_MAX, VELOCITY_MAX};

/// The parameters of the words, chosen for all ships of a (tick, baseline) and named in the header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeltaCodes {
    pub position: u32,
    pub aim: u32,
    pub velocity: u32,
    pub pull: u32,
}

/// Each parameter takes this many bits in the header.
pub const CODE_BITS: u32 = 3;

impl DeltaCodes {
    /// Velocity and pull are only there on keyframe ticks.
    pub fn stream<S: Stream>(stream: &mut S, codes: &mut Self, is_keyframe: bool) -> Result<(), WireError> {
        stream.bits(&mut codes.position, CODE_BITS)?;
        stream.bits(&mut codes.aim, CODE_BITS)?;
        if is_keyframe {
            stream.bits(&mut codes.velocity, CODE_BITS)?;
            stream.bits(&mut codes.pull, CODE_BITS)?;
        }
        Ok(())
    }
}

/// What all deltas of a (tick, baseline) share.
#[derive(Clone, Copy)]
pub struct DeltaFrame {
    pub predictor: Predictor,
    pub is_keyframe: bool,
    pub codes: DeltaCodes,
}

impl DeltaFrame {
    /// Writes how `ship` differs from `base`, or reads it into `ship`. Also sets what was not sent to what a reader will believe.
    #[inline]
    pub fn stream<S: Stream>(&self, stream: &mut S, base: &ShipRecord, ship: &mut ShipRecord) -> Result<(), WireError> {
        let (x, y) = self.predictor.position(base);
        let off_x = predicted(stream, &mut ship.x, x, self.codes.position, 0, POSITION_MAX)?;
        let off_y = predicted(stream, &mut ship.y, y, self.codes.position, 0, POSITION_MAX)?;
        turned(stream, &mut ship.aim, base.aim, self.codes.aim)?;
        ship.life = base.life;
        rarities(stream, base, ship)?;
        let (vx, vy) = self.predictor.velocity(base, (off_x, off_y));
        if self.is_keyframe {
            predicted(stream, &mut ship.vx, vx, self.codes.velocity, -VELOCITY_MAX, VELOCITY_MAX)?;
            predicted(stream, &mut ship.vy, vy, self.codes.velocity, -VELOCITY_MAX, VELOCITY_MAX)?;
            let (pull_x, pull_y) = self.predictor.pull(base, (off_x, off_y), (ship.vx, ship.vy));
            predicted(stream, &mut ship.pull_x, pull_x, self.codes.pull, -PULL_MAX, PULL_MAX)?;
            predicted(stream, &mut ship.pull_y, pull_y, self.codes.pull, -PULL_MAX, PULL_MAX)?;
        } else {
            self.believe(ship, base, (vx, vy), (off_x, off_y));
        }
        Ok(())
    }

    /// What a reader believes of a ship that is exactly on prediction.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn on_prediction(&self, base: &ShipRecord) -> ShipRecord {
        let (x, y) = self.predictor.position(base);
        let mut ship = ShipRecord { x: x as i16, y: y as i16, bolt: None, rail: None, ..*base };
        self.believe(&mut ship, base, self.predictor.velocity(base, (0, 0)), (0, 0));
        ship
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn believe(&self, ship: &mut ShipRecord, base: &ShipRecord, velocity: (i32, i32), residual: (i32, i32)) {
        (ship.vx, ship.vy) = (velocity.0 as i16, velocity.1 as i16);
        let (pull_x, pull_y) = self.predictor.pull(base, residual, (ship.vx, ship.vy));
        (ship.pull_x, ship.pull_y) = (pull_x as i16, pull_y as i16);
    }
}

/// A value as its distance from the expected one; returns the distance.
#[inline]
#[allow(clippy::cast_possible_truncation)]
fn predicted<S: Stream>(
    stream: &mut S,
    value: &mut i16,
    expected: i32,
    code: u32,
    low: i32,
    high: i32,
) -> Result<i32, WireError> {
    let mut folded = fold(i32::from(*value) - expected);
    stream.number(&mut folded, code)?;
    let off = unfold(folded);
    let result = expected.wrapping_add(off);
    if !(low..=high).contains(&result) {
        return Err(WireError::OutOfRange);
    }
    *value = result as i16;
    Ok(off)
}

/// A direction as the shorter way around from the baseline's.
#[inline]
fn turned<S: Stream>(stream: &mut S, aim: &mut i16, base: i16, code: u32) -> Result<(), WireError> {
    let [turn, _] = aim.wrapping_sub(base).to_le_bytes();
    let mut folded = fold(i8::from_le_bytes([turn]).into());
    stream.number(&mut folded, code)?;
    let turn = i8::try_from(unfold(folded)).map_err(|_| WireError::OutOfRange)?;
    *aim = (base + i16::from(turn)) & 0xff;
    Ok(())
}

/// What most ships have nothing of: 0 nothing, 10 a bolt, 110 other hull or shield, 1110 other flags, 1111 and four bits for any
/// mixture.
#[inline]
fn rarities<S: Stream>(stream: &mut S, base: &ShipRecord, ship: &mut ShipRecord) -> Result<(), WireError> {
    let has_vitals = ship.hull != base.hull || ship.shield != base.shield;
    let mut mixture = u32::from(ship.bolt.is_some()) * BOLT
        + u32::from(has_vitals) * VITALS
        + u32::from(ship.flags != base.flags) * FLAGS
        + u32::from(ship.rail.is_some()) * RAIL;
    let mut word = SINGLES.iter().zip(0..).find(|(single, _)| **single == mixture).map_or(MIXTURE, |(_, word)| word);
    stream.unary(&mut word, MIXTURE)?;
    if word == MIXTURE {
        stream.bits(&mut mixture, 4)?;
    } else {
        mixture = SINGLES[word as usize];
    }
    let aim = ship.aim_12();
    if mixture & BOLT == 0 {
        ship.bolt = None;
    } else {
        young_shot(stream, &mut ship.bolt, aim)?;
    }
    if mixture & VITALS == 0 {
        (ship.hull, ship.shield) = (base.hull, base.shield);
    } else {
        vitals(stream, base, ship)?;
    }
    if mixture & FLAGS == 0 {
        ship.flags = base.flags;
    } else {
        flags(stream, base, ship)?;
    }
    if mixture & RAIL == 0 {
        ship.rail = None;
    } else {
        young_shot(stream, &mut ship.rail, aim)?;
    }
    Ok(())
}

const BOLT: u32 = 1;
const VITALS: u32 = 2;
const FLAGS: u32 = 4;
const RAIL: u32 = 8;
/// The mixtures that have words of their own, the most frequent first.
const SINGLES: [u32; 4] = [0, BOLT, VITALS, FLAGS];
/// The word that a mixture of rarities follows.
const MIXTURE: u32 = SINGLES.len() as u32;

/// Mostly one flag has changed: its number; else 7 and all of them.
fn flags<S: Stream>(stream: &mut S, base: &ShipRecord, ship: &mut ShipRecord) -> Result<(), WireError> {
    let changed = (ship.flags ^ base.flags).cast_unsigned();
    let mut which = if changed.is_power_of_two() { changed.trailing_zeros() } else { FLAGS_ALL };
    stream.bits(&mut which, 3)?;
    if which == FLAGS_ALL {
        return field(stream, &mut ship.flags, Unsigned(FLAG_BITS));
    }
    if which >= FLAG_BITS {
        return Err(WireError::OutOfRange);
    }
    ship.flags = base.flags ^ 1 << which;
    Ok(())
}

const FLAGS_ALL: u32 = 7;

/// Mostly it is the shield that changed alone.
fn vitals<S: Stream>(stream: &mut S, base: &ShipRecord, ship: &mut ShipRecord) -> Result<(), WireError> {
    let mut has_hull = u32::from(ship.hull != base.hull);
    stream.bits(&mut has_hull, 1)?;
    if has_hull == 0 {
        ship.hull = base.hull;
    } else {
        field(stream, &mut ship.hull, Unsigned(VITAL_BITS))?;
    }
    field(stream, &mut ship.shield, Unsigned(VITAL_BITS))
}
