//! Chooses which ships a player may know about: those in a rectangle around the player's own, with a margin for those already known.

use super::slot_set::SlotSet;
use super::table::ShipTable;
use crate::ids::PlayerSlot;
use crate::limits::SLOTS_MAX;
use crate::wire::quantize::{POSITION_BITS, POSITION_STEPS};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Interest {
    /// The whole world, for benchmarks and small levels.
    Everything,
    Near(NearInterest),
}

/// Half sizes in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NearInterest {
    pub half_width_m: u16,
    pub half_height_m: u16,
    /// A known ship stays known this much further away, so that nobody flickers at the edge.
    pub margin_m: u16,
}

impl Default for Interest {
    fn default() -> Self {
        Self::Near(NearInterest { half_width_m: 44, half_height_m: 30, margin_m: 4 })
    }
}

/// Cells of 16 m.
const CELL_SHIFT: u32 = 9;
const CELLS_PER_SIDE: usize = 1 << (POSITION_BITS - CELL_SHIFT);

/// All ships sorted by cell; made anew when somebody asks in a new tick.
pub struct InterestGrid {
    /// Where each cell begins in `sorted`; one more for the end.
    starts: Vec<u16>,
    sorted: Vec<PlayerSlot>,
}

impl InterestGrid {
    #[must_use]
    pub fn new() -> Self {
        Self { starts: vec![0; CELLS_PER_SIDE * CELLS_PER_SIDE + 1], sorted: vec![PlayerSlot(0); SLOTS_MAX] }
    }

    /// A counting sort: twice through the ships, once through the cells.
    pub fn fill(&mut self, table: &ShipTable) {
        self.starts.fill(0);
        for slot in table.present.iter() {
            self.starts[cell_of(table, slot)] += 1;
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        for slot in table.present.iter() {
            let start = &mut self.starts[cell_of(table, slot)];
            *start -= 1;
            self.sorted[usize::from(*start)] = slot;
        }
    }

    /// Everybody near `centre` (position steps); `known` are those for whom the margin counts.
    #[must_use]
    pub fn near(&self, table: &ShipTable, centre: (i16, i16), near: &NearInterest, known: &SlotSet) -> SlotSet {
        let steps = |metres: u16| i32::from(metres) * POSITION_STEPS;
        let (inner_x, inner_y, margin) = (steps(near.half_width_m), steps(near.half_height_m), steps(near.margin_m));
        let columns = cells(i32::from(centre.0), inner_x + margin);
        let mut found = SlotSet::default();
        for row in cells(i32::from(centre.1), inner_y + margin) {
            // Cells of a row lie side by side, hence so do their ships.
            let first = self.starts[row * CELLS_PER_SIDE + columns.start];
            let last = self.starts[row * CELLS_PER_SIDE + columns.end];
            for &slot in &self.sorted[usize::from(first)..usize::from(last)] {
                let ship = &table.ships[slot.index()];
                let off_x = (i32::from(ship.x) - i32::from(centre.0)).abs();
                let off_y = (i32::from(ship.y) - i32::from(centre.1)).abs();
                let slack = if known.has(slot) { margin } else { 0 };
                if off_x <= inner_x + slack && off_y <= inner_y + slack {
                    found.insert(slot);
                }
            }
        }
        found
    }
}

fn cell_of(table: &ShipTable, slot: PlayerSlot) -> usize {
    let ship = &table.ships[slot.index()];
    cell(ship.y.into()) * CELLS_PER_SIDE + cell(ship.x.into())
}

#[allow(clippy::cast_sign_loss)]
fn cell(steps: i32) -> usize {
    (steps.max(0) as usize >> CELL_SHIFT).min(CELLS_PER_SIDE - 1)
}

fn cells(centre: i32, half: i32) -> core::ops::Range<usize> {
    cell(centre - half)..cell(centre + half) + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replication::fields::ShipRecord;
    use crate::rng::Rng;

    const NEAR: NearInterest = NearInterest { half_width_m: 40, half_height_m: 20, margin_m: 5 };

    #[test]
    fn the_grid_finds_exactly_those_within_reach() {
        let mut rng = Rng::new(7);
        let mut table = ShipTable::new();
        for slot in 0..1000 {
            let (x, y) = (rng.below(16_384).cast_signed() as i16, rng.below(16_384).cast_signed() as i16);
            table.put(PlayerSlot(slot), ShipRecord { x, y, ..ShipRecord::default() });
        }
        let mut grid = InterestGrid::new();
        grid.fill(&table);
        let mut known = SlotSet::default();
        for slot in (0..1000).step_by(3) {
            known.insert(PlayerSlot(slot));
        }
        for (x, y) in [(0, 0), (8000, 9000), (16_383, 16_383), (16_383, 5)] {
            let found = grid.near(&table, (x, y), &NEAR, &known);
            for slot in table.present.iter() {
                let ship = &table.ships[slot.index()];
                let slack = if known.has(slot) { 160 } else { 0 };
                let is_near = (i32::from(ship.x) - i32::from(x)).abs() <= 1280 + slack
                    && (i32::from(ship.y) - i32::from(y)).abs() <= 640 + slack;
                assert_eq!(found.has(slot), is_near, "slot {} from {x},{y}", slot.0);
            }
        }
    }
}
