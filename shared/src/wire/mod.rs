//! Bits and bytes; knows no message. Writers assert, readers refuse.

mod bit_reader;
mod bit_writer;
mod byte_reader;
mod byte_writer;
pub mod prefix;
pub mod quantize;
pub mod seq;
mod varint;

pub use bit_reader::BitReader;
pub use bit_writer::BitWriter;
pub use byte_reader::ByteReader;
pub use byte_writer::ByteWriter;

/// Why bytes were refused. Nothing more is said: a peer that sends such bytes is closed, not taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    #[error("the message ends too early")]
    TooShort,
    #[error("bytes are left over after the message")]
    LeftOver,
    #[error("a value is outside its range")]
    OutOfRange,
}
