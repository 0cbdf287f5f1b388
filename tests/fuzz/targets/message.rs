//! A message that can be read is written back to a message that is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::protocol::codec::{
    decode_host_message, decode_player_message, encode_host_message, encode_player_message,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = decode_player_message(bytes) {
        assert_eq!(decode_player_message(&encode_player_message(&message)), Ok(message));
    }
    if let Ok(message) = decode_host_message(bytes) {
        assert_eq!(decode_host_message(&encode_host_message(&message)), Ok(message));
    }
});
