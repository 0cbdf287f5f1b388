//! What a bot may know: its own ship and whatever a player's screen would show.

use glam::Vec2;

use super::nav::{NavMap, PathSearch};
use crate::ids::{PlayerSlot, Team, Tick};
use crate::sim::{Level, OwnShip, Simulation, Tuning};

/// Half of a screen, in metres.
const SIGHT_M: Vec2 = Vec2::new(40.0, 26.0);
/// Ships beyond these, the nearest first, are a crowd.
const CONTACTS_MAX: usize = 16;
const BOLTS_MAX: usize = 16;
/// Bolts further away than this cannot arrive before the next decisions.
const BOLT_SIGHT_M: f32 = 26.0;
const CELL_M: f32 = 16.0;

pub struct BotView<'a> {
    /// Of the newest state.
    pub tick: Tick,
    pub level: &'a Level,
    pub tuning: &'a Tuning,
    pub nav: &'a NavMap,
    pub paths: &'a mut PathSearch,
    pub own: OwnShip,
    pub team: Team,
    /// Other ships on the screen, nearest first. Only looked at when the bot decides.
    pub contacts: &'a [Contact],
    /// Enemy bolts nearby. Only looked at when the bot decides.
    pub bolts: &'a [IncomingBolt],
    pub pickups_ready: u64,
}

/// Another ship on the screen.
#[derive(Clone, Copy, Debug)]
pub struct Contact {
    pub slot: PlayerSlot,
    pub team: Team,
    pub life: u8,
    pub pos: Vec2,
    pub vel: Vec2,
    pub is_protected: bool,
    pub hull: u8,
}

#[derive(Clone, Copy, Debug)]
pub struct IncomingBolt {
    pub slot: PlayerSlot,
    pub team: Team,
    pub pos: Vec2,
    /// Of length 1.
    pub direction: Vec2,
}

/// Everybody's whereabouts, captured once a tick, so that each view costs only what is near.
#[derive(Default)]
pub struct Lookout {
    /// By seat; `None` for the dead.
    own: Vec<Option<(OwnShip, Team)>>,
    ships: Grid<Contact>,
    bolts: Grid<IncomingBolt>,
    near_ships: Vec<(f32, Contact)>,
    contacts: Vec<Contact>,
    near_bolts: Vec<IncomingBolt>,
}

impl Lookout {
    pub fn capture(&mut self, simulation: &Simulation) {
        let size_m = simulation.level().size_m();
        let Self { own, ships, bolts, .. } = self;
        own.clear();
        ships.begin(size_m);
        simulation.for_each_ship(|ship| {
            own.resize(ship.slot.index(), None);
            own.push(Some((OwnShip { body: *ship.body, vitals: *ship.vitals, respawn_ticks: 0, life: ship.life }, ship.team)));
            let contact = Contact {
                slot: ship.slot,
                team: ship.team,
                life: ship.life,
                pos: ship.body.pos,
                vel: ship.body.vel,
                is_protected: ship.body.is_protected(),
                hull: ship.vitals.hull,
            };
            ships.items.push((contact.pos, contact));
        });
        ships.sort();
        bolts.begin(size_m);
        let (now, tuning) = (simulation.tick(), simulation.tuning());
        for bolt in simulation.bolts() {
            let age_ticks = now.since(bolt.fired_at);
            let pos = bolt.position(age_ticks as f32, tuning);
            bolts.items.push((pos, IncomingBolt { slot: bolt.slot, team: bolt.team(), pos, direction: bolt.direction() }));
        }
        bolts.sort();
    }

    /// The ship of this seat and its team; `None` while it is dead.
    #[must_use]
    pub fn own(&self, slot: PlayerSlot) -> Option<(OwnShip, Team)> {
        self.own.get(slot.index()).copied().flatten()
    }

    /// The other ships and the enemy bolts that the pilot of this seat sees.
    pub fn look(&mut self, slot: PlayerSlot, team: Team, pos: Vec2) -> (&[Contact], &[IncomingBolt]) {
        let Self { ships, bolts, near_ships, contacts, near_bolts, .. } = self;
        near_ships.clear();
        ships.for_each_in_box(pos - SIGHT_M, pos + SIGHT_M, |place, contact| {
            if contact.slot != slot && (place - pos).abs().cmple(SIGHT_M).all() {
                near_ships.push((place.distance_squared(pos), *contact));
            }
        });
        let by_distance = |a: &(f32, Contact), b: &(f32, Contact)| a.0.total_cmp(&b.0).then(a.1.slot.cmp(&b.1.slot));
        if near_ships.len() > CONTACTS_MAX {
            near_ships.select_nth_unstable_by(CONTACTS_MAX, by_distance);
            near_ships.truncate(CONTACTS_MAX);
        }
        near_ships.sort_unstable_by(by_distance);
        contacts.clear();
        contacts.extend(near_ships.iter().map(|(_, contact)| *contact));
        near_bolts.clear();
        let reach = Vec2::splat(BOLT_SIGHT_M);
        bolts.for_each_in_box(pos - reach, pos + reach, |place, bolt| {
            let is_enemy = bolt.slot != slot && bolt.team.fights(team);
            if is_enemy && near_bolts.len() < BOLTS_MAX && (pos - place).dot(bolt.direction) > 0.0 {
                near_bolts.push(*bolt);
            }
        });
        (contacts, near_bolts)
    }
}

/// Things by cell, in the order in which they were put in.
struct Grid<T> {
    columns: usize,
    lines: usize,
    items: Vec<(Vec2, T)>,
    starts: Vec<u32>,
    order: Vec<u32>,
}

impl<T> Default for Grid<T> {
    fn default() -> Self {
        Self { columns: 1, lines: 1, items: Vec::new(), starts: Vec::new(), order: Vec::new() }
    }
}

impl<T> Grid<T> {
    fn begin(&mut self, size_m: Vec2) {
        self.columns = (size_m.x / CELL_M) as usize + 1;
        self.lines = (size_m.y / CELL_M) as usize + 1;
        self.items.clear();
    }

    fn sort(&mut self) {
        let (columns, lines) = (self.columns, self.lines);
        let cell_index = |pos: Vec2| cell(pos.y, lines) * columns + cell(pos.x, columns);
        self.starts.clear();
        self.starts.resize(columns * lines + 1, 0);
        for (pos, _) in &self.items {
            self.starts[cell_index(*pos)] += 1;
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        self.order.clear();
        self.order.resize(self.items.len(), 0);
        for (index, (pos, _)) in self.items.iter().enumerate().rev() {
            let start = &mut self.starts[cell_index(*pos)];
            *start -= 1;
            self.order[*start as usize] = index as u32;
        }
    }

    fn for_each_in_box(&self, low: Vec2, high: Vec2, mut found: impl FnMut(Vec2, &T)) {
        for line in cell(low.y, self.lines)..=cell(high.y, self.lines) {
            let row = line * self.columns;
            let (left, right) = (row + cell(low.x, self.columns), row + cell(high.x, self.columns));
            for index in &self.order[self.starts[left] as usize..self.starts[right + 1] as usize] {
                let (pos, item) = &self.items[*index as usize];
                found(*pos, item);
            }
        }
    }
}

fn cell(metres: f32, count: usize) -> usize {
    // `as` puts negatives and NaN into the first cell.
    ((metres / CELL_M) as usize).min(count - 1)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::sim::{Buttons, Mode, PlayerInput, SimConfig};

    fn simulation(places: &[Vec2]) -> Simulation {
        let config = SimConfig {
            level: Arc::new(Level::open_box(100, 60)),
            tuning: Arc::new(Tuning::default()),
            mode: Mode::FreeForAll,
            seed: 1,
        };
        let mut simulation = Simulation::new(config);
        let slots = || (0..).map(PlayerSlot).zip(places);
        slots().for_each(|(slot, _)| simulation.add_player(slot, Team::Solo));
        simulation.step();
        for (slot, pos) in slots() {
            simulation.arrange(slot, |body, _| body.pos = *pos);
        }
        simulation
    }

    #[test]
    fn a_bot_sees_what_is_on_its_screen_nearest_first_and_no_more() {
        let own = Vec2::new(100.0, 60.0);
        let places =
            [own, own + Vec2::new(39.0, 0.0), own + Vec2::new(0.0, 25.0), own + Vec2::new(41.0, 0.0), own + Vec2::new(0.0, 27.0)];
        let mut lookout = Lookout::default();
        lookout.capture(&simulation(&places));
        let (contacts, _) = lookout.look(PlayerSlot(0), Team::Solo, own);
        let seen: Vec<_> = contacts.iter().map(|contact| contact.slot.0).collect();
        assert_eq!(seen, [2, 1]);
    }

    #[test]
    fn of_a_crowd_only_the_nearest_are_seen() {
        let places: Vec<Vec2> = (0..60).map(|index| Vec2::new(80.0 + index as f32 * 0.5, 60.0)).collect();
        let mut lookout = Lookout::default();
        lookout.capture(&simulation(&places));
        let (contacts, _) = lookout.look(PlayerSlot(0), Team::Solo, places[0]);
        let seen: Vec<_> = contacts.iter().map(|contact| usize::from(contact.slot.0)).collect();
        assert_eq!(seen, (1..=CONTACTS_MAX).collect::<Vec<_>>());
    }

    #[test]
    fn own_bolts_are_no_danger_and_those_of_others_are() {
        let mut simulation = simulation(&[Vec2::new(60.0, 60.0), Vec2::new(80.0, 60.0)]);
        simulation.set_input(PlayerSlot(0), PlayerInput { buttons: Buttons(Buttons::FIRE), ..PlayerInput::default() }, 0.0);
        simulation.step();
        let mut lookout = Lookout::default();
        lookout.capture(&simulation);
        assert_eq!(lookout.look(PlayerSlot(0), Team::Solo, Vec2::new(60.0, 60.0)).1.len(), 0);
        assert_eq!(lookout.look(PlayerSlot(1), Team::Solo, Vec2::new(80.0, 60.0)).1.len(), 1);
    }
}
