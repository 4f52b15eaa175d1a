//! A page of the list of recipients: the order from the books' own list, the total from their totals.

use std::collections::{BTreeMap, BTreeSet};

use super::{Given, RecipientsReport, add, row};
use crate::book::{Books, BooksError};
use crate::grants::GrantId;
use crate::recipients::{Recipient, RecipientId};
use crate::reports::measures::Standing;
use crate::reports::{Page, Paged, Query, ReportError, Stamp};

/// Produces the lines of a page of [`recipients`](super::recipients), with the total of all lines, reading only the
/// recipients of the page and their grants; `None` if only all grants tell: where there is a filter, or balances of a
/// day that totals do not have.
///
/// # Errors
/// Unreadable books, or a sum that is too large.
pub fn recipients_page(
    books: &dyn Books,
    query: &Query,
    page: Page,
) -> Result<Option<Paged<RecipientsReport>>, ReportError> {
    if !query.filter.is_empty() {
        return Ok(None);
    }
    let Some(mut total) = Standing::of_all(books, query)? else { return Ok(None) };
    let as_at = query.as_at();
    let (mut names, mut unknown) = (BTreeMap::new(), BTreeSet::new());
    books.each_listed_recipient(&mut |listed| {
        let Ok(id) = RecipientId::new(listed.recipient()) else { return Ok(()) };
        // Those whose addition was reversed are listed if they have figures.
        if !listed.is_known && listed.has_grants {
            unknown.insert(id.clone());
        }
        if listed.is_known || listed.has_grants {
            names.insert((listed.name_on(as_at).to_owned(), id), ());
        }
        Ok(())
    })?;
    let given_to = given(books, query, &books.recipients(&unknown)?)?;
    names.retain(|(_, id), ()| !unknown.contains(id) || given_to.contains_key(id));
    let places = page.of(names.len());
    let shown: Vec<&RecipientId> =
        names.keys().map(|(_, id)| id).skip(places.start).take(places.len()).collect();
    let recipients = books.recipients(&shown.iter().map(|id| (*id).clone()).collect())?;
    let given = given(books, query, &recipients)?;
    let mut rows = Vec::new();
    for id in shown {
        let Some(recipient) = recipients.iter().find(|it| it.id == *id) else { continue };
        let (grants, standing) = given.get(id).copied().unwrap_or_default();
        rows.push(row(recipient, query, grants, standing));
    }
    // What is nothing in total is shown where a line has it.
    if rows.iter().any(|row| row.standing.prior_period_in_period.is_some()) {
        total.prior_period_in_period.get_or_insert_default();
    }
    let stamp = Stamp::of_range(books, "almoner.report.recipients/2", query);
    let report = RecipientsReport { stamp, rows, total };
    Ok(Some(Paged { report, first: places.start, lines: names.len() }))
}

/// The number of grants read at once.
const AT_ONCE: usize = 256;

/// Returns what these recipients were given.
fn given(books: &dyn Books, query: &Query, recipients: &[Recipient]) -> Result<Given, BooksError> {
    let ids: BTreeSet<&GrantId> = recipients.iter().flat_map(|it| &it.grants).collect();
    let ids: Vec<GrantId> = ids.into_iter().cloned().collect();
    let mut given = Given::new();
    for ids in ids.chunks(AT_ONCE) {
        books.grants(ids)?.iter().try_for_each(|grant| add(&mut given, query, grant))?;
    }
    Ok(given)
}
