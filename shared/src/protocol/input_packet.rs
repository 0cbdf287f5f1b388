//! The one datagram a client sends each tick: its newest input, as many older ones as still fit, and which snapshots it has.
//!
//! Bits are written lowest first. The header comes first, then the newest input in full, then older ones, each relative to the one
//! that is a tick newer; unused bits of the last byte are 0. The worst case still holds `INPUTS_WORST_CASE` inputs.

use crate::ids::Tick;
use crate::limits::{INPUT_BYTES_MAX, INPUTS_PER_PACKET_MAX, KEYFRAME_TICKS, REWIND_TICKS_MAX};
use crate::math::{AIM_STEPS, Aim};
use crate::protocol::codec::DecodeError;
use crate::protocol::frame::datagram_kind;
use crate::sim::input::{Buttons, MOVE_STEPS, PlayerInput};
use crate::wire::{BitReader, BitWriter, WireError};

/// Inputs that fit a packet whatever they are.
pub const INPUTS_WORST_CASE: usize = 4;
/// The shooter's view lag travels in quarters of a tick.
pub const VIEW_LAG_STEPS_PER_TICK: f32 = 4.0;

const COUNT_BITS: u32 = 4;
const VIEW_LAG_BITS: u32 = 6;
const ACK_MASK_BITS: u32 = 32;
const MOVE_VALUES: u32 = 2 * MOVE_STEPS as u32 + 1;
const MOVE_BITS: u32 = 8;
const AIM_BITS: u32 = 12;
/// A small turn of the aim since the older input: 5.5 degrees to either side.
const TURN_BITS: u32 = 7;
const TURN_HALF: i32 = 1 << (TURN_BITS - 1);
const BUTTON_BITS: u32 = 3;
const TAG_BITS: u32 = 2;
const PRESSED_BITS: u32 = MOVE_BITS + BUTTON_BITS;
const FULL_INPUT_BITS: u32 = PRESSED_BITS + AIM_BITS;
const HEADER_BITS_MIN: u32 = 8 + COUNT_BITS + 1 + 1 + VIEW_LAG_BITS + 16;
const HEADER_BITS_MAX: u32 = HEADER_BITS_MIN + 16 + ACK_MASK_BITS + 8;

const _: () = assert!(INPUTS_PER_PACKET_MAX == 1 << COUNT_BITS);
const _: () = assert!(MOVE_VALUES * MOVE_VALUES <= 1 << MOVE_BITS);
const _: () = assert!(AIM_STEPS as u32 == 1 << AIM_BITS);
const _: () = assert!((1 << VIEW_LAG_BITS) > REWIND_TICKS_MAX * VIEW_LAG_STEPS_PER_TICK as u32);
const _: () = assert!(
    HEADER_BITS_MAX + FULL_INPUT_BITS + (INPUTS_WORST_CASE as u32 - 1) * (TAG_BITS + FULL_INPUT_BITS)
        <= 8 * INPUT_BYTES_MAX as u32
);

/// How an older input differs from the one a tick newer.
mod tag {
    pub const SAME: u64 = 0;
    /// Only the aim, by a small turn.
    pub const TURNED: u64 = 1;
    /// Thrust or buttons, not the aim.
    pub const PRESSED: u64 = 2;
    pub const FULL: u64 = 3;
}

/// What travels beside the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InputHeader {
    /// The tick the newest input is meant for.
    pub newest: Tick,
    /// The newest snapshot that arrived, and which of the `ACK_MASK_TICKS` before it: bit i stands for `newest - 1 - i`.
    pub ack: Option<(Tick, u32)>,
    /// The keyframe of a first state that is complete; repeated until snapshots lean on it.
    pub baseline: Option<Tick>,
    /// How far behind `newest` the other ships are that the shooter sees.
    pub view_lag_ticks: f32,
}

/// A decoded packet. Ticks arrive with their low bits only and are completed near a tick the reader knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InputPacket {
    newest: u16,
    ack: Option<(u16, u32)>,
    baseline: Option<u8>,
    view_lag_steps: u8,
    inputs: [PlayerInput; INPUTS_PER_PACKET_MAX],
    count: usize,
}

impl InputPacket {
    /// The tick of the newest input, given the match's tick.
    #[must_use]
    pub fn newest(&self, near: Tick) -> Tick {
        near.nearest_with_low_bits(self.newest)
    }

    /// The acknowledged snapshots, given the match's tick.
    #[must_use]
    pub fn ack(&self, near: Tick) -> Option<(Tick, u32)> {
        self.ack.map(|(low, mask)| (near.nearest_with_low_bits(low), mask))
    }

    /// The keyframe of a complete first state, given the match's tick.
    #[must_use]
    pub fn baseline(&self, near: Tick) -> Option<Tick> {
        self.baseline.map(|low| keyframe_near(near, low))
    }

    #[must_use]
    pub fn view_lag_ticks(&self) -> f32 {
        f32::from(self.view_lag_steps) / VIEW_LAG_STEPS_PER_TICK
    }

    /// Newest first, one for each tick; never empty.
    #[must_use]
    pub fn inputs(&self) -> &[PlayerInput] {
        &self.inputs[..self.count]
    }
}

/// Appends a packet with as many of `newest_first` as fit, and tells how many those are. An empty iterator sends rest.
pub fn encode_input_packet(
    header: &InputHeader,
    newest_first: impl IntoIterator<Item = PlayerInput>,
    out: &mut Vec<u8>,
) -> usize {
    let mut inputs = newest_first.into_iter();
    let newest = inputs.next().unwrap_or_default();
    let mut older = [Field::default(); INPUTS_PER_PACKET_MAX - 1];
    let mut older_count = 0;
    let mut bits_left = 8 * INPUT_BYTES_MAX as u32 - header_bits(header) - FULL_INPUT_BITS;
    let mut newer = newest;
    for (input, place) in inputs.zip(&mut older) {
        *place = older_field(input, newer);
        if place.length > bits_left {
            break;
        }
        bits_left -= place.length;
        older_count += 1;
        newer = input;
    }
    let mut writer = BitWriter::new(out);
    put_header(header, older_count as u64, &mut writer);
    writer.append(full_bits(newest), FULL_INPUT_BITS);
    for field in &older[..older_count] {
        writer.append(field.bits, field.length);
    }
    writer.finish();
    older_count + 1
}

/// # Errors
/// Anything that `encode_input_packet` does not write.
pub fn decode_input_packet(bytes: &[u8]) -> Result<InputPacket, DecodeError> {
    if bytes.len() > INPUT_BYTES_MAX {
        return Err(DecodeError::TooLong);
    }
    let mut reader = BitReader::new(bytes);
    let kind = take(&mut reader, 8)?;
    if kind != u32::from(datagram_kind::INPUT) {
        return Err(DecodeError::UnknownKind(low8(kind)));
    }
    let count = take(&mut reader, COUNT_BITS)? as usize + 1;
    let has_ack = reader.read_bool()?;
    let has_baseline = reader.read_bool()?;
    let view_lag_steps = low8(take(&mut reader, VIEW_LAG_BITS)?);
    let newest = low16(take(&mut reader, 16)?);
    let ack = if has_ack { Some((low16(take(&mut reader, 16)?), take(&mut reader, ACK_MASK_BITS)?)) } else { None };
    let baseline = if has_baseline { Some(low8(take(&mut reader, 8)?)) } else { None };
    let mut inputs = [PlayerInput::default(); INPUTS_PER_PACKET_MAX];
    inputs[0] = take_full(&mut reader)?;
    for i in 1..count {
        inputs[i] = take_older(inputs[i - 1], &mut reader)?;
    }
    reader.finish()?;
    Ok(InputPacket { newest, ack, baseline, view_lag_steps, inputs, count })
}

fn header_bits(header: &InputHeader) -> u32 {
    let ack_bits = if header.ack.is_some() { 16 + ACK_MASK_BITS } else { 0 };
    let baseline_bits = if header.baseline.is_some() { 8 } else { 0 };
    HEADER_BITS_MIN + ack_bits + baseline_bits
}

fn put_header(header: &InputHeader, older_count: u64, writer: &mut BitWriter) {
    writer.append(u64::from(datagram_kind::INPUT), 8);
    writer.append(older_count, COUNT_BITS);
    writer.append_bool(header.ack.is_some());
    writer.append_bool(header.baseline.is_some());
    writer.append(view_lag_steps(header.view_lag_ticks), VIEW_LAG_BITS);
    writer.append(u64::from(header.newest.0 & 0xffff), 16);
    if let Some((newest, mask)) = header.ack {
        writer.append(u64::from(newest.0 & 0xffff), 16);
        writer.append(u64::from(mask), ACK_MASK_BITS);
    }
    if let Some(baseline) = header.baseline {
        writer.append(u64::from((baseline.0 / KEYFRAME_TICKS) & 0xff), 8);
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn view_lag_steps(ticks: f32) -> u64 {
    let steps_max = ((1u32 << VIEW_LAG_BITS) - 1) as f32;
    // NaN becomes 0 in the cast.
    libm::roundf(ticks * VIEW_LAG_STEPS_PER_TICK).clamp(0.0, steps_max) as u64
}

/// The keyframe whose number ends with `low` and which lies nearest to `near`.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
fn keyframe_near(near: Tick, low: u8) -> Tick {
    let number = near.0 / KEYFRAME_TICKS;
    let ahead = low.wrapping_sub(number as u8) as i8;
    Tick(number.saturating_add_signed(i32::from(ahead)).saturating_mul(KEYFRAME_TICKS))
}

/// Bits of one older input, before it is known whether it fits.
#[derive(Clone, Copy, Default)]
struct Field {
    bits: u64,
    length: u32,
}

impl Field {
    fn tagged(tag: u64, payload: u64, payload_bits: u32) -> Self {
        Self { bits: tag | payload << TAG_BITS, length: TAG_BITS + payload_bits }
    }
}

/// Thrust and buttons, then the aim.
fn full_bits(input: PlayerInput) -> u64 {
    pressed_bits(input) | u64::from(input.aim.0 % AIM_STEPS) << PRESSED_BITS
}

fn take_full(reader: &mut BitReader) -> Result<PlayerInput, DecodeError> {
    let pressed = take_pressed(Aim::default(), reader)?;
    Ok(PlayerInput { aim: Aim(low16(take(reader, AIM_BITS)?)), ..pressed })
}

/// Both axes as one number, then the buttons.
#[allow(clippy::cast_sign_loss)]
fn pressed_bits(input: PlayerInput) -> u64 {
    let step = |value: i8| (value.clamp(-MOVE_STEPS, MOVE_STEPS) + MOVE_STEPS) as u32;
    let thrust = step(input.move_x) * MOVE_VALUES + step(input.move_y);
    u64::from(thrust) | u64::from(input.buttons.0 & Buttons::ALL) << MOVE_BITS
}

#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)]
fn take_pressed(aim: Aim, reader: &mut BitReader) -> Result<PlayerInput, DecodeError> {
    let thrust = take(reader, MOVE_BITS)?;
    if thrust >= MOVE_VALUES * MOVE_VALUES {
        return Err(DecodeError::OutOfRange("thrust"));
    }
    let step = |value: u32| value as i8 - MOVE_STEPS;
    let buttons = Buttons(low8(take(reader, BUTTON_BITS)?));
    Ok(PlayerInput { move_x: step(thrust / MOVE_VALUES), move_y: step(thrust % MOVE_VALUES), aim, buttons })
}

#[allow(clippy::cast_sign_loss)]
fn older_field(input: PlayerInput, newer: PlayerInput) -> Field {
    let is_pressed_same = PlayerInput { aim: newer.aim, ..input } == newer;
    let turn = aim_turn(newer.aim, input.aim);
    if is_pressed_same && turn == 0 {
        Field::tagged(tag::SAME, 0, 0)
    } else if is_pressed_same && (-TURN_HALF..TURN_HALF).contains(&turn) {
        Field::tagged(tag::TURNED, (turn + TURN_HALF) as u64, TURN_BITS)
    } else if turn == 0 {
        Field::tagged(tag::PRESSED, pressed_bits(input), PRESSED_BITS)
    } else {
        Field::tagged(tag::FULL, full_bits(input), FULL_INPUT_BITS)
    }
}

#[allow(clippy::cast_possible_wrap, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn take_older(newer: PlayerInput, reader: &mut BitReader) -> Result<PlayerInput, DecodeError> {
    match reader.read(TAG_BITS)? {
        tag::SAME => Ok(newer),
        tag::TURNED => {
            let turn = take(reader, TURN_BITS)? as i32 - TURN_HALF;
            let aim = (i32::from(newer.aim.0) + turn).rem_euclid(i32::from(AIM_STEPS));
            Ok(PlayerInput { aim: Aim(aim as u16), ..newer })
        }
        tag::PRESSED => take_pressed(newer.aim, reader),
        _ => take_full(reader),
    }
}

/// Steps from `from` to `to` the short way round, in `-AIM_STEPS / 2 .. AIM_STEPS / 2`.
fn aim_turn(from: Aim, to: Aim) -> i32 {
    let half = i32::from(AIM_STEPS) / 2;
    (i32::from(to.0) - i32::from(from.0) + half).rem_euclid(2 * half) - half
}

/// At most 32 bits.
#[allow(clippy::cast_possible_truncation)]
fn take(reader: &mut BitReader, bits: u32) -> Result<u32, WireError> {
    reader.read(bits).map(|value| value as u32)
}

#[allow(clippy::cast_possible_truncation)]
fn low8(value: u32) -> u8 {
    value as u8
}

#[allow(clippy::cast_possible_truncation)]
fn low16(value: u32) -> u16 {
    value as u16
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn input(move_x: i8, move_y: i8, aim: u16, buttons: u8) -> PlayerInput {
        PlayerInput { move_x, move_y, aim: Aim(aim), buttons: Buttons(buttons) }
    }

    fn any_input() -> impl Strategy<Value = PlayerInput> {
        (-MOVE_STEPS..=MOVE_STEPS, -MOVE_STEPS..=MOVE_STEPS, 0..AIM_STEPS, 0..=Buttons::ALL)
            .prop_map(|(x, y, aim, buttons)| input(x, y, aim, buttons))
    }

    /// Like a hand on a mouse: mostly the same keys, small turns.
    fn any_hand() -> impl Strategy<Value = Vec<PlayerInput>> {
        prop::collection::vec((any_input(), 0..8u8, -70..70i32), 1..20).prop_map(|wishes| {
            let mut current = wishes[0].0;
            let follow = |(wish, what, turn): (PlayerInput, u8, i32)| {
                match what {
                    0 => current = wish,
                    1..4 => {
                        let turned = (i32::from(current.aim.0) + turn).rem_euclid(i32::from(AIM_STEPS));
                        current.aim = Aim(u16::try_from(turned).unwrap_or(0));
                    }
                    4 => current.buttons = wish.buttons,
                    _ => {}
                }
                current
            };
            wishes.into_iter().map(follow).collect()
        })
    }

    fn any_header() -> impl Strategy<Value = InputHeader> {
        let baseline = prop::option::of((0..500u32).prop_map(|number| Tick(number * KEYFRAME_TICKS)));
        (0..4_000u32, prop::option::of((0..4_000u32, any::<u32>())), baseline, 0..=60u32).prop_map(
            |(newest, ack, baseline, lag)| InputHeader {
                newest: Tick(newest),
                ack: ack.map(|(tick, mask)| (Tick(tick), mask)),
                baseline,
                #[allow(clippy::cast_precision_loss)]
                view_lag_ticks: lag as f32 / VIEW_LAG_STEPS_PER_TICK,
            },
        )
    }

    fn round_trip(header: &InputHeader, inputs: &[PlayerInput]) -> (InputPacket, usize) {
        let mut bytes = Vec::new();
        let count = encode_input_packet(header, inputs.iter().copied(), &mut bytes);
        assert!(bytes.len() <= INPUT_BYTES_MAX, "{} bytes", bytes.len());
        let packet = decode_input_packet(&bytes).expect("what was encoded can be decoded");
        assert_eq!(packet.inputs(), &inputs[..count]);
        (packet, count)
    }

    proptest! {
        #[test]
        fn a_packet_comes_back_as_it_went_in(header in any_header(), inputs in any_hand()) {
            let (packet, count) = round_trip(&header, &inputs);
            let near = Tick(2_000);
            prop_assert_eq!(packet.newest(near), header.newest);
            prop_assert_eq!(packet.ack(near), header.ack);
            prop_assert_eq!(packet.baseline(header.baseline.unwrap_or(near)), header.baseline);
            prop_assert!((packet.view_lag_ticks() - header.view_lag_ticks).abs() < 1e-6);
            prop_assert!(count >= inputs.len().min(INPUTS_WORST_CASE));
        }

        #[test]
        fn four_inputs_fit_whatever_they_are(header in any_header(), inputs in prop::collection::vec(any_input(), 4..20)) {
            let (_, count) = round_trip(&header, &inputs);
            prop_assert!(count >= INPUTS_WORST_CASE);
        }

        #[test]
        fn hostile_bytes_never_panic_and_survive_only_in_one_spelling(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
            let mut bytes = bytes;
            if let Some(kind) = bytes.first_mut() {
                *kind = datagram_kind::INPUT;
            }
            if let Ok(packet) = decode_input_packet(&bytes) {
                for input in packet.inputs() {
                    prop_assert!(input.aim.0 < AIM_STEPS && input.buttons.0 <= Buttons::ALL);
                    prop_assert!(input.move_x.abs() <= MOVE_STEPS && input.move_y.abs() <= MOVE_STEPS);
                }
            }
        }
    }

    #[test]
    fn a_held_stick_fills_the_packet() {
        let header = InputHeader { ack: Some((Tick(5), 0)), ..InputHeader::default() };
        let (_, count) = round_trip(&header, &[input(7, 0, 1, 1); 40]);
        assert_eq!(count, INPUTS_PER_PACKET_MAX);
    }

    #[test]
    fn an_aim_that_crosses_zero_is_a_small_turn() {
        assert_eq!(aim_turn(Aim(4095), Aim(3)), 4);
        assert_eq!(aim_turn(Aim(3), Aim(4095)), -4);
        round_trip(&InputHeader::default(), &[input(0, 0, 4095, 0), input(0, 0, 3, 0), input(0, 0, 4090, 0)]);
    }

    #[test]
    fn no_input_at_all_sends_rest() {
        let mut bytes = Vec::new();
        assert_eq!(encode_input_packet(&InputHeader::default(), [], &mut bytes), 1);
        assert_eq!(decode_input_packet(&bytes).expect("valid").inputs(), &[PlayerInput::default()]);
    }

    #[test]
    fn a_view_lag_out_of_range_is_clamped() {
        assert_eq!(view_lag_steps(-1.0), 0);
        assert_eq!(view_lag_steps(f32::NAN), 0);
        assert_eq!(view_lag_steps(1e9), 63);
        assert_eq!(view_lag_steps(2.5), 10);
    }

    #[test]
    fn left_over_bytes_and_padding_are_refused() {
        let mut bytes = Vec::new();
        encode_input_packet(&InputHeader::default(), [input(1, 2, 3, 4); 3], &mut bytes);
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(decode_input_packet(&longer), Err(DecodeError::Wire(WireError::LeftOver)));
        assert_eq!(decode_input_packet(&bytes[..bytes.len() - 1]), Err(DecodeError::Wire(WireError::TooShort)));
        let mut padded = bytes.clone();
        *padded.last_mut().expect("not empty") |= 0x80;
        assert_eq!(decode_input_packet(&padded), Err(DecodeError::Wire(WireError::LeftOver)));
        assert_eq!(decode_input_packet(&[0; 25]), Err(DecodeError::TooLong));
    }

    #[test]
    fn a_thrust_outside_the_stick_is_refused() {
        let mut bytes = Vec::new();
        encode_input_packet(&InputHeader::default(), [input(7, 7, 0, 0)], &mut bytes);
        // Kind, count and flags, view lag, tick: 36 bits come before the thrust's eight.
        bytes[4] |= 0xf0;
        bytes[5] |= 0x0f;
        assert_eq!(decode_input_packet(&bytes), Err(DecodeError::OutOfRange("thrust")));
    }
}
