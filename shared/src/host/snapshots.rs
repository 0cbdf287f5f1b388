//! The match's dealings with `replication`: who gets snapshots, what they have, when they need a first state.

use super::MatchCore;
use crate::ids::{Micros, PlayerSlot, Tick};
use crate::protocol::input_packet::InputPacket;

impl MatchCore {
    pub(super) fn begin_snapshots(&mut self, _slot: PlayerSlot, _datagram_bytes_max: u16, _is_fresh: bool) {}

    pub(super) fn end_snapshots(&mut self, _slot: PlayerSlot) {}

    pub(super) fn change_budget(&mut self, _slot: PlayerSlot, _datagram_bytes_max: u16) {}

    pub(super) fn handle_ack(&mut self, _slot: PlayerSlot, _packet: &InputPacket, _current: Tick) {}

    /// Not more often than makes sense, whatever is asked for.
    pub(super) fn send_first_state(&mut self, now: Micros, slot: PlayerSlot) {
        let Some(player) = self.seats.listening_mut(slot) else { return };
        if !player.baselines.take(now) {}
    }
}
