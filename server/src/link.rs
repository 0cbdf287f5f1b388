//! The waist: every transport becomes a `Link` of two byte lanes, and enters through a `Door`.
//!
//! A transport pushes what arrives into the link's inbox and stamps the moment; the match's thread empties it once a tick.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use slipstream_shared::ids::Micros;
use slipstream_shared::protocol::envelope::{Lane, LinkCaps};

use crate::outbox::Outbox;

/// Envelopes that may wait for the next tick: about a second of inputs, pings included.
pub const INBOX_ENVELOPES_MAX: usize = 64;
/// Reliable frames are never dropped, so they may exceed the inbox by this much before the peer counts as flooding.
pub const INBOX_RELIABLE_SPARE: usize = 64;

#[derive(Clone, Debug)]
pub struct Arrival {
    pub lane: Lane,
    pub bytes: Bytes,
    pub at: Micros,
}

/// A reliable frame found no room: the peer sends more than any player needs.
#[derive(Debug, PartialEq, Eq)]
pub struct InboxFull;

/// What has arrived on a link and waits for the next tick.
#[derive(Debug, Default)]
pub struct Inbox {
    waiting: Mutex<Vec<Arrival>>,
    is_closed: AtomicBool,
    dropped: AtomicU64,
}

impl Inbox {
    /// A full inbox drops an unreliable envelope and counts it; for a reliable one it says so.
    pub fn push(&self, arrival: Arrival) -> Result<(), InboxFull> {
        let mut waiting = self.lock();
        let is_reliable = arrival.lane == Lane::Reliable;
        let room = INBOX_ENVELOPES_MAX + if is_reliable { INBOX_RELIABLE_SPARE } else { 0 };
        if waiting.len() < room {
            waiting.push(arrival);
            return Ok(());
        }
        self.dropped.fetch_add(1, Ordering::Relaxed);
        if is_reliable { Err(InboxFull) } else { Ok(()) }
    }

    /// Swaps everything that waits into `out`, which must be empty; no allocation once both have grown.
    pub fn take(&self, out: &mut Vec<Arrival>) {
        debug_assert!(out.is_empty(), "the last tick's arrivals were not handled");
        std::mem::swap(&mut *self.lock(), out);
    }

    /// The transport saw the link end; nothing more will arrive.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
    }

    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arrival>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One live connection of an admitted player, as everything above the transports sees it.
#[derive(Debug)]
pub struct Link {
    /// For figures and people only; nothing decides by it.
    pub transport: &'static str,
    pub caps: LinkCaps,
    pub inbox: Arc<Inbox>,
    pub outbox: Outbox,
}

/// What a client shows at the door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    Ticket(&'a str),
    Resume(&'a str),
}

/// Why a connection is not let in; told as an HTTP status, because nothing else exists yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No credential, or one that is forged, used or too old.
    Forbidden,
    /// Too many sessions from this address, or on the whole server.
    TooMany,
}

/// Where transports hand over: `check` before the connection is accepted, `enter` once both lanes are open.
pub trait Door: Send + Sync + 'static {
    type Pass: Send + 'static;

    fn check(&self, credential: Credential<'_>, remote: IpAddr) -> Result<Self::Pass, Refusal>;

    /// Is a page of this origin welcome? `authority` is the host that the connection was made to.
    fn is_origin_allowed(&self, origin: &str, authority: &str) -> bool;

    /// The link is open and its reliable lane carries frames; the session greets it.
    fn enter(&self, pass: Self::Pass, link: Link);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(lane: Lane) -> Arrival {
        Arrival { lane, bytes: Bytes::from_static(b"x"), at: Micros(0) }
    }

    #[test]
    fn a_full_inbox_drops_datagrams_and_counts_them() {
        let inbox = Inbox::default();
        for _ in 0..INBOX_ENVELOPES_MAX + 3 {
            inbox.push(arrival(Lane::Unreliable)).unwrap();
        }
        let mut taken = Vec::new();
        inbox.take(&mut taken);
        assert_eq!((taken.len(), inbox.dropped()), (INBOX_ENVELOPES_MAX, 3));
    }

    #[test]
    fn a_full_inbox_refuses_frames_instead_of_losing_them() {
        let inbox = Inbox::default();
        for _ in 0..INBOX_ENVELOPES_MAX + INBOX_RELIABLE_SPARE {
            inbox.push(arrival(Lane::Reliable)).unwrap();
        }
        assert_eq!(inbox.push(arrival(Lane::Reliable)), Err(InboxFull));
    }
}
