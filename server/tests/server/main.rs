//! The whole server, booted on free ports and visited by native clients.
// Also the kit's functions are tests, although they carry no attribute.
#![allow(clippy::unwrap_used)]

mod admission;
mod certificate;
mod hostile;
mod http;
mod kit;
mod play;
mod stop;
