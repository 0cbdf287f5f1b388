//! THE field table: what the wire says of a ship, in the order in which it says it.
//!
//! The record, the write, the read and the state hash are all made from this one table; `delta` predicts some of these fields
//! but keeps their order. Shots are not compared with a baseline: they are announced while they are young.

use super::stream::Stream;
use crate::limits::SHOT_REPEAT_TICKS;
use crate::wire::prefix::{fold, unfold};
use crate::wire::{WireError, quantize};

/// What a hash mismatch can name; one byte of the hash each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashGroup {
    Position,
    /// Only sent, hence only hashed, on keyframe ticks.
    Velocity,
    Aim,
    /// Life, flags, hull and shield.
    Condition,
}

pub const HASH_GROUPS: usize = 4;

macro_rules! ship_fields {
    ($($(#[$doc:meta])* $name:ident: $bits:expr, $group:ident;)*) => {
        /// One ship as the wire knows it: whole numbers on their grids.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct ShipRecord {
            $($(#[$doc])* pub $name: i16,)*
            pub bolt: Option<ShotRecord>,
            pub rail: Option<ShotRecord>,
        }

        impl ShipRecord {
            /// Every field of a ship that has no baseline.
            pub fn full<S: Stream>(stream: &mut S, ship: &mut Self) -> Result<(), WireError> {
                $(field(stream, &mut ship.$name, $bits)?;)*
                optional_shot(stream, &mut ship.bolt)?;
                optional_shot(stream, &mut ship.rail)
            }

            /// One byte per `HashGroup`; what cannot be known outside keyframe ticks is left out of other ticks.
            #[must_use]
            pub fn hash(&self, slot: u16, is_keyframe: bool) -> [u8; HASH_GROUPS] {
                let mut sums = [u32::from(slot) + 1; HASH_GROUPS];
                $(
                    let sum = &mut sums[HashGroup::$group as usize];
                    *sum = mix(*sum, i32::from(self.$name));
                )*
                if !is_keyframe {
                    sums[HashGroup::Velocity as usize] = 0;
                }
                sums.map(|sum| sum.to_le_bytes()[3])
            }
        }
    };
}

/// Signed fields travel as they are in two's complement; `Bits` says which they are.
#[derive(Clone, Copy)]
pub enum Bits {
    Unsigned(u32),
    Signed(u32),
}
use Bits::{Signed, Unsigned};

ship_fields! {
    /// Counts the spawns of this seat; another life is another ship.
    life: Unsigned(8), Condition;
    /// 1/32 m.
    x: Unsigned(quantize::POSITION_BITS), Position;
    y: Unsigned(quantize::POSITION_BITS), Position;
    /// 1/256 m per tick.
    vx: Signed(quantize::VELOCITY_BITS), Velocity;
    vy: Signed(quantize::VELOCITY_BITS), Velocity;
    /// What thrust adds to the velocity each tick, 1/512 m per tick and tick: predicts the ticks until the next keyframe.
    pull_x: Signed(PULL_BITS), Velocity;
    pull_y: Signed(PULL_BITS), Velocity;
    /// 1/256 of a turn.
    aim: Unsigned(quantize::AIM_BITS), Aim;
    flags: Unsigned(FLAG_BITS), Condition;
    /// In 31 steps, 0 only when it is 0.
    hull: Unsigned(VITAL_BITS), Condition;
    shield: Unsigned(VITAL_BITS), Condition;
}

pub const PULL_BITS: u32 = 6;
pub const PULL_MAX: i32 = (1 << (PULL_BITS - 1)) - 1;
pub const FLAG_BITS: u32 = 6;
pub const VITAL_BITS: u32 = 5;
/// What hull and shield are full at.
pub const VITAL_FULL: u8 = 100;
const VITAL_STEPS: u32 = (1 << VITAL_BITS) - 1;

/// A shot that is still announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShotRecord {
    /// Ticks before the snapshot's, below `SHOT_REPEAT_TICKS`.
    pub age: u8,
    /// 12 bits.
    pub aim: u16,
}

impl ShipRecord {
    /// The aim on the grid of shots.
    #[must_use]
    #[allow(clippy::cast_sign_loss)]
    pub fn aim_12(&self) -> u16 {
        quantize::aim_direction(self.aim as u8).0
    }
}

/// What can be seen on a ship; the same bits as in the render frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShipFlags(pub u8);

impl ShipFlags {
    pub const DASHING: u8 = 1;
    pub const PROTECTED: u8 = 2;
    pub const HASTE: u8 = 4;
    pub const OVERCHARGE: u8 = 8;
    pub const IN_WAKE: u8 = 16;
    pub const THRUSTING: u8 = 32;

    #[must_use]
    pub fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

/// Hull or shield, 0 to 100, in 31 steps; rounded up, so that a ship with a little left never looks empty.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
pub fn quantize_vital(value: u8) -> i16 {
    (u32::from(value.min(VITAL_FULL)) * VITAL_STEPS).div_ceil(u32::from(VITAL_FULL)) as i16
}

#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub fn vital_value(step: i16) -> u8 {
    (step.max(0) as u32 * u32::from(VITAL_FULL) / VITAL_STEPS) as u8
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]
pub fn field<S: Stream>(stream: &mut S, value: &mut i16, bits: Bits) -> Result<(), WireError> {
    let (len, offset) = match bits {
        Unsigned(len) => (len, 0),
        Signed(len) => (len, 1 << (len - 1)),
    };
    let mut raw = (i32::from(*value) + offset) as u32;
    stream.bits(&mut raw, len)?;
    *value = (raw as i32 - offset) as i16;
    Ok(())
}

/// Is there a shot, its age, its aim as it is: a full record must have a bound.
#[allow(clippy::cast_possible_truncation)]
fn optional_shot<S: Stream>(stream: &mut S, shot: &mut Option<ShotRecord>) -> Result<(), WireError> {
    let mut is_there = u32::from(shot.is_some());
    stream.bits(&mut is_there, 1)?;
    if is_there == 0 {
        *shot = None;
        return Ok(());
    }
    let known = shot.unwrap_or(ShotRecord { age: 0, aim: 0 });
    let mut age = u32::from(known.age);
    stream.unary(&mut age, SHOT_REPEAT_TICKS - 1)?;
    let mut aim = u32::from(known.aim);
    stream.bits(&mut aim, 12)?;
    *shot = Some(ShotRecord { age: age as u8, aim: aim as u16 });
    Ok(())
}

/// A shot that is there: its age (0, 10, 11), its aim as the difference to `aim_near`, which is small while the shot is young.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss)]
pub fn young_shot<S: Stream>(stream: &mut S, shot: &mut Option<ShotRecord>, aim_near: u16) -> Result<(), WireError> {
    let known = shot.unwrap_or(ShotRecord { age: 0, aim: 0 });
    let mut age = u32::from(known.age);
    stream.unary(&mut age, SHOT_REPEAT_TICKS - 1)?;
    let turned = known.aim.wrapping_sub(aim_near) & 0xfff;
    let mut difference = fold((i32::from(turned) ^ 0x800) - 0x800);
    stream.number(&mut difference, if age == 0 { YOUNG_SHOT_CODE } else { OLD_SHOT_CODE })?;
    let aim = aim_near.wrapping_add(unfold(difference) as u16) & 0xfff;
    *shot = Some(ShotRecord { age: age as u8, aim });
    Ok(())
}

/// The aim of a shot of this very tick differs from the ship's by rounding only: -8 to 7.
const YOUNG_SHOT_CODE: u32 = 4;
const OLD_SHOT_CODE: u32 = 6;

/// Spreads every bit of `value` over the upper bits of the sum; order matters.
fn mix(sum: u32, value: i32) -> u32 {
    let mixed = (sum ^ u32::from_ne_bytes(value.to_ne_bytes())).wrapping_mul(0x9e37_79b1);
    mixed ^ (mixed >> 15)
}
