//! Whatever a client sends, it flies no faster, shoots no more often and no further back, and nobody else notices.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use slipstream_shared::ids::Tick;
use slipstream_shared::limits::INPUT_LEAD_TICKS_MAX;
use slipstream_shared::math::Aim;
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::envelope::Lane;
use slipstream_shared::protocol::input_packet::{InputHeader, encode_input_packet};
use slipstream_shared::rng::Rng;
use slipstream_shared::sim::{Buttons, PlayerInput, Tuning};
use slipstream_tests::pilot::{Idle, Wanderer};
use slipstream_tests::scenario::{empty_hall, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

/// A session whose inputs are forged from now on, and an honest player.
fn with_forger(seed: u64) -> (Stepper, usize, usize) {
    let mut stepper = Stepper::new(seed, empty_hall(seed));
    let forger = stepper.join(ClientSetup { frames_per_s: 0, ..ClientSetup::new(NetProfile::PERFECT, Idle) });
    let honest = stepper.join(ClientSetup::new(NetProfile::with_rtt(40.0), Wanderer::new(seed)));
    stepper.run_ms(2000);
    (stepper, forger, honest)
}

fn packet(newest: Tick, view_lag_ticks: f32, inputs: impl IntoIterator<Item = PlayerInput>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_input_packet(&InputHeader { newest, ack: None, baseline: None, view_lag_ticks }, inputs, &mut bytes);
    bytes
}

fn everything(rng: &mut Rng) -> PlayerInput {
    let aim = Aim(rng.below(4096) as u16);
    PlayerInput::from_stick(aim.direction(), aim, Buttons(Buttons::ALL))
}

#[test]
fn more_inputs_and_inputs_ahead_of_time_are_no_speed_and_no_shots() {
    let tuning = Tuning::default();
    for seed in 1..4 {
        let (mut stepper, forger, honest) = with_forger(seed);
        let slot = stepper.clients[forger].slot;
        let mut rng = Rng::new(seed);
        let mut shots: BTreeMap<u16, BTreeSet<u32>> = BTreeMap::new();
        let mut before = None;
        for _ in 0..600 {
            let tick = stepper.host.tick_number();
            // Two packets for each tick, one of them for far ahead, each with different inputs for the same ticks.
            for newest in [tick.plus(2), tick.plus(rng.below(2 * INPUT_LEAD_TICKS_MAX))] {
                let inputs: Vec<PlayerInput> = (0..16).map(|_| everything(&mut rng)).collect();
                stepper.forge(forger, Lane::Unreliable, packet(newest, 15.75, inputs));
            }
            stepper.run_ms(16);
            for bolt in stepper.host.simulation().bolts() {
                shots.entry(bolt.slot.0).or_default().insert(bolt.fired_at.0);
            }
            let tick = stepper.host.tick_number();
            let now = stepper.authority.ship(slot, tick).copied();
            if let (Some((then, before)), Some(now)) =
                (before.replace((tick, now)).and_then(|(tick, ship)| Some((tick, ship?))), now)
                && before.life == now.life
                && let before_pos = before.body.pos
            {
                let seconds = tick.since(then) as f32 / 60.0;
                let speed_mps = before_pos.distance(now.body.pos) / seconds.max(1.0 / 60.0);
                assert!(speed_mps <= tuning.dash.speed_mps + 0.5, "seed {seed}: {speed_mps} m/s at {tick:?}");
            }
        }
        let fired: Vec<u32> = shots.get(&slot.0).into_iter().flatten().copied().collect();
        assert!(fired.len() > 20, "seed {seed}: the forger shot {} times", fired.len());
        let gap_min = u32::from(tuning.pulse.interval_ticks);
        assert!(fired.windows(2).all(|pair| pair[1] - pair[0] >= gap_min), "seed {seed}: {fired:?}");
        assert_eq!(stepper.clients[honest].closed, None, "seed {seed}");
    }
}

#[test]
fn nobody_can_shoot_further_back_than_a_quarter_of_a_second() {
    let mut tuning = Tuning::default();
    // A rail that needs no second try, and targets that never die of it.
    tuning.rail.damage = 1;
    tuning.rail.cooldown_ticks = 2;
    tuning.rules.protection_ticks = 0;
    for (ago_ticks, hits) in [(10, true), (30, false), (60, false)] {
        let mut config = empty_hall(1);
        config.tuning = Arc::new(tuning.clone());
        let mut stepper = Stepper::new(1, config);
        let forger = stepper.join(ClientSetup { frames_per_s: 0, ..ClientSetup::new(NetProfile::PERFECT, Idle) });
        let runner = stepper.join(ClientSetup::new(NetProfile::PERFECT, Wanderer::new(5)));
        stepper.run_ms(2000);
        let (own, target) = (stepper.clients[forger].slot, stepper.clients[runner].slot);
        let (mut shots, mut health_lost) = (0, 0);
        for _ in 0..900 {
            let tick = stepper.host.tick_number();
            let place = |slot, tick| stepper.authority.ship(slot, tick).map(|ship| ship.body.pos);
            let (Some(from), Some(then)) = (place(own, tick), place(target, tick.minus(ago_ticks))) else { break };
            let aim = Aim::along(then - from);
            // Only where the target was and no other place that it has been since lies on the line.
            let line = aim.direction();
            let misses_since = (0..=16).all(|ago| {
                place(target, tick.minus(ago))
                    .is_some_and(|pos| (pos - from).perp_dot(line).abs() > 2.0 || (pos - from).dot(line) < 0.0)
            });
            let fires = hits || misses_since;
            let buttons = Buttons(if fires { Buttons::RAIL } else { 0 });
            shots += u32::from(fires);
            let input = PlayerInput { aim, buttons, ..PlayerInput::default() };
            let lag = (ago_ticks as f32 + 1.0).min(15.75);
            let vitals = |stepper: &Stepper| {
                stepper.host.simulation().own_ship(target).map(|own| u32::from(own.vitals.hull) + u32::from(own.vitals.shield))
            };
            let before = vitals(&stepper);
            stepper.forge(forger, Lane::Unreliable, packet(tick.next(), lag, [input; 4]));
            stepper.run_ms(17);
            health_lost += u32::from(vitals(&stepper) < before);
        }
        println!("{ago_ticks} ticks ago: {shots} shots, {health_lost} hits");
        assert!(shots > 30, "{ago_ticks} ticks ago: only {shots} shots");
        assert_eq!(health_lost > 0, hits, "{ago_ticks} ticks ago: {health_lost} of {shots} shots hit");
    }
}

#[test]
fn malformed_bytes_end_only_the_link_they_came_on() {
    for seed in 1..30 {
        let (mut stepper, forger, honest) = with_forger(seed);
        let mut rng = Rng::new(seed);
        for _ in 0..20 {
            let length = rng.below(40) as usize;
            let mut bytes: Vec<u8> = (0..length).map(|_| rng.next_u32() as u8).collect();
            let lane = if rng.chance(0.5) { Lane::Unreliable } else { Lane::Reliable };
            if let Some(kind) = bytes.first_mut() {
                *kind %= 9;
            }
            stepper.forge(forger, lane, bytes);
            stepper.run_ms(10);
        }
        let closed = stepper.clients[forger].closed;
        assert_eq!(closed, Some(CloseCode::Malformed), "seed {seed}");
        stepper.run_ms(1000);
        let stats = stats(&stepper, honest);
        assert!(stepper.clients[honest].closed.is_none() && stats.snapshot_hz > 50.0, "seed {seed}: {stats:?}");
    }
}

#[test]
fn a_flood_is_closed_and_nobody_else_notices() {
    let (mut stepper, forger, honest) = with_forger(1);
    let mut rng = Rng::new(1);
    let corrections = stats(&stepper, honest).corrections;
    for _ in 0..1000 {
        let tick = stepper.host.tick_number();
        for _ in 0..4 {
            stepper.forge(forger, Lane::Unreliable, packet(tick.plus(3), 0.0, [everything(&mut rng)]));
        }
        stepper.run_ms(1);
    }
    assert_eq!(stepper.clients[forger].closed, Some(CloseCode::Flooding));
    let stats = stats(&stepper, honest);
    assert_eq!((stepper.clients[honest].closed, stats.corrections), (None, corrections), "{stats:?}");
}
