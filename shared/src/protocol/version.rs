//! The protocol's version: bumped by every change that an older peer would misread.

pub const PROTOCOL_VERSION: u16 = 1;
