//! Ten frames a second, a hidden tab, a frame that takes seconds: never a spiral, and back in the game at once.

use slipstream_shared::client::{Connection, layout};
use slipstream_shared::protocol::event::PlayerMessage;
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{empty_hall, small_room, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

#[test]
fn at_10_frames_a_second_every_tick_has_its_input() {
    for seed in 1..4 {
        let mut stepper = Stepper::new(seed, empty_hall(seed));
        let setup = ClientSetup::new(NetProfile::with_rtt(60.0), Wanderer::new(seed));
        let slow = stepper.join(ClientSetup { frames_per_s: 10, ..setup });
        stepper.run_ms(8000);
        let (before, starved) = (stats(&stepper, slow), stepper.host.stats().inputs.starved);
        stepper.run_ms(20_000);
        let (after, starved) = (stats(&stepper, slow), stepper.host.stats().inputs.starved - starved);
        println!("seed {seed}: starved {starved}, {after:?}");
        assert_eq!(after.corrections, before.corrections, "seed {seed}: {after:?}");
        assert!(starved <= 10, "seed {seed}: {starved} of 1200 ticks starved");
        assert_eq!((after.ticks_skipped, after.resyncs), (before.ticks_skipped, before.resyncs), "seed {seed}");
    }
}

#[test]
fn uneven_frames_do_not_disturb() {
    let mut stepper = Stepper::new(1, empty_hall(1));
    let pilot = stepper.join(ClientSetup::new(NetProfile::with_rtt(60.0), Wanderer::new(1)));
    stepper.run_ms(3000);
    let resyncs = stats(&stepper, pilot).resyncs;
    for round in 0..40 {
        stepper.clients[pilot].frames_per_s = [144, 30, 60, 20][round % 4];
        stepper.run_ms(500);
    }
    let stats = stats(&stepper, pilot);
    assert_eq!((stats.resyncs, stats.ticks_skipped), (resyncs, 0), "{stats:?}");
}

#[test]
fn a_hidden_tab_is_back_within_a_second() {
    for seed in 1..4 {
        let mut stepper = Stepper::new(seed, small_room(seed));
        let net = NetProfile { jitter_ms: 10.0, loss: 0.02, ..NetProfile::with_rtt(80.0) };
        let pilot = stepper.join(ClientSetup::new(net, Wanderer::new(seed)));
        stepper.join(ClientSetup::new(net, Wanderer::new(seed + 50)));
        stepper.run_ms(4000);
        stepper.clients[pilot].core.send(&PlayerMessage::Hidden { is_hidden: true }).unwrap();
        stepper.clients[pilot].frames_per_s = 1;
        stepper.run_ms(40_000);
        assert_eq!(stepper.clients[pilot].closed, None, "seed {seed}");
        stepper.clients[pilot].core.send(&PlayerMessage::Hidden { is_hidden: false }).unwrap();
        stepper.clients[pilot].frames_per_s = 60;
        stepper.run_ms(2000);
        let before = stats(&stepper, pilot);
        let mut is_drawn = true;
        stepper.run_with(5000, |index, frame, _| {
            is_drawn &= index != pilot || frame.header(layout::OWN_SHIP_INDEX) >= 0.0;
        });
        let after = stats(&stepper, pilot);
        println!("seed {seed}: {after:?}");
        assert!(is_drawn && after.connection == Connection::Live && after.visible == 2, "seed {seed}: {after:?}");
        assert!(after.corrections - before.corrections <= 3, "seed {seed}: {before:?} {after:?}");
    }
}

#[test]
fn a_frame_of_two_seconds_is_skipped_and_not_worked_off() {
    let mut stepper = Stepper::new(1, empty_hall(1));
    let pilot = stepper.join(ClientSetup::new(NetProfile::with_rtt(60.0), Wanderer::new(1)));
    stepper.run_ms(4000);
    stepper.clients[pilot].frames_per_s = 0;
    stepper.run_ms(2000);
    stepper.clients[pilot].frames_per_s = 60;
    stepper.run_ms(1500);
    let before = stats(&stepper, pilot);
    assert!(before.ticks_skipped > 60, "{before:?}");
    stepper.run_ms(5000);
    let after = stats(&stepper, pilot);
    assert_eq!(after.ticks_skipped, before.ticks_skipped);
    assert!(after.corrections - before.corrections <= 1 && after.lead_ticks < 12.0, "{after:?}");
}
