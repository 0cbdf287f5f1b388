//! The tokio shell of Slipstream: wires the parts together, and is the only file that sees them all.

pub mod clock;
pub mod config;
pub mod content;
pub mod link;
pub mod lobby;
pub mod matches;
pub mod ops;
pub mod outbox;
pub mod page;
pub mod session;
pub mod shutdown;
pub mod transport;

use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use time::OffsetDateTime;

use clock::Clock;
use config::Config;
use content::{Content, ContentError};
use lobby::api::Api;
use lobby::join_rate::JoinRate;
use lobby::ticket::TicketOffice;
use matches::directory::{Directory, DirectoryConfig};
use matches::handle::MatchId;
use ops::metrics::Metrics;
use session::admission::Admission;
use session::origin::OriginRule;
use session::registry::Registry;
use shutdown::Shutdown;
use transport::certificate::{CertificatePair, MintError};
use transport::http::HttpListener;
use transport::tls::{ReloadingCertificate, TlsError};
use transport::webtransport::{ListenError, WebTransportLimits, WebTransportListener};

/// From the request to stop until everything has ended: goodbyes, open answers, last packets.
const STOP_MS_MAX: u64 = 5_000;
/// How often the minted certificate is looked at; a machine that slept must not wait for days.
const CERTIFICATE_CHECK: Duration = Duration::from_secs(60);
/// Tries to find a number that is free for TCP and UDP alike.
const PORT_TRIES: usize = 16;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Content(#[from] ContentError),
    #[error("there is no map `{0}`; there are: {1}")]
    UnknownMap(String, String),
    #[error("cannot listen on {address} ({protocol}): {reason}{}", hint_of(reason))]
    Port { address: SocketAddr, protocol: &'static str, reason: std::io::Error },
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error(transparent)]
    Mint(#[from] MintError),
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error("the first match could not be opened: {0}")]
    FirstMatch(String),
    #[error("the system gives no random numbers: {0}")]
    Random(getrandom::Error),
}

fn hint_of(reason: &std::io::Error) -> &'static str {
    match reason.kind() {
        std::io::ErrorKind::AddrInUse => "; choose another one with --port",
        std::io::ErrorKind::PermissionDenied => "; numbers below 1024 need a privilege",
        _ => "",
    }
}

/// A server that listens.
pub struct Server {
    /// Where both listeners really are.
    pub address: SocketAddr,
    /// The match that is always open.
    pub first_match: MatchId,
    pub certificates: Arc<CertificatePair>,
    pub is_https: bool,
    pub listener: Arc<WebTransportListener>,
    directory: Arc<Directory>,
    shutdown: Shutdown,
}

impl Server {
    /// Loads, binds and starts everything; must be called within a tokio runtime. When it returns, players can come.
    pub async fn start(config: Config, shutdown: Shutdown) -> Result<Self, StartError> {
        let content = Content::load(&config.maps, &config.tuning)?;
        if let Some(map) = config.map.as_deref().filter(|map| content.level(map).is_none()) {
            let names: Vec<_> = content.levels.iter().map(|level| level.name()).collect();
            return Err(StartError::UnknownMap(map.to_owned(), names.join(", ")));
        }
        let https = config.tls.clone().map(ReloadingCertificate::load).transpose()?;
        let (tcp, udp, address) = bind(SocketAddr::new(config.host, config.port))?;
        let clock = Clock::start();
        let certificates = Arc::new(CertificatePair::mint(certificate_names(&config), OffsetDateTime::now_utc())?);
        let limits = WebTransportLimits {
            connections_max: config.connections_max,
            sessions_per_address_max: config.sessions_per_address_max,
        };
        let listener = Arc::new(WebTransportListener::new(udp, certificates.clone(), limits, clock)?);

        let registry = Arc::new(Registry::default());
        let directory = Arc::new(Directory::new(directory_config(&config, content), clock, registry.clone()));
        let opening = directory.clone();
        let opened = tokio::task::spawn_blocking(move || opening.open_permanent()).await;
        let first_match = match opened {
            Ok(Ok(summary)) => summary.id,
            Ok(Err(error)) => return Err(StartError::FirstMatch(format!("{error:?}"))),
            Err(error) => return Err(StartError::FirstMatch(error.to_string())),
        };

        let mut key = [0; 64];
        getrandom::fill(&mut key).map_err(StartError::Random)?;
        let tickets = Arc::new(TicketOffice::new(key));
        let origins = OriginRule { allowed: config.allow_origins.clone(), allows_loopback: config.is_dev };
        let rule = origins.clone();
        let burst = u32::try_from(2 * config.sessions_per_address_max).unwrap_or(u32::MAX);
        let api = Api {
            directory: directory.clone(),
            tickets: tickets.clone(),
            certificates: certificates.clone(),
            join_rate: JoinRate::new(burst),
            is_origin_allowed: Arc::new(move |origin, authority| rule.allows(origin, authority)),
            public_host: config.public_host.clone(),
            port: address.port(),
            clock,
            shutdown: shutdown.clone(),
        };
        let refuse = |reason| StartError::Port { address, protocol: "TCP", reason };
        tcp.set_nonblocking(true).map_err(refuse)?;
        let tcp = tokio::net::TcpListener::from_std(tcp).map_err(refuse)?;
        let http = HttpListener::new(
            tcp,
            https.as_ref().map(ReloadingCertificate::https_config).transpose()?,
            config.http_connections_max,
        );
        let metrics = Metrics {
            directory: directory.clone(),
            registry: registry.clone(),
            webtransport: listener.stats.clone(),
            http: http.stats.clone(),
            shutdown: shutdown.clone(),
        };
        let mut router = lobby::api::router(Arc::new(api)).merge(ops::health::router(Arc::new(metrics)));
        if config.is_dev {
            router = router.merge(lobby::dev_api::router(directory.clone()));
        }
        let router = router.fallback_service(page::router(&config.page, address.port(), config.public_host.clone()));

        let admission =
            Arc::new(Admission { tickets, registry, directory: directory.clone(), origins, clock, shutdown: shutdown.clone() });
        let is_https = https.is_some();
        if let Some(certificate) = https {
            shutdown.spawn(certificate.watch(shutdown.clone()));
        }
        shutdown.spawn(http.run(router, shutdown.clone()));
        let (accepting, stop) = (listener.clone(), shutdown.clone());
        shutdown.spawn(async move { accepting.run(admission, stop).await });
        shutdown.spawn(keep_certificate_fresh(listener.clone(), shutdown.clone()));
        Ok(Self { address, first_match, certificates, is_https, directory, listener, shutdown })
    }

    /// Serves until the shutdown is requested, then ends cleanly: every link hears a goodbye. False when something hung.
    pub async fn run(self) -> bool {
        self.shutdown.requested().await;
        let directory = self.directory.clone();
        let stopping = tokio::task::spawn_blocking(move || directory.stop());
        let limit = Duration::from_millis(STOP_MS_MAX);
        let is_stopped = tokio::time::timeout(limit, stopping).await.is_ok();
        let is_finished = self.shutdown.finished(limit).await;
        self.listener.close().await;
        is_stopped && is_finished
    }

    /// Where people open the page.
    #[must_use]
    pub fn page_url(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        let ip = self.address.ip();
        let host = match ip {
            _ if ip.is_loopback() || ip.is_unspecified() => "localhost".to_owned(),
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        };
        format!("{scheme}://{host}:{}/", self.address.port())
    }
}

fn directory_config(config: &Config, content: Content) -> DirectoryConfig {
    DirectoryConfig {
        content,
        map: config.map.clone(),
        mode: config.mode,
        fill_to: config.fill_to,
        people_max: config.players_max,
        bot_level: config.bot_level,
        match_threads: config.match_threads,
        matches_max: config.matches_max,
    }
}

/// Browsers compare the hash only; other clients may look at the name.
fn certificate_names(config: &Config) -> Vec<String> {
    let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
    names.extend(config.public_host.clone());
    names
}

/// The same number for TCP and UDP. With 0 the system chooses one that is free for TCP; UDP may have it taken.
fn bind(wanted: SocketAddr) -> Result<(TcpListener, UdpSocket, SocketAddr), StartError> {
    let mut tries = if wanted.port() == 0 { PORT_TRIES } else { 1 };
    loop {
        tries -= 1;
        let refuse = |protocol, address| move |reason| StartError::Port { address, protocol, reason };
        let tcp = TcpListener::bind(wanted).map_err(refuse("TCP", wanted))?;
        let address = tcp.local_addr().map_err(refuse("TCP", wanted))?;
        match UdpSocket::bind(address) {
            Ok(udp) => return Ok((tcp, udp, address)),
            Err(_) if tries > 0 => {}
            Err(reason) => return Err(StartError::Port { address, protocol: "UDP", reason }),
        }
    }
}

async fn keep_certificate_fresh(listener: Arc<WebTransportListener>, shutdown: Shutdown) {
    loop {
        tokio::select! {
            () = shutdown.requested() => return,
            () = tokio::time::sleep(CERTIFICATE_CHECK) => {}
        }
        match listener.renew_certificate_if_due(OffsetDateTime::now_utc()) {
            Ok(false) => {}
            Ok(true) => tracing::info!("the certificate of WebTransport was renewed"),
            Err(error) => tracing::error!(%error, "the certificate of WebTransport was not renewed"),
        }
    }
}
