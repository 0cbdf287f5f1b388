//! Bolts are announced once and flown by the client: others' bolts are where the match has them, own ones appear at once and once.

use std::collections::{BTreeMap, BTreeSet};

use glam::Vec2;
use slipstream_shared::client::layout;
use slipstream_shared::math::Aim;
use slipstream_shared::sim::{Tuning, bolt_position};
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{percentile, small_room};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

/// Every bolt of the match by (slot, tick).
type Fired = BTreeMap<(u16, u32), (Vec2, Aim)>;

struct Drawn {
    /// Bolt ids of others, with the distance to the nearest true bolt of that shooter.
    others: BTreeMap<u32, f32>,
    own: BTreeSet<u32>,
}

fn fight(seed: u64, net: NetProfile) -> (Fired, u16, Drawn) {
    let tuning = Tuning::default();
    let mut stepper = Stepper::new(seed, small_room(seed));
    let pilot = stepper.join(ClientSetup::new(net, Wanderer::shooting(seed)));
    stepper.join(ClientSetup::new(net, Wanderer::shooting(seed + 100)));
    stepper.run_ms(3000);
    let slot = stepper.clients[pilot].slot.0;
    let mut fired = Fired::new();
    let mut drawn = Drawn { others: BTreeMap::new(), own: BTreeSet::new() };
    for _ in 0..1200 {
        for bolt in stepper.host.simulation().bolts() {
            fired.insert((bolt.slot.0, bolt.fired_at.0), (bolt.start, bolt.aim));
        }
        stepper.run_with(16, |index, frame, _| {
            if index != pilot {
                return;
            }
            let ticks = frame.header(layout::RENDER_TICK);
            for row in frame.bolts() {
                let (id, shooter) = (row[layout::bolt::ID] as u32, row[layout::bolt::SLOT] as u16);
                if shooter == slot {
                    drawn.own.insert(id);
                    continue;
                }
                let place = Vec2::new(row[layout::bolt::X], row[layout::bolt::Y]);
                let of_shooter = fired.range((shooter, 0)..(shooter + 1, 0));
                let distances = of_shooter
                    .filter(|((_, tick), _)| ticks >= *tick as f32)
                    .map(|((_, tick), (start, aim))| bolt_position(*start, *aim, ticks - *tick as f32, &tuning).distance(place));
                let nearest = distances.fold(f32::MAX, f32::min);
                let worst = drawn.others.entry(id).or_insert(0.0);
                *worst = worst.max(nearest);
            }
        });
    }
    (fired, slot, drawn)
}

#[test]
fn on_a_steady_network_every_bolt_is_drawn_once_and_in_its_place() {
    for seed in 1..4 {
        let (fired, slot, drawn) = fight(seed, NetProfile::with_rtt(80.0));
        let own = fired.keys().filter(|(shooter, _)| *shooter == slot).count();
        let others = fired.len() - own;
        println!("seed {seed}: own {own} drawn {}, others {others} drawn {}", drawn.own.len(), drawn.others.len());
        assert!(own > 50 && others > 50, "seed {seed}: {own} and {others}");
        // The first and the last are still or already under way; bolts that leave a muzzle in a wall are never seen.
        assert!(drawn.own.len() <= own + 4 && drawn.own.len() * 100 >= own * 90, "seed {seed}");
        assert!(drawn.others.len() <= others + 4 && drawn.others.len() * 100 >= others * 85, "seed {seed}");
        let worst: Vec<f32> = drawn.others.values().copied().collect();
        assert!(percentile(&worst, 0.97) < 0.05, "seed {seed}: {}", percentile(&worst, 0.97));
    }
}

#[test]
fn loss_hides_hardly_a_bolt_and_doubles_none() {
    for seed in 1..4 {
        let net = NetProfile { jitter_ms: 20.0, loss: 0.05, duplicates: 0.05, reordered: 0.05, ..NetProfile::with_rtt(80.0) };
        let (fired, slot, drawn) = fight(seed, net);
        let own = fired.keys().filter(|(shooter, _)| *shooter == slot).count();
        let others = fired.len() - own;
        println!("seed {seed}: own {own} drawn {}, others {others} drawn {}", drawn.own.len(), drawn.others.len());
        assert!(drawn.own.len() <= own * 103 / 100 + 4 && drawn.own.len() * 100 >= own * 85, "seed {seed}");
        assert!(drawn.others.len() <= others + 4 && drawn.others.len() * 100 >= others * 80, "seed {seed}");
        let worst: Vec<f32> = drawn.others.values().copied().collect();
        assert!(percentile(&worst, 0.9) < 0.1, "seed {seed}: {}", percentile(&worst, 0.9));
    }
}
