//! How much a peer may say: token buckets, one for each sort of thing.

use crate::ids::Micros;
use crate::limits::{CONTROLS_PER_S_MAX, INPUT_PACKETS_PER_S_MAX, PLAYER_MESSAGES_BURST_MAX, PLAYER_MESSAGES_PER_S_MAX};
use crate::protocol::close_code::CloseCode;

/// Ignored datagrams and controls that end a session, when they come faster than a quarter of this per second.
const IGNORED_MAX: u32 = 1_000;

/// A bucket that fills steadily and holds a burst.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    /// Millionths of a token, so that no time is lost between two looks.
    tokens_u: u64,
    per_s: u32,
    burst: u32,
    filled_at: Option<Micros>,
}

impl TokenBucket {
    #[must_use]
    pub fn new(per_s: u32, burst: u32) -> Self {
        Self { tokens_u: u64::from(burst) * 1_000_000, per_s, burst, filled_at: None }
    }

    /// Takes a token if there is one.
    pub fn take(&mut self, now: Micros) -> bool {
        let elapsed_us = self.filled_at.map_or(0, |filled_at| now.since(filled_at));
        self.filled_at = Some(now);
        let gained_u = elapsed_us.saturating_mul(u64::from(self.per_s));
        self.tokens_u = self.tokens_u.saturating_add(gained_u).min(u64::from(self.burst) * 1_000_000);
        let has_token = self.tokens_u >= 1_000_000;
        if has_token {
            self.tokens_u -= 1_000_000;
        }
        has_token
    }
}

/// What to do with something that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Take,
    /// A burst after a stall: harmless, but more than is needed.
    Ignore,
}

/// The limits of one peer. Datagrams and controls in excess are ignored, and only a lasting flood ends the session; a message in excess
/// ends it at once, because numbered messages cannot be left out.
#[derive(Debug)]
pub struct FloodGuard {
    datagrams: TokenBucket,
    controls: TokenBucket,
    messages: TokenBucket,
    patience: TokenBucket,
    pub ignored: u64,
}

impl Default for FloodGuard {
    fn default() -> Self {
        Self {
            datagrams: TokenBucket::new(INPUT_PACKETS_PER_S_MAX, INPUT_PACKETS_PER_S_MAX),
            controls: TokenBucket::new(CONTROLS_PER_S_MAX, CONTROLS_PER_S_MAX),
            messages: TokenBucket::new(PLAYER_MESSAGES_PER_S_MAX, PLAYER_MESSAGES_BURST_MAX),
            patience: TokenBucket::new(IGNORED_MAX / 4, IGNORED_MAX),
            ignored: 0,
        }
    }
}

impl FloodGuard {
    /// # Errors
    /// `Flooding` when the flood lasts.
    pub fn datagram(&mut self, now: Micros) -> Result<Verdict, CloseCode> {
        if self.datagrams.take(now) { Ok(Verdict::Take) } else { self.ignore(now) }
    }

    /// # Errors
    /// `Flooding` when the flood lasts.
    pub fn control(&mut self, now: Micros) -> Result<Verdict, CloseCode> {
        if self.controls.take(now) { Ok(Verdict::Take) } else { self.ignore(now) }
    }

    /// # Errors
    /// `Flooding` at the first message too many.
    pub fn message(&mut self, now: Micros) -> Result<(), CloseCode> {
        if self.messages.take(now) { Ok(()) } else { Err(CloseCode::Flooding) }
    }

    fn ignore(&mut self, now: Micros) -> Result<Verdict, CloseCode> {
        self.ignored += 1;
        if self.patience.take(now) { Ok(Verdict::Ignore) } else { Err(CloseCode::Flooding) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let mut bucket = TokenBucket::new(10, 3);
        assert_eq!((0..5).filter(|_| bucket.take(Micros(0))).count(), 3);
        let taken = (1..=1_000).filter(|ms| bucket.take(Micros::from_ms(*ms))).count();
        assert_eq!(taken, 10);
    }

    #[test]
    fn a_burst_after_a_stall_is_ignored_in_part_and_forgiven() {
        let mut guard = FloodGuard::default();
        let taken = (0..300).filter(|_| guard.datagram(Micros(0)) == Ok(Verdict::Take)).count();
        assert_eq!(taken, INPUT_PACKETS_PER_S_MAX as usize);
        assert_eq!(guard.datagram(Micros::from_ms(1_000)), Ok(Verdict::Take));
    }

    #[test]
    fn a_lasting_flood_ends_the_session() {
        let mut guard = FloodGuard::default();
        let ends = (0..20_000u64).find(|i| guard.datagram(Micros(i * 500)).is_err());
        assert!(ends.is_some(), "2,000 datagrams a second for ten seconds");
    }

    #[test]
    fn inputs_at_the_full_rate_are_never_ignored() {
        let mut guard = FloodGuard::default();
        for i in 0..60 * 120 {
            assert_eq!(guard.datagram(Micros(i * 1_000_000 / 120)), Ok(Verdict::Take));
        }
    }

    #[test]
    fn one_message_too_many_is_flooding() {
        let mut guard = FloodGuard::default();
        for _ in 0..PLAYER_MESSAGES_BURST_MAX {
            assert_eq!(guard.message(Micros(0)), Ok(()));
        }
        assert_eq!(guard.message(Micros(0)), Err(CloseCode::Flooding));
    }
}
