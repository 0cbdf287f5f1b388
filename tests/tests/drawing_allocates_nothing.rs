//! A steady frame costs no memory: everything that drawing needs was reserved before.
//!
//! The counter sits under the allocator of this whole test program, hence one test only.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::Arc;

use slipstream_shared::host::MatchConfig;
use slipstream_shared::sim::{Level, Tuning};
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call goes to the system's allocator as it came; counting touches no memory of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_frame_of_a_brawl_allocates_nothing() {
    let seed = 1;
    let level = Arc::new(Level::open_box(40, 30));
    let config = MatchConfig { fill_to: 48, ..MatchConfig::new(level, Arc::new(Tuning::default()), seed) };
    let mut stepper = Stepper::new(seed, config);
    let pilot = stepper.join(ClientSetup::new(NetProfile::with_rtt(40.0), Wanderer::shooting(seed)));
    stepper.run_ms(5000);
    let mut drawn = 0;
    for _ in 0..600 {
        stepper.run_ms(16);
        let client = &mut stepper.clients[pilot];
        // A frame between two frames: nothing new has arrived, everything is drawn.
        let local = client.local(stepper.now);
        let before = ALLOCATIONS.with(Cell::get);
        let frame = client.core.render(local);
        assert_eq!(ALLOCATIONS.with(Cell::get) - before, 0, "seed {seed}");
        drawn += frame.ships().count();
    }
    assert!(drawn > 600 * 10, "seed {seed}: {drawn} ships drawn");
}
