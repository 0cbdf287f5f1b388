//! What happens seldom, for the page: already named and in metres, so that TypeScript looks nothing up.

use serde::Serialize;

use crate::ids::{PlayerSlot, Team};
use crate::protocol::event::{Mode, Phase, PlayerProfile, Weapon};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientEvent {
    /// The session is open, on its first link or on a later one.
    Welcome {
        session: String,
        slot: PlayerSlot,
        resume_token: String,
    },
    Level {
        revision: u32,
        name: String,
        mode: Mode,
        width_m: f32,
        height_m: f32,
        /// Closed wall outlines, each x,y,x,y,..
        outline: Vec<Vec<f32>>,
        /// Solid rectangles x,y,width,height.
        solid: Vec<[f32; 4]>,
        pickups: Vec<LevelPickup>,
    },
    /// Everybody, whenever somebody came, left or changed.
    Roster {
        players: Vec<PlayerProfile>,
        away: Vec<PlayerSlot>,
    },
    Kill(NamedKill),
    Scores {
        lines: Vec<NamedScore>,
        blue: i32,
        orange: i32,
    },
    Phase {
        phase: Phase,
        ends_at: u32,
        seconds_left: f32,
    },
    /// The match has ended; lines are sorted, best first.
    Results {
        lines: Vec<NamedScore>,
        winner: Option<PlayerSlot>,
        winning_team: Option<Team>,
    },
    Chat {
        from: PlayerSlot,
        name: String,
        text: String,
    },
    Notice {
        text: String,
    },
    Away {
        slot: PlayerSlot,
        is_away: bool,
    },
    Pickup {
        index: u8,
        is_ready: bool,
        slot: Option<PlayerSlot>,
    },
    Goodbye {
        code: u16,
        retry: &'static str,
        retry_after_ms: u32,
        sentence: String,
    },
}

impl ClientEvent {
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LevelPickup {
    pub index: u8,
    /// `repair`, `haste` or `overcharge`.
    pub kind: &'static str,
    pub x: f32,
    pub y: f32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedKill {
    pub tick: u32,
    pub killer: Option<PlayerSlot>,
    pub killer_name: Option<String>,
    pub victim: PlayerSlot,
    pub victim_name: String,
    pub assist: Option<PlayerSlot>,
    pub assist_name: Option<String>,
    pub weapon: Weapon,
    /// The own player is the killer, the victim or the assistant.
    pub is_own: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NamedScore {
    pub slot: PlayerSlot,
    pub name: String,
    pub team: Team,
    pub colour: u8,
    pub is_bot: bool,
    pub score: i16,
    pub kills: u16,
    pub assists: u16,
    pub deaths: u16,
    pub ping_ms: u16,
}
