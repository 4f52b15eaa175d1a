//! A request that looks: its address, who asks, and the books as the chosen audience may see them.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use almoner_app::actor::Actor;
use almoner_app::error::Error;
use almoner_app::figures::{Days, View};
use almoner_ledger::book::Books;
use almoner_ledger::book::names::{fund_name, theme_name};
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::funds::FundId;
use almoner_ledger::marks::Issue;
use almoner_ledger::reports::Published;
use almoner_ledger::themes::ThemeId;
use almoner_store::folder::{Access, Ledger};

use crate::access_log::Event;
use crate::entrance::Entrance;
use crate::fields::{Fields, address, encoded};
use crate::place::Client;
use crate::sessions::Session;
use crate::site::Site;
use crate::work::Progress;

/// What the frame of a page says of the books.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The name of the body.
    pub body: String,
    /// As known when, in words.
    pub known: String,
    /// What is issued in place of the last record, for audiences that may not see records.
    pub issue: Option<Issue>,
    /// The number of proposals that await approval; zero for audiences that may not know.
    pub pending: usize,
    /// The names of themes and funds by their ids.
    pub names: BTreeMap<String, String>,
    /// True if the time of knowledge in the address cannot be used, so that links lead to the books as they are now.
    pub is_now: bool,
}

impl Facts {
    /// Returns an id of a theme or fund, or a split of them, with their names.
    pub fn named(&self, text: &str) -> String {
        let part = |part: &str| match part.split_once(':') {
            Some((id, size)) => format!("{} {size}", self.names.get(id).map_or(id, String::as_str)),
            None => self.names.get(part).map_or(part, String::as_str).to_owned(),
        };
        text.split(';').map(|it| part(it.trim())).collect::<Vec<_>>().join(", ")
    }
}

/// Why a page is not shown.
#[derive(Debug)]
pub enum Trouble {
    /// There is no such thing, or none that this audience may see. Both get the same answer.
    Missing,
    /// What was requested is refused, or the books cannot be read.
    Error(Error),
}

impl<E: Into<Error>> From<E> for Trouble {
    fn from(error: E) -> Trouble {
        Trouble::Error(error.into())
    }
}

/// A request that looks.
#[derive(Debug)]
pub struct Look<'a> {
    /// The site.
    pub site: &'a Site,
    /// The parts of the path that vary, in order.
    pub parts: Vec<String>,
    /// The path.
    pub path: String,
    /// The fields of the address.
    pub fields: Fields,
    /// The session.
    pub session: Session,
    /// The address of the browser, in an office.
    pub client: Option<Client>,
    /// Who acts, and when.
    pub actor: Actor,
    /// Who sees the books, as known when.
    pub view: View,
    /// What the books said of themselves when they were last read.
    pub facts: RefCell<Facts>,
    /// The ledger as this request sees it, once it has been opened.
    pub ledger: OnceCell<Ledger>,
    /// True if JSON is sent in place of a page.
    pub is_json: bool,
    /// How far the work is that the request waits for.
    pub progress: Arc<Progress>,
}

impl Look<'_> {
    /// Returns a part of the path that varies.
    pub fn part(&self, place: usize) -> &str {
        self.parts.get(place).map_or("", String::as_str)
    }

    /// Returns the ledger, which is opened once a request: all that a page shows is of one moment.
    pub fn ledger(&self, access: Access) -> Result<&Ledger, Error> {
        let open = || self.view.open(&self.site.office, &self.actor, access);
        self.opened(open)
    }

    /// Returns the ledger, or the part of a damaged one that can be read.
    pub fn readable_part(&self) -> Result<&Ledger, Error> {
        self.opened(|| self.site.office.open_readable_part(&self.actor, Access::Read))
    }

    /// Returns the ledger, opened as `open` does if it has not been opened yet.
    pub fn opened(&self, open: impl FnOnce() -> Result<Ledger, Error>) -> Result<&Ledger, Error> {
        if let Some(ledger) = self.ledger.get() {
            return Ok(ledger);
        }
        let ledger = open()?;
        Ok(self.ledger.get_or_init(|| ledger))
    }

    /// Reads the books as the audience may see them.
    pub fn read<T>(
        &self,
        access: Access,
        read: impl FnOnce(&Published<'_>, Days) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.read_of(self.ledger(access)?, self.view, access, read)
    }

    /// Reads the books of a ledger that was opened, as an audience may see them.
    pub fn read_of<T>(
        &self,
        ledger: &Ledger,
        view: View,
        access: Access,
        read: impl FnOnce(&Published<'_>, Days) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        // A trouble of the page passes through the reading as a value.
        let result: Result<Result<T, Trouble>, Error> =
            view.read_from(ledger, self.actor.today, access, |books| {
                self.facts.replace(self.facts_of(books));
                Ok(read(books, view.days(books, self.actor.today)))
            });
        result?
    }

    fn facts_of(&self, books: &Published<'_>) -> Facts {
        let reference = books.reference();
        let sees_all = self.view.audience.sees_confidential();
        let known = match sees_all {
            true => {
                let (record, at) = (books.head().record, moment_in_words(&reference.last_recorded));
                format!("As known at record {record}, {at}")
            }
            // Neither number nor time of a record: they move with what is confidential.
            false => format!("As known on {}", self.view.days(books, self.actor.today).known.in_words()),
        };
        let pending = if sees_all { reference.authority.pending.len() } else { 0 };
        let themes = reference.themes.values().map(|it| (it.id.to_string(), it.name.to_string()));
        let funds = reference.funds.values().map(|it| (it.id.to_string(), it.name.to_string()));
        let none = [
            (ThemeId::UNALLOCATED, theme_name(books, ThemeId::UNALLOCATED)),
            (FundId::UNSTATED, fund_name(books, FundId::UNSTATED)),
        ];
        let none = none.map(|(id, name)| (id.to_owned(), name));
        let names = none.into_iter().chain(themes).chain(funds).collect();
        let (body, issue) = (reference.body_name().to_owned(), books.issue().cloned());
        Facts { body, known, issue, pending, names, is_now: false }
    }

    /// Returns the entrance, where users sign in; at a desk there is none.
    pub fn entrance(&self) -> Result<&Entrance, Trouble> {
        self.site.entrance.as_ref().ok_or(Trouble::Missing)
    }

    /// Adds what was done with the account of a user to the access log.
    pub fn log_access(&self, event: Event, user: &str) {
        if let (Some(entrance), Some(from)) = (&self.site.entrance, self.client) {
            let by = self.session.user().filter(|by| by.as_str() != user);
            entrance.log(event, Some(user), from.0, by);
        }
    }

    /// Adds what was done with an access token of a user to the access log.
    pub fn log_token(&self, event: Event, user: &str, token: u64) {
        if let (Some(entrance), Some(from)) = (&self.site.entrance, self.client) {
            let by = self.session.user().filter(|by| by.as_str() != user);
            entrance.log_token(event, user, from.0, by, token);
        }
    }

    /// Refuses audiences that may not see the office's own pages, as if there were none.
    pub fn for_the_office(&self) -> Result<(), Trouble> {
        if self.view.audience.sees_confidential() { Ok(()) } else { Err(Trouble::Missing) }
    }

    /// Returns true if the pages of this audience show more than the public's: names of users, records.
    pub fn sees_office(&self) -> bool {
        self.view.audience.sees_confidential()
    }

    /// Returns the time of knowledge in the address, if it can be used.
    pub fn known_at(&self) -> Option<&str> {
        let is_now = self.facts.borrow().is_now;
        self.fields.get("known_at").filter(|_| !is_now)
    }

    /// Returns the audience in the address, if there is one of this name.
    pub fn audience(&self) -> Option<&str> {
        self.fields.get("audience").filter(|_| self.fields.audience(self.session.sees()).is_ok())
    }

    /// Makes links lead to the books as they are now, because the time of knowledge in the address cannot be used.
    pub fn forget_time(&self) {
        self.facts.borrow_mut().is_now = true;
    }

    /// Returns the address of a page for the same audience, as known at the same time.
    pub fn link(&self, path: &str) -> String {
        self.link_with(path, &[])
    }

    /// Returns the address of a page with fields, for the same audience, as known at the same time.
    pub fn link_with(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let same = [("audience", self.audience()), ("known_at", self.known_at())];
        let same = same.into_iter().filter_map(|(name, value)| Some((name, value?)));
        address(path, fields.iter().copied().filter(|(_, value)| !value.is_empty()).chain(same))
    }

    /// Returns the address of a thing by its id: `/grants/14-2015`.
    pub fn link_to(&self, kind: &str, id: &str) -> String {
        self.link(&format!("/{kind}/{}", encoded(id)))
    }

    /// Returns the address of this page.
    pub fn again(&self) -> String {
        address(&self.path, self.fields.without(&[]))
    }

    /// Returns the address of this page with a field replaced, or removed if it is blank.
    pub fn again_with(&self, name: &str, value: &str) -> String {
        let fields = self.fields.without(&[]).filter(|(key, _)| *key != name && *key != "page");
        let own = (!value.is_empty()).then_some((name, value));
        address(&self.path, fields.chain(own))
    }
}
