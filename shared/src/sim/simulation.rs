//! One match's world, from the outside: put players and inputs in, step, read ships and events out.

use std::sync::Arc;

use bevy_ecs::query::QueryState;
use bevy_ecs::schedule::Schedule;
use bevy_ecs::world::World;

use super::combat::Hits;
use super::component::{DamageLog, Pilot, Score, Seat, ShotMark, Vitals};
use super::input::PlayerInput;
use super::lag_compensation::{HitboxHistory, clamp_lag};
use super::level::Level;
use super::movement::ShipBody;
use super::outcome::{Mode, PhaseState, Tally};
use super::pickup::Pickups;
use super::projectile::{Bolt, Bolts};
use super::rules::Round;
use super::state_hash::StateHash;
use super::tuning::Tuning;
use super::wake::WakeField;
use super::{Arena, Clock, Dice, Events, Roster, SimEvent};
use crate::ids::{PlayerSlot, Team, Tick};
use crate::limits::SLOTS_MAX;
use crate::rng::Rng;

pub struct SimConfig {
    pub level: Arc<Level>,
    pub tuning: Arc<Tuning>,
    pub mode: Mode,
    pub seed: u64,
}

/// A living ship, as anybody may know it.
#[derive(Clone, Copy)]
pub struct ShipView<'a> {
    pub slot: PlayerSlot,
    pub team: Team,
    /// Counts the spawns, wraps.
    pub life: u8,
    pub is_away: bool,
    /// Does the pilot want to move? For the flame.
    pub is_thrusting: bool,
    pub body: &'a ShipBody,
    pub vitals: &'a Vitals,
    /// The last shot of each kind in this life.
    pub bolt: Option<ShotMark>,
    pub rail: Option<ShotMark>,
}

/// A ship as its own player knows it. While it is dead, body and vitals are those of the last moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OwnShip {
    pub body: ShipBody,
    pub vitals: Vitals,
    /// Until the next spawn; 0 while alive.
    pub respawn_ticks: u16,
    pub life: u8,
}

type ShipQuery = (&'static Seat, &'static ShipBody, &'static Vitals, &'static Pilot, &'static Score);

pub struct Simulation {
    world: World,
    schedule: Schedule,
    ships: QueryState<ShipQuery>,
    slot_count: usize,
}

impl Simulation {
    #[must_use]
    pub fn new(config: SimConfig) -> Self {
        let SimConfig { level, tuning, mode, seed } = config;
        let mut world = World::new();
        world.insert_resource(Clock::default());
        world.insert_resource(Roster::default());
        world.insert_resource(WakeField::new(&tuning));
        world.insert_resource(HitboxHistory::new(level.size_m()));
        world.insert_resource(Bolts::default());
        world.insert_resource(Hits::default());
        world.insert_resource(Pickups::all_ready(&level));
        world.insert_resource(Round::warming_up(Tick(0), &level, &tuning));
        world.insert_resource(Dice(Rng::new(seed)));
        world.insert_resource(Events::default());
        world.insert_resource(Arena { level, tuning, mode });
        let ships = world.query();
        Self { world, schedule: super::schedule(), ships, slot_count: 0 }
    }

    /// Of the newest state.
    #[must_use]
    pub fn tick(&self) -> Tick {
        self.world.resource::<Clock>().tick
    }

    #[must_use]
    pub fn level(&self) -> &Arc<Level> {
        &self.world.resource::<Arena>().level
    }

    #[must_use]
    pub fn tuning(&self) -> &Arc<Tuning> {
        &self.world.resource::<Arena>().tuning
    }

    #[must_use]
    pub fn mode(&self) -> Mode {
        self.world.resource::<Arena>().mode
    }

    #[must_use]
    pub fn wake(&self) -> &WakeField {
        self.world.resource::<WakeField>()
    }

    #[must_use]
    pub fn phase(&self) -> PhaseState {
        self.world.resource::<Round>().state
    }

    #[must_use]
    pub fn has_player(&self, slot: PlayerSlot) -> bool {
        self.world.resource::<Roster>().entity(slot).is_some()
    }

    #[must_use]
    pub fn player_count(&self) -> usize {
        self.world.resource::<Roster>().in_order.len()
    }

    /// Their ship appears in the next step. A seat that is taken, or that cannot exist, stays as it is.
    /// Without teams everybody is `Solo`; with teams `Solo` means "put me where players are missing".
    pub fn add_player(&mut self, slot: PlayerSlot, team: Team) {
        if slot.index() >= SLOTS_MAX || self.has_player(slot) {
            return;
        }
        let team = match (self.mode(), team) {
            (Mode::FreeForAll, _) => Team::Solo,
            (Mode::Teams, Team::Solo) => self.smaller_team(),
            (Mode::Teams, team) => team,
        };
        let seat = Seat { slot, team, life: 0, is_away: false, respawn_ticks: 1 };
        let score = Score(Tally { slot, team, ..Tally::default() });
        let bundle = (seat, ShipBody::default(), Vitals::default(), Pilot::default(), score, DamageLog::default());
        let entity = self.world.spawn(bundle).id();
        self.world.resource_mut::<Roster>().set(slot, Some(entity));
        self.ships.update_archetypes(&self.world);
        self.reserve_slots(slot.index() + 1);
    }

    /// Makes room for seats below `slot_count`, so that players who join do not cost a tick its time.
    pub fn reserve_slots(&mut self, slot_count: usize) {
        self.slot_count = self.slot_count.max(slot_count.min(SLOTS_MAX));
        let tuning = self.tuning().clone();
        self.world.resource_mut::<HitboxHistory>().reserve_slots(self.slot_count);
        self.world.resource_mut::<WakeField>().reserve_slots(self.slot_count);
        self.world.resource_mut::<Bolts>().reserve_slots(self.slot_count, &tuning);
        self.world.resource_mut::<Hits>().0.reserve(self.slot_count * 2);
        self.world.resource_mut::<Events>().0.reserve(self.slot_count * 4);
    }

    pub fn remove_player(&mut self, slot: PlayerSlot) {
        let Some(entity) = self.world.resource::<Roster>().entity(slot) else { return };
        self.world.despawn(entity);
        self.world.resource_mut::<Roster>().set(slot, None);
        // The seat's next player must not inherit kills.
        self.world.resource_mut::<Bolts>().flying.retain(|bolt| bolt.slot != slot);
        let mut logs = self.world.query::<&mut DamageLog>();
        logs.iter_mut(&mut self.world).for_each(|mut log| log.forget(slot));
    }

    /// For the next step and all that follow, until another is set. `view_lag_ticks`: how far behind the input's tick the
    /// player saw the others; believed up to `REWIND_TICKS_MAX`.
    pub fn set_input(&mut self, slot: PlayerSlot, input: PlayerInput, view_lag_ticks: f32) {
        let entity = self.world.resource::<Roster>().entity(slot);
        if let Some(mut pilot) = entity.and_then(|entity| self.world.get_mut::<Pilot>(entity)) {
            pilot.input = input;
            pilot.view_lag_ticks = clamp_lag(view_lag_ticks);
        }
    }

    /// An away player's ship stays in the world and lets go of its controls.
    pub fn set_away(&mut self, slot: PlayerSlot, is_away: bool) {
        let entity = self.world.resource::<Roster>().entity(slot);
        if let Some(mut seat) = entity.and_then(|entity| self.world.get_mut::<Seat>(entity)) {
            seat.is_away = is_away;
        }
    }

    pub fn step(&mut self) {
        self.schedule.run(&mut self.world);
        self.world.clear_trackers();
    }

    /// What the last step did, in order.
    pub fn drain_events(&mut self, told: impl FnMut(SimEvent)) {
        self.world.resource_mut::<Events>().0.drain(..).for_each(told);
    }

    /// Living ships, ascending by seat.
    pub fn for_each_ship(&self, mut shown: impl FnMut(ShipView)) {
        for (seat, body, vitals, pilot, _) in self.rows().filter(|(seat, ..)| seat.is_alive()) {
            shown(ShipView {
                slot: seat.slot,
                team: seat.team,
                life: seat.life,
                is_away: seat.is_away,
                is_thrusting: !seat.is_away && (pilot.input.move_x, pilot.input.move_y) != (0, 0),
                body,
                vitals,
                bolt: pilot.bolt,
                rail: pilot.rail,
            });
        }
    }

    #[must_use]
    pub fn own_ship(&self, slot: PlayerSlot) -> Option<OwnShip> {
        let (seat, body, vitals, ..) = self.row(slot)?;
        Some(OwnShip { body: *body, vitals: *vitals, respawn_ticks: seat.respawn_ticks, life: seat.life })
    }

    #[must_use]
    pub fn team(&self, slot: PlayerSlot) -> Option<Team> {
        self.row(slot).map(|(seat, ..)| seat.team)
    }

    /// Every player's line of the score board, ascending by seat.
    pub fn scores(&self) -> impl Iterator<Item = Tally> {
        self.rows().map(|(.., score)| score.0)
    }

    /// Bit i set: pickup i of the level is there.
    #[must_use]
    pub fn pickups_ready(&self) -> u64 {
        self.world.resource::<Pickups>().ready
    }

    /// In the order in which they were fired.
    #[must_use]
    pub fn bolts(&self) -> &[Bolt] {
        &self.world.resource::<Bolts>().flying
    }

    /// Keeps the players and the clock; scores, ships and pickups begin anew with a warm-up on this level.
    pub fn start_next_match(&mut self, level: Arc<Level>) {
        let (tick, tuning) = (self.tick(), self.tuning().clone());
        self.world.resource_mut::<HitboxHistory>().forget(level.size_m());
        self.world.resource_mut::<WakeField>().clear();
        self.world.resource_mut::<Bolts>().flying.clear();
        self.world.insert_resource(Pickups::all_ready(&level));
        let round = Round::warming_up(tick, &level, &tuning);
        let state = round.state;
        self.world.insert_resource(round);
        self.world.resource_mut::<Arena>().level = level;
        self.world.resource_mut::<Events>().0.push(SimEvent::PhaseChanged(state));
        let mut ships = self.world.query::<(&mut Seat, &mut Score, &mut DamageLog)>();
        for (mut seat, mut score, mut log) in ships.iter_mut(&mut self.world) {
            seat.respawn_ticks = 1;
            score.0 = Tally { slot: seat.slot, team: seat.team, ..Tally::default() };
            log.clear();
        }
    }

    /// Equal for equal states, on every machine.
    #[must_use]
    pub fn state_hash(&self) -> u64 {
        let mut hash = StateHash::default();
        hash.add(self.tick().0.into());
        let phase = self.phase();
        hash.add(u64::from(phase.ends_at.0) << 2 | phase.phase as u64);
        for (seat, body, vitals, pilot, score) in self.rows() {
            hash_seat(&mut hash, seat, vitals, pilot);
            hash_body(&mut hash, body);
            hash.add(u64::from(score.0.kills) << 32 | u64::from(score.0.assists) << 16 | u64::from(score.0.deaths));
            hash.add(score.0.score as u64);
        }
        for bolt in self.bolts() {
            hash.add(u64::from(bolt.fired_at.0) << 32 | u64::from(bolt.slot.0) << 16 | u64::from(bolt.aim.0));
            hash.add_vec(bolt.start);
        }
        hash.add(self.pickups_ready());
        hash.add(self.world.resource::<Dice>().0.clone().next_u64());
        hash.finish()
    }

    fn rows(&self) -> impl Iterator<Item = (&Seat, &ShipBody, &Vitals, &Pilot, &Score)> {
        self.ships.iter_many_manual(&self.world, &self.world.resource::<Roster>().in_order).flatten()
    }

    fn row(&self, slot: PlayerSlot) -> Option<(&Seat, &ShipBody, &Vitals, &Pilot, &Score)> {
        let entity = self.world.resource::<Roster>().entity(slot)?;
        self.ships.get_manual(&self.world, entity).ok()
    }

    /// Lets a test arrange a scene.
    #[cfg(test)]
    pub(crate) fn arrange(&mut self, slot: PlayerSlot, change: impl FnOnce(&mut ShipBody, &mut Vitals)) {
        let entity = self.world.resource::<Roster>().entity(slot).unwrap();
        let mut ships = self.world.query::<(&mut ShipBody, &mut Vitals)>();
        let (mut body, mut vitals) = ships.get_mut(&mut self.world, entity).unwrap();
        change(&mut body, &mut vitals);
    }

    fn smaller_team(&self) -> Team {
        let count = |team| self.rows().filter(|(seat, ..)| seat.team == team).count();
        if count(Team::Orange) < count(Team::Blue) { Team::Orange } else { Team::Blue }
    }
}

fn hash_seat(hash: &mut StateHash, seat: &Seat, vitals: &Vitals, pilot: &Pilot) {
    hash.add(
        u64::from(seat.slot.0) << 32 | u64::from(seat.life) << 24 | u64::from(seat.is_away) << 16 | u64::from(seat.respawn_ticks),
    );
    hash.add(u64::from(vitals.hull) << 16 | u64::from(vitals.shield) << 8 | u64::from(vitals.shield_wait_ticks));
    hash.add(seat.team as u64);
    for mark in [pilot.bolt, pilot.rail] {
        hash.add(mark.map_or(u64::MAX, |mark| u64::from(mark.tick.0) << 16 | u64::from(mark.aim.0)));
    }
}

fn hash_body(hash: &mut StateHash, body: &ShipBody) {
    hash.add_vec(body.pos);
    hash.add_vec(body.vel);
    hash.add(u64::from(body.aim.0) << 48 | u64::from(body.dash_ticks) << 32 | u64::from(body.dash_charge));
    hash.add(u64::from(body.pulse_cooldown_ticks) << 32 | u64::from(body.rail_cooldown_ticks));
    hash.add(u64::from(body.haste_ticks) << 32 | u64::from(body.overcharge_ticks));
    hash.add(u64::from(body.protection_ticks) << 8 | u64::from(body.is_in_wake));
}
