//! The net graph's figures: the same for every transport, cheap to take sixty times a second.

use serde::Serialize;

use crate::ids::Micros;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Connection {
    #[default]
    Connecting,
    Live,
    /// The link is open but snapshots have stopped.
    Stalled,
    Lost,
}

/// A plain object for the page, automation and tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct ClientStats {
    pub connection: Connection,
    /// The tick that is predicted.
    pub tick: u32,
    /// The newest tick heard of.
    pub host_tick: u32,
    /// How far the prediction runs ahead of the newest snapshot.
    pub lead_ticks: f32,
    pub rtt_ms: f32,
    /// How unevenly snapshots arrive: mean deviation.
    pub jitter_ms: f32,
    /// Share of the last two seconds' snapshots that never came, 0 to 1.
    pub loss: f32,
    pub snapshot_hz: f32,
    /// Mean payload of the last second's snapshots.
    pub snapshot_bytes: f32,
    pub snapshot_age_ms: f32,
    /// Ships in the newest snapshot, the own one included.
    pub visible: u32,
    /// How far the host's own ship was from the predicted one, metres: worst of the last second.
    pub prediction_error: f32,
    /// Snapshots that moved the own ship by more than a millimetre, since the start.
    pub corrections: u32,
    /// Snapshots that made the prediction start over from the host's state, since the start.
    pub rewinds: u32,
    /// How early inputs arrive at the host, smoothed.
    pub input_margin_ticks: f32,
    /// What the clock holds that margin at.
    pub input_margin_target_ticks: f32,
    /// How the clock is bent now: 1.0 is straight.
    pub clock_rate: f32,
    pub interpolation_delay_ms: f32,
    pub interpolation_ticks: f32,
    pub bytes_down_per_s: f32,
    pub bytes_up_per_s: f32,
    /// Ticks that were due and not predicted because the page was too slow or asleep.
    pub ticks_skipped: u32,
    /// Times the clock had to jump.
    pub resyncs: u32,
    /// Snapshots that could not be read.
    pub snapshots_refused: u32,
    /// State hashes that did not fit.
    pub desyncs: u32,
    pub links_opened: u32,
}

/// Sums over the last second, in ten parts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter {
    parts: [(f32, u32); PARTS],
    /// The running part's number since the clock's zero.
    part: u64,
}

const PARTS: usize = 10;
const PART_US: u64 = 1_000_000 / PARTS as u64;

impl Meter {
    pub fn add(&mut self, now: Micros, amount: f32) {
        self.advance(now);
        let part = &mut self.parts[self.part as usize % PARTS];
        part.0 += amount;
        part.1 += 1;
    }

    fn advance(&mut self, now: Micros) {
        let part = now.0 / PART_US;
        let skipped = part.saturating_sub(self.part).min(PARTS as u64);
        for ahead in 1..=skipped {
            self.parts[(self.part + ahead) as usize % PARTS] = (0.0, 0);
        }
        self.part = self.part.max(part);
    }

    /// Amount and count of about the last second.
    #[must_use]
    pub fn per_second(&self, now: Micros) -> (f32, f32) {
        let mut meter = *self;
        meter.advance(now);
        let (sum, count) = meter.parts.iter().fold((0.0, 0), |(sum, count), part| (sum + part.0, count + part.1));
        // The running part is not full yet.
        let seconds = (PARTS as f32 - 1.0) / PARTS as f32 + (now.0 % PART_US) as f32 / 1e6;
        (sum / seconds, count as f32 / seconds)
    }
}

/// The largest of about the last second.
#[derive(Clone, Copy, Debug, Default)]
pub struct Peak {
    value: f32,
    at: Micros,
}

impl Peak {
    pub fn add(&mut self, now: Micros, value: f32) {
        if value >= self.at(now) {
            *self = Self { value, at: now };
        }
    }

    #[must_use]
    pub fn at(&self, now: Micros) -> f32 {
        if now.since(self.at) > 1_000_000 { 0.0 } else { self.value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_meter_tells_the_rate_and_forgets_after_a_second() {
        let mut meter = Meter::default();
        for ms in (0..2000).step_by(20) {
            meter.add(Micros::from_ms(ms), 100.0);
        }
        let (bytes, count) = meter.per_second(Micros::from_ms(1999));
        assert!((4900.0..5300.0).contains(&bytes) && (49.0..53.0).contains(&count), "{bytes} {count}");
        assert_eq!(meter.per_second(Micros::from_ms(4000)), (0.0, 0.0));
    }

    #[test]
    fn a_peak_lasts_a_second() {
        let mut peak = Peak::default();
        peak.add(Micros::from_ms(100), 3.0);
        peak.add(Micros::from_ms(500), 1.0);
        assert_eq!(peak.at(Micros::from_ms(1000)), 3.0);
        assert_eq!(peak.at(Micros::from_ms(1200)), 0.0);
    }
}
