//! The course of a match: phases, and where and when ships come back.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Query, Res, ResMut};
use glam::Vec2;

use super::component::{DamageLog, Pilot, Score, Seat, Vitals};
use super::lag_compensation::HitboxHistory;
use super::level::Level;
use super::movement::ShipBody;
use super::outcome::{Phase, PhaseState, Tally};
use super::pickup::Pickups;
use super::projectile::Bolts;
use super::tuning::Tuning;
use super::{Arena, Clock, Dice, Events, Roster, SimEvent};
use crate::ids::{Team, Tick};
use crate::math::Aim;
use crate::rng::Rng;

/// Places that are tried for one spawn.
const SPAWN_TRIES: usize = 6;
/// Enemies further away than this do not matter for a spawn.
const SPAWN_DANGER_M: f32 = 30.0;
/// A place is not used again for this long, while there is another.
const SPAWN_REST_TICKS: u32 = 90;

/// Where the match stands.
#[derive(Resource, Clone, Debug)]
pub struct Round {
    pub state: PhaseState,
    /// When each spawn of the level was used last; `None`: never.
    spawn_used: Vec<Option<Tick>>,
}

impl Round {
    #[must_use]
    pub fn warming_up(now: Tick, level: &Level, tuning: &Tuning) -> Self {
        let state = PhaseState { phase: Phase::WarmUp, ends_at: now.plus(tuning.rules.warm_up_ticks) };
        Self { state, spawn_used: vec![None; level.spawns().len()] }
    }
}

/// Counts the dead down and brings them back, in the order of seats.
pub fn respawn_ships(
    clock: Res<Clock>,
    arena: Res<Arena>,
    roster: Res<Roster>,
    history: Res<HitboxHistory>,
    mut round: ResMut<Round>,
    mut dice: ResMut<Dice>,
    mut events: ResMut<Events>,
    mut ships: Query<(&mut Seat, &mut ShipBody, &mut Vitals, &mut DamageLog, &mut Pilot)>,
) {
    let mut in_order = ships.iter_many_mut(&roster.in_order);
    while let Some(Ok((mut seat, mut body, mut vitals, mut log, mut pilot))) = in_order.fetch_next() {
        if seat.is_alive() {
            continue;
        }
        seat.respawn_ticks -= 1;
        if seat.respawn_ticks > 0 {
            continue;
        }
        let place = choose_spawn(seat.team, &arena.level, &history, &mut round, &mut dice.0, clock.tick);
        let middle = arena.level.size_m() * 0.5;
        *body = ShipBody::appearing_at(place, Aim::along(middle - place), &arena.tuning);
        *vitals = Vitals::full(&arena.tuning);
        log.clear();
        // Shots of the life before are no business of this one.
        (pilot.bolt, pilot.rail) = (None, None);
        seat.life = seat.life.wrapping_add(1);
        events.0.push(SimEvent::Respawned { slot: seat.slot });
    }
}

/// Of a few places drawn at random, the one with the least danger around it.
fn choose_spawn(team: Team, level: &Level, history: &HitboxHistory, round: &mut Round, rng: &mut Rng, now: Tick) -> Vec2 {
    let spawns = level.spawns();
    // A level without team spawns is everybody's, and so is every level when there are no teams.
    let is_ours = |index: usize| team == Team::Solo || spawns[index].team == Team::Solo || spawns[index].team == team;
    let mut best: Option<(f32, usize)> = None;
    for _ in 0..SPAWN_TRIES {
        let drawn = rng.below(spawns.len() as u32) as usize;
        let Some(index) = (0..spawns.len()).map(|step| (drawn + step) % spawns.len()).find(|index| is_ours(*index)) else {
            continue;
        };
        let is_resting = round.spawn_used[index].is_some_and(|used| now.since(used) < SPAWN_REST_TICKS);
        let mut nearest_m = SPAWN_DANGER_M;
        history.for_each_near(spawns[index].pos, SPAWN_DANGER_M, |_, hitbox| {
            if team.fights(hitbox.team) {
                nearest_m = nearest_m.min(hitbox.pos.distance(spawns[index].pos));
            }
        });
        let worth = if is_resting { nearest_m - SPAWN_DANGER_M } else { nearest_m };
        if best.is_none_or(|(most, _)| worth > most) {
            best = Some((worth, index));
        }
    }
    let index = best.map_or(0, |(_, index)| index);
    round.spawn_used[index] = Some(now);
    spawns[index].pos
}

/// Moves from warm-up to the match and from the match to its end; the next match begins when the host says so.
pub fn advance_phase(
    clock: Res<Clock>,
    arena: Res<Arena>,
    mut round: ResMut<Round>,
    mut pickups: ResMut<Pickups>,
    mut bolts: ResMut<Bolts>,
    mut events: ResMut<Events>,
    mut ships: Query<(&mut Seat, &mut Score, &mut DamageLog)>,
) {
    if clock.tick < round.state.ends_at {
        return;
    }
    let rules = &arena.tuning.rules;
    let (phase, ticks) = match round.state.phase {
        Phase::WarmUp => (Phase::Live, rules.live_ticks),
        Phase::Live => (Phase::Ended, rules.ended_ticks),
        Phase::Ended => return,
    };
    round.state = PhaseState { phase, ends_at: clock.tick.plus(ticks) };
    events.0.push(SimEvent::PhaseChanged(round.state));
    if phase == Phase::Live {
        // Everybody starts the match new, at the same moment.
        bolts.flying.clear();
        let fresh = Pickups::all_ready(&arena.level);
        let missing = (0..arena.level.pickups().len()).filter(|index| pickups.ready >> index & 1 == 0);
        events.0.extend(missing.map(|index| SimEvent::PickupReady { index: index as u8 }));
        *pickups = fresh;
        for (mut seat, mut score, mut log) in &mut ships {
            seat.respawn_ticks = 1;
            log.clear();
            score.0 = Tally { slot: seat.slot, team: seat.team, ..Tally::default() };
        }
    }
}
