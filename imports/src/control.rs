//! Control totals: rows that state the sum of the others.
//!
//! Extracts and spreadsheets end with a total, some with one for each page. Such a row is never a
//! payment; its amount is checked against the rows above it.

use almoner_ledger::money::Money;
use csv::StringRecord;

use crate::header::{Bound, Columns};
use crate::kind::Kind;
use crate::source::RawRow;
use crate::words;

/// A row that states the total of the rows above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct ControlTotal {
    /// Row number as shown by a spreadsheet.
    pub row: u64,
    pub stated: Money,
    /// False for a row that only looks like a total row: it has nothing but an amount near the sum.
    pub is_labelled: bool,
    /// The sum since the last total if that agrees, else of all rows; `None` if it is larger than the
    /// ledger can hold.
    pub found: Option<Money>,
    /// Number of rows above it whose amounts cannot be read.
    pub unreadable: u64,
}

impl ControlTotal {
    /// True if the rows add up to the total.
    pub fn agrees(&self) -> bool {
        self.found == Some(self.stated)
    }

    /// Returns the message and hint if the total does not agree.
    pub(crate) fn disagreement(&self) -> Option<(String, String)> {
        if self.agrees() {
            return None;
        }
        let found = self.found.map_or("more than the ledger can hold".to_owned(), |found| found.grouped());
        let stated = self.stated.grouped();
        let message = match self.is_labelled {
            true => format!("the total row states {stated}, but the rows add up to {found}"),
            false => format!("looks like a total row: it states {stated}, but the rows add up to {found}"),
        };
        let hint = match self.unreadable {
            0 => "find the missing, duplicated or altered row, or correct the total".to_owned(),
            rows => format!("first correct the amounts that cannot be read (rows: {rows})"),
        };
        Some((message, hint))
    }
}

/// Running totals of a file.
pub(crate) struct Totals {
    amount: Option<Bound>,
    /// The positions of the other columns read.
    others: Vec<usize>,
    all: Option<Money>,
    since_last: Option<Money>,
    /// Number of rows with an amount since the last total.
    rows_since_last: u64,
    unreadable: u64,
    pub(crate) found: Vec<ControlTotal>,
}

/// The result of checking a row for a total.
pub(crate) enum TotalCheck {
    NoTotal,
    /// `None` for a row labelled as a total without an amount.
    Total(Option<ControlTotal>),
}

impl Totals {
    pub(crate) fn new(kind: Kind, columns: &Columns) -> Totals {
        let amount = columns.named("amount").filter(|_| kind.has_amounts()).cloned();
        let of_amount: Vec<usize> = amount.iter().flat_map(Bound::all_positions).collect();
        let all = columns.bound.iter().flat_map(Bound::all_positions);
        let others = all.filter(|position| !of_amount.contains(position)).collect();
        let zero = Some(Money::ZERO);
        Totals {
            amount,
            others,
            all: zero,
            since_last: zero,
            rows_since_last: 0,
            unreadable: 0,
            found: Vec::new(),
        }
    }

    /// Adds a row that is not a total.
    pub(crate) fn count(&mut self, amount: Option<Money>) {
        if self.amount.is_none() {
            return;
        }
        let Some(amount) = amount else {
            self.unreadable += 1;
            return;
        };
        self.rows_since_last += 1;
        self.all = self.all.and_then(|sum| sum.plus(amount).ok());
        self.since_last = self.since_last.and_then(|sum| sum.plus(amount).ok());
    }

    /// Returns the amount of a row, if it can be read.
    pub(crate) fn amount(&self, cells: &StringRecord) -> Option<Money> {
        let bound = self.amount.as_ref()?;
        let read = |positions: &[usize]| {
            let cell = |position: &usize| cells.get(*position).map(str::trim).filter(|text| !text.is_empty());
            let text = positions.iter().find_map(cell)?;
            Some(bound.rule.amounts.read(text))
        };
        match (read(&bound.positions), read(&bound.plus), read(&bound.minus)) {
            (Some(amount), ..) => amount.ok(),
            (None, None, None) => None,
            (None, plus, minus) => {
                let side = |amount: Option<Result<Money, _>>| amount.map_or(Some(Money::ZERO), Result::ok);
                side(plus)?.minus(side(minus)?).ok()
            }
        }
    }

    /// True if the amount of a row is the sum of several rows above it.
    fn is_sum_of_several(&self, cells: &StringRecord) -> bool {
        let sum = self.amount(cells);
        self.rows_since_last > 1 && sum.is_some() && [self.since_last, self.all].contains(&sum)
    }

    /// Decides whether a row is a total: labelled as one with no other column filled in; only an
    /// amount that is the sum of the rows above, or near that of several; or a cell with just `Total`, whatever else the row
    /// has (a date, a row count), if its amount is the sum of several rows.
    pub(crate) fn check(&mut self, row: &RawRow<'_>) -> TotalCheck {
        if self.amount.is_none() {
            return TotalCheck::NoTotal;
        }
        let cell = |position: &usize| row.cells.get(*position).map(str::trim).unwrap_or_default();
        if self.others.iter().map(cell).any(|text| !text.is_empty() && !is_total(text))
            && !(self.is_sum_of_several(row.cells) && row.cells.iter().any(is_total_alone))
        {
            return TotalCheck::NoTotal;
        }
        let is_labelled = row.cells.iter().any(is_total);
        let Some(stated) = self.amount(row.cells) else {
            return if is_labelled { TotalCheck::Total(None) } else { TotalCheck::NoTotal };
        };
        let sums = [self.since_last, self.all];
        let found = sums.into_iter().find(|sum| *sum == Some(stated));
        let found = found.or_else(|| {
            let near = |sum: &Option<Money>| sum.is_some_and(|sum| is_near(stated, sum));
            sums.into_iter().find(near).filter(|_| !is_labelled && self.rows_since_last > 1)
        });
        if !is_labelled && (found.is_none() || stated.is_zero()) {
            return TotalCheck::NoTotal;
        }
        let (found, unreadable) = (found.unwrap_or(self.all), self.unreadable);
        let total = ControlTotal { row: row.number, stated, is_labelled, found, unreadable };
        self.found.push(total);
        self.since_last = Some(Money::ZERO);
        self.rows_since_last = 0;
        TotalCheck::Total(Some(total))
    }
}

/// True for amounts that differ by at most a hundredth, as a total does from rows of which one was altered.
fn is_near(stated: Money, sum: Money) -> bool {
    stated.minus(sum).is_ok_and(|apart| apart.size() <= sum.size().fraction(1, 100))
}

/// True for a cell that is only the label of a total: no supplier has such a name.
fn is_total_alone(cell: &str) -> bool {
    let mut words = cell.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_of_totals = |word: &str| {
        words::has("grand sub overall page total totals subtotal subtotals", &word.to_ascii_lowercase())
    };
    words.all(is_of_totals) && is_total(cell)
}

/// True for the label of a total: `Total`, `Grand total:`, `Sub-total June`.
pub(crate) fn is_total(cell: &str) -> bool {
    let words = cell.trim_start().get(..24).unwrap_or(cell.trim_start()).to_lowercase();
    let words = words.trim_start_matches(['*', '=', '-', ' ']);
    let rest =
        ["grand ", "sub-", "sub ", "sub", "overall ", "page "].iter().find_map(|it| words.strip_prefix(it));
    let rest = rest.unwrap_or(words).strip_prefix("total");
    rest.is_some_and(|rest| !rest.trim_start_matches('s').starts_with(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_known_by_their_label() {
        for (cell, expected) in [
            ("Total", true),
            ("TOTALS", true),
            ("Grand Total:", true),
            ("Sub-total for June 2015", true),
            ("Subtotal", true),
            ("** Total **", true),
            ("Total Gas & Power Limited", true),
            ("Totally Wicked Events", false),
            ("Totnes Town Council", false),
            ("", false),
            ("Lighthouse", false),
        ] {
            assert_eq!(is_total(cell), expected, "{cell}");
        }
    }

    #[test]
    fn a_label_of_a_total_is_not_a_name() {
        for (cell, expected) in [
            ("Total", true),
            ("GRAND TOTAL:", true),
            ("** Sub-total **", true),
            ("Totals", true),
            ("Total Gas & Power Limited", false),
            ("Total for June", false),
            ("Page", false),
            ("", false),
        ] {
            assert_eq!(is_total_alone(cell), expected, "{cell}");
        }
    }
}
