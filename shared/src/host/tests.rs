//! The authoritative match in virtual time, driven as a server drives it.

use std::sync::Arc;

use super::recording::{RecordingError, Replay};
use super::*;
use crate::ids::Team;
use crate::limits::{
    BOT_ARRIVAL_TICKS, CHAT_BURST_MAX, HANDSHAKE_MS_MAX, INPUT_LEAD_TICKS_MAX, SEAT_AWAY_MS_MAX, SNAPSHOT_BYTES_MAX,
    TICKET_MS_MAX,
};
use crate::math::Aim;
use crate::protocol::close_code::CloseCode;
use crate::protocol::codec::decode_host_message;
use crate::protocol::event::{HostMessage, Kill, PlayerMessage, Weapon};
use crate::protocol::input_packet::{InputHeader, encode_input_packet};
use crate::replication::SnapshotDecoder;
use crate::sim::{Buttons, PlayerInput, Tuning};

/// A match, a clock, and everything it said so far.
struct Stage {
    core: MatchCore,
    now: Micros,
    said: Vec<(PlayerSlot, HostMessage)>,
    expired: Vec<PlayerSlot>,
    snapshots: Vec<(PlayerSlot, usize)>,
}

impl Stage {
    fn new(config: MatchConfig) -> Self {
        let core = MatchCore::new(config).expect("a valid configuration");
        let mut stage = Self { core, now: Micros(1_000_000), said: Vec::new(), expired: Vec::new(), snapshots: Vec::new() };
        stage.collect();
        stage
    }

    fn run(&mut self, ticks: u32) {
        for _ in 0..ticks {
            self.now = self.now.plus_us(TICK_US);
            self.core.tick(self.now);
            self.collect();
        }
    }

    fn collect(&mut self) {
        while let Some(output) = self.core.poll_output() {
            match output {
                HostOutput::Message { slot, payload } => {
                    self.said.push((slot, decode_host_message(&payload).expect("what the host says can be read")));
                }
                HostOutput::SeatExpired { slot } => self.expired.push(slot),
                HostOutput::Snapshot { slot, bytes } => self.snapshots.push((slot, bytes.len())),
            }
        }
    }

    fn handle(&mut self, event: HostEvent) {
        self.core.handle(self.now, event).expect("nothing wrong with it");
        self.collect();
    }

    fn join(&mut self, name: &str) -> Result<PlayerSlot, CloseCode> {
        let slot = self.core.join(self.now, &NewPlayer { name: name.to_owned(), ..NewPlayer::default() });
        self.collect();
        slot
    }

    fn enter(&mut self, name: &str) -> PlayerSlot {
        let slot = self.join(name).expect("a seat");
        self.open(slot, true);
        slot
    }

    fn open(&mut self, slot: PlayerSlot, is_fresh: bool) {
        self.handle(HostEvent::LinkOpened { slot, datagram_bytes_max: 1150, is_fresh });
    }

    fn send_inputs(&mut self, slot: PlayerSlot, newest: Tick, inputs: &[PlayerInput]) {
        let mut packet = Vec::new();
        encode_input_packet(&InputHeader { newest, ..InputHeader::default() }, inputs.iter().copied(), &mut packet);
        self.handle(HostEvent::InputArrived { slot, packet: &packet, at: self.now });
    }

    /// What this seat was told since the last time this was asked.
    fn heard(&mut self, slot: PlayerSlot) -> Vec<HostMessage> {
        let (heard, rest) = core::mem::take(&mut self.said).into_iter().partition(|(listener, _)| *listener == slot);
        self.said = rest;
        let heard: Vec<(PlayerSlot, HostMessage)> = heard;
        heard.into_iter().map(|(_, message)| message).collect()
    }

    fn position(&self, slot: PlayerSlot) -> glam::Vec2 {
        self.core.simulation().own_ship(slot).expect("a ship").body.pos
    }
}

fn quiet(ships_max: usize, fill_to: usize) -> MatchConfig {
    let level = Arc::new(Level::open_box(40, 30));
    MatchConfig { ships_max, fill_to, ..MatchConfig::new(level, Arc::new(Tuning::default()), 11) }
}

fn short_rules() -> Arc<Tuning> {
    let mut tuning = Tuning::default();
    tuning.rules.warm_up_ticks = 30;
    tuning.rules.live_ticks = 240;
    tuning.rules.ended_ticks = 60;
    Arc::new(tuning)
}

fn right() -> PlayerInput {
    PlayerInput { move_x: 7, move_y: 0, aim: Aim(0), buttons: Buttons(0) }
}

fn started(heard: &[HostMessage]) -> Vec<&crate::protocol::event::MatchStarted> {
    heard
        .iter()
        .filter_map(|message| if let HostMessage::MatchStarted(started) = message { Some(started) } else { None })
        .collect()
}

// ---- coming and going ---------------------------------------------------------------------------

#[test]
fn a_joiner_is_told_the_start_first_and_all_of_it() {
    let mut stage = Stage::new(quiet(8, 4));
    let ada = stage.enter("ADA");
    let heard = stage.heard(ada);
    assert!(matches!(heard[0], HostMessage::MatchStarted(_)));
    let start = started(&heard)[0];
    assert_eq!((start.own_slot, start.players.len()), (ada, 4));
    assert!(start.players.iter().any(|profile| profile.slot == ada && profile.name == "ADA" && !profile.is_bot));
    assert!(Level::from_bytes(&start.level).is_ok() && Tuning::from_json(&start.tuning_json).is_ok());
    assert!(matches!(&heard[1], HostMessage::Scores(lines) if lines.len() == 4));
}

#[test]
fn everybody_hears_of_a_joiner_who_opened_a_link_and_not_before() {
    let mut stage = Stage::new(quiet(8, 0));
    let ada = stage.enter("ADA");
    stage.heard(ada);
    let bob = stage.join("BOB").expect("a seat");
    assert_eq!(stage.heard(ada), []);
    assert!(!stage.core.simulation().has_player(bob));
    stage.open(bob, true);
    assert!(matches!(&stage.heard(ada)[..], [HostMessage::PlayerJoined(profile)] if profile.name == "BOB"));
    assert!(stage.core.simulation().has_player(bob));
}

#[test]
fn names_are_made_displayable_and_unique() {
    let mut stage = Stage::new(quiet(8, 0));
    stage.enter("  ADA\u{0} ");
    let second = stage.enter("ADA");
    let names: Vec<&str> = stage.core.profiles().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["ADA", "ADA 2"]);
    assert_eq!(second, PlayerSlot(1));
}

#[test]
fn bots_fill_the_match_and_make_room_for_people() {
    let mut stage = Stage::new(quiet(8, 6));
    assert_eq!((stage.core.bot_count(), stage.core.people_count()), (6, 0));
    for people in 1..=8 {
        stage.enter("somebody");
        assert_eq!((stage.core.people_count(), stage.core.bot_count()), (people, 6usize.saturating_sub(people)));
    }
    assert_eq!(stage.join("one too many"), Err(CloseCode::MatchFull));
    stage.run(BOT_ARRIVAL_TICKS + 1);
    assert_eq!(stage.core.bot_count(), 0);
}

#[test]
fn a_bot_takes_the_place_of_somebody_who_left_after_a_while() {
    let mut stage = Stage::new(quiet(8, 3));
    let ada = stage.enter("ADA");
    stage.run(60);
    stage.handle(HostEvent::PlayerLeft { slot: ada });
    assert!(!stage.core.simulation().has_player(ada));
    stage.run(BOT_ARRIVAL_TICKS - 1);
    assert_eq!(stage.core.bot_count(), 2);
    stage.run(2);
    assert_eq!(stage.core.bot_count(), 3);
}

#[test]
fn a_seat_that_was_just_left_rests_before_it_is_given_again() {
    let mut stage = Stage::new(quiet(8, 0));
    let ada = stage.enter("ADA");
    stage.run(10);
    stage.handle(HostEvent::PlayerLeft { slot: ada });
    let bob = stage.enter("BOB");
    assert_ne!(ada, bob);
    stage.run(130);
    assert_eq!(stage.enter("EVE"), ada);
}

#[test]
fn a_player_who_lost_the_link_is_away_and_comes_back_to_the_same_ship() {
    let mut stage = Stage::new(quiet(8, 0));
    let (ada, bob) = (stage.enter("ADA"), stage.enter("BOB"));
    stage.run(30);
    stage.handle(HostEvent::LinkLost { slot: ada });
    stage.heard(bob);
    stage.run(31);
    assert!(stage.heard(bob).contains(&HostMessage::PlayerAway { slot: ada, is_away: true }));
    assert!(stage.core.simulation().has_player(ada), "the ship stays");
    stage.heard(ada);
    stage.open(ada, false);
    assert!(started(&stage.heard(ada)).is_empty(), "a session that resumes knows the start");
    stage.run(31);
    assert!(stage.heard(bob).contains(&HostMessage::PlayerAway { slot: ada, is_away: false }));
}

#[test]
fn a_page_that_was_loaded_anew_is_told_the_start_again() {
    let mut stage = Stage::new(quiet(8, 0));
    let ada = stage.enter("ADA");
    stage.run(30);
    stage.handle(HostEvent::LinkLost { slot: ada });
    stage.heard(ada);
    stage.open(ada, true);
    assert_eq!(started(&stage.heard(ada)).len(), 1);
}

#[test]
fn a_seat_is_given_up_when_nobody_comes_back() {
    let mut stage = Stage::new(quiet(8, 0));
    let (ada, bob) = (stage.enter("ADA"), stage.enter("BOB"));
    stage.run(2);
    stage.handle(HostEvent::LinkLost { slot: ada });
    stage.now = stage.now.plus_ms(SEAT_AWAY_MS_MAX - 20);
    stage.run(1);
    assert_eq!(stage.expired, []);
    stage.heard(bob);
    stage.run(1);
    assert_eq!(stage.expired, [ada]);
    assert!(stage.heard(bob).contains(&HostMessage::PlayerLeft { slot: ada }));
}

#[test]
fn a_seat_that_was_never_claimed_is_given_up() {
    let mut stage = Stage::new(quiet(1, 0));
    let ada = stage.join("ADA").expect("a seat");
    assert_eq!(stage.join("BOB"), Err(CloseCode::MatchFull));
    stage.now = stage.now.plus_ms(TICKET_MS_MAX + HANDSHAKE_MS_MAX);
    stage.run(1);
    assert_eq!(stage.expired, [ada]);
    assert!(stage.join("BOB").is_ok());
}

#[test]
fn teams_stay_even_whatever_people_wish() {
    let mut stage = Stage::new(MatchConfig { mode: Mode::Teams, ..quiet(16, 4) });
    for i in 0..10 {
        let wish = NewPlayer { name: format!("{i}"), colour: None, team: Some(Team::Blue) };
        let slot = stage.core.join(stage.now, &wish).expect("a seat");
        stage.open(slot, true);
    }
    let count = |team| stage.core.profiles().filter(|profile| profile.team == team).count();
    assert_eq!((count(Team::Blue), count(Team::Orange), count(Team::Solo)), (5, 5, 0));
}

#[test]
fn a_hidden_page_is_away_and_its_inputs_are_not_taken() {
    let mut stage = Stage::new(quiet(8, 0));
    let (ada, bob) = (stage.enter("ADA"), stage.enter("BOB"));
    stage.run(60);
    stage.handle(HostEvent::MessageArrived { slot: ada, message: PlayerMessage::Hidden { is_hidden: true } });
    stage.heard(bob);
    let before = stage.position(ada);
    for _ in 0..60 {
        let next = stage.core.tick_number().next();
        stage.send_inputs(ada, next, &[right()]);
        stage.run(1);
    }
    assert_eq!(stage.position(ada), before);
    assert!(stage.heard(bob).contains(&HostMessage::PlayerAway { slot: ada, is_away: true }));
    stage.handle(HostEvent::MessageArrived { slot: ada, message: PlayerMessage::Hidden { is_hidden: false } });
    let next = stage.core.tick_number().next();
    stage.send_inputs(ada, next, &[right()]);
    stage.run(2);
    assert_ne!(stage.position(ada), before);
}

#[test]
fn a_crowd_is_told_in_messages_that_fit() {
    let mut stage = Stage::new(quiet(600, 599));
    let ada = stage.enter("ADA");
    let heard = stage.heard(ada);
    let count = |message: &HostMessage| match message {
        HostMessage::MatchStarted(started) => started.players.len(),
        HostMessage::Roster { players } => players.len(),
        _ => 0,
    };
    assert_eq!(heard.iter().map(count).sum::<usize>(), 599);
    let lines = |message: &HostMessage| if let HostMessage::Scores(lines) = message { lines.len() } else { 0 };
    assert_eq!(heard.iter().map(lines).sum::<usize>(), 599);
}

// ---- snapshots ------------------------------------------------------------------------------------

/// A client that applies all it is sent and acknowledges it with every input.
struct Watcher {
    slot: PlayerSlot,
    decoder: SnapshotDecoder,
    /// The newest snapshot, and whether it told all that there was to tell.
    tick: Option<Tick>,
    margin_ticks: f32,
    pieces: usize,
}

impl Watcher {
    fn new(slot: PlayerSlot) -> Self {
        Self { slot, decoder: SnapshotDecoder::new(), tick: None, margin_ticks: 0.0, pieces: 0 }
    }

    fn take(&mut self, output: HostOutput) {
        match output {
            HostOutput::Snapshot { slot, bytes } if slot == self.slot => {
                let snapshot = self.decoder.apply(bytes).expect("what the host encodes can be applied");
                assert_eq!(snapshot.desync.unwrap_or(0), 0, "at {:?}", snapshot.tick);
                self.tick = Some(snapshot.tick);
                self.margin_ticks = snapshot.margin_ticks;
            }
            HostOutput::Message { slot, payload } if slot == self.slot => {
                let message = decode_host_message(&payload).expect("valid");
                if let HostMessage::BaselinePiece { tick, index, count, bytes } = message {
                    self.pieces += 1;
                    self.decoder.apply_baseline_piece(tick, index, count, &bytes).expect("valid");
                }
            }
            _ => {}
        }
    }

    fn answer(&self, stage: &mut Stage, lead: u32) {
        let ack = self.decoder.ack();
        let newest = stage.core.tick_number().plus(lead);
        let header = InputHeader { newest, ack: ack.snapshots, baseline: ack.baseline, view_lag_ticks: 2.0 };
        let mut packet = Vec::new();
        encode_input_packet(&header, [right(); 8], &mut packet);
        stage.handle(HostEvent::InputArrived { slot: self.slot, packet: &packet, at: stage.now });
    }
}

/// Runs the match, delivers to the watcher what `is_delivered` lets through.
fn watch(stage: &mut Stage, watcher: &mut Watcher, ticks: u32, mut is_delivered: impl FnMut(&HostOutput) -> bool) {
    for _ in 0..ticks {
        stage.now = stage.now.plus_us(TICK_US);
        stage.core.tick(stage.now);
        while let Some(output) = stage.core.poll_output() {
            if let HostOutput::Snapshot { slot, bytes } = &output {
                stage.snapshots.push((*slot, bytes.len()));
            }
            if is_delivered(&output) {
                watcher.take(output);
            }
        }
        watcher.answer(stage, 2);
    }
}

#[test]
fn a_watcher_follows_the_match_through_loss_and_no_hash_differs() {
    let seed = 21;
    let mut dice = Rng::new(seed);
    let mut stage = Stage::new(MatchConfig { with_state_hash: true, ..quiet(40, 32) });
    let ada = stage.join("ADA").expect("a seat");
    stage.core.handle(stage.now, HostEvent::LinkOpened { slot: ada, datagram_bytes_max: 1150, is_fresh: true }).expect("valid");
    let mut watcher = Watcher::new(ada);
    let is_delivered = |output: &HostOutput| !matches!(output, HostOutput::Snapshot { .. }) || !dice.chance(0.2);
    watch(&mut stage, &mut watcher, 600, is_delivered);
    assert!(watcher.pieces > 0, "the first state comes in pieces, seed {seed}");
    assert!(stage.core.tick_number().since(watcher.tick.expect("snapshots")) < 8, "seed {seed}");
    assert_eq!(stage.snapshots.iter().filter(|(slot, _)| *slot == ada).count(), 600, "one a tick");
    assert!(stage.snapshots.iter().all(|(_, bytes)| *bytes <= SNAPSHOT_BYTES_MAX));
}

#[test]
fn the_margin_comes_back_in_the_snapshot() {
    let mut stage = Stage::new(quiet(8, 0));
    let slot = stage.enter("ADA");
    let mut watcher = Watcher::new(slot);
    watch(&mut stage, &mut watcher, 60, |_| true);
    // Sent right after a tick began, for the one after the next: two ticks early.
    assert!((watcher.margin_ticks - 2.0).abs() < 0.2, "{}", watcher.margin_ticks);
}

#[test]
fn a_smaller_link_gets_smaller_snapshots() {
    let mut stage = Stage::new(quiet(64, 60));
    let slot = stage.enter("ADA");
    stage.handle(HostEvent::DatagramLimitChanged { slot, datagram_bytes_max: 300 });
    stage.run(60);
    assert!(stage.snapshots.iter().all(|(_, bytes)| *bytes <= 300));
}

#[test]
fn a_hidden_page_gets_keyframes_only_and_an_absent_player_nothing() {
    let mut stage = Stage::new(quiet(8, 4));
    let ada = stage.enter("ADA");
    stage.handle(HostEvent::MessageArrived { slot: ada, message: PlayerMessage::Hidden { is_hidden: true } });
    stage.run(80);
    assert_eq!(stage.snapshots.len(), 10);
    stage.handle(HostEvent::LinkLost { slot: ada });
    stage.snapshots.clear();
    stage.run(80);
    assert_eq!(stage.snapshots.len(), 0);
}

#[test]
fn a_desync_report_is_counted_and_answered_with_a_first_state() {
    let mut stage = Stage::new(quiet(8, 4));
    let ada = stage.enter("ADA");
    stage.run(60);
    stage.heard(ada);
    let pieces = |heard: Vec<HostMessage>| heard.iter().filter(|said| matches!(said, HostMessage::BaselinePiece { .. })).count();
    let report = PlayerMessage::Desync { tick: Tick(50), fields: 1 };
    stage.handle(HostEvent::MessageArrived { slot: ada, message: report.clone() });
    stage.run(20);
    assert!(pieces(stage.heard(ada)) >= 1);
    for _ in 0..50 {
        stage.handle(HostEvent::MessageArrived { slot: ada, message: report.clone() });
    }
    stage.run(20);
    assert!(pieces(stage.heard(ada)) <= 2, "asking more often gives no more");
    assert_eq!(stage.core.stats().desyncs, 51);
}

// ---- inputs ---------------------------------------------------------------------------------------

#[test]
fn an_input_moves_the_ship_at_its_tick_and_not_before() {
    let mut stage = Stage::new(quiet(8, 0));
    let ada = stage.enter("ADA");
    stage.run(1);
    let start = stage.position(ada);
    stage.send_inputs(ada, Tick(5), &[right()]);
    stage.run(3);
    assert_eq!((stage.core.tick_number(), stage.position(ada)), (Tick(4), start));
    stage.run(1);
    assert_ne!(stage.position(ada), start);
    assert_eq!(stage.core.stats().inputs.on_time, 1);
}

#[test]
fn inputs_too_late_or_too_far_ahead_change_nothing() {
    let mut stage = Stage::new(quiet(8, 0));
    let ada = stage.enter("ADA");
    stage.run(20);
    let start = stage.position(ada);
    stage.send_inputs(ada, Tick(20), &[right(); 4]);
    stage.send_inputs(ada, Tick(20 + INPUT_LEAD_TICKS_MAX + 1), &[right()]);
    stage.run(40);
    assert_eq!(stage.position(ada), start);
    let inputs = stage.core.stats().inputs;
    assert_eq!((inputs.late, inputs.early, inputs.on_time), (1, 1, 0));
}

#[test]
fn a_starved_ship_flies_on_for_a_while_and_then_coasts() {
    let mut stage = Stage::new(quiet(8, 0));
    let ada = stage.enter("ADA");
    stage.run(1);
    stage.send_inputs(ada, Tick(2), &[right()]);
    stage.run(1 + crate::limits::STARVATION_HOLD_TICKS);
    let speed = |stage: &Stage| stage.core.simulation().own_ship(ada).expect("a ship").body.vel.length();
    let fastest = speed(&stage);
    assert!(fastest > 1.0);
    stage.run(10);
    assert!(speed(&stage) < fastest, "nobody thrusts any more");
    assert_eq!(stage.core.stats().inputs.on_time, 1);
}

#[test]
fn malformed_inputs_close_their_sender_and_change_nothing() {
    let run = |is_hostile: bool| {
        let mut stage = Stage::new(quiet(8, 6));
        let ada = stage.enter("ADA");
        let mut dice = Rng::new(3);
        for _ in 0..120 {
            if is_hostile {
                let length = dice.below(30) as usize;
                let mut packet: Vec<u8> = (0..length).map(|_| dice.next_u32().to_le_bytes()[0]).collect();
                // Neither the valid kind nor anything else.
                if let Some(kind) = packet.first_mut() {
                    *kind |= 0x80;
                }
                let event = HostEvent::InputArrived { slot: ada, packet: &packet, at: stage.now };
                assert_eq!(stage.core.handle(stage.now, event), Err(CloseCode::Malformed));
            }
            stage.run(1);
        }
        stage.core.simulation().state_hash()
    };
    assert_eq!(run(false), run(true));
}

#[test]
fn events_of_seats_that_nobody_has_change_nothing() {
    let mut stage = Stage::new(quiet(8, 2));
    let bots = stage.core.bot_count();
    for slot in [PlayerSlot(0), PlayerSlot(1), PlayerSlot(7), PlayerSlot(1023), PlayerSlot(u16::MAX)] {
        stage.open(slot, true);
        stage.send_inputs(slot, Tick(1), &[right()]);
        stage.handle(HostEvent::MessageArrived { slot, message: PlayerMessage::BaselineWanted });
        stage.handle(HostEvent::MessageArrived { slot, message: PlayerMessage::Chat { text: "hello".into() } });
        stage.handle(HostEvent::PingMeasured { slot, ping_ms: 9 });
        stage.handle(HostEvent::LinkLost { slot });
        stage.handle(HostEvent::PlayerLeft { slot });
    }
    stage.run(2);
    assert_eq!((stage.core.bot_count(), stage.core.people_count()), (bots, 0));
    assert!(stage.said.is_empty());
}

// ---- what is said -----------------------------------------------------------------------------------

#[test]
fn chat_reaches_everybody_and_too_much_of_it_only_its_writer() {
    let mut stage = Stage::new(quiet(8, 0));
    let (ada, bob) = (stage.enter("ADA"), stage.enter("BOB"));
    stage.heard(ada);
    stage.heard(bob);
    for i in 0..10 {
        stage.handle(HostEvent::MessageArrived { slot: ada, message: PlayerMessage::Chat { text: format!(" line \t{i}") } });
    }
    let lines = stage.heard(bob);
    assert_eq!(lines.len(), CHAT_BURST_MAX as usize);
    assert_eq!(lines[0], HostMessage::Chat { from: ada, text: "line 0".into() });
    let notices = stage.heard(ada).into_iter().filter(|message| matches!(message, HostMessage::Notice { .. })).count();
    assert_eq!(notices, 10 - CHAT_BURST_MAX as usize);
}

#[test]
fn a_massacre_is_told_to_those_who_had_a_part_and_otherwise_in_part() {
    let mut stage = Stage::new(quiet(8, 0));
    let (ada, bob, eve) = (stage.enter("ADA"), stage.enter("BOB"), stage.enter("EVE"));
    stage.said.clear();
    let kill = Kill { tick: Tick(1), killer: Some(ada), victim: bob, assist: None, weapon: Weapon::Bolt };
    for _ in 0..200 {
        stage.core.announce_kill(stage.now, kill);
    }
    stage.collect();
    assert_eq!((stage.heard(ada).len(), stage.heard(bob).len()), (200, 200));
    assert_eq!(stage.heard(eve).len(), 2 * KILL_FEED_PER_S_MAX as usize);
}

#[test]
fn scores_are_told_at_most_twice_a_second_and_only_when_they_changed() {
    let mut stage = Stage::new(quiet(8, 0));
    let (ada, bob) = (stage.enter("ADA"), stage.enter("BOB"));
    stage.run(60);
    stage.heard(bob);
    let scores = |heard: Vec<HostMessage>| heard.into_iter().filter(|message| matches!(message, HostMessage::Scores(_))).count();
    stage.run(120);
    assert_eq!(scores(stage.heard(bob)), 0);
    for ping_ms in 0..120 {
        stage.handle(HostEvent::PingMeasured { slot: ada, ping_ms: ping_ms * 10 });
        stage.run(1);
    }
    assert_eq!(scores(stage.heard(bob)), 4);
}

#[test]
fn a_whole_match_passes_its_phases_and_the_next_begins_on_the_next_level() {
    let levels = vec![Arc::new(Level::open_box(40, 30)), Arc::new(Level::open_box(30, 20))];
    let config = MatchConfig { levels, tuning: short_rules(), ..quiet(8, 6) };
    let mut stage = Stage::new(config);
    let ada = stage.enter("ADA");
    stage.heard(ada);
    stage.run(30 + 240 + 60 + 20);
    let heard = stage.heard(ada);
    let phases: Vec<Phase> = heard
        .iter()
        .filter_map(|message| if let HostMessage::PhaseChanged(state) = message { Some(state.phase) } else { None })
        .collect();
    assert_eq!(phases, [Phase::Live, Phase::Ended]);
    let next = started(&heard);
    assert_eq!(next.len(), 1);
    assert_eq!((next[0].phase.phase, next[0].players.len()), (Phase::WarmUp, 6));
    assert_eq!(Level::from_bytes(&next[0].level).expect("a level").width_tiles(), 30);
    stage.run(330);
    assert_eq!(stage.core.level().width_tiles(), 40, "round and round");
}

#[test]
fn bots_fight_and_kills_hits_and_scores_are_told() {
    let tuning = Arc::new({
        let mut tuning = Tuning::default();
        tuning.rules.warm_up_ticks = 1;
        tuning
    });
    let mut stage = Stage::new(MatchConfig { tuning, ..quiet(16, 12) });
    let ada = stage.enter("ADA");
    stage.run(60 * 60);
    let heard = stage.heard(ada);
    let count = |is_it: fn(&HostMessage) -> bool| heard.iter().filter(|message| is_it(message)).count();
    assert!(count(|message| matches!(message, HostMessage::Killed(_))) > 0, "twelve ships in a small box for a minute");
    assert!(count(|message| matches!(message, HostMessage::Scores(lines) if lines.iter().any(|line| line.kills > 0))) > 0);
    assert!(stage.snapshots.iter().all(|(_, bytes)| *bytes <= SNAPSHOT_BYTES_MAX));
}

// ---- determinism --------------------------------------------------------------------------------

/// A minute of everything: people and bots come, fly, go away, come back and leave.
fn eventful(seed: u64, ticks: u32) -> (Stage, Vec<u64>) {
    let levels = vec![Arc::new(Level::open_box(40, 30)), Arc::new(Level::open_box(30, 20))];
    let config = MatchConfig { levels, tuning: short_rules(), seed, record_hash_every_ticks: Some(10), ..quiet(12, 6) };
    let mut stage = Stage::new(config);
    let mut dice = Rng::new(seed);
    let mut people: Vec<PlayerSlot> = Vec::new();
    let mut hashes = Vec::new();
    for _ in 0..ticks {
        let whom = people.get(dice.below(8) as usize).copied();
        match (dice.below(40), whom) {
            (0, _) if people.len() < 8 => people.push(stage.enter("somebody")),
            (1, Some(slot)) => stage.handle(HostEvent::LinkLost { slot }),
            (2, Some(slot)) => stage.open(slot, false),
            (3, Some(slot)) => {
                stage.handle(HostEvent::PlayerLeft { slot });
                people.retain(|other| *other != slot);
            }
            _ => {}
        }
        for slot in people.clone() {
            let stick = glam::Vec2::new(dice.range(-1.0, 1.0), dice.range(-1.0, 1.0));
            let input = PlayerInput::from_stick(stick, Aim(dice.below(4096) as u16), Buttons(dice.below(8) as u8));
            let newest = stage.core.tick_number().plus(1 + dice.below(3));
            stage.send_inputs(slot, newest, &[input; 3]);
        }
        stage.run(1);
        hashes.push(stage.core.simulation().state_hash());
    }
    (stage, hashes)
}

#[test]
fn the_same_seed_and_events_give_the_same_states() {
    let (_, first) = eventful(5, 500);
    let (_, second) = eventful(5, 500);
    assert_eq!(first, second);
    assert_ne!(first, eventful(6, 500).1);
}

#[test]
fn a_recording_replays_to_the_same_state_at_every_tick() {
    for seed in [1, 2, 3] {
        let (stage, hashes) = eventful(seed, 700);
        let mut replay = Replay::new(stage.core.recording().expect("was recorded")).expect("a recording");
        for (expected, hash) in (1u32..).zip(&hashes) {
            let tick = replay.step().expect("no divergence").expect("as long as the match");
            assert_eq!((tick, replay.sim.state_hash()), (Tick(expected), *hash), "seed {seed}");
        }
        assert_eq!(replay.step(), Ok(None));
    }
}

#[test]
fn rewinding_to_any_tick_and_playing_on_gives_the_same_states() {
    let seed = 4;
    let (stage, hashes) = eventful(seed, 400);
    let recording = stage.core.recording().expect("was recorded");
    for rewind_to in (0..400).step_by(37) {
        let mut replay = Replay::new(recording).expect("a recording");
        for _ in 0..rewind_to {
            replay.step().expect("no divergence");
        }
        for expected in &hashes[rewind_to..] {
            replay.step().expect("no divergence");
            assert_eq!(replay.sim.state_hash(), *expected, "seed {seed}, rewound to {rewind_to}");
        }
    }
}

#[test]
fn a_recording_that_was_tampered_with_says_where_it_diverges_or_that_it_is_none() {
    let (stage, _) = eventful(9, 120);
    let recording = stage.core.recording().expect("was recorded").to_vec();
    let play = |bytes: &[u8]| -> Result<(), RecordingError> {
        let mut replay = Replay::new(bytes)?;
        while replay.step()?.is_some() {}
        Ok(())
    };
    assert_eq!(play(&recording), Ok(()));
    let mut dice = Rng::new(8);
    let mut refused = 0;
    for _ in 0..60 {
        let mut bytes = recording.clone();
        let place = dice.below(u32::try_from(bytes.len()).expect("small")) as usize;
        bytes[place] ^= 1 << dice.below(8);
        refused += u32::from(play(&bytes).is_err());
    }
    assert!(refused > 30, "{refused} of 60 flipped bits were noticed");
    assert_eq!(play(b"something else"), Err(RecordingError::OtherFormat));
}
