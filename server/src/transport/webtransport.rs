//! WebTransport: one UDP port, a QUIC endpoint of our own that feeds wtransport, one link per admitted connection.
//!
//! Datagrams go straight to and from the QUIC connection: a browser's session has id 0, so its datagrams begin with one zero
//! byte, the headroom that every envelope carries. The reliable lane is one stream that the client opens, of frames
//! preceded by their length. Close reasons never reach a page's script: a goodbye frame goes before every close.

use std::net::{IpAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use quinn::{TransportConfig, VarInt};
use slipstream_shared::limits::{HANDSHAKE_MS_MAX, RELIABLE_FRAME_BYTES_MAX, SERVER_SILENCE_MS_MAX};
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::codec::encode_frame;
use slipstream_shared::protocol::envelope::{Lane, LinkCaps};
use slipstream_shared::protocol::frame::Frame;
use time::OffsetDateTime;
use tokio::sync::Semaphore;
use wtransport::endpoint::{IncomingSessionFuture, SessionRequest};
use wtransport::{RecvStream, SendStream};

use crate::clock::Clock;
use crate::link::{Arrival, Credential, Door, Inbox, Link, Refusal};
use crate::outbox::{Closer, DATAGRAM_HEADROOM, DatagramSink, Goodbye, OutboxReader, Outgoing, outbox};
use crate::shutdown::Shutdown;
use crate::transport::address_count::{AddressCount, AddressPermit};
use crate::transport::certificate::{CertificatePair, MintError};
use crate::transport::congestion::FlooredFactory;
use crate::transport::tls::{TlsError, quic_config};

/// Where clients connect.
pub const PATH: &str = "/wt";
/// A goodbye is given this long to arrive before the connection is closed under it.
const GOODBYE_MS_MAX: u64 = 250;
/// One for the CONNECT request, one for the reliable lane, two for clients that open them before we have read the first.
const BIDI_STREAMS_MAX: u32 = 4;
/// HTTP/3 itself needs three: control and the two of QPACK.
const UNI_STREAMS_MAX: u32 = 8;
/// A client's frames are short; the window bounds what it can make us keep.
const STREAM_WINDOW_BYTES: u32 = 32 * 1024;
/// Sent and not yet acknowledged on the reliable lane.
const SEND_WINDOW_BYTES: u64 = 128 * 1024;
/// Snapshots that wait for the network; the oldest makes room. More would only be late.
const DATAGRAM_SEND_BYTES: usize = 4 * 1024;
/// Inputs that wait for the reader.
const DATAGRAM_RECEIVE_BYTES: usize = 8 * 1024;
/// Handshakes at once; beyond it addresses have to prove that they are real.
const UNPROVEN_HANDSHAKES_MAX: usize = 64;

/// What has happened at this listener since it began.
#[derive(Debug, Default)]
pub struct WebTransportStats {
    pub connections_refused: AtomicU64,
    pub sessions_refused: AtomicU64,
    pub handshakes_failed: AtomicU64,
    pub sessions_accepted: AtomicU64,
    pub sessions_ended: AtomicU64,
    pub datagrams_received: AtomicU64,
    pub datagrams_sent: AtomicU64,
    pub datagram_bytes_sent: AtomicU64,
    pub datagrams_refused: AtomicU64,
}

#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Mint(#[from] MintError),
    #[error("UDP: {0}")]
    Socket(#[from] std::io::Error),
}

/// Bounds of the listener.
#[derive(Clone, Copy, Debug)]
pub struct WebTransportLimits {
    pub connections_max: usize,
    pub sessions_per_address_max: usize,
}

pub struct WebTransportListener {
    endpoint: quinn::Endpoint,
    certificates: Arc<CertificatePair>,
    limits: WebTransportLimits,
    clock: Clock,
    pub stats: Arc<WebTransportStats>,
}

impl WebTransportListener {
    /// Listens on a bound socket; must be called within the runtime.
    pub fn new(
        socket: UdpSocket,
        certificates: Arc<CertificatePair>,
        limits: WebTransportLimits,
        clock: Clock,
    ) -> Result<Self, ListenError> {
        let server = certificates.with_current(quic_config)?;
        let endpoint = quinn::Endpoint::new(
            quinn::EndpointConfig::default(),
            Some(server_config(server)),
            socket,
            Arc::new(quinn::TokioRuntime),
        )?;
        Ok(Self { endpoint, certificates, limits, clock, stats: Arc::default() })
    }

    /// Moves on to the next certificate when its time has come: for new connections, the open ones keep theirs.
    pub fn renew_certificate_if_due(&self, now: OffsetDateTime) -> Result<bool, ListenError> {
        if !self.certificates.rotate_if_due(now)? {
            return Ok(false);
        }
        let server = self.certificates.with_current(quic_config)?;
        self.endpoint.set_server_config(Some(server_config(server)));
        Ok(true)
    }

    /// Accepts until the shutdown is requested. The connections themselves end by their goodbyes.
    pub async fn run<D: Door>(&self, door: Arc<D>, shutdown: Shutdown) {
        let desk = Arc::new(Desk {
            door,
            clock: self.clock,
            stats: self.stats.clone(),
            connections: Arc::new(Semaphore::new(self.limits.connections_max)),
            // Twice, so that somebody at the limit can still take a seat over with a new link, and is told so by a status.
            connections_of: AddressCount::new(self.limits.sessions_per_address_max * 2),
            sessions_of: AddressCount::new(self.limits.sessions_per_address_max),
            handshakes: Arc::new(Semaphore::new(UNPROVEN_HANDSHAKES_MAX)),
            shutdown: shutdown.clone(),
        });
        loop {
            let incoming = tokio::select! {
                () = shutdown.requested() => return,
                incoming = self.endpoint.accept() => match incoming {
                    Some(incoming) => incoming,
                    None => return,
                },
            };
            if let Some(serving) = desk.clone().receive(incoming) {
                shutdown.spawn(serving);
            }
        }
    }

    /// Ends whatever is still open and lets the last packets leave.
    pub async fn close(&self) {
        self.endpoint.close(VarInt::from_u32(u32::from(CloseCode::GoingAway.number())), b"");
        let _ = tokio::time::timeout(Duration::from_millis(GOODBYE_MS_MAX), self.endpoint.wait_idle()).await;
    }
}

fn server_config(crypto: quinn::crypto::rustls::QuicServerConfig) -> quinn::ServerConfig {
    let mut config = quinn::ServerConfig::with_crypto(Arc::new(crypto));
    let mut transport = TransportConfig::default();
    transport
        .max_concurrent_bidi_streams(BIDI_STREAMS_MAX.into())
        .max_concurrent_uni_streams(UNI_STREAMS_MAX.into())
        .stream_receive_window(STREAM_WINDOW_BYTES.into())
        .receive_window((2 * STREAM_WINDOW_BYTES).into())
        .send_window(SEND_WINDOW_BYTES)
        .datagram_send_buffer_size(DATAGRAM_SEND_BYTES)
        .datagram_receive_buffer_size(Some(DATAGRAM_RECEIVE_BYTES))
        .max_idle_timeout(Some(quinn::IdleTimeout::from(VarInt::from_u32(SILENCE_MS))))
        // Snapshots fit the smallest packet; probes would only cost memory and packets.
        .mtu_discovery_config(None)
        // A batch buffer per connection costs more memory than one packet a tick can repay.
        .enable_segmentation_offload(false)
        .congestion_controller_factory(Arc::new(FlooredFactory));
    config.transport_config(Arc::new(transport));
    config
}

#[allow(clippy::cast_possible_truncation)]
const SILENCE_MS: u32 = SERVER_SILENCE_MS_MAX as u32;

/// Everything that one arriving connection needs.
struct Desk<D> {
    door: Arc<D>,
    clock: Clock,
    stats: Arc<WebTransportStats>,
    connections: Arc<Semaphore>,
    connections_of: Arc<AddressCount>,
    sessions_of: Arc<AddressCount>,
    handshakes: Arc<Semaphore>,
    shutdown: Shutdown,
}

impl<D: Door> Desk<D> {
    /// Decides before any work is done; what comes back is the connection's life.
    fn receive(self: Arc<Self>, incoming: quinn::Incoming) -> Option<impl Future<Output = ()> + Send + use<D>> {
        let remote = incoming.remote_address().ip();
        let handshake = self.handshakes.clone().try_acquire_owned().ok();
        if handshake.is_none() && !incoming.remote_address_validated() && incoming.may_retry() {
            // Many at once: let the address prove itself before it costs anything.
            let _ = incoming.retry();
            return None;
        }
        let places = self.connections.clone().try_acquire_owned().ok().zip(self.connections_of.admit(remote));
        let Some(places) = places else {
            self.stats.connections_refused.fetch_add(1, Ordering::Relaxed);
            incoming.refuse();
            return None;
        };
        Some(async move {
            let limit = Duration::from_millis(HANDSHAKE_MS_MAX);
            let admitted = tokio::select! {
                admitted = tokio::time::timeout(limit, self.admit(incoming, remote)) => admitted.ok().flatten(),
                () = self.shutdown.requested() => None,
            };
            drop(handshake);
            if let Some(admitted) = admitted {
                self.stats.sessions_accepted.fetch_add(1, Ordering::Relaxed);
                admitted.carry(self.clock, self.stats.clone()).await;
                self.stats.sessions_ended.fetch_add(1, Ordering::Relaxed);
            } else {
                self.stats.handshakes_failed.fetch_add(1, Ordering::Relaxed);
            }
            drop(places);
        })
    }

    async fn admit(&self, incoming: quinn::Incoming, remote: IpAddr) -> Option<Admitted> {
        let request = IncomingSessionFuture::with_quic_incoming(incoming).await.ok()?;
        let (path, query) = request.path().split_once('?').unwrap_or((request.path(), ""));
        if path != PATH {
            request.not_found().await;
            return None;
        }
        let is_welcome = request.origin().is_none_or(|origin| self.door.is_origin_allowed(origin, request.authority()));
        let credential = credential(query).filter(|_| is_welcome);
        // The place comes first: a refused place must not use the ticket up.
        let Some(session_place) = self.sessions_of.admit(remote) else { return self.refuse(request, Refusal::TooMany).await };
        let pass = match credential.ok_or(Refusal::Forbidden).and_then(|shown| self.door.check(shown, remote)) {
            Ok(pass) => pass,
            Err(refusal) => return self.refuse(request, refusal).await,
        };
        let connection = request.accept().await.ok()?;
        // Browsers open the session with their first stream. Another id would need a longer prefix on every datagram.
        if connection.session_id().into_u64() != 0 {
            return None;
        }
        let (sending, receiving) = connection.accept_bi().await.ok()?;
        let sink = Arc::new(QuicSink { connection: connection.quic_connection().clone(), stats: self.stats.clone() });
        let (sender, reader) = outbox(sink);
        let datagram_bytes_max = connection.quic_connection().max_datagram_size().unwrap_or(0).saturating_sub(DATAGRAM_HEADROOM);
        let inbox = Arc::new(Inbox::default());
        let closer = sender.closer();
        let caps = LinkCaps { datagram_bytes_max: u16::try_from(datagram_bytes_max).unwrap_or(u16::MAX) };
        self.door.enter(pass, Link { transport: "webtransport", caps, inbox: inbox.clone(), outbox: sender });
        Some(Admitted { connection, sending, receiving, inbox, closer, reader, _place: session_place })
    }

    async fn refuse(&self, request: SessionRequest, refusal: Refusal) -> Option<Admitted> {
        self.stats.sessions_refused.fetch_add(1, Ordering::Relaxed);
        match refusal {
            Refusal::Forbidden => request.forbidden().await,
            Refusal::TooMany => request.too_many_requests().await,
        }
        None
    }
}

/// `ticket=..` or `resume=..`; both are made of characters that need no escaping.
fn credential(query: &str) -> Option<Credential<'_>> {
    query.split('&').find_map(|pair| match pair.split_once('=')? {
        ("ticket", value) => Some(Credential::Ticket(value)),
        ("resume", value) => Some(Credential::Resume(value)),
        _ => None,
    })
}

/// Sends without a copy and without a task in between: called on the match's thread.
struct QuicSink {
    connection: quinn::Connection,
    stats: Arc<WebTransportStats>,
}

impl DatagramSink for QuicSink {
    fn send(&self, with_headroom: Bytes) {
        let length = with_headroom.len() as u64;
        if self.connection.send_datagram(with_headroom).is_ok() {
            self.stats.datagrams_sent.fetch_add(1, Ordering::Relaxed);
            self.stats.datagram_bytes_sent.fetch_add(length, Ordering::Relaxed);
        } else {
            self.stats.datagrams_refused.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// A connection that has a seat to go to.
struct Admitted {
    connection: wtransport::Connection,
    sending: SendStream,
    receiving: RecvStream,
    inbox: Arc<Inbox>,
    closer: Closer,
    reader: OutboxReader,
    _place: AddressPermit,
}

impl Admitted {
    /// Moves bytes until the peer leaves or the goodbye is said.
    async fn carry(self, clock: Clock, stats: Arc<WebTransportStats>) {
        let Self { connection, sending, receiving, inbox, closer, reader, _place } = self;
        let quic = connection.quic_connection().clone();
        let datagrams = tokio::spawn(read_datagrams(quic.clone(), inbox.clone(), clock, stats));
        let frames = tokio::spawn(read_frames(receiving, inbox.clone(), closer, clock));
        let leaving = reader.leaving();
        let overdue = async {
            leaving.cancelled().await;
            tokio::time::sleep(Duration::from_millis(GOODBYE_MS_MAX)).await;
        };
        let goodbye = tokio::select! {
            goodbye = write_frames(sending, reader) => goodbye,
            () = overdue => None,
            _ = quic.closed() => None,
        };
        datagrams.abort();
        frames.abort();
        inbox.close();
        let number = goodbye.map_or(0, |goodbye| u32::from(goodbye.code.number()));
        connection.close(wtransport::VarInt::from_u32(number), b"");
    }
}

/// Reads past wtransport, which takes one task more for each datagram. Its own reader keeps the very first one of a connection,
/// in a channel of one place that nobody empties; on a lane where anything may be lost that is one input less.
async fn read_datagrams(quic: quinn::Connection, inbox: Arc<Inbox>, clock: Clock, stats: Arc<WebTransportStats>) {
    while let Ok(datagram) = quic.read_datagram().await {
        stats.datagrams_received.fetch_add(1, Ordering::Relaxed);
        // Anything but session 0 is for nobody here.
        if datagram.first() == Some(&0) {
            let arrival = Arrival { lane: Lane::Unreliable, bytes: datagram.slice(DATAGRAM_HEADROOM..), at: clock.now() };
            let _ = inbox.push(arrival);
        }
    }
    inbox.close();
}

/// The client's end of the reliable lane is as good as its link: when it ends, the link has.
async fn read_frames(mut stream: RecvStream, inbox: Arc<Inbox>, link: Closer, clock: Clock) {
    loop {
        let mut length = [0; 2];
        if stream.read_exact(&mut length).await.is_err() {
            return link.close(CloseCode::LinkLost, 0);
        }
        let length = usize::from(u16::from_le_bytes(length));
        if length > RELIABLE_FRAME_BYTES_MAX {
            return link.close(CloseCode::Malformed, 0);
        }
        let mut frame = vec![0; length];
        if stream.read_exact(&mut frame).await.is_err() {
            return link.close(CloseCode::LinkLost, 0);
        }
        if inbox.push(Arrival { lane: Lane::Reliable, bytes: frame.into(), at: clock.now() }).is_err() {
            return link.close(CloseCode::Flooding, FLOOD_RETRY_MS);
        }
    }
}

/// A flooding client is asked to stay away for this long.
pub const FLOOD_RETRY_MS: u32 = 10_000;

/// Writes frames until the goodbye has been taken by the peer, or cannot be.
async fn write_frames(mut stream: SendStream, mut outbox: OutboxReader) -> Option<Goodbye> {
    loop {
        match outbox.next().await {
            Outgoing::Frame(frame) => write_frame(&mut stream, &frame).await?,
            Outgoing::Goodbye(goodbye) => {
                let mut frame = Vec::new();
                let reason = goodbye.code.sentence().to_owned();
                let Goodbye { code, retry_after_ms } = goodbye;
                encode_frame(&Frame::Goodbye { code: code.number(), retry_after_ms, reason }, &mut frame);
                write_frame(&mut stream, &frame).await?;
                // Resolves when the peer has acknowledged everything.
                let _ = stream.finish().await;
                return Some(goodbye);
            }
            Outgoing::Abandoned => return None,
        }
    }
}

async fn write_frame(stream: &mut SendStream, frame: &[u8]) -> Option<()> {
    let length = u16::try_from(frame.len()).ok()?;
    stream.write_all(&length.to_le_bytes()).await.ok()?;
    stream.write_all(frame).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_found_among_other_parameters() {
        assert_eq!(credential("a=b&ticket=T-_9"), Some(Credential::Ticket("T-_9")));
        assert_eq!(credential("resume=R"), Some(Credential::Resume("R")));
        assert_eq!(credential("ticket"), None);
        assert_eq!(credential(""), None);
    }
}
