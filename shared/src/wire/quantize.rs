//! The grids on which ships travel. Rounding is to the nearest step; what lies outside goes to the edge.

use crate::math::Aim;

/// Positions of other ships: 1/32 m, 14 bits, 0 to just under 512 m.
pub const POSITION_STEPS: i32 = 32;
pub const POSITION_BITS: u32 = 14;
pub const POSITION_MAX: i32 = (1 << POSITION_BITS) - 1;
/// Velocity steps per position step and tick: one step is 1/256 m per tick, 0.234 m/s.
pub const VELOCITY_FRACTION_BITS: u32 = 3;
pub const VELOCITY_BITS: u32 = 10;
pub const VELOCITY_MAX: i32 = (1 << (VELOCITY_BITS - 1)) - 1;
/// Aims of other ships: 256 directions.
pub const AIM_BITS: u32 = 8;
const AIM_SHIFT: u32 = 12 - AIM_BITS;

const VELOCITY_STEPS_PER_MPS: f32 = 256.0 / crate::limits::TICK_HZ as f32;

#[must_use]
pub fn position(metres: f32) -> u16 {
    #[allow(clippy::cast_sign_loss, clippy::cast_possible_truncation)]
    let step = round_clamped(metres * POSITION_STEPS as f32, 0, POSITION_MAX) as u16;
    step
}

#[must_use]
pub fn position_metres(step: u16) -> f32 {
    f32::from(step) / POSITION_STEPS as f32
}

#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn velocity(mps: f32) -> i16 {
    round_clamped(mps * VELOCITY_STEPS_PER_MPS, -VELOCITY_MAX, VELOCITY_MAX) as i16
}

#[must_use]
pub fn velocity_mps(step: i16) -> f32 {
    f32::from(step) / VELOCITY_STEPS_PER_MPS
}

#[must_use]
#[allow(clippy::cast_possible_truncation)]
pub fn aim(aim: Aim) -> u8 {
    ((aim.0 + (1 << (AIM_SHIFT - 1))) >> AIM_SHIFT) as u8
}

#[must_use]
pub fn aim_direction(step: u8) -> Aim {
    Aim(u16::from(step) << AIM_SHIFT)
}

/// Rounds half away from zero; NaN counts as the nearest to zero.
#[allow(clippy::cast_possible_truncation)]
fn round_clamped(value: f32, low: i32, high: i32) -> i32 {
    (libm::roundf(value) as i32).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_position_is_off_by_at_most_half_a_step(metres in 0.0f32..511.96) {
            prop_assert!((position_metres(position(metres)) - metres).abs() <= 0.5 / 32.0 + 1e-4);
        }

        #[test]
        fn a_velocity_is_off_by_at_most_half_a_step(mps in -119.0f32..119.0) {
            prop_assert!((velocity_mps(velocity(mps)) - mps).abs() <= 0.5 * 60.0 / 256.0 + 1e-4);
        }

        #[test]
        fn an_aim_is_off_by_at_most_half_a_step(raw in 0u16..4096) {
            let back = aim_direction(aim(Aim(raw))).0;
            let off = (i32::from(back) - i32::from(raw) + 2048).rem_euclid(4096) - 2048;
            prop_assert!(off.abs() <= 8, "{raw} came back as {back}");
        }
    }

    #[test]
    fn values_on_the_grid_stay_and_values_between_go_to_the_nearest() {
        assert_eq!(position(1.0), 32);
        assert_eq!(position(1.0 + 0.4 / 32.0), 32);
        assert_eq!(position(1.0 + 0.6 / 32.0), 33);
        assert_eq!(velocity(-60.0 / 256.0), -1);
        assert_eq!(aim(Aim(4095)), 0);
        assert_eq!(aim(Aim(16 * 7 + 7)), 7);
        assert_eq!(aim(Aim(16 * 7 + 8)), 8);
    }

    #[test]
    fn what_lies_outside_goes_to_the_edge() {
        assert_eq!(position(-3.0), 0);
        assert_eq!(position(9000.0), 16_383);
        assert_eq!(position(f32::NAN), 0);
        assert_eq!(velocity(f32::NEG_INFINITY), -511);
    }
}
