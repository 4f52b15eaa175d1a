//! Recording a batch: in one transaction that holds the head, and found out about if its end is not known.
//!
//! Guarantees that [`Appended::Recorded`] is returned only for a batch that the server has confirmed without a warning,
//! or of which it said afterwards, when nothing was under way any more, that it is there. A batch has a hash of its own,
//! since salts are random: it is found again by that, with or without a key.

use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::{Duration, Instant};

use almoner_ledger::book::Batch;
use almoner_ledger::events::Event;
use almoner_ledger::head::Head;
use postgres::types::Type;

use super::books::{end_of, head_lost};
use super::lines::{End, JournalTable, digest_of_key, hash_of, insert, locked, number, unlocked, unsigned};
use super::session::{Failure, Session};
use super::{PostgresStore, models};
use crate::journal::{self, Salt};
use crate::{Appended, BatchLabel, KnownAt, StoreError, as_known_at, journal_error};

/// Time to wait between two questions.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(200);

/// What a transaction came to that is not committed yet.
enum Prepared {
    /// There is nothing to write.
    Nothing(Appended),
    /// All of it is written; it is confirmed by a commit.
    Written(Head),
}

impl PostgresStore {
    pub(super) fn record(
        &self,
        expected: Head,
        label: BatchLabel<'_>,
        mut batch: Batch,
    ) -> Result<Appended, StoreError> {
        let mut is_first = true;
        loop {
            let session = Mutex::new(self.session()?);
            let prepared = prepare(&session, expected, label, &mut batch);
            let mut session = unlocked(session);
            let head = match prepared {
                Ok(Prepared::Nothing(appended)) => {
                    self.give_back(session);
                    return Ok(appended);
                }
                Ok(Prepared::Written(head)) => head,
                // A connection that was not used for a while may be gone. Nothing was asked to be confirmed.
                Err(Failure::Lost(_)) if is_first => {
                    is_first = false;
                    self.forget_connections();
                    continue;
                }
                Err(Failure::Conflict(why)) => {
                    self.give_back(session);
                    return Err(self.moved(expected, why));
                }
                Err(failure) => {
                    self.give_back(session);
                    return Err(failure.into());
                }
            };
            return match session.commit() {
                Ok(()) => {
                    self.give_back(session);
                    Ok(Appended::Recorded(head))
                }
                Err(Failure::Lost(why)) => {
                    // The server goes on with what it received. It ends that before it answers the question.
                    drop(session);
                    self.forget_connections();
                    self.ask(head, &why)
                }
                Err(Failure::Conflict(why)) => {
                    self.give_back(session);
                    Err(self.moved(expected, why))
                }
                Err(failure) => {
                    self.give_back(session);
                    Err(failure.into())
                }
            };
        }
    }

    /// Returns the error for a batch that another recorder was before.
    fn moved(&self, expected: Head, why: String) -> StoreError {
        match self.end() {
            Ok(end) if end.head != expected => {
                StoreError::HeadMoved { expected: expected.record, found: end.head.record }
            }
            Ok(_) => StoreError::Unavailable(format!("nothing was recorded: the database refused it: {why}")),
            Err(error) => error,
        }
    }

    /// Finds out whether a batch with this head was recorded, as soon as the server can be asked.
    pub(super) fn ask(&self, head: Head, why: &str) -> Result<Appended, StoreError> {
        let until = Instant::now() + self.patience;
        loop {
            match Session::connect(&self.address).and_then(|mut session| is_there(&mut session, head)) {
                Ok(true) => return Ok(Appended::Recorded(head)),
                Ok(false) => {
                    let message =
                        format!("nothing was recorded: the connection to the database was lost ({why})");
                    return Err(StoreError::Unavailable(message));
                }
                Err(_) if Instant::now() < until => sleep(ASK_AGAIN_AFTER),
                Err(failure) => return Err(StoreError::NotKnown { reason: failure.to_string() }),
            }
        }
    }

    /// Makes the tables of the books again from the journal, and returns the number of records read.
    ///
    /// # Errors
    /// Damage to the journal; an error of the database.
    pub fn rebuild(&self) -> Result<u64, StoreError> {
        let session = Mutex::new(self.session()?);
        let rebuilt = rebuild(&session);
        let mut session = unlocked(session);
        let rebuilt = rebuilt.and_then(|records| session.commit().map(|()| records));
        self.give_back(session);
        let records = rebuilt?;
        self.is_outdated.store(false, Ordering::SeqCst);
        Ok(records)
    }
}

pub(super) fn locked_end(session: &mut Session) -> Result<End, Failure> {
    // A statement of its own: those after it see what was committed by whoever had the head before.
    let rows = session.query("SELECT record, hash, line, layout FROM @.head FOR UPDATE", &[])?;
    end_of(rows.first().ok_or_else(head_lost)?)
}

fn prepare(
    mutex: &Mutex<Session>,
    expected: Head,
    label: BatchLabel<'_>,
    batch: &mut Batch,
) -> Result<Prepared, Failure> {
    let mut session = locked(mutex);
    session.begin()?;
    let end = locked_end(&mut session)?;
    if let Some(earlier) = label.key.map(|key| with_key(&mut session, key)).transpose()?.flatten() {
        return Ok(Prepared::Nothing(Appended::AlreadyRecorded(earlier)));
    }
    if expected != end.head || batch.after != end.head.record {
        let (expected, found) = (batch.after, end.head.record);
        return Err(StoreError::HeadMoved { expected, found }.into());
    }
    if batch.records.is_empty() {
        return Ok(Prepared::Nothing(Appended::Recorded(end.head)));
    }
    let now = write_lines(&mut session, end, label, batch)?;
    set_end(&mut session, now)?;
    if corrects_clock(batch) {
        drop(session);
        refold(mutex, now)?;
    } else {
        models::write(&mut session, &batch.changed)?;
    }
    Ok(Prepared::Written(now.head))
}

/// Returns whether a batch says that the clock was ahead: the totals then lack the days up to those by that clock.
pub(super) fn corrects_clock(batch: &Batch) -> bool {
    batch.records.iter().any(|it| matches!(it.event, Event::ClockCorrected(_)))
}

/// Writes the lines of a batch after an end, and returns the end afterwards.
pub(super) fn write_lines(
    session: &mut Session,
    end: End,
    BatchLabel { label, key, request }: BatchLabel<'_>,
    batch: &mut Batch,
) -> Result<End, Failure> {
    let state = batch.changed.totals.state();
    let Some(first) = batch.records.first() else { return Ok(end) };
    let written = journal::Batch { label, key, request, state };
    let events = batch.records.iter().map(|record| &record.event);
    let salt = Salt::random().map_err(|error| {
        let why = crate::system_reason(&error);
        StoreError::Unavailable(format!("this computer gives no random numbers: {why}"))
    })?;
    let text = journal::batch_text(end.head, &written, salt, (&first.at, &first.by), events);
    insert(session, end, &text.map_err(journal_error)?)
}

/// Writes the end of the journal.
pub(super) fn set_end(session: &mut Session, end: End) -> Result<(), Failure> {
    session.execute(
        "UPDATE @.head SET record = $1, hash = $2, line = $3",
        &[
            (&number(end.head.record), Type::INT8),
            (&end.head.hash.to_string(), Type::TEXT),
            (&number(end.line), Type::INT8),
        ],
    )?;
    Ok(())
}

/// Writes the books as the journal has them up to an end.
pub(super) fn refold(mutex: &Mutex<Session>, end: End) -> Result<(), Failure> {
    let folded = as_known_at(&JournalTable { session: mutex, end }, KnownAt::Record(end.head.record))?;
    models::replace(&mut locked(mutex), folded.read_models())
}

fn rebuild(mutex: &Mutex<Session>) -> Result<u64, Failure> {
    let end = {
        let mut session = locked(mutex);
        session.begin()?;
        locked_end(&mut session)?
    };
    refold(mutex, end)?;
    Ok(end.head.record)
}

/// Returns the head after the batch that was recorded with a key, if there is one.
pub(super) fn with_key(session: &mut Session, key: &str) -> Result<Option<Head>, Failure> {
    let rows = session
        .query("SELECT last, hash FROM @.journal WHERE key = $1", &[(&digest_of_key(key), Type::TEXT)])?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Head { record: unsigned(row.try_get(0)?), hash: hash_of(row.try_get(1)?)? }))
}

/// Returns whether a batch with this head is in the journal, now that no recording is under way, and also on the disks
/// of synchronous standbys.
fn is_there(session: &mut Session, head: Head) -> Result<bool, Failure> {
    session.begin()?;
    locked_end(session)?;
    let rows = session.query(
        "SELECT FROM @.journal WHERE last = $1 AND kind = 'commit' AND hash = $2",
        &[(&number(head.record), Type::INT8), (&head.hash.to_string(), Type::TEXT)],
    )?;
    // What is read may not be on the standbys yet. A change is confirmed only after everything before it.
    session.execute("UPDATE @.head SET record = record", &[])?;
    session.commit()?;
    Ok(!rows.is_empty())
}
