//! The HTTP API: what it describes is what it does, and its refusals say what to do.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use slipstream_server::lobby::api::routes;
use slipstream_server::lobby::problem::ProblemCode;

use crate::kit::{Answer, TestServer, ask};

fn assert_problem(answer: &Answer, code: ProblemCode) {
    assert_eq!(answer.status, code.status().as_u16(), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    assert_eq!(answer.body["code"], code.code());
    assert_eq!(answer.body["status"], code.status().as_u16());
    for field in ["type", "title", "detail", "hint"] {
        assert!(answer.body[field].as_str().is_some_and(|text| !text.is_empty()), "{field} is missing: {answer:?}");
    }
}

#[tokio::test]
async fn refusals_are_problem_documents() {
    let server = TestServer::start().await;
    let post = |path: &'static str, body: Value| server.post(path, body);
    assert_problem(&post("/api/v1/play", json!({})).await, ProblemCode::InvalidBody);
    assert_problem(&post("/api/v1/play", json!({ "name": "ADA", "nmae": 1 })).await, ProblemCode::InvalidBody);
    assert_problem(&post("/api/v1/play", json!({ "name": "\u{200b}" })).await, ProblemCode::InvalidName);
    assert_problem(&post("/api/v1/play", json!({ "name": "ADA", "colour": 99 })).await, ProblemCode::InvalidColour);
    assert_problem(&post("/api/v1/matches", json!({ "map": "../secret" })).await, ProblemCode::UnknownMap);
    assert_problem(&post("/api/v1/matches", json!({ "bots": 5000 })).await, ProblemCode::InvalidBots);
    assert_problem(&post("/api/v1/matches/00000000/join", json!({ "name": "ADA" })).await, ProblemCode::MatchNotFound);
    assert_problem(&server.get("/api/v1/matches/nonsense").await, ProblemCode::MatchNotFound);
    assert_problem(&server.get("/api/v1/nothing").await, ProblemCode::NotFound);
    assert_problem(&server.get("/api/v1/play").await, ProblemCode::MethodNotAllowed);
    server.stopped().await;
}

#[tokio::test]
async fn a_page_of_another_origin_may_not_ask() {
    let server = TestServer::start().await;
    let body = json!({ "name": "ADA" });
    let foreign = ask(server.port, "POST", "/api/v1/play", &[("origin", "https://evil.example")], Some(body.clone())).await;
    assert_problem(&foreign, ProblemCode::OriginNotAllowed);
    let own = ask(server.port, "POST", "/api/v1/play", &[("origin", "http://localhost:8080")], Some(body)).await;
    assert_eq!((own.status, own.header("access-control-allow-origin")), (200, Some("http://localhost:8080")));
    server.stopped().await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let server = TestServer::start_with(|config| config.sessions_per_address_max = 1).await;
    let mut answers = Vec::new();
    for _ in 0..8 {
        answers.push(server.post("/api/v1/play", json!({ "name": "ADA" })).await);
    }
    let refused = answers.iter().find(|answer| answer.status != 200).expect("a limit");
    assert_problem(refused, ProblemCode::TooManyRequests);
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    server.stopped().await;
}

#[tokio::test]
async fn matches_are_bounded() {
    let server = TestServer::start_with(|config| config.matches_max = 1).await;
    assert_problem(&server.post("/api/v1/matches", json!({})).await, ProblemCode::TooManyMatches);
    server.stopped().await;
}

#[tokio::test]
async fn the_openapi_document_names_every_path_and_every_problem() {
    let server = TestServer::start().await;
    let document = server.get("/api/v1/openapi.json").await.body;
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    let routed: BTreeSet<&str> = routes().iter().map(|(path, _)| *path).collect();
    assert_eq!(described, routed);
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            let answer = ask(server.port, &method.to_uppercase(), &path.replace("{id}", "00000000"), &[], None).await;
            let code = answer.body["code"].as_str().unwrap_or_default();
            assert!(!["not_found", "method_not_allowed"].contains(&code), "{method} {path}: {answer:?}");
        }
    }
    let codes: Vec<&str> = document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(codes, ProblemCode::ALL.iter().map(|problem| problem.code()).collect::<Vec<_>>());
    server.stopped().await;
}

#[tokio::test]
async fn every_reference_in_the_openapi_document_leads_somewhere() {
    let server = TestServer::start().await;
    let document = server.get("/api/v1/openapi.json").await.body;
    let mut open = vec![&document];
    while let Some(value) = open.pop() {
        if let Some(target) = value.get("$ref").and_then(Value::as_str) {
            let pointer = target.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{target}");
        }
        open.extend(value.as_object().into_iter().flat_map(|object| object.values()));
        open.extend(value.as_array().into_iter().flatten());
    }
    server.stopped().await;
}

#[tokio::test]
async fn the_operator_sees_health_and_figures() {
    let server = TestServer::start().await;
    assert_eq!(server.get("/healthz").await.body["status"], "ok");
    assert_eq!(server.get("/readyz").await.body["status"], "ready");
    let figures = server.get("/metrics").await;
    for name in ["slipstream_sessions", "slipstream_tick_overruns_total", "slipstream_tick_start_jitter_seconds_count"] {
        assert!(figures.text.contains(name), "{name}");
    }
    server.stopped().await;
}

#[tokio::test]
async fn a_page_that_is_not_built_says_how_to_build_it() {
    let server = TestServer::start().await;
    let answer = server.get("/").await;
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("cargo xtask play"));
    server.stopped().await;
}
