//! The harness: a seeded network, and a stepper that drives one match and many clients in virtual time. The checks are in `tests/`.
//!
//! Nothing here knows real time. A scenario is a seed, so that every failure can be played again.

pub mod authority;
pub mod bench_scene;
pub mod pilot;
pub mod scenario;
pub mod stepper;
pub mod virtual_net;
