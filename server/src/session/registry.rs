//! Which resume token leads to which session: rotated at each use, ended with its session.
//!
//! A welcome can be lost with its link. Therefore the token that opened a link stays good until the client was heard on that
//! link after the welcome: from then on it certainly has the newer one.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::matches::handle::{MatchHandle, SessionWatch};

const TOKEN_BYTES: usize = 24;
/// Longer text is no token of ours.
const TOKEN_CHARS_MAX: usize = 64;

/// Names a session, for logs and for clients; not a secret.
pub type SessionNumber = u64;

/// Tokens are kept as hashes: looking one up takes no longer when it is nearly right.
type TokenHash = [u8; 32];

#[derive(Default)]
pub struct Registry {
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    sessions: HashMap<SessionNumber, Entry>,
    by_token: HashMap<TokenHash, SessionNumber>,
}

struct Entry {
    match_handle: MatchHandle,
    newest: TokenHash,
    /// What opened the present link, as long as it is not sure that the newest one arrived.
    unconfirmed: Option<TokenHash>,
}

/// A session that may be entered, and the token for the time after.
pub struct Entrance {
    pub session: SessionNumber,
    pub match_handle: MatchHandle,
    pub next_token: String,
}

#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

impl Registry {
    /// Begins a session in a match.
    pub fn begin(&self, match_handle: MatchHandle) -> Result<Entrance, NoRandomness> {
        // 0 means no session.
        let (token, session) = (random_token()?, u64::from_le_bytes(random()?).max(1));
        let newest = hash(&token);
        let mut book = self.lock();
        book.by_token.insert(newest, session);
        book.sessions.insert(session, Entry { match_handle: match_handle.clone(), newest, unconfirmed: None });
        Ok(Entrance { session, match_handle, next_token: token })
    }

    /// Does this token lead anywhere? Uses nothing up.
    #[must_use]
    pub fn is_known(&self, token: &str) -> bool {
        token.len() <= TOKEN_CHARS_MAX && self.lock().by_token.contains_key(&hash(token))
    }

    /// Enters the session of a token and renews it; `None` when it leads nowhere (any more).
    pub fn resume(&self, token: &str) -> Result<Option<Entrance>, NoRandomness> {
        let next_token = random_token()?;
        let (used, next) = (hash(token), hash(&next_token));
        let mut book = self.lock();
        let Book { sessions, by_token } = &mut *book;
        let Some(session) = by_token.get(&used).copied() else { return Ok(None) };
        let Some(entry) = sessions.get_mut(&session) else { return Ok(None) };
        // Of the tokens before, only the one that was just shown stays, until the client is heard.
        for old in [Some(entry.newest), entry.unconfirmed].into_iter().flatten() {
            if old != used {
                by_token.remove(&old);
            }
        }
        entry.unconfirmed = Some(used);
        entry.newest = next;
        by_token.insert(next, session);
        Ok(Some(Entrance { session, match_handle: entry.match_handle.clone(), next_token }))
    }

    #[must_use]
    pub fn session_count(&self) -> usize {
        self.lock().sessions.len()
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SessionWatch for Registry {
    fn confirmed(&self, session: SessionNumber) {
        let mut book = self.lock();
        let old = book.sessions.get_mut(&session).and_then(|entry| entry.unconfirmed.take());
        if let Some(old) = old {
            book.by_token.remove(&old);
        }
    }

    fn ended(&self, session: SessionNumber) {
        let mut book = self.lock();
        if let Some(entry) = book.sessions.remove(&session) {
            book.by_token.remove(&entry.newest);
            entry.unconfirmed.map(|old| book.by_token.remove(&old));
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(bytes)
}

fn random_token() -> Result<String, NoRandomness> {
    Ok(URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>()?))
}

fn hash(token: &str) -> TokenHash {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begun() -> (Registry, Entrance) {
        let registry = Registry::default();
        let entrance = registry.begin(MatchHandle::for_tests()).unwrap();
        (registry, entrance)
    }

    #[test]
    fn a_token_dies_when_its_successor_has_arrived() {
        let (registry, first) = begun();
        let second = registry.resume(&first.next_token).unwrap().unwrap();
        registry.confirmed(second.session);
        assert!(registry.resume(&first.next_token).unwrap().is_none());
        assert_eq!(registry.resume(&second.next_token).unwrap().unwrap().session, first.session);
    }

    #[test]
    fn a_welcome_that_was_lost_does_not_lock_the_player_out() {
        let (registry, first) = begun();
        let lost = registry.resume(&first.next_token).unwrap().unwrap();
        let second = registry.resume(&first.next_token).unwrap().unwrap();
        assert!(!registry.is_known(&lost.next_token), "the token that never arrived is dead");
        assert!(registry.is_known(&second.next_token));
    }

    #[test]
    fn an_ended_session_leaves_nothing() {
        let (registry, first) = begun();
        let second = registry.resume(&first.next_token).unwrap().unwrap();
        registry.ended(first.session);
        assert!(!registry.is_known(&first.next_token) && !registry.is_known(&second.next_token));
        assert_eq!((registry.session_count(), registry.lock().by_token.len()), (0, 0));
    }

    #[test]
    fn nonsense_is_no_token() {
        let (registry, _) = begun();
        assert!(!registry.is_known("") && !registry.is_known(&"x".repeat(10_000)));
        assert!(registry.resume("nonsense").unwrap().is_none());
    }
}
