//! The entrance to the pages of an office: who may sign in, checked at each request, with limits to guessing and a log.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;
use almoner_store::folder::Access;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::access_log::{AccessLog, Entry, Event};
use crate::accounts::{Accounts, Used, folder_beside};
use crate::codes::{SealingKey, Secret};
use crate::guessing::{Attempt, Given, Guessing};
use crate::halves::Halves;
use crate::lasting::Lasting;
use crate::lock::locked;
use crate::place::OfficePlace;
use crate::program::Program;
use crate::provider::{Identity, Provider};
use crate::refusals::Refusals;
use crate::sessions::{Holder, Session};
use crate::tokens::Tokens;

/// How many passwords are checked at the same time: each takes memory.
const AT_ONCE: usize = 2;
/// How long a password waits to be checked.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The maximum number of used states of sign-ins with the provider that are remembered.
const MOST_STATES: usize = 2_000;
/// The seconds for which they are: longer than a sign-in with the provider lasts.
const STATES_LAST: u64 = 30 * 60;

/// Returns the seconds since 1970, by the program's clock.
fn seconds(program: &dyn Program) -> Result<u64, Error> {
    program.actor()?.at.seconds().ok_or_else(|| {
        Error::unavailable("clock", "this computer's clock is wrong").advice("set its date and time")
    })
}

/// What a user name and a password came to.
#[derive(Debug)]
pub enum Checked {
    /// Either is wrong.
    Wrong,
    /// They are right, and a one-time code is needed, too.
    NeedsCode(Holder),
    /// They are right.
    In(Holder),
}

/// The entrance to the pages of an office.
#[derive(Debug)]
pub struct Entrance {
    /// Where the pages are served.
    pub place: OfficePlace,
    /// How users sign in.
    pub accounts: Accounts,
    /// What is there again when the pages are started again.
    pub lasting: Lasting,
    /// The key of one-time codes.
    pub key: Option<SealingKey>,
    /// Those who have given their password and not their code yet.
    pub halves: Mutex<Halves>,
    /// The secrets that users are setting up, and until when.
    pub setting_up: Mutex<BTreeMap<String, (Secret, u64)>>,
    /// The access tokens of users.
    pub tokens: Tokens,
    /// The provider of the organisation's accounts, if users sign in with them.
    pub provider: Option<Provider>,
    /// Room for passwords that are being checked.
    pub checking: Arc<Semaphore>,
    guessing: Arc<Mutex<Guessing>>,
    refused_tokens: Mutex<Refusals>,
    refused_attempts: Mutex<Refusals>,
    refused_returns: Mutex<Refusals>,
    used_states: Mutex<BTreeMap<String, u64>>,
    log: AccessLog,
    office: Office,
    program: Arc<dyn Program>,
}

impl Entrance {
    /// Returns the entrance to the pages of a ledger.
    ///
    /// # Errors
    ///
    /// If the clock cannot be read, or the key of one-time codes is missing or another than the one of those that are on.
    pub fn new(
        place: OfficePlace,
        key: Option<SealingKey>,
        office: Office,
        program: Arc<dyn Program>,
    ) -> Result<Entrance, Error> {
        let folder = folder_beside(&office.location);
        let accounts = Accounts::beside(&office.location);
        accounts.check_key(key.as_ref())?;
        let lasting = Lasting::in_folder(&folder, &office.observer);
        let guessing = Guessing::saved_in(&lasting, seconds(&*program)?);
        Ok(Entrance {
            place,
            accounts,
            lasting,
            key,
            halves: Mutex::default(),
            setting_up: Mutex::default(),
            tokens: Tokens::beside(&office.location),
            checking: Arc::new(Semaphore::new(AT_ONCE)),
            guessing: Arc::new(Mutex::new(guessing)),
            refused_tokens: Mutex::default(),
            refused_attempts: Mutex::default(),
            refused_returns: Mutex::default(),
            used_states: Mutex::default(),
            provider: None,
            log: AccessLog::in_folder(&folder),
            office,
            program,
        })
    }

    /// Returns the seconds since 1970.
    ///
    /// # Errors
    ///
    /// If the clock cannot be read.
    pub fn now(&self) -> Result<u64, Error> {
        seconds(&*self.program)
    }

    /// Returns a user as the ledger has the user now, if the user may see anything.
    pub(crate) fn user(&self, id: &str) -> Result<Option<User>, Error> {
        let ledger = self.office.open_undamaged(&self.program.actor()?, Access::Totals)?;
        let user = ledger.reference().authority.users.get(id).cloned();
        Ok(user.filter(|user| user.sees().is_some()))
    }

    /// Returns the name of the body whose ledger it is.
    pub(crate) fn body_name(&self) -> Result<String, Error> {
        let ledger = self.office.open_undamaged(&self.program.actor()?, Access::Totals)?;
        Ok(ledger.reference().body_name().to_owned())
    }

    /// Waits for room to check a password; `None` if there is none. It belongs to whoever checks, not by the request: a
    /// browser that goes away meanwhile makes no room for another.
    pub async fn room(&self) -> Option<OwnedSemaphorePermit> {
        timeout(PATIENCE, self.checking.clone().acquire_owned()).await.ok()?.ok()
    }

    /// Begins an attempt, which counts as failed until what is given was right; `None` if there were too many. A user name
    /// that was typed is not logged, as it may be a password typed in the wrong field; that of a `known` user is.
    ///
    /// # Errors
    ///
    /// If the clock cannot be read.
    pub fn attempt(
        &self,
        user: &str,
        from: IpAddr,
        given: Given,
        known: Option<&Text>,
    ) -> Result<Option<Attempt>, Error> {
        let now = self.now()?;
        let begun = Attempt::begin(&self.guessing, user, from, given, now);
        if begun.is_none() && !locked(&self.refused_attempts).note(from, now) {
            self.log(Event::TooMany, known.map(Text::as_str), from, None);
        }
        Ok(begun)
    }

    /// Checks the password of an attempt to sign in. A user name that is not known costs as much as one that is.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn checked(&self, mut attempt: Attempt, password: &str) -> Result<Checked, Error> {
        let (id, from) = (attempt.user.clone(), attempt.from);
        let user = self.user(&id)?;
        attempt.look_at(user.is_some());
        match (user, self.accounts.checked(&id, password)?) {
            (Some(user), Some(credential)) => {
                let holder = Holder::Office { user: Box::new(user), credential };
                if self.accounts.codes(&id, &self.program.actor()?.at)?.is_some() {
                    // What was tried is not forgiven before the code is right.
                    return Ok(Checked::NeedsCode(holder));
                }
                attempt.forgive();
                self.log(Event::SignedIn, Some(&id), from, None);
                Ok(Checked::In(holder))
            }
            (user, _) => {
                self.log(Event::Refused, user.as_ref().map(|user| user.id.as_str()), from, None);
                Ok(Checked::Wrong)
            }
        }
    }

    /// Signs in the user with an account of the organisation, as far as there is one.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn of_organisation(&self, identity: &Identity, from: IpAddr) -> Result<Checked, Error> {
        let connected = self.accounts.connected(identity)?;
        let found = match connected {
            Some((id, credential)) => self.user(&id)?.map(|user| (user, credential)),
            None => None,
        };
        let Some((user, credential)) = found else {
            self.log(Event::Refused, None, from, None);
            return Ok(Checked::Wrong);
        };
        let id = user.id.clone();
        let holder = Holder::Office { user: Box::new(user), credential };
        if self.accounts.codes(id.as_str(), &self.program.actor()?.at)?.is_some() {
            return Ok(Checked::NeedsCode(holder));
        }
        self.log(Event::SignedIn, Some(id.as_str()), from, None);
        Ok(Checked::In(holder))
    }

    /// Uses up the state of a sign-in with the provider that was begun at a moment; false if it was used before.
    pub fn use_up(&self, state: &str, begun: u64, now: u64) -> bool {
        let mut used = locked(&self.used_states);
        // The oldest of too many go first: nobody fills the memory with made-up states.
        while used.len() >= MOST_STATES {
            let oldest = used.iter().min_by_key(|(_, at)| **at).map(|(state, _)| state.clone());
            let Some(oldest) = oldest else { break };
            used.remove(&oldest);
        }
        used.retain(|_, at| now.abs_diff(*at) < STATES_LAST);
        used.insert(state.to_owned(), begun).is_none()
    }

    /// Notes that what a browser came back with from the provider was refused.
    pub fn note_refused(&self, from: IpAddr, now: u64) {
        locked(&self.refused_returns).note(from, now);
    }

    /// Returns true if too much of what came back from the provider was refused from an address.
    pub fn is_refused_too_often(&self, from: IpAddr, now: u64) -> bool {
        locked(&self.refused_returns).are_too_many(from, now)
    }

    /// Uses the one-time code of an attempt of somebody whose password was right.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written, or the key of one-time codes is missing.
    pub fn used_code(&self, mut attempt: Attempt, code: &str) -> Result<Used, Error> {
        attempt.look_at(true);
        let used = self.accounts.use_code(&attempt.user, code, self.key.as_ref(), self.now()?)?;
        match used {
            Used::Wrong => self.log(Event::CodeRefused, Some(&attempt.user), attempt.from, None),
            Used::Code | Used::Recovery => attempt.forgive(),
        }
        Ok(used)
    }

    /// Signs in with the one-time code of an attempt, and returns true if it is right.
    ///
    /// # Errors
    ///
    /// As [`Entrance::used_code`].
    pub fn is_code_right(&self, attempt: Attempt, code: &str) -> Result<bool, Error> {
        let (user, from) = (attempt.user.clone(), attempt.from);
        let event = match self.used_code(attempt, code)? {
            Used::Wrong => return Ok(false),
            Used::Code => Event::SignedIn,
            Used::Recovery => Event::RecoveryUsed,
        };
        self.log(event, Some(&user), from, None);
        Ok(true)
    }

    /// Checks the password of somebody who is signed in, before something is changed that it protects; `None` if there
    /// were too many attempts.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn is_own_password(&self, user: &Text, password: &str, from: IpAddr) -> Result<Option<bool>, Error> {
        let attempt = self.attempt(user.as_str(), from, Given::Password, Some(user))?;
        let Some(mut attempt) = attempt else { return Ok(None) };
        attempt.look_at(true);
        let is_right = self.accounts.checked(user.as_str(), password)?.is_some();
        if is_right {
            attempt.forgive();
        }
        Ok(Some(is_right))
    }

    /// Notes that an access token was refused, and returns true if there were too many from its address.
    ///
    /// # Errors
    ///
    /// If the clock cannot be read.
    pub fn note_refused_token(&self, from: IpAddr) -> Result<bool, Error> {
        let is_too_many = locked(&self.refused_tokens).note(from, self.now()?);
        if !is_too_many {
            self.log(Event::TokenRefused, None, from, None);
        }
        Ok(is_too_many)
    }

    /// Returns true if users sign in with passwords: not only with their organisation's accounts.
    pub fn has_passwords(&self) -> bool {
        self.provider.as_ref().is_none_or(|it| !it.no_passwords)
    }

    /// Returns true if the holder of a session may go on: neither the user nor what the user signs in with has changed.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn goes_on(&self, session: &Session) -> Result<bool, Error> {
        let Holder::Office { user, credential } = &session.holder else { return Ok(false) };
        let is_same = self.accounts.credential(user.id.as_str())?.as_ref() == Some(credential);
        let is_taken = self.has_passwords() || self.accounts.organisation(user.id.as_str())?.is_some();
        Ok(is_same && is_taken && self.user(user.id.as_str())?.as_ref() == Some(&**user))
    }

    /// Adds a line to the log, with the user who did it if that was another. One that cannot be written is said in the
    /// server's own notes.
    pub fn log(&self, event: Event, user: Option<&str>, from: IpAddr, by: Option<&Text>) {
        self.logged(event, (user, by), from, None);
    }

    /// Adds a line about an access token to the log.
    pub fn log_token(&self, event: Event, user: &str, from: IpAddr, by: Option<&Text>, token: u64) {
        self.logged(event, (Some(user), by), from, Some(token));
    }

    /// Returns the present day.
    pub(crate) fn today(&self) -> Result<Date, Error> {
        Ok(self.program.actor()?.today)
    }

    fn logged(
        &self,
        event: Event,
        (user, by): (Option<&str>, Option<&Text>),
        from: IpAddr,
        token: Option<u64>,
    ) {
        let written = self.program.actor().map_err(|error| error.message).and_then(|actor| {
            let entry = Entry { at: actor.at.as_str(), event, user, from, by: by.map(Text::as_str), token };
            self.log.add(entry).map_err(|error| error.to_string())
        });
        if let Err(error) = written {
            self.office.observer.note(&format!("the access log cannot be written: {error}"));
        }
    }
}
