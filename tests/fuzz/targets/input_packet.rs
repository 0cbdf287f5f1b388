//! An input packet that can be read holds only inputs that a stick and a mouse can make.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::limits::{INPUT_BYTES_MAX, INPUTS_PER_PACKET_MAX};
use slipstream_shared::math::AIM_STEPS;
use slipstream_shared::protocol::input_packet::decode_input_packet;
use slipstream_shared::sim::Buttons;
use slipstream_shared::sim::input::MOVE_STEPS;

fuzz_target!(|bytes: &[u8]| {
    let Ok(packet) = decode_input_packet(bytes) else { return };
    assert!(bytes.len() <= INPUT_BYTES_MAX);
    assert!((1..=INPUTS_PER_PACKET_MAX).contains(&packet.inputs().len()));
    for input in packet.inputs() {
        assert!(input.move_x.abs() <= MOVE_STEPS && input.move_y.abs() <= MOVE_STEPS);
        assert!(input.aim.0 < AIM_STEPS && input.buttons.0 <= Buttons::ALL);
    }
});
