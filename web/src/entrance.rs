//! The entrance to the pages of an office: who may sign in, checked at each request, with limits to guessing and a log.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;
use almoner_store::folder::Access;
use tokio::sync::Semaphore;

use crate::access_log::{AccessLog, Entry, Event};
use crate::accounts::{Accounts, Used, folder_beside};
use crate::codes::{SealingKey, Secret};
use crate::guessing::Guessing;
use crate::halves::Halves;
use crate::lasting::Lasting;
use crate::lock::locked;
use crate::place::OfficePlace;
use crate::program::Program;
use crate::refusals::Refusals;
use crate::sessions::{Holder, Session};
use crate::tokens::Tokens;

/// How many passwords are checked at the same time: each takes memory.
const AT_ONCE: usize = 2;

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
    /// The tries that failed.
    pub guessing: Mutex<Guessing>,
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
    /// The access tokens that were refused.
    pub refused_tokens: Mutex<Refusals>,
    /// Room for passwords that are being checked.
    pub checking: Semaphore,
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
        let guessing = Guessing::saved_in(lasting.of("tries"), seconds(&*program)?);
        Ok(Entrance {
            place,
            accounts,
            guessing: Mutex::new(guessing),
            lasting,
            key,
            halves: Mutex::default(),
            setting_up: Mutex::default(),
            tokens: Tokens::beside(&office.location),
            refused_tokens: Mutex::default(),
            checking: Semaphore::new(AT_ONCE),
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

    /// Checks a user name and a password. A name that is not known costs as much as one that is.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn checked(&self, id: &str, password: &str, from: IpAddr) -> Result<Checked, Error> {
        locked(&self.guessing).note(id, from, self.now()?);
        let user = self.user(id)?;
        locked(&self.guessing).save(user.as_ref().map(|user| user.id.as_str()), from);
        match (user, self.accounts.checked(id, password)?) {
            (Some(user), Some(credential)) => {
                let holder = Holder::Office { user: Box::new(user), credential };
                if self.accounts.codes(id, &self.program.actor()?.at)?.is_some() {
                    // What was tried is not forgiven before the code is right.
                    return Ok(Checked::NeedsCode(holder));
                }
                self.forgive_and_log(id, from, Event::SignedIn);
                Ok(Checked::In(holder))
            }
            (user, _) => {
                self.log(Event::Refused, user.as_ref().map(|user| user.id.as_str()), from, None);
                Ok(Checked::Wrong)
            }
        }
    }

    fn forgive_and_log(&self, id: &str, from: IpAddr, event: Event) {
        locked(&self.guessing).forgive(id, from);
        self.log(event, Some(id), from, None);
    }

    /// Checks the one-time code of somebody who has given the password, and returns true if it is right. Each is a try.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn is_code_right(&self, user: &Text, code: &str, from: IpAddr) -> Result<bool, Error> {
        let event = match self.used_code(user, code, from)? {
            Used::Wrong => return Ok(false),
            Used::Code => Event::SignedIn,
            Used::Recovery => Event::RecoveryUsed,
        };
        self.forgive_and_log(user.as_str(), from, event);
        Ok(true)
    }

    /// Uses a one-time code of somebody whose password was right. Each is a try.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read or written, or the key of one-time codes is missing.
    pub fn used_code(&self, user: &Text, code: &str, from: IpAddr) -> Result<Used, Error> {
        let (id, now) = (user.as_str(), self.now()?);
        let mut guessing = locked(&self.guessing);
        guessing.note(id, from, now);
        guessing.save(Some(id), from);
        guessing.note_code(id, now);
        drop(guessing);
        let used = self.accounts.use_code(id, code, self.key.as_ref(), now)?;
        if used == Used::Wrong {
            self.log(Event::CodeRefused, Some(id), from, None);
        } else {
            let mut guessing = locked(&self.guessing);
            guessing.forgive_codes(id);
            guessing.forgive(id, from);
        }
        Ok(used)
    }

    /// Checks the password of somebody who is signed in, before something is changed that it protects; `None` if there
    /// were too many tries.
    ///
    /// # Errors
    ///
    /// If the accounts cannot be read.
    pub fn is_own_password(&self, user: &Text, password: &str, from: IpAddr) -> Result<Option<bool>, Error> {
        let (id, now) = (user.as_str(), self.now()?);
        let mut guessing = locked(&self.guessing);
        if guessing.delay(id, from, now).is_none() {
            drop(guessing);
            self.log(Event::TooMany, Some(id), from, None);
            return Ok(None);
        }
        guessing.note(id, from, now);
        guessing.save(Some(id), from);
        drop(guessing);
        let is_right = self.accounts.checked(id, password)?.is_some();
        if is_right {
            locked(&self.guessing).forgive(id, from);
        }
        Ok(Some(is_right))
    }

    /// Returns true if the holder of a session may go on: neither the user nor the password has changed.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn goes_on(&self, session: &Session) -> Result<bool, Error> {
        let Holder::Office { user, credential } = &session.holder else { return Ok(false) };
        let is_same = self.accounts.credential(user.id.as_str())?.as_ref() == Some(credential);
        Ok(is_same && self.user(user.id.as_str())?.as_ref() == Some(&**user))
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
