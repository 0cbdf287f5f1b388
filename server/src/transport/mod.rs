//! Listeners in, Links out, nothing else.

pub mod address_count;
pub mod certificate;
pub mod congestion;
pub mod http;
pub mod tls;
pub mod webtransport;
