//! The certificate that browsers accept by its hash: made in memory, short-lived, replaced with overlap.
//!
//! Browsers take ECDSA P-256 and at most 14 days. The next certificate exists, and its hash is published, long before it
//! is used: an answer with hashes that a page got yesterday still opens a connection today.

use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};

/// Clocks of players run behind by up to this much.
const CLOCK_SKEW: Duration = Duration::HOUR;
/// From `not_before` to `not_after`; browsers allow 14 days.
const LIFETIME: Duration = Duration::days(13);
/// A certificate is replaced this long before it ends.
const REPLACED_BEFORE_END: Duration = Duration::DAY;

/// One self-made certificate.
pub struct Minted {
    pub chain: Vec<CertificateDer<'static>>,
    key: Vec<u8>,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot make a certificate: {0}")]
pub struct MintError(#[from] rcgen::Error);

impl Minted {
    /// Good from `CLOCK_SKEW` before `first_use`.
    pub fn mint(names: &[String], first_use: OffsetDateTime) -> Result<Self, MintError> {
        let mut params = rcgen::CertificateParams::new(names.to_vec())?;
        params.distinguished_name.push(rcgen::DnType::CommonName, "slipstream");
        params.not_before = first_use - CLOCK_SKEW;
        params.not_after = params.not_before + LIFETIME;
        let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
        let certificate = params.self_signed(&key)?;
        Ok(Self {
            chain: vec![certificate.der().clone()],
            key: key.serialize_der(),
            not_before: params.not_before,
            not_after: params.not_after,
        })
    }

    #[must_use]
    pub fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.clone()))
    }

    /// Base64 of the SHA-256 of the certificate, as `serverCertificateHashes` wants its value.
    #[must_use]
    pub fn hash(&self) -> String {
        STANDARD.encode(Sha256::digest(self.chain.first().map_or(&[][..], AsRef::as_ref)))
    }

    fn replaced_at(&self) -> OffsetDateTime {
        self.not_after - REPLACED_BEFORE_END
    }
}

/// The certificate in use and the one after it.
pub struct CertificatePair {
    names: Vec<String>,
    pair: Mutex<Pair>,
}

struct Pair {
    current: Minted,
    next: Minted,
}

impl CertificatePair {
    pub fn mint(names: Vec<String>, now: OffsetDateTime) -> Result<Self, MintError> {
        let current = Minted::mint(&names, now)?;
        let next = Minted::mint(&names, current.replaced_at())?;
        Ok(Self { names, pair: Mutex::new(Pair { current, next }) })
    }

    /// Hashes for the join answer: the one in use, then the next.
    #[must_use]
    pub fn hashes(&self) -> Vec<String> {
        let pair = self.pair.lock().unwrap_or_else(PoisonError::into_inner);
        vec![pair.current.hash(), pair.next.hash()]
    }

    /// When `rotate_if_due` will next have something to do.
    #[must_use]
    pub fn due_at(&self) -> OffsetDateTime {
        self.pair.lock().unwrap_or_else(PoisonError::into_inner).current.replaced_at()
    }

    /// Moves on to the next certificate when its time has come; true when it did.
    pub fn rotate_if_due(&self, now: OffsetDateTime) -> Result<bool, MintError> {
        let mut pair = self.pair.lock().unwrap_or_else(PoisonError::into_inner);
        if now < pair.current.replaced_at() {
            return Ok(false);
        }
        // After a long sleep of the machine the next one may be over as well: then start anew.
        if now >= pair.next.replaced_at() {
            pair.next = Minted::mint(&self.names, now)?;
        }
        let after_next = Minted::mint(&self.names, pair.next.replaced_at())?;
        pair.current = std::mem::replace(&mut pair.next, after_next);
        Ok(true)
    }

    /// Reads the certificate in use.
    pub fn with_current<T>(&self, read: impl FnOnce(&Minted) -> T) -> T {
        read(&self.pair.lock().unwrap_or_else(PoisonError::into_inner).current)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(now: OffsetDateTime) -> CertificatePair {
        CertificatePair::mint(vec!["localhost".into()], now).unwrap()
    }

    #[test]
    fn a_certificate_lives_shorter_than_browsers_allow_and_began_before_now() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        pair(now).with_current(|current| {
            assert!(current.not_after - current.not_before < Duration::days(14));
            assert!(current.not_before <= now - Duration::HOUR && now < current.not_after);
        });
    }

    #[test]
    fn hashes_given_out_yesterday_still_fit_after_a_rotation() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let pair = pair(now);
        let given_out = pair.hashes();
        assert!(!pair.rotate_if_due(now + Duration::days(10)).unwrap(), "too early");
        let later = pair.due_at();
        assert!(pair.rotate_if_due(later).unwrap());
        let in_use = pair.with_current(Minted::hash);
        assert_eq!(given_out[1], in_use);
        pair.with_current(|current| assert!(current.not_before <= later - Duration::HOUR && later < current.not_after));
        assert_ne!(pair.hashes()[1], in_use);
    }

    #[test]
    fn a_machine_that_slept_for_a_month_starts_anew() {
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap();
        let pair = pair(now);
        let later = now + Duration::days(40);
        assert!(pair.rotate_if_due(later).unwrap());
        pair.with_current(|current| assert!(current.not_before < later && later < current.not_after));
    }
}
