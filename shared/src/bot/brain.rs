//! One bot: whom to fight, what to fetch, where to fly, when to shoot.

use glam::Vec2;

use super::aim::{Hand, lead};
use super::steering::around_walls;
use super::view::{BotView, Contact};
use super::{BotLevel, DECISION_TICKS, Skill};
use crate::ids::{PlayerSlot, Tick};
use crate::math::Aim;
use crate::rng::Rng;
use crate::sim::{Buttons, PickupKind, PlayerInput, ShipBody};

/// A target out of sight for longer is forgotten.
const MEMORY_TICKS: u32 = 150;
/// Pickups further away than this are not worth the way while there is a fight.
const FETCH_M_MAX: f32 = 60.0;
/// Below this sum of hull and shield a bot thinks of itself.
const HURT: u16 = 70;
const SIGHTINGS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    Roam { place: usize },
    Fetch { place: usize },
    Fight,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sighting {
    tick: Tick,
    pos: Vec2,
    vel: Vec2,
}

/// What a bot remembers of its target; it acts on a sighting some decisions old, which is its reaction time.
#[derive(Clone, Copy, Debug)]
struct Target {
    slot: PlayerSlot,
    life: u8,
    /// Newest first.
    sightings: [Sighting; SIGHTINGS],
    count: usize,
    is_in_line: bool,
    is_protected: bool,
}

impl Target {
    fn see(&mut self, contact: &Contact, tick: Tick) {
        self.sightings.rotate_right(1);
        self.sightings[0] = Sighting { tick, pos: contact.pos, vel: contact.vel };
        self.count = (self.count + 1).min(SIGHTINGS);
        self.is_protected = contact.is_protected;
    }

    /// Where the bot believes the target to be now.
    fn believed(&self, now: Tick, skill: &Skill) -> (Vec2, Vec2) {
        let sighting = self.sightings[skill.reaction_decisions.min(self.count - 1)];
        let seconds = now.since(sighting.tick).min(40) as f32 / 60.0;
        (sighting.pos + sighting.vel * seconds, sighting.vel)
    }
}

pub struct BotBrain {
    slot: PlayerSlot,
    skill: Skill,
    rng: Rng,
    hand: Hand,
    life: u8,
    goal: Goal,
    goal_until: Tick,
    target: Option<Target>,
    stick: Vec2,
    buttons: u8,
    strafe_sign: f32,
    strafe_until: Tick,
    dodge_until: Tick,
    rail_until: Tick,
    /// A waypoint on the way to a hidden target.
    detour: Option<Vec2>,
    detour_until: Tick,
    slow_decisions: u32,
}

impl BotBrain {
    #[must_use]
    pub fn new(slot: PlayerSlot, level: BotLevel, seed: u64) -> Self {
        Self {
            slot,
            skill: level.skill(),
            rng: Rng::with_stream(seed, u64::from(slot.0)),
            hand: Hand::default(),
            life: 0,
            goal: Goal::Roam { place: 0 },
            goal_until: Tick(0),
            target: None,
            stick: Vec2::ZERO,
            buttons: 0,
            strafe_sign: 1.0,
            strafe_until: Tick(0),
            dodge_until: Tick(0),
            rail_until: Tick(0),
            detour: None,
            detour_until: Tick(0),
            slow_decisions: 0,
        }
    }

    #[must_use]
    pub fn slot(&self) -> PlayerSlot {
        self.slot
    }

    /// Will the next `think` look at contacts and bolts? In between it acts on what it decided.
    #[must_use]
    pub fn is_deciding(&self, tick: Tick) -> bool {
        (tick.0 + u32::from(self.slot.0)).is_multiple_of(DECISION_TICKS)
    }

    /// What the bot's player does in the next tick.
    pub fn think(&mut self, view: &mut BotView) -> PlayerInput {
        if view.own.respawn_ticks > 0 {
            return self.rest();
        }
        if view.own.life != self.life {
            self.begin_life(view);
        }
        if self.is_deciding(view.tick) {
            self.decide(view);
        }
        let trigger = self.point(view);
        let buttons = Buttons(self.buttons | trigger);
        // A dash wanted once is pressed once.
        self.buttons = 0;
        PlayerInput::from_stick(self.stick, self.hand.aim(), buttons)
    }

    /// What a bot does while it is dead.
    #[must_use]
    pub fn rest(&self) -> PlayerInput {
        PlayerInput { aim: self.hand.aim(), ..PlayerInput::default() }
    }

    fn begin_life(&mut self, view: &BotView) {
        self.life = view.own.life;
        self.target = None;
        self.detour = None;
        self.goal_until = Tick(0);
        self.hand.put_at(view.own.body.aim);
    }

    fn decide(&mut self, view: &mut BotView) {
        self.choose_target(view);
        self.choose_goal(view);
        if view.tick < self.dodge_until {
            return;
        }
        if self.dodge(view) {
            return;
        }
        let wanted = match self.goal {
            Goal::Fight => self.fight_direction(view),
            Goal::Roam { place } | Goal::Fetch { place } => self.travel_direction(place, view),
        };
        let body = &view.own.body;
        let wanted = self.shake_loose(wanted.normalize_or_zero(), body);
        self.stick = around_walls(body.pos, body.vel, wanted, view.level) * self.vigour();
    }

    fn vigour(&self) -> f32 {
        if self.goal == Goal::Fight { self.skill.vigour } else { 1.0 }
    }

    fn choose_target(&mut self, view: &BotView) {
        let own = view.own.body.pos;
        let (kept, notice_m) = (self.target.map(|target| target.slot), self.skill.notice_m);
        let worth = |contact: &Contact| {
            let distance = contact.pos.distance(own);
            let is_kept = kept == Some(contact.slot);
            let reluctance = if contact.is_protected { 30.0 } else { 0.0 };
            let hidden = if view.level.has_sight(own, contact.pos) { 0.0 } else { 14.0 };
            // Staying with one target looks human; so does finishing off the weak.
            distance + reluctance + hidden + f32::from(contact.hull) * 0.08 - if is_kept { 8.0 } else { 0.0 }
        };
        let enemies = view.contacts.iter().filter(|contact| view.team.fights(contact.team));
        // Of a crowd only the nearest are weighed: contacts come nearest first.
        let noticed = enemies.filter(|contact| contact.pos.distance(own) < notice_m).take(6);
        let best = noticed.map(|contact| (worth(contact), contact)).min_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, contact)) = best {
            let is_known = self.target.is_some_and(|target| target.slot == contact.slot && target.life == contact.life);
            if !is_known {
                self.detour = None;
            }
            let fresh = Target {
                slot: contact.slot,
                life: contact.life,
                sightings: [Sighting::default(); SIGHTINGS],
                count: 0,
                is_in_line: false,
                is_protected: false,
            };
            let mut target = self.target.filter(|_| is_known).unwrap_or(fresh);
            target.see(contact, view.tick);
            target.is_in_line = view.level.has_sight(own, contact.pos);
            self.target = Some(target);
        } else if self.target.is_some_and(|target| view.tick.since(target.sightings[0].tick) > MEMORY_TICKS) {
            self.target = None;
        } else if let Some(target) = &mut self.target {
            target.is_in_line = false;
        }
    }

    fn choose_goal(&mut self, view: &BotView) {
        let health = u16::from(view.own.vitals.hull) + u16::from(view.own.vitals.shield);
        if let Goal::Fetch { place } = self.goal
            && view.pickups_ready >> place & 1 == 1
            && view.tick < self.goal_until
        {
            return;
        }
        // In a fight only what helps in it, and only at need.
        if health < HURT
            && let Some(place) = self.nearest_pickup(view, |kind| kind == PickupKind::Repair)
        {
            self.set_goal(Goal::Fetch { place }, view.tick.plus(360));
        } else if self.target.is_some() {
            self.set_goal(Goal::Fight, view.tick);
        } else if view.tick >= self.goal_until || self.goal == Goal::Fight || self.has_arrived(view) {
            let is_whole = health >= 190;
            let wanted = self.nearest_pickup(view, |kind| kind != PickupKind::Repair || !is_whole);
            match wanted.filter(|_| self.rng.chance(0.7)) {
                Some(place) => self.set_goal(Goal::Fetch { place }, view.tick.plus(480)),
                None => {
                    let place = self.rng.below(view.nav.place_count() as u32) as usize;
                    self.set_goal(Goal::Roam { place }, view.tick.plus(720));
                }
            }
        }
    }

    fn set_goal(&mut self, goal: Goal, until: Tick) {
        self.goal = goal;
        self.goal_until = until;
    }

    fn has_arrived(&self, view: &BotView) -> bool {
        match self.goal {
            Goal::Roam { place } | Goal::Fetch { place } => view.nav.place(place).distance(view.own.body.pos) < 4.0,
            Goal::Fight => false,
        }
    }

    fn nearest_pickup(&self, view: &BotView, is_wanted: impl Fn(PickupKind) -> bool) -> Option<usize> {
        let there = (0..view.nav.pickup_count()).filter(|place| view.pickups_ready >> place & 1 == 1);
        let wanted = there.filter(|place| is_wanted(view.level.pickups()[*place].kind));
        let near = wanted.filter_map(|place| Some((view.nav.distance_m(place, view.own.body.pos)?, place)));
        near.filter(|(way_m, _)| *way_m < FETCH_M_MAX).min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
    }

    fn fight_direction(&mut self, view: &mut BotView) -> Vec2 {
        let Some(target) = self.target else { return Vec2::ZERO };
        let body = view.own.body;
        let (pos, vel) = target.believed(view.tick, &self.skill);
        let way = pos - body.pos;
        let distance = way.length().max(0.1);
        let toward = way / distance;
        if !target.is_in_line {
            return self.detour_direction(pos, toward, view);
        }
        let is_fleeing = vel.dot(toward) > 7.0;
        if is_fleeing && distance > 7.0 && self.skill.rides_wakes {
            // Into the slipstream: behind them, where their wake is old enough to carry.
            self.want_dash(distance > 14.0, 0.15, view);
            return pos - vel.normalize_or_zero() * 5.0 - body.pos;
        }
        if view.tick >= self.strafe_until {
            self.strafe_sign = if self.rng.chance(0.5) { 1.0 } else { -1.0 };
            self.strafe_until = view.tick.plus(24 + self.rng.below(60));
        }
        let is_hurt = u16::from(view.own.vitals.hull) + u16::from(view.own.vitals.shield) < HURT;
        let wanted_m = self.skill.wanted_distance_m + if is_hurt { 10.0 } else { 0.0 };
        let nearer = ((distance - wanted_m) / 5.0).clamp(-1.0, 1.0);
        toward.perp() * (self.strafe_sign * 0.9) + toward * nearer
    }

    /// Around the corner to a target that is not in line, by a short search now and then.
    fn detour_direction(&mut self, pos: Vec2, toward: Vec2, view: &mut BotView) -> Vec2 {
        let own = view.own.body.pos;
        let has_arrived = self.detour.is_some_and(|detour| detour.distance_squared(own) < 9.0);
        if view.tick >= self.detour_until || has_arrived {
            if let Some(detour) = view.paths.toward(own, pos, view.nav, view.level) {
                self.detour = Some(detour);
            }
            self.detour_until = view.tick.plus(20 + self.rng.below(10));
        }
        self.detour.map_or(toward, |detour| detour - own)
    }

    fn travel_direction(&mut self, place: usize, view: &mut BotView) -> Vec2 {
        let body = view.own.body;
        let Some(next) = view.nav.toward_place(place, body.pos, view.level) else {
            self.goal_until = Tick(0);
            return view.nav.place(place) - body.pos;
        };
        let way = next - body.pos;
        let toward = way.normalize_or_zero();
        let is_urgent = matches!(self.goal, Goal::Fetch { .. });
        self.want_dash(way.length() > 11.0, if is_urgent { 0.1 } else { 0.02 }, view);
        if self.skill.rides_wakes {
            // Somebody ahead who goes the same way: follow close enough to be pulled along.
            let ahead = view.contacts.iter().find(|contact| {
                let gap = contact.pos - body.pos;
                contact.vel.length_squared() > 120.0
                    && contact.vel.dot(toward) > 0.7 * contact.vel.length()
                    && (4.0..18.0).contains(&gap.dot(toward))
                    && gap.perp_dot(toward).abs() < 6.0
            });
            if let Some(contact) = ahead {
                return contact.pos - contact.vel.normalize_or_zero() * 4.0 - body.pos;
            }
        }
        way
    }

    fn want_dash(&mut self, is_useful: bool, part: f32, view: &BotView) {
        let is_ready = view.own.body.dash_charge >= view.tuning.dash.charge_full;
        if is_useful && is_ready && self.rng.chance(self.skill.dash_chance * part) {
            self.buttons |= Buttons::DASH;
        }
    }

    /// Sidesteps a bolt that would hit; says whether it does.
    fn dodge(&mut self, view: &BotView) -> bool {
        let body = &view.own.body;
        let danger = view.bolts.iter().find_map(|bolt| {
            let direction = bolt.direction;
            let offset = body.pos - bolt.pos;
            let arrives_s = offset.dot(direction) / view.tuning.pulse.bolt_mps;
            let miss_m = offset.perp_dot(direction);
            // Away from the line of the bolt, to the side on which the ship already is.
            let aside = if miss_m > 0.0 { -direction.perp() } else { direction.perp() };
            ((0.08..0.45).contains(&arrives_s) && miss_m.abs() < 1.8).then_some(aside)
        });
        let Some(aside) = danger else { return false };
        if !self.rng.chance(self.skill.dodge_chance) {
            return false;
        }
        self.stick = around_walls(body.pos, body.vel, aside, view.level);
        self.dodge_until = view.tick.plus(10);
        let is_worn = view.own.vitals.shield < 40;
        self.want_dash(is_worn, 0.5, view);
        true
    }

    /// Whoever wants to move but does not tries something else for a moment.
    fn shake_loose(&mut self, wanted: Vec2, body: &ShipBody) -> Vec2 {
        let is_slow = wanted != Vec2::ZERO && body.vel.length_squared() < 4.0;
        self.slow_decisions = if is_slow { self.slow_decisions + 1 } else { self.slow_decisions.saturating_sub(1) };
        if self.slow_decisions < 10 {
            return wanted;
        }
        if self.slow_decisions > 16 {
            self.slow_decisions = 0;
            self.goal_until = Tick(0);
        }
        Aim(self.rng.below(4096) as u16).direction()
    }

    /// Moves the hand and says which triggers are pulled.
    fn point(&mut self, view: &BotView) -> u8 {
        let body = &view.own.body;
        let Some(target) = self.target else {
            let ahead = if self.stick == Vec2::ZERO { self.hand.aim() } else { Aim::along(self.stick) };
            self.hand.turn(ahead, &self.skill, &mut self.rng);
            return 0;
        };
        let (pos, vel) = target.believed(view.tick, &self.skill);
        let distance = pos.distance(body.pos);
        let is_noticed = target.count > self.skill.reaction_decisions;
        let is_free = is_noticed && target.is_in_line && !target.is_protected;
        if self.is_deciding(view.tick) && is_free && body.rail_cooldown_ticks == 0 && self.rng.chance(self.skill.rail_chance) {
            self.rail_until = view.tick.plus(30);
        }
        let wants_rail = view.tick < self.rail_until && body.rail_cooldown_ticks == 0;
        let at = if wants_rail { pos } else { lead(body.pos, pos, vel, view.tuning.pulse.bolt_mps) };
        let left_degrees = self.hand.turn(Aim::along(at - body.pos), &self.skill, &mut self.rng);
        if !is_free || left_degrees > 4.0 {
            return 0;
        }
        if wants_rail {
            return if distance < view.tuning.rail.range_m { Buttons::RAIL } else { 0 };
        }
        let range_m = view.tuning.pulse.bolt_mps * f32::from(view.tuning.pulse.bolt_life_ticks) / 60.0;
        let rhythm = (view.tick.0 + u32::from(self.slot.0) * 7) % (self.skill.burst_ticks + self.skill.rest_ticks);
        if distance < range_m && rhythm < self.skill.burst_ticks { Buttons::FIRE } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::bot::BotCrew;
    use crate::ids::Team;
    use crate::sim::{Level, Mode, SimConfig, Simulation, Tuning};

    /// A bot and a ship at rest in its sight; everybody is unprotected.
    fn duel(level: BotLevel, seed: u64) -> (Simulation, BotCrew) {
        let map = Arc::new(Level::open_box(30, 20));
        let config = SimConfig { level: Arc::clone(&map), tuning: Arc::new(Tuning::default()), mode: Mode::FreeForAll, seed };
        let mut simulation = Simulation::new(config);
        let mut crew = BotCrew::new(map);
        simulation.add_player(PlayerSlot(0), Team::Solo);
        simulation.add_player(PlayerSlot(1), Team::Solo);
        crew.add(PlayerSlot(0), level, seed);
        simulation.step();
        for (slot, x) in [(0, 20.0), (1, 34.0)] {
            simulation.arrange(PlayerSlot(slot), |body, _| {
                (body.pos, body.vel, body.protection_ticks) = (Vec2::new(x, 20.0), Vec2::ZERO, 0);
            });
        }
        (simulation, crew)
    }

    #[test]
    fn nobody_shoots_before_their_reaction_time() {
        for level in [BotLevel::Easy, BotLevel::Normal, BotLevel::Hard] {
            let reaction_ticks = level.skill().reaction_decisions as u32 * DECISION_TICKS;
            let (mut simulation, mut crew) = duel(level, 4);
            let first_shot = (1..600).find(|_| {
                crew.drive(&mut simulation);
                simulation.step();
                !simulation.bolts().is_empty() || simulation.own_ship(PlayerSlot(1)).unwrap().vitals.shield < 100
            });
            let first_shot = first_shot.unwrap();
            assert!(first_shot > reaction_ticks, "{level:?} shot after {first_shot} ticks");
        }
    }

    #[test]
    fn a_hard_bot_destroys_a_resting_target_within_seconds() {
        for seed in 0..5 {
            let (mut simulation, mut crew) = duel(BotLevel::Hard, seed);
            let ticks = (1..600).find(|_| {
                crew.drive(&mut simulation);
                simulation.step();
                simulation.own_ship(PlayerSlot(1)).unwrap().respawn_ticks > 0
            });
            assert!(ticks.is_some_and(|ticks| (60..400).contains(&ticks)), "seed {seed}: {ticks:?}");
        }
    }

    #[test]
    fn a_bot_leaves_a_protected_ship_alone() {
        let (mut simulation, mut crew) = duel(BotLevel::Hard, 2);
        for _ in 0..120 {
            simulation.arrange(PlayerSlot(1), |body, _| body.protection_ticks = 60);
            crew.drive(&mut simulation);
            simulation.step();
            assert!(simulation.bolts().is_empty());
        }
    }
}
