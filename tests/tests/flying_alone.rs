//! The own ship is predicted to the last bit: as long as nobody interferes, the host never has to correct it.
#![allow(clippy::print_stdout, reason = "a test prints the seed that replays it")]

use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{empty_hall, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

/// Flies for half a minute with dashes and wall bumps; returns corrections and starved ticks after the first five seconds.
fn fly(seed: u64, net: NetProfile, clock_drift_ppm: i64) -> (u32, u64) {
    let mut stepper = Stepper::new(seed, empty_hall(seed));
    let pilot = stepper.join(ClientSetup { clock_drift_ppm, ..ClientSetup::new(net, Wanderer::new(seed)) });
    stepper.run_ms(5000);
    let before = (stats(&stepper, pilot), stepper.host.stats().inputs.starved);
    assert!(before.0.rtt_ms > 0.0 && before.0.snapshot_hz > 30.0, "seed {seed}: {before:?}");
    stepper.run_ms(30_000);
    let after = stats(&stepper, pilot);
    let starved = stepper.host.stats().inputs.starved - before.1;
    println!("seed {seed}: starved {starved} of 1800, {after:?}");
    assert_eq!((after.resyncs, after.desyncs, after.snapshots_refused), (0, 0, 0), "seed {seed}");
    (after.corrections - before.0.corrections, starved)
}

#[test]
fn nothing_is_corrected_on_a_steady_network() {
    for seed in 1..4 {
        assert_eq!(fly(seed, NetProfile::with_rtt(100.0), 0), (0, 0), "seed {seed}");
    }
}

#[test]
fn nothing_is_corrected_on_a_drifting_clock() {
    for (seed, drift_ppm) in [(1, 300), (2, -300)] {
        assert_eq!(fly(seed, NetProfile::with_rtt(60.0), drift_ppm), (0, 0), "seed {seed}");
    }
}

#[test]
fn jitter_and_loss_cost_hardly_a_correction() {
    let net = NetProfile { jitter_ms: 20.0, loss: 0.05, duplicates: 0.02, reordered: 0.02, ..NetProfile::with_rtt(80.0) };
    for seed in 1..4 {
        let (corrections, starved) = fly(seed, net, 100);
        assert!(corrections <= 5 && starved <= 18, "seed {seed}: {corrections} corrections, {starved} ticks starved");
    }
}
