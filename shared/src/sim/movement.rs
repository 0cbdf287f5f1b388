//! How a ship flies: thrust, drag, dash, wake and walls, and when its weapons go off.
//!
//! `step_body` is pure and is all that a client needs to predict its own ship; the match runs the very same function.

use bevy_ecs::component::Component;
use glam::Vec2;

use super::collision::Bounce;
use super::input::{Buttons, PlayerInput};
use super::level::Level;
use super::tuning::Tuning;
use super::wake::WakeField;
use crate::ids::{PlayerSlot, Tick};
use crate::limits::TICK_HZ;
use crate::math::{Aim, snap_position, snap_velocity};

pub(crate) const TICK_S: f32 = 1.0 / TICK_HZ as f32;

/// Everything about a ship that its pilot's prediction needs.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct ShipBody {
    pub pos: Vec2,
    pub vel: Vec2,
    pub aim: Aim,
    /// Ticks of dash that are left.
    pub dash_ticks: u8,
    /// From 0 to `tuning.dash.charge_full`, which is ready.
    pub dash_charge: u16,
    pub pulse_cooldown_ticks: u8,
    pub rail_cooldown_ticks: u16,
    pub haste_ticks: u16,
    pub overcharge_ticks: u16,
    pub protection_ticks: u8,
    pub is_in_wake: bool,
}

/// What a step looks at.
#[derive(Clone, Copy)]
pub struct StepEnv<'a> {
    pub level: &'a Level,
    pub tuning: &'a Tuning,
    pub wake: &'a WakeField,
    /// The tick that this step makes.
    pub tick: Tick,
    pub slot: PlayerSlot,
}

/// What a ship did in a step. Shots leave from where the ship is after the step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BodyActions {
    pub fired_bolt: bool,
    pub fired_rail: bool,
    pub dashed: bool,
}

impl ShipBody {
    /// A ship as it appears: at rest, dash ready, protected.
    #[must_use]
    pub fn appearing_at(pos: Vec2, aim: Aim, tuning: &Tuning) -> Self {
        Self {
            pos: snap_position(pos),
            aim,
            dash_charge: tuning.dash.charge_full,
            protection_ticks: tuning.rules.protection_ticks,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn is_dashing(&self) -> bool {
        self.dash_ticks > 0
    }

    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.protection_ticks > 0
    }
}

/// Advances one ship by one tick.
pub fn step_body(body: &mut ShipBody, input: PlayerInput, env: &StepEnv) -> BodyActions {
    let dashed = steer(body, input, env);
    fly(body, env);
    body.is_in_wake = env.wake.is_in_wake(env.slot, body.pos, body.vel, env.tick);
    charge_dash(body, env.tuning);
    let (fired_bolt, fired_rail) = fire(body, input, env.tuning);
    // Whoever shoots has come out of hiding.
    let is_hostile = fired_bolt || fired_rail;
    body.protection_ticks = if is_hostile { 0 } else { body.protection_ticks.saturating_sub(1) };
    body.haste_ticks = body.haste_ticks.saturating_sub(1);
    body.overcharge_ticks = body.overcharge_ticks.saturating_sub(1);
    BodyActions { fired_bolt, fired_rail, dashed }
}

/// Turns the controls into speed; tells whether a dash began.
fn steer(body: &mut ShipBody, input: PlayerInput, env: &StepEnv) -> bool {
    let tuning = env.tuning;
    body.aim = input.aim;
    let thrust = input.thrust();
    if body.dash_ticks > 0 {
        body.dash_ticks -= 1;
        if body.dash_ticks == 0 {
            body.vel = body.vel.clamp_length_max(tuning.dash.exit_mps);
        }
    }
    let dashes = input.buttons.has(Buttons::DASH) && body.dash_ticks == 0 && body.dash_charge >= tuning.dash.charge_full;
    if dashes {
        let direction = if thrust == Vec2::ZERO { body.aim.direction() } else { thrust.normalize_or_zero() };
        body.vel = direction * tuning.dash.speed_mps;
        body.dash_ticks = tuning.dash.ticks;
        body.dash_charge = 0;
    }
    if body.dash_ticks == 0 {
        let mut thrust_mps2 = tuning.ship.thrust_mps2;
        if body.haste_ticks > 0 {
            thrust_mps2 *= tuning.ship.haste_factor;
        }
        if body.is_in_wake {
            thrust_mps2 *= tuning.wake.thrust_factor;
        }
        let kept = (1.0 - tuning.ship.drag_per_s * TICK_S).max(0.0);
        body.vel = body.vel * kept + thrust * (thrust_mps2 * TICK_S);
    }
    dashes
}

fn fly(body: &mut ShipBody, env: &StepEnv) {
    let ship = &env.tuning.ship;
    let bounce = Bounce { factor: ship.wall_bounce, mps_min: ship.wall_bounce_mps_min };
    let slide = env.level.slide_circle(body.pos, body.vel, TICK_S, ship.radius_m, bounce);
    body.pos = snap_position(slide.pos);
    body.vel = snap_velocity(slide.vel);
}

fn charge_dash(body: &mut ShipBody, tuning: &Tuning) {
    if body.dash_ticks > 0 {
        return;
    }
    let mut gain = tuning.dash.refill;
    if body.is_in_wake {
        gain += tuning.dash.refill_in_wake;
    }
    if body.haste_ticks > 0 {
        gain += tuning.dash.refill_in_haste;
    }
    body.dash_charge = body.dash_charge.saturating_add(gain).min(tuning.dash.charge_full);
}

/// Cools the weapons down and says which of them go off: (bolt, rail).
fn fire(body: &mut ShipBody, input: PlayerInput, tuning: &Tuning) -> (bool, bool) {
    let is_overcharged = body.overcharge_ticks > 0;
    body.pulse_cooldown_ticks = body.pulse_cooldown_ticks.saturating_sub(1);
    let cooling = if is_overcharged { tuning.rail.overcharge_cooling } else { 1 };
    body.rail_cooldown_ticks = body.rail_cooldown_ticks.saturating_sub(cooling);
    let fires_rail = input.buttons.has(Buttons::RAIL) && body.rail_cooldown_ticks == 0;
    if fires_rail {
        body.rail_cooldown_ticks = tuning.rail.cooldown_ticks;
    }
    let fires_bolt = input.buttons.has(Buttons::FIRE) && body.pulse_cooldown_ticks == 0;
    if fires_bolt {
        let pulse = &tuning.pulse;
        body.pulse_cooldown_ticks = if is_overcharged { pulse.overcharge_interval_ticks } else { pulse.interval_ticks };
    }
    (fires_bolt, fires_rail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::rng::Rng;

    struct Arena {
        level: Level,
        tuning: Tuning,
        wake: WakeField,
    }

    impl Arena {
        fn new() -> Self {
            let tuning = Tuning::default();
            Self { level: Level::open_box(100, 40), wake: WakeField::new(&tuning), tuning }
        }

        fn env(&self, tick: u32) -> StepEnv<'_> {
            StepEnv { level: &self.level, tuning: &self.tuning, wake: &self.wake, tick: Tick(tick), slot: PlayerSlot(0) }
        }

        fn ship(&self) -> ShipBody {
            ShipBody::appearing_at(Vec2::new(10.0, 40.0), Aim(0), &self.tuning)
        }
    }

    const RIGHT: PlayerInput = PlayerInput { move_x: 7, move_y: 0, aim: Aim(0), buttons: Buttons(0) };

    #[test]
    fn thrust_reaches_the_top_speed_and_never_more() {
        let arena = Arena::new();
        let mut body = arena.ship();
        for tick in 1..400 {
            step_body(&mut body, RIGHT, &arena.env(tick));
            assert!(body.vel.x <= arena.tuning.top_speed_mps() + 0.01);
            if tick == 120 {
                assert!(body.vel.x > arena.tuning.top_speed_mps() * 0.98, "{}", body.vel.x);
            }
        }
    }

    #[test]
    fn inertia_carries_on_after_the_stick_is_let_go() {
        let arena = Arena::new();
        let mut body = arena.ship();
        for tick in 1..60 {
            step_body(&mut body, RIGHT, &arena.env(tick));
        }
        let (speed, x) = (body.vel.x, body.pos.x);
        for tick in 60..80 {
            step_body(&mut body, PlayerInput::default(), &arena.env(tick));
        }
        assert!(body.pos.x > x + 2.0 && body.vel.x < speed * 0.6);
    }

    #[test]
    fn a_wake_raises_the_top_speed_by_a_quarter_to_a_third_and_refills_the_dash_faster() {
        let mut arena = Arena::new();
        let mut leader = arena.ship();
        leader.pos.x = 20.0;
        let mut rider = arena.ship();
        rider.dash_charge = 0;
        let mut ticks_to_full = 0;
        for tick in 1..300 {
            // A leader that is faster than anybody, so that the wake never ends.
            leader.pos.x = (leader.pos.x + 0.4).min(190.0);
            arena.wake.lay(Tick(tick), PlayerSlot(1), leader.pos);
            step_body(&mut rider, RIGHT, &arena.env(tick));
            if rider.dash_charge == arena.tuning.dash.charge_full && ticks_to_full == 0 {
                ticks_to_full = tick;
            }
            if tick == 240 {
                let gain = rider.vel.x / arena.tuning.top_speed_mps();
                assert!((1.25..=1.35).contains(&gain), "{gain} at {}", rider.pos);
            }
        }
        let alone = u32::from(arena.tuning.dash.charge_full / arena.tuning.dash.refill);
        assert!(ticks_to_full < alone * 2 / 3, "{ticks_to_full} of {alone}");
    }

    #[test]
    fn a_dash_is_a_short_burst_that_costs_the_whole_charge() {
        let arena = Arena::new();
        let mut body = arena.ship();
        let input = PlayerInput { buttons: Buttons(Buttons::DASH), ..RIGHT };
        let start = body.pos.x;
        let actions = step_body(&mut body, input, &arena.env(1));
        assert!(actions.dashed && body.dash_charge < 10 && body.vel.x > 39.0);
        let mut dashes = 1;
        for tick in 2..=u32::from(arena.tuning.dash.ticks) {
            dashes += u32::from(step_body(&mut body, input, &arena.env(tick)).dashed);
        }
        assert_eq!(dashes, 1);
        assert!(body.pos.x - start > 6.0);
        step_body(&mut body, input, &arena.env(20));
        assert!(body.vel.x <= arena.tuning.dash.exit_mps);
    }

    #[test]
    fn a_dash_without_thrust_follows_the_aim() {
        let arena = Arena::new();
        let mut body = arena.ship();
        let input = PlayerInput { aim: Aim(1024), buttons: Buttons(Buttons::DASH), ..PlayerInput::default() };
        step_body(&mut body, input, &arena.env(1));
        assert!(body.vel.y > 39.0 && body.vel.x.abs() < 0.1);
    }

    #[test]
    fn holding_fire_never_beats_the_interval() {
        let arena = Arena::new();
        let mut body = arena.ship();
        let input = PlayerInput { buttons: Buttons(Buttons::FIRE | Buttons::RAIL), ..PlayerInput::default() };
        let (mut bolts, mut rails) = (0, 0);
        for tick in 1..=600 {
            let actions = step_body(&mut body, input, &arena.env(tick));
            bolts += u32::from(actions.fired_bolt);
            rails += u32::from(actions.fired_rail);
        }
        assert_eq!(bolts, 600_u32.div_ceil(arena.tuning.pulse.interval_ticks.into()));
        assert_eq!(rails, 600_u32.div_ceil(arena.tuning.rail.cooldown_ticks.into()));
    }

    #[test]
    fn shooting_ends_the_protection() {
        let arena = Arena::new();
        let mut body = arena.ship();
        step_body(&mut body, PlayerInput::default(), &arena.env(1));
        assert!(body.is_protected());
        step_body(&mut body, PlayerInput { buttons: Buttons(Buttons::FIRE), ..PlayerInput::default() }, &arena.env(2));
        assert!(!body.is_protected());
    }

    proptest! {
        #[test]
        fn whatever_the_inputs_bounds_hold(seed in any::<u64>()) {
            let arena = Arena::new();
            let tuning = &arena.tuning;
            let mut rng = Rng::new(seed);
            let mut body = arena.ship();
            let mut last_bolt = 0;
            for tick in 1..400_u32 {
                // The stick may lie: anything that fits the type.
                let any = rng.next_u32().to_le_bytes();
                let input = PlayerInput {
                    move_x: i8::from_le_bytes([any[0]]), move_y: i8::from_le_bytes([any[1]]),
                    aim: Aim(u16::from(any[2]) * 16), buttons: Buttons(any[3]),
                };
                if rng.chance(0.01) {
                    body.overcharge_ticks = 100;
                    body.haste_ticks = 100;
                }
                let actions = step_body(&mut body, input, &arena.env(tick));
                prop_assert!(body.dash_charge <= tuning.dash.charge_full, "seed {}", seed);
                prop_assert!(body.vel.length() <= tuning.dash.speed_mps + 0.1, "seed {}: {}", seed, body.vel.length());
                prop_assert!(arena.level.has_room(body.pos, tuning.ship.radius_m), "seed {}: {}", seed, body.pos);
                prop_assert_eq!(snap_position(body.pos), body.pos);
                if actions.fired_bolt {
                    prop_assert!(last_bolt == 0 || tick - last_bolt >= u32::from(tuning.pulse.overcharge_interval_ticks));
                    last_bolt = tick;
                }
            }
        }
    }
}
