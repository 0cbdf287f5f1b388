//! World to packets: captures every ship once a tick, makes each delta once per baseline, splices them into everybody's packet.

use glam::Vec2;

use super::client_state::{AckState, ClientConfig, ClientState, FirstState, ring_index};
use super::fields::HASH_GROUPS;
use super::header::{BaselineRef, Header};
use super::interest::{Interest, InterestGrid};
use super::pieces;
use super::priority::{Candidate, Triage};
use super::shared_deltas::{FullRecords, SharedDeltas};
use super::slot_set::SlotSet;
use super::table::{ShipRow, ShipTable};
use super::{own, subset};
use crate::ids::{PlayerSlot, Tick};
use crate::limits::{INTEREST_TICKS, KEYFRAME_RING, SLOTS_MAX};
use crate::protocol::event::HostMessage;
use crate::protocol::frame::datagram_kind;
use crate::sim::{OwnShip, Simulation};
use crate::wire::{BitWriter, quantize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncoderConfig {
    /// Puts a state hash into every snapshot, for debug and test builds: 4 bytes each.
    pub with_state_hash: bool,
}

pub struct SnapshotEncoder {
    world: World,
    clients: Vec<Option<Box<ClientState>>>,
}

/// What the packets of all clients share.
struct World {
    config: EncoderConfig,
    now: ShipTable,
    own: Vec<Option<OwnShip>>,
    /// Of the last tick, to see what thrust adds.
    velocities: Vec<(u8, Vec2)>,
    present_before: SlotSet,
    keyframes: Vec<ShipTable>,
    deltas: Vec<SharedDeltas>,
    fulls: FullRecords,
    hashes: Vec<u32>,
    grid: InterestGrid,
    grid_is_filled: bool,
    triage: Triage,
    scratch: Vec<u8>,
}

/// Which ships a packet tells of.
struct Plan {
    baseline: Option<(BaselineRef, SlotSet)>,
    /// Of the baseline's ships, those that are still there.
    stay: SlotSet,
    /// Of those, the ones with a record.
    told: SlotSet,
    entered: SlotSet,
    is_complete: bool,
}

impl SnapshotEncoder {
    #[must_use]
    pub fn new(config: EncoderConfig) -> Self {
        Self { world: World::new(config), clients: (0..SLOTS_MAX).map(|_| None).collect() }
    }

    /// A seat gets snapshots from now on, beginning with nothing known. Again for a client that remembers nothing.
    pub fn add_client(&mut self, slot: PlayerSlot, config: &ClientConfig) {
        if let Some(seat) = self.clients.get_mut(slot.index()) {
            *seat = Some(Box::new(ClientState::new(slot, config)));
        }
    }

    pub fn remove_client(&mut self, slot: PlayerSlot) {
        if let Some(seat) = self.clients.get_mut(slot.index()) {
            *seat = None;
        }
    }

    #[must_use]
    pub fn has_client(&self, slot: PlayerSlot) -> bool {
        self.clients.get(slot.index()).is_some_and(Option::is_some)
    }

    /// The live limit of the client's link has changed.
    pub fn set_budget(&mut self, slot: PlayerSlot, budget_bytes: usize) {
        if let Some(client) = self.client_mut(slot) {
            client.set_budget(budget_bytes);
        }
    }

    /// A hidden page is sent keyframes only.
    pub fn set_hidden(&mut self, slot: PlayerSlot, is_hidden: bool) {
        if let Some(client) = self.client_mut(slot) {
            client.is_hidden = is_hidden;
        }
    }

    /// Does this seat get a snapshot of this tick?
    #[must_use]
    pub fn is_due(&self, slot: PlayerSlot) -> bool {
        let client = self.clients.get(slot.index()).and_then(Option::as_deref);
        client.is_some_and(|client| !client.is_hidden || self.world.now.tick.is_keyframe())
    }

    pub fn on_ack(&mut self, slot: PlayerSlot, ack: &AckState) {
        if let Some(client) = self.client_mut(slot) {
            client.note_ack(ack);
        }
    }

    /// Forgets what the client has and tells it everything near it over the reliable lane, piece by piece.
    pub fn request_baseline(&mut self, slot: PlayerSlot) {
        if let Some(client) = self.client_mut(slot) {
            client.forget_baselines();
            client.is_first_state_wanted = true;
        }
    }

    /// The next piece of a first state, at most one a tick and client.
    pub fn poll_baseline_piece(&mut self, slot: PlayerSlot) -> Option<HostMessage> {
        let client = self.clients.get_mut(slot.index())?.as_deref_mut()?;
        if client.is_first_state_wanted {
            self.world.start_first_state(client);
        }
        let tick = self.world.now.tick;
        let first = client.first_state.as_mut().filter(|first| first.last_made_at != Some(tick))?;
        let keyframe = self.world.keyframes.get(ring_index(first.tick)).filter(|keyframe| keyframe.tick == first.tick)?;
        let piece = pieces::make(first, keyframe)?;
        first.last_made_at = Some(tick);
        Some(piece)
    }

    /// Captures the newest state: every ship once, and the own ship of every client.
    pub fn begin_tick(&mut self, simulation: &Simulation) {
        self.open_tick(simulation.tick());
        simulation.for_each_ship(|ship| self.put_ship(&ship.into()));
        for index in 0..self.clients.len() {
            if let Some(client) = &self.clients[index] {
                self.put_own(client.slot, simulation.own_ship(client.slot));
            }
        }
        self.close_tick();
    }

    /// `begin_tick` in three steps, for worlds that are not a `Simulation`.
    pub fn open_tick(&mut self, tick: Tick) {
        if tick <= self.world.now.tick && tick != Tick(0) {
            self.restart();
        }
        self.world.open(tick);
    }

    pub fn put_ship(&mut self, row: &ShipRow) {
        self.world.put(row);
    }

    pub fn put_own(&mut self, slot: PlayerSlot, own: Option<OwnShip>) {
        if let Some(known) = self.world.own.get_mut(slot.index()) {
            *known = own;
        }
    }

    pub fn close_tick(&mut self) {
        self.world.close();
    }

    /// The newest captured state, for checks.
    #[must_use]
    pub fn table(&self) -> &ShipTable {
        &self.world.now
    }

    /// Ships that the client's newest snapshot may tell of.
    #[must_use]
    pub fn visible_count(&self, slot: PlayerSlot) -> usize {
        let client = self.clients.get(slot.index()).and_then(Option::as_deref);
        client.map_or(0, |client| {
            let mut visible = client.visible.and(&self.world.now.present);
            visible.remove(slot);
            visible.len()
        })
    }

    /// Appends this client's snapshot of the newest state. `margin`: in 1/8 ticks, how early its newest input came.
    pub fn encode(&mut self, slot: PlayerSlot, margin: i8, out: &mut Vec<u8>) {
        let Some(client) = self.clients.get_mut(slot.index()).and_then(Option::as_deref_mut) else { return };
        let world = &mut self.world;
        world.refresh_interest(client);
        let mut visible = client.visible.and(&world.now.present);
        visible.remove(slot);
        let tick = world.now.tick;
        let baseline = client.baseline(tick).filter(|(baseline, _)| world.has_keyframe(baseline.tick));
        let mut plan = world.plan(baseline, &visible);
        let start = out.len();
        world.write(client, margin, &plan, out);
        if 8 * (out.len() - start) > client.budget_bits {
            out.truncate(start);
            world.fit(client, &mut plan);
            world.write(client, margin, &plan, out);
        } else if client.has_waiting {
            client.waiting.fill(0);
            client.has_waiting = false;
        }
        debug_assert!(8 * (out.len() - start) <= client.budget_bits, "a snapshot of {} bytes", out.len() - start);
        if tick.is_keyframe() {
            let ships = if plan.is_complete { plan.stay } else { plan.told };
            client.note_sent(tick, ships.or(&plan.entered), plan.is_complete);
        }
    }

    fn restart(&mut self) {
        self.world = World::new(self.world.config);
        for client in self.clients.iter_mut().flatten() {
            client.forget_baselines();
        }
    }

    fn client_mut(&mut self, slot: PlayerSlot) -> Option<&mut ClientState> {
        self.clients.get_mut(slot.index())?.as_deref_mut()
    }
}

impl World {
    fn new(config: EncoderConfig) -> Self {
        Self {
            config,
            now: ShipTable::new(),
            own: vec![None; SLOTS_MAX],
            velocities: vec![(0, Vec2::ZERO); SLOTS_MAX],
            present_before: SlotSet::default(),
            keyframes: (0..KEYFRAME_RING).map(|_| ShipTable::new()).collect(),
            deltas: (0..KEYFRAME_RING).map(|_| SharedDeltas::new()).collect(),
            fulls: FullRecords::new(),
            hashes: vec![0; SLOTS_MAX],
            grid: InterestGrid::new(),
            grid_is_filled: false,
            triage: Triage::new(),
            scratch: Vec::with_capacity(256),
        }
    }

    fn open(&mut self, tick: Tick) {
        self.present_before = self.now.present;
        self.now.begin(tick);
        self.fulls.begin();
        self.grid_is_filled = false;
    }

    fn put(&mut self, row: &ShipRow) {
        let before = &mut self.velocities[row.slot.index()];
        let is_same_life = self.present_before.has(row.slot) && before.0 == row.life;
        self.now.set(row, is_same_life.then_some(before.1));
        *before = (row.life, row.vel);
    }

    fn close(&mut self) {
        let is_keyframe = self.now.tick.is_keyframe();
        if is_keyframe {
            let index = ring_index(self.now.tick);
            self.keyframes[index].copy_from(&self.now);
            self.deltas[index].forget();
        }
        if self.config.with_state_hash {
            for slot in self.now.present.iter() {
                let hash = self.now.ships[slot.index()].hash(slot.0, is_keyframe);
                self.hashes[slot.index()] = u32::from_le_bytes(hash);
            }
        }
    }

    fn has_keyframe(&self, tick: Tick) -> bool {
        self.keyframes[ring_index(tick)].tick == tick
    }

    fn newest_keyframe(&self) -> Option<&ShipTable> {
        let tick = self.now.tick.minus(self.now.tick.0 % crate::limits::KEYFRAME_TICKS);
        self.keyframes.get(ring_index(tick)).filter(|keyframe| keyframe.tick == tick)
    }

    fn start_first_state(&self, client: &mut ClientState) {
        let Some(keyframe) = self.newest_keyframe() else { return };
        let mut ships = client.visible.and(&keyframe.present);
        ships.remove(client.slot);
        if !ships.is_empty() {
            client.first_state = Some(FirstState::new(keyframe.tick, ships));
            client.is_first_state_wanted = false;
        }
    }

    /// Leaving counts at once, coming near counts from the next keyframe on: a ship that enters costs a full record in every
    /// packet until a keyframe that knows it is acked. A new life looks around at once.
    fn refresh_interest(&mut self, client: &mut ClientState) {
        let Interest::Near(near) = &client.interest else {
            client.visible = self.now.present;
            return;
        };
        let tick = self.now.tick;
        let own = self.own[client.slot.index()];
        let life = own.filter(|own| own.respawn_ticks == 0).map(|own| own.life);
        let is_new_life = life.is_some() && life != client.life;
        if let Some(own) = own {
            client.centre = (quantize::position(own.body.pos.x).cast_signed(), quantize::position(own.body.pos.y).cast_signed());
        }
        let is_due = tick.0 % INTEREST_TICKS == u32::from(client.slot.0) % INTEREST_TICKS;
        if is_new_life || is_due {
            if !self.grid_is_filled {
                self.grid.fill(&self.now);
                self.grid_is_filled = true;
            }
            client.wanted = self.grid.near(&self.now, client.centre, near, &client.visible);
            client.visible = client.visible.and(&client.wanted);
        }
        if is_new_life {
            client.life = life;
        }
        if is_new_life || tick.is_keyframe() {
            client.visible = client.wanted;
        }
    }

    fn plan(&mut self, baseline: Option<(BaselineRef, SlotSet)>, visible: &SlotSet) -> Plan {
        let Some((baseline, ships)) = baseline else {
            let nobody = SlotSet::default();
            return Plan { baseline: None, stay: nobody, told: nobody, entered: *visible, is_complete: true };
        };
        let index = ring_index(baseline.tick);
        let deltas = &mut self.deltas[index];
        deltas.prepare(&self.now, &self.keyframes[index]);
        let stay = ships.and(visible).and(&deltas.known);
        let idle = stay.and(&deltas.on_prediction);
        let idle_count = idle.len();
        // Leaving out who is on prediction must be worth the list of their places.
        let saved = idle_count * deltas.idle_bits as usize;
        let told = if idle_count > 0 && subset::bits_max(stay.len(), idle_count) < saved { stay.without(&idle) } else { stay };
        Plan { baseline: Some((baseline, ships)), stay, told, entered: visible.without(&stay), is_complete: true }
    }

    fn write(&mut self, client: &ClientState, margin: i8, plan: &Plan, out: &mut Vec<u8>) {
        out.push(datagram_kind::SNAPSHOT);
        let mut writer = BitWriter::new(out);
        self.write_top(&mut writer, client, margin, plan);
        if let Some((baseline, ships)) = &plan.baseline {
            let deltas = &self.deltas[ring_index(baseline.tick)];
            write_missing(&mut writer, ships, &plan.stay);
            write_missing(&mut writer, &plan.stay, &plan.told);
            for slot in plan.told.iter() {
                deltas.splice(&mut writer, slot);
            }
        }
        let entered_count = plan.entered.len();
        subset::write(&mut writer, SLOTS_MAX, entered_count, plan.entered.iter().map(PlayerSlot::index));
        if entered_count > 0 {
            for slot in plan.entered.iter() {
                let full = self.fulls.get(&self.now, slot);
                writer.append_wide(full.bits, full.len);
            }
        }
        writer.finish();
    }

    /// Header, own ship, and the parameters of the words.
    fn write_top(&self, writer: &mut BitWriter<'_>, client: &ClientState, margin: i8, plan: &Plan) {
        let baseline = plan.baseline.as_ref().map(|(baseline, _)| *baseline);
        let hash = self.config.with_state_hash.then(|| self.hash_of(plan));
        let mut header = Header { tick: self.now.tick, margin, baseline, is_complete: plan.is_complete, hash };
        let mut own = self.own[client.slot.index()];
        // A bit writer refuses nothing.
        let _ = Header::stream(writer, &mut header, self.now.tick);
        let _ = own::optional(writer, &mut own);
        if let Some(baseline) = baseline {
            let mut codes = self.deltas[ring_index(baseline.tick)].codes;
            let _ = super::delta::DeltaCodes::stream(writer, &mut codes, self.now.tick.is_keyframe());
        }
    }

    /// What comes before the ships takes so many bits, the kind byte included.
    fn top_bits(&mut self, client: &ClientState, plan: &Plan) -> usize {
        let mut scratch = core::mem::take(&mut self.scratch);
        scratch.clear();
        let mut writer = BitWriter::new(&mut scratch);
        self.write_top(&mut writer, client, 0, plan);
        let bits = 8 + writer.bit_len();
        self.scratch = scratch;
        bits
    }

    fn hash_of(&self, plan: &Plan) -> [u8; HASH_GROUPS] {
        let known = if plan.is_complete { plan.stay } else { plan.told };
        known.or(&plan.entered).iter().fold(0, |sum, slot| sum ^ self.hashes[slot.index()]).to_le_bytes()
    }

    /// Takes the ships that have waited longest, nearest first, until the budget is used up.
    fn fit(&mut self, client: &mut ClientState, plan: &mut Plan) {
        plan.is_complete = false;
        if let Some((_, ships)) = &plan.baseline {
            // Lists of places may take half of the budget; beyond that a baseline costs more than it saves.
            let lists_max = subset::bits_max(ships.len(), ships.len() - plan.stay.len()) + 3 * plan.stay.len() / 2;
            if 2 * lists_max > client.budget_bits {
                plan.entered = plan.entered.or(&plan.stay);
                (plan.baseline, plan.stay, plan.told) = (None, SlotSet::default(), SlotSet::default());
            }
        }
        let mut used = self.top_bits(client, plan) + subset::COUNT_BITS_MAX;
        if let Some((_, ships)) = &plan.baseline {
            used += subset::bits_max(ships.len(), ships.len() - plan.stay.len()) + subset::places_max(plan.stay.len());
        }
        self.triage.candidates.clear();
        let baseline = plan.baseline.as_ref().map(|(baseline, _)| ring_index(baseline.tick));
        // A keyframe that leaves out a ship makes it enter anew, at several times the price: those known go first then.
        let is_keyframe = self.now.tick.is_keyframe();
        for slot in plan.stay.or(&plan.entered).iter() {
            let is_known = plan.stay.has(slot);
            let bits = match baseline {
                Some(index) if is_known => self.deltas[index].len(slot) as usize,
                _ => self.fulls.get(&self.now, slot).len as usize + subset::PLACE_BITS_MAX,
            };
            let ship = &self.now.ships[slot.index()];
            let distance = distance(client.centre, (ship.x, ship.y));
            self.triage.candidates.push(Candidate { slot, bits, is_first: is_known && is_keyframe, distance });
        }
        client.has_waiting = true;
        let chosen = self.triage.choose(client.budget_bits.saturating_sub(used), &mut client.waiting);
        plan.told = plan.stay.and(&chosen);
        plan.entered = plan.entered.and(&chosen);
    }
}

/// In position steps, along the longer axis.
fn distance(from: (i16, i16), to: (i16, i16)) -> u32 {
    let along = |from: i16, to: i16| u32::from(from.abs_diff(to));
    along(from.0, to.0).max(along(from.1, to.1))
}

/// One bit says whether any of `ships` is missing from `rest`; then which.
fn write_missing(writer: &mut BitWriter<'_>, ships: &SlotSet, rest: &SlotSet) {
    let missing = ships.without(rest);
    let is_any = !missing.is_empty();
    writer.append_bool(is_any);
    if is_any {
        let places = ships.iter().enumerate().filter(|(_, slot)| missing.has(*slot)).map(|(place, _)| place);
        subset::write(writer, ships.len(), missing.len(), places);
    }
}
