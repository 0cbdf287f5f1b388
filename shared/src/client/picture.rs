//! Writes a match into a render frame. Allocates nothing once the frame has grown to its size.

use super::bolts::Times;
use super::layout::{self, flag};
use super::match_view::MatchView;
use super::{Connection, RenderFrame};
use crate::ids::{Micros, Team, Tick};
use crate::limits::TICK_HZ;
use crate::protocol::event::Phase;
use crate::sim::movement::ShipBody;

/// Pickups in each half of the mask: a float holds 24 bits exactly.
const PICKUP_BITS: u32 = 24;

/// The moment of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Micros,
    pub times: Times,
    pub connection: Connection,
}

pub fn draw(view: &mut MatchView, moment: Moment, frame: &mut RenderFrame) {
    frame.begin();
    draw_header(view, moment, frame);
    view.pose_others(moment.times);
    draw_others(view, frame);
    draw_own(view, moment, frame);
    draw_bolts(view, moment.times, frame);
    for effect in view.effects.of_frame() {
        let mut row = [0.0; layout::EFFECT_STRIDE];
        effect.write(&mut row);
        frame.push(layout::EFFECT_COUNT, row);
    }
    view.effects.end_frame();
    frame.set(layout::CAMERA_X, view.camera.x);
    frame.set(layout::CAMERA_Y, view.camera.y);
}

/// A picture before there is a match.
pub fn draw_nothing(connection: Connection, frame: &mut RenderFrame) {
    frame.begin();
    frame.set(layout::CONNECTION, connection_number(connection));
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn draw_header(view: &MatchView, moment: Moment, frame: &mut RenderFrame) {
    let times = moment.times;
    frame.set(layout::PREDICTED_TICK, times.own_ticks as f32);
    frame.set(layout::RENDER_TICK, times.view_ticks as f32);
    frame.set(
        layout::PHASE,
        match view.roster.phase().phase {
            Phase::WarmUp => 0.0,
            Phase::Live => 1.0,
            Phase::Ended => 2.0,
        },
    );
    frame.set(layout::PHASE_SECONDS_LEFT, view.roster.phase_seconds_left(Tick(times.view_ticks as u32)));
    frame.set(layout::RESPAWN_SECONDS, view.respawn_seconds(times.own_ticks));
    frame.set(layout::OWN_SLOT, f32::from(view.own_slot().0));
    frame.set(layout::SCORE_BLUE, view.roster.team_score(Team::Blue) as f32);
    frame.set(layout::SCORE_ORANGE, view.roster.team_score(Team::Orange) as f32);
    frame.set(layout::CONNECTION, connection_number(moment.connection));
    frame.set(layout::PICKUPS_LOW, (view.pickups_ready & ((1 << PICKUP_BITS) - 1)) as f32);
    frame.set(layout::PICKUPS_HIGH, (view.pickups_ready >> PICKUP_BITS) as f32);
    frame.set(layout::LEVEL_REVISION, view.revision as f32);
    if let Some((_, own)) = &view.own {
        frame.set(layout::HULL, gauge(own.vitals.hull, view.tuning.vitals.hull_full));
        frame.set(layout::SHIELD, gauge(own.vitals.shield, view.tuning.vitals.shield_full));
    }
}

fn draw_others(view: &mut MatchView, frame: &mut RenderFrame) {
    for pose in &view.poses {
        let away = if view.roster.is_away(pose.slot) { flag::AWAY } else { 0 };
        let mut row = [0.0; layout::SHIP_STRIDE];
        row[layout::ship::SLOT] = f32::from(pose.slot.0);
        row[layout::ship::X] = pose.pos.x;
        row[layout::ship::Y] = pose.pos.y;
        row[layout::ship::VX] = pose.vel.x;
        row[layout::ship::VY] = pose.vel.y;
        row[layout::ship::AIM_RADIANS] = pose.aim_radians;
        row[layout::ship::FLAGS] = f32::from(pose.flags & !(flag::OWN | flag::AWAY) | away);
        row[layout::ship::HULL] = gauge(pose.hull, view.tuning.vitals.hull_full);
        row[layout::ship::SHIELD] = gauge(pose.shield, view.tuning.vitals.shield_full);
        row[layout::ship::TEAM] = team_number(view.roster.team(pose.slot));
        row[layout::ship::COLOUR] = f32::from(view.roster.colour(pose.slot));
        row[layout::ship::OPACITY] = pose.opacity;
        frame.push(layout::SHIP_COUNT, row);
    }
}

/// The own ship comes last among the ships, so that it is drawn over the others.
fn draw_own(view: &mut MatchView, moment: Moment, frame: &mut RenderFrame) {
    let Some(newest) = view.prediction.newest() else { return };
    let (Some(place), Some(body)) = (view.own_place(moment.times.own_ticks), view.prediction.body_at(newest).copied()) else {
        return;
    };
    let place = place + view.reconciliation.offset_at(moment.now);
    view.camera = place;
    let slot = view.own_slot();
    view.targets.push(super::bolts::Target { slot, team: view.roster.team(slot), pos: place });
    let is_thrusting = view.prediction.input_at(newest).thrust() != glam::Vec2::ZERO;
    let mut row = [0.0; layout::SHIP_STRIDE];
    row[layout::ship::SLOT] = f32::from(slot.0);
    row[layout::ship::X] = place.x;
    row[layout::ship::Y] = place.y;
    row[layout::ship::VX] = body.vel.x;
    row[layout::ship::VY] = body.vel.y;
    row[layout::ship::AIM_RADIANS] = body.aim.radians();
    row[layout::ship::FLAGS] = f32::from(own_flags(&body, is_thrusting));
    row[layout::ship::HULL] = frame.header(layout::HULL);
    row[layout::ship::SHIELD] = frame.header(layout::SHIELD);
    row[layout::ship::TEAM] = team_number(view.roster.team(slot));
    row[layout::ship::COLOUR] = f32::from(view.roster.colour(slot));
    row[layout::ship::OPACITY] = 1.0;
    let index = frame.push(layout::SHIP_COUNT, row);
    frame.set(layout::OWN_SHIP_INDEX, index);
    draw_own_gauges(view, &body, frame);
}

fn draw_own_gauges(view: &MatchView, body: &ShipBody, frame: &mut RenderFrame) {
    let tuning = &view.tuning;
    let seconds = |ticks: u16| f32::from(ticks) / TICK_HZ as f32;
    frame.set(layout::OWN_IS_ALIVE, 1.0);
    frame.set(layout::DASH_CHARGE, f32::from(body.dash_charge) / f32::from(tuning.dash.charge_full));
    frame.set(layout::RAIL_READY, 1.0 - f32::from(body.rail_cooldown_ticks) / f32::from(tuning.rail.cooldown_ticks));
    frame.set(layout::HASTE_SECONDS, seconds(body.haste_ticks));
    frame.set(layout::OVERCHARGE_SECONDS, seconds(body.overcharge_ticks));
    frame.set(layout::PROTECTION_SECONDS, seconds(u16::from(body.protection_ticks)));
    frame.set(layout::IN_WAKE, f32::from(u8::from(body.is_in_wake)));
    frame.set(layout::SPEED_MPS, body.vel.length());
}

fn draw_bolts(view: &mut MatchView, times: Times, frame: &mut RenderFrame) {
    let roster = &view.roster;
    view.targets.sort_unstable_by(|a, b| a.pos.x.total_cmp(&b.pos.x));
    view.bolts.fly(times, &view.tuning, &view.targets, &mut view.effects, |bolt| {
        let mut row = [0.0; layout::BOLT_STRIDE];
        row[layout::bolt::ID] = bolt.id as f32;
        row[layout::bolt::X] = bolt.pos.x;
        row[layout::bolt::Y] = bolt.pos.y;
        row[layout::bolt::VX] = bolt.vel.x;
        row[layout::bolt::VY] = bolt.vel.y;
        row[layout::bolt::SLOT] = f32::from(bolt.slot.0);
        row[layout::bolt::TEAM] = team_number(bolt.team);
        row[layout::bolt::COLOUR] = f32::from(roster.colour(bolt.slot));
        frame.push(layout::BOLT_COUNT, row);
    });
}

/// How full it is, 0 to 1.
fn gauge(value: u8, full: u8) -> f32 {
    (f32::from(value) / f32::from(full.max(1))).min(1.0)
}

fn own_flags(body: &ShipBody, is_thrusting: bool) -> u8 {
    let bits = [
        (body.is_dashing(), flag::DASHING),
        (body.is_protected(), flag::PROTECTED),
        (body.haste_ticks > 0, flag::HASTE),
        (body.overcharge_ticks > 0, flag::OVERCHARGE),
        (body.is_in_wake, flag::IN_WAKE),
        (is_thrusting, flag::THRUSTING),
        (true, flag::OWN),
    ];
    bits.iter().filter(|(is_set, _)| *is_set).map(|(_, bit)| bit).sum()
}

fn team_number(team: Team) -> f32 {
    match team {
        Team::Solo => 0.0,
        Team::Blue => 1.0,
        Team::Orange => 2.0,
    }
}

fn connection_number(connection: Connection) -> f32 {
    match connection {
        Connection::Connecting => 0.0,
        Connection::Live => 1.0,
        Connection::Stalled => 2.0,
        Connection::Lost => 3.0,
    }
}
