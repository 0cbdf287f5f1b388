//! The browser's door to the client: plain numbers, bytes and JSON over `ClientCore`. The only file that knows wasm-bindgen.

use glam::Vec2;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::client::{ClientConfig, ClientCore, ClientOutput, LinkCaps};
use crate::host::recording::Replay;
use crate::ids::Micros;
use crate::math::Aim;
use crate::protocol::envelope::Lane;
use crate::protocol::event::PlayerMessage;
use crate::sim::input::Buttons;

/// What `pollSend` says when there is nothing to send.
const NOTHING: i32 = -1;

#[wasm_bindgen]
pub struct SlipstreamCore {
    core: ClientCore,
    outgoing: Vec<u8>,
}

#[wasm_bindgen]
impl SlipstreamCore {
    /// # Errors
    /// Options that are not JSON or name something unknown.
    #[wasm_bindgen(constructor)]
    pub fn new(options_json: &str) -> Result<SlipstreamCore, String> {
        let config: ClientConfig = serde_json::from_str(options_json).map_err(|error| format!("core options: {error}"))?;
        Ok(Self { core: ClientCore::new(config), outgoing: Vec::new() })
    }

    #[wasm_bindgen(js_name = linkOpened)]
    pub fn link_opened(&mut self, now_ms: f64, datagram_bytes_max: u32) {
        let caps = LinkCaps { datagram_bytes_max: u16::try_from(datagram_bytes_max).unwrap_or(u16::MAX) };
        self.core.link_opened(micros(now_ms), caps);
    }

    #[wasm_bindgen(js_name = linkLost)]
    pub fn link_lost(&mut self, now_ms: f64) {
        self.core.link_lost(micros(now_ms));
    }

    /// The number of the code to close the link with, or 0.
    pub fn receive(&mut self, now_ms: f64, lane: u8, bytes: &[u8]) -> u16 {
        let Some(lane) = Lane::from_number(lane) else { return 0 };
        self.core.handle(micros(now_ms), lane, bytes).err().map_or(0, |code| code.number())
    }

    #[wasm_bindgen(js_name = setInput)]
    pub fn set_input(&mut self, move_x: f32, move_y: f32, aim_radians: f32, buttons: u8) {
        let aim = if aim_radians.is_finite() { Aim::from_radians(aim_radians) } else { Aim::default() };
        self.core.set_input(Vec2::new(move_x, move_y), aim, Buttons(buttons));
    }

    pub fn advance(&mut self, now_ms: f64) {
        self.core.advance(micros(now_ms));
    }

    /// The lane of the next unit to send, whose bytes then lie at `sendPtr`; -1 when there is none.
    #[wasm_bindgen(js_name = pollSend)]
    pub fn poll_send(&mut self) -> i32 {
        match self.core.poll_output() {
            Some(ClientOutput::Send { lane, bytes }) => {
                self.outgoing = bytes;
                i32::from(lane.number())
            }
            None => NOTHING,
        }
    }

    #[wasm_bindgen(js_name = sendPtr)]
    #[must_use]
    pub fn send_ptr(&self) -> *const u8 {
        self.outgoing.as_ptr()
    }

    #[wasm_bindgen(js_name = sendLen)]
    #[must_use]
    pub fn send_len(&self) -> usize {
        self.outgoing.len()
    }

    /// The next event as JSON.
    #[wasm_bindgen(js_name = pollEvent)]
    pub fn poll_event(&mut self) -> Option<String> {
        self.core.poll_event().map(|event| event.to_json())
    }

    /// Draws the frame of this moment, which then lies at `framePtr`.
    pub fn render(&mut self, now_ms: f64) {
        self.core.render(micros(now_ms));
    }

    #[wasm_bindgen(js_name = framePtr)]
    #[must_use]
    pub fn frame_ptr(&self) -> *const f32 {
        self.core.frame().as_slice().as_ptr()
    }

    /// In floats.
    #[wasm_bindgen(js_name = frameLen)]
    #[must_use]
    pub fn frame_len(&self) -> usize {
        self.core.frame().as_slice().len()
    }

    /// The net graph's figures as JSON.
    #[must_use]
    pub fn stats(&self, now_ms: f64) -> String {
        serde_json::to_string(&self.core.stats(micros(now_ms))).unwrap_or_default()
    }

    /// Says something to the host: a `PlayerMessage` as JSON. Returns the number of the code to close the link with, or 0.
    ///
    /// # Errors
    /// JSON that is no such message.
    pub fn send(&mut self, message_json: &str) -> Result<u16, String> {
        let message: PlayerMessage = serde_json::from_str(message_json).map_err(|error| format!("message: {error}"))?;
        Ok(self.core.send(&message).err().map_or(0, |code| code.number()))
    }

    /// Gives the seat up; what `pollSend` then gives is the goodbye.
    pub fn leave(&mut self) {
        self.core.leave();
    }

    #[wasm_bindgen(js_name = resumeToken)]
    #[must_use]
    pub fn resume_token(&self) -> Option<String> {
        self.core.resume_token().map(str::to_owned)
    }
}

/// Plays a recorded match again and returns the state hash of every tick as two words, low and high.
///
/// # Errors
/// Bytes that are no recording, or a state that differs from a recorded hash.
#[wasm_bindgen(js_name = replayHashTrack)]
pub fn replay_hash_track(recording: &[u8]) -> Result<Vec<u32>, String> {
    let mut replay = Replay::new(recording).map_err(|error| error.to_string())?;
    let mut track = Vec::new();
    while replay.step().map_err(|error| error.to_string())?.is_some() {
        let hash = replay.sim.state_hash();
        track.extend([hash as u32, (hash >> 32) as u32]);
    }
    Ok(track)
}

/// A page's clock counts in fractions of milliseconds.
fn micros(ms: f64) -> Micros {
    // NaN and negatives become 0 in the cast; whatever is beyond three centuries stays there.
    Micros((ms * 1000.0).min(1e16) as u64)
}
