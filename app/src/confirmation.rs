//! Confirmations: the full result of a recording, as data.
//!
//! A confirmation has the records, the entries in accounting form, the balance of the award and of the fund's
//! budget, the proof for later verification, and what undoes it. A dry run has the same.

mod balances;
mod entries;

use std::collections::BTreeSet;
use std::mem::discriminant;

use almoner_ledger::book::Books;
use almoner_ledger::book::bank::{known_account, months_of, nearest_account};
use almoner_ledger::calendar::Month;
use almoner_ledger::decide::{Already, Outcome};
use almoner_ledger::entry::Entries;
use almoner_ledger::events::{Event, Record, RecordReversed, Reversible};
use almoner_ledger::head::Head;
use almoner_store::proofs::Proof;

pub use self::balances::{AwardBalance, AwardPosition, Balances, BudgetBalance};
pub use self::entries::{DatedEntries, DatedEntry, EntryLine};
use crate::error::Error;
use crate::narrative::{self, Naming};
use crate::recording::{Effects, Recorded};

/// The maximum number of events of a proposal whose entries are shown.
const PROPOSED_IN_FULL: usize = 20;

/// The result of a recording.
#[derive(Debug)]
pub struct Confirmation<'a> {
    /// Commands that were recorded earlier and change nothing now.
    pub already: Vec<AlreadyRecorded>,
    /// What was recorded; `None` if nothing was.
    pub recorded: Option<NewRecords<'a>>,
}

/// Something that was recorded earlier.
#[derive(Debug)]
pub enum AlreadyRecorded {
    /// By several records together.
    Together,
    /// By one record.
    By {
        /// The record in words.
        record: String,
        /// The record that later reversed it.
        reversed_by: Option<u64>,
    },
}

/// What was recorded, or would be.
#[derive(Debug)]
pub struct NewRecords<'a> {
    /// True if nothing was written.
    pub dry_run: bool,
    /// The first record.
    pub first: &'a Record,
    /// The last record, with the user and the time.
    pub last: &'a Record,
    /// The records in words.
    pub records: Vec<RecordWords>,
    /// The entries of each record.
    pub entries: Vec<PostedEntries<'a>>,
    /// Balances of the awards and budgets that the records change.
    pub balances: Balances,
    /// Who can approve it, if it is a proposal that was recorded.
    pub pending: Option<PendingApproval>,
    /// The proof; `None` for a dry run.
    pub proof: Option<Proof>,
    /// What undoes it; `None` for a dry run and where nothing does.
    pub undo: Option<Undo>,
}

/// A record in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordWords {
    /// Number of the record.
    pub number: u64,
    /// The record as a sentence without its full stop.
    pub sentence: String,
    /// Further details.
    pub details: Vec<String>,
}

/// The entries of a record; of a proposal, those that it would post.
#[derive(Debug, Default)]
pub struct PostedEntries<'a> {
    /// The entries of each event.
    pub shown: Vec<&'a Entries>,
    /// The number of further events of a proposal.
    pub omitted: usize,
}

impl PostedEntries<'_> {
    /// Returns the entries of an event.
    pub fn of(event: &Event) -> PostedEntries<'_> {
        match event {
            Event::Proposed(proposal) => PostedEntries {
                shown: proposal.events.iter().take(PROPOSED_IN_FULL).filter_map(Event::posted).collect(),
                omitted: proposal.events.len().saturating_sub(PROPOSED_IN_FULL),
            },
            event => PostedEntries { shown: event.posted().into_iter().collect(), omitted: 0 },
        }
    }
}

/// A proposal that awaits approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingApproval {
    /// Its record.
    pub proposal: u64,
    /// The users who may approve it; empty if there are none yet.
    pub approvers: Vec<String>,
}

impl PendingApproval {
    /// Returns who can approve the proposal of a record.
    pub fn of(proposal: u64, books: &dyn Books) -> PendingApproval {
        PendingApproval { proposal, approvers: books.reference().authority.approvers(proposal) }
    }
}

/// What undoes a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Reversing a record.
    Record(u64),
    /// Reversing the batch that a record belongs to.
    Batch(u64),
    /// Reopening a month.
    Reopen(Month),
}

/// Returns the proof of the books up to a head.
pub fn proof(books: &dyn Books, head: Head) -> Proof {
    Proof { ledger: books.reference().ledger.clone(), head }
}

impl<'a> Confirmation<'a> {
    /// Returns the confirmation of what was recorded, with ids as they are typed.
    pub fn of(recorded: &'a Recorded<Effects>) -> Result<Confirmation<'a>, Error> {
        let books = &*recorded.books();
        Confirmation::with(Naming::IDS, books, recorded)
    }

    /// Returns the confirmation of what was recorded, with the names of what it is about.
    pub fn in_names(recorded: &'a Recorded<Effects>) -> Result<Confirmation<'a>, Error> {
        let books = &*recorded.books();
        Confirmation::with(Naming::of(books), books, recorded)
    }

    fn with(
        naming: Naming<'_>,
        books: &dyn Books,
        recorded: &'a Recorded<Effects>,
    ) -> Result<Confirmation<'a>, Error> {
        let mut already = Vec::new();
        for outcome in &recorded.made.outcomes {
            match outcome {
                Outcome::Already(earlier) => already.push(already_recorded(books, *earlier)?),
                Outcome::Recorded(_) => {}
            }
        }
        Ok(Confirmation { already, recorded: new_records(naming, books, recorded)? })
    }
}

fn new_records<'a>(
    naming: Naming<'_>,
    books: &dyn Books,
    recorded: &'a Recorded<Effects>,
) -> Result<Option<NewRecords<'a>>, Error> {
    let records = &recorded.made.records;
    let (Some(first), Some(last)) = (records.first(), records.last()) else { return Ok(None) };
    let mut words = Vec::new();
    for Record { number, event, .. } in records {
        let (sentence, mut details) = narrative::event_words(naming, books, event)?;
        details.extend(remarks(books, event)?);
        words.push(RecordWords { number: *number, sentence, details });
    }
    let dry_run = recorded.dry_run;
    let is_proposal = matches!(first.event, Event::Proposed(_));
    // One that is confirmed again may have been approved since.
    let is_pending =
        |number| !recorded.is_repeated || books.reference().authority.pending.contains_key(&number);
    Ok(Some(NewRecords {
        dry_run,
        first,
        last,
        records: words,
        entries: records.iter().map(|record| PostedEntries::of(&record.event)).collect(),
        balances: Balances::after(books, records, !recorded.is_overtaken())?,
        pending: (is_proposal && !dry_run && is_pending(first.number))
            .then(|| PendingApproval::of(first.number, books)),
        proof: (!dry_run).then(|| proof(&recorded.ledger, recorded.head)),
        undo: if dry_run || is_proposal { None } else { undo(records) },
    }))
}

/// Returns the provisionally closed months whose bank reconciliation an event reverses.
///
/// # Errors
/// If the books cannot be read.
pub fn closed_months(books: &dyn Books, event: &Event) -> Result<BTreeSet<Month>, Error> {
    let Event::Reversed(RecordReversed { of, .. }) = event else { return Ok(BTreeSet::new()) };
    let Reversible::Reconciliation { line, records, with } = &**of else { return Ok(BTreeSet::new()) };
    let mut months = months_of(books, records)?;
    for key in with.iter().chain([line]) {
        months.extend(books.bank_line(key)?.map(|line| line.line.date.month()));
    }
    let closed = &books.reference().closed;
    months.retain(|month| closed.closing(*month).is_some_and(|closing| !closing.is_final));
    Ok(months)
}

/// Returns a sentence on the provisionally closed months whose bank reconciliation was reversed, if there are any.
pub fn of_closed_months(months: &BTreeSet<Month>) -> Option<String> {
    let words: Vec<String> = months.iter().map(|month| month.in_words_full()).collect();
    let (last, others) = words.split_last()?;
    let (months, are) = match others {
        [] => (last.clone(), "is"),
        others => (format!("{} and {last}", others.join(", ")), "are"),
    };
    Some(format!("{months} {are} provisionally closed: reconcile again before the final close"))
}

/// Returns what an event calls for, which it does not say itself.
///
/// # Errors
/// If the books cannot be read.
pub fn remarks(books: &dyn Books, event: &Event) -> Result<Vec<String>, Error> {
    let of_closed_months = of_closed_months(&closed_months(books, event)?);
    Ok(of_closed_months.into_iter().chain(of_new_account(books, event)).collect())
}

/// Returns that no statement is recorded of the bank account that a payment or receipt names, where there are some of others.
fn of_new_account(books: &dyn Books, event: &Event) -> Option<String> {
    let account = event.account()?;
    if known_account(books, account.as_str()).is_some() {
        return None;
    }
    let (nearest, _) = nearest_account(books, account.as_str())?;
    Some(format!(
        "No statement for account {account} is recorded; the most similar known account is {nearest}"
    ))
}

/// Returns what undoes the recording: the whole batch where several things of a kind were recorded together, else the
/// last record that can be reversed.
pub fn undo(records: &[Record]) -> Option<Undo> {
    let reversible = || records.iter().filter(|it| it.event.is_reversible());
    let is_approval = matches!(records.first()?.event, Event::Approved { .. });
    let kind = reversible().next_back().map(|it| discriminant(&it.event));
    let alike = reversible().filter(|it| is_approval || Some(discriminant(&it.event)) == kind).count();
    // A statement is undone with what was matched when it was recorded.
    let is_statement =
        reversible().count() > 1 && records.iter().any(|it| matches!(it.event, Event::StatementRecorded(_)));
    if let Some(last) = records.last().filter(|_| alike > 1 || is_statement) {
        return Some(Undo::Batch(last.number));
    }
    records.iter().rev().find_map(|record| match &record.event {
        Event::MonthClosed(closing) if !closing.is_final => Some(Undo::Reopen(closing.month)),
        event => event.is_reversible().then_some(Undo::Record(record.number)),
    })
}

fn already_recorded(books: &dyn Books, already: Already) -> Result<AlreadyRecorded, Error> {
    let Some(number) = already.record else { return Ok(AlreadyRecorded::Together) };
    let record = match books.record(number)? {
        Some(record) => narrative::record_words(&record),
        None => format!("record {number}"),
    };
    Ok(AlreadyRecorded::By { record, reversed_by: already.reversed_by })
}
