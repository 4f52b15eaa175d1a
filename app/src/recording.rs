//! The one loop that records: for commands, imports, reconciliations and approvals.
//!
//! Everything is recorded in full or not at all, and drafted again if another program has recorded in the
//! meantime.

use std::fmt;

use almoner_ledger::book::{Batch, Books, Draft, Overlay, ReadModels};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Outcome, carry_out};
use almoner_ledger::events::{Event, Record};
use almoner_ledger::head::Head;
use almoner_ledger::text::Text;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{Appended, BatchLabel, Store, StoreError};

use crate::actor::Actor;
use crate::error::Error;
use crate::narrative::record_numbers;
use crate::office::Office;
use crate::repeated::Repeated;

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
    /// The key of the batch.
    pub key: Key<'a>,
}

/// What a drafting reads.
pub struct Basis<'a> {
    /// The ledger as it is.
    pub ledger: &'a Ledger,
    /// The books that the draft is on: those of the ledger or, for a repeated recording, those before it.
    pub books: &'a dyn Books,
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
    pub fn of(batch: &Batch) -> Option<Numbers> {
        let (first, last) = (batch.records.first()?, batch.records.last()?.number);
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

/// What was drafted, before it is recorded.
pub struct Drafted<'a, T> {
    /// What the drafting returned.
    pub made: T,
    /// The records and what they change.
    pub batch: &'a Batch,
    /// True if it was recorded earlier with the same key.
    pub is_repeated: bool,
}

/// Books as they were.
pub struct Earlier(Box<dyn Books>);

impl fmt::Debug for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Earlier({:?})", self.0.head())
    }
}

/// The result of a recording.
#[derive(Debug)]
pub struct Recorded<T> {
    /// The ledger afterwards.
    pub ledger: Ledger,
    /// The books before it, if it was recorded earlier and its confirmation is repeated.
    pub earlier: Option<Earlier>,
    /// What was kept of the draft.
    pub made: T,
    /// The numbers of the records; `None` if there was nothing to record.
    pub numbers: Option<Numbers>,
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

impl Recorded<Effects> {
    /// Returns the books after what was recorded, whether or not it was recorded in truth.
    pub fn books(&self) -> Overlay<'_> {
        let base: &dyn Books = match &self.earlier {
            Some(Earlier(books)) => &**books,
            None => &self.ledger,
        };
        Overlay::bare(base, &self.ledger).with(&self.made.changed, &self.made.records, self.head)
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
        self.record_drafted(actor, request, |basis, draft| {
            let mut outcomes = Vec::new();
            for command in commands(basis.books)? {
                outcomes.push(carry_out(draft, &command, options).map_err(Error::from)?);
            }
            Ok(outcomes)
        })
    }

    /// Records what `drafting` adds to a draft.
    pub fn record_drafted<E: From<Error>>(
        &self,
        actor: &Actor,
        request: Request<'_>,
        drafting: impl FnMut(&Basis<'_>, &mut Draft<'_>) -> Result<Vec<Outcome>, E>,
    ) -> Result<Recorded<Effects>, E> {
        self.record_checked(actor, request, drafting, |drafted| {
            let Drafted { made: outcomes, batch, .. } = drafted;
            Ok(Effects { outcomes, records: batch.records.clone(), changed: batch.changed.clone() })
        })
    }

    /// Records what `drafting` adds to a draft, unless `check` refuses it. What `check` returns is kept.
    pub fn record_checked<T, K, E: From<Error>>(
        &self,
        actor: &Actor,
        request: Request<'_>,
        mut drafting: impl FnMut(&Basis<'_>, &mut Draft<'_>) -> Result<T, E>,
        mut check: impl FnMut(Drafted<'_, T>) -> Result<K, E>,
    ) -> Result<Recorded<K>, E> {
        let by = if request.dry_run { actor.name() } else { actor.recorder()?.as_str() };
        let access = if request.dry_run { Access::Read } else { Access::Write };
        let mut attempts = 0;
        loop {
            attempts += 1;
            let mut ledger = self.open(actor, access)?;
            if let Key::Given(key) = request.key
                && !request.dry_run
                && let Some(head) = ledger.batch_with_key(key).map_err(Error::from)?
            {
                return self.repeated(ledger, (key, head), request, drafting, check);
            }
            let draft = Draft::new(&ledger, actor.at.to_string(), by.to_owned());
            let basis = Basis { ledger: &ledger, books: &ledger };
            let (made, batch) = drafted(&request, &basis, draft, &mut drafting)?;
            let numbers = Numbers::of(&batch);
            let made = check(Drafted { made, batch: &batch, is_repeated: false })?;
            let mut head = ledger.head();
            if numbers.is_some() && !request.dry_run {
                match self.append(&mut ledger, head, request, batch) {
                    Ok(now) => head = now,
                    Err(StoreError::HeadMoved { .. }) if attempts < ATTEMPTS => continue,
                    Err(error) => return Err(Error::from(error).into()),
                }
            }
            let (by, dry_run) = (by.to_owned(), request.dry_run);
            return Ok(Recorded { ledger, earlier: None, made, numbers, by, head, dry_run });
        }
    }

    fn append(
        &self,
        ledger: &mut Ledger,
        expected: Head,
        request: Request<'_>,
        batch: Batch,
    ) -> Result<Head, StoreError> {
        let key = match request.key {
            Key::None => None,
            Key::Given(key) => Some(key.to_owned()),
            Key::Content(content) => Some(unused_key(ledger, content)?),
        };
        let label = BatchLabel { label: request.label, key: key.as_deref(), request: None };
        match ledger.append(expected, label, batch) {
            Ok(Appended::Recorded(now) | Appended::AlreadyRecorded(now)) => Ok(now),
            Err(StoreError::Recorded { head }) => {
                self.observer.note(&StoreError::Recorded { head }.to_string());
                Ok(head)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns what was recorded earlier with the key, provided that it was the same.
    fn repeated<T, K, E: From<Error>>(
        &self,
        ledger: Ledger,
        (key, head): (&str, Head),
        request: Request<'_>,
        mut drafting: impl FnMut(&Basis<'_>, &mut Draft<'_>) -> Result<T, E>,
        mut check: impl FnMut(Drafted<'_, T>) -> Result<K, E>,
    ) -> Result<Recorded<K>, E> {
        let repeated = Repeated::read(&ledger, key, head, &*self.observer)?;
        let (made, batch) = {
            let books = repeated.books();
            let basis = Basis { ledger: &ledger, books: &books };
            let drafted = drafted(&request, &basis, repeated.draft(&books), &mut drafting);
            drafted.map_err(|_| repeated.is_another())?
        };
        repeated.check_same(&batch)?;
        self.observer.note(
            "this has already been recorded with the same idempotency key; nothing new was recorded, and the original confirmation is shown again",
        );
        let (numbers, earlier) = (Numbers::of(&batch), Some(Earlier(repeated.into_books())));
        let by = batch.records.first().map(|record| record.by.to_string()).unwrap_or_default();
        let made = check(Drafted { made, batch: &batch, is_repeated: true })?;
        Ok(Recorded { ledger, earlier, made, numbers, by, head, dry_run: false })
    }
}

fn drafted<T, E: From<Error>>(
    request: &Request<'_>,
    basis: &Basis<'_>,
    draft: Draft<'_>,
    drafting: &mut impl FnMut(&Basis<'_>, &mut Draft<'_>) -> Result<T, E>,
) -> Result<(T, Batch), E> {
    let mut draft = if request.proposing { draft.proposing() } else { draft };
    draft.enter_closed_months(request.post_to_closed);
    let made = drafting(basis, &mut draft)?;
    Ok((made, draft.finish().map_err(Error::from)?))
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
