//! What only `slipstream dev` answers: ways to make things go wrong on purpose.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Deserialize;
use slipstream_shared::ids::PlayerSlot;

use crate::lobby::problem::{Problem, ProblemCode};
use crate::matches::directory::Directory;
use crate::matches::handle::MatchId;

pub fn router(directory: Arc<Directory>) -> Router {
    Router::new().route("/api/v1/dev/cut", post(cut)).with_state(directory)
}

#[derive(Deserialize)]
struct CutRequest {
    slot: u16,
    /// Without it: whichever match has somebody in this seat.
    #[serde(rename = "match")]
    match_id: Option<String>,
}

/// Ends one player's link as a network would: without a word.
async fn cut(State(directory): State<Arc<Directory>>, Query(request): Query<CutRequest>) -> Result<StatusCode, Problem> {
    let wanted: Option<MatchId> = request.match_id.as_deref().and_then(|id| id.parse().ok());
    for summary in directory.summaries() {
        let is_wanted = wanted.is_none_or(|wanted| wanted == summary.id);
        if let Some(handle) = directory.find(summary.id).filter(|_| is_wanted)
            && handle.cut(PlayerSlot(request.slot)).await
        {
            return Ok(StatusCode::NO_CONTENT);
        }
    }
    Err(Problem::new(ProblemCode::NotFound, format!("Seat {} has no link.", request.slot)))
}
