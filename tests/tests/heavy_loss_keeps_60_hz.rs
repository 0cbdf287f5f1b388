//! A fifth of everything lost, in both directions and in bursts: the newest state stays new, and inputs arrive.

use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{empty_hall, percentile, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

#[test]
fn snapshots_stay_fresh_and_inputs_arrive() {
    for (seed, burst, starved_max) in [(1, 1.0, 10), (2, 1.0, 10), (3, 1.5, 40)] {
        let net = NetProfile { loss: 0.2, burst, jitter_ms: 5.0, ..NetProfile::with_rtt(40.0) };
        let mut stepper = Stepper::new(seed, empty_hall(seed));
        for index in 0..4 {
            stepper.join(ClientSetup::new(net, Wanderer::new(seed * 10 + index)));
        }
        stepper.run_ms(4000);
        stepper.clients.iter_mut().for_each(|client| client.staleness_ticks.clear());
        let starved = stepper.host.stats().inputs.starved;
        stepper.run_ms(30_000);
        let starved = stepper.host.stats().inputs.starved - starved;
        for (index, client) in stepper.clients.iter().enumerate() {
            let one_way_ticks = 2;
            let stale = percentile(&client.staleness_ticks, 0.99).saturating_sub(one_way_ticks);
            let stats = stats(&stepper, index);
            println!("seed {seed}: stale p99 {stale} ticks beyond the way, {stats:?}");
            let stale_max = if burst > 1.0 { 5 } else { 3 };
            assert!(stale <= stale_max, "seed {seed}: {stale} ticks");
            assert!(stats.snapshot_hz > 40.0 && (0.1..0.3).contains(&stats.loss), "seed {seed}: {stats:?}");
            assert_eq!((stats.desyncs, stats.resyncs), (0, 0), "seed {seed}");
        }
        // Of 4 x 1800 ticks.
        println!("seed {seed}: {starved} ticks starved");
        assert!(starved <= starved_max * 4, "seed {seed}: {starved} ticks had no input");
    }
}
