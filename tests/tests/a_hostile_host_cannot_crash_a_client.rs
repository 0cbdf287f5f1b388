//! Bytes that were bent on their way, or that no host of ours writes, are refused; the client goes on or ends its link, never itself.

use std::sync::Arc;

use slipstream_shared::client::{ClientConfig, ClientCore, LinkCaps};
use slipstream_shared::ids::Micros;
use slipstream_shared::ids::{PlayerSlot, Tick};
use slipstream_shared::protocol::codec::encode_host_message;
use slipstream_shared::protocol::envelope::Lane;
use slipstream_shared::protocol::event::{HostMessage, MatchStarted, Mode, PhaseState, ScoreLine};
use slipstream_shared::rng::Rng;
use slipstream_shared::session::Session;
use slipstream_shared::sim::{Level, Tuning};
use slipstream_tests::pilot::Wanderer;
use slipstream_tests::scenario::small_room;
use slipstream_tests::stepper::{ClientSetup, Stepper};
use slipstream_tests::virtual_net::NetProfile;

const CAPS: LinkCaps = LinkCaps { datagram_bytes_max: 1150 };

/// Everything that a client hears in a few seconds of a match.
fn heard(seed: u64) -> Vec<(Lane, Vec<u8>)> {
    let mut stepper = Stepper::new(seed, small_room(seed));
    let pilot = stepper.join(ClientSetup::new(NetProfile::with_rtt(20.0), Wanderer::shooting(seed)));
    stepper.join(ClientSetup::new(NetProfile::with_rtt(20.0), Wanderer::shooting(seed + 1)));
    stepper.clients[pilot].heard = Some(Vec::new());
    stepper.run_ms(3000);
    stepper.clients[pilot].heard.take().unwrap_or_default()
}

#[test]
fn bent_bytes_never_panic() {
    let original = heard(1);
    assert!(original.len() > 150);
    for seed in 1..60 {
        let mut rng = Rng::new(seed);
        let mut core = ClientCore::new(ClientConfig::default());
        let mut now = Micros::from_ms(1000);
        core.link_opened(now, CAPS);
        for (lane, bytes) in &original {
            now = now.plus_ms(16);
            let mut bytes = bytes.clone();
            // The start has to arrive, else nothing after it is looked at; later anything may be bent.
            if rng.chance(0.05) && now > Micros::from_ms(1100) && !bytes.is_empty() {
                for _ in 0..=rng.below(4) {
                    let at = rng.below(bytes.len() as u32) as usize;
                    bytes[at] ^= 1 << rng.below(8);
                }
                bytes.truncate(bytes.len() - rng.below(bytes.len().min(3) as u32) as usize);
            }
            let _ = core.handle(now, *lane, &bytes);
            core.advance(now);
            assert!(core.render(now).as_slice().iter().all(|number| number.is_finite()), "seed {seed}");
            while core.poll_output().is_some() {}
            while core.poll_event().is_some() {}
        }
    }
}

#[test]
fn messages_of_a_host_that_lies_never_panic() {
    let level = Arc::new(Level::open_box(20, 14));
    let started = |own_slot, level: Vec<u8>, tuning_json| {
        HostMessage::MatchStarted(MatchStarted {
            match_id: 1,
            mode: Mode::FreeForAll,
            own_slot,
            tick: Tick(u32::MAX),
            phase: PhaseState::default(),
            players: Vec::new(),
            level,
            level_name: "x".to_owned(),
            tuning_json,
            pickups_ready: u64::MAX,
        })
    };
    let tuning = Tuning::default().to_json();
    let messages = [
        vec![started(PlayerSlot(1023), level.to_bytes(), tuning.clone()), HostMessage::PickupReady { index: 255 }],
        vec![started(PlayerSlot(u16::MAX), level.to_bytes(), tuning.clone())],
        vec![started(PlayerSlot(0), vec![1, 2, 3], tuning.clone())],
        vec![started(PlayerSlot(0), level.to_bytes(), "{}".to_owned())],
        vec![
            started(PlayerSlot(0), level.to_bytes(), tuning),
            HostMessage::Scores(vec![ScoreLine { slot: PlayerSlot(u16::MAX), ..ScoreLine::default() }]),
            HostMessage::HitConfirmed { target: PlayerSlot(u16::MAX), damage: 1, is_rail: true },
            HostMessage::PlayerLeft { slot: PlayerSlot(u16::MAX) },
            HostMessage::PlayerAway { slot: PlayerSlot(u16::MAX), is_away: true },
            HostMessage::PickupTaken { index: 255, slot: PlayerSlot(u16::MAX), ready_at: Tick(u32::MAX) },
        ],
    ];
    for list in messages {
        let now = Micros::from_ms(1000);
        let mut host = Session::host(1, 1000);
        let mut core = ClientCore::new(ClientConfig::default());
        host.link_accepted(now, CAPS, "token".to_owned());
        core.link_opened(now, CAPS);
        for message in list {
            host.queue(Arc::from(encode_host_message(&message))).unwrap();
        }
        let mut bytes = Vec::new();
        for _ in 0..4 {
            while let Some(slipstream_shared::client::ClientOutput::Send { lane, bytes }) = core.poll_output() {
                let _ = host.handle(now, lane, &bytes);
            }
            while let Some(lane) = host.poll_transmit(now, &mut bytes) {
                let _ = core.handle(now, lane, &bytes);
            }
            core.advance(now);
            core.render(now);
        }
    }
}
