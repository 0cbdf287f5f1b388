//! Bots fill the match up to the wanted number of ships, and give up their seats to people.

use super::MatchCore;
use super::name::bot_name;
use super::seat::Seat;
use crate::bot::BOT_VIEW_LAG_TICKS;
use crate::ids::{PlayerSlot, Team};
use crate::limits::BOT_ARRIVAL_TICKS;
use crate::protocol::event::PlayerProfile;

impl MatchCore {
    /// All at once, before anybody is there to see it.
    pub(super) fn fill_with_bots(&mut self) {
        while self.seats.taken_count() < self.config.fill_to && self.seat_bot() {}
    }

    /// One at a time, a while after somebody left.
    pub(super) fn call_bots(&mut self) {
        let has_rested = self.tick_number().since(self.left_at) >= BOT_ARRIVAL_TICKS;
        if has_rested && self.seats.taken_count() < self.config.fill_to && self.seat_bot() {
            self.left_at = self.tick_number();
        }
    }

    /// A person comes: a bot of the same team leaves when the match would have more ships than wanted.
    pub(super) fn make_room_for_a_person(&mut self, team: Team) {
        let wanted = self.config.fill_to.max(self.seats.people_count() + 1).min(self.config.ships_max);
        while self.seats.taken_count() + 1 > wanted {
            let Some(slot) = self.dispensable_bot(team) else { return };
            self.vacate(slot);
        }
    }

    pub(super) fn think_for_bots(&mut self) {
        for (slot, input) in self.crew.think(&self.world.sim) {
            self.world.set_input(*slot, *input, BOT_VIEW_LAG_TICKS);
        }
    }

    fn seat_bot(&mut self) -> bool {
        let Some(slot) = self.seats.free(self.tick_number()) else { return false };
        let name = bot_name(&mut self.dice, |name| self.seats.has_name(name));
        let colour = self.next_colour(slot);
        // With teams the simulation puts it where players are missing.
        let profile = PlayerProfile { slot, name, team: Team::Solo, colour, is_bot: true };
        self.put(slot, Seat::Bot(Box::new(profile)));
        self.add_ship(slot, Team::Solo);
        let seed = self.dice.next_u64();
        self.crew.add(slot, self.config.bot_level, seed);
        true
    }

    /// The bot with the least to lose: of the same team if there is one, then the one with the lowest score, then the newest.
    fn dispensable_bot(&self, team: Team) -> Option<PlayerSlot> {
        let scores = self.world.sim.scores();
        let bots = scores.filter(|tally| matches!(self.seats.at(tally.slot), Some(Seat::Bot(_))));
        bots.min_by_key(|tally| (tally.team != team, tally.score, core::cmp::Reverse(tally.slot))).map(|tally| tally.slot)
    }
}
