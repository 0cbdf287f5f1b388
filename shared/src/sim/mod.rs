//! The game: pure ECS, fixed steps, no I/O, no clock.

pub mod input;
