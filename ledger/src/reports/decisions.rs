//! The register of decisions, as the body publishes it.

mod listed;

use std::collections::BTreeSet;

use serde::Serialize;

pub use self::listed::decisions_page;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange};
use crate::decisions::{Decision, DecisionId, DecisionKind, Gap, RegisteredDecision, Series};
use crate::grants::GrantId;
pub use crate::listing::order;
use crate::reports::{ReportError, Stamp};
use crate::text::Text;

/// A decision. For a confidential one, only number and title are given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionsRow {
    pub decision: DecisionId,
    /// The date; `None` is *not stated*, or confidential.
    pub date: Option<Date>,
    pub title: Option<Text>,
    pub summary: Option<Text>,
    pub kind: Option<DecisionKind>,
    /// True when only number and title are published.
    pub confidential: bool,
    pub grants: Vec<GrantId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MissingNumbers {
    pub first: String,
    pub last: String,
    pub count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The decisions by year, series and number; ids outside any series last.
    pub rows: Vec<DecisionsRow>,
    /// The numbers missing up to the highest number of each series.
    pub gaps: Vec<MissingNumbers>,
}

/// Produces the report of all decisions, or of those dated in a range. A decision without a date, or a
/// confidential one, whose date is not shown, is in the range when the year of its number is; the same
/// applies to gaps. `internal` shows what is confidential.
pub fn decisions(
    books: &dyn Books,
    range: Option<DateRange>,
    internal: bool,
) -> Result<DecisionsReport, ReportError> {
    let in_year = |series: &Series| {
        // A series without years is of every year.
        series.year == 0
            || range
                .is_none_or(|range| (year(range.from())..=year(range.to())).contains(&i32::from(series.year)))
    };
    let gaps = books.decision_numbers()?.gaps().into_iter().filter(|gap| in_year(&gap.series)).map(missing);
    let in_range = |decision: &Decision| match (range, decision.date) {
        (None, _) => true,
        (Some(range), Some(date)) if internal || !decision.confidential => range.contains(date),
        (Some(_), _) => decision.id.in_series().is_none_or(|(series, _)| in_year(&series)),
    };
    let (mut listed, mut hidden) = (Vec::new(), BTreeSet::new());
    books.each_decision(&mut |registered| {
        if registered.reversed {
            return Ok(());
        }
        // A grant based on a confidential decision is not named by any other decision either.
        if !internal && registered.decision.confidential {
            hidden.extend(registered.grants.iter().cloned());
        }
        if in_range(&registered.decision) {
            listed.push(registered.clone());
        }
        Ok(())
    })?;
    listed.sort_by_cached_key(|it| order(&it.decision.id));
    let based = based(books, listed.iter().flat_map(|it| &it.grants))?;
    let rows = listed.iter().map(|it| row(it, internal, &hidden, &based)).collect();
    let stamp = Stamp { range, ..Stamp::plain(books, "almoner.report.decisions/2") };
    Ok(DecisionsReport { stamp, rows, gaps: gaps.collect() })
}

fn missing(gap: Gap) -> MissingNumbers {
    MissingNumbers {
        first: gap.series.write(gap.first),
        last: gap.series.write(gap.last),
        count: gap.last - gap.first + 1,
    }
}

fn year(day: Date) -> i32 {
    chrono::Datelike::year(&day.naive())
}

/// The number of grants read at once.
const AT_ONCE: usize = 1_024;

/// Returns the decisions on which facts of these grants are based. Facts may have been reversed since a decision named
/// their grant.
fn based<'a>(
    books: &dyn Books,
    grants: impl Iterator<Item = &'a GrantId>,
) -> Result<BTreeSet<(GrantId, DecisionId)>, BooksError> {
    let ids: BTreeSet<&GrantId> = grants.collect();
    let ids: Vec<GrantId> = ids.into_iter().cloned().collect();
    let mut based = BTreeSet::new();
    for ids in ids.chunks(AT_ONCE) {
        for grant in books.grants(ids)? {
            let decisions = grant.facts().filter_map(|fact| fact.decision().cloned());
            based.extend(decisions.map(|decision| (grant.id.clone(), decision)));
        }
    }
    Ok(based)
}

fn row(
    registered: &RegisteredDecision,
    internal: bool,
    hidden: &BTreeSet<GrantId>,
    based: &BTreeSet<(GrantId, DecisionId)>,
) -> DecisionsRow {
    let decision = &registered.decision;
    let is_shown = internal || !decision.confidential;
    let is_based = |id: &GrantId| based.contains(&(id.clone(), decision.id.clone()));
    let grants = registered.grants.iter().filter(|id| is_shown && !hidden.contains(id) && is_based(id));
    DecisionsRow {
        decision: decision.id.clone(),
        date: decision.date.filter(|_| is_shown),
        title: decision.title.clone(),
        summary: decision.summary.clone().filter(|_| is_shown),
        kind: decision.kind.filter(|_| is_shown),
        confidential: decision.confidential,
        grants: grants.cloned().collect(),
    }
}
