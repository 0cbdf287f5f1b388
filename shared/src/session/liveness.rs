//! When the peer was heard last, and when it is to be asked for a sign of life.

use crate::ids::Micros;
use crate::limits::PING_EVERY_MS;

#[derive(Clone, Copy, Debug)]
pub struct Liveness {
    silence_ms_max: u64,
    heard_at: Micros,
    ping_at: Micros,
}

impl Liveness {
    #[must_use]
    pub fn new(silence_ms_max: u64) -> Self {
        Self { silence_ms_max, heard_at: Micros::default(), ping_at: Micros::default() }
    }

    /// A new link: it counts as heard, and is pinged at once.
    pub fn begin(&mut self, now: Micros) {
        self.heard_at = now;
        self.ping_at = now;
    }

    pub fn hear(&mut self, now: Micros) {
        self.heard_at = now;
    }

    /// Is it time for a ping? The next one is due `PING_EVERY_MS` after it.
    pub fn take_ping(&mut self, now: Micros) -> bool {
        let is_due = now >= self.ping_at;
        if is_due {
            self.ping_at = now.plus_ms(PING_EVERY_MS);
        }
        is_due
    }

    #[must_use]
    pub fn is_silent(&self, now: Micros) -> bool {
        now >= self.silent_at()
    }

    #[must_use]
    pub fn next_deadline(&self) -> Micros {
        self.ping_at.min(self.silent_at())
    }

    fn silent_at(&self) -> Micros {
        self.heard_at.plus_ms(self.silence_ms_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_begins_after_the_last_thing_that_was_heard() {
        let mut liveness = Liveness::new(3_000);
        liveness.begin(Micros::from_ms(10));
        liveness.hear(Micros::from_ms(500));
        assert!(!liveness.is_silent(Micros::from_ms(3_499)));
        assert!(liveness.is_silent(Micros::from_ms(3_500)));
    }

    #[test]
    fn pings_are_due_at_once_and_then_from_time_to_time() {
        let mut liveness = Liveness::new(3_000);
        liveness.begin(Micros::from_ms(10));
        assert!(liveness.take_ping(Micros::from_ms(10)));
        assert!(!liveness.take_ping(Micros::from_ms(10 + PING_EVERY_MS - 1)));
        assert!(liveness.take_ping(Micros::from_ms(10 + PING_EVERY_MS)));
    }
}
