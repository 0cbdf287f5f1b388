//! A steady tick of a whole match allocates nothing: inputs in, the world stepped, everybody's snapshot encoded.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use slipstream_shared::host::{HostEvent, HostOutput, MatchConfig, MatchCore, NewPlayer};
use slipstream_shared::ids::{Micros, PlayerSlot, Tick};
use slipstream_shared::math::Aim;
use slipstream_shared::protocol::input_packet::{InputHeader, encode_input_packet};
use slipstream_shared::sim::{Buttons, Level, PlayerInput, Tuning};

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

const PLAYERS: u16 = 24;

/// Everybody flies in circles, fires nowhere, acknowledges every snapshot at once.
fn tick(core: &mut MatchCore, now: &mut Micros, packet: &mut Vec<u8>) {
    *now = now.plus_us(16_667);
    core.tick(*now);
    let mut snapshots = 0;
    while let Some(output) = core.poll_output() {
        snapshots += u16::from(matches!(output, HostOutput::Snapshot { .. }));
    }
    assert_eq!(snapshots, PLAYERS);
    let newest = core.tick_number();
    for slot in 0..PLAYERS {
        let angle = Aim(((newest.0 * 40 + u32::from(slot) * 170) % 4096) as u16);
        let input = PlayerInput::from_stick(angle.direction(), angle, Buttons(0));
        let header = InputHeader { newest: newest.plus(2), ack: Some((newest, u32::MAX)), baseline: None, view_lag_ticks: 2.0 };
        packet.clear();
        encode_input_packet(&header, [input; 8], packet);
        core.handle(*now, HostEvent::InputArrived { slot: PlayerSlot(slot), packet, at: *now }).expect("valid");
    }
}

#[test]
fn a_steady_tick_of_a_match_allocates_nothing() {
    let mut tuning = Tuning::default();
    tuning.rules.warm_up_ticks = 20_000;
    let config = MatchConfig::new(Arc::new(Level::open_box(60, 40)), Arc::new(tuning), 3);
    let mut core = MatchCore::new(config).expect("valid");
    let mut now = Micros(0);
    for number in 0..PLAYERS {
        let slot = core.join(now, &NewPlayer { name: format!("{number}"), ..NewPlayer::default() }).expect("a seat");
        core.handle(now, HostEvent::LinkOpened { slot, datagram_bytes_max: 1150, is_fresh: true }).expect("valid");
    }
    let mut packet = Vec::with_capacity(64);
    for _ in 0..600 {
        tick(&mut core, &mut now, &mut packet);
    }
    assert_eq!(core.tick_number(), Tick(600));
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..600 {
        tick(&mut core, &mut now, &mut packet);
    }
    assert_eq!(ALLOCATIONS.load(Ordering::Relaxed) - before, 0, "allocations in 600 ticks of {PLAYERS} players");
}
