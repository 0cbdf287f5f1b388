//! Ways through a level for ships: tiles where a ship has room, distances to the places worth going to, and short searches.

use glam::Vec2;

use crate::sim::Level;
use crate::sim::level::TILE_M;

/// Places spread over the level, beside the pickups.
const LANDMARKS_MAX: usize = 20;
const UNREACHED: u16 = u16::MAX;
/// A short search looks at most at this square of tiles.
const WINDOW_TILES: i32 = 48;
/// A bot looks this many tiles ahead along its way, as far as it sees straight.
const LOOK_AHEAD: [usize; 3] = [7, 4, 2];
const AROUND: [(i32, i32); 8] = [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)];

type Tile = (i32, i32);

/// Made once for each level.
pub struct NavMap {
    width: i32,
    height: i32,
    /// A ship fits with its middle on the tile's middle.
    has_room: Vec<bool>,
    /// Bit i set: a ship gets from here to `AROUND[i]`, straight or over a corner that is free.
    exits: Vec<u8>,
    places: Vec<Place>,
    pickup_count: usize,
}

/// Somewhere to go: the level's pickups first, by index, then landmarks.
struct Place {
    pos: Vec2,
    /// Tiles to go from each tile.
    steps: Vec<u16>,
}

impl NavMap {
    #[must_use]
    pub fn new(level: &Level) -> Self {
        let (width, height) = (i32::from(level.width_tiles()), i32::from(level.height_tiles()));
        let is_solid_beside = |x, y| AROUND[..4].iter().any(|(dx, dy)| level.is_solid(x + dx, y + dy));
        let has_room = (0..height)
            .flat_map(|y| (0..width).map(move |x| (x, y)))
            .map(|(x, y)| !level.is_solid(x, y) && !is_solid_beside(x, y))
            .collect();
        let pickup_count = level.pickups().len();
        let mut map = Self { width, height, has_room, exits: Vec::new(), places: Vec::new(), pickup_count };
        map.exits = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|tile| map.exits_of(tile)).collect();
        let pickups = level.pickups().iter().map(|pickup| pickup.pos);
        map.places = pickups.chain(landmarks(level)).map(|pos| Place { pos, steps: map.distances_to(pos) }).collect();
        map
    }

    #[must_use]
    pub fn place_count(&self) -> usize {
        self.places.len()
    }

    #[must_use]
    pub fn pickup_count(&self) -> usize {
        self.pickup_count
    }

    #[must_use]
    pub fn place(&self, index: usize) -> Vec2 {
        self.places[index].pos
    }

    /// Metres to go to a place, roughly; `None` when there is no way.
    #[must_use]
    pub fn distance_m(&self, index: usize, from: Vec2) -> Option<f32> {
        let tile = self.roomy_tile(from)?;
        let steps = self.places[index].steps[self.index(tile)];
        (steps != UNREACHED).then(|| f32::from(steps) * TILE_M)
    }

    /// Where to steer to get nearer to a place.
    #[must_use]
    pub fn toward_place(&self, index: usize, from: Vec2, level: &Level) -> Option<Vec2> {
        let place = &self.places[index];
        if place.pos.distance_squared(from) < 144.0 && level.has_sight(from, place.pos) {
            return Some(place.pos);
        }
        let steps = |tile: Tile| place.steps[self.index(tile)];
        self.descend(self.roomy_tile(from)?, from, level, steps)
    }

    fn descend(&self, start: Tile, from: Vec2, level: &Level, steps: impl Fn(Tile) -> u16) -> Option<Vec2> {
        if steps(start) == UNREACHED {
            return None;
        }
        let mut way = [start; LOOK_AHEAD[0]];
        let mut at = start;
        for tile in &mut way {
            let next = self.neighbours(at).filter(|next| steps(*next) < steps(at)).min_by_key(|next| steps(*next));
            at = next.unwrap_or(at);
            *tile = at;
        }
        let seen = LOOK_AHEAD.iter().map(|ahead| middle_m(way[ahead - 1])).find(|pos| level.has_sight(from, *pos));
        Some(seen.unwrap_or_else(|| middle_m(way[0])))
    }

    fn distances_to(&self, goal: Vec2) -> Vec<u16> {
        let mut steps = vec![UNREACHED; self.has_room.len()];
        let Some(start) = self.roomy_tile(goal) else { return steps };
        steps[self.index(start)] = 0;
        let mut queue = Vec::with_capacity(self.has_room.len());
        queue.push(self.index(start) as u32);
        let ways = AROUND.map(|(dx, dy)| dy * self.width + dx);
        let mut head = 0;
        while let Some(at) = queue.get(head).copied() {
            head += 1;
            let next_step = steps[at as usize].saturating_add(1);
            let mut exits = self.exits[at as usize];
            while exits != 0 {
                let next = at.wrapping_add_signed(ways[exits.trailing_zeros() as usize]);
                exits &= exits - 1;
                if steps[next as usize] == UNREACHED {
                    steps[next as usize] = next_step;
                    queue.push(next);
                }
            }
        }
        steps
    }

    fn exits_of(&self, tile: Tile) -> u8 {
        let (x, y) = tile;
        let is_open =
            |(dx, dy): (i32, i32)| self.is_roomy((x + dx, y + dy)) && self.is_roomy((x + dx, y)) && self.is_roomy((x, y + dy));
        let exits = (0..8).filter(|way| is_open(AROUND[*way])).fold(0, |exits, way| exits | 1 << way);
        if self.is_roomy(tile) { exits } else { 0 }
    }

    /// Straight ones first.
    fn neighbours(&self, (x, y): Tile) -> impl Iterator<Item = Tile> {
        let exits = self.exits[self.index((x, y))];
        (0..8).filter(move |way| exits >> way & 1 == 1).map(move |way| (x + AROUND[way].0, y + AROUND[way].1))
    }

    fn is_roomy(&self, (x, y): Tile) -> bool {
        x >= 0 && y >= 0 && x < self.width && y < self.height && self.has_room[self.index((x, y))]
    }

    /// The tile of a position, or the nearest one beside it that has room.
    fn roomy_tile(&self, pos: Vec2) -> Option<Tile> {
        let (x, y) = Level::tile_at(pos);
        let beside = (-2..=2).flat_map(|dy| (-2..=2).map(move |dx| (x.saturating_add(dx), y.saturating_add(dy))));
        let nearest = |tile: &Tile| middle_m(*tile).distance_squared(pos);
        if self.is_roomy((x, y)) {
            return Some((x, y));
        }
        beside.filter(|tile| self.is_roomy(*tile)).min_by(|a, b| nearest(a).total_cmp(&nearest(b)))
    }

    fn index(&self, (x, y): Tile) -> usize {
        (y * self.width + x) as usize
    }
}

/// Some of the level's spawns, each as far as possible from those before.
fn landmarks(level: &Level) -> Vec<Vec2> {
    let spawns = level.spawns();
    let mut chosen = vec![spawns[0].pos];
    while chosen.len() < LANDMARKS_MAX.min(spawns.len()) {
        let away = |pos: Vec2| chosen.iter().map(|other| other.distance_squared(pos)).fold(f32::INFINITY, f32::min);
        let Some(next) = spawns.iter().map(|spawn| spawn.pos).max_by(|a, b| away(*a).total_cmp(&away(*b))) else { break };
        chosen.push(next);
    }
    chosen
}

fn middle_m((x, y): Tile) -> Vec2 {
    Vec2::new(x as f32 + 0.5, y as f32 + 0.5) * TILE_M
}

/// Finds short ways around corners; keeps its memory from one search to the next, and allows only so many in a tick.
pub struct PathSearch {
    steps: Vec<u16>,
    queue: Vec<Tile>,
    left_this_tick: u32,
}

impl Default for PathSearch {
    fn default() -> Self {
        let tiles = (WINDOW_TILES * WINDOW_TILES) as usize;
        Self { steps: vec![UNREACHED; tiles], queue: Vec::with_capacity(tiles), left_this_tick: Self::PER_TICK_MAX }
    }
}

impl PathSearch {
    /// Bots that want more wait for another tick and steer straight until then.
    pub const PER_TICK_MAX: u32 = 16;

    pub fn begin_tick(&mut self) {
        self.left_this_tick = Self::PER_TICK_MAX;
    }

    /// Where to steer to get from `from` to `to`, both near each other.
    pub fn toward(&mut self, from: Vec2, to: Vec2, map: &NavMap, level: &Level) -> Option<Vec2> {
        self.left_this_tick = self.left_this_tick.checked_sub(1)?;
        let (start, goal) = (map.roomy_tile(from)?, map.roomy_tile(to)?);
        let corner = ((start.0 + goal.0 - WINDOW_TILES) / 2, (start.1 + goal.1 - WINDOW_TILES) / 2);
        let index = |tile: Tile| {
            let (x, y) = (tile.0 - corner.0, tile.1 - corner.1);
            ((0..WINDOW_TILES).contains(&x) && (0..WINDOW_TILES).contains(&y)).then(|| (y * WINDOW_TILES + x) as usize)
        };
        let Self { steps, queue, .. } = self;
        steps.fill(UNREACHED);
        queue.clear();
        steps[index(goal)?] = 0;
        queue.push(goal);
        let mut head = 0;
        while let Some(at) = queue.get(head).copied().filter(|at| *at != start) {
            head += 1;
            let next_step = index(at).map_or(UNREACHED, |at| steps[at] + 1);
            for next in map.neighbours(at) {
                if let Some(next_index) = index(next).filter(|next_index| steps[*next_index] == UNREACHED) {
                    steps[next_index] = next_step;
                    queue.push(next);
                }
            }
        }
        map.descend(start, from, level, |tile| index(tile).map_or(UNREACHED, |index| steps[index]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Level {
        crate::sim::level::tests::drawn(&[
            "####################",
            "#..................#",
            "#..................#",
            "#..s...............#",
            "#..................#",
            "#################..#",
            "################...#",
            "#################..#",
            "#..................#",
            "#..................#",
            "#..s..........r....#",
            "#..................#",
            "#..................#",
            "####################",
        ])
        .unwrap()
    }

    /// Follows the answers in small straight steps.
    fn walk(mut at: Vec2, goal: Vec2, mut toward: impl FnMut(Vec2) -> Option<Vec2>) -> bool {
        for _ in 0..200 {
            if at.distance(goal) < 2.0 {
                return true;
            }
            let Some(next) = toward(at) else { return false };
            at += (next - at).clamp_length_max(1.0);
        }
        false
    }

    #[test]
    fn a_way_around_the_wall_is_found() {
        let level = crate::sim::level::tests::drawn(&[
            "####################",
            "#..................#",
            "#..................#",
            "#..s...............#",
            "#..................#",
            "#..................#",
            "###############....#",
            "#..................#",
            "#..................#",
            "#..................#",
            "#..s..........r....#",
            "#..................#",
            "#..................#",
            "####################",
        ])
        .unwrap();
        let map = NavMap::new(&level);
        let (start, goal) = (level.spawns()[0].pos, level.pickups()[0].pos);
        assert!(walk(start, goal, |at| map.toward_place(0, at, &level)));
        let mut paths = PathSearch::default();
        assert!(walk(start, level.spawns()[1].pos, |at| {
            paths.begin_tick();
            paths.toward(at, level.spawns()[1].pos, &map, &level)
        }));
    }

    #[test]
    fn a_gap_too_narrow_for_ships_is_no_way() {
        let level = level();
        let map = NavMap::new(&level);
        assert_eq!(map.distance_m(0, level.spawns()[0].pos), None);
        assert_eq!(PathSearch::default().toward(level.spawns()[0].pos, level.spawns()[1].pos, &map, &level), None);
    }

    #[test]
    fn searches_are_limited_in_each_tick() {
        let level = level();
        let map = NavMap::new(&level);
        let mut paths = PathSearch::default();
        let at = level.spawns()[0].pos;
        let found = (0..100).filter(|_| paths.toward(at, at + Vec2::X * 10.0, &map, &level).is_some()).count();
        assert_eq!(found, PathSearch::PER_TICK_MAX as usize);
    }
}
