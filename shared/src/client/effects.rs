//! What flashes and bangs: collected between two frames, some of it held back until the view reaches its tick.

use glam::Vec2;

use super::layout::{EFFECT_STRIDE, effect};
use crate::ids::PlayerSlot;

/// Effects in one frame; a picture with more shows no more.
const FRAME_MAX: usize = 192;
/// Effects that nobody was there to see, because the page slept, are not made up for.
const STALE_TICKS: f64 = 60.0;
/// Effects that wait for their tick.
const WAITING_MAX: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum EffectKind {
    RailLine = 1,
    BoltHitWall = 2,
    BoltHitShip = 3,
    ShipDestroyed = 4,
    Respawn = 5,
    Dash = 6,
    PickupTaken = 7,
    OwnHitConfirmed = 8,
    OwnDamaged = 9,
    BoltFired = 10,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    pub kind: EffectKind,
    pub from: Vec2,
    pub to: Vec2,
    pub slot: PlayerSlot,
    pub magnitude: f32,
}

impl Effect {
    #[must_use]
    pub fn at(kind: EffectKind, place: Vec2, slot: PlayerSlot) -> Self {
        Self { kind, from: place, to: place, slot, magnitude: 0.0 }
    }

    pub fn write(&self, row: &mut [f32; EFFECT_STRIDE]) {
        row[effect::KIND] = f32::from(self.kind as u8);
        row[effect::X] = self.from.x;
        row[effect::Y] = self.from.y;
        row[effect::X2] = self.to.x;
        row[effect::Y2] = self.to.y;
        row[effect::SLOT] = f32::from(self.slot.0);
        row[effect::MAGNITUDE] = self.magnitude;
    }
}

#[derive(Debug)]
pub struct Effects {
    now: Vec<Effect>,
    waiting: Vec<(f64, Effect)>,
}

impl Default for Effects {
    fn default() -> Self {
        Self { now: Vec::with_capacity(FRAME_MAX), waiting: Vec::with_capacity(WAITING_MAX) }
    }
}

impl Effects {
    /// In the next frame.
    pub fn show(&mut self, effect: Effect) {
        if self.now.len() < FRAME_MAX {
            self.now.push(effect);
        }
    }

    /// When the view reaches `ticks`; at once when that is past or too much waits already.
    pub fn show_at(&mut self, ticks: f64, effect: Effect) {
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push((ticks, effect));
        } else {
            self.show(effect);
        }
    }

    pub fn release(&mut self, view_ticks: f64) {
        let mut i = 0;
        while i < self.waiting.len() {
            if self.waiting[i].0 <= view_ticks {
                let (ticks, effect) = self.waiting.swap_remove(i);
                if view_ticks - ticks < STALE_TICKS {
                    self.show(effect);
                }
            } else {
                i += 1;
            }
        }
    }

    #[must_use]
    pub fn of_frame(&self) -> &[Effect] {
        &self.now
    }

    pub fn end_frame(&mut self) {
        self.now.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BANG: Effect = Effect { kind: EffectKind::Dash, from: Vec2::ZERO, to: Vec2::ZERO, slot: PlayerSlot(0), magnitude: 0.0 };

    #[test]
    fn an_effect_waits_for_its_tick_and_is_in_one_frame() {
        let mut effects = Effects::default();
        effects.show_at(10.5, BANG);
        effects.release(10.4);
        assert!(effects.of_frame().is_empty());
        effects.release(10.5);
        assert_eq!(effects.of_frame().len(), 1);
        effects.end_frame();
        effects.release(11.0);
        assert!(effects.of_frame().is_empty());
    }

    #[test]
    fn an_effect_that_nobody_was_there_to_see_is_dropped() {
        let mut effects = Effects::default();
        effects.show_at(10.0, BANG);
        effects.release(100.0);
        assert!(effects.of_frame().is_empty());
    }

    #[test]
    fn a_flood_of_effects_is_bounded() {
        let mut effects = Effects::default();
        for _ in 0..1000 {
            effects.show_at(10.0, BANG);
        }
        effects.release(10.0);
        assert_eq!(effects.of_frame().len(), FRAME_MAX);
    }
}
