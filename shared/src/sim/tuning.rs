//! Every number that makes the game feel as it does: one struct, checked once, the same for host and clients.
//!
//! `assets/tuning.toml` holds the same numbers as `Tuning::default()`; a test keeps them equal.

use serde::{Deserialize, Serialize};

use crate::limits::{LEVEL_M_MAX, TICK_HZ};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    pub ship: ShipTuning,
    pub dash: DashTuning,
    pub wake: WakeTuning,
    pub pulse: PulseTuning,
    pub rail: RailTuning,
    pub vitals: VitalsTuning,
    pub pickup: PickupTuning,
    pub rules: RulesTuning,
}

/// Speeds in m/s, accelerations in m/s^2, `_per_s` is a rate. Top speed is `thrust_mps2 / drag_per_s`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShipTuning {
    pub radius_m: f32,
    pub thrust_mps2: f32,
    pub drag_per_s: f32,
    /// Thrust is this many times stronger with haste.
    pub haste_factor: f32,
    /// Part of the speed into a wall that comes back, above `wall_bounce_mps_min`.
    pub wall_bounce: f32,
    pub wall_bounce_mps_min: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DashTuning {
    pub speed_mps: f32,
    pub ticks: u8,
    /// A dash ends at no more than this speed, so that it does not glide for ever.
    pub exit_mps: f32,
    /// One dash costs all of this.
    pub charge_full: u16,
    /// Charge gained each tick.
    pub refill: u16,
    /// Gained on top of `refill` in a wake.
    pub refill_in_wake: u16,
    /// Gained on top of `refill` with haste.
    pub refill_in_haste: u16,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WakeTuning {
    pub radius_m: f32,
    /// Thrust is this many times stronger in a wake, and top speed with it.
    pub thrust_factor: f32,
    /// Slower ships leave no wake.
    pub speed_mps_min: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PulseTuning {
    pub damage: u8,
    pub interval_ticks: u8,
    pub overcharge_interval_ticks: u8,
    pub bolt_mps: f32,
    pub bolt_radius_m: f32,
    pub bolt_life_ticks: u16,
    /// From the ship's middle to where bolts and rails begin.
    pub muzzle_m: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RailTuning {
    pub damage: u8,
    pub cooldown_ticks: u16,
    /// Cooldown ticks that pass in one tick with overcharge.
    pub overcharge_cooling: u16,
    pub range_m: f32,
    /// Added to the ship's radius when a rail is judged.
    pub radius_m: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VitalsTuning {
    pub hull_full: u8,
    pub shield_full: u8,
    /// The shield starts to come back this long after the last hit.
    pub shield_delay_ticks: u8,
    /// One point of shield comes back every so many ticks.
    pub shield_point_ticks: u8,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PickupTuning {
    pub radius_m: f32,
    pub repair_hull: u8,
    pub haste_ticks: u16,
    pub overcharge_ticks: u16,
    pub repair_wait_ticks: u32,
    pub haste_wait_ticks: u32,
    pub overcharge_wait_ticks: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RulesTuning {
    pub warm_up_ticks: u32,
    pub live_ticks: u32,
    pub ended_ticks: u32,
    pub respawn_ticks: u16,
    pub protection_ticks: u8,
    /// Damage this long before a kill earns the assist.
    pub assist_ticks: u32,
    pub kill_score: i16,
    pub assist_score: i16,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            ship: ShipTuning {
                radius_m: 1.0,
                thrust_mps2: 50.4,
                drag_per_s: 2.8,
                haste_factor: 1.25,
                wall_bounce: 0.25,
                wall_bounce_mps_min: 6.0,
            },
            dash: DashTuning {
                speed_mps: 40.0,
                ticks: 10,
                exit_mps: 24.0,
                charge_full: 300,
                refill: 2,
                refill_in_wake: 4,
                refill_in_haste: 1,
            },
            wake: WakeTuning { radius_m: 2.0, thrust_factor: 1.32, speed_mps_min: 9.0 },
            pulse: PulseTuning {
                damage: 18,
                interval_ticks: 8,
                overcharge_interval_ticks: 5,
                bolt_mps: 54.0,
                bolt_radius_m: 0.25,
                bolt_life_ticks: 48,
                muzzle_m: 1.25,
            },
            rail: RailTuning { damage: 85, cooldown_ticks: 180, overcharge_cooling: 2, range_m: 60.0, radius_m: 0.15 },
            vitals: VitalsTuning { hull_full: 100, shield_full: 100, shield_delay_ticks: 180, shield_point_ticks: 2 },
            pickup: PickupTuning {
                radius_m: 2.0,
                repair_hull: 50,
                haste_ticks: 480,
                overcharge_ticks: 420,
                repair_wait_ticks: 900,
                haste_wait_ticks: 1500,
                overcharge_wait_ticks: 2100,
            },
            rules: RulesTuning {
                warm_up_ticks: 600,
                live_ticks: 18_000,
                ended_ticks: 720,
                respawn_ticks: 120,
                protection_ticks: 60,
                assist_ticks: 360,
                kill_score: 10,
                assist_score: 4,
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TuningError {
    #[error("tuning: {name} is {value}, but must be between {low} and {high}")]
    OutOfRange { name: &'static str, value: f64, low: f64, high: f64 },
    #[error("tuning: {0}")]
    NotUnderstood(String),
}

impl Tuning {
    /// # Errors
    /// Names the first number that the simulation could not live with.
    pub fn validate(&self) -> Result<(), TuningError> {
        macro_rules! check {
            ($($group:ident . $field:ident in $low:expr, $high:expr;)*) => {
                $(
                    let value = f64::from(self.$group.$field);
                    let (low, high) = (f64::from($low), f64::from($high));
                    // Written so that NaN is refused too.
                    if !(value >= low && value <= high) {
                        return Err(TuningError::OutOfRange {
                            name: concat!(stringify!($group), ".", stringify!($field)), value, low, high,
                        });
                    }
                )*
            };
        }
        check! {
            // Collision looks at the 3 x 3 tiles around a ship, and a step is at most half a radius long.
            ship.radius_m in 0.25, 1.0;
            ship.thrust_mps2 in 0.0, 400.0;
            ship.drag_per_s in 0.1, 20.0;
            ship.haste_factor in 0.25, 4.0;
            ship.wall_bounce in 0.0, 1.0;
            ship.wall_bounce_mps_min in 0.0, 1000.0;
            dash.speed_mps in 1.0, SPEED_MPS_MAX;
            dash.ticks in 1, 60;
            dash.exit_mps in 0.0, SPEED_MPS_MAX;
            dash.charge_full in 1, 60_000;
            dash.refill in 0, 1000;
            dash.refill_in_wake in 0, 1000;
            dash.refill_in_haste in 0, 1000;
            wake.radius_m in 0.1, WAKE_RADIUS_M_MAX;
            wake.thrust_factor in 0.25, 4.0;
            wake.speed_mps_min in 0.1, SPEED_MPS_MAX;
            pulse.damage in 1, 255;
            pulse.interval_ticks in 2, 250;
            pulse.overcharge_interval_ticks in 2, 250;
            pulse.bolt_mps in 1.0, 200.0;
            pulse.bolt_radius_m in 0.0, 1.0;
            pulse.bolt_life_ticks in 1, 240;
            pulse.muzzle_m in 0.0, 2.0;
            rail.damage in 1, 255;
            rail.cooldown_ticks in 2, 6000;
            rail.overcharge_cooling in 1, 60;
            rail.range_m in 1.0, LEVEL_M_MAX;
            rail.radius_m in 0.0, 1.0;
            vitals.hull_full in 1, 100;
            vitals.shield_full in 0, 100;
            vitals.shield_delay_ticks in 0, 255;
            vitals.shield_point_ticks in 1, 255;
            pickup.radius_m in 0.1, 8.0;
            pickup.repair_hull in 1, 100;
            pickup.haste_ticks in 1, 3600;
            pickup.overcharge_ticks in 1, 3600;
            pickup.repair_wait_ticks in 1, 36_000;
            pickup.haste_wait_ticks in 1, 36_000;
            pickup.overcharge_wait_ticks in 1, 36_000;
            rules.warm_up_ticks in 1, TICK_HZ * 600;
            rules.live_ticks in 1, TICK_HZ * 7200;
            rules.ended_ticks in 1, TICK_HZ * 600;
            rules.respawn_ticks in 1, 3600;
            rules.protection_ticks in 0, 255;
            rules.assist_ticks in 0, 3600;
            rules.kill_score in 0, 100;
            rules.assist_score in 0, 100;
        }
        let top_mps =
            self.ship.thrust_mps2 / self.ship.drag_per_s * self.ship.haste_factor.max(1.0) * self.wake.thrust_factor.max(1.0);
        if top_mps > SPEED_MPS_MAX {
            return Err(TuningError::OutOfRange {
                name: "ship.thrust_mps2 / ship.drag_per_s, with haste and wake",
                value: f64::from(top_mps),
                low: 0.0,
                high: f64::from(SPEED_MPS_MAX),
            });
        }
        Ok(())
    }

    /// # Errors
    /// Says what is not JSON, missing, unknown or out of range.
    pub fn from_json(json: &str) -> Result<Self, TuningError> {
        let tuning: Self = serde_json::from_str(json).map_err(|error| TuningError::NotUnderstood(error.to_string()))?;
        tuning.validate()?;
        Ok(tuning)
    }

    #[must_use]
    pub fn to_json(&self) -> String {
        // Plain numbers in plain structs: nothing in here can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The speed that thrust alone reaches, without haste or wake.
    #[must_use]
    pub fn top_speed_mps(&self) -> f32 {
        self.ship.thrust_mps2 / self.ship.drag_per_s
    }
}

/// No ship is ever faster; the wire's velocity range and the lag compensation's grid rely on it.
pub const SPEED_MPS_MAX: f32 = 60.0;
/// A wake is looked for in at most 2 x 2 grid cells.
pub const WAKE_RADIUS_M_MAX: f32 = 2.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_valid_and_survives_json_exactly() {
        let tuning = Tuning::default();
        tuning.validate().unwrap();
        assert_eq!(Tuning::from_json(&tuning.to_json()).unwrap(), tuning);
    }

    #[test]
    fn a_bad_number_is_refused_by_name() {
        let mut tuning = Tuning::default();
        tuning.ship.radius_m = f32::NAN;
        let error = tuning.validate().unwrap_err().to_string();
        assert!(error.contains("ship.radius_m"), "{error}");
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let json = Tuning::default().to_json().replacen("\"radius_m\"", "\"radios_m\"", 1);
        let error = Tuning::from_json(&json).unwrap_err().to_string();
        assert!(error.contains("radios_m"), "{error}");
    }

    #[test]
    fn a_wake_is_clearly_felt_and_a_fight_lasts_about_a_second_and_a_half() {
        let tuning = Tuning::default();
        assert!((1.25..=1.35).contains(&tuning.wake.thrust_factor));
        let health = f32::from(tuning.vitals.hull_full) + f32::from(tuning.vitals.shield_full);
        let shots = libm::ceilf(health / f32::from(tuning.pulse.damage));
        let seconds = (shots - 1.0) * f32::from(tuning.pulse.interval_ticks) / 60.0;
        assert!((1.2..=1.8).contains(&seconds), "{seconds} s");
    }
}
