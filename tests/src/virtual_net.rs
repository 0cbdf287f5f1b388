//! One direction of a link over a bad network: delay, jitter, loss in bursts, duplicates, reordering and a rate, all from a seed.

use std::collections::BTreeMap;

use slipstream_shared::ids::Micros;
use slipstream_shared::protocol::envelope::Lane;
use slipstream_shared::rng::Rng;

/// What a network does to what crosses it.
#[derive(Clone, Copy, Debug)]
pub struct NetProfile {
    pub delay_ms: f32,
    /// Added to the delay, evenly spread from 0 to this.
    pub jitter_ms: f32,
    /// Share of datagrams that are lost, 0 to 1.
    pub loss: f32,
    /// Lost datagrams in a row, on average; 1 is independent loss.
    pub burst: f32,
    /// Share of datagrams that arrive twice.
    pub duplicates: f32,
    /// Share of datagrams that take 30 ms longer and are overtaken.
    pub reordered: f32,
    /// What passes in a second; more waits, and more than 100 ms of it is dropped.
    pub bytes_per_s: Option<u32>,
}

impl NetProfile {
    pub const PERFECT: Self =
        Self { delay_ms: 0.0, jitter_ms: 0.0, loss: 0.0, burst: 1.0, duplicates: 0.0, reordered: 0.0, bytes_per_s: None };

    /// Both directions together take `rtt_ms`.
    #[must_use]
    pub fn with_rtt(rtt_ms: f32) -> Self {
        Self { delay_ms: rtt_ms / 2.0, ..Self::PERFECT }
    }
}

const REORDER_US: u64 = 30_000;
const QUEUE_US_MAX: u64 = 100_000;
/// What a transport takes to notice a loss on the reliable lane, beyond the round trip.
const RESEND_US: u64 = 25_000;
/// Headers of IP, UDP and QUIC.
const OVERHEAD_BYTES: u64 = 60;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PipeCounts {
    pub sent: u64,
    pub lost: u64,
    pub bytes: u64,
}

pub struct Pipe {
    profile: NetProfile,
    rng: Rng,
    in_flight: BTreeMap<(Micros, u64), (Lane, Vec<u8>)>,
    number: u64,
    /// The reliable lane keeps its order.
    reliable_at: Micros,
    line_free_at: Micros,
    is_in_burst: bool,
    pub counts: PipeCounts,
}

impl Pipe {
    #[must_use]
    pub fn new(profile: NetProfile, seed: u64) -> Self {
        Self {
            profile,
            rng: Rng::new(seed),
            in_flight: BTreeMap::new(),
            number: 0,
            reliable_at: Micros::default(),
            line_free_at: Micros::default(),
            is_in_burst: false,
            counts: PipeCounts::default(),
        }
    }

    /// From now on the network is another one; what is under way stays as it is.
    pub fn set_profile(&mut self, profile: NetProfile) {
        self.profile = profile;
    }

    pub fn send(&mut self, now: Micros, lane: Lane, bytes: Vec<u8>) {
        self.counts.sent += 1;
        self.counts.bytes += bytes.len() as u64;
        let Some(leaves_at) = self.pass_line(now, lane, bytes.len() as u64) else {
            self.counts.lost += 1;
            return;
        };
        match lane {
            Lane::Unreliable => self.send_datagram(leaves_at, bytes),
            Lane::Reliable => self.send_reliable(leaves_at, bytes),
        }
    }

    /// What has arrived by now, in order of arrival.
    pub fn poll(&mut self, now: Micros) -> Option<(Lane, Vec<u8>)> {
        let entry = self.in_flight.first_entry().filter(|entry| entry.key().0 <= now)?;
        Some(entry.remove())
    }

    /// The link is gone, and what was on it.
    pub fn cut(&mut self) {
        self.in_flight.clear();
        self.reliable_at = Micros::default();
    }

    fn send_datagram(&mut self, leaves_at: Micros, bytes: Vec<u8>) {
        if self.is_lost() {
            self.counts.lost += 1;
            return;
        }
        let mut arrives_at = leaves_at.plus_us(self.delay_us());
        if self.rng.chance(self.profile.reordered) {
            arrives_at = arrives_at.plus_us(REORDER_US);
        }
        if self.rng.chance(self.profile.duplicates) {
            let again_at = arrives_at.plus_us(u64::from(self.rng.below(20_000)));
            self.put(again_at, Lane::Unreliable, bytes.clone());
        }
        self.put(arrives_at, Lane::Unreliable, bytes);
    }

    fn send_reliable(&mut self, leaves_at: Micros, bytes: Vec<u8>) {
        let mut arrives_at = leaves_at.plus_us(self.delay_us());
        while self.is_lost() {
            arrives_at = arrives_at.plus_us(2 * self.delay_us() + RESEND_US);
        }
        self.reliable_at = self.reliable_at.max(arrives_at);
        self.put(self.reliable_at, Lane::Reliable, bytes);
    }

    /// When the last byte is on the line; `None` when the queue before it is full.
    fn pass_line(&mut self, now: Micros, lane: Lane, bytes: u64) -> Option<Micros> {
        let Some(bytes_per_s) = self.profile.bytes_per_s else { return Some(now) };
        let starts_at = self.line_free_at.max(now);
        if lane == Lane::Unreliable && starts_at.since(now) > QUEUE_US_MAX {
            return None;
        }
        self.line_free_at = starts_at.plus_us((bytes + OVERHEAD_BYTES) * 1_000_000 / u64::from(bytes_per_s));
        Some(self.line_free_at)
    }

    /// Two states, so that losses come in runs of the wanted length while their share stays (Gilbert's model).
    fn is_lost(&mut self) -> bool {
        let NetProfile { loss, burst, .. } = self.profile;
        if loss <= 0.0 {
            return false;
        }
        let leave = 1.0 / burst.max(1.0);
        let enter = if burst <= 1.0 { loss } else { leave * loss / (1.0 - loss) };
        self.is_in_burst = if burst <= 1.0 {
            self.rng.chance(loss)
        } else if self.is_in_burst {
            !self.rng.chance(leave)
        } else {
            self.rng.chance(enter)
        };
        self.is_in_burst
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn delay_us(&mut self) -> u64 {
        ((self.profile.delay_ms + self.profile.jitter_ms * self.rng.unit()) * 1000.0) as u64
    }

    fn put(&mut self, at: Micros, lane: Lane, bytes: Vec<u8>) {
        self.number += 1;
        self.in_flight.insert((at, self.number), (lane, bytes));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(profile: NetProfile, seed: u64, lane: Lane, count: u32) -> Vec<u32> {
        let mut pipe = Pipe::new(profile, seed);
        let mut arrived = Vec::new();
        for number in 0..count + 200 {
            let now = Micros::from_ms(u64::from(number) * 16);
            if number < count {
                pipe.send(now, lane, number.to_le_bytes().to_vec());
            }
            while let Some((_, bytes)) = pipe.poll(now) {
                arrived.push(u32::from_le_bytes(bytes.try_into().unwrap()));
            }
        }
        arrived
    }

    #[test]
    fn the_same_seed_gives_the_same_network() {
        let profile = NetProfile { jitter_ms: 40.0, loss: 0.1, duplicates: 0.1, reordered: 0.1, ..NetProfile::with_rtt(100.0) };
        assert_eq!(arrivals(profile, 7, Lane::Unreliable, 300), arrivals(profile, 7, Lane::Unreliable, 300));
        assert_ne!(arrivals(profile, 7, Lane::Unreliable, 300), arrivals(profile, 8, Lane::Unreliable, 300));
    }

    #[test]
    fn loss_in_bursts_keeps_its_share() {
        let profile = NetProfile { loss: 0.2, burst: 4.0, ..NetProfile::PERFECT };
        let arrived = arrivals(profile, 1, Lane::Unreliable, 20_000).len();
        assert!((15_400..16_600).contains(&arrived), "{arrived}");
    }

    #[test]
    fn the_reliable_lane_loses_and_reorders_nothing() {
        let profile = NetProfile { jitter_ms: 60.0, loss: 0.2, burst: 2.0, reordered: 0.2, ..NetProfile::with_rtt(80.0) };
        assert_eq!(arrivals(profile, 3, Lane::Reliable, 500), (0..500).collect::<Vec<_>>());
    }

    #[test]
    fn a_narrow_line_drops_what_would_wait_too_long() {
        let profile = NetProfile { bytes_per_s: Some(2000), ..NetProfile::PERFECT };
        let arrived = arrivals(profile, 1, Lane::Unreliable, 600).len();
        // 62.5 datagrams of 64 B a second are 4000 B: half of them pass.
        assert!((280..330).contains(&arrived), "{arrived}");
    }
}
