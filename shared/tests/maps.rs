//! The maps that come with the game: they load, they are fair, and everybody gets everywhere.

use std::sync::Arc;

use slipstream_shared::bot::{BotCrew, BotLevel, NavMap};
use slipstream_shared::ids::{PlayerSlot, Team};
use slipstream_shared::sim::{Level, Mode, SimConfig, SimEvent, Simulation, Tuning};

fn maps() -> Vec<Level> {
    let json = [
        ("duel", include_str!("../../assets/maps/duel.tmj")),
        ("medium", include_str!("../../assets/maps/medium.tmj")),
        ("large", include_str!("../../assets/maps/large.tmj")),
    ];
    json.into_iter().map(|(name, json)| Level::from_tiled_json(name, json).expect("a map of the game loads")).collect()
}

#[test]
fn the_maps_have_the_sizes_and_seats_that_they_promise() {
    let maps = maps();
    let sizes: Vec<_> = maps.iter().map(|level| (level.size_m().x, level.size_m().y)).collect();
    assert_eq!(sizes, [(64.0, 44.0), (160.0, 100.0), (480.0, 320.0)]);
    assert!(maps[2].spawns().len() >= 200, "{}", maps[2].spawns().len());
}

#[test]
fn every_map_fits_one_message() {
    for level in maps() {
        let bytes = level.to_bytes();
        assert!(bytes.len() < 6 * 1024, "{}: {} B", level.name(), bytes.len());
        assert_eq!(Level::from_bytes(&bytes), Ok(level));
    }
}

#[test]
fn every_map_is_the_same_from_both_sides() {
    for level in maps() {
        let (width, height) = (i32::from(level.width_tiles()), i32::from(level.height_tiles()));
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            assert_eq!(level.is_solid(x, y), level.is_solid(width - 1 - x, height - 1 - y), "{} at {x}, {y}", level.name());
        }
        let count = |team| level.spawns().iter().filter(|spawn| spawn.team == team).count();
        assert_eq!(count(Team::Blue), count(Team::Orange));
        for pickup in level.pickups() {
            let twin = level.size_m() - pickup.pos;
            assert!(level.pickups().iter().any(|other| other.pos == twin && other.kind == pickup.kind), "{}", level.name());
        }
    }
}

#[test]
fn every_spawn_reaches_every_pickup() {
    for level in maps() {
        let nav = NavMap::new(&level);
        for spawn in level.spawns() {
            for place in 0..nav.place_count() {
                assert!(
                    nav.distance_m(place, spawn.pos).is_some(),
                    "{}: from {} to {}",
                    level.name(),
                    spawn.pos,
                    nav.place(place)
                );
            }
        }
    }
}

/// Kills of each bot after a while.
fn play(level: &Arc<Level>, bots: &[BotLevel], seconds: u32, seed: u64) -> (Vec<u16>, Vec<u64>, u32) {
    let tuning = Arc::new(Tuning::default());
    let mut simulation = Simulation::new(SimConfig { level: Arc::clone(level), tuning, mode: Mode::FreeForAll, seed });
    let mut crew = BotCrew::new(Arc::clone(level));
    for (slot, bot) in (0..).map(PlayerSlot).zip(bots) {
        simulation.add_player(slot, Team::Solo);
        crew.add(slot, *bot, seed);
    }
    let (mut hashes, mut pickups) = (Vec::new(), 0);
    // Past the warm-up, then as long as wanted.
    for _ in 0..600 + seconds * 60 {
        crew.drive(&mut simulation);
        simulation.step();
        simulation.drain_events(|event| pickups += u32::from(matches!(event, SimEvent::PickupTaken { .. })));
        hashes.push(simulation.state_hash());
    }
    (simulation.scores().map(|line| line.kills).collect(), hashes, pickups)
}

#[test]
fn bots_fight_and_collect_on_every_map() {
    for (level, count) in maps().into_iter().zip([4, 12, 64]) {
        let level = Arc::new(level);
        let (kills, _, pickups) = play(&level, &vec![BotLevel::Normal; count], 60, 11);
        let total: u16 = kills.iter().sum();
        assert!(total >= count as u16 / 2, "{}: {total} kills in a minute", level.name());
        assert!(pickups > 0, "{}: nobody collected anything", level.name());
    }
}

#[test]
fn better_bots_win() {
    let level = Arc::new(maps().swap_remove(0));
    let mut kills = [0, 0, 0];
    for seed in 0..4 {
        let (scores, ..) = play(&level, &[BotLevel::Easy, BotLevel::Hard, BotLevel::Normal], 120, seed);
        kills[0] += scores[0];
        kills[1] += scores[2];
        kills[2] += scores[1];
    }
    assert!(kills[0] < kills[1] && kills[1] < kills[2], "easy, normal, hard: {kills:?}");
}

#[test]
fn bots_are_deterministic() {
    let level = Arc::new(maps().swap_remove(1));
    let play = |seed| play(&level, &[BotLevel::Hard; 10], 20, seed).1;
    assert_eq!(play(3), play(3));
    assert_ne!(play(3), play(4));
}
