//! Who may record what in these books: the rule of [`Authority`](crate::authority::Authority), told whom an
//! event concerns.

use super::{Books, BooksError, ReferenceData, registered};
use crate::authority::{Attempt, Counterparty, Denied, Unanswered};
use crate::checklist::Question;
use crate::decisions::DecisionId;
use crate::event::{Event, Record};
use crate::grants::Fact;
use crate::proposals::Proposal;

/// Whom an event concerns. Not looked for where anybody may do anything.
pub fn party(books: &dyn Books, event: &Event) -> Result<Counterparty, BooksError> {
    let Event::Grant { id, fact, .. } = event else { return Ok(Counterparty::default()) };
    let Some(policy) = &books.reference().authority.policy else { return Ok(Counterparty::default()) };
    let recipient = match &**fact {
        Fact::Awarded(award) => Some(award.recipient.clone()),
        _ => books.awarded_to(id)?,
    };
    let recorders = match &recipient {
        Some(id) => books.recipient(id)?.map(|it| it.recorders.clone()).unwrap_or_default(),
        None => Default::default(),
    };
    let unanswered = match &**fact {
        Fact::Awarded(award) if policy.checklist => unanswered(books, award.decision.as_ref())?,
        _ => None,
    };
    Ok(Counterparty { recipient, recorders, unanswered })
}

fn unanswered(books: &dyn Books, decision: Option<&DecisionId>) -> Result<Option<Unanswered>, BooksError> {
    let registered = decision.map(|id| registered(books, id)).transpose()?.flatten();
    let questions = match registered {
        Some(registered) => registered.decision.checklist.missing(),
        None => Question::ALL.to_vec(),
    };
    Ok((!questions.is_empty()).then(|| Unanswered { decision: decision.cloned(), questions }))
}

/// Whether somebody may record an event now, after so many others that are about to be recorded.
pub fn may(books: &dyn Books, by: &str, at: &str, event: &Event, after: usize) -> Result<(), BooksError> {
    let ReferenceData { authority, ledger, .. } = books.reference();
    let party = party(books, event)?;
    Ok(authority.may(Attempt { by, at, ledger, event, party: &party, after })?)
}

/// What waits for approval, by its record.
pub fn pending(books: &dyn Books) -> Result<Vec<(u64, Proposal)>, BooksError> {
    let mut pending = Vec::new();
    for number in books.reference().authority.pending.keys() {
        if let Some(Event::Proposed(proposal)) = books.record(*number)?.map(|record| record.event) {
            pending.push((*number, *proposal));
        }
    }
    Ok(pending)
}

/// What is wrong with a record of the journal, if nobody was allowed to make it.
pub fn breach(books: &dyn Books, record: &Record) -> Result<Option<Denied>, BooksError> {
    match may(books, &record.by, &record.at, &record.event, 0) {
        Ok(()) => Ok(None),
        Err(BooksError::NotAllowed(breach)) => Ok(Some(*breach)),
        Err(error) => Err(error),
    }
}
