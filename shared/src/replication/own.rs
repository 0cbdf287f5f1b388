//! The player's own ship, exactly as the simulation has it, so that prediction can be checked and corrected to the last bit.

use glam::Vec2;

use super::stream::Stream;
use crate::limits::LEVEL_M_MAX;
use crate::math::{Aim, POSITION_STEPS_PER_M, VELOCITY_STEPS_PER_MPS};
use crate::sim::{OwnShip, ShipBody, Vitals};
use crate::wire::WireError;
use crate::wire::prefix::{fold, unfold};

const AXIS_BITS: u32 = 19;
const _: () = assert!(LEVEL_M_MAX * POSITION_STEPS_PER_M as u32 == 1 << AXIS_BITS);
/// Says how many bits each axis of the velocity takes.
const WIDTH_BITS: u32 = 5;
const AIM_BITS: u32 = 12;

/// A player may have no ship yet.
pub fn optional<S: Stream>(stream: &mut S, own: &mut Option<OwnShip>) -> Result<(), WireError> {
    if !flag(stream, own.is_some())? {
        *own = None;
        return Ok(());
    }
    let mut ship = own.unwrap_or(OwnShip { body: ShipBody::default(), vitals: Vitals::default(), respawn_ticks: 0, life: 0 });
    stream_ship(stream, &mut ship)?;
    *own = Some(ship);
    Ok(())
}

fn stream_ship<S: Stream>(stream: &mut S, ship: &mut OwnShip) -> Result<(), WireError> {
    small(stream, &mut ship.life)?;
    rare(stream, &mut ship.respawn_ticks, 6)?;
    let body = &mut ship.body;
    position(stream, &mut body.pos.x)?;
    position(stream, &mut body.pos.y)?;
    velocity(stream, &mut body.vel)?;
    let mut aim = u32::from(body.aim.0);
    stream.bits(&mut aim, AIM_BITS)?;
    body.aim = Aim(narrow(aim)?);
    vital(stream, &mut ship.vitals.hull)?;
    vital(stream, &mut ship.vitals.shield)?;
    let mut charge = u32::from(body.dash_charge);
    stream.number(&mut charge, 8)?;
    body.dash_charge = narrow(charge)?;
    rare(stream, &mut body.pulse_cooldown_ticks, 2)?;
    rare(stream, &mut body.rail_cooldown_ticks, 7)?;
    body.is_in_wake = flag(stream, body.is_in_wake)?;
    let has_timers = body.dash_ticks > 0 || body.haste_ticks > 0 || body.overcharge_ticks > 0 || body.protection_ticks > 0;
    if flag(stream, has_timers)? {
        rare(stream, &mut body.dash_ticks, 2)?;
        rare(stream, &mut body.haste_ticks, 8)?;
        rare(stream, &mut body.overcharge_ticks, 8)?;
        rare(stream, &mut body.protection_ticks, 5)?;
    }
    Ok(())
}

fn flag<S: Stream>(stream: &mut S, value: bool) -> Result<bool, WireError> {
    let mut bit = u32::from(value);
    stream.bits(&mut bit, 1)?;
    Ok(bit != 0)
}

fn small<S: Stream>(stream: &mut S, value: &mut u8) -> Result<(), WireError> {
    let mut raw = u32::from(*value);
    stream.bits(&mut raw, 8)?;
    *value = narrow(raw)?;
    Ok(())
}

/// A number that is mostly 0: one bit then.
fn rare<S: Stream, T: Copy + Into<u32> + TryFrom<u32>>(stream: &mut S, value: &mut T, k: u32) -> Result<(), WireError> {
    let mut above_zero: u32 = (*value).into();
    if flag(stream, above_zero > 0)? {
        above_zero = above_zero.saturating_sub(1);
        stream.number(&mut above_zero, k)?;
        above_zero += 1;
    } else {
        above_zero = 0;
    }
    *value = narrow(above_zero)?;
    Ok(())
}

/// Hull or shield: one bit when full.
fn vital<S: Stream>(stream: &mut S, value: &mut u8) -> Result<(), WireError> {
    const FULL: u8 = super::fields::VITAL_FULL;
    if flag(stream, *value == FULL)? {
        *value = FULL;
        return Ok(());
    }
    small(stream, value)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn position<S: Stream>(stream: &mut S, metres: &mut f32) -> Result<(), WireError> {
    let mut steps = (libm::roundf(*metres * POSITION_STEPS_PER_M) as i32).clamp(0, (1 << AXIS_BITS) - 1) as u32;
    stream.bits(&mut steps, AXIS_BITS)?;
    *metres = steps as f32 / POSITION_STEPS_PER_M;
    Ok(())
}

/// Both axes with as many bits as the longer one needs.
fn velocity<S: Stream>(stream: &mut S, vel: &mut Vec2) -> Result<(), WireError> {
    let mut x = velocity_steps(vel.x);
    let mut y = velocity_steps(vel.y);
    let mut width = u32::BITS - (x | y).leading_zeros();
    stream.bits(&mut width, WIDTH_BITS)?;
    stream.bits(&mut x, width)?;
    stream.bits(&mut y, width)?;
    *vel = Vec2::new(velocity_mps(x), velocity_mps(y));
    Ok(())
}

/// At most 16 km/s, which every float holds exactly.
#[allow(clippy::cast_possible_truncation)]
fn velocity_steps(mps: f32) -> u32 {
    const STEPS_MAX: i32 = (1 << 24) - 1;
    fold((libm::roundf(mps * VELOCITY_STEPS_PER_MPS) as i32).clamp(-STEPS_MAX, STEPS_MAX))
}

#[allow(clippy::cast_precision_loss)]
fn velocity_mps(steps: u32) -> f32 {
    unfold(steps) as f32 / VELOCITY_STEPS_PER_MPS
}

fn narrow<T: TryFrom<u32>>(value: u32) -> Result<T, WireError> {
    T::try_from(value).map_err(|_| WireError::OutOfRange)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::math::{snap_position, snap_velocity};
    use crate::wire::{BitReader, BitWriter};

    fn any_ship() -> impl Strategy<Value = OwnShip> {
        let timers = (any::<u8>(), any::<u16>(), any::<u8>(), any::<u16>(), any::<u16>(), any::<u16>(), any::<u8>());
        let place = (0.0f32..512.0, 0.0f32..512.0, -100.0f32..100.0, -100.0f32..100.0, 0u16..4096, any::<bool>());
        (place, timers, 0u8..=100, 0u8..=100, any::<u16>(), any::<u8>()).prop_map(
            |(place, timers, hull, shield, respawn_ticks, life)| OwnShip {
                body: ShipBody {
                    pos: snap_position(Vec2::new(place.0, place.1)).min(Vec2::splat(512.0 - 1.0 / 1024.0)),
                    vel: snap_velocity(Vec2::new(place.2, place.3)),
                    aim: Aim(place.4),
                    is_in_wake: place.5,
                    dash_ticks: timers.0,
                    dash_charge: timers.1,
                    pulse_cooldown_ticks: timers.2,
                    rail_cooldown_ticks: timers.3,
                    haste_ticks: timers.4,
                    overcharge_ticks: timers.5,
                    protection_ticks: timers.6,
                },
                vitals: Vitals { hull, shield, ..Vitals::default() },
                respawn_ticks,
                life,
            },
        )
    }

    fn round_trip(own: Option<OwnShip>) -> (Option<OwnShip>, usize) {
        let mut bytes = Vec::new();
        let mut writer = BitWriter::new(&mut bytes);
        optional(&mut writer, &mut own.clone()).unwrap();
        let bits = writer.bit_len();
        writer.finish();
        let mut back = None;
        let mut reader = BitReader::new(&bytes);
        optional(&mut reader, &mut back).unwrap();
        reader.finish().unwrap();
        (back, bits)
    }

    proptest! {
        #[test]
        fn the_own_ship_comes_back_to_the_last_bit(ship in any_ship()) {
            prop_assert_eq!(round_trip(Some(ship)).0, Some(ship));
        }

        #[test]
        fn hostile_bits_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut own = None;
            if optional(&mut BitReader::new(&bytes), &mut own).is_ok() {
                prop_assert!(own.is_none_or(|ship| ship.body.pos.is_finite() && ship.body.vel.is_finite()));
            }
        }
    }

    #[test]
    fn a_ship_in_flight_takes_about_sixteen_bytes() {
        let body = ShipBody {
            pos: Vec2::new(100.0, 200.0),
            vel: Vec2::new(12.0, -13.0),
            dash_charge: 200,
            pulse_cooldown_ticks: 5,
            rail_cooldown_ticks: 90,
            ..ShipBody::default()
        };
        let ship = OwnShip { body, vitals: Vitals { hull: 80, shield: 100, ..Vitals::default() }, respawn_ticks: 0, life: 3 };
        let (back, bits) = round_trip(Some(ship));
        assert_eq!(back, Some(ship));
        assert!(bits <= 17 * 8, "{bits} bits");
        assert_eq!(round_trip(None), (None, 1));
    }
}
