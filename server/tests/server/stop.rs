//! A server that stops says goodbye to everybody first.

use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::frame::Frame;

use crate::kit::{RawLink, TestServer};

#[tokio::test]
async fn everybody_hears_that_it_goes_away_and_when_to_come_back() {
    let server = TestServer::start().await;
    let mut greeted = RawLink::open(&server.grant("ADA").await).await;
    greeted.send_hello().await;
    assert!(matches!(greeted.next_frame().await, Some(Frame::Welcome(_))));
    server.request_stop();
    let (code, retry_after_ms) = greeted.goodbye().await;
    assert_eq!(code, CloseCode::GoingAway.number());
    assert!(retry_after_ms > 0);
    server.stopped().await;
}

#[tokio::test]
async fn a_server_that_stops_lets_nobody_in() {
    let server = TestServer::start().await;
    let port = server.port;
    server.stopped().await;
    let connected = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    assert!(connected.is_err(), "nobody listens any more");
}
