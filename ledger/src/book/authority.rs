//! Applies the rule of [`Authority`](crate::authority::Authority) to events of these books.

use super::{Books, BooksError, ReferenceData, registered};
use crate::authority::{Attempt, Counterparty, Denied, Unanswered};
use crate::checklist::Question;
use crate::decisions::DecisionId;
use crate::events::proposals::Proposal;
use crate::events::{Event, GrantFact, Record};
use crate::grants::{Fact, Rules};

/// Returns the recipient that an event concerns; empty without a policy.
pub fn party(books: &dyn Books, event: &Event) -> Result<Counterparty, BooksError> {
    let Event::Grant(GrantFact { id, fact, .. }) = event else { return Ok(Counterparty::default()) };
    let Some(policy) = &books.reference().authority.policy else { return Ok(Counterparty::default()) };
    let corrected = if let Fact::Corrected(it) = &**fact { it.award() } else { None };
    let recipient = match fact.award().or(corrected) {
        Some(award) => Some(award.recipient.clone()),
        // Even if the award was reversed since.
        None => {
            let grant = books.grant(id)?;
            grant.as_ref().and_then(|grant| grant.last_award()).map(|award| award.recipient.clone())
        }
    };
    let recorders = match &recipient {
        Some(id) => books.recipient(id)?.map(|it| it.recorders.clone()).unwrap_or_default(),
        None => Default::default(),
    };
    let unanswered = match fact.award() {
        Some(award) if policy.checklist => unanswered(books, award.decision.as_ref())?,
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

/// Checks whether a user may record an event now, after `after` others that are to be recorded before it.
pub fn may(books: &dyn Books, by: &str, at: &str, event: &Event, after: usize) -> Result<(), BooksError> {
    let number = next_number(books, event) + after as u64;
    may_by(books, (by, at, number), (event, after), Rules::PRESENT)
}

/// Returns the number of the next record, of an event, which may follow one that adopts the present rules.
pub(crate) fn next_number(books: &dyn Books, event: &Event) -> u64 {
    let reference = books.reference();
    let adopts = reference.body.is_some() && reference.rules.last() < Rules::PRESENT && adopts_rules(event);
    reference.records + 1 + u64::from(adopts)
}

/// Returns false for a correction of the clock: until it is recorded, no other record can be dated now.
pub(crate) fn adopts_rules(event: &Event) -> bool {
    !matches!(event, Event::ClockCorrected(_))
}

fn may_by(
    books: &dyn Books,
    (by, at, number): (&str, &str, u64),
    (event, after): (&Event, usize),
    rules: Rules,
) -> Result<(), BooksError> {
    let ReferenceData { authority, ledger, .. } = books.reference();
    let party = party(books, event)?;
    Ok(authority.may(Attempt { by, at, ledger, event, party: &party, after, number, rules })?)
}

/// Returns the pending proposals with their record numbers.
pub fn pending(books: &dyn Books) -> Result<Vec<(u64, Proposal)>, BooksError> {
    let mut pending = Vec::new();
    for number in books.reference().authority.pending.keys() {
        if let Some(Event::Proposed(proposal)) = books.record(*number)?.map(|record| record.event) {
            pending.push((*number, *proposal));
        }
    }
    Ok(pending)
}

/// Returns why a record of the journal was not allowed, if it was not.
pub fn denied(books: &dyn Books, record: &Record) -> Result<Option<Denied>, BooksError> {
    let rules = books.reference().rules.last();
    match may_by(books, (&record.by, &record.at, record.number), (&record.event, 0), rules) {
        Ok(()) => Ok(None),
        Err(BooksError::NotAllowed(denied)) => Ok(Some(*denied)),
        Err(error) => Err(error),
    }
}
