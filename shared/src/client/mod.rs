//! The client's brain: clock, prediction, reconciliation and interpolation. Bytes and time in; bytes, events and a frame out.
//!
//! The browser runs it as wasm, bots and tests run it natively; it is the same code and holds no clock of its own.

mod client_core;
mod client_event;
mod clock;
mod render_frame;
mod stats;

pub use client_core::ClientCore;
pub use client_event::{ClientEvent, LevelPickup, NamedKill, NamedScore};
pub use render_frame::{RenderFrame, layout};
pub use stats::{ClientStats, Connection};

use crate::protocol::envelope::Lane;

/// What a client may choose about itself; everything else comes from the host.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientConfig {
    /// Takes an existing seat over instead of a new one.
    pub resume_token: Option<String>,
    /// Interpolation never shows others closer to the present than this; 0 leaves the choice to what the network needs.
    pub interpolation_ticks_min: f32,
}

/// What the link can do; a transport is never asked what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkCaps {
    /// The longest unreliable envelope that the link carries now; 0 when unknown.
    pub datagram_bytes_max: u16,
}

/// What the link has to do for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientOutput {
    /// Bytes of the reliable lane are one whole frame, without the length that a byte stream puts before it.
    Send { lane: Lane, bytes: Vec<u8> },
}
