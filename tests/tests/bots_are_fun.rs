//! A match of bots alone is worth watching: everybody moves, shots hit, pickups are taken, nobody owns the board.

use std::sync::Arc;

use slipstream_shared::bot::BotLevel;
use slipstream_shared::host::{MatchConfig, MatchCore};
use slipstream_shared::ids::Micros;
use slipstream_shared::sim::Tuning;
use slipstream_tests::scenario::map;

struct Figures {
    kills: u32,
    pickups_taken: u32,
    wake_share: f32,
    least_travelled_m: f32,
    best_share: f32,
}

fn watch(seed: u64, map_name: &str, bots: usize, bot_level: BotLevel, seconds: u64) -> Figures {
    let config = MatchConfig { fill_to: bots, bot_level, ..MatchConfig::new(map(map_name), Arc::new(Tuning::default()), seed) };
    let Ok(mut host) = MatchCore::new(config) else { panic!("the scenario's match") };
    let mut travelled = vec![0.0_f32; 1024];
    let (mut pickups_taken, mut in_wake, mut ships, mut pickups) = (0, 0_u64, 0_u64, u64::MAX);
    for tick in 0..seconds * 60 {
        host.tick(Micros(1_000_000 + tick * 16_667));
        while host.poll_output().is_some() {}
        let sim = host.simulation();
        sim.for_each_ship(|ship| {
            travelled[ship.slot.index()] += ship.body.vel.length() / 60.0;
            in_wake += u64::from(ship.body.is_in_wake);
            ships += 1;
        });
        pickups_taken += (pickups & !sim.pickups_ready()).count_ones();
        pickups = sim.pickups_ready();
    }
    let kills: Vec<u32> = host.simulation().scores().map(|tally| u32::from(tally.kills)).collect();
    let sum: u32 = kills.iter().sum();
    let flown: Vec<f32> = host.profiles().map(|profile| travelled[profile.slot.index()]).collect();
    assert_eq!(flown.len(), bots, "seed {seed}");
    Figures {
        kills: sum,
        // The first look counted all that are not there.
        pickups_taken: pickups_taken.saturating_sub(64 - host.level().pickups().len() as u32),
        wake_share: in_wake as f32 / ships as f32,
        least_travelled_m: flown.into_iter().fold(f32::MAX, f32::min),
        best_share: kills.iter().copied().max().unwrap_or(0) as f32 / sum.max(1) as f32,
    }
}

#[test]
fn a_match_of_bots_alone_is_a_fight() {
    for (seed, level, bots) in [(1, "medium", 12), (2, "medium", 12), (3, "duel", 4)] {
        let seconds = 120;
        let figures = watch(seed, level, bots, BotLevel::Normal, seconds);
        println!(
            "seed {seed} {level} x {bots}: {} kills, {} pickups, {:.3} in wakes, {:.0} m at least, best has {:.2}",
            figures.kills, figures.pickups_taken, figures.wake_share, figures.least_travelled_m, figures.best_share
        );
        // At least one kill per bot and minute, at most one every five seconds.
        let per_bot_minute = figures.kills as f32 / bots as f32 / (seconds as f32 / 60.0);
        assert!((0.7..12.0).contains(&per_bot_minute), "seed {seed}: {per_bot_minute} kills per bot and minute");
        assert!(figures.pickups_taken >= 4, "seed {seed}: {} pickups taken", figures.pickups_taken);
        assert!(figures.least_travelled_m > 300.0, "seed {seed}: somebody flew only {} m", figures.least_travelled_m);
        assert!(figures.best_share < 0.7, "seed {seed}: one bot has {} of all kills", figures.best_share);
    }
}
