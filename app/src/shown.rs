//! One thing as JSON: a record, a decision, or how the office is placed. What an audience may not see is absent.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::closed::Closing;
use almoner_ledger::decide::reversed_by;
use almoner_ledger::decisions::RegisteredDecision;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::grants::GrantId;
use almoner_ledger::hash::Hash;
use almoner_ledger::reports::themes::ThemesRow;
use almoner_ledger::reports::{By, Query, themes};
use almoner_ledger::text::Text;
use almoner_papers::render::json;
use almoner_store::{Logged, Store, StoreError};
use serde::Serialize;

use crate::attention::{Matter, matters};
use crate::confirmation::{DatedEntries, PostedEntries};
use crate::error::Error;
use crate::figures::PeriodChoice;
use crate::narrative::{self, Naming};

/// The number of cases named of each matter that needs attention.
const NAMED: usize = 100;

/// A record with its entries.
#[derive(Debug, Serialize)]
pub struct ShownRecord {
    pub schema: &'static str,
    pub body: String,
    pub record: u64,
    pub recorded_at: String,
    pub recorded_by: String,
    pub what: &'static str,
    pub sentence: String,
    pub details: Vec<String>,
    pub grant: Option<GrantId>,
    pub batch: Option<String>,
    /// The record that reversed it.
    pub reversed_by: Option<u64>,
    /// True if it is a proposal that awaits approval.
    pub pending: bool,
    pub hash: String,
    pub entries: DatedEntries,
    /// The event, as in the journal.
    pub event: Event,
}

impl ShownRecord {
    pub const SCHEMA: &str = "almoner.record/1";

    /// Returns the record of a number with what the books know of it; `None` if there is none.
    ///
    /// # Errors
    ///
    /// If the journal or the books cannot be read.
    pub fn of(store: &dyn Store, books: &dyn Books, number: u64) -> Result<Option<ShownRecord>, Error> {
        let Some((record, hash)) = found(store, number)? else { return Ok(None) };
        let (sentence, details) = narrative::event_words(Naming::IDS, books, &record.event)?;
        let batch = store.commit_of(number)?.map(|batch| batch.label).filter(|label| !label.is_empty());
        Ok(Some(ShownRecord {
            schema: ShownRecord::SCHEMA,
            body: books.reference().body_name().to_owned(),
            record: number,
            recorded_at: record.at.to_string(),
            recorded_by: record.by.to_string(),
            what: record.event.words(),
            sentence,
            details,
            grant: record.event.grant().cloned(),
            batch,
            reversed_by: reversed_by(books, &record)?,
            pending: books.reference().authority.pending.contains_key(&number),
            hash: hash.to_string(),
            entries: PostedEntries::of(&record.event).dated(books)?,
            event: record.event,
        }))
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}

/// Returns a record with its hash; `None` if there is none of this number.
///
/// # Errors
///
/// If the journal cannot be read.
pub fn found(store: &dyn Store, number: u64) -> Result<Option<(Record, Hash)>, StoreError> {
    let mut found = None;
    store.lines(number, &mut |logged| {
        if let Logged::Record(record, hash) = logged
            && record.number == number
        {
            found = Some((record, hash));
        }
        Ok::<_, StoreError>(false)
    })?;
    Ok(found)
}

/// A decision with the grants that are based on it.
#[derive(Debug, Serialize)]
pub struct ShownDecision {
    pub schema: &'static str,
    pub body: String,
    pub decision: String,
    pub title: Option<Text>,
    /// Absent of a confidential decision, for those who may not see it.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenDecision>,
    /// For the office and its auditors.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub office: Option<OfficeDecision>,
}

#[derive(Debug, Serialize)]
pub struct OpenDecision {
    pub date: Option<Date>,
    pub kind: Option<&'static str>,
    pub summary: Option<Text>,
    pub grants: Vec<DecidedGrant>,
}

#[derive(Debug, Serialize)]
pub struct OfficeDecision {
    pub confidential: bool,
    pub ground: Option<String>,
    pub checklist: Vec<CheckedQuestion>,
    /// The last record that updated it.
    pub record: u64,
}

/// What a decision did to a grant.
#[derive(Debug, Serialize)]
pub struct DecidedGrant {
    pub grant: GrantId,
    pub sentence: String,
}

#[derive(Debug, Serialize)]
pub struct CheckedQuestion {
    pub question: &'static str,
    pub yes: bool,
    pub reason: Text,
}

impl ShownDecision {
    pub const SCHEMA: &str = "almoner.decision/1";

    /// Returns a decision of books as an audience may see them; `sees_all` is true for those who may see confidential
    /// ones.
    ///
    /// # Errors
    ///
    /// If the books cannot be read.
    pub fn of(
        books: &dyn Books,
        registered: &RegisteredDecision,
        sees_all: bool,
    ) -> Result<ShownDecision, Error> {
        let decision = &registered.decision;
        let mut grants = Vec::new();
        for id in &registered.grants {
            let Some(grant) = books.grant(id)? else { continue };
            for recorded in grant.live().filter(|it| it.fact.decision() == Some(&decision.id)) {
                let (sentence, _) = narrative::fact_words(Naming::IDS, books, id.as_str(), &recorded.fact)?;
                grants.push(DecidedGrant { grant: id.clone(), sentence });
            }
        }
        let open = (sees_all || !decision.confidential).then(|| OpenDecision {
            date: decision.date,
            kind: decision.kind.map(|kind| kind.word()),
            summary: decision.summary.clone(),
            grants,
        });
        let checked = decision.checklist.iter().map(|(question, answer)| CheckedQuestion {
            question: question.word(),
            yes: answer.yes,
            reason: answer.reason.clone(),
        });
        let office = sees_all.then(|| OfficeDecision {
            confidential: decision.is_confidential(),
            ground: decision.ground.as_ref().map(ToString::to_string),
            checklist: checked.collect(),
            record: registered.record,
        });
        Ok(ShownDecision {
            schema: ShownDecision::SCHEMA,
            body: books.reference().body_name().to_owned(),
            decision: decision.id.to_string(),
            title: decision.title.clone(),
            open,
            office,
        })
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}

/// How the office is placed: the figures of a year by fund, and what needs attention.
#[derive(Debug, Serialize)]
pub struct Status {
    pub schema: &'static str,
    pub body: String,
    pub records: u64,
    pub head: String,
    pub last_recorded: String,
    pub year: FinancialYear,
    pub as_at: Date,
    pub closed_months: Vec<Closing>,
    pub funds: Vec<ThemesRow>,
    pub attention: Vec<Matter>,
}

impl Status {
    pub const SCHEMA: &str = "almoner.status/1";

    /// Returns how the office is placed, of the current year unless a period states another.
    ///
    /// # Errors
    ///
    /// If the books cannot be read.
    pub fn of(books: &dyn Books, today: Date, period: PeriodChoice) -> Result<Status, Error> {
        let year = period.year.unwrap_or_else(|| today.financial_year());
        let query = Query::of(year.range()).on(period.as_at.unwrap_or(today));
        let funds = themes(books, &query, By::Fund)?;
        let attention = matters(books, &funds, today, NAMED)?;
        let reference = books.reference();
        Ok(Status {
            schema: Status::SCHEMA,
            body: reference.body_name().to_owned(),
            records: reference.records,
            head: books.head().hash.to_string(),
            last_recorded: reference.last_recorded.to_string(),
            year,
            as_at: query.as_at(),
            closed_months: reference.closed.iter().cloned().collect(),
            funds: funds.rows,
            attention,
        })
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}
