//! One match as the client knows it: the level, the own ship ahead of the host, everybody else behind, and what flies between.

use glam::Vec2;

use super::bolts::{Bolts, Shot, Target, Times};
use super::effects::{Effect, EffectKind, Effects};
use super::interpolation::{Interpolation, Pose, Sample};
use super::prediction::{Prediction, World};
use super::reconciliation::{Reconciliation, Verdict};
use super::roster::Roster;
use crate::ids::{Micros, PlayerSlot, Tick};
use crate::limits::{PICKUPS_MAX, SLOTS_MAX, TICK_HZ};
use crate::protocol::event::{Kill, MatchStarted};
use crate::replication::{ShipSample, Snapshot};
use crate::sim::OwnShip;
use crate::sim::input::PlayerInput;
use crate::sim::level::Level;
use crate::sim::projectile::rail_line;
use crate::sim::tuning::Tuning;
use crate::sim::wake::WakeField;

/// Own actions further apart than this are two; the same one predicted again is nearer.
const SAME_ACTION_TICKS: u32 = 8;
/// Rails of others that were shown already.
const RAILS_SEEN_MAX: usize = 64;

/// What was drawn of a seat last, to notice what began since.
#[derive(Clone, Copy, Default)]
struct Drawn {
    life: u8,
    flags: u8,
    is_known: bool,
}

pub struct MatchView {
    pub(super) level: Level,
    pub(super) tuning: Tuning,
    pub(super) revision: u32,
    pub(super) roster: Roster,
    pub(super) pickups_ready: u64,
    pub(super) prediction: Prediction,
    pub(super) reconciliation: Reconciliation,
    pub(super) others: Interpolation,
    pub(super) bolts: Bolts,
    pub(super) effects: Effects,
    /// The host's newest word about the own ship.
    pub(super) own: Option<(Tick, OwnShip)>,
    pub(super) camera: Vec2,
    pub(super) poses: Vec<Pose>,
    pub(super) targets: Vec<Target>,
    wake: WakeField,
    wake_tick: Tick,
    is_own_checked: bool,
    drawn: Vec<Drawn>,
    rails_seen: Vec<(PlayerSlot, Tick)>,
    own_rail: Option<Tick>,
    own_dash: Option<Tick>,
}

/// Why a match cannot be shown.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("the host sent a match that cannot be played: {0}")]
pub struct MatchRefused(String);

impl MatchView {
    /// # Errors
    /// A level or tunables that are not what a host of ours sends.
    pub fn new(started: MatchStarted, revision: u32) -> Result<Self, MatchRefused> {
        let level = Level::from_bytes(&started.level).map_err(|error| MatchRefused(error.to_string()))?;
        let tuning = Tuning::from_json(&started.tuning_json).map_err(|error| MatchRefused(error.to_string()))?;
        if started.own_slot.index() >= SLOTS_MAX {
            return Err(MatchRefused("there is no such seat".to_owned()));
        }
        let mut roster = Roster::default();
        roster.start(started.own_slot, started.mode, started.phase, started.players);
        let mut wake = WakeField::new(&tuning);
        wake.reserve_slots(SLOTS_MAX);
        Ok(Self {
            camera: level.size_m() / 2.0,
            wake,
            level,
            tuning,
            revision,
            roster,
            pickups_ready: started.pickups_ready,
            prediction: Prediction::default(),
            reconciliation: Reconciliation::default(),
            others: Interpolation::default(),
            bolts: Bolts::default(),
            effects: Effects::default(),
            own: None,
            poses: Vec::with_capacity(SLOTS_MAX),
            targets: Vec::with_capacity(SLOTS_MAX),
            wake_tick: Tick(0),
            is_own_checked: true,
            drawn: vec![Drawn::default(); SLOTS_MAX],
            rails_seen: Vec::with_capacity(RAILS_SEEN_MAX),
            own_rail: None,
            own_dash: None,
        })
    }

    #[must_use]
    pub fn own_slot(&self) -> PlayerSlot {
        self.roster.own()
    }

    /// The own ship as the host knows it lives.
    #[must_use]
    pub fn is_own_alive(&self) -> bool {
        self.own.as_ref().is_some_and(|(_, own)| own.respawn_ticks == 0)
    }

    // ---- in ---------------------------------------------------------------------------------------

    pub fn handle_snapshot(&mut self, snapshot: &Snapshot) {
        let own_slot = self.own_slot();
        for ship in snapshot.ships.iter().filter(|ship| ship.slot != own_slot) {
            // What a snapshot does not tell anew is known exactly only when nothing was left out of it.
            if ship.is_fresh || snapshot.is_complete {
                self.handle_ship(snapshot.tick, ship);
            } else {
                self.others.mention(ship.slot, snapshot.tick);
            }
        }
        self.others.finish_snapshot(snapshot.tick);
        if snapshot.tick <= self.wake_tick && self.wake_tick != Tick(0) {
            return;
        }
        self.expire_wakes(snapshot.tick);
        self.bolts.expire(snapshot.tick);
        if let Some(own) = &snapshot.own {
            self.handle_own(snapshot.tick, *own);
        }
    }

    fn handle_ship(&mut self, tick: Tick, ship: &ShipSample) {
        let sample = Sample {
            tick,
            life: ship.life,
            pos: ship.pos,
            aim: ship.aim,
            flags: ship.flags.0,
            hull: ship.hull,
            shield: ship.shield,
        };
        let wake = &mut self.wake;
        self.others.add(ship.slot, sample, |tick, pos| wake.lay(tick, ship.slot, pos));
        let team = self.roster.team(ship.slot);
        let place_at = |at: Tick| self.others.place_at(ship.slot, at).unwrap_or(ship.pos);
        if let Some(mark) = ship.bolt {
            let shot = Shot { slot: ship.slot, team, tick: mark.tick, ship: place_at(mark.tick), aim: mark.aim, is_own: false };
            self.bolts.add(shot, &self.level, &self.tuning);
        }
        if let Some(mark) = ship.rail.filter(|mark| !self.rails_seen.contains(&(ship.slot, mark.tick))) {
            let (from, to) = rail_line(place_at(mark.tick), mark.aim, &self.level, &self.tuning);
            let effect = Effect { to, ..Effect::at(EffectKind::RailLine, from, ship.slot) };
            self.effects.show_at(f64::from(mark.tick.0), effect);
            if self.rails_seen.len() == RAILS_SEEN_MAX {
                self.rails_seen.remove(0);
            }
            self.rails_seen.push((ship.slot, mark.tick));
        }
    }

    /// Every generation has its turn, also when snapshots were lost.
    fn expire_wakes(&mut self, tick: Tick) {
        let from = self.wake_tick.max(tick.minus(256));
        for at in from.0..tick.0 {
            self.wake.expire(Tick(at + 1));
        }
        self.wake_tick = tick;
    }

    fn handle_own(&mut self, tick: Tick, own: OwnShip) {
        if let Some((_, before)) = self.own.as_ref().filter(|(_, before)| before.life == own.life) {
            let health = |own: &OwnShip| u16::from(own.vitals.hull) + u16::from(own.vitals.shield);
            let damage = health(before).saturating_sub(health(&own));
            if damage > 0 {
                let mut effect = Effect::at(EffectKind::OwnDamaged, self.camera, self.own_slot());
                effect.magnitude = f32::from(damage);
                self.effects.show(effect);
            }
        }
        self.own = Some((tick, own));
        self.is_own_checked = false;
    }

    pub fn handle_kill(&mut self, kill: &Kill) {
        let is_own = kill.victim == self.own_slot();
        let place = if is_own { Some(self.camera) } else { self.others.last_place(kill.victim) };
        let Some(place) = place else { return };
        let effect = Effect::at(EffectKind::ShipDestroyed, place, kill.victim);
        if is_own {
            self.effects.show(effect);
        } else {
            self.effects.show_at(f64::from(kill.tick.0), effect);
        }
    }

    pub fn handle_hit_confirmed(&mut self, target: PlayerSlot, damage: u8, view_ticks: f64) {
        let place = self.others.pose(target, view_ticks).map(|pose| pose.pos).or_else(|| self.others.last_place(target));
        if let Some(place) = place {
            let mut effect = Effect::at(EffectKind::OwnHitConfirmed, place, target);
            effect.magnitude = f32::from(damage);
            self.effects.show(effect);
        }
    }

    pub fn handle_pickup(&mut self, index: u8, taken_by: Option<PlayerSlot>) {
        if usize::from(index) >= PICKUPS_MAX {
            return;
        }
        let Some(slot) = taken_by else {
            self.pickups_ready |= 1 << index;
            return;
        };
        self.pickups_ready &= !(1 << index);
        if let Some(pickup) = self.level.pickups().get(usize::from(index)) {
            self.effects.show(Effect::at(EffectKind::PickupTaken, pickup.pos, slot));
        }
    }

    // ---- the own ship -----------------------------------------------------------------------------

    /// Holds the newest snapshot against the prediction; older ones of the same burst say nothing more.
    pub fn reconcile(&mut self, now: Micros, own_ticks: f64) -> Verdict {
        if self.is_own_checked {
            return Verdict::default();
        }
        self.is_own_checked = true;
        let Some((tick, own)) = &self.own else { return Verdict::default() };
        let (tick, life) = (*tick, own.life);
        let body = (own.respawn_ticks == 0).then_some(own.body);
        let drawn = self.own_place(own_ticks);
        let world = World { level: &self.level, tuning: &self.tuning, wake: &self.wake, slot: self.roster.own() };
        let verdict = self.reconciliation.check(tick, life, body, &mut self.prediction, world);
        if !verdict.is_rewound {
            return verdict;
        }
        match (drawn, self.own_place(own_ticks)) {
            (Some(drawn), Some(corrected)) if !verdict.is_other_life => self.reconciliation.hide(now, drawn, corrected),
            _ => self.reconciliation.show_truth(),
        }
        if verdict.is_other_life && body.is_some() {
            self.effects.show(Effect::at(EffectKind::Respawn, own.body.pos, self.roster.own()));
        }
        self.redo_actions(tick);
        verdict
    }

    /// Predicts up to and including `target`.
    pub fn predict(&mut self, target: Tick, input: PlayerInput) {
        while self.prediction.newest().is_some_and(|newest| newest < target) {
            let world = World { level: &self.level, tuning: &self.tuning, wake: &self.wake, slot: self.roster.own() };
            if self.prediction.step(input, world).is_none() {
                return;
            }
            if let Some(newest) = self.prediction.newest() {
                self.show_actions(newest);
            }
        }
    }

    fn redo_actions(&mut self, after: Tick) {
        let prediction = &self.prediction;
        self.bolts.take_back_own(after, |tick| prediction.at(tick).is_some_and(|entry| entry.actions.fired_bolt));
        let Some(newest) = self.prediction.newest() else { return };
        for tick in after.0 + 1..=newest.0 {
            self.show_actions(Tick(tick));
        }
    }

    /// Shots and dashes of one predicted tick; the same one predicted again is not shown twice.
    fn show_actions(&mut self, tick: Tick) {
        let Some(entry) = self.prediction.at(tick) else { return };
        let (actions, Some(body)) = (entry.actions, entry.body) else { return };
        let slot = self.roster.own();
        if actions.fired_bolt {
            let shot = Shot { slot, team: self.roster.team(slot), tick, ship: body.pos, aim: body.aim, is_own: true };
            self.bolts.add(shot, &self.level, &self.tuning);
        }
        let is_new = |shown: Option<Tick>| shown.is_none_or(|shown| tick.0.abs_diff(shown.0) > SAME_ACTION_TICKS);
        if actions.fired_rail && is_new(self.own_rail) {
            self.own_rail = Some(tick);
            let (from, to) = rail_line(body.pos, body.aim, &self.level, &self.tuning);
            self.effects.show(Effect { to, ..Effect::at(EffectKind::RailLine, from, slot) });
        }
        if actions.dashed && is_new(self.own_dash) {
            self.own_dash = Some(tick);
            self.effects.show(Effect::at(EffectKind::Dash, body.pos, slot));
        }
    }

    /// The own ship's true place between two predicted ticks; `None` while it is destroyed.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    pub fn own_place(&self, own_ticks: f64) -> Option<Vec2> {
        let newest = self.prediction.newest()?;
        let ticks = own_ticks.clamp(f64::from(newest.minus(1).0), f64::from(newest.0));
        let floor = Tick(ticks as u32);
        let after = self.prediction.body_at(floor.next().min(newest))?;
        let before = self.prediction.body_at(floor).unwrap_or(after);
        Some(before.pos.lerp(after.pos, (ticks - f64::from(floor.0)) as f32))
    }

    // ---- the picture ------------------------------------------------------------------------------

    /// Moves everything to this moment: poses, bolts' targets, and the effects that poses give rise to.
    pub fn pose_others(&mut self, times: Times) {
        self.effects.release(times.view_ticks);
        self.poses.clear();
        self.targets.clear();
        let (poses, targets) = (&mut self.poses, &mut self.targets);
        let (roster, drawn, effects) = (&self.roster, &mut self.drawn, &mut self.effects);
        self.others.for_each_pose(times.view_ticks, |pose| {
            targets.push(Target { slot: pose.slot, team: roster.team(pose.slot), pos: pose.pos });
            notice_beginnings(&pose, &mut drawn[pose.slot.index()], effects);
            poses.push(pose);
        });
    }

    /// Seconds until the own ship is back, as predicted from the host's newest word.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)]
    pub fn respawn_seconds(&self, own_ticks: f64) -> f32 {
        let Some((tick, own)) = &self.own else { return 0.0 };
        if own.respawn_ticks == 0 {
            return 0.0;
        }
        let elapsed = (own_ticks - f64::from(tick.0)) as f32;
        ((f32::from(own.respawn_ticks) - elapsed) / TICK_HZ as f32).max(0.0)
    }
}

fn notice_beginnings(pose: &Pose, drawn: &mut Drawn, effects: &mut Effects) {
    use super::layout::flag;
    if drawn.is_known && drawn.life != pose.life {
        effects.show(Effect::at(EffectKind::Respawn, pose.pos, pose.slot));
    }
    let began_dash = pose.flags & flag::DASHING != 0 && drawn.flags & flag::DASHING == 0;
    if drawn.is_known && began_dash {
        effects.show(Effect::at(EffectKind::Dash, pose.pos, pose.slot));
    }
    *drawn = Drawn { life: pose.life, flags: pose.flags, is_known: true };
}
