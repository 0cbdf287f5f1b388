//! The authoritative matches: threads that drive `MatchCore` at 60 Hz, and the directory that finds them.

pub mod directory;
pub mod handle;
pub mod pacing;
pub mod runner;
pub mod shard;
