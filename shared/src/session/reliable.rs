//! The numbered lane: what was said and not yet acknowledged, and what was heard, across any number of links.
//!
//! A link carries messages in order or dies, so one number is enough for each direction: everything up to it has arrived.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::ids::Micros;
use crate::limits::{ACK_DELAY_MS, ACK_EVERY_MESSAGES};
use crate::protocol::close_code::CloseCode;

/// The number of a reliable message. It wraps, hence has no `Ord`: ask `is_after`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seq(pub u32);

impl Seq {
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// Steps from `earlier` to `self`, taken forwards.
    #[must_use]
    pub fn since(self, earlier: Self) -> u32 {
        self.0.wrapping_sub(earlier.0)
    }

    /// Later by less than half of all numbers.
    #[must_use]
    pub fn is_after(self, other: Self) -> bool {
        self != other && self.since(other) < 1 << 31
    }
}

/// What this side said: kept until the peer acknowledged it, sent again on a new link.
#[derive(Debug)]
pub struct ReliableSender {
    /// Everything up to this number has arrived.
    acked: Seq,
    /// Messages after `acked`, in order.
    unacked: VecDeque<Arc<[u8]>>,
    unacked_bytes: usize,
    /// How many of `unacked` the present link carries already.
    sent: usize,
    /// Some link carried something.
    has_spoken: bool,
    messages_max: usize,
    bytes_max: usize,
}

impl ReliableSender {
    #[must_use]
    pub fn new(acked: Seq, messages_max: usize, bytes_max: usize) -> Self {
        Self { acked, unacked: VecDeque::new(), unacked_bytes: 0, sent: 0, has_spoken: false, messages_max, bytes_max }
    }

    /// # Errors
    /// `TooSlow` when the peer has fallen behind by more than the limits.
    pub fn queue(&mut self, message: Arc<[u8]>) -> Result<(), CloseCode> {
        if self.unacked.len() >= self.messages_max || self.unacked_bytes + message.len() > self.bytes_max {
            return Err(CloseCode::TooSlow);
        }
        self.unacked_bytes += message.len();
        self.unacked.push_back(message);
        Ok(())
    }

    /// The next message that this link has not carried.
    pub fn poll(&mut self) -> Option<(Seq, Arc<[u8]>)> {
        let message = self.unacked.get(self.sent)?.clone();
        self.sent += 1;
        self.has_spoken = true;
        let ahead = u32::try_from(self.sent).ok()?;
        Some((Seq(self.acked.0.wrapping_add(ahead)), message))
    }

    #[must_use]
    pub fn has_unsent(&self) -> bool {
        self.sent < self.unacked.len()
    }

    /// # Errors
    /// `Malformed` when the peer acknowledges what it cannot have. An older ack than the newest says nothing and is ignored.
    pub fn handle_ack(&mut self, up_to: Seq) -> Result<(), CloseCode> {
        if !up_to.is_after(self.acked) {
            return Ok(());
        }
        self.forget(up_to, self.sent)
    }

    /// A new link: the peer said what it has; all after that goes again.
    ///
    /// # Errors
    /// `Malformed` when the peer has forgotten what it acknowledged, or has what was never said.
    pub fn resume(&mut self, peer_received: Seq) -> Result<(), CloseCode> {
        self.forget(peer_received, self.unacked.len())?;
        self.sent = 0;
        Ok(())
    }

    /// A peer that remembers nothing: numbers begin at 1 again. What waited for another memory than this is gone, and so is what
    /// waited in a row that is not whole.
    pub fn restart(&mut self, has_gap: bool) {
        if self.has_spoken || has_gap {
            self.acked = Seq(0);
            self.unacked.clear();
            self.unacked_bytes = 0;
            self.sent = 0;
            self.has_spoken = false;
        }
    }

    #[must_use]
    pub fn unacked_count(&self) -> usize {
        self.unacked.len()
    }

    fn forget(&mut self, up_to: Seq, count_max: usize) -> Result<(), CloseCode> {
        let count = up_to.since(self.acked) as usize;
        if count > count_max {
            return Err(CloseCode::Malformed);
        }
        for message in self.unacked.drain(..count) {
            self.unacked_bytes -= message.len();
        }
        self.acked = up_to;
        self.sent = self.sent.saturating_sub(count);
        Ok(())
    }
}

/// What this side heard.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReliableReceiver {
    received: Seq,
}

impl ReliableReceiver {
    #[must_use]
    pub fn new(received: Seq) -> Self {
        Self { received }
    }

    /// Everything up to this number is here.
    #[must_use]
    pub fn received(self) -> Seq {
        self.received
    }

    /// Is the message new? One that was heard on an earlier link is not.
    ///
    /// # Errors
    /// `Malformed` when a message before it is missing: an ordered lane leaves no gaps.
    pub fn handle(&mut self, seq: Seq) -> Result<bool, CloseCode> {
        if seq == self.received.next() {
            self.received = seq;
            return Ok(true);
        }
        if seq.is_after(self.received) { Err(CloseCode::Malformed) } else { Ok(false) }
    }
}

/// When the peer is to be told what has arrived: together, but soon.
#[derive(Clone, Copy, Debug, Default)]
pub struct AckTimer {
    /// Messages heard since the last ack, and when the first of them came.
    owed: Option<(u32, Micros)>,
}

impl AckTimer {
    /// A message came, new or not: a repetition shows that the peer has not heard the last ack.
    pub fn note(&mut self, now: Micros) {
        let (count, since) = self.owed.unwrap_or((0, now));
        self.owed = Some((count + 1, since));
    }

    #[must_use]
    pub fn due_at(&self) -> Option<Micros> {
        let (count, since) = self.owed?;
        Some(if count >= ACK_EVERY_MESSAGES { since } else { since.plus_ms(ACK_DELAY_MS) })
    }

    /// Is an ack due? Then it is no longer owed.
    pub fn take(&mut self, now: Micros) -> bool {
        let is_due = self.due_at().is_some_and(|due_at| now >= due_at);
        if is_due {
            self.owed = None;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(byte: u8) -> Arc<[u8]> {
        Arc::from([byte].as_slice())
    }

    fn sender() -> ReliableSender {
        ReliableSender::new(Seq(0), 4, 64)
    }

    #[test]
    fn numbers_start_at_one_and_follow_each_other() {
        let mut sender = sender();
        sender.queue(message(7)).expect("room");
        sender.queue(message(8)).expect("room");
        assert_eq!(sender.poll(), Some((Seq(1), message(7))));
        assert_eq!(sender.poll(), Some((Seq(2), message(8))));
        assert_eq!(sender.poll(), None);
    }

    #[test]
    fn numbers_wrap_without_a_gap() {
        let mut sender = ReliableSender::new(Seq(u32::MAX - 1), 4, 64);
        let mut receiver = ReliableReceiver::new(Seq(u32::MAX - 1));
        for expected in [u32::MAX, 0, 1] {
            sender.queue(message(1)).expect("room");
            let (seq, _) = sender.poll().expect("queued");
            assert_eq!(seq, Seq(expected));
            assert_eq!(receiver.handle(seq), Ok(true));
            assert_eq!(receiver.handle(seq), Ok(false));
        }
        sender.handle_ack(receiver.received()).expect("was sent");
        assert_eq!(sender.unacked_count(), 0);
    }

    #[test]
    fn a_new_link_carries_only_what_is_missing() {
        let mut sender = sender();
        for byte in 1..=3 {
            sender.queue(message(byte)).expect("room");
            sender.poll();
        }
        sender.resume(Seq(2)).expect("was sent");
        assert_eq!(sender.poll(), Some((Seq(3), message(3))));
        assert!(!sender.has_unsent());
    }

    #[test]
    fn a_peer_that_falls_behind_is_too_slow() {
        let mut sender = sender();
        for byte in 0..4 {
            sender.queue(message(byte)).expect("room");
        }
        assert_eq!(sender.queue(message(4)), Err(CloseCode::TooSlow));
        let mut sender = ReliableSender::new(Seq(0), 4, 64);
        assert_eq!(sender.queue(Arc::from([0; 65].as_slice())), Err(CloseCode::TooSlow));
    }

    #[test]
    fn an_ack_of_what_was_never_sent_is_malformed() {
        let mut sender = sender();
        sender.queue(message(1)).expect("room");
        assert_eq!(sender.handle_ack(Seq(1)), Err(CloseCode::Malformed), "queued, but not sent");
        assert_eq!(sender.resume(Seq(2)), Err(CloseCode::Malformed));
    }

    #[test]
    fn an_old_ack_is_ignored_but_a_forgetful_peer_is_not() {
        let mut sender = sender();
        sender.queue(message(1)).expect("room");
        sender.poll();
        sender.handle_ack(Seq(1)).expect("was sent");
        assert_eq!(sender.handle_ack(Seq(0)), Ok(()));
        assert_eq!(sender.resume(Seq(0)), Err(CloseCode::Malformed));
    }

    #[test]
    fn a_gap_is_malformed_and_a_repetition_is_silent() {
        let mut receiver = ReliableReceiver::new(Seq(0));
        assert_eq!(receiver.handle(Seq(2)), Err(CloseCode::Malformed));
        assert_eq!(receiver.handle(Seq(1)), Ok(true));
        assert_eq!(receiver.handle(Seq(1)), Ok(false));
        assert_eq!(receiver.handle(Seq(0)), Ok(false));
    }
}
