//! A recording is played as far as it makes sense, and not for ever.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::host::recording::Replay;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut replay) = Replay::new(bytes) else { return };
    for _ in 0..200 {
        if !matches!(replay.step(), Ok(Some(_))) {
            return;
        }
    }
});
