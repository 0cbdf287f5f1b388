//! A bot's hand on the mouse: it turns no faster than it can, and is always a little wrong.

use glam::Vec2;

use super::Skill;
use crate::limits::TICK_HZ;
use crate::math::{AIM_STEPS, Aim};
use crate::rng::Rng;

const STEPS_PER_DEGREE: f32 = AIM_STEPS as f32 / 360.0;
/// Part of the way to its next value that the error drifts in a tick.
const DRIFT: f32 = 0.08;

#[derive(Clone, Debug, Default)]
pub(super) struct Hand {
    aim: Aim,
    error_steps: f32,
    error_goal_steps: f32,
    error_ticks: u32,
}

impl Hand {
    pub fn aim(&self) -> Aim {
        self.aim
    }

    pub fn put_at(&mut self, aim: Aim) {
        self.aim = aim;
    }

    /// Turns towards a direction for one tick; says how many degrees are left between hand and intention.
    pub fn turn(&mut self, wanted: Aim, skill: &Skill, rng: &mut Rng) -> f32 {
        if self.error_ticks == 0 {
            self.error_ticks = 18 + rng.below(30);
            // Two dice: small mistakes are more common than large ones.
            self.error_goal_steps = (rng.range(-1.0, 1.0) + rng.range(-1.0, 1.0)) * skill.aim_error_degrees * STEPS_PER_DEGREE;
        }
        self.error_ticks -= 1;
        self.error_steps += (self.error_goal_steps - self.error_steps) * DRIFT;
        let intended = turned(wanted, libm::roundf(self.error_steps) as i32);
        let turn_steps_max = (skill.turn_degrees_per_s / TICK_HZ as f32 * STEPS_PER_DEGREE) as i32;
        let way = steps_between(self.aim, intended);
        self.aim = turned(self.aim, way.clamp(-turn_steps_max, turn_steps_max));
        (way.abs() - turn_steps_max).max(0) as f32 / STEPS_PER_DEGREE
    }
}

fn turned(aim: Aim, steps: i32) -> Aim {
    Aim((i32::from(aim.0) + steps).rem_euclid(i32::from(AIM_STEPS)) as u16)
}

/// The shorter way from one aim to the other.
fn steps_between(from: Aim, to: Aim) -> i32 {
    let (full, half) = (i32::from(AIM_STEPS), i32::from(AIM_STEPS) / 2);
    (i32::from(to.0) - i32::from(from.0) + half).rem_euclid(full) - half
}

/// Where a target that keeps its speed will be when a bolt gets there.
pub(super) fn lead(own: Vec2, target: Vec2, target_vel: Vec2, bolt_mps: f32) -> Vec2 {
    let mut met = target;
    // Each round is nearer to the truth; three are nearer than any bot's hand.
    for _ in 0..3 {
        met = target + target_vel * (met.distance(own) / bolt_mps);
    }
    met
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bot::BotLevel;

    #[test]
    fn turning_takes_the_shorter_way() {
        assert_eq!(steps_between(Aim(10), Aim(4090)), -16);
        assert_eq!(steps_between(Aim(4090), Aim(10)), 16);
        assert_eq!(turned(Aim(4090), 16), Aim(10));
    }

    #[test]
    fn a_hand_turns_no_faster_than_its_skill() {
        let (mut hand, mut rng) = (Hand::default(), Rng::new(3));
        let skill = BotLevel::Easy.skill();
        hand.turn(Aim(2000), &skill, &mut rng);
        assert!(steps_between(Aim(0), hand.aim()).abs() <= (4.0 * STEPS_PER_DEGREE) as i32);
    }

    #[test]
    fn a_better_bot_aims_better() {
        let mean_error = |level: BotLevel| {
            let (mut hand, mut rng) = (Hand::default(), Rng::new(3));
            let errors = (0..2000).map(|_| {
                hand.turn(Aim(1000), &level.skill(), &mut rng);
                steps_between(Aim(1000), hand.aim()).abs()
            });
            errors.skip(200).sum::<i32>()
        };
        assert!(mean_error(BotLevel::Easy) > mean_error(BotLevel::Normal));
        assert!(mean_error(BotLevel::Normal) > mean_error(BotLevel::Hard));
    }

    #[test]
    fn a_led_bolt_meets_a_target_that_keeps_its_speed() {
        let (target, vel) = (Vec2::new(20.0, 0.0), Vec2::new(0.0, 10.0));
        let met = lead(Vec2::ZERO, target, vel, 50.0);
        let seconds = met.length() / 50.0;
        assert!((target + vel * seconds).distance(met) < 0.2);
    }
}
