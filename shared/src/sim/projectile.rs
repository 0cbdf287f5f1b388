//! Shots: bolts that fly and rails that are there at once. Their paths follow from where and when they began, so that every
//! client draws them from one announcement.
//!
//! Bolts are rows of a table in the order in which they were fired, not entities: they are only ever swept through, and the
//! order of their hits can be felt.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Query, Res, ResMut};
use glam::Vec2;

use super::combat::{Hit, Hits};
use super::component::{Pilot, Seat, ShotMark};
use super::lag_compensation::{HitboxHistory, Shooter, Sweep, clamp_lag};
use super::level::Level;
use super::movement::{ShipBody, TICK_S};
use super::outcome::Weapon;
use super::tuning::Tuning;
use super::{Arena, Clock, Roster};
use crate::ids::{PlayerSlot, Team, Tick};
use crate::math::{Aim, snap_wire_position};

/// A bolt in the match.
#[derive(Clone, Copy, Debug)]
pub struct Bolt {
    pub slot: PlayerSlot,
    pub fired_at: Tick,
    pub aim: Aim,
    /// The ship's position when it fired, on the wire's grid.
    pub start: Vec2,
    shooter: Shooter,
    direction: Vec2,
    /// From `start` to the first wall.
    wall_m: f32,
    /// The bolt lives in its shooter's time.
    view_lag_ticks: f32,
}

impl Bolt {
    #[must_use]
    pub fn team(&self) -> Team {
        self.shooter.team
    }

    /// Of length 1.
    #[must_use]
    pub fn direction(&self) -> Vec2 {
        self.direction
    }

    #[must_use]
    pub fn position(&self, age_ticks: f32, tuning: &Tuning) -> Vec2 {
        self.start + self.direction * bolt_distance_m(age_ticks, tuning)
    }
}

#[derive(Resource, Default)]
pub struct Bolts {
    pub flying: Vec<Bolt>,
    rail_targets: Vec<PlayerSlot>,
}

impl Bolts {
    pub fn reserve_slots(&mut self, slot_count: usize, tuning: &Tuning) {
        let shots =
            tuning.pulse.bolt_life_ticks / u16::from(tuning.pulse.overcharge_interval_ticks.min(tuning.pulse.interval_ticks));
        let wanted = slot_count * (usize::from(shots) + 2);
        self.flying.reserve(wanted.saturating_sub(self.flying.len()));
        self.rail_targets.reserve(slot_count);
    }
}

/// Where a bolt is, `age_ticks` after it left a ship that was at `start` (snapped to the wire's grid here).
#[must_use]
pub fn bolt_position(start: Vec2, aim: Aim, age_ticks: f32, tuning: &Tuning) -> Vec2 {
    snap_wire_position(start) + aim.direction() * bolt_distance_m(age_ticks, tuning)
}

/// The age in ticks at which a bolt ends, and whether at a wall (else it has burned out).
#[must_use]
pub fn bolt_end(start: Vec2, aim: Aim, level: &Level, tuning: &Tuning) -> (f32, bool) {
    let range_m = bolt_distance_m(f32::from(tuning.pulse.bolt_life_ticks), tuning);
    let ray = level.cast_ray(snap_wire_position(start), aim.direction(), range_m);
    let age_ticks = (ray.distance_m - tuning.pulse.muzzle_m).max(0.0) / (tuning.pulse.bolt_mps * TICK_S);
    (age_ticks, ray.is_wall)
}

/// Both ends of a rail shot from a ship at `start` (snapped to the wire's grid here).
#[must_use]
pub fn rail_line(start: Vec2, aim: Aim, level: &Level, tuning: &Tuning) -> (Vec2, Vec2) {
    let (start, direction) = (snap_wire_position(start), aim.direction());
    let length_m = level.cast_ray(start, direction, tuning.rail.range_m).distance_m;
    (start + direction * tuning.pulse.muzzle_m.min(length_m), start + direction * length_m)
}

fn bolt_distance_m(age_ticks: f32, tuning: &Tuning) -> f32 {
    tuning.pulse.muzzle_m + tuning.pulse.bolt_mps * TICK_S * age_ticks
}

/// Lets bolts leave their ships and judges rails.
pub fn fire_shots(
    clock: Res<Clock>,
    arena: Res<Arena>,
    roster: Res<Roster>,
    history: Res<HitboxHistory>,
    mut bolts: ResMut<Bolts>,
    mut hits: ResMut<Hits>,
    mut ships: Query<(&Seat, &ShipBody, &mut Pilot)>,
) {
    let tuning = &*arena.tuning;
    let mut in_order = ships.iter_many_mut(&roster.in_order);
    while let Some(Ok((seat, body, mut pilot))) = in_order.fetch_next() {
        if !(pilot.actions.fired_bolt || pilot.actions.fired_rail) {
            continue;
        }
        let mark = ShotMark { tick: clock.tick, aim: body.aim };
        let shooter = Shooter { slot: seat.slot, team: seat.team };
        if pilot.actions.fired_rail {
            pilot.rail = Some(mark);
            judge_rail(shooter, body, pilot.view_lag_ticks, &arena, &history, &mut bolts.rail_targets, &mut hits);
        }
        if pilot.actions.fired_bolt {
            pilot.bolt = Some(mark);
            let (start, direction) = (snap_wire_position(body.pos), body.aim.direction());
            let range_m = bolt_distance_m(f32::from(tuning.pulse.bolt_life_ticks), tuning);
            bolts.flying.push(Bolt {
                slot: seat.slot,
                fired_at: clock.tick,
                aim: body.aim,
                start,
                shooter,
                direction,
                wall_m: arena.level.cast_ray(start, direction, range_m).distance_m,
                view_lag_ticks: clamp_lag(pilot.view_lag_ticks),
            });
        }
    }
}

fn judge_rail(
    shooter: Shooter,
    body: &ShipBody,
    view_lag_ticks: f32,
    arena: &Arena,
    history: &HitboxHistory,
    targets: &mut Vec<PlayerSlot>,
    hits: &mut Hits,
) {
    let tuning = &*arena.tuning;
    let (_, to) = rail_line(body.pos, body.aim, &arena.level, tuning);
    let sweep = Sweep {
        from: snap_wire_position(body.pos),
        to,
        radius_m: tuning.ship.radius_m + tuning.rail.radius_m,
        view: history.view(view_lag_ticks),
        is_instant: true,
    };
    targets.clear();
    history.all_hits(shooter, &sweep, targets);
    targets.sort_unstable();
    for target in targets.iter() {
        hits.0.push(Hit { shooter: shooter.slot, target: *target, damage: tuning.rail.damage, weapon: Weapon::Rail });
    }
}

/// Moves every bolt by one tick; whoever stands in the way, as its shooter sees it, is hit.
pub fn fly_bolts(
    clock: Res<Clock>,
    arena: Res<Arena>,
    history: Res<HitboxHistory>,
    mut bolts: ResMut<Bolts>,
    mut hits: ResMut<Hits>,
) {
    let tuning = &*arena.tuning;
    let radius_m = tuning.ship.radius_m + tuning.pulse.bolt_radius_m;
    bolts.flying.retain(|bolt| {
        let age_ticks = clock.tick.since(bolt.fired_at);
        let distance_m = |age_ticks: u32| bolt_distance_m(age_ticks as f32, tuning);
        // In its first tick a bolt only leaves the ship: whoever is nearer than the muzzle is hit.
        let from_m = age_ticks.checked_sub(1).map_or(0.0, distance_m);
        let to_m = distance_m(age_ticks).min(bolt.wall_m);
        if from_m > bolt.wall_m {
            return false;
        }
        let sweep = Sweep {
            from: bolt.start + bolt.direction * from_m,
            to: bolt.start + bolt.direction * to_m,
            radius_m,
            view: history.view(bolt.view_lag_ticks),
            is_instant: age_ticks == 0,
        };
        if let Some(target) = history.first_hit(bolt.shooter, &sweep) {
            hits.0.push(Hit { shooter: bolt.slot, target, damage: tuning.pulse.damage, weapon: Weapon::Bolt });
            return false;
        }
        distance_m(age_ticks) < bolt.wall_m && age_ticks < u32::from(tuning.pulse.bolt_life_ticks)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bolt_starts_at_the_muzzle_and_ends_at_the_wall() {
        let (level, tuning) = (Level::open_box(20, 20), Tuning::default());
        let start = Vec2::new(20.0, 20.0);
        assert!((bolt_position(start, Aim(0), 0.0, &tuning).x - 20.0 - tuning.pulse.muzzle_m).abs() < 1e-4);
        let (age_ticks, is_wall) = bolt_end(start, Aim(0), &level, &tuning);
        assert!(is_wall);
        assert!((bolt_position(start, Aim(0), age_ticks, &tuning).x - 38.0).abs() < 1e-3);
    }

    #[test]
    fn a_bolt_burns_out_where_no_wall_is() {
        let (level, tuning) = (Level::open_box(200, 20), Tuning::default());
        let (age_ticks, is_wall) = bolt_end(Vec2::new(20.0, 20.0), Aim(0), &level, &tuning);
        assert!(!is_wall);
        assert!((age_ticks - f32::from(tuning.pulse.bolt_life_ticks)).abs() < 1e-3);
    }

    #[test]
    fn everybody_computes_the_same_path_from_the_wire_position() {
        let tuning = Tuning::default();
        let exact = Vec2::new(20.013, 20.004);
        assert_eq!(bolt_position(exact, Aim(99), 7.5, &tuning), bolt_position(snap_wire_position(exact), Aim(99), 7.5, &tuning));
    }

    #[test]
    fn a_rail_stops_at_the_wall() {
        let (level, tuning) = (Level::open_box(20, 20), Tuning::default());
        let (from, to) = rail_line(Vec2::new(20.0, 20.0), Aim(2048), &level, &tuning);
        assert!((to.x - 2.0).abs() < 1e-3 && (from.x - 20.0 + tuning.pulse.muzzle_m).abs() < 1e-3);
    }
}
