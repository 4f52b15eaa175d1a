//! Recording several requests in one transaction, each with a commit line of its own: one wait for the disk for all.
//!
//! Guarantees that each request is decided on books that have those before it, that what one of them comes to is no
//! matter of the others, and that none is answered before all of them are durable.

use std::collections::BTreeMap;
use std::sync::Mutex;

use almoner_ledger::book::{Batch, Books};
use almoner_ledger::head::Head;

use super::books::{Agreement, PostgresBooks};
use super::lines::{locked, unlocked};
use super::recording::{corrects_clock, locked_end, set_end, with_key, write_lines};
use super::session::{Failure, Session};
use super::{PostgresStore, models};
use crate::{Appended, BatchLabel, Store, StoreError};

/// Number of requests that are recorded in one transaction.
const MOST: usize = 128;
/// Number of times that a request is decided when other servers record at the same time.
const ATTEMPTS: usize = 5;

/// Decides a batch on books, or refuses it. It may be asked again, on later books.
pub type Deciding<'d, E> = Box<dyn FnMut(&dyn Books) -> Result<Batch, E> + Send + 'd>;

/// A request to be recorded.
pub struct Request<'d, E> {
    /// The label and key of its batch.
    pub label: BatchLabel<'d>,
    /// What it comes to.
    pub decide: Deciding<'d, E>,
}

impl<E> std::fmt::Debug for Request<'_, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request").field("label", &self.label).finish_non_exhaustive()
    }
}

/// What a request came to.
#[derive(Debug)]
pub enum Decided<E> {
    /// It is recorded, or was before with its key.
    Appended(Appended),
    /// It was refused.
    Refused(E),
    /// The store could not record it.
    Failed(StoreError),
}

/// Records requests in their order, as many at once as may be, and returns what each came to.
pub fn record_all<E>(store: &mut PostgresStore, mut requests: Vec<Request<'_, E>>) -> Vec<Decided<E>> {
    let mut decided = Vec::with_capacity(requests.len());
    for group in requests.chunks_mut(MOST) {
        match record_group(store, group) {
            Ok(all) => decided.extend(all),
            // It is not known what became of any of them.
            Err(Failure::Store(StoreError::NotKnown { reason })) => decided.extend(
                group.iter().map(|_| Decided::Failed(StoreError::NotKnown { reason: reason.clone() })),
            ),
            // One may be the reason that all fail: each is recorded by itself.
            Err(_) => decided.extend(group.iter_mut().map(|request| record_one(store, request))),
        }
    }
    decided
}

/// Records a request by itself.
fn record_one<E>(store: &mut PostgresStore, request: &mut Request<'_, E>) -> Decided<E> {
    let mut attempts = 1;
    loop {
        let decided = store.snapshot(None).map(|books| (books.head(), (request.decide)(&*books)));
        let (head, batch) = match decided {
            Ok((head, Ok(batch))) => (head, batch),
            Ok((_, Err(refused))) => return Decided::Refused(refused),
            Err(error) => return Decided::Failed(error),
        };
        match store.append(head, request.label, batch) {
            Ok(appended) => return Decided::Appended(appended),
            Err(StoreError::HeadMoved { .. }) if attempts < ATTEMPTS => attempts += 1,
            Err(error) => return Decided::Failed(error),
        }
    }
}

fn record_group<E>(store: &PostgresStore, group: &mut [Request<'_, E>]) -> Result<Vec<Decided<E>>, Failure> {
    let session = Mutex::new(store.session()?);
    let prepared = prepare(&session, group);
    let mut session = unlocked(session);
    let committed = prepared.map(|(decided, head)| (decided, head, session.commit()));
    match committed {
        Ok((decided, _, Ok(()))) => {
            store.give_back(session);
            Ok(decided)
        }
        Ok((decided, head, Err(Failure::Lost(why)))) => {
            // The connection is of no more use: the server ends what it received before it answers the question.
            drop(session);
            store.forget_connections();
            let Some(head) = head else { return Ok(decided) };
            store.ask(head, &why)?;
            Ok(decided)
        }
        Ok((_, _, Err(failure))) | Err(failure) => {
            store.give_back(session);
            Err(failure)
        }
    }
}

/// Writes what requests come to in one transaction, and returns it with the head afterwards, if there is a new one.
fn prepare<E>(
    mutex: &Mutex<Session>,
    group: &mut [Request<'_, E>],
) -> Result<(Vec<Decided<E>>, Option<Head>), Failure> {
    {
        let mut session = locked(mutex);
        session.begin()?;
        locked_end(&mut session)?;
    }
    let (mut books, agreement) = PostgresBooks::lent(mutex)?;
    if agreement != Agreement::Agree {
        let message = "the tables of the books are those of other rules";
        return Err(StoreError::Unavailable(message.to_owned()).into());
    }
    let (before, mut keys, mut decided) = (books.end, BTreeMap::new(), Vec::with_capacity(group.len()));
    for Request { label, decide } in group {
        if let Some(key) = label.key {
            let earlier = match keys.get(key) {
                Some(head) => Some(*head),
                None => with_key(&mut locked(mutex), key)?,
            };
            if let Some(head) = earlier {
                decided.push(Decided::Appended(Appended::AlreadyRecorded(head)));
                continue;
            }
        }
        let mut batch = match decide(&books) {
            Ok(batch) => batch,
            Err(refused) => {
                decided.push(Decided::Refused(refused));
                continue;
            }
        };
        if batch.after != books.end.head.record {
            let (expected, found) = (batch.after, books.end.head.record);
            return Err(StoreError::HeadMoved { expected, found }.into());
        }
        if corrects_clock(&batch) {
            return Err(StoreError::Unavailable("it is recorded by itself".to_owned()).into());
        }
        let mut session = locked(mutex);
        let end = write_lines(&mut session, books.end, *label, &mut batch)?;
        // Those after it read what it changed.
        models::write_values(&mut session, &batch.changed)?;
        drop(session);
        if !batch.records.is_empty() {
            (books.reference, books.totals) = (batch.changed.reference, batch.changed.totals);
            keys.extend(label.key.map(|key| (key, end.head)));
        }
        books.end = end;
        decided.push(Decided::Appended(Appended::Recorded(end.head)));
    }
    if books.end == before {
        return Ok((decided, None));
    }
    let mut session = locked(mutex);
    set_end(&mut session, books.end)?;
    models::write_whole(&mut session, &books.totals, &books.reference)?;
    Ok((decided, Some(books.end.head)))
}
