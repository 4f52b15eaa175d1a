//! The one loop that records: for commands, imports, reconciliations and approvals.
//!
//! Everything is recorded in full or not at all, and drafted again if another program has recorded in the
//! meantime. Before a month is closed, or its closing proposed or approved, the whole ledger is verified.

use std::fmt;

use almoner_ledger::book::{Batch, Books, Draft, Overlay, ReadModels};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, Refusal, carry_out};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use almoner_ledger::rejection::Hidden;
use almoner_ledger::text::Text;
use almoner_ledger::withholding::hidden_by;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{Appended, BatchLabel, LoggedBatch, Store, StoreError, batch_of};

use crate::actor::Actor;
use crate::error::{Error, Remedy};
use crate::narrative::{record_numbers, record_words};
use crate::office::Office;
use crate::requested::Requested;

/// Maximum number of times that something is drafted when other programs record at the same time.
const ATTEMPTS: usize = 5;

/// The key of a batch in the journal.
#[derive(Clone, Copy, Debug, Default)]
pub enum Key<'a> {
    /// No key.
    #[default]
    None,
    /// The caller's own: a batch with the same key is not recorded twice.
    Given(&'a str),
    /// That of a content, such as a file. The same content recorded again gets the next number.
    Content(&'a str),
}

impl<'a> Key<'a> {
    /// Returns the key given, if one is.
    pub fn given(key: Option<&'a Text>) -> Key<'a> {
        key.map_or(Key::None, |key| Key::Given(key.as_str()))
    }
}

/// Returns the key of a content that is recorded for the first or a further time.
pub fn content_key(content: &str, time: u32) -> String {
    format!("{content} {time}")
}

/// How something is recorded.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// Label of the batch in the journal.
    pub label: &'a str,
    /// Reason for posting to provisionally closed months, if that is requested.
    pub post_to_closed: Option<&'a Text>,
    /// True if everything is decided and nothing recorded.
    pub dry_run: bool,
    /// True if it is to be proposed instead of recorded.
    pub proposing: bool,
    /// True if it is confirmed that what the public and the panel can see is to be withheld.
    pub confirms_withholding: bool,
    /// The digest of what the user was shown, which alone is confirmed; `None` if nothing was shown.
    pub shown: Option<&'a str>,
    /// The key of the batch.
    pub key: Key<'a>,
    /// What was requested, whose digest is recorded with the key.
    pub requested: Option<&'a Requested>,
}

/// The numbers of the records of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The first.
    pub first: u64,
    /// The last.
    pub last: u64,
    /// True if the batch proposes what it holds.
    pub is_proposal: bool,
}

impl Numbers {
    /// Returns the numbers of the records of a batch; `None` if it has none.
    pub fn of(records: &[Record]) -> Option<Numbers> {
        let (first, last) = (records.first()?, records.last()?.number);
        let is_proposal = matches!(first.event, Event::Proposed(_));
        Some(Numbers { first: first.number, last, is_proposal })
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_proposal {
            true => write!(f, "proposal {}", self.first),
            false => f.write_str(&record_numbers(self.first, self.last)),
        }
    }
}

/// The result of a recording.
#[derive(Debug)]
pub struct Recorded<T> {
    /// The ledger afterwards.
    pub ledger: Ledger,
    /// True if it was recorded earlier with the same key, and is only confirmed again.
    pub is_repeated: bool,
    /// What was kept of the draft.
    pub made: T,
    /// The numbers of the records; `None` if there was nothing to record.
    pub numbers: Option<Numbers>,
    /// What it withholds of what the public and the panel could see.
    pub hidden: Option<Hidden>,
    /// The user who recorded it.
    pub by: String,
    /// Head of the journal afterwards.
    pub head: Head,
    /// True if nothing was written.
    pub dry_run: bool,
}

/// What commands came to.
#[derive(Debug)]
pub struct Effects {
    /// The outcome of each command, in order.
    pub outcomes: Vec<Outcome>,
    /// The records, including those that were added automatically.
    pub records: Vec<Record>,
    /// The read models that they changed.
    pub changed: ReadModels,
}

impl From<LoggedBatch> for Effects {
    fn from(batch: LoggedBatch) -> Effects {
        Effects { outcomes: Vec::new(), records: batch.records, changed: ReadModels::default() }
    }
}

impl<T> Recorded<T> {
    /// Returns whether others have recorded since: balances are then not those of the recording.
    pub fn is_overtaken(&self) -> bool {
        self.is_repeated && self.head != self.ledger.head()
    }
}

impl Recorded<Effects> {
    /// Returns the books after what was recorded, whether or not it was recorded in truth. Of what was recorded
    /// earlier, grants are as they were then.
    pub fn books(&self) -> Box<dyn Books + '_> {
        let bare = Overlay::bare(&self.ledger, &self.ledger);
        match self.is_repeated {
            true => Box::new(bare.with_grants_as_known_at(self.head.record)),
            false => Box::new(bare.with(&self.made.changed, &self.made.records, self.head)),
        }
    }
}

impl Office {
    /// Decides the commands that `commands` makes from the current books, and records the result.
    pub fn record<E: From<Error>>(
        &self,
        actor: &Actor,
        request: Request<'_>,
        options: Options,
        commands: impl Fn(&dyn Books) -> Result<Vec<Command>, E>,
    ) -> Result<Recorded<Effects>, E> {
        self.record_drafted(actor, request, |ledger, draft| {
            let mut outcomes = Vec::new();
            for command in commands(ledger)? {
                outcomes.push(carry_out(draft, &command, options.clone()).map_err(Error::from)?);
            }
            Ok(outcomes)
        })
    }

    /// Records what `drafting` adds to a draft on the ledger.
    pub fn record_drafted<E: From<Error>>(
        &self,
        actor: &Actor,
        request: Request<'_>,
        drafting: impl FnMut(&Ledger, &mut Draft<'_>) -> Result<Vec<Outcome>, E>,
    ) -> Result<Recorded<Effects>, E> {
        self.record_checked(actor, request, drafting, |outcomes, batch| {
            Ok(Effects { outcomes, records: batch.records.clone(), changed: batch.changed.clone() })
        })
    }

    /// Decides what `drafting` adds to a draft on a ledger that was opened, and records nothing. Where it is refused,
    /// the ledger is handed back, so that what else is shown is of the same moment.
    pub fn try_drafted<E: From<Error>>(
        &self,
        ledger: Ledger,
        actor: &Actor,
        request: Request<'_>,
        mut drafting: impl FnMut(&Ledger, &mut Draft<'_>) -> Result<Vec<Outcome>, E>,
    ) -> Result<Recorded<Effects>, (Box<Ledger>, E)> {
        let by = actor.name();
        let drafted = drafted(&ledger, (actor, by), request, &mut drafting).and_then(|drafted| {
            drafted.check_withholding(request)?;
            if closes_month(&drafted.batch) {
                self.verified()?;
            }
            Ok(drafted)
        });
        let Drafted { made: outcomes, batch, hidden } = match drafted {
            Ok(drafted) => drafted,
            Err(error) => return Err((Box::new(ledger), error)),
        };
        let (numbers, head, by) = (Numbers::of(&batch.records), ledger.head(), by.to_owned());
        let made = Effects { outcomes, records: batch.records, changed: batch.changed };
        Ok(Recorded { ledger, is_repeated: false, made, numbers, hidden, by, head, dry_run: true })
    }

    /// Records what `drafting` adds to a draft, unless `check` refuses it. What `check` returns is kept. A request
    /// that was recorded with its key is answered from what was recorded.
    pub fn record_checked<T, K: From<LoggedBatch>, E: From<Error>>(
        &self,
        actor: &Actor,
        request: Request<'_>,
        mut drafting: impl FnMut(&Ledger, &mut Draft<'_>) -> Result<T, E>,
        mut check: impl FnMut(T, &Batch) -> Result<K, E>,
    ) -> Result<Recorded<K>, E> {
        let by = if request.dry_run { actor.name() } else { actor.recorder()?.as_str() };
        let mut attempts = 1;
        let mut is_verified = false;
        loop {
            let mut ledger = match request.dry_run {
                true => self.open_undamaged(actor, Access::Read)?,
                false => self.open(actor, Access::Write)?,
            };
            if let Key::Given(key) = request.key
                && !request.dry_run
                && let Some(head) = ledger.batch_with_key(key).map_err(Error::from)?
            {
                return Ok(self.repeated(ledger, (key, head), request, by)?);
            }
            let drafted = drafted(&ledger, (actor, by), request, &mut drafting)?;
            if !is_verified && closes_month(&drafted.batch) {
                // Others may record while everything is read, so it is drafted again afterwards.
                drop(ledger);
                self.verified()?;
                is_verified = true;
                continue;
            }
            let confirmed = drafted.check_shown(request).and_then(|()| drafted.check_withholding(request));
            let Drafted { made, batch, hidden } = drafted;
            let numbers = Numbers::of(&batch.records);
            // Other faults come first: what is withheld is confirmed of what is recorded.
            let made = check(made, &batch)?;
            confirmed?;
            let mut head = ledger.head();
            if numbers.is_some() && !request.dry_run {
                match self.append(&mut ledger, (head, by), request, batch) {
                    Ok(now) => head = now,
                    Err(StoreError::HeadMoved { .. }) if attempts < ATTEMPTS => {
                        attempts += 1;
                        continue;
                    }
                    Err(error) => return Err(Error::from(error).into()),
                }
            }
            let (by, dry_run) = (by.to_owned(), request.dry_run);
            return Ok(Recorded { ledger, is_repeated: false, made, numbers, hidden, by, head, dry_run });
        }
    }

    fn append(
        &self,
        ledger: &mut Ledger,
        (expected, by): (Head, &str),
        request: Request<'_>,
        batch: Batch,
    ) -> Result<Head, StoreError> {
        let key = match request.key {
            Key::None => None,
            Key::Given(key) => Some(key.to_owned()),
            Key::Content(content) => Some(unused_key(ledger, content)?),
        };
        let digest = request.requested.map(|requested| requested.digest(by));
        let label = BatchLabel { label: request.label, key: key.as_deref(), request: digest };
        let appended = ledger.append(expected, label, batch);
        if appended.is_ok() {
            self.note_seen(ledger);
        }
        match appended {
            Ok(Appended::Recorded(now) | Appended::AlreadyRecorded(now)) => Ok(now),
            Err(StoreError::Recorded { head }) => {
                self.observer.note(&StoreError::Recorded { head }.to_string());
                Ok(head)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns what was recorded earlier with the key, provided that the same was requested.
    fn repeated<K: From<LoggedBatch>>(
        &self,
        ledger: Ledger,
        (key, head): (&str, Head),
        request: Request<'_>,
        by: &str,
    ) -> Result<Recorded<K>, Error> {
        let batch = batch_of(&ledger, head.record)?;
        let given = request.requested.map(|requested| requested.digest(by));
        if batch.request.is_none() || batch.request != given {
            return Err(key_used(key, &batch, request.requested));
        }
        self.observer.note(
            "this has already been recorded with the same key; nothing new was recorded, and the original confirmation is shown again",
        );
        let numbers = Numbers::of(&batch.records);
        let by = batch.records.first().map(|record| record.by.to_string()).unwrap_or_default();
        let made = batch.into();
        Ok(Recorded { ledger, is_repeated: true, made, numbers, hidden: None, by, head, dry_run: false })
    }
}

/// What was added to a draft.
pub(crate) struct Drafted<T> {
    /// What the drafting returned.
    pub(crate) made: T,
    /// The records.
    pub(crate) batch: Batch,
    /// What they withhold of what the public and the panel can see.
    pub(crate) hidden: Option<Hidden>,
}

impl<T> Drafted<T> {
    /// Refuses what is not what the user was shown, if something was.
    fn check_shown(&self, request: Request<'_>) -> Result<(), Error> {
        match request.shown {
            Some(shown) if shown != digest(&self.batch.records, self.hidden.as_ref()) => {
                let error = Error::refused(
                    "stale",
                    "the records that would be made have changed since they were shown",
                );
                Err(error.advice("check it again"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses what would withhold something, unless that is confirmed.
    fn check_withholding(&self, request: Request<'_>) -> Result<(), Error> {
        let checked = Hidden::unless_confirmed(self.hidden.as_ref(), request.confirms_withholding);
        checked.map_err(|rejection| Refusal::from(rejection).into())
    }
}

/// Returns true if a month is closed, or that is proposed.
fn closes_month(batch: &Batch) -> bool {
    let closes = |event: &Event| matches!(event, Event::MonthClosed(_));
    batch.records.iter().any(|record| match &record.event {
        Event::Proposed(proposal) => proposal.events.iter().any(closes),
        event => closes(event),
    })
}

/// Returns the digest of what would be recorded and of what that would withhold, which tells whether both are still
/// what was shown.
pub fn digest(records: &[Record], hidden: Option<&Hidden>) -> String {
    let events: Vec<_> = records.iter().map(|record| &record.event).collect();
    Hash::of_written(format_args!("{events:?} {hidden:?}")).to_string()
}

/// Returns what `drafting` adds to a draft on a ledger, for the user `by`.
pub(crate) fn drafted<T, E: From<Error>>(
    ledger: &Ledger,
    (actor, by): (&Actor, &str),
    request: Request<'_>,
    drafting: &mut impl FnMut(&Ledger, &mut Draft<'_>) -> Result<T, E>,
) -> Result<Drafted<T>, E> {
    actor.check_clock(&ledger.reference().last_recorded)?;
    let draft = Draft::new(ledger, actor.at.to_string(), by.to_owned());
    let mut draft = if request.proposing { draft.proposing() } else { draft };
    draft.enter_closed_months(request.post_to_closed);
    let made = drafting(ledger, &mut draft)?;
    let hidden = hidden_by(&draft).map_err(Error::from)?;
    Ok(Drafted { made, batch: draft.finish().map_err(Error::from)?, hidden })
}

/// Returns the error that a key was used for another request.
fn key_used(key: &str, batch: &LoggedBatch, requested: Option<&Requested>) -> Error {
    let record = batch.records.last();
    let words = record.map(record_words).unwrap_or_default();
    let label = if batch.label.is_empty() { String::new() } else { format!(" (`{}`)", batch.label) };
    let given = requested.map(|it| format!("; this entry is `{}`", it.in_words()));
    let message = format!(
        "the entry key `{key}` has already been used for a different entry{label}: {words}{}",
        given.unwrap_or_default()
    );
    let number = record.map_or(0, |record| record.number);
    Error::refused("key-used", message).remedy(Remedy::ChooseKey { record: number })
}

fn unused_key(ledger: &Ledger, content: &str) -> Result<String, StoreError> {
    let mut time = 1;
    loop {
        let key = content_key(content, time);
        if ledger.batch_with_key(&key)?.is_none() {
            return Ok(key);
        }
        time += 1;
    }
}
