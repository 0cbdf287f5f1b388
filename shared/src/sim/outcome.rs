//! What a match is about, in plain types: its mode, its phase, who destroyed whom.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{PlayerSlot, Team, Tick};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    FreeForAll,
    Teams,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    #[default]
    WarmUp,
    Live,
    Ended,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PhaseState {
    pub phase: Phase,
    /// The phase ends at this tick.
    pub ends_at: Tick,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weapon {
    #[default]
    Bolt,
    Rail,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct Kill {
    pub tick: Tick,
    pub killer: Option<PlayerSlot>,
    pub victim: PlayerSlot,
    pub assist: Option<PlayerSlot>,
    pub weapon: Weapon,
}

/// One player's line of the score board, as the simulation counts it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub slot: PlayerSlot,
    pub team: Team,
    pub score: i16,
    pub kills: u16,
    pub assists: u16,
    pub deaths: u16,
}
