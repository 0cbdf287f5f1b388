//! A real client: `ClientCore` over a real link.

use std::time::Duration;

use slipstream_server::clock::Clock;
use slipstream_shared::client::{ClientConfig, ClientCore, ClientEvent, ClientOutput, ClientStats, LinkCaps};
use slipstream_shared::protocol::envelope::Lane;

use super::{Grant, PATIENCE, RawLink, connect};

/// How often the client's clock is looked at, as a page's frames would.
const STEP: Duration = Duration::from_millis(8);

pub struct Player {
    pub core: ClientCore,
    pub grant: Grant,
    clock: Clock,
    link: Option<RawLink>,
}

impl Player {
    /// Opens the first link and waits for the seat.
    pub async fn join(grant: Grant) -> Self {
        let mut player = Self { core: ClientCore::new(ClientConfig::default()), clock: Clock::start(), link: None, grant };
        let address = player.grant.address();
        player.open(&address).await;
        player.play_until("a seat", |core| core.own_slot().is_some()).await;
        player
    }

    /// Opens a further link with the token of the last welcome.
    pub async fn resume(&mut self) {
        let address = self.grant.resume_address(&self.token());
        self.open(&address).await;
    }

    pub fn token(&self) -> String {
        self.core.resume_token().expect("a welcome came").to_owned()
    }

    /// Loses the link without a word.
    pub fn lose_link(&mut self) {
        self.link = None;
        self.core.link_lost(self.clock.now());
    }

    async fn open(&mut self, address: &str) {
        let link = connect(address, &self.grant.hashes).await.expect("the link is accepted");
        let datagram_bytes_max = link.connection.max_datagram_size().map_or(0, |max| u16::try_from(max).unwrap_or(u16::MAX));
        self.core.link_opened(self.clock.now(), LinkCaps { datagram_bytes_max });
        self.link = Some(link);
    }

    /// Plays on until `is_enough`; gives up loudly.
    pub async fn play_until(&mut self, what: &str, mut is_enough: impl FnMut(&mut ClientCore) -> bool) -> Vec<ClientEvent> {
        let mut events = Vec::new();
        let playing = async {
            while !is_enough(&mut self.core) {
                self.step().await;
                events.extend(std::iter::from_fn(|| self.core.poll_event()));
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, playing).await;
        assert!(in_time.is_ok(), "{what} did not happen; {:?}", self.core.stats(self.clock.now()));
        events
    }

    /// Plays until an event that fits; returns it.
    pub async fn play_until_event<T>(&mut self, what: &str, mut pick: impl FnMut(&ClientEvent) -> Option<T>) -> T {
        let playing = async {
            loop {
                self.step().await;
                while let Some(event) = self.core.poll_event() {
                    if let Some(found) = pick(&event) {
                        return found;
                    }
                }
            }
        };
        tokio::time::timeout(PATIENCE, playing).await.unwrap_or_else(|_| panic!("{what} did not happen"))
    }

    /// The newest tick heard of.
    pub fn host_tick(&self) -> u32 {
        self.core.stats(self.clock.now()).host_tick
    }

    /// Plays until the server has told of `tick`.
    pub async fn play_until_tick(&mut self, tick: u32) {
        self.play_until_stats("a newer snapshot", |stats| stats.host_tick >= tick).await;
    }

    pub async fn play_until_stats(&mut self, what: &str, mut is_enough: impl FnMut(&ClientStats) -> bool) {
        let clock = self.clock;
        self.play_until(what, |core| is_enough(&core.stats(clock.now()))).await;
    }

    async fn step(&mut self) {
        let Some(link) = &mut self.link else { panic!("there is no link") };
        let connection = link.connection.clone();
        let heard = tokio::select! {
            biased;
            frame = link.receive() => frame.map(|frame| (Lane::Reliable, frame)),
            datagram = connection.receive_datagram() => datagram.ok().map(|bytes| (Lane::Unreliable, bytes.to_vec())),
            () = tokio::time::sleep(STEP) => None,
        };
        let now = self.clock.now();
        if let Some((lane, bytes)) = heard {
            self.core.handle(now, lane, &bytes).expect("the server sends what a client understands");
        }
        self.core.advance(now);
        while let Some(ClientOutput::Send { lane, bytes }) = self.core.poll_output() {
            match lane {
                Lane::Unreliable => drop(link.connection.send_datagram(bytes)),
                Lane::Reliable => link.send_bytes(&bytes).await,
            }
        }
    }
}
