//! The truth, tick by tick: where every ship was in the match, to hold the clients' pictures against.

use std::collections::BTreeMap;

use glam::Vec2;
use slipstream_shared::ids::{PlayerSlot, Tick};
use slipstream_shared::sim::{ShipBody, Simulation};

/// Ticks remembered: more than any client's view is behind.
const TICKS_MAX: usize = 240;

#[derive(Clone, Copy, Debug)]
pub struct TrueShip {
    pub life: u8,
    pub body: ShipBody,
}

#[derive(Default)]
pub struct Authority {
    ticks: BTreeMap<u32, BTreeMap<u16, TrueShip>>,
}

impl Authority {
    pub fn record(&mut self, sim: &Simulation) {
        let mut ships = BTreeMap::new();
        sim.for_each_ship(|ship| {
            ships.insert(ship.slot.0, TrueShip { life: ship.life, body: *ship.body });
        });
        self.ticks.insert(sim.tick().0, ships);
        while self.ticks.len() > TICKS_MAX {
            self.ticks.pop_first();
        }
    }

    /// The newest tick.
    #[must_use]
    pub fn newest(&self) -> Option<Tick> {
        self.ticks.last_key_value().map(|(tick, _)| Tick(*tick))
    }

    #[must_use]
    pub fn ship(&self, slot: PlayerSlot, tick: Tick) -> Option<&TrueShip> {
        self.ticks.get(&tick.0)?.get(&slot.0)
    }

    /// Where a ship was between two ticks; `None` when it did not live through both.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn place(&self, slot: PlayerSlot, ticks: f64) -> Option<Vec2> {
        let floor = Tick(ticks as u32);
        let before = self.ship(slot, floor)?;
        let after = self.ship(slot, floor.next())?;
        let part = (ticks - f64::from(floor.0)) as f32;
        (before.life == after.life).then(|| before.body.pos.lerp(after.body.pos, part))
    }
}
