//! For whoever runs the server: is it alive, is it ready, what does it measure.

pub mod health;
pub mod metrics;
