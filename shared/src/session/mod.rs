//! One peer's connection logic, without I/O and without a clock, used by both ends: handshake, the numbered lane and its resumption on
//! any next link, round-trip time, liveness, and how much the peer may say.
//!
//! Bytes and moments go in through `handle` and `link_*`; events come back from `handle`; what is to be sent comes out of
//! `poll_transmit`. An `Err(CloseCode)` means: `close(code)`, send what `poll_transmit` still gives, close the link.

mod event;
pub mod flood_guard;
mod liveness;
pub mod reliable;
pub mod rtt;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::ids::Micros;
use crate::limits::{
    CLIENT_SILENCE_MS_MAX, HANDSHAKE_MS_MAX, PLAYER_UNACKED_MAX, RELIABLE_UNACKED_BYTES_MAX, RELIABLE_UNACKED_MAX,
    SERVER_SILENCE_MS_MAX,
};
use crate::protocol::close_code::CloseCode;
use crate::protocol::codec::{
    decode_frame, decode_ping_datagram, encode_frame, encode_message_frame, encode_ping_datagram, split_message_frame,
};
use crate::protocol::envelope::{Lane, LinkCaps};
use crate::protocol::frame::{Frame, Hello, Welcome, datagram_kind};
use crate::protocol::version::PROTOCOL_VERSION;
pub use event::SessionEvent;
use flood_guard::{FloodGuard, Verdict};
use liveness::Liveness;
use reliable::{AckTimer, ReliableReceiver, ReliableSender, Seq};
use rtt::{PingTrack, Rtt};

/// Which end this is, and what only that end knows.
#[derive(Debug)]
enum Role {
    Client { session: Option<u64> },
    Host { session: u64, seat_away_ms_max: u32, resume_token: String, guard: Box<FloodGuard> },
}

/// Where the present link stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum LinkState {
    Absent,
    /// The first frame of the peer is awaited.
    Greeting {
        caps: LinkCaps,
        since: Micros,
    },
    Live {
        caps: LinkCaps,
    },
}

#[derive(Debug)]
pub struct Session {
    role: Role,
    link: LinkState,
    epoch: u32,
    sender: ReliableSender,
    receiver: ReliableReceiver,
    acks: AckTimer,
    greeting_owed: bool,
    pong_frame_owed: Option<u32>,
    pong_datagram_owed: Option<u32>,
    goodbye_owed: Option<(CloseCode, u32)>,
    is_closed: bool,
    is_confirmed: bool,
    /// Host: messages were dropped, so that only a client that remembers nothing can come back.
    has_overflowed: bool,
    liveness: Liveness,
    pings: PingTrack,
    rtt: Rtt,
}

impl Session {
    #[must_use]
    pub fn client() -> Self {
        Self::new(Role::Client { session: None }, Seq(0), PLAYER_UNACKED_MAX)
    }

    /// The host's end of the session with this number; its seat waits `seat_away_ms_max` for a next link.
    #[must_use]
    pub fn host(session: u64, seat_away_ms_max: u32) -> Self {
        debug_assert!(session != 0, "0 stands for no session");
        let guard = Box::default();
        let role = Role::Host { session, seat_away_ms_max, resume_token: String::new(), guard };
        Self::new(role, Seq(0), RELIABLE_UNACKED_MAX)
    }

    fn new(role: Role, first: Seq, unacked_max: usize) -> Self {
        let silence_ms_max = match role {
            Role::Client { .. } => CLIENT_SILENCE_MS_MAX,
            Role::Host { .. } => SERVER_SILENCE_MS_MAX,
        };
        Self {
            role,
            link: LinkState::Absent,
            epoch: 0,
            sender: ReliableSender::new(first, unacked_max, RELIABLE_UNACKED_BYTES_MAX),
            receiver: ReliableReceiver::new(first),
            acks: AckTimer::default(),
            greeting_owed: false,
            pong_frame_owed: None,
            pong_datagram_owed: None,
            goodbye_owed: None,
            is_closed: false,
            is_confirmed: false,
            has_overflowed: false,
            liveness: Liveness::new(silence_ms_max),
            pings: PingTrack::default(),
            rtt: Rtt::default(),
        }
    }

    // ---- links ------------------------------------------------------------------------------------

    /// Client: a link is open, the first one or a next one. The hello is the first thing it carries.
    ///
    /// Also after a goodbye: whether to come back was the caller's to decide, by the code.
    pub fn link_opened(&mut self, now: Micros, caps: LinkCaps) {
        debug_assert!(matches!(self.role, Role::Client { .. }), "a host accepts links");
        self.is_closed = false;
        self.goodbye_owed = None;
        self.start_link(now, caps);
        self.greeting_owed = true;
    }

    /// Host: a link was admitted to this session. `resume_token` will prove the right to the next one; it goes out with the welcome.
    pub fn link_accepted(&mut self, now: Micros, caps: LinkCaps, token: String) {
        debug_assert!(matches!(self.role, Role::Host { .. }), "a client opens links");
        self.is_closed = false;
        self.goodbye_owed = None;
        self.start_link(now, caps);
        if let Role::Host { resume_token, .. } = &mut self.role {
            *resume_token = token;
        }
        self.epoch = self.epoch.wrapping_add(1);
    }

    /// The link is gone; what it did not carry waits for the next one.
    pub fn link_lost(&mut self, _now: Micros) {
        self.link = LinkState::Absent;
        self.greeting_owed = false;
        self.pong_frame_owed = None;
        self.pong_datagram_owed = None;
        self.acks = AckTimer::default();
        self.pings.forget();
    }

    fn start_link(&mut self, now: Micros, caps: LinkCaps) {
        self.link_lost(now);
        self.link = LinkState::Greeting { caps, since: now };
        self.is_confirmed = false;
        self.liveness.begin(now);
    }

    fn become_live(&mut self, caps: LinkCaps, peer_received: u32) -> Result<(), CloseCode> {
        self.sender.resume(Seq(peer_received))?;
        self.link = LinkState::Live { caps };
        Ok(())
    }

    // ---- in ---------------------------------------------------------------------------------------

    /// Takes one unit off the link: a datagram, or a whole frame without its length.
    ///
    /// # Errors
    /// The code to close the session with: `Malformed`, `Flooding` or `WrongVersion`.
    pub fn handle<'a>(&mut self, now: Micros, lane: Lane, bytes: &'a [u8]) -> Result<Option<SessionEvent<'a>>, CloseCode> {
        if self.is_closed || self.link == LinkState::Absent {
            return Ok(None);
        }
        match lane {
            Lane::Unreliable => self.handle_datagram(now, bytes),
            Lane::Reliable => self.handle_frame(now, bytes),
        }
    }

    fn handle_datagram<'a>(&mut self, now: Micros, bytes: &'a [u8]) -> Result<Option<SessionEvent<'a>>, CloseCode> {
        // Datagrams may overtake the greeting; the lane is latest-wins, so nothing is lost by waiting for the next.
        if !self.is_live() {
            return Ok(None);
        }
        let kind = *bytes.first().ok_or(CloseCode::Malformed)?;
        let is_control = kind == datagram_kind::PING || kind == datagram_kind::PONG;
        if let Role::Host { guard, .. } = &mut self.role {
            let verdict = if is_control { guard.control(now)? } else { guard.datagram(now)? };
            if verdict == Verdict::Ignore {
                return Ok(None);
            }
        }
        let is_expected = match self.role {
            Role::Client { .. } => kind == datagram_kind::SNAPSHOT,
            Role::Host { .. } => kind == datagram_kind::INPUT,
        };
        if is_control {
            let stamp = decode_ping_datagram(bytes).map_err(|_| CloseCode::Malformed)?;
            if kind == datagram_kind::PING {
                self.pong_datagram_owed = Some(stamp);
            } else {
                self.handle_pong(now, stamp);
            }
        } else if !is_expected {
            return Err(CloseCode::Malformed);
        }
        self.note_heard(now);
        Ok(is_expected.then_some(SessionEvent::Datagram(bytes)))
    }

    fn handle_frame<'a>(&mut self, now: Micros, bytes: &'a [u8]) -> Result<Option<SessionEvent<'a>>, CloseCode> {
        let event = match self.link {
            LinkState::Absent => None,
            LinkState::Greeting { caps, .. } => self.handle_greeting(caps, bytes)?,
            LinkState::Live { .. } => {
                let event = match split_message_frame(bytes) {
                    Some((seq, payload)) => self.handle_message(now, Seq(seq), payload)?,
                    None => self.handle_control(now, bytes)?,
                };
                self.is_confirmed = true;
                event
            }
        };
        self.liveness.hear(now);
        Ok(event)
    }

    fn handle_greeting(&mut self, caps: LinkCaps, bytes: &[u8]) -> Result<Option<SessionEvent<'static>>, CloseCode> {
        let frame = decode_frame(bytes).map_err(|_| CloseCode::Malformed)?;
        match (frame, &mut self.role) {
            (Frame::Hello(hello), Role::Host { session, .. }) => {
                if hello.protocol_version != PROTOCOL_VERSION {
                    return Err(CloseCode::WrongVersion);
                }
                let is_fresh = hello.session == 0;
                if !is_fresh && hello.session != *session {
                    return Err(CloseCode::Malformed);
                }
                if !is_fresh && self.has_overflowed {
                    return Err(CloseCode::TooSlow);
                }
                if is_fresh {
                    self.restart();
                }
                self.become_live(caps, hello.received_seq)?;
                self.greeting_owed = true;
                Ok(Some(SessionEvent::Greeted { epoch: self.epoch, is_fresh }))
            }
            (Frame::Welcome(welcome), Role::Client { session }) => {
                if welcome.protocol_version != PROTOCOL_VERSION {
                    return Err(CloseCode::WrongVersion);
                }
                if session.is_some_and(|session| session != welcome.session) {
                    return Err(CloseCode::Malformed);
                }
                *session = Some(welcome.session);
                self.epoch = welcome.epoch;
                self.become_live(caps, welcome.received_seq)?;
                Ok(Some(SessionEvent::Welcomed(welcome)))
            }
            (Frame::Goodbye { code, retry_after_ms, reason }, _) => Ok(Some(self.end(code, retry_after_ms, reason))),
            _ => Err(CloseCode::Malformed),
        }
    }

    fn handle_message<'a>(&mut self, now: Micros, seq: Seq, payload: &'a [u8]) -> Result<Option<SessionEvent<'a>>, CloseCode> {
        if let Role::Host { guard, .. } = &mut self.role {
            guard.message(now)?;
        }
        self.acks.note(now);
        Ok(self.receiver.handle(seq)?.then_some(SessionEvent::Message(payload)))
    }

    fn handle_control(&mut self, now: Micros, bytes: &[u8]) -> Result<Option<SessionEvent<'static>>, CloseCode> {
        let frame = decode_frame(bytes).map_err(|_| CloseCode::Malformed)?;
        if let Role::Host { guard, .. } = &mut self.role {
            // Also an ack may be left out: the next one covers it.
            let verdict = guard.control(now)?;
            if verdict == Verdict::Ignore && !matches!(frame, Frame::Goodbye { .. }) {
                return Ok(None);
            }
        }
        match frame {
            Frame::Ack { seq } => self.sender.handle_ack(Seq(seq))?,
            Frame::Ping { stamp } => self.pong_frame_owed = Some(stamp),
            Frame::Pong { stamp } => self.handle_pong(now, stamp),
            Frame::Goodbye { code, retry_after_ms, reason } => return Ok(Some(self.end(code, retry_after_ms, reason))),
            Frame::Hello(_) | Frame::Welcome(_) | Frame::Message { .. } => return Err(CloseCode::Malformed),
        }
        Ok(None)
    }

    fn handle_pong(&mut self, now: Micros, stamp: u32) {
        if let Some(rtt_us) = self.pings.handle_pong(now, stamp) {
            self.rtt.sample(rtt_us);
        }
    }

    fn note_heard(&mut self, now: Micros) {
        self.liveness.hear(now);
        self.is_confirmed = true;
    }

    /// Both numberings begin anew.
    fn restart(&mut self) {
        self.sender.restart(self.has_overflowed);
        self.receiver = ReliableReceiver::default();
        self.has_overflowed = false;
    }

    fn end(&mut self, code: u16, retry_after_ms: u32, reason: String) -> SessionEvent<'static> {
        self.is_closed = true;
        // What the host dropped cannot be made good; only the start of everything can.
        if code == CloseCode::TooSlow.number()
            && let Role::Client { session } = &mut self.role
        {
            *session = None;
            self.restart();
        }
        SessionEvent::Ended { code, retry_after_ms, reason }
    }

    // ---- out --------------------------------------------------------------------------------------

    /// Says something on the reliable lane, over this link or the next. The payload is shared, so that a broadcast is encoded once.
    ///
    /// # Errors
    /// `TooSlow` when the peer has fallen behind by more than is kept for it: at a host once, which then drops what is said until a
    /// client comes that remembers nothing; the seat need not be given up. A client is refused every time and keeps what it has.
    pub fn queue(&mut self, message: Arc<[u8]>) -> Result<(), CloseCode> {
        if self.has_overflowed {
            return Ok(());
        }
        let queued = self.sender.queue(message);
        self.has_overflowed = queued.is_err() && matches!(self.role, Role::Host { .. });
        queued
    }

    /// Says goodbye: after it nothing goes in or out any more.
    pub fn close(&mut self, code: CloseCode, retry_after_ms: u32) {
        if !self.is_closed {
            self.is_closed = true;
            self.goodbye_owed = Some((code, retry_after_ms));
        }
    }

    /// The next unit to send: `out` is cleared and filled with a datagram, or with a frame without its length. Ask until `None`.
    pub fn poll_transmit(&mut self, now: Micros, out: &mut Vec<u8>) -> Option<Lane> {
        out.clear();
        let (caps, is_live) = match self.link {
            LinkState::Absent => return None,
            LinkState::Greeting { caps, .. } => (caps, false),
            LinkState::Live { caps } => (caps, true),
        };
        if self.greeting_owed {
            self.greeting_owed = false;
            encode_frame(&self.greeting(), out);
            return Some(Lane::Reliable);
        }
        if is_live {
            if !self.is_closed
                && let Some(lane) = self.poll_control(now, caps, out)
            {
                return Some(lane);
            }
            if let Some((seq, payload)) = self.sender.poll() {
                encode_message_frame(seq.0, &payload, out);
                return Some(Lane::Reliable);
            }
        }
        let (code, retry_after_ms) = self.goodbye_owed.take()?;
        encode_frame(&Frame::Goodbye { code: code.number(), retry_after_ms, reason: code.sentence().to_owned() }, out);
        Some(Lane::Reliable)
    }

    fn greeting(&self) -> Frame {
        let received_seq = self.receiver.received().0;
        match &self.role {
            Role::Client { session } => {
                Frame::Hello(Hello { protocol_version: PROTOCOL_VERSION, session: session.unwrap_or(0), received_seq })
            }
            Role::Host { session, seat_away_ms_max, resume_token, .. } => Frame::Welcome(Welcome {
                protocol_version: PROTOCOL_VERSION,
                session: *session,
                epoch: self.epoch,
                received_seq,
                resume_token: resume_token.clone(),
                seat_away_ms_max: *seat_away_ms_max,
            }),
        }
    }

    fn poll_control(&mut self, now: Micros, caps: LinkCaps, out: &mut Vec<u8>) -> Option<Lane> {
        if let Some(stamp) = self.pong_datagram_owed.take() {
            out.extend_from_slice(&encode_ping_datagram(datagram_kind::PONG, stamp));
            return Some(Lane::Unreliable);
        }
        if self.liveness.take_ping(now) {
            let stamp = self.pings.stamp(now);
            if caps.has_datagrams() {
                out.extend_from_slice(&encode_ping_datagram(datagram_kind::PING, stamp));
                return Some(Lane::Unreliable);
            }
            encode_frame(&Frame::Ping { stamp }, out);
            return Some(Lane::Reliable);
        }
        if let Some(stamp) = self.pong_frame_owed.take() {
            encode_frame(&Frame::Pong { stamp }, out);
            return Some(Lane::Reliable);
        }
        if self.acks.take(now) {
            encode_frame(&Frame::Ack { seq: self.receiver.received().0 }, out);
            return Some(Lane::Reliable);
        }
        None
    }

    // ---- time -------------------------------------------------------------------------------------

    /// When `poll_transmit` and `check_time` have something to do although nothing arrives; `None` without a link.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Micros> {
        match self.link {
            LinkState::Absent => None,
            LinkState::Greeting { since, .. } => Some(since.plus_ms(HANDSHAKE_MS_MAX)),
            LinkState::Live { .. } => {
                let due = self.liveness.next_deadline();
                Some(self.acks.due_at().map_or(due, |ack| due.min(ack)))
            }
        }
    }

    /// # Errors
    /// `Silent` or `HandshakeTimeout`: the link is believed dead. The session is not; a next link resumes it.
    pub fn check_time(&self, now: Micros) -> Result<(), CloseCode> {
        match self.link {
            LinkState::Greeting { since, .. } if now >= since.plus_ms(HANDSHAKE_MS_MAX) => Err(CloseCode::HandshakeTimeout),
            LinkState::Live { .. } if self.liveness.is_silent(now) => Err(CloseCode::Silent),
            _ => Ok(()),
        }
    }

    // ---- questions ----------------------------------------------------------------------------------

    /// The greeting is done on the present link.
    #[must_use]
    pub fn is_live(&self) -> bool {
        matches!(self.link, LinkState::Live { .. })
    }

    /// Host: the client was heard after its hello, hence has the welcome and its resume token; older tokens may die.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.is_confirmed
    }

    /// Goodbye was said by one side.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    #[must_use]
    pub fn caps(&self) -> Option<LinkCaps> {
        match self.link {
            LinkState::Absent => None,
            LinkState::Greeting { caps, .. } | LinkState::Live { caps } => Some(caps),
        }
    }

    /// Links so far, the present one included.
    #[must_use]
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    #[must_use]
    pub fn rtt(&self) -> &Rtt {
        &self.rtt
    }

    #[must_use]
    pub fn unacked_count(&self) -> usize {
        self.sender.unacked_count()
    }

    /// Datagrams and controls that were more than the peer needs to send.
    #[must_use]
    pub fn ignored_count(&self) -> u64 {
        match &self.role {
            Role::Client { .. } => 0,
            Role::Host { guard, .. } => guard.ignored,
        }
    }
}
