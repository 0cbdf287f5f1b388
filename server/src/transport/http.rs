//! HTTP on TCP: an accept loop of our own, because the stock one has no bounds. TLS when the operator has a certificate.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use crate::shutdown::Shutdown;
use crate::transport::address_count::AddressCount;

/// From the first byte of a request to the end of its headers, and how long an idle connection is kept.
const HEADER_MS_MAX: u64 = 10_000;
/// Headers and whatever of the body came with them.
const READ_BUFFER_BYTES_MAX: usize = 16 * 1024;
/// Requests at once on one HTTP/2 connection.
const HTTP2_STREAMS_MAX: u32 = 32;
/// Until the answer's headers are ready; the body may take longer, a slow phone loads the page too.
const ANSWER_MS_MAX: u64 = 10_000;
/// For the TLS handshake.
const TLS_MS_MAX: u64 = 5_000;
/// Connections at once from one address.
const CONNECTIONS_PER_ADDRESS_MAX: usize = 256;
/// Open answers may take this long after the shutdown was requested.
const DRAIN_MS_MAX: u64 = 2_000;
/// After a failed accept (out of file descriptors, for one) the next try waits, or the loop would spin.
const ACCEPT_PAUSE_MS: u64 = 50;

#[derive(Debug, Default)]
pub struct HttpStats {
    pub connections_accepted: AtomicU64,
    pub connections_refused: AtomicU64,
    pub requests: AtomicU64,
}

/// The peer's address, for handlers that count by it.
#[derive(Clone, Copy, Debug)]
pub struct Remote(pub SocketAddr);

pub struct HttpListener {
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    connections_max: usize,
    pub stats: Arc<HttpStats>,
}

impl HttpListener {
    #[must_use]
    pub fn new(listener: TcpListener, tls: Option<Arc<rustls::ServerConfig>>, connections_max: usize) -> Self {
        Self { listener, tls: tls.map(TlsAcceptor::from), connections_max, stats: Arc::default() }
    }

    /// Accepts until the shutdown is requested; connections then finish what they are answering.
    pub async fn run(self, router: Router, shutdown: Shutdown) {
        let places = Arc::new(Semaphore::new(self.connections_max));
        let places_of = AddressCount::new(CONNECTIONS_PER_ADDRESS_MAX);
        loop {
            let accepted = tokio::select! {
                () = shutdown.requested() => return,
                accepted = self.listener.accept() => accepted,
            };
            let (stream, remote) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "TCP accept failed");
                    tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
                    continue;
                }
            };
            let permits = places.clone().try_acquire_owned().ok().zip(places_of.admit(remote.ip()));
            let Some(permits) = permits else {
                self.stats.connections_refused.fetch_add(1, Ordering::Relaxed);
                continue;
            };
            self.stats.connections_accepted.fetch_add(1, Ordering::Relaxed);
            let connection = Connection { router: router.clone(), remote, stats: self.stats.clone(), shutdown: shutdown.clone() };
            let tls = self.tls.clone();
            shutdown.spawn(async move {
                let _permits = permits;
                connection.serve(stream, tls).await;
            });
        }
    }
}

struct Connection {
    router: Router,
    remote: SocketAddr,
    stats: Arc<HttpStats>,
    shutdown: Shutdown,
}

impl Connection {
    async fn serve(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let _ = stream.set_nodelay(true);
        let Some(tls) = tls else { return self.answer(stream).await };
        let handshake = tokio::time::timeout(Duration::from_millis(TLS_MS_MAX), tls.accept(stream));
        if let Ok(Ok(stream)) = handshake.await {
            self.answer(stream).await;
        }
    }

    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let Self { router, remote, stats, shutdown } = self;
        let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
            stats.requests.fetch_add(1, Ordering::Relaxed);
            answer_in_time(router.clone(), remote, request.map(Body::new))
        });
        let builder = builder();
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        tokio::pin!(connection);
        tokio::select! {
            _ = connection.as_mut() => return,
            () = shutdown.requested() => connection.as_mut().graceful_shutdown(),
        }
        let _ = tokio::time::timeout(Duration::from_millis(DRAIN_MS_MAX), connection).await;
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(HEADER_MS_MAX))
        .max_buf_size(READ_BUFFER_BYTES_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(HTTP2_STREAMS_MAX)
        .max_header_list_size(16 * 1024)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_millis(HEADER_MS_MAX));
    builder
}

async fn answer_in_time(router: Router, remote: SocketAddr, mut request: Request) -> Result<Response, Infallible> {
    request.extensions_mut().insert(Remote(remote));
    let answer = tokio::time::timeout(Duration::from_millis(ANSWER_MS_MAX), router.oneshot(request));
    match answer.await {
        Ok(response) => response,
        Err(_) => Ok(axum::http::StatusCode::REQUEST_TIMEOUT.into_response()),
    }
}
