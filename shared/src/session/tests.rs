//! Both ends of a session, joined by a link that can break at any moment.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;
use crate::limits::{ACK_DELAY_MS, PING_EVERY_MS, PLAYER_MESSAGES_BURST_MAX};

const SESSION: u64 = 7;
const CAPS: LinkCaps = LinkCaps { datagram_bytes_max: 1150 };
const NO_DATAGRAMS: LinkCaps = LinkCaps { datagram_bytes_max: 0 };

/// Units under way in one direction.
type Wire = VecDeque<(Lane, Vec<u8>)>;

struct Pair {
    now: Micros,
    host: Session,
    client: Session,
    down: Wire,
    up: Wire,
    heard_by_client: Vec<Vec<u8>>,
    heard_by_host: Vec<Vec<u8>>,
    /// One entry for each greeting that the host heard.
    greetings: Vec<bool>,
    welcomes: Vec<Welcome>,
}

impl Pair {
    fn new() -> Self {
        Self::of(Session::host(SESSION, 30_000), Session::client())
    }

    fn of(host: Session, client: Session) -> Self {
        Self {
            now: Micros(1),
            host,
            client,
            down: Wire::new(),
            up: Wire::new(),
            heard_by_client: Vec::new(),
            heard_by_host: Vec::new(),
            greetings: Vec::new(),
            welcomes: Vec::new(),
        }
    }

    fn open(&mut self, caps: LinkCaps) {
        self.client.link_opened(self.now, caps);
        self.host.link_accepted(self.now, caps, format!("token {}", self.host.epoch() + 1));
    }

    fn lose(&mut self) {
        self.down.clear();
        self.up.clear();
        self.client.link_lost(self.now);
        self.host.link_lost(self.now);
    }

    fn pump_out(&mut self) {
        let mut out = Vec::new();
        while let Some(lane) = self.host.poll_transmit(self.now, &mut out) {
            self.down.push_back((lane, out.clone()));
        }
        while let Some(lane) = self.client.poll_transmit(self.now, &mut out) {
            self.up.push_back((lane, out.clone()));
        }
    }

    fn deliver_down(&mut self) -> Result<(), CloseCode> {
        let Some((lane, bytes)) = self.down.pop_front() else { return Ok(()) };
        match self.client.handle(self.now, lane, &bytes)? {
            Some(SessionEvent::Message(payload)) => self.heard_by_client.push(payload.to_vec()),
            Some(SessionEvent::Welcomed(welcome)) => self.welcomes.push(welcome),
            _ => {}
        }
        Ok(())
    }

    fn deliver_up(&mut self) -> Result<(), CloseCode> {
        let Some((lane, bytes)) = self.up.pop_front() else { return Ok(()) };
        match self.host.handle(self.now, lane, &bytes)? {
            Some(SessionEvent::Message(payload)) => self.heard_by_host.push(payload.to_vec()),
            Some(SessionEvent::Greeted { is_fresh, .. }) => self.greetings.push(is_fresh),
            _ => {}
        }
        Ok(())
    }

    /// Everything arrives, and what it causes too.
    fn settle(&mut self) {
        for _ in 0..4 {
            self.now = self.now.plus_ms(ACK_DELAY_MS);
            self.pump_out();
            while !self.down.is_empty() || !self.up.is_empty() {
                self.deliver_down().expect("the host says nothing wrong");
                self.deliver_up().expect("the client says nothing wrong");
            }
        }
    }

    fn say_to_client(&mut self, text: &str) {
        self.host.queue(Arc::from(text.as_bytes())).expect("room");
    }

    fn say_to_host(&mut self, text: &str) {
        self.client.queue(Arc::from(text.as_bytes())).expect("room");
    }
}

fn texts(heard: &[Vec<u8>]) -> Vec<&str> {
    heard.iter().map(|bytes| core::str::from_utf8(bytes).expect("text")).collect()
}

#[test]
fn a_greeting_opens_both_ends() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    assert!(pair.host.is_live() && pair.client.is_live());
    assert_eq!(pair.greetings, [true]);
    assert_eq!((pair.welcomes[0].session, pair.welcomes[0].epoch), (SESSION, 1));
    assert!(pair.host.is_confirmed());
}

#[test]
fn a_session_resumes_though_no_message_was_ever_exchanged() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    pair.lose();
    pair.say_to_client("first");
    pair.open(CAPS);
    pair.settle();
    assert_eq!(pair.greetings, [true, false]);
    assert_eq!(texts(&pair.heard_by_client), ["first"]);
}

#[test]
fn a_session_resumes_twice_in_a_row() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    for round in 1..=3 {
        pair.lose();
        pair.say_to_client(&format!("down {round}"));
        pair.say_to_host(&format!("up {round}"));
        pair.open(CAPS);
        pair.settle();
    }
    assert_eq!(texts(&pair.heard_by_client), ["down 1", "down 2", "down 3"]);
    assert_eq!(texts(&pair.heard_by_host), ["up 1", "up 2", "up 3"]);
    assert_eq!(pair.welcomes.last().map(|welcome| welcome.epoch), Some(4));
}

#[test]
fn lost_acks_double_nothing() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    pair.say_to_client("once");
    pair.pump_out();
    while !pair.down.is_empty() {
        pair.deliver_down().expect("valid");
    }
    // The client has it, but its ack never leaves.
    pair.lose();
    assert_eq!(pair.host.unacked_count(), 1);
    pair.open(CAPS);
    pair.settle();
    assert_eq!(texts(&pair.heard_by_client), ["once"]);
    assert_eq!(pair.host.unacked_count(), 0);
}

#[test]
fn numbers_wrap_in_the_middle_of_a_session() {
    let first = Seq(u32::MAX - 2);
    let role = Role::Host { session: SESSION, seat_away_ms_max: 1, resume_token: String::new(), guard: Box::default() };
    let host = Session::new(role, first, RELIABLE_UNACKED_MAX);
    let client = Session::new(Role::Client { session: Some(SESSION) }, first, PLAYER_UNACKED_MAX);
    let mut pair = Pair::of(host, client);
    pair.open(CAPS);
    for round in 0..6 {
        pair.say_to_client(&format!("{round}"));
        pair.settle();
        pair.lose();
        pair.open(CAPS);
    }
    pair.settle();
    assert_eq!(texts(&pair.heard_by_client), ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(pair.host.unacked_count(), 0);
}

#[test]
fn a_client_that_remembers_nothing_starts_anew() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.say_to_client("before");
    pair.say_to_host("before");
    pair.settle();
    pair.lose();
    pair.say_to_client("to a page that is gone");
    pair.client = Session::client();
    pair.open(CAPS);
    pair.settle();
    pair.say_to_client("after");
    pair.say_to_host("after");
    pair.settle();
    assert_eq!(pair.greetings, [true, true]);
    assert_eq!(texts(&pair.heard_by_client), ["before", "after"]);
    assert_eq!(texts(&pair.heard_by_host), ["before", "after"]);
}

#[test]
fn a_lost_welcome_confirms_nothing() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.pump_out();
    pair.deliver_up().expect("a hello");
    assert!(pair.host.is_live() && !pair.host.is_confirmed());
    pair.lose();
    pair.open(CAPS);
    pair.settle();
    assert!(pair.host.is_confirmed());
}

#[test]
fn another_version_is_told_so() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    let mut hello = Vec::new();
    encode_frame(&Frame::Hello(Hello { protocol_version: PROTOCOL_VERSION + 1, session: 0, received_seq: 0 }), &mut hello);
    // A later version may say more in its hello.
    hello.extend_from_slice(b"something new");
    assert_eq!(pair.host.handle(pair.now, Lane::Reliable, &hello), Err(CloseCode::WrongVersion));
    pair.host.close(CloseCode::WrongVersion, 0);
    let mut out = Vec::new();
    assert_eq!(pair.host.poll_transmit(pair.now, &mut out), Some(Lane::Reliable));
    let ended = pair.client.handle(pair.now, Lane::Reliable, &out).expect("a goodbye may come first");
    assert!(matches!(ended, Some(SessionEvent::Ended { code: 4012, .. })));
    assert!(pair.client.is_closed());
}

#[test]
fn nothing_but_a_greeting_may_come_first() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    let mut bytes = Vec::new();
    encode_frame(&Frame::Ack { seq: 0 }, &mut bytes);
    assert_eq!(pair.host.handle(pair.now, Lane::Reliable, &bytes), Err(CloseCode::Malformed));
    assert_eq!(pair.client.handle(pair.now, Lane::Reliable, &bytes), Err(CloseCode::Malformed));
}

#[test]
fn another_sessions_hello_is_malformed() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    let mut hello = Vec::new();
    encode_frame(&Frame::Hello(Hello { protocol_version: PROTOCOL_VERSION, session: SESSION + 1, received_seq: 0 }), &mut hello);
    assert_eq!(pair.host.handle(pair.now, Lane::Reliable, &hello), Err(CloseCode::Malformed));
}

#[test]
fn datagrams_that_overtake_the_greeting_are_dropped() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    assert_eq!(pair.host.handle(pair.now, Lane::Unreliable, &[datagram_kind::INPUT, 0]), Ok(None));
    pair.settle();
    let input = [datagram_kind::INPUT, 0];
    assert_eq!(pair.host.handle(pair.now, Lane::Unreliable, &input), Ok(Some(SessionEvent::Datagram(&input))));
    assert_eq!(pair.host.handle(pair.now, Lane::Unreliable, &[datagram_kind::SNAPSHOT]), Err(CloseCode::Malformed));
    assert_eq!(pair.host.handle(pair.now, Lane::Unreliable, &[]), Err(CloseCode::Malformed));
}

#[test]
fn round_trips_are_measured_with_datagrams_and_without() {
    for caps in [CAPS, NO_DATAGRAMS] {
        let mut pair = Pair::new();
        pair.open(caps);
        pair.settle();
        for _ in 0..20 {
            pair.now = pair.now.plus_ms(PING_EVERY_MS);
            pair.pump_out();
            pair.now = pair.now.plus_ms(40);
            while !pair.up.is_empty() || !pair.down.is_empty() {
                pair.deliver_down().expect("valid");
                pair.deliver_up().expect("valid");
            }
            pair.pump_out();
            pair.now = pair.now.plus_ms(30);
            while !pair.up.is_empty() || !pair.down.is_empty() {
                pair.deliver_down().expect("valid");
                pair.deliver_up().expect("valid");
            }
        }
        for rtt in [pair.host.rtt(), pair.client.rtt()] {
            assert!(rtt.samples > 10 && rtt.ping_ms().abs_diff(70) <= 5, "{caps:?} {rtt:?}");
        }
    }
}

#[test]
fn a_silent_peer_is_noticed_and_its_session_is_not_ended() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    let silent_at = pair.now.plus_ms(CLIENT_SILENCE_MS_MAX);
    assert_eq!(pair.client.check_time(silent_at), Err(CloseCode::Silent));
    assert_eq!(pair.host.check_time(silent_at), Ok(()));
    assert_eq!(pair.host.check_time(pair.now.plus_ms(SERVER_SILENCE_MS_MAX)), Err(CloseCode::Silent));
    pair.lose();
    assert_eq!(pair.client.check_time(silent_at), Ok(()), "no link, nothing to wait for");
    pair.open(CAPS);
    pair.settle();
    assert!(pair.client.is_live());
}

#[test]
fn a_greeting_that_never_comes_times_out() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    let deadline = pair.host.next_deadline().expect("a link is open");
    assert_eq!(deadline, pair.now.plus_ms(HANDSHAKE_MS_MAX));
    assert_eq!(pair.host.check_time(deadline), Err(CloseCode::HandshakeTimeout));
}

#[test]
fn deadlines_wake_the_session_for_pings_and_acks() {
    let mut pair = Pair::new();
    assert_eq!(pair.client.next_deadline(), None);
    pair.open(CAPS);
    pair.settle();
    pair.pump_out();
    pair.say_to_client("hello");
    pair.pump_out();
    while !pair.down.is_empty() {
        pair.deliver_down().expect("valid");
    }
    let deadline = pair.client.next_deadline().expect("an ack is owed");
    assert!(deadline <= pair.now.plus_ms(ACK_DELAY_MS), "{deadline:?} at {:?}", pair.now);
}

#[test]
fn a_goodbye_follows_what_was_said_before_and_ends_everything() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    pair.say_to_client("the last word");
    pair.host.close(CloseCode::GoingAway, 1_500);
    let mut out = Vec::new();
    assert_eq!(pair.host.poll_transmit(pair.now, &mut out), Some(Lane::Reliable));
    let heard = pair.client.handle(pair.now, Lane::Reliable, &out).expect("valid");
    assert_eq!(heard, Some(SessionEvent::Message(b"the last word")));
    assert_eq!(pair.host.poll_transmit(pair.now, &mut out), Some(Lane::Reliable));
    let ended = pair.client.handle(pair.now, Lane::Reliable, &out).expect("valid");
    assert!(matches!(ended, Some(SessionEvent::Ended { code: 4002, retry_after_ms: 1_500, .. })));
    assert_eq!(pair.host.poll_transmit(pair.now, &mut out), None);
    assert_eq!(pair.client.handle(pair.now, Lane::Reliable, &out), Ok(None), "nothing is heard after a goodbye");
}

#[test]
fn a_client_that_comes_back_after_a_goodbye_is_heard_and_hears() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    let mut goodbye = Vec::new();
    let reason = String::new();
    encode_frame(&Frame::Goodbye { code: CloseCode::GoingAway.number(), retry_after_ms: 0, reason }, &mut goodbye);
    let ended = pair.client.handle(pair.now, Lane::Reliable, &goodbye).expect("valid");
    assert!(matches!(ended, Some(SessionEvent::Ended { code: 4002, .. })));
    pair.lose();
    pair.say_to_client("welcome back");
    pair.say_to_host("here again");
    pair.open(CAPS);
    pair.settle();
    assert!(pair.client.is_live());
    assert_eq!((pair.heard_by_client.len(), pair.heard_by_host.len()), (1, 1));
}

#[test]
fn a_client_that_floods_messages_is_closed_and_one_that_resumes_is_not() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    pair.lose();
    for i in 0..PLAYER_UNACKED_MAX {
        pair.say_to_host(&format!("{i}"));
    }
    assert_eq!(pair.client.queue(Arc::from([].as_slice())), Err(CloseCode::TooSlow));
    pair.open(CAPS);
    pair.settle();
    assert_eq!(pair.heard_by_host.len(), PLAYER_UNACKED_MAX);
    let flood = (0..=PLAYER_MESSAGES_BURST_MAX).find_map(|i| {
        let mut bytes = Vec::new();
        encode_message_frame(u32::try_from(PLAYER_UNACKED_MAX).expect("small") + 1 + i, b"spam", &mut bytes);
        pair.host.handle(pair.now, Lane::Reliable, &bytes).err()
    });
    assert_eq!(flood, Some(CloseCode::Flooding));
}

#[test]
fn a_host_that_floods_is_no_flood() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    for i in 0..RELIABLE_UNACKED_MAX {
        pair.say_to_client(&format!("{i}"));
    }
    pair.settle();
    assert_eq!(pair.heard_by_client.len(), RELIABLE_UNACKED_MAX);
}

#[test]
fn a_client_that_was_too_slow_comes_back_remembering_nothing() {
    let mut pair = Pair::new();
    pair.open(CAPS);
    pair.settle();
    pair.say_to_client("before");
    pair.settle();
    pair.lose();
    let overflow = (0..=RELIABLE_UNACKED_MAX).filter(|_| pair.host.queue(Arc::from(b"lost".as_slice())).is_err()).count();
    assert_eq!(overflow, 1, "told once");
    pair.say_to_client("dropped without a word");
    // The client believes that it can resume, and is told that it cannot.
    pair.open(CAPS);
    pair.pump_out();
    assert_eq!(pair.deliver_up(), Err(CloseCode::TooSlow));
    pair.host.close(CloseCode::TooSlow, 0);
    pair.pump_out();
    pair.deliver_down().expect("a goodbye");
    assert!(pair.client.is_closed());
    pair.lose();
    pair.open(CAPS);
    pair.settle();
    pair.say_to_client("after");
    pair.say_to_host("after");
    pair.settle();
    assert_eq!(pair.greetings, [true, true]);
    assert_eq!((texts(&pair.heard_by_client), texts(&pair.heard_by_host)), (vec!["before", "after"], vec!["after"]));
}

#[derive(Clone, Copy, Debug)]
enum Step {
    HostSays,
    ClientSays,
    PumpOut,
    DeliverDown,
    DeliverUp,
    Wait,
    Break,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::HostSays),
        1 => Just(Step::ClientSays),
        4 => Just(Step::PumpOut),
        8 => Just(Step::DeliverDown),
        8 => Just(Step::DeliverUp),
        2 => Just(Step::Wait),
        1 => Just(Step::Break),
    ]
}

proptest! {
    #[test]
    fn no_message_is_lost_or_doubled_whenever_links_break(steps in prop::collection::vec(any_step(), 0..300), has_datagrams: bool) {
        let caps = if has_datagrams { CAPS } else { NO_DATAGRAMS };
        let mut pair = Pair::new();
        // The first greeting gives the client its memory of the session; without it there is nothing to resume.
        pair.open(caps);
        pair.settle();
        let (mut said_down, mut said_up) = (Vec::new(), Vec::new());
        for step in steps {
            match step {
                Step::HostSays => {
                    said_down.push(format!("{}", said_down.len()));
                    pair.say_to_client(&said_down[said_down.len() - 1]);
                }
                Step::ClientSays if said_up.len() < PLAYER_UNACKED_MAX => {
                    said_up.push(format!("{}", said_up.len()));
                    pair.say_to_host(&said_up[said_up.len() - 1]);
                }
                Step::ClientSays => {}
                Step::PumpOut => pair.pump_out(),
                Step::DeliverDown => pair.deliver_down().expect("the host says nothing wrong"),
                Step::DeliverUp => pair.deliver_up().expect("the client says nothing wrong"),
                Step::Wait => pair.now = pair.now.plus_ms(60),
                Step::Break => {
                    pair.lose();
                    pair.open(caps);
                }
            }
        }
        pair.lose();
        pair.open(caps);
        pair.settle();
        prop_assert_eq!(texts(&pair.heard_by_client), said_down);
        prop_assert_eq!(texts(&pair.heard_by_host), said_up);
        prop_assert_eq!((pair.host.unacked_count(), pair.client.unacked_count()), (0, 0));
    }

    #[test]
    fn hostile_bytes_end_the_session_or_change_nothing(
        units in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..40)), 0..60),
    ) {
        let mut pair = Pair::new();
        pair.open(CAPS);
        pair.settle();
        pair.say_to_client("kept");
        for (is_reliable, mut bytes) in units {
            let lane = if is_reliable { Lane::Reliable } else { Lane::Unreliable };
            if let Some(kind) = bytes.first_mut() {
                *kind %= 9;
            }
            match pair.host.handle(pair.now, lane, &bytes) {
                Ok(_) => {}
                Err(code) => prop_assert!(matches!(code, CloseCode::Malformed | CloseCode::Flooding)),
            }
            let mut out = Vec::new();
            while pair.host.poll_transmit(pair.now, &mut out).is_some() {}
        }
    }
}
