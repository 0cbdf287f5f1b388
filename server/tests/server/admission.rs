//! Who is let in: tickets once and in time, origins from the list, so many from one address.

use wtransport::error::ConnectingError;

use crate::kit::{RawLink, TestServer, connect, connect_with};

fn is_refused<T>(outcome: &Result<T, ConnectingError>) -> bool {
    matches!(outcome, Err(ConnectingError::SessionRejected))
}

#[tokio::test]
async fn a_ticket_opens_one_session_and_no_second() {
    let server = TestServer::start().await;
    let grant = server.grant("ADA").await;
    let _first = RawLink::open(&grant).await;
    assert!(is_refused(&connect(&grant.address(), &grant.hashes).await));
    server.stopped().await;
}

#[tokio::test]
async fn without_a_valid_ticket_nobody_is_let_in() {
    let server = TestServer::start().await;
    let grant = server.grant("ADA").await;
    let forged = format!("{}?ticket=A{}", grant.url, &grant.ticket[1..].chars().rev().collect::<String>());
    for address in
        [grant.url.clone(), forged, format!("{}?resume=guessed", grant.url), grant.address().replace("/wt?", "/other?")]
    {
        assert!(is_refused(&connect(&address, &grant.hashes).await), "{address}");
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_and_uses_no_ticket_up() {
    let server = TestServer::start().await;
    let grant = server.grant("ADA").await;
    let foreign = connect_with(&grant.address(), &grant.hashes, &[("origin", "https://evil.example")]).await;
    assert!(is_refused(&foreign));
    let own = connect_with(&grant.address(), &grant.hashes, &[("origin", "http://localhost:8080")]).await;
    assert!(own.is_ok());
    server.stopped().await;
}

#[tokio::test]
async fn one_address_has_so_many_sessions_and_a_refused_one_keeps_its_ticket() {
    let server = TestServer::start_with(|config| config.sessions_per_address_max = 1).await;
    let (one, two) = (server.grant("ONE").await, server.grant("TWO").await);
    let first = RawLink::open(&one).await;
    assert!(is_refused(&connect(&two.address(), &two.hashes).await));
    drop(first);
    // The place is free as soon as the server has heard of the end.
    let in_time = tokio::time::timeout(crate::kit::PATIENCE, async {
        while connect(&two.address(), &two.hashes).await.is_err() {
            tokio::task::yield_now().await;
        }
    });
    in_time.await.expect("the place is given back");
    server.stopped().await;
}

#[tokio::test]
async fn only_the_published_certificate_is_shown() {
    let server = TestServer::start().await;
    let grant = server.grant("ADA").await;
    let other = vec!["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()];
    assert!(matches!(connect(&grant.address(), &other).await, Err(ConnectingError::ConnectionError(_))));
    server.stopped().await;
}
