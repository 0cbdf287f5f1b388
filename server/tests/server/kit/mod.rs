//! A server of its own for every test, and clients that visit it.

mod http_client;
mod player;
mod raw_link;

pub use http_client::{Answer, ask, ask_over};
pub use player::Player;
pub use raw_link::{RawLink, connect, connect_with};

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use slipstream_server::Server;
use slipstream_server::config::Config;
use slipstream_server::shutdown::Shutdown;
use tokio::task::JoinHandle;

/// Nothing here takes this long, except on a machine that does ten other things.
pub const PATIENCE: Duration = Duration::from_secs(40);

pub struct TestServer {
    pub port: u16,
    pub listener: std::sync::Arc<slipstream_server::transport::webtransport::WebTransportListener>,
    pub certificates: std::sync::Arc<slipstream_server::transport::certificate::CertificatePair>,
    shutdown: Shutdown,
    running: JoinHandle<bool>,
}

/// What the API granted.
#[derive(Clone, Debug)]
pub struct Grant {
    pub ticket: String,
    pub url: String,
    pub hashes: Vec<String>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets");
        let mut config = Config::dev();
        config.port = 0;
        config.maps = assets.join("maps");
        config.tuning = assets.join("tuning.toml");
        config.page = "/nowhere".into();
        config.match_threads = 1;
        config.fill_to = 2;
        change(&mut config);
        let shutdown = Shutdown::new();
        let server = Server::start(config, shutdown.clone()).await.unwrap();
        let (port, listener, certificates) = (server.address.port(), server.listener.clone(), server.certificates.clone());
        Self { port, listener, certificates, shutdown, running: tokio::spawn(server.run()) }
    }

    pub async fn get(&self, path: &str) -> Answer {
        ask(self.port, "GET", path, &[], None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        ask(self.port, "POST", path, &[], Some(body)).await
    }

    pub async fn grant(&self, name: &str) -> Grant {
        let answer = self.post("/api/v1/play", json!({ "name": name })).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let target = &answer.body["links"]["webtransport"];
        let hashes = target["certificate_hashes"].as_array().unwrap().iter().map(text).collect();
        Grant { ticket: text(&answer.body["ticket"]), url: text(&target["url"]), hashes }
    }

    /// Asks it to stop; everything has to end, and in time.
    pub fn request_stop(&self) {
        self.shutdown.request();
    }

    pub async fn stopped(self) {
        self.request_stop();
        let is_clean = tokio::time::timeout(PATIENCE, self.running).await.expect("the server stops in time").unwrap();
        assert!(is_clean, "a task or thread did not end");
    }
}

impl Grant {
    pub fn address(&self) -> String {
        format!("{}?ticket={}", self.url, self.ticket)
    }

    pub fn resume_address(&self, token: &str) -> String {
        format!("{}?resume={token}", self.url)
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}
