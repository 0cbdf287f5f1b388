//! The HTTP API under /api/v1: list, create, read and join matches, quick play, what this server is.
//!
//! `openapi.json` describes every path here; a test compares the two.

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use serde::{Deserialize, Serialize};
use slipstream_shared::limits::{TICK_HZ, TICKET_MS_MAX};
use slipstream_shared::protocol::event::Mode;
use slipstream_shared::protocol::version::PROTOCOL_VERSION;

use crate::clock::Clock;
use crate::config::{is_host_name, split_port};
use crate::lobby::join_rate::JoinRate;
use crate::lobby::matchmaking;
use crate::lobby::player_name;
use crate::lobby::problem::{Problem, ProblemCode};
use crate::lobby::ticket::{Ticket, TicketOffice};
use crate::matches::directory::{Directory, OpenError, OpenRequest};
use crate::matches::handle::{MatchId, MatchSummary};
use crate::shutdown::Shutdown;
use crate::transport::certificate::CertificatePair;
use crate::transport::http::Remote;
use crate::transport::webtransport;

/// Colours of the page's palette.
pub const COLOURS: u8 = 16;
const OPENAPI: &str = include_str!("openapi.json");

/// Decides whether a page may send requests that change something.
pub type OriginCheck = Arc<dyn Fn(&str, &str) -> bool + Send + Sync>;

/// What the handlers work with.
pub struct Api {
    pub directory: Arc<Directory>,
    pub tickets: Arc<TicketOffice>,
    pub certificates: Arc<CertificatePair>,
    pub join_rate: JoinRate,
    pub is_origin_allowed: OriginCheck,
    pub public_host: Option<String>,
    /// The number that both listeners really have.
    pub port: u16,
    pub clock: Clock,
    pub shutdown: Shutdown,
}

type Shared = State<Arc<Api>>;

/// Every path with what it answers to, in one place for the router and for the test of `openapi.json`.
#[must_use]
pub fn routes() -> Vec<(&'static str, MethodRouter<Arc<Api>>)> {
    vec![
        ("/api/v1/info", get(read_info)),
        ("/api/v1/play", post(play)),
        ("/api/v1/matches", get(list_matches).post(create_match)),
        ("/api/v1/matches/{id}", get(read_match)),
        ("/api/v1/matches/{id}/join", post(join_match)),
        ("/api/v1/openapi.json", get(read_openapi)),
    ]
}

/// The API as a router, its refusals included.
pub fn router(api: Arc<Api>) -> Router {
    let unknown = || async { Problem::new(ProblemCode::NotFound, "No such path in this API.") };
    let wrong_method = || async { Problem::new(ProblemCode::MethodNotAllowed, "This path exists, but not for this method.") };
    let mut router = Router::new().route("/api/{*rest}", axum::routing::any(unknown));
    for (path, methods) in routes() {
        router = router.route(path, methods.fallback(wrong_method));
    }
    router
        .layer(axum::extract::DefaultBodyLimit::max(4 * 1024))
        .layer(axum::middleware::from_fn_with_state(api.clone(), check_origin))
        .with_state(api)
}

// ---- what travels -----------------------------------------------------------------------------

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlayRequest {
    name: String,
    colour: Option<u8>,
    mode: Option<Mode>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinRequest {
    name: String,
    colour: Option<u8>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct CreateRequest {
    mode: Option<Mode>,
    map: Option<String>,
    bots: Option<usize>,
}

#[derive(Serialize)]
struct Grant {
    match_id: MatchId,
    ticket: String,
    expires_in_ms: u64,
    links: Links,
    protocol_version: u16,
    tick_hz: u32,
}

#[derive(Serialize)]
struct Links {
    webtransport: WebTransportTarget,
}

#[derive(Serialize)]
struct WebTransportTarget {
    url: String,
    certificate_hashes: Vec<String>,
}

#[derive(Serialize)]
struct Info {
    name: &'static str,
    version: &'static str,
    protocol_version: u16,
    tick_hz: u32,
    transports: [&'static str; 1],
    webtransport: WebTransportTarget,
    maps: Vec<String>,
}

#[derive(Serialize)]
struct MatchList {
    matches: Vec<MatchSummary>,
}

// ---- handlers -----------------------------------------------------------------------------------

async fn read_info(State(api): Shared, host: RequestHost) -> Response {
    fresh(Info {
        name: "Slipstream",
        version: env!("CARGO_PKG_VERSION"),
        protocol_version: PROTOCOL_VERSION,
        tick_hz: TICK_HZ,
        transports: ["webtransport"],
        webtransport: api.webtransport(&host),
        maps: api.directory.maps(),
    })
}

async fn list_matches(State(api): Shared) -> Response {
    fresh(MatchList { matches: api.directory.summaries() })
}

async fn read_match(State(api): Shared, Path(id): Path<String>) -> Result<Response, Problem> {
    let id = api.match_id(&id)?;
    api.directory.summary(id).map(fresh).ok_or_else(|| not_found(id))
}

async fn create_match(
    State(api): Shared,
    Extension(remote): Extension<Remote>,
    body: Result<Json<CreateRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let CreateRequest { mode, map, bots } = readable(body)?;
    api.check_rate(remote)?;
    let request = OpenRequest { mode: mode.unwrap_or_default(), map, fill_to: bots };
    let summary = api.open_match(request).await?;
    let location = format!("/api/v1/matches/{}", summary.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], fresh(summary)).into_response())
}

async fn join_match(
    State(api): Shared,
    Extension(remote): Extension<Remote>,
    host: RequestHost,
    Path(id): Path<String>,
    body: Result<Json<JoinRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let JoinRequest { name, colour } = readable(body)?;
    api.check_rate(remote)?;
    let id = api.match_id(&id)?;
    let summary = api.directory.summary(id).ok_or_else(|| not_found(id))?;
    if summary.people >= summary.people_max {
        return Err(Problem::new(ProblemCode::MatchFull, format!("All {} seats are taken.", summary.people_max)));
    }
    api.grant(&host, id, &name, colour)
}

async fn play(
    State(api): Shared,
    Extension(remote): Extension<Remote>,
    host: RequestHost,
    body: Result<Json<PlayRequest>, JsonRejection>,
) -> Result<Response, Problem> {
    let PlayRequest { name, colour, mode } = readable(body)?;
    api.check_rate(remote)?;
    let mode = mode.unwrap_or_else(|| api.directory.default_mode());
    let id = match matchmaking::choose(&api.directory.summaries(), mode) {
        Some(id) => id,
        None => api.open_match(OpenRequest { mode, map: None, fill_to: None }).await?.id,
    };
    api.grant(&host, id, &name, colour)
}

async fn read_openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], OPENAPI).into_response()
}

// ---- parts ----------------------------------------------------------------------------------------

impl Api {
    fn grant(&self, host: &RequestHost, id: MatchId, name: &str, colour: Option<u8>) -> Result<Response, Problem> {
        if self.shutdown.is_requested() {
            return Err(Problem::new(ProblemCode::Stopping, "No new players are let in."));
        }
        let name = player_name::clean(name)
            .ok_or_else(|| Problem::new(ProblemCode::InvalidName, "It is empty, too long or invisible."))?;
        if colour.is_some_and(|colour| colour >= COLOURS) {
            return Err(Problem::new(ProblemCode::InvalidColour, format!("There are {COLOURS} colours.")));
        }
        let ticket = self.tickets.issue(self.clock.now(), &Ticket { match_id: id.0, name, colour });
        Ok(fresh(Grant {
            match_id: id,
            ticket,
            expires_in_ms: TICKET_MS_MAX,
            links: Links { webtransport: self.webtransport(host) },
            protocol_version: PROTOCOL_VERSION,
            tick_hz: TICK_HZ,
        }))
    }

    async fn open_match(&self, request: OpenRequest) -> Result<MatchSummary, Problem> {
        let directory = self.directory.clone();
        // Building a world takes milliseconds: not on a thread that answers requests.
        let opened = tokio::task::spawn_blocking(move || directory.open(request)).await;
        opened.unwrap_or(Err(OpenError::Busy)).map_err(|error| match error {
            OpenError::UnknownMap(map) => Problem::new(ProblemCode::UnknownMap, format!("There is no map `{map}`.")),
            OpenError::TooManyBots(max) => Problem::new(ProblemCode::InvalidBots, format!("At most {max} are possible.")),
            OpenError::TooMany => Problem::new(ProblemCode::TooManyMatches, "Another one cannot be opened."),
            OpenError::Unplayable(reason) => Problem::new(ProblemCode::ServerBusy, reason),
            OpenError::Busy => Problem::new(ProblemCode::ServerBusy, "The match could not be started."),
        })
    }

    fn check_rate(&self, remote: Remote) -> Result<(), Problem> {
        if self.join_rate.take(self.clock.now(), remote.0.ip()) {
            return Ok(());
        }
        Err(Problem::new(ProblemCode::TooManyRequests, "Seats are given out at a limited rate."))
    }

    fn match_id(&self, text: &str) -> Result<MatchId, Problem> {
        text.parse().map_err(|_| Problem::new(ProblemCode::MatchNotFound, "This is not the name of a match."))
    }

    fn webtransport(&self, host: &RequestHost) -> WebTransportTarget {
        let host = self.public_host.as_deref().unwrap_or(&host.0);
        // Browsers try the first address of `localhost`, which may be the IPv6 one that nobody listens on.
        let host = if host == "localhost" { "127.0.0.1" } else { host };
        WebTransportTarget {
            url: format!("https://{host}:{}{}", self.port, webtransport::PATH),
            certificate_hashes: self.certificates.hashes(),
        }
    }
}

/// The host name that the client reached us by, checked before it goes into any answer.
pub struct RequestHost(pub String);

impl RequestHost {
    #[must_use]
    pub fn of(headers: &HeaderMap, uri: &axum::http::Uri) -> Self {
        let authority = uri.authority().map(axum::http::uri::Authority::as_str);
        let header = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let host = authority.or(header).map(|authority| split_port(authority).0).filter(|host| is_host_name(host));
        Self(host.unwrap_or("127.0.0.1").to_ascii_lowercase())
    }
}

impl<S: Sync> axum::extract::FromRequestParts<S> for RequestHost {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::of(&parts.headers, &parts.uri))
    }
}

/// Refuses pages of strangers, and tells browsers which other pages may read the answers.
async fn check_origin(State(api): Shared, request: Request, next: Next) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else { return next.run(request).await };
    let host = RequestHost::of(request.headers(), request.uri());
    if !origin.to_str().is_ok_and(|origin| (api.is_origin_allowed)(origin, &host.0)) {
        return Problem::new(ProblemCode::OriginNotAllowed, "The Origin header names another site.").into_response();
    }
    let mut response =
        if request.method() == Method::OPTIONS { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, header::HeaderValue::from_static("content-type"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, header::HeaderValue::from_static("GET, POST"));
    headers.insert(header::VARY, header::HeaderValue::from_static("origin"));
    response
}

fn readable<T>(body: Result<Json<T>, JsonRejection>) -> Result<T, Problem> {
    match body {
        Ok(Json(value)) => Ok(value),
        Err(rejection) => Err(Problem::new(ProblemCode::InvalidBody, rejection.body_text())),
    }
}

fn not_found(id: MatchId) -> Problem {
    Problem::new(ProblemCode::MatchNotFound, format!("There is no match `{id}`."))
}

/// Answers that are only true now.
fn fresh(body: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
