//! The entrance to the pages of an office: who may sign in, checked at each request, with limits to guessing and a log.

use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_ledger::users::User;
use almoner_store::folder::Access;
use tokio::sync::Semaphore;

use crate::access_log::{AccessLog, Entry, Event};
use crate::accounts::{Accounts, folder_beside};
use crate::guessing::Guessing;
use crate::lock::locked;
use crate::place::OfficePlace;
use crate::program::Program;
use crate::refusals::Refusals;
use crate::sessions::{Holder, Session};
use crate::tokens::Tokens;

/// How many passwords are checked at the same time: each takes memory.
const AT_ONCE: usize = 2;

/// The entrance to the pages of an office.
#[derive(Debug)]
pub struct Entrance {
    /// Where the pages are served.
    pub place: OfficePlace,
    /// How users sign in.
    pub accounts: Accounts,
    /// The tries that failed.
    pub guessing: Mutex<Guessing>,
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
    pub fn new(place: OfficePlace, office: Office, program: Arc<dyn Program>) -> Entrance {
        Entrance {
            place,
            accounts: Accounts::beside(&office.location),
            guessing: Mutex::default(),
            tokens: Tokens::beside(&office.location),
            refused_tokens: Mutex::default(),
            checking: Semaphore::new(AT_ONCE),
            log: AccessLog::in_folder(&folder_beside(&office.location)),
            office,
            program,
        }
    }

    /// Returns a user as the ledger has the user now, if the user may see anything.
    pub(crate) fn user(&self, id: &str) -> Result<Option<User>, Error> {
        let ledger = self.office.open_undamaged(&self.program.actor()?, Access::Totals)?;
        let user = ledger.reference().authority.users.get(id).cloned();
        Ok(user.filter(|user| user.sees().is_some()))
    }

    /// Checks a user name and a password, and returns the holder of a session; `None` if either is wrong. A name that is
    /// not known costs as much as one that is.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn holder(&self, id: &str, password: &str, from: IpAddr) -> Result<Option<Holder>, Error> {
        locked(&self.guessing).note(id, from, Instant::now());
        let user = self.user(id)?;
        match (user, self.accounts.checked(id, password)?) {
            (Some(user), Some(credential)) => {
                locked(&self.guessing).forgive(id, from);
                self.log(Event::SignedIn, Some(id), from, None);
                Ok(Some(Holder::Office { user: Box::new(user), credential }))
            }
            (user, _) => {
                self.log(Event::Refused, user.as_ref().map(|user| user.id.as_str()), from, None);
                Ok(None)
            }
        }
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
