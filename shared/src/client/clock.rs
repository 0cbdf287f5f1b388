//! Which tick it is: the one to predict now, and the one at which others are shown.
//!
//! Two timelines run on the caller's clock. The predicted one is bent by at most 2.5 % so that inputs reach the host just in time;
//! the host's reported margin is the only thing that steers it. The view runs behind the newest snapshot, as far as the network's
//! unevenness asks for. Both jump only when bending would take seconds.

use crate::ids::{Micros, Tick};
use crate::limits::TICK_HZ;

/// The predicted clock is never faster or slower than this.
const BEND_MAX: f64 = 0.025;
/// Bend per tick of margin that is missing.
const BEND_PER_TICK: f64 = 0.02;
/// The view may be bent more: nobody's controls hang on it.
const VIEW_BEND_MAX: f64 = 0.06;
const VIEW_BEND_PER_TICK: f64 = 0.06;
/// A view further off than this jumps.
const VIEW_JUMP_TICKS: f64 = 10.0;
/// Inputs arrive at least this early, whatever the network.
const MARGIN_TICKS_MIN: f32 = 1.0;
/// A margin further off than this, several times in a row, makes the clock jump.
const MARGIN_JUMP_TICKS: f32 = 5.0;
const MARGIN_JUMP_SAMPLES: u32 = 6;
/// The clock never asks for more time than this between an input's arrival and its tick.
const MARGIN_TICKS_MAX: f32 = 10.0;
/// Prediction waits for the host when it is this far ahead of the newest snapshot: 0.8 s.
pub const PREDICTION_DEPTH_TICKS_MAX: u32 = 48;
/// The view is never further behind than this, so that the host can still judge shots at what was seen.
const VIEW_DELAY_TICKS_MAX: f64 = 12.0;
/// The shortest interpolation delay: one snapshot interval and a little.
const VIEW_DELAY_TICKS_MIN: f64 = 1.5;
/// Further ahead of the newest snapshot than the round trip explains: the host refuses such inputs, and its margins say nothing.
const AHEAD_TICKS_MAX: f64 = 20.0;
/// Whoever sends no inputs for this long is not told how early they came.
const SILENCE_US: u64 = 150_000;
/// A snapshot this far off the schedule of the others begins a new schedule.
const ARRIVAL_JUMP_US: i64 = 2_000_000;
/// Until pings have come back, the round trip is taken to be this long.
const RTT_GUESS_US: u64 = 80_000;
const WINDOW: usize = 128;

/// A tick number with its fraction that grows with time.
#[derive(Clone, Copy, Debug)]
struct Timeline {
    ticks: f64,
    rate: f64,
}

/// What a snapshot did to the predicted clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockChange {
    None,
    /// The clock jumped: what was predicted belongs to another time.
    Resynced,
}

#[derive(Debug)]
pub struct Clock {
    now: Micros,
    newest: Option<Tick>,
    predicted: Option<Timeline>,
    view: Option<Timeline>,
    arrivals: Arrivals,
    margin: Margin,
    view_delay: f64,
    view_delay_min: f64,
    batch_ticks: f32,
    /// When inputs were made last.
    batch_at: Micros,
    resyncs: u32,
}

impl Clock {
    #[must_use]
    pub fn new(interpolation_ticks_min: f32) -> Self {
        let view_delay_min = f64::from(interpolation_ticks_min).clamp(VIEW_DELAY_TICKS_MIN, VIEW_DELAY_TICKS_MAX);
        Self {
            now: Micros::default(),
            newest: None,
            predicted: None,
            view: None,
            arrivals: Arrivals::default(),
            margin: Margin::default(),
            view_delay: view_delay_min.max(2.0),
            view_delay_min,
            batch_ticks: 1.0,
            batch_at: Micros::default(),
            resyncs: 0,
        }
    }

    /// Forgets everything that a new link or a long silence makes wrong.
    pub fn forget(&mut self) {
        self.predicted = None;
        self.view = None;
        self.newest = None;
        self.arrivals = Arrivals::default();
        self.margin = Margin::default();
    }

    /// Lets time pass.
    pub fn advance(&mut self, now: Micros) {
        let ticks = ticks_of_us(now.since(self.now));
        self.now = self.now.max(now);
        if let Some(predicted) = &mut self.predicted {
            predicted.ticks += ticks * predicted.rate;
            if let Some(newest) = self.newest {
                predicted.ticks = predicted.ticks.min(f64::from(newest.0.saturating_add(PREDICTION_DEPTH_TICKS_MAX)));
            }
        }
        let target = self.view_target();
        if let (Some(view), Some(target)) = (&mut self.view, target) {
            view.ticks += ticks * view.rate;
            let missing = target - view.ticks;
            view.rate = 1.0 + (missing * VIEW_BEND_PER_TICK).clamp(-VIEW_BEND_MAX, VIEW_BEND_MAX);
            if missing.abs() > VIEW_JUMP_TICKS {
                *view = Timeline { ticks: target, rate: 1.0 };
            }
        }
    }

    /// A snapshot of `tick` has arrived and tells how early the newest input came.
    pub fn handle_snapshot(&mut self, now: Micros, tick: Tick, margin_ticks: Option<f32>, rtt_us: Option<u64>) -> ClockChange {
        self.advance(now);
        let is_new_schedule = self.arrivals.note(now, tick);
        let is_newest = is_new_schedule || self.newest.is_none_or(|newest| tick > newest);
        if is_newest {
            self.newest = Some(tick);
        }
        self.view_delay = self.arrivals.view_delay_ticks().clamp(self.view_delay_min, VIEW_DELAY_TICKS_MAX);
        if self.view.is_none() || is_new_schedule {
            self.view = self.view_target().map(|ticks| Timeline { ticks, rate: 1.0 });
        }
        let rtt_us = rtt_us.unwrap_or(RTT_GUESS_US);
        let lead = ticks_of_us(rtt_us) + 1.0 + f64::from(self.margin_target());
        let expected = self.arrivals.newest_possible(self.now).unwrap_or_default() + lead;
        let fits = |predicted: Timeline| {
            predicted.ticks >= f64::from(tick.0) && predicted.ticks <= expected + AHEAD_TICKS_MAX && !is_new_schedule
        };
        if !self.predicted.is_some_and(fits) {
            let had_clock = self.predicted.is_some();
            self.jump(expected, rtt_us);
            return if had_clock { ClockChange::Resynced } else { ClockChange::None };
        }
        match margin_ticks {
            Some(margin) if is_newest => self.steer(margin, rtt_us),
            _ => ClockChange::None,
        }
    }

    /// `ticks` were predicted by one call: at a low frame rate the first of them must still be in time.
    pub fn note_batch(&mut self, ticks: u32, rtt_us: Option<u64>) {
        #[allow(clippy::cast_precision_loss)]
        let more = ticks as f32 - self.batch_ticks;
        // Quick to give slow frames their time, slow to take it back; one hiccup is no rule.
        self.batch_ticks += more * if more > 0.0 { 0.25 } else { 0.02 };
        if self.now.since(self.batch_at) > SILENCE_US {
            let pause_us = rtt_us.unwrap_or(RTT_GUESS_US) + 100_000;
            self.margin.valid_from = self.margin.valid_from.max(self.now.plus_us(pause_us));
        }
        self.batch_at = self.now;
    }

    /// The tick to predict, with its fraction.
    #[must_use]
    pub fn predicted_ticks(&self) -> Option<f64> {
        self.predicted.map(|predicted| predicted.ticks)
    }

    /// The tick at which others are shown, with its fraction.
    #[must_use]
    pub fn view_ticks(&self) -> Option<f64> {
        self.view.map(|view| view.ticks.max(0.0))
    }

    #[must_use]
    pub fn newest(&self) -> Option<Tick> {
        self.newest
    }

    #[must_use]
    pub fn rate(&self) -> f32 {
        #[allow(clippy::cast_possible_truncation)]
        self.predicted.map_or(1.0, |predicted| predicted.rate as f32)
    }

    #[must_use]
    pub fn resyncs(&self) -> u32 {
        self.resyncs
    }

    #[must_use]
    pub fn margin_ticks(&self) -> f32 {
        self.margin.mean
    }

    #[must_use]
    pub fn view_delay_ticks(&self) -> f32 {
        #[allow(clippy::cast_possible_truncation)]
        let delay = self.view_delay as f32;
        delay
    }

    #[must_use]
    pub fn jitter_ms(&self) -> f32 {
        self.arrivals.mean_lateness_us / 1000.0
    }

    /// Share of recent snapshots that never came.
    #[must_use]
    pub fn loss(&self) -> f32 {
        self.arrivals.loss()
    }

    /// One tick of safety, twice the jitter, room for the oldest input of a slow frame and for inputs that need a second packet.
    #[must_use]
    pub fn margin_target(&self) -> f32 {
        let slow_frames = 1.25 * (self.batch_ticks - 2.0).max(0.0);
        let losses = (self.arrivals.loss() * 10.0).min(2.5);
        (MARGIN_TICKS_MIN + 2.0 * self.margin.deviation + losses + slow_frames).min(MARGIN_TICKS_MAX)
    }

    fn steer(&mut self, margin: f32, rtt_us: u64) -> ClockChange {
        if self.now < self.margin.valid_from || self.now.since(self.batch_at) > SILENCE_US {
            if let Some(predicted) = &mut self.predicted {
                predicted.rate = 1.0;
            }
            return ClockChange::None;
        }
        let target = self.margin_target();
        self.margin.note(margin);
        let missing = target - self.margin.mean;
        if (target - margin).abs() > MARGIN_JUMP_TICKS && (target - margin) * self.margin.far_sign >= 0.0 {
            self.margin.far_sign = (target - margin).signum();
            self.margin.far_samples += 1;
        } else {
            self.margin.far_samples = 0;
            self.margin.far_sign = 0.0;
        }
        let Some(predicted) = &mut self.predicted else { return ClockChange::None };
        if self.margin.far_samples >= MARGIN_JUMP_SAMPLES {
            let ticks = predicted.ticks + f64::from(target - margin);
            self.jump(ticks, rtt_us);
            return ClockChange::Resynced;
        }
        predicted.rate = 1.0 + (f64::from(missing) * BEND_PER_TICK).clamp(-BEND_MAX, BEND_MAX);
        ClockChange::None
    }

    /// Margins that are under way were caused by the clock before the jump, hence the pause. After a jump back the host keeps telling
    /// of the inputs that went too far ahead, until their ticks have come.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn jump(&mut self, ticks: f64, rtt_us: u64) {
        let mut pause_us = rtt_us + 100_000;
        if let Some(before) = self.predicted {
            self.resyncs += 1;
            pause_us += ((before.ticks - ticks).max(0.0) * 1e6 / f64::from(TICK_HZ)) as u64;
        }
        self.predicted = Some(Timeline { ticks, rate: 1.0 });
        let deviation = self.margin.deviation;
        let target = self.margin_target();
        self.margin = Margin { mean: target, deviation, valid_from: self.now.plus_us(pause_us), ..Margin::default() };
    }

    fn view_target(&self) -> Option<f64> {
        self.arrivals.newest_possible(self.now).map(|ticks| ticks - self.view_delay)
    }
}

/// How early inputs arrive. Single outliers are cut, so that one spike moves nothing.
#[derive(Clone, Copy, Debug)]
struct Margin {
    mean: f32,
    deviation: f32,
    far_samples: u32,
    far_sign: f32,
    valid_from: Micros,
}

impl Default for Margin {
    fn default() -> Self {
        Self { mean: 0.0, deviation: 0.3, far_samples: 0, far_sign: 0.0, valid_from: Micros::default() }
    }
}

impl Margin {
    fn note(&mut self, margin: f32) {
        let limit = 4.0 * self.deviation + 0.5;
        let difference = (margin - self.mean).clamp(-limit, limit);
        self.mean += difference / 12.0;
        self.deviation += (difference.abs() - self.deviation) / 48.0;
    }
}

/// When snapshots came, compared with the best that the network did lately.
#[derive(Debug)]
struct Arrivals {
    /// Arrival time minus the tick's time, microseconds.
    offsets: [i64; WINDOW],
    /// Ticks since the newest one before.
    gaps: [u8; WINDOW],
    count: usize,
    base_offset: i64,
    newest: Tick,
    oldest: Tick,
    /// Bit i: the snapshot of `newest - i` came.
    received: u128,
    mean_lateness_us: f32,
    delay_ticks: f64,
}

impl Default for Arrivals {
    fn default() -> Self {
        Self {
            offsets: [0; WINDOW],
            gaps: [1; WINDOW],
            count: 0,
            base_offset: 0,
            newest: Tick(0),
            oldest: Tick(0),
            received: 0,
            mean_lateness_us: 0.0,
            delay_ticks: 2.0,
        }
    }
}

impl Arrivals {
    /// Returns true when this snapshot fits nothing before it.
    fn note(&mut self, now: Micros, tick: Tick) -> bool {
        let offset = i64::try_from(now.0).unwrap_or(i64::MAX) - us_of_tick(tick);
        let is_new_schedule = self.count > 0 && (offset - self.base_offset).abs() > ARRIVAL_JUMP_US;
        if is_new_schedule {
            *self = Self::default();
        }
        if self.count == 0 {
            self.newest = tick;
            self.oldest = tick;
            self.base_offset = offset;
        }
        let gap = tick.since(self.newest);
        if tick > self.newest {
            self.received = if gap < 128 { self.received << gap } else { 0 };
            self.newest = tick;
        }
        let age = self.newest.since(tick);
        if age < 128 {
            self.received |= 1 << age;
        }
        self.offsets[self.count % WINDOW] = offset;
        self.gaps[self.count % WINDOW] = u8::try_from(gap.max(1)).unwrap_or(u8::MAX);
        self.count += 1;
        self.base_offset = self.base_offset.min(offset);
        if self.count.is_multiple_of(8) || self.count < 8 {
            self.measure();
        }
        is_new_schedule
    }

    #[allow(clippy::cast_precision_loss)]
    fn measure(&mut self) {
        let length = self.count.min(WINDOW);
        let mut sorted = self.offsets;
        let sorted = &mut sorted[..length];
        sorted.sort_unstable();
        self.base_offset = sorted[0];
        let late_us = sorted[(length - 1) * 19 / 20] - sorted[0];
        let sum: i64 = sorted.iter().map(|offset| (offset - sorted[length / 2]).abs()).sum();
        self.mean_lateness_us = sum as f32 / length as f32;
        let mut gaps = self.gaps;
        let gaps = &mut gaps[..length];
        gaps.sort_unstable();
        let gap = gaps[(length - 1) * 19 / 20];
        self.delay_ticks = f64::from(gap) + ticks_of_us(late_us.unsigned_abs()) + 0.25;
    }

    fn view_delay_ticks(&self) -> f64 {
        self.delay_ticks
    }

    /// The newest tick whose snapshot can be here by now, with the fraction of the next.
    #[allow(clippy::cast_precision_loss)]
    fn newest_possible(&self, now: Micros) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        let us = i64::try_from(now.0).unwrap_or(i64::MAX) - self.base_offset;
        Some(us as f64 * f64::from(TICK_HZ) / 1e6)
    }

    #[allow(clippy::cast_precision_loss)]
    fn loss(&self) -> f32 {
        // The newest few may still be on their way.
        let settled = 4;
        let span = (self.newest.since(self.oldest) + 1).min(120);
        if span <= settled + 8 {
            return 0.0;
        }
        let mask = (u128::MAX >> (128 - span)) >> settled << settled;
        let received = (self.received & mask).count_ones();
        1.0 - received as f32 / (span - settled) as f32
    }
}

#[allow(clippy::cast_precision_loss)]
fn ticks_of_us(us: u64) -> f64 {
    us as f64 * f64::from(TICK_HZ) / 1e6
}

fn us_of_tick(tick: Tick) -> i64 {
    i64::from(tick.0) * 1_000_000 / i64::from(TICK_HZ)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    /// A host on a perfect clock and a network with a delay: returns the clock and the true margins of the last second.
    fn run(seconds: u32, one_way_us: u64, jitter_us: u64, drift: f64, spikes: bool, seed: u64) -> (Clock, Vec<f64>) {
        let mut rng = Rng::new(seed);
        let mut delay =
            move |rng_spike: bool| one_way_us + u64::from(rng.below(jitter_us as u32 + 1)) + if rng_spike { 150_000 } else { 0 };
        let mut clock = Clock::new(0.0);
        let mut down: Vec<(u64, Tick, Option<f32>)> = Vec::new();
        let mut up: Vec<(u64, u32)> = Vec::new();
        let mut sent = 0u32;
        let mut newest_arrival: Option<(u32, f64)> = None;
        let mut margins = Vec::new();
        let start = 1000u32;
        for ms in 0..u64::from(seconds) * 1000 {
            let host_us = ms * 1000;
            let local = Micros((host_us as f64 * drift) as u64 + 77_000_000);
            let host_ticks = f64::from(start) + host_us as f64 * 60.0 / 1e6;
            up.retain(|&(at, tick)| {
                if at > host_us {
                    return true;
                }
                if newest_arrival.is_none_or(|(newest, _)| tick > newest) {
                    newest_arrival = Some((tick, f64::from(tick) - host_ticks));
                }
                false
            });
            if host_us * 60 / 1_000_000 != (host_us + 1000) * 60 / 1_000_000 {
                let tick = Tick(host_ticks as u32 + 1);
                let margin = newest_arrival.map(|(_, margin)| margin);
                if ms > u64::from(seconds - 1) * 1000 {
                    margins.extend(margin);
                }
                let spike = spikes && ms % 1700 < 20;
                down.push((host_us + delay(spike), tick, margin.map(|margin| margin.clamp(-16.0, 15.9) as f32)));
            }
            down.retain(|&(at, tick, margin)| {
                if at <= host_us {
                    clock.handle_snapshot(local, tick, margin, Some(2 * one_way_us));
                }
                at > host_us
            });
            clock.advance(local);
            if let Some(predicted) = clock.predicted_ticks() {
                let tick = predicted as u32 + 1;
                if tick > sent {
                    clock.note_batch(1, Some(2 * one_way_us));
                    sent = tick;
                    up.push((host_us + delay(false), tick));
                }
            }
        }
        (clock, margins)
    }

    #[test]
    fn inputs_settle_at_the_target_margin() {
        let (clock, margins) = run(12, 50_000, 0, 1.0, false, 1);
        let mean = margins.iter().sum::<f64>() / margins.len() as f64;
        assert!((mean - f64::from(clock.margin_target())).abs() < 0.5, "{mean} {}", clock.margin_target());
        assert!(clock.margin_target() < 2.0, "{}", clock.margin_target());
        assert_eq!(clock.resyncs(), 0);
    }

    #[test]
    fn a_drifting_clock_and_jitter_keep_inputs_in_time() {
        for seed in 1..4 {
            let (clock, margins) = run(15, 60_000, 20_000, 1.0005, false, seed);
            let late = margins.iter().filter(|margin| **margin < 0.0).count();
            assert!(late * 20 <= margins.len(), "seed {seed}: {late} of {} late", margins.len());
            assert_eq!(clock.resyncs(), 0, "seed {seed}");
        }
    }

    #[test]
    fn spikes_do_not_move_the_clock_much() {
        let (clock, margins) = run(15, 40_000, 2_000, 1.0, true, 5);
        let mean = margins.iter().sum::<f64>() / margins.len() as f64;
        assert!((0.0..4.0).contains(&mean), "{mean}");
        assert_eq!(clock.resyncs(), 0);
    }

    #[test]
    fn the_view_stays_about_two_ticks_behind_on_a_good_network() {
        let (clock, _) = run(6, 30_000, 1_000, 1.0, false, 2);
        assert!(clock.view_delay_ticks() < 2.2, "{}", clock.view_delay_ticks());
        let behind = f64::from(clock.newest().unwrap().0) - clock.view_ticks().unwrap();
        assert!((0.0..3.0).contains(&behind), "{behind}");
    }

    #[test]
    fn a_sleep_of_a_minute_resyncs_at_once() {
        let mut clock = Clock::new(0.0);
        for tick in 0..100u32 {
            clock.handle_snapshot(Micros(1_000_000 + u64::from(tick) * 16_667), Tick(tick), Some(1.5), Some(40_000));
        }
        let before = clock.predicted_ticks().unwrap();
        // The local clock slept as well: it shows almost no time passed.
        let change = clock.handle_snapshot(Micros(1_000_000 + 100 * 16_667), Tick(3700), Some(-16.0), Some(40_000));
        assert_eq!(change, ClockChange::Resynced);
        assert!(before < 200.0 && clock.predicted_ticks().unwrap() > 3700.0);
        assert!((3690.0..3701.0).contains(&clock.view_ticks().unwrap()));
    }

    #[test]
    fn prediction_waits_for_a_silent_host() {
        let mut clock = Clock::new(0.0);
        clock.handle_snapshot(Micros(0), Tick(100), None, Some(40_000));
        clock.advance(Micros(60_000_000));
        assert!(clock.predicted_ticks().unwrap() <= f64::from(100 + PREDICTION_DEPTH_TICKS_MAX));
    }

    #[test]
    fn a_host_that_hears_nothing_does_not_drive_the_clock_away() {
        let mut clock = Clock::new(0.0);
        for tick in 0..600u32 {
            let now = Micros(1_000_000 + u64::from(tick) * 16_667);
            // Inputs stop after two seconds: the page sleeps while its network goes on.
            if tick < 120 {
                clock.note_batch(1, Some(40_000));
            }
            #[allow(clippy::cast_precision_loss)]
            let margin = (1.5 - tick.saturating_sub(119) as f32).max(-16.0);
            clock.handle_snapshot(now, Tick(tick), Some(margin), Some(40_000));
        }
        let lead = clock.predicted_ticks().unwrap() - 600.0;
        assert!((1.0..8.0).contains(&lead), "{lead}");
        assert_eq!(clock.resyncs(), 0);
    }

    #[test]
    fn loss_is_the_share_that_never_came() {
        let mut arrivals = Arrivals::default();
        for tick in (0..200u32).filter(|tick| tick % 4 != 1) {
            arrivals.note(Micros(u64::from(tick) * 16_667), Tick(tick));
        }
        assert!((arrivals.loss() - 0.25).abs() < 0.02, "{}", arrivals.loss());
    }
}
