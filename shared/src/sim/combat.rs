//! What hits do: shield first, then hull, then the kill and who gets the credit.

use bevy_ecs::resource::Resource;
use bevy_ecs::system::{Query, Res, ResMut};

use super::component::{DamageLog, Score, Seat, Vitals};
use super::movement::ShipBody;
use super::outcome::{Kill, Phase, Weapon};
use super::tuning::Tuning;
use super::{Arena, Clock, Events, Roster, Round, SimEvent};
use crate::ids::PlayerSlot;

/// A shot that met a ship in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub shooter: PlayerSlot,
    pub target: PlayerSlot,
    pub damage: u8,
    pub weapon: Weapon,
}

/// This tick's hits: rails in the order of seats, then bolts in the order in which they were fired.
#[derive(Resource, Default)]
pub struct Hits(pub Vec<Hit>);

type Target<'a> = (&'a mut Seat, &'a ShipBody, &'a mut Vitals, &'a mut DamageLog, &'a mut Score);

pub fn apply_hits(
    clock: Res<Clock>,
    arena: Res<Arena>,
    round: Res<Round>,
    roster: Res<Roster>,
    mut hits: ResMut<Hits>,
    mut events: ResMut<Events>,
    mut ships: Query<Target>,
) {
    let tuning = &*arena.tuning;
    for hit in hits.0.drain(..) {
        // Between matches shots are fireworks.
        if round.state.phase == Phase::Ended {
            continue;
        }
        let Some(Ok((mut seat, body, mut vitals, mut log, mut score))) =
            roster.entity(hit.target).map(|entity| ships.get_mut(entity))
        else {
            continue;
        };
        if !seat.is_alive() || body.is_protected() {
            continue;
        }
        hurt(&mut vitals, hit.damage, tuning);
        events.0.push(SimEvent::Hit {
            shooter: hit.shooter,
            target: hit.target,
            damage: hit.damage,
            is_rail: hit.weapon == Weapon::Rail,
        });
        if vitals.hull > 0 {
            log.note(hit.shooter, hit.damage, clock.tick, tuning.rules.assist_ticks);
            continue;
        }
        seat.respawn_ticks = tuning.rules.respawn_ticks;
        score.0.deaths = score.0.deaths.saturating_add(1);
        let assist = log.assist(hit.shooter, clock.tick, tuning.rules.assist_ticks);
        log.clear();
        credit(&mut ships, &roster, hit.shooter, tuning.rules.kill_score, |tally| tally.kills = tally.kills.saturating_add(1));
        if let Some(helper) = assist {
            credit(&mut ships, &roster, helper, tuning.rules.assist_score, |tally| {
                tally.assists = tally.assists.saturating_add(1);
            });
        }
        events.0.push(SimEvent::Killed(Kill {
            tick: clock.tick,
            // Whoever left while the bolt flew gets no credit, but the victim is told.
            killer: roster.entity(hit.shooter).map(|_| hit.shooter),
            victim: hit.target,
            assist,
            weapon: hit.weapon,
        }));
    }
}

fn hurt(vitals: &mut Vitals, damage: u8, tuning: &Tuning) {
    let absorbed = damage.min(vitals.shield);
    vitals.shield -= absorbed;
    vitals.hull = vitals.hull.saturating_sub(damage - absorbed);
    vitals.shield_wait_ticks = tuning.vitals.shield_delay_ticks;
}

fn credit(
    ships: &mut Query<Target>,
    roster: &Roster,
    slot: PlayerSlot,
    points: i16,
    count: impl FnOnce(&mut super::outcome::Tally),
) {
    if let Some(Ok((_, _, _, _, mut score))) = roster.entity(slot).map(|entity| ships.get_mut(entity)) {
        score.0.score = score.0.score.saturating_add(points);
        count(&mut score.0);
    }
}

/// Shields of ships that were left in peace come back, point by point.
pub fn regenerate_shields(arena: Res<Arena>, mut ships: Query<(&Seat, &mut Vitals)>) {
    let tuning = &arena.tuning.vitals;
    for (seat, mut vitals) in &mut ships {
        if !seat.is_alive() {
            continue;
        }
        if vitals.shield_wait_ticks > 0 {
            vitals.shield_wait_ticks -= 1;
        } else if vitals.shield < tuning.shield_full {
            vitals.shield += 1;
            vitals.shield_wait_ticks = tuning.shield_point_ticks - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shield_takes_the_damage_first() {
        let tuning = Tuning::default();
        let mut vitals = Vitals { hull: 100, shield: 10, shield_wait_ticks: 0 };
        hurt(&mut vitals, 18, &tuning);
        assert_eq!((vitals.hull, vitals.shield), (92, 0));
        assert_eq!(vitals.shield_wait_ticks, tuning.vitals.shield_delay_ticks);
        hurt(&mut vitals, 255, &tuning);
        assert_eq!(vitals.hull, 0);
    }
}
