//! A page of the list of grants with a filter or a name: the list says which grants may have a line.

use std::collections::{BTreeSet, HashSet};

use super::show_adjustments;
use crate::book::{Books, BooksError, ListLines};
use crate::grants::GrantId;
use crate::listing::{PlaceSought, grant_key, sought};
use crate::reports::grants::{GrantsReport, GrantsRow, name_recipients, row, sort, total};
use crate::reports::measures::Standing;
use crate::reports::{Page, Paged, Query, ReportError, Stamp};
use crate::text::folded;

/// The grants that may have a line.
#[derive(Default)]
struct Candidates {
    /// Those that surely have one, as far as the filter decides it, with their keys in the list.
    sure: Vec<(String, GrantId)>,
    /// Those of which only their figures tell.
    others: BTreeSet<GrantId>,
}

pub(super) fn page(
    books: &dyn Books,
    query: &Query,
    named: Option<&str>,
    page: Page,
) -> Result<Paged<GrantsReport>, ReportError> {
    let candidates = candidates(books, query, named)?;
    let others: Vec<GrantId> = candidates.others.into_iter().collect();
    let mut rows = rows_of(books, query, &others)?;
    let stamp = Stamp::of_range(books, "almoner.report.grants/2", query);
    let of_all = if named.is_some() { None } else { Standing::of_all(books, query)? };
    let Some(mut total) = of_all else {
        // The total is that of the lines.
        let mut ids: Vec<GrantId> = candidates.sure.into_iter().map(|(_, id)| id).collect();
        ids.sort_unstable();
        rows.extend(rows_of(books, query, &ids)?);
        name_recipients(books, &mut rows, query.as_at())?;
        sort(&mut rows);
        let total = total(&rows)?;
        let mut report = GrantsReport { stamp, rows, total };
        if let Some(named) = named {
            report = report.named(named)?;
        }
        let (lines, places) = (report.rows.len(), page.of(report.rows.len()));
        report.rows = report.rows.drain(places.clone()).collect();
        return Ok(Paged { report, first: places.start, lines });
    };
    let of_others = rows.iter().map(|row| (grant_key(row.decided, &row.grant), row.grant.clone()));
    let mut keys: Vec<(String, GrantId)> = candidates.sure.into_iter().chain(of_others).collect();
    keys.sort_unstable();
    let (lines, places) = (keys.len(), page.of(keys.len()));
    let shown: BTreeSet<GrantId> = keys.drain(places.clone()).map(|(_, id)| id).collect();
    rows.retain(|row| shown.contains(&row.grant));
    let unread: Vec<GrantId> = shown.into_iter().filter(|id| others.binary_search(id).is_err()).collect();
    rows.extend(rows_of(books, query, &unread)?);
    name_recipients(books, &mut rows, query.as_at())?;
    sort(&mut rows);
    show_adjustments(&mut total, &rows);
    Ok(Paged { report: GrantsReport { stamp, rows, total }, first: places.start, lines })
}

/// Returns the lines of some grants in the order of their ids, without the recipients' names.
fn rows_of(books: &dyn Books, query: &Query, ids: &[GrantId]) -> Result<Vec<GrantsRow>, BooksError> {
    let mut rows = Vec::new();
    for ids in ids.chunks(AT_ONCE) {
        for grant in books.grants(ids)? {
            rows.extend(row(query, &grant)?);
        }
    }
    Ok(rows)
}

/// The number of grants that are in memory at once.
const AT_ONCE: usize = 256;

fn candidates(books: &dyn Books, query: &Query, named: Option<&str>) -> Result<Candidates, BooksError> {
    let (filter, mut found) = (&query.filter, Candidates::default());
    if let Some(recipient) = &filter.recipient {
        // A grant stays with every recipient that it ever had.
        let recipient = books.recipient(recipient)?;
        found.others.extend(recipient.into_iter().flat_map(|it| it.grants.clone()));
        return Ok(found);
    }
    let text = named.map(sought);
    let mut recipients: HashSet<String> = HashSet::new();
    if let Some(text) = &text {
        books.each_listed_recipient(&mut |listed| {
            recipients.extend(listed.has(text).then(|| listed.recipient().to_owned()));
            Ok(())
        })?;
    }
    let place = PlaceSought::of(filter.fund.as_ref(), filter.theme.as_ref());
    found.others.extend(books.totals().irregular().cloned());
    books.each_listed_grant(ListLines::default(), &mut |listed| {
        let may_be_named = |text: &String| {
            listed.has(text)
                || recipients.contains(listed.recipient())
                || folded(listed.recipient()).contains(text)
        };
        let is_sure = listed.decided <= query.as_at()
            && filter.takes_power(listed.power)
            && place.as_ref().is_none_or(|place| listed.had(place))
            && text.as_ref().is_none_or(may_be_named);
        if listed.is_plain && !is_sure {
            return Ok(true);
        }
        let Ok(id) = GrantId::new(listed.grant()) else { return Ok(true) };
        if listed.is_plain {
            found.sure.push((grant_key(listed.decided, &id), id));
        } else {
            found.others.insert(id);
        }
        Ok(true)
    })?;
    Ok(found)
}
