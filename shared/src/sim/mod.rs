//! The game: pure ECS, fixed steps, no I/O, no clock. The tick is ONE visible chain, in `schedule` below.
#![allow(clippy::needless_pass_by_value, clippy::too_many_arguments, reason = "systems name what they touch, each by value")]

pub mod collision;
pub mod combat;
pub mod component;
pub mod input;
pub mod lag_compensation;
pub mod level;
pub mod movement;
pub mod outcome;
pub mod pickup;
pub mod projectile;
pub mod rules;
pub mod simulation;
pub mod state_hash;
pub mod tuning;
pub mod wake;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bevy_ecs::entity::Entity;
use bevy_ecs::resource::Resource;
use bevy_ecs::schedule::{IntoScheduleConfigs, Schedule, SingleThreadedExecutor};
use bevy_ecs::system::{Query, Res, ResMut};

pub use component::{ShotMark, Vitals};
pub use input::{Buttons, PlayerInput};
pub use level::{Level, LevelError, PickupKind};
pub use movement::{BodyActions, ShipBody, StepEnv, step_body};
pub use outcome::{Kill, Mode, Phase, PhaseState, Tally, Weapon};
pub use projectile::{bolt_end, bolt_position, rail_line};
pub use simulation::{OwnShip, ShipView, SimConfig, Simulation};
pub use tuning::Tuning;
pub use wake::WakeField;

use crate::ids::{PlayerSlot, Tick};
use crate::math::snap_wire_position;
use crate::rng::Rng;
use component::{Pilot, Seat};
use lag_compensation::{Hitbox, HitboxHistory, HitboxState};
use rules::Round;

/// The whole tick, in order.
fn schedule() -> Schedule {
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.add_systems(
        (
            begin_tick,
            move_ships,
            lay_wakes,
            record_hitboxes,
            projectile::fire_shots,
            projectile::fly_bolts,
            combat::apply_hits,
            combat::regenerate_shields,
            pickup::collect_pickups,
            rules::respawn_ships,
            rules::advance_phase,
        )
            .chain(),
    );
    schedule
}

/// What happened in a tick; drained after every step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SimEvent {
    Killed(Kill),
    Hit { shooter: PlayerSlot, target: PlayerSlot, damage: u8, is_rail: bool },
    PickupTaken { index: u8, kind: PickupKind, slot: PlayerSlot, ready_at: Tick },
    PickupReady { index: u8 },
    PhaseChanged(PhaseState),
    Respawned { slot: PlayerSlot },
}

#[derive(Resource, Clone, Copy, Debug, Default)]
pub struct Clock {
    pub tick: Tick,
}

/// Where and by which numbers is played.
#[derive(Resource, Clone)]
pub struct Arena {
    pub level: Arc<Level>,
    pub tuning: Arc<Tuning>,
    pub mode: Mode,
}

#[derive(Resource)]
pub struct Dice(pub Rng);

/// Events that nobody drained are dropped by the next step, so that they never pile up.
#[derive(Resource, Default)]
pub struct Events(pub Vec<SimEvent>);

/// Who is in the match. Systems whose order can be felt walk `in_order`, because the order of a query is nobody's promise.
#[derive(Resource, Default)]
pub struct Roster {
    by_slot: Vec<Option<Entity>>,
    /// Ascending by seat.
    pub in_order: Vec<Entity>,
}

impl Roster {
    #[must_use]
    pub fn entity(&self, slot: PlayerSlot) -> Option<Entity> {
        self.by_slot.get(slot.index()).copied().flatten()
    }

    fn set(&mut self, slot: PlayerSlot, entity: Option<Entity>) {
        if self.by_slot.len() <= slot.index() {
            self.by_slot.resize(slot.index() + 1, None);
        }
        self.by_slot[slot.index()] = entity;
        self.in_order.clear();
        self.in_order.extend(self.by_slot.iter().flatten());
    }
}

/// Advances the clock and forgets what the last tick told.
fn begin_tick(mut clock: ResMut<Clock>, mut events: ResMut<Events>, mut wake: ResMut<WakeField>) {
    clock.tick = clock.tick.next();
    events.0.clear();
    wake.expire(clock.tick);
}

/// Ships do not touch each other, so their order cannot be felt here.
fn move_ships(clock: Res<Clock>, arena: Res<Arena>, wake: Res<WakeField>, mut ships: Query<(&Seat, &mut ShipBody, &mut Pilot)>) {
    for (seat, mut body, mut pilot) in &mut ships {
        if !seat.is_alive() {
            pilot.actions = BodyActions::default();
            continue;
        }
        let env = StepEnv { level: &arena.level, tuning: &arena.tuning, wake: &wake, tick: clock.tick, slot: seat.slot };
        let input = if seat.is_away { PlayerInput { aim: body.aim, ..PlayerInput::default() } } else { pilot.input };
        pilot.actions = step_body(&mut body, input, &env);
    }
}

fn lay_wakes(clock: Res<Clock>, mut wake: ResMut<WakeField>, ships: Query<(&Seat, &ShipBody)>) {
    if !clock.tick.0.is_multiple_of(crate::limits::WAKE_STEP_TICKS) {
        return;
    }
    for (seat, body) in ships.iter().filter(|(seat, _)| seat.is_alive()) {
        wake.lay(clock.tick, seat.slot, body.pos);
    }
}

/// Others see ships on the wire's grid, so that is where they can be hit.
fn record_hitboxes(clock: Res<Clock>, mut history: ResMut<HitboxHistory>, ships: Query<(&Seat, &ShipBody)>) {
    history.record(clock.tick, |row| {
        for (seat, body) in ships.iter().filter(|(seat, _)| seat.is_alive()) {
            let state = if body.is_protected() { HitboxState::Protected } else { HitboxState::Hittable };
            row[seat.slot.index()] = Hitbox { pos: snap_wire_position(body.pos), life: seat.life, team: seat.team, state };
        }
    });
}
