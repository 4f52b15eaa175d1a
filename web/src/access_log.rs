//! The access log of an office: who signed in and out, and what was refused, one JSON object a line.

use std::io::{self, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use almoner_store::{plain, private};
use serde::Serialize;

const FILE: &str = "access.jsonl";

/// What is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A user signed in.
    SignedIn,
    /// A user signed out.
    SignedOut,
    /// A user did not sign in: name or password were wrong.
    Refused,
    /// A try was not looked at: there were too many.
    TooMany,
    /// A session was ended by its user, an approver, or a change of the user.
    SessionEnded,
    /// A one-time code was wrong or had been used.
    CodeRefused,
    /// A user signed in with a recovery code.
    RecoveryUsed,
    /// A user set up one-time codes.
    CodesSet,
    /// A user turned one-time codes off, or two approvers reset them.
    CodesRemoved,
    /// An approver wants a user's one-time codes reset.
    CodesResetWanted,
    /// A user set a password.
    PasswordSet,
    /// A user connected an account of the organisation, in place of a password.
    OrganisationConnected,
    /// A user was invited to set a password.
    Invited,
    /// An access token was created.
    TokenMade,
    /// An access token was used.
    TokenUsed,
    /// An access token was refused.
    TokenRefused,
    /// An access token was revoked.
    TokenRevoked,
}

/// The access log beside a ledger.
#[derive(Clone, Debug)]
pub struct AccessLog {
    path: PathBuf,
}

/// What happened: to which user, and by whom if that was another.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Entry<'a> {
    /// When.
    pub at: &'a str,
    /// What.
    pub event: Event,
    /// The user; none if the name that was typed is no user's, as it may be a password typed in the wrong field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<&'a str>,
    /// The address of the browser.
    pub from: IpAddr,
    /// The user who did it, if it was another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<&'a str>,
    /// The number of the access token, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<u64>,
}

impl AccessLog {
    /// Returns the log in a folder.
    pub fn in_folder(folder: &Path) -> AccessLog {
        AccessLog { path: folder.join(FILE) }
    }

    /// Adds a line. The file is opened for each, so that it can be moved away meanwhile.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn add(&self, entry: Entry<'_>) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            private::folder(folder)?;
        }
        let mut line = serde_json::to_vec(&entry)?;
        line.push(b'\n');
        let mut file = plain::open_with(private::options().append(true).create(true), &self.path)?;
        file.write_all(&line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_event_is_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let log = AccessLog::in_folder(&folder.path().join("grants.serve"));
        let entry = Entry {
            at: "2026-11-30T10:00:00Z",
            event: Event::SignedIn,
            user: Some("jane"),
            from: "192.0.2.1".parse().unwrap(),
            by: None,
            token: None,
        };
        log.add(entry).unwrap();
        log.add(Entry { event: Event::Refused, user: None, ..entry }).unwrap();
        log.add(Entry { event: Event::SessionEnded, by: Some("al"), ..entry }).unwrap();
        assert_eq!(
            std::fs::read_to_string(folder.path().join("grants.serve/access.jsonl")).unwrap(),
            "{\"at\":\"2026-11-30T10:00:00Z\",\"event\":\"signed-in\",\"user\":\"jane\",\"from\":\"192.0.2.1\"}\n\
             {\"at\":\"2026-11-30T10:00:00Z\",\"event\":\"refused\",\"from\":\"192.0.2.1\"}\n\
             {\"at\":\"2026-11-30T10:00:00Z\",\"event\":\"session-ended\",\"user\":\"jane\",\"from\":\"192.0.2.1\",\"by\":\"al\"}\n"
        );
    }
}
