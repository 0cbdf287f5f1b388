//! A frame that can be read has one spelling.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::protocol::codec::{decode_frame, encode_frame};
use slipstream_shared::protocol::frame::Frame;
use slipstream_shared::protocol::version::PROTOCOL_VERSION;

fuzz_target!(|bytes: &[u8]| {
    let Ok(frame) = decode_frame(bytes) else { return };
    let is_of_this_version = match &frame {
        Frame::Hello(hello) => hello.protocol_version == PROTOCOL_VERSION,
        Frame::Welcome(welcome) => welcome.protocol_version == PROTOCOL_VERSION,
        _ => true,
    };
    if is_of_this_version {
        let mut again = Vec::new();
        encode_frame(&frame, &mut again);
        assert_eq!(again, bytes);
    }
});
