//! The changes in a report's figures between two times of knowledge, record by record.
//!
//! **Guarantee.** In every line and column, the parts add up to the new figure less the old one, or there
//! is no report.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::events::BudgetKey;
use crate::money::{Money, Overflow};
use crate::reports::budgets::{BudgetPart, budgets};
use crate::reports::collect::Cuts;
use crate::reports::measures::Measure;
use crate::reports::parts::{Part, budget_in_words, budget_parts, each_change, name_recipients, sort};
use crate::reports::themes::{By, Key, ThemesReport, budget_line, line_of, themes};
use crate::reports::{KnownAtStamp, Measures, Query, ReportError, Stamp};
use crate::themes::ThemeId;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    #[serde(flatten)]
    pub key: Key,
    pub name: String,
    pub column: Measure,
    pub old: Money,
    pub new: Money,
    pub change: Money,
    /// The records responsible, with their parts of the change.
    pub parts: Vec<Part>,
}

/// A total of all lines, for a column in which a figure changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MovedTotal {
    pub column: Measure,
    pub old: Money,
    pub new: Money,
    pub change: Money,
}

/// The changed figures of a report. The heading is as known at the later time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DiffReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The last record taken into account at the earlier time.
    pub earlier: KnownAtStamp,
    /// The head at the earlier time.
    pub earlier_head: Option<String>,
    #[serde(skip)]
    pub by: By,
    /// The figures that changed, line by line.
    pub figures: Vec<Moved>,
    /// The totals of the columns in which a figure changed.
    pub total: Vec<MovedTotal>,
}

/// The parts of all figures, by line and column.
type Parts = BTreeMap<(String, Measure), Vec<Part>>;

/// Produces the report of `columns` from the books as known earlier and later.
pub fn diff(
    earlier: &dyn Books,
    later: &dyn Books,
    query: &Query,
    by: By,
    columns: &[Measure],
) -> Result<DiffReport, ReportError> {
    let whole_years = query.is_of_whole_years();
    if let Some(column) = columns.iter().copied().find(|column| !column.is_of(whole_years)) {
        return Err(ReportError::NotOfPeriod { column, whole_years });
    }
    let (old, new) = (themes(earlier, query, by)?, themes(later, query, by)?);
    let mut parts = parts_of_grants(earlier, later, query, by, columns)?;
    add_budgets(&mut parts, earlier, later, query, by, columns)?;
    if by == By::Objective {
        add_moved_themes(&mut parts, earlier, later, query, columns)?;
    }
    let mut figures = Vec::new();
    for line in lines(&old, &new) {
        for column in columns {
            let (old, new) = (line.old.get(*column), line.new.get(*column));
            let change = new.minus(old)?;
            let mut parts = parts.remove(&(line.key.id.clone(), *column)).unwrap_or_default();
            let unexplained = change.minus(Money::sum(parts.iter().map(|part| part.amount))?)?;
            if !unexplained.is_zero() {
                let figure = format!("{column} of {}", line.key.id);
                return Err(ReportError::Unexplained { figure, by: unexplained });
            }
            if change.is_zero() {
                continue;
            }
            sort(&mut parts);
            let (key, name, column) = (line.key.clone(), line.name.to_owned(), *column);
            figures.push(Moved { key, name, column, old, new, change, parts });
        }
    }
    let mut total = Vec::new();
    for column in Measure::ALL.into_iter().filter(|column| figures.iter().any(|it| it.column == *column)) {
        let (old, new) = (old.total.get(column), new.total.get(column));
        total.push(MovedTotal { column, old, new, change: new.minus(old)? });
    }
    Ok(DiffReport {
        stamp: Stamp::of_range(later, "almoner.diff/2", query),
        earlier: old.stamp.known_at,
        earlier_head: old.stamp.head,
        by,
        figures,
        total,
    })
}

/// A line of either report, with its figures in both.
pub(super) struct Line<'a> {
    pub(super) key: &'a Key,
    pub(super) name: &'a str,
    pub(super) old: Measures,
    pub(super) new: Measures,
}

/// Returns the lines of the new report in order, then those that only the old one has.
pub(super) fn lines<'a>(old: &'a ThemesReport, new: &'a ThemesReport) -> Vec<Line<'a>> {
    let was: BTreeMap<&str, Measures> =
        old.rows.iter().map(|row| (row.key.id.as_str(), row.measures)).collect();
    let is: BTreeSet<&str> = new.rows.iter().map(|row| row.key.id.as_str()).collect();
    let now = new.rows.iter().map(|row| Line {
        key: &row.key,
        name: &row.name,
        old: was.get(row.key.id.as_str()).copied().unwrap_or_default(),
        new: row.measures,
    });
    let gone = old.rows.iter().filter(|row| !is.contains(row.key.id.as_str())).map(|row| Line {
        key: &row.key,
        name: &row.name,
        old: row.measures,
        new: Measures::default(),
    });
    now.chain(gone).collect()
}

fn parts_of_grants(
    earlier: &dyn Books,
    later: &dyn Books,
    query: &Query,
    by: By,
    columns: &[Measure],
) -> Result<Parts, BooksError> {
    let cuts = Cuts::of(query);
    let since = earlier.head().record;
    let mut parts = Parts::new();
    later.each_grant(&mut |grant| {
        each_change(
            grant,
            query,
            &cuts,
            since,
            |place| line_of(later, by, place),
            &mut |recorded, line: &String, changes| {
                let of_line = if by == By::Recipient { line.parse().ok() } else { None };
                let of = of_line.as_ref().or(query.filter.recipient.as_ref());
                for column in columns {
                    let amount = column.of(changes)?;
                    if !amount.is_zero() {
                        let part = Part::of_grant(grant, recorded, amount, of);
                        parts.entry((line.clone(), *column)).or_default().push(part);
                    }
                }
                Ok(())
            },
        )
    })?;
    name_recipients(later, parts.values_mut().flatten().collect())?;
    Ok(parts)
}

/// Adds budgets that were set or reversed in between; a reversal takes the budget away.
fn add_budgets(
    parts: &mut Parts,
    earlier: &dyn Books,
    later: &dyn Books,
    query: &Query,
    by: By,
    columns: &[Measure],
) -> Result<(), ReportError> {
    let mut keys: BTreeSet<&BudgetKey> = budgets(earlier, query)?.into_iter().map(|(key, _)| key).collect();
    keys.extend(budgets(later, query)?.into_iter().map(|(key, _)| key));
    for key in keys {
        let was: BTreeMap<u64, BudgetPart> = budget_parts(earlier, query, key)?.into_iter().collect();
        let is: BTreeMap<u64, BudgetPart> = budget_parts(later, query, key)?.into_iter().collect();
        let mut moved: Vec<(u64, BudgetPart)> = Vec::new();
        let since = earlier.head().record;
        for record in was.keys().chain(is.keys()).copied().collect::<BTreeSet<u64>>() {
            let part_in = |parts: &BTreeMap<u64, BudgetPart>| parts.get(&record).copied().unwrap_or_default();
            let change = part_in(&is).less(part_in(&was))?;
            // What was recorded before has changed by its reversal.
            let reversed_by = later.reference().reversed.get(&record).copied();
            let by = reversed_by.filter(|_| record <= since).unwrap_or(record);
            if !change.is_zero() {
                moved.push((by, change));
            }
        }
        for (record, amount) in moved {
            let line = budget_line(later, by, key);
            let detail = Some(budget_in_words(later, key));
            add(parts, later, columns, &line, record, detail, |column| Ok(column.of_budget(amount)))?;
        }
    }
    Ok(())
}

/// Adds themes whose objective changed: all their earlier figures moved to the new objective.
fn add_moved_themes(
    parts: &mut Parts,
    earlier: &dyn Books,
    later: &dyn Books,
    query: &Query,
    columns: &[Measure],
) -> Result<(), ReportError> {
    for row in themes(earlier, query, By::Theme)?.rows {
        let Ok(id) = ThemeId::new(&row.key.id) else { continue };
        let line = |books| Key::objective_of(books, &id);
        let (from, to) = (line(earlier), line(later));
        if from == to {
            continue;
        }
        // The objective was either stated since, or its statement was reversed.
        let stated_in = |books: &dyn Books| {
            let theme = books.reference().themes.get(&id)?;
            theme.each().find(|(version, _)| version.objective == theme.objective).map(|(_, record)| record)
        };
        let (stated, was) = (stated_in(later), stated_in(earlier));
        let reversed = || was.and_then(|record| later.reference().reversed.get(&record).copied());
        let since = earlier.head().record;
        let Some(record) = stated.filter(|record| *record > since).or_else(reversed) else { continue };
        let detail = || Some(row.name.clone());
        add(parts, later, columns, &from, record, detail(), |column| Ok(row.measures.get(column).negated()))?;
        add(parts, later, columns, &to, record, detail(), |column| Ok(row.measures.get(column)))?;
    }
    Ok(())
}

/// Adds a record's part to a line, in every column in which it has one.
fn add(
    parts: &mut Parts,
    books: &dyn Books,
    columns: &[Measure],
    line: &str,
    record: u64,
    detail: Option<String>,
    amount: impl Fn(Measure) -> Result<Money, Overflow>,
) -> Result<(), ReportError> {
    for column in columns {
        let amount = amount(*column)?;
        if !amount.is_zero() {
            let part = Part::of_record(books, record, detail.clone(), amount)?;
            parts.entry((line.to_owned(), *column)).or_default().push(part);
        }
    }
    Ok(())
}
