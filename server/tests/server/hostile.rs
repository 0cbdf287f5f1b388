//! Clients that send nonsense or too much: closed with the reason, and nobody else notices.

use std::time::Duration;

use slipstream_shared::limits::RELIABLE_FRAME_BYTES_MAX;
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::codec::encode_frame;
use slipstream_shared::protocol::frame::{Frame, Hello, datagram_kind};

use crate::kit::{Player, RawLink, TestServer};

#[tokio::test]
async fn a_first_frame_that_is_no_hello_is_malformed() {
    let server = TestServer::start().await;
    for garbage in [&b""[..], b"\xff\xff\xff", b"GET / HTTP/1.1\r\n\r\n"] {
        let mut link = RawLink::open(&server.grant("EVE").await).await;
        link.send_bytes(garbage).await;
        assert_eq!(link.goodbye().await.0, CloseCode::Malformed.number(), "{garbage:?}");
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_frame_beyond_its_bound_is_malformed_before_it_is_read() {
    let server = TestServer::start().await;
    let mut link = RawLink::open(&server.grant("EVE").await).await;
    link.send_hello().await;
    let length = u16::try_from(RELIABLE_FRAME_BYTES_MAX + 1).unwrap();
    link.write(&length.to_le_bytes()).await;
    assert_eq!(link.goodbye().await.0, CloseCode::Malformed.number());
    server.stopped().await;
}

#[tokio::test]
async fn another_version_is_told_so() {
    let server = TestServer::start().await;
    let mut link = RawLink::open(&server.grant("OLD").await).await;
    link.send(&Frame::Hello(Hello { protocol_version: 0xfff0, session: 0, received_seq: 0 })).await;
    assert_eq!(link.goodbye().await.0, CloseCode::WrongVersion.number());
    server.stopped().await;
}

#[tokio::test]
async fn who_never_says_hello_is_told_that_it_took_too_long() {
    let server = TestServer::start().await;
    let mut link = RawLink::open(&server.grant("MUM").await).await;
    // A stream exists for the server once something is on it; half a length is not yet a frame.
    link.write(&[9]).await;
    assert_eq!(link.goodbye().await.0, CloseCode::HandshakeTimeout.number());
    server.stopped().await;
}

#[tokio::test]
async fn a_malformed_input_ends_its_sender_only() {
    let server = TestServer::start().await;
    let mut ada = Player::join(server.grant("ADA").await).await;
    let mut eve = RawLink::open(&server.grant("EVE").await).await;
    eve.send_hello().await;
    assert!(matches!(eve.next_frame().await, Some(Frame::Welcome(_))));
    let goodbye = tokio::spawn(async move {
        let connection = eve.connection.clone();
        // Datagrams may be lost: again and again.
        let mut again = tokio::time::interval(Duration::from_millis(20));
        let sending = async {
            loop {
                again.tick().await;
                let _ = connection.send_datagram([datagram_kind::INPUT, 1, 2]);
            }
        };
        tokio::select! {
            (code, _) = eve.goodbye() => code,
            () = sending => 0,
        }
    });
    ada.play_until("the end of EVE", |_| goodbye.is_finished()).await;
    assert_eq!(goodbye.await.unwrap(), CloseCode::Malformed.number());
    ada.play_until_tick(ada.host_tick() + 10).await;
    server.stopped().await;
}

#[tokio::test]
async fn a_flood_of_messages_ends_with_its_code_and_the_neighbour_plays_on() {
    let server = TestServer::start().await;
    let mut ada = Player::join(server.grant("ADA").await).await;
    let mut eve = RawLink::open(&server.grant("EVE").await).await;
    let flood = tokio::spawn(async move {
        eve.send_hello().await;
        let mut frames = Vec::new();
        for seq in 1..=2_000 {
            let mut frame = Vec::new();
            encode_frame(&Frame::Message { seq, bytes: vec![0, 1, b'x'] }, &mut frame);
            frames.extend_from_slice(&u16::try_from(frame.len()).unwrap().to_le_bytes());
            frames.extend_from_slice(&frame);
        }
        eve.write(&frames).await;
        eve.goodbye().await
    });
    ada.play_until("the end of the flood", |_| flood.is_finished()).await;
    let (code, retry_after_ms) = flood.await.unwrap();
    assert_eq!(code, CloseCode::Flooding.number());
    assert!(retry_after_ms > 0, "it is told to stay away for a while");
    ada.play_until_tick(ada.host_tick() + 10).await;
    server.stopped().await;
}
