//! All ships of one tick on the wire's grids, by seat: quantised once, read by everybody's packets.

use glam::Vec2;

use super::fields::{PULL_MAX, ShipFlags, ShipRecord, ShotRecord, quantize_vital};
use super::slot_set::SlotSet;
use crate::ids::{PlayerSlot, Tick};
use crate::limits::{SHOT_REPEAT_TICKS, SLOTS_MAX, TICK_HZ};
use crate::math::Aim;
use crate::sim::{ShipView, ShotMark};
use crate::wire::quantize;

/// Rows rather than a column for each field: the codec always wants all fields of one ship, which lie in one cache line.
#[derive(Clone)]
pub struct ShipTable {
    pub tick: Tick,
    pub present: SlotSet,
    pub ships: Vec<ShipRecord>,
}

/// A ship as the simulation has it: the seam between the game and the wire.
#[derive(Clone, Copy, Debug, Default)]
pub struct ShipRow {
    pub slot: PlayerSlot,
    pub life: u8,
    pub pos: Vec2,
    pub vel: Vec2,
    pub aim: Aim,
    pub flags: ShipFlags,
    pub hull: u8,
    pub shield: u8,
    /// The last shot of each kind.
    pub bolt: Option<ShotMark>,
    pub rail: Option<ShotMark>,
}

impl From<ShipView<'_>> for ShipRow {
    fn from(ship: ShipView<'_>) -> Self {
        let body = ship.body;
        let flags = [
            (body.is_dashing(), ShipFlags::DASHING),
            (body.is_protected(), ShipFlags::PROTECTED),
            (body.haste_ticks > 0, ShipFlags::HASTE),
            (body.overcharge_ticks > 0, ShipFlags::OVERCHARGE),
            (body.is_in_wake, ShipFlags::IN_WAKE),
            (ship.is_thrusting, ShipFlags::THRUSTING),
        ];
        Self {
            slot: ship.slot,
            life: ship.life,
            pos: body.pos,
            vel: body.vel,
            aim: body.aim,
            flags: ShipFlags(flags.iter().filter(|(is_on, _)| *is_on).map(|(_, flag)| flag).sum()),
            hull: ship.vitals.hull,
            shield: ship.vitals.shield,
            bolt: ship.bolt,
            rail: ship.rail,
        }
    }
}

/// Speed that is kept in a tick: 1 - 2.8 / 60, as `predict` has it.
const KEPT: f32 = 1.0 - 2.8 / TICK_HZ as f32;
const PULL_STEPS_PER_MPS: f32 = 512.0 / TICK_HZ as f32;

impl Default for ShipTable {
    fn default() -> Self {
        Self::new()
    }
}

impl ShipTable {
    #[must_use]
    pub fn new() -> Self {
        Self { tick: Tick(0), present: SlotSet::default(), ships: vec![ShipRecord::default(); SLOTS_MAX] }
    }

    pub fn begin(&mut self, tick: Tick) {
        self.tick = tick;
        self.present = SlotSet::default();
    }

    /// `vel_before` is the velocity one tick ago, when this life is older than that.
    pub fn set(&mut self, row: &ShipRow, vel_before: Option<Vec2>) {
        let pull = vel_before.map_or(Vec2::ZERO, |before| (row.vel - before * KEPT) * PULL_STEPS_PER_MPS);
        let record = ShipRecord {
            life: row.life.into(),
            x: quantize::position(row.pos.x).cast_signed(),
            y: quantize::position(row.pos.y).cast_signed(),
            vx: quantize::velocity(row.vel.x),
            vy: quantize::velocity(row.vel.y),
            pull_x: quantize_pull(pull.x),
            pull_y: quantize_pull(pull.y),
            aim: quantize::aim(row.aim).into(),
            flags: row.flags.0.into(),
            hull: quantize_vital(row.hull),
            shield: quantize_vital(row.shield),
            bolt: self.announced(row.bolt),
            rail: self.announced(row.rail),
        };
        self.put(row.slot, record);
    }

    pub fn put(&mut self, slot: PlayerSlot, record: ShipRecord) {
        self.ships[slot.index()] = record;
        self.present.insert(slot);
    }

    /// Shots are announced while they are young, then never again. Keyframes are the largest packets, so they repeat none.
    #[allow(clippy::cast_possible_truncation)]
    fn announced(&self, shot: Option<ShotMark>) -> Option<ShotRecord> {
        let shot = shot?;
        let age = self.tick.since(shot.tick);
        let age_max = if self.tick.is_keyframe() { 0 } else { SHOT_REPEAT_TICKS - 1 };
        (shot.tick <= self.tick && age <= age_max).then_some(ShotRecord { age: age as u8, aim: shot.aim.0 })
    }

    pub fn copy_from(&mut self, other: &Self) {
        self.tick = other.tick;
        self.present = other.present;
        self.ships.copy_from_slice(&other.ships);
    }
}

#[allow(clippy::cast_possible_truncation)]
fn quantize_pull(steps: f32) -> i16 {
    (libm::roundf(steps) as i32).clamp(-PULL_MAX, PULL_MAX) as i16
}
