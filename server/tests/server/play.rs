//! A player's life: join, play, lose the link, come back.

use serde_json::json;
use slipstream_shared::client::ClientEvent;
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::event::PlayerMessage;
use slipstream_shared::protocol::frame::Frame;

use crate::kit::{Player, RawLink, TestServer, connect};

#[tokio::test]
async fn a_joiner_is_welcomed_sees_ships_and_is_heard() {
    let server = TestServer::start().await;
    let mut player = Player::join(server.grant("ADA").await).await;
    player.play_until_stats("other ships", |stats| stats.visible >= 2).await;
    player.play_until_stats("inputs that the server has heard", |stats| stats.input_margin_ticks != 0.0).await;
    let list = server.get("/api/v1/matches").await;
    assert_eq!(list.body["matches"][0]["map"].as_str().map(str::is_empty), Some(false));
    server.stopped().await;
}

#[tokio::test]
async fn two_players_see_each_other_by_name() {
    let server = TestServer::start_with(|config| config.fill_to = 0).await;
    let mut ada = Player::join(server.grant("ADA").await).await;
    let _bob = Player::join(server.grant("BOB").await).await;
    let has_bob = |event: &ClientEvent| event.to_json().contains("\"BOB\"").then_some(());
    ada.play_until_event("the arrival of BOB", has_bob).await;
    server.stopped().await;
}

#[tokio::test]
async fn a_lost_link_resumes_on_the_same_seat_again_and_again() {
    let server = TestServer::start().await;
    let mut player = Player::join(server.grant("ADA").await).await;
    let slot = player.core.own_slot();
    for round in 0..3 {
        let token = player.token();
        player.lose_link();
        player.resume().await;
        player.play_until("a new token", |core| core.resume_token() != Some(&token)).await;
        assert_eq!(player.core.own_slot(), slot, "round {round}");
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_used_resume_token_dies_once_the_next_one_has_arrived() {
    let server = TestServer::start().await;
    let mut player = Player::join(server.grant("ADA").await).await;
    let old = player.token();
    player.lose_link();
    player.resume().await;
    player.play_until("a new token", |core| core.resume_token() != Some(&old)).await;
    // Until the server has heard the client on the new link, the old token may still serve. Its own words coming back prove that.
    player.core.send(&PlayerMessage::Chat { text: "here again".to_owned() }).unwrap();
    player.play_until_event("its own words", |event| matches!(event, ClientEvent::Chat { .. }).then_some(())).await;
    let refused = connect(&player.grant.resume_address(&old), &player.grant.hashes).await;
    assert!(refused.is_err(), "the old token still serves");
    server.stopped().await;
}

#[tokio::test]
async fn a_newer_link_takes_the_seat_over_while_the_old_one_lives() {
    let server = TestServer::start().await;
    let grant = server.grant("ADA").await;
    let mut old = RawLink::open(&grant).await;
    old.send_hello().await;
    let Some(Frame::Welcome(first)) = old.next_frame().await else { panic!("no welcome") };
    let mut new = connect(&grant.resume_address(&first.resume_token), &grant.hashes).await.unwrap();
    new.send_hello().await;
    let Some(Frame::Welcome(second)) = new.next_frame().await else { panic!("no second welcome") };
    assert_eq!((second.session, second.epoch), (first.session, first.epoch + 1));
    assert_ne!(second.resume_token, first.resume_token);
    assert_eq!(old.goodbye().await.0, CloseCode::Replaced.number());
    server.stopped().await;
}

#[tokio::test]
async fn who_says_goodbye_has_left() {
    let server = TestServer::start().await;
    let grant = server.grant("ADA").await;
    let mut link = RawLink::open(&grant).await;
    link.send_hello().await;
    let Some(Frame::Welcome(welcome)) = link.next_frame().await else { panic!("no welcome") };
    let code = CloseCode::Done.number();
    link.send(&Frame::Goodbye { code, retry_after_ms: 0, reason: String::new() }).await;
    while link.next_frame().await.is_some_and(|frame| !matches!(frame, Frame::Goodbye { .. })) {}
    assert!(connect(&grant.resume_address(&welcome.resume_token), &grant.hashes).await.is_err(), "the seat is gone");
    server.stopped().await;
}

#[tokio::test]
async fn a_full_match_says_so_and_when_to_ask_again() {
    let server = TestServer::start_with(|config| config.players_max = 1).await;
    let (one, two) = (server.grant("ONE").await, server.grant("TWO").await);
    let _seated = Player::join(one).await;
    let mut late = RawLink::open(&two).await;
    late.send_hello().await;
    let (code, retry_after_ms) = late.goodbye().await;
    assert_eq!(code, CloseCode::MatchFull.number());
    assert!(retry_after_ms > 0);
    server.stopped().await;
}

#[tokio::test]
async fn a_match_of_ones_own_is_joined_by_its_name() {
    let server = TestServer::start().await;
    let created = server.post("/api/v1/matches", json!({ "mode": "teams", "bots": 1 })).await;
    assert_eq!((created.status, created.body["mode"].as_str()), (201, Some("teams")), "{created:?}");
    let path = created.header("location").unwrap().to_owned();
    assert_eq!(server.get(&path).await.body["id"], created.body["id"]);
    let joined = server.post(&format!("{path}/join"), json!({ "name": "ADA" })).await;
    assert_eq!((joined.status, &joined.body["match_id"]), (200, &created.body["id"]));
    server.stopped().await;
}

#[tokio::test]
async fn a_cut_link_of_a_development_server_ends_without_a_word() {
    let server = TestServer::start().await;
    let mut player = Player::join(server.grant("ADA").await).await;
    let slot = player.core.own_slot().unwrap().0;
    assert_eq!(server.post(&format!("/api/v1/dev/cut?slot={slot}"), json!({})).await.status, 204);
    assert_eq!(server.post(&format!("/api/v1/dev/cut?slot={slot}"), json!({})).await.status, 404, "it is cut already");
    player.lose_link();
    player.resume().await;
    assert_eq!(server.post("/api/v1/dev/cut?slot=999", json!({})).await.status, 404);
    server.stopped().await;
}
