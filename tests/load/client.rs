//! What a client costs: 256 ships in sight, all flying and shooting, played again to a core that is timed.
#![allow(clippy::print_stdout)]

use std::sync::Arc;
use std::time::Instant;

use slipstream_shared::client::{ClientConfig, ClientCore, LinkCaps, layout};
use slipstream_shared::host::MatchConfig;
use slipstream_shared::ids::Micros;
use slipstream_shared::protocol::envelope::Lane;
use slipstream_shared::replication::Interest;
use slipstream_shared::sim::Tuning;
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{map, percentile};
use slipstream_tests::stepper::{ClientSetup, DATAGRAM_BYTES_MAX, Stepper};
use slipstream_tests::virtual_net::NetProfile;

const SECONDS: u64 = 20;
/// Before everybody has met.
const WARM_UP_SNAPSHOTS: usize = 300;

fn main() {
    let heard = brawl();
    let mut core = ClientCore::new(ClientConfig::default());
    let mut now = Micros::from_ms(1000);
    core.link_opened(now, LinkCaps { datagram_bytes_max: DATAGRAM_BYTES_MAX });
    let (mut applying_us, mut drawing_us, mut ships, mut bolts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (lane, bytes) in &heard {
        let started = Instant::now();
        let _ = core.handle(now, *lane, bytes);
        if *lane == Lane::Reliable {
            continue;
        }
        applying_us.push(started.elapsed().as_secs_f32() * 1e6);
        now = now.plus_us(16_667);
        let started = Instant::now();
        core.advance(now);
        let frame = core.render(now);
        drawing_us.push(started.elapsed().as_secs_f32() * 1e6);
        ships.push(frame.header(layout::SHIP_COUNT));
        bolts.push(frame.header(layout::BOLT_COUNT));
        while core.poll_output().is_some() {}
        while core.poll_event().is_some() {}
    }
    let median = |values: &[f32]| percentile(&values[WARM_UP_SNAPSHOTS.min(values.len())..], 0.5);
    println!("figure | client: ships and bolts drawn, brawl-256 | {} and {} |", median(&ships), median(&bolts));
    println!("figure | client: a snapshot taken in | {:.0} us |", median(&applying_us));
    println!("figure | client: a frame predicted and drawn (native) | {:.0} us | 500 us in a browser", median(&drawing_us));
}

/// Everything that one of 256 hears.
fn brawl() -> Vec<(Lane, Vec<u8>)> {
    let level = map("large");
    let config = MatchConfig {
        fill_to: 256,
        ships_max: 256,
        interest: Interest::Everything,
        with_state_hash: false,
        ..MatchConfig::new(level, Arc::new(Tuning::default()), 1)
    };
    let mut stepper = Stepper::new(1, config);
    let pilot = stepper.join(ClientSetup::new(NetProfile::with_rtt(40.0), Wanderer::shooting(1)));
    stepper.clients[pilot].heard = Some(Vec::new());
    stepper.run_ms(SECONDS * 1000);
    stepper.clients[pilot].heard.take().unwrap_or_default()
}
