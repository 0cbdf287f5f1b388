//! How many of something one address has open; a permit gives its place back when it is dropped.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts by IPv4 address or by IPv6 network: one subscriber has a whole /64.
#[derive(Debug)]
pub struct AddressCount {
    per_address_max: usize,
    open: Mutex<HashMap<IpAddr, usize>>,
}

#[derive(Debug)]
pub struct AddressPermit {
    count: Arc<AddressCount>,
    address: IpAddr,
}

impl AddressCount {
    #[must_use]
    pub fn new(per_address_max: usize) -> Arc<Self> {
        Arc::new(Self { per_address_max, open: Mutex::default() })
    }

    #[must_use]
    pub fn admit(self: &Arc<Self>, address: IpAddr) -> Option<AddressPermit> {
        let address = network(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_insert(0);
        if *count >= self.per_address_max {
            return None;
        }
        *count += 1;
        Some(AddressPermit { count: self.clone(), address })
    }
}

impl Drop for AddressPermit {
    fn drop(&mut self) {
        let mut open = self.count.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// What counts as one address.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_places_and_gets_them_back() {
        let count = AddressCount::new(2);
        let home: IpAddr = "192.0.2.1".parse().unwrap();
        let (first, second) = (count.admit(home), count.admit(home));
        assert!(first.is_some() && second.is_some() && count.admit(home).is_none());
        assert!(count.admit("192.0.2.2".parse().unwrap()).is_some());
        drop(first);
        assert!(count.admit(home).is_some());
    }

    #[test]
    fn one_ipv6_network_counts_as_one_address() {
        let count = AddressCount::new(1);
        let _kept = count.admit("2001:db8::1".parse().unwrap()).unwrap();
        assert!(count.admit("2001:db8::2".parse().unwrap()).is_none());
        assert!(count.admit("2001:db8:0:1::2".parse().unwrap()).is_some());
    }

    #[test]
    fn a_mapped_ipv4_address_is_the_ipv4_address() {
        let count = AddressCount::new(1);
        let _kept = count.admit("::ffff:192.0.2.1".parse().unwrap()).unwrap();
        assert!(count.admit("192.0.2.1".parse().unwrap()).is_none());
    }
}
