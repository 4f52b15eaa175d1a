//! A snapshot of the books at one head: the sorted runs of that head or of an earlier one, and the records between
//! the two, folded in memory.
//!
//! Guarantees that a snapshot stays at its head whatever is recorded meanwhile, that making one takes no lock and
//! waits for nobody, and that no run is used unless the journal has its head's hash where it says.

mod books;
mod visiting;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use almoner_ledger::book::{BooksError, Draft, ReadModels, ReferenceData};
use almoner_ledger::calendar::Date;
use almoner_ledger::clock::day_of;
use almoner_ledger::decisions::DecisionNumbers;
use almoner_ledger::events::Event;
use almoner_ledger::grants::Grant;
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::totals::Totals;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{drop_in_background, totals_snapshot};
use crate::folder::files::{self, Kind, Named};
use crate::folder::fold::{Feed, fold};
use crate::folder::index_error::IndexError;
use crate::folder::index_table::{Changed, IndexTable};
use crate::folder::keys::{KeySum, KeyedBatch};
use crate::folder::merged::{Layer, Merged};
use crate::folder::sorted_run::{LeafPage, Reflects, SortedRun, SortedRunWriter};
use crate::folder::unused::Unused;
use crate::journal::{Damage, Extent, Journal, JournalError, Line};
use crate::lawful::{self, Fault};
use crate::lines::as_record;

/// The longest tail, in records and bytes, with which a batch leaves the journal: folding it takes some
/// milliseconds.
pub(super) const MOST_TAIL_RECORDS: u64 = 512;
const MOST_TAIL_BYTES: u64 = 256 << 10;
/// When the small run would pass this part of the large one, the large one is rewritten.
const PART: u64 = 8;
/// Number of times that a reader begins when files are gone.
pub(super) const BEGINNINGS: usize = 8;
/// Number of values sent to the writing thread at once.
const LOAD: usize = 256;
/// Number of loads that may wait for the writing thread.
const WAITING: usize = 4;

/// Called with a key and its encoded value.
pub(crate) type VisitValue<'v, E> = &'v mut dyn FnMut(&[u8], &[u8]) -> Result<(), E>;

/// The key of the value that every run has besides those of the tables, after all of which it comes.
const WHOLE: &[u8] = &[IndexTable::ALL.len() as u8];
/// The key of the value after that: the numbers of the decisions at the head of the run.
const NUMBERS: &[u8] = &[IndexTable::ALL.len() as u8 + 1];

/// Totals and reference data at the head of a run, and what the keys of batches come to.
#[derive(Deserialize)]
struct Whole {
    reference: ReferenceData,
    totals: Totals,
    keys: KeySum,
}

/// The same as it is written, borrowed so that nothing is copied.
#[derive(Serialize)]
struct WholeRef<'a> {
    reference: &'a ReferenceData,
    totals: &'a Totals,
    keys: KeySum,
}

/// What was written of a snapshot, if anything.
#[derive(Default)]
pub(super) struct Written {
    run: Option<SortedRun>,
    /// The seal of the totals.
    totals: Option<Hash>,
}

/// Why a snapshot cannot be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error("{0}")]
    Damaged(Damage),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Books(#[from] BooksError),
    /// A record breaks the rules.
    #[error("{}", .0.why)]
    NotAllowed(Fault),
    #[error(
        "the commit of record {record} states totals that differ from the journal's; verify the ledger, and restore \
         it from a backup"
    )]
    OtherState { record: u64 },
}

/// Books at a head.
#[derive(Debug)]
pub(crate) struct Snapshot {
    index: PathBuf,
    /// The journal up to the head.
    journal: Journal,
    large: Option<SortedRun>,
    /// The values that changed since the large run.
    small: Option<SortedRun>,
    /// The place of the journal that the runs reflect.
    base: Extent,
    /// What changed since then, with totals and reference data as they are now.
    tail: ReadModels,
    /// What the keys of batches up to the runs come to, and those since in order.
    base_keys: KeySum,
    tail_keys: Vec<KeyedBatch>,
    /// The seal of the file that has the same totals, once one is known to have them.
    totals_seal: Option<Hash>,
}

/// A sorted run that is being written.
pub(super) struct Merge {
    writer: SortedRunWriter,
    /// The head of the large run that it changes; of a large one, none.
    base: Option<Head>,
}

impl Snapshot {
    /// Makes a snapshot at the journal's end, which may be an earlier one than the present, from the files in the
    /// folder `index`. Also returns why no later run was used, if there should be one. Records after `checked` are
    /// checked by the rules.
    pub(crate) fn load(
        index: &Path,
        journal: &Journal,
        checked: u64,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Snapshot, Unused), SnapshotError> {
        for _ in 1..BEGINNINGS {
            if let Some(loaded) = Snapshot::try_load(index, journal, checked, false, progress)? {
                return Ok(loaded);
            }
        }
        match Snapshot::try_load(index, journal, checked, true, progress)? {
            Some(loaded) => Ok(loaded),
            None => Ok((Snapshot::empty(index, journal).folded(checked, progress)?, Unused::Missing)),
        }
    }

    /// Does so once; `None` when files of the index are gone, because others have taken their place or are about to.
    /// Then begin again, at the present end of the journal; the `is_last` time, with what there is.
    pub(super) fn try_load(
        index: &Path,
        journal: &Journal,
        checked: u64,
        is_last: bool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Option<(Snapshot, Unused)>, SnapshotError> {
        let mut unused = Unused::Missing;
        // An index that cannot be listed is as good as none.
        let listed = files::list(index).unwrap_or_default();
        let is_of_past = |it: &Named| it.kind != Kind::Totals && it.record <= journal.head().record;
        for named in listed.iter().filter(|it| is_of_past(it)) {
            let snapshot = match Snapshot::on_run(index, journal, named) {
                Ok(snapshot) => snapshot,
                Err(IndexError::Gone) if !is_last => return Ok(None),
                Err(error) => {
                    unused = Unused::of(&error);
                    continue;
                }
            };
            if !journal.passes(&snapshot.base)? {
                unused = Unused::NotOfJournal;
                continue;
            }
            match snapshot.folded(checked, progress) {
                Ok(mut snapshot) => match agree(&mut snapshot.tail.totals, journal)? {
                    Some(true) => return Ok(Some((snapshot, unused))),
                    // Whoever wrote other totals may have written anything else, too.
                    Some(false) => {
                        unused = Unused::OtherTotals;
                        break;
                    }
                    // Only what is folded from the journal is certain.
                    None => break,
                },
                // Damage to the journal is no fault of the run.
                // The fault may be in the run: the journal alone decides.
                Err(SnapshotError::Books(_) | SnapshotError::NotAllowed(_)) => unused = Unused::Damaged,
                Err(error) => return Err(error),
            }
        }
        let is_overtaken =
            listed.is_empty() || listed.iter().any(|it| it.kind != Kind::Totals && !is_of_past(it));
        if is_overtaken && !is_last && journal.head().record > MOST_TAIL_RECORDS {
            return Ok(None);
        }
        let mut snapshot = Snapshot::empty(index, journal).folded(checked, progress)?;
        match agree(&mut snapshot.tail.totals, journal)? {
            Some(false) => Err(SnapshotError::OtherState { record: journal.head().record }),
            Some(true) | None => Ok(Some((snapshot, unused))),
        }
    }

    /// Makes books without a run and without records.
    pub(crate) fn empty(index: &Path, journal: &Journal) -> Snapshot {
        Snapshot {
            index: index.to_owned(),
            journal: journal.reader(),
            large: None,
            small: None,
            base: Extent::EMPTY,
            tail: ReadModels::default(),
            base_keys: KeySum::default(),
            tail_keys: Vec::new(),
            totals_seal: None,
        }
    }

    /// Opens a run, and the large one that it changes.
    fn on_run(index: &Path, journal: &Journal, named: &Named) -> Result<Snapshot, IndexError> {
        let run = SortedRun::open(&named.path)?;
        let Reflects { extent, base } = *run.reflects();
        if files::path(index, named.kind, extent.head) != named.path {
            return Err(IndexError::Page);
        }
        let (large, small) = match base {
            None => (run, None),
            Some(base) => (SortedRun::open(&files::path(index, Kind::Large, base))?, Some(run)),
        };
        if base.is_some_and(|base| large.reflects().extent.head != base || large.reflects().base.is_some()) {
            return Err(IndexError::Page);
        }
        let mut snapshot = Snapshot::empty(index, journal);
        (snapshot.large, snapshot.small, snapshot.base) = (Some(large), small, extent);
        let latest = snapshot.small.as_ref().or(snapshot.large.as_ref());
        let whole =
            latest.and_then(|run| run.get(WHOLE, &mut None).transpose()).ok_or(IndexError::Page)??;
        let Whole { reference, totals, keys } = postcard::from_bytes(&whole)?;
        snapshot.base_keys = keys;
        snapshot.tail = ReadModels { reference, totals, ..ReadModels::default() };
        Ok(snapshot)
    }

    /// Adds the records of the journal after the runs. Those after `checked` are of unknown origin, and count only if
    /// they comply with the rules.
    pub(crate) fn folded(
        mut self,
        checked: u64,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Snapshot, SnapshotError> {
        if self.base.head == self.journal.head() {
            return Ok(self);
        }
        let all = self.journal.head().record;
        let (mut keys, mut touched) = (Vec::new(), BTreeMap::new());
        let mut draft = Draft::replaying(&self);
        for line in self.journal.records_after::<Event>(&self.base) {
            match line.map_err(SnapshotError::Damaged)? {
                Line::Record(record) => {
                    progress(record.number, all);
                    let record = as_record(record);
                    if record.number > checked {
                        if let Some(fault) = lawful::fault_of(&draft, &record)? {
                            return Err(SnapshotError::NotAllowed(fault));
                        }
                        touched.extend(record.event.grant().map(|id| (id.clone(), record.number)));
                    }
                    draft.apply(record)?;
                }
                Line::Commit(commit) => {
                    if commit.number > checked
                        && let Some(why) = lawful::is_unfinished(&draft, commit.number)
                    {
                        let fault = Fault { record: commit.number, why };
                        return Err(SnapshotError::NotAllowed(fault));
                    }
                    draft.end_of_batch();
                    let head = Head { record: commit.number, hash: commit.hash };
                    keys.extend(commit.key.map(|key| (key, head)));
                }
            }
        }
        self.tail = draft.finish_replay()?;
        self.tail_keys = keys;
        match lawful::fault_of_grants(&self.tail, touched)? {
            Some(fault) => Err(SnapshotError::NotAllowed(fault)),
            None => Ok(self),
        }
    }

    /// Returns the names of its runs, each with the hash that no other content has.
    pub(crate) fn seals(&self) -> Vec<(String, Hash)> {
        let of_run = |run: &SortedRun| {
            let Reflects { extent, base } = run.reflects();
            let kind = if base.is_some() { Kind::Small } else { Kind::Large };
            (files::name(kind, extent.head), run.seal())
        };
        [&self.large, &self.small].into_iter().flatten().map(of_run).collect()
    }

    /// Returns the folder of the index.
    pub(crate) fn index(&self) -> &Path {
        &self.index
    }

    /// Returns the journal up to its head.
    pub(crate) fn journal(&self) -> &Journal {
        &self.journal
    }

    /// Returns everything that has changed since the runs: without runs, everything.
    pub(super) fn tail(&self) -> &ReadModels {
        &self.tail
    }

    /// Returns the number of records since the runs.
    pub(super) fn tail_records(&self) -> u64 {
        self.journal.head().record.saturating_sub(self.base.head.record)
    }

    /// Returns whether the tail with so many further records is too long, so that a run must be written.
    pub(super) fn is_run_due(&self, records: u64) -> bool {
        self.tail_records() + records > MOST_TAIL_RECORDS
    }

    /// Returns whether the tail up to this place has too many bytes.
    pub(super) fn is_run_due_at(&self, extent: &Extent) -> bool {
        extent.bytes_since(&self.base).is_none_or(|bytes| bytes > MOST_TAIL_BYTES)
    }

    /// Returns the head of the large run if a small one on it would not pass its part of it.
    fn base_of_small(&self, changed: &ReadModels) -> Option<Head> {
        let large = self.large.as_ref()?;
        let (values, bytes) = self.small.as_ref().map_or((0, 0), |small| (small.values(), small.bytes()));
        let values = values + values_of(&self.tail) + values_of(changed);
        let is_small = values * PART <= large.values() && bytes * PART <= large.bytes();
        is_small.then_some(large.reflects().extent.head)
    }

    /// Begins to write a run with the changes of a batch, which need not be recorded yet: the snapshot itself does
    /// not change.
    pub(super) fn begin_merge(&self, changed: &ReadModels) -> Result<Merge, IndexError> {
        let base = self.base_of_small(changed);
        let mut writer = SortedRunWriter::begin(&self.index)?;
        for table in IndexTable::ALL {
            // Values are encoded on a thread of their own, a little ahead of being written.
            std::thread::scope(|scope| {
                let (encoded, to_write) = sync_channel(WAITING);
                scope.spawn(move || {
                    let mut values = layer(table.changed(changed));
                    while let Some(value) = values.next() {
                        let some = std::iter::once(value).chain(values.by_ref().take(LOAD - 1));
                        // The receiver is gone when writing has failed.
                        if encoded.send(some.collect::<Vec<_>>()).is_err() {
                            break;
                        }
                    }
                });
                let latest: Layer<'_> = Box::new(to_write.into_iter().flatten());
                self.write_table(&mut writer, table, latest, base)
            })?;
        }
        Ok(Merge { writer, base })
    }

    /// Writes the files that readers of the head at `extent` will want, before they see that head: the totals, and a
    /// run if one was begun or the tail would be too long. The batch must be on the disk.
    pub(super) fn write_files(
        &self,
        begun: Option<Result<Merge, IndexError>>,
        changed: &ReadModels,
        keys: &[KeyedBatch],
        extent: Extent,
    ) -> Result<Written, IndexError> {
        let merge = match begun {
            None if self.is_run_due_at(&extent) => Some(self.begin_merge(changed)?),
            begun => begun.transpose()?,
        };
        let run = merge.map(|merge| self.finish_merge(merge, changed, keys, extent)).transpose()?;
        let totals = totals_snapshot::write(&self.index, extent.head, &changed.reference, &changed.totals)?;
        Ok(Written { run, totals: Some(totals) })
    }

    fn finish_merge(
        &self,
        Merge { mut writer, base }: Merge,
        changed: &ReadModels,
        keys: &[KeyedBatch],
        extent: Extent,
    ) -> Result<SortedRun, IndexError> {
        let keys = self.base_keys.with_all(&self.tail_keys).with_all(keys);
        let whole = WholeRef { reference: &changed.reference, totals: &changed.totals, keys };
        writer.put(WHOLE, &postcard::to_stdvec(&whole)?)?;
        let mut numbers = self.numbers()?;
        numbers.add_all(changed.decisions.in_any_order());
        writer.put(NUMBERS, &postcard::to_stdvec(&numbers)?)?;
        let run = SortedRun::open(&writer.finish(&self.index, Reflects { extent, base })?)?;
        files::remove_old(&self.index, if base.is_some() { Kind::Small } else { Kind::Large });
        Ok(run)
    }

    /// Follows a batch that was recorded, to a run with its changes or without one.
    pub(super) fn follow(
        &mut self,
        changed: ReadModels,
        keys: Vec<KeyedBatch>,
        Written { run, totals }: Written,
        journal: Journal,
    ) {
        (self.journal, self.totals_seal) = (journal, totals);
        let Some(run) = run else {
            self.tail.absorb(changed);
            self.tail_keys.extend(keys);
            return;
        };
        self.base_keys = self.base_keys.with_all(&self.tail_keys).with_all(&keys);
        self.tail_keys.clear();
        let ReadModels { reference, totals, grants, recipients, names, decisions, lines } = changed;
        let tail = ReadModels { reference, totals, ..ReadModels::default() };
        let before = std::mem::replace(&mut self.tail, tail);
        drop_in_background((before, grants, recipients, names, decisions, lines));
        self.base = run.reflects().extent;
        match run.reflects().base {
            Some(_) => self.small = Some(run),
            None => (self.large, self.small) = (Some(run), None),
        }
    }

    /// Writes a run of the present values, and the totals.
    pub(super) fn write_run_and_totals(&mut self) -> Result<(), IndexError> {
        let ReadModels { reference, totals, .. } = &self.tail;
        let (reference, totals) = (reference.clone(), totals.clone());
        let now = ReadModels { reference, totals, ..ReadModels::default() };
        let written = self.write_files(Some(self.begin_merge(&now)), &now, &[], self.journal.extent())?;
        self.follow(now, Vec::new(), written, self.journal.reader());
        Ok(())
    }

    /// Returns the seal of the file with the same totals, if there is one: one with a seal that `is_proved`, or else
    /// one that has the same in it.
    pub(super) fn find_totals(&mut self, is_proved: impl FnOnce(Hash) -> bool) -> Option<Hash> {
        let (index, head) = (&self.index, self.journal.head());
        let found = || totals_snapshot::seal(index, head).filter(|seal| is_proved(*seal));
        self.totals_seal = self.totals_seal.or_else(found).or_else(|| {
            let (there, seal) = totals_snapshot::read(index, head)?;
            let is_same = there.reference == self.tail.reference && there.totals == self.tail.totals;
            is_same.then_some(seal)
        });
        self.totals_seal
    }

    /// Writes the totals.
    pub(super) fn write_totals(&mut self) -> Result<(), IndexError> {
        let ReadModels { reference, totals, .. } = &self.tail;
        let seal = totals_snapshot::write(&self.index, self.journal.head(), reference, totals)?;
        self.totals_seal = Some(seal);
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn totals_mut(&mut self) -> &mut Totals {
        &mut self.tail.totals
    }

    /// Writes further files to another folder, or goes with those open to where their folder has been moved.
    pub(super) fn set_index(&mut self, index: &Path) {
        self.index = index.to_owned();
    }

    fn write_table(
        &self,
        writer: &mut SortedRunWriter,
        table: IndexTable,
        latest: Layer<'_>,
        base: Option<Head>,
    ) -> Result<(), IndexError> {
        let prefix = table.prefix();
        let mut layers = vec![latest, layer(table.changed(&self.tail))];
        if let Some(small) = &self.small {
            layers.push(run_layer(small, &prefix, &prefix)?);
        }
        if let (Some(large), None) = (&self.large, base) {
            layers.push(run_layer(large, &prefix, &prefix)?);
        }
        Merged::new(layers)?.try_for_each(|value| {
            let (key, value) = value?;
            // A value without bytes hides that of a large run. Below that there is nothing to hide.
            if value.is_empty() && base.is_none() { Ok(()) } else { writer.put(&table.run_key(&key), &value) }
        })
    }

    /// Returns the numbers of the decisions.
    fn numbers(&self) -> Result<DecisionNumbers, IndexError> {
        let latest = self.small.as_ref().or(self.large.as_ref());
        let mut numbers = match latest {
            Some(run) => postcard::from_bytes(&run.get(NUMBERS, &mut None)?.ok_or(IndexError::Page)?)?,
            None => DecisionNumbers::default(),
        };
        numbers.add_all(self.tail.decisions.in_any_order());
        Ok(numbers)
    }

    /// Returns what the keys of batches up to the runs come to, and those since in order.
    pub(super) fn keys(&self) -> (KeySum, &[KeyedBatch]) {
        (self.base_keys, &self.tail_keys)
    }

    /// Returns the totals of all grants as known after so many records, the last of which is of the day `known`.
    pub(super) fn totals_of_grants(&self, records: u64, known: Option<Date>) -> Result<Totals, BooksError> {
        let feed = |feed: &mut Feed| {
            let put = &mut |_: &[u8], grant: &[u8]| -> Result<(), IndexError> {
                feed.put(grant.to_vec());
                Ok(())
            };
            Ok(self.each_value(IndexTable::Grants, put)?)
        };
        let ((), [mut totals, others]) = fold(feed, |totals: &mut Totals, grants| {
            if let Some(known) = known {
                totals.pass(known);
            }
            let grants: Vec<Grant> = grants.iter().filter_map(|grant| grant.as_of(records)).collect();
            totals.look_ahead(&grants);
            Ok(totals.add_grants(&grants, true)?)
        })?;
        totals.absorb(&others)?;
        Ok(totals)
    }

    /// Returns a value of the runs.
    fn get<Value: DeserializeOwned>(
        &self,
        table: IndexTable,
        key: &str,
    ) -> Result<Option<Value>, IndexError> {
        self.get_near(table, key, &mut [None, None])
    }

    /// Returns the values of keys that are there: each the changed one, if it has changed, or that of the runs.
    fn each_of<'b, Value: Clone + DeserializeOwned + 'b>(
        &self,
        table: IndexTable,
        keys: impl ExactSizeIterator<Item = (&'b str, Option<&'b Value>)>,
    ) -> Result<Vec<Value>, BooksError> {
        let mut leaves = [None, None];
        let mut found = Vec::with_capacity(keys.len());
        for (key, changed) in keys {
            found.extend(match changed {
                Some(value) => Some(value.clone()),
                None => self.get_near(table, key, &mut leaves)?,
            });
        }
        Ok(found)
    }

    /// Returns a value of the runs. The pages on which it was looked for are tried first next time.
    fn get_near<Value: DeserializeOwned>(
        &self,
        table: IndexTable,
        key: &str,
        leaves: &mut [Option<LeafPage>; 2],
    ) -> Result<Option<Value>, IndexError> {
        let key = table.run_key(key.as_bytes());
        for (run, leaf) in [&self.small, &self.large].into_iter().zip(leaves) {
            if let Some(run) = run
                && let Some(bytes) = run.get(&key, leaf)?
            {
                return Ok(Some(postcard::from_bytes(&bytes)?));
            }
        }
        Ok(None)
    }
}

/// Returns whether totals come to what the last commit of the journal states: `None` if they do not, and other rules
/// were in force then. A commit of format 1 states nothing.
pub(super) fn agree(totals: &mut Totals, journal: &Journal) -> Result<Option<bool>, SnapshotError> {
    let commit = journal.last_commit().map_err(SnapshotError::Damaged)?;
    if commit.as_ref().is_some_and(|commit| is_dated_too_late(totals, &commit.at)) {
        return Ok(Some(false));
    }
    let stated = commit.and_then(|commit| commit.state);
    Ok(stated.map_or(Some(true), |stated| totals.state().agrees_with(&stated)))
}

/// Returns whether totals are of a later day than the last record, whose clock was corrected: they then lack the days
/// between.
pub(super) fn is_dated_too_late(totals: &Totals, last_recorded: &str) -> bool {
    day_of(last_recorded).is_some_and(|day| totals.known() > Some(day))
}

fn values_of(changed: &ReadModels) -> u64 {
    let ReadModels { reference: _, totals: _, grants, recipients, names, decisions, lines } = changed;
    (grants.len() + recipients.len() + names.len() + decisions.len() + lines.len()) as u64
}

fn layer(changed: Changed<'_>) -> Layer<'_> {
    Box::new(changed.map(|(key, value)| Ok((key.as_bytes().to_vec(), value?))))
}

/// Returns the values of a run from a key on, without the prefix of their keys.
fn run_layer<'a>(run: &'a SortedRun, prefix: &'a [u8], from: &'a [u8]) -> Result<Layer<'a>, IndexError> {
    let values = run.with_prefix(prefix, from)?;
    Ok(Box::new(values.map(move |value| {
        let (mut key, value) = value?;
        key.drain(..prefix.len().min(key.len()));
        Ok((key, value))
    })))
}
