//! Prior period adjustments: a material error of earlier years goes to reserves, not to the year's expenditure.

use super::{Already, Decided, Refusal};
use crate::book::Books;
use crate::entry::EntryError;
use crate::entry::prior_period::Belongs;
use crate::events::{Event, GrantFact};
use crate::grants::{Fact, Recorded};
use crate::rejection::Rejection;
use crate::text::Text;

/// Returns the same events with what belongs to earlier years as prior period adjustments, for this reason. Refused
/// where nothing does.
pub(super) fn adjusting(books: &dyn Books, decided: Decided, reason: &Text) -> Result<Decided, Refusal> {
    let mut events = match decided {
        Decided::Events(events) => events,
        Decided::Already(already) => return already_adjusted(books, already),
    };
    let mut is_adjusted = false;
    for event in &mut events {
        let Event::Grant(fact) = event else { continue };
        // What follows from the rules alone is no error of the office.
        if matches!(*fact.fact, Fact::RulesApplied { .. }) {
            continue;
        }
        if let Some(adjusted) = fact.adjusting(Belongs::BookedLater, reason)? {
            (*fact, is_adjusted) = (adjusted, true);
        }
    }
    match is_adjusted {
        true => Ok(Decided::Events(events)),
        false => Err(Rejection::NothingOfEarlierYears.into()),
    }
}

/// Refuses to take what is recorded otherwise for what is asked now.
fn already_adjusted(books: &dyn Books, already: Already) -> Result<Decided, Refusal> {
    let recorded = already.record.map(|record| books.record(record)).transpose()?.flatten();
    match recorded.map(|it| it.event) {
        Some(Event::Grant(GrantFact { prior_period: Some(_), .. })) => Ok(Decided::Already(already)),
        Some(_) | None => Err(Rejection::RecordedWithoutAdjustment { record: already.record }.into()),
    }
}

/// Returns the reversal of a record: what that posted to reserves, it takes back from there.
pub(super) fn reversing(
    event: GrantFact,
    reversed: &Recorded,
    reason: Option<&Text>,
) -> Result<GrantFact, EntryError> {
    let Some(of_reversed) = &reversed.prior_period else { return Ok(event) };
    let Some(year) = reversed.entries.last_year_adjusted() else { return Ok(event) };
    let adjusted = event.adjusting(Belongs::UpTo(year), reason.unwrap_or(of_reversed))?;
    Ok(adjusted.unwrap_or(event))
}
