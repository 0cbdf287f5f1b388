//! Who plays, how they stand, and which phase it is: kept from messages, told to the page with names.

use crate::client::ClientEvent;
use crate::client::client_event::{NamedKill, NamedScore};
use crate::ids::{PlayerSlot, Team, Tick};
use crate::limits::{SLOTS_MAX, TICK_HZ};
use crate::protocol::event::{Kill, Mode, Phase, PhaseState, PlayerProfile, ScoreLine};

#[derive(Default)]
pub struct Roster {
    own: PlayerSlot,
    mode: Mode,
    phase: PhaseState,
    players: Vec<Option<PlayerProfile>>,
    lines: Vec<Option<ScoreLine>>,
    away: Vec<PlayerSlot>,
    /// Points of blue and of orange.
    team_scores: [i32; 2],
}

impl Roster {
    pub fn start(&mut self, own: PlayerSlot, mode: Mode, phase: PhaseState, players: Vec<PlayerProfile>) {
        *self = Self { own, mode, phase, players: vec![None; SLOTS_MAX], lines: vec![None; SLOTS_MAX], ..Self::default() };
        self.add(players);
    }

    pub fn add(&mut self, players: Vec<PlayerProfile>) {
        for player in players {
            if let Some(place) = self.players.get_mut(player.slot.index()) {
                *place = Some(player);
            }
        }
    }

    pub fn remove(&mut self, slot: PlayerSlot) {
        if let (Some(player), Some(line)) = (self.players.get_mut(slot.index()), self.lines.get_mut(slot.index())) {
            (*player, *line) = (None, None);
        }
        self.away.retain(|away| *away != slot);
        self.sum_up();
    }

    pub fn set_away(&mut self, slot: PlayerSlot, is_away: bool) {
        self.away.retain(|away| *away != slot);
        if is_away && self.profile(slot).is_some() {
            self.away.push(slot);
        }
    }

    pub fn set_phase(&mut self, phase: PhaseState) {
        self.phase = phase;
    }

    pub fn set_scores(&mut self, lines: &[ScoreLine]) {
        for line in lines {
            if let Some(place) = self.lines.get_mut(line.slot.index()) {
                *place = Some(*line);
            }
        }
        self.sum_up();
    }

    fn sum_up(&mut self) {
        let sum = |team| {
            let lines = self.lines.iter().flatten().filter(|line| self.team(line.slot) == team);
            lines.map(|line| i32::from(line.score)).sum()
        };
        self.team_scores = [sum(Team::Blue), sum(Team::Orange)];
    }

    #[must_use]
    pub fn own(&self) -> PlayerSlot {
        self.own
    }

    #[must_use]
    pub fn phase(&self) -> PhaseState {
        self.phase
    }

    #[must_use]
    pub fn profile(&self, slot: PlayerSlot) -> Option<&PlayerProfile> {
        self.players.get(slot.index())?.as_ref()
    }

    #[must_use]
    pub fn team(&self, slot: PlayerSlot) -> Team {
        self.profile(slot).map(|player| player.team).unwrap_or_default()
    }

    #[must_use]
    pub fn colour(&self, slot: PlayerSlot) -> u8 {
        self.profile(slot).map(|player| player.colour).unwrap_or_default()
    }

    #[must_use]
    pub fn is_away(&self, slot: PlayerSlot) -> bool {
        self.away.contains(&slot)
    }

    /// Points of a whole team; free-for-all has none.
    #[must_use]
    pub fn team_score(&self, team: Team) -> i32 {
        match (self.mode, team) {
            (Mode::Teams, Team::Blue) => self.team_scores[0],
            (Mode::Teams, Team::Orange) => self.team_scores[1],
            (Mode::FreeForAll, _) | (Mode::Teams, Team::Solo) => 0,
        }
    }

    /// Seconds until the phase ends, as the clock of `tick` sees it.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn phase_seconds_left(&self, tick: Tick) -> f32 {
        self.phase.ends_at.since(tick) as f32 / TICK_HZ as f32
    }

    #[must_use]
    pub fn name(&self, slot: PlayerSlot) -> String {
        self.profile(slot).map_or_else(|| format!("Player {}", slot.0), |player| player.name.clone())
    }

    #[must_use]
    pub fn roster_event(&self) -> ClientEvent {
        ClientEvent::Roster { players: self.players.iter().flatten().cloned().collect(), away: self.away.clone() }
    }

    #[must_use]
    pub fn phase_event(&self, tick: Tick) -> ClientEvent {
        ClientEvent::Phase { phase: self.phase.phase, ends_at: self.phase.ends_at.0, seconds_left: self.phase_seconds_left(tick) }
    }

    #[must_use]
    pub fn scores_event(&self) -> ClientEvent {
        ClientEvent::Scores {
            lines: self.named_lines(),
            blue: self.team_score(Team::Blue),
            orange: self.team_score(Team::Orange),
        }
    }

    /// Who won, once the match has ended.
    #[must_use]
    pub fn results_event(&self) -> Option<ClientEvent> {
        if self.phase.phase != Phase::Ended {
            return None;
        }
        let lines = self.named_lines();
        let winner = match lines.as_slice() {
            [first, second, ..] if first.score == second.score => None,
            [first, ..] => Some(first.slot),
            [] => None,
        };
        let (blue, orange) = (self.team_score(Team::Blue), self.team_score(Team::Orange));
        let winning_team = match blue.cmp(&orange) {
            core::cmp::Ordering::Greater => Some(Team::Blue),
            core::cmp::Ordering::Less => Some(Team::Orange),
            core::cmp::Ordering::Equal => None,
        };
        Some(match self.mode {
            Mode::FreeForAll => ClientEvent::Results { lines, winner, winning_team: None },
            Mode::Teams => ClientEvent::Results { lines, winner: None, winning_team },
        })
    }

    #[must_use]
    pub fn kill_event(&self, kill: Kill) -> ClientEvent {
        ClientEvent::Kill(NamedKill {
            tick: kill.tick.0,
            killer: kill.killer,
            killer_name: kill.killer.map(|slot| self.name(slot)),
            victim: kill.victim,
            victim_name: self.name(kill.victim),
            assist: kill.assist,
            assist_name: kill.assist.map(|slot| self.name(slot)),
            weapon: kill.weapon,
            is_own: [kill.killer, Some(kill.victim), kill.assist].contains(&Some(self.own)),
        })
    }

    /// Best first; of equals, who was destroyed less often, then the lower seat.
    fn named_lines(&self) -> Vec<NamedScore> {
        let mut lines: Vec<NamedScore> = self
            .players
            .iter()
            .flatten()
            .map(|player| {
                let line = self.lines.get(player.slot.index()).copied().flatten().unwrap_or_default();
                NamedScore {
                    slot: player.slot,
                    name: player.name.clone(),
                    team: player.team,
                    colour: player.colour,
                    is_bot: player.is_bot,
                    score: line.score,
                    kills: line.kills,
                    assists: line.assists,
                    deaths: line.deaths,
                    ping_ms: line.ping_ms,
                }
            })
            .collect();
        lines.sort_by_key(|line| (core::cmp::Reverse(line.score), line.deaths, line.slot));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player(slot: u16, team: Team) -> PlayerProfile {
        PlayerProfile { slot: PlayerSlot(slot), name: format!("P{slot}"), team, colour: 0, is_bot: false }
    }

    fn line(slot: u16, score: i16) -> ScoreLine {
        ScoreLine { slot: PlayerSlot(slot), score, ..ScoreLine::default() }
    }

    fn roster(mode: Mode, players: Vec<PlayerProfile>) -> Roster {
        let mut roster = Roster::default();
        roster.start(PlayerSlot(0), mode, PhaseState { phase: Phase::Ended, ends_at: Tick(60) }, players);
        roster
    }

    #[test]
    fn the_best_line_comes_first_and_wins() {
        let mut roster = roster(Mode::FreeForAll, vec![player(0, Team::Solo), player(1, Team::Solo)]);
        roster.set_scores(&[line(0, 10), line(1, 30)]);
        let Some(ClientEvent::Results { lines, winner, .. }) = roster.results_event() else { panic!("no results") };
        assert_eq!((lines[0].slot, winner), (PlayerSlot(1), Some(PlayerSlot(1))));
    }

    #[test]
    fn a_team_wins_by_the_sum_of_its_players() {
        let mut roster = roster(Mode::Teams, vec![player(0, Team::Blue), player(1, Team::Orange), player(2, Team::Orange)]);
        roster.set_scores(&[line(0, 50), line(1, 30), line(2, 30)]);
        let Some(ClientEvent::Results { winning_team, .. }) = roster.results_event() else { panic!("no results") };
        assert_eq!(winning_team, Some(Team::Orange));
    }

    #[test]
    fn who_leaves_takes_the_line_along() {
        let mut roster = roster(Mode::FreeForAll, vec![player(0, Team::Solo), player(1, Team::Solo)]);
        roster.set_scores(&[line(1, 30)]);
        roster.set_away(PlayerSlot(1), true);
        roster.remove(PlayerSlot(1));
        assert!(roster.profile(PlayerSlot(1)).is_none() && !roster.is_away(PlayerSlot(1)));
        let ClientEvent::Scores { lines, .. } = roster.scores_event() else { panic!("no scores") };
        assert_eq!(lines.len(), 1);
    }

    #[test]
    fn a_seat_beyond_the_last_is_ignored() {
        let mut roster = roster(Mode::FreeForAll, vec![]);
        roster.add(vec![player(60_000, Team::Solo)]);
        roster.set_scores(&[line(60_000, 1)]);
        roster.remove(PlayerSlot(60_000));
        assert!(roster.profile(PlayerSlot(60_000)).is_none());
    }
}
