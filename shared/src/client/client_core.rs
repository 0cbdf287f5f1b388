//! `ClientCore`: the doors of the client. Everything that arrives goes in by `handle`, everything that leaves by `poll_*`.

use std::collections::VecDeque;
use std::sync::Arc;

use glam::Vec2;

use super::bolts::Times;
use super::clock::Clock;
use super::match_view::MatchView;
use super::picture::{self, Moment};
use super::stats::{Meter, Peak};
use super::{ClientConfig, ClientEvent, ClientOutput, ClientStats, Connection, RenderFrame};
use crate::ids::{Micros, PlayerSlot, Tick};
use crate::math::Aim;
use crate::protocol::close_code::{CloseCode, Retry};
use crate::protocol::codec::encode_player_message;
use crate::protocol::envelope::{Lane, LinkCaps};
use crate::protocol::event::PlayerMessage;
use crate::protocol::input_packet::{InputHeader, encode_input_packet};
use crate::replication::SnapshotDecoder;
use crate::session::Session;
use crate::sim::input::{Buttons, PlayerInput};

/// Ticks that one call predicts; a longer gap (a hidden tab, a very slow frame) is skipped, so that being late never makes it later.
const PREDICT_TICKS_MAX: u32 = 12;
/// From this many ticks in one call on, frames are so slow that the next packet could not repeat these inputs in time: say it twice.
const SAY_TWICE_TICKS: u32 = 3;
/// A smaller difference is none: places lie on a grid of 1/1024 m.
const CORRECTION_M_MIN: f32 = 0.001;
/// No snapshot for this long, and the page shows that the link stalls.
const STALL_MS: u64 = 400;
/// Whoever draws no frame for this long is not shown what flashed meanwhile.
const ASLEEP_MS: u64 = 1000;
/// Events kept for a page that does not ask; the oldest are dropped.
const EVENTS_MAX: usize = 4096;

pub struct ClientCore {
    pub(super) session: Session,
    pub(super) session_number: Option<u64>,
    pub(super) resume_token: Option<String>,
    link: LinkState,
    links_opened: u32,
    pub(super) decoder: SnapshotDecoder,
    pub(super) clock: Clock,
    pub(super) view: Option<Box<MatchView>>,
    input: PlayerInput,
    /// The host was told that nobody looks: it takes no inputs and measures no margin.
    pub(super) is_hidden: bool,
    pub(super) now: Micros,
    outputs: VecDeque<ClientOutput>,
    events: VecDeque<ClientEvent>,
    frame: RenderFrame,
    drawn_at: Micros,
    transmit: Vec<u8>,
    pub(super) snapshot_at: Option<Micros>,
    pub(super) complained_at: Option<Micros>,
    pub(super) counters: Counters,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LinkState {
    Awaited,
    Open,
    Lost,
}

#[derive(Default)]
pub(super) struct Counters {
    down: Meter,
    up: Meter,
    pub(super) snapshots: Meter,
    prediction_error: Peak,
    ticks_skipped: u32,
    pub(super) snapshots_refused: u32,
    pub(super) desyncs: u32,
    corrections: u32,
    rewinds: u32,
    pub(super) levels: u32,
}

impl Counters {
    fn note_rewind(&mut self, now: Micros, error_m: f32) {
        self.rewinds += 1;
        if error_m > CORRECTION_M_MIN {
            self.corrections += 1;
            self.prediction_error.add(now, error_m);
        }
    }
}

impl ClientCore {
    #[must_use]
    pub fn new(config: ClientConfig) -> Self {
        Self {
            session: Session::client(),
            session_number: None,
            resume_token: config.resume_token,
            link: LinkState::Awaited,
            links_opened: 0,
            decoder: SnapshotDecoder::new(),
            clock: Clock::new(config.interpolation_ticks_min),
            view: None,
            input: PlayerInput::default(),
            is_hidden: false,
            now: Micros::default(),
            outputs: VecDeque::new(),
            events: VecDeque::new(),
            frame: RenderFrame::default(),
            drawn_at: Micros::default(),
            transmit: Vec::new(),
            snapshot_at: None,
            complained_at: None,
            counters: Counters::default(),
        }
    }

    // ---- the link ---------------------------------------------------------------------------------

    /// A link is open: the first one, or one that continues the session.
    pub fn link_opened(&mut self, now: Micros, caps: LinkCaps) {
        self.now = self.now.max(now);
        self.session.link_opened(now, caps);
        self.link = LinkState::Open;
        self.links_opened += 1;
        // Another way through the network: nothing measured on the old one holds.
        self.clock.forget();
    }

    pub fn link_lost(&mut self, now: Micros) {
        self.now = self.now.max(now);
        self.session.link_lost(now);
        self.link = LinkState::Lost;
        self.outputs.clear();
    }

    // ---- in ---------------------------------------------------------------------------------------

    /// # Errors
    /// The code to close the link with, when the bytes are not what a host of ours sends.
    pub fn handle(&mut self, now: Micros, lane: Lane, bytes: &[u8]) -> Result<(), CloseCode> {
        self.now = self.now.max(now);
        self.counters.down.add(now, bytes.len() as f32);
        let result = self.take_in(now, lane, bytes);
        if let Err(code) = result {
            self.end(code, 0);
        }
        result
    }

    /// What the player holds from now on; sampled by every predicted tick.
    pub fn set_input(&mut self, stick: Vec2, aim: Aim, buttons: Buttons) {
        self.input = PlayerInput::from_stick(stick, aim, buttons);
    }

    // ---- time -------------------------------------------------------------------------------------

    /// Predicts the ticks that are due and queues what has to be sent. Call it once per drawn frame, or at least once a second.
    pub fn advance(&mut self, now: Micros) {
        self.now = self.now.max(now);
        if self.link == LinkState::Open
            && let Err(code) = self.session.check_time(self.now)
        {
            self.end(code, 0);
        }
        self.clock.advance(self.now);
        let Some(ticks) = self.clock.predicted_ticks() else { return };
        let own_ticks = self.own_ticks();
        let Some(view) = &mut self.view else { return };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let target = Tick(ticks as u32 + 1);
        let newest = view.prediction.newest();
        let verdict = match newest {
            Some(newest) if target >= newest && target.since(newest) <= PREDICT_TICKS_MAX => view.reconcile(self.now, own_ticks),
            _ => {
                // The first tick, a clock that jumped, or a long sleep.
                let start = target.minus(PREDICT_TICKS_MAX.min(newest.map_or(1, |newest| target.since(newest))));
                self.counters.ticks_skipped += newest.map_or(0, |newest| start.since(newest));
                view.prediction.jump_to(start);
                view.reconcile(self.now, own_ticks)
            }
        };
        if verdict.is_rewound {
            self.counters.note_rewind(self.now, verdict.error_m);
        }
        let before = view.prediction.newest().unwrap_or(target);
        view.predict(target, self.input);
        let ticks = target.since(before);
        if ticks > 0 {
            self.clock.note_batch(ticks, rtt_us(&self.session));
            self.send_inputs(target, ticks);
        }
    }

    /// One packet a call carries the inputs of its ticks and older ones again; what does not fit travels in packets of its own.
    fn send_inputs(&mut self, newest: Tick, ticks: u32) {
        if !self.session.is_live() {
            return;
        }
        let times = self.times();
        let Some(view) = &self.view else { return };
        let ack = self.decoder.ack();
        #[allow(clippy::cast_possible_truncation)]
        let view_lag_ticks = (times.own_ticks - times.view_ticks).max(0.0) as f32;
        let mut packets = Vec::with_capacity(1);
        let mut at = newest;
        loop {
            let header = InputHeader { newest: at, ack: ack.snapshots, baseline: ack.baseline, view_lag_ticks };
            let mut bytes = Vec::with_capacity(crate::limits::INPUT_BYTES_MAX);
            let inputs = (0..=at.0).map(|age| view.prediction.input_at(at.minus(age)));
            let count = u32::try_from(encode_input_packet(&header, inputs, &mut bytes)).unwrap_or(u32::MAX);
            packets.push(bytes);
            at = at.minus(count);
            if newest.since(at) >= ticks || at.0 == 0 {
                break;
            }
        }
        if ticks >= SAY_TWICE_TICKS {
            packets.extend_from_within(..1);
        }
        // Oldest first: the host takes them in the order of their ticks.
        for bytes in packets.into_iter().rev() {
            self.counters.up.add(self.now, bytes.len() as f32);
            self.outputs.push_back(ClientOutput::Send { lane: Lane::Unreliable, bytes });
        }
    }

    // ---- out --------------------------------------------------------------------------------------

    pub fn poll_output(&mut self) -> Option<ClientOutput> {
        if let Some(output) = self.outputs.pop_front() {
            return Some(output);
        }
        let lane = self.session.poll_transmit(self.now, &mut self.transmit)?;
        self.counters.up.add(self.now, self.transmit.len() as f32);
        Some(ClientOutput::Send { lane, bytes: self.transmit.clone() })
    }

    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    /// The picture of this moment. Effects appear in exactly one frame.
    pub fn render(&mut self, now: Micros) -> &RenderFrame {
        self.now = self.now.max(now);
        self.clock.advance(self.now);
        let moment = Moment { now: self.now, times: self.times(), connection: self.connection() };
        let has_slept = self.now.since(self.drawn_at) > ASLEEP_MS * 1000;
        self.drawn_at = self.now;
        match &mut self.view {
            Some(view) => {
                if has_slept {
                    view.effects.end_frame();
                }
                picture::draw(view, moment, &mut self.frame);
            }
            None => picture::draw_nothing(moment.connection, &mut self.frame),
        }
        &self.frame
    }

    /// The picture that `render` drew last.
    #[must_use]
    pub fn frame(&self) -> &RenderFrame {
        &self.frame
    }

    /// # Errors
    /// `TooSlow` when the host has not acknowledged messages for so long that no more can be kept.
    pub fn send(&mut self, message: &PlayerMessage) -> Result<(), CloseCode> {
        if let PlayerMessage::Hidden { is_hidden } = message {
            self.is_hidden = *is_hidden;
        }
        self.session.queue(Arc::from(encode_player_message(message)))
    }

    /// Gives the seat up at once, instead of keeping it for a next link. Send what `poll_output` then gives, and close the link.
    pub fn leave(&mut self) {
        self.session.close(CloseCode::Done, 0);
    }

    /// Continues this session on another link; known once the host has welcomed us.
    #[must_use]
    pub fn resume_token(&self) -> Option<&str> {
        self.resume_token.as_deref()
    }

    #[must_use]
    pub fn own_slot(&self) -> Option<PlayerSlot> {
        self.view.as_ref().map(|view| view.own_slot())
    }

    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn stats(&self, now: Micros) -> ClientStats {
        let counters = &self.counters;
        let (snapshot_bytes, snapshot_hz) = counters.snapshots.per_second(now);
        let newest = self.clock.newest().unwrap_or_default();
        let predicted = self.clock.predicted_ticks().unwrap_or_default();
        let view = self.view.as_deref();
        let tick_ms = 1000.0 / crate::limits::TICK_HZ as f32;
        ClientStats {
            connection: self.connection(),
            tick: view.and_then(|view| view.prediction.newest()).unwrap_or_default().0,
            host_tick: newest.0,
            lead_ticks: (predicted - f64::from(newest.0)) as f32,
            rtt_ms: rtt_us(&self.session).unwrap_or_default() as f32 / 1000.0,
            jitter_ms: self.clock.jitter_ms(),
            loss: self.clock.loss(),
            snapshot_hz,
            snapshot_bytes: if snapshot_hz > 0.0 { snapshot_bytes / snapshot_hz } else { 0.0 },
            snapshot_age_ms: self.snapshot_at.map_or(0.0, |at| now.since(at) as f32 / 1000.0),
            visible: view.map_or(0, |view| view.others.present_count() as u32 + u32::from(view.is_own_alive())),
            prediction_error: counters.prediction_error.at(now),
            corrections: counters.corrections,
            rewinds: counters.rewinds,
            input_margin_ticks: self.clock.margin_ticks(),
            input_margin_target_ticks: self.clock.margin_target(),
            clock_rate: self.clock.rate(),
            interpolation_delay_ms: self.clock.view_delay_ticks() * tick_ms,
            interpolation_ticks: self.clock.view_delay_ticks(),
            bytes_down_per_s: counters.down.per_second(now).0,
            bytes_up_per_s: counters.up.per_second(now).0,
            ticks_skipped: counters.ticks_skipped,
            resyncs: self.clock.resyncs(),
            snapshots_refused: counters.snapshots_refused,
            desyncs: counters.desyncs,
            links_opened: self.links_opened,
        }
    }

    fn connection(&self) -> Connection {
        let is_fresh = self.snapshot_at.is_some_and(|at| self.now.since(at) < STALL_MS * 1000);
        match (self.link, self.session.is_live(), self.snapshot_at) {
            (LinkState::Lost, ..) => Connection::Lost,
            (LinkState::Awaited, ..) | (LinkState::Open, false, _) | (LinkState::Open, true, None) => Connection::Connecting,
            (LinkState::Open, true, Some(_)) if is_fresh => Connection::Live,
            (LinkState::Open, true, Some(_)) => Connection::Stalled,
        }
    }

    /// The moment at which the own ship is drawn: between the tick before the newest predicted one and that.
    fn own_ticks(&self) -> f64 {
        self.clock.predicted_ticks().unwrap_or_default()
    }

    fn times(&self) -> Times {
        Times { own_ticks: self.own_ticks(), view_ticks: self.clock.view_ticks().unwrap_or_default() }
    }

    pub(super) fn push_event(&mut self, event: ClientEvent) {
        if self.events.len() == EVENTS_MAX {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    /// Our side gives the link up.
    fn end(&mut self, code: CloseCode, retry_after_ms: u32) {
        if self.link == LinkState::Lost {
            return;
        }
        self.link = LinkState::Lost;
        // A silent link is not said goodbye to: the session lives on and the next link resumes it.
        if code.retry() != Retry::Now {
            self.session.close(code, retry_after_ms);
        }
        self.goodbye(code.number(), code.retry(), retry_after_ms, code.sentence().to_owned());
    }

    pub(super) fn goodbye(&mut self, code: u16, retry: Retry, retry_after_ms: u32, sentence: String) {
        let retry = match retry {
            Retry::Now => "now",
            Retry::After => "after",
            Retry::Never => "never",
        };
        let sentence = CloseCode::from_number(code).map_or(sentence, |known| known.sentence().to_owned());
        self.push_event(ClientEvent::Goodbye { code, retry, retry_after_ms, sentence });
    }
}

/// `None` until the first pong.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
pub(super) fn rtt_us(session: &Session) -> Option<u64> {
    let rtt = session.rtt();
    (rtt.samples > 0).then_some(rtt.srtt_us.max(0.0) as u64)
}
