//! The tables of the books: values by key, in the same encoding as those of a folder's index.

use almoner_ledger::book::{ReadModels, ReferenceData};
use almoner_ledger::decisions::DecisionNumbers;
use almoner_ledger::hash::Hash;
use almoner_ledger::totals::Totals;
use postgres::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::session::{Failure, Session};
use crate::StoreError;
use crate::folder::index_error::IndexError;
use crate::folder::index_table::IndexTable;

/// Number of bytes that are written at once.
const WRITTEN_AT_ONCE: usize = 4 << 20;

/// Returns the name of a table.
pub(super) const fn table_name(table: IndexTable) -> &'static str {
    match table {
        IndexTable::Grants => "grants",
        IndexTable::Recipients => "recipients",
        IndexTable::Names => "names",
        IndexTable::Decisions => "decisions",
        IndexTable::Lines => "statements",
        IndexTable::Attention => "attention",
        IndexTable::ListedGrants => "listed_grants",
        IndexTable::ListedRecipients => "listed_recipients",
        IndexTable::ListedDecisions => "listed_decisions",
    }
}

/// Returns the key of a row. Names are of any length, and looked up only: they are there as digests.
pub(super) fn row_key(table: IndexTable, key: &str) -> String {
    match table {
        IndexTable::Names => Hash::of(key.as_bytes()).to_string(),
        IndexTable::Grants
        | IndexTable::Recipients
        | IndexTable::Decisions
        | IndexTable::Lines
        | IndexTable::Attention
        | IndexTable::ListedGrants
        | IndexTable::ListedRecipients
        | IndexTable::ListedDecisions => key.to_owned(),
    }
}

fn encoded(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    Ok(postcard::to_stdvec(value).map_err(|error| not_of_books(&error))?)
}

/// Decodes a value of the tables.
pub(super) fn decoded<Value: DeserializeOwned>(bytes: &[u8]) -> Result<Value, Failure> {
    Ok(postcard::from_bytes(bytes).map_err(|error| not_of_books(&error))?)
}

fn not_of_books(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Unavailable(format!("the books in the database cannot be read: {error}"))
}

/// Writes what changed, and the totals and reference data as they are now.
pub(super) fn write(session: &mut Session, changed: &ReadModels) -> Result<(), Failure> {
    write_values(session, changed)?;
    write_whole(session, &changed.totals, &changed.reference)
}

/// Writes the values that changed.
pub(super) fn write_values(session: &mut Session, changed: &ReadModels) -> Result<(), Failure> {
    for table in IndexTable::ALL {
        let mut rows = Rows::of(table);
        for (key, value) in table.changed(changed) {
            let value = value.map_err(|error: IndexError| not_of_books(&error))?;
            rows.add(&key, value);
            if rows.bytes >= WRITTEN_AT_ONCE {
                std::mem::replace(&mut rows, Rows::of(table)).write(session)?;
            }
        }
        rows.write(session)?;
    }
    if changed.decisions.is_empty() {
        return Ok(());
    }
    let mut numbers = numbers_of(session)?;
    numbers.add_all(changed.decisions.in_any_order());
    session.execute("UPDATE @.reference SET numbers = $1", &[(&encoded(&numbers)?, Type::BYTEA)])?;
    Ok(())
}

/// Writes totals and reference data.
pub(super) fn write_whole(
    session: &mut Session,
    totals: &Totals,
    reference: &ReferenceData,
) -> Result<(), Failure> {
    session.execute("UPDATE @.totals SET value = $1", &[(&encoded(totals)?, Type::BYTEA)])?;
    session.execute("UPDATE @.reference SET value = $1", &[(&encoded(reference)?, Type::BYTEA)])?;
    Ok(())
}

/// Writes the books of a ledger without records in new tables.
pub(super) fn write_first(session: &mut Session) -> Result<(), Failure> {
    let ReadModels { reference, .. } = ReadModels::default();
    session.execute(
        "INSERT INTO @.totals (value) VALUES ($1)",
        &[(&encoded(&Totals::default())?, Type::BYTEA)],
    )?;
    session.execute(
        "INSERT INTO @.reference (value, numbers) VALUES ($1, $2)",
        &[(&encoded(&reference)?, Type::BYTEA), (&encoded(&DecisionNumbers::default())?, Type::BYTEA)],
    )?;
    Ok(())
}

/// Puts these books in the place of those that are there.
pub(super) fn replace(session: &mut Session, models: &ReadModels) -> Result<(), Failure> {
    for table in IndexTable::ALL {
        // Readers who have begun go on reading the rows from before.
        session.execute(&format!("DELETE FROM @.{}", table_name(table)), &[])?;
    }
    let none = encoded(&DecisionNumbers::default())?;
    session.execute("UPDATE @.reference SET numbers = $1", &[(&none, Type::BYTEA)])?;
    write(session, models)
}

/// Returns the numbers of the decisions in the register.
pub(super) fn numbers_of(session: &mut Session) -> Result<DecisionNumbers, Failure> {
    let rows = session.query("SELECT numbers FROM @.reference", &[])?;
    let Some(row) = rows.first() else { return Ok(DecisionNumbers::default()) };
    decoded(row.try_get(0)?)
}

/// Rows of a table that are written at once, and those that are removed.
struct Rows {
    table: IndexTable,
    keys: Vec<String>,
    values: Vec<Vec<u8>>,
    removed: Vec<String>,
    bytes: usize,
}

impl Rows {
    fn of(table: IndexTable) -> Rows {
        Rows { table, keys: Vec::new(), values: Vec::new(), removed: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, key: &str, value: Vec<u8>) {
        let key = row_key(self.table, key);
        self.bytes += key.len() + value.len();
        // A value without bytes says that there is nothing for the key.
        match value.is_empty() {
            true => self.removed.push(key),
            false => {
                self.keys.push(key);
                self.values.push(value);
            }
        }
    }

    fn write(self, session: &mut Session) -> Result<(), Failure> {
        let name = table_name(self.table);
        if !self.removed.is_empty() {
            session.execute(
                &format!("DELETE FROM @.{name} WHERE key = ANY($1)"),
                &[(&self.removed, Type::TEXT_ARRAY)],
            )?;
        }
        if self.keys.is_empty() {
            return Ok(());
        }
        session.execute(
            &format!(
                "INSERT INTO @.{name} (key, value) SELECT * FROM unnest($1, $2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value"
            ),
            &[(&self.keys, Type::TEXT_ARRAY), (&self.values, Type::BYTEA_ARRAY)],
        )?;
        Ok(())
    }
}
