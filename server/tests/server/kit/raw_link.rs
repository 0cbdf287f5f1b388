//! A WebTransport client that sends whatever a test wants, and trusts certificates by hash as browsers do.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, SignatureScheme};
use sha2::{Digest as _, Sha256};
use slipstream_server::transport::tls::provider;
use slipstream_shared::protocol::codec::{decode_frame, encode_frame};
use slipstream_shared::protocol::frame::{Frame, Hello};
use slipstream_shared::protocol::version::PROTOCOL_VERSION;
use tokio::sync::mpsc;
use wtransport::endpoint::ConnectOptions;
use wtransport::error::ConnectingError;
use wtransport::{ClientConfig, Connection, Endpoint, RecvStream, SendStream};

use super::{Grant, PATIENCE};

pub struct RawLink {
    pub connection: Connection,
    sending: SendStream,
    frames: mpsc::Receiver<Vec<u8>>,
    // Keeps the socket.
    _endpoint: Endpoint<wtransport::endpoint::endpoint_side::Client>,
}

/// Opens a session and its reliable stream.
pub async fn connect(address: &str, hashes: &[String]) -> Result<RawLink, ConnectingError> {
    connect_with(address, hashes, &[]).await
}

pub async fn connect_with(address: &str, hashes: &[String], headers: &[(&str, &str)]) -> Result<RawLink, ConnectingError> {
    let mut options = ConnectOptions::builder(address);
    for (name, value) in headers {
        options = options.add_header(*name, *value);
    }
    let config = ClientConfig::builder().with_bind_default().with_custom_tls(tls_by_hash(hashes)).build();
    let endpoint = Endpoint::client(config).unwrap();
    let connecting = tokio::time::timeout(PATIENCE, endpoint.connect(options.build()));
    let connection = connecting.await.expect("an answer in time")?;
    let (sending, receiving) = connection.open_bi().await.unwrap().await.unwrap();
    let (sender, frames) = mpsc::channel(1024);
    tokio::spawn(read_frames(receiving, sender));
    Ok(RawLink { connection, sending, frames, _endpoint: endpoint })
}

async fn read_frames(mut stream: RecvStream, frames: mpsc::Sender<Vec<u8>>) {
    let mut length = [0; 2];
    while stream.read_exact(&mut length).await.is_ok() {
        let mut frame = vec![0; usize::from(u16::from_le_bytes(length))];
        if stream.read_exact(&mut frame).await.is_err() || frames.send(frame).await.is_err() {
            return;
        }
    }
}

impl RawLink {
    pub async fn open(grant: &Grant) -> Self {
        connect(&grant.address(), &grant.hashes).await.unwrap()
    }

    pub async fn send(&mut self, frame: &Frame) {
        let mut bytes = Vec::new();
        encode_frame(frame, &mut bytes);
        self.send_bytes(&bytes).await;
    }

    pub async fn send_hello(&mut self) {
        self.send(&Frame::Hello(Hello { protocol_version: PROTOCOL_VERSION, session: 0, received_seq: 0 })).await;
    }

    pub async fn send_bytes(&mut self, frame: &[u8]) {
        let length = u16::try_from(frame.len()).unwrap();
        self.write(&length.to_le_bytes()).await;
        self.write(frame).await;
    }

    /// Without a length.
    pub async fn write(&mut self, bytes: &[u8]) {
        // A server that has said goodbye need not listen any more.
        let _ = self.sending.write_all(bytes).await;
    }

    /// A whole frame; `None` when the stream has ended.
    pub async fn receive(&mut self) -> Option<Vec<u8>> {
        self.frames.recv().await
    }

    pub async fn next_frame(&mut self) -> Option<Frame> {
        let bytes = tokio::time::timeout(PATIENCE, self.receive()).await.expect("a frame or the end, in time")?;
        Some(decode_frame(&bytes).expect("the server writes frames"))
    }

    /// Reads on until the goodbye: its code and when to come back.
    pub async fn goodbye(&mut self) -> (u16, u32) {
        loop {
            match self.next_frame().await.expect("a goodbye before the end") {
                Frame::Goodbye { code, retry_after_ms, .. } => return (code, retry_after_ms),
                _ => continue,
            }
        }
    }
}

/// Compares hashes and nothing else: tests move through time, certificates do not.
#[derive(Debug)]
struct ByHash(Vec<Vec<u8>>);

fn tls_by_hash(hashes: &[String]) -> rustls::ClientConfig {
    let verifier = ByHash(hashes.iter().map(|hash| STANDARD.decode(hash).unwrap()).collect());
    let mut config = rustls::ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h3".to_vec()];
    config
}

impl ServerCertVerifier for ByHash {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let hash = Sha256::digest(certificate.as_ref());
        if self.0.iter().any(|trusted| trusted[..] == hash[..]) {
            return Ok(ServerCertVerified::assertion());
        }
        Err(rustls::Error::General("no hash fits".into()))
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("QUIC has TLS 1.3".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = provider().signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, &algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        provider().signature_verification_algorithms.supported_schemes()
    }
}
