//! The door that transports knock at: tickets for newcomers, resume tokens for those who come back.

use std::net::IpAddr;
use std::sync::Arc;

use slipstream_shared::host::NewPlayer;
use slipstream_shared::protocol::close_code::CloseCode;

use crate::clock::Clock;
use crate::link::{Credential, Door, Link, Refusal};
use crate::lobby::ticket::{Ticket, TicketError, TicketOffice};
use crate::matches::directory::Directory;
use crate::matches::handle::{Arriving, MatchHandle, MatchId, SessionWatch as _};
use crate::session::origin::OriginRule;
use crate::session::registry::{NoRandomness, Registry};
use crate::shutdown::Shutdown;

/// What to tell somebody whose match has no room for a newcomer.
const RETRY_MS: u32 = 2_000;

pub struct Admission {
    pub tickets: Arc<TicketOffice>,
    pub registry: Arc<Registry>,
    pub directory: Arc<Directory>,
    pub origins: OriginRule,
    pub clock: Clock,
    pub shutdown: Shutdown,
}

/// The right to come in, already taken from what proved it.
pub enum Pass {
    Newcomer(Ticket),
    Returning { token: String },
}

impl Door for Admission {
    type Pass = Pass;

    fn check(&self, credential: Credential<'_>, remote: IpAddr) -> Result<Pass, Refusal> {
        match credential {
            Credential::Ticket(text) => self.tickets.redeem(self.clock.now(), text).map(Pass::Newcomer).map_err(|error| {
                tracing::debug!(%remote, ?error, "a ticket was refused");
                if error == TicketError::TooMany { Refusal::TooMany } else { Refusal::Forbidden }
            }),
            Credential::Resume(token) if self.registry.is_known(token) => Ok(Pass::Returning { token: token.to_owned() }),
            Credential::Resume(_) => Err(Refusal::Forbidden),
        }
    }

    fn is_origin_allowed(&self, origin: &str, authority: &str) -> bool {
        self.origins.allows(origin, authority)
    }

    fn enter(&self, pass: Pass, link: Link) {
        if self.shutdown.is_requested() {
            return link.outbox.close(CloseCode::GoingAway, RETRY_MS);
        }
        let outbox = link.outbox.clone();
        let entered = match pass {
            Pass::Newcomer(ticket) => self.enter_newcomer(ticket, link),
            Pass::Returning { token } => self.enter_returning(&token, link),
        };
        if let Err(code) = entered {
            outbox.close(code, RETRY_MS);
        }
    }
}

impl Admission {
    fn enter_newcomer(&self, ticket: Ticket, link: Link) -> Result<(), CloseCode> {
        let handle = self.directory.find(MatchId(ticket.match_id)).ok_or(CloseCode::MatchOver)?;
        let entrance = self.registry.begin(handle).map_err(internal)?;
        let player = NewPlayer { name: ticket.name, colour: ticket.colour, team: None };
        let arriving = Arriving { session: entrance.session, next_token: entrance.next_token, newcomer: Some(player), link };
        self.hand_over(&entrance.match_handle, arriving)
    }

    fn enter_returning(&self, token: &str, link: Link) -> Result<(), CloseCode> {
        let entrance = self.registry.resume(token).map_err(internal)?.ok_or(CloseCode::SeatExpired)?;
        let arriving = Arriving { session: entrance.session, next_token: entrance.next_token, newcomer: None, link };
        self.hand_over(&entrance.match_handle, arriving)
    }

    fn hand_over(&self, handle: &MatchHandle, arriving: Arriving) -> Result<(), CloseCode> {
        let (session, is_new) = (arriving.session, arriving.newcomer.is_some());
        handle.enter(arriving).inspect_err(|_| {
            if is_new {
                self.registry.ended(session);
            }
        })
    }
}

#[allow(clippy::needless_pass_by_value)]
fn internal(error: NoRandomness) -> CloseCode {
    tracing::error!(%error, "a session could not begin");
    CloseCode::Internal
}
