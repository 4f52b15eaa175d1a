//! The one-time codes of users: on or off, used, recovered, and reset by two approvers.
//!
//! What was used is saved with what can be used, in one file that is replaced whole: a code is used once even by two
//! programs at the same time.

use almoner_app::actor::Timestamp;
use almoner_app::error::Error;
use almoner_ledger::text::Text;
use serde::{Deserialize, Serialize};

use super::{Accounts, until};
use crate::codes::{SealingKey, Secret, recovery_codes, recovery_hash};
use crate::sessions::is_same;

/// The one-time codes of a user.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Codes {
    /// The secret, sealed.
    pub(super) secret: String,
    /// The step of the last code that was used: neither it nor one before is taken again.
    step: u64,
    /// The hashes of the recovery codes that have not been used.
    recovery: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reset: Option<Reset>,
}

/// A reset that one approver wants, until another confirms it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    by: String,
    until: String,
}

/// What a user's one-time codes are at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodesState {
    /// How many recovery codes have not been used.
    pub recovery: usize,
    /// The approver who wants them reset.
    pub reset_by: Option<String>,
}

/// What a code came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Used {
    /// It is wrong, too old, or was used before.
    Wrong,
    /// It is the code of the app.
    Code,
    /// It is a recovery code, which is used up.
    Recovery,
}

/// What the wish of an approver to reset a user's codes came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResetStep {
    /// The user has no codes.
    Nothing,
    /// Another approver must confirm it.
    Wanted,
    /// The codes are off.
    Done,
}

/// Returns the error where the key is missing or another than the one of the saved secrets.
fn no_key(is_missing: bool) -> Error {
    let message = if is_missing {
        "the key for one-time codes is missing"
    } else {
        "one-time codes were set up with a different key"
    };
    Error::refused("codes-key", message)
        .advice("use the key file with which one-time codes were set up; if it is lost, turn off one-time codes for every user")
}

impl Codes {
    fn opened(&self, user: &str, key: Option<&SealingKey>) -> Result<Secret, Error> {
        let key = key.ok_or_else(|| no_key(true))?;
        Secret::opened(&self.secret, user, key).ok_or_else(|| no_key(false))
    }

    /// Uses a code, or a recovery code.
    fn used(&mut self, secret: &Secret, code: &str, now: u64) -> Used {
        let digits: String = code.chars().filter(|it| !it.is_whitespace()).collect();
        if let Some(step) = secret.step_of(&digits, now) {
            if step <= self.step {
                return Used::Wrong;
            }
            self.step = step;
            return Used::Code;
        }
        let given = recovery_hash(code);
        let before = self.recovery.len();
        self.recovery.retain(|hash| !is_same(&given, hash));
        if self.recovery.len() < before { Used::Recovery } else { Used::Wrong }
    }
}

impl Accounts {
    /// Checks that the key opens all secrets that are saved.
    ///
    /// # Errors
    ///
    /// `codes-key` if it does not, or the accounts cannot be read.
    pub fn check_key(&self, key: Option<&SealingKey>) -> Result<(), Error> {
        let saved = self.saved.read()?;
        let with_codes =
            saved.users.iter().filter_map(|(user, account)| Some((user, account.codes.as_ref()?)));
        with_codes.into_iter().try_for_each(|(user, codes)| codes.opened(user, key).map(drop))
    }

    /// Returns the state of a user's one-time codes; `None` if they are off.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn codes(&self, user: &str, now: &Timestamp) -> Result<Option<CodesState>, Error> {
        let codes = self.account(user)?.codes;
        Ok(codes.map(|codes| CodesState {
            recovery: codes.recovery.len(),
            reset_by: codes.reset.filter(|it| now.as_str() < it.until.as_str()).map(|it| it.by),
        }))
    }

    /// Sets up the one-time codes of a user, in place of earlier ones, and returns recovery codes. `step` is the one of
    /// the code that was typed to try them.
    ///
    /// # Errors
    ///
    /// If the key is another than the one of the secrets of others, or the accounts cannot be read or written.
    pub fn set_up_codes(
        &self,
        user: &Text,
        secret: &Secret,
        step: u64,
        key: &SealingKey,
        random: [&[u8; 32]; 2],
    ) -> Result<Vec<String>, Error> {
        self.check_key(Some(key))?;
        let secret = secret.sealed(user.as_str(), key, random[0])?;
        let recovery = recovery_codes(random[1]);
        let hashes = recovery.iter().map(|code| recovery_hash(code)).collect();
        self.change(user.as_str(), |account| {
            account.codes = Some(Codes { secret, step, recovery: hashes, reset: None });
            Ok(())
        })?;
        Ok(recovery)
    }

    /// Turns the one-time codes of a user off, and returns true if they were on.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written.
    pub fn remove_codes(&self, user: &Text) -> Result<bool, Error> {
        self.change(user.as_str(), |account| Ok(account.codes.take().is_some()))
    }

    /// Uses a code of a user, which is not taken again. A user without codes has no right ones.
    ///
    /// # Errors
    ///
    /// If the key is missing or another, or the accounts cannot be read or written.
    pub fn use_code(
        &self,
        user: &str,
        code: &str,
        key: Option<&SealingKey>,
        now: u64,
    ) -> Result<Used, Error> {
        self.change(user, |account| {
            let Some(codes) = &mut account.codes else { return Ok(Used::Wrong) };
            let used = codes.used(&codes.opened(user, key)?, code, now);
            if used != Used::Wrong {
                // Who has codes needs no reset.
                codes.reset = None;
            }
            Ok(used)
        })
    }

    /// Notes that an approver wants a user's codes reset, or resets them if another approver wanted that before.
    /// `is_approver` says whether that one still is.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written.
    pub fn reset_codes(
        &self,
        user: &Text,
        by: &Text,
        now: &Timestamp,
        is_approver: impl Fn(&str) -> bool,
    ) -> Result<ResetStep, Error> {
        let until = until(now).map(|it| it.to_string()).unwrap_or_default();
        self.change(user.as_str(), |account| {
            let Some(codes) = &mut account.codes else { return Ok(ResetStep::Nothing) };
            let wanted = codes.reset.as_ref().filter(|it| now.as_str() < it.until.as_str());
            Ok(match wanted.filter(|it| is_approver(&it.by)) {
                Some(wanted) if wanted.by != by.as_str() => {
                    account.codes = None;
                    ResetStep::Done
                }
                _ => {
                    codes.reset = Some(Reset { by: by.to_string(), until });
                    ResetStep::Wanted
                }
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_800_000_000;

    fn text(text: &str) -> Text {
        Text::new(text).unwrap()
    }

    fn key(folder: &std::path::Path, byte: u8) -> SealingKey {
        let path = folder.join("key");
        let mut options = almoner_store::private::options();
        let mut file = options.write(true).create(true).truncate(true).open(&path).unwrap();
        std::io::Write::write_all(&mut file, &[byte; 32]).unwrap();
        SealingKey::read(&path).unwrap()
    }

    #[test]
    fn a_code_is_used_once_and_none_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let (key, secret) = (key(folder.path(), 1), Secret::of(&[1; 32]));
        accounts.set_password(&text("jane"), "kettle-orbit", &[1; 32]).unwrap();
        let without = accounts.credential("jane").unwrap();
        let recovery =
            accounts.set_up_codes(&text("jane"), &secret, NOW / 30 - 5, &key, [&[2; 32], &[3; 32]]).unwrap();
        assert_ne!(accounts.credential("jane").unwrap(), without);
        let [before, present, after] = [NOW - 30, NOW, NOW + 30].map(|at| secret.code_at(at));
        let others = Secret::of(&[9; 32]);
        let with = accounts.credential("jane").unwrap();
        for (user, code, now, expected) in [
            ("jane", present.as_str(), NOW + 60, Used::Wrong),
            ("al", &present, NOW, Used::Wrong),
            ("jane", &others.code_at(NOW), NOW, Used::Wrong),
            ("jane", "", NOW, Used::Wrong),
            ("jane", &format!(" {} {} ", &present[..3], &present[3..]), NOW, Used::Code),
            ("jane", &present, NOW, Used::Wrong),
            ("jane", &before, NOW, Used::Wrong),
            ("jane", &after, NOW, Used::Code),
            ("jane", &recovery[3], NOW, Used::Recovery),
            ("jane", &recovery[3], NOW, Used::Wrong),
            ("jane", &recovery[4].to_uppercase(), NOW, Used::Recovery),
        ] {
            assert_eq!(
                accounts.use_code(user, code, Some(&key), now).unwrap(),
                expected,
                "{user} {code} {now}"
            );
        }
        let state = accounts.codes("jane", &Timestamp::parse("2026-11-30T10:00:00Z").unwrap()).unwrap();
        assert_eq!(state, Some(CodesState { recovery: 8, reset_by: None }));
        // What is used ends no session; a new password leaves the codes on.
        assert_eq!(accounts.credential("jane").unwrap(), with);
        accounts.set_password(&text("jane"), "another", &[1; 32]).unwrap();
        assert_eq!(accounts.use_code("jane", &recovery[5], Some(&key), NOW).unwrap(), Used::Recovery);
        let saved = std::fs::read_to_string(folder.path().join("grants.serve/accounts.json")).unwrap();
        assert!(recovery.iter().all(|code| !saved.contains(code.as_str())), "{saved}");
    }

    #[test]
    fn a_code_sent_many_times_at_once_is_taken_once() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let (key, secret) = (key(folder.path(), 1), Secret::of(&[1; 32]));
        let random = [&[2; 32], &[3; 32]];
        let recovery = accounts.set_up_codes(&text("jane"), &secret, 0, &key, random).unwrap();
        for code in [secret.code_at(NOW), recovery[0].clone()] {
            let taken = std::thread::scope(|scope| {
                let tries: Vec<_> = (0..8)
                    .map(|_| scope.spawn(|| accounts.use_code("jane", &code, Some(&key), NOW).unwrap()))
                    .collect();
                tries.into_iter().map(|it| it.join().unwrap()).filter(|it| *it != Used::Wrong).count()
            });
            assert_eq!(taken, 1, "{code}");
        }
    }

    #[test]
    fn codes_need_the_key_with_which_they_were_set_up() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let (right, wrong) = (key(folder.path(), 1), key(folder.path(), 2));
        assert!(accounts.check_key(None).is_ok());
        let random = [&[2; 32], &[3; 32]];
        accounts.set_up_codes(&text("jane"), &Secret::of(&[1; 32]), 0, &right, random).unwrap();
        assert!(accounts.check_key(Some(&right)).is_ok());
        for key in [None, Some(&wrong)] {
            assert_eq!(accounts.check_key(key).unwrap_err().code, "codes-key");
            assert_eq!(accounts.use_code("jane", "123456", key, NOW).unwrap_err().code, "codes-key");
        }
        let others = accounts.set_up_codes(&text("al"), &Secret::of(&[1; 32]), 0, &wrong, random);
        assert_eq!(others.unwrap_err().code, "codes-key");
        assert!(accounts.remove_codes(&text("jane")).unwrap());
        assert!(accounts.check_key(None).is_ok());
    }

    #[test]
    fn two_approvers_reset_the_codes_of_a_third() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let (key, secret) = (key(folder.path(), 1), Secret::of(&[1; 32]));
        let [now, later] =
            ["2026-11-30T10:00:00Z", "2026-12-03T10:00:00Z"].map(|it| Timestamp::parse(it).unwrap());
        let set_up = || {
            accounts.set_up_codes(&text("jane"), &secret, 0, &key, [&[2; 32], &[3; 32]]).unwrap();
        };
        let all = |_: &str| true;
        let reset = |by: &str, at: &Timestamp, is_approver: &dyn Fn(&str) -> bool| {
            accounts.reset_codes(&text("jane"), &text(by), at, is_approver).unwrap()
        };
        assert_eq!(reset("ann", &now, &all), ResetStep::Nothing);
        set_up();
        for (by, at, expected) in [
            ("ann", &now, ResetStep::Wanted),
            ("ann", &now, ResetStep::Wanted),
            // Too late: it begins again.
            ("bob", &later, ResetStep::Wanted),
            ("ann", &later, ResetStep::Done),
            ("bob", &later, ResetStep::Nothing),
        ] {
            assert_eq!(reset(by, at, &all), expected, "{by} {at}");
        }
        set_up();
        reset("ann", &now, &all);
        // Ann is no approver any more.
        assert_eq!(reset("bob", &now, &|by| by != "ann"), ResetStep::Wanted);
        // The user signs in after all.
        assert_eq!(accounts.use_code("jane", &secret.code_at(NOW), Some(&key), NOW).unwrap(), Used::Code);
        assert_eq!(accounts.codes("jane", &now).unwrap().and_then(|it| it.reset_by), None);
        assert_eq!(reset("ann", &now, &all), ResetStep::Wanted);
    }

    #[test]
    fn two_approvers_at_the_same_time_are_two_and_one_twice_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let accounts = Accounts::beside(&folder.path().join("grants.ledger"));
        let (key, secret) = (key(folder.path(), 1), Secret::of(&[1; 32]));
        let now = Timestamp::parse("2026-11-30T10:00:00Z").unwrap();
        use ResetStep::{Done, Nothing, Wanted};
        for (approvers, expected) in [
            (["ann", "bob"].as_slice(), vec![Wanted, Done]),
            (&["ann", "ann", "ann"], vec![Wanted, Wanted, Wanted]),
            (&["ann", "bob", "eve", "joe"], vec![Wanted, Done, Nothing, Nothing]),
        ] {
            accounts.set_up_codes(&text("jane"), &secret, 0, &key, [&[2; 32], &[3; 32]]).unwrap();
            let reset = |by: &str| accounts.reset_codes(&text("jane"), &text(by), &now, |_| true).unwrap();
            let mut steps: Vec<ResetStep> = std::thread::scope(|scope| {
                let begun: Vec<_> = approvers.iter().map(|by| scope.spawn(|| reset(by))).collect();
                begun.into_iter().map(|it| it.join().unwrap()).collect()
            });
            let order = [Wanted, Done, Nothing];
            steps.sort_by_key(|step| order.iter().position(|it| it == step));
            assert_eq!(steps, expected, "{approvers:?}");
        }
    }
}
