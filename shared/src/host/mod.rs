//! The authoritative match, whoever drives it: a server, a player's browser, a test in virtual time.

pub mod event;

pub use event::{HostEvent, HostOutput, NewPlayer};
