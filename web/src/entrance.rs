//! The entrance to the pages of an office: who may sign in, checked at each request, with limits to guessing and a log.

use std::net::IpAddr;
use std::sync::Mutex;
use std::time::Instant;

use almoner_app::actor::Timestamp;
use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_ledger::book::Books;
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
use crate::sessions::{Holder, Session};

/// How many passwords are looked at at the same time: each takes memory.
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
    /// The places in which passwords are looked at.
    pub looking: Semaphore,
    log: AccessLog,
}

/// What a try to sign in came to.
#[derive(Debug)]
pub enum Tried {
    /// The password was right.
    In(Holder),
    /// The user name or the password was wrong.
    Wrong,
}

impl Entrance {
    /// Returns the entrance to the pages of a ledger.
    pub fn new(place: OfficePlace, office: &Office) -> Entrance {
        Entrance {
            place,
            accounts: Accounts::beside(&office.location),
            guessing: Mutex::default(),
            looking: Semaphore::new(AT_ONCE),
            log: AccessLog::in_folder(&folder_beside(&office.location)),
        }
    }

    /// Returns a user as the ledger has the user now, if the user may see anything.
    ///
    /// # Errors
    ///
    /// If the ledger cannot be opened.
    pub fn user(&self, office: &Office, program: &dyn Program, id: &str) -> Result<Option<User>, Error> {
        let ledger = office.open_undamaged(&program.actor()?, Access::Totals)?;
        let user = ledger.reference().authority.users.get(id).cloned();
        Ok(user.filter(|user| user.sees().is_some()))
    }

    /// Looks at a user name and a password that were typed. One that is not known costs as much as one that is.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn tried(
        &self,
        office: &Office,
        program: &dyn Program,
        (id, password): (&str, &str),
        from: IpAddr,
    ) -> Result<Tried, Error> {
        locked(&self.guessing).note(id, from, Instant::now());
        let user = self.user(office, program, id)?;
        let credential = self.accounts.checked(id, password)?;
        let at = program.actor()?.at;
        match (&user, credential) {
            (Some(user), Some(credential)) => {
                locked(&self.guessing).forgive(id, from);
                self.log(office, &at, Event::SignedIn, Some(id), from, None);
                Ok(Tried::In(Holder::Office { user: Box::new(user.clone()), credential }))
            }
            (user, _) => {
                let known = user.as_ref().map(|user| user.id.as_str());
                self.log(office, &at, Event::Refused, known, from, None);
                Ok(Tried::Wrong)
            }
        }
    }

    /// Returns true if the holder of a session may go on: neither the user nor the password has changed.
    ///
    /// # Errors
    ///
    /// If the ledger or the accounts cannot be read.
    pub fn goes_on(&self, office: &Office, program: &dyn Program, session: &Session) -> Result<bool, Error> {
        let Holder::Office { user, credential } = &session.holder else { return Ok(false) };
        let now = self.user(office, program, user.id.as_str())?;
        let is_same = self.accounts.credential(user.id.as_str())?.as_ref() == Some(credential);
        Ok(is_same && now.as_ref() == Some(&**user))
    }

    /// Adds a line to the log. One that cannot be written is said in the server's own notes.
    pub fn log(
        &self,
        office: &Office,
        at: &Timestamp,
        event: Event,
        user: Option<&str>,
        from: IpAddr,
        by: Option<&Text>,
    ) {
        let entry = Entry { at: at.as_str(), event, user, from, by: by.map(Text::as_str) };
        if let Err(error) = self.log.add(entry) {
            office.observer.note(&format!("the access log cannot be written: {error}"));
        }
    }
}
