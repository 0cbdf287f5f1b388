//! What a client draws of others is what the match had a few ticks ago, also over a network with delay, jitter and loss.
#![allow(clippy::print_stdout, reason = "a test prints the seed that replays it")]

use glam::Vec2;
use slipstream_shared::client::layout;
use slipstream_shared::ids::{PlayerSlot, Tick};
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{empty_hall, percentile, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

/// How far drawn ships are from where they truly were at the tick they are drawn for, and how many ticks ago that was.
fn look(seed: u64, net: NetProfile) -> (Vec<f32>, Vec<f32>) {
    let mut stepper = Stepper::new(seed, empty_hall(seed));
    for index in 0..6 {
        let drift = 50 * (index as i64 - 3);
        let setup = ClientSetup::new(net, Wanderer::new(seed * 10 + index));
        stepper.join(ClientSetup { clock_drift_ppm: drift, clock_offset_ms: 1000 * index, ..setup });
    }
    stepper.run_ms(3000);
    let (mut errors_m, mut ages_ticks) = (Vec::new(), Vec::new());
    stepper.run_with(20_000, |_, frame, authority| {
        let ticks = f64::from(frame.header(layout::RENDER_TICK));
        let newest = authority.newest().unwrap_or(Tick(0));
        ages_ticks.push(newest.0 as f32 - ticks as f32);
        let own = frame.header(layout::OWN_SLOT);
        for ship in frame.ships().filter(|ship| ship[layout::ship::SLOT] != own) {
            let slot = PlayerSlot(ship[layout::ship::SLOT] as u16);
            let drawn = Vec2::new(ship[layout::ship::X], ship[layout::ship::Y]);
            if let Some(place) = authority.place(slot, ticks) {
                errors_m.push(place.distance(drawn));
            }
        }
    });
    for index in 0..stepper.clients.len() {
        let stats = stats(&stepper, index);
        assert_eq!((stats.desyncs, stats.resyncs, stats.snapshots_refused), (0, 0, 0), "seed {seed}: {stats:?}");
    }
    println!(
        "seed {seed}: error p50 {} p99 {} max {}, age p50 {} p99 {}; {:?}",
        percentile(&errors_m, 0.5),
        percentile(&errors_m, 0.99),
        percentile(&errors_m, 1.0),
        percentile(&ages_ticks, 0.5),
        percentile(&ages_ticks, 0.99),
        stats(&stepper, 0)
    );
    assert!(errors_m.len() > 10_000, "seed {seed}: others are hardly ever seen: {}", errors_m.len());
    (errors_m, ages_ticks)
}

#[test]
fn at_100_ms_with_jitter_and_loss() {
    let net = NetProfile { jitter_ms: 20.0, loss: 0.05, ..NetProfile::with_rtt(80.0) };
    for seed in 1..4 {
        let (errors_m, ages_ticks) = look(seed, net);
        // The wire's grid alone is 1/32 m.
        assert!(percentile(&errors_m, 0.95) < 0.05, "seed {seed}");
        assert!(percentile(&errors_m, 0.999) < 0.8, "seed {seed}");
        assert!(percentile(&ages_ticks, 0.99) < 9.0, "seed {seed}");
    }
}

#[test]
fn on_a_good_network_they_are_close_behind() {
    let (errors_m, ages_ticks) = look(1, NetProfile { jitter_ms: 2.0, ..NetProfile::with_rtt(20.0) });
    assert!(percentile(&errors_m, 0.999) < 0.06);
    assert!(percentile(&ages_ticks, 0.99) < 3.5);
}
