//! Which lines of the score board have to be said again: those that changed, at most twice a second.

use crate::ids::PlayerSlot;
use crate::limits::SLOTS_MAX;
use crate::protocol::event::ScoreLine;

/// A ping is worth saying again when it moved by more than this.
const PING_CHANGE_MS: u16 = 8;

/// What everybody was told last.
#[derive(Debug)]
pub struct ScoreBoard {
    told: Vec<Option<ScoreLine>>,
    changed: Vec<ScoreLine>,
}

impl Default for ScoreBoard {
    fn default() -> Self {
        Self { told: vec![None; SLOTS_MAX], changed: Vec::new() }
    }
}

impl ScoreBoard {
    /// The lines that differ from what was told last; from now on they are told.
    pub fn changes(&mut self, lines: impl Iterator<Item = ScoreLine>) -> &[ScoreLine] {
        self.changed.clear();
        for line in lines {
            let Some(told) = self.told.get_mut(line.slot.index()) else { continue };
            if told.is_none_or(|told| is_news(told, line)) {
                *told = Some(line);
                self.changed.push(line);
            }
        }
        &self.changed
    }

    /// A seat's next player is nobody's old acquaintance.
    pub fn forget(&mut self, slot: PlayerSlot) {
        if let Some(told) = self.told.get_mut(slot.index()) {
            *told = None;
        }
    }
}

fn is_news(told: ScoreLine, line: ScoreLine) -> bool {
    let is_ping_news = told.ping_ms.abs_diff(line.ping_ms) > PING_CHANGE_MS;
    is_ping_news || ScoreLine { ping_ms: told.ping_ms, ..line } != told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(slot: u16, kills: u16, ping_ms: u16) -> ScoreLine {
        ScoreLine { slot: PlayerSlot(slot), kills, ping_ms, ..ScoreLine::default() }
    }

    #[test]
    fn only_lines_that_changed_are_told() {
        let mut board = ScoreBoard::default();
        assert_eq!(board.changes([line(0, 0, 30), line(1, 0, 40)].into_iter()).len(), 2);
        assert_eq!(board.changes([line(0, 1, 30), line(1, 0, 43)].into_iter()), [line(0, 1, 30)]);
        assert_eq!(board.changes([line(0, 1, 30), line(1, 0, 60)].into_iter()), [line(1, 0, 60)]);
    }

    #[test]
    fn a_seat_that_was_forgotten_is_told_anew() {
        let mut board = ScoreBoard::default();
        board.changes([line(4, 2, 9)].into_iter());
        board.forget(PlayerSlot(4));
        assert_eq!(board.changes([line(4, 2, 9)].into_iter()).len(), 1);
    }
}
