//! Pickups: at fixed places, taken by whoever is nearest, back after a while.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Query, Res, ResMut};

use super::component::{Seat, Vitals};
use super::lag_compensation::HitboxHistory;
use super::level::{Level, PickupKind};
use super::movement::ShipBody;
use super::tuning::Tuning;
use super::{Arena, Clock, Events, Roster, SimEvent};
use crate::ids::{PlayerSlot, Tick};
use crate::limits::PICKUPS_MAX;

#[derive(Resource, Clone, Debug)]
pub struct Pickups {
    /// Bit i set: pickup i is there.
    pub ready: u64,
    /// When a taken pickup is back.
    pub ready_at: [Tick; PICKUPS_MAX],
}

impl Pickups {
    #[must_use]
    pub fn all_ready(level: &Level) -> Self {
        Self { ready: (1 << level.pickups().len()) - 1, ready_at: [Tick(0); PICKUPS_MAX] }
    }
}

pub fn collect_pickups(
    clock: Res<Clock>,
    arena: Res<Arena>,
    roster: Res<Roster>,
    history: Res<HitboxHistory>,
    mut pickups: ResMut<Pickups>,
    mut events: ResMut<Events>,
    mut ships: Query<(&Seat, &mut ShipBody, &mut Vitals)>,
) {
    let tuning = &*arena.tuning;
    for (index, place) in arena.level.pickups().iter().enumerate() {
        let bit = 1 << index;
        if pickups.ready & bit == 0 {
            if clock.tick < pickups.ready_at[index] {
                continue;
            }
            pickups.ready |= bit;
            events.0.push(SimEvent::PickupReady { index: index as u8 });
        }
        let mut nearest: Option<(f32, PlayerSlot)> = None;
        history.for_each_near(place.pos, tuning.pickup.radius_m, |slot, hitbox| {
            let distance = hitbox.pos.distance_squared(place.pos);
            let is_nearer = nearest.is_none_or(|(least, other)| distance < least || (distance <= least && slot < other));
            let ship = roster.entity(slot).and_then(|entity| ships.get(entity).ok());
            let is_wanted =
                ship.is_some_and(|(seat, body, vitals)| seat.is_alive() && is_of_use(place.kind, body, vitals, tuning));
            if is_nearer && is_wanted {
                nearest = Some((distance, slot));
            }
        });
        let Some((_, slot)) = nearest else { continue };
        let Some(Ok((_, mut body, mut vitals))) = roster.entity(slot).map(|entity| ships.get_mut(entity)) else { continue };
        take(place.kind, &mut body, &mut vitals, tuning);
        let ready_at = clock.tick.plus(wait_ticks(place.kind, tuning));
        pickups.ready &= !bit;
        pickups.ready_at[index] = ready_at;
        events.0.push(SimEvent::PickupTaken { index: index as u8, kind: place.kind, slot, ready_at });
    }
}

/// Nobody takes what would be wasted on them.
fn is_of_use(kind: PickupKind, body: &ShipBody, vitals: &Vitals, tuning: &Tuning) -> bool {
    match kind {
        PickupKind::Repair => vitals.hull < tuning.vitals.hull_full,
        PickupKind::Haste => body.haste_ticks < tuning.pickup.haste_ticks / 2,
        PickupKind::Overcharge => body.overcharge_ticks < tuning.pickup.overcharge_ticks / 2,
    }
}

fn take(kind: PickupKind, body: &mut ShipBody, vitals: &mut Vitals, tuning: &Tuning) {
    match kind {
        PickupKind::Repair => {
            vitals.hull = vitals.hull.saturating_add(tuning.pickup.repair_hull).min(tuning.vitals.hull_full);
        }
        PickupKind::Haste => body.haste_ticks = tuning.pickup.haste_ticks,
        PickupKind::Overcharge => body.overcharge_ticks = tuning.pickup.overcharge_ticks,
    }
}

fn wait_ticks(kind: PickupKind, tuning: &Tuning) -> u32 {
    match kind {
        PickupKind::Repair => tuning.pickup.repair_wait_ticks,
        PickupKind::Haste => tuning.pickup.haste_wait_ticks,
        PickupKind::Overcharge => tuning.pickup.overcharge_wait_ticks,
    }
}
