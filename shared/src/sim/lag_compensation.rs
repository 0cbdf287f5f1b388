//! Where every ship was in the last half second, so that a shot is judged by what its shooter saw.
//!
//! One row for each tick, filled after ships have moved. A view time lies between two rows and positions are interpolated
//! just as the shooter's screen did. Each row has its own grid, so that a shot finds its few candidates at once.

use bevy_ecs::resource::Resource;
use glam::Vec2;

use super::collision::first_touch;
use super::movement::TICK_S;
use super::tuning::SPEED_MPS_MAX;
use crate::ids::{PlayerSlot, Team, Tick};
use crate::limits::{HITBOX_HISTORY_TICKS, REWIND_TICKS_MAX, SLOTS_MAX};

const ROWS: usize = HITBOX_HISTORY_TICKS as usize;
const CELL_M: f32 = 8.0;
/// A ship is at most this far from where its row says, during the tick before and after.
const DRIFT_M: f32 = SPEED_MPS_MAX * TICK_S;

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hitbox {
    pub pos: Vec2,
    pub life: u8,
    pub team: Team,
    pub state: HitboxState,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HitboxState {
    #[default]
    Absent,
    Hittable,
    Protected,
}

/// A shot's shooter, who hits neither themself nor their own team.
#[derive(Clone, Copy, Debug)]
pub struct Shooter {
    pub slot: PlayerSlot,
    pub team: Team,
}

/// A moment on a shooter's screen, between two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ViewTime {
    row_tick: Tick,
    /// From 0 to 1, towards the next row.
    part: f32,
}

/// A stretch of a shot's path, and when it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Sweep {
    pub from: Vec2,
    pub to: Vec2,
    /// Ship's and shot's radius together.
    pub radius_m: f32,
    pub view: ViewTime,
    /// The stretch takes a tick, in which targets move as well; an instant shot's does not.
    pub is_instant: bool,
}

#[derive(Resource)]
pub struct HitboxHistory {
    rows: Box<[Row]>,
    now: Tick,
    slot_count: usize,
    columns: usize,
    lines: usize,
}

#[derive(Clone)]
struct Row {
    /// `None` until it is filled for the first time.
    tick: Option<Tick>,
    hitboxes: Vec<Hitbox>,
    /// For each cell, where its slots begin in `slots`; one more at the end.
    starts: Vec<u16>,
    slots: Vec<u16>,
}

impl HitboxHistory {
    #[must_use]
    pub fn new(level_size_m: Vec2) -> Self {
        let columns = cell(level_size_m.x, usize::MAX) + 1;
        let lines = cell(level_size_m.y, usize::MAX) + 1;
        let row = Row { tick: None, hitboxes: Vec::new(), starts: vec![0; columns * lines + 1], slots: Vec::new() };
        Self { rows: vec![row; ROWS].into_boxed_slice(), now: Tick(0), slot_count: 0, columns, lines }
    }

    /// Makes room for seats below `slot_count`, so that recording allocates nothing later.
    pub fn reserve_slots(&mut self, slot_count: usize) {
        let slot_count = slot_count.min(SLOTS_MAX);
        if slot_count <= self.slot_count {
            return;
        }
        self.slot_count = slot_count;
        for row in &mut self.rows {
            row.hitboxes.resize(slot_count, Hitbox::default());
            row.slots.reserve(slot_count - row.slots.len());
        }
    }

    /// Begins the row of a new tick; `fill` puts every living ship in.
    pub fn record(&mut self, tick: Tick, fill: impl FnOnce(&mut [Hitbox])) {
        let (columns, lines) = (self.columns, self.lines);
        self.now = tick;
        let row = &mut self.rows[row_index(tick)];
        row.tick = Some(tick);
        row.hitboxes.fill(Hitbox::default());
        fill(&mut row.hitboxes);
        row.sort_into_cells(columns, lines);
    }

    /// Nobody was anywhere: after a change of level or of round.
    pub fn forget(&mut self, level_size_m: Vec2) {
        let slot_count = self.slot_count;
        let now = self.now;
        *self = Self::new(level_size_m);
        self.now = now;
        self.reserve_slots(slot_count);
    }

    /// The moment that somebody saw who was `view_lag_ticks` behind the newest row; never further back than allowed.
    #[must_use]
    pub fn view(&self, view_lag_ticks: f32) -> ViewTime {
        let lag_ticks = clamp_lag(view_lag_ticks);
        let whole = libm::ceilf(lag_ticks);
        ViewTime { row_tick: self.now.minus(whole as u32), part: whole - lag_ticks }
    }

    /// The first ship that a shot touches on its way: of those at the same moment the one with the lower seat.
    #[must_use]
    pub fn first_hit(&self, shooter: Shooter, sweep: &Sweep) -> Option<PlayerSlot> {
        let mut first: Option<(f32, PlayerSlot)> = None;
        self.for_each_candidate(shooter, sweep, |slot, part| {
            if first.is_none_or(|(least, other)| part < least || (part <= least && slot < other)) {
                first = Some((part, slot));
            }
        });
        first.map(|(_, slot)| slot)
    }

    /// All ships that a shot touches on its way, in the order of the grid: sort where order matters.
    pub fn all_hits(&self, shooter: Shooter, sweep: &Sweep, out: &mut Vec<PlayerSlot>) {
        self.for_each_candidate(shooter, sweep, |slot, _| out.push(slot));
    }

    /// Ships of the newest row whose middle is at most `distance_m` away.
    pub fn for_each_near(&self, pos: Vec2, distance_m: f32, mut found: impl FnMut(PlayerSlot, &Hitbox)) {
        let Some(row) = self.row(self.now) else { return };
        let reach = Vec2::splat(distance_m);
        self.for_each_in_box(row, pos - reach, pos + reach, |slot| {
            let hitbox = &row.hitboxes[slot.index()];
            if hitbox.pos.distance_squared(pos) <= distance_m * distance_m {
                found(slot, hitbox);
            }
        });
    }

    fn for_each_candidate(&self, shooter: Shooter, sweep: &Sweep, mut touched: impl FnMut(PlayerSlot, f32)) {
        let (Some(row), Some(now)) = (self.row(sweep.view.row_tick), self.row(self.now)) else { return };
        let later = if sweep.view.part > 0.0 { self.row(sweep.view.row_tick.next()) } else { None };
        let earlier =
            if sweep.is_instant { None } else { sweep.view.row_tick.0.checked_sub(1).and_then(|tick| self.row(Tick(tick))) };
        let reach = Vec2::splat(sweep.radius_m + 2.0 * DRIFT_M);
        self.for_each_in_box(row, sweep.from.min(sweep.to) - reach, sweep.from.max(sweep.to) + reach, |slot| {
            let (then, today) = (&row.hitboxes[slot.index()], &now.hitboxes[slot.index()]);
            let may_be_hit = slot != shooter.slot
                && then.state == HitboxState::Hittable
                // Destroyed, born again or protected since: what the shooter saw is gone.
                && today.state == HitboxState::Hittable
                && then.life == today.life
                && shooter.team.fights(then.team);
            if !may_be_hit {
                return;
            }
            let same_life = |row: Option<&Row>| {
                row.map(|row| &row.hitboxes[slot.index()])
                    .filter(|hitbox| hitbox.state != HitboxState::Absent && hitbox.life == then.life)
                    .map_or(then.pos, |hitbox| hitbox.pos)
            };
            let end = then.pos.lerp(same_life(later), sweep.view.part);
            let start = if sweep.is_instant { end } else { same_life(earlier).lerp(then.pos, sweep.view.part) };
            // Judged as the target sees it: the path moves, the target rests.
            if let Some(part) = first_touch(sweep.from - start, sweep.to - end, Vec2::ZERO, sweep.radius_m) {
                touched(slot, part);
            }
        });
    }

    fn row(&self, tick: Tick) -> Option<&Row> {
        Some(&self.rows[row_index(tick)]).filter(|row| row.tick == Some(tick))
    }

    fn for_each_in_box(&self, row: &Row, low: Vec2, high: Vec2, mut found: impl FnMut(PlayerSlot)) {
        let (left, right) = (cell(low.x, self.columns - 1), cell(high.x, self.columns - 1));
        for line in cell(low.y, self.lines - 1)..=cell(high.y, self.lines - 1) {
            let start = row.starts[line * self.columns + left];
            let end = row.starts[line * self.columns + right + 1];
            for slot in &row.slots[usize::from(start)..usize::from(end)] {
                found(PlayerSlot(*slot));
            }
        }
    }
}

impl Row {
    /// Counting sort: how many are in each cell, where each begins, then everybody to their place in the order of seats.
    fn sort_into_cells(&mut self, columns: usize, lines: usize) {
        let cell_index = |pos: Vec2| cell(pos.y, lines - 1) * columns + cell(pos.x, columns - 1);
        self.starts.fill(0);
        let mut count = 0;
        for hitbox in self.hitboxes.iter().filter(|hitbox| hitbox.state != HitboxState::Absent) {
            self.starts[cell_index(hitbox.pos)] += 1;
            count += 1;
        }
        let mut end = 0;
        for start in &mut self.starts {
            end += *start;
            *start = end;
        }
        self.slots.clear();
        self.slots.resize(count, 0);
        // From the back, so that every `start` comes down to its cell's first place.
        for (slot, hitbox) in self.hitboxes.iter().enumerate().rev().filter(|(_, hitbox)| hitbox.state != HitboxState::Absent) {
            let start = &mut self.starts[cell_index(hitbox.pos)];
            *start -= 1;
            self.slots[usize::from(*start)] = slot as u16;
        }
    }
}

/// What a client says about its view, as far as it is believed.
#[must_use]
pub fn clamp_lag(view_lag_ticks: f32) -> f32 {
    // `max` and `min` also turn NaN into a bound.
    view_lag_ticks.max(0.0).min(REWIND_TICKS_MAX as f32)
}

fn row_index(tick: Tick) -> usize {
    tick.0 as usize % ROWS
}

fn cell(metres: f32, last: usize) -> usize {
    // `as` puts negatives and NaN into the first cell.
    ((metres / CELL_M) as usize).min(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOOTER: Shooter = Shooter { slot: PlayerSlot(0), team: Team::Solo };
    const TARGET: PlayerSlot = PlayerSlot(3);

    fn hittable(pos: Vec2) -> Hitbox {
        Hitbox { pos, life: 1, team: Team::Solo, state: HitboxState::Hittable }
    }

    /// A target that moves right by half a metre a tick, at x = tick / 2.
    fn history(ticks: u32) -> HitboxHistory {
        let mut history = HitboxHistory::new(Vec2::new(100.0, 60.0));
        history.reserve_slots(8);
        for tick in 0..=ticks {
            history.record(Tick(tick), |row| row[TARGET.index()] = hittable(Vec2::new(tick as f32 * 0.5, 30.0)));
        }
        history
    }

    /// A vertical line at `x`, thin.
    fn line_at(history: &HitboxHistory, x: f32, lag_ticks: f32) -> Option<PlayerSlot> {
        let view = history.view(lag_ticks);
        let (from, to) = (Vec2::new(x, 0.0), Vec2::new(x, 60.0));
        history.first_hit(SHOOTER, &Sweep { from, to, radius_m: 0.05, view, is_instant: true })
    }

    #[test]
    fn a_shot_is_judged_where_the_shooter_saw_the_target() {
        let history = history(60);
        assert_eq!(line_at(&history, 30.0, 0.0), Some(TARGET));
        assert_eq!(line_at(&history, 30.0, 10.0), None);
        assert_eq!(line_at(&history, 25.0, 10.0), Some(TARGET));
    }

    #[test]
    fn between_two_ticks_positions_are_interpolated() {
        let history = history(60);
        assert_eq!(line_at(&history, 26.75, 6.5), Some(TARGET));
        assert_eq!(line_at(&history, 27.0, 6.5), None);
        assert_eq!(line_at(&history, 26.5, 6.5), None);
    }

    #[test]
    fn nobody_sees_further_back_than_250_ms() {
        let history = history(60);
        assert_eq!(line_at(&history, 30.0 - 7.5, 1e9), Some(TARGET), "clamped to 15 ticks");
        assert_eq!(line_at(&history, 30.0, f32::NAN), Some(TARGET), "nonsense is no lag");
        assert_eq!(line_at(&history, 30.0, -5.0), Some(TARGET), "nobody sees the future");
    }

    #[test]
    fn the_first_ticks_of_a_match_can_be_judged() {
        let history = history(2);
        assert_eq!(line_at(&history, 0.0, 15.0), Some(TARGET));
    }

    #[test]
    fn who_was_born_again_since_is_not_hit_in_the_old_life() {
        let mut history = history(60);
        history.record(Tick(61), |row| row[TARGET.index()] = Hitbox { life: 2, ..hittable(Vec2::new(80.0, 30.0)) });
        assert_eq!(line_at(&history, 28.0, 5.0), None);
        assert_eq!(line_at(&history, 80.0, 0.0), Some(TARGET));
        assert_eq!(line_at(&history, 80.0, 0.5), None, "halfway between two lives there is nobody");
    }

    #[test]
    fn who_is_gone_or_protected_now_is_not_hit() {
        let mut history = history(60);
        history.record(Tick(61), |_| {});
        assert_eq!(line_at(&history, 30.0, 1.0), None);
        let protected = Hitbox { state: HitboxState::Protected, ..hittable(Vec2::new(31.0, 30.0)) };
        history.record(Tick(62), |row| row[TARGET.index()] = protected);
        assert_eq!(line_at(&history, 31.0, 0.0), None);
    }

    #[test]
    fn who_was_protected_in_the_view_is_not_hit() {
        let mut history = HitboxHistory::new(Vec2::new(100.0, 60.0));
        history.reserve_slots(8);
        for tick in 0..20 {
            let state = if tick < 15 { HitboxState::Protected } else { HitboxState::Hittable };
            history.record(Tick(tick), |row| row[TARGET.index()] = Hitbox { state, ..hittable(Vec2::new(50.0, 30.0)) });
        }
        assert_eq!(line_at(&history, 50.0, 2.0), Some(TARGET));
        assert_eq!(line_at(&history, 50.0, 8.0), None);
    }

    #[test]
    fn nobody_hits_themselves_or_their_team() {
        let mut history = HitboxHistory::new(Vec2::new(100.0, 60.0));
        history.reserve_slots(8);
        let blue = Hitbox { team: Team::Blue, ..hittable(Vec2::new(50.0, 30.0)) };
        history.record(Tick(0), |row| row[TARGET.index()] = blue);
        let view = history.view(0.0);
        let sweep = Sweep { from: Vec2::new(40.0, 30.0), to: Vec2::new(60.0, 30.0), radius_m: 1.0, view, is_instant: true };
        let hit_by = |slot: u16, team| history.first_hit(Shooter { slot: PlayerSlot(slot), team }, &sweep);
        assert_eq!(hit_by(0, Team::Blue), None);
        assert_eq!(hit_by(0, Team::Orange), Some(TARGET));
        assert_eq!(hit_by(3, Team::Orange), None);
    }

    #[test]
    fn the_nearest_on_the_way_is_hit_first_and_the_lower_seat_of_equals() {
        let mut history = HitboxHistory::new(Vec2::new(100.0, 60.0));
        history.reserve_slots(8);
        history.record(Tick(0), |row| {
            row[5] = hittable(Vec2::new(50.0, 30.0));
            row[2] = hittable(Vec2::new(60.0, 30.0));
            row[7] = hittable(Vec2::new(50.0, 30.0));
        });
        let view = history.view(0.0);
        let sweep = Sweep { from: Vec2::new(0.0, 30.0), to: Vec2::new(99.0, 30.0), radius_m: 1.0, view, is_instant: true };
        assert_eq!(history.first_hit(SHOOTER, &sweep), Some(PlayerSlot(5)));
        let mut all = Vec::new();
        history.all_hits(SHOOTER, &sweep, &mut all);
        all.sort();
        assert_eq!(all, [2, 5, 7].map(PlayerSlot));
    }

    #[test]
    fn a_bolt_and_a_target_that_cross_within_one_tick_meet() {
        let mut history = HitboxHistory::new(Vec2::new(100.0, 60.0));
        history.reserve_slots(8);
        history.record(Tick(0), |row| row[TARGET.index()] = hittable(Vec2::new(50.45, 30.0)));
        history.record(Tick(1), |row| row[TARGET.index()] = hittable(Vec2::new(49.55, 30.0)));
        let view = history.view(0.0);
        let sweep = Sweep { from: Vec2::new(49.5, 30.0), to: Vec2::new(50.5, 30.0), radius_m: 0.01, view, is_instant: false };
        assert_eq!(history.first_hit(SHOOTER, &sweep), Some(TARGET));
    }

    #[test]
    fn the_grid_finds_exactly_what_a_plain_search_finds() {
        let seed = 77;
        let mut rng = crate::rng::Rng::new(seed);
        let mut history = HitboxHistory::new(Vec2::new(100.0, 60.0));
        history.reserve_slots(200);
        let places: Vec<Vec2> = (0..200).map(|_| Vec2::new(rng.range(-1.0, 101.0), rng.range(-1.0, 61.0))).collect();
        history.record(Tick(0), |row| row.iter_mut().zip(&places).for_each(|(hitbox, pos)| *hitbox = hittable(*pos)));
        for _ in 0..200 {
            let (pos, distance_m) = (Vec2::new(rng.range(0.0, 100.0), rng.range(0.0, 60.0)), rng.range(0.5, 20.0));
            let mut found = Vec::new();
            history.for_each_near(pos, distance_m, |slot, _| found.push(slot.index()));
            found.sort_unstable();
            let expected: Vec<usize> = (0..200).filter(|i| places[*i].distance(pos) <= distance_m).collect();
            assert_eq!(found, expected, "seed {seed}");
        }
    }
}
