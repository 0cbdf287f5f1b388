//! Who flies a client in a test: looks at the picture that a player would see and holds the controls.

use glam::Vec2;
use slipstream_shared::client::{RenderFrame, layout};
use slipstream_shared::math::Aim;
use slipstream_shared::rng::Rng;
use slipstream_shared::sim::Buttons;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Controls {
    pub stick: Vec2,
    pub aim: Aim,
    pub buttons: Buttons,
}

/// Called once per drawn frame.
pub trait Pilot {
    fn fly(&mut self, frame: &RenderFrame) -> Controls;
}

impl<F: FnMut(&RenderFrame) -> Controls> Pilot for F {
    fn fly(&mut self, frame: &RenderFrame) -> Controls {
        self(frame)
    }
}

/// Nobody touches the controls.
pub struct Idle;

impl Pilot for Idle {
    fn fly(&mut self, _: &RenderFrame) -> Controls {
        Controls::default()
    }
}

/// Flies about at random like somebody who tries everything: turns, dashes, bumps into walls.
pub struct Wanderer {
    rng: Rng,
    controls: Controls,
    frames_left: u32,
    shoots: bool,
}

impl Wanderer {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rng: Rng::new(seed), controls: Controls::default(), frames_left: 0, shoots: false }
    }

    /// ... and shoots at whoever is nearest.
    #[must_use]
    pub fn shooting(seed: u64) -> Self {
        Self { shoots: true, ..Self::new(seed) }
    }
}

impl Pilot for Wanderer {
    fn fly(&mut self, frame: &RenderFrame) -> Controls {
        if self.frames_left == 0 {
            self.frames_left = 6 + self.rng.below(40);
            let direction = self.rng.range(0.0, core::f32::consts::TAU);
            self.controls.stick = Aim::from_radians(direction).direction() * if self.rng.chance(0.1) { 0.0 } else { 1.0 };
            self.controls.aim = Aim::from_radians(self.rng.range(0.0, core::f32::consts::TAU));
            self.controls.buttons = Buttons(if self.rng.chance(0.4) { Buttons::DASH } else { 0 });
        }
        self.frames_left -= 1;
        let mut controls = self.controls;
        if self.shoots
            && let Some(target) = nearest(frame)
        {
            let own = Vec2::new(frame.header(layout::CAMERA_X), frame.header(layout::CAMERA_Y));
            controls.aim = Aim::along(target - own);
            controls.buttons.0 |= Buttons::FIRE | Buttons::RAIL;
        }
        controls
    }
}

/// Follows the nearest ship, to ride its wake.
pub struct Chaser;

impl Pilot for Chaser {
    fn fly(&mut self, frame: &RenderFrame) -> Controls {
        let own = Vec2::new(frame.header(layout::CAMERA_X), frame.header(layout::CAMERA_Y));
        let stick = nearest(frame).map_or(Vec2::ZERO, |target| (target - own).normalize_or_zero());
        Controls { stick, aim: Aim::along(stick), buttons: Buttons(0) }
    }
}

/// Where the nearest other ship is drawn.
#[must_use]
pub fn nearest(frame: &RenderFrame) -> Option<Vec2> {
    let own_slot = frame.header(layout::OWN_SLOT);
    let own = Vec2::new(frame.header(layout::CAMERA_X), frame.header(layout::CAMERA_Y));
    let others = frame.ships().filter(|row| row[layout::ship::SLOT] != own_slot);
    others
        .map(|row| Vec2::new(row[layout::ship::X], row[layout::ship::Y]))
        .min_by(|a, b| a.distance_squared(own).total_cmp(&b.distance_squared(own)))
}
