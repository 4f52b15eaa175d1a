//! Sessions: who has opened the pages, at a desk from the start file, in an office by signing in.
//!
//! A session's id is known to the browser only; the hash of it is what is remembered here. Every form carries the
//! session's token.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use almoner_ledger::audience::Audience;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use sha2::{Digest, Sha256};

use crate::desk::hex;

/// The longest time that a session lasts.
const LONGEST: Duration = Duration::from_secs(8 * 3_600);
/// The time without use after which the session of somebody who signed in ends. At a desk the pages end by themselves.
pub const IDLE: Duration = Duration::from_secs(30 * 60);
/// The maximum number of sessions of a user; the oldest ends first.
const MOST: usize = 8;
/// The maximum number of sessions in all.
const MOST_IN_ALL: usize = 1_000;

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Whoever runs the pages at their own desk.
    Desk,
    /// A user who has signed in, as the ledger had the user then, with the fingerprint of what they signed in with. A
    /// change of either ends the session.
    Office {
        /// The user.
        user: Box<User>,
        /// The fingerprint of the password.
        credential: String,
    },
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The token of its forms.
    pub token: String,
    /// Whose it is.
    pub holder: Holder,
    /// The number under which it is listed.
    pub number: u64,
    /// From where it was begun, and when, as people read it; blank at a desk.
    pub begun_from: (String, String),
    begun: Instant,
    used: Instant,
}

impl Default for Session {
    /// Returns a session whose token no form can have.
    fn default() -> Session {
        Session::of(Holder::Desk, String::new(), Default::default())
    }
}

impl Session {
    /// Returns a session that begins now.
    pub fn of(holder: Holder, token: String, begun_from: (String, String)) -> Session {
        let now = Instant::now();
        Session { token, holder, number: 0, begun_from, begun: now, used: now }
    }

    /// Returns the session of one request of a program. No form is of it.
    pub fn of_program(holder: Holder) -> Session {
        Session { holder, ..Session::default() }
    }

    /// Returns the user who has signed in.
    pub fn user(&self) -> Option<&Text> {
        match &self.holder {
            Holder::Desk => None,
            Holder::Office { user, .. } => Some(&user.id),
        }
    }

    /// Returns whose drafts are shown in it; blank at a desk, whose drafts are all its user's.
    pub fn owner(&self) -> &str {
        self.user().map_or("", Text::as_str)
    }

    /// Returns as whom the session sees the books unless its user chooses another audience.
    pub fn sees(&self) -> Audience {
        match &self.holder {
            Holder::Desk => Audience::Officer,
            Holder::Office { user, .. } => user.sees().unwrap_or_default(),
        }
    }

    /// Returns true if the session may see the books as an audience does. Who may record sees what auditors see.
    pub fn may_look_as(&self, audience: Audience) -> bool {
        let most = if self.records() { Audience::Auditor } else { self.sees() };
        most.may_look_as(audience)
    }

    /// Returns true if its user may record anything at all.
    pub fn records(&self) -> bool {
        match &self.holder {
            Holder::Desk => true,
            Holder::Office { user, .. } => user.records(),
        }
    }

    /// Returns true if its user is an approver of an office, who looks after users and their sessions.
    pub fn approves(&self) -> bool {
        match &self.holder {
            Holder::Desk => false,
            Holder::Office { user, .. } => user.may(Role::Approver),
        }
    }

    /// Returns how long it has not been used.
    pub fn idle(&self) -> Duration {
        self.used.elapsed()
    }

    fn is_over(&self) -> bool {
        let is_idle = matches!(self.holder, Holder::Office { .. }) && self.idle() >= IDLE;
        is_idle || self.begun.elapsed() >= LONGEST
    }
}

/// All sessions, by the hash of their ids, and the token that begins one at a desk.
#[derive(Debug, Default)]
pub struct Sessions {
    by_hash: BTreeMap<String, Session>,
    start: Option<String>,
    last: u64,
}

/// Returns the hash under which an id or a token is remembered.
pub fn hash(secret: &str) -> String {
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
        self.add(id, Session::of(Holder::Desk, token, Default::default()));
        true
    }

    /// Adds a session under a new id.
    pub fn add(&mut self, id: &str, session: Session) {
        self.by_hash.retain(|_, session| !session.is_over());
        let owner = session.owner();
        while self.by_hash.values().filter(|it| it.owner() == owner).count() >= MOST {
            self.end_oldest(|it| it.owner() == owner);
        }
        while self.by_hash.len() >= MOST_IN_ALL {
            self.end_oldest(|_| true);
        }
        self.last += 1;
        let number = self.last;
        self.by_hash.insert(hash(id), Session { number, ..session });
    }

    fn end_oldest(&mut self, which: impl Fn(&Session) -> bool) {
        let among = self.by_hash.iter().filter(|(_, session)| which(session));
        let oldest = among.min_by_key(|(_, session)| session.begun).map(|(hash, _)| hash.clone());
        if let Some(oldest) = oldest {
            self.by_hash.remove(&oldest);
        }
    }

    /// Returns the session of an id, which is used now.
    pub fn of(&mut self, id: &str) -> Option<Session> {
        self.by_hash.retain(|_, session| !session.is_over());
        let session = self.by_hash.get_mut(&hash(id))?;
        session.used = Instant::now();
        Some(session.clone())
    }

    /// Returns the sessions that have not ended, the last begun first.
    pub fn all(&mut self) -> Vec<Session> {
        self.by_hash.retain(|_, session| !session.is_over());
        let mut all: Vec<Session> = self.by_hash.values().cloned().collect();
        all.sort_by_key(|session| std::cmp::Reverse(session.number));
        all
    }

    /// Ends the session of an id.
    pub fn end(&mut self, id: &str) {
        self.by_hash.remove(&hash(id));
    }

    /// Ends those sessions for which `which` is true, and returns them.
    pub fn end_all(&mut self, which: impl Fn(&Session) -> bool) -> Vec<Session> {
        let mut ended = Vec::new();
        self.by_hash.retain(|_, session| {
            let is_ended = which(session);
            if is_ended {
                ended.push(session.clone());
            }
            !is_ended
        });
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office(user: &str, roles: &[Role], audience: Option<Audience>) -> Session {
        let id = Text::new(user).unwrap();
        let user = User { audience, ..User::new(id.clone(), id, roles.iter().copied().collect()) };
        let holder = Holder::Office { user: Box::new(user), credential: String::new() };
        Session::of(holder, "token".to_owned(), Default::default())
    }

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
    fn the_oldest_session_of_a_user_ends_first() {
        let mut sessions = Sessions::default();
        sessions.add("other", office("al", &[Role::Approver], None));
        for number in 0..=MOST {
            sessions.add(&format!("id-{number}"), office("jane", &[Role::Recorder], None));
        }
        assert_eq!(sessions.of("id-0"), None);
        assert!(sessions.of(&format!("id-{MOST}")).is_some());
        assert!(sessions.of("other").is_some());
    }

    #[test]
    fn an_idle_session_ends_in_an_office_and_not_at_a_desk() {
        let earlier = Instant::now().checked_sub(IDLE).unwrap();
        for (mut session, expected) in
            [(Session::default(), true), (office("jane", &[Role::Recorder], None), false)]
        {
            session.used = earlier;
            let mut sessions = Sessions::default();
            sessions.by_hash.insert(hash("id"), session);
            assert_eq!(sessions.of("id").is_some(), expected);
        }
    }

    #[test]
    fn roles_decide_what_a_session_sees() {
        use Audience::{Auditor, Officer, Panel, Public};
        for (session, sees, most, records) in [
            (Session::default(), Officer, Auditor, true),
            (office("a", &[Role::Recorder], None), Officer, Auditor, true),
            (office("a", &[Role::Approver], None), Officer, Auditor, true),
            (office("a", &[Role::Auditor], None), Auditor, Auditor, false),
            (office("a", &[Role::Reader, Role::Auditor], None), Auditor, Auditor, false),
            (office("a", &[Role::Reader], None), Public, Public, false),
            (office("a", &[Role::Reader], Some(Panel)), Panel, Panel, false),
            (office("a", &[Role::Reader], Some(Officer)), Officer, Officer, false),
            (office("a", &[], None), Public, Public, false),
        ] {
            assert_eq!(session.sees(), sees, "{session:?}");
            assert_eq!(session.records(), records, "{session:?}");
            for audience in Audience::ALL {
                assert_eq!(session.may_look_as(audience), audience <= most, "{session:?} {audience}");
            }
        }
    }
}
