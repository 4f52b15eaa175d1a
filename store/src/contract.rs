//! The contract of every store, as one suite of tests that each store runs.
//!
//! The suite knows no commands: whoever runs it brings batches, decided on the books that it is given.

use std::fmt::{self, Debug};

use almoner_ledger::attention::Attention;
use almoner_ledger::book::{Batch, Books};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;

use crate::memory::MemoryStore;
use crate::proofs::Proof;
use crate::proofs::checkpoint::CheckpointContent;
use crate::verify::{FindingKind, Verification, VerifyOptions, verify_store};
use crate::{
    Appended, BatchLabel, Commit, Health, KnownAt, Logged, Store, StoreError, as_known_at, batch_of, journal,
    text_up_to,
};

/// Decides a batch on books.
pub type Decide<'d> = &'d dyn Fn(&dyn Books) -> Batch;

/// A clause of the contract that a store does not fulfil.
#[derive(Debug)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Broken {
        Broken(format!("an error: {error}"))
    }
}

impl From<almoner_ledger::book::BooksError> for Broken {
    fn from(error: almoner_ledger::book::BooksError) -> Broken {
        Broken(format!("an error: {error}"))
    }
}

fn ensure(is_fulfilled: bool, clause: impl FnOnce() -> String) -> Result<(), Broken> {
    if is_fulfilled { Ok(()) } else { Err(Broken(clause())) }
}

fn same<T: PartialEq + Debug>(found: T, expected: T, what: &str) -> Result<(), Broken> {
    ensure(found == expected, || format!("{what}: {found:?} and not {expected:?}"))
}

const NO_KEY: BatchLabel<'_> = BatchLabel { label: "test", key: None, request: None };

/// Runs the suite on a store without records. The first batch opens the books; there must be two more at least, each
/// of which records something.
///
/// # Errors
/// The first clause that the store does not fulfil.
pub fn fulfils(store: &mut dyn Store, batches: &[Decide<'_>]) -> Result<(), Broken> {
    let mut twin = MemoryStore::default();
    let mut heads = vec![Head::EMPTY];
    is_healthy(store, Head::EMPTY, "a store without records")?;
    let mut recorded = Vec::new();
    for (number, decide) in batches.iter().enumerate() {
        let (head, records) = append(store, NO_KEY, *decide)?;
        append(&mut twin, NO_KEY, *decide)?;
        recorded.extend(records);
        is_healthy(store, head, "a store after a batch")?;
        same(store.snapshot(None)?.head(), head, "the head of a snapshot")?;
        compare(&*store.snapshot(None)?, &twin, &format!("the books after batch {number}"))?;
        heads.push(head);
    }
    reads_back_what_was_recorded(store, &recorded)?;
    refuses_what_was_decided_on_another_head(store, batches)?;
    records_a_key_once(store, &mut twin, batches)?;
    reads_lines_back(store, &twin, &heads)?;
    has_text(store)?;
    is_verified(store, &heads)?;
    knows_what_was_known(store, batches, &heads)
}

/// Appends what is decided, and returns the head afterwards and the records.
fn append(
    store: &mut dyn Store,
    label: BatchLabel<'_>,
    decide: Decide<'_>,
) -> Result<(Head, Vec<Record>), Broken> {
    let (expected, batch) = {
        let books = store.snapshot(None)?;
        (books.head(), decide(&*books))
    };
    let records = batch.records.clone();
    match store.append(expected, label, batch)? {
        Appended::Recorded(head) => Ok((head, records)),
        Appended::AlreadyRecorded(head) => {
            Err(Broken(format!("a new batch was recorded before, at {head:?}")))
        }
    }
}

/// A store has this head, and no damage.
fn is_healthy(store: &dyn Store, head: Head, what: &str) -> Result<(), Broken> {
    same(store.health(), Health { head, damage: None }, &format!("the state of {what}"))
}

/// The records of the lines are those that were appended, with their events as they were.
fn reads_back_what_was_recorded(store: &dyn Store, recorded: &[Record]) -> Result<(), Broken> {
    let mut place = 0;
    store.lines(1, &mut |logged| {
        if let Logged::Record(record, _) = logged {
            if recorded.get(place) != Some(&record) {
                let number = record.number;
                return Err(StoreError::Unavailable(format!("record {number} is not as it was appended")));
            }
            place += 1;
        }
        Ok(true)
    })?;
    same(place, recorded.len(), "the number of records read back")
}

/// The lines have a text in the journal's format: the same lines, up to the same heads.
fn has_text(store: &dyn Store) -> Result<(), Broken> {
    let (mut text, mut heads) = (Vec::new(), Vec::new());
    store.text(&mut |more, head| {
        text.extend_from_slice(more);
        heads.extend(head);
        Ok(true)
    })?;
    let (lines, end) = journal::lines_of_text::<Event>(Head::EMPTY, &text).map_err(Broken)?;
    same(end, Some(store.health().head), "the end of the text")?;
    let (mut logged, mut commits) = (Vec::new(), Vec::new());
    store.lines(1, &mut |line| {
        if let Logged::Commit(commit) = &line {
            commits.push(commit.head);
        }
        logged.push(line);
        Ok(true)
    })?;
    let read: Vec<Logged> = lines.into_iter().map(Logged::from).collect();
    ensure(read == logged, || "the text has other lines than are read".to_owned())?;
    same(heads, commits, "the heads of the batches in the text")?;
    let mut visited = 0;
    store.text(&mut |_, _| {
        visited += 1;
        Ok(false)
    })?;
    same(visited, 1, "the number of times that text was visited until reading was stopped")?;
    for (last, is_whole) in [(store.health().head.record, true), (store.health().head.record + 1, false)] {
        let mut part = Vec::new();
        let copied = text_up_to(store, last, &mut |more| {
            part.extend_from_slice(more);
            Ok(())
        });
        ensure(copied.is_ok() == is_whole, || format!("the text up to record {last}: {copied:?}"))?;
        ensure(!is_whole || part == text, || format!("the text up to record {last} is different"))?;
    }
    Ok(())
}

/// Verification finds nothing, proves a proof and a checkpoint of every head, and finds another history.
fn is_verified(store: &dyn Store, heads: &[Head]) -> Result<(), Broken> {
    let verified = |proof: Option<&Proof>, checkpoint: Option<&CheckpointContent>| {
        let options = VerifyOptions { proof, checkpoint, ..VerifyOptions::default() };
        verify_store(store, options, &mut |_, _| {})
    };
    let whole = verified(None, None)?;
    same(&whole.findings, &Vec::new(), "the findings")?;
    let last = store.health().head;
    same((whole.head, whole.records), (last, last.record), "what was verified")?;
    let Verification { ledger, last_recorded, balances, .. } = whole;
    for head in heads.iter().skip(1) {
        let proof = Proof { ledger: ledger.clone(), head: *head };
        same(verified(Some(&proof), None)?.proved.len(), 1, "a proof")?;
        let head = Head { hash: Hash::ZERO, ..*head };
        let kinds = |found: &Verification| found.findings.iter().map(|it| it.kind).collect::<Vec<_>>();
        let found = verified(Some(&Proof { head, ..proof }), None)?;
        same(
            (kinds(&found), found.proved.len()),
            (vec![FindingKind::Fork], 0),
            "a proof of another history",
        )?;
    }
    let checkpoint = CheckpointContent::new(ledger, last, last_recorded, balances);
    let found = verified(None, Some(&checkpoint))?;
    same((found.findings, found.proved.len()), (Vec::new(), 1), "a checkpoint")
}

/// A batch that was not decided on the present head is refused, and so is one decided on another history.
fn refuses_what_was_decided_on_another_head(
    store: &mut dyn Store,
    batches: &[Decide<'_>],
) -> Result<(), Broken> {
    let Some(last) = batches.last() else { return Ok(()) };
    let now = store.health().head;
    let known = as_known_at(store, KnownAt::Record(now.record - 1))?;
    let stale = last(&known);
    let other = Head { hash: Hash::ZERO, ..now };
    let refused = [store.append(known.head(), NO_KEY, stale)];
    let empty = || Batch { after: now.record, records: Vec::new(), changed: Default::default() };
    for refused in refused.into_iter().chain([store.append(other, NO_KEY, empty())]) {
        let is_moved = matches!(refused, Err(StoreError::HeadMoved { found, .. }) if found == now.record);
        ensure(is_moved, || format!("a batch decided on another head: {refused:?}"))?;
    }
    same(store.append(now, NO_KEY, empty())?, Appended::Recorded(now), "a batch without records")?;
    same(store.health().head, now, "the head after refusals")
}

/// A batch with a key that was used is not recorded, whatever head it was decided on.
fn records_a_key_once(
    store: &mut dyn Store,
    twin: &mut MemoryStore,
    batches: &[Decide<'_>],
) -> Result<(), Broken> {
    let (Some(first), Some(last)) = (batches.get(1), batches.last()) else { return Ok(()) };
    let long = "x".repeat(200);
    let keys = ["a key", "another key", "a \"quoted\" key", "Schlüssel 1", "a ke", &long];
    let decides = std::iter::once(first).chain(std::iter::repeat(last));
    let mut used = Vec::new();
    for (key, decide) in keys.into_iter().zip(decides) {
        let request = Some(Hash::of(key.as_bytes()));
        let label = BatchLabel { label: "keyed", key: Some(key), request };
        same(store.batch_with_key(key)?, None, "a key that was not used")?;
        let before = store.health().head;
        let (expected, batch) = {
            let books = store.snapshot(None)?;
            (books.head(), decide(&*books))
        };
        // Deciding the same again may record nothing; a batch without records uses no key.
        let is_empty = batch.records.is_empty();
        let appended = store.append(expected, label, batch)?;
        append_to_twin(twin, label, *decide)?;
        let head = store.health().head;
        same(appended, Appended::Recorded(head), "a batch with a new key")?;
        if is_empty {
            same(store.batch_with_key(key)?, None, "the key of a batch without records")?;
            continue;
        }
        same(store.batch_with_key(key)?, Some(head), "a key that was used")?;
        let again = decide(&*store.snapshot(None)?);
        same(store.append(before, label, again)?, Appended::AlreadyRecorded(head), "a key sent again")?;
        is_healthy(store, head, "a store after a key was sent again")?;
        used.push((key, head));
        for (key, head) in &used {
            same(store.batch_with_key(key)?, Some(*head), "a key that was used earlier")?;
        }
        for never in ["", "a", "another", "A KEY", "a key ", "schlüssel 1"] {
            same(store.batch_with_key(never)?, None, "a key like one that was used")?;
        }
        let commit = store.commit_of(head.record)?;
        let commit = commit.map(|it| (it.key, it.request, it.head));
        same(commit, Some((Some(key.to_owned()), request, head)), "the commit of a batch with a key")?;
    }
    same(used.is_empty(), false, "whether no batch recorded anything with a key")
}

fn append_to_twin(twin: &mut MemoryStore, label: BatchLabel<'_>, decide: Decide<'_>) -> Result<(), Broken> {
    let batch = decide(twin);
    twin.append(twin.head(), label, batch)?;
    Ok(())
}

/// Lines are read back in order, commits after their records, from any record on, and stop when requested.
fn reads_lines_back(store: &mut dyn Store, twin: &MemoryStore, heads: &[Head]) -> Result<(), Broken> {
    let read = |store: &dyn Store, from| -> Result<(Vec<String>, Vec<Head>), Broken> {
        let (mut lines, mut commits) = (Vec::new(), Vec::new());
        store.lines(from, &mut |logged| {
            match logged {
                Logged::Record(record, _) => lines.push(format!("{record:?}")),
                Logged::Commit(commit) => {
                    let Commit { label, key, request, state, records, .. } = commit;
                    lines.push(format!("{label} {key:?} {request:?} {state:?} {records}"));
                    commits.push(commit.head);
                }
            }
            Ok(true)
        })?;
        Ok((lines, commits))
    };
    let (lines, commits) = read(store, 1)?;
    same(&lines, &read(twin, 1)?.0, "the lines")?;
    ensure(heads.iter().skip(1).all(|head| commits.contains(head)), || {
        format!("not every head is that of a commit: {commits:?}")
    })?;
    let last = store.health().head.record;
    for from in [2, last / 2, last] {
        let (later, _) = read(store, from)?;
        let is_end = !later.is_empty() && lines.ends_with(&later);
        ensure(is_end, || format!("the lines from record {from} are not the end of all lines"))?;
        same(&later, &read(twin, from)?.0, "the lines from a record on")?;
    }
    same(read(store, last + 1)?.0.len(), 0, "the number of lines after the last record")?;
    let mut visited = 0;
    store.lines(1, &mut |_| {
        visited += 1;
        Ok(visited < 2)
    })?;
    same(visited, 2, "the number of lines visited until reading was stopped")?;
    let snapshot = store.snapshot(None)?;
    for number in [1, last / 2, last] {
        let (found, expected) = (snapshot.record(number)?, twin.record(number)?);
        same(found, expected, "a single record")?;
        let commit =
            store.commit_of(number)?.ok_or_else(|| Broken(format!("record {number} has no commit")))?;
        ensure((commit.first()..=commit.head.record).contains(&number), || {
            format!(
                "the commit of record {number} is of records {} to {}",
                commit.first(),
                commit.head.record
            )
        })?;
        same(batch_of(store, number)?, batch_of(twin, number)?, "a batch")?;
    }
    same(snapshot.record(last + 1)?, None, "a record after the last")?;
    for missing in [0, last + 1] {
        let found = batch_of(store, missing);
        ensure(matches!(found, Err(StoreError::NoSuchRecord { .. })), || {
            format!("record {missing}: {found:?}")
        })?;
    }
    Ok(())
}

/// The books as known earlier are those of a store that stopped there.
fn knows_what_was_known(store: &mut dyn Store, batches: &[Decide<'_>], heads: &[Head]) -> Result<(), Broken> {
    let mut then = MemoryStore::default();
    for (decide, head) in batches.iter().zip(heads.iter().skip(1)) {
        append(&mut then, NO_KEY, *decide)?;
        let known = store.snapshot(Some(KnownAt::Record(head.record)))?;
        same(known.head(), *head, "the head of books as known earlier")?;
        compare(&*known, &then, &format!("the books as known at record {}", head.record))?;
    }
    let last = store.health().head.record;
    let beyond = store.snapshot(Some(KnownAt::Record(last + 1))).map(|books| books.head());
    ensure(matches!(beyond, Err(StoreError::NoSuchRecord { .. })), || format!("a later record: {beyond:?}"))
}

/// Compares books, read one by one, in sets and as a whole, with those of a store in memory.
fn compare(books: &dyn Books, expected: &MemoryStore, what: &str) -> Result<(), Broken> {
    let differs = |of: &str| format!("{what}: {of}");
    same(books.reference(), expected.reference(), &differs("the reference data"))?;
    same(books.totals(), expected.totals(), &differs("the totals"))?;
    let models = expected.read_models();
    let mut ids = Vec::new();
    books.each_grant(&mut |grant| {
        ids.push(grant.id.clone());
        Ok(())
    })?;
    ids.sort_unstable();
    let all: Vec<_> = models.grants.iter().map(|(id, _)| id.clone()).collect();
    same(&ids, &all, &differs("the grants visited"))?;
    let mut named = Vec::new();
    books.each_grant_id(&mut |id| named.push(id.to_owned()))?;
    named.sort_unstable();
    named.dedup();
    same(named.len(), all.len(), &differs("the ids of grants visited"))?;
    same(books.grants(&all)?, expected.grants(&all)?, &differs("the grants read at once"))?;
    for (id, grant) in models.grants.iter() {
        same(books.grant(id)?.as_deref(), Some(grant), &differs("a grant"))?;
    }
    let mut recipients = Vec::new();
    books.each_recipient(&mut |recipient| {
        recipients.push(recipient.id.clone());
        Ok(())
    })?;
    recipients.sort_unstable();
    same(recipients.len(), models.recipients.len(), &differs("the recipients visited"))?;
    let at_once = recipients.iter().cloned().collect();
    same(
        books.recipients(&at_once)?,
        expected.recipients(&at_once)?,
        &differs("the recipients read at once"),
    )?;
    for (id, recipient) in models.recipients.iter() {
        same(books.recipient(id)?.as_deref(), Some(recipient), &differs("a recipient"))?;
    }
    for (key, known) in models.names.iter() {
        same(&books.recipients_known_by(key)?, known, &differs("the recipients known by a name"))?;
    }
    let mut decisions = 0;
    books.each_decision(&mut |_| {
        decisions += 1;
        Ok(())
    })?;
    same(decisions, models.decisions.len(), &differs("the decisions visited"))?;
    let ids = models.decisions.iter().map(|(id, _)| id.clone()).collect();
    same(books.decisions(&ids)?, expected.decisions(&ids)?, &differs("the decisions read at once"))?;
    for (id, decision) in models.decisions.iter() {
        same(books.decision(id)?.as_deref(), Some(decision), &differs("a decision"))?;
    }
    same(books.decision_numbers()?, expected.decision_numbers()?, &differs("the numbers of decisions"))?;
    same(attention(books)?, attention(expected)?, &differs("what needs attention"))?;
    for (key, line) in models.lines.iter() {
        same(books.bank_line(key)?.as_deref(), Some(line), &differs("a statement line"))?;
    }
    let mut visited = Vec::new();
    books.each_bank_line(&mut |line| {
        visited.push((line.key(), line.clone()));
        Ok(())
    })?;
    visited.sort_by_key(|(key, _)| *key);
    let lines: Vec<_> = models.lines.iter().map(|(key, line)| (*key, line.clone())).collect();
    same(visited, lines, &differs("the statement lines visited"))?;
    Ok(())
}

/// Returns what is open of grants, in the order of their ids.
fn attention(books: &dyn Books) -> Result<Vec<Attention>, Broken> {
    let mut open = Vec::new();
    books.each_attention(&mut |it| {
        open.push(it.clone());
        Ok(())
    })?;
    open.sort_by(|a, b| a.grant.cmp(&b.grant));
    Ok(open)
}
