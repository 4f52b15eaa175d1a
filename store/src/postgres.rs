//! Books in PostgreSQL: the very lines of the journal's format in a table, and the books that they come to in others.
//!
//! ```text
//! head        the end of the journal; whoever records holds it
//! journal     the lines, which are only added to
//! totals, reference, grants, recipients, …   the books at the head, from the journal
//! settings    those of the ledger, as in a folder
//! migrations  the versions that the tables have had
//! ```
//!
//! Guarantees that a batch is recorded as a whole and once, durably when that is confirmed; that a snapshot stays at
//! one head; and that what verification, proofs and checkpoints say is what they would say of the same ledger in a
//! folder. Nothing is assumed of a connection between transactions.

mod address;
mod books;
mod copying;
mod grouping;
mod lines;
mod models;
mod recording;
mod schema;
mod session;
mod tls;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use almoner_ledger::book::{Batch, Books};
use almoner_ledger::head::Head;
use postgres::types::Type;

pub use self::address::{Address, AddressError};
use self::books::{Agreement, PostgresBooks, end_of};
pub use self::grouping::{Decided, Deciding, Request, record_all};
use self::lines::{End, JournalTable, locked, unlocked};
pub use self::schema::{OWNER, READER, RECORDER};
use self::session::{Failure, Session};
use crate::transfer::plain_settings;
use crate::{
    Appended, BatchLabel, Commit, Health, KnownAt, Lines, Store, StoreError, Visit, VisitText, as_known_at,
};

/// Number of connections that wait for their next use.
const MOST_IDLE: usize = 4;
/// Time to ask what became of a recording whose connection was lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Books in PostgreSQL.
#[derive(Debug)]
pub struct PostgresStore {
    address: Address,
    /// Connections that are not in use.
    idle: Mutex<Vec<Session>>,
    patience: Duration,
    /// True once the tables of the books were found to be those of other rules or another clock.
    is_outdated: AtomicBool,
}

impl PostgresStore {
    /// Makes the tables of a ledger without records. They appear whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Exists`]; a server that cannot be reached, or is not safe to use.
    pub fn create_empty(address: &Address) -> Result<PostgresStore, StoreError> {
        let mut session = create_tables(address, &plain_settings(None))?;
        session.commit()?;
        Ok(PostgresStore::of(address, session))
    }

    /// Opens a ledger.
    ///
    /// # Errors
    /// [`StoreError::NoLedger`]; tables of another version; a server that cannot be reached, or is not safe to use.
    pub fn open(address: &Address) -> Result<PostgresStore, StoreError> {
        let mut session = Session::connect(address)?;
        match schema::version(&mut session, &address.schema)? {
            Some(version) => schema::check_version(version)?,
            None => return Err(StoreError::NoLedger(PathBuf::from(address.to_string()))),
        }
        Ok(PostgresStore::of(address, session))
    }

    fn of(address: &Address, session: Session) -> PostgresStore {
        PostgresStore {
            address: address.clone(),
            idle: Mutex::new(vec![session]),
            patience: PATIENCE,
            is_outdated: AtomicBool::new(false),
        }
    }

    /// Sets the time to ask what became of a recording whose connection was lost.
    pub fn set_patience(&mut self, patience: Duration) {
        self.patience = patience;
    }

    /// Returns a connection that nobody else uses.
    fn session(&self) -> Result<Session, Failure> {
        let idle = locked(&self.idle).pop();
        idle.map_or_else(|| Session::connect(&self.address), Ok)
    }

    fn give_back(&self, session: Session) {
        give_back(&self.idle, session);
    }

    fn forget_connections(&self) {
        locked(&self.idle).clear();
    }

    /// Does something with a connection, and once more with a new one if it was lost.
    fn with_session<T>(&self, act: impl Fn(&mut Session) -> Result<T, Failure>) -> Result<T, StoreError> {
        let mut session = self.session()?;
        let mut done = act(&mut session);
        if matches!(done, Err(Failure::Lost(_))) {
            self.forget_connections();
            session = self.session()?;
            done = act(&mut session);
        }
        self.give_back(session);
        Ok(done?)
    }

    /// Returns the end of the journal as it is now.
    fn end(&self) -> Result<End, StoreError> {
        self.with_session(|session| {
            let rows = session.query("SELECT record, hash, line, layout FROM @.head", &[])?;
            end_of(rows.first().ok_or_else(books::head_lost)?)
        })
    }

    /// Does something with the journal up to its present end.
    fn with_journal<T>(
        &self,
        act: impl FnOnce(&JournalTable<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let end = self.end()?;
        let session = Mutex::new(self.session()?);
        let done = act(&JournalTable { session: &session, end });
        self.give_back(unlocked(session));
        done
    }

    fn books(&self) -> Result<(PostgresBooks<'_>, Agreement), StoreError> {
        match PostgresBooks::open(self.session()?, &self.idle) {
            Err(Failure::Lost(_)) => {
                self.forget_connections();
                Ok(PostgresBooks::open(self.session()?, &self.idle)?)
            }
            opened => Ok(opened?),
        }
    }
}

/// Makes the tables of a ledger without records, in a transaction that is not committed yet.
fn create_tables(address: &Address, settings: &str) -> Result<Session, StoreError> {
    let mut session = Session::connect(address)?;
    if schema::version(&mut session, &address.schema)?.is_some() {
        return Err(StoreError::Exists(PathBuf::from(address.to_string())));
    }
    schema::make_groups(&mut session)?;
    session.begin()?;
    schema::create(&mut session, &address.schema)?;
    session.execute(
        "INSERT INTO @.head (layout, record, hash, line) VALUES ($1, 0, $2, 0)",
        &[(&schema::LAYOUT, Type::INT4), (&Head::EMPTY.hash.to_string(), Type::TEXT)],
    )?;
    session.execute("INSERT INTO @.settings (text) VALUES ($1)", &[(&settings, Type::TEXT)])?;
    models::write_first(&mut session)?;
    Ok(session)
}

/// Keeps a connection for later, unless there are enough or it cannot be used again.
fn give_back(idle: &Mutex<Vec<Session>>, mut session: Session) {
    if session.roll_back() {
        let mut idle = locked(idle);
        if idle.len() < MOST_IDLE {
            idle.push(session);
        }
    }
}

impl Store for PostgresStore {
    fn snapshot(&self, known_at: Option<KnownAt>) -> Result<Box<dyn Books + '_>, StoreError> {
        if let Some(known_at) = known_at {
            return Ok(Box::new(as_known_at(self, known_at)?));
        }
        match self.books()? {
            (books, Agreement::Agree) => Ok(Box::new(books)),
            (books, Agreement::Undecided) => {
                let known_at = KnownAt::Record(books.head().record);
                drop(books);
                self.is_outdated.store(true, Ordering::SeqCst);
                Ok(Box::new(as_known_at(self, known_at)?))
            }
        }
    }

    fn append(
        &mut self,
        expected: Head,
        label: BatchLabel<'_>,
        batch: Batch,
    ) -> Result<Appended, StoreError> {
        // What a batch changes is written over tables that are those of the journal.
        if self.is_outdated.load(Ordering::SeqCst) {
            self.rebuild()?;
        }
        self.record(expected, label, batch)
    }

    fn batch_with_key(&self, key: &str) -> Result<Option<Head>, StoreError> {
        self.with_session(|session| recording::with_key(session, key))
    }

    fn commit_of(&self, record: u64) -> Result<Option<Commit>, StoreError> {
        self.with_journal(|journal| journal.commit_of(record))
    }
}

impl Lines for PostgresStore {
    fn health(&self) -> Health {
        let health = self.with_session(|session| {
            let rows = session.query(
                "SELECT record, hash, line, layout, coalesce((SELECT max(line) FROM @.journal), 0) > line FROM @.head",
                &[],
            )?;
            let row = rows.first().ok_or_else(books::head_lost)?;
            let has_more: bool = row.try_get(4)?;
            let damage = has_more.then(|| "the journal in the database goes on after its head".to_owned());
            Ok(Health { head: end_of(row)?.head, damage })
        });
        health.unwrap_or_else(|error| Health { head: Head::EMPTY, damage: Some(error.to_string()) })
    }

    fn lines(&self, from: u64, visit: Visit<'_>) -> Result<(), StoreError> {
        self.with_journal(|journal| journal.lines(from, visit))
    }

    fn text(&self, visit: VisitText<'_>) -> Result<(), StoreError> {
        self.with_journal(|journal| journal.text(visit))
    }
}
