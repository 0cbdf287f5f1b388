//! Holds the prediction against the host's truth, does it over where they differ, and hides the difference from the eye.

use glam::Vec2;

use super::prediction::{Prediction, World};
use crate::ids::{Micros, Tick};
use crate::sim::movement::ShipBody;

/// Half of a visual error is gone after this long: 95 % within 100 ms.
const ERROR_HALF_LIFE_S: f32 = 0.023;
/// A larger error is not smoothed: the ship was somewhere else.
const ERROR_SNAP_M: f32 = 5.0;
/// An error that nobody can see is none.
const ERROR_NONE_M: f32 = 0.002;

/// What one check came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The prediction was done over from the host's state.
    pub is_rewound: bool,
    /// How far the predicted ship was from the host's, at the host's tick.
    pub error_m: f32,
    /// The ship appeared, vanished or lives anew: nothing to be smoothed.
    pub is_other_life: bool,
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Reconciliation {
    life: Option<u8>,
    checked: Option<Tick>,
    offset: Vec2,
    offset_at: Micros,
}

impl Reconciliation {
    /// The host's own ship at `tick`: `body` is `None` while it is destroyed.
    pub fn check(&mut self, tick: Tick, life: u8, body: Option<ShipBody>, prediction: &mut Prediction, world: World) -> Verdict {
        if self.checked.is_some_and(|checked| tick <= checked) {
            return Verdict::default();
        }
        self.checked = Some(tick);
        let is_same_life = self.life == Some(life);
        self.life = Some(life);
        let predicted = prediction.at(tick).map(|entry| entry.body);
        if is_same_life && predicted == Some(body) {
            return Verdict::default();
        }
        let error_m = match (predicted.flatten(), body) {
            (Some(predicted), Some(body)) if is_same_life => predicted.pos.distance(body.pos),
            _ => 0.0,
        };
        let is_other_life = !is_same_life || predicted.is_some_and(|predicted| predicted.is_some() != body.is_some());
        prediction.replay_from(tick, body, world);
        Verdict { is_rewound: true, error_m, is_other_life }
    }

    /// The ship is suddenly elsewhere: keep drawing it where it was, and let go of that soon.
    pub fn hide(&mut self, now: Micros, drawn: Vec2, corrected: Vec2) {
        self.offset = self.offset_at(now) + drawn - corrected;
        self.offset_at = now;
        if self.offset.length() > ERROR_SNAP_M || !self.offset.is_finite() {
            self.offset = Vec2::ZERO;
        }
    }

    pub fn show_truth(&mut self) {
        self.offset = Vec2::ZERO;
    }

    /// What to add to the own ship's true place to draw it now.
    #[must_use]
    pub fn offset_at(&self, now: Micros) -> Vec2 {
        #[allow(clippy::cast_precision_loss)]
        let seconds = now.since(self.offset_at) as f32 / 1e6;
        let offset = self.offset * libm::exp2f(-seconds / ERROR_HALF_LIFE_S);
        if offset.length() < ERROR_NONE_M { Vec2::ZERO } else { offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visual_error_is_gone_after_a_hundred_milliseconds() {
        let mut reconciliation = Reconciliation::default();
        reconciliation.hide(Micros(0), Vec2::new(1.0, 0.0), Vec2::ZERO);
        assert_eq!(reconciliation.offset_at(Micros(0)), Vec2::new(1.0, 0.0));
        assert!(reconciliation.offset_at(Micros::from_ms(100)).length() < 0.06);
        assert_eq!(reconciliation.offset_at(Micros::from_ms(400)), Vec2::ZERO);
    }

    #[test]
    fn a_large_error_snaps() {
        let mut reconciliation = Reconciliation::default();
        reconciliation.hide(Micros(0), Vec2::new(50.0, 0.0), Vec2::ZERO);
        assert_eq!(reconciliation.offset_at(Micros(0)), Vec2::ZERO);
    }

    #[test]
    fn errors_add_up_with_what_is_still_hidden() {
        let mut reconciliation = Reconciliation::default();
        reconciliation.hide(Micros(0), Vec2::new(1.0, 0.0), Vec2::ZERO);
        reconciliation.hide(Micros(0), Vec2::new(0.5, 0.0), Vec2::ZERO);
        assert_eq!(reconciliation.offset_at(Micros(0)), Vec2::new(1.5, 0.0));
    }
}
