//! `/healthz`: the process works. `/readyz`: new players may be sent here. `/metrics`: figures, to this machine's network only.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Extension, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use crate::lobby::problem::{Problem, ProblemCode};
use crate::ops::metrics::Metrics;
use crate::transport::http::Remote;

pub fn router(metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/healthz", get(health))
        .route("/readyz", get(readiness))
        .route("/metrics", get(figures))
        .with_state(metrics)
}

async fn health(State(metrics): State<Arc<Metrics>>) -> Response {
    let status = if metrics.directory.is_alive() { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    plain(status, json!({ "status": if status.is_success() { "ok" } else { "a match thread has died" } }))
}

async fn readiness(State(metrics): State<Arc<Metrics>>) -> Response {
    if metrics.shutdown.is_requested() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "stopping" }));
    }
    plain(StatusCode::OK, json!({ "status": "ready" }))
}

async fn figures(State(metrics): State<Arc<Metrics>>, Extension(remote): Extension<Remote>) -> Response {
    if !is_near(remote.0.ip()) {
        return Problem::new(ProblemCode::NotFound, "Figures are for the operator's own network.").into_response();
    }
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4"), (header::CACHE_CONTROL, "no-store")];
    (headers, metrics.render()).into_response()
}

fn plain(status: StatusCode, body: serde_json::Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Loopback, private and link-local addresses.
fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_for_near_addresses() {
        for near in ["127.0.0.1", "10.1.2.3", "::1", "::ffff:192.168.0.2", "fd00::1"] {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        for far in ["192.0.2.1", "2001:db8::1"] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }
}
