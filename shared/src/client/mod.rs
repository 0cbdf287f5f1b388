//! The client's brain: clock, prediction, reconciliation and interpolation. Bytes and time in; bytes, events and a frame out.
//!
//! The browser runs it as wasm, bots and tests run it natively; it is the same code and holds no clock of its own.

mod bolts;
mod client_core;
mod client_event;
mod clock;
mod effects;
mod incoming;
mod interpolation;
mod level_event;
mod match_view;
mod picture;
mod prediction;
mod reconciliation;
mod render_frame;
mod roster;
mod stats;

pub use client_core::ClientCore;
pub use client_event::{ClientEvent, LevelPickup, NamedKill, NamedScore};
pub use effects::EffectKind;
pub use render_frame::{RenderFrame, layout};
pub use stats::{ClientStats, Connection};

use crate::protocol::envelope::Lane;
pub use crate::protocol::envelope::LinkCaps;

/// What a client may choose about itself; everything else comes from the host.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientConfig {
    /// Takes an existing seat over instead of a new one.
    pub resume_token: Option<String>,
    /// Interpolation never shows others closer to the present than this; 0 leaves the choice to what the network needs.
    pub interpolation_ticks_min: f32,
}

/// What the link has to do for the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientOutput {
    /// Bytes of the reliable lane are one whole frame, without the length that a byte stream puts before it.
    Send { lane: Lane, bytes: Vec<u8> },
}
