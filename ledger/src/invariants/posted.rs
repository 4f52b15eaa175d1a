//! What the postings of records come to, to compare it with what each batch of the journal states.

use std::borrow::Cow;

use crate::book::{Books, BooksError};
use crate::events::{Event, GrantFact};
use crate::grants::{Fact, Grant};
use crate::totals::{PostingState, Totals};

/// Postings added up record by record, to check the state that each batch states. Slower than totals of grants, and
/// independent of them.
#[derive(Debug, Default)]
pub struct PostingSums(Totals);

impl PostingSums {
    /// Takes in the event of a record that is to be applied to the books next.
    pub fn before(&mut self, books: &dyn Books, event: &Event) -> Result<(), BooksError> {
        if let Some(grant) = changing_power(books, event)? {
            self.0.post_grant(&grant, false)?;
        }
        Ok(())
    }

    /// Takes in the same event once its record has been applied.
    pub fn after(&mut self, books: &dyn Books, event: &Event) -> Result<(), BooksError> {
        if let Some(grant) = changing_power(books, event)? {
            return Ok(self.0.post_grant(&grant, true)?);
        }
        let Some(posted) = event.posted().filter(|posted| !posted.is_empty()) else { return Ok(()) };
        let grant = event.grant().map(|id| books.grant(id)).transpose()?.flatten();
        Ok(self.0.post(posted, grant.map(|grant| grant.terms().power), true)?)
    }

    /// Returns what the postings come to.
    pub fn state(&mut self) -> PostingState {
        self.0.state()
    }
}

/// Returns the grant of an event that may change the power of what was posted before.
fn changing_power<'b>(books: &'b dyn Books, event: &Event) -> Result<Option<Cow<'b, Grant>>, BooksError> {
    let Event::Grant(GrantFact { id, fact, .. }) = event else { return Ok(None) };
    match **fact {
        Fact::Awarded(_) | Fact::Stated(_) | Fact::Reversed { .. } => books.grant(id),
        Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => Ok(None),
    }
}
