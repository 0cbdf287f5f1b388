//! What the rest of the server knows of a match: its name, its figures, and the way in.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};

use serde::{Serialize, Serializer};
use slipstream_shared::host::NewPlayer;
use slipstream_shared::ids::{Micros, PlayerSlot};
use slipstream_shared::protocol::close_code::CloseCode;
use slipstream_shared::protocol::event::{Mode, Phase};
use tokio::sync::oneshot;

use crate::link::Link;
use crate::matches::shard::ShardCommand;

/// Characters of a match's name: digits and letters that are not mistaken for each other.
const ID_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const ID_CHARS: usize = 8;

/// Names a match; 40 bits, so that it fits a number of JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchId(pub u64);

impl MatchId {
    pub const BITS: u32 = 5 * ID_CHARS as u32;
}

impl fmt::Display for MatchId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..ID_CHARS).rev() {
            let digit = (self.0 >> (5 * place)) & 31;
            write!(formatter, "{}", char::from(ID_ALPHABET[usize::try_from(digit).unwrap_or(0)]))?;
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct NoMatchId;

impl FromStr for MatchId {
    type Err = NoMatchId;

    fn from_str(text: &str) -> Result<Self, NoMatchId> {
        if text.len() != ID_CHARS {
            return Err(NoMatchId);
        }
        text.bytes().try_fold(Self(0), |id, byte| {
            let digit = ID_ALPHABET.iter().position(|letter| *letter == byte.to_ascii_lowercase()).ok_or(NoMatchId)?;
            Ok(Self(id.0 << 5 | digit as u64))
        })
    }
}

impl Serialize for MatchId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Somebody with a link and the right to a seat.
pub struct Arriving {
    pub session: u64,
    /// Goes out with the welcome, for the next link.
    pub next_token: String,
    /// `None`: they have a seat already.
    pub newcomer: Option<NewPlayer>,
    pub link: Link,
}

/// Told by matches, cold moments only.
pub trait SessionWatch: Send + Sync {
    /// The client was heard after its welcome, hence has the newest resume token.
    fn confirmed(&self, session: u64);
    /// The seat is gone; nothing leads to it any more.
    fn ended(&self, session: u64);
}

/// Written by the match's thread, read by anybody.
#[derive(Debug, Default)]
pub struct MatchFigures {
    pub tick: AtomicU32,
    pub people: AtomicUsize,
    pub ships: AtomicUsize,
    phase: AtomicU8,
    is_over: AtomicBool,
}

impl MatchFigures {
    pub fn set_phase(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::WarmUp,
            1 => Phase::Live,
            _ => Phase::Ended,
        }
    }

    /// The match will not run again.
    pub fn set_over(&self) {
        self.is_over.store(true, Ordering::Release);
    }

    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Acquire)
    }
}

/// What never changes in a match.
#[derive(Clone, Debug)]
pub struct MatchFacts {
    pub id: MatchId,
    pub mode: Mode,
    pub map: String,
    pub people_max: usize,
    pub opened_at: Micros,
    /// Stays open when nobody is in it.
    pub is_permanent: bool,
}

/// A match as lists show it.
#[derive(Clone, Debug, Serialize)]
pub struct MatchSummary {
    pub id: MatchId,
    pub mode: Mode,
    pub map: String,
    pub phase: Phase,
    pub people: usize,
    pub people_max: usize,
    pub ships: usize,
    pub tick: u32,
    #[serde(skip)]
    pub opened_at: Micros,
}

#[derive(Clone)]
pub struct MatchHandle {
    pub facts: Arc<MatchFacts>,
    pub figures: Arc<MatchFigures>,
    shard: SyncSender<ShardCommand>,
}

impl MatchHandle {
    #[must_use]
    pub fn new(facts: MatchFacts, shard: SyncSender<ShardCommand>) -> Self {
        Self { facts: Arc::new(facts), figures: Arc::default(), shard }
    }

    /// Hands a link over to the match's thread.
    pub fn enter(&self, arriving: Arriving) -> Result<(), CloseCode> {
        let command = ShardCommand::Enter { id: self.facts.id, arriving: Box::new(arriving) };
        self.shard.try_send(command).map_err(|error| match error {
            TrySendError::Full(_) => CloseCode::Internal,
            TrySendError::Disconnected(_) => CloseCode::GoingAway,
        })
    }

    /// For development: what a page does when the network drops a player. False when the seat has no link.
    pub async fn cut(&self, slot: PlayerSlot) -> bool {
        let (answer, answered) = oneshot::channel();
        let command = ShardCommand::Cut { id: self.facts.id, slot, answer };
        self.shard.try_send(command).is_ok() && answered.await.unwrap_or(false)
    }

    #[must_use]
    pub fn summary(&self) -> MatchSummary {
        let MatchFacts { id, mode, ref map, people_max, opened_at, .. } = *self.facts;
        MatchSummary {
            id,
            mode,
            map: map.clone(),
            phase: self.figures.phase(),
            people: self.figures.people.load(Ordering::Relaxed),
            people_max,
            ships: self.figures.ships.load(Ordering::Relaxed),
            tick: self.figures.tick.load(Ordering::Relaxed),
            opened_at,
        }
    }
}

#[cfg(test)]
impl MatchHandle {
    pub fn for_tests() -> Self {
        let (shard, _) = std::sync::mpsc::sync_channel(1);
        Self::new(MatchFacts::for_tests(), shard)
    }
}

#[cfg(test)]
impl MatchFacts {
    pub fn for_tests() -> Self {
        let opened_at = Micros(0);
        Self { id: MatchId(1), mode: Mode::FreeForAll, map: "duel".into(), people_max: 4, opened_at, is_permanent: true }
    }
}

#[cfg(test)]
impl MatchSummary {
    pub fn for_tests() -> Self {
        MatchHandle::for_tests().summary()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_is_named_by_eight_plain_characters() {
        for number in [0, 1, 31, 32, (1 << MatchId::BITS) - 1, 0x12_3456_789a] {
            let text = MatchId(number).to_string();
            assert_eq!((text.len(), text.parse()), (ID_CHARS, Ok(MatchId(number))));
        }
        assert_eq!("00000001".parse(), Ok(MatchId(1)));
    }

    #[test]
    fn other_text_is_no_match() {
        for text in ["", "1", "0000000!", "000000000", "../../..", "ööööö"] {
            assert_eq!(text.parse::<MatchId>(), Err(NoMatchId), "{text}");
        }
    }
}
