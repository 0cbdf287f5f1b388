//! Bots: they play by the same inputs as people, from what a person could see, with a person's slowness and mistakes.
//!
//! `BotCrew` looks at the match once a tick and drives everybody; `BotBrain` is one bot and knows nothing but its `BotView`.

mod aim;
mod brain;
mod crew;
mod nav;
mod steering;
mod view;

use serde::{Deserialize, Serialize};

pub use brain::BotBrain;
pub use crew::{BOT_VIEW_LAG_TICKS, BotCrew};
pub use nav::{NavMap, PathSearch};
pub use view::{BotView, Contact, IncomingBolt, Lookout};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BotLevel {
    Easy,
    #[default]
    Normal,
    Hard,
}

/// What makes a bot better or worse. Nobody is given more than a person has: no wider view, no faster ship.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Skill {
    /// Decisions in a row until something seen has an effect; a decision comes every `DECISION_TICKS`.
    pub reaction_decisions: usize,
    /// How wrong the aim usually is.
    pub aim_error_degrees: f32,
    pub turn_degrees_per_s: f32,
    /// Enemies further away than this are not noticed.
    pub notice_m: f32,
    pub wanted_distance_m: f32,
    /// Chance to answer a bolt that would hit, and to do so with a dash.
    pub dodge_chance: f32,
    pub dash_chance: f32,
    /// Chance, at each decision with a free line, to begin a rail shot.
    pub rail_chance: f32,
    /// Ticks of held fire, and of rest between.
    pub burst_ticks: u32,
    pub rest_ticks: u32,
    /// Part of the stick that is used in a fight.
    pub vigour: f32,
    pub rides_wakes: bool,
}

impl BotLevel {
    pub(crate) fn skill(self) -> Skill {
        match self {
            Self::Easy => Skill {
                reaction_decisions: 7,
                aim_error_degrees: 11.0,
                turn_degrees_per_s: 240.0,
                notice_m: 24.0,
                wanted_distance_m: 15.0,
                dodge_chance: 0.1,
                dash_chance: 0.1,
                rail_chance: 0.01,
                burst_ticks: 36,
                rest_ticks: 54,
                vigour: 0.7,
                rides_wakes: false,
            },
            Self::Normal => Skill {
                reaction_decisions: 5,
                aim_error_degrees: 5.5,
                turn_degrees_per_s: 480.0,
                notice_m: 34.0,
                wanted_distance_m: 13.0,
                dodge_chance: 0.4,
                dash_chance: 0.25,
                rail_chance: 0.04,
                burst_ticks: 60,
                rest_ticks: 30,
                vigour: 1.0,
                rides_wakes: true,
            },
            Self::Hard => Skill {
                reaction_decisions: 3,
                aim_error_degrees: 2.4,
                turn_degrees_per_s: 900.0,
                notice_m: 42.0,
                wanted_distance_m: 11.0,
                dodge_chance: 0.8,
                dash_chance: 0.5,
                rail_chance: 0.12,
                burst_ticks: 120,
                rest_ticks: 8,
                vigour: 1.0,
                rides_wakes: true,
            },
        }
    }
}

/// Bots decide 15 times a second, taking turns by seat; they aim every tick.
pub(crate) const DECISION_TICKS: u32 = 4;
