//! What a session tells whoever drives it.

use crate::protocol::frame::Welcome;

/// What came out of the bytes that went in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEvent<'a> {
    /// Client: the host welcomed this link; from now on messages flow.
    Welcomed(Welcome),
    /// Host: the client said hello; from now on messages flow. A fresh client remembers nothing (its first link, or a page loaded
    /// anew): messages that were waiting for it are gone, and it needs everything that a joiner needs.
    Greeted { epoch: u32, is_fresh: bool },
    /// An input packet at the host, a snapshot at the client; the kind byte first.
    Datagram(&'a [u8]),
    /// The next reliable message, each exactly once and in order, whatever happened to links.
    Message(&'a [u8]),
    /// The peer said goodbye. The number may be one that this version does not know.
    Ended { code: u16, retry_after_ms: u32, reason: String },
}
