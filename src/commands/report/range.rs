//! The arguments that reports share: period and filters.

use crate::commands::dates;
use almoner_app::figures::{Narrowing, PeriodChoice};
use almoner_ledger::calendar::{Date, FinancialYear, Month, Quarter};
use almoner_ledger::totals::PurposeView;
use clap::{Args, ValueEnum};

// The period of a report that has no reporting date.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Period [default: the current financial year]")]
pub struct DaysArgs {
    /// First day; without --to, the period runs to the end of that financial year
    #[arg(long, value_name = "DATE", value_parser = dates::date, conflicts_with_all = ["fy", "quarter", "month"])]
    from: Option<Date>,

    /// Last day; without --from, the period runs from the start of its financial year
    #[arg(long, value_name = "DATE", value_parser = dates::date, conflicts_with_all = ["fy", "quarter", "month"])]
    to: Option<Date>,

    /// Financial year: 2015-16
    #[arg(long, value_name = "YEAR", conflicts_with_all = ["quarter", "month"])]
    fy: Option<FinancialYear>,

    /// Quarter of a financial year: 2015-16Q3
    #[arg(long, value_name = "QUARTER", value_parser = Quarter::parse, conflicts_with = "month")]
    quarter: Option<Quarter>,

    /// Month: 2015-04
    #[arg(long, value_name = "MONTH")]
    month: Option<Month>,
}

// The period of a report, and its reporting date.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Period [default: the current financial year]")]
pub struct RangeArgs {
    #[command(flatten)]
    days: DaysArgs,

    /// Reporting date; later transactions are left out [default: the end of the period, or today if that is earlier]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    as_at: Option<Date>,
}

impl DaysArgs {
    /// Returns the period chosen.
    pub fn period(&self) -> PeriodChoice {
        let DaysArgs { from, to, fy: year, quarter, month } = *self;
        PeriodChoice { from, to, year, quarter, month, as_at: None }
    }
}

impl RangeArgs {
    /// Returns the period chosen.
    pub fn period(&self) -> PeriodChoice {
        PeriodChoice { as_at: self.as_at, ..self.days.period() }
    }
}

// The filters of a report, and the purpose under which it shows money.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Limit to one theme, by id or name
    #[arg(long, value_name = "THEME")]
    theme: Option<String>,

    /// Limit to one fund, by id or name
    #[arg(long, value_name = "FUND")]
    fund: Option<String>,

    /// Limit to one recipient, by id or name
    #[arg(long, value_name = "RECIPIENT")]
    recipient: Option<String>,

    /// Limit to one power: s9, s143, other or not-stated
    #[arg(long, value_name = "POWER")]
    power: Option<String>,

    /// Purpose under which amounts are shown
    #[arg(long, value_enum, default_value = "dated")]
    purpose: PurposeWord,
}

/// The purpose under which amounts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PurposeWord {
    /// The purpose in force on the posting date
    #[default]
    Dated,
    /// The original purpose of the grant
    Original,
    /// The current purpose of the grant
    Current,
}

impl FilterArgs {
    /// Returns the filters chosen.
    pub fn narrowing(&self) -> Narrowing {
        let FilterArgs { theme, fund, recipient, power, purpose } = self.clone();
        let purpose = match purpose {
            PurposeWord::Dated => PurposeView::Dated,
            PurposeWord::Original => PurposeView::Original,
            PurposeWord::Current => PurposeView::Current,
        };
        Narrowing { theme, fund, recipient, power, purpose }
    }
}

#[cfg(test)]
mod tests {
    use almoner_app::figures::Days;
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        range: RangeArgs,
    }

    #[test]
    fn the_reporting_date_is_stated_or_the_earlier_of_today_and_the_end() {
        let day = |text: &str| Date::parse(text).unwrap();
        let days = Days { today: day("2026-11-29"), known: day("2026-11-29") };
        for (words, expected) in [
            ("", "2026-11-29"),
            ("--fy 2015-16", "2016-03-31"),
            ("--month 2026-11", "2026-11-29"),
            ("--fy 2027-28", "2026-11-29"),
            ("--fy 2026-27 --as-at 2027-03-31", "2027-03-31"),
            ("--fy 2015-16 --as-at 2015-06-30", "2015-06-30"),
            ("--as-at 2015-06-30", "2015-06-30"),
            ("--fy 2015-16 --as-at 2016-04-01", "refused"),
        ] {
            let words: Vec<&str> = std::iter::once("report").chain(words.split_whitespace()).collect();
            let query = Cli::try_parse_from(&words).unwrap().range.period().query(days);
            let got = query.map_or("refused".to_owned(), |query| query.as_at().to_string());
            assert_eq!(got, expected, "{words:?}");
        }
        let query = Cli::parse_from(["report"]).range.period().query(days.of_whole_months()).unwrap();
        assert_eq!(query.as_at(), day("2026-10-31"));
        let then = Days { known: day("2026-06-30"), ..days };
        assert_eq!(
            Cli::parse_from(["report"]).range.period().query(then).unwrap().as_at(),
            day("2026-06-30")
        );
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
            ("--as-at 2015-01-05", "2014-04-01 2015-03-31"),
            ("--fy 2014-15 --as-at 2015-01-05", "2014-04-01 2015-03-31"),
            ("--from 2015-02-01 --to 2015-01-31", "end before start"),
            ("--fy 2014-15 --month 2015-01", "refused"),
            ("--fy 2014", "refused"),
        ] {
            let words: Vec<&str> = std::iter::once("report").chain(words.split_whitespace()).collect();
            let range = Cli::try_parse_from(&words).map(|cli| cli.range.period().range(today));
            let got = match range {
                Ok(Ok(range)) => format!("{} {}", range.from(), range.to()),
                Ok(Err(_)) => "end before start".to_owned(),
                Err(_) => "refused".to_owned(),
            };
            assert_eq!(got, expected, "{words:?}");
        }
    }
}
