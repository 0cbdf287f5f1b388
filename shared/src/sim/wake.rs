//! The slipstream: where ships have flown a moment ago, and who flies along there now.
//!
//! Every ship lays a point every `WAKE_STEP_TICKS`, at its position on the wire's grid. Two points of a ship in a row, far
//! enough apart, make the later one felt: so everything follows from quantised positions, and a client that has seen those
//! builds exactly the same field, in whatever order they arrived. A point names its place by seat and tick; laying it again
//! replaces it. Young points are not felt, because a client that predicts ahead cannot know them yet.

use bevy_ecs::resource::Resource;
use glam::Vec2;

use super::tuning::{Tuning, WAKE_RADIUS_M_MAX};
use crate::ids::{PlayerSlot, Tick};
use crate::limits::{LEVEL_M_MAX, SLOTS_MAX, TICK_HZ, WAKE_AGE_TICKS_MAX, WAKE_AGE_TICKS_MIN, WAKE_STEP_TICKS};
use crate::math::WIRE_POSITION_STEPS_PER_M;

/// Points kept for each seat: a few more than can be felt, so that a late one never meets a fresh one.
const GENERATIONS: usize = (WAKE_AGE_TICKS_MAX / WAKE_STEP_TICKS) as usize + 5;
const CELL_M: f32 = 4.0;
const CELLS_PER_SIDE: usize = (LEVEL_M_MAX / 4) as usize;
/// No ship flies this far between two points: it has appeared somewhere else.
const JUMP_M_MIN: f32 = 8.0;
const NONE: u16 = u16::MAX;

const _: () = assert!(GENERATIONS * SLOTS_MAX < NONE as usize, "points are linked by u16");
const _: () = assert!(WAKE_RADIUS_M_MAX * 2.0 <= CELL_M, "a wake is looked for in 2 x 2 cells");

#[derive(Clone, Copy)]
struct Point {
    /// On the wire's grid.
    x: u16,
    y: u16,
    /// `u32::MAX` where nothing was laid.
    tick: u32,
    next: u16,
    previous: u16,
    is_felt: bool,
}

const NOWHERE: Point = Point { x: 0, y: 0, tick: u32::MAX, next: NONE, previous: NONE, is_felt: false };

#[derive(Resource, Clone)]
pub struct WakeField {
    /// By seat, then by generation; grows with the highest seat.
    points: Vec<Point>,
    /// First felt point of each cell.
    cells: Box<[u16]>,
    radius_m: f32,
    /// Two points in a row nearer than this (squared) leave no wake.
    gap_m2_min: f32,
}

impl WakeField {
    #[must_use]
    pub fn new(tuning: &Tuning) -> Self {
        let gap_m = tuning.wake.speed_mps_min * (WAKE_STEP_TICKS as f32 / TICK_HZ as f32);
        Self {
            points: Vec::new(),
            cells: vec![NONE; CELLS_PER_SIDE * CELLS_PER_SIDE].into_boxed_slice(),
            radius_m: tuning.wake.radius_m.min(WAKE_RADIUS_M_MAX),
            gap_m2_min: gap_m * gap_m,
        }
    }

    /// Makes room for seats below `slot_count`, so that laying allocates nothing later.
    pub fn reserve_slots(&mut self, slot_count: usize) {
        let wanted = slot_count.min(SLOTS_MAX) * GENERATIONS;
        if self.points.len() < wanted {
            self.points.resize(wanted, NOWHERE);
        }
    }

    pub fn clear(&mut self) {
        self.points.fill(NOWHERE);
        self.cells.fill(NONE);
    }

    /// Ships lay only in ticks that are a multiple of `WAKE_STEP_TICKS`; other ticks are ignored, so that callers need not ask.
    pub fn lay(&mut self, tick: Tick, slot: PlayerSlot, pos: Vec2) {
        if !tick.0.is_multiple_of(WAKE_STEP_TICKS) || slot.index() >= SLOTS_MAX || !pos.is_finite() {
            return;
        }
        self.reserve_slots(slot.index() + 1);
        let index = point_index(tick, slot);
        let old = self.points[index];
        if old.tick != u32::MAX && old.tick > tick.0 {
            return;
        }
        if old.is_felt {
            self.unlink(index);
        }
        let (x, y) = wire_position(pos);
        self.points[index] = Point { x, y, tick: tick.0, ..NOWHERE };
        self.judge(tick, slot);
        self.judge(tick.plus(WAKE_STEP_TICKS), slot);
    }

    /// Forgets what nobody can feel any more; call it once a tick or so.
    pub fn expire(&mut self, tick: Tick) {
        if !tick.0.is_multiple_of(WAKE_STEP_TICKS) || tick.0 <= WAKE_AGE_TICKS_MAX {
            return;
        }
        let dead = Tick(tick.0 - WAKE_AGE_TICKS_MAX - WAKE_STEP_TICKS);
        for index in (generation(dead)..self.points.len()).step_by(GENERATIONS) {
            if self.points[index].is_felt && self.points[index].tick <= dead.0 {
                self.unlink(index);
                self.points[index] = NOWHERE;
            }
        }
    }

    /// Does a ship at `pos` that flies with `vel` ride another ship's wake? Only along the way that the other went
    /// (within 60 degrees): crossing a wake is nothing.
    #[must_use]
    pub fn is_in_wake(&self, slot: PlayerSlot, pos: Vec2, vel: Vec2, tick: Tick) -> bool {
        let (left, top) = cell_of(pos - Vec2::splat(self.radius_m));
        let (right, bottom) = cell_of(pos + Vec2::splat(self.radius_m));
        let radius_squared = self.radius_m * self.radius_m;
        let own = slot.index() * GENERATIONS..(slot.index() + 1) * GENERATIONS;
        let speed_squared = vel.length_squared();
        for y in top..=bottom {
            for x in left..=right {
                let mut index = self.cells[y * CELLS_PER_SIDE + x];
                while index != NONE {
                    let at = usize::from(index);
                    let point = &self.points[at];
                    index = point.next;
                    let age_ticks = tick.0.wrapping_sub(point.tick);
                    if !(WAKE_AGE_TICKS_MIN..=WAKE_AGE_TICKS_MAX).contains(&age_ticks) || own.contains(&at) {
                        continue;
                    }
                    let place = place_m(point);
                    if place.distance_squared(pos) > radius_squared {
                        continue;
                    }
                    let way = place - place_m(&self.points[previous_index(at)]);
                    let along = vel.dot(way);
                    if along > 0.0 && along * along >= 0.25 * speed_squared * way.length_squared() {
                        return true;
                    }
                }
            }
        }
        false
    }

    /// Links or unlinks the point of `tick` after it or the one before has changed.
    fn judge(&mut self, tick: Tick, slot: PlayerSlot) {
        let index = point_index(tick, slot);
        if self.points[index].tick != tick.0 {
            return;
        }
        let before = &self.points[previous_index(index)];
        let gap_m2 = place_m(before).distance_squared(place_m(&self.points[index]));
        let is_felt = tick.0 >= WAKE_STEP_TICKS
            && before.tick == tick.0 - WAKE_STEP_TICKS
            && (self.gap_m2_min..JUMP_M_MIN * JUMP_M_MIN).contains(&gap_m2);
        match (self.points[index].is_felt, is_felt) {
            (false, true) => self.link(index),
            (true, false) => self.unlink(index),
            _ => {}
        }
    }

    fn link(&mut self, index: usize) {
        let cell = self.cell_index(index);
        let first = core::mem::replace(&mut self.cells[cell], index as u16);
        if first != NONE {
            self.points[usize::from(first)].previous = index as u16;
        }
        let point = &mut self.points[index];
        (point.next, point.previous, point.is_felt) = (first, NONE, true);
    }

    fn unlink(&mut self, index: usize) {
        let Point { next, previous, .. } = self.points[index];
        if previous == NONE {
            let cell = self.cell_index(index);
            self.cells[cell] = next;
        } else {
            self.points[usize::from(previous)].next = next;
        }
        if next != NONE {
            self.points[usize::from(next)].previous = previous;
        }
        let point = &mut self.points[index];
        (point.next, point.previous, point.is_felt) = (NONE, NONE, false);
    }

    fn cell_index(&self, index: usize) -> usize {
        let (x, y) = cell_of(place_m(&self.points[index]));
        y * CELLS_PER_SIDE + x
    }
}

fn generation(tick: Tick) -> usize {
    (tick.0 / WAKE_STEP_TICKS) as usize % GENERATIONS
}

fn point_index(tick: Tick, slot: PlayerSlot) -> usize {
    slot.index() * GENERATIONS + generation(tick)
}

/// The same seat's point one step earlier.
fn previous_index(index: usize) -> usize {
    if index.is_multiple_of(GENERATIONS) { index + GENERATIONS - 1 } else { index - 1 }
}

fn wire_position(pos: Vec2) -> (u16, u16) {
    let steps = |value: f32| libm::roundf(value * WIRE_POSITION_STEPS_PER_M) as u16;
    (steps(pos.x), steps(pos.y))
}

fn place_m(point: &Point) -> Vec2 {
    Vec2::new(f32::from(point.x), f32::from(point.y)) / WIRE_POSITION_STEPS_PER_M
}

fn cell_of(pos: Vec2) -> (usize, usize) {
    // `as` puts negatives and NaN into the first cell, too far ones are put into the last.
    let cell = |value: f32| ((value / CELL_M) as usize).min(CELLS_PER_SIDE - 1);
    (cell(pos.x), cell(pos.y))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RIDER: PlayerSlot = PlayerSlot(7);

    fn along_x(tick: u32) -> Vec2 {
        Vec2::new(20.0 + tick as f32 * 0.3, 30.0)
    }

    /// A ship that flies right at 18 m/s and lays its points for 100 ticks.
    fn field() -> WakeField {
        let mut field = WakeField::new(&Tuning::default());
        for tick in 0..100 {
            field.lay(Tick(tick), PlayerSlot(1), along_x(tick));
            field.expire(Tick(tick));
        }
        field
    }

    #[test]
    fn a_wake_is_felt_between_its_youngest_and_its_oldest_age() {
        let field = field();
        let felt_at = |laid: u32| field.is_in_wake(RIDER, along_x(laid) + Vec2::Y, Vec2::X * 10.0, Tick(100));
        assert!(felt_at(60) && felt_at(80));
        assert!(!felt_at(99), "too young");
        assert!(!felt_at(30), "too old");
    }

    #[test]
    fn nobody_rides_their_own_wake() {
        assert!(!field().is_in_wake(PlayerSlot(1), along_x(70), Vec2::X * 10.0, Tick(100)));
    }

    #[test]
    fn only_flying_along_counts() {
        let field = field();
        let rides = |vel: Vec2| field.is_in_wake(RIDER, along_x(70), vel, Tick(100));
        assert!(rides(Vec2::new(5.0, 5.0)));
        assert!(!rides(Vec2::new(0.0, 5.0)) && !rides(Vec2::new(-5.0, 0.0)) && !rides(Vec2::ZERO));
    }

    #[test]
    fn a_wake_has_a_width() {
        let field = field();
        let radius_m = Tuning::default().wake.radius_m;
        assert!(!field.is_in_wake(RIDER, along_x(70) + Vec2::new(0.0, radius_m + 0.1), Vec2::X, Tick(100)));
    }

    #[test]
    fn a_slow_ship_leaves_no_wake() {
        let mut field = WakeField::new(&Tuning::default());
        for tick in 0..60 {
            field.lay(Tick(tick), PlayerSlot(1), Vec2::new(20.0 + tick as f32 * 0.1, 30.0));
        }
        assert!(!field.is_in_wake(RIDER, Vec2::new(23.0, 30.0), Vec2::X, Tick(60)));
    }

    #[test]
    fn appearing_elsewhere_leaves_no_wake() {
        let mut field = WakeField::new(&Tuning::default());
        field.lay(Tick(0), PlayerSlot(1), Vec2::new(10.0, 10.0));
        field.lay(Tick(4), PlayerSlot(1), Vec2::new(60.0, 10.0));
        assert!(!field.is_in_wake(RIDER, Vec2::new(60.0, 10.0), Vec2::X, Tick(30)));
    }

    /// Every answer that the field can give about a small arena.
    fn answers(field: &WakeField, tick: u32) -> Vec<bool> {
        (0..40)
            .flat_map(|x| (0..40).map(move |y| (x, y)))
            .map(|(x, y)| {
                field.is_in_wake(RIDER, Vec2::new(f32::from(x as u8), f32::from(y as u8)), Vec2::new(3.0, 1.0), Tick(tick))
            })
            .collect()
    }

    proptest! {
        #[test]
        fn the_order_of_laying_makes_no_difference(seed in any::<u64>()) {
            let mut rng = crate::rng::Rng::new(seed);
            let mut laid = Vec::new();
            for slot in 0..6_u16 {
                let mut pos = Vec2::new(rng.range(5.0, 35.0), rng.range(5.0, 35.0));
                for step in 0..15_u32 {
                    laid.push((Tick(step * 4), PlayerSlot(slot), pos));
                    pos += Vec2::new(rng.range(-1.5, 1.5), rng.range(-1.5, 1.5));
                }
            }
            let lay_all = |laid: &[(Tick, PlayerSlot, Vec2)]| {
                let mut field = WakeField::new(&Tuning::default());
                laid.iter().for_each(|(tick, slot, pos)| field.lay(*tick, *slot, *pos));
                field
            };
            let in_order = lay_all(&laid);
            for i in (1..laid.len()).rev() {
                laid.swap(i, rng.below(u32::try_from(i).unwrap() + 1) as usize);
            }
            laid.extend_from_within(0..20);
            let mixed = lay_all(&laid);
            for tick in [56, 60, 70, 90] {
                prop_assert_eq!(answers(&in_order, tick), answers(&mixed, tick), "seed {} tick {}", seed, tick);
            }
        }
    }
}
