//! What the encoder remembers of one client: who is in sight, which keyframes arrived, who has waited how long.

use super::header::{BaselineRef, BaselineSource};
use super::interest::Interest;
use super::slot_set::SlotSet;
use crate::ids::{PlayerSlot, Tick};
use crate::limits::{ACK_MASK_TICKS, KEYFRAME_RING, KEYFRAME_TICKS, SLOTS_MAX, SNAPSHOT_BYTES_MAX};

/// Below this a snapshot cannot hold its header, the own ship and the longest record.
pub const BUDGET_BYTES_MIN: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClientConfig {
    /// Payload of one snapshot, the kind byte included: `SNAPSHOT_BYTES_MAX` or less, where the link carries less.
    pub budget_bytes: usize,
    pub interest: Interest,
}

impl Default for ClientConfig {
    fn default() -> Self {
        Self { budget_bytes: SNAPSHOT_BYTES_MAX, interest: Interest::default() }
    }
}

/// What a client says it has: the newest snapshot with a bit for each tick before it (bit i is `newest - 1 - i`),
/// and the keyframe of a first state until snapshots lean on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AckState {
    pub snapshots: Option<(Tick, u32)>,
    pub baseline: Option<Tick>,
}

/// A snapshot of a keyframe tick that was sent.
#[derive(Clone, Copy, Default)]
struct SentKeyframe {
    tick: Option<Tick>,
    ships: SlotSet,
    is_complete: bool,
}

/// A first state on its way over the reliable lane.
#[derive(Clone, Copy)]
pub struct FirstState {
    pub tick: Tick,
    pub ships: SlotSet,
    pub pieces_made: u8,
    /// A tick makes at most one piece, so that nobody else has to wait.
    pub last_made_at: Option<Tick>,
    pub has_arrived: bool,
}

impl FirstState {
    #[must_use]
    pub fn new(tick: Tick, ships: SlotSet) -> Self {
        Self { tick, ships, pieces_made: 0, last_made_at: None, has_arrived: false }
    }
}

/// A baseline that this client certainly has.
#[derive(Clone, Copy)]
struct Arrived {
    baseline: BaselineRef,
    is_complete: bool,
    ship_count: usize,
}

impl Arrived {
    /// A ship that has to enter costs about as much as two dozen deltas gain from a younger baseline.
    fn knows_nearly_as_many_as(&self, other: &Self) -> bool {
        25 * self.ship_count >= 24 * other.ship_count
    }
}

pub struct ClientState {
    pub slot: PlayerSlot,
    pub budget_bits: usize,
    pub interest: Interest,
    pub is_hidden: bool,
    /// Where the player looks from, in position steps; stays where the ship was destroyed.
    pub centre: (i16, i16),
    pub life: Option<u8>,
    /// Who may be told of.
    pub visible: SlotSet,
    /// Who has come near; they become visible with the next keyframe.
    pub wanted: SlotSet,
    pub waiting: Vec<u32>,
    pub has_waiting: bool,
    sent: [SentKeyframe; KEYFRAME_RING],
    arrived: Option<Arrived>,
    /// A first state begins as soon as there is something to tell.
    pub is_first_state_wanted: bool,
    pub first_state: Option<FirstState>,
}

impl ClientState {
    #[must_use]
    pub fn new(slot: PlayerSlot, config: &ClientConfig) -> Self {
        let mut client = Self {
            slot,
            budget_bits: 0,
            interest: config.interest,
            is_hidden: false,
            centre: (0, 0),
            life: None,
            visible: SlotSet::default(),
            wanted: SlotSet::default(),
            waiting: vec![0; SLOTS_MAX],
            has_waiting: false,
            sent: [SentKeyframe::default(); KEYFRAME_RING],
            arrived: None,
            is_first_state_wanted: false,
            first_state: None,
        };
        client.set_budget(config.budget_bytes);
        client
    }

    pub fn set_budget(&mut self, budget_bytes: usize) {
        self.budget_bits = 8 * budget_bytes.clamp(BUDGET_BYTES_MIN, SNAPSHOT_BYTES_MAX);
    }

    pub fn note_sent(&mut self, tick: Tick, ships: SlotSet, is_complete: bool) {
        self.sent[ring_index(tick)] = SentKeyframe { tick: Some(tick), ships, is_complete };
    }

    /// Believes what the client says it has, as far as it was sent.
    pub fn note_ack(&mut self, ack: &AckState) {
        if let (Some(tick), Some(first)) = (ack.baseline, &mut self.first_state)
            && first.tick == tick
            && !first.has_arrived
        {
            first.has_arrived = true;
            let arrived = Arrived {
                baseline: BaselineRef { tick, source: BaselineSource::Pieces },
                is_complete: true,
                ship_count: first.ships.len(),
            };
            self.consider(arrived);
        }
        let Some((newest, mask)) = ack.snapshots else { return };
        // Only keyframe ticks count; walk them from the newest back.
        let mut tick = newest.minus(newest.0 % KEYFRAME_TICKS);
        loop {
            let back = newest.since(tick);
            if back > ACK_MASK_TICKS {
                return;
            }
            let has_it = back == 0 || mask >> (back - 1) & 1 != 0;
            let sent = &self.sent[ring_index(tick)];
            if has_it && sent.tick == Some(tick) {
                let baseline = BaselineRef { tick, source: BaselineSource::Snapshot };
                self.consider(Arrived { baseline, is_complete: sent.is_complete, ship_count: sent.ships.len() });
                return;
            }
            if tick.0 < KEYFRAME_TICKS {
                return;
            }
            tick = tick.minus(KEYFRAME_TICKS);
        }
    }

    /// A newer baseline is better, unless it knows fewer ships because the budget had run out.
    fn consider(&mut self, arrived: Arrived) {
        let is_better = self.arrived.is_none_or(|old| {
            let is_fuller = arrived.ship_count > old.ship_count;
            match arrived.baseline.tick.since(old.baseline.tick) {
                0 => arrived.baseline.source == BaselineSource::Pieces && !old.is_complete && is_fuller,
                age => arrived.is_complete || arrived.knows_nearly_as_many_as(&old) || age > BASELINE_KEEP_TICKS,
            }
        });
        if is_better {
            self.arrived = Some(arrived);
        }
    }

    /// The baseline for a snapshot of `tick` and the ships it knows; none when the newest has left the ring.
    #[must_use]
    pub fn baseline(&self, tick: Tick) -> Option<(BaselineRef, SlotSet)> {
        let baseline = self.arrived?.baseline;
        if super::header::age_of(tick, baseline.tick) as usize > KEYFRAME_RING {
            return None;
        }
        let ships = match baseline.source {
            BaselineSource::Snapshot => {
                let sent = &self.sent[ring_index(baseline.tick)];
                (sent.tick == Some(baseline.tick)).then_some(sent.ships)?
            }
            BaselineSource::Pieces => self.first_state.filter(|first| first.tick == baseline.tick)?.ships,
        };
        Some((baseline, ships))
    }

    /// The client has lost everything, or a new first state is to be told.
    pub fn forget_baselines(&mut self) {
        self.sent = [SentKeyframe::default(); KEYFRAME_RING];
        self.arrived = None;
        self.first_state = None;
    }
}

/// A fuller but older baseline is kept for so long.
const BASELINE_KEEP_TICKS: u32 = 3 * KEYFRAME_TICKS;

#[must_use]
pub fn ring_index(tick: Tick) -> usize {
    (tick.0 / KEYFRAME_TICKS) as usize % KEYFRAME_RING
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client() -> ClientState {
        ClientState::new(PlayerSlot(0), &ClientConfig::default())
    }

    fn ships(count: u16) -> SlotSet {
        let mut set = SlotSet::default();
        (0..count).for_each(|slot| set.insert(PlayerSlot(slot)));
        set
    }

    fn ack(newest: u32, mask: u32) -> AckState {
        AckState { snapshots: Some((Tick(newest), mask)), baseline: None }
    }

    #[test]
    fn the_newest_keyframe_in_the_mask_becomes_the_baseline() {
        let mut client = client();
        for tick in [8, 16, 24] {
            client.note_sent(Tick(tick), ships(3), true);
        }
        client.note_ack(&ack(26, 1 << 9));
        assert_eq!(client.baseline(Tick(27)).unwrap().0.tick, Tick(16));
        client.note_ack(&ack(24, 0));
        assert_eq!(client.baseline(Tick(27)).unwrap().0.tick, Tick(24));
        client.note_ack(&ack(16, 0));
        assert_eq!(client.baseline(Tick(28)).unwrap().0.tick, Tick(24), "an old ack changes nothing");
    }

    #[test]
    fn an_ack_of_what_was_never_sent_is_not_believed() {
        let mut client = client();
        client.note_sent(Tick(8), ships(3), true);
        client.note_ack(&ack(4_000_000, u32::MAX));
        client.note_ack(&ack(16, 0));
        client.note_ack(&AckState { snapshots: None, baseline: Some(Tick(8)) });
        assert!(client.baseline(Tick(17)).is_none());
    }

    #[test]
    fn a_baseline_that_left_the_ring_is_no_baseline() {
        let mut client = client();
        client.note_sent(Tick(8), ships(3), true);
        client.note_ack(&ack(8, 0));
        assert!(client.baseline(Tick(8 + 16 * 8)).is_some());
        assert!(client.baseline(Tick(9 + 16 * 8)).is_none());
    }

    #[test]
    fn a_younger_baseline_may_miss_a_few() {
        let mut client = client();
        client.note_sent(Tick(8), ships(200), true);
        client.note_sent(Tick(16), ships(195), false);
        client.note_ack(&ack(8, 0));
        client.note_ack(&ack(16, 0));
        assert_eq!(client.baseline(Tick(17)).unwrap().0.tick, Tick(16));
    }

    #[test]
    fn a_fuller_baseline_is_kept_for_a_while() {
        let mut client = client();
        client.note_sent(Tick(8), ships(200), true);
        client.note_ack(&ack(8, 0));
        for tick in [16, 24, 32, 40] {
            client.note_sent(Tick(tick), ships(90), false);
            client.note_ack(&ack(tick, 0));
            let expected = if tick == 40 { 40 } else { 8 };
            assert_eq!(client.baseline(Tick(tick + 1)).unwrap().0.tick, Tick(expected));
        }
    }
}
