//! Verification: the journal is read, hashed and folded again, and everything is compared with it.
//!
//! Guarantees that every difference from what was recorded is found as far as the ledger's own files show it,
//! and, with a proof or a checkpoint held elsewhere, even if all of those files were rewritten. Changes nothing.

mod claims;
mod index;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use almoner_ledger::book::{BooksError, Draft, ReadModels, in_two_threads};
use almoner_ledger::calendar::{Date, moment_in_words};
use almoner_ledger::clock::{MOST_DAYS_APART, day_of};
use almoner_ledger::decisions::{DecisionId, gaps};
use almoner_ledger::entry::EntryError;
use almoner_ledger::events::{BooksOpened, Event, Record};
use almoner_ledger::grants::GrantId;
use almoner_ledger::head::Head;
use almoner_ledger::invariants::{PostingSums, Tally};
use almoner_ledger::totals::PostingState;

use self::claims::{Claim, Sums};
use self::index::Indexed;
use crate::folder::evidence::{LostHistory, lost_histories};
use crate::folder::proving::note_of;
use crate::folder::seen::Seen;
use crate::folder::strays::{self, Stray};
use crate::folder::{Progress, check_format};
use crate::journal::{Damage, DamageKind, Journal};
use crate::memory::MemoryStore;
use crate::proofs::Proof;
use crate::proofs::checkpoint::{Balances, CheckpointContent};
use crate::{Lines, Logged, Store, StoreError, comparing, is_of_later_version, journal_error, lawful};

/// The kind of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// The journal was altered.
    Damage,
    /// A later version of this program wrote records that this one cannot read.
    LaterVersion,
    /// The end of the journal is missing.
    Truncation,
    /// The journal is intact but is not the history that was recorded.
    Fork,
    /// A record was made by somebody who was not allowed to make it.
    NotAllowed,
    /// The proof or checkpoint is of another ledger.
    OtherLedger,
    /// The books break a rule that must hold.
    Invariant,
    /// The index does not match the journal; it can be rebuilt.
    Index,
    /// Records are dated after the present day: the clock of a computer was ahead.
    Clock,
    /// An interrupted write was left behind; it contains no confirmed record.
    Unfinished,
}

impl FindingKind {
    /// Returns the label shown to users.
    pub const fn label(self) -> &'static str {
        match self {
            FindingKind::Damage => "damage",
            FindingKind::LaterVersion => "later version",
            FindingKind::Truncation => "truncation",
            FindingKind::Fork => "fork",
            FindingKind::NotAllowed => "not allowed",
            FindingKind::OtherLedger => "another ledger",
            FindingKind::Invariant => "broken rule",
            FindingKind::Index => "index",
            FindingKind::Clock => "clock",
            FindingKind::Unfinished => "unfinished write",
        }
    }

    /// Returns whether the journal itself is not what was recorded, or cannot be read to its end.
    pub const fn is_of_journal(self) -> bool {
        matches!(
            self,
            FindingKind::Damage
                | FindingKind::LaterVersion
                | FindingKind::Truncation
                | FindingKind::Fork
                | FindingKind::NotAllowed
        )
    }
}

/// A fault found in a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The kind of fault.
    pub kind: FindingKind,
    /// The description shown to users.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.label(), self.message)
    }
}

/// The options of a verification.
#[derive(Clone, Copy, Default)]
pub struct VerifyOptions<'a> {
    /// The first record to verify; 0 and 1 are the whole journal. From a later record, order, hashes and
    /// entries are checked, and no rule that depends on earlier records.
    pub since: u64,
    /// A proof to check against the journal.
    pub proof: Option<&'a Proof>,
    /// The content of a checkpoint to check, after its signature (see [`crate::proofs::checkpoint`]).
    pub checkpoint: Option<&'a CheckpointContent>,
    /// The present day (UTC), after which no record is dated.
    pub today: Option<Date>,
    /// Leave out the index, which a ledger being received does not have yet.
    pub without_index: bool,
    /// The folder of notes of what this computer has seen. What passes is noted there.
    pub notes: Option<&'a Path>,
}

/// The result of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Number of records read and found intact.
    pub records: u64,
    /// Number of postings of those records.
    pub postings: u64,
    /// The head of the journal.
    pub head: Head,
    /// The id of the ledger; empty if it was not read.
    pub ledger: String,
    /// The time of the last record read.
    pub last_recorded: String,
    /// The balances of the postings read.
    pub balances: Balances,
    /// False when the index was left out.
    pub index_checked: bool,
    /// What the proof or checkpoint proved.
    pub proved: Vec<String>,
    /// Decision numbers below the highest of their series that are not in the register. They may be of
    /// decisions that concern no grant.
    pub missing_decisions: Vec<String>,
    /// Grants whose entries, recorded under earlier rules, stand and differ from those of the present rules. The
    /// next record on each posts the difference.
    pub under_earlier_rules: Vec<String>,
    /// True if the head file is lost, and nothing else is known to be wrong.
    pub is_head_lost: bool,
    /// The corrections of the clock: the records that say so, with their times.
    pub clock_corrected: Vec<(u64, String)>,
    /// The records about the ledger itself: what was accepted as lost, recovered or corrected, and approvals without a lost
    /// key. No fault, but never to be overlooked.
    pub noted: Vec<Record>,
    /// What else is in the folder of the ledger. No fault.
    pub strays: Vec<Stray>,
    /// The faults found; empty when there are none.
    pub findings: Vec<Finding>,
}

/// Verifies the whole ledger in a folder.
pub fn verify(path: &Path, progress: Progress<'_>) -> Result<Verification, StoreError> {
    verify_with(path, VerifyOptions::default(), progress)
}

/// Verifies the ledger in a folder as the options say.
///
/// # Errors
/// [`StoreError::NoSuchRecord`] when the first record is after the last, and any error that prevents reading
/// the ledger at all. Everything else is a finding.
pub fn verify_with(
    path: &Path,
    options: VerifyOptions<'_>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    check_format(path)?;
    let (journal, recovery) = Journal::open_for_reading(path).map_err(journal_error)?;
    let quarantined = recovery.quarantined.map(|quarantined| {
        format!(
            "{} bytes after the last commit; they will be quarantined at the next recording",
            quarantined.bytes
        )
    });
    let mut verification = verify_journal(path, &journal, options, progress)?;
    let unfinished = quarantined.map(|message| Finding { kind: FindingKind::Unfinished, message });
    verification.findings.splice(0..0, unfinished);
    verification.strays = strays::list(path);
    Ok(verification)
}

/// Verifies an open journal up to the end it had when opened, and the index at that end. Others may record
/// meanwhile.
pub fn verify_journal(
    path: &Path,
    journal: &Journal,
    options: VerifyOptions<'_>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    let mut seen = options.notes.and_then(|notes| Seen::read(notes, path));
    let lost = match options.without_index {
        true => Vec::new(),
        false => {
            let notes = seen.as_ref().map_or(&[][..], Seen::candidates);
            let found = lost_histories(path, journal, notes).map_err(journal_error)?;
            if let Some(seen) = &mut seen {
                seen.choose(found.note);
            }
            found.lost
        }
    };
    // An index of another history differs in everything, which is reported once.
    let index_checked = !options.without_index && options.since <= 1;
    let mut index = (index_checked && lost.is_empty()).then(|| Indexed::open(path, journal));
    let differences = |books: &ReadModels| match &index {
        None => Ok(Vec::new()),
        Some(Err(reason)) => Ok(vec![reason.clone()]),
        Some(Ok(index)) => index.differences(books).map_err(BooksError::from),
    };
    let mut verification = verify_lines((journal, journal.head()), options, lost, &differences, progress)?;
    verification.index_checked = index_checked;
    verification.is_head_lost = journal.is_head_lost();
    if let (true, Some(Ok(index)), Some(seen)) = (verification.findings.is_empty(), &mut index, &mut seen) {
        // It is no part of what was verified.
        let _ = seen.set(note_of(index.snapshot_mut(), seen));
    }
    Ok(verification)
}

/// Verifies a store up to the end it has now: its journal, and the books that it shows. Others may record meanwhile.
///
/// # Errors
/// As [`verify_with`].
pub fn verify_store(
    store: &dyn Store,
    options: VerifyOptions<'_>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    let begun = store.health().head;
    let shown = match store.snapshot(None) {
        Ok(shown) => Ok(shown),
        // Books that are not those of the journal are not shown: that is what is found.
        Err(error @ StoreError::Unavailable(_)) => Err(error.to_string()),
        Err(error) => return Err(error),
    };
    let head = match &shown {
        Ok(shown) if shown.head().record >= begun.record => shown.head(),
        Ok(_) | Err(_) => begun,
    };
    let differences = |books: &ReadModels| match &shown {
        Ok(shown) => comparing::differences_of(&**shown, books),
        Err(reason) => Ok(vec![reason.clone()]),
    };
    let mut verification = verify_lines((store, head), options, Vec::new(), &differences, progress)?;
    verification.index_checked = options.since <= 1;
    // Of a damaged store, only what is before the damage has lines.
    let damage = store.health().damage.map(|message| {
        let kind =
            if is_of_later_version(&message) { FindingKind::LaterVersion } else { FindingKind::Damage };
        Finding { kind, message }
    });
    verification.findings.extend(damage);
    Ok(verification)
}

/// Verifies lines up to a head, which are received from elsewhere and have no books to compare yet.
///
/// # Errors
/// As [`verify_with`].
#[cfg(feature = "postgres")]
pub(crate) fn verify_received(
    received: (&dyn Lines, Head),
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    verify_lines(received, VerifyOptions::default(), Vec::new(), &|_| Ok(Vec::new()), progress)
}

/// Returns how what a store shows differs from the journal's books.
type Differences<'d> = &'d dyn Fn(&ReadModels) -> Result<Vec<String>, BooksError>;

/// Verifies the lines of a journal up to a head, and compares what is shown with what they come to.
fn verify_lines(
    (lines, head): (&dyn Lines, Head),
    options: VerifyOptions<'_>,
    lost: Vec<LostHistory>,
    differences: Differences<'_>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    let is_partial = options.since > 1;
    if is_partial && options.since > head.record {
        return Err(StoreError::NoSuchRecord { records: head.record, requested: options.since });
    }
    let mut claims: Vec<Claim> = Vec::new();
    claims.extend(options.proof.map(Claim::of_proof));
    claims.extend(options.checkpoint.map(Claim::of_checkpoint));
    let mut reading = Reading::new(claims, options.today);
    for lost in lost {
        let kind = if lost.is_fork() { FindingKind::Fork } else { FindingKind::Truncation };
        reading.find(kind, lost.to_string());
    }
    let found_so_far = reading.findings.len();
    let empty = MemoryStore::default();
    let mut draft = Draft::replaying(&empty);
    reading.read(lines, options.since..=head.record, &mut draft, &mut |it| progress(it, head.record))?;
    let is_whole = reading.last == head.record && reading.findings.len() == found_so_far;
    if is_whole && !is_partial && reading.ledger.is_empty() {
        let message = "the journal is empty: even the opening of the books is missing".to_owned();
        reading.find(FindingKind::Truncation, message);
    }
    reading.settle(is_whole);
    let (mut missing_decisions, mut under_earlier_rules) = (Vec::new(), Vec::new());
    if is_whole && !is_partial {
        let books = draft.finish_replay()?;
        let (violations, earlier) = violations(&books)?;
        under_earlier_rules.extend(earlier.iter().map(ToString::to_string));
        for message in violations {
            reading.find(FindingKind::Invariant, message);
        }
        for message in differences(&books)? {
            reading.find(FindingKind::Index, message);
        }
        let registered = books.decisions.values().filter(|it| !it.reversed);
        let registered: Vec<DecisionId> = registered.map(|it| it.decision.id.clone()).collect();
        missing_decisions.extend(gaps(&registered).iter().map(ToString::to_string));
    }
    if let Some((record, at)) = reading.dated_later.take() {
        let message = format!(
            "from record {record} on, records are dated {} or later, which is after today: a \
             clock was ahead, or this computer's clock is behind",
            moment_in_words(&at)
        );
        reading.find(FindingKind::Clock, message);
    }
    if let Some(record) = reading.other_state {
        let message = format!("the commit of record {record} states totals that differ from the journal's");
        reading.findings.insert(0, Finding { kind: FindingKind::Damage, message });
    }
    Ok(Verification {
        records: reading.records,
        postings: reading.postings,
        head,
        ledger: reading.ledger,
        last_recorded: reading.last_recorded.to_string(),
        balances: reading.sums.balances(),
        index_checked: false,
        proved: reading.proved,
        missing_decisions,
        under_earlier_rules,
        clock_corrected: reading.clock_corrected,
        noted: reading.noted,
        is_head_lost: false,
        strays: Vec::new(),
        findings: reading.findings,
    })
}

/// Returns the rules that the books break, as messages, and the grants entered under earlier rules of the entries.
fn violations(books: &ReadModels) -> Result<(Vec<String>, Vec<GrantId>), BooksError> {
    let rules = &books.reference.rules;
    let tallies = in_two_threads(&books.grants.in_any_order(), |grants| {
        let mut tally = Tally::new(rules);
        grants.iter().try_for_each(|grant| tally.add(grant))?;
        Ok::<Tally<'_>, BooksError>(tally)
    });
    let mut all = Tally::new(rules);
    for tally in tallies {
        all.add_all(tally?)?;
    }
    let earlier = all.under_earlier_rules();
    Ok((all.violations(&books.totals)?, earlier))
}

/// The state of reading the journal.
#[derive(Debug)]
struct Reading {
    claims: Vec<Claim>,
    ledger: String,
    last_recorded: Arc<str>,
    records: u64,
    last: u64,
    postings: u64,
    sums: Sums,
    posted: PostingSums,
    /// The first record whose commit states other totals. It keeps nothing else from being found.
    other_state: Option<u64>,
    proved: Vec<String>,
    findings: Vec<Finding>,
    today: Option<Date>,
    /// The first of the records that are dated after the present day and are not corrected.
    dated_later: Option<(u64, Arc<str>)>,
    clock_corrected: Vec<(u64, String)>,
    noted: Vec<Record>,
}

impl Reading {
    fn new(claims: Vec<Claim>, today: Option<Date>) -> Reading {
        Reading {
            claims,
            today,
            dated_later: None,
            clock_corrected: Vec::new(),
            noted: Vec::new(),
            ledger: String::new(),
            last_recorded: "".into(),
            records: 0,
            last: 0,
            postings: 0,
            sums: Sums::default(),
            posted: PostingSums::default(),
            other_state: None,
            proved: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Reads these records and the lines that close them.
    fn read(
        &mut self,
        lines: &dyn Lines,
        records: RangeInclusive<u64>,
        draft: &mut Draft<'_>,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let is_partial = *records.start() > 1;
        let read = lines.lines(*records.start(), &mut |logged| {
            match logged {
                // It was recorded since.
                Logged::Record(record, _) if record.number > *records.end() => return Ok(false),
                Logged::Record(record, hash) => {
                    self.record(&record)?;
                    if let Some(message) = lawful::posts_to_closed_month(draft, &record) {
                        self.find(FindingKind::Invariant, message);
                    }
                    self.pass(Head { record: record.number, hash }, false);
                    if !is_partial && let Some(message) = lawful::runs_back(draft, &record) {
                        self.find(FindingKind::NotAllowed, message);
                    }
                    if !is_partial && let Some(message) = lawful::was_not_allowed(draft, &record)? {
                        self.find(FindingKind::NotAllowed, message);
                    }
                    match if is_partial { Ok(()) } else { self.apply(draft, record) } {
                        Ok(()) => {}
                        // The fault is not in the ledger.
                        Err(error @ BooksError::Unreadable(_)) => return Err(error.into()),
                        Err(error) => {
                            self.find(FindingKind::Invariant, error.to_string());
                            return Ok(false);
                        }
                    }
                    self.records += 1;
                    progress(self.last);
                }
                Logged::Commit(commit) => {
                    let Head { record, .. } = commit.head;
                    if let Some(message) = lawful::is_unfinished(draft, record) {
                        self.find(FindingKind::NotAllowed, message);
                    }
                    draft.end_of_batch();
                    if !is_partial && let Some(stated) = commit.state {
                        self.compare_state(record, &stated);
                    }
                    self.pass(commit.head, true);
                }
            }
            Ok(true)
        });
        match read {
            Err(StoreError::Damaged(damage)) => self.find(kind_of(&damage), damage.to_string()),
            read => read?,
        }
        Ok(())
    }

    /// Applies a record, and takes in what it posts.
    fn apply(&mut self, draft: &mut Draft<'_>, record: Record) -> Result<(), BooksError> {
        let event = record.event.clone();
        self.posted.before(draft, &event)?;
        draft.apply(record)?;
        self.posted.after(draft, &event)
    }

    /// Compares what a commit states of the postings with the postings. After one that is wrong all may be.
    fn compare_state(&mut self, record: u64, stated: &PostingState) {
        if self.other_state.is_none() && self.posted.state().agrees_with(stated) == Some(false) {
            self.other_state = Some(record);
        }
    }

    fn find(&mut self, kind: FindingKind, message: String) {
        self.findings.push(Finding { kind, message });
    }

    fn record(&mut self, record: &Record) -> Result<(), StoreError> {
        self.last = record.number;
        self.last_recorded.clone_from(&record.at);
        if record.event.is_to_be_noted() {
            self.noted.push(record.clone());
        }
        if let Event::ClockCorrected(_) = &record.event {
            self.clock_corrected.push((record.number, record.at.to_string()));
            // The correction may itself have been made by a clock that was ahead.
            self.dated_later = None;
        }
        if self.dated_later.is_none() && is_after(&record.at, self.today) {
            self.dated_later = Some((record.number, record.at.clone()));
        }
        if let Event::Opened(BooksOpened { ledger, .. }) = &record.event {
            self.ledger.clone_from(ledger);
        }
        if let Some(posted) = record.event.posted() {
            self.postings += self.sums.add(posted).map_err(BooksError::from)?;
        }
        Ok(())
    }

    fn pass(&mut self, head: Head, is_commit: bool) {
        for claim in &mut self.claims {
            claim.pass(head, is_commit, &self.sums);
        }
    }

    /// Records the outcome of each claim.
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

/// Returns whether a time of recording is after a day, by more than clocks may differ.
fn is_after(at: &str, today: Option<Date>) -> bool {
    let (Some(day), Some(today)) = (day_of(at), today) else { return false };
    day.days_since(today) > MOST_DAYS_APART
}

/// Returns the kind of finding for damage.
fn kind_of(damage: &Damage) -> FindingKind {
    match &damage.kind {
        DamageKind::CutShort { .. } | DamageKind::MissingSegment { next: None } => FindingKind::Truncation,
        DamageKind::HeadDisagrees => FindingKind::Fork,
        DamageKind::OfLaterVersion { .. } => FindingKind::LaterVersion,
        // An entry that does not balance cannot be parsed, and only the text of the error says why.
        DamageKind::EventNotUnderstood { reason } if reason.contains(EntryError::OUT_OF_BALANCE) => {
            FindingKind::Invariant
        }
        _ => FindingKind::Damage,
    }
}
