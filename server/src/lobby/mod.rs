//! The way to a seat: tickets, the choice of a match, the HTTP API.

pub mod api;
pub mod dev_api;
pub mod join_rate;
pub mod matchmaking;
pub mod player_name;
pub mod problem;
pub mod ticket;
