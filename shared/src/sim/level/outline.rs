//! The walls as closed lines, for drawing: the border between solid and open tiles, corners only.

use glam::Vec2;

use super::{Level, TILE_M};

/// Directions in turning order: right, down, left, up (y points down).
const STEPS: [(i32, i32); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

impl Level {
    /// Closed polygons with the solid side on the right hand; the last point is not repeated. Outside the level counts as
    /// open here, so that the outermost wall has an outer edge as well.
    #[must_use]
    pub fn outline(&self) -> Vec<Vec<Vec2>> {
        let (width, height) = (i32::from(self.width_tiles), i32::from(self.height_tiles));
        let is_wall = |x: i32, y: i32| x >= 0 && y >= 0 && x < width && y < height && self.is_solid(x, y);
        // An edge starts at the corner (x, y) and goes one step in a direction, with its wall on the right hand:
        // going right the wall is below, going down it is on the left, and so on.
        let has_edge = |x: i32, y: i32, direction: usize| match direction {
            0 => is_wall(x, y) && !is_wall(x, y - 1),
            1 => is_wall(x - 1, y) && !is_wall(x, y),
            2 => is_wall(x - 1, y - 1) && !is_wall(x - 1, y),
            _ => is_wall(x, y - 1) && !is_wall(x - 1, y - 1),
        };
        let corner_index = |x: i32, y: i32| (y * (width + 1) + x) as usize;
        let mut is_walked = vec![[false; 4]; corner_index(width, height) + 1];
        let mut polygons = Vec::new();
        for y in 0..=height {
            for x in 0..=width {
                // Every closed line has an edge that goes right.
                if !has_edge(x, y, 0) || is_walked[corner_index(x, y)][0] {
                    continue;
                }
                let mut points = Vec::new();
                let (mut at, mut direction) = ((x, y), 0);
                let mut last_direction = usize::MAX;
                while !is_walked[corner_index(at.0, at.1)][direction] {
                    is_walked[corner_index(at.0, at.1)][direction] = true;
                    if direction != last_direction {
                        points.push(corner_m(at));
                    }
                    last_direction = direction;
                    at = (at.0 + STEPS[direction].0, at.1 + STEPS[direction].1);
                    // Turning right first keeps two walls that touch at a corner apart.
                    let next = [1, 0, 3].map(|turn| (direction + turn) % 4).into_iter().find(|next| has_edge(at.0, at.1, *next));
                    let Some(next) = next else { break };
                    direction = next;
                }
                // The walk began in the middle of a straight line.
                if last_direction == 0 && points.len() > 1 {
                    points.remove(0);
                }
                polygons.push(points);
            }
        }
        polygons
    }
}

fn corner_m((x, y): (i32, i32)) -> Vec2 {
    Vec2::new(x as f32, y as f32) * TILE_M
}

#[cfg(test)]
mod tests {
    use glam::Vec2;

    /// Twice the signed area: positive when the solid side is on the right hand on a screen.
    fn area_twice(points: &[Vec2]) -> f32 {
        (0..points.len()).map(|i| points[i].perp_dot(points[(i + 1) % points.len()])).sum()
    }

    #[test]
    fn outlines_enclose_exactly_the_solid_tiles() {
        let level = crate::sim::level::tests::drawn(&[
            "############",
            "#..........#",
            "#.s......s.#",
            "#..........#",
            "#..##......#",
            "#..#.......#",
            "#....#.....#",
            "#..........#",
            "############",
        ])
        .unwrap();
        let outline = level.outline();
        assert_eq!(outline.len(), 4, "outer edge, inner edge, the corner piece, the single tile");
        let solid = (0..9).flat_map(|y| (0..12).map(move |x| (x, y))).filter(|&(x, y)| level.is_solid(x, y)).count();
        let area: f32 = outline.iter().map(|points| area_twice(points)).sum::<f32>() / 2.0;
        let expected = solid as f32 * 4.0;
        assert!((area - expected).abs() < 1e-3, "{area} {expected}");
        assert!(outline.iter().all(|points| points.len() >= 4));
    }
}
