//! What one player wants in one tick; already on the wire's grid, so that both sides step with the same numbers.

use glam::Vec2;

use crate::math::Aim;

/// Thrust steps per axis: a stick goes from -7 to 7.
pub const MOVE_STEPS: i8 = 7;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayerInput {
    pub move_x: i8,
    pub move_y: i8,
    pub aim: Aim,
    pub buttons: Buttons,
}

/// Held buttons. Every action repeats while held, as soon as it is ready: no edge can be lost with a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buttons(pub u8);

impl Buttons {
    pub const FIRE: u8 = 1;
    pub const RAIL: u8 = 2;
    pub const DASH: u8 = 4;
    /// All bits that mean something; the others are refused on the wire.
    pub const ALL: u8 = 7;

    #[must_use]
    pub fn has(self, button: u8) -> bool {
        self.0 & button != 0
    }
}

impl PlayerInput {
    /// From a stick in `[-1, 1]` per axis; anything longer than 1 is shortened, NaN is rest.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn from_stick(stick: Vec2, aim: Aim, buttons: Buttons) -> Self {
        let stick = if stick.is_finite() { stick.clamp_length_max(1.0) } else { Vec2::ZERO };
        let step = |value: f32| libm::roundf(value * f32::from(MOVE_STEPS)) as i8;
        Self { move_x: step(stick.x), move_y: step(stick.y), aim, buttons: Buttons(buttons.0 & Buttons::ALL) }
    }

    /// The wanted thrust: a vector no longer than 1, whatever arrived.
    #[must_use]
    pub fn thrust(self) -> Vec2 {
        (Vec2::new(f32::from(self.move_x), f32::from(self.move_y)) / f32::from(MOVE_STEPS)).clamp_length_max(1.0)
    }
}
