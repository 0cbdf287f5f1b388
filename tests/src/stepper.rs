//! Drives one match and many clients in virtual time, a millisecond at a time, with a network of its own for each client.
//!
//! The host's side does what a server's shard does: feed sessions, tick, send once. Each client has its own clock, off by an
//! offset and a drift, and draws frames at its own rate.

use slipstream_shared::client::{ClientConfig, ClientCore, ClientEvent, ClientOutput, LinkCaps, RenderFrame};
use slipstream_shared::host::{HostEvent, HostOutput, MatchConfig, MatchCore, NewPlayer};
use slipstream_shared::ids::{Micros, PlayerSlot, Tick};
use slipstream_shared::limits::{SEAT_AWAY_MS_MAX, TICK_HZ};
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::codec::decode_player_message;
use slipstream_shared::protocol::envelope::Lane;
use slipstream_shared::session::{Session, SessionEvent};

use crate::authority::Authority;
use crate::pilot::Pilot;
use crate::virtual_net::{NetProfile, Pipe};

/// What a link carries in one datagram, in tests.
pub const DATAGRAM_BYTES_MAX: u16 = 1200;
const STEP_US: u64 = 1000;

/// How a client takes part.
pub struct ClientSetup {
    pub up: NetProfile,
    pub down: NetProfile,
    /// 0: nobody is there, only the session lives.
    pub frames_per_s: u32,
    pub clock_offset_ms: u64,
    /// Parts per million that this client's clock is too fast.
    pub clock_drift_ppm: i64,
    pub pilot: Box<dyn Pilot>,
}

impl ClientSetup {
    /// The same network both ways.
    #[must_use]
    pub fn new(net: NetProfile, pilot: impl Pilot + 'static) -> Self {
        Self { up: net, down: net, frames_per_s: 60, clock_offset_ms: 5_000_000, clock_drift_ppm: 0, pilot: Box::new(pilot) }
    }
}

pub struct Client {
    pub core: ClientCore,
    pub slot: PlayerSlot,
    pub events: Vec<ClientEvent>,
    /// The goodbye that ended the client's link, in either direction.
    pub closed: Option<CloseCode>,
    /// Ticks from the newest snapshot to the host's tick, at each host tick since the warm-up.
    pub staleness_ticks: Vec<u32>,
    /// Everything that arrives, once somebody wants to know.
    pub heard: Option<Vec<(Lane, Vec<u8>)>>,
    pub up: Pipe,
    pub down: Pipe,
    pub frames_per_s: u32,
    pub pilot: Box<dyn Pilot>,
    session: Session,
    has_link: bool,
    clock_offset_us: u64,
    clock_drift_ppm: i64,
    next_frame_at: Micros,
}

impl Client {
    /// This client's clock.
    #[must_use]
    pub fn local(&self, now: Micros) -> Micros {
        let drift_us = now.0 as i64 * self.clock_drift_ppm / 1_000_000;
        Micros((now.0 + self.clock_offset_us).saturating_add_signed(drift_us))
    }
}

pub struct Stepper {
    pub seed: u64,
    pub now: Micros,
    pub host: MatchCore,
    pub clients: Vec<Client>,
    pub authority: Authority,
    ticks_run: u64,
    started_at: Micros,
    transmit: Vec<u8>,
}

impl Stepper {
    /// # Panics
    /// When the match is not configured well: a test's own mistake.
    #[must_use]
    pub fn new(seed: u64, config: MatchConfig) -> Self {
        let host = match MatchCore::new(config) {
            Ok(host) => host,
            Err(error) => panic!("the scenario's match: {error}"),
        };
        let now = Micros::from_ms(1000);
        Self {
            seed,
            now,
            host,
            clients: Vec::new(),
            authority: Authority::default(),
            ticks_run: 0,
            started_at: now,
            transmit: Vec::new(),
        }
    }

    /// Takes a seat and opens a link; returns the client's index.
    ///
    /// # Panics
    /// When the match is full.
    pub fn join(&mut self, setup: ClientSetup) -> usize {
        let index = self.clients.len();
        let wish = NewPlayer { name: format!("PILOT{index}"), ..NewPlayer::default() };
        let Ok(slot) = self.host.join(self.now, &wish) else { panic!("the scenario's match is full") };
        let seed = self.seed.wrapping_mul(1000) + index as u64 * 2;
        let away_ms_max = u32::try_from(SEAT_AWAY_MS_MAX).unwrap_or(u32::MAX);
        self.clients.push(Client {
            core: ClientCore::new(ClientConfig::default()),
            slot,
            events: Vec::new(),
            closed: None,
            staleness_ticks: Vec::new(),
            heard: None,
            up: Pipe::new(setup.up, seed),
            down: Pipe::new(setup.down, seed + 1),
            frames_per_s: setup.frames_per_s,
            pilot: setup.pilot,
            session: Session::host(1000 + index as u64, away_ms_max),
            has_link: false,
            clock_offset_us: setup.clock_offset_ms * 1000,
            clock_drift_ppm: setup.clock_drift_ppm,
            // Frames of different clients fall between ticks differently.
            next_frame_at: self.now.plus_us(index as u64 * 3700 % 16_000),
        });
        self.open_link(index);
        index
    }

    /// A link for the session that there is: the first, or one that resumes it.
    pub fn open_link(&mut self, index: usize) {
        let client = &mut self.clients[index];
        let caps = LinkCaps { datagram_bytes_max: DATAGRAM_BYTES_MAX };
        client.session.link_accepted(self.now, caps, format!("token-{index}-{}", client.session.epoch()));
        client.core.link_opened(client.local(self.now), caps);
        client.has_link = true;
        client.closed = None;
    }

    /// The network between the two breaks; each side notices at once.
    pub fn cut_link(&mut self, index: usize) {
        let client = &mut self.clients[index];
        client.up.cut();
        client.down.cut();
        client.has_link = false;
        client.session.link_lost(self.now);
        client.core.link_lost(client.local(self.now));
        let _ = self.host.handle(self.now, HostEvent::LinkLost { slot: client.slot });
    }

    /// The page is closed and opened again: a new core that has nothing but its resume token.
    pub fn reload_page(&mut self, index: usize) {
        self.cut_link(index);
        let client = &mut self.clients[index];
        let resume_token = client.core.resume_token().map(str::to_owned);
        client.core = ClientCore::new(ClientConfig { resume_token, ..ClientConfig::default() });
        client.events.clear();
        self.open_link(index);
    }

    pub fn leave(&mut self, index: usize) {
        self.cut_link(index);
        let slot = self.clients[index].slot;
        let _ = self.host.handle(self.now, HostEvent::PlayerLeft { slot });
    }

    /// Bytes that did not come from our client, as if they had crossed the network.
    pub fn forge(&mut self, index: usize, lane: Lane, bytes: Vec<u8>) {
        self.clients[index].up.send(self.now, lane, bytes);
    }

    pub fn run_ms(&mut self, ms: u64) {
        self.run_with(ms, |_, _, _| {});
    }

    /// Runs; `look` sees every frame that a client draws, together with the truth.
    pub fn run_with(&mut self, ms: u64, mut look: impl FnMut(usize, &RenderFrame, &Authority)) {
        let end = self.now.plus_ms(ms);
        while self.now < end {
            self.now = self.now.plus_us(STEP_US);
            for index in 0..self.clients.len() {
                self.receive_at_host(index);
            }
            self.tick_if_due();
            for index in 0..self.clients.len() {
                self.flush_host(index);
                self.receive_at_client(index);
                self.draw_if_due(index, &mut look);
                self.flush_client(index);
            }
        }
    }

    fn receive_at_host(&mut self, index: usize) {
        let Self { clients, host, now, .. } = self;
        let client = &mut clients[index];
        let slot = client.slot;
        while let Some((lane, bytes)) = client.up.poll(*now) {
            let handled = match client.session.handle(*now, lane, &bytes) {
                Ok(None) => Ok(()),
                Ok(Some(SessionEvent::Greeted { is_fresh, .. })) => {
                    host.handle(*now, HostEvent::LinkOpened { slot, datagram_bytes_max: DATAGRAM_BYTES_MAX, is_fresh })
                }
                Ok(Some(SessionEvent::Datagram(packet))) => host.handle(*now, HostEvent::InputArrived { slot, packet, at: *now }),
                Ok(Some(SessionEvent::Message(bytes))) => match decode_player_message(bytes) {
                    Ok(message) => host.handle(*now, HostEvent::MessageArrived { slot, message }),
                    Err(_) => Err(CloseCode::Malformed),
                },
                Ok(Some(SessionEvent::Ended { .. })) => host.handle(*now, HostEvent::LinkLost { slot }),
                Ok(Some(SessionEvent::Welcomed(_))) => Err(CloseCode::Malformed),
                Err(code) => Err(code),
            };
            if let Err(code) = handled {
                client.closed = Some(code);
                client.session.close(code, 0);
            }
        }
    }

    fn tick_if_due(&mut self) {
        let due = self.now.since(self.started_at) * u64::from(TICK_HZ) / 1_000_000;
        while self.ticks_run < due {
            self.ticks_run += 1;
            let due_at = self.started_at.plus_us(self.ticks_run * 1_000_000 / u64::from(TICK_HZ));
            self.host.tick(due_at);
            self.authority.record(self.host.simulation());
            self.carry_out();
            let tick = self.host.tick_number();
            for client in &mut self.clients {
                let heard = Tick(client.core.stats(client.local(self.now)).host_tick);
                client.staleness_ticks.push(tick.since(heard));
            }
        }
    }

    fn carry_out(&mut self) {
        let Self { clients, host, now, .. } = self;
        while let Some(output) = host.poll_output() {
            match output {
                HostOutput::Snapshot { slot, bytes } => {
                    if let Some(client) = clients.iter_mut().find(|client| client.slot == slot && client.has_link) {
                        client.down.send(*now, Lane::Unreliable, bytes.to_vec());
                    }
                }
                HostOutput::Message { slot, payload } => {
                    if let Some(client) = clients.iter_mut().find(|client| client.slot == slot)
                        && let Err(code) = client.session.queue(payload)
                    {
                        client.session.close(code, 0);
                    }
                }
                HostOutput::SeatExpired { slot } => {
                    for client in clients.iter_mut().filter(|client| client.slot == slot) {
                        client.session.close(CloseCode::SeatExpired, 0);
                        client.closed = Some(CloseCode::SeatExpired);
                    }
                }
            }
        }
    }

    fn flush_host(&mut self, index: usize) {
        let client = &mut self.clients[index];
        while let Some(lane) = client.session.poll_transmit(self.now, &mut self.transmit) {
            client.down.send(self.now, lane, self.transmit.clone());
        }
    }

    fn receive_at_client(&mut self, index: usize) {
        let client = &mut self.clients[index];
        let local = client.local(self.now);
        while let Some((lane, bytes)) = client.down.poll(self.now) {
            if let Some(heard) = &mut client.heard {
                heard.push((lane, bytes.clone()));
            }
            if let Err(code) = client.core.handle(local, lane, &bytes) {
                client.closed = Some(code);
            }
        }
    }

    fn draw_if_due(&mut self, index: usize, look: &mut impl FnMut(usize, &RenderFrame, &Authority)) {
        let client = &mut self.clients[index];
        if self.now < client.next_frame_at || client.frames_per_s == 0 {
            return;
        }
        client.next_frame_at = client.next_frame_at.plus_us(1_000_000 / u64::from(client.frames_per_s)).max(self.now);
        let local = client.local(self.now);
        client.core.advance(local);
        let frame = client.core.render(local);
        look(index, frame, &self.authority);
        let controls = client.pilot.fly(frame);
        client.core.set_input(controls.stick, controls.aim, controls.buttons);
        while let Some(event) = client.core.poll_event() {
            client.events.push(event);
        }
    }

    fn flush_client(&mut self, index: usize) {
        let client = &mut self.clients[index];
        while let Some(ClientOutput::Send { lane, bytes }) = client.core.poll_output() {
            if client.has_link {
                client.up.send(self.now, lane, bytes);
            }
        }
    }
}
