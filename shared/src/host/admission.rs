//! How people come and go: seats, links, and the events that arrive on them.

use super::event::{HostEvent, NewPlayer};
use super::name::{displayable_chat, displayable_name, unique_name};
use super::seat::{Player, Seat};
use super::{MatchCore, Mode};
use crate::ids::{Micros, PlayerSlot, Team};
use crate::limits::{HANDSHAKE_MS_MAX, SEAT_AWAY_MS_MAX, TICKET_MS_MAX};
use crate::protocol::close_code::CloseCode;
use crate::protocol::codec::DecodeError;
use crate::protocol::event::{HostMessage, PlayerMessage, PlayerProfile};
use crate::protocol::input_packet::decode_input_packet;

impl MatchCore {
    /// Takes a seat, which waits for its first link. A bot makes room when the match is full.
    ///
    /// # Errors
    /// `MatchFull` when every ship is a person's.
    pub fn join(&mut self, now: Micros, wish: &NewPlayer) -> Result<PlayerSlot, CloseCode> {
        if self.seats.people_count() >= self.config.ships_max {
            return Err(CloseCode::MatchFull);
        }
        let team = self.grant_team(wish.team);
        self.make_room_for_a_person(team);
        let slot = self.seats.free(self.tick_number()).ok_or(CloseCode::MatchFull)?;
        let name = unique_name(&displayable_name(&wish.name), |name| self.seats.has_name(name));
        let colour = wish.colour.unwrap_or(self.next_colour(slot));
        let player = Box::new(Player::new(PlayerProfile { slot, name, team, colour, is_bot: false }));
        self.put(slot, Seat::Reserved { player, until: now.plus_ms(TICKET_MS_MAX + HANDSHAKE_MS_MAX) });
        Ok(slot)
    }

    /// Something happened to a seat. Events of seats that are empty by now change nothing.
    ///
    /// # Errors
    /// The code to close that seat's session with.
    pub fn handle(&mut self, now: Micros, event: HostEvent) -> Result<(), CloseCode> {
        match event {
            HostEvent::LinkOpened { slot, datagram_bytes_max, is_fresh } => {
                self.open_link(slot, datagram_bytes_max, is_fresh);
                Ok(())
            }
            HostEvent::DatagramLimitChanged { slot, datagram_bytes_max } => {
                self.change_budget(slot, datagram_bytes_max);
                Ok(())
            }
            HostEvent::LinkLost { slot } => {
                self.lose_link(slot, now);
                Ok(())
            }
            HostEvent::PlayerLeft { slot } => {
                if self.seats.at(slot).is_some_and(|seat| seat.player().is_some()) {
                    self.vacate(slot);
                }
                Ok(())
            }
            HostEvent::InputArrived { slot, packet, at } => self.handle_input(slot, packet, at),
            HostEvent::MessageArrived { slot, message } => {
                self.handle_message(now, slot, message);
                Ok(())
            }
            HostEvent::PingMeasured { slot, ping_ms } => {
                if let Some(player) = self.seats.listening_mut(slot) {
                    player.ping_ms = ping_ms;
                }
                Ok(())
            }
        }
    }

    fn open_link(&mut self, slot: PlayerSlot, datagram_bytes_max: u16, is_fresh: bool) {
        let Some(seat) = self.seats.at_mut(slot) else { return };
        let is_first = matches!(seat, Seat::Reserved { .. });
        match core::mem::replace(seat, Seat::empty()) {
            Seat::Reserved { player, .. } | Seat::Away { player, .. } | Seat::Playing(player) => *seat = Seat::Playing(player),
            other => {
                *seat = other;
                return;
            }
        }
        let Some(player) = seat.player_mut() else { return };
        player.is_hidden = false;
        player.inputs.clear();
        if is_first {
            let team = player.profile.team;
            self.add_ship(slot, team);
        }
        self.world.set_away(slot, false);
        self.begin_snapshots(slot, datagram_bytes_max, is_fresh || is_first);
        if is_fresh || is_first {
            self.tell_start(slot);
        }
    }

    fn lose_link(&mut self, slot: PlayerSlot, now: Micros) {
        let Some(seat) = self.seats.at_mut(slot) else { return };
        match core::mem::replace(seat, Seat::empty()) {
            Seat::Playing(player) => {
                *seat = Seat::Away { player, until: now.plus_ms(SEAT_AWAY_MS_MAX) };
                self.world.set_away(slot, true);
            }
            other => *seat = other,
        }
    }

    pub(super) fn expire_seats(&mut self, now: Micros) {
        while let Some(slot) = self.expired_seat(now) {
            self.vacate(slot);
            self.outbox.expire(slot);
        }
    }

    fn expired_seat(&self, now: Micros) -> Option<PlayerSlot> {
        let is_over = |seat: &Seat| seat.expires_at().is_some_and(|until| now >= until);
        self.seats.iter().find(|(_, seat)| is_over(seat)).map(|(slot, _)| slot)
    }

    /// Puts a ship into the world and tells everybody whose it is.
    pub(super) fn add_ship(&mut self, slot: PlayerSlot, team: Team) {
        self.world.add_player(slot, team);
        let Some(team) = self.world.sim.team(slot) else { return };
        let Some(seat) = self.seats.at_mut(slot) else { return };
        let Some(profile) = seat.profile_mut() else { return };
        profile.team = team;
        let joined = HostMessage::PlayerJoined(profile.clone());
        // The newcomer reads it in the start.
        self.outbox.tell_all(self.seats.listeners().filter(|listener| *listener != slot), &joined);
    }

    /// Empties a seat, whoever sat there.
    pub(super) fn vacate(&mut self, slot: PlayerSlot) {
        let since = self.tick_number();
        let Some(seat) = self.seats.at_mut(slot) else { return };
        let had_ship = seat.flying().is_some();
        let was_person = seat.player().is_some();
        *seat = Seat::Empty { since };
        self.board.forget(slot);
        if was_person {
            self.end_snapshots(slot);
        } else {
            self.crew.remove(slot);
        }
        if had_ship {
            self.world.remove_player(slot);
            self.outbox.tell_all(self.seats.listeners(), &HostMessage::PlayerLeft { slot });
        }
        self.left_at = since;
    }

    pub(super) fn put(&mut self, slot: PlayerSlot, new: Seat) {
        if let Some(seat) = self.seats.at_mut(slot) {
            debug_assert!(seat.is_empty(), "a seat is given to one at a time");
            *seat = new;
        }
    }

    /// A wish is granted unless it would make the teams more uneven.
    fn grant_team(&self, wish: Option<Team>) -> Team {
        let count = |team| self.seats.iter().filter(|(_, seat)| seat.player().is_some_and(|p| p.profile.team == team)).count();
        let (blue, orange) = (count(Team::Blue), count(Team::Orange));
        match (self.config.mode, wish) {
            (Mode::FreeForAll, _) => Team::Solo,
            (Mode::Teams, Some(Team::Blue)) if blue <= orange => Team::Blue,
            (Mode::Teams, Some(Team::Orange)) if orange <= blue => Team::Orange,
            (Mode::Teams, _) if orange < blue => Team::Orange,
            (Mode::Teams, _) => Team::Blue,
        }
    }

    // ---- what players send --------------------------------------------------------------------------

    fn handle_input(&mut self, slot: PlayerSlot, bytes: &[u8], at: Micros) -> Result<(), CloseCode> {
        let packet = decode_input_packet(bytes).map_err(|_: DecodeError| {
            self.malformed += 1;
            CloseCode::Malformed
        })?;
        let current = self.tick_number();
        let margin_ticks = self.margin_ticks(packet.newest(current), at);
        let Some(Seat::Playing(player)) = self.seats.at_mut(slot) else { return Ok(()) };
        if !player.is_hidden {
            player.inputs.accept(&packet, current, margin_ticks);
        }
        self.handle_ack(slot, &packet, current);
        Ok(())
    }

    fn handle_message(&mut self, now: Micros, slot: PlayerSlot, message: PlayerMessage) {
        match message {
            PlayerMessage::Chat { text } => self.relay_chat(now, slot, &text),
            PlayerMessage::Desync { .. } => {
                self.desyncs += 1;
                self.send_first_state(now, slot);
            }
            PlayerMessage::BaselineWanted => self.send_first_state(now, slot),
            PlayerMessage::Hidden { is_hidden } => self.hide(slot, is_hidden),
        }
    }

    /// A hidden page is away although its link is there; it comes back with what it has.
    fn hide(&mut self, slot: PlayerSlot, is_hidden: bool) {
        let Some(Seat::Playing(player)) = self.seats.at_mut(slot) else { return };
        if player.is_hidden != is_hidden {
            player.is_hidden = is_hidden;
            player.inputs.clear();
            self.world.set_away(slot, is_hidden);
            self.encoder.set_hidden(slot, is_hidden);
        }
    }

    fn relay_chat(&mut self, now: Micros, slot: PlayerSlot, text: &str) {
        let Some(player) = self.seats.listening_mut(slot) else { return };
        let Some(text) = displayable_chat(text) else { return };
        if player.chat.take(now) {
            self.outbox.tell_all(self.seats.listeners(), &HostMessage::Chat { from: slot, text });
        } else {
            let text = "You are writing too fast; that line was not sent.".to_owned();
            self.outbox.tell(slot, &HostMessage::Notice { text });
        }
    }
}
