//! How users sign in to the pages of an office: their passwords and invitations, beside the ledger.
//!
//! They are in a folder that only the server's own account can read, never in the journal, a backup or an export.
//! A password is saved as its argon2id hash, an invitation as the hash of its code.

mod codes;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use almoner_app::actor::Timestamp;
use almoner_app::error::Error;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_store::{plain, private};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zxcvbn::{Score, zxcvbn};

use crate::desk::hex;
use crate::sessions::hash;

pub use codes::{CodesState, ResetStep, Used};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most bytes of a password: a longer one would only cost time.
const LONGEST: usize = 1024;
/// Memory in KiB and passes of argon2id, as OWASP's sheet on storing passwords has them for one lane.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// The days for which an invitation is good.
pub const INVITATION_DAYS: u32 = 3;

const FORMAT: &str = "almoner.accounts/1";
const FILE: &str = "accounts.json";
const ORIGIN: &str = "origin";
/// The maximum size of the file.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: String,
    users: BTreeMap<String, Account>,
}

/// How a user signs in.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    /// The hash of the password, with its parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<Invitation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codes: Option<codes::Codes>,
}

impl Account {
    /// Returns the fingerprint of what the user signs in with, which changes with it; `None` without a password.
    fn credential(&self) -> Option<String> {
        let secret = self.codes.as_ref().map_or("", |codes| codes.secret.as_str());
        self.password.as_ref().map(|password| hash(&format!("{password}\n{secret}")))
    }
}

/// A code with which a user may set a password, once.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invitation {
    hash: String,
    until: String,
}

/// The accounts of a ledger's users.
#[derive(Clone, Debug)]
pub struct Accounts {
    folder: PathBuf,
}

/// Returns the folder beside a ledger for what the pages of an office keep: `grants.serve` for `grants.ledger`.
pub fn folder_beside(ledger: &Path) -> PathBuf {
    ledger.with_extension("serve")
}

/// Returns the moment at which an invitation of now is no longer good.
fn until(now: &Timestamp) -> Option<Timestamp> {
    let (day, time) = now.as_str().split_once('T')?;
    let mut day = Date::parse(day).ok()?;
    for _ in 0..INVITATION_DAYS {
        day = day.next_day();
    }
    Timestamp::parse(&format!("{day}T{time}"))
}

fn hasher() -> Result<Argon2<'static>, Error> {
    let (memory, passes, lanes) = COST;
    let parameters = Params::new(memory, passes, lanes, None).map_err(|error| not_hashed(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters))
}

fn not_hashed(error: &dyn std::fmt::Display) -> Error {
    Error::unavailable("not-hashed", format!("the password could not be processed: {error}"))
}

/// A hash that no password has, so that a user who is not known costs as much as one who is.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hashed("no password is this", &[7; 16]).ok());

fn hashed(password: &str, salt: &[u8]) -> Result<String, Error> {
    let hash: PasswordHash =
        hasher()?.hash_password_with_salt(password.as_bytes(), salt).map_err(|error| not_hashed(&error))?;
    Ok(hash.to_string())
}

/// Checks that a password is long enough and not easily guessed.
///
/// # Errors
///
/// `weak-password`, with what to do.
pub fn check_strength(password: &str, user: &str, body: &str) -> Result<(), Error> {
    let weak = |why: &str| {
        Error::refused("weak-password", why)
            .advice("use several unusual words: they are easy to remember and hard to guess")
    };
    if password.chars().count() < SHORTEST {
        return Err(weak(&format!("a password needs at least {SHORTEST} characters")));
    }
    if password.len() > LONGEST {
        return Err(Error::refused("weak-password", "the password is too long")
            .advice(format!("use at most {LONGEST} characters")));
    }
    let words: Vec<&str> = body.split_whitespace().chain([user, body, "almoner", "grants"]).collect();
    if zxcvbn(password, &words).score() < Score::Three {
        return Err(weak("this password is easy to guess"));
    }
    Ok(())
}

impl Accounts {
    /// Returns the accounts beside a ledger.
    pub fn beside(ledger: &Path) -> Accounts {
        Accounts { folder: folder_beside(ledger) }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE)
    }

    fn failed(&self, error: &io::Error) -> Error {
        let path = self.path();
        Error::unavailable(
            "accounts",
            format!("the accounts for signing in ({}) cannot be used: {error}", path.display()),
        )
    }

    fn read(&self) -> Result<Saved, Error> {
        let bytes = match plain::read(&self.path(), MOST_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Saved { format: FORMAT.to_owned(), users: BTreeMap::new() });
            }
            Err(error) => return Err(self.failed(&error)),
        };
        let saved: Saved =
            serde_json::from_slice(&bytes).map_err(|error| self.failed(&io::Error::other(error)))?;
        match saved.format.as_str() {
            FORMAT => Ok(saved),
            other => {
                let message = format!("they are in format `{other}`, which this version cannot read");
                Err(self.failed(&io::Error::other(message)))
            }
        }
    }

    /// Changes the account of a user. Another program that changes accounts is waited for.
    fn change<T>(&self, user: &str, change: impl FnOnce(&mut Account) -> T) -> Result<T, Error> {
        let changed = || -> io::Result<Result<T, Error>> {
            private::folder(&self.folder)?;
            let lock =
                plain::open_with(private::options().write(true).create(true), &self.folder.join("lock"))?;
            File::lock(&lock)?;
            let mut saved = match self.read() {
                Ok(saved) => saved,
                Err(error) => return Ok(Err(error)),
            };
            let result = change(saved.users.entry(user.to_owned()).or_default());
            let bytes = serde_json::to_vec_pretty(&saved)?;
            let new = self.folder.join(format!("{FILE}.new"));
            private::write_whole(&self.path(), &new, &bytes).inspect_err(|_| drop(fs::remove_file(&new)))?;
            Ok(Ok(result))
        };
        changed().map_err(|error| self.failed(&error))?
    }

    /// Sets the password of a user, in place of an earlier one and of an invitation. One-time codes stay as they are.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written. How strong the password is has been checked by [`check_strength`].
    pub fn set_password(&self, user: &Text, password: &str, random: &[u8; 32]) -> Result<(), Error> {
        let hash = hashed(password, &random[..16])?;
        self.change(user.as_str(), |account| {
            account.password = Some(hash);
            account.invitation = None;
        })
    }

    /// Invites a user to set a password, and returns the link. An earlier invitation is no longer good; an earlier
    /// password is until the invitation is accepted.
    ///
    /// # Errors
    ///
    /// If the pages have not been served yet (`no-origin`), or the accounts cannot be read or written.
    pub fn invite(&self, user: &Text, random: &[u8; 32], now: &Timestamp) -> Result<String, Error> {
        let (code, origin) = (hex(random), self.origin()?);
        let until = until(now).map(|it| it.to_string()).unwrap_or_default();
        let invitation = Invitation { hash: hash(&code), until };
        self.change(user.as_str(), |account| account.invitation = Some(invitation))?;
        Ok(format!("{origin}/invitation?code={code}"))
    }

    /// Notes the origin under which the pages are served, for the links of invitations.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn note_origin(&self, origin: &str) -> Result<(), Error> {
        let path = self.folder.join(ORIGIN);
        let noted = private::folder(&self.folder).and_then(|()| {
            private::write_whole(&path, &self.folder.join(format!("{ORIGIN}.new")), origin.as_bytes())
        });
        noted.map_err(|error| self.failed(&error))
    }

    fn origin(&self) -> Result<String, Error> {
        plain::text(&self.folder.join(ORIGIN), 1024).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Error::refused("no-origin", "the pages of this ledger have not been served to an office yet, so the address for the link is not known")
                    .advice("start the pages for the office first, with a network address and the address that users type, then invite the user")
            }
            _ => self.failed(&error),
        })
    }

    /// Returns the user whom a code invites, if it is good at this moment.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn invited(&self, code: &str, now: &Timestamp) -> Result<Option<Text>, Error> {
        let code = hash(code);
        let is_it = |account: &Account| {
            let invitation = account.invitation.as_ref();
            invitation.is_some_and(|it| it.hash == code && now.as_str() < it.until.as_str())
        };
        let saved = self.read()?;
        let found = saved.users.iter().find(|(_, account)| is_it(account));
        Ok(found.and_then(|(user, _)| Text::new(user).ok()))
    }

    /// Returns whether this is the password of a user, and the fingerprint of what the user signs in with. A user who is
    /// not known, or has no password, takes as long.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn checked(&self, user: &str, password: &str) -> Result<Option<String>, Error> {
        let account = self.read()?.users.remove(user).unwrap_or_default();
        let against = account.password.as_deref().or(NOBODY.as_deref()).unwrap_or_default();
        let against = PasswordHash::new(against).map_err(|error| not_hashed(&error))?;
        let is_right =
            password.len() <= LONGEST && hasher()?.verify_password(password.as_bytes(), &against).is_ok();
        Ok(account.credential().filter(|_| is_right))
    }

    /// Returns the fingerprint of what a user signs in with, which changes with it; `None` without a password.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn credential(&self, user: &str) -> Result<Option<String>, Error> {
        Ok(self.read()?.users.remove(user).and_then(|account| account.credential()))
    }

    /// Returns true if any user has a password.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn has_any(&self) -> Result<bool, Error> {
        Ok(self.read()?.users.values().any(|account| account.password.is_some()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text::new(text).unwrap()
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_weak_password_is_refused() {
        for (password, is_good) in [
            ("short", false),
            ("password1234", false),
            ("123456789012", false),
            ("qwertyuiop[]", false),
            ("aaaaaaaaaaaaaaaa", false),
            ("janesmith2015", false),
            ("Commissioner1", false),
            ("kettle-orbit-mustard-fjord", true),
            ("Xk7#pq!m2Zr9", true),
        ] {
            let checked = check_strength(password, "janesmith", "Suffolk Police and Crime Commissioner");
            assert_eq!(checked.is_ok(), is_good, "{password}: {checked:?}");
        }
        let checked = check_strength(&"kettle orbit ".repeat(100), "jane", "");
        assert_eq!(checked.unwrap_err().message, "the password is too long");
    }

    #[test]
    fn a_password_is_kept_as_its_hash_in_a_private_file() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("grants.ledger");
        let accounts = Accounts::beside(&ledger);
        assert!(!accounts.has_any().unwrap());
        accounts.set_password(&text("jane"), "kettle-orbit", &[1; 32]).unwrap();
        let path = folder.path().join("grants.serve/accounts.json");
        let saved = fs::read_to_string(&path).unwrap();
        assert!(saved.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !saved.contains("kettle"), "{saved}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        }
        let credential = accounts.credential("jane").unwrap();
        assert!(credential.is_some());
        for (user, password, is_right) in
            [("jane", "kettle-orbit", true), ("jane", "kettle", false), ("al", "kettle-orbit", false)]
        {
            let expected = credential.clone().filter(|_| is_right);
            assert_eq!(accounts.checked(user, password).unwrap(), expected, "{user} {password}");
        }
        // Nobody has the password of nobody.
        assert_eq!(accounts.checked("al", "no password is this").unwrap(), None);
        accounts.set_password(&text("jane"), "kettle-orbit", &[2; 32]).unwrap();
        assert_ne!(accounts.credential("jane").unwrap(), credential);
    }

    #[test]
    fn an_invitation_is_good_once_and_for_some_days() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let (now, until) = (at("2026-11-30T10:00:00Z"), at("2026-12-03T10:00:00Z"));
        accounts.note_origin("https://grants.example").unwrap();
        let code = |random: u8| {
            let link = accounts.invite(&text("jane"), &[random; 32], &now).unwrap();
            link.strip_prefix("https://grants.example/invitation?code=").unwrap().to_owned()
        };
        let (first, second) = (code(1), code(2));
        let saved = fs::read_to_string(folder.path().join("grants.serve/accounts.json")).unwrap();
        assert!(!saved.contains(&second), "{saved}");
        for (code, moment, expected) in [
            (first.as_str(), &now, None),
            (&second, &now, Some(text("jane"))),
            ("", &now, None),
            (&second, &until, None),
        ] {
            assert_eq!(accounts.invited(code, moment).unwrap(), expected, "{code} {moment}");
        }
        accounts.set_password(&text("jane"), "kettle-orbit", &[1; 32]).unwrap();
        assert_eq!(accounts.invited(&second, &now).unwrap(), None);
    }

    #[test]
    fn accounts_that_cannot_be_read_are_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        fs::create_dir(folder.path().join("grants.serve")).unwrap();
        for content in
            ["", "{", r#"{"format":"almoner.accounts/2","users":{}}"#, r#"{"format":"almoner.accounts/1"}"#]
        {
            fs::write(folder.path().join("grants.serve/accounts.json"), content).unwrap();
            let error = accounts.checked("jane", "kettle").unwrap_err();
            assert!(error.code == "accounts" && error.message.contains("accounts.json"), "{error:?}");
            assert!(accounts.set_password(&text("jane"), "kettle-orbit", &[1; 32]).is_err());
        }
    }
}
