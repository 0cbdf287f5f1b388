//! Warm-up, live, ended with results, and the next match on another level by itself.

use std::sync::Arc;

use slipstream_shared::client::{ClientEvent, Connection};
use slipstream_shared::host::MatchConfig;
use slipstream_shared::protocol::event::Phase;
use slipstream_shared::sim::{Level, Tuning};
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::stats;
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

#[test]
fn phases_results_and_the_next_level() {
    let mut tuning = Tuning::default();
    tuning.rules.warm_up_ticks = 180;
    tuning.rules.live_ticks = 1200;
    tuning.rules.ended_ticks = 120;
    let levels = vec![Arc::new(Level::open_box(30, 20)), Arc::new(Level::open_box(24, 24))];
    let config = MatchConfig { levels, fill_to: 6, ..MatchConfig::new(Arc::new(Level::open_box(30, 20)), Arc::new(tuning), 3) };
    let mut stepper = Stepper::new(3, config);
    let net = NetProfile { jitter_ms: 10.0, loss: 0.03, ..NetProfile::with_rtt(60.0) };
    let pilot = stepper.join(ClientSetup::new(net, Wanderer::shooting(3)));
    stepper.run_ms(29_000);
    let events = &stepper.clients[pilot].events;
    let phases: Vec<Phase> = events
        .iter()
        .filter_map(|event| if let ClientEvent::Phase { phase, .. } = event { Some(*phase) } else { None })
        .collect();
    assert_eq!(phases[..4], [Phase::WarmUp, Phase::Live, Phase::Ended, Phase::WarmUp], "{phases:?}");
    let widths: Vec<f32> = events
        .iter()
        .filter_map(|event| if let ClientEvent::Level { width_m, .. } = event { Some(*width_m) } else { None })
        .collect();
    assert_eq!(widths, [60.0, 48.0]);
    let kills = events.iter().filter(|event| matches!(event, ClientEvent::Kill(_))).count();
    assert!(kills > 0, "a match of seven ships without a kill");
    let results =
        events.iter().rev().find_map(|event| if let ClientEvent::Results { lines, .. } = event { Some(lines) } else { None });
    let results = results.expect("no results");
    assert_eq!(results.len(), 6);
    assert!(results.is_sorted_by(|a, b| a.score >= b.score), "{results:?}");
    let stats = stats(&stepper, pilot);
    assert_eq!((stats.connection, stats.desyncs, stats.visible > 1), (Connection::Live, 0, true), "{stats:?}");
}

#[test]
fn a_fight_over_a_bad_network_never_disagrees_about_the_state() {
    for seed in 1..4 {
        let config =
            MatchConfig { fill_to: 8, ..MatchConfig::new(Arc::new(Level::open_box(40, 30)), Arc::new(Tuning::default()), seed) };
        let mut stepper = Stepper::new(seed, config);
        let net = NetProfile { jitter_ms: 20.0, loss: 0.05, duplicates: 0.01, reordered: 0.01, ..NetProfile::with_rtt(80.0) };
        for index in 0..3 {
            stepper.join(ClientSetup::new(net, Wanderer::shooting(seed * 10 + index)));
        }
        stepper.run_ms(40_000);
        for index in 0..3 {
            let stats = stats(&stepper, index);
            println!("seed {seed}: {stats:?}");
            assert_eq!((stats.desyncs, stats.snapshots_refused, stats.resyncs), (0, 0, 0), "seed {seed}: {stats:?}");
        }
    }
}
