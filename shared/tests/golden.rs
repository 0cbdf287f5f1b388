//! Golden vectors: bytes that must not change unless the protocol's version does. `cargo xtask bless` writes them anew.
//!
//! `tests/golden` holds them as JSON, bytes in hex, so that a client in any language can be tested with them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use glam::Vec2;
use serde_json::{Value, json};
use slipstream_shared::host::{HostEvent, HostOutput, MatchConfig, MatchCore, NewPlayer};
use slipstream_shared::ids::{Micros, PlayerSlot, Team, Tick};
use slipstream_shared::math::Aim;
use slipstream_shared::protocol::codec::{
    DecodeError, decode_frame, decode_host_message, decode_ping_datagram, decode_player_message, encode_frame,
    encode_host_message, encode_ping_datagram, encode_player_message,
};
use slipstream_shared::protocol::event::{
    HostMessage, Kill, MatchStarted, Mode, Phase, PhaseState, PlayerMessage, PlayerProfile, ScoreLine, Weapon,
};
use slipstream_shared::protocol::frame::{Frame, Hello, Welcome, datagram_kind};
use slipstream_shared::protocol::input_packet::{InputHeader, decode_input_packet, encode_input_packet};
use slipstream_shared::protocol::version::PROTOCOL_VERSION;
use slipstream_shared::replication::SnapshotDecoder;
use slipstream_shared::sim::{Buttons, Level, PlayerInput, Tuning};
use slipstream_shared::wire::quantize;

// ---- files ----------------------------------------------------------------------------------------

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().expect("bytes are a text in hex");
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hex")).collect()
}

/// One vector a line, so that a change shows what changed.
fn text_of(vectors: &Value) -> String {
    let mut text = format!("{{\n  \"protocol_version\": {PROTOCOL_VERSION}");
    for (name, list) in vectors.as_object().expect("lists by name") {
        let lines: Vec<String> = list.as_array().expect("a list").iter().map(|vector| format!("    {vector}")).collect();
        text += &format!(",\n  \"{name}\": [\n{}\n  ]", lines.join(",\n"));
    }
    text + "\n}\n"
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name)
}

/// What the file holds; written first when that was asked for.
fn read_or_bless(name: &str, vectors: impl FnOnce() -> Value) -> String {
    let path = path(name);
    if std::env::var_os("SLIPSTREAM_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("a folder")).expect("tests/golden can be made");
        fs::write(&path, text_of(&vectors())).expect("tests/golden can be written");
    }
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}; cargo xtask bless", path.display()))
}

/// Compares with the file and gives back what it holds.
fn golden(name: &str, vectors: &Value) -> Value {
    let known = read_or_bless(name, || vectors.clone());
    let text = text_of(vectors);
    for (known, now) in known.lines().zip(text.lines()) {
        assert_eq!(known, now, "{name} changed: that is another protocol; raise the version and run cargo xtask bless");
    }
    assert_eq!(known.lines().count(), text.lines().count(), "{name} has other vectors; cargo xtask bless");
    serde_json::from_str(&known).expect("JSON")
}

/// Which refusal it is, so that a vector is not refused for another reason than the one it was made for.
fn refusal<T>(decoded: Result<T, DecodeError>) -> String {
    decoded.err().map_or("none".to_owned(), |error| format!("{error:?}"))
}

fn list<'a>(file: &'a Value, name: &str) -> &'a [Value] {
    file[name].as_array().expect("a list")
}

// ---- frames and small datagrams ---------------------------------------------------------------------

fn frames() -> Vec<(Frame, Value)> {
    let welcome = Welcome {
        protocol_version: PROTOCOL_VERSION,
        session: 0x0123_4567_89ab_cdef,
        epoch: 2,
        received_seq: 7,
        resume_token: "a.token-of_ours".into(),
        seat_away_ms_max: 30_000,
    };
    let hello = |session, received_seq| Frame::Hello(Hello { protocol_version: PROTOCOL_VERSION, session, received_seq });
    let goodbye = Frame::Goodbye { code: 4002, retry_after_ms: 1_500, reason: "Bis gleich – à bientôt.".into() };
    vec![
        (hello(0, 0), json!({"type": "hello", "protocol_version": PROTOCOL_VERSION, "session": "0", "received_seq": 0})),
        (
            hello(0x0123_4567_89ab_cdef, u32::MAX),
            json!({"type": "hello", "protocol_version": PROTOCOL_VERSION, "session": "81985529216486895", "received_seq": u32::MAX}),
        ),
        (
            Frame::Welcome(welcome),
            json!({"type": "welcome", "protocol_version": PROTOCOL_VERSION, "session": "81985529216486895", "epoch": 2,
                "received_seq": 7, "seat_away_ms_max": 30_000, "resume_token": "a.token-of_ours"}),
        ),
        (Frame::Message { seq: 1, bytes: vec![9, 3] }, json!({"type": "message", "seq": 1, "message": "0903"})),
        (Frame::Message { seq: u32::MAX, bytes: vec![] }, json!({"type": "message", "seq": u32::MAX, "message": ""})),
        (Frame::Ack { seq: 0x0102_0304 }, json!({"type": "ack", "seq": 0x0102_0304})),
        (Frame::Ping { stamp: 5 }, json!({"type": "ping", "stamp": 5})),
        (Frame::Pong { stamp: u32::MAX }, json!({"type": "pong", "stamp": u32::MAX})),
        (goodbye, json!({"type": "goodbye", "code": 4002, "retry_after_ms": 1_500, "reason": "Bis gleich – à bientôt."})),
    ]
}

#[test]
fn golden_frames_are_read_and_written_to_the_byte() {
    let encoded = |frame: &Frame| {
        let mut bytes = Vec::new();
        encode_frame(frame, &mut bytes);
        bytes
    };
    let valid: Vec<Value> = frames().iter().map(|(frame, value)| json!({"hex": hex(&encoded(frame)), "frame": value})).collect();
    let refused = [
        ("nothing at all", vec![]),
        ("kind 0", vec![0]),
        ("kind 8", vec![8, 0, 0, 0, 0]),
        ("an ack that ends too early", vec![4, 1, 2, 3]),
        ("an ack with a byte left over", vec![4, 1, 2, 3, 4, 5]),
        ("a hello of this version that ends too early", [&[1][..], &PROTOCOL_VERSION.to_le_bytes(), &[0; 11]].concat()),
        ("a goodbye whose text is shorter than it says", vec![7, 162, 15, 0, 0, 0, 0, 2, b'x']),
        ("a goodbye whose text is no UTF-8", vec![7, 162, 15, 0, 0, 0, 0, 1, 0xff]),
        ("a goodbye whose length is not in its shortest spelling", vec![7, 162, 15, 0, 0, 0, 0, 0x81, 0, b'x']),
        ("a goodbye that is too long", [&[7, 162, 15, 0, 0, 0, 0, 0xc9, 1][..], &[b'x'; 201]].concat()),
    ];
    let refused: Vec<Value> = refused
        .iter()
        .map(|(why, bytes)| json!({"hex": hex(bytes), "why": why, "refusal": refusal(decode_frame(bytes))}))
        .collect();
    let file = golden("frames.json", &json!({"valid": valid, "refused": refused}));
    for (vector, (frame, _)) in list(&file, "valid").iter().zip(frames()) {
        assert_eq!(decode_frame(&unhex(&vector["hex"])), Ok(frame));
    }
    for vector in list(&file, "refused") {
        assert_eq!(refusal(decode_frame(&unhex(&vector["hex"]))), vector["refusal"]);
    }
}

#[test]
fn golden_pings_are_read_and_written_to_the_byte() {
    let pings = [(datagram_kind::PING, 1), (datagram_kind::PONG, 0xdead_beef)];
    let valid = pings.map(|(kind, stamp)| json!({"hex": hex(&encode_ping_datagram(kind, stamp)), "kind": kind, "stamp": stamp}));
    let refused = [json!({"hex": "03010000", "why": "too short"}), json!({"hex": "030100000000", "why": "a byte left over"})];
    let file = golden("pings.json", &json!({"valid": valid, "refused": refused}));
    for (vector, (_, stamp)) in list(&file, "valid").iter().zip(pings) {
        assert_eq!(decode_ping_datagram(&unhex(&vector["hex"])), Ok(stamp));
    }
    for vector in list(&file, "refused") {
        assert!(decode_ping_datagram(&unhex(&vector["hex"])).is_err(), "{vector}");
    }
}

// ---- messages -----------------------------------------------------------------------------------------

fn host_messages() -> Vec<HostMessage> {
    let slot = PlayerSlot;
    let profile =
        |number, name: &str, team| PlayerProfile { slot: slot(number), name: name.into(), team, colour: 3, is_bot: number > 0 };
    let started = MatchStarted {
        match_id: u64::MAX,
        mode: Mode::Teams,
        own_slot: slot(1023),
        tick: Tick(100_000),
        phase: PhaseState { phase: Phase::Live, ends_at: Tick(118_000) },
        players: vec![profile(0, "ADA", Team::Blue), profile(250, "Žofie", Team::Orange), profile(251, "", Team::Solo)],
        level: Level::open_box(8, 8).to_bytes(),
        level_name: "box".into(),
        tuning_json: "{}".into(),
        pickups_ready: 1 << 47 | 5,
    };
    let line = ScoreLine { slot: slot(2), score: -300, kills: 250, assists: 251, deaths: 65_535, ping_ms: 31 };
    vec![
        HostMessage::MatchStarted(started),
        HostMessage::BaselinePiece { tick: Tick(64), index: 0, count: 1, bytes: vec![0] },
        HostMessage::PlayerJoined(profile(9, "Mira", Team::Solo)),
        HostMessage::PlayerLeft { slot: slot(300) },
        HostMessage::PlayerAway { slot: slot(4), is_away: true },
        HostMessage::PhaseChanged(PhaseState { phase: Phase::Ended, ends_at: Tick(70_000) }),
        HostMessage::Killed(Kill { tick: Tick(777), killer: Some(slot(1)), victim: slot(2), assist: None, weapon: Weapon::Rail }),
        HostMessage::Scores(vec![line, ScoreLine { score: 1, ..ScoreLine::default() }]),
        HostMessage::PickupTaken { index: 47, slot: slot(5), ready_at: Tick(1_000) },
        HostMessage::PickupReady { index: 0 },
        HostMessage::HitConfirmed { target: slot(6), damage: 12, is_rail: false },
        HostMessage::Chat { from: slot(7), text: "good game ✨".into() },
        HostMessage::Notice { text: "The server restarts in a minute.".into() },
        HostMessage::Roster { players: vec![profile(10, "Juno", Team::Solo)] },
    ]
}

fn player_messages() -> Vec<PlayerMessage> {
    vec![
        PlayerMessage::Chat { text: "hello".into() },
        PlayerMessage::Desync { tick: Tick(65_536), fields: 5 },
        PlayerMessage::BaselineWanted,
        PlayerMessage::Hidden { is_hidden: true },
    ]
}

#[test]
fn golden_messages_are_read_and_written_to_the_byte() {
    let from_host: Vec<Value> = host_messages()
        .iter()
        .map(|message| json!({"hex": hex(&encode_host_message(message)), "debug": format!("{message:?}")}))
        .collect();
    let from_player: Vec<Value> = player_messages()
        .iter()
        .map(|message| json!({"hex": hex(&encode_player_message(message)), "debug": format!("{message:?}")}))
        .collect();
    let refused_from_player = [
        ("nothing at all", "".to_owned()),
        ("variant 4", "04".to_owned()),
        ("a byte left over", "0200".to_owned()),
        ("a bool that is 2", "0302".to_owned()),
        ("a text of 241 bytes", format!("00f1{}", "78".repeat(241))),
        ("a text that is no UTF-8", "0001ff".to_owned()),
        ("a text that claims 2^40 bytes", "00fd0000000000010000".to_owned()),
    ];
    let refused_from_host = [
        ("variant 14", "0e"),
        ("a seat that cannot exist: 1024", "03fb0004"),
        ("a pickup that cannot exist: 48", "0930"),
        ("piece 1 of 1", "0140010100"),
    ];
    let of_host = |bytes: &[u8]| refusal(decode_host_message(bytes));
    let of_player = |bytes: &[u8]| refusal(decode_player_message(bytes));
    let refused = |list: Vec<(&str, String)>, decode: &dyn Fn(&[u8]) -> String| -> Vec<Value> {
        let told = |why: &str, hex: &str| json!({"hex": hex, "why": why, "refusal": decode(&unhex(&json!(hex)))});
        list.iter().map(|(why, hex)| told(why, hex)).collect()
    };
    let file = golden(
        "messages.json",
        &json!({
            "from_host": from_host,
            "from_player": from_player,
            "refused_from_host": refused(refused_from_host.map(|(why, hex)| (why, hex.to_owned())).to_vec(), &of_host),
            "refused_from_player": refused(refused_from_player.to_vec(), &of_player),
        }),
    );
    for (vector, message) in list(&file, "from_host").iter().zip(host_messages()) {
        assert_eq!(decode_host_message(&unhex(&vector["hex"])), Ok(message));
    }
    for (vector, message) in list(&file, "from_player").iter().zip(player_messages()) {
        assert_eq!(decode_player_message(&unhex(&vector["hex"])), Ok(message));
    }
    for vector in list(&file, "refused_from_host") {
        assert_eq!(of_host(&unhex(&vector["hex"])), vector["refusal"]);
    }
    for vector in list(&file, "refused_from_player") {
        assert_eq!(of_player(&unhex(&vector["hex"])), vector["refusal"]);
    }
}

// ---- inputs -------------------------------------------------------------------------------------------

fn input(move_x: i8, move_y: i8, aim: u16, buttons: u8) -> PlayerInput {
    PlayerInput { move_x, move_y, aim: Aim(aim), buttons: Buttons(buttons) }
}

fn input_packets() -> Vec<(InputHeader, Vec<PlayerInput>)> {
    let bare = InputHeader { newest: Tick(70_000), ..InputHeader::default() };
    let usual =
        InputHeader { newest: Tick(65_540), ack: Some((Tick(65_530), 0xffff_fff7)), baseline: None, view_lag_ticks: 6.25 };
    let joining = InputHeader { baseline: Some(Tick(65_520)), ..usual };
    let rough = vec![input(7, 7, 0, 7), input(-7, -7, 2_048, 0), input(7, -7, 100, 1), input(0, 0, 4_095, 4), input(1, 2, 3, 4)];
    vec![
        (bare, vec![]),
        (bare, vec![input(7, 0, 1_024, Buttons::FIRE)]),
        (usual, vec![input(-3, 5, 4_000, Buttons::FIRE | Buttons::DASH); 20]),
        (usual, (0..16).map(|i| input(4, 4, (4_090 + 5 * i) % 4_096, Buttons::RAIL)).collect()),
        (usual, vec![input(1, 0, 9, 0), input(1, 0, 73, 0), input(1, 0, 138, 0), input(1, 1, 138, 0), input(1, 1, 138, 1)]),
        (joining, rough.clone()),
        (usual, rough),
        (InputHeader { view_lag_ticks: 99.0, ..bare }, vec![input(0, 0, 0, 0)]),
        (InputHeader { view_lag_ticks: 2.1, ..bare }, vec![input(0, 0, 0, 0)]),
    ]
}

fn input_value(input: &PlayerInput) -> Value {
    json!([input.move_x, input.move_y, input.aim.0, input.buttons.0])
}

fn spoilt_inputs() -> Vec<(&'static str, Vec<u8>)> {
    let mut whole = Vec::new();
    encode_input_packet(&InputHeader::default(), [input(7, 7, 0, 0)], &mut whole);
    let spoilt = |spoil: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = whole.clone();
        spoil(&mut bytes);
        bytes
    };
    vec![
        ("nothing at all", Vec::new()),
        ("another kind", spoilt(&|bytes| bytes[0] = 2)),
        ("no input after the header", spoilt(&|bytes| bytes.truncate(4))),
        ("fewer inputs than the count says", spoilt(&|bytes| bytes[1] |= 15)),
        // Kind, count and flags, view lag, tick: 36 bits come before the thrust's eight.
        (
            "a thrust of 255",
            spoilt(&|bytes| {
                bytes[4] |= 0xf0;
                bytes[5] |= 0x0f;
            }),
        ),
        ("a byte left over", spoilt(&|bytes| bytes.push(0))),
        ("padding that is not 0", spoilt(&|bytes| bytes[7] |= 0x80)),
        ("more than 24 bytes", [vec![1], vec![0; 24]].concat()),
    ]
}

#[test]
fn golden_inputs_are_read_and_written_to_the_byte() {
    let mut valid = Vec::new();
    for (header, inputs) in input_packets() {
        let mut bytes = Vec::new();
        let count = encode_input_packet(&header, inputs.iter().copied(), &mut bytes);
        assert!(bytes.len() <= 24);
        let sent: Vec<Value> = inputs.iter().take(count).map(input_value).collect();
        valid.push(json!({
            "hex": hex(&bytes), "newest": header.newest.0, "ack": header.ack.map(|(tick, mask)| [tick.0, mask]),
            "baseline": header.baseline.map(|tick| tick.0), "view_lag_ticks": header.view_lag_ticks,
            "offered": inputs.len(), "inputs_x_y_aim_buttons": sent,
        }));
    }
    let refused: Vec<Value> = spoilt_inputs()
        .into_iter()
        .map(|(why, bytes)| json!({"hex": hex(&bytes), "why": why, "refusal": refusal(decode_input_packet(&bytes))}))
        .collect();
    let file = golden("inputs.json", &json!({"valid": valid, "refused": refused}));
    for (vector, (header, inputs)) in list(&file, "valid").iter().zip(input_packets()) {
        let packet = decode_input_packet(&unhex(&vector["hex"])).expect("valid");
        assert_eq!(packet.newest(header.newest.minus(20)), header.newest);
        assert_eq!(packet.ack(header.newest), header.ack);
        assert_eq!(packet.baseline(header.newest), header.baseline);
        let expected = if inputs.is_empty() { vec![PlayerInput::default()] } else { inputs };
        assert_eq!(packet.inputs(), &expected[..packet.inputs().len()]);
        assert!(packet.inputs().len() >= expected.len().min(4));
    }
    for vector in list(&file, "refused") {
        assert_eq!(refusal(decode_input_packet(&unhex(&vector["hex"]))), vector["refusal"]);
    }
}

// ---- grids --------------------------------------------------------------------------------------------

#[test]
#[allow(clippy::approx_constant, reason = "numbers beside a step, not the constants")]
fn golden_grids_hold_between_their_steps_too() {
    let sticks =
        [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, -0.5), (0.071, 0.072), (-0.2142, 0.2143), (-2.0, 0.3), (f32::NAN, 1.0)];
    let stick = |(x, y): (f32, f32)| {
        let input = PlayerInput::from_stick(Vec2::new(x, y), Aim(0), Buttons(0));
        json!({"stick": [x.is_finite().then_some(x), Some(y)], "move": [input.move_x, input.move_y]})
    };
    let aims = [0.0, 0.000_7, 0.000_8, 1.570_796_4, 3.141_592_7, -0.001, 6.283, 6.283_1, 100.0];
    let aim = |radians: f32| json!({"radians": radians, "aim": Aim::from_radians(radians).0, "on_8_bits": quantize::aim(Aim::from_radians(radians))});
    let metres = [0.0, 0.015, 0.016, 1.0, 3.333, 255.99, 511.98, 600.0, -1.0];
    let position = |metres: f32| {
        let step = quantize::position(metres);
        json!({"metres": metres, "step": step, "back": quantize::position_metres(step)})
    };
    let speeds = [0.0, 0.01, -0.01, 18.0, -40.5, 1_000.0];
    let velocity = |mps: f32| {
        let step = quantize::velocity(mps);
        json!({"mps": mps, "step": step, "back": quantize::velocity_mps(step)})
    };
    golden(
        "grids.json",
        &json!({"sticks": sticks.map(stick), "aims": aims.map(aim), "positions": metres.map(position), "velocities": speeds.map(velocity)}),
    );
}

// ---- snapshots ------------------------------------------------------------------------------------------

fn sample(decoder: &mut SnapshotDecoder, bytes: &[u8]) -> Value {
    let snapshot = decoder.apply(bytes).expect("a golden snapshot can be read");
    let ships: Vec<Value> = snapshot
        .ships
        .iter()
        .map(|ship| json!([ship.slot.0, ship.life, ship.pos.x, ship.pos.y, ship.aim.0, ship.hull, ship.shield]))
        .collect();
    json!({"tick": snapshot.tick.0, "margin_ticks": snapshot.margin_ticks, "is_complete": snapshot.is_complete,
        "own": snapshot.own.map(|own| json!([own.life, own.body.pos.x, own.body.pos.y, own.vitals.hull])), "ships_slot_life_x_y_aim_hull_shield": ships})
}

/// Two seconds of a small match, as one client gets it; every fifth snapshot is lost.
fn snapshot_stream() -> Value {
    let level = Arc::new(Level::open_box(24, 18));
    let config = MatchConfig { fill_to: 6, with_state_hash: true, ..MatchConfig::new(level, Arc::new(Tuning::default()), 77) };
    let mut core = MatchCore::new(config).expect("valid");
    let mut now = Micros(0);
    let slot = core.join(now, &NewPlayer { name: "ADA".into(), ..NewPlayer::default() }).expect("a seat");
    core.handle(now, HostEvent::LinkOpened { slot, datagram_bytes_max: 1150, is_fresh: true }).expect("valid");
    let mut decoder = SnapshotDecoder::new();
    let mut stream = Vec::new();
    for tick in 1..=120_u32 {
        now = now.plus_us(16_667);
        core.tick(now);
        while let Some(output) = core.poll_output() {
            match output {
                HostOutput::Message { payload, .. } => {
                    if let Ok(HostMessage::BaselinePiece { tick, index, count, bytes }) = decode_host_message(&payload) {
                        decoder.apply_baseline_piece(tick, index, count, &bytes).expect("valid");
                        stream.push(json!({"hex": hex(&bytes), "piece": {"tick": tick.0, "index": index, "count": count}}));
                    }
                }
                HostOutput::Snapshot { bytes, .. } if tick % 5 != 0 => {
                    let seen = sample(&mut decoder, bytes);
                    stream.push(json!({"hex": hex(bytes), "snapshot": seen}));
                }
                _ => {}
            }
        }
        let ack = decoder.ack();
        let header = InputHeader { newest: Tick(tick + 2), ack: ack.snapshots, baseline: ack.baseline, view_lag_ticks: 2.0 };
        let mut packet = Vec::new();
        encode_input_packet(&header, [input(5, 2, 512, Buttons::FIRE); 4], &mut packet);
        core.handle(now, HostEvent::InputArrived { slot, packet: &packet, at: now }).expect("valid");
    }
    json!({"stream": stream})
}

/// Only reading is held fast: which words an encoder chooses, and what ships do, may change from day to day.
#[test]
fn golden_snapshots_are_read_as_they_always_were() {
    let file: Value = serde_json::from_str(&read_or_bless("snapshots.json", snapshot_stream)).expect("JSON");
    let mut decoder = SnapshotDecoder::new();
    for vector in list(&file, "stream") {
        let bytes = unhex(&vector["hex"]);
        if let Some(piece) = vector.get("piece") {
            let number = |name: &str| u32::try_from(piece[name].as_u64().expect("a number")).expect("small");
            let (index, count) = (number("index").to_le_bytes()[0], number("count").to_le_bytes()[0]);
            decoder.apply_baseline_piece(Tick(number("tick")), index, count, &bytes).expect("valid");
        } else {
            assert_eq!(sample(&mut decoder, &bytes), vector["snapshot"]);
        }
    }
}
