//! The records that make up a figure, and those that changed figures between two times of knowledge.

use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::reports::themes::{Key, objective};
use almoner_ledger::reports::{By, FilterWords, Measure, Published, Query, diff, explain};
use almoner_ledger::totals::PurposeView;
use almoner_papers::reports::diff::sheet as changes_sheet;
use almoner_papers::reports::explain::sheet as parts_sheet;

use super::figure::{self, Figure};
use super::{Days, Made, Narrowing, PeriodChoice};
use crate::error::Error;

/// A figure to explain, by its name or by its line, column and period.
#[derive(Clone, Debug, Default)]
pub struct Explanation {
    pub figure: Option<Figure>,
    /// The column where no figure is named; expenditure if neither is given.
    pub column: Option<Measure>,
    /// A year, quarter, month or range, as in the names of figures.
    pub named_period: Option<String>,
    pub objective: Option<String>,
    pub period: PeriodChoice,
    pub narrowing: Narrowing,
}

/// The figure to explain, with ids found in the books.
struct Found {
    query: Query,
    line: Option<Key>,
    column: Measure,
}

impl Explanation {
    /// Returns the records that make up the figure.
    pub fn run(&self, books: &Published<'_>, days: Days) -> Result<Made, Error> {
        let found = self.found(books, days)?;
        let report = explain(books, &found.query, found.line.as_ref(), found.column)?;
        let name = found.name();
        Ok(Made::of(books, report, move |report| parts_sheet(report, name.clone())))
    }

    fn found(&self, books: &dyn Books, days: Days) -> Result<Found, Error> {
        let figure = self.figure.as_ref();
        let column = figure.map(|figure| figure.column).or(self.column).unwrap_or(Measure::Expenditure);
        let range = self.range(days.known)?;
        let mut query = self.narrowing.narrowed(self.period.query_of(range, days)?, books)?;
        let mut line = self.objective.as_deref().map(|given| objective(books, given)).transpose()?;
        if let Some((by, id)) = figure.and_then(|figure| figure.line.as_ref()) {
            let mut words = FilterWords::default();
            let place = match by {
                By::Theme => &mut words.theme,
                By::Fund => &mut words.fund,
                By::Recipient => &mut words.recipient,
                By::Power => &mut words.power,
                By::Objective => {
                    line = at_most_one("objective", line, Some(objective(books, id)?))?;
                    return Ok(Found { query, line, column });
                }
            };
            *place = Some(id);
            let meant = words.resolve(books)?;
            let filter = &mut query.filter;
            filter.theme = at_most_one("theme", filter.theme.take(), meant.theme)?;
            filter.fund = at_most_one("fund", filter.fund.take(), meant.fund)?;
            filter.recipient = at_most_one("recipient", filter.recipient.take(), meant.recipient)?;
            filter.power = at_most_one("power", filter.power.take(), meant.power)?;
        }
        Ok(Found { query, line, column })
    }

    /// Returns the period given by the figure's name or otherwise.
    fn range(&self, day: Date) -> Result<DateRange, Error> {
        let named = self.figure.as_ref().and_then(|figure| figure.range);
        let stated = match &self.named_period {
            Some(period) => Some(figure::period(period)?),
            None => self.period.stated()?,
        };
        Ok(match at_most_one("period", named, stated)? {
            Some(range) => range,
            None => self.period.range(day)?,
        })
    }
}

/// Returns the value given by the name or the options; refuses two different ones.
fn at_most_one<T: PartialEq>(what: &str, one: Option<T>, other: Option<T>) -> Result<Option<T>, Error> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => {
            let message = format!("the name of the figure and the options give different {what}s");
            Err(Error::refused("given-twice", message).advice("give only one of them"))
        }
        (one, other) => Ok(one.or(other)),
    }
}

impl Found {
    /// Returns the short name of the figure, where it has one.
    fn name(&self) -> Option<String> {
        let filter = &self.query.filter;
        let mut lines: Vec<(By, String)> = [
            filter.theme.as_ref().map(|it| (By::Theme, it.to_string())),
            filter.fund.as_ref().map(|it| (By::Fund, it.to_string())),
            filter.recipient.as_ref().map(|it| (By::Recipient, it.to_string())),
            filter.power.map(|it| (By::Power, it.to_string())),
            self.line.as_ref().map(|it| (it.by, it.id.clone())),
        ]
        .into_iter()
        .flatten()
        .collect();
        let is_named = lines.len() < 2 && self.query.purpose == PurposeView::Dated;
        let (line, range) = (lines.pop(), Some(self.query.range));
        is_named.then(|| Figure { line, column: self.column, range }.to_string())
    }
}

/// A comparison of a report as known at two times.
#[derive(Clone, Debug)]
pub struct Comparison {
    pub by: By,
    /// The columns to compare; all if empty.
    pub columns: Vec<Measure>,
    pub period: PeriodChoice,
    pub narrowing: Narrowing,
}

impl Comparison {
    /// Returns the changes between the books as known earlier and later.
    pub fn run(
        &self,
        earlier: &dyn Books,
        later: &dyn Books,
        days: Days,
        audience: Audience,
    ) -> Result<Made, Error> {
        let query = self.narrowing.narrowed(self.period.query(days)?, later)?;
        let columns = Measure::OF_LINES.into_iter().filter(|it| match self.columns.as_slice() {
            [] => it.is_of(query.is_of_whole_years()),
            columns => columns.contains(it),
        });
        let report = diff(earlier, later, &query, self.by, &columns.collect::<Vec<_>>())?;
        Ok(Made::for_audience(audience, report, changes_sheet))
    }
}
