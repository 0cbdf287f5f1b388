//! What a ship is made of, beside its body. Every player has all of this for as long as they are in the match, dead or alive.

use bevy_ecs::component::Component;

use super::input::PlayerInput;
use super::movement::BodyActions;
use super::outcome::Tally;
use super::tuning::Tuning;
use crate::ids::{PlayerSlot, Team, Tick};
use crate::math::Aim;

#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub struct Seat {
    pub slot: PlayerSlot,
    pub team: Team,
    /// Counts the spawns, wraps: tells this ship from the one that was destroyed.
    pub life: u8,
    pub is_away: bool,
    /// Until the next spawn; 0 while alive.
    pub respawn_ticks: u16,
}

impl Seat {
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.respawn_ticks == 0
    }
}

#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vitals {
    /// 0 to 100.
    pub hull: u8,
    /// 0 to 100.
    pub shield: u8,
    /// Until the shield gains its next point.
    pub shield_wait_ticks: u8,
}

impl Vitals {
    #[must_use]
    pub fn full(tuning: &Tuning) -> Self {
        Self { hull: tuning.vitals.hull_full, shield: tuning.vitals.shield_full, shield_wait_ticks: 0 }
    }
}

/// A shot as it was announced: with the shooter's position at `tick` it tells the whole path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShotMark {
    pub tick: Tick,
    pub aim: Aim,
}

/// The controls, and what was done with them.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Pilot {
    pub input: PlayerInput,
    /// How far behind the input's tick the pilot saw the others.
    pub view_lag_ticks: f32,
    pub actions: BodyActions,
    pub bolt: Option<ShotMark>,
    pub rail: Option<ShotMark>,
}

/// The score of this match.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct Score(pub Tally);

/// Who hurt this ship lately: for assists.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq)]
pub struct DamageLog {
    blows: [Option<Blow>; Self::BLOWS_MAX],
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Blow {
    shooter: PlayerSlot,
    tick: Tick,
    damage: u16,
}

impl DamageLog {
    /// Shooters remembered; the one who has been quiet longest is forgotten first.
    const BLOWS_MAX: usize = 4;

    pub fn note(&mut self, shooter: PlayerSlot, damage: u8, tick: Tick, assist_ticks: u32) {
        let oldest_first = |blow: &Option<Blow>| blow.map_or((0, 0), |blow| (blow.tick.0 + 1, blow.shooter.0));
        let known = self.blows.iter().position(|blow| blow.is_some_and(|blow| blow.shooter == shooter));
        let index = known.or_else(|| (0..Self::BLOWS_MAX).min_by_key(|index| oldest_first(&self.blows[*index]))).unwrap_or(0);
        let blow = &mut self.blows[index];
        let before = blow.filter(|blow| blow.shooter == shooter && tick.since(blow.tick) <= assist_ticks);
        let damage = before.map_or(0, |blow| blow.damage).saturating_add(damage.into());
        *blow = Some(Blow { shooter, tick, damage });
    }

    /// Whoever beside the killer did the most damage, not too long ago; of equals the lower seat.
    #[must_use]
    pub fn assist(&self, killer: PlayerSlot, tick: Tick, assist_ticks: u32) -> Option<PlayerSlot> {
        let helpers = self.blows.iter().flatten().filter(|blow| blow.shooter != killer && tick.since(blow.tick) <= assist_ticks);
        helpers.max_by_key(|blow| (blow.damage, core::cmp::Reverse(blow.shooter))).map(|blow| blow.shooter)
    }

    pub fn forget(&mut self, shooter: PlayerSlot) {
        for blow in self.blows.iter_mut().filter(|blow| blow.is_some_and(|blow| blow.shooter == shooter)) {
            *blow = None;
        }
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: PlayerSlot = PlayerSlot(1);
    const B: PlayerSlot = PlayerSlot(2);
    const C: PlayerSlot = PlayerSlot(3);
    const D: PlayerSlot = PlayerSlot(4);
    const E: PlayerSlot = PlayerSlot(5);

    #[test]
    fn the_assist_goes_to_the_most_damage_beside_the_killer() {
        let mut log = DamageLog::default();
        log.note(A, 90, Tick(1), 100);
        log.note(B, 30, Tick(2), 100);
        log.note(C, 20, Tick(3), 100);
        log.note(C, 20, Tick(4), 100);
        assert_eq!(log.assist(A, Tick(5), 100), Some(C));
        assert_eq!(log.assist(B, Tick(5), 100), Some(A));
    }

    #[test]
    fn old_damage_earns_nothing() {
        let mut log = DamageLog::default();
        log.note(A, 90, Tick(1), 100);
        assert_eq!(log.assist(B, Tick(102), 100), None);
        log.note(A, 10, Tick(200), 100);
        log.note(C, 15, Tick(200), 100);
        assert_eq!(log.assist(B, Tick(201), 100), Some(C), "A's old damage does not count any more");
    }

    #[test]
    fn equal_helpers_are_told_apart_by_seat() {
        let mut log = DamageLog::default();
        log.note(C, 20, Tick(1), 100);
        log.note(B, 20, Tick(1), 100);
        assert_eq!(log.assist(A, Tick(2), 100), Some(B));
    }

    #[test]
    fn a_fifth_shooter_replaces_the_quietest() {
        let mut log = DamageLog::default();
        for (tick, slot) in [A, B, C, D, E].into_iter().enumerate() {
            log.note(slot, 50, Tick(u32::try_from(tick).unwrap()), 100);
        }
        log.forget(B);
        assert_eq!(log.assist(E, Tick(9), 100), Some(C));
    }
}
