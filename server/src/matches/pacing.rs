//! When the next tick of a match is due: absolute deadlines by multiplication, a short spin, a cap on catching up.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use slipstream_shared::ids::Micros;
use slipstream_shared::limits::{CATCH_UP_TICKS_MAX, TICK_HZ};

/// The sleep ends this long before the deadline, because timers are late; the rest is spun.
pub const SPIN_US: u64 = 100;

/// Deadlines of one match. Adding up rounded periods would drift; multiplying cannot.
#[derive(Clone, Copy, Debug)]
pub struct Pacing {
    start: Micros,
    due: u64,
}

impl Pacing {
    /// The first tick is due one period after `start`.
    #[must_use]
    pub fn starting_at(start: Micros) -> Self {
        Self { start, due: 1 }
    }

    #[must_use]
    pub fn deadline(&self) -> Micros {
        self.start.plus_us(self.due * 1_000_000 / u64::from(TICK_HZ))
    }

    /// One tick was run; how many later ones are given up because the loop is too far behind.
    pub fn advance(&mut self, now: Micros) -> u64 {
        self.due += 1;
        let behind = now.since(self.deadline()) * u64::from(TICK_HZ) / 1_000_000;
        let skipped = behind.saturating_sub(u64::from(CATCH_UP_TICKS_MAX));
        self.due += skipped;
        skipped
    }
}

/// Sleeps to shortly before `deadline`, then spins: a plain sleep would start ticks up to a millisecond late.
pub fn wait_until(deadline: Instant) {
    let spin_from = deadline.checked_sub(Duration::from_micros(SPIN_US)).unwrap_or(deadline);
    let asleep = spin_from.saturating_duration_since(Instant::now());
    if !asleep.is_zero() {
        std::thread::sleep(asleep);
    }
    while Instant::now() < deadline {
        std::hint::spin_loop();
    }
}

/// Upper ends of the histogram's buckets; above the last is one more.
pub const BUCKETS_US: [u64; 10] = [20, 50, 100, 200, 500, 1_000, 2_000, 4_000, 8_000, 16_667];

/// Counts durations; written by one thread, read by any.
#[derive(Debug, Default)]
pub struct Histogram {
    counts: [AtomicU64; BUCKETS_US.len() + 1],
    sum_us: AtomicU64,
}

impl Histogram {
    pub fn record(&self, duration_us: u64) {
        let bucket = BUCKETS_US.partition_point(|end| *end < duration_us);
        self.counts[bucket].fetch_add(1, Ordering::Relaxed);
        self.sum_us.fetch_add(duration_us, Ordering::Relaxed);
    }

    #[must_use]
    pub fn counts(&self) -> [u64; BUCKETS_US.len() + 1] {
        std::array::from_fn(|bucket| self.counts[bucket].load(Ordering::Relaxed))
    }

    #[must_use]
    pub fn sum_us(&self) -> u64 {
        self.sum_us.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_deadlines_does_not_drift() {
        let mut pacing = Pacing::starting_at(Micros(5));
        for _ in 0..60 * 3600 - 1 {
            assert_eq!(pacing.advance(pacing.deadline()), 0);
        }
        assert_eq!(pacing.deadline(), Micros(5 + 3_600_000_000));
    }

    #[test]
    fn a_short_delay_is_caught_up_and_a_long_one_given_up() {
        let mut pacing = Pacing::starting_at(Micros(0));
        let late = pacing.deadline().plus_us(40_000);
        assert_eq!(pacing.advance(late), 0, "two ticks behind: run them at once");
        let mut pacing = Pacing::starting_at(Micros(0));
        let very_late = pacing.deadline().plus_us(10_000_000);
        assert_eq!(pacing.advance(very_late), 598 - u64::from(CATCH_UP_TICKS_MAX));
        assert!(pacing.deadline() < very_late);
    }

    #[test]
    fn a_wait_ends_after_its_deadline_and_not_long_after() {
        let deadline = Instant::now() + Duration::from_millis(2);
        wait_until(deadline);
        assert!(Instant::now() >= deadline);
    }

    #[test]
    fn a_duration_counts_in_the_bucket_that_ends_at_or_above_it() {
        let histogram = Histogram::default();
        for duration in [20, 21, 1_000_000] {
            histogram.record(duration);
        }
        let counts = histogram.counts();
        assert_eq!((counts[0], counts[1], counts[BUCKETS_US.len()]), (1, 1, 1));
        assert_eq!(histogram.sum_us(), 1_000_041);
    }
}
