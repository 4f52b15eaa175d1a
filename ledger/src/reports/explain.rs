//! The records that make up one figure of a report by theme or period.
//!
//! **Guarantee.** The parts add up to the figure, to the penny, or there is no report. Balances leave out
//! grants whose parts add up to zero.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::Books;
use crate::grants::GrantId;
use crate::money::Money;
use crate::reports::budgets::budgets;
use crate::reports::collect::{Cuts, Place, collect};
use crate::reports::measures::Measure;
use crate::reports::parts::{Part, budget_in_words, budget_parts, each_change, name_recipients};
use crate::reports::themes::{By, Key, budget_line, line_of};
use crate::reports::{Query, ReportError, Stamp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExplainReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The line of the figure; absent where it follows from the filter.
    #[serde(flatten)]
    pub line: Option<Key>,
    pub column: Measure,
    /// The parts by date, those without one first, and within a day in the order of recording.
    pub parts: Vec<Part>,
    /// The figure, which is the sum of the parts.
    pub total: Money,
}

/// Produces the report of a figure in one line, or in the total of the query where no line is given.
pub fn explain(
    books: &dyn Books,
    query: &Query,
    line: Option<&Key>,
    column: Measure,
) -> Result<ExplainReport, ReportError> {
    let whole_years = query.is_of_whole_years();
    if !column.is_of(whole_years) {
        return Err(ReportError::NotOfPeriod { column, whole_years });
    }
    let total = figure(books, query, line, column)?;
    let cuts = Cuts::of(query);
    let is_in_line =
        |place: &Place<'_>| line.is_none_or(|line| line_of(books, line.by, place) == line.id.as_str());
    let mut parts = Vec::new();
    for (key, _) in budgets(books, query)? {
        if line.is_some_and(|line| budget_line(books, line.by, key) != line.id.as_str()) {
            continue;
        }
        for (record, amount) in budget_parts(books, query, key)? {
            let amount = column.of_budget(amount);
            if !amount.is_zero() {
                parts.push(Part::of_record(books, record, Some(budget_in_words(books, key)), amount)?);
            }
        }
    }
    books.each_grant(&mut |grant| {
        each_change(grant, query, &cuts, 0, is_in_line, &mut |recorded, is_in_line, changes| {
            let amount = column.of(changes)?;
            if *is_in_line && !amount.is_zero() {
                parts.push(Part::of_grant(grant, recorded, amount, query.filter.recipient.as_ref()));
            }
            Ok(())
        })
    })?;
    if column.is_state() {
        leave_out_grants_at_zero(&mut parts)?;
    }
    name_recipients(books, parts.iter_mut().collect())?;
    parts.sort_by_key(|part| (part.date, part.record));
    let by = total.minus(Money::sum(parts.iter().map(|part| part.amount))?)?;
    if !by.is_zero() {
        return Err(ReportError::Unexplained { figure: column.word().to_owned(), by });
    }
    let stamp = Stamp::of_range(books, "almoner.explain/2", query);
    Ok(ExplainReport { stamp, line: line.cloned(), column, parts, total })
}

/// Returns the figure as reports show it.
fn figure(
    books: &dyn Books,
    query: &Query,
    line: Option<&Key>,
    column: Measure,
) -> Result<Money, ReportError> {
    let by_grants = line.is_some_and(|line| line.by == By::Recipient);
    let is_in_line =
        |place: &Place<'_>| line.is_none_or(|line| line_of(books, line.by, place) == line.id.as_str());
    let mut total = Money::ZERO;
    let mut collected = collect(books, query, &Cuts::of(query), by_grants, is_in_line)?;
    if let Some(changes) = collected.remove(&true) {
        total = column.of(&changes)?;
    }
    for (key, amount) in budgets(books, query)? {
        if line.is_none_or(|line| budget_line(books, line.by, key) == line.id.as_str()) {
            total = total.plus(column.of_budget(amount))?;
        }
    }
    Ok(total)
}

fn leave_out_grants_at_zero(parts: &mut Vec<Part>) -> Result<(), ReportError> {
    let mut sums: BTreeMap<Option<GrantId>, Money> = BTreeMap::new();
    for part in parts.iter() {
        sums.entry(part.grant.clone()).or_default().add(part.amount)?;
    }
    parts.retain(|part| sums.get(&part.grant).is_some_and(|sum| !sum.is_zero()));
    Ok(())
}
