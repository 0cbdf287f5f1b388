//! A level from the wire, or from a map editor's file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::sim::Level;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(level) = Level::from_bytes(bytes) {
        assert_eq!(Level::from_bytes(&level.to_bytes()), Ok(level));
    }
    if let Ok(text) = core::str::from_utf8(bytes) {
        let _ = Level::from_tiled_json("fuzz", text);
    }
});
