//! Why a link or a session ended: one number each, shared with TypeScript, each saying whether to come back.

/// What a client should do after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// At once, with back-off, with the resume token.
    Now,
    /// After the delay that the goodbye names.
    After,
    /// Not by itself: a person has to do something.
    Never,
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $retry:ident, $sentence:literal;)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum CloseCode { $($(#[$doc])* $name,)* }

        impl CloseCode {
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            #[must_use]
            pub const fn number(self) -> u16 {
                match self { $(Self::$name => $number,)* }
            }

            #[must_use]
            pub const fn from_number(number: u16) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }

            #[must_use]
            pub const fn retry(self) -> Retry {
                match self { $(Self::$name => Retry::$retry,)* }
            }

            /// A sentence for a person.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

close_codes! {
    /// The peer said goodbye; nothing is wrong.
    Done = 4000, Never, "You left the match.";
    /// The network or the process went away without a word.
    LinkLost = 4001, Now, "The connection was lost.";
    /// The server is stopping or moving; come back at the time it names.
    GoingAway = 4002, After, "The server is restarting. You will be reconnected.";
    /// The peer was silent for too long.
    Silent = 4003, Now, "Nothing was heard from you for a while.";
    /// A newer link took this session over.
    Replaced = 4004, Never, "This seat is being played from another tab or device.";
    /// The seat was given up after the grace time.
    SeatExpired = 4005, Never, "Your seat was given up after you were away too long. Join again.";
    /// The match is over and will not start again.
    MatchOver = 4006, Never, "The match is over.";
    MatchFull = 4010, After, "The match is full.";
    /// The ticket is unknown, used or too old.
    BadTicket = 4011, Never, "The ticket is not valid any more. Join again.";
    WrongVersion = 4012, Never, "This page is older or newer than the server. Reload it.";
    /// Bytes that no client of ours sends.
    Malformed = 4020, Never, "The server did not understand a message.";
    /// More packets or messages than any player needs.
    Flooding = 4021, After, "Too many messages were sent.";
    /// The reliable lane could not be emptied fast enough.
    TooSlow = 4022, Now, "The connection was too slow to keep up.";
    HandshakeTimeout = 4023, Now, "The handshake took too long.";
    /// A fault of the host.
    Internal = 4030, After, "Something went wrong on the server.";
}
