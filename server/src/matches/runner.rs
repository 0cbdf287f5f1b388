//! One match and its sessions: drain what arrived, tick, send. Driven by a shard; nothing here waits.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::{BufMut as _, Bytes, BytesMut};
use slipstream_shared::host::{HostEvent, HostOutput, MatchCore};
use slipstream_shared::ids::{Micros, PlayerSlot};
use slipstream_shared::limits::{SEAT_AWAY_MS_MAX, SLOTS_MAX};
use slipstream_shared::protocol::close_code::{CloseCode, Retry};
use slipstream_shared::protocol::codec::decode_player_message;
use slipstream_shared::protocol::envelope::Lane;
use slipstream_shared::session::{Session, SessionEvent};

use crate::link::{Arrival, Link};
use crate::matches::handle::{Arriving, MatchHandle, SessionWatch};
use crate::outbox::DATAGRAM_HEADROOM;

/// Retry delay of refusals that will pass.
const RETRY_MS: u32 = 2_000;
/// Retry delay of somebody who flooded.
const FLOOD_RETRY_MS: u32 = 10_000;
/// Pings reach the score board, and figures the lists, every so many ticks.
const FIGURES_TICKS: u32 = 30;
/// Envelopes are cut from blocks of this size: one allocation for dozens of snapshots.
const ARENA_BYTES: usize = 64 * 1024;

#[allow(clippy::cast_possible_truncation)]
const SEAT_AWAY_MS: u32 = SEAT_AWAY_MS_MAX as u32;

/// A player's connection life.
struct Peer {
    number: u64,
    session: Session,
    link: Option<Link>,
    is_confirmed: bool,
}

/// Somebody whose hello is awaited.
struct Guest {
    peer: Peer,
    player: slipstream_shared::host::NewPlayer,
}

/// What a peer's turn ended with.
enum Fate {
    Stays,
    /// The link is gone or was ended; the seat waits.
    LinkEnded,
    /// The session is over.
    Leaves,
}

pub struct Runner {
    handle: MatchHandle,
    core: MatchCore,
    watch: Arc<dyn SessionWatch>,
    seats: Vec<Option<Peer>>,
    /// Seats in use, ascending, so that a tick looks at nobody else.
    taken: Vec<PlayerSlot>,
    guests: Vec<Guest>,
    arrivals: Vec<Arrival>,
    frame: Vec<u8>,
    arena: BytesMut,
    /// When the last person left; `None` while somebody is here.
    empty_since: Option<Micros>,
}

impl Runner {
    #[must_use]
    pub fn new(handle: MatchHandle, core: MatchCore, watch: Arc<dyn SessionWatch>, now: Micros) -> Self {
        let seats = std::iter::repeat_with(|| None).take(SLOTS_MAX).collect();
        let runner = Self {
            handle,
            core,
            watch,
            seats,
            taken: Vec::new(),
            guests: Vec::new(),
            arrivals: Vec::new(),
            frame: Vec::new(),
            arena: BytesMut::new(),
            empty_since: Some(now),
        };
        runner.publish();
        runner
    }

    #[must_use]
    pub fn handle(&self) -> &MatchHandle {
        &self.handle
    }

    /// Since when nobody is here, not even on the way in or away.
    #[must_use]
    pub fn empty_since(&self) -> Option<Micros> {
        self.empty_since
    }

    // ---- links ------------------------------------------------------------------------------------

    /// A link that the door has admitted.
    pub fn enter(&mut self, now: Micros, arriving: Arriving) {
        let Arriving { session: number, next_token, newcomer, link } = arriving;
        let Some(player) = newcomer else { return self.take_over(now, number, next_token, link) };
        let mut session = Session::host(number, SEAT_AWAY_MS);
        session.link_accepted(now, link.caps, next_token);
        let peer = Peer { number, session, link: Some(link), is_confirmed: false };
        self.guests.push(Guest { peer, player });
        self.empty_since = None;
    }

    /// A newer link wins, even over one that still seems alive: its owner knows better which one works.
    fn take_over(&mut self, now: Micros, number: u64, next_token: String, link: Link) {
        let guests = self.guests.iter_mut().map(|guest| (&mut guest.peer, None));
        let seats = self.seats.iter_mut().zip(0..).filter_map(|(seat, slot)| Some((seat.as_mut()?, Some(PlayerSlot(slot)))));
        let Some((peer, slot)) = guests.chain(seats).find(|(peer, _)| peer.number == number) else {
            return link.outbox.close(CloseCode::SeatExpired, 0);
        };
        peer.session.link_accepted(now, link.caps, next_token);
        peer.is_confirmed = false;
        if let Some(old) = peer.link.replace(link) {
            old.outbox.close(CloseCode::Replaced, 0);
            if let Some(slot) = slot {
                self.tell(now, HostEvent::LinkLost { slot });
            }
        }
    }

    /// Drops the link of a seat without a word; false when there is none.
    pub fn cut(&mut self, now: Micros, slot: PlayerSlot) -> bool {
        let Some(peer) = self.seats.get_mut(slot.index()).and_then(Option::as_mut) else { return false };
        let had_link = peer.link.take().is_some();
        if had_link {
            peer.session.link_lost(now);
            self.tell(now, HostEvent::LinkLost { slot });
        }
        had_link
    }

    /// Says goodbye to everybody; the links end by themselves.
    pub fn close(&mut self, code: CloseCode) {
        self.handle.figures.set_over();
        let guests = self.guests.drain(..).map(|guest| guest.peer);
        let peers = self.taken.drain(..).filter_map(|slot| self.seats[slot.index()].take());
        for peer in guests.chain(peers) {
            if let Some(link) = peer.link {
                link.outbox.close(code, RETRY_MS);
            }
            self.watch.ended(peer.number);
        }
    }

    // ---- one tick -----------------------------------------------------------------------------------

    /// The whole tick, in the order in which it happens. `due` is when it should have begun, `now` when it did.
    pub fn tick(&mut self, due: Micros, now: Micros) {
        self.greet_guests(now);
        self.receive(now);
        self.core.tick(due);
        self.carry_out(now);
        self.transmit(now);
        if self.core.tick_number().0.is_multiple_of(FIGURES_TICKS) {
            self.measure_pings(now);
            self.publish();
        }
        self.note_emptiness(now);
    }

    /// Guests become players with their hello.
    fn greet_guests(&mut self, now: Micros) {
        let mut index = 0;
        while index < self.guests.len() {
            let guest = &mut self.guests[index];
            let mut greeted = None;
            let fate = hear(&mut guest.peer, &mut self.arrivals, now, |event| {
                if let SessionEvent::Greeted { is_fresh, .. } = event {
                    greeted = Some(is_fresh);
                }
                Ok(())
            });
            let stays = matches!(fate, Fate::Stays);
            if stays && greeted.is_none() {
                index += 1;
                continue;
            }
            let mut guest = self.guests.swap_remove(index);
            match greeted.filter(|_| stays) {
                Some(is_fresh) => self.seat(now, guest, is_fresh),
                None => {
                    self.watch.ended(guest.peer.number);
                    end_link(&mut guest.peer, now, CloseCode::Done, 0);
                }
            }
        }
    }

    fn seat(&mut self, now: Micros, guest: Guest, is_fresh: bool) {
        let Guest { peer, player } = guest;
        let joined = if self.taken.len() < self.handle.facts.people_max {
            self.core.join(now, &player)
        } else {
            Err(CloseCode::MatchFull)
        };
        let slot = match joined {
            Ok(slot) => slot,
            Err(code) => {
                if let Some(link) = &peer.link {
                    link.outbox.close(code, RETRY_MS);
                }
                return self.watch.ended(peer.number);
            }
        };
        if let Some(link) = &peer.link {
            let datagram_bytes_max = link.caps.datagram_bytes_max;
            self.tell(now, HostEvent::LinkOpened { slot, datagram_bytes_max, is_fresh });
        }
        self.seats[slot.index()] = Some(peer);
        let place = self.taken.partition_point(|other| *other < slot);
        self.taken.insert(place, slot);
    }

    /// Everything that arrived since the last tick goes through its session into the match.
    fn receive(&mut self, now: Micros) {
        let mut index = 0;
        while index < self.taken.len() {
            let slot = self.taken[index];
            let Some(peer) = self.seats[slot.index()].as_mut() else {
                index += 1;
                continue;
            };
            let core = &mut self.core;
            let had_link = peer.link.is_some();
            let caps = peer.link.as_ref().map_or(0, |link| link.caps.datagram_bytes_max);
            let fate = hear_timed(peer, &mut self.arrivals, now, |event, at| match event {
                SessionEvent::Datagram(packet) => core.handle(at, HostEvent::InputArrived { slot, packet, at }),
                SessionEvent::Message(bytes) => {
                    let message = decode_player_message(bytes).map_err(|_| CloseCode::Malformed)?;
                    core.handle(at, HostEvent::MessageArrived { slot, message })
                }
                SessionEvent::Greeted { is_fresh, .. } => {
                    core.handle(at, HostEvent::LinkOpened { slot, datagram_bytes_max: caps, is_fresh })
                }
                SessionEvent::Welcomed(_) | SessionEvent::Ended { .. } => Ok(()),
            });
            if !peer.is_confirmed && peer.session.is_confirmed() {
                peer.is_confirmed = true;
                self.watch.confirmed(peer.number);
            }
            match fate {
                Fate::Stays => index += 1,
                Fate::LinkEnded => {
                    if had_link {
                        self.tell(now, HostEvent::LinkLost { slot });
                    }
                    index += 1;
                }
                Fate::Leaves => {
                    self.tell(now, HostEvent::PlayerLeft { slot });
                    self.free(now, slot, CloseCode::Done);
                }
            }
        }
    }

    /// What the match wants said.
    fn carry_out(&mut self, now: Micros) {
        let Self { core, seats, arena, .. } = self;
        let (mut over, mut cut_off) = (Vec::new(), Vec::new());
        while let Some(output) = core.poll_output() {
            match output {
                HostOutput::Snapshot { slot, bytes } => {
                    if let Some(link) = seats[slot.index()].as_ref().and_then(|peer| peer.link.as_ref()) {
                        link.outbox.send_unreliable(envelope(arena, bytes));
                    }
                }
                HostOutput::Message { slot, payload } => {
                    let Some(peer) = seats[slot.index()].as_mut() else { continue };
                    // Only the link is given up: the session hears the player out again as one that remembers nothing.
                    if let Err(code) = peer.session.queue(payload) {
                        end_link(peer, now, code, 0);
                        cut_off.push(slot);
                    }
                }
                HostOutput::SeatExpired { slot } => over.push(slot),
            }
        }
        for slot in cut_off {
            self.tell(now, HostEvent::LinkLost { slot });
        }
        for slot in over {
            self.free(now, slot, CloseCode::SeatExpired);
        }
    }

    /// Frames, acks, pings: everything that sessions owe.
    fn transmit(&mut self, now: Micros) {
        let Self { seats, taken, guests, frame, arena, .. } = self;
        let mut lost = Vec::new();
        for guest in guests.iter_mut() {
            transmit_one(&mut guest.peer, now, frame, arena);
        }
        for slot in taken.iter() {
            let Some(peer) = seats[slot.index()].as_mut() else { continue };
            let had_link = peer.link.is_some();
            transmit_one(peer, now, frame, arena);
            if had_link && peer.link.is_none() {
                lost.push(*slot);
            }
        }
        for slot in lost {
            self.tell(now, HostEvent::LinkLost { slot });
        }
    }

    /// Something that happened to a seat and cannot be refused.
    fn tell(&mut self, now: Micros, event: HostEvent) {
        if let Err(code) = self.core.handle(now, event) {
            tracing::error!(code = code.number(), "the match refused what only happened to it");
        }
    }

    /// Strikes the seat's session off the list, then ends the link it still has.
    fn free(&mut self, now: Micros, slot: PlayerSlot, code: CloseCode) {
        self.taken.retain(|taken| *taken != slot);
        if let Some(mut peer) = self.seats[slot.index()].take() {
            self.watch.ended(peer.number);
            end_link(&mut peer, now, code, 0);
        }
    }

    // ---- figures ------------------------------------------------------------------------------------

    fn measure_pings(&mut self, now: Micros) {
        for index in 0..self.taken.len() {
            let slot = self.taken[index];
            let Some(peer) = self.seats[slot.index()].as_ref() else { continue };
            if peer.session.rtt().samples > 0 {
                let ping_ms = peer.session.rtt().ping_ms();
                self.tell(now, HostEvent::PingMeasured { slot, ping_ms });
            }
        }
    }

    fn publish(&self) {
        let figures = &self.handle.figures;
        let simulation = self.core.simulation();
        figures.tick.store(simulation.tick().0, Ordering::Relaxed);
        figures.people.store(self.taken.len(), Ordering::Relaxed);
        figures.ships.store(simulation.player_count(), Ordering::Relaxed);
        figures.set_phase(simulation.phase().phase);
    }

    fn note_emptiness(&mut self, now: Micros) {
        if !(self.taken.is_empty() && self.guests.is_empty()) {
            self.empty_since = None;
        } else if self.empty_since.is_none() {
            self.empty_since = Some(now);
            self.publish();
        }
    }
}

// ---- one peer -------------------------------------------------------------------------------------

fn hear(
    peer: &mut Peer,
    arrivals: &mut Vec<Arrival>,
    now: Micros,
    mut on_event: impl FnMut(SessionEvent) -> Result<(), CloseCode>,
) -> Fate {
    hear_timed(peer, arrivals, now, |event, _| on_event(event))
}

/// Empties the link's inbox into the session, and the session's events into `on_event`.
fn hear_timed(
    peer: &mut Peer,
    arrivals: &mut Vec<Arrival>,
    now: Micros,
    mut on_event: impl FnMut(SessionEvent, Micros) -> Result<(), CloseCode>,
) -> Fate {
    let Some(link) = &peer.link else { return Fate::Stays };
    // Asked before the inbox is emptied: what came before the end still counts.
    let is_closed = link.inbox.is_closed();
    link.inbox.take(arrivals);
    let mut fate = Fate::Stays;
    for Arrival { lane, bytes, at } in arrivals.drain(..) {
        let heard = match peer.session.handle(at, lane, &bytes) {
            Ok(Some(SessionEvent::Ended { code, .. })) => {
                fate = if is_final(code) { Fate::Leaves } else { Fate::LinkEnded };
                break;
            }
            Ok(Some(event)) => on_event(event, at),
            Ok(None) => Ok(()),
            Err(code) => Err(code),
        };
        if let Err(code) = heard {
            return fail(peer, now, code);
        }
    }
    match fate {
        Fate::Stays if is_closed => fate = Fate::LinkEnded,
        Fate::Stays => match peer.session.check_time(now) {
            Ok(()) => return Fate::Stays,
            Err(code) => return fail(peer, now, code),
        },
        Fate::LinkEnded | Fate::Leaves => {}
    }
    // Who leaves is struck off the list first, so that nobody who got the answer can still come back.
    if matches!(fate, Fate::LinkEnded) {
        end_link(peer, now, CloseCode::Done, 0);
    }
    fate
}

/// May a client that said this come back by itself?
fn is_final(code: u16) -> bool {
    CloseCode::from_number(code).is_none_or(|code| code.retry() != Retry::Now)
}

/// Ends the link with its reason. The session outlives what only a link can be blamed for.
fn fail(peer: &mut Peer, now: Micros, code: CloseCode) -> Fate {
    tracing::debug!(session = peer.number, code = code.number(), "a link is closed: {}", code.sentence());
    end_link(peer, now, code, if code == CloseCode::Flooding { FLOOD_RETRY_MS } else { 0 });
    match code.retry() {
        Retry::Now => Fate::LinkEnded,
        Retry::After | Retry::Never => Fate::Leaves,
    }
}

fn end_link(peer: &mut Peer, now: Micros, code: CloseCode, retry_after_ms: u32) {
    if let Some(link) = peer.link.take() {
        link.outbox.close(code, retry_after_ms);
    }
    peer.session.link_lost(now);
}

fn transmit_one(peer: &mut Peer, now: Micros, frame: &mut Vec<u8>, arena: &mut BytesMut) {
    let Some(link) = &peer.link else { return };
    while let Some(lane) = peer.session.poll_transmit(now, frame) {
        match lane {
            Lane::Unreliable => link.outbox.send_unreliable(envelope(arena, frame)),
            Lane::Reliable => {
                if link.outbox.send_reliable(Bytes::copy_from_slice(frame)).is_err() {
                    return end_link(peer, now, CloseCode::TooSlow, 0);
                }
            }
        }
    }
}

/// An envelope with its headroom, cut from the arena.
fn envelope(arena: &mut BytesMut, bytes: &[u8]) -> Bytes {
    let length = DATAGRAM_HEADROOM + bytes.len();
    if arena.capacity() < length {
        // Takes the old block again when its envelopes have left, else a new one.
        arena.reserve(ARENA_BYTES);
    }
    arena.put_bytes(0, DATAGRAM_HEADROOM);
    arena.put_slice(bytes);
    arena.split().freeze()
}
