//! How users sign in to the pages of an office: their passwords and invitations, beside the ledger.
//!
//! They are in a folder that only the server's own account can read, never in the journal, a backup or an export.
//! A password is saved as its argon2id hash, an invitation as the hash of its code.

mod codes;
mod organisation;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use almoner_app::actor::Timestamp;
use almoner_app::error::Error;
use almoner_ledger::calendar::Date;
use almoner_ledger::hash::hex_of_bytes;
use almoner_ledger::text::Text;
use almoner_store::{plain, private};
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zxcvbn::{Score, zxcvbn};

use crate::provider::Identity;
use crate::saved::{Content, SavedFile};
use crate::sessions::hash;

pub use codes::{CodesState, ResetStep, Used};
pub use organisation::Connected;

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most bytes of a password: a longer one would only cost time.
const LONGEST: usize = 1024;
/// Memory in KiB and passes of argon2id, as OWASP's sheet on storing passwords has them for one lane.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// The days for which an invitation is good.
pub const INVITATION_DAYS: u32 = 3;

/// The file with the address of the pages.
const ORIGIN: &str = "origin";

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    format: String,
    users: BTreeMap<String, Account>,
}

impl Content for Saved {
    const FILE: &'static str = "accounts.json";
    const LOCK: &'static str = "lock";
    const CODE: &'static str = "accounts";
    const WHAT: &'static str = "accounts for signing in";
    const FORMAT: &'static str = "almoner.accounts/1";

    fn empty() -> Saved {
        Saved { format: Saved::FORMAT.to_owned(), users: BTreeMap::new() }
    }

    fn format(&self) -> &str {
        &self.format
    }
}

/// How a user signs in.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Account {
    /// The hash of the password, with its parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    /// The account of the organisation, in place of a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    organisation: Option<Identity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<Invitation>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codes: Option<codes::Codes>,
}

impl Account {
    fn set_password(&mut self, hash: String) {
        self.password = Some(hash);
        self.organisation = None;
        self.invitation = None;
    }

    fn is_invited(&self, code: &str, now: &Timestamp) -> bool {
        self.invitation.as_ref().is_some_and(|it| it.is_good(code, now))
    }

    /// Returns the fingerprint of what the user signs in with, which changes with it; `None` if the user has nothing to
    /// sign in with.
    fn credential(&self) -> Option<String> {
        let secret = self.codes.as_ref().map_or("", |codes| codes.secret.as_str());
        let organisation = self.organisation.as_ref();
        let connected = organisation.map(|it| format!("organisation\n{}\n{}", it.issuer, it.subject));
        self.password.clone().or(connected).map(|credential| hash(&format!("{credential}\n{secret}")))
    }
}

/// A code with which a user may set a password, or connect an account of the organisation, once.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invitation {
    hash: String,
    until: String,
}

impl Invitation {
    fn is_good(&self, code: &str, now: &Timestamp) -> bool {
        self.hash == hash(code) && now.as_str() < self.until.as_str()
    }
}

/// The accounts of a ledger's users.
#[derive(Clone, Debug)]
pub struct Accounts {
    saved: SavedFile<Saved>,
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
        Accounts { saved: SavedFile::in_folder(folder_beside(ledger)) }
    }

    fn account(&self, user: &str) -> Result<Account, Error> {
        Ok(self.saved.read()?.users.remove(user).unwrap_or_default())
    }

    /// Changes the account of a user. A user who then has nothing to sign in with has no account.
    fn change<T>(
        &self,
        user: &str,
        change: impl FnOnce(&mut Account) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.saved.change(|saved| {
            let mut account = saved.users.remove(user).unwrap_or_default();
            let result = change(&mut account)?;
            if account != Account::default() {
                saved.users.insert(user.to_owned(), account);
            }
            Ok(result)
        })
    }

    /// Sets the password of a user, in place of an earlier one and of an invitation. One-time codes stay as they are.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written. How strong the password is has been checked by [`check_strength`].
    pub fn set_password(&self, user: &Text, password: &str, random: &[u8; 32]) -> Result<(), Error> {
        let hash = hashed(password, &random[..16])?;
        self.change(user.as_str(), |account| {
            account.set_password(hash);
            Ok(())
        })
    }

    /// Sets the password of the user whom a code invites, once: of several who use it at the same time, one does. Returns
    /// the user; `None` if the code is not good at this moment.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written. How strong the password is has been checked by [`check_strength`].
    pub fn accept(
        &self,
        code: &str,
        password: &str,
        random: &[u8; 32],
        now: &Timestamp,
    ) -> Result<Option<Text>, Error> {
        let hash = hashed(password, &random[..16])?;
        self.saved.change(|saved| {
            let invited = saved.users.iter_mut().find(|(_, account)| account.is_invited(code, now));
            let Some((user, account)) = invited else { return Ok(None) };
            account.set_password(hash);
            Ok(Text::new(user).ok())
        })
    }

    /// Invites a user to set a password, and returns the link. An earlier invitation is no longer good; an earlier
    /// password is until the invitation is accepted.
    ///
    /// # Errors
    ///
    /// If the pages have not been served yet (`no-origin`), or the accounts cannot be read or written.
    pub fn invite(&self, user: &Text, random: &[u8; 32], now: &Timestamp) -> Result<String, Error> {
        let (code, origin) = (hex_of_bytes(random), self.origin()?);
        let until = until(now).map(|it| it.to_string()).unwrap_or_default();
        let invitation = Invitation { hash: hash(&code), until };
        self.change(user.as_str(), |account| {
            account.invitation = Some(invitation);
            Ok(())
        })?;
        Ok(format!("{origin}/invitation?code={code}"))
    }

    /// Notes the origin under which the pages are served, for the links of invitations.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn note_origin(&self, origin: &str) -> Result<(), Error> {
        let folder = self.saved.folder();
        let noted = private::folder(folder).and_then(|()| {
            let new = folder.join(format!("{ORIGIN}.new"));
            private::write_whole(&folder.join(ORIGIN), &new, origin.as_bytes())
        });
        noted.map_err(|error| self.saved.failed(&error))
    }

    fn origin(&self) -> Result<String, Error> {
        plain::text(&self.saved.folder().join(ORIGIN), 1024).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Error::refused("no-origin", "the pages of this ledger have not been served to an office yet, so the address for the link is not known")
                    .advice("start the pages for the office first, with a network address and the address that users type, then invite the user")
            }
            _ => self.saved.failed(&error),
        })
    }

    /// Returns the user whom a code invites, if it is good at this moment.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn invited(&self, code: &str, now: &Timestamp) -> Result<Option<Text>, Error> {
        let saved = self.saved.read()?;
        let found = saved.users.iter().find(|(_, account)| account.is_invited(code, now));
        Ok(found.and_then(|(user, _)| Text::new(user).ok()))
    }

    /// Returns whether this is the password of a user, and the fingerprint of what the user signs in with. A user who is
    /// not known, or has no password, takes as long.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn checked(&self, user: &str, password: &str) -> Result<Option<String>, Error> {
        let account = self.account(user)?;
        let against = account.password.as_deref().or(NOBODY.as_deref()).unwrap_or_default();
        let against = PasswordHash::new(against).map_err(|error| not_hashed(&error))?;
        let is_right =
            password.len() <= LONGEST && hasher()?.verify_password(password.as_bytes(), &against).is_ok();
        // An account of the organisation has no password, not even that of nobody.
        Ok(account.credential().filter(|_| is_right && account.password.is_some()))
    }

    /// Returns the fingerprint of what a user signs in with, which changes with it; `None` if the user has nothing to sign
    /// in with.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn credential(&self, user: &str) -> Result<Option<String>, Error> {
        Ok(self.account(user)?.credential())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

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
    fn an_invitation_is_used_by_one_of_those_who_use_it_at_the_same_time() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let now = at("2026-11-30T10:00:00Z");
        accounts.note_origin("https://grants.example").unwrap();
        let link = accounts.invite(&text("jane"), &[1; 32], &now).unwrap();
        let (_, code) = link.split_once("code=").unwrap();
        let set: Vec<(String, bool)> = std::thread::scope(|scope| {
            let begun: Vec<_> = (0..4)
                .map(|number| {
                    let (accounts, now) = (&accounts, &now);
                    let password = format!("kettle-orbit-{number}");
                    scope.spawn(move || {
                        let set = accounts.accept(code, &password, &[2; 32], now).unwrap();
                        (password, set == Some(text("jane")))
                    })
                })
                .collect();
            begun.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert_eq!(set.iter().filter(|(_, is_set)| *is_set).count(), 1, "{set:?}");
        for (password, is_set) in set {
            assert_eq!(accounts.checked("jane", &password).unwrap().is_some(), is_set, "{password}");
        }
    }

    #[test]
    fn a_user_without_anything_to_sign_in_with_has_no_account() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        assert!(!accounts.remove_codes(&text("jane")).unwrap());
        assert_eq!(accounts.use_code("al", "123456", None, 0).unwrap(), Used::Wrong);
        assert!(!folder.path().join("grants.serve/accounts.json").exists());
    }
}
