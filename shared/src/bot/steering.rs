//! From where a bot wants to go to where its stick points: around walls that are near.

use glam::Vec2;

use crate::sim::Level;

/// Turns that are tried, as (cosine, sine), the smallest first.
const TURNS: [(f32, f32); 8] = [
    (1.0, 0.0),
    (0.819, 0.574),
    (0.819, -0.574),
    (0.342, 0.940),
    (0.342, -0.940),
    (-0.342, 0.940),
    (-0.342, -0.940),
    (-1.0, 0.0),
];
/// A clear way is worth this many times the wanted direction.
const CLEARANCE_WORTH: f32 = 2.2;

/// The direction nearest to the wanted one that does not run into a wall soon. `wanted` has length 1.
pub(super) fn around_walls(pos: Vec2, vel: Vec2, wanted: Vec2, level: &Level) -> Vec2 {
    let probe_m = 3.0 + vel.length() * 0.14;
    let mut best = (f32::NEG_INFINITY, wanted);
    for (cosine, sine) in TURNS {
        let direction = Vec2::new(wanted.x * cosine - wanted.y * sine, wanted.x * sine + wanted.y * cosine);
        let free_m = level.cast_ray(pos, direction, probe_m).distance_m;
        let worth = cosine + CLEARANCE_WORTH * (free_m / probe_m);
        if worth > best.0 {
            best = (worth, direction);
        }
        if cosine >= 1.0 && free_m >= probe_m {
            break;
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_way_is_kept_and_a_wall_is_turned_from() {
        let level = Level::open_box(20, 20);
        let middle = Vec2::new(20.0, 20.0);
        assert_eq!(around_walls(middle, Vec2::ZERO, Vec2::X, &level), Vec2::X);
        let turned = around_walls(Vec2::new(37.0, 20.0), Vec2::X * 15.0, Vec2::X, &level);
        assert!(turned.x < 0.9, "{turned}");
    }
}
