//! A steady tick of the game allocates nothing: memory is asked for when players join, not while they play.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use slipstream_shared::bot::{BotCrew, BotLevel};
use slipstream_shared::ids::{PlayerSlot, Team};
use slipstream_shared::sim::{Level, Mode, SimConfig, Simulation, Tuning};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is handed to the system's allocator unchanged; counting touches nothing else.
#[allow(unsafe_code, reason = "a counting allocator cannot be written without it")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn a_steady_tick_allocates_nothing() {
    let json = include_str!("../../assets/maps/medium.tmj");
    let level = Arc::new(Level::from_tiled_json("medium", json).expect("a map of the game loads"));
    let tuning = Arc::new(Tuning::default());
    let mut simulation = Simulation::new(SimConfig { level: Arc::clone(&level), tuning, mode: Mode::FreeForAll, seed: 1 });
    let mut crew = BotCrew::new(level);
    for slot in (0..64).map(PlayerSlot) {
        simulation.add_player(slot, Team::Solo);
        crew.add(slot, BotLevel::Normal, 1);
    }
    let mut tick = |count: u32| {
        for _ in 0..count {
            crew.drive(&mut simulation);
            simulation.step();
            simulation.drain_events(drop);
            std::hint::black_box(simulation.state_hash());
        }
    };
    // Through the warm-up, until every buffer has met its crowd.
    tick(1200);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    tick(600);
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0, "allocations in 600 ticks of 64 fighting bots");
}
