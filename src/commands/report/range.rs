//! The arguments that reports share: which days, and what they are narrowed to.

use almoner_ledger::calendar::{CalendarError, Date, DateRange, FinancialYear, Month, Quarter};
use almoner_ledger::reports::{FilterWords, Query};
use almoner_ledger::totals::PurposeView;
use clap::{Args, ValueEnum};

// Which days.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Period [default: the current financial year]")]
pub struct RangeArgs {
    /// The first day; without --to, up to the end of its financial year
    #[arg(long, value_name = "DATE", conflicts_with_all = ["fy", "quarter", "month"])]
    from: Option<Date>,

    /// The last day; without --from, from the beginning of its financial year
    #[arg(long, value_name = "DATE", visible_alias = "as-at", conflicts_with_all = ["fy", "quarter", "month"])]
    to: Option<Date>,

    /// A financial year: 2015-16
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["quarter", "month"])]
    fy: Option<FinancialYear>,

    /// A quarter of a financial year: 2015-16Q3
    #[arg(long, value_name = "QUARTER", value_parser = Quarter::parse, conflicts_with = "month")]
    quarter: Option<Quarter>,

    /// A month: 2015-04
    #[arg(long, value_name = "MONTH")]
    month: Option<Month>,
}

impl RangeArgs {
    /// The days stated; `None` when none are.
    pub fn stated(&self) -> Result<Option<DateRange>, CalendarError> {
        let whole = self.fy.map(FinancialYear::range).or(self.quarter.map(Quarter::range));
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

    /// The days meant: those stated, or the financial year of today.
    pub fn range(&self, today: Date) -> Result<DateRange, CalendarError> {
        Ok(self.stated()?.unwrap_or(today.financial_year().range()))
    }
}

// What a report is narrowed to, and under which purpose it shows the pounds.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "What to show")]
pub struct FilterArgs {
    /// Only one theme, by id or name
    #[arg(long, value_name = "THEME")]
    theme: Option<String>,

    /// Only one fund, by id or name
    #[arg(long, value_name = "FUND")]
    fund: Option<String>,

    /// Only one recipient, by id or name
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Option<String>,

    /// Only one power: s9, s143, other or not-stated
    #[arg(long, value_name = "POWER")]
    power: Option<String>,

    /// Which purpose each pound stands under: that of its day, the first, or the present one
    #[arg(long, value_enum, default_value = "dated")]
    purpose: PurposeWord,
}

/// Under which purpose pounds are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PurposeWord {
    /// Each pound under the theme it had when it was posted
    #[default]
    Dated,
    /// All of a grant under the purpose first awarded
    Original,
    /// All of a grant under the purpose as it is now
    Current,
}

impl FilterArgs {
    /// The filter as given.
    pub fn words(&self) -> FilterWords<'_> {
        FilterWords {
            theme: self.theme.as_deref(),
            fund: self.fund.as_deref(),
            recipient: self.recipient.as_deref(),
            power: self.power.as_deref(),
        }
    }

    /// The view of purposes.
    pub fn view(&self) -> PurposeView {
        match self.purpose {
            PurposeWord::Dated => PurposeView::Dated,
            PurposeWord::Original => PurposeView::Original,
            PurposeWord::Current => PurposeView::Current,
        }
    }

    /// The query of these days as far as it is known without books, if the totals may do for it.
    pub fn query_of_totals(&self, range: &RangeArgs, today: Date) -> Option<Query> {
        if self.recipient.is_some() {
            return None;
        }
        let range = range.range(today).ok()?;
        Some(Query { purpose: self.view(), ..Query::of(range) })
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        range: RangeArgs,
    }

    #[test]
    fn ranges_are_read_or_refused() {
        let today = Date::parse("2016-02-10").unwrap();
        for (words, expected) in [
            ("", "2015-04-01 2016-03-31"),
            ("--fy 2014/15", "2014-04-01 2015-03-31"),
            ("--quarter 2015-16Q1", "2015-04-01 2015-06-30"),
            ("--month 2015-02", "2015-02-01 2015-02-28"),
            ("--from 2015-01-05 --to 20/02/2015", "2015-01-05 2015-02-20"),
            ("--from 2015-01-05", "2015-01-05 2015-03-31"),
            ("--as-at 2015-01-05", "2014-04-01 2015-01-05"),
            ("--from 2015-02-01 --to 2015-01-31", "end before start"),
            ("--fy 2014-15 --month 2015-01", "refused"),
            ("--fy 2014", "refused"),
        ] {
            let words: Vec<&str> = std::iter::once("report").chain(words.split_whitespace()).collect();
            let range = Cli::try_parse_from(&words).map(|cli| cli.range.range(today));
            let got = match range {
                Ok(Ok(range)) => format!("{} {}", range.from(), range.to()),
                Ok(Err(_)) => "end before start".to_owned(),
                Err(_) => "refused".to_owned(),
            };
            assert_eq!(got, expected, "{words:?}");
        }
    }
}
