//! Where a ship will be if it goes on as it did at its baseline: thrust held, drag as in the game, whole numbers only.
//!
//! Both ends must agree to the last bit, so drag is a constant of the protocol. A tuning with another drag only makes packets larger.

use super::fields::{PULL_MAX, ShipRecord};
use crate::wire::quantize::{POSITION_MAX, VELOCITY_MAX};

/// Part of the velocity that drag takes each tick: 2.8 / 60, in 1/65536.
const DRAG: i64 = 3058;
const ONE: i64 = 1 << 16;
/// Beyond this age of the baseline ships are predicted to stand: nobody holds a course for half a second.
pub const PREDICTION_TICKS_MAX: usize = 32;

/// How much of the baseline's velocity and pull arrives after some ticks, in 1/65536.
#[derive(Clone, Copy)]
struct Horizon {
    position_of_velocity: i64,
    position_of_pull: i64,
    velocity_of_velocity: i64,
    velocity_of_pull: i64,
}

const HORIZONS: [Horizon; PREDICTION_TICKS_MAX + 1] = horizons();

const fn horizons() -> [Horizon; PREDICTION_TICKS_MAX + 1] {
    let mut now = Horizon { position_of_velocity: 0, position_of_pull: 0, velocity_of_velocity: ONE, velocity_of_pull: 0 };
    let mut all = [now; PREDICTION_TICKS_MAX + 1];
    let mut tick = 1;
    while tick <= PREDICTION_TICKS_MAX {
        now.velocity_of_velocity -= now.velocity_of_velocity * DRAG / ONE;
        now.velocity_of_pull += ONE - now.velocity_of_pull * DRAG / ONE;
        now.position_of_velocity += now.velocity_of_velocity;
        now.position_of_pull += now.velocity_of_pull;
        all[tick] = now;
        tick += 1;
    }
    all
}

/// The prediction of all ships for one distance from the baseline.
#[derive(Clone, Copy)]
pub struct Predictor {
    horizon: Horizon,
    /// Velocity that a position residual of one step reveals, in 1/65536 velocity steps.
    velocity_of_residual: i64,
    /// Change of pull, in 1/65536 steps, that a residual of the position and one of the velocity reveal.
    pull_of_position: i64,
    pull_of_velocity: i64,
}

impl Predictor {
    /// `ticks` since the baseline, at least 1.
    #[must_use]
    pub fn new(ticks: u32) -> Self {
        let horizon = HORIZONS[(ticks.max(1) as usize).min(PREDICTION_TICKS_MAX)];
        let velocity_of_residual = 8 * ONE * horizon.velocity_of_pull / horizon.position_of_pull;
        // The position tells of thrust that changed early, the velocity of thrust that changed at all: what both say together is
        // extrapolated to the end. The weights, -1.5 and 2.5, are measured.
        let pull_of_position = -24 * ONE * ONE / horizon.position_of_pull;
        let pull_of_velocity = 5 * ONE * ONE / horizon.velocity_of_pull;
        Self { horizon, velocity_of_residual, pull_of_position, pull_of_velocity }
    }

    /// Expected x and y, always on the grid.
    #[inline]
    #[must_use]
    pub fn position(&self, base: &ShipRecord) -> (i32, i32) {
        (self.position_on_axis(base.x, base.vx, base.pull_x), self.position_on_axis(base.y, base.vy, base.pull_y))
    }

    /// Expected velocity, given how far the position was from the expected one.
    #[inline]
    #[must_use]
    pub fn velocity(&self, base: &ShipRecord, residual: (i32, i32)) -> (i32, i32) {
        let x = self.velocity_on_axis(base.vx, base.pull_x, residual.0);
        (x, self.velocity_on_axis(base.vy, base.pull_y, residual.1))
    }

    /// Expected pull, given how far the position was from the expected one, and the velocity.
    #[inline]
    #[must_use]
    pub fn pull(&self, base: &ShipRecord, residual: (i32, i32), velocity: (i16, i16)) -> (i32, i32) {
        let x = self.pull_on_axis(base.vx, base.pull_x, residual.0, velocity.0);
        (x, self.pull_on_axis(base.vy, base.pull_y, residual.1, velocity.1))
    }

    /// A pull counts 1/16 position steps and half velocity steps (1/8 position steps) per tick.
    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn position_on_axis(&self, position: i16, velocity: i16, pull: i16) -> i32 {
        let sixteenths =
            i64::from(velocity) * 2 * self.horizon.position_of_velocity + i64::from(pull) * self.horizon.position_of_pull;
        let moved = rounded_shift(sixteenths, 20);
        (i64::from(position) + moved).clamp(0, i64::from(POSITION_MAX)) as i32
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn velocity_on_axis(&self, velocity: i16, pull: i16, residual: i32) -> i32 {
        let halves =
            i64::from(velocity) * 2 * self.horizon.velocity_of_velocity + i64::from(pull) * self.horizon.velocity_of_pull;
        let expected = rounded_shift(halves + i64::from(residual) * 2 * self.velocity_of_residual, 17);
        expected.clamp(-i64::from(VELOCITY_MAX), i64::from(VELOCITY_MAX)) as i32
    }

    #[inline]
    #[allow(clippy::cast_possible_truncation)]
    fn pull_on_axis(&self, velocity: i16, pull: i16, residual: i32, velocity_now: i16) -> i32 {
        let gained = i64::from(velocity_now) - i64::from(self.velocity_on_axis(velocity, pull, 0));
        let changed = i64::from(residual) * self.pull_of_position + gained * self.pull_of_velocity;
        let expected = i64::from(pull) + rounded_shift(changed, 16);
        expected.clamp(-i64::from(PULL_MAX), i64::from(PULL_MAX)) as i32
    }
}

/// Division by `2^shift`, to the nearest, halves up.
#[inline]
fn rounded_shift(value: i64, shift: u32) -> i64 {
    (value + (1 << (shift - 1))) >> shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ship_under_constant_thrust_is_predicted_to_a_step() {
        // The game's own recurrence, in metres and seconds.
        let (mut x, mut v, thrust, drag) = (100.0_f64, 5.0_f64, 50.4 / 60.0, 1.0 - 2.8 / 60.0);
        #[allow(clippy::cast_possible_truncation)]
        let base = ShipRecord {
            x: 3200,
            vx: (v * 256.0 / 60.0_f64).round() as i16,
            pull_x: (thrust / 60.0 * 512.0_f64).round() as i16,
            ..ShipRecord::default()
        };
        for ticks in 1..=10 {
            v = v * drag + thrust;
            x += v / 60.0;
            let (predicted, _) = Predictor::new(ticks).position(&base);
            assert!((f64::from(predicted) - x * 32.0).abs() < 1.5, "tick {ticks}: {predicted}, truth {}", x * 32.0);
        }
    }

    #[test]
    fn a_residual_reveals_the_velocity_that_caused_it() {
        let base = ShipRecord { x: 3200, vx: 40, ..ShipRecord::default() };
        let pulled = ShipRecord { pull_x: 8, ..base };
        let predictor = Predictor::new(8);
        let residual = predictor.position(&pulled).0 - predictor.position(&base).0;
        let (with_residual, _) = predictor.velocity(&base, (residual, 0));
        assert!((with_residual - predictor.velocity(&pulled, (0, 0)).0).abs() <= 1);
    }

    #[test]
    fn extreme_baselines_stay_on_the_grid() {
        for (x, vx, pull_x) in [(0, -511, -32), (16_383, 511, 31)] {
            let base = ShipRecord { x, vx, pull_x, ..ShipRecord::default() };
            for ticks in [1, 8, 32, 1000] {
                let predictor = Predictor::new(ticks);
                assert!((0..=POSITION_MAX).contains(&predictor.position(&base).0));
                assert!(predictor.velocity(&base, (40_000, 0)).0.abs() <= VELOCITY_MAX);
                assert!(predictor.pull(&base, (-40_000, 0), (511, 0)).0.abs() <= PULL_MAX);
            }
        }
    }
}
