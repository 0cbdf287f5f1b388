//! A client rebuilds the wakes of others from its snapshots, so that riding them is predicted and not corrected.
#![allow(clippy::print_stdout, reason = "a test prints the seed that replays it")]

use glam::Vec2;
use slipstream_shared::client::{RenderFrame, layout};
use slipstream_shared::math::Aim;
use slipstream_shared::sim::Buttons;
use slipstream_tests::pilot::{Chaser, Controls};
use slipstream_tests::scenario::{empty_hall, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

/// Round and round the hall.
fn circle(frame: &RenderFrame) -> Controls {
    let from_middle = Vec2::new(frame.header(layout::CAMERA_X) - 40.0, frame.header(layout::CAMERA_Y) - 30.0);
    let outwards = from_middle.normalize_or(Vec2::X);
    let along = Vec2::new(-outwards.y, outwards.x);
    let stick = (along + outwards * (18.0 - from_middle.length()) * 0.2).normalize_or_zero();
    Controls { stick, aim: Aim::along(along), buttons: Buttons(0) }
}

/// Corrections of the chaser, and how much of its time it rode a wake.
fn chase(seed: u64, net: NetProfile) -> (u32, f32) {
    let mut stepper = Stepper::new(seed, empty_hall(seed));
    let leader = stepper.join(ClientSetup::new(net, circle));
    let chaser = stepper.join(ClientSetup::new(net, Chaser));
    assert_ne!(leader, chaser);
    stepper.run_ms(6000);
    let before = stats(&stepper, chaser);
    let (mut frames, mut in_wake) = (0, 0.0);
    stepper.run_with(30_000, |index, frame, _| {
        if index == chaser {
            frames += 1;
            in_wake += frame.header(layout::IN_WAKE);
        }
    });
    let after = stats(&stepper, chaser);
    println!("seed {seed}: in wake {in_wake} of {frames}, {after:?}");
    (after.corrections - before.corrections, in_wake / frames as f32)
}

#[test]
fn riding_a_wake_at_100_ms_is_never_corrected() {
    for seed in 1..4 {
        let (corrections, share) = chase(seed, NetProfile::with_rtt(100.0));
        assert!(share > 0.2, "seed {seed}: the chaser rode a wake for {share} of the time");
        assert_eq!(corrections, 0, "seed {seed}");
    }
}

#[test]
fn lost_snapshots_cost_hardly_a_correction_in_a_wake() {
    for seed in 1..4 {
        let net = NetProfile { jitter_ms: 10.0, loss: 0.03, ..NetProfile::with_rtt(80.0) };
        let (corrections, share) = chase(seed, net);
        assert!(share > 0.2, "seed {seed}: the chaser rode a wake for {share} of the time");
        assert!(corrections <= 15, "seed {seed}: {corrections}");
    }
}
