//! Messages: types first, codecs beside them.

pub mod close_code;
pub mod codec;
#[cfg(test)]
mod document;
pub mod envelope;
pub mod event;
pub mod frame;
pub mod input_packet;
pub mod version;
