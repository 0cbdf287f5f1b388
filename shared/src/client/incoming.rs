//! What arrives at the client, from bytes to what they mean: welcomes, snapshots, messages.

use super::client_core::ClientCore;
use super::level_event::level_event;
use super::match_view::MatchView;
use super::{ClientEvent, client_core::rtt_us};
use crate::ids::Micros;
use crate::protocol::close_code::{CloseCode, Retry};
use crate::protocol::codec::decode_host_message;
use crate::protocol::envelope::Lane;
use crate::protocol::event::{HostMessage, MatchStarted, PlayerMessage};
use crate::protocol::frame::Welcome;
use crate::replication::{Snapshot, SnapshotError};
use crate::session::SessionEvent;

/// A state that does not fit is reported, and a broken first state asked for again, at most this often.
const COMPLAIN_EVERY_MS: u64 = 1000;

impl ClientCore {
    pub(super) fn take_in(&mut self, now: Micros, lane: Lane, bytes: &[u8]) -> Result<(), CloseCode> {
        match self.session.handle(now, lane, bytes)? {
            None => {}
            Some(SessionEvent::Welcomed(welcome)) => self.handle_welcome(welcome),
            Some(SessionEvent::Datagram(bytes)) => self.handle_snapshot(now, bytes),
            Some(SessionEvent::Message(bytes)) => {
                let message = decode_host_message(bytes).map_err(|_| CloseCode::Malformed)?;
                self.handle_message(message)?;
            }
            Some(SessionEvent::Ended { code, retry_after_ms, reason }) => {
                let known = CloseCode::from_number(code);
                self.goodbye(code, known.map_or(Retry::Never, CloseCode::retry), retry_after_ms, reason);
            }
            Some(SessionEvent::Greeted { .. }) => return Err(CloseCode::Malformed),
        }
        Ok(())
    }

    fn handle_welcome(&mut self, welcome: Welcome) {
        self.resume_token = Some(welcome.resume_token);
        self.session_number = Some(welcome.session);
        // On the first link the seat is known only with the match.
        if self.view.is_some() {
            self.push_welcome();
        }
    }

    fn push_welcome(&mut self) {
        let slot = self.view.as_ref().map(|view| view.own_slot()).unwrap_or_default();
        let (Some(session), Some(token)) = (self.session_number, &self.resume_token) else { return };
        let event = ClientEvent::Welcome { session: format!("{session:016x}"), slot, resume_token: token.clone() };
        self.push_event(event);
    }

    fn handle_snapshot(&mut self, now: Micros, bytes: &[u8]) {
        let Some(view) = &mut self.view else { return };
        let snapshot = match self.decoder.apply(bytes) {
            Ok(snapshot) => snapshot,
            // Twice or too late: the network's doing.
            Err(SnapshotError::Duplicate | SnapshotError::TooOld) => return,
            Err(SnapshotError::BaselineMissing) => return self.complain(&PlayerMessage::BaselineWanted),
            Err(SnapshotError::Malformed(_)) => {
                self.counters.snapshots_refused += 1;
                return;
            }
        };
        let Snapshot { tick, margin_ticks, desync, .. } = snapshot;
        self.counters.snapshots.add(now, bytes.len() as f32);
        self.snapshot_at = Some(now);
        let rtt_us = rtt_us(&self.session);
        self.clock.handle_snapshot(now, tick, (!self.is_hidden).then_some(margin_ticks), rtt_us);
        view.handle_snapshot(&snapshot);
        if let Some(fields) = desync {
            self.counters.desyncs += 1;
            self.complain(&PlayerMessage::Desync { tick, fields });
        }
    }

    /// Says once a second at most that something is wrong.
    fn complain(&mut self, message: &PlayerMessage) {
        if self.complained_at.is_some_and(|at| self.now.since(at) < COMPLAIN_EVERY_MS * 1000) {
            return;
        }
        self.complained_at = Some(self.now);
        // A lane so full that this does not fit any more ends by its own rule.
        let _ = self.send(message);
    }

    fn handle_message(&mut self, message: HostMessage) -> Result<(), CloseCode> {
        if let HostMessage::MatchStarted(started) = message {
            return self.start_match(started);
        }
        if let HostMessage::BaselinePiece { tick, index, count, bytes } = message {
            return self.decoder.apply_baseline_piece(tick, index, count, &bytes).map(|_| ()).map_err(|_| CloseCode::Malformed);
        }
        let view_ticks = self.clock.view_ticks().unwrap_or_default();
        let tick = self.clock.newest().unwrap_or_default();
        // A host of ours tells of the match first; words about no match mean nothing.
        let Some(view) = &mut self.view else { return Ok(()) };
        let events = match message {
            HostMessage::MatchStarted(_) | HostMessage::BaselinePiece { .. } => [None, None],
            HostMessage::PlayerJoined(profile) => {
                view.roster.add(vec![profile]);
                [Some(view.roster.roster_event()), None]
            }
            HostMessage::Roster { players } => {
                view.roster.add(players);
                [Some(view.roster.roster_event()), None]
            }
            HostMessage::PlayerLeft { slot } => {
                view.roster.remove(slot);
                [Some(view.roster.roster_event()), Some(view.roster.scores_event())]
            }
            HostMessage::PlayerAway { slot, is_away } => {
                view.roster.set_away(slot, is_away);
                [Some(ClientEvent::Away { slot, is_away }), None]
            }
            HostMessage::PhaseChanged(phase) => {
                view.roster.set_phase(phase);
                [Some(view.roster.phase_event(tick)), view.roster.results_event()]
            }
            HostMessage::Killed(kill) => {
                view.handle_kill(&kill);
                [Some(view.roster.kill_event(kill)), None]
            }
            HostMessage::Scores(lines) => {
                view.roster.set_scores(&lines);
                [Some(view.roster.scores_event()), view.roster.results_event()]
            }
            HostMessage::PickupTaken { index, slot, .. } => {
                view.handle_pickup(index, Some(slot));
                [Some(ClientEvent::Pickup { index, is_ready: false, slot: Some(slot) }), None]
            }
            HostMessage::PickupReady { index } => {
                view.handle_pickup(index, None);
                [Some(ClientEvent::Pickup { index, is_ready: true, slot: None }), None]
            }
            HostMessage::HitConfirmed { target, damage, .. } => {
                view.handle_hit_confirmed(target, damage, view_ticks);
                [None, None]
            }
            HostMessage::Chat { from, text } => [Some(ClientEvent::Chat { from, name: view.roster.name(from), text }), None],
            HostMessage::Notice { text } => [Some(ClientEvent::Notice { text }), None],
        };
        for event in events.into_iter().flatten() {
            self.push_event(event);
        }
        Ok(())
    }

    fn start_match(&mut self, started: MatchStarted) -> Result<(), CloseCode> {
        let is_first = self.view.is_none();
        let (mode, tick) = (started.mode, started.tick);
        let revision = self.counters.levels + 1;
        let view = MatchView::new(started, revision).map_err(|_| CloseCode::Malformed)?;
        let events = [
            level_event(&view.level, mode, revision),
            view.roster.roster_event(),
            view.roster.phase_event(tick),
            view.roster.scores_event(),
        ];
        self.counters.levels = revision;
        self.view = Some(Box::new(view));
        if is_first {
            self.push_welcome();
        }
        for event in events {
            self.push_event(event);
        }
        Ok(())
    }
}
