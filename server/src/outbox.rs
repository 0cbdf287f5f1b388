//! The sending half of a link: unreliable envelopes where the latest wins, a bounded reliable queue, one goodbye.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use slipstream_shared::protocol::close_code::CloseCode;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;

/// Frames that may wait for a link's writer; one more and the link is too slow.
pub const OUTBOX_FRAMES_MAX: usize = 256;
/// Room in front of every unreliable envelope, a zero byte, so that a transport can prepend its session without a copy.
pub const DATAGRAM_HEADROOM: usize = 1;

/// The reliable queue is full: the peer does not empty it.
#[derive(Debug, PartialEq, Eq)]
pub struct TooSlow;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goodbye {
    pub code: CloseCode,
    pub retry_after_ms: u32,
}

/// Takes an envelope with its headroom and sends it now or never; must not block.
pub trait DatagramSink: Send + Sync {
    fn send(&self, with_headroom: Bytes);
}

/// For links without datagrams of their own: a newer envelope replaces the one that still waits.
#[derive(Debug, Default)]
pub struct SnapshotSlot {
    newest: Mutex<Option<Bytes>>,
    filled: Notify,
}

impl SnapshotSlot {
    /// The newest envelope, without its headroom, as soon as there is one.
    pub async fn take(&self) -> Bytes {
        loop {
            let filled = self.filled.notified();
            if let Some(bytes) = self.newest.lock().unwrap_or_else(PoisonError::into_inner).take() {
                return bytes.slice(DATAGRAM_HEADROOM..);
            }
            filled.await;
        }
    }
}

impl DatagramSink for SnapshotSlot {
    fn send(&self, with_headroom: Bytes) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(with_headroom);
        self.filled.notify_one();
    }
}

struct Shared {
    datagrams: Arc<dyn DatagramSink>,
    goodbye: Mutex<Option<Goodbye>>,
    is_leaving: CancellationToken,
}

/// Held by the match's thread; every method returns at once.
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
    frames: mpsc::Sender<Bytes>,
}

/// May end a link but not keep it: held by a transport's reader.
#[derive(Clone)]
pub struct Closer(Arc<Shared>);

/// Held by the transport's writer.
pub struct OutboxReader {
    shared: Arc<Shared>,
    frames: mpsc::Receiver<Bytes>,
}

/// What a writer has to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Outgoing {
    Frame(Bytes),
    Goodbye(Goodbye),
    /// Nobody holds the outbox any more.
    Abandoned,
}

/// Makes the two halves of a link's sending side.
#[must_use]
pub fn outbox(datagrams: Arc<dyn DatagramSink>) -> (Outbox, OutboxReader) {
    let (sender, receiver) = mpsc::channel(OUTBOX_FRAMES_MAX);
    let shared = Arc::new(Shared { datagrams, goodbye: Mutex::default(), is_leaving: CancellationToken::new() });
    (Outbox { shared: shared.clone(), frames: sender }, OutboxReader { shared, frames: receiver })
}

impl Outbox {
    /// `with_headroom` is an envelope behind `DATAGRAM_HEADROOM` zero bytes.
    pub fn send_unreliable(&self, with_headroom: Bytes) {
        self.shared.datagrams.send(with_headroom);
    }

    /// A whole frame, without its length.
    pub fn send_reliable(&self, frame: Bytes) -> Result<(), TooSlow> {
        match self.frames.try_send(frame) {
            // A closed queue belongs to a link that has ended; its inbox tells.
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(_)) => Err(TooSlow),
        }
    }

    /// Says why, then ends the link. The first reason counts.
    pub fn close(&self, code: CloseCode, retry_after_ms: u32) {
        self.closer().close(code, retry_after_ms);
    }

    #[must_use]
    pub fn closer(&self) -> Closer {
        Closer(self.shared.clone())
    }
}

impl Closer {
    /// As `Outbox::close`.
    pub fn close(&self, code: CloseCode, retry_after_ms: u32) {
        let mut goodbye = self.0.goodbye.lock().unwrap_or_else(PoisonError::into_inner);
        if goodbye.is_none() {
            *goodbye = Some(Goodbye { code, retry_after_ms });
            self.0.is_leaving.cancel();
        }
    }
}

impl std::fmt::Debug for Outbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Outbox").field("frames_free", &self.frames.capacity()).finish_non_exhaustive()
    }
}

impl OutboxReader {
    /// Queued frames in order, then the goodbye.
    pub async fn next(&mut self) -> Outgoing {
        tokio::select! {
            biased;
            frame = self.frames.recv() => match frame {
                Some(frame) => Outgoing::Frame(frame),
                None => self.farewell().map_or(Outgoing::Abandoned, Outgoing::Goodbye),
            },
            () = self.shared.is_leaving.cancelled() => self.farewell().map_or(Outgoing::Abandoned, Outgoing::Goodbye),
        }
    }

    /// Cancelled when the link has to end; whoever waits for a writer that is stuck on a slow peer listens to this.
    #[must_use]
    pub fn leaving(&self) -> CancellationToken {
        self.shared.is_leaving.clone()
    }

    fn farewell(&self) -> Option<Goodbye> {
        self.shared.goodbye.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(byte: u8) -> Bytes {
        Bytes::from(vec![0, byte])
    }

    #[tokio::test]
    async fn a_newer_snapshot_replaces_the_one_that_waits() {
        let slot = Arc::new(SnapshotSlot::default());
        let (outbox, _reader) = outbox(slot.clone());
        outbox.send_unreliable(envelope(1));
        outbox.send_unreliable(envelope(2));
        assert_eq!(slot.take().await.as_ref(), [2]);
    }

    #[tokio::test]
    async fn a_full_reliable_queue_is_too_slow() {
        let (outbox, _reader) = outbox(Arc::new(SnapshotSlot::default()));
        for _ in 0..OUTBOX_FRAMES_MAX {
            outbox.send_reliable(Bytes::new()).unwrap();
        }
        assert_eq!(outbox.send_reliable(Bytes::new()), Err(TooSlow));
    }

    #[tokio::test]
    async fn queued_frames_go_before_the_goodbye_and_the_first_reason_counts() {
        let (outbox, mut reader) = outbox(Arc::new(SnapshotSlot::default()));
        outbox.send_reliable(Bytes::from_static(b"frame")).unwrap();
        outbox.close(CloseCode::Flooding, 5000);
        outbox.close(CloseCode::Done, 0);
        assert_eq!(reader.next().await, Outgoing::Frame(Bytes::from_static(b"frame")));
        assert_eq!(reader.next().await, Outgoing::Goodbye(Goodbye { code: CloseCode::Flooding, retry_after_ms: 5000 }));
    }

    #[tokio::test]
    async fn a_dropped_outbox_leaves_its_writer_abandoned() {
        let (outbox, mut reader) = outbox(Arc::new(SnapshotSlot::default()));
        drop(outbox);
        assert_eq!(reader.next().await, Outgoing::Abandoned);
    }
}
