//! Join, lose the link, come back, reload the page, leave: the seat stays, and reliable messages continue where they broke off.

use slipstream_shared::client::{ClientEvent, Connection};
use slipstream_shared::limits::SEAT_AWAY_MS_MAX;
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::event::PlayerMessage;
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::{small_room, stats};
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

fn two_players(seed: u64) -> Stepper {
    let mut stepper = Stepper::new(seed, small_room(seed));
    let net = NetProfile { jitter_ms: 10.0, loss: 0.05, ..NetProfile::with_rtt(60.0) };
    for index in 0..2 {
        stepper.join(ClientSetup::new(net, Wanderer::new(seed * 10 + index)));
    }
    stepper.run_ms(3000);
    stepper
}

fn is_playing(stepper: &Stepper, index: usize) -> bool {
    let stats = stats(stepper, index);
    stats.connection == Connection::Live && stats.snapshot_age_ms < 200.0 && stats.visible == 2
}

fn chats(stepper: &Stepper, index: usize) -> Vec<String> {
    let texts = stepper.clients[index].events.iter();
    texts.filter_map(|event| if let ClientEvent::Chat { text, .. } = event { Some(text.clone()) } else { None }).collect()
}

#[test]
fn a_newcomer_is_told_all_and_plays_within_a_second() {
    let mut stepper = two_players(1);
    let net = NetProfile::with_rtt(100.0);
    let newcomer = stepper.join(ClientSetup::new(net, Wanderer::new(9)));
    stepper.run_ms(1000);
    let stats = stats(&stepper, newcomer);
    assert!(stats.connection == Connection::Live && stats.visible == 3, "{stats:?}");
    let kinds: Vec<&'static str> = stepper.clients[newcomer]
        .events
        .iter()
        .map(|event| match event {
            ClientEvent::Welcome { .. } => "welcome",
            ClientEvent::Level { .. } => "level",
            ClientEvent::Roster { .. } => "roster",
            ClientEvent::Phase { .. } => "phase",
            _ => "other",
        })
        .collect();
    assert!(["welcome", "level", "roster", "phase"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
}

#[test]
fn a_lost_link_is_resumed_and_no_message_is_lost_or_doubled() {
    for seed in 1..6 {
        let mut stepper = two_players(seed);
        let mut said = Vec::new();
        for round in 0..6 {
            for number in 0..2 {
                let text = format!("{round}.{number}");
                stepper.clients[1].core.send(&PlayerMessage::Chat { text: text.clone() }).unwrap();
                said.push(text);
                stepper.run_ms(150);
            }
            match round % 3 {
                0 => stepper.cut_link(0),
                1 => stepper.cut_link(1),
                _ => {}
            }
            stepper.run_ms(400);
            if round % 3 < 2 {
                stepper.open_link(round % 3);
            }
            stepper.run_ms(1200);
            assert!(is_playing(&stepper, 0) && is_playing(&stepper, 1), "seed {seed} round {round}");
        }
        assert_eq!(chats(&stepper, 0), said, "seed {seed}");
        let levels = stepper.clients[0].events.iter().filter(|event| matches!(event, ClientEvent::Level { .. })).count();
        assert_eq!(levels, 1, "seed {seed}: what was known already was not told again");
    }
}

#[test]
fn the_others_see_who_is_away() {
    let mut stepper = two_players(1);
    stepper.cut_link(0);
    stepper.run_ms(1000);
    stepper.open_link(0);
    stepper.run_ms(1000);
    let slot = stepper.clients[0].slot;
    let seen = stepper.clients[1].events.iter();
    let away: Vec<bool> = seen
        .filter_map(|event| match event {
            ClientEvent::Away { slot: who, is_away } if *who == slot => Some(*is_away),
            _ => None,
        })
        .collect();
    assert_eq!(away, [true, false]);
}

#[test]
fn a_reloaded_page_gets_its_seat_back_and_is_told_everything_again() {
    for seed in 1..4 {
        let mut stepper = two_players(seed);
        let slot = stepper.clients[0].slot;
        stepper.reload_page(0);
        stepper.run_ms(1500);
        assert!(is_playing(&stepper, 0), "seed {seed}: {:?}", stats(&stepper, 0));
        assert_eq!(stepper.clients[0].core.own_slot(), Some(slot));
        assert!(stepper.clients[0].events.iter().any(|event| matches!(event, ClientEvent::Level { .. })), "seed {seed}");
    }
}

#[test]
fn a_seat_that_nobody_comes_back_to_is_given_up() {
    let mut stepper = two_players(1);
    stepper.cut_link(0);
    stepper.run_ms(SEAT_AWAY_MS_MAX + 1000);
    assert_eq!(stepper.clients[0].closed, Some(CloseCode::SeatExpired));
    assert_eq!(stats(&stepper, 1).visible, 1);
}

#[test]
fn who_leaves_is_gone_from_the_roster() {
    let mut stepper = two_players(1);
    stepper.leave(0);
    stepper.run_ms(1000);
    let last = stepper.clients[1].events.iter().rev().find_map(|event| match event {
        ClientEvent::Roster { players, .. } => Some(players.len()),
        _ => None,
    });
    assert_eq!(last, Some(1));
}
