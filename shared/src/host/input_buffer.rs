//! The inputs of one seat that wait for their tick: taken in order, held for a while when they run out, never taken back.

use crate::ids::Tick;
use crate::limits::{INPUT_LEAD_TICKS_MAX, STARVATION_HOLD_TICKS};
use crate::protocol::input_packet::InputPacket;
use crate::sim::input::PlayerInput;

/// Places in the ring; a power of two above the furthest lead.
const RING: usize = 64;
const _: () = assert!(INPUT_LEAD_TICKS_MAX < RING as u32);

/// An arrival margin travels in eighths of a tick.
pub const MARGIN_STEPS_PER_TICK: f32 = 8.0;

/// What became of a seat's inputs since it was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InputCounts {
    /// Ticks that had their own input.
    pub on_time: u64,
    /// Ticks that had to do with an older one, or none.
    pub starved: u64,
    /// Packets whose newest input came after its tick.
    pub late: u64,
    /// Packets refused because they were stamped too far ahead.
    pub early: u64,
}

impl InputCounts {
    pub fn add(&mut self, other: Self) {
        self.on_time += other.on_time;
        self.starved += other.starved;
        self.late += other.late;
        self.early += other.early;
    }
}

#[derive(Clone, Copy, Debug)]
struct Place {
    tick: Tick,
    input: PlayerInput,
    view_lag_ticks: f32,
}

#[derive(Clone, Debug)]
pub struct InputBuffer {
    ring: [Option<Place>; RING],
    newest: Option<Tick>,
    /// Margin of the packet that brought the newest input, in ticks.
    margin_ticks: f32,
    held: PlayerInput,
    held_view_lag_ticks: f32,
    starved_in_a_row: u32,
    pub counts: InputCounts,
}

impl Default for InputBuffer {
    fn default() -> Self {
        Self {
            ring: [None; RING],
            newest: None,
            margin_ticks: 0.0,
            held: PlayerInput::default(),
            held_view_lag_ticks: 0.0,
            starved_in_a_row: STARVATION_HOLD_TICKS,
            counts: InputCounts::default(),
        }
    }
}

impl InputBuffer {
    /// Takes in what a packet brings for ticks after `current`, the tick of the newest state. The first input for a tick stands.
    /// `margin_ticks` tells how long before its tick began the packet's newest input arrived.
    pub fn accept(&mut self, packet: &InputPacket, current: Tick, margin_ticks: f32) {
        let newest = packet.newest(current);
        if newest.since(current) > INPUT_LEAD_TICKS_MAX {
            self.counts.early += 1;
            return;
        }
        if newest <= current {
            self.counts.late += 1;
        }
        if self.newest.is_none_or(|known| newest > known) {
            self.newest = Some(newest);
            self.margin_ticks = margin_ticks;
        }
        for (age, input) in (0u32..).zip(packet.inputs()) {
            let Some(tick) = newest.0.checked_sub(age).map(Tick).filter(|tick| *tick > current) else { break };
            let place = &mut self.ring[tick.0 as usize % RING];
            if place.is_none_or(|place| place.tick != tick) {
                *place = Some(Place { tick, input: *input, view_lag_ticks: packet.view_lag_ticks() });
            }
        }
    }

    /// The input that `tick` is stepped with, and how far behind its player saw the others.
    pub fn take(&mut self, tick: Tick) -> (PlayerInput, f32) {
        let place = &mut self.ring[tick.0 as usize % RING];
        if let Some(found) = place.take_if(|place| place.tick == tick) {
            self.held = found.input;
            self.held_view_lag_ticks = found.view_lag_ticks;
            self.starved_in_a_row = 0;
            self.counts.on_time += 1;
        } else {
            self.starved_in_a_row = self.starved_in_a_row.saturating_add(1);
            self.counts.starved += 1;
            if self.starved_in_a_row > STARVATION_HOLD_TICKS {
                self.held = PlayerInput { aim: self.held.aim, ..PlayerInput::default() };
            }
        }
        (self.held, self.held_view_lag_ticks)
    }

    /// For the snapshot of `current`: how early the newest input came, in eighths of a tick; negative when it was late or is missing.
    /// Before the first input there is nothing to correct: 0.
    #[must_use]
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    pub fn margin(&self, current: Tick) -> i8 {
        let Some(newest) = self.newest else { return 0 };
        let missing_ticks = current.since(newest) as f32;
        let margin_ticks = if missing_ticks > 0.0 { self.margin_ticks.min(-missing_ticks) } else { self.margin_ticks };
        // Saturates at 16 ticks either way.
        libm::roundf(margin_ticks * MARGIN_STEPS_PER_TICK) as i8
    }

    /// The player went away or came back: nothing that waits is theirs any more.
    pub fn clear(&mut self) {
        *self = Self { counts: self.counts, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::Aim;
    use crate::protocol::input_packet::{InputHeader, decode_input_packet, encode_input_packet};
    use crate::sim::input::Buttons;

    fn input(move_x: i8) -> PlayerInput {
        PlayerInput { move_x, move_y: 0, aim: Aim(9), buttons: Buttons(Buttons::FIRE) }
    }

    fn packet(newest: u32, newest_first: &[i8]) -> InputPacket {
        let header = InputHeader { newest: Tick(newest), view_lag_ticks: 2.0, ..InputHeader::default() };
        let mut bytes = Vec::new();
        encode_input_packet(&header, newest_first.iter().map(|move_x| input(*move_x)), &mut bytes);
        decode_input_packet(&bytes).expect("valid")
    }

    #[test]
    fn inputs_are_taken_at_their_ticks() {
        let mut buffer = InputBuffer::default();
        buffer.accept(&packet(12, &[2, 1]), Tick(10), 1.0);
        assert_eq!(buffer.take(Tick(11)), (input(1), 2.0));
        assert_eq!(buffer.take(Tick(12)), (input(2), 2.0));
        assert_eq!(buffer.counts, InputCounts { on_time: 2, ..InputCounts::default() });
    }

    #[test]
    fn a_lost_packet_is_made_good_by_the_next() {
        let mut buffer = InputBuffer::default();
        buffer.accept(&packet(13, &[3, 2, 1]), Tick(10), 1.0);
        assert_eq!(buffer.take(Tick(11)).0, input(1));
    }

    #[test]
    fn the_first_input_for_a_tick_stands() {
        let mut buffer = InputBuffer::default();
        buffer.accept(&packet(11, &[1]), Tick(10), 1.0);
        buffer.accept(&packet(12, &[5, 6]), Tick(10), 1.0);
        assert_eq!(buffer.take(Tick(11)).0, input(1));
        assert_eq!(buffer.take(Tick(12)).0, input(5));
    }

    #[test]
    fn late_inputs_are_dropped_and_counted() {
        let mut buffer = InputBuffer::default();
        buffer.accept(&packet(10, &[1, 2]), Tick(10), -0.5);
        assert_eq!(buffer.counts.late, 1);
        assert_eq!(buffer.take(Tick(11)).0, PlayerInput::default());
    }

    #[test]
    fn inputs_too_far_ahead_are_refused() {
        let mut buffer = InputBuffer::default();
        buffer.accept(&packet(10 + INPUT_LEAD_TICKS_MAX + 1, &[1]), Tick(10), 30.0);
        assert_eq!(buffer.counts.early, 1);
        assert_eq!(buffer.margin(Tick(10)), 0);
        buffer.accept(&packet(10 + INPUT_LEAD_TICKS_MAX, &[1]), Tick(10), 30.0);
        assert_eq!(buffer.counts.early, 1);
    }

    #[test]
    fn a_starved_seat_holds_its_last_input_and_then_lets_go() {
        let mut buffer = InputBuffer::default();
        buffer.accept(&packet(11, &[4]), Tick(10), 1.0);
        assert_eq!(buffer.take(Tick(11)).0, input(4));
        for tick in 12..12 + STARVATION_HOLD_TICKS {
            assert_eq!(buffer.take(Tick(tick)).0, input(4), "tick {tick}");
        }
        let rest = PlayerInput { aim: Aim(9), ..PlayerInput::default() };
        assert_eq!(buffer.take(Tick(12 + STARVATION_HOLD_TICKS)).0, rest);
        assert_eq!(buffer.counts.starved, u64::from(STARVATION_HOLD_TICKS) + 1);
    }

    #[test]
    fn the_margin_is_that_of_the_newest_input_and_falls_while_none_comes() {
        let mut buffer = InputBuffer::default();
        assert_eq!(buffer.margin(Tick(0)), 0);
        buffer.accept(&packet(12, &[1]), Tick(10), 1.5);
        buffer.accept(&packet(11, &[1]), Tick(10), 9.0);
        assert_eq!(buffer.margin(Tick(11)), 12);
        assert_eq!(buffer.margin(Tick(14)), -16);
        assert_eq!(buffer.margin(Tick(100)), i8::MIN);
    }
}
