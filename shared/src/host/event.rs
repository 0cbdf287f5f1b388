//! The two doors of a match: what may happen to it, and what it wants carried out.

use std::sync::Arc;

use crate::ids::{Micros, PlayerSlot, Team};
use crate::protocol::event::PlayerMessage;

/// Somebody who wants a seat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPlayer {
    /// As they typed it; the match makes it fit for display.
    pub name: String,
    /// Index into the page's palette; chosen by the match when missing.
    pub colour: Option<u8>,
    /// A wish, granted in team matches unless it would make the teams uneven.
    pub team: Option<Team>,
}

/// Something that happened to a seat. A seat begins with `MatchCore::join` and its ship appears with the first `LinkOpened`.
#[derive(Clone, Debug, PartialEq)]
pub enum HostEvent<'a> {
    /// The session of this seat has a live link: its first, or a next one after a loss.
    LinkOpened {
        slot: PlayerSlot,
        /// What a snapshot may be at most on this link.
        datagram_bytes_max: u16,
        /// As `SessionEvent::Greeted` said: the client remembers nothing and needs the first messages (again).
        is_fresh: bool,
    },
    /// The live limit of the link changed.
    DatagramLimitChanged {
        slot: PlayerSlot,
        datagram_bytes_max: u16,
    },
    /// The seat waits for a next link, for `SEAT_AWAY_MS_MAX`.
    LinkLost {
        slot: PlayerSlot,
    },
    /// The seat is given up now.
    PlayerLeft {
        slot: PlayerSlot,
    },
    /// A datagram of kind INPUT, the kind byte included.
    InputArrived {
        slot: PlayerSlot,
        packet: &'a [u8],
        at: Micros,
    },
    MessageArrived {
        slot: PlayerSlot,
        message: PlayerMessage,
    },
    /// For the score board.
    PingMeasured {
        slot: PlayerSlot,
        ping_ms: u16,
    },
}

/// Something to carry out after `MatchCore::tick`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostOutput<'a> {
    /// One datagram, the kind byte first; newer ones replace it.
    Snapshot { slot: PlayerSlot, bytes: &'a [u8] },
    /// The payload of a reliable message, for `Session::queue`; shared among all who get the same one.
    Message { slot: PlayerSlot, payload: Arc<[u8]> },
    /// Nobody came back in time: the seat is empty, its session ends as `SeatExpired`.
    SeatExpired { slot: PlayerSlot },
}
