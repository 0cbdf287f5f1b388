//! Serves the built page: its files with the right cache rules, and every answer with headers that keep strangers out of it.

use std::path::{Path, PathBuf};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use tower_http::compression::CompressionLayer;
use tower_http::services::{ServeDir, ServeFile};

use crate::lobby::api::RequestHost;

/// Where the page's build puts files whose names change with their content.
const HASHED_PREFIX: &str = "/assets/";
const HASHED_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Everything else is asked for again each time, and usually answered with "not modified".
const PLAIN_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const NOT_BUILT: &str = include_str!("page_not_built.html");

#[derive(Clone)]
struct Page {
    directory: PathBuf,
    port: u16,
    public_host: Option<String>,
}

/// Answers everything that the API does not.
pub fn router(directory: &Path, port: u16, public_host: Option<String>) -> Router {
    let page = Page { directory: directory.to_owned(), port, public_host };
    let index = directory.join("index.html");
    let files = ServeDir::new(directory).precompressed_gzip().fallback(ServeFile::new(index));
    Router::new()
        .fallback_service(files)
        .layer(axum::middleware::from_fn_with_state(page, dress))
        .layer(CompressionLayer::new().gzip(true))
}

/// Puts the headers on, and a plain message in place of a page that has not been built.
async fn dress(State(page): State<Page>, request: Request, next: Next) -> Response {
    let host = page.public_host.clone().unwrap_or_else(|| RequestHost::of(request.headers(), request.uri()).0);
    let path = request.uri().path().to_owned();
    let mut response = if !page.directory.join("index.html").is_file() {
        (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response()
    } else if is_missing_file(&page.directory, &path) {
        (StatusCode::NOT_FOUND, "There is no such file.").into_response()
    } else {
        next.run(request).await
    };
    let is_hashed = path.starts_with(HASHED_PREFIX) && response.status().is_success();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, if is_hashed { HASHED_CACHE } else { PLAIN_CACHE });
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert("permissions-policy", HeaderValue::from_static("camera=(), microphone=(), geolocation=()"));
    if let Ok(policy) = HeaderValue::from_str(&content_security_policy(&host, page.port)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// A path with an extension names a file; answering it with the page would hide the mistake.
fn is_missing_file(directory: &Path, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    path.contains("..") || name.contains('.') && !directory.join(path.trim_start_matches('/')).is_file()
}

/// The page may run its own scripts and wasm, and talk to this server only: also by the WebTransport address of its grants.
fn content_security_policy(host: &str, port: u16) -> String {
    let links = if matches!(host, "localhost" | "127.0.0.1") {
        format!("https://localhost:{port} https://127.0.0.1:{port}")
    } else {
        format!("https://{host}:{port}")
    };
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; \
         connect-src 'self' data: blob: {links}; object-src 'none'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'"
    )
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use tower::ServiceExt as _;

    use super::*;

    fn page_directory(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("slipstream-page-{name}-{}", std::process::id()));
        std::fs::create_dir_all(directory.join("assets")).unwrap();
        std::fs::write(directory.join("index.html"), "<title>Slipstream</title>").unwrap();
        std::fs::write(directory.join("assets/core-abc123.wasm"), vec![0; 4096]).unwrap();
        directory
    }

    async fn ask(router: &Router, path: &str) -> Response {
        let request = axum::http::Request::builder().uri(path).header("host", "localhost:8080").header("accept-encoding", "gzip");
        router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    fn header_of<'a>(response: &'a Response, name: &str) -> &'a str {
        response.headers().get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[tokio::test]
    async fn hashed_files_are_kept_for_ever_and_compressed() {
        let router = router(&page_directory("hashed"), 8080, None);
        let response = ask(&router, "/assets/core-abc123.wasm").await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(header_of(&response, "content-type"), "application/wasm");
        assert_eq!(header_of(&response, "content-encoding"), "gzip");
        assert!(header_of(&response, "cache-control").contains("immutable"));
    }

    #[tokio::test]
    async fn every_other_path_is_the_page_and_is_asked_for_again() {
        let router = router(&page_directory("spa"), 8080, None);
        for path in ["/", "/?play&name=ADA", "/somewhere"] {
            let response = ask(&router, path).await;
            assert_eq!((response.status(), header_of(&response, "cache-control")), (StatusCode::OK, "no-cache"), "{path}");
            assert!(header_of(&response, "content-type").starts_with("text/html"), "{path}");
        }
    }

    #[tokio::test]
    async fn a_missing_file_is_not_the_page() {
        let router = router(&page_directory("missing"), 8080, None);
        for path in ["/assets/old-123.js", "/../Cargo.toml", "/%2e%2e/Cargo.toml"] {
            let status = ask(&router, path).await.status();
            assert_ne!(status, StatusCode::OK, "{path}");
        }
    }

    #[tokio::test]
    async fn the_page_may_run_wasm_and_connect_to_this_server() {
        let router = router(&page_directory("csp"), 8080, None);
        let response = ask(&router, "/").await;
        let policy = header_of(&response, "content-security-policy");
        assert!(policy.contains("'wasm-unsafe-eval'") && policy.contains("https://127.0.0.1:8080"), "{policy}");
        assert!(!policy.contains("'unsafe-eval'"));
    }

    #[tokio::test]
    async fn a_page_that_was_not_built_says_how() {
        let router = router(Path::new("/nowhere"), 8080, None);
        let response = ask(&router, "/").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(header_of(&response, "content-type").starts_with("text/html"));
    }
}
