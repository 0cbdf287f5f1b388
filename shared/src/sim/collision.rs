//! Circles and rays against the tiles of a level.

use glam::Vec2;

use super::level::{Level, TILE_M, floor_to_i32};

/// Room that is kept between ship and wall, so that snapping a position to its grid never puts it into the wall.
const SKIN_M: f32 = 1.0 / 512.0;
/// Pushes out of walls for one small step; a corner needs two.
const PUSHES_MAX: u32 = 4;

/// Where a ray ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RayEnd {
    /// From the ray's start.
    pub distance_m: f32,
    pub is_wall: bool,
}

/// How a sliding circle met the walls.
pub struct Slide {
    pub pos: Vec2,
    pub vel: Vec2,
}

/// What happens to speed at a wall.
#[derive(Clone, Copy)]
pub struct Bounce {
    /// Part of the speed into the wall that comes back.
    pub factor: f32,
    /// Slower touches only slide.
    pub mps_min: f32,
}

impl Level {
    /// Is a circle here clear of all walls?
    #[must_use]
    pub fn has_room(&self, middle: Vec2, radius_m: f32) -> bool {
        let (left, top) = Self::tile_at(middle - Vec2::splat(radius_m));
        let (right, bottom) = Self::tile_at(middle + Vec2::splat(radius_m));
        middle.is_finite()
            && (top..=bottom).all(|y| {
                (left..=right).all(|x| {
                    !self.is_solid(x, y) || nearest_on_tile(x, y, middle).distance_squared(middle) >= radius_m * radius_m
                })
            })
    }

    /// The first wall along a ray, by walking from tile to tile. `direction` has length 1.
    #[must_use]
    pub fn cast_ray(&self, from: Vec2, direction: Vec2, length_m: f32) -> RayEnd {
        let open = RayEnd { distance_m: length_m, is_wall: false };
        if !(from.is_finite() && direction.is_finite() && length_m > 0.0) {
            return RayEnd { distance_m: 0.0, is_wall: false };
        }
        let (mut x, mut y) = Self::tile_at(from);
        if self.is_solid(x, y) {
            return RayEnd { distance_m: 0.0, is_wall: true };
        }
        let (step_x, mut next_x, delta_x) = axis(from.x, direction.x, x);
        let (step_y, mut next_y, delta_y) = axis(from.y, direction.y, y);
        loop {
            let distance_m = next_x.min(next_y);
            if next_x < next_y {
                x += step_x;
                next_x += delta_x;
            } else {
                y += step_y;
                next_y += delta_y;
            }
            // Also ends rays whose direction is zero: their next border is infinitely far.
            if distance_m >= length_m {
                return open;
            }
            if self.is_solid(x, y) {
                return RayEnd { distance_m, is_wall: true };
            }
        }
    }

    /// Is the straight way between two places free of walls?
    #[must_use]
    pub fn has_sight(&self, from: Vec2, to: Vec2) -> bool {
        let way = to - from;
        let length_m = way.length();
        length_m < 1e-3 || !self.cast_ray(from, way / length_m, length_m).is_wall
    }

    /// Moves a circle for `seconds` along walls without ever entering one, in steps of at most half a radius.
    /// A circle that begins clear of walls ends clear of walls, also after its position was snapped to the position grid.
    #[must_use]
    pub fn slide_circle(&self, pos: Vec2, vel: Vec2, seconds: f32, radius_m: f32, bounce: Bounce) -> Slide {
        let (mut pos, mut vel) = (pos, vel);
        let step_count = 1 + floor_to_i32(vel.length() * seconds / (radius_m * 0.5)).clamp(0, 1023);
        let step_s = seconds / step_count as f32;
        for _ in 0..step_count {
            let wanted = pos + vel * step_s;
            let (tile_x, tile_y) = Self::tile_at(wanted);
            if self.is_near_wall(tile_x, tile_y) {
                let Some(pushed) = self.push_out(wanted, &mut vel, radius_m + SKIN_M, bounce) else {
                    // Wedged between walls: stay where there was room.
                    vel = Vec2::ZERO;
                    break;
                };
                pos = pushed;
            } else {
                pos = wanted;
            }
        }
        Slide { pos, vel }
    }

    /// The nearest place where the circle is clear, found by leaving the deepest wall first (so that the seams between the
    /// tiles of a flat wall are never felt); `None` when there is none nearby.
    fn push_out(&self, wanted: Vec2, vel: &mut Vec2, radius_m: f32, bounce: Bounce) -> Option<Vec2> {
        let mut pos = wanted;
        for _ in 0..PUSHES_MAX {
            let Some((nearest, distance_squared)) = self.deepest_touch(pos, radius_m) else { return Some(pos) };
            if distance_squared <= 0.0 {
                return None;
            }
            let distance = distance_squared.sqrt();
            let normal = (pos - nearest) / distance;
            // A hair further than touching, so that rounding does not make it touch again.
            pos = nearest + normal * (radius_m + SKIN_M * 0.125);
            let into_wall = vel.dot(normal);
            if into_wall < 0.0 {
                let back = if into_wall < -bounce.mps_min { bounce.factor } else { 0.0 };
                *vel -= normal * (into_wall * (1.0 + back));
            }
        }
        self.deepest_touch(pos, radius_m).is_none().then_some(pos)
    }

    /// The nearest point of a wall that is nearer than `radius_m`, and its distance squared.
    fn deepest_touch(&self, pos: Vec2, radius_m: f32) -> Option<(Vec2, f32)> {
        let (left, top) = Self::tile_at(pos - Vec2::splat(radius_m));
        let (right, bottom) = Self::tile_at(pos + Vec2::splat(radius_m));
        let mut deepest: Option<(Vec2, f32)> = None;
        for y in top..=bottom {
            for x in left..=right {
                if !self.is_solid(x, y) {
                    continue;
                }
                let nearest = nearest_on_tile(x, y, pos);
                let distance_squared = nearest.distance_squared(pos);
                if distance_squared < deepest.map_or(radius_m * radius_m, |(_, least)| least) {
                    deepest = Some((nearest, distance_squared));
                }
            }
        }
        deepest
    }
}

fn nearest_on_tile(x: i32, y: i32, pos: Vec2) -> Vec2 {
    let low = Vec2::new(x as f32, y as f32) * TILE_M;
    pos.clamp(low, low + Vec2::splat(TILE_M))
}

/// One axis of the walk: which way, how far along the ray to the first border, how far from border to border.
fn axis(from: f32, direction: f32, tile: i32) -> (i32, f32, f32) {
    if direction > 0.0 {
        (1, ((tile + 1) as f32 * TILE_M - from) / direction, TILE_M / direction)
    } else if direction < 0.0 {
        (-1, (tile as f32 * TILE_M - from) / direction, -TILE_M / direction)
    } else {
        (0, f32::INFINITY, f32::INFINITY)
    }
}

/// How far along the segment (0 to 1) a moving point first comes within `radius_m` of `middle`; 0 when it begins there.
#[must_use]
pub fn first_touch(from: Vec2, to: Vec2, middle: Vec2, radius_m: f32) -> Option<f32> {
    let (way, offset) = (to - from, from - middle);
    let c = offset.length_squared() - radius_m * radius_m;
    if c <= 0.0 {
        return Some(0.0);
    }
    let a = way.length_squared();
    let half_b = offset.dot(way);
    let discriminant = half_b * half_b - a * c;
    if a <= 0.0 || half_b >= 0.0 || discriminant < 0.0 {
        return None;
    }
    let part = (-half_b - discriminant.sqrt()) / a;
    (part <= 1.0).then_some(part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::math::{snap_position, snap_velocity};

    const NO_BOUNCE: Bounce = Bounce { factor: 0.0, mps_min: 0.0 };

    fn maze() -> Level {
        crate::sim::level::tests::drawn(&[
            "##############",
            "#............#",
            "#.s........s.#",
            "#....#.##....#",
            "#...#...#.#..#",
            "#....#.#.....#",
            "#..##....##..#",
            "#.........#..#",
            "#.#.#.#......#",
            "##############",
        ])
        .unwrap()
    }

    proptest! {
        #[test]
        fn a_ship_is_never_inside_a_wall(seed in any::<u64>()) {
            let level = maze();
            let mut rng = crate::rng::Rng::new(seed);
            let mut pos = Vec2::new(5.0, 5.0);
            for _ in 0..400 {
                let vel = snap_velocity(Vec2::new(rng.range(-60.0, 60.0), rng.range(-60.0, 60.0)));
                let slide = level.slide_circle(pos, vel, 1.0 / 60.0, 1.0, Bounce { factor: 0.3, mps_min: 4.0 });
                pos = snap_position(slide.pos);
                prop_assert!(level.has_room(pos, 1.0), "seed {}: at {}", seed, pos);
            }
        }

        #[test]
        fn a_ray_ends_at_the_first_solid_point(seed in any::<u64>()) {
            let level = maze();
            let mut rng = crate::rng::Rng::new(seed);
            let from = Vec2::new(rng.range(2.1, 25.9), rng.range(2.1, 17.9));
            let direction = crate::math::Aim(u16::try_from(rng.below(4096)).unwrap()).direction();
            let (x, y) = Level::tile_at(from);
            prop_assume!(!level.is_solid(x, y));
            let end = level.cast_ray(from, direction, 100.0);
            prop_assert!(end.is_wall);
            let mut walked = 0.0;
            while walked < end.distance_m - 0.01 {
                let (x, y) = Level::tile_at(from + direction * walked);
                prop_assert!(!level.is_solid(x, y), "seed {}: wall at {} before {}", seed, walked, end.distance_m);
                walked += 0.05;
            }
            let (x, y) = Level::tile_at(from + direction * (end.distance_m + 0.01));
            let is_graze = !level.is_solid(x, y);
            prop_assert!(!is_graze || !level.has_room(from + direction * end.distance_m, 0.02), "seed {}", seed);
        }
    }

    #[test]
    fn a_dash_never_tunnels() {
        let level = Level::open_box(20, 20);
        let slide = level.slide_circle(Vec2::new(4.0, 20.0), Vec2::new(-10_000.0, 0.0), 1.0 / 60.0, 1.0, NO_BOUNCE);
        assert!(level.has_room(slide.pos, 1.0), "{}", slide.pos);
    }

    #[test]
    fn the_seams_of_a_flat_wall_are_not_felt() {
        let level = Level::open_box(40, 20);
        let (mut pos, mut vel) = (Vec2::new(6.0, 3.2), Vec2::new(18.0, -6.0));
        for _ in 0..120 {
            let slide = level.slide_circle(pos, vel, 1.0 / 60.0, 1.0, NO_BOUNCE);
            (pos, vel) = (snap_position(slide.pos), Vec2::new(slide.vel.x, -6.0));
            assert!((vel.x - 18.0).abs() < 1e-3, "slowed to {} at {pos}", vel.x);
        }
    }

    #[test]
    fn a_rest_has_no_ray() {
        let level = Level::open_box(10, 10);
        assert_eq!(level.cast_ray(Vec2::splat(5.0), Vec2::ZERO, 9.0), RayEnd { distance_m: 9.0, is_wall: false });
        assert_eq!(level.cast_ray(Vec2::NAN, Vec2::X, 9.0).distance_m, 0.0);
    }

    #[test]
    fn touches_are_found_at_their_first_moment() {
        let touch = first_touch(Vec2::ZERO, Vec2::new(10.0, 0.0), Vec2::new(5.0, 0.0), 1.0).unwrap();
        assert!((touch - 0.4).abs() < 1e-6);
        assert_eq!(first_touch(Vec2::ZERO, Vec2::X, Vec2::new(0.5, 0.2), 1.0), Some(0.0));
        assert_eq!(first_touch(Vec2::ZERO, Vec2::new(10.0, 0.0), Vec2::new(5.0, 1.1), 1.0), None);
        assert_eq!(first_touch(Vec2::ZERO, Vec2::new(3.0, 0.0), Vec2::new(5.0, 0.0), 1.0), None);
        assert_eq!(first_touch(Vec2::ZERO, Vec2::new(3.0, 0.0), Vec2::new(-5.0, 0.0), 1.0), None);
        assert_eq!(first_touch(Vec2::ZERO, Vec2::ZERO, Vec2::new(5.0, 0.0), 1.0), None);
    }
}
