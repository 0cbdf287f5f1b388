//! What players are told over the reliable lane: the start of a match, what happened in a tick, the boards.

use super::MatchCore;
use super::seat::Seat;
use crate::ids::{Micros, PlayerSlot};
use crate::limits::{LINES_PER_MESSAGE_MAX, PLAYERS_WITH_START_MAX, SCORE_TICKS};
use crate::protocol::event::{HostMessage, Kill, MatchStarted, Phase, PlayerProfile, ScoreLine};
use crate::sim::{SimEvent, Tally};

impl MatchCore {
    /// Everything that a client needs before it can show the match.
    pub(super) fn tell_start(&mut self, slot: PlayerSlot) {
        let sim = &self.world.sim;
        let mut players: Vec<PlayerProfile> = self.seats.iter().filter_map(|(_, seat)| seat.flying().cloned()).collect();
        let rest = players.split_off(players.len().min(PLAYERS_WITH_START_MAX));
        let started = MatchStarted {
            match_id: self.config.match_id,
            mode: self.config.mode,
            own_slot: slot,
            tick: sim.tick(),
            phase: sim.phase(),
            players,
            level: sim.level().to_bytes(),
            level_name: sim.level().name().to_owned(),
            tuning_json: sim.tuning().to_json(),
            pickups_ready: sim.pickups_ready(),
        };
        self.outbox.tell(slot, &HostMessage::MatchStarted(started));
        for players in rest.chunks(LINES_PER_MESSAGE_MAX) {
            self.outbox.tell(slot, &HostMessage::Roster { players: players.to_vec() });
        }
        let lines: Vec<ScoreLine> =
            self.world.sim.scores().map(|tally| line(tally, ping_ms(self.seats.at(tally.slot)))).collect();
        for lines in lines.chunks(LINES_PER_MESSAGE_MAX) {
            self.outbox.tell(slot, &HostMessage::Scores(lines.to_vec()));
        }
        for (away, _) in self.seats.iter().filter(|(_, seat)| seat.player().is_some_and(|player| player.is_told_away)) {
            self.outbox.tell(slot, &HostMessage::PlayerAway { slot: away, is_away: true });
        }
    }

    pub(super) fn announce_events(&mut self, now: Micros) {
        let mut events = core::mem::take(&mut self.events);
        self.world.sim.drain_events(|event| events.push(event));
        for event in events.drain(..) {
            self.announce(now, event);
        }
        self.events = events;
    }

    fn announce(&mut self, now: Micros, event: SimEvent) {
        match event {
            SimEvent::Killed(kill) => self.announce_kill(now, kill),
            SimEvent::Hit { shooter, target, damage, is_rail } => {
                if matches!(self.seats.at(shooter), Some(Seat::Playing(_))) {
                    self.outbox.tell(shooter, &HostMessage::HitConfirmed { target, damage, is_rail });
                }
            }
            SimEvent::PickupTaken { index, slot, ready_at, .. } => {
                self.outbox.tell_all(self.seats.listeners(), &HostMessage::PickupTaken { index, slot, ready_at });
            }
            SimEvent::PickupReady { index } => {
                self.outbox.tell_all(self.seats.listeners(), &HostMessage::PickupReady { index });
            }
            SimEvent::PhaseChanged(phase) => {
                if phase.phase == Phase::Ended {
                    self.announce_scores();
                }
                self.outbox.tell_all(self.seats.listeners(), &HostMessage::PhaseChanged(phase));
            }
            // The snapshot shows it.
            SimEvent::Respawned { .. } => {}
        }
    }

    /// Those who had a part in it always hear of it, the others while there are not too many to read.
    pub(super) fn announce_kill(&mut self, now: Micros, kill: Kill) {
        let is_for_all = self.kill_feed.take(now);
        let has_part = |slot: PlayerSlot| slot == kill.victim || Some(slot) == kill.killer || Some(slot) == kill.assist;
        let listeners = self.seats.listeners().filter(|slot| is_for_all || has_part(*slot));
        self.outbox.tell_all(listeners, &HostMessage::Killed(kill));
    }

    /// Scores and who is away: twice a second at most, and only what changed.
    pub(super) fn announce_boards(&mut self) {
        if self.tick_number().0.is_multiple_of(SCORE_TICKS) {
            self.announce_scores();
            self.announce_away();
        }
    }

    fn announce_scores(&mut self) {
        let seats = &self.seats;
        let lines = self.world.sim.scores().map(|tally| line(tally, ping_ms(seats.at(tally.slot))));
        for lines in self.board.changes(lines).chunks(LINES_PER_MESSAGE_MAX) {
            self.outbox.tell_all(seats.listeners(), &HostMessage::Scores(lines.to_vec()));
        }
    }

    fn announce_away(&mut self) {
        while let Some((slot, is_away)) = self.untold_away() {
            if let Some(player) = self.seats.listening_mut(slot) {
                player.is_told_away = is_away;
            }
            self.outbox.tell_all(self.seats.listeners(), &HostMessage::PlayerAway { slot, is_away });
        }
    }

    fn untold_away(&self) -> Option<(PlayerSlot, bool)> {
        let is_untold =
            |seat: &Seat| seat.is_listening() && seat.player().is_some_and(|player| player.is_told_away != seat.is_away());
        self.seats.iter().find(|(_, seat)| is_untold(seat)).map(|(slot, seat)| (slot, seat.is_away()))
    }
}

fn line(tally: Tally, ping_ms: u16) -> ScoreLine {
    let Tally { slot, score, kills, assists, deaths, .. } = tally;
    ScoreLine { slot, score, kills, assists, deaths, ping_ms }
}

fn ping_ms(seat: Option<&Seat>) -> u16 {
    seat.and_then(Seat::player).map_or(0, |player| player.ping_ms)
}
