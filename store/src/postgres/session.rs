//! One connection to the server, and what its errors mean.
//!
//! Every statement is sent without a name, so that nothing of it stays at the server outside a transaction: between
//! the two there may be a program that hands connections around.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postgres::config::SslMode;
use postgres::error::{Severity, SqlState};
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls, Row};

use super::address::{Address, words};
use super::tls::Encrypting;
use crate::StoreError;

/// The oldest server with what the tables need.
const OLDEST_SERVER: i32 = 150_000;

/// Settings of the server without which a record that was confirmed could be lost, and the values of them with which
/// it could.
const SAFETY: [(&str, &[&str]); 3] =
    [("synchronous_commit", &["off", "local"]), ("fsync", &["off"]), ("full_page_writes", &["off"])];

/// Why a statement was not carried out.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The connection is lost, so that it is not known what became of the statement.
    #[error("the connection to the database was lost ({0})")]
    Lost(String),
    /// Another recorder was there first.
    #[error("another program recorded at the same moment ({0})")]
    Conflict(String),
    /// The server refused it.
    #[error("the database refused it: {0}")]
    Refused(String),
    /// What the store itself says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Failure {
        let Some(refused) = error.as_db_error() else { return Failure::Lost(words(&error)) };
        let message = format!("{} ({})", refused.message(), refused.code().code());
        let code = refused.code();
        if [
            &SqlState::T_R_SERIALIZATION_FAILURE,
            &SqlState::T_R_DEADLOCK_DETECTED,
            &SqlState::UNIQUE_VIOLATION,
        ]
        .contains(&code)
        {
            return Failure::Conflict(message);
        }
        // The server ends, or begins, or has ended the connection.
        if code.code().starts_with("57P") || code.code().starts_with("08") || code.code().starts_with("25P0")
        {
            return Failure::Lost(message);
        }
        Failure::Refused(message)
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> StoreError {
        match failure {
            Failure::Store(error) => error,
            failure => StoreError::Unavailable(failure.to_string()),
        }
    }
}

impl From<Failure> for almoner_ledger::book::BooksError {
    fn from(failure: Failure) -> almoner_ledger::book::BooksError {
        match failure {
            Failure::Store(StoreError::Books(error)) => error,
            failure => almoner_ledger::book::BooksError::Unreadable(failure.to_string()),
        }
    }
}

/// A parameter of a statement, with its type.
pub(super) type Parameter<'p> = (&'p (dyn ToSql + Sync), Type);

/// A connection.
pub(super) struct Session {
    client: Client,
    /// What takes the place of `@.` in statements.
    schema: String,
    /// True once the server has warned of something.
    is_warned: Arc<AtomicBool>,
    is_in_transaction: bool,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Session {
    /// Connects to a server that loses nothing that it confirms.
    pub(super) fn connect(address: &Address) -> Result<Session, Failure> {
        let is_warned = Arc::new(AtomicBool::new(false));
        let warned = Arc::clone(&is_warned);
        let mut config = address.config.clone();
        config.notice_callback(move |notice| {
            if notice.parsed_severity() == Some(Severity::Warning) {
                warned.store(true, Ordering::SeqCst);
            }
        });
        let client = match address.is_encrypted() {
            true => {
                debug_assert_eq!(config.get_ssl_mode(), SslMode::Require, "nothing is sent unencrypted");
                let encrypting = Encrypting::with_authorities(address.authorities.as_deref())
                    .map_err(StoreError::Unavailable)?;
                config.connect(encrypting)
            }
            false => config.connect(NoTls),
        };
        let client = client.map_err(|error| match Failure::from(error) {
            Failure::Lost(why) => {
                StoreError::Unavailable(format!("the database {address} cannot be reached: {why}")).into()
            }
            failure => failure,
        })?;
        let schema = format!("\"{}\".", address.schema);
        let mut session = Session { client, schema, is_warned, is_in_transaction: false };
        session.check_server()?;
        Ok(session)
    }

    fn check_server(&mut self) -> Result<(), Failure> {
        let names: Vec<&str> = SAFETY.iter().map(|(name, _)| *name).collect();
        let rows = self.query(
            "SELECT name, setting FROM pg_catalog.pg_settings
             WHERE name = ANY($1) OR name IN ('server_version_num', 'server_version', 'server_encoding')",
            &[(&names, Type::TEXT_ARRAY)],
        )?;
        let mut settings = std::collections::BTreeMap::new();
        for row in &rows {
            settings.insert(row.try_get::<_, String>(0)?, row.try_get::<_, String>(1)?);
        }
        let setting = |name: &str| settings.get(name).map_or("", String::as_str);
        let refused = |why: String| Err(Failure::Store(StoreError::Unavailable(why)));
        if setting("server_version_num").parse().unwrap_or(0) < OLDEST_SERVER {
            let version = setting("server_version");
            return refused(format!("the database is PostgreSQL {version}; it must be 15 or later"));
        }
        if setting("server_encoding") != "UTF8" {
            let encoding = setting("server_encoding");
            return refused(format!("the database is encoded in {encoding}; it must be UTF8"));
        }
        for (name, unsafe_values) in SAFETY {
            if unsafe_values.contains(&setting(name)) {
                let value = setting(name);
                return refused(format!(
                    "the database has `{name}` set to `{value}`, with which it could lose what it has confirmed"
                ));
            }
        }
        Ok(())
    }

    /// Carries out a statement and returns its rows.
    pub(super) fn query(&mut self, sql: &str, parameters: &[Parameter<'_>]) -> Result<Vec<Row>, Failure> {
        Ok(self.client.query_typed(&self.with_schema(sql), parameters)?)
    }

    /// Carries out a statement, and returns the number of rows that it changed.
    pub(super) fn execute(&mut self, sql: &str, parameters: &[Parameter<'_>]) -> Result<u64, Failure> {
        Ok(self.client.execute_typed(&self.with_schema(sql), parameters)?)
    }

    /// Carries out statements without parameters.
    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Failure> {
        Ok(self.client.batch_execute(&self.with_schema(sql))?)
    }

    fn with_schema(&self, sql: &str) -> String {
        sql.replace("@.", &self.schema)
    }

    /// Begins a transaction that is on the disk, and on those of synchronous standbys, once it is confirmed.
    pub(super) fn begin(&mut self) -> Result<(), Failure> {
        self.is_in_transaction = true;
        self.batch("BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on")
    }

    /// Begins a transaction that reads everything as of one moment.
    pub(super) fn begin_reading(&mut self) -> Result<(), Failure> {
        self.is_in_transaction = true;
        self.batch("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    }

    /// Ends the transaction. Whatever is not a plain confirmation is [`Failure::Lost`]: a server that stops waiting for
    /// its standby confirms with a warning, and what it confirmed may be lost with it.
    pub(super) fn commit(&mut self) -> Result<(), Failure> {
        self.is_warned.store(false, Ordering::SeqCst);
        let committed = self.batch("COMMIT");
        self.is_in_transaction = committed.is_err();
        committed?;
        match self.is_warned.swap(false, Ordering::SeqCst) {
            true => Err(Failure::Lost("it confirmed with a warning".to_owned())),
            false => Ok(()),
        }
    }

    /// Takes back what the transaction has done, if one is under way. Returns whether the connection can be used again.
    pub(super) fn roll_back(&mut self) -> bool {
        if self.is_in_transaction {
            self.is_in_transaction = self.batch("ROLLBACK").is_err();
        }
        !self.is_in_transaction && !self.client.is_closed()
    }
}
