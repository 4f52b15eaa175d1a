//! The books at one head, in a transaction that sees nothing recorded since.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use almoner_ledger::attention::Attention;
use almoner_ledger::book::{
    Books, BooksError, ListDecisions, ListGrants, ListLines, ListRecipients, ReferenceData, Visit,
};
use almoner_ledger::decisions::{DecisionId, DecisionNumbers, RegisteredDecision};
use almoner_ledger::events::Record;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::head::Head;
use almoner_ledger::listing::Wanted;
use almoner_ledger::recipients::{NameKey, Recipient, RecipientId};
use almoner_ledger::reconciliation::{LineKey, RecordedLine};
use almoner_ledger::totals::Totals;
use postgres::types::Type;
use serde::de::DeserializeOwned;

use super::lines::{End, JournalTable, hash_of, locked, unlocked, unsigned};
use super::models::{decoded, numbers_of, row_key, table_name};
use super::schema::LAYOUT;
use super::session::{Failure, Parameter, Session};
use crate::folder::index_error::IndexError;
use crate::folder::index_table::IndexTable;
use crate::{Commit, Lines, Logged, StoreError};

/// Number of values that are read at once.
const PAGE: i64 = 1024;
/// Number of grants that are read at once.
const AT_ONCE: usize = 256;

/// Why books are not shown.
const NOT_OF_JOURNAL: &str =
    "the totals in the database differ from what the journal states; rebuild them from the journal";

/// Called with a key and its value; reading stops when it returns false.
type VisitRow<'v> = &'v mut dyn FnMut(&str, &[u8]) -> Result<bool, BooksError>;

/// Books in a transaction.
#[derive(Debug)]
pub(super) struct PostgresBooks<'s> {
    source: Source<'s>,
    pub(super) end: End,
    pub(super) reference: ReferenceData,
    pub(super) totals: Totals,
}

/// The connection that books are read from.
#[derive(Debug)]
enum Source<'s> {
    /// One of their own, which goes back to those not in use. `None` once it has.
    Own(Option<Box<Mutex<Session>>>, &'s Mutex<Vec<Session>>),
    /// One on which somebody records.
    Lent(&'s Mutex<Session>),
}

impl Source<'_> {
    fn session(&self) -> Result<&Mutex<Session>, Failure> {
        match self {
            Source::Own(Some(session), _) => Ok(session),
            Source::Own(None, _) => Err(Failure::Lost("it was given back".to_owned())),
            Source::Lent(session) => Ok(session),
        }
    }
}

impl Drop for Source<'_> {
    fn drop(&mut self) {
        if let Source::Own(session, idle) = self
            && let Some(session) = session.take()
        {
            super::give_back(idle, unlocked(*session));
        }
    }
}

/// How the totals of the tables compare with what the last commit states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreement {
    Agree,
    /// They are those of other rules, or of an earlier clock: only the journal tells.
    Undecided,
}

impl<'s> PostgresBooks<'s> {
    /// Reads the head, totals and reference data as of this moment, and whether the totals are those of the journal.
    pub(super) fn open(
        mut session: Session,
        give_back: &'s Mutex<Vec<Session>>,
    ) -> Result<(PostgresBooks<'s>, Agreement), Failure> {
        session.begin_reading()?;
        PostgresBooks::of(Source::Own(Some(Box::new(Mutex::new(session))), give_back))
    }

    /// Reads them in a transaction in which somebody records.
    pub(super) fn lent(session: &'s Mutex<Session>) -> Result<(PostgresBooks<'s>, Agreement), Failure> {
        PostgresBooks::of(Source::Lent(session))
    }

    fn of(source: Source<'s>) -> Result<(PostgresBooks<'s>, Agreement), Failure> {
        let (end, values) = read_head(&mut locked(source.session()?))?;
        let Some((totals, reference)) = values else {
            return Err(StoreError::Unavailable(NOT_OF_JOURNAL.to_owned()).into());
        };
        let (reference, totals) = (decoded(&reference)?, decoded(&totals)?);
        let mut books = PostgresBooks { source, end, reference, totals };
        let agreement = books.check()?;
        Ok((books, agreement))
    }

    /// Refuses books that are not those of the journal.
    fn check(&mut self) -> Result<Agreement, Failure> {
        if self.end.head == Head::EMPTY {
            return Ok(Agreement::Agree);
        }
        let last = match self.journal()?.commit_of(self.end.head.record)? {
            Some(commit) if commit.head == self.end.head => commit,
            _ => {
                let why = "the journal in the database does not end as its head says; verify the ledger";
                return Err(StoreError::Unavailable(why.to_owned()).into());
            }
        };
        if self.reference.records != self.end.head.record {
            return Err(StoreError::Unavailable(NOT_OF_JOURNAL.to_owned()).into());
        }
        let Commit { at, state, .. } = last;
        if self.totals.known() > almoner_ledger::clock::day_of(&at) {
            return Ok(Agreement::Undecided);
        }
        match state.map_or(Some(true), |stated| self.totals.state().agrees_with(&stated)) {
            Some(true) => Ok(Agreement::Agree),
            Some(false) => Err(StoreError::Unavailable(NOT_OF_JOURNAL.to_owned()).into()),
            None => Ok(Agreement::Undecided),
        }
    }

    fn session(&self) -> Result<&Mutex<Session>, Failure> {
        self.source.session()
    }

    fn journal(&self) -> Result<JournalTable<'_>, Failure> {
        Ok(JournalTable { session: self.session()?, end: self.end })
    }

    fn get<Value: DeserializeOwned>(&self, table: IndexTable, key: &str) -> Result<Option<Value>, Failure> {
        let rows = locked(self.session()?).query(
            &format!("SELECT value FROM @.{} WHERE key = $1", table_name(table)),
            &[(&row_key(table, key), Type::TEXT)],
        )?;
        rows.first().map(|row| decoded(row.try_get(0)?)).transpose()
    }

    /// Returns the values of keys that are there, in the order of the keys given.
    fn each_of<'k, Value: DeserializeOwned>(
        &self,
        table: IndexTable,
        keys: impl Iterator<Item = &'k str>,
    ) -> Result<Vec<Value>, Failure> {
        let keys: Vec<&str> = keys.collect();
        let mut values = Vec::with_capacity(keys.len());
        for keys in keys.chunks(PAGE as usize) {
            let rows = locked(self.session()?).query(
                &format!("SELECT key, value FROM @.{} WHERE key = ANY($1)", table_name(table)),
                &[(&keys, Type::TEXT_ARRAY)],
            )?;
            let mut found = BTreeMap::new();
            for row in &rows {
                found.insert(row.try_get::<_, &str>(0)?, row.try_get::<_, &[u8]>(1)?);
            }
            for key in keys {
                values.extend(found.get(key).map(|bytes| decoded(bytes)).transpose()?);
            }
        }
        Ok(values)
    }

    /// Visits keys and values in the order of the keys, from one on, until there is one for which `visit` returns false.
    /// If texts are given, values that have none of them are left out. Nothing is locked during a visit.
    fn each_value(
        &self,
        table: IndexTable,
        lines: ListLines<'_>,
        visit: VisitRow<'_>,
    ) -> Result<(), BooksError> {
        let texts: Vec<&[u8]> = lines.texts.iter().map(|text| text.as_bytes()).collect();
        let name = table_name(table);
        let (mut from, mut order) = (lines.from.to_owned(), ">=");
        loop {
            let wanted = match texts.is_empty() {
                true => "cardinality($3) = 0",
                false => "EXISTS (SELECT FROM unnest($3) AS it(text) WHERE position(it.text IN value) > 0)",
            };
            let sql = format!(
                "SELECT key, value FROM @.{name} WHERE key {order} $1 AND {wanted} ORDER BY key LIMIT $2"
            );
            let parameters: [Parameter<'_>; 3] =
                [(&from, Type::TEXT), (&PAGE, Type::INT8), (&texts, Type::BYTEA_ARRAY)];
            let rows = locked(self.session()?).query(&sql, &parameters)?;
            for row in &rows {
                let key = row.try_get(0).map_err(Failure::from)?;
                if !visit(key, row.try_get(1).map_err(Failure::from)?)? {
                    return Ok(());
                }
            }
            let Some(last) = rows.last().filter(|_| rows.len() == PAGE as usize) else { return Ok(()) };
            from = last.try_get(0).map_err(Failure::from)?;
            order = ">";
        }
    }

    fn each_decoded<Thing: DeserializeOwned>(
        &self,
        table: IndexTable,
        visit: Visit<'_, Thing>,
    ) -> Result<(), BooksError> {
        self.each_value(table, ListLines::default(), &mut |_, value| {
            visit(&decoded(value)?)?;
            Ok(true)
        })
    }
}

/// Values of the totals and of the reference data.
type Values = (Vec<u8>, Vec<u8>);

/// Reads the end of the journal, and what the tables of the books have besides single values.
fn read_head(session: &mut Session) -> Result<(End, Option<Values>), Failure> {
    let rows = session.query(
        "SELECT h.record, h.hash, h.line, h.layout, t.value, r.value
         FROM @.head h LEFT JOIN @.totals t ON true LEFT JOIN @.reference r ON true",
        &[],
    )?;
    let row = rows.first().ok_or_else(head_lost)?;
    let end = end_of(row)?;
    let values = (row.try_get::<_, Option<_>>(4)?, row.try_get::<_, Option<_>>(5)?);
    Ok((end, values.0.zip(values.1)))
}

/// Returns the error for a database without the row of the head.
pub(super) fn head_lost() -> StoreError {
    StoreError::Unavailable(
        "the database has lost the head of the ledger; restore it from a backup".to_owned(),
    )
}

/// Returns the end of the journal of a row of the head, whose layout must be the one of this program.
pub(super) fn end_of(row: &postgres::Row) -> Result<End, Failure> {
    let layout: i32 = row.try_get(3)?;
    if layout != LAYOUT {
        let message = "the books in the database were written by another version of almoner";
        return Err(StoreError::Unavailable(message.to_owned()).into());
    }
    let head = Head { record: unsigned(row.try_get(0)?), hash: hash_of(row.try_get(1)?)? };
    Ok(End { head, line: unsigned(row.try_get(2)?) })
}

impl Books for PostgresBooks<'_> {
    fn head(&self) -> Head {
        self.end.head
    }

    fn reference(&self) -> &ReferenceData {
        &self.reference
    }

    fn totals(&self) -> &Totals {
        &self.totals
    }

    fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
        Ok(self.get(IndexTable::Grants, id.as_str())?.map(Cow::Owned))
    }

    fn grants(&self, ids: &[GrantId]) -> Result<Vec<Grant>, BooksError> {
        Ok(self.each_of(IndexTable::Grants, ids.iter().map(GrantId::as_str))?)
    }

    fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
        Ok(self.get(IndexTable::Recipients, id.as_str())?.map(Cow::Owned))
    }

    fn recipients(&self, ids: &BTreeSet<RecipientId>) -> Result<Vec<Recipient>, BooksError> {
        Ok(self.each_of(IndexTable::Recipients, ids.iter().map(RecipientId::as_str))?)
    }

    fn recipients_known_by(&self, key: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
        Ok(self.get(IndexTable::Names, key.as_str())?.unwrap_or_default())
    }

    fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
        Ok(self.get(IndexTable::Decisions, id.as_str())?.map(Cow::Owned))
    }

    fn decisions(&self, ids: &BTreeSet<DecisionId>) -> Result<Vec<RegisteredDecision>, BooksError> {
        Ok(self.each_of(IndexTable::Decisions, ids.iter().map(DecisionId::as_str))?)
    }

    fn bank_line(&self, key: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
        Ok(self.get(IndexTable::Lines, &key.to_string())?.map(Cow::Owned))
    }

    fn record(&self, number: u64) -> Result<Option<Record>, BooksError> {
        let mut found = None;
        let read = self.journal()?.lines(number, &mut |logged| {
            if let Logged::Record(record, _) = logged {
                found = Some(record).filter(|record| record.number == number);
            }
            Ok(false)
        });
        match read {
            Ok(()) => Ok(found),
            Err(StoreError::Books(error)) => Err(error),
            Err(error) => Err(BooksError::Unreadable(error.to_string())),
        }
    }

    fn each_grant(&self, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Grants, visit)
    }

    fn each_grant_id(&self, visit: &mut dyn FnMut(&str)) -> Result<(), BooksError> {
        let mut from = String::new();
        loop {
            let rows = locked(self.session()?).query(
                "SELECT key FROM @.grants WHERE key > $1 ORDER BY key LIMIT $2",
                &[(&from, Type::TEXT), (&{ PAGE * 16 }, Type::INT8)],
            )?;
            for row in &rows {
                visit(row.try_get(0).map_err(Failure::from)?);
            }
            let Some(last) = rows.last() else { return Ok(()) };
            from = last.try_get(0).map_err(Failure::from)?;
        }
    }

    fn each_recipient(&self, visit: Visit<'_, Recipient>) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Recipients, visit)
    }

    fn each_decision(&self, visit: Visit<'_, RegisteredDecision>) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Decisions, visit)
    }

    fn each_bank_line(&self, visit: Visit<'_, RecordedLine>) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Lines, visit)
    }

    fn each_attention(&self, visit: Visit<'_, Attention>) -> Result<(), BooksError> {
        self.each_decoded(IndexTable::Attention, visit)
    }

    fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
        self.each_value(IndexTable::ListedGrants, lines, &mut |_, value| {
            visit(&postcard::from_bytes(value).map_err(IndexError::from)?)
        })
    }

    fn each_grant_wanted(&self, wanted: Wanted, visit: Visit<'_, Grant>) -> Result<(), BooksError> {
        let mut ids: Vec<GrantId> = Vec::new();
        self.each_listed_grant(ListLines::default(), &mut |listed| {
            ids.extend(GrantId::new(listed.grant()).ok().filter(|_| listed.is(wanted)));
            Ok(true)
        })?;
        ids.chunks(AT_ONCE).try_for_each(|ids| self.grants(ids)?.iter().try_for_each(&mut *visit))
    }

    fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
        self.each_value(IndexTable::ListedRecipients, ListLines::default(), &mut |_, value| {
            visit(&postcard::from_bytes(value).map_err(IndexError::from)?)?;
            Ok(true)
        })
    }

    fn each_listed_decision(&self, lines: ListLines<'_>, visit: ListDecisions<'_>) -> Result<(), BooksError> {
        self.each_value(IndexTable::ListedDecisions, lines, &mut |_, value| {
            visit(&postcard::from_bytes(value).map_err(IndexError::from)?)
        })
    }

    fn decision_numbers(&self) -> Result<DecisionNumbers, BooksError> {
        Ok(numbers_of(&mut locked(self.session()?))?)
    }
}
