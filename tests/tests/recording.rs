//! A recorded match plays again to the bit. The recording stays in target/tmp, where the wasm tests find it and play it in node.

use slipstream_shared::host::recording::Replay;
use slipstream_shared::host::{MatchConfig, MatchCore};
use slipstream_shared::ids::Micros;
use slipstream_shared::limits::TICK_HZ;
use slipstream_shared::sim::{Level, Tuning};
use std::fs;
use std::path::Path;
use std::sync::Arc;

const SEED: u64 = 0x511b_57ae;
const TICKS: u64 = 90 * TICK_HZ as u64;
const BOTS: usize = 12;

#[test]
fn a_recorded_match_plays_again_with_the_same_state_in_every_tick() {
    let mut core = MatchCore::new(MatchConfig { fill_to: BOTS, record_hash_every_ticks: Some(64), ..config() }).unwrap();
    let mut track = Vec::new();
    for tick in 1..=TICKS {
        core.tick(Micros(tick * 1_000_000 / u64::from(TICK_HZ)));
        while core.poll_output().is_some() {}
        track.push(core.simulation().state_hash());
    }
    let recording = core.recording().expect("it was asked for");
    let (first, last) = (track[0], track[track.len() - 1]);
    assert_ne!(first, last, "nothing happened in the match of seed {SEED:#x}");

    let mut replay = Replay::new(recording).unwrap();
    let mut again = Vec::new();
    while let Some(tick) = replay.step().unwrap() {
        again.push(replay.sim.state_hash());
        assert_eq!(again.last(), track.get(again.len() - 1), "the replay of seed {SEED:#x} differs at tick {}", tick.0);
    }
    assert_eq!(again.len(), track.len());
    leave_for_wasm(recording, &track);
}

fn config() -> MatchConfig {
    let map = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/maps/medium.tmj");
    let json = fs::read_to_string(map).expect("the medium map is there");
    let level = Level::from_tiled_json("medium", &json).expect("the medium map is valid");
    MatchConfig::new(Arc::new(level), Arc::new(Tuning::default()), SEED)
}

/// The hashes as little-endian words, one a tick.
fn leave_for_wasm(recording: &[u8], track: &[u64]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let hashes: Vec<u8> = track.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    fs::write(folder.join("match.recording"), recording).expect("target/tmp can be written");
    fs::write(folder.join("match.hashes"), hashes).expect("target/tmp can be written");
}
