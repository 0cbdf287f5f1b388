//! A level as the page draws it: metres, outlines and rectangles.

use super::ClientEvent;
use super::client_event::LevelPickup;
use crate::protocol::event::Mode;
use crate::sim::level::{Level, PickupKind, TILE_M};

#[must_use]
pub fn level_event(level: &Level, mode: Mode, revision: u32) -> ClientEvent {
    let size = level.size_m();
    let outline = level.outline().iter().map(|ring| ring.iter().flat_map(|corner| [corner.x, corner.y]).collect()).collect();
    let pickups = level.pickups().iter().zip(0..).map(|(pickup, index)| LevelPickup {
        index,
        kind: match pickup.kind {
            PickupKind::Repair => "repair",
            PickupKind::Haste => "haste",
            PickupKind::Overcharge => "overcharge",
        },
        x: pickup.pos.x,
        y: pickup.pos.y,
    });
    ClientEvent::Level {
        revision,
        name: level.name().to_owned(),
        mode,
        width_m: size.x,
        height_m: size.y,
        outline,
        solid: solid_rectangles(level),
        pickups: pickups.collect(),
    }
}

/// Solid tiles in few rectangles: runs of a row, joined downwards while the same run goes on.
fn solid_rectangles(level: &Level) -> Vec<[f32; 4]> {
    let mut done: Vec<[u16; 4]> = Vec::new();
    let mut open: Vec<[u16; 4]> = Vec::new();
    for y in 0..level.height_tiles() {
        let runs = solid_runs(level, y);
        let (kept, ended): (Vec<[u16; 4]>, Vec<[u16; 4]>) =
            open.into_iter().partition(|[x, _, width, _]| runs.contains(&(*x, *width)));
        done.extend(ended);
        open = runs
            .into_iter()
            .map(|(x, width)| {
                let above = kept.iter().find(|[kept_x, _, kept_width, _]| (*kept_x, *kept_width) == (x, width));
                above.map_or([x, y, width, 1], |[_, top, _, height]| [x, *top, width, height + 1])
            })
            .collect();
    }
    done.extend(open);
    done.iter().map(|rectangle| rectangle.map(|tiles| f32::from(tiles) * TILE_M)).collect()
}

/// First tile and length of every run of solid tiles in a row.
fn solid_runs(level: &Level, y: u16) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for x in (0..level.width_tiles()).filter(|x| level.is_solid(i32::from(*x), i32::from(y))) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == x => *length += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_four_rectangles() {
        let rectangles = solid_rectangles(&Level::open_box(10, 8));
        assert_eq!(rectangles.len(), 4);
        let area: f32 = rectangles.iter().map(|[_, _, width, height]| width * height).sum();
        assert_eq!(area, (10.0 * 8.0 - 8.0 * 6.0) * TILE_M * TILE_M);
    }
}
