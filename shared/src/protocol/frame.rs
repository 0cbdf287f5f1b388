//! What crosses a link, below the messages: datagrams of the unreliable lane and frames of the reliable one.
//!
//! Types only; `codec.rs` has the bytes. A frame on a byte stream is preceded by its length (u16, little endian).

/// First byte of every unreliable envelope.
pub mod datagram_kind {
    pub const INPUT: u8 = 1;
    pub const SNAPSHOT: u8 = 2;
    pub const PING: u8 = 3;
    pub const PONG: u8 = 4;
}

/// First byte of every frame of the reliable lane.
pub mod frame_kind {
    pub const HELLO: u8 = 1;
    pub const WELCOME: u8 = 2;
    pub const MESSAGE: u8 = 3;
    pub const ACK: u8 = 4;
    pub const PING: u8 = 5;
    pub const PONG: u8 = 6;
    pub const GOODBYE: u8 = 7;
}

/// One frame of the reliable lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// First frame from the client on every link.
    Hello(Hello),
    /// First frame from the server on every link.
    Welcome(Welcome),
    /// A numbered message: `HostMessage` down, `PlayerMessage` up. Numbers start at 1 with the session.
    Message {
        seq: u32,
        bytes: Vec<u8>,
    },
    /// Everything up to and including `seq` has arrived.
    Ack {
        seq: u32,
    },
    /// Heartbeat, also what RTT is measured with on links without datagrams; the stamp means something to its sender only and comes
    /// back as it is.
    Ping {
        stamp: u32,
    },
    Pong {
        stamp: u32,
    },
    /// Sent before closing, because close reasons of a transport may never reach the peer.
    Goodbye {
        code: u16,
        retry_after_ms: u32,
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    pub protocol_version: u16,
    /// The session that this client remembers, from its last welcome; 0 when it remembers nothing, as a freshly loaded page. Then both
    /// numberings begin anew and the host says everything again that a client needs.
    pub session: u64,
    /// Highest reliable message that this client has of the session; 0 when it remembers nothing.
    pub received_seq: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Welcome {
    pub protocol_version: u16,
    /// Never 0.
    pub session: u64,
    /// Counts the links of this session, from 1.
    pub epoch: u32,
    /// Highest reliable message that the server has of the session.
    pub received_seq: u32,
    /// Proves the right to this seat on the next link; a new one with every welcome. An older one dies as soon as the client is heard
    /// on the link whose welcome replaced it, so that a lost welcome locks nobody out.
    pub resume_token: String,
    /// How long the seat waits for a next link.
    pub seat_away_ms_max: u32,
}
