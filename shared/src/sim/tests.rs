//! Whole scenes: what players can rely on, played out in the real schedule.

use std::sync::Arc;

use glam::Vec2;

use super::component::Vitals;
use super::*;
use crate::ids::Team;
use crate::limits::{REWIND_TICKS_MAX, SLOTS_MAX};
use crate::math::Aim;
use crate::rng::Rng;

const A: PlayerSlot = PlayerSlot(0);
const B: PlayerSlot = PlayerSlot(1);
const C: PlayerSlot = PlayerSlot(2);
const FIRE: Buttons = Buttons(Buttons::FIRE);
const RAIL: Buttons = Buttons(Buttons::RAIL);
const LEFT: Aim = Aim(2048);
const RIGHT: Aim = Aim(0);

fn level() -> Level {
    level::tests::drawn(&[
        "################################",
        "#..............................#",
        "#..s........................s..#",
        "#..............................#",
        "#..............................#",
        "#..............................#",
        "#...............r..............#",
        "#..............................#",
        "#...........h..................#",
        "#.................c............#",
        "#..............................#",
        "#..............##..............#",
        "#..............##..............#",
        "#..............##..............#",
        "#..............................#",
        "#..s........................s..#",
        "#..............................#",
        "################################",
    ])
    .unwrap()
}

fn simulation(mode: Mode, seed: u64) -> Simulation {
    let tuning = Arc::new(Tuning::default());
    Simulation::new(SimConfig { level: Arc::new(level()), tuning, mode, seed })
}

fn input(aim: Aim, buttons: Buttons) -> PlayerInput {
    PlayerInput { move_x: 0, move_y: 0, aim, buttons }
}

/// A fight without protection: each of these at rest where it is put.
fn scene(ships: &[(PlayerSlot, Vec2)]) -> Simulation {
    let mut simulation = simulation(Mode::FreeForAll, 1);
    for (slot, _) in ships {
        simulation.add_player(*slot, Team::Solo);
    }
    simulation.step();
    for (slot, pos) in ships {
        place(&mut simulation, *slot, *pos);
    }
    simulation
}

fn place(simulation: &mut Simulation, slot: PlayerSlot, pos: Vec2) {
    simulation.arrange(slot, |body, _| {
        (body.pos, body.vel, body.protection_ticks) = (pos, Vec2::ZERO, 0);
    });
}

fn set_vitals(simulation: &mut Simulation, slot: PlayerSlot, hull: u8, shield: u8) {
    simulation.arrange(slot, |_, vitals| *vitals = Vitals { hull, shield, shield_wait_ticks: 200 });
}

fn vitals(simulation: &Simulation, slot: PlayerSlot) -> Vitals {
    simulation.own_ship(slot).unwrap().vitals
}

fn step(simulation: &mut Simulation, ticks: u32) -> Vec<SimEvent> {
    let mut events = Vec::new();
    for _ in 0..ticks {
        simulation.step();
        simulation.drain_events(|event| events.push(event));
    }
    events
}

fn kills(events: &[SimEvent]) -> Vec<Kill> {
    let kill = |event: &SimEvent| if let SimEvent::Killed(kill) = event { Some(*kill) } else { None };
    events.iter().filter_map(kill).collect()
}

/// One press of a button, let go again.
fn press(simulation: &mut Simulation, slot: PlayerSlot, aim: Aim, buttons: Buttons, view_lag_ticks: f32) -> Vec<SimEvent> {
    simulation.set_input(slot, input(aim, buttons), view_lag_ticks);
    let events = step(simulation, 1);
    simulation.set_input(slot, input(aim, Buttons(0)), view_lag_ticks);
    events
}

fn random_input(rng: &mut Rng) -> PlayerInput {
    let stick = Vec2::new(rng.range(-1.0, 1.0), rng.range(-1.0, 1.0));
    PlayerInput::from_stick(stick, Aim(rng.below(4096) as u16), Buttons(rng.below(8) as u8))
}

/// The hash after every tick of a wild match with people who come and go.
fn hash_track(seed: u64, ticks: u32, mode: Mode) -> Vec<u64> {
    let mut simulation = simulation(mode, seed);
    let mut rng = Rng::new(seed ^ 0xabcd);
    (0..12).for_each(|slot| simulation.add_player(PlayerSlot(slot), Team::Solo));
    (0..ticks)
        .map(|tick| {
            for slot in (0..12).map(PlayerSlot) {
                if rng.chance(0.1) {
                    let lag = rng.range(0.0, 20.0);
                    simulation.set_input(slot, random_input(&mut rng), lag);
                }
            }
            if tick % 100 == 99 {
                simulation.remove_player(PlayerSlot(rng.below(12) as u16));
            } else if tick % 100 == 49 {
                simulation.add_player(PlayerSlot(rng.below(12) as u16), Team::Blue);
            }
            simulation.step();
            simulation.state_hash()
        })
        .collect()
}

#[test]
fn the_same_seed_and_inputs_give_the_same_hash_at_every_tick() {
    for (seed, mode) in [(1, Mode::FreeForAll), (2, Mode::Teams)] {
        let track = hash_track(seed, 900, mode);
        assert_eq!(track, hash_track(seed, 900, mode), "seed {seed}");
        assert_ne!(track, hash_track(seed + 10, 900, mode), "the hash sees the difference of seed {seed}");
    }
}

#[test]
fn going_back_to_any_tick_and_playing_again_gives_the_same_state() {
    let track = hash_track(7, 300, Mode::FreeForAll);
    for ticks in (1..300).step_by(37) {
        assert_eq!(hash_track(7, ticks, Mode::FreeForAll).last(), track.get(ticks as usize - 1), "up to tick {ticks}");
    }
}

#[test]
fn the_order_of_joining_makes_no_difference() {
    let play = |order: &mut dyn Iterator<Item = u16>| {
        let mut simulation = simulation(Mode::FreeForAll, 5);
        // Somebody who came and went leaves the ECS in another order.
        simulation.add_player(PlayerSlot(20), Team::Solo);
        order.for_each(|slot| simulation.add_player(PlayerSlot(slot), Team::Solo));
        simulation.remove_player(PlayerSlot(20));
        let mut rng = Rng::new(5);
        let mut track = Vec::new();
        for _ in 0..400 {
            (0..10).for_each(|slot| simulation.set_input(PlayerSlot(slot), random_input(&mut rng), 3.5));
            simulation.step();
            track.push(simulation.state_hash());
        }
        track
    };
    assert_eq!(play(&mut (0..10)), play(&mut (0..10).rev()));
}

#[test]
fn a_bolt_hurts_the_ship_that_it_meets() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(25.0, 20.0))]);
    press(&mut simulation, A, RIGHT, FIRE, 0.0);
    let events = step(&mut simulation, 30);
    let damage = simulation.tuning().pulse.damage;
    assert_eq!(events, [SimEvent::Hit { shooter: A, target: B, damage, is_rail: false }]);
    assert_eq!(vitals(&simulation, B).shield, 100 - damage);
    assert!(simulation.bolts().is_empty());
}

#[test]
fn a_bolt_stops_at_walls() {
    let mut simulation = scene(&[(A, Vec2::new(24.0, 25.0)), (B, Vec2::new(40.0, 25.0))]);
    press(&mut simulation, A, RIGHT, FIRE, 0.0);
    assert_eq!(step(&mut simulation, 60), []);
}

#[test]
fn ships_that_touch_can_still_shoot_each_other() {
    let mut simulation = scene(&[(A, Vec2::new(20.0, 20.0)), (B, Vec2::new(20.5, 20.0))]);
    assert_eq!(press(&mut simulation, A, RIGHT, FIRE, 0.0).len(), 1);
}

#[test]
fn a_rail_goes_through_ships_and_stops_at_walls() {
    let behind_wall = PlayerSlot(9);
    let mut simulation = scene(&[
        (A, Vec2::new(10.0, 25.0)),
        (C, Vec2::new(16.0, 25.5)),
        (B, Vec2::new(22.0, 25.0)),
        (behind_wall, Vec2::new(40.0, 25.0)),
    ]);
    let events = press(&mut simulation, A, RIGHT, RAIL, 0.0);
    let damage = simulation.tuning().rail.damage;
    let hit = |target| SimEvent::Hit { shooter: A, target, damage, is_rail: true };
    assert_eq!(events, [hit(B), hit(C)]);
}

/// A target that flies right at top speed along y = 20; how long ago it was where a rail at `lag` finds it.
fn rail_hits_moving_target(lag_ticks: f32, aim_ticks_behind: u32) -> bool {
    let mut simulation = scene(&[(A, Vec2::new(30.0, 6.0)), (B, Vec2::new(8.0, 20.0))]);
    simulation.set_input(B, PlayerInput { move_x: 7, ..PlayerInput::default() }, 0.0);
    let mut seen = Vec::new();
    for _ in 0..80 {
        simulation.step();
        seen.push(simulation.own_ship(B).unwrap().body.pos);
    }
    // The next step makes one more position; aim where the target was so many ticks before that one.
    let place_then = if aim_ticks_behind == 0 { seen[79] + (seen[79] - seen[78]) } else { seen[80 - aim_ticks_behind as usize] };
    let own = simulation.own_ship(A).unwrap().body.pos;
    let events = press(&mut simulation, A, Aim::along(place_then - own), RAIL, lag_ticks);
    !events.is_empty()
}

#[test]
fn a_rail_is_judged_at_the_shooters_view_tick() {
    assert!(rail_hits_moving_target(0.0, 0));
    assert!(rail_hits_moving_target(12.0, 12));
    assert!(!rail_hits_moving_target(0.0, 12), "not where the target was, for somebody without lag");
    assert!(!rail_hits_moving_target(12.0, 0), "not where the target is, for somebody who sees it late");
}

#[test]
fn a_claimed_lag_beyond_250_ms_is_not_believed() {
    assert!(!rail_hits_moving_target(40.0, 40));
    assert!(rail_hits_moving_target(40.0, REWIND_TICKS_MAX));
}

#[test]
fn a_bolt_lives_in_its_shooters_time() {
    // B rests, then jumps aside at tick 10. A sees that 10 ticks later, so a bolt that arrives until then still hits.
    let hit_at_lag = |lag_ticks: f32| {
        let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(22.0, 20.0))]);
        step(&mut simulation, 20);
        press(&mut simulation, A, RIGHT, FIRE, lag_ticks);
        step(&mut simulation, 2);
        place(&mut simulation, B, Vec2::new(22.0, 30.0));
        !step(&mut simulation, 40).is_empty()
    };
    assert!(hit_at_lag(14.0), "the bolt takes 11 ticks");
    assert!(!hit_at_lag(0.0));
}

#[test]
fn protected_ships_and_team_mates_are_not_hurt() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0))]);
    simulation.arrange(B, |body, _| body.protection_ticks = 60);
    press(&mut simulation, A, RIGHT, FIRE, 0.0);
    assert_eq!(step(&mut simulation, 30), []);

    let mut teams = self::simulation(Mode::Teams, 3);
    teams.add_player(A, Team::Blue);
    teams.add_player(B, Team::Blue);
    teams.add_player(C, Team::Orange);
    teams.step();
    place(&mut teams, A, Vec2::new(10.0, 20.0));
    place(&mut teams, B, Vec2::new(20.0, 20.0));
    place(&mut teams, C, Vec2::new(25.0, 20.0));
    press(&mut teams, A, RIGHT, FIRE, 0.0);
    let events = step(&mut teams, 30);
    assert!(matches!(events[..], [SimEvent::Hit { target: C, .. }]), "through the friend, into the enemy: {events:?}");
}

#[test]
fn shields_come_back_after_a_pause_and_hulls_do_not() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0))]);
    set_vitals(&mut simulation, B, 60, 10);
    press(&mut simulation, A, RIGHT, FIRE, 0.0);
    step(&mut simulation, 20);
    let hurt = vitals(&simulation, B);
    assert_eq!((hurt.shield, hurt.hull), (0, 52));
    step(&mut simulation, 100);
    assert_eq!(vitals(&simulation, B).shield, 0, "not yet");
    step(&mut simulation, 400);
    assert_eq!((vitals(&simulation, B).shield, vitals(&simulation, B).hull), (100, 52));
}

#[test]
fn a_kill_an_assist_and_a_death_are_counted_and_told() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0)), (C, Vec2::new(30.0, 20.0))]);
    press(&mut simulation, C, LEFT, FIRE, 0.0);
    step(&mut simulation, 20);
    set_vitals(&mut simulation, B, 5, 0);
    press(&mut simulation, A, RIGHT, FIRE, 0.0);
    let events = step(&mut simulation, 20);
    let [kill] = kills(&events)[..] else { panic!("{events:?}") };
    assert_eq!((kill.killer, kill.victim, kill.assist, kill.weapon), (Some(A), B, Some(C), Weapon::Bolt));
    let scores: Vec<Tally> = simulation.scores().collect();
    let rules = &simulation.tuning().rules;
    assert_eq!((scores[0].kills, scores[0].score), (1, rules.kill_score));
    assert_eq!((scores[1].deaths, scores[1].score), (1, 0));
    assert_eq!((scores[2].assists, scores[2].score), (1, rules.assist_score));
}

#[test]
fn two_fatal_hits_in_one_tick_are_one_death() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0)), (C, Vec2::new(30.0, 20.0))]);
    set_vitals(&mut simulation, B, 5, 0);
    simulation.set_input(A, input(RIGHT, FIRE), 0.0);
    simulation.set_input(C, input(LEFT, FIRE), 0.0);
    let events = step(&mut simulation, 20);
    assert_eq!(kills(&events).len(), 1);
    assert_eq!(kills(&events)[0].killer, Some(A), "of two in the same tick the lower seat");
}

#[test]
fn the_dead_come_back_after_two_seconds_protected_for_one() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0))]);
    set_vitals(&mut simulation, B, 5, 0);
    let life = simulation.own_ship(B).unwrap().life;
    press(&mut simulation, A, RIGHT, RAIL, 0.0);
    let dead_ticks = (0..1000).find(|_| {
        let is_dead = simulation.own_ship(B).unwrap().respawn_ticks > 0;
        simulation.step();
        !is_dead
    });
    assert_eq!(dead_ticks, Some(120 - 1), "the tick of death counts");
    let ship = simulation.own_ship(B).unwrap();
    assert_eq!((ship.life, ship.vitals.hull, ship.vitals.shield), (life.wrapping_add(1), 100, 100));
    let protected_ticks = (0..1000).find(|_| {
        let is_protected = simulation.own_ship(B).unwrap().body.is_protected();
        simulation.step();
        !is_protected
    });
    assert_eq!(protected_ticks, Some(60 - 1));
}

#[test]
fn the_dead_neither_shoot_nor_are_seen_nor_collect() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0))]);
    set_vitals(&mut simulation, B, 5, 0);
    simulation.set_input(B, input(LEFT, FIRE), 0.0);
    press(&mut simulation, A, RIGHT, RAIL, 0.0);
    let shots = simulation.bolts().iter().filter(|bolt| bolt.slot == B).count();
    step(&mut simulation, 10);
    assert!(simulation.bolts().iter().filter(|bolt| bolt.slot == B).count() <= shots);
    let mut seen = Vec::new();
    simulation.for_each_ship(|ship| seen.push(ship.slot));
    assert_eq!(seen, [A]);
}

#[test]
fn whoever_leaves_takes_their_bolts_along() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(40.0, 20.0))]);
    set_vitals(&mut simulation, B, 5, 0);
    press(&mut simulation, A, RIGHT, FIRE, 0.0);
    simulation.remove_player(A);
    assert_eq!(step(&mut simulation, 60), []);
    assert!(!simulation.has_player(A) && simulation.own_ship(A).is_none());
}

#[test]
fn an_away_ship_lets_go_of_the_controls() {
    let mut simulation = scene(&[(A, Vec2::new(20.0, 20.0))]);
    simulation.set_input(A, PlayerInput { move_x: 7, ..input(RIGHT, FIRE) }, 0.0);
    simulation.set_away(A, true);
    step(&mut simulation, 30);
    assert_eq!(simulation.own_ship(A).unwrap().body.vel, Vec2::ZERO);
    simulation.set_away(A, false);
    step(&mut simulation, 30);
    assert!(simulation.own_ship(A).unwrap().body.vel.x > 5.0);
}

#[test]
fn a_hostile_pilot_gains_neither_speed_nor_shots() {
    let mut simulation = scene(&[(A, Vec2::new(6.0, 20.0))]);
    let lie = PlayerInput { move_x: i8::MIN, move_y: i8::MAX, aim: Aim(u16::MAX), buttons: Buttons(u8::MAX) };
    let mut shots = 0;
    for _ in 0..240 {
        simulation.set_input(A, lie, f32::NAN);
        simulation.step();
        let ship = simulation.own_ship(A).unwrap();
        assert!(ship.body.vel.length() <= simulation.tuning().dash.speed_mps + 0.1);
        shots += simulation.bolts().iter().filter(|bolt| bolt.fired_at == simulation.tick()).count();
    }
    assert!(shots <= 240 / usize::from(simulation.tuning().pulse.interval_ticks) + 1, "{shots}");
}

#[test]
fn riding_a_wake_is_felt_in_the_match() {
    let mut simulation = scene(&[(A, Vec2::new(20.0, 20.0)), (B, Vec2::new(10.0, 20.5))]);
    let right = PlayerInput { move_x: 7, ..PlayerInput::default() };
    simulation.set_input(A, right, 0.0);
    simulation.set_input(B, right, 0.0);
    let mut ticks_in_wake = (0, 0);
    for _ in 0..100 {
        simulation.step();
        ticks_in_wake.0 += u32::from(simulation.own_ship(A).unwrap().body.is_in_wake);
        ticks_in_wake.1 += u32::from(simulation.own_ship(B).unwrap().body.is_in_wake);
    }
    assert_eq!(ticks_in_wake.0, 0);
    assert!(ticks_in_wake.1 > 40, "{ticks_in_wake:?}");
}

/// Puts A on the pickup of a kind and waits a moment.
fn collect(kind: PickupKind, hull: u8) -> (Simulation, Vec<SimEvent>) {
    let mut simulation = scene(&[(A, Vec2::new(6.0, 6.0))]);
    let place_of = simulation.level().pickups().iter().find(|pickup| pickup.kind == kind).unwrap().pos;
    set_vitals(&mut simulation, A, hull, 100);
    place(&mut simulation, A, place_of + Vec2::new(1.5, 0.0));
    let events = step(&mut simulation, 2);
    (simulation, events)
}

#[test]
fn each_pickup_does_its_work_and_comes_back_in_time() {
    let (mut simulation, events) = collect(PickupKind::Repair, 30);
    assert!(matches!(events[..], [SimEvent::PickupTaken { index: 0, slot: A, kind: PickupKind::Repair, .. }]), "{events:?}");
    assert_eq!(vitals(&simulation, A).hull, 80);
    assert_eq!(simulation.pickups_ready(), 0b110);
    place(&mut simulation, A, Vec2::new(6.0, 6.0));
    let wait = simulation.tuning().pickup.repair_wait_ticks;
    let back = step(&mut simulation, wait).into_iter().filter(|event| *event == SimEvent::PickupReady { index: 0 }).count();
    assert_eq!((back, simulation.pickups_ready()), (1, 0b111));

    let (simulation, _) = collect(PickupKind::Haste, 100);
    assert!(simulation.own_ship(A).unwrap().body.haste_ticks > 400);
    let (simulation, _) = collect(PickupKind::Overcharge, 100);
    assert!(simulation.own_ship(A).unwrap().body.overcharge_ticks > 400);
}

#[test]
fn a_whole_ship_leaves_the_repair_alone() {
    assert_eq!(collect(PickupKind::Repair, 100).1, []);
}

#[test]
fn the_nearest_ship_takes_the_pickup() {
    let place_of = level().pickups().iter().find(|pickup| pickup.kind == PickupKind::Haste).unwrap().pos;
    let mut simulation = scene(&[(A, place_of + Vec2::new(1.5, 0.0)), (B, place_of - Vec2::new(0.5, 0.0))]);
    let events = step(&mut simulation, 1);
    assert!(matches!(events[..], [SimEvent::PickupTaken { slot: B, .. }]), "{events:?}");
}

#[test]
fn a_match_goes_from_warm_up_to_live_to_ended_and_on_when_told() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(20.0, 20.0))]);
    let rules = simulation.tuning().rules.clone();
    assert_eq!(simulation.phase(), PhaseState { phase: Phase::WarmUp, ends_at: Tick(rules.warm_up_ticks) });
    set_vitals(&mut simulation, B, 5, 0);
    press(&mut simulation, A, RIGHT, RAIL, 0.0);
    assert_eq!(simulation.scores().next().unwrap().kills, 1);

    let ticks_left = rules.warm_up_ticks - simulation.tick().0;
    let events = step(&mut simulation, ticks_left);
    let live = PhaseState { phase: Phase::Live, ends_at: Tick(rules.warm_up_ticks + rules.live_ticks) };
    assert!(events.contains(&SimEvent::PhaseChanged(live)));
    assert_eq!(simulation.scores().next().unwrap().kills, 0, "the warm-up does not count");
    simulation.step();
    assert!(simulation.own_ship(A).unwrap().body.is_protected(), "everybody starts anew");

    step(&mut simulation, rules.live_ticks);
    assert_eq!(simulation.phase().phase, Phase::Ended);
    place(&mut simulation, A, Vec2::new(10.0, 20.0));
    place(&mut simulation, B, Vec2::new(20.0, 20.0));
    assert_eq!(press(&mut simulation, A, RIGHT, RAIL, 0.0), [], "after the end nobody is hurt");
    step(&mut simulation, rules.ended_ticks + 100);
    assert_eq!(simulation.phase().phase, Phase::Ended, "the host decides what comes next");

    let tick = simulation.tick();
    simulation.start_next_match(Arc::new(Level::open_box(40, 40)));
    let mut told = Vec::new();
    simulation.drain_events(|event| told.push(event));
    assert_eq!(simulation.phase(), PhaseState { phase: Phase::WarmUp, ends_at: tick.plus(rules.warm_up_ticks) });
    assert_eq!(told, [SimEvent::PhaseChanged(simulation.phase())]);
    step(&mut simulation, 2);
    assert_eq!((simulation.level().name(), simulation.player_count(), simulation.tick()), ("box", 2, tick.plus(2)));
    assert_eq!(simulation.own_ship(A).unwrap().respawn_ticks, 0);
}

#[test]
fn teams_are_kept_even_for_those_who_do_not_care() {
    let mut simulation = simulation(Mode::Teams, 1);
    (0..6).for_each(|slot| simulation.add_player(PlayerSlot(slot), Team::Solo));
    let blue = (0..6).filter(|slot| simulation.team(PlayerSlot(*slot)) == Some(Team::Blue)).count();
    assert_eq!(blue, 3);
    let mut alone = self::simulation(Mode::FreeForAll, 1);
    alone.add_player(A, Team::Blue);
    assert_eq!(alone.team(A), Some(Team::Solo));
}

#[test]
fn team_spawns_are_kept_apart() {
    let level = level::tests::drawn(&[
        "############",
        "#..........#",
        "#.b......o.#",
        "#..........#",
        "#..........#",
        "#.b......o.#",
        "#..........#",
        "############",
    ]);
    let tuning = Arc::new(Tuning::default());
    let mut simulation = Simulation::new(SimConfig { level: Arc::new(level.unwrap()), tuning, mode: Mode::Teams, seed: 9 });
    (0..8).for_each(|slot| simulation.add_player(PlayerSlot(slot), Team::Solo));
    simulation.step();
    simulation.for_each_ship(|ship| assert_eq!(ship.team == Team::Blue, ship.body.pos.x < 12.0, "{:?}", ship.slot));
}

#[test]
fn spawns_keep_away_from_enemies_where_they_can() {
    let mut near_enemy = 0;
    for seed in 0..40 {
        let mut simulation = simulation(Mode::FreeForAll, seed);
        simulation.add_player(A, Team::Solo);
        simulation.step();
        place(&mut simulation, A, Vec2::new(7.0, 5.0));
        simulation.step();
        simulation.add_player(B, Team::Solo);
        simulation.step();
        near_enemy += u32::from(simulation.own_ship(B).unwrap().body.pos.distance(Vec2::new(7.0, 5.0)) < 10.0);
    }
    assert!(near_enemy <= 2, "{near_enemy} of 40");
}

#[test]
fn a_full_match_holds_every_seat_and_no_more() {
    let mut simulation = simulation(Mode::FreeForAll, 1);
    (0..=SLOTS_MAX).for_each(|slot| simulation.add_player(PlayerSlot(slot as u16), Team::Solo));
    simulation.step();
    let mut seen = Vec::new();
    simulation.for_each_ship(|ship| seen.push(ship.slot));
    assert_eq!(seen, (0..SLOTS_MAX).map(|slot| PlayerSlot(slot as u16)).collect::<Vec<_>>());
}

#[test]
fn events_that_nobody_drains_do_not_pile_up() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(13.0, 20.0))]);
    simulation.set_input(A, input(RIGHT, FIRE), 0.0);
    (0..600).for_each(|_| simulation.step());
    let mut count = 0;
    simulation.drain_events(|_| count += 1);
    assert!(count < 4, "{count}");
}

#[test]
fn the_last_shot_of_each_kind_is_shown_until_the_next_life() {
    let mut simulation = scene(&[(A, Vec2::new(10.0, 20.0)), (B, Vec2::new(40.0, 30.0))]);
    let marks = |simulation: &Simulation, slot: PlayerSlot| {
        let mut marks = (None, None);
        simulation.for_each_ship(|ship| {
            if ship.slot == slot {
                marks = (ship.bolt, ship.rail);
            }
        });
        marks
    };
    press(&mut simulation, A, Aim(77), FIRE, 0.0);
    let bolt = ShotMark { tick: simulation.tick(), aim: Aim(77) };
    assert_eq!(marks(&simulation, A), (Some(bolt), None));
    press(&mut simulation, A, Aim(99), RAIL, 0.0);
    assert_eq!(marks(&simulation, A), (Some(bolt), Some(ShotMark { tick: simulation.tick(), aim: Aim(99) })));
}
