//! The period and the filters of a report, as chosen.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{CalendarError, Date, DateRange, FinancialYear, Month, Quarter};
use almoner_ledger::reports::{FilterWords, Query, ReportError};
use almoner_ledger::totals::PurposeView;

use crate::error::Error;

/// The days by which a query is completed.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    pub today: Date,
    /// The reporting date where none is stated: today, or the day as at which the books are known.
    pub known: Date,
}

impl Days {
    /// Returns the same days, reporting as at the last month end.
    pub fn of_whole_months(self) -> Days {
        let month = self.known.month();
        let known = if self.known == month.last_day() { self.known } else { month.plus(-1).last_day() };
        Days { known, ..self }
    }
}

/// The period of a report and its reporting date: at most one of the ways to state a period is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeriodChoice {
    /// First day; without a last day, the period runs to the end of that financial year.
    pub from: Option<Date>,
    /// Last day; without a first day, the period runs from the start of its financial year.
    pub to: Option<Date>,
    pub year: Option<FinancialYear>,
    pub quarter: Option<Quarter>,
    pub month: Option<Month>,
    /// Reporting date; nothing after it is counted. Today, or the period's end if earlier, if not given.
    pub as_at: Option<Date>,
}

impl PeriodChoice {
    /// Returns the period stated, if any.
    pub fn stated(&self) -> Result<Option<DateRange>, CalendarError> {
        let whole = self.year.map(FinancialYear::range).or(self.quarter.map(Quarter::range));
        if let Some(month) = self.month {
            return DateRange::new(month.first_day(), month.last_day()).map(Some);
        }
        match (self.from, self.to) {
            (None, None) => Ok(whole),
            (Some(from), to) => {
                DateRange::new(from, to.unwrap_or(from.financial_year().range().to())).map(Some)
            }
            (None, Some(to)) => DateRange::new(to.financial_year().range().from(), to).map(Some),
        }
    }

    /// Returns the period stated, or else the financial year of the reporting date, which is `day` if none is stated.
    pub fn range(&self, day: Date) -> Result<DateRange, CalendarError> {
        let day = self.as_at.unwrap_or(day);
        Ok(self.stated()?.unwrap_or(day.financial_year().range()))
    }

    /// Returns the financial year stated, or else that of the reporting date, if one is stated.
    pub fn year(&self) -> Option<FinancialYear> {
        self.year.or(self.as_at.map(Date::financial_year))
    }

    /// Returns the query of the period and the reporting date.
    pub fn query(&self, days: Days) -> Result<Query, Error> {
        self.query_of(self.range(days.known)?, days)
    }

    /// Returns the query of a period found otherwise.
    pub(crate) fn query_of(&self, range: DateRange, days: Days) -> Result<Query, Error> {
        let Some(as_at) = self.as_at else { return Ok(Query::of(range).on(days.known)) };
        if as_at > range.to() {
            let (as_at, end) = (as_at.in_words(), range.to().in_words());
            let message = format!("the reporting date, {as_at}, is after the end of the period, {end}");
            return Err(Error::refused("not-in-order", message)
                .advice(format!("give a date no later than {end}, or a period that ends later")));
        }
        Ok(Query::of(range).on(as_at))
    }
}

/// The filters of a report, by ids or names, and the purpose under which it shows money.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowing {
    pub theme: Option<String>,
    pub fund: Option<String>,
    pub recipient: Option<String>,
    pub power: Option<String>,
    pub purpose: PurposeView,
}

impl Narrowing {
    /// Returns the query with these filters.
    pub fn narrowed(&self, query: Query, books: &dyn Books) -> Result<Query, ReportError> {
        let words = FilterWords {
            theme: self.theme.as_deref(),
            fund: self.fund.as_deref(),
            recipient: self.recipient.as_deref(),
            power: self.power.as_deref(),
        };
        Ok(Query { filter: words.resolve(books)?, purpose: self.purpose, ..query })
    }
}

/// The period and the filters of most reports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    pub period: PeriodChoice,
    pub narrowing: Narrowing,
}

impl Scope {
    pub fn query(&self, books: &dyn Books, days: Days) -> Result<Query, Error> {
        Ok(self.narrowing.narrowed(self.period.query(days)?, books)?)
    }

    /// Returns true when totals may be sufficient, as far as the query is known without books.
    pub(super) fn is_of_totals(&self, days: Days, may_be_of_totals: impl FnOnce(&Query) -> bool) -> bool {
        if self.narrowing.recipient.is_some() {
            return false;
        }
        let query = self.period.query(days).ok();
        query.is_some_and(|query| may_be_of_totals(&Query { purpose: self.narrowing.purpose, ..query }))
    }
}
