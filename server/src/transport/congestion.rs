//! A congestion controller for snapshots: loss alone never starves it, growing delay makes it yield.
//!
//! Usual controllers fall to two packets after loss and then stall a 60 Hz feed on a wireless network whose losses mean
//! nothing. This one keeps a floor that carries snapshots at any sensible round trip, grows only when it is really used,
//! and treats a queue that builds up on the way (the round trip doubles) as the sign to go back to the floor.

use std::any::Any;
use std::sync::Arc;
use std::time::{Duration, Instant};

use quinn::congestion::{Controller, ControllerFactory};
use quinn_proto::RttEstimator;

/// Never less in flight: 1 s of 260 B snapshots at 60 Hz, or 200 ms of full ones.
pub const WINDOW_BYTES_MIN: u64 = 16 * 1024;
/// Never more in flight: the first state of a joiner passes quickly, a fault cannot fill a link.
pub const WINDOW_BYTES_MAX: u64 = 256 * 1024;
/// The round trip may grow to twice the shortest one seen and this much, before it counts as a queue.
const QUEUE_DELAY_MIN: Duration = Duration::from_millis(40);

const _: () = assert!(WINDOW_BYTES_MIN < WINDOW_BYTES_MAX);

#[derive(Clone, Debug)]
pub struct Floored {
    window: u64,
    /// Below: the window grows with every acknowledged byte. Above: by a packet per round trip.
    slow_start_until: u64,
    acked_since_growth: u64,
    packet_bytes: u64,
    /// Packets sent before this moment belong to trouble that was answered already.
    answered_until: Instant,
}

#[derive(Debug, Default)]
pub struct FlooredFactory;

impl ControllerFactory for FlooredFactory {
    fn build(self: Arc<Self>, now: Instant, current_mtu: u16) -> Box<dyn Controller> {
        Box::new(Floored {
            window: WINDOW_BYTES_MIN,
            slow_start_until: WINDOW_BYTES_MAX,
            acked_since_growth: 0,
            packet_bytes: u64::from(current_mtu),
            answered_until: now,
        })
    }
}

impl Floored {
    fn shrink(&mut self, now: Instant, to: u64) {
        self.window = to.max(WINDOW_BYTES_MIN);
        self.slow_start_until = self.window;
        self.acked_since_growth = 0;
        self.answered_until = now;
    }

    fn grow(&mut self, bytes: u64) {
        if self.window < self.slow_start_until {
            self.window += bytes;
        } else {
            self.acked_since_growth += bytes;
            if self.acked_since_growth >= self.window {
                self.acked_since_growth = 0;
                self.window += self.packet_bytes;
            }
        }
        self.window = self.window.min(WINDOW_BYTES_MAX);
    }

    fn on_acked(&mut self, now: Instant, sent: Instant, bytes: u64, app_limited: bool, rtt: Duration, rtt_min: Duration) {
        if sent <= self.answered_until {
            return;
        }
        if rtt > 2 * rtt_min + QUEUE_DELAY_MIN {
            self.shrink(now, self.window / 2);
        } else if !app_limited {
            self.grow(bytes);
        }
    }
}

impl Controller for Floored {
    fn on_ack(&mut self, now: Instant, sent: Instant, bytes: u64, app_limited: bool, rtt: &RttEstimator) {
        self.on_acked(now, sent, bytes, app_limited, rtt.get(), rtt.min());
    }

    fn on_congestion_event(&mut self, now: Instant, sent: Instant, is_persistent: bool, _lost_bytes: u64) {
        if sent > self.answered_until {
            self.shrink(now, if is_persistent { 0 } else { self.window / 2 });
        }
    }

    fn on_mtu_update(&mut self, new_mtu: u16) {
        self.packet_bytes = u64::from(new_mtu);
    }

    fn window(&self) -> u64 {
        self.window
    }

    fn clone_box(&self) -> Box<dyn Controller> {
        Box::new(self.clone())
    }

    fn initial_window(&self) -> u64 {
        WINDOW_BYTES_MIN
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RTT: Duration = Duration::from_millis(50);

    fn controller(start: Instant) -> Floored {
        Floored {
            window: WINDOW_BYTES_MIN,
            slow_start_until: WINDOW_BYTES_MAX,
            acked_since_growth: 0,
            packet_bytes: 1200,
            answered_until: start,
        }
    }

    #[test]
    fn loss_never_takes_the_floor_away() {
        let start = Instant::now();
        let mut controller = controller(start);
        for ms in 1..50 {
            let now = start + Duration::from_millis(ms);
            controller.on_congestion_event(now, now, true, 1200);
        }
        assert_eq!(controller.window(), WINDOW_BYTES_MIN);
    }

    #[test]
    fn it_grows_only_when_it_is_used_and_never_beyond_its_bound() {
        let start = Instant::now();
        let mut controller = controller(start);
        let sent = start + Duration::from_millis(1);
        controller.on_acked(sent + RTT, sent, 10_000, true, RTT, RTT);
        assert_eq!(controller.window(), WINDOW_BYTES_MIN);
        for _ in 0..1000 {
            controller.on_acked(sent + RTT, sent, 10_000, false, RTT, RTT);
        }
        assert_eq!(controller.window(), WINDOW_BYTES_MAX);
    }

    #[test]
    fn a_growing_round_trip_makes_it_yield_once_per_round_trip() {
        let start = Instant::now();
        let mut controller = controller(start);
        controller.window = 128 * 1024;
        let sent = start + Duration::from_millis(1);
        controller.on_acked(sent + 4 * RTT, sent, 1200, false, 4 * RTT, RTT);
        controller.on_acked(sent + 4 * RTT, sent, 1200, false, 4 * RTT, RTT);
        assert_eq!(controller.window(), 64 * 1024);
    }
}
