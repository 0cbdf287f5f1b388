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
