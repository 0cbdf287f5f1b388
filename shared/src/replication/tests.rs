//! The central check: whatever the network does, what a decoder believes of a tick is what the encoder captured at that tick.

use std::collections::{BTreeMap, VecDeque};

use glam::Vec2;
use proptest::prelude::*;

use super::apply::sample;
use super::*;
use crate::ids::{PlayerSlot, Tick};
use crate::math::{Aim, snap_position, snap_velocity};
use crate::protocol::event::HostMessage;
use crate::rng::Rng;
use crate::sim::{OwnShip, ShipBody, ShotMark};

/// Ships that thrust, turn, shoot, die, come back elsewhere, and at times do what no ship of the game can.
struct Swarm {
    rng: Rng,
    tick: Tick,
    size_m: f32,
    ships: Vec<Option<(ShipRow, Vec2)>>,
}

impl Swarm {
    fn new(seed: u64, count: u16, size_m: f32) -> Self {
        let mut swarm = Self { rng: Rng::new(seed), tick: Tick(0), size_m, ships: Vec::new() };
        for slot in 0..count {
            let ship = swarm.spawned(PlayerSlot(slot), 1);
            swarm.ships.push(Some(ship));
        }
        swarm
    }

    fn spawned(&mut self, slot: PlayerSlot, life: u8) -> (ShipRow, Vec2) {
        let pos = Vec2::new(self.rng.range(0.0, self.size_m), self.rng.range(0.0, self.size_m));
        (ShipRow { slot, life, pos, hull: 100, shield: 100, ..ShipRow::default() }, Vec2::ZERO)
    }

    fn step(&mut self) {
        self.tick = self.tick.next();
        for index in 0..self.ships.len() {
            let Some((mut ship, mut thrust)) = self.ships[index] else {
                if self.rng.chance(0.02) {
                    let life = self.rng.next_u32().to_le_bytes()[0];
                    #[allow(clippy::cast_possible_truncation)]
                    let ship = self.spawned(PlayerSlot(index as u16), life);
                    self.ships[index] = Some(ship);
                }
                continue;
            };
            let rng = &mut self.rng;
            if rng.chance(0.05) {
                thrust = Vec2::new(rng.range(-0.84, 0.84), rng.range(-0.84, 0.84));
            }
            ship.vel = snap_velocity(ship.vel * (1.0 - 2.8 / 60.0) + thrust);
            if rng.chance(0.002) {
                ship.vel = Vec2::new(rng.range(-300.0, 300.0), rng.range(-300.0, 300.0));
            }
            if rng.chance(0.001) {
                ship.pos = Vec2::new(rng.range(0.0, self.size_m), rng.range(0.0, self.size_m));
            }
            ship.pos = snap_position((ship.pos + ship.vel / 60.0).clamp(Vec2::ZERO, Vec2::splat(self.size_m)));
            if rng.chance(0.7) {
                ship.aim = Aim(ship.aim.0.wrapping_add(rng.below(120) as u16).wrapping_sub(60) & 4095);
            }
            let mark = ShotMark { tick: self.tick, aim: ship.aim };
            if rng.chance(0.12) {
                ship.bolt = Some(mark);
            }
            if rng.chance(0.01) {
                ship.rail = Some(ShotMark { aim: Aim(rng.below(4096) as u16), ..mark });
                ship.flags = ShipFlags((rng.next_u32() & 63) as u8);
            }
            if rng.chance(0.03) {
                ship.shield = rng.below(101) as u8;
                ship.hull = rng.below(101) as u8;
            }
            let is_gone = rng.chance(0.004);
            self.ships[index] = if is_gone { None } else { Some((ship, thrust)) };
        }
    }

    fn rows(&self) -> impl Iterator<Item = &ShipRow> {
        self.ships.iter().flatten().map(|(row, _)| row)
    }

    fn own(&self, slot: PlayerSlot) -> Option<OwnShip> {
        let (row, _) = self.ships.get(slot.index())?.as_ref()?;
        let body = ShipBody { pos: row.pos.min(Vec2::splat(511.99)), vel: row.vel, aim: row.aim, ..ShipBody::default() };
        let mut own = OwnShip { body, life: row.life, ..OwnShip::default() };
        (own.body.pos, own.body.vel) = (snap_position(own.body.pos), snap_velocity(own.body.vel));
        (own.vitals.hull, own.vitals.shield) = (row.hull, row.shield);
        Some(own)
    }
}

/// What the network does to each datagram.
#[derive(Clone, Copy, Debug)]
struct Weather {
    loss: f32,
    duplication: f32,
    delay_ticks_max: u32,
}

/// One encoder, one decoder, and a network between them.
struct Rig {
    swarm: Swarm,
    encoder: SnapshotEncoder,
    decoder: SnapshotDecoder,
    weather: Weather,
    rng: Rng,
    down: Vec<(u32, Vec<u8>)>,
    up: Vec<(u32, AckState)>,
    pieces: VecDeque<(u32, HostMessage)>,
    tables: BTreeMap<Tick, (ShipTable, Option<OwnShip>)>,
    budget_bytes: usize,
    applied: usize,
    complete: usize,
    sizes: Vec<usize>,
    last_fresh: BTreeMap<PlayerSlot, Tick>,
}

const OWN: PlayerSlot = PlayerSlot(0);

impl Rig {
    fn new(seed: u64, ships: u16, config: ClientConfig, weather: Weather) -> Self {
        let mut encoder = SnapshotEncoder::new(EncoderConfig { with_state_hash: true });
        encoder.add_client(OWN, &config);
        Self {
            swarm: Swarm::new(seed, ships, 200.0),
            encoder,
            decoder: SnapshotDecoder::new(),
            weather,
            rng: Rng::new(seed ^ 0x77),
            down: Vec::new(),
            up: Vec::new(),
            pieces: VecDeque::new(),
            tables: BTreeMap::new(),
            budget_bytes: config.budget_bytes,
            applied: 0,
            complete: 0,
            sizes: Vec::new(),
            last_fresh: BTreeMap::new(),
        }
    }

    fn tick(&mut self) {
        self.swarm.step();
        let now = self.swarm.tick;
        self.encoder.open_tick(now);
        self.swarm.rows().for_each(|row| self.encoder.put_ship(row));
        self.encoder.put_own(OWN, self.swarm.own(OWN));
        self.encoder.close_tick();
        self.tables.insert(now, (self.encoder.table().clone(), self.swarm.own(OWN)));
        let mut bytes = Vec::new();
        self.encoder.encode(OWN, -3, &mut bytes);
        assert!(bytes.len() <= self.budget_bytes, "{} bytes", bytes.len());
        self.sizes.push(bytes.len());
        if let Some(piece) = self.encoder.poll_baseline_piece(OWN) {
            self.pieces.push_back((now.0 + self.weather.delay_ticks_max, piece));
        }
        for due in self.departures() {
            self.down.push((due, bytes.clone()));
        }
        self.deliver_down();
        let ack = self.decoder.ack();
        for due in self.departures() {
            self.up.push((due, ack));
        }
        let (due, rest): (Vec<_>, Vec<_>) = core::mem::take(&mut self.up).into_iter().partition(|(due, _)| *due <= now.0);
        self.up = rest;
        due.iter().for_each(|(_, ack)| self.encoder.on_ack(OWN, ack));
    }

    /// When the copies of a datagram arrive: none, one or two of them.
    fn departures(&mut self) -> Vec<u32> {
        let mut due = Vec::new();
        if !self.rng.chance(self.weather.loss) {
            let copies = if self.rng.chance(self.weather.duplication) { 2 } else { 1 };
            for _ in 0..copies {
                due.push(self.swarm.tick.0 + self.rng.below(self.weather.delay_ticks_max + 1));
            }
        }
        due
    }

    fn deliver_down(&mut self) {
        let now = self.swarm.tick.0;
        while self.pieces.front().is_some_and(|(due, _)| *due <= now) {
            let Some((_, HostMessage::BaselinePiece { tick, index, count, bytes })) = self.pieces.pop_front() else { return };
            self.decoder.apply_baseline_piece(tick, index, count, &bytes).unwrap();
        }
        let (due, rest): (Vec<_>, Vec<_>) = core::mem::take(&mut self.down).into_iter().partition(|(due, _)| *due <= now);
        self.down = rest;
        for (_, bytes) in due {
            match self.decoder.apply(&bytes) {
                Ok(snapshot) => {
                    self.applied += 1;
                    self.complete += usize::from(snapshot.is_complete);
                    check(&snapshot, &self.tables[&snapshot.tick]);
                    for ship in snapshot.ships.iter().filter(|ship| ship.is_fresh) {
                        self.last_fresh.insert(ship.slot, snapshot.tick);
                    }
                }
                Err(error) => assert!(matches!(error, SnapshotError::Duplicate | SnapshotError::TooOld), "{error}"),
            }
        }
    }
}

/// Every fresh ship is what was captured; a complete snapshot misses nobody.
fn check(snapshot: &Snapshot, (table, own): &(ShipTable, Option<OwnShip>)) {
    assert_eq!(snapshot.desync, None);
    assert_eq!(snapshot.own, *own);
    assert!((snapshot.margin_ticks - -0.375).abs() < 1e-6);
    let mut told = SlotSet::default();
    for ship in snapshot.ships {
        assert!(!told.has(ship.slot));
        told.insert(ship.slot);
        if !ship.is_fresh {
            assert!(!snapshot.is_complete);
            continue;
        }
        assert!(table.present.has(ship.slot), "{:?} is not there", ship.slot);
        let mut truth = sample(ship.slot, &table.ships[ship.slot.index()], snapshot.tick, true);
        if !snapshot.tick.is_keyframe() {
            truth.vel = ship.vel;
        }
        assert_eq!(*ship, truth);
    }
    if snapshot.is_complete {
        let mut expected = table.present;
        expected.remove(OWN);
        assert_eq!(told, expected);
    }
}

fn everything(budget_bytes: usize) -> ClientConfig {
    ClientConfig { budget_bytes, interest: Interest::Everything }
}

const CALM: Weather = Weather { loss: 0.0, duplication: 0.0, delay_ticks_max: 0 };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_view_equals_the_authority_whatever_the_network_does(
        seed: u64, ships in 1u16..140, loss in 0.0f32..0.6, duplication in 0.0f32..0.3, delay_ticks_max in 0u32..12,
        budget_bytes in BUDGET_BYTES_MIN..1151, with_first_state: bool,
    ) {
        let weather = Weather { loss, duplication, delay_ticks_max };
        let mut rig = Rig::new(seed, ships, everything(budget_bytes), weather);
        if with_first_state {
            rig.encoder.request_baseline(OWN);
        }
        for _ in 0..300 {
            rig.tick();
        }
        prop_assert!(rig.applied > 10, "{} applied", rig.applied);
    }

    #[test]
    fn hostile_bytes_are_refused_and_change_nothing(seed: u64, cuts in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..60)) {
        let mut rig = Rig::new(seed, 30, everything(1150), CALM);
        (0..30).for_each(|_| rig.tick());
        let mut bytes = Vec::new();
        rig.swarm.step();
        rig.encoder.open_tick(rig.swarm.tick);
        rig.swarm.rows().for_each(|row| rig.encoder.put_ship(row));
        rig.encoder.close_tick();
        rig.encoder.encode(OWN, 0, &mut bytes);
        let before = rig.decoder.ack();
        for (at, value) in cuts {
            let mut bad = bytes.clone();
            let at = usize::from(at) % bad.len();
            bad[at] ^= value;
            bad.truncate(bad.len() - usize::from(value) % 3);
            let mut decoder = rig.decoder.clone_for_tests();
            if decoder.apply(&bad).is_err() {
                prop_assert_eq!(decoder.ack(), before);
            }
        }
    }

    #[test]
    fn noise_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), tick in 0u32..64, index: u8, count: u8) {
        let mut decoder = SnapshotDecoder::new();
        let mut framed = vec![crate::protocol::frame::datagram_kind::SNAPSHOT];
        framed.extend_from_slice(&bytes);
        let _ = decoder.apply(&framed);
        let _ = decoder.apply(&bytes);
        let _ = decoder.apply_baseline_piece(Tick(tick * 8), index, count, &bytes);
    }
}

#[test]
fn a_lost_snapshot_never_stops_the_next() {
    let mut rig = Rig::new(11, 40, everything(1150), CALM);
    for round in 0..40 {
        rig.weather.loss = if round % 2 == 1 { 1.0 } else { 0.0 };
        rig.tick();
        if round % 2 == 0 {
            assert_eq!(rig.decoder.ack().snapshots.unwrap().0, rig.swarm.tick, "round {round}");
        }
    }
}

#[test]
fn a_long_silence_ends_with_the_first_snapshot_that_arrives() {
    let mut rig = Rig::new(12, 60, everything(1150), CALM);
    (0..50).for_each(|_| rig.tick());
    rig.weather.loss = 1.0;
    (0..400).for_each(|_| rig.tick());
    rig.weather.loss = 0.0;
    let applied = rig.applied;
    (0..30).for_each(|_| rig.tick());
    assert_eq!(rig.applied, applied + 30);
}

#[test]
fn nobody_starves_when_the_budget_is_too_small_for_all() {
    let mut rig = Rig::new(13, 300, everything(400), Weather { loss: 0.05, duplication: 0.0, delay_ticks_max: 3 });
    (0..300).for_each(|_| rig.tick());
    rig.last_fresh.clear();
    (0..150).for_each(|_| rig.tick());
    let alive: Vec<_> = rig.swarm.rows().map(|row| row.slot).filter(|slot| *slot != OWN).collect();
    let heard = alive.iter().filter(|slot| rig.last_fresh.contains_key(slot)).count();
    assert!(heard + 4 >= alive.len(), "{heard} of {}; the newest arrivals may be on their way", alive.len());
}

#[test]
fn a_crowd_that_fits_as_deltas_becomes_complete_from_nothing() {
    let mut rig = Rig::new(14, 256, everything(1150), Weather { loss: 0.0, duplication: 0.0, delay_ticks_max: 2 });
    (0..80).for_each(|_| rig.tick());
    let complete = rig.complete;
    (0..40).for_each(|_| rig.tick());
    assert!(rig.complete >= complete + 38, "{} of 40", rig.complete - complete);
}

#[test]
fn a_first_state_over_the_reliable_lane_makes_the_next_snapshot_complete() {
    let mut rig = Rig::new(15, 256, everything(1150), Weather { loss: 0.0, duplication: 0.0, delay_ticks_max: 1 });
    (0..9).for_each(|_| rig.tick());
    rig.encoder.request_baseline(OWN);
    rig.decoder = SnapshotDecoder::new();
    rig.down.clear();
    (0..10).for_each(|_| rig.tick());
    let complete = rig.complete;
    (0..10).for_each(|_| rig.tick());
    assert!(rig.complete >= complete + 9, "{} of 10", rig.complete - complete);
    assert_eq!(rig.decoder.ack().baseline, None, "it is not acked for ever");
}

#[test]
fn another_life_is_another_ship() {
    let mut encoder = SnapshotEncoder::new(EncoderConfig::default());
    encoder.add_client(OWN, &everything(1150));
    let mut decoder = SnapshotDecoder::new();
    let mut row = ShipRow { slot: PlayerSlot(5), life: 1, pos: Vec2::new(10.0, 10.0), hull: 100, ..ShipRow::default() };
    for tick in 1..40 {
        if tick == 20 {
            (row.life, row.pos) = (2, Vec2::new(90.0, 15.0));
        }
        encoder.open_tick(Tick(tick));
        encoder.put_ship(&row);
        encoder.close_tick();
        let mut bytes = Vec::new();
        encoder.encode(OWN, 0, &mut bytes);
        let snapshot = decoder.apply(&bytes).unwrap();
        assert_eq!((snapshot.ships[0].life, snapshot.ships[0].pos), (row.life, row.pos), "tick {tick}");
        encoder.on_ack(OWN, &decoder.ack());
    }
}

#[test]
fn a_ship_at_rest_costs_less_than_a_byte() {
    let mut encoder = SnapshotEncoder::new(EncoderConfig::default());
    encoder.add_client(OWN, &everything(1150));
    let mut decoder = SnapshotDecoder::new();
    let mut bytes = Vec::new();
    for tick in 1..40 {
        encoder.open_tick(Tick(tick));
        for slot in 1..101_u16 {
            let pos = Vec2::new(f32::from(slot), 10.0);
            encoder.put_ship(&ShipRow { slot: PlayerSlot(slot), pos, ..ShipRow::default() });
        }
        encoder.close_tick();
        bytes.clear();
        encoder.encode(OWN, 0, &mut bytes);
        let seen = decoder.apply(&bytes).unwrap().ships.len();
        assert!(seen == 100 || tick < 24, "tick {tick}: {seen}");
        encoder.on_ack(OWN, &decoder.ack());
    }
    assert!(bytes.len() < 30, "{} bytes", bytes.len());
}

#[test]
fn a_hidden_page_is_sent_keyframes_only() {
    let mut encoder = SnapshotEncoder::new(EncoderConfig::default());
    encoder.add_client(OWN, &everything(1150));
    encoder.set_hidden(OWN, true);
    let due = (1..=80).filter(|tick| {
        encoder.open_tick(Tick(*tick));
        encoder.close_tick();
        encoder.is_due(OWN)
    });
    assert_eq!(due.count(), 10);
}

#[test]
fn those_far_away_are_never_told_of_and_those_near_soon_are() {
    let near = NearInterest { half_width_m: 40, half_height_m: 30, margin_m: 4 };
    let mut encoder = SnapshotEncoder::new(EncoderConfig::default());
    encoder.add_client(OWN, &ClientConfig { interest: Interest::Near(near), ..ClientConfig::default() });
    let mut decoder = SnapshotDecoder::new();
    let mut swarm = Swarm::new(21, 200, 300.0);
    let mut near_since = BTreeMap::new();
    for _ in 0..400 {
        swarm.step();
        encoder.open_tick(swarm.tick);
        swarm.rows().for_each(|row| encoder.put_ship(row));
        encoder.put_own(OWN, swarm.own(OWN));
        encoder.close_tick();
        let mut bytes = Vec::new();
        encoder.encode(OWN, 0, &mut bytes);
        let told: Vec<_> = decoder.apply(&bytes).unwrap().ships.to_vec();
        encoder.on_ack(OWN, &decoder.ack());
        let Some(own) = swarm.own(OWN) else {
            near_since.clear();
            continue;
        };
        for row in swarm.rows().filter(|row| row.slot != OWN) {
            let off = (row.pos - own.body.pos).abs();
            let is_told = told.iter().any(|ship| ship.slot == row.slot);
            // Interest is refreshed every few ticks, and a ship of this swarm may jump in between.
            let is_far = off.x > 44.0 + 20.0 || off.y > 34.0 + 20.0;
            let jumped = row.vel.length() > 60.0;
            if off.x < 39.0 && off.y < 29.0 {
                let since = *near_since.entry((row.slot, row.life)).or_insert(swarm.tick);
                assert!(is_told || swarm.tick.since(since) <= 12, "tick {}: {:?} is near", swarm.tick.0, row.slot);
            } else {
                near_since.remove(&(row.slot, row.life));
                assert!(!(is_told && is_far) || jumped, "tick {}: {:?} is far", swarm.tick.0, row.slot);
            }
        }
    }
}

impl SnapshotDecoder {
    fn clone_for_tests(&self) -> Self {
        let mut copy = Self::new();
        copy.copy_state_for_tests(self);
        copy
    }
}
