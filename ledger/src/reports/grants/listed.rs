//! A page of the list of grants: the lines from the books' own list, the total from their totals.

mod filtered;

use crate::book::{Books, ListLines};
use crate::calendar::{Date, Month};
use crate::grants::GrantId;
use crate::listing::{from_month, grant_key};
use crate::reports::grants::{GrantsReport, GrantsRow, name_recipients, row};
use crate::reports::measures::Standing;
use crate::reports::{Page, Paged, Query, ReportError, Stamp};

/// Produces the lines of a page of [`grants`](super::grants), of those [named](GrantsReport::named) so if a name is given,
/// with the total of all lines. Visits no other grants where there is neither a filter nor a name, and as few as can be
/// where there is; `None` if only all grants tell: where there is none, and totals do not have the balances of the day.
///
/// # Errors
/// Unreadable books, or a sum that is too large.
pub fn grants_page(
    books: &dyn Books,
    query: &Query,
    named: Option<&str>,
    page: Page,
) -> Result<Option<Paged<GrantsReport>>, ReportError> {
    if !query.filter.is_empty() || named.is_some() {
        return filtered::page(books, query, named, page).map(Some);
    }
    let Some(mut total) = Standing::of_all(books, query)? else { return Ok(None) };
    let as_at = query.as_at();
    let irregular: Vec<GrantId> = books.totals().irregular().cloned().collect();
    let mut others = Vec::new();
    for grant in books.grants(&irregular)? {
        others.extend(row(query, &grant)?);
    }
    // The number of lines of each month. In the month of the reporting date, some may be decided later.
    let mut months: Vec<(Month, usize)> = Vec::new();
    let decided = books.totals().decided().filter(|(month, _)| *month < as_at.month());
    for (month, count) in decided {
        months.push((month, usize::try_from(count).unwrap_or(usize::MAX)));
    }
    let last = count_to(books, as_at)?;
    months.push((as_at.month(), last));
    for other in &others {
        let month = other.decided.month();
        match months.binary_search_by_key(&month, |(month, _)| *month) {
            Ok(at) => months.get_mut(at).into_iter().for_each(|(_, count)| *count += 1),
            Err(at) => months.insert(at, (month, 1)),
        }
    }
    let lines = months.iter().map(|(_, count)| count).sum();
    let places = page.of(lines);
    // Of months before the page, only the number of lines is needed.
    let (mut begins, mut before, mut wanted) = (0, 0, Vec::new());
    for (month, count) in &months {
        let ends = begins + count;
        if begins < places.end && places.start < ends {
            before = if wanted.is_empty() { begins } else { before };
            wanted.push(*month);
        }
        begins = ends;
    }
    let mut keys: Vec<(String, Option<GrantId>)> = others
        .iter()
        .filter(|row| wanted.contains(&row.decided.month()))
        .map(|row| (grant_key(row.decided, &row.grant), None))
        .collect();
    if let (Some(first), Some(last)) = (wanted.first(), wanted.last()) {
        let enough = places.end - before;
        let mut found = 0;
        books.each_listed_grant(ListLines::from(&from_month(*first)), &mut |listed| {
            if listed.decided > as_at || listed.decided.month() > *last || found >= enough {
                return Ok(false);
            }
            if listed.is_regular
                && let Ok(id) = GrantId::new(listed.grant())
            {
                keys.push((grant_key(listed.decided, &id), Some(id)));
                found += 1;
            }
            Ok(true)
        })?;
    }
    keys.sort_unstable();
    let shown: Vec<(String, Option<GrantId>)> =
        keys.into_iter().skip(places.start - before).take(places.len()).collect();
    let mut ids: Vec<GrantId> = shown.iter().filter_map(|(_, id)| id.clone()).collect();
    ids.sort_unstable();
    let mut rows: Vec<GrantsRow> = Vec::new();
    for grant in books.grants(&ids)? {
        rows.extend(row(query, &grant)?);
    }
    let is_shown = |row: &GrantsRow| {
        let key = grant_key(row.decided, &row.grant);
        shown.iter().any(|(it, id)| id.is_none() && *it == key)
    };
    rows.extend(others.into_iter().filter(is_shown));
    name_recipients(books, &mut rows, as_at)?;
    super::sort(&mut rows);
    show_adjustments(&mut total, &rows);
    let stamp = Stamp::of_range(books, "almoner.report.grants/2", query);
    Ok(Some(Paged { report: GrantsReport { stamp, rows, total }, first: places.start, lines }))
}

/// Shows in the total what a line shows, though it is nothing in total.
fn show_adjustments(total: &mut Standing, rows: &[GrantsRow]) {
    if rows.iter().any(|row| row.standing.prior_period_in_period.is_some()) {
        total.prior_period_in_period.get_or_insert_default();
    }
}

/// Returns the number of regular grants decided in the month of a day, up to the day.
fn count_to(books: &dyn Books, day: Date) -> Result<usize, ReportError> {
    let month = day.month();
    if day == month.last_day() {
        let of_month = books.totals().decided().find(|(it, _)| *it == month);
        return Ok(of_month.map_or(0, |(_, count)| usize::try_from(count).unwrap_or(usize::MAX)));
    }
    let mut count = 0;
    books.each_listed_grant(ListLines::from(&from_month(month)), &mut |listed| {
        let is_in = listed.decided <= day;
        count += usize::from(is_in && listed.is_regular);
        Ok(is_in)
    })?;
    Ok(count)
}
