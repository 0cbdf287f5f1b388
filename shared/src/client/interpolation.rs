//! Everybody else, a little in the past: poses between the snapshots that came, and a short guess beyond the newest.

use glam::Vec2;

use crate::ids::{PlayerSlot, Tick};
use crate::limits::{SLOTS_MAX, TICK_HZ, WAKE_STEP_TICKS};
use crate::math::Aim;

/// Samples kept per ship; longer than the view is ever behind.
const SAMPLES: usize = 32;
/// Poses further apart in time than this are not joined.
const JOIN_TICKS_MAX: u32 = 24;
/// Beyond the newest sample a ship flies on for at most this long (100 ms), then it waits.
const EXTRAPOLATION_TICKS_MAX: f32 = 6.0;
/// A ship that no snapshot mentions for this long fades.
const STALE_TICKS: f32 = 30.0;
/// Ships that come into sight are faded in over this long.
const FADE_IN_TICKS: f32 = 6.0;
/// Nothing flies this fast; whoever seems to has been put somewhere else.
const TELEPORT_MPS: f32 = 90.0;
/// Room for rounding when a teleport is suspected.
const TELEPORT_SLACK_M: f32 = 0.5;

/// A ship in one snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sample {
    pub tick: Tick,
    pub life: u8,
    pub pos: Vec2,
    pub aim: Aim,
    /// As in the frame's layout.
    pub flags: u8,
    pub hull: u8,
    pub shield: u8,
}

/// A ship as it is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    pub slot: PlayerSlot,
    pub life: u8,
    pub pos: Vec2,
    pub vel: Vec2,
    pub aim_radians: f32,
    pub flags: u8,
    pub hull: u8,
    pub shield: u8,
    pub opacity: f32,
}

#[derive(Clone, Copy)]
struct Kept {
    sample: Sample,
    /// Counts appearances: samples of two appearances are never joined.
    run: u8,
    is_set: bool,
}

struct Track {
    kept: [Kept; SAMPLES],
    newest: Tick,
    run: u8,
    appeared: Tick,
    /// Came to life rather than into sight.
    is_born: bool,
    /// The first snapshot without it.
    gone: Option<Tick>,
    /// The newest snapshot that mentions it, with a sample or without.
    heard: Tick,
    is_present: bool,
}

/// All others that were seen lately, by seat.
pub struct Interpolation {
    tracks: Vec<Option<Box<Track>>>,
    present: Vec<PlayerSlot>,
    newest: Option<Tick>,
}

impl Default for Interpolation {
    fn default() -> Self {
        let mut tracks = Vec::new();
        tracks.resize_with(SLOTS_MAX, || None);
        Self { tracks, present: Vec::with_capacity(SLOTS_MAX), newest: None }
    }
}

impl Interpolation {
    /// Ships that the newest snapshot had.
    #[must_use]
    pub fn present_count(&self) -> usize {
        self.present.len()
    }

    /// One ship of a snapshot. `lay` hears where it was at every tick that lays wakes and that this sample reveals.
    pub fn add(&mut self, slot: PlayerSlot, sample: Sample, lay: impl FnMut(Tick, Vec2)) {
        let Some(place) = self.tracks.get_mut(slot.index()) else { return };
        let is_late = self.newest.is_some_and(|newest| sample.tick < newest);
        let was_gone_by_then = place.as_ref().is_none_or(|track| track.gone.is_some());
        if is_late && was_gone_by_then {
            // A newer snapshot has no such ship: an older one does not bring it back.
            return;
        }
        match place {
            Some(track) => track.add(sample, lay),
            None => {
                let mut track = Box::new(Track::new(sample));
                track.put(sample);
                lay_until(&sample, None, lay);
                *place = Some(track);
            }
        }
        self.mention(slot, sample.tick);
    }

    /// The snapshot of `tick` knows this ship, even if it has nothing new about it.
    pub fn mention(&mut self, slot: PlayerSlot, tick: Tick) {
        let Some(Some(track)) = self.tracks.get_mut(slot.index()) else { return };
        if self.newest.is_some_and(|newest| tick < newest) {
            return;
        }
        track.heard = tick;
        if !track.is_present {
            track.is_present = true;
            self.present.push(slot);
        }
    }

    /// All ships of the snapshot of `tick` have been added: who was there before and was not mentioned now is gone.
    pub fn finish_snapshot(&mut self, tick: Tick) {
        if self.newest.is_some_and(|newest| tick <= newest) {
            return;
        }
        self.newest = Some(tick);
        let tracks = &mut self.tracks;
        self.present.retain(|slot| {
            let Some(Some(track)) = tracks.get_mut(slot.index()) else { return false };
            track.is_present = track.heard == tick;
            if !track.is_present {
                track.gone = Some(tick);
            }
            track.is_present
        });
    }

    /// The place of a ship at a whole tick, as exactly as it is known.
    #[must_use]
    pub fn place_at(&self, slot: PlayerSlot, tick: Tick) -> Option<Vec2> {
        let track = self.tracks.get(slot.index())?.as_deref()?;
        if let Some(kept) = track.at(tick) {
            return Some(kept.sample.pos);
        }
        track.pose(slot, f64::from(tick.0)).map(|pose| pose.pos)
    }

    /// Where a ship was seen last, even if it is gone.
    #[must_use]
    pub fn last_place(&self, slot: PlayerSlot) -> Option<Vec2> {
        let track = self.tracks.get(slot.index())?.as_deref()?;
        track.at(track.newest).map(|kept| kept.sample.pos)
    }

    #[must_use]
    pub fn pose(&self, slot: PlayerSlot, view_ticks: f64) -> Option<Pose> {
        self.tracks.get(slot.index())?.as_deref()?.pose(slot, view_ticks)
    }

    /// Everybody who can be drawn at this moment, in the order of seats.
    pub fn for_each_pose(&self, view_ticks: f64, mut f: impl FnMut(Pose)) {
        for (index, track) in self.tracks.iter().enumerate() {
            let Some(track) = track else { continue };
            #[allow(clippy::cast_possible_truncation)]
            let slot = PlayerSlot(index as u16);
            if let Some(pose) = track.pose(slot, view_ticks) {
                f(pose);
            }
        }
    }
}

impl Track {
    fn new(sample: Sample) -> Self {
        let empty = Kept { sample: Sample::default(), run: 0, is_set: false };
        Self {
            kept: [empty; SAMPLES],
            newest: sample.tick,
            run: 0,
            appeared: sample.tick,
            is_born: false,
            gone: None,
            heard: sample.tick,
            is_present: false,
        }
    }

    fn add(&mut self, sample: Sample, lay: impl FnMut(Tick, Vec2)) {
        if sample.tick <= self.newest {
            // A late snapshot fills a gap, unless the ship was another one then.
            let is_same = self.at(self.newest).is_some_and(|kept| kept.sample.life == sample.life);
            if is_same && self.newest.since(sample.tick) < SAMPLES as u32 && sample.tick >= self.appeared {
                self.put(sample);
            }
            return;
        }
        let before = self.at(self.newest).map(|kept| kept.sample);
        let is_other_life = before.is_none_or(|before| before.life != sample.life);
        let is_other_run =
            is_other_life || self.gone.take().is_some() || before.is_some_and(|before| is_teleport(&before, &sample));
        if is_other_run {
            self.run = self.run.wrapping_add(1);
            self.appeared = sample.tick;
            self.is_born = is_other_life;
            self.gone = None;
        }
        lay_until(&sample, before.filter(|_| !is_other_run), lay);
        self.newest = sample.tick;
        self.put(sample);
    }

    fn put(&mut self, sample: Sample) {
        self.kept[sample.tick.0 as usize % SAMPLES] = Kept { sample, run: self.run, is_set: true };
    }

    fn at(&self, tick: Tick) -> Option<&Kept> {
        let kept = &self.kept[tick.0 as usize % SAMPLES];
        (kept.is_set && kept.sample.tick == tick).then_some(kept)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    fn pose(&self, slot: PlayerSlot, view_ticks: f64) -> Option<Pose> {
        let floor = Tick(view_ticks as u32);
        let before = self.newest_until(floor)?;
        let since = (view_ticks - f64::from(before.sample.tick.0)) as f32;
        let mut pose = Pose {
            slot,
            life: before.sample.life,
            pos: before.sample.pos,
            vel: Vec2::ZERO,
            aim_radians: before.sample.aim.radians(),
            flags: before.sample.flags,
            hull: before.sample.hull,
            shield: before.sample.shield,
            opacity: self.opacity(before, view_ticks),
        };
        match self.oldest_after(floor).filter(|after| after.run == before.run) {
            Some(after) => {
                let span = after.sample.tick.since(before.sample.tick) as f32;
                let part = since / span;
                pose.vel = (after.sample.pos - before.sample.pos) * (TICK_HZ as f32 / span);
                pose.pos = before.sample.pos.lerp(after.sample.pos, part);
                pose.aim_radians = turn(before.sample.aim, after.sample.aim, part);
            }
            None => {
                if self.is_over(before, view_ticks) {
                    return None;
                }
                pose.vel = self.velocity_at(before);
                pose.pos += pose.vel * (since.min(EXTRAPOLATION_TICKS_MAX) / TICK_HZ as f32);
            }
        }
        Some(pose)
    }

    /// Nothing follows `before`: has the ship gone, or begun another life, by then?
    fn is_over(&self, before: &Kept, view_ticks: f64) -> bool {
        let is_last = before.run == self.run;
        let ends = if is_last { self.gone } else { Some(before.sample.tick.next()) };
        ends.is_some_and(|gone| view_ticks >= f64::from(gone.0))
            || view_ticks - f64::from(before.sample.tick.0) > f64::from(2.0 * STALE_TICKS)
    }

    #[allow(clippy::cast_possible_truncation)]
    fn opacity(&self, before: &Kept, view_ticks: f64) -> f32 {
        let stale = (view_ticks - f64::from(before.sample.tick.0)) as f32 / STALE_TICKS;
        let fade_out = (2.0 - stale).clamp(0.0, 1.0);
        if before.run != self.run || self.is_born {
            return fade_out;
        }
        let seen = (view_ticks - f64::from(self.appeared.0)) as f32;
        fade_out * ((seen + 1.0) / FADE_IN_TICKS).clamp(0.0, 1.0)
    }

    fn newest_until(&self, tick: Tick) -> Option<&Kept> {
        let from = tick.min(self.newest);
        (0..=JOIN_TICKS_MAX.min(from.0)).find_map(|age| self.at(from.minus(age)))
    }

    fn oldest_after(&self, tick: Tick) -> Option<&Kept> {
        let count = self.newest.since(tick).min(JOIN_TICKS_MAX);
        (1..=count).find_map(|ahead| self.at(tick.plus(ahead)))
    }

    /// From this sample and the one before it: what is sent of a velocity is coarser.
    #[allow(clippy::cast_precision_loss)]
    fn velocity_at(&self, kept: &Kept) -> Vec2 {
        // A base of a few ticks, because places are rounded.
        let base = 3;
        let before = (1..=JOIN_TICKS_MAX.min(kept.sample.tick.0))
            .filter_map(|age| self.at(kept.sample.tick.minus(age)).map(|kept| (age, kept)))
            .filter(|(_, before)| before.run == kept.run)
            .take_while(|(age, _)| *age <= base + 4)
            .fold(None, |found, (age, before)| if found.is_none() || age <= base { Some((age, before)) } else { found });
        before.map_or(Vec2::ZERO, |(age, before)| (kept.sample.pos - before.sample.pos) * (TICK_HZ as f32 / age as f32))
    }
}

/// Tells where the ship was at the ticks that lay wakes: after the sample before, up to this one. Between two samples it flew straight.
#[allow(clippy::cast_precision_loss)]
fn lay_until(sample: &Sample, before: Option<Sample>, mut lay: impl FnMut(Tick, Vec2)) {
    let before = before.filter(|before| sample.tick.since(before.tick) <= JOIN_TICKS_MAX).unwrap_or_else(|| {
        // Nothing to join it with: only its own tick counts.
        Sample { tick: sample.tick.minus(1), ..*sample }
    });
    let span = sample.tick.since(before.tick).max(1);
    let mut tick = sample.tick.minus(sample.tick.0 % WAKE_STEP_TICKS);
    while tick > before.tick {
        let part = tick.since(before.tick) as f32 / span as f32;
        lay(tick, before.pos.lerp(sample.pos, part));
        tick = tick.minus(WAKE_STEP_TICKS);
    }
}

#[allow(clippy::cast_precision_loss)]
fn is_teleport(before: &Sample, after: &Sample) -> bool {
    let seconds = after.tick.since(before.tick) as f32 / TICK_HZ as f32;
    before.pos.distance(after.pos) > TELEPORT_MPS * seconds + TELEPORT_SLACK_M
}

/// The shorter way round.
fn turn(from: Aim, to: Aim, part: f32) -> f32 {
    let full = core::f32::consts::TAU;
    let mut difference = to.radians() - from.radians();
    if difference > full / 2.0 {
        difference -= full;
    } else if difference < -full / 2.0 {
        difference += full;
    }
    let angle = from.radians() + difference * part;
    if angle < 0.0 {
        angle + full
    } else if angle >= full {
        angle - full
    } else {
        angle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT: PlayerSlot = PlayerSlot(3);

    fn sample(tick: u32, x: f32) -> Sample {
        Sample { tick: Tick(tick), pos: Vec2::new(x, 0.0), ..Sample::default() }
    }

    fn seen(samples: &[Sample]) -> Interpolation {
        let mut all = Interpolation::default();
        for &one in samples {
            all.add(SLOT, one, |_, _| ());
            all.finish_snapshot(one.tick);
        }
        all
    }

    fn x_at(all: &Interpolation, ticks: f64) -> Option<f32> {
        all.pose(SLOT, ticks).map(|pose| pose.pos.x)
    }

    #[test]
    fn between_two_samples_a_ship_is_on_the_line() {
        let all = seen(&[sample(10, 0.0), sample(12, 1.0)]);
        assert_eq!(x_at(&all, 11.0), Some(0.5));
        assert_eq!(all.pose(SLOT, 11.0).unwrap().vel.x, 30.0);
    }

    #[test]
    fn before_its_first_sample_a_ship_is_not_there() {
        assert_eq!(x_at(&seen(&[sample(10, 0.0)]), 9.5), None);
    }

    #[test]
    fn extrapolation_ends_after_a_tenth_of_a_second() {
        let all = seen(&[sample(10, 0.0), sample(11, 0.25)]);
        assert_eq!(x_at(&all, 13.0), Some(0.75));
        assert_eq!(x_at(&all, 17.0), Some(1.75));
        assert_eq!(x_at(&all, 30.0), Some(1.75));
    }

    #[test]
    fn another_life_is_never_joined_to_the_one_before() {
        let next = Sample { life: 1, ..sample(12, 40.0) };
        let all = seen(&[sample(9, 0.0), sample(10, 0.25), next]);
        assert_eq!(x_at(&all, 11.5), None, "the old life ended");
        assert_eq!(x_at(&all, 12.0), Some(40.0));
    }

    #[test]
    fn a_teleport_is_never_interpolated() {
        let all = seen(&[sample(10, 0.0), sample(11, 30.0)]);
        assert_eq!(x_at(&all, 10.5), Some(0.0));
        assert_eq!(x_at(&all, 11.0), Some(30.0));
    }

    #[test]
    fn a_ship_that_a_snapshot_leaves_out_is_gone_from_its_tick_on() {
        let mut all = seen(&[sample(10, 0.0), sample(11, 0.25)]);
        all.finish_snapshot(Tick(12));
        assert!(x_at(&all, 11.9).is_some());
        assert_eq!(x_at(&all, 12.0), None);
        assert_eq!(all.present_count(), 0);
    }

    #[test]
    fn a_late_snapshot_fills_its_gap() {
        let mut all = seen(&[sample(10, 0.0), sample(12, 1.0)]);
        all.add(SLOT, sample(11, 0.2), |_, _| ());
        assert_eq!(x_at(&all, 11.0), Some(0.2));
    }

    #[test]
    fn a_late_snapshot_brings_nobody_back() {
        let mut all = seen(&[sample(10, 0.0)]);
        all.finish_snapshot(Tick(14));
        all.add(SLOT, sample(12, 0.5), |_, _| ());
        all.add(PlayerSlot(9), sample(12, 0.5), |_, _| ());
        assert_eq!(x_at(&all, 14.0), None);
        assert_eq!(all.pose(PlayerSlot(9), 14.0), None);
    }

    #[test]
    fn an_aim_turns_the_shorter_way() {
        let almost = Aim::from_radians(6.2);
        let angle = turn(almost, Aim::from_radians(0.1), 0.5);
        assert!(!(0.2..=6.1).contains(&angle), "{angle}");
    }

    #[test]
    fn wakes_of_lost_snapshots_are_laid_between_their_neighbours() {
        let mut all = seen(&[sample(7, 0.0)]);
        let mut laid = Vec::new();
        all.add(SLOT, sample(13, 1.5), |tick, pos| laid.push((tick.0, pos.x)));
        assert_eq!(laid, vec![(12, 1.25), (8, 0.25)]);
    }
}
