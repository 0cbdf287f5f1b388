//! What a match has to say until somebody carries it out: messages in order, snapshots as slices of one buffer that is used again.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::event::HostOutput;
use crate::ids::PlayerSlot;
use crate::protocol::codec::encode_host_message;
use crate::protocol::event::HostMessage;

/// Something said to one seat; the bytes are shared by all who hear the same.
#[derive(Debug)]
enum Said {
    Message(PlayerSlot, Arc<[u8]>),
    Expired(PlayerSlot),
}

#[derive(Debug, Default)]
pub struct Outbox {
    said: VecDeque<Said>,
    /// This tick's snapshots, one after the other.
    bytes: Vec<u8>,
    snapshots: Vec<(PlayerSlot, Range<usize>)>,
    carried_out: usize,
}

impl Outbox {
    pub fn tell(&mut self, slot: PlayerSlot, message: &HostMessage) {
        self.said.push_back(Said::Message(slot, encode_host_message(message).into()));
    }

    /// Encoded once, whoever listens; not at all when nobody does.
    pub fn tell_all(&mut self, slots: impl Iterator<Item = PlayerSlot>, message: &HostMessage) {
        let mut payload: Option<Arc<[u8]>> = None;
        for slot in slots {
            let payload = payload.get_or_insert_with(|| encode_host_message(message).into());
            self.said.push_back(Said::Message(slot, payload.clone()));
        }
    }

    pub fn expire(&mut self, slot: PlayerSlot) {
        self.said.push_back(Said::Expired(slot));
    }

    /// Snapshots that nobody fetched are of no use any more.
    pub fn begin_snapshots(&mut self) {
        self.bytes.clear();
        self.snapshots.clear();
        self.carried_out = 0;
    }

    pub fn snapshot(&mut self, slot: PlayerSlot, encode: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        encode(&mut self.bytes);
        if self.bytes.len() > start {
            self.snapshots.push((slot, start..self.bytes.len()));
        }
    }

    /// Messages first: what they tell must not arrive after the picture that shows it.
    pub fn poll(&mut self) -> Option<HostOutput<'_>> {
        match self.said.pop_front() {
            Some(Said::Message(slot, payload)) => return Some(HostOutput::Message { slot, payload }),
            Some(Said::Expired(slot)) => return Some(HostOutput::SeatExpired { slot }),
            None => {}
        }
        let (slot, range) = self.snapshots.get(self.carried_out)?;
        self.carried_out += 1;
        Some(HostOutput::Snapshot { slot: *slot, bytes: &self.bytes[range.clone()] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_before_snapshots_and_each_once() {
        let mut outbox = Outbox::default();
        outbox.begin_snapshots();
        outbox.snapshot(PlayerSlot(1), |out| out.extend_from_slice(b"one"));
        outbox.snapshot(PlayerSlot(2), |out| out.extend_from_slice(b"two"));
        outbox.snapshot(PlayerSlot(3), |_| {});
        outbox.tell(PlayerSlot(1), &HostMessage::PickupReady { index: 0 });
        assert!(matches!(outbox.poll(), Some(HostOutput::Message { slot: PlayerSlot(1), .. })));
        assert_eq!(outbox.poll(), Some(HostOutput::Snapshot { slot: PlayerSlot(1), bytes: b"one" }));
        assert_eq!(outbox.poll(), Some(HostOutput::Snapshot { slot: PlayerSlot(2), bytes: b"two" }));
        assert_eq!(outbox.poll(), None);
    }

    #[test]
    fn a_message_to_many_is_encoded_once() {
        let mut outbox = Outbox::default();
        outbox.tell_all([PlayerSlot(1), PlayerSlot(2)].into_iter(), &HostMessage::PickupReady { index: 3 });
        let (Some(HostOutput::Message { payload: first, .. }), Some(HostOutput::Message { payload: second, .. })) =
            (outbox.poll().map(owned), outbox.poll().map(owned))
        else {
            panic!("two messages");
        };
        assert!(Arc::ptr_eq(&first, &second));
    }

    fn owned(output: HostOutput) -> HostOutput<'static> {
        match output {
            HostOutput::Message { slot, payload } => HostOutput::Message { slot, payload },
            _ => panic!("a message"),
        }
    }

    #[test]
    fn snapshots_that_nobody_fetched_are_replaced() {
        let mut outbox = Outbox::default();
        for bytes in [b"old", b"new"] {
            outbox.begin_snapshots();
            outbox.snapshot(PlayerSlot(1), |out| out.extend_from_slice(bytes));
        }
        assert_eq!(outbox.poll(), Some(HostOutput::Snapshot { slot: PlayerSlot(1), bytes: b"new" }));
        assert_eq!(outbox.poll(), None);
    }
}
