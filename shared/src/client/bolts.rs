//! Bolts in flight. They are announced once and flown here: others' in the view's time, own ones in the predicted time.
//!
//! Walls stop them exactly as at the host. Ships stop them only for the eye: who was hit is the host's to say.

use glam::Vec2;

use super::effects::{Effect, EffectKind, Effects};
use crate::ids::{PlayerSlot, Team, Tick};
use crate::limits::SLOTS_MAX;
use crate::math::{Aim, snap_wire_position};
use crate::sim::level::Level;
use crate::sim::projectile::{bolt_end, bolt_position};
use crate::sim::tuning::Tuning;

/// Bolts drawn at most; in a brawl of hundreds the rest is left out.
const BOLTS_MAX: usize = 1024;
/// Ids repeat after so many, which a float holds exactly.
const IDS: u32 = 1 << 24;
/// What ended this long before a frame is not shown any more.
const STALE_TICKS: f32 = 30.0;
/// How long an own shot is remembered: longer than a prediction is ever done over.
const OWN_SEEN_TICKS: u32 = 128;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bolt {
    pub id: u32,
    pub slot: PlayerSlot,
    pub team: Team,
    pub fired_at: Tick,
    pub is_own: bool,
    /// The shooter's middle when the bolt left.
    ship: Vec2,
    aim: Aim,
    end_ticks: f32,
    ends_at_wall: bool,
    drawn_age: Option<f32>,
}

/// A ship that may stop a bolt on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    pub slot: PlayerSlot,
    pub team: Team,
    pub pos: Vec2,
}

/// A bolt as it is drawn.
#[derive(Clone, Copy, Debug)]
pub struct FlyingBolt {
    pub id: u32,
    pub slot: PlayerSlot,
    pub team: Team,
    pub pos: Vec2,
    pub vel: Vec2,
}

#[derive(Debug)]
pub struct Bolts {
    bolts: Vec<Bolt>,
    /// The last tick in which each seat fired; a shot is announced before the next one can be fired.
    last_shots: Vec<Option<Tick>>,
    /// Ticks of own shots: they may be taken back and fired again.
    own_shots: Vec<Tick>,
    next_id: u32,
}

impl Default for Bolts {
    fn default() -> Self {
        Self {
            bolts: Vec::with_capacity(BOLTS_MAX),
            last_shots: vec![None; SLOTS_MAX],
            own_shots: Vec::with_capacity(BOLTS_MAX),
            next_id: 0,
        }
    }
}

/// Who fired when, from where and in which direction.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    pub slot: PlayerSlot,
    pub team: Team,
    pub tick: Tick,
    /// The middle of the ship after that tick.
    pub ship: Vec2,
    pub aim: Aim,
    pub is_own: bool,
}

impl Bolts {
    /// A shot that was announced or predicted. Tells whether it is a new one.
    pub fn add(&mut self, shot: Shot, level: &Level, tuning: &Tuning) -> bool {
        if self.bolts.len() >= BOLTS_MAX || !self.note_shot(&shot) {
            return false;
        }
        let (end_ticks, ends_at_wall) = bolt_end(shot.ship, shot.aim, level, tuning);
        self.next_id = (self.next_id + 1) % IDS;
        self.bolts.push(Bolt {
            id: self.next_id,
            slot: shot.slot,
            team: shot.team,
            fired_at: shot.tick,
            is_own: shot.is_own,
            ship: snap_wire_position(shot.ship),
            aim: shot.aim,
            end_ticks,
            ends_at_wall,
            drawn_age: None,
        });
        true
    }

    /// Tells whether nobody has told of this shot before.
    fn note_shot(&mut self, shot: &Shot) -> bool {
        if shot.is_own {
            let is_new = !self.own_shots.contains(&shot.tick);
            if is_new && self.own_shots.len() < BOLTS_MAX {
                self.own_shots.push(shot.tick);
            }
            return is_new;
        }
        let Some(last) = self.last_shots.get_mut(shot.slot.index()) else { return false };
        let is_new = last.is_none_or(|last| shot.tick > last);
        if is_new {
            *last = Some(shot.tick);
        }
        is_new
    }

    /// The own ship's recent past was predicted anew: takes back the shots after `tick` that were not fired after all.
    pub fn take_back_own(&mut self, after: Tick, mut was_fired: impl FnMut(Tick) -> bool) {
        let mut keep = |tick: Tick| tick <= after || was_fired(tick);
        self.bolts.retain(|bolt| !bolt.is_own || keep(bolt.fired_at));
        self.own_shots.retain(|tick| keep(*tick));
    }

    /// Forgets own shots that no replay will ask about.
    pub fn expire(&mut self, newest: Tick) {
        self.own_shots.retain(|tick| newest.since(*tick) < OWN_SEEN_TICKS);
    }

    /// Flies all bolts to this moment and shows what became of them. `targets` go from left to right, so that a bolt looks only
    /// at those beside it.
    #[allow(clippy::cast_possible_truncation)]
    pub fn fly(
        &mut self,
        times: Times,
        tuning: &Tuning,
        targets: &[Target],
        effects: &mut Effects,
        mut draw: impl FnMut(FlyingBolt),
    ) {
        let reach_m = tuning.ship.radius_m + tuning.pulse.bolt_radius_m;
        self.bolts.retain_mut(|bolt| {
            let now_ticks = if bolt.is_own { times.own_ticks } else { times.view_ticks };
            let age = (now_ticks - f64::from(bolt.fired_at.0)) as f32;
            if age < 0.0 {
                // Not fired yet in this timeline; far in the future means that the timeline jumped.
                return age > -120.0;
            }
            if age > bolt.end_ticks + STALE_TICKS {
                // It ended while nobody looked.
                return false;
            }
            let place = |age: f32| bolt_position(bolt.ship, bolt.aim, age.min(bolt.end_ticks), tuning);
            // Its first way is from the ship's middle: whoever is nearer than the muzzle is hit.
            let from = bolt.drawn_age.map_or(bolt.ship, |drawn_age| place(drawn_age.min(age)));
            let to = place(age);
            if bolt.drawn_age.replace(age).is_none() {
                effects.show(Effect::at(EffectKind::BoltFired, bolt_position(bolt.ship, bolt.aim, 0.0, tuning), bolt.slot));
            }
            if let Some((target, place)) = first_hit(bolt, from, to, targets, reach_m) {
                effects.show(Effect { to: target.pos, ..Effect::at(EffectKind::BoltHitShip, place, target.slot) });
                return false;
            }
            if age >= bolt.end_ticks {
                if bolt.ends_at_wall {
                    effects.show(Effect::at(EffectKind::BoltHitWall, to, bolt.slot));
                }
                return false;
            }
            let vel = bolt.aim.direction() * tuning.pulse.bolt_mps;
            draw(FlyingBolt { id: bolt.id, slot: bolt.slot, team: bolt.team, pos: to, vel });
            true
        });
    }
}

/// The two moments a frame shows.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub own_ticks: f64,
    pub view_ticks: f64,
}

fn first_hit<'a>(bolt: &Bolt, from: Vec2, to: Vec2, targets: &'a [Target], reach_m: f32) -> Option<(&'a Target, Vec2)> {
    let way = to - from;
    let length_squared = way.length_squared();
    let (left, right) = (from.x.min(to.x) - reach_m, from.x.max(to.x) + reach_m);
    let mut first: Option<(f32, &Target)> = None;
    let nearest_left = targets.partition_point(|target| target.pos.x < left);
    for target in targets[nearest_left..].iter().take_while(|target| target.pos.x <= right) {
        if target.slot == bolt.slot || !bolt.team.fights(target.team) {
            continue;
        }
        let part = if length_squared > 0.0 { ((target.pos - from).dot(way) / length_squared).clamp(0.0, 1.0) } else { 0.0 };
        if (from + way * part).distance_squared(target.pos) > reach_m * reach_m {
            continue;
        }
        if first.is_none_or(|(nearest, _)| part < nearest) {
            first = Some((part, target));
        }
    }
    first.map(|(part, target)| (target, from + way * part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOOTER: PlayerSlot = PlayerSlot(1);

    fn shot(tick: u32, is_own: bool) -> Shot {
        Shot { slot: SHOOTER, team: Team::Solo, tick: Tick(tick), ship: Vec2::new(20.0, 20.0), aim: Aim(0), is_own }
    }

    fn fly(bolts: &mut Bolts, ticks: f64, targets: &[Target]) -> (usize, Vec<EffectKind>) {
        let mut effects = Effects::default();
        let mut count = 0;
        let times = Times { own_ticks: ticks, view_ticks: ticks };
        bolts.fly(times, &Tuning::default(), targets, &mut effects, |_| count += 1);
        (count, effects.of_frame().iter().map(|effect| effect.kind).collect())
    }

    #[test]
    fn a_shot_that_is_announced_three_times_flies_once() {
        let mut bolts = Bolts::default();
        let level = Level::open_box(100, 20);
        let added: Vec<bool> = (0..3).map(|_| bolts.add(shot(10, false), &level, &Tuning::default())).collect();
        assert_eq!(added, [true, false, false]);
        assert_eq!(fly(&mut bolts, 9.0, &[]), (0, vec![]));
        assert_eq!(fly(&mut bolts, 10.5, &[]), (1, vec![EffectKind::BoltFired]));
        assert_eq!(fly(&mut bolts, 12.0, &[]), (1, vec![]));
    }

    #[test]
    fn a_wall_stops_a_bolt() {
        let mut bolts = Bolts::default();
        bolts.add(shot(10, false), &Level::open_box(16, 20), &Tuning::default());
        fly(&mut bolts, 10.0, &[]);
        assert_eq!(fly(&mut bolts, 40.0, &[]), (0, vec![EffectKind::BoltHitWall]));
    }

    #[test]
    fn a_ship_stops_a_bolt_even_between_two_frames() {
        let mut bolts = Bolts::default();
        bolts.add(shot(10, false), &Level::open_box(100, 20), &Tuning::default());
        let own = Target { slot: SHOOTER, team: Team::Solo, pos: Vec2::new(22.0, 20.0) };
        let other = Target { slot: PlayerSlot(2), team: Team::Solo, pos: Vec2::new(25.0, 20.5) };
        assert_eq!(fly(&mut bolts, 10.0, &[own, other]).0, 1, "nobody is stopped by their own shot");
        assert_eq!(fly(&mut bolts, 25.0, &[own, other]), (0, vec![EffectKind::BoltHitShip]));
    }

    #[test]
    fn what_ended_while_nobody_looked_is_not_shown() {
        let mut bolts = Bolts::default();
        bolts.add(shot(10, false), &Level::open_box(16, 20), &Tuning::default());
        fly(&mut bolts, 10.0, &[]);
        assert_eq!(fly(&mut bolts, 500.0, &[]), (0, vec![]));
    }

    #[test]
    fn an_own_shot_that_was_not_fired_after_all_is_taken_back() {
        let mut bolts = Bolts::default();
        let level = Level::open_box(100, 20);
        bolts.add(shot(10, true), &level, &Tuning::default());
        bolts.add(shot(18, true), &level, &Tuning::default());
        bolts.take_back_own(Tick(12), |_| false);
        assert_eq!(fly(&mut bolts, 20.0, &[]).0, 1);
        assert!(bolts.add(shot(18, true), &level, &Tuning::default()), "it may be fired again");
    }
}
