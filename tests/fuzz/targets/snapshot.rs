//! Snapshots and pieces of first states, in any order: refused or applied, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::ids::Tick;
use slipstream_shared::replication::SnapshotDecoder;

fuzz_target!(|bytes: &[u8]| {
    let mut decoder = SnapshotDecoder::new();
    let mut rest = bytes;
    while let [what, length, tail @ ..] = rest {
        let (unit, tail) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = tail;
        if what % 4 == 0 {
            let _ = decoder.apply_baseline_piece(Tick(u32::from(*what) * 2), what >> 4, 1 + (what >> 6), unit);
        } else if let Ok(snapshot) = decoder.apply(unit) {
            assert!(snapshot.ships.windows(2).all(|pair| pair[0].slot < pair[1].slot));
        }
    }
});
