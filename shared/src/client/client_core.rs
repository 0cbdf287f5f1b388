//! `ClientCore`: the doors of the client. Everything that arrives goes in by `handle`, everything that leaves by `poll_*`.

use std::collections::VecDeque;

use glam::Vec2;

use super::{ClientConfig, ClientEvent, ClientOutput, ClientStats, LinkCaps, RenderFrame};
use crate::ids::Micros;
use crate::math::Aim;
use crate::protocol::close_code::CloseCode;
use crate::protocol::envelope::Lane;
use crate::protocol::event::PlayerMessage;
use crate::sim::input::{Buttons, PlayerInput};

pub struct ClientCore {
    config: ClientConfig,
    input: PlayerInput,
    outputs: VecDeque<ClientOutput>,
    events: VecDeque<ClientEvent>,
    frame: RenderFrame,
    stats: ClientStats,
}

impl ClientCore {
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        Self {
            config,
            input: PlayerInput::default(),
            outputs: VecDeque::new(),
            events: VecDeque::new(),
            frame: RenderFrame::default(),
            stats: ClientStats::default(),
        }
    }

    /// A link is open: the first one, or one that continues the session.
    pub fn link_opened(&mut self, _now: Micros, _caps: LinkCaps) {}

    pub fn link_lost(&mut self, _now: Micros) {}

    /// # Errors
    /// The code to close the link with, when the bytes are not what a host of ours sends.
    pub fn handle(&mut self, _now: Micros, _lane: Lane, _bytes: &[u8]) -> Result<(), CloseCode> {
        Ok(())
    }

    /// What the player holds from now on; sampled by every predicted tick.
    pub fn set_input(&mut self, stick: Vec2, aim: Aim, buttons: Buttons) {
        self.input = PlayerInput::from_stick(stick, aim, buttons);
    }

    /// Predicts the ticks that are due and queues what has to be sent. Call it once per drawn frame, or at least once a second.
    pub fn advance(&mut self, _now: Micros) {}

    pub fn poll_output(&mut self) -> Option<ClientOutput> {
        self.outputs.pop_front()
    }

    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    /// The picture of this moment. Effects appear in exactly one frame.
    pub fn render(&mut self, _now: Micros) -> &RenderFrame {
        &self.frame
    }

    #[must_use]
    pub fn stats(&self, _now: Micros) -> ClientStats {
        self.stats
    }

    /// # Errors
    /// `TooSlow` when the host has not acknowledged messages for so long that no more can be kept.
    pub fn send(&mut self, _message: PlayerMessage) -> Result<(), CloseCode> {
        Ok(())
    }

    /// Continues this session on another link; known once the host has welcomed us.
    #[must_use]
    pub fn resume_token(&self) -> Option<&str> {
        self.config.resume_token.as_deref()
    }
}
