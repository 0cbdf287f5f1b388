//! Deterministic vectors, angles and the grids that state lives on.
//!
//! Only `+ - * / sqrt` and libm's pure Rust trigonometry are used: they give the same bits on every machine and in wasm.

use glam::Vec2;

/// Directions an aim can take: 12 bits, 0 = right (+x), a quarter turn = down (+y), as on a screen.
pub const AIM_STEPS: u16 = 4096;
/// The simulation keeps positions on this grid, so that the own ship's state travels exactly.
pub const POSITION_STEPS_PER_M: f32 = 1024.0;
/// The simulation keeps velocities on this grid.
pub const VELOCITY_STEPS_PER_MPS: f32 = 1024.0;

/// Positions of other ships, wakes and shots travel on this coarser grid.
pub const WIRE_POSITION_STEPS_PER_M: f32 = 32.0;

/// An aim in steps, always below `AIM_STEPS`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, bincode::Encode, bincode::Decode,
)]
pub struct Aim(pub u16);

impl Aim {
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn from_radians(radians: f32) -> Self {
        let turns = radians / core::f32::consts::TAU;
        let fraction = turns - libm::floorf(turns);
        Self((libm::roundf(fraction * f32::from(AIM_STEPS)) as u32 % u32::from(AIM_STEPS)) as u16)
    }

    /// The aim that points along `direction`; the zero vector points right.
    #[must_use]
    pub fn along(direction: Vec2) -> Self {
        Self::from_radians(libm::atan2f(direction.y, direction.x))
    }

    #[must_use]
    pub fn radians(self) -> f32 {
        f32::from(self.0) * (core::f32::consts::TAU / f32::from(AIM_STEPS))
    }

    #[must_use]
    pub fn direction(self) -> Vec2 {
        let angle = self.radians();
        Vec2::new(libm::cosf(angle), libm::sinf(angle))
    }
}

#[must_use]
pub fn snap_position(position: Vec2) -> Vec2 {
    Vec2::new(snap(position.x, POSITION_STEPS_PER_M), snap(position.y, POSITION_STEPS_PER_M))
}

#[must_use]
pub fn snap_velocity(velocity: Vec2) -> Vec2 {
    Vec2::new(snap(velocity.x, VELOCITY_STEPS_PER_MPS), snap(velocity.y, VELOCITY_STEPS_PER_MPS))
}

/// A position as other players see it.
#[must_use]
pub fn snap_wire_position(position: Vec2) -> Vec2 {
    Vec2::new(snap(position.x, WIRE_POSITION_STEPS_PER_M), snap(position.y, WIRE_POSITION_STEPS_PER_M))
}

fn snap(value: f32, steps: f32) -> f32 {
    libm::roundf(value * steps) / steps
}
