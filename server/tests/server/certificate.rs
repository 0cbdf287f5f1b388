//! Certificates change under a running server, and nobody notices.

use rustls::pki_types::ServerName;
use slipstream_server::config::TlsFiles;

use crate::kit::{Player, RawLink, TestServer, ask_over, connect};

#[tokio::test]
async fn a_rotation_keeps_open_links_and_fits_hashes_given_out_before() {
    let server = TestServer::start().await;
    let early = server.grant("EARLY").await;
    let mut player = Player::join(server.grant("ADA").await).await;

    let due = server.certificates.due_at();
    assert!(server.listener.renew_certificate_if_due(due).unwrap());

    let next_only = [early.hashes[1].clone()];
    assert!(connect(&early.address(), &next_only).await.is_ok(), "the hash published before is the one in use now");
    let late = server.grant("LATE").await;
    assert_eq!(late.hashes[0], early.hashes[1]);
    let _link = RawLink::open(&late).await;
    player.play_until_tick(player.host_tick() + 10).await;
    server.stopped().await;
}

#[tokio::test]
async fn https_serves_the_api_with_the_operators_certificate() {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let directory = std::env::temp_dir().join(format!("slipstream-https-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let files = TlsFiles { cert: directory.join("cert.pem"), key: directory.join("key.pem") };
    std::fs::write(&files.cert, certificate.pem()).unwrap();
    std::fs::write(&files.key, key.serialize_pem()).unwrap();
    let server = TestServer::start_with(|config| config.tls = Some(files)).await;

    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.der().clone()).unwrap();
    for (protocol, is_http1) in [(&b"http/1.1"[..], true), (b"h2", false)] {
        let mut config = rustls::ClientConfig::builder_with_provider(slipstream_server::transport::tls::provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.to_vec()];
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
        let tcp = tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await.unwrap();
        let stream = connector.connect(ServerName::try_from("localhost").unwrap(), tcp).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol));
        if is_http1 {
            let answer = ask_over(stream, "GET", "/api/v1/info", &[], None).await;
            assert_eq!((answer.status, answer.body["name"].as_str()), (200, Some("Slipstream")), "{answer:?}");
        }
    }
    server.stopped().await;
    std::fs::remove_dir_all(directory).unwrap();
}
