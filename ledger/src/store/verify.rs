//! Verifying: the journal read and hashed again, folded afresh, and everything compared with it.
//!
//! Guarantees that whatever differs from what was recorded is found as far as the ledger's own files can
//! tell it, and, with a receipt or a checkpoint kept elsewhere, even when all of those files were made anew.
//! Changes nothing.

mod claims;
mod index;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use self::claims::Balances;
use self::claims::{Claim, Sums};
use self::index::Indexed;
use crate::book::authority::breach;
use crate::book::{Books, BooksError, Draft};
use crate::calendar::Month;
use crate::decisions::gaps;
use crate::event::{Event, Record};
use crate::grants::Grant;
use crate::head::Head;
use crate::invariants::Tally;
use crate::store::StoreError;
use crate::store::checkpoint::CheckpointContent;
use crate::store::fold::{Feed, fold};
use crate::store::folder::{Progress, as_record, check_format, is_read_only, journal_error};
use crate::store::index::IndexTable;
use crate::store::journal::{Damage, DamageKind, Journal, Line, Records};
use crate::store::lock::{Lock, Turn};
use crate::store::proof::Proof;
use crate::store::spilling::SpillingBooks;
use crate::totals::Totals;

/// So many records are read before what they make may be put aside.
const PART: u64 = if cfg!(test) { 2 } else { 64 << 10 };

/// What kind of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The journal is not what was recorded.
    Damage,
    /// The journal ends before what was recorded does.
    Truncation,
    /// The journal is sound in itself and is not the history that it is known to have been.
    Fork,
    /// A receipt or a checkpoint of another ledger.
    OtherLedger,
    /// The books break a rule that must hold.
    Invariant,
    /// The index does not say what the journal says; it can be remade.
    Index,
    /// An interrupted write was left behind. Nothing that was acknowledged is in it.
    Unfinished,
}

impl FindingKind {
    /// The kind in a word or two.
    pub const fn label(self) -> &'static str {
        match self {
            FindingKind::Damage => "damage",
            FindingKind::Truncation => "truncation",
            FindingKind::Fork => "fork",
            FindingKind::OtherLedger => "another ledger",
            FindingKind::Invariant => "broken rule",
            FindingKind::Index => "index",
            FindingKind::Unfinished => "unfinished write",
        }
    }

    /// True when the journal, which is the truth, is not what was recorded.
    pub const fn is_of_journal(self) -> bool {
        matches!(self, FindingKind::Damage | FindingKind::Truncation | FindingKind::Fork)
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// In words.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.label(), self.message)
    }
}

/// What is to be verified.
#[derive(Clone, Copy, Default)]
pub struct VerifyOptions<'a> {
    /// From which record on; 0 and 1 are the whole journal. From a later one, the records' order, hashes
    /// and entries are checked, and nothing that rests on what is before them.
    pub since: u64,
    /// A receipt to hold against the journal.
    pub proof: Option<&'a Proof>,
    /// What a checkpoint states, whose signature was checked. (See [`crate::store::checkpoint`].)
    pub checkpoint: Option<&'a CheckpointContent>,
    /// Leave out the index, which a copy on its way has not yet.
    pub without_index: bool,
    /// How to wait for a program that works on the ledger; only the index has to be waited for.
    pub turn: Turn<'a>,
}

/// What verifying came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// How many records were read and found sound.
    pub records: u64,
    /// How many postings they make.
    pub postings: u64,
    /// How far the journal goes.
    pub head: Head,
    /// The ledger's id; empty if it was not read.
    pub ledger: String,
    /// When the last record read was recorded.
    pub last_recorded: String,
    /// What the postings that were read come to.
    pub balances: Balances,
    /// False when the index, which is no evidence, was left out.
    pub index_checked: bool,
    /// What a receipt or a checkpoint proved.
    pub proved: Vec<String>,
    /// Numbers of decisions below the highest of their series that are not in the register. They may
    /// well be decisions that concern no grant.
    pub missing_decisions: Vec<String>,
    /// What is not as it should be; empty when all is well.
    pub findings: Vec<Finding>,
}

/// Verifies the whole ledger in a folder.
pub fn verify(path: &Path, progress: Progress<'_>) -> Result<Verification, StoreError> {
    verify_with(path, VerifyOptions::default(), progress)
}

/// Verifies the ledger in a folder as the options say.
///
/// # Errors
/// [`StoreError::NoSuchRecord`] when it is to begin after the last record, and whatever keeps the ledger
/// from being read at all. All else is a finding.
pub fn verify_with(
    path: &Path,
    options: VerifyOptions<'_>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    check_format(path)?;
    let wants_index = !options.without_index && options.since <= 1;
    let lock = match wants_index.then(|| Lock::take(path, &options.turn)) {
        None => None,
        Some(Ok(lock)) => Some(lock),
        // Who may only read the files can verify the journal, and not the index.
        Some(Err(_)) if is_read_only(path) => None,
        Some(Err(error)) => return Err(error),
    };
    let (journal, recovery) = Journal::open_for_reading(path).map_err(journal_error)?;
    let quarantined = recovery.quarantined.map(|quarantined| {
        format!("{} bytes beyond the last commit; set aside at the next recording", quarantined.bytes)
    });
    let mut verification = verify_up_to_end(path, &journal, lock.is_some(), options, progress)?;
    let unfinished = quarantined.map(|message| Finding { kind: FindingKind::Unfinished, message });
    verification.findings.splice(0..0, unfinished);
    Ok(verification)
}

/// Verifies an open journal up to the end that it had when it was opened, and not the index. Others may
/// record meanwhile.
pub fn verify_journal(
    path: &Path,
    journal: &Journal,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    verify_up_to_end(path, journal, false, VerifyOptions::default(), progress)
}

fn verify_up_to_end(
    path: &Path,
    journal: &Journal,
    index_checked: bool,
    options: VerifyOptions<'_>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    let is_partial = options.since > 1;
    let head = journal.head();
    if is_partial && options.since > head.record {
        return Err(StoreError::NoSuchRecord { records: head.record, requested: options.since });
    }
    let mut claims: Vec<Claim> = Vec::new();
    claims.extend(options.proof.map(Claim::of_proof));
    claims.extend(options.checkpoint.map(Claim::of_checkpoint));
    let made_at = if index_checked { index::made_at(path) } else { None };
    claims.extend(made_at.filter(|made_at| made_at.record > 0).map(Claim::of_index));

    let mut reading = Reading::new(claims);
    let mut books = SpillingBooks::default();
    let mut lines = journal.records::<Event>(options.since);
    while !reading.has_ended {
        let mut draft = Draft::resume(&books);
        reading.read_part(&mut lines, &mut draft, is_partial, &mut |record| progress(record, head.record))?;
        // Of a journal with anything wrong the books are no longer needed at its end, nor any room for them.
        if reading.has_ended && !reading.findings.is_empty() {
            break;
        }
        let (changed, added) = draft.finish_part();
        books.take(changed, added)?;
    }
    let is_whole = reading.last == head.record && reading.findings.is_empty();
    if is_whole && !is_partial && reading.ledger.is_empty() {
        let message =
            "not even the opening of the books, which every ledger begins with, is there".to_owned();
        reading.find(FindingKind::Truncation, message);
    }
    reading.settle(is_whole);
    let mut missing_decisions = Vec::new();
    if is_whole && !is_partial {
        // An index of another history differs in everything, which has been said.
        let is_of_another = reading.findings.iter().any(|it| it.kind == FindingKind::Index);
        let index = (index_checked && !is_of_another).then(|| Indexed::open(path, head));
        let checked = checked(&books, index.as_ref().and_then(|index| index.as_ref().ok()))?;
        for message in checked.broken {
            reading.find(FindingKind::Invariant, message);
        }
        for message in index.and_then(Result::err).into_iter().chain(checked.differences) {
            reading.find(FindingKind::Index, message);
        }
        let mut registered = Vec::new();
        books.each_decision(&mut |it| {
            registered.extend((!it.reversed).then(|| it.decision.id.clone()));
            Ok(())
        })?;
        missing_decisions.extend(gaps(&registered).iter().map(ToString::to_string));
    }
    Ok(Verification {
        records: reading.records,
        postings: reading.postings,
        head,
        ledger: reading.ledger,
        last_recorded: reading.last_recorded.to_string(),
        balances: reading.sums.balances(),
        index_checked,
        proved: reading.proved,
        missing_decisions,
        findings: reading.findings,
    })
}

/// What is found when the whole journal has been read, in words.
struct Checked {
    /// What does not hold in the books.
    broken: Vec<String>,
    /// How the index differs from them.
    differences: Vec<String>,
}

fn checked(books: &SpillingBooks, index: Option<&Indexed>) -> Result<Checked, BooksError> {
    let feed = |feed: &mut Feed| {
        let mut differences = Vec::new();
        let Some(index) = index else {
            for (_, grant) in books.encoded(IndexTable::Grants) {
                feed.put(grant?);
            }
            return Ok(differences);
        };
        for table in IndexTable::FROM_RECORDS {
            let is_grants = matches!(table, IndexTable::Grants);
            let visit = &mut |value| {
                if is_grants {
                    feed.put(value)
                }
            };
            differences.extend(index.differences_on(table, books.encoded(table), visit)?);
        }
        Ok(differences)
    };
    let add = |(tally, totals): &mut (Tally, Totals), grants: Vec<Grant>| {
        grants.iter().try_for_each(|grant| tally.add(grant))?;
        Ok(totals.add_grants(grants, true)?)
    };
    let (mut differences, [(mut tally, of_grants), (others, of_others)]) = fold(feed, add)?;
    tally.add_all(others)?;
    let mut totals = books.totals().clone();
    totals.absorb(&of_grants)?;
    totals.absorb(&of_others)?;
    differences.extend(index.iter().flat_map(|index| index.differences(books.reference(), &totals)));
    Ok(Checked { broken: tally.broken(&totals)?, differences })
}

/// What has been seen of the journal.
#[derive(Debug)]
struct Reading {
    claims: Vec<Claim>,
    ledger: String,
    last_recorded: Arc<str>,
    records: u64,
    last: u64,
    postings: u64,
    sums: Sums,
    proved: Vec<String>,
    findings: Vec<Finding>,
    has_ended: bool,
}

impl Reading {
    fn new(claims: Vec<Claim>) -> Reading {
        Reading {
            claims,
            ledger: String::new(),
            last_recorded: "".into(),
            records: 0,
            last: 0,
            postings: 0,
            sums: Sums::default(),
            proved: Vec::new(),
            findings: Vec::new(),
            has_ended: false,
        }
    }

    /// Reads so much of the journal that memory holds what it makes, or up to its end.
    fn read_part(
        &mut self,
        lines: &mut Records<Event>,
        draft: &mut Draft<'_>,
        is_partial: bool,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let before = self.records;
        for line in lines {
            match line {
                Ok(Line::Record(line)) => {
                    let hash = line.hash;
                    let record = as_record(line);
                    self.record(&record)?;
                    if let Some(month) = closed_month_posted_in(draft, &record.event) {
                        let message = format!("record {} posts in {month}, which is closed", record.number);
                        self.find(FindingKind::Invariant, message);
                    }
                    self.pass(record.number, hash, false);
                    if !is_partial && let Some(breach) = breach(draft, &record)? {
                        let message = format!("record {} was not allowed: {breach}", record.number);
                        self.find(FindingKind::Invariant, message);
                    }
                    match if is_partial { Ok(()) } else { draft.apply(record) } {
                        Ok(()) => {}
                        // Nothing is wrong with the ledger.
                        Err(error @ BooksError::Unreadable(_)) => return Err(error.into()),
                        Err(error) => {
                            self.find(FindingKind::Invariant, error.to_string());
                            break;
                        }
                    }
                    self.records += 1;
                    progress(self.last);
                    if self.records - before == PART {
                        return Ok(());
                    }
                }
                Ok(Line::Commit(commit)) => {
                    if let Some(proposal) = draft.reference().authority.unfinished() {
                        let record = commit.number;
                        let message = format!(
                            "the approval of record {proposal} is not followed, by record {record}, by what it allowed"
                        );
                        self.find(FindingKind::Invariant, message);
                    }
                    draft.end_of_batch();
                    self.pass(commit.number, commit.hash, true);
                }
                Err(damage) => self.find(kind_of(&damage), damage.to_string()),
            }
        }
        self.has_ended = true;
        Ok(())
    }

    fn find(&mut self, kind: FindingKind, message: String) {
        self.findings.push(Finding { kind, message });
    }

    fn record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.last = record.number;
        self.last_recorded.clone_from(&record.at);
        if let Event::Opened { ledger, .. } = &record.event {
            self.ledger.clone_from(ledger);
        }
        if let Some(posted) = record.event.posted() {
            self.postings += self.sums.add(posted).map_err(BooksError::from)?;
        }
        Ok(())
    }

    fn pass(&mut self, record: u64, hash: crate::hash::Hash, is_commit: bool) {
        for claim in &mut self.claims {
            claim.pass(record, hash, is_commit, &self.sums);
        }
    }

    /// What came of the claims.
    fn settle(&mut self, is_whole: bool) {
        let ledger = Some(self.ledger.as_str()).filter(|ledger| !ledger.is_empty());
        for claim in std::mem::take(&mut self.claims) {
            match claim.outcome(ledger, self.last, is_whole) {
                Ok(proved) => self.proved.extend(proved),
                Err(finding) => self.findings.push(finding),
            }
        }
    }
}

/// A month in which an event posts although the books before it have it closed.
fn closed_month_posted_in(books: &dyn Books, event: &Event) -> Option<Month> {
    let closed = &books.reference().closed;
    if closed.is_empty() {
        return None;
    }
    event.postings().map(|posting| posting.booked.month()).find(|month| closed.contains(*month))
}

/// What kind of finding damage is.
fn kind_of(damage: &Damage) -> FindingKind {
    match &damage.kind {
        DamageKind::CutShort { .. } | DamageKind::MissingSegment { next: None } => FindingKind::Truncation,
        DamageKind::HeadDisagrees => FindingKind::Fork,
        // An entry that does not balance cannot be read at all, and says why in these words only.
        DamageKind::EventNotUnderstood { reason } if reason.contains("does not balance") => {
            FindingKind::Invariant
        }
        _ => FindingKind::Damage,
    }
}
