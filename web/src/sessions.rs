//! Sessions: who has opened the pages from the start file.
//!
//! A session's id is known to the browser only; the hash of it is what is remembered here. Every form carries the
//! session's token.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::desk::hex;

/// The longest time that a session lasts.
const LONGEST: Duration = Duration::from_secs(8 * 3_600);
/// The maximum number of sessions; the oldest ends first.
const MOST: usize = 8;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The token of its forms.
    pub token: String,
    begun: Instant,
}

impl Default for Session {
    /// Returns a session whose token no form can have.
    fn default() -> Session {
        Session { token: String::new(), begun: Instant::now() }
    }
}

/// All sessions, by the hash of their ids, and the token that begins one.
#[derive(Debug, Default)]
pub struct Sessions {
    by_hash: BTreeMap<String, Session>,
    start: Option<String>,
}

/// Returns the hash under which an id or a token is remembered.
fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Returns true if two secrets are the same. Their hashes are compared, so that the time says nothing about them.
pub fn is_same(given: &str, expected: &str) -> bool {
    !expected.is_empty() && hash(given) == hash(expected)
}

impl Sessions {
    /// Sets the token that begins a session, once.
    pub fn expect(&mut self, start: &str) {
        self.start = Some(hash(start));
    }

    /// Returns true if this token would begin a session.
    pub fn expects(&self, start: &str) -> bool {
        self.start.as_ref().is_some_and(|expected| *expected == hash(start))
    }

    /// Begins a session with a new id and token, if the token is the one expected, which is then used up.
    pub fn begin(&mut self, start: &str, id: &str, token: String) -> bool {
        if !self.expects(start) {
            return false;
        }
        self.start = None;
        while self.by_hash.len() >= MOST {
            let oldest = self.by_hash.iter().min_by_key(|(_, session)| session.begun);
            let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) else { break };
            self.by_hash.remove(&oldest);
        }
        self.by_hash.insert(hash(id), Session { token, begun: Instant::now() });
        true
    }

    /// Returns the session of an id.
    pub fn of(&mut self, id: &str) -> Option<Session> {
        self.by_hash.retain(|_, session| session.begun.elapsed() < LONGEST);
        self.by_hash.get(&hash(id)).cloned()
    }

    /// Ends the session of an id.
    pub fn end(&mut self, id: &str) {
        self.by_hash.remove(&hash(id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_token_begins_one_session() {
        let mut sessions = Sessions::default();
        assert!(!sessions.begin("", "id", "token".to_owned()));
        sessions.expect("start");
        assert!(!sessions.begin("another", "id", "token".to_owned()));
        assert!(sessions.begin("start", "id", "token".to_owned()));
        assert!(!sessions.begin("start", "id-2", "token".to_owned()));
        assert_eq!(sessions.of("id").map(|it| it.token).as_deref(), Some("token"));
        assert_eq!(sessions.of("id-2"), None);
        sessions.end("id");
        assert_eq!(sessions.of("id"), None);
    }

    #[test]
    fn the_oldest_session_ends_first() {
        let mut sessions = Sessions::default();
        for number in 0..=MOST {
            sessions.expect("start");
            assert!(sessions.begin("start", &format!("id-{number}"), String::new()));
        }
        assert_eq!(sessions.of("id-0"), None);
        assert!(sessions.of(&format!("id-{MOST}")).is_some());
    }
}
