//! Who may come in, and which session a returning player belongs to. Sessions themselves are values that matches own.

pub mod admission;
pub mod origin;
pub mod registry;
