//! A level: which tiles are solid, where ships appear, where pickups lie. Checked once, then only read.

mod bytes;
mod outline;
mod tiled;

use glam::Vec2;
use serde::{Deserialize, Serialize};

use crate::ids::Team;
use crate::limits::{LEVEL_M_MAX, PICKUPS_MAX, SPAWNS_MAX};

pub use bytes::LevelBytesError;
pub use tiled::LevelError;

pub const TILE_M: f32 = 2.0;
/// The longest side in tiles.
pub const LEVEL_TILES_MAX: u16 = (LEVEL_M_MAX / 2) as u16;
/// The shortest side in tiles.
pub const LEVEL_TILES_MIN: u16 = 8;
/// Places in a level lie on this grid, so that they travel exactly.
const PLACE_STEPS_PER_M: f32 = 32.0;
pub const LEVEL_NAME_BYTES_MAX: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PickupKind {
    Repair,
    Haste,
    Overcharge,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spawn {
    pub pos: Vec2,
    /// `Solo`: for everybody.
    pub team: Team,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PickupPlace {
    pub pos: Vec2,
    pub kind: PickupKind,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    name: String,
    width_tiles: u16,
    height_tiles: u16,
    solid: TileSet,
    /// Tiles with something solid among their 3 x 3 neighbours; elsewhere collision has nothing to do.
    near_wall: TileSet,
    spawns: Vec<Spawn>,
    pickups: Vec<PickupPlace>,
}

/// What is wrong with the parts of a level, whoever brought them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LevelFault {
    #[error("the level is {width} x {height} tiles, each side must be from {LEVEL_TILES_MIN} to {LEVEL_TILES_MAX}")]
    Size { width: u64, height: u64 },
    #[error("the name must be 1 to {LEVEL_NAME_BYTES_MAX} bytes")]
    Name,
    #[error("{count} spawns, there must be 2 to {SPAWNS_MAX}")]
    SpawnCount { count: usize },
    #[error("{count} pickups, at most {PICKUPS_MAX} fit")]
    PickupCount { count: usize },
    #[error("team spawns must be there for both teams or for none (blue {blue}, orange {orange}, for all {solo})")]
    TeamSpawns { blue: usize, orange: usize, solo: usize },
    #[error("spawn {index} lies in or too near to a wall")]
    SpawnInWall { index: usize },
    #[error("pickup {index} lies in a wall")]
    PickupInWall { index: usize },
}

/// Everything a level is made from.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelParts {
    pub name: String,
    pub width_tiles: u16,
    pub height_tiles: u16,
    /// Row by row, `width_tiles * height_tiles` of them; missing ones are open.
    pub solid: Vec<bool>,
    pub spawns: Vec<Spawn>,
    pub pickups: Vec<PickupPlace>,
}

impl Level {
    /// # Errors
    /// Says which rule of a level the parts break.
    pub fn from_parts(parts: LevelParts) -> Result<Self, LevelFault> {
        let LevelParts { name, width_tiles, height_tiles, solid, mut spawns, mut pickups } = parts;
        let sides = LEVEL_TILES_MIN..=LEVEL_TILES_MAX;
        if !sides.contains(&width_tiles) || !sides.contains(&height_tiles) {
            return Err(LevelFault::Size { width: width_tiles.into(), height: height_tiles.into() });
        }
        if name.is_empty() || name.len() > LEVEL_NAME_BYTES_MAX {
            return Err(LevelFault::Name);
        }
        let mut tiles = TileSet::new(width_tiles, height_tiles);
        for (index, _) in solid.iter().enumerate().take(tiles.len()).filter(|(_, is_solid)| **is_solid) {
            tiles.insert(index);
        }
        spawns.iter_mut().for_each(|spawn| spawn.pos = snap_place(spawn.pos));
        pickups.iter_mut().for_each(|pickup| pickup.pos = snap_place(pickup.pos));
        let near_wall = TileSet::new(width_tiles, height_tiles);
        let mut level = Self { name, width_tiles, height_tiles, solid: tiles, near_wall, spawns, pickups };
        level.mark_near_wall();
        level.check_places()?;
        Ok(level)
    }

    /// An empty box with a wall around it, two spawns and no pickup: for tests and as a last resort.
    #[must_use]
    pub fn open_box(width_tiles: u16, height_tiles: u16) -> Self {
        let (width_tiles, height_tiles) =
            (width_tiles.clamp(LEVEL_TILES_MIN, LEVEL_TILES_MAX), height_tiles.clamp(LEVEL_TILES_MIN, LEVEL_TILES_MAX));
        let mut solid = TileSet::new(width_tiles, height_tiles);
        for index in 0..solid.len() {
            let (x, y) = (index % usize::from(width_tiles), index / usize::from(width_tiles));
            if x == 0 || y == 0 || x + 1 == usize::from(width_tiles) || y + 1 == usize::from(height_tiles) {
                solid.insert(index);
            }
        }
        let size = Vec2::new(f32::from(width_tiles), f32::from(height_tiles)) * TILE_M;
        let spawn = |part: f32| Spawn { pos: snap_place(Vec2::new(size.x * part, size.y * 0.5)), team: Team::Solo };
        let mut level = Self {
            name: "box".to_owned(),
            width_tiles,
            height_tiles,
            solid,
            near_wall: TileSet::new(width_tiles, height_tiles),
            spawns: vec![spawn(0.25), spawn(0.75)],
            pickups: Vec::new(),
        };
        level.mark_near_wall();
        level
    }

    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn width_tiles(&self) -> u16 {
        self.width_tiles
    }

    #[must_use]
    pub fn height_tiles(&self) -> u16 {
        self.height_tiles
    }

    #[must_use]
    pub fn size_m(&self) -> Vec2 {
        Vec2::new(f32::from(self.width_tiles), f32::from(self.height_tiles)) * TILE_M
    }

    #[must_use]
    pub fn spawns(&self) -> &[Spawn] {
        &self.spawns
    }

    #[must_use]
    pub fn pickups(&self) -> &[PickupPlace] {
        &self.pickups
    }

    /// Everything outside is solid.
    #[must_use]
    pub fn is_solid(&self, tile_x: i32, tile_y: i32) -> bool {
        self.index_of(tile_x, tile_y).is_none_or(|index| self.solid.contains(index))
    }

    /// May a ship whose middle is on this tile touch a wall? Outside: yes.
    #[must_use]
    pub fn is_near_wall(&self, tile_x: i32, tile_y: i32) -> bool {
        self.index_of(tile_x, tile_y).is_none_or(|index| self.near_wall.contains(index))
    }

    /// The tile that a place is on; may lie outside.
    #[must_use]
    pub fn tile_at(pos: Vec2) -> (i32, i32) {
        (floor_to_i32(pos.x / TILE_M), floor_to_i32(pos.y / TILE_M))
    }

    fn index_of(&self, x: i32, y: i32) -> Option<usize> {
        let is_inside = x >= 0 && y >= 0 && x < i32::from(self.width_tiles) && y < i32::from(self.height_tiles);
        is_inside.then(|| y as usize * usize::from(self.width_tiles) + x as usize)
    }

    fn mark_near_wall(&mut self) {
        for y in 0..i32::from(self.height_tiles) {
            for x in 0..i32::from(self.width_tiles) {
                let has_wall = (-1..=1).any(|dy| (-1..=1).any(|dx| self.is_solid(x + dx, y + dy)));
                if let (true, Some(index)) = (has_wall, self.index_of(x, y)) {
                    self.near_wall.insert(index);
                }
            }
        }
    }

    fn check_places(&self) -> Result<(), LevelFault> {
        if !(2..=SPAWNS_MAX).contains(&self.spawns.len()) {
            return Err(LevelFault::SpawnCount { count: self.spawns.len() });
        }
        if self.pickups.len() > PICKUPS_MAX {
            return Err(LevelFault::PickupCount { count: self.pickups.len() });
        }
        let count = |team| self.spawns.iter().filter(|spawn| spawn.team == team).count();
        let (blue, orange, solo) = (count(Team::Blue), count(Team::Orange), count(Team::Solo));
        if (blue == 0) != (orange == 0) {
            return Err(LevelFault::TeamSpawns { blue, orange, solo });
        }
        // 1.1: the largest ship and a little air.
        if let Some(index) = self.spawns.iter().position(|spawn| !self.has_room(spawn.pos, 1.1)) {
            return Err(LevelFault::SpawnInWall { index });
        }
        if let Some(index) = self.pickups.iter().position(|pickup| !self.has_room(pickup.pos, 0.5)) {
            return Err(LevelFault::PickupInWall { index });
        }
        Ok(())
    }
}

/// One bit for each tile.
#[derive(Clone, Debug, PartialEq)]
struct TileSet {
    words: Vec<u64>,
    len: usize,
}

impl TileSet {
    fn new(width_tiles: u16, height_tiles: u16) -> Self {
        let len = usize::from(width_tiles) * usize::from(height_tiles);
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    fn len(&self) -> usize {
        self.len
    }

    fn insert(&mut self, index: usize) {
        self.words[index / 64] |= 1 << (index % 64);
    }

    fn contains(&self, index: usize) -> bool {
        self.words[index / 64] >> (index % 64) & 1 == 1
    }
}

fn snap_place(pos: Vec2) -> Vec2 {
    let snap = |value: f32| libm::roundf(value * PLACE_STEPS_PER_M) / PLACE_STEPS_PER_M;
    Vec2::new(snap(pos.x), snap(pos.y))
}

/// `as` goes towards zero; this goes down. Values far outside saturate, NaN is 0.
pub(crate) fn floor_to_i32(value: f32) -> i32 {
    let toward_zero = value as i32;
    let is_above = (toward_zero as f32) > value;
    toward_zero.saturating_sub(i32::from(is_above))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A level from a drawing: `#` is solid, `s` a spawn, `b` and `o` team spawns, `r`, `h`, `c` pickups.
    pub(crate) fn drawn(rows: &[&str]) -> Result<Level, LevelFault> {
        let mut parts = LevelParts {
            name: "drawn".to_owned(),
            width_tiles: u16::try_from(rows[0].len()).unwrap(),
            height_tiles: u16::try_from(rows.len()).unwrap(),
            solid: rows.iter().flat_map(|row| row.bytes().map(|tile| tile == b'#')).collect(),
            spawns: Vec::new(),
            pickups: Vec::new(),
        };
        for (y, row) in rows.iter().enumerate() {
            for (x, tile) in row.bytes().enumerate() {
                let pos = Vec2::new(x as f32 + 0.5, y as f32 + 0.5) * TILE_M;
                match tile {
                    b's' => parts.spawns.push(Spawn { pos, team: Team::Solo }),
                    b'b' => parts.spawns.push(Spawn { pos, team: Team::Blue }),
                    b'o' => parts.spawns.push(Spawn { pos, team: Team::Orange }),
                    b'r' => parts.pickups.push(PickupPlace { pos, kind: PickupKind::Repair }),
                    b'h' => parts.pickups.push(PickupPlace { pos, kind: PickupKind::Haste }),
                    b'c' => parts.pickups.push(PickupPlace { pos, kind: PickupKind::Overcharge }),
                    _ => {}
                }
            }
        }
        Level::from_parts(parts)
    }

    const ROOM: [&str; 8] =
        ["##########", "#........#", "#.s....s.#", "#........#", "#...##...#", "#...##.r.#", "#........#", "##########"];

    #[test]
    fn outside_is_solid() {
        let level = drawn(&ROOM).unwrap();
        assert!(level.is_solid(-1, 3) && level.is_solid(3, -1) && level.is_solid(10, 3) && level.is_solid(3, 8));
        assert!(!level.is_solid(1, 1) && level.is_solid(4, 4));
    }

    #[test]
    fn floor_goes_down_and_saturates() {
        assert_eq!([-1.5, -1.0, -0.2, 0.0, 1.9].map(floor_to_i32), [-2, -1, -1, 0, 1]);
        assert_eq!(floor_to_i32(f32::NAN), 0);
        assert_eq!(floor_to_i32(f32::NEG_INFINITY), i32::MIN);
    }

    #[test]
    fn a_spawn_in_a_wall_is_refused() {
        let mut rows = ROOM;
        rows[1] = "#s.......#";
        assert_eq!(drawn(&rows), Err(LevelFault::SpawnInWall { index: 0 }), "the ship would touch the corner walls");
    }

    #[test]
    fn one_team_alone_is_refused() {
        let mut rows = ROOM;
        rows[2] = "#.b....s.#";
        assert!(matches!(drawn(&rows), Err(LevelFault::TeamSpawns { blue: 1, orange: 0, solo: 1 })));
    }

    #[test]
    fn a_wrong_size_is_refused() {
        assert!(matches!(drawn(&["####"; 4]), Err(LevelFault::Size { .. })));
    }
}
