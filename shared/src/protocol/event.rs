//! The messages of the reliable lane: types only, read from top to bottom. `codec.rs` turns them into bytes.

use bincode::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::{PlayerSlot, Team, Tick};
pub use crate::sim::outcome::{Kill, Mode, Phase, PhaseState, Weapon};

/// From the match's host to one player.
#[derive(Clone, Debug, PartialEq, Encode, Decode, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum HostMessage {
    /// First message of every seat, and again when the next match brings another level or other rules.
    MatchStarted(MatchStarted),
    /// One piece of a first state; `replication` knows what is inside. Not for display.
    BaselinePiece {
        tick: Tick,
        index: u8,
        count: u8,
        #[serde(skip)]
        bytes: Vec<u8>,
    },
    PlayerJoined(PlayerProfile),
    PlayerLeft {
        slot: PlayerSlot,
    },
    PlayerAway {
        slot: PlayerSlot,
        is_away: bool,
    },
    PhaseChanged(PhaseState),
    Killed(Kill),
    /// Lines of the score board, to be merged by slot: all of them after `MatchStarted`, then those that changed, at most twice a
    /// second. A line leaves the board with its player.
    Scores(Vec<ScoreLine>),
    PickupTaken {
        index: u8,
        slot: PlayerSlot,
        ready_at: Tick,
    },
    PickupReady {
        index: u8,
    },
    /// You hit somebody: the mark at the cursor.
    HitConfirmed {
        target: PlayerSlot,
        damage: u8,
        is_rail: bool,
    },
    Chat {
        from: PlayerSlot,
        text: String,
    },
    Notice {
        text: String,
    },
    /// More of the players of the `MatchStarted` just before: a crowd does not fit one message.
    Roster {
        players: Vec<PlayerProfile>,
    },
}

/// From a player to the match's host.
#[derive(Clone, Debug, PartialEq, Encode, Decode, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PlayerMessage {
    Chat {
        text: String,
    },
    /// The state hash of a snapshot did not fit: `fields` has one bit for each field that differs (see PROTOCOL.md).
    Desync {
        tick: Tick,
        fields: u8,
    },
    /// Please send a first state again.
    BaselineWanted,
    /// The page is hidden: send little until it is back.
    Hidden {
        is_hidden: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Encode, Decode, Serialize)]
pub struct MatchStarted {
    pub match_id: u64,
    pub mode: Mode,
    pub own_slot: PlayerSlot,
    pub tick: Tick,
    pub phase: PhaseState,
    pub players: Vec<PlayerProfile>,
    /// The level as `sim::level::Level::to_bytes` wrote it. The page gets its outline from the core.
    #[serde(skip)]
    pub level: Vec<u8>,
    pub level_name: String,
    /// The tunables as JSON, exactly as the host uses them.
    #[serde(skip)]
    pub tuning_json: String,
    /// Bit i set: pickup i is there.
    pub pickups_ready: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct PlayerProfile {
    pub slot: PlayerSlot,
    pub name: String,
    pub team: Team,
    /// Index into the page's palette.
    pub colour: u8,
    pub is_bot: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, Serialize)]
pub struct ScoreLine {
    pub slot: PlayerSlot,
    pub score: i16,
    pub kills: u16,
    pub assists: u16,
    pub deaths: u16,
    /// Milliseconds, smoothed, rounded; for the score board.
    pub ping_ms: u16,
}
