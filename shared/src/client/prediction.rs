//! The own ship, ahead of the host: every tick's input and what it led to, kept long enough to be checked and done over.

use crate::ids::{PlayerSlot, Tick};
use crate::sim::input::PlayerInput;
use crate::sim::level::Level;
use crate::sim::movement::{BodyActions, ShipBody, StepEnv, step_body};
use crate::sim::tuning::Tuning;
use crate::sim::wake::WakeField;

/// Ticks remembered; more than prediction may ever run ahead, and than inputs are repeated.
const HISTORY_TICKS: usize = 128;

/// What prediction needs of the world; the same that the host steps with.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub level: &'a Level,
    pub tuning: &'a Tuning,
    pub wake: &'a WakeField,
    pub slot: PlayerSlot,
}

impl<'a> World<'a> {
    fn env(&self, tick: Tick) -> StepEnv<'a> {
        StepEnv { level: self.level, tuning: self.tuning, wake: self.wake, tick, slot: self.slot }
    }
}

/// One tick: what was held, and the ship after it (`None` while it is destroyed or unknown).
#[derive(Clone, Copy, Default)]
pub struct Predicted {
    pub tick: Tick,
    pub input: PlayerInput,
    pub body: Option<ShipBody>,
    pub actions: BodyActions,
}

pub struct Prediction {
    history: Box<[Predicted]>,
    newest: Option<Tick>,
}

impl Default for Prediction {
    fn default() -> Self {
        Self { history: vec![Predicted::default(); HISTORY_TICKS].into_boxed_slice(), newest: None }
    }
}

impl Prediction {
    /// The newest predicted tick.
    #[must_use]
    pub fn newest(&self) -> Option<Tick> {
        self.newest
    }

    #[must_use]
    pub fn at(&self, tick: Tick) -> Option<&Predicted> {
        let entry = &self.history[index(tick)];
        let is_known = self.newest.is_some_and(|newest| tick <= newest && newest.since(tick) < HISTORY_TICKS as u32);
        (is_known && entry.tick == tick).then_some(entry)
    }

    /// The ship after `tick`, if it lived.
    #[must_use]
    pub fn body_at(&self, tick: Tick) -> Option<&ShipBody> {
        self.at(tick)?.body.as_ref()
    }

    /// What is or was held at `tick`; where nothing was predicted, what was held before, as a starved host does.
    #[must_use]
    pub fn input_at(&self, tick: Tick) -> PlayerInput {
        (0..16).find_map(|age| self.at(Tick(tick.0.checked_sub(age)?))).map_or_else(PlayerInput::default, |entry| entry.input)
    }

    /// Predicts the next tick.
    pub fn step(&mut self, input: PlayerInput, world: World) -> Option<&Predicted> {
        let newest = self.newest?;
        let tick = newest.next();
        let body = self.body_at(newest).copied();
        self.newest = Some(tick);
        Some(self.put(tick, input, body, world))
    }

    /// Goes on at `tick` without predicting what lies between: after a jump of the clock or a long sleep. Forwards, the ship stays
    /// where it was until the host tells more; backwards, what was predicted beyond belongs to a time that never came.
    pub fn jump_to(&mut self, tick: Tick) {
        if self.at(tick).is_none() {
            let body = self.newest.and_then(|newest| self.body_at(newest)).copied();
            let input = self.newest.map_or_else(PlayerInput::default, |newest| self.input_at(newest));
            self.history[index(tick)] = Predicted { tick, input, body, actions: BodyActions::default() };
        }
        for entry in self.history.iter_mut().filter(|entry| entry.tick > tick) {
            *entry = Predicted::default();
        }
        self.newest = Some(tick);
    }

    /// Takes the host's ship at `tick` for the truth and predicts everything after it once more.
    pub fn replay_from(&mut self, tick: Tick, body: Option<ShipBody>, world: World) {
        let input = self.input_at(tick);
        let Some(newest) = self.newest.filter(|newest| *newest >= tick && newest.since(tick) < HISTORY_TICKS as u32) else {
            self.newest = Some(tick);
            self.history[index(tick)] = Predicted { tick, input, body, actions: BodyActions::default() };
            return;
        };
        let actions = self.at(tick).map(|entry| entry.actions).unwrap_or_default();
        self.history[index(tick)] = Predicted { tick, input, body, actions };
        let mut at = tick;
        while at < newest {
            let body = self.body_at(at).copied();
            at = at.next();
            let input = self.input_at(at);
            self.put(at, input, body, world);
        }
    }

    fn put(&mut self, tick: Tick, input: PlayerInput, before: Option<ShipBody>, world: World) -> &Predicted {
        let mut actions = BodyActions::default();
        let body = before.map(|mut body| {
            actions = step_body(&mut body, input, &world.env(tick));
            body
        });
        let entry = &mut self.history[index(tick)];
        *entry = Predicted { tick, input, body, actions };
        entry
    }
}

fn index(tick: Tick) -> usize {
    tick.0 as usize % HISTORY_TICKS
}

#[cfg(test)]
mod tests {
    use glam::Vec2;

    use super::*;
    use crate::math::Aim;

    const RIGHT: PlayerInput = PlayerInput { move_x: 7, move_y: 0, aim: Aim(0), buttons: crate::sim::input::Buttons(0) };

    struct Hall {
        level: Level,
        tuning: Tuning,
        wake: WakeField,
    }

    impl Hall {
        fn new() -> Self {
            let tuning = Tuning::default();
            Self { level: Level::open_box(60, 20), wake: WakeField::new(&tuning), tuning }
        }

        fn world(&self) -> World<'_> {
            World { level: &self.level, tuning: &self.tuning, wake: &self.wake, slot: PlayerSlot(0) }
        }

        fn ship(&self) -> ShipBody {
            ShipBody::appearing_at(Vec2::new(10.0, 20.0), Aim(0), &self.tuning)
        }

        /// Started at tick 10, with a ship, and flown to the right for so many ticks.
        fn flown(&self, ticks: u32) -> Prediction {
            let mut prediction = Prediction::default();
            prediction.jump_to(Tick(10));
            prediction.replay_from(Tick(10), Some(self.ship()), self.world());
            for _ in 0..ticks {
                prediction.step(RIGHT, self.world());
            }
            prediction
        }
    }

    #[test]
    fn a_replay_from_the_same_state_changes_nothing() {
        let hall = Hall::new();
        let mut prediction = hall.flown(30);
        let (at_20, newest) = (prediction.body_at(Tick(20)).copied(), prediction.body_at(Tick(40)).copied());
        prediction.replay_from(Tick(20), at_20, hall.world());
        assert_eq!(prediction.body_at(Tick(40)).copied(), newest);
    }

    #[test]
    fn a_replay_from_another_state_carries_the_difference_on() {
        let hall = Hall::new();
        let mut prediction = hall.flown(30);
        let before = *prediction.body_at(Tick(40)).unwrap();
        let mut corrected = *prediction.body_at(Tick(20)).unwrap();
        corrected.pos.y += 1.0;
        prediction.replay_from(Tick(20), Some(corrected), hall.world());
        assert_eq!(prediction.body_at(Tick(40)).unwrap().pos, before.pos + Vec2::Y);
    }

    #[test]
    fn where_nothing_was_predicted_the_last_input_is_held() {
        let hall = Hall::new();
        let mut prediction = hall.flown(5);
        prediction.jump_to(Tick(20));
        assert_eq!(prediction.newest(), Some(Tick(20)));
        assert_eq!(prediction.input_at(Tick(18)), RIGHT);
        assert!(prediction.body_at(Tick(20)).is_some(), "the ship waits where it was");
    }

    #[test]
    fn a_jump_back_keeps_what_was_before() {
        let hall = Hall::new();
        let mut prediction = hall.flown(30);
        let at_25 = prediction.body_at(Tick(25)).copied();
        prediction.jump_to(Tick(25));
        assert_eq!(prediction.body_at(Tick(25)).copied(), at_25);
        assert!(prediction.at(Tick(26)).is_none());
    }

    #[test]
    fn a_destroyed_ship_is_not_predicted_but_its_inputs_are_kept() {
        let hall = Hall::new();
        let mut prediction = hall.flown(30);
        prediction.replay_from(Tick(20), None, hall.world());
        assert!(prediction.body_at(Tick(40)).is_none());
        assert_eq!(prediction.input_at(Tick(40)), RIGHT);
    }
}
