//! How often one address may ask for seats or matches.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use slipstream_shared::ids::Micros;
use slipstream_shared::session::flood_guard::TokenBucket;

use crate::transport::address_count::network;

/// Requests per second and address, once the burst is used up.
const PER_S: u32 = 5;
/// Addresses remembered; when there are more, those that rested are forgotten; newcomers are refused if none did.
const ADDRESSES_MAX: usize = 16_384;
/// An address that rested this long has its whole burst again.
const FORGET_AFTER_MS: u64 = 60_000;

pub struct JoinRate {
    burst: u32,
    addresses: Mutex<HashMap<IpAddr, (Micros, TokenBucket)>>,
}

impl JoinRate {
    /// `burst`: requests at once, after a rest.
    #[must_use]
    pub fn new(burst: u32) -> Self {
        Self { burst, addresses: Mutex::default() }
    }

    /// May this address ask now?
    pub fn take(&self, now: Micros, address: IpAddr) -> bool {
        let address = network(address);
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len() >= ADDRESSES_MAX {
            addresses.retain(|_, (asked_at, _)| now.since(*asked_at) < FORGET_AFTER_MS * 1000);
        }
        if addresses.len() >= ADDRESSES_MAX && !addresses.contains_key(&address) {
            return false;
        }
        let (asked_at, bucket) = addresses.entry(address).or_insert_with(|| (now, TokenBucket::new(PER_S, self.burst)));
        *asked_at = now;
        bucket.take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_uses_up_its_own_burst_only() {
        let rate = JoinRate::new(3);
        let (eager, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        assert_eq!((0..10).filter(|_| rate.take(Micros(0), eager)).count(), 3);
        assert!(rate.take(Micros(0), other));
        assert!(rate.take(Micros::from_ms(1000), eager), "it comes back with time");
    }
}
