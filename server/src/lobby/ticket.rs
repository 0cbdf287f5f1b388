//! Tickets: the signed right to take a seat, good once and for a short time.
//!
//! A ticket is all that the server has to know about a newcomer, signed with a key that lives as long as the process. What
//! is remembered is only which tickets were used, until they would have expired anyway.

use std::collections::{BTreeSet, HashSet};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use slipstream_shared::ids::Micros;
use slipstream_shared::limits::TICKET_MS_MAX;

/// Used tickets remembered; more within the life of a ticket means that somebody tries something.
pub const USED_TICKETS_MAX: usize = 65_536;
const VERSION: u8 = 1;
/// Stands for no chosen colour.
const NO_COLOUR: u8 = u8::MAX;
const SIGNATURE_BYTES: usize = 32;
/// Version, match, number, expiry, colour.
const FIXED_BYTES: usize = 1 + 8 + 8 + 8 + 1;
/// Names are at most 16 characters of at most 4 bytes.
const TICKET_CHARS_MAX: usize = 256;

/// What a ticket promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub match_id: u64,
    pub name: String,
    /// The match chooses when the player did not.
    pub colour: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TicketError {
    /// Not of our making, or changed on the way.
    Forged,
    Expired,
    Used,
    /// So many tickets were used lately that no further one can be remembered.
    TooMany,
}

pub struct TicketOffice {
    key: [u8; 64],
    issued: Mutex<u64>,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    numbers: HashSet<u64>,
    /// By expiry, for forgetting.
    by_expiry: BTreeSet<(u64, u64)>,
}

impl TicketOffice {
    /// `key` is random and secret.
    #[must_use]
    pub fn new(key: [u8; 64]) -> Self {
        Self { key, issued: Mutex::default(), used: Mutex::default() }
    }

    /// Text that can stand in a URL as it is.
    pub fn issue(&self, now: Micros, ticket: &Ticket) -> String {
        let number = {
            let mut issued = self.issued.lock().unwrap_or_else(PoisonError::into_inner);
            *issued += 1;
            *issued
        };
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&ticket.match_id.to_le_bytes());
        bytes.extend_from_slice(&number.to_le_bytes());
        bytes.extend_from_slice(&now.plus_ms(TICKET_MS_MAX).0.to_le_bytes());
        bytes.push(ticket.colour.unwrap_or(NO_COLOUR));
        bytes.extend_from_slice(ticket.name.as_bytes());
        let signature = self.sign(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Takes a ticket; a second time it is used.
    pub fn redeem(&self, now: Micros, text: &str) -> Result<Ticket, TicketError> {
        if text.len() > TICKET_CHARS_MAX {
            return Err(TicketError::Forged);
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TicketError::Forged)?;
        let split = bytes.len().checked_sub(SIGNATURE_BYTES).ok_or(TicketError::Forged)?;
        let (content, signature) = bytes.split_at(split);
        // Compares in constant time.
        self.sign(content).verify_slice(signature).map_err(|_| TicketError::Forged)?;
        let (ticket, number, expires_at) = parse(content).ok_or(TicketError::Forged)?;
        if now >= expires_at {
            return Err(TicketError::Expired);
        }
        self.used.lock().unwrap_or_else(PoisonError::into_inner).note(now, number, expires_at)?;
        Ok(ticket)
    }

    fn sign(&self, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(content);
        mac
    }
}

impl Used {
    fn note(&mut self, now: Micros, number: u64, expires_at: Micros) -> Result<(), TicketError> {
        while let Some(&(expired_at, old)) = self.by_expiry.first()
            && expired_at <= now.0
        {
            self.by_expiry.pop_first();
            self.numbers.remove(&old);
        }
        if self.numbers.len() >= USED_TICKETS_MAX {
            return Err(TicketError::TooMany);
        }
        if !self.numbers.insert(number) {
            return Err(TicketError::Used);
        }
        self.by_expiry.insert((expires_at.0, number));
        Ok(())
    }
}

fn parse(content: &[u8]) -> Option<(Ticket, u64, Micros)> {
    let (fixed, name) = content.split_first_chunk::<FIXED_BYTES>()?;
    if fixed[0] != VERSION {
        return None;
    }
    let number_at = |start: usize| Some(u64::from_le_bytes(fixed.get(start..start + 8)?.try_into().ok()?));
    let colour = Some(fixed[FIXED_BYTES - 1]).filter(|colour| *colour != NO_COLOUR);
    let ticket = Ticket { match_id: number_at(1)?, name: String::from_utf8(name.to_vec()).ok()?, colour };
    Some((ticket, number_at(9)?, Micros(number_at(17)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Ticket {
        Ticket { match_id: 7, name: "ADA".into(), colour: Some(3) }
    }

    #[test]
    fn a_ticket_is_good_once() {
        let office = TicketOffice::new([1; 64]);
        let text = office.issue(Micros(0), &ada());
        assert_eq!(office.redeem(Micros(5), &text), Ok(ada()));
        assert_eq!(office.redeem(Micros(6), &text), Err(TicketError::Used));
    }

    #[test]
    fn two_tickets_of_the_same_player_are_two() {
        let office = TicketOffice::new([1; 64]);
        let (first, second) = (office.issue(Micros(0), &ada()), office.issue(Micros(0), &ada()));
        assert!(office.redeem(Micros(1), &first).is_ok() && office.redeem(Micros(1), &second).is_ok());
    }

    #[test]
    fn a_ticket_expires() {
        let office = TicketOffice::new([1; 64]);
        let text = office.issue(Micros(0), &ada());
        assert_eq!(office.redeem(Micros::from_ms(TICKET_MS_MAX), &text), Err(TicketError::Expired));
    }

    #[test]
    fn a_changed_or_foreign_ticket_is_forged() {
        let office = TicketOffice::new([1; 64]);
        let text = office.issue(Micros(0), &ada());
        assert_eq!(TicketOffice::new([2; 64]).redeem(Micros(1), &text), Err(TicketError::Forged));
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(office.redeem(Micros(1), &changed), Err(TicketError::Forged), "character {index}");
        }
        for nonsense in ["", "ticket", "AAAA", "💥"] {
            assert_eq!(office.redeem(Micros(1), nonsense), Err(TicketError::Forged));
        }
        assert_eq!(office.redeem(Micros(1), &text), Ok(ada()), "the attempts did not use it up");
    }

    #[test]
    fn used_tickets_are_forgotten_once_they_are_expired() {
        let office = TicketOffice::new([1; 64]);
        for second in 0..100 {
            let now = Micros::from_ms(second * 1000);
            office.redeem(now, &office.issue(now, &ada())).unwrap();
        }
        let kept = office.used.lock().unwrap().numbers.len() as u64;
        assert!(kept <= TICKET_MS_MAX / 1000 + 1, "{kept}");
    }
}
