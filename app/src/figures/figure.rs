//! The short name of a figure: `themes/domestic-abuse/expenditure@2015-16`.
//!
//! A name consists of line, column and period. Lines are `themes/…`, `funds/…`, `objectives/…`,
//! `recipients/…` or `powers/…` with the id as in reports; `all`, or no line, is the total. A period is a
//! financial year, a quarter, a month or `FROM..TO`; `periods/2015-04/expenditure` means
//! `all/expenditure@2015-04`.

use std::fmt;

use almoner_ledger::calendar::{Date, DateRange, FinancialYear, Month, Quarter};
use almoner_ledger::reports::{By, Measure};

use crate::error::Error;

/// The parsed name of a figure, not yet checked against the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The grouping and id of the line; `None` is the total.
    pub line: Option<(By, String)>,
    /// The column of the figure.
    pub column: Measure,
    /// The period; `None` where the name has none.
    pub range: Option<DateRange>,
}

impl Figure {
    /// Parses a name.
    pub fn parse(text: &str) -> Result<Figure, Error> {
        let (path, mut range) = match text.trim().rsplit_once('@') {
            Some((path, when)) => (path, Some(period(when)?)),
            None => (text.trim(), None),
        };
        let (line, word) = path.rsplit_once('/').unwrap_or(("all", path));
        let column = Measure::parse(word).ok_or_else(|| {
            let columns = Measure::ALL.map(Measure::word).join(", ");
            refused(text, &format!("there is no column `{word}`"))
                .advice(format!("choose one of the columns: {columns}"))
        })?;
        let line = match line.split_once('/') {
            None if line == "all" => None,
            Some(("periods", when)) if range.is_none() => {
                range = Some(period(when)?);
                None
            }
            Some((words, id)) if !id.is_empty() => {
                let by = By::ALL.into_iter().find(|by| plural(*by) == words || by.word() == words);
                Some((by.ok_or_else(|| no_line(text))?, id.to_owned()))
            }
            _ => return Err(no_line(text)),
        };
        Ok(Figure { line, column, range })
    }
}

fn plural(by: By) -> String {
    format!("{}s", by.word())
}

fn no_line(text: &str) -> Error {
    refused(text, "the line is missing or unknown").advice(
        "write the figure's name in the form themes/domestic-abuse/expenditure@2015-16; instead of themes, use funds, \
         objectives, recipients, powers or periods; for the total, use all/expenditure@2015-16",
    )
}

fn refused(text: &str, why: &str) -> Error {
    Error::refused("not-a-figure", format!("`{text}` does not identify a figure in a report: {why}"))
}

/// Parses a financial year, a quarter, a month or `FROM..TO`.
pub fn period(text: &str) -> Result<DateRange, Error> {
    if let Some((from, to)) = text.split_once("..") {
        return Ok(DateRange::new(Date::parse(from)?, Date::parse(to)?)?);
    }
    if let Ok(quarter) = Quarter::parse(text) {
        return Ok(quarter.range());
    }
    match (FinancialYear::parse(text), Month::parse(text)) {
        (Ok(year), Ok(month)) => {
            let message = format!("`{text}` can be a month or a financial year");
            let (from, to) = (year.range().from(), month.last_day());
            Err(Error::refused("not-a-date", message).advice(format!(
                "write the period as dates: {from}..{}, or {}..{to}",
                year.range().to(),
                month.first_day()
            )))
        }
        (Ok(year), Err(_)) => Ok(year.range()),
        (Err(_), Ok(month)) => Ok(DateRange::new(month.first_day(), month.last_day())?),
        (Err(_), Err(error)) => Err(error.into()),
    }
}

/// Returns the shortest name of a period.
pub fn period_in_words(range: DateRange) -> String {
    let (from, to) = (range.from(), range.to());
    let (year, quarter) = (from.financial_year(), Quarter::of(from.month()));
    let name = if range == year.range() {
        year.to_string()
    } else if range == quarter.range() {
        quarter.to_string()
    } else if from == from.month().first_day() && to == from.month().last_day() {
        from.month().to_string()
    } else {
        String::new()
    };
    match period(&name) {
        Ok(same) if same == range => name,
        _ => format!("{from}..{to}"),
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.line {
            Some((by, id)) => write!(f, "{}/{id}/{}", plural(*by), self.column)?,
            None => write!(f, "all/{}", self.column)?,
        }
        self.range.map_or(Ok(()), |range| write!(f, "@{}", period_in_words(range)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Parts of names, right and wrong, and anything else.
    fn name() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            prop::sample::select(vec![
                "themes",
                "theme",
                "funds",
                "objectives",
                "recipients",
                "powers",
                "periods",
                "all",
                "paid",
                "expenditure",
                "opening-committed",
                "remaining",
                "2015-16",
                "2015-16Q1",
                "2015-04",
                "2010-11",
                "2015-04-01",
                "31/12/9999",
                "/",
                "/",
                "@",
                "@",
                "..",
                " ",
                "é",
                "\u{202e}",
                "\0",
            ])
            .prop_map(str::to_owned),
            ".{0,6}",
        ];
        prop::collection::vec(word, 0..9).prop_map(|words| words.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// A name is refused, with what to do about it, or written so that it is read as the same figure.
        #[test]
        fn a_name_of_a_figure_is_refused_or_read_again_as_it_is_written(name in name()) {
            match Figure::parse(&name) {
                Ok(figure) => {
                    let written = figure.to_string();
                    prop_assert_eq!(Figure::parse(&written), Ok(figure), "{:?} is written {:?}", name, written);
                }
                Err(error) => prop_assert!(!error.message.is_empty() && !error.remedies.is_empty(), "{:?}: {:?}", name, error),
            }
        }
    }

    #[test]
    fn names_of_figures_are_read_and_written() {
        for (text, expected) in [
            ("themes/domestic-abuse/expenditure@2015-16", "themes/domestic-abuse/expenditure@2015-16"),
            ("theme/domestic-abuse/expenditure", "themes/domestic-abuse/expenditure"),
            (" funds/cdr/paid@2015-16Q1 ", "funds/cdr/paid@2015-16Q1"),
            ("objectives/Safe and/or well/accruals@2015-04", "objectives/Safe and/or well/accruals@2015-04"),
            ("recipients/r1/committed@2015-04-01..2015-06-30", "recipients/r1/committed@2015-16Q1"),
            ("powers/s9/remaining@2015-04-02..2015-05-01", "powers/s9/remaining@2015-04-02..2015-05-01"),
            ("periods/2015-04/opening-committed", "all/opening_committed@2015-04"),
            ("expenditure@2015-16", "all/expenditure@2015-16"),
            ("all/expenditure@2010-04-01..2011-03-31", "all/expenditure@2010-04-01..2011-03-31"),
        ] {
            let figure = Figure::parse(text).map(|figure| figure.to_string());
            assert_eq!(figure.as_deref(), Ok(expected), "{text}");
            assert_eq!(Figure::parse(expected).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn invalid_names_of_figures_are_refused() {
        for (text, expected) in [
            ("", "there is no column ``"),
            ("themes/domestic-abuse", "there is no column `domestic-abuse`"),
            (
                "themes/domestic-abuse/spent@2015-16",
                "choose one of the columns: budget, awarded, reduced, paid",
            ),
            ("themes/expenditure@2015-16", "the line is missing or unknown"),
            ("themes//expenditure@2015-16", "the line is missing or unknown"),
            ("decisions/1-2015/expenditure@2015-16", "the line is missing or unknown"),
            ("periods/2015-04/expenditure@2015-16", "the line is missing or unknown"),
            ("themes/a/expenditure@2015", "is not a valid month"),
            (
                "themes/a/expenditure@2010-11",
                "write the period as dates: 2010-04-01..2011-03-31, or 2010-11-01..2010-11-30",
            ),
            ("themes/a/expenditure@2015-05-01..2015-04-01", "1 Apr 2015"),
        ] {
            let message = Figure::parse(text).unwrap_err();
            let message = format!("{message} {:?}", message.remedies);
            assert!(message.contains(expected), "{text}: {message}");
        }
    }
}
