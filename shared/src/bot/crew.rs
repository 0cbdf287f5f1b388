//! All bots of a match: one look at the world a tick, then everybody thinks.

use std::sync::Arc;

use super::view::{BotView, Lookout};
use super::{BotBrain, BotLevel, NavMap, PathSearch};
use crate::ids::PlayerSlot;
use crate::sim::{Level, PlayerInput, Simulation};

/// Bots act on the newest state, so what they see is one tick old when their input is used.
pub const BOT_VIEW_LAG_TICKS: f32 = 1.0;

pub struct BotCrew {
    level: Arc<Level>,
    nav: NavMap,
    lookout: Lookout,
    paths: PathSearch,
    /// Ascending by seat.
    brains: Vec<BotBrain>,
    inputs: Vec<(PlayerSlot, PlayerInput)>,
}

impl BotCrew {
    #[must_use]
    pub fn new(level: Arc<Level>) -> Self {
        let nav = NavMap::new(&level);
        Self { level, nav, lookout: Lookout::default(), paths: PathSearch::default(), brains: Vec::new(), inputs: Vec::new() }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.brains.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.brains.is_empty()
    }

    #[must_use]
    pub fn has(&self, slot: PlayerSlot) -> bool {
        self.brains.binary_search_by_key(&slot, BotBrain::slot).is_ok()
    }

    /// A bot takes the controls of a seat; one that is there already is replaced.
    pub fn add(&mut self, slot: PlayerSlot, level: BotLevel, seed: u64) {
        let brain = BotBrain::new(slot, level, seed);
        match self.brains.binary_search_by_key(&slot, BotBrain::slot) {
            Ok(index) => self.brains[index] = brain,
            Err(index) => self.brains.insert(index, brain),
        }
    }

    pub fn remove(&mut self, slot: PlayerSlot) {
        self.brains.retain(|brain| brain.slot() != slot);
    }

    /// The bot with the highest seat: the first to make room for a person.
    #[must_use]
    pub fn last(&self) -> Option<PlayerSlot> {
        self.brains.last().map(BotBrain::slot)
    }

    /// What every bot does in the next tick, ascending by seat.
    pub fn think(&mut self, simulation: &Simulation) -> &[(PlayerSlot, PlayerInput)] {
        self.inputs.clear();
        if self.brains.is_empty() {
            return &self.inputs;
        }
        if !Arc::ptr_eq(&self.level, simulation.level()) {
            self.level = Arc::clone(simulation.level());
            self.nav = NavMap::new(&self.level);
        }
        self.lookout.capture(simulation);
        self.paths.begin_tick();
        let (tick, tuning, pickups_ready) = (simulation.tick(), simulation.tuning(), simulation.pickups_ready());
        for brain in &mut self.brains {
            let slot = brain.slot();
            let Some((own, team)) = self.lookout.own(slot) else {
                self.inputs.push((slot, brain.rest()));
                continue;
            };
            let (contacts, bolts) =
                if brain.is_deciding(tick) { self.lookout.look(slot, team, own.body.pos) } else { Default::default() };
            let (nav, paths, level) = (&self.nav, &mut self.paths, &*self.level);
            let mut view = BotView { tick, level, tuning, nav, paths, own, team, contacts, bolts, pickups_ready };
            self.inputs.push((slot, brain.think(&mut view)));
        }
        &self.inputs
    }

    /// Lets every bot think and sets its input for the next step.
    pub fn drive(&mut self, simulation: &mut Simulation) {
        self.think(simulation);
        for (slot, input) in &self.inputs {
            simulation.set_input(*slot, *input, BOT_VIEW_LAG_TICKS);
        }
    }
}
