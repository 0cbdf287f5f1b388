//! How long the way there and back takes: RFC 6298's smoothed estimate, fed by pongs.

use crate::ids::Micros;

/// Pings under way whose pongs are still believed; a pong with any other stamp says nothing.
const OUTSTANDING_MAX: usize = 8;

/// Smoothed round-trip time and its variation, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rtt {
    pub srtt_us: f32,
    pub rttvar_us: f32,
    pub latest_us: f32,
    pub samples: u32,
}

impl Rtt {
    pub fn sample(&mut self, rtt_us: f32) {
        if self.samples == 0 {
            self.srtt_us = rtt_us;
            self.rttvar_us = rtt_us / 2.0;
        } else {
            self.rttvar_us = 0.75 * self.rttvar_us + 0.25 * (self.srtt_us - rtt_us).abs();
            self.srtt_us = 0.875 * self.srtt_us + 0.125 * rtt_us;
        }
        self.latest_us = rtt_us;
        self.samples = self.samples.saturating_add(1);
    }

    /// For the score board.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn ping_ms(&self) -> u16 {
        libm::roundf(self.srtt_us / 1000.0) as u16
    }
}

/// Stamps pings and believes their pongs, each once.
#[derive(Debug, Default)]
pub struct PingTrack {
    /// Stamp and moment of the last pings.
    outstanding: [Option<(u32, Micros)>; OUTSTANDING_MAX],
    next: usize,
    count: u32,
}

impl PingTrack {
    /// A stamp for a ping that leaves now. Stamps differ from each other, also within one microsecond.
    pub fn stamp(&mut self, now: Micros) -> u32 {
        self.count = self.count.wrapping_add(1);
        self.outstanding[self.next] = Some((self.count, now));
        self.next = (self.next + 1) % OUTSTANDING_MAX;
        self.count
    }

    /// The round trip that this pong ends, in microseconds; `None` for one that was not asked for.
    #[allow(clippy::cast_precision_loss)]
    pub fn handle_pong(&mut self, now: Micros, stamp: u32) -> Option<f32> {
        let place = self.outstanding.iter_mut().find(|place| place.is_some_and(|(sent, _)| sent == stamp))?;
        place.take().map(|(_, sent_at)| now.since(sent_at) as f32)
    }

    /// Pongs of an old link say nothing about a new one.
    pub fn forget(&mut self) {
        self.outstanding = [None; OUTSTANDING_MAX];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sample_is_taken_as_it_is() {
        let mut rtt = Rtt::default();
        rtt.sample(80_000.0);
        assert_eq!((rtt.srtt_us, rtt.rttvar_us, rtt.ping_ms()), (80_000.0, 40_000.0, 80));
    }

    #[test]
    fn later_samples_are_smoothed_as_rfc_6298_says() {
        let mut rtt = Rtt::default();
        rtt.sample(80_000.0);
        rtt.sample(120_000.0);
        assert_eq!((rtt.srtt_us, rtt.rttvar_us), (85_000.0, 40_000.0));
    }

    #[test]
    fn a_pong_counts_once_and_only_if_it_was_asked_for() {
        let mut pings = PingTrack::default();
        let stamp = pings.stamp(Micros(1_000));
        assert_eq!(pings.handle_pong(Micros(5_000), stamp.wrapping_add(9)), None);
        assert_eq!(pings.handle_pong(Micros(5_000), stamp), Some(4_000.0));
        assert_eq!(pings.handle_pong(Micros(6_000), stamp), None);
    }

    #[test]
    fn a_pong_of_an_older_link_is_not_believed() {
        let mut pings = PingTrack::default();
        let stamp = pings.stamp(Micros(0));
        pings.forget();
        assert_eq!(pings.handle_pong(Micros(9), stamp), None);
    }
}
