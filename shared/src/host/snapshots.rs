//! The match's dealings with `replication`: who gets snapshots, what they have, when they need a first state.

use super::MatchCore;
use super::seat::Seat;
use crate::ids::{Micros, PlayerSlot, Tick};
use crate::limits::SNAPSHOT_BYTES_MAX;
use crate::protocol::input_packet::InputPacket;
use crate::replication::{AckState, ClientConfig};

impl MatchCore {
    /// A link is open. A client that remembers nothing is told everything near it over the reliable lane while deltas begin; another
    /// goes on from the baselines it has.
    pub(super) fn begin_snapshots(&mut self, slot: PlayerSlot, datagram_bytes_max: u16, is_fresh: bool) {
        let budget_bytes = budget_bytes(datagram_bytes_max);
        if is_fresh || !self.encoder.has_client(slot) {
            self.encoder.add_client(slot, &ClientConfig { budget_bytes, interest: self.config.interest });
            self.encoder.request_baseline(slot);
        } else {
            self.encoder.set_budget(slot, budget_bytes);
            self.encoder.set_hidden(slot, false);
        }
    }

    pub(super) fn end_snapshots(&mut self, slot: PlayerSlot) {
        self.encoder.remove_client(slot);
    }

    pub(super) fn change_budget(&mut self, slot: PlayerSlot, datagram_bytes_max: u16) {
        self.encoder.set_budget(slot, budget_bytes(datagram_bytes_max));
    }

    pub(super) fn handle_ack(&mut self, slot: PlayerSlot, packet: &InputPacket, current: Tick) {
        let ack = AckState { snapshots: packet.ack(current), baseline: packet.baseline(current) };
        self.encoder.on_ack(slot, &ack);
    }

    /// Not more often than makes sense, whatever is asked for.
    pub(super) fn send_first_state(&mut self, now: Micros, slot: PlayerSlot) {
        if self.seats.listening_mut(slot).is_some_and(|player| player.baselines.take(now)) {
            self.encoder.request_baseline(slot);
        }
    }

    /// Captures the newest state once and writes everybody's picture of it. Hidden pages get keyframes only, absent players nothing.
    pub(super) fn encode_snapshots(&mut self) {
        let Self { encoder, outbox, seats, world, .. } = self;
        let tick = world.sim.tick();
        encoder.begin_tick(&world.sim);
        outbox.begin_snapshots();
        for (slot, seat) in seats.iter() {
            let Seat::Playing(player) = seat else { continue };
            if encoder.is_due(slot) {
                let margin = player.inputs.margin(tick);
                outbox.snapshot(slot, |out| encoder.encode(slot, margin, out));
            }
            if let Some(piece) = encoder.poll_baseline_piece(slot) {
                outbox.tell(slot, &piece);
            }
        }
    }
}

/// A link without datagrams of its own carries snapshots as messages, as long as any.
fn budget_bytes(datagram_bytes_max: u16) -> usize {
    if datagram_bytes_max == 0 { SNAPSHOT_BYTES_MAX } else { usize::from(datagram_bytes_max).min(SNAPSHOT_BYTES_MAX) }
}
