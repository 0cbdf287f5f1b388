//! The seats of a match: who sits where, and in which state that can be.

use super::input_buffer::InputBuffer;
use crate::ids::{Micros, PlayerSlot, Tick};
use crate::limits::{CHAT_BURST_MAX, CHAT_PER_S_MAX, KEYFRAME_RING, KEYFRAME_TICKS};
use crate::protocol::event::PlayerProfile;
use crate::session::flood_guard::TokenBucket;

/// A seat that was just left stays empty for this long if another is free: clients still hold baselines with its old ship.
const REST_TICKS: u32 = KEYFRAME_TICKS * KEYFRAME_RING as u32;

/// A person, as long as the seat is theirs.
#[derive(Debug)]
pub struct Player {
    pub profile: PlayerProfile,
    pub inputs: InputBuffer,
    pub ping_ms: u16,
    /// The page is hidden: no inputs are taken and little is sent.
    pub is_hidden: bool,
    /// What the others were told.
    pub is_told_away: bool,
    pub chat: TokenBucket,
    /// First states that may be asked for.
    pub baselines: TokenBucket,
}

impl Player {
    #[must_use]
    pub fn new(profile: PlayerProfile) -> Self {
        Self {
            profile,
            inputs: InputBuffer::default(),
            ping_ms: 0,
            is_hidden: false,
            is_told_away: false,
            chat: TokenBucket::new(CHAT_PER_S_MAX, CHAT_BURST_MAX),
            baselines: TokenBucket::new(1, 2),
        }
    }
}

pub enum Seat {
    Empty {
        since: Tick,
    },
    /// Admitted; the first link is awaited, the ship is not there yet.
    Reserved {
        player: Box<Player>,
        until: Micros,
    },
    Playing(Box<Player>),
    /// The link was lost; the ship stays and the next link is awaited.
    Away {
        player: Box<Player>,
        until: Micros,
    },
    Bot(Box<PlayerProfile>),
}

impl Seat {
    #[must_use]
    pub fn empty() -> Self {
        Self::Empty { since: Tick(0) }
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty { .. })
    }

    /// A person's seat, in whichever state.
    #[must_use]
    pub fn player(&self) -> Option<&Player> {
        match self {
            Self::Reserved { player, .. } | Self::Playing(player) | Self::Away { player, .. } => Some(player),
            Self::Empty { .. } | Self::Bot(_) => None,
        }
    }

    pub fn player_mut(&mut self) -> Option<&mut Player> {
        match self {
            Self::Reserved { player, .. } | Self::Playing(player) | Self::Away { player, .. } => Some(player),
            Self::Empty { .. } | Self::Bot(_) => None,
        }
    }

    pub fn profile_mut(&mut self) -> Option<&mut PlayerProfile> {
        match self {
            Self::Bot(profile) => Some(profile),
            _ => self.player_mut().map(|player| &mut player.profile),
        }
    }

    #[must_use]
    pub fn profile(&self) -> Option<&PlayerProfile> {
        match self {
            Self::Bot(profile) => Some(profile),
            _ => self.player().map(|player| &player.profile),
        }
    }

    /// The profile, if there is a ship to it.
    #[must_use]
    pub fn flying(&self) -> Option<&PlayerProfile> {
        if matches!(self, Self::Reserved { .. }) { None } else { self.profile() }
    }

    /// Is there a session that messages are kept for?
    #[must_use]
    pub fn is_listening(&self) -> bool {
        matches!(self, Self::Playing(_) | Self::Away { .. })
    }

    /// Nobody's hand is on the controls.
    #[must_use]
    pub fn is_away(&self) -> bool {
        match self {
            Self::Playing(player) => player.is_hidden,
            Self::Away { .. } => true,
            Self::Empty { .. } | Self::Reserved { .. } | Self::Bot(_) => false,
        }
    }

    #[must_use]
    pub fn expires_at(&self) -> Option<Micros> {
        match self {
            Self::Reserved { until, .. } | Self::Away { until, .. } => Some(*until),
            Self::Empty { .. } | Self::Playing(_) | Self::Bot(_) => None,
        }
    }
}

/// All seats of a match, by slot.
pub struct Seats {
    seats: Vec<Seat>,
}

impl Seats {
    #[must_use]
    pub fn new(count: usize) -> Self {
        Self { seats: (0..count).map(|_| Seat::empty()).collect() }
    }

    #[must_use]
    pub fn at(&self, slot: PlayerSlot) -> Option<&Seat> {
        self.seats.get(slot.index())
    }

    pub fn at_mut(&mut self, slot: PlayerSlot) -> Option<&mut Seat> {
        self.seats.get_mut(slot.index())
    }

    /// A person in a seat that has had its first link.
    pub fn listening_mut(&mut self, slot: PlayerSlot) -> Option<&mut Player> {
        self.at_mut(slot).filter(|seat| seat.is_listening())?.player_mut()
    }

    #[allow(clippy::cast_possible_truncation)]
    pub fn iter(&self) -> impl Iterator<Item = (PlayerSlot, &Seat)> {
        self.seats.iter().enumerate().map(|(index, seat)| (PlayerSlot(index as u16), seat))
    }

    #[allow(clippy::cast_possible_truncation)]
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (PlayerSlot, &mut Seat)> {
        self.seats.iter_mut().enumerate().map(|(index, seat)| (PlayerSlot(index as u16), seat))
    }

    /// The slots that hear what is said to all.
    pub fn listeners(&self) -> impl Iterator<Item = PlayerSlot> {
        self.iter().filter(|(_, seat)| seat.is_listening()).map(|(slot, _)| slot)
    }

    /// The lowest empty seat that has rested; the lowest empty one when none has.
    #[must_use]
    pub fn free(&self, now: Tick) -> Option<PlayerSlot> {
        let rested = |seat: &Seat| matches!(seat, Seat::Empty { since } if *since == Tick(0) || now.since(*since) >= REST_TICKS);
        let first = |is_fit: &dyn Fn(&Seat) -> bool| self.iter().find(|(_, seat)| is_fit(seat)).map(|(slot, _)| slot);
        first(&rested).or_else(|| first(&Seat::is_empty))
    }

    #[must_use]
    pub fn taken_count(&self) -> usize {
        self.seats.iter().filter(|seat| !seat.is_empty()).count()
    }

    #[must_use]
    pub fn people_count(&self) -> usize {
        self.seats.iter().filter(|seat| seat.player().is_some()).count()
    }

    #[must_use]
    pub fn bot_count(&self) -> usize {
        self.seats.iter().filter(|seat| matches!(seat, Seat::Bot(_))).count()
    }

    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.seats.iter().filter_map(Seat::profile).any(|profile| profile.name == name)
    }
}
