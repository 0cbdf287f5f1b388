//! A session that is sent anything at all neither panics nor grows: at the worst it says which code it is to be closed with.
#![no_main]

use libfuzzer_sys::fuzz_target;
use slipstream_shared::ids::Micros;
use slipstream_shared::limits::RELIABLE_UNACKED_MAX;
use slipstream_shared::protocol::envelope::{Lane, LinkCaps};
use slipstream_shared::session::Session;

/// Units one after another, each behind a byte for its lane and one for its length.
fn units(bytes: &[u8]) -> impl Iterator<Item = (Lane, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let [lane, length, tail @ ..] = rest else { return None };
        let (unit, tail) = tail.split_at(usize::from(*length).min(tail.len()));
        rest = tail;
        Some((if lane % 2 == 0 { Lane::Unreliable } else { Lane::Reliable }, unit))
    })
}

fuzz_target!(|bytes: &[u8]| {
    let mut host = Session::host(1, 30_000);
    let mut client = Session::client();
    let caps = LinkCaps { datagram_bytes_max: 1150 };
    let mut now = Micros(1);
    host.link_accepted(now, caps, "token".into());
    client.link_opened(now, caps);
    let mut out = Vec::new();
    for (lane, unit) in units(bytes) {
        now = now.plus_ms(7);
        let _ = host.handle(now, lane, unit);
        let _ = client.handle(now, lane, unit);
        let _ = host.queue([1u8, 2, 3][..].into());
        for session in [&mut host, &mut client] {
            while session.poll_transmit(now, &mut out).is_some() {}
            assert!(session.unacked_count() <= RELIABLE_UNACKED_MAX);
        }
    }
});
