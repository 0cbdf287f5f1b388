//! Refusals over HTTP: RFC 9457 problem documents, each with a stable code and a hint that says what to do.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal, $hint:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ProblemCode { $($(#[$doc])* $name,)* }

        impl ProblemCode {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// What programs compare; never changes.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            const fn hint(self) -> &'static str {
                match self { $(Self::$name => $hint,)* }
            }
        }
    };
}

problems! {
    InvalidBody = "invalid_body", BAD_REQUEST, "The request could not be read.",
        "Send a JSON object with the fields that /api/v1/openapi.json describes, and content-type: application/json.";
    InvalidName = "invalid_name", UNPROCESSABLE_ENTITY, "This name cannot be used.",
        "Choose a name of 1 to 16 visible characters.";
    InvalidColour = "invalid_colour", UNPROCESSABLE_ENTITY, "This colour does not exist.",
        "Choose a colour from 0 to 15, or leave it out.";
    InvalidBots = "invalid_bots", UNPROCESSABLE_ENTITY, "This number of bots is not possible.",
        "Choose fewer bots, or leave the number out.";
    UnknownMap = "unknown_map", UNPROCESSABLE_ENTITY, "There is no map of this name.",
        "Choose one of the names in `maps` of /api/v1/info, or leave it out.";
    MatchNotFound = "match_not_found", NOT_FOUND, "This match does not exist (any more).",
        "Ask /api/v1/matches for the open ones, or let POST /api/v1/play choose.";
    MatchFull = "match_full", CONFLICT, "Every seat of this match is taken.",
        "Choose another match, or let POST /api/v1/play choose.";
    NotFound = "not_found", NOT_FOUND, "There is nothing at this address.",
        "The API is described at /api/v1/openapi.json.";
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "This address does not do that.",
        "The API is described at /api/v1/openapi.json.";
    OriginNotAllowed = "origin_not_allowed", FORBIDDEN, "Pages of this origin may not use this server.",
        "Open the page that the server itself serves, or add the origin with --allow-origins.";
    TooManyMatches = "too_many_matches", SERVICE_UNAVAILABLE, "The server runs as many matches as it may.",
        "Join a match that is open, or try again in a moment.";
    ServerBusy = "server_busy", SERVICE_UNAVAILABLE, "The server has no room at the moment.",
        "Try again in a moment.";
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "Too many requests came from your address.",
        "Wait for as long as Retry-After says.";
    Stopping = "stopping", SERVICE_UNAVAILABLE, "The server is stopping.",
        "Try again in a moment; another one takes over.";
}

/// A problem with what is particular to this occurrence.
#[derive(Debug)]
pub struct Problem {
    pub code: ProblemCode,
    pub detail: String,
    pub retry_after_s: Option<u32>,
}

impl Problem {
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        let waits = matches!(code.status(), StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
        Self { code, detail: detail.into(), retry_after_s: waits.then_some(2) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = json!({
            "type": format!("/api/v1/openapi.json#{}", self.code.code()),
            "title": self.code.title(),
            "status": self.code.status().as_u16(),
            "detail": self.detail,
            "code": self.code.code(),
            "hint": self.code.hint(),
        });
        let mut response = (self.code.status(), Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = ProblemCode::ALL.iter().map(|problem| problem.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), ProblemCode::ALL.len());
    }
}
