//! Which pages may use this server.

use std::net::IpAddr;

use crate::config::split_port;

/// The operator's list, and what goes without saying.
#[derive(Clone, Debug)]
pub struct OriginRule {
    /// As browsers write them: scheme, host and port, in lower case.
    pub allowed: Vec<String>,
    /// In development: pages of this machine, whatever port a tool serves them from.
    pub allows_loopback: bool,
}

impl OriginRule {
    /// `authority` is the host that the request itself went to: a server's own pages are welcome when no list says otherwise.
    #[must_use]
    pub fn allows(&self, origin: &str, authority: &str) -> bool {
        let origin = origin.to_ascii_lowercase();
        if self.allowed.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(&origin)) {
            return true;
        }
        let Some((_, rest)) = origin.split_once("://") else { return false };
        let (host, _) = split_port(rest);
        if is_loopback(host) && (self.allows_loopback || is_loopback(split_port(authority).0)) {
            return true;
        }
        self.allowed.is_empty() && host.eq_ignore_ascii_case(split_port(authority).0)
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(allowed: &[&str], allows_loopback: bool) -> OriginRule {
        OriginRule { allowed: allowed.iter().map(|origin| (*origin).to_owned()).collect(), allows_loopback }
    }

    #[test]
    fn a_list_is_the_law() {
        let rule = rule(&["https://play.example"], false);
        assert!(rule.allows("https://play.example", "game.example:8080"));
        assert!(!rule.allows("https://evil.example", "game.example:8080"));
        assert!(!rule.allows("https://game.example", "game.example:8080"), "the list replaces what goes without saying");
        assert!(!rule.allows("null", "game.example:8080"));
    }

    #[test]
    fn without_a_list_the_servers_own_pages_are_welcome() {
        let rule = rule(&[], false);
        assert!(rule.allows("https://game.example:8080", "game.example:8080"));
        assert!(rule.allows("http://localhost:8080", "127.0.0.1:8080"), "one machine by two names");
        assert!(!rule.allows("http://localhost:8080", "game.example:8080"));
    }

    #[test]
    fn in_development_every_tool_of_this_machine_is_welcome() {
        let rule = rule(&[], true);
        assert!(rule.allows("http://localhost:5173", "127.0.0.1:8080"));
        assert!(!rule.allows("https://evil.example", "127.0.0.1:8080"));
        assert!(!rule.allows("http://localhost.evil.example", "127.0.0.1:8080"));
    }
}
