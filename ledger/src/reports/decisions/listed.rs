//! A page of the register of decisions, from the books' own list.

use std::collections::BTreeSet;

use super::{DecisionsReport, based, missing, row};
use crate::book::{Books, ListLines};
use crate::decisions::DecisionId;
use crate::listing::{OUTSIDE, from_series};
use crate::reports::{Page, Paged, ReportError, Stamp};

/// Produces the lines of a page of [`decisions`](super::decisions), of all dates and with what is confidential, reading
/// only the decisions of the page and their grants.
///
/// # Errors
/// Unreadable books.
pub fn decisions_page(books: &dyn Books, page: Page) -> Result<Paged<DecisionsReport>, ReportError> {
    let numbers = books.decision_numbers()?;
    // The series in their order, each with what its keys begin with; what is in none comes last and is counted.
    let mut series: Vec<(String, usize)> =
        numbers.counts().map(|(year, letters, count)| (from_series(year, letters), count)).collect();
    let mut outside = 0;
    books.each_listed_decision(ListLines::from(OUTSIDE), &mut |_| {
        outside += 1;
        Ok(true)
    })?;
    series.push((OUTSIDE.to_owned(), outside));
    let lines = series.iter().map(|(_, count)| count).sum();
    let places = page.of(lines);
    let mut before = 0;
    let found = series.iter().find(|(_, count)| {
        let is_there = places.start < before + count;
        before += if is_there { 0 } else { *count };
        is_there
    });
    let mut ids: Vec<DecisionId> = Vec::new();
    if let Some((from, _)) = found {
        let mut at = before;
        books.each_listed_decision(ListLines::from(from), &mut |listed| {
            if at >= places.start && at < places.end {
                ids.extend(DecisionId::new(listed.decision()).ok());
            }
            at += 1;
            Ok(at < places.end)
        })?;
    }
    let registered = books.decisions(&ids.iter().cloned().collect())?;
    let based = based(books, registered.iter().flat_map(|it| &it.grants))?;
    let listed = ids.iter().filter_map(|id| registered.iter().find(|it| it.decision.id == *id));
    let rows = listed.map(|it| row(it, true, &BTreeSet::new(), &based)).collect();
    let gaps = numbers.gaps().into_iter().map(missing).collect();
    let stamp = Stamp::plain(books, "almoner.report.decisions/2");
    Ok(Paged { report: DecisionsReport { stamp, rows, gaps }, first: places.start, lines })
}
