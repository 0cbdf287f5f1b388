//! The own ship is predicted to the last bit: as long as nobody interferes, the host never has to correct it.

use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{empty_hall, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

/// Flies for half a minute with dashes and wall bumps; returns the corrections after the first three seconds.
fn corrections(seed: u64, net: NetProfile) -> u32 {
    let mut stepper = Stepper::new(seed, empty_hall(seed));
    let pilot = stepper.join(ClientSetup::new(net, Wanderer::new(seed)));
    stepper.run_ms(3000);
    let before = stats(&stepper, pilot);
    assert!(before.rtt_ms > 0.0 && before.snapshot_hz > 30.0, "seed {seed}: {before:?}");
    stepper.run_ms(30_000);
    let after = stats(&stepper, pilot);
    assert_eq!(after.resyncs, 0, "seed {seed}: {after:?}");
    assert_eq!(after.desyncs, 0, "seed {seed}: {after:?}");
    println!("seed {seed} {after:?}");
    after.corrections - before.corrections
}

#[test]
fn nothing_is_corrected_on_a_steady_network() {
    for seed in 1..4 {
        assert_eq!(corrections(seed, NetProfile::with_rtt(100.0)), 0, "seed {seed}");
    }
}
