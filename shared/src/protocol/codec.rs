//! Bytes of the reliable lane and of the small datagrams. The only file that knows bincode: frames are written by hand, because every
//! link begins with them and another version must still be able to read the first; the messages inside are bincode's.

use crate::ids::PlayerSlot;
use crate::limits::{
    CHAT_BYTES_MAX, GOODBYE_REASON_BYTES_MAX, MESSAGE_BYTES_MAX, NAME_BYTES_MAX, PICKUPS_MAX, RELIABLE_FRAME_BYTES_MAX,
    RESUME_TOKEN_BYTES_MAX, SLOTS_MAX,
};
use crate::protocol::event::{HostMessage, PlayerMessage, PlayerProfile};
use crate::protocol::frame::{Frame, Hello, Welcome, datagram_kind, frame_kind};
use crate::protocol::version::PROTOCOL_VERSION;
use crate::wire::{ByteReader, ByteWriter, WireError};

/// Why bytes were refused. Every one of them closes the session as `Malformed`; the difference is for logs and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("longer than its limit")]
    TooLong,
    #[error("kind {0} is unknown")]
    UnknownKind(u8),
    #[error("{0} is out of its range")]
    OutOfRange(&'static str),
    #[error("a message is not what bincode writes")]
    NotAMessage,
}

// ---- frames -----------------------------------------------------------------------------------

/// Bytes in front of the payload of a `Frame::Message`.
pub const MESSAGE_HEADER_BYTES: usize = 5;

/// Appends a frame, without the length that precedes it on a byte stream.
pub fn encode_frame(frame: &Frame, out: &mut Vec<u8>) {
    let start = out.len();
    let mut writer = ByteWriter::new(out);
    match frame {
        Frame::Hello(hello) => {
            writer.u8(frame_kind::HELLO);
            writer.u16(hello.protocol_version);
            writer.u64(hello.session);
            writer.u32(hello.received_seq);
        }
        Frame::Welcome(welcome) => encode_welcome(welcome, &mut writer),
        Frame::Message { seq, bytes } => encode_message_frame(*seq, bytes, out),
        Frame::Ack { seq } => put_number(frame_kind::ACK, *seq, &mut writer),
        Frame::Ping { stamp } => put_number(frame_kind::PING, *stamp, &mut writer),
        Frame::Pong { stamp } => put_number(frame_kind::PONG, *stamp, &mut writer),
        Frame::Goodbye { code, retry_after_ms, reason } => {
            writer.u8(frame_kind::GOODBYE);
            writer.u16(*code);
            writer.u32(*retry_after_ms);
            writer.block(cut_text(reason, GOODBYE_REASON_BYTES_MAX).as_bytes());
        }
    }
    debug_assert!(out.len() - start <= RELIABLE_FRAME_BYTES_MAX, "a frame of ours is within the limit");
}

/// Appends a `Frame::Message` without owning its payload.
pub fn encode_message_frame(seq: u32, bytes: &[u8], out: &mut Vec<u8>) {
    let mut writer = ByteWriter::new(out);
    put_number(frame_kind::MESSAGE, seq, &mut writer);
    writer.bytes(bytes);
}

/// # Errors
/// Anything that no peer of ours writes. A hello or welcome of another version is read as far as its version.
pub fn decode_frame(bytes: &[u8]) -> Result<Frame, DecodeError> {
    if bytes.len() > RELIABLE_FRAME_BYTES_MAX {
        return Err(DecodeError::TooLong);
    }
    let mut reader = ByteReader::new(bytes);
    let frame = match reader.u8()? {
        frame_kind::HELLO => return decode_hello(reader),
        frame_kind::WELCOME => return decode_welcome(reader),
        frame_kind::MESSAGE => return Ok(Frame::Message { seq: reader.u32()?, bytes: reader.rest().to_vec() }),
        frame_kind::ACK => Frame::Ack { seq: reader.u32()? },
        frame_kind::PING => Frame::Ping { stamp: reader.u32()? },
        frame_kind::PONG => Frame::Pong { stamp: reader.u32()? },
        frame_kind::GOODBYE => Frame::Goodbye {
            code: reader.u16()?,
            retry_after_ms: reader.u32()?,
            reason: take_text(&mut reader, GOODBYE_REASON_BYTES_MAX)?,
        },
        kind => return Err(DecodeError::UnknownKind(kind)),
    };
    reader.finish()?;
    Ok(frame)
}

/// The number and payload of a `Frame::Message`, borrowed; `None` for every other kind of frame.
#[must_use]
pub fn split_message_frame(bytes: &[u8]) -> Option<(u32, &[u8])> {
    if bytes.len() > RELIABLE_FRAME_BYTES_MAX || bytes.first() != Some(&frame_kind::MESSAGE) {
        return None;
    }
    let (seq, payload) = bytes.get(1..)?.split_first_chunk()?;
    Some((u32::from_le_bytes(*seq), payload))
}

fn encode_welcome(welcome: &Welcome, writer: &mut ByteWriter) {
    writer.u8(frame_kind::WELCOME);
    writer.u16(welcome.protocol_version);
    writer.u64(welcome.session);
    writer.u32(welcome.epoch);
    writer.u32(welcome.received_seq);
    writer.u32(welcome.seat_away_ms_max);
    writer.block(cut_text(&welcome.resume_token, RESUME_TOKEN_BYTES_MAX).as_bytes());
}

fn decode_hello(mut reader: ByteReader) -> Result<Frame, DecodeError> {
    let mut hello = Hello { protocol_version: reader.u16()?, session: 0, received_seq: 0 };
    if hello.protocol_version == PROTOCOL_VERSION {
        hello.session = reader.u64()?;
        hello.received_seq = reader.u32()?;
        reader.finish()?;
    }
    Ok(Frame::Hello(hello))
}

fn decode_welcome(mut reader: ByteReader) -> Result<Frame, DecodeError> {
    let mut welcome = Welcome { protocol_version: reader.u16()?, ..Welcome::default() };
    if welcome.protocol_version == PROTOCOL_VERSION {
        welcome.session = reader.u64()?;
        welcome.epoch = reader.u32()?;
        welcome.received_seq = reader.u32()?;
        welcome.seat_away_ms_max = reader.u32()?;
        welcome.resume_token = take_text(&mut reader, RESUME_TOKEN_BYTES_MAX)?;
        reader.finish()?;
    }
    Ok(Frame::Welcome(welcome))
}

fn put_number(kind: u8, number: u32, writer: &mut ByteWriter) {
    writer.u8(kind);
    writer.u32(number);
}

fn take_text(reader: &mut ByteReader, bytes_max: usize) -> Result<String, DecodeError> {
    let text = core::str::from_utf8(reader.block(bytes_max)?).map_err(|_| DecodeError::OutOfRange("text"))?;
    Ok(text.to_owned())
}

/// The longest beginning of `text` that has at most `bytes_max` bytes and ends with a whole character.
#[must_use]
pub fn cut_text(text: &str, bytes_max: usize) -> &str {
    let mut end = bytes_max.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

// ---- ping and pong as datagrams -----------------------------------------------------------------

/// `datagram_kind::PING` or `PONG`, then the stamp.
#[must_use]
pub fn encode_ping_datagram(kind: u8, stamp: u32) -> [u8; 5] {
    debug_assert!(kind == datagram_kind::PING || kind == datagram_kind::PONG);
    let [a, b, c, d] = stamp.to_le_bytes();
    [kind, a, b, c, d]
}

/// The stamp of a ping or pong; the kind byte is the caller's to look at.
///
/// # Errors
/// Any other length than five bytes.
pub fn decode_ping_datagram(bytes: &[u8]) -> Result<u32, DecodeError> {
    let mut reader = ByteReader::new(bytes);
    reader.u8()?;
    let stamp = reader.u32()?;
    reader.finish()?;
    Ok(stamp)
}

// ---- messages -----------------------------------------------------------------------------------

/// A message as bytes: the payload of a `Frame::Message`.
#[must_use]
pub fn encode_host_message(message: &HostMessage) -> Vec<u8> {
    encode_message(message)
}

/// A message as bytes: the payload of a `Frame::Message`.
#[must_use]
pub fn encode_player_message(message: &PlayerMessage) -> Vec<u8> {
    encode_message(message)
}

/// # Errors
/// Bytes that are no message, that have something left over, or whose numbers are out of range.
pub fn decode_host_message(bytes: &[u8]) -> Result<HostMessage, DecodeError> {
    let message = decode_message(bytes)?;
    check_host_message(&message)?;
    Ok(message)
}

/// # Errors
/// Bytes that are no message, that have something left over, or whose numbers are out of range.
pub fn decode_player_message(bytes: &[u8]) -> Result<PlayerMessage, DecodeError> {
    let message = decode_message(bytes)?;
    check_player_message(&message)?;
    Ok(message)
}

fn encode_message(message: &impl bincode::Encode) -> Vec<u8> {
    // The derived encoders cannot fail into a growing vector; should that belief break, an empty message is refused by the peer.
    let encoded = bincode::encode_to_vec(message, bincode::config::standard());
    debug_assert!(encoded.is_ok(), "bincode writes every message type");
    let bytes = encoded.unwrap_or_default();
    debug_assert!(bytes.len() <= MESSAGE_BYTES_MAX, "a message of ours is within the limit, this one has {}", bytes.len());
    bytes
}

fn decode_message<M: bincode::Decode<()>>(bytes: &[u8]) -> Result<M, DecodeError> {
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(DecodeError::TooLong);
    }
    // The limit also counts what a hostile length prefix asks to be allocated, hence is wider than the bytes themselves.
    let config = bincode::config::standard().with_limit::<{ 4 * MESSAGE_BYTES_MAX }>();
    let (message, used) = bincode::decode_from_slice(bytes, config).map_err(|_| DecodeError::NotAMessage)?;
    if used == bytes.len() { Ok(message) } else { Err(WireError::LeftOver.into()) }
}

fn check_player_message(message: &PlayerMessage) -> Result<(), DecodeError> {
    match message {
        PlayerMessage::Chat { text } => check(text.len() <= CHAT_BYTES_MAX, "chat text"),
        PlayerMessage::Desync { .. } | PlayerMessage::BaselineWanted | PlayerMessage::Hidden { .. } => Ok(()),
    }
}

fn check_host_message(message: &HostMessage) -> Result<(), DecodeError> {
    match message {
        HostMessage::MatchStarted(started) => {
            check_slot(started.own_slot)?;
            started.players.iter().try_for_each(check_profile)
        }
        HostMessage::Roster { players } => players.iter().try_for_each(check_profile),
        HostMessage::BaselinePiece { index, count, .. } => check(index < count, "piece index"),
        HostMessage::PlayerJoined(profile) => check_profile(profile),
        HostMessage::PlayerLeft { slot } | HostMessage::PlayerAway { slot, .. } => check_slot(*slot),
        HostMessage::Killed(kill) => {
            check_slot(kill.victim)?;
            kill.killer.map_or(Ok(()), check_slot)?;
            kill.assist.map_or(Ok(()), check_slot)
        }
        HostMessage::Scores(lines) => lines.iter().try_for_each(|line| check_slot(line.slot)),
        HostMessage::PickupTaken { index, slot, .. } => {
            check_slot(*slot)?;
            check(usize::from(*index) < PICKUPS_MAX, "pickup index")
        }
        HostMessage::PickupReady { index } => check(usize::from(*index) < PICKUPS_MAX, "pickup index"),
        HostMessage::HitConfirmed { target, .. } => check_slot(*target),
        HostMessage::Chat { from, text } => {
            check_slot(*from)?;
            check(text.len() <= CHAT_BYTES_MAX, "chat text")
        }
        HostMessage::PhaseChanged(_) | HostMessage::Notice { .. } => Ok(()),
    }
}

fn check_profile(profile: &PlayerProfile) -> Result<(), DecodeError> {
    check_slot(profile.slot)?;
    check(profile.name.len() <= NAME_BYTES_MAX, "player name")
}

fn check_slot(slot: PlayerSlot) -> Result<(), DecodeError> {
    check(slot.index() < SLOTS_MAX, "player slot")
}

fn check(is_in_range: bool, what: &'static str) -> Result<(), DecodeError> {
    if is_in_range { Ok(()) } else { Err(DecodeError::OutOfRange(what)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{Team, Tick};

    fn any_frame() -> impl Strategy<Value = Frame> {
        prop_oneof![
            (any::<u64>(), any::<u32>()).prop_map(|(session, received_seq)| Frame::Hello(Hello {
                protocol_version: PROTOCOL_VERSION,
                session,
                received_seq
            })),
            (any::<u64>(), any::<u32>(), any::<u32>(), "[a-zA-Z0-9_.-]{0,200}", any::<u32>()).prop_map(
                |(session, epoch, received_seq, resume_token, seat_away_ms_max)| Frame::Welcome(Welcome {
                    protocol_version: PROTOCOL_VERSION,
                    session,
                    epoch,
                    received_seq,
                    resume_token,
                    seat_away_ms_max,
                })
            ),
            (any::<u32>(), prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(seq, bytes)| Frame::Message { seq, bytes }),
            any::<u32>().prop_map(|seq| Frame::Ack { seq }),
            any::<u32>().prop_map(|stamp| Frame::Ping { stamp }),
            any::<u32>().prop_map(|stamp| Frame::Pong { stamp }),
            (any::<u16>(), any::<u32>(), "\\PC{0,40}").prop_map(|(code, retry_after_ms, reason)| Frame::Goodbye {
                code,
                retry_after_ms,
                reason
            }),
        ]
    }

    fn encoded(frame: &Frame) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode_frame(frame, &mut bytes);
        bytes
    }

    proptest! {
        #[test]
        fn a_frame_comes_back_as_it_went_in(frame in any_frame()) {
            prop_assert_eq!(decode_frame(&encoded(&frame)), Ok(frame));
        }

        #[test]
        fn a_shortened_or_lengthened_frame_is_refused(frame in any_frame(), cut in 1..400usize) {
            let bytes = encoded(&frame);
            if !matches!(frame, Frame::Message { .. }) {
                prop_assert!(decode_frame(&bytes[..bytes.len() - cut.min(bytes.len())]).is_err());
                prop_assert!(decode_frame(&[bytes.as_slice(), &[0]].concat()).is_err());
            }
        }

        #[test]
        fn a_frame_has_one_spelling(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut bytes = bytes;
            if let Some(kind) = bytes.first_mut() {
                *kind %= 9;
            }
            if let Ok(frame) = decode_frame(&bytes) {
                let is_other_version = matches!(&frame, Frame::Hello(Hello { protocol_version, .. })
                    | Frame::Welcome(Welcome { protocol_version, .. }) if *protocol_version != PROTOCOL_VERSION);
                if !is_other_version {
                    prop_assert_eq!(encoded(&frame), bytes);
                }
            }
        }

        #[test]
        fn hostile_messages_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut bytes = bytes;
            if let Some(kind) = bytes.first_mut() {
                *kind %= 16;
            }
            if let Ok(message) = decode_player_message(&bytes) {
                prop_assert_eq!(decode_player_message(&encode_player_message(&message)), Ok(message));
            }
            if let Ok(message) = decode_host_message(&bytes) {
                prop_assert_eq!(decode_host_message(&encode_host_message(&message)), Ok(message));
            }
        }

        #[test]
        fn text_is_cut_at_a_character(text in "\\PC{0,60}", bytes_max in 0..80usize) {
            let cut = cut_text(&text, bytes_max);
            prop_assert!(cut.len() <= bytes_max && text.starts_with(cut));
        }
    }

    #[test]
    fn a_frame_over_the_limit_is_refused() {
        let mut bytes = Vec::new();
        encode_message_frame(1, &[0; RELIABLE_FRAME_BYTES_MAX], &mut bytes);
        assert_eq!(decode_frame(&bytes), Err(DecodeError::TooLong));
        assert_eq!(split_message_frame(&bytes), None);
    }

    #[test]
    fn a_length_that_promises_the_world_is_refused_without_allocating_it() {
        // A chat whose text claims 2^40 bytes: variant 0, then 253 and eight bytes of length.
        assert_eq!(decode_player_message(&[0, 253, 0, 0, 0, 0, 0, 1, 0, 0]), Err(DecodeError::NotAMessage));
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        let left = |slot| encode_host_message(&HostMessage::PlayerLeft { slot: PlayerSlot(slot) });
        assert!(decode_host_message(&left(1023)).is_ok());
        assert_eq!(decode_host_message(&left(1024)), Err(DecodeError::OutOfRange("player slot")));
        let chat = PlayerMessage::Chat { text: "x".repeat(CHAT_BYTES_MAX + 1) };
        assert_eq!(decode_player_message(&encode_player_message(&chat)), Err(DecodeError::OutOfRange("chat text")));
        let taken = HostMessage::PickupTaken { index: 48, slot: PlayerSlot(0), ready_at: Tick(0) };
        assert_eq!(decode_host_message(&encode_host_message(&taken)), Err(DecodeError::OutOfRange("pickup index")));
    }

    #[test]
    fn a_message_with_something_left_over_is_refused() {
        let profile = PlayerProfile { slot: PlayerSlot(3), name: "ADA".into(), team: Team::Blue, colour: 2, is_bot: false };
        let mut bytes = encode_host_message(&HostMessage::PlayerJoined(profile));
        bytes.push(0);
        assert_eq!(decode_host_message(&bytes), Err(DecodeError::Wire(WireError::LeftOver)));
    }

    #[test]
    fn a_hello_of_another_version_is_read_as_far_as_its_version() {
        let bytes = [frame_kind::HELLO, 0xff, 0x7f, 1, 2, 3];
        assert!(matches!(decode_frame(&bytes), Ok(Frame::Hello(Hello { protocol_version: 0x7fff, received_seq: 0, .. }))));
    }
}
