//! Which match a newcomer is sent to: a pure choice over what is open.

use slipstream_shared::protocol::event::Mode;

use crate::matches::handle::{MatchId, MatchSummary};

/// The open match of the wanted mode with the most people: company first. Equal ones by age, so that people gather.
/// `None` when a new one has to be opened.
#[must_use]
pub fn choose(matches: &[MatchSummary], mode: Mode) -> Option<MatchId> {
    matches
        .iter()
        .filter(|candidate| candidate.mode == mode && candidate.people < candidate.people_max)
        .max_by_key(|candidate| (candidate.people, std::cmp::Reverse(candidate.opened_at)))
        .map(|candidate| candidate.id)
}

#[cfg(test)]
mod tests {
    use slipstream_shared::ids::Micros;

    use super::*;

    fn summary(id: u64, people: usize, mode: Mode) -> MatchSummary {
        MatchSummary { id: MatchId(id), mode, people, people_max: 4, opened_at: Micros(id), ..MatchSummary::for_tests() }
    }

    #[test]
    fn company_comes_first() {
        let open = [summary(1, 0, Mode::FreeForAll), summary(2, 3, Mode::FreeForAll), summary(3, 1, Mode::FreeForAll)];
        assert_eq!(choose(&open, Mode::FreeForAll), Some(MatchId(2)));
    }

    #[test]
    fn full_matches_and_other_modes_are_passed_over() {
        let open = [summary(1, 4, Mode::FreeForAll), summary(2, 1, Mode::Teams)];
        assert_eq!(choose(&open, Mode::FreeForAll), None);
        assert_eq!(choose(&open, Mode::Teams), Some(MatchId(2)));
    }

    #[test]
    fn people_gather_in_the_older_of_two_equal_matches() {
        let open = [summary(2, 1, Mode::FreeForAll), summary(1, 1, Mode::FreeForAll)];
        assert_eq!(choose(&open, Mode::FreeForAll), Some(MatchId(1)));
    }
}
