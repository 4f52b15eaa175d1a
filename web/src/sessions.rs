//! Sessions: who has opened the pages, at a desk from the start file, in an office by signing in.
//!
//! A session's id is known to the browser only; the hash of it is what is remembered here. Every form carries the
//! session's token.

use std::collections::BTreeMap;

use almoner_ledger::audience::Audience;
use almoner_ledger::hash::Hash;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use serde::{Deserialize, Serialize};

use crate::lasting::{Lasting, taken};

/// The longest time that a session lasts, in seconds.
const LONGEST: u64 = 8 * 3_600;
/// The time without use after which the session of somebody who signed in ends, in seconds. At a desk the pages end by
/// themselves.
pub const IDLE: u64 = 30 * 60;
/// The seconds after which it is saved again that a session is used: saving takes the disk's time.
const SAVED_AGAIN: u64 = 60;
/// The seconds by which the clock may be set back before sessions end, whose times mean nothing then.
const SET_BACK: u64 = 300;
/// The maximum number of sessions of a user; the oldest ends first.
const MOST: usize = 8;
/// The maximum number of sessions in all.
const MOST_IN_ALL: usize = 1_000;

/// Whose session it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// The token of its forms, which is made of the session's id and not saved.
    #[serde(skip)]
    pub token: String,
    /// Whose it is.
    pub holder: Holder,
    /// The number under which it is listed.
    pub number: u64,
    /// From where it was begun, and when, as people read it; blank at a desk.
    pub begun_from: (String, String),
    begun: u64,
    used: u64,
    #[serde(skip)]
    saved: u64,
}

impl Default for Session {
    /// Returns a session whose token no form can have.
    fn default() -> Session {
        Session::of(Holder::Desk, Default::default(), 0)
    }
}

impl Session {
    /// Returns a session that begins now, in seconds.
    pub fn of(holder: Holder, begun_from: (String, String), now: u64) -> Session {
        Session { token: String::new(), holder, number: 0, begun_from, begun: now, used: now, saved: now }
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

    /// Returns for how many seconds it has not been used.
    pub fn idle(&self, now: u64) -> u64 {
        now.saturating_sub(self.used)
    }

    /// Returns the seconds since it was begun.
    pub fn age(&self, now: u64) -> u64 {
        now.saturating_sub(self.begun)
    }

    fn is_over(&self, now: u64) -> bool {
        let is_idle = matches!(self.holder, Holder::Office { .. }) && self.idle(now) >= IDLE;
        is_idle || self.age(now) >= LONGEST || self.used > now.saturating_add(SET_BACK)
    }
}

/// All sessions, by the hash of their ids, and the token that begins one at a desk. Every moment is in seconds, by one
/// clock.
#[derive(Debug, Default)]
pub struct Sessions {
    by_hash: BTreeMap<String, Session>,
    start: Option<String>,
    last: u64,
    lasting: Lasting,
}

/// Returns the token of the forms of a session: who knows it does not know the id.
fn token_of(id: &str) -> String {
    hash(&format!("forms of {id}"))
}

/// Returns the hash under which an id or a token is remembered.
pub fn hash(secret: &str) -> String {
    Hash::of(secret.as_bytes()).to_string()
}

/// Returns true if two secrets are the same. Their hashes are compared, so that the time says nothing about them.
pub fn is_same(given: &str, expected: &str) -> bool {
    !expected.is_empty() && hash(given) == hash(expected)
}

impl Sessions {
    /// Returns the sessions that were saved.
    pub fn saved_in(lasting: Lasting) -> Sessions {
        let by_hash: BTreeMap<String, Session> = lasting.all();
        let last = by_hash.values().map(|session| session.number).max().unwrap_or_default();
        Sessions { by_hash, start: None, last, lasting }
    }

    /// Sets the token that begins a session, once.
    pub fn expect(&mut self, start: &str) {
        self.start = Some(hash(start));
    }

    /// Returns true if this token would begin a session.
    pub fn expects(&self, start: &str) -> bool {
        self.start.as_ref().is_some_and(|expected| *expected == hash(start))
    }

    /// Begins a session with a new id, if the token is the one expected, which is then used up.
    pub fn begin(&mut self, start: &str, id: &str, now: u64) -> bool {
        if !self.expects(start) {
            return false;
        }
        self.start = None;
        self.add(id, Session::of(Holder::Desk, Default::default(), now));
        true
    }

    /// Adds a session under a new id.
    pub fn add(&mut self, id: &str, session: Session) {
        let now = session.begun;
        self.end_all(|session| session.is_over(now));
        let owner = session.owner();
        while self.by_hash.values().filter(|it| it.owner() == owner).count() >= MOST {
            self.end_oldest(|it| it.owner() == owner);
        }
        while self.by_hash.len() >= MOST_IN_ALL {
            self.end_oldest(|_| true);
        }
        self.last += 1;
        let (key, number) = (hash(id), self.last);
        let session = Session { number, ..session };
        self.lasting.put(&[(&key, &session)]);
        self.by_hash.insert(key, session);
    }

    fn end_oldest(&mut self, which: impl Fn(&Session) -> bool) {
        let among = self.by_hash.iter().filter(|(_, session)| which(session));
        let oldest = among.min_by_key(|(_, session)| session.number).map(|(hash, _)| hash.clone());
        if let Some(oldest) = oldest {
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, key: &str) {
        if self.by_hash.remove(key).is_some() {
            self.lasting.remove(&[key]);
        }
    }

    /// Returns the session of an id, which is used now.
    pub fn of(&mut self, id: &str, now: u64) -> Option<Session> {
        let session = self.by_hash.get_mut(&hash(id)).filter(|session| !session.is_over(now))?;
        session.used = now.max(session.used);
        Some(Session { token: token_of(id), ..session.clone() })
    }

    /// Saves, once a minute, when a session was used: after a restart it is idle for a minute too long at most.
    pub fn save_use(&mut self, id: &str) {
        let key = hash(id);
        if let Some(session) = self.by_hash.get_mut(&key)
            && session.used.saturating_sub(session.saved) >= SAVED_AGAIN
        {
            session.saved = session.used;
            self.lasting.put(&[(&key, &*session)]);
        }
    }

    /// Returns the sessions that have not ended, the last begun first.
    pub fn all(&self, now: u64) -> Vec<Session> {
        let going_on = self.by_hash.values().filter(|session| !session.is_over(now));
        let mut all: Vec<Session> = going_on.cloned().collect();
        all.sort_by_key(|session| std::cmp::Reverse(session.number));
        all
    }

    /// Ends the session of an id.
    pub fn end(&mut self, id: &str) {
        self.remove(&hash(id));
    }

    /// Ends those sessions for which `which` is true, and returns them.
    pub fn end_all(&mut self, which: impl Fn(&Session) -> bool) -> Vec<Session> {
        // Nothing is moved where nothing ends.
        if !self.by_hash.values().any(&which) {
            return Vec::new();
        }
        let ended = taken(&mut self.by_hash, which);
        let (keys, ended): (Vec<String>, Vec<Session>) = ended.into_iter().unzip();
        self.lasting.remove(&keys);
        ended
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn office(user: &str, roles: &[Role], audience: Option<Audience>) -> Session {
        let id = Text::new(user).unwrap();
        let user = User { audience, ..User::new(id.clone(), id, roles.iter().copied().collect()) };
        let holder = Holder::Office { user: Box::new(user), credential: String::new() };
        Session::of(holder, Default::default(), NOW)
    }

    #[test]
    fn a_start_token_begins_one_session() {
        let mut sessions = Sessions::default();
        assert!(!sessions.begin("", "id", NOW));
        sessions.expect("start");
        assert!(!sessions.begin("another", "id", NOW));
        assert!(sessions.begin("start", "id", NOW));
        assert!(!sessions.begin("start", "id-2", NOW));
        assert_eq!(sessions.of("id", NOW).map(|it| it.token), Some(token_of("id")));
        assert_eq!(sessions.of("id-2", NOW), None);
        sessions.end("id");
        assert_eq!(sessions.of("id", NOW), None);
    }

    #[test]
    fn the_oldest_session_of_a_user_ends_first() {
        let mut sessions = Sessions::default();
        sessions.add("other", office("al", &[Role::Approver], None));
        for number in 0..=MOST {
            sessions.add(&format!("id-{number}"), office("jane", &[Role::Recorder], None));
        }
        assert_eq!(sessions.of("id-0", NOW), None);
        assert!(sessions.of(&format!("id-{MOST}"), NOW).is_some());
        assert!(sessions.of("other", NOW).is_some());
    }

    #[test]
    fn an_idle_session_ends_in_an_office_and_not_at_a_desk() {
        let (desk, office) = (
            Session { begun: NOW, used: NOW, ..Session::default() },
            office("jane", &[Role::Recorder], None),
        );
        for (used, now, at_desk, in_office) in [
            (NOW, NOW + IDLE - 1, true, true),
            (NOW, NOW + IDLE, true, false),
            (NOW + IDLE, NOW + IDLE, true, true),
            (NOW + LONGEST, NOW + LONGEST, false, false),
            // A clock that was set back.
            (NOW, NOW - SET_BACK, true, true),
            (NOW, NOW - SET_BACK - 1, false, false),
        ] {
            for (session, expected) in [(&desk, at_desk), (&office, in_office)] {
                let mut sessions = Sessions::default();
                sessions.by_hash.insert(hash("id"), Session { used, ..session.clone() });
                assert_eq!(sessions.all(now).len(), usize::from(expected), "{used} {now}");
                assert_eq!(sessions.of("id", now).is_some(), expected, "{used} {now}");
            }
        }
    }

    #[test]
    fn sessions_that_have_not_ended_are_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Sessions::saved_in(Lasting::of_test(folder.path()));
        let mut sessions = open();
        for id in ["first", "second", "third", "fourth"] {
            sessions.add(id, office(&format!("of {id}"), &[Role::Recorder], None));
        }
        sessions.end("second");
        sessions.end_all(|it| it.owner() == "of third");
        // Used again: once at once, and once after more than a minute.
        sessions.of("first", NOW + IDLE - 1);
        sessions.save_use("first");
        sessions.of("fourth", NOW + 1);
        sessions.save_use("fourth");
        let before = sessions.of("first", NOW + IDLE - 1);
        drop(sessions);
        let mut sessions = open();
        assert_eq!(
            sessions.of("first", NOW + IDLE - 1).map(|it| it.user().cloned()),
            before.clone().map(|it| it.user().cloned())
        );
        assert_eq!(sessions.of("first", NOW + IDLE).map(|it| it.token), before.map(|it| it.token));
        for (id, now, expected) in [
            ("second", NOW, false),
            ("third", NOW, false),
            ("fourth", NOW + IDLE - 1, true),
            ("fourth", NOW + IDLE + 1, false),
            ("", NOW, false),
        ] {
            assert_eq!(
                Sessions::saved_in(sessions.lasting.clone()).of(id, now).is_some(),
                expected,
                "{id} {now}"
            );
        }
        // Numbers go on.
        sessions.add("fifth", office("jane", &[], None));
        assert_eq!(sessions.of("fifth", NOW).map(|it| it.number), Some(5));
    }

    #[test]
    fn what_is_saved_opens_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut sessions = Sessions::saved_in(Lasting::of_test(folder.path()));
        sessions.add("the-id", office("jane", &[Role::Recorder], None));
        drop(sessions);
        let mut saved = String::new();
        for entry in std::fs::read_dir(folder.path().join("sessions")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                saved += &String::from_utf8_lossy(&std::fs::read(path).unwrap());
            }
        }
        assert!(saved.contains("jane"));
        assert!(!saved.contains("the-id") && !saved.contains(&token_of("the-id")));
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
