//! What snapshots cost: time, bytes and allocations in the standard scenes. A line per figure; `cargo xtask bench` makes a table of them.
//!
//! Times are this thread's time on the processor. Ships in sight do not count the player's own, whose exact state is in the payload.

use std::alloc::{GlobalAlloc, Layout, System};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use slipstream_tests::bench_scene::{ARENA_1000, BRAWL_256, MatchScene, Scene, SceneConfig, SceneFigures};

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

const SEED: u64 = 7;
/// Until the crowd has left the spawns.
const WARM_UP_TICKS: u32 = 700;
const MEASURED_TICKS: u32 = 480;

fn main() -> io::Result<()> {
    let maps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/maps");
    let mut out = io::stdout().lock();
    for config in [BRAWL_256, SceneConfig { ack_ticks: 5, ..BRAWL_256 }, ARENA_1000, SceneConfig { ack_ticks: 5, ..ARENA_1000 }] {
        let mut scene = Scene::new(config, &maps, SEED);
        scene.play(WARM_UP_TICKS, || 0);
        let figures = scene.play(MEASURED_TICKS, || ALLOCATIONS.load(Ordering::Relaxed));
        tell(&mut out, &config, &figures)?;
    }
    for (config, goal_ms) in [(BRAWL_256, 3), (ARENA_1000, 4)] {
        let mut scene = MatchScene::new(config, &maps, SEED);
        scene.play(WARM_UP_TICKS);
        let (ticking, thinking) = scene.play(MEASURED_TICKS);
        let per_tick = |time: Duration| time.as_secs_f64() * 1e3 / f64::from(MEASURED_TICKS);
        let name = config.name;
        writeln!(out, "figure | {name}: `MatchCore::tick`, all snapshots encoded | {:.2} ms | {goal_ms} ms", per_tick(ticking))?;
        writeln!(out, "figure | {name}: the bots' thinking | {:.2} ms |", per_tick(thinking))?;
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)]
fn tell(out: &mut impl Write, config: &SceneConfig, figures: &SceneFigures) -> io::Result<()> {
    let name = format!("{}, acks after {} ticks", config.name, config.ack_ticks);
    let visible = figures.visible as f64;
    let ns = |time: Duration| time.as_secs_f64() * 1e9 / visible;
    let moving = 100.0 * (1.0 - figures.still as f64 / figures.ships as f64);
    let mean = figures.bytes as f64 / figures.snapshots as f64;
    // The goals of one scene are not those of the other.
    let is_arena = config.name == ARENA_1000.name;
    let (ship_goal, payload_goal) = if is_arena { ("", "110 B") } else { ("3.0, aim 2.0", "") };
    writeln!(out, "figure | {name}: ships in sight (moving) | {:.1} ({moving:.1} %) |", visible / figures.snapshots as f64)?;
    writeln!(out, "figure | {name}: encoding a ship for a client | {:.1} ns | 50 ns, aim 20", ns(figures.encode))?;
    writeln!(out, "figure | {name}: the same with capture | {:.1} ns |", ns(figures.encode + figures.capture))?;
    writeln!(
        out,
        "figure | {name}: bytes per ship in sight, all included | {:.2} B | {ship_goal}",
        figures.bytes as f64 / visible
    )?;
    writeln!(out, "figure | {name}: mean payload | {mean:.1} B | {payload_goal}")?;
    writeln!(out, "figure | {name}: largest payload | {} B | 1150 B", figures.bytes_max)?;
    writeln!(out, "figure | {name}: snapshots that left somebody out | {} of {} | 0", figures.incomplete, figures.snapshots)?;
    writeln!(out, "figure | {name}: allocations in {} ticks | {} | 0", figures.ticks, figures.allocations)
}
