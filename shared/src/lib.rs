//! The pure core of Slipstream: the game, the wire, the authoritative match and the client's brain.
//!
//! No I/O and no clock: bytes and time go in as arguments; bytes, events and deadlines come out. Builds for native and wasm32.
#![forbid(unsafe_code)]

pub mod bot;
pub mod client;
pub mod host;
pub mod ids;
pub mod limits;
pub mod math;
pub mod protocol;
pub mod replication;
pub mod rng;
pub mod session;
pub mod sim;
#[cfg(feature = "wasm")]
pub mod wasm;
pub mod wire;
