//! Holds PROTOCOL.md to the code: its numbers, kinds, variants and close codes, and nothing in it that the code does not have.

use super::close_code::{CloseCode, Retry};
use super::codec::{encode_host_message, encode_player_message};
use super::event::{HostMessage, Kill, MatchStarted, PhaseState, PlayerMessage, PlayerProfile};
use super::frame::{datagram_kind, frame_kind};
use super::version::PROTOCOL_VERSION;
use crate::ids::{PlayerSlot, Team, Tick};
use crate::limits;
use crate::protocol::event::{Mode, Weapon};

const DOCUMENT: &str = include_str!("../../PROTOCOL.md");

/// The cells of every table row.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    DOCUMENT.lines().filter(|line| line.starts_with('|')).map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
}

fn has_row(beginning: &[&str]) -> bool {
    rows().any(|row| row.len() >= beginning.len() && row[..beginning.len()] == *beginning)
}

macro_rules! values {
    ($($name:ident),* $(,)?) => { [$((stringify!($name), limits::$name as u64)),*] };
}

#[test]
fn the_documents_limits_are_the_codes() {
    let values = values![
        TICK_HZ,
        SLOTS_MAX,
        PICKUPS_MAX,
        REWIND_TICKS_MAX,
        LEVEL_M_MAX,
        WAKE_STEP_TICKS,
        WAKE_AGE_TICKS_MIN,
        WAKE_AGE_TICKS_MAX,
        INTEREST_TICKS,
        INPUT_BYTES_MAX,
        INPUTS_PER_PACKET_MAX,
        INPUT_LEAD_TICKS_MAX,
        STARVATION_HOLD_TICKS,
        INPUT_PACKETS_PER_S_MAX,
        SNAPSHOT_BYTES_MAX,
        KEYFRAME_TICKS,
        KEYFRAME_RING,
        ACK_MASK_TICKS,
        SHOT_REPEAT_TICKS,
        BASELINE_PIECE_BYTES_MAX,
        RELIABLE_FRAME_BYTES_MAX,
        MESSAGE_BYTES_MAX,
        RELIABLE_UNACKED_MAX,
        RELIABLE_UNACKED_BYTES_MAX,
        PLAYER_UNACKED_MAX,
        PLAYER_MESSAGES_PER_S_MAX,
        PLAYER_MESSAGES_BURST_MAX,
        CONTROLS_PER_S_MAX,
        ACK_DELAY_MS,
        ACK_EVERY_MESSAGES,
        PING_EVERY_MS,
        CLIENT_SILENCE_MS_MAX,
        SERVER_SILENCE_MS_MAX,
        SEAT_AWAY_MS_MAX,
        TICKET_MS_MAX,
        HANDSHAKE_MS_MAX,
        CHAT_BYTES_MAX,
        CHAT_PER_S_MAX,
        CHAT_BURST_MAX,
        NAME_CHARS_MAX,
        NAME_BYTES_MAX,
        KILL_FEED_PER_S_MAX,
        SCORE_TICKS,
        LINES_PER_MESSAGE_MAX,
        PLAYERS_WITH_START_MAX,
        LEVEL_BYTES_MAX,
        TUNING_JSON_BYTES_MAX,
        RESUME_TOKEN_BYTES_MAX,
        GOODBYE_REASON_BYTES_MAX,
    ];
    for (name, value) in values {
        assert!(has_row(&[&format!("`{name}`"), &value.to_string()]), "{name} is {value}");
    }
    let is_limit = |word: &str| word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    for word in DOCUMENT.split('`').skip(1).step_by(2).filter(|word| is_limit(word)) {
        assert!(values.iter().any(|(name, _)| *name == word), "{word} is in the document and not in this test");
    }
}

#[test]
fn the_documents_kinds_are_the_codes() {
    let datagrams = [
        (datagram_kind::INPUT, "INPUT"),
        (datagram_kind::SNAPSHOT, "SNAPSHOT"),
        (datagram_kind::PING, "PING"),
        (datagram_kind::PONG, "PONG"),
    ];
    let frames = [
        (frame_kind::HELLO, "HELLO"),
        (frame_kind::WELCOME, "WELCOME"),
        (frame_kind::MESSAGE, "MESSAGE"),
        (frame_kind::ACK, "ACK"),
        (frame_kind::PING, "PING"),
        (frame_kind::PONG, "PONG"),
        (frame_kind::GOODBYE, "GOODBYE"),
    ];
    for (kind, name) in datagrams.into_iter().chain(frames) {
        assert!(has_row(&[&kind.to_string(), name]), "{name} is {kind}");
    }
}

#[test]
fn the_documents_variants_are_the_codes() {
    let slot = PlayerSlot(0);
    let profile = PlayerProfile { slot, name: String::new(), team: Team::Solo, colour: 0, is_bot: false };
    let kill = Kill { tick: Tick(0), killer: None, victim: slot, assist: None, weapon: Weapon::Bolt };
    let started = MatchStarted {
        match_id: 0,
        mode: Mode::FreeForAll,
        own_slot: slot,
        tick: Tick(0),
        phase: PhaseState::default(),
        players: Vec::new(),
        level: Vec::new(),
        level_name: String::new(),
        tuning_json: String::new(),
        pickups_ready: 0,
    };
    let from_host = [
        ("MatchStarted", HostMessage::MatchStarted(started)),
        ("BaselinePiece", HostMessage::BaselinePiece { tick: Tick(0), index: 0, count: 1, bytes: Vec::new() }),
        ("PlayerJoined", HostMessage::PlayerJoined(profile)),
        ("PlayerLeft", HostMessage::PlayerLeft { slot }),
        ("PlayerAway", HostMessage::PlayerAway { slot, is_away: true }),
        ("PhaseChanged", HostMessage::PhaseChanged(PhaseState::default())),
        ("Killed", HostMessage::Killed(kill)),
        ("Scores", HostMessage::Scores(Vec::new())),
        ("PickupTaken", HostMessage::PickupTaken { index: 0, slot, ready_at: Tick(0) }),
        ("PickupReady", HostMessage::PickupReady { index: 0 }),
        ("HitConfirmed", HostMessage::HitConfirmed { target: slot, damage: 0, is_rail: false }),
        ("Chat", HostMessage::Chat { from: slot, text: String::new() }),
        ("Notice", HostMessage::Notice { text: String::new() }),
        ("Roster", HostMessage::Roster { players: Vec::new() }),
    ];
    for (name, message) in from_host {
        let variant = encode_host_message(&message)[0].to_string();
        assert!(has_row(&[&variant, name]), "{name} is {variant}");
    }
    let from_player = [
        ("Chat", PlayerMessage::Chat { text: String::new() }),
        ("Desync", PlayerMessage::Desync { tick: Tick(0), fields: 0 }),
        ("BaselineWanted", PlayerMessage::BaselineWanted),
        ("Hidden", PlayerMessage::Hidden { is_hidden: true }),
    ];
    for (name, message) in from_player {
        let variant = encode_player_message(&message)[0].to_string();
        assert!(has_row(&[&variant, name]), "{name} is {variant}");
    }
}

#[test]
fn the_documents_close_codes_are_the_codes() {
    for code in CloseCode::ALL {
        let retry = match code.retry() {
            Retry::Now => "now",
            Retry::After => "after",
            Retry::Never => "never",
        };
        assert!(has_row(&[&code.number().to_string(), &format!("{code:?}"), retry]), "{code:?} is {}, {retry}", code.number());
    }
    let documented = rows().filter(|row| row[0].len() == 4 && row[0].starts_with('4')).count();
    assert_eq!(documented, CloseCode::ALL.len());
}

#[test]
fn the_document_is_of_this_version() {
    assert!(DOCUMENT.starts_with(&format!("# The wire\n\nVersion {PROTOCOL_VERSION}.")));
}
