//! Corrections of a file: cells whose text a person has typed again, and rows that a person leaves out.
//!
//! The file itself stays as it was sent. It is read as if it had the corrected cells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The most columns that a sheet can have.
const MOST_COLUMNS: usize = 16_384;

/// What was corrected in a file. Rows are numbered as a spreadsheet numbers them, columns from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Corrections {
    cells: BTreeMap<u64, BTreeMap<usize, String>>,
    left_out: BTreeSet<u64>,
}

impl Corrections {
    /// True if nothing was corrected.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty() && self.left_out.is_empty()
    }

    /// Sets the text of a cell. One beyond the columns of a sheet is none.
    pub fn set(&mut self, row: u64, column: usize, text: &str) {
        if column < MOST_COLUMNS {
            self.cells.entry(row).or_default().insert(column, text.to_owned());
        }
    }

    /// Takes back what was typed in a column.
    pub fn restore_column(&mut self, column: usize) {
        self.cells.values_mut().for_each(|cells| drop(cells.remove(&column)));
        self.cells.retain(|_, cells| !cells.is_empty());
    }

    /// Leaves out a row, or takes it again.
    pub fn leave_out(&mut self, row: u64, is_left_out: bool) {
        if is_left_out {
            self.left_out.insert(row);
        } else {
            self.left_out.remove(&row);
        }
    }

    /// True if a row is left out.
    pub fn leaves_out(&self, row: u64) -> bool {
        self.left_out.contains(&row)
    }

    /// Returns the rows that are left out.
    pub fn left_out(&self) -> impl Iterator<Item = u64> {
        self.left_out.iter().copied()
    }

    /// Returns the rows of which a cell was typed again.
    pub fn rows(&self) -> impl Iterator<Item = u64> {
        self.cells.keys().copied()
    }

    /// Returns the corrected cells of a row.
    pub(crate) fn of(&self, row: u64) -> Option<&BTreeMap<usize, String>> {
        self.cells.get(&row)
    }

    /// True if a cell of a column was typed again in any row.
    pub(crate) fn has_column(&self, column: usize) -> bool {
        self.cells.values().any(|cells| cells.contains_key(&column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;
    use crate::read::{ReadFile, read_corrected};
    use crate::shipped::shipped;
    use crate::source::Layout;

    const FILE: &str =
        "award,date,amount\n14-2015,31/13/2015,10\n14-2015,31/03/2015,20\n14-2015,31/03/2015,x,\nTotal,,60\n";

    /// Each row with its amount, or with its first fault; then the rows skipped.
    fn lines(file: &ReadFile) -> Vec<String> {
        let fault = |row| file.diagnostics.iter().find(|it| it.row == row).map(|it| it.message.clone());
        let amount = |amount: Option<almoner_ledger::money::Money>| {
            amount.map(|it| it.to_string()).unwrap_or_default()
        };
        let rows = file.rows.iter().map(|row| match &row.request {
            Some(_) => format!("{} {}", row.number, amount(row.amount)),
            None => format!("{} {}", row.number, fault(row.number).unwrap_or_default()),
        });
        let skipped =
            file.skipped.iter().map(|row| format!("{} {} {}", row.number, amount(row.amount), row.why));
        let total = fault(5).map(|message| format!("5 {message}"));
        rows.chain(skipped).chain(total).collect()
    }

    #[test]
    fn a_file_is_read_as_it_was_corrected() {
        let total = |rows| format!("5 the total row states 60.00, but the rows add up to {rows}");
        for (cells, left_out, expected) in [
            (
                vec![],
                vec![],
                vec![
                    "2 not a valid date".to_owned(),
                    "3 20.00".into(),
                    "4 the number contains letters".into(),
                    "5  totals".into(),
                    total("30.00"),
                ],
            ),
            (
                vec![(2, 1, "31 March 2015"), (4, 2, "30")],
                vec![],
                vec!["2 10.00".into(), "3 20.00".into(), "4 30.00".into(), "5  totals".into()],
            ),
            // The total of the file counts the rows that are left out.
            (
                vec![(4, 2, "30")],
                vec![2],
                vec![
                    "3 20.00".into(),
                    "4 30.00".into(),
                    "2 10.00 left out by you".into(),
                    "5  totals".into(),
                ],
            ),
            (
                vec![(2, 1, "31 March 2015"), (4, 2, "")],
                vec![3],
                vec![
                    "2 10.00".into(),
                    "4 this must be filled in".into(),
                    "3 20.00 left out by you".into(),
                    "5  totals".into(),
                    total("30.00"),
                ],
            ),
        ] {
            let mut corrections = Corrections::default();
            cells.iter().for_each(|(row, column, text)| corrections.set(*row, *column, text));
            left_out.iter().for_each(|row| corrections.leave_out(*row, true));
            let layout = Layout::default();
            let is_corrected = !corrections.is_empty();
            let file = read_corrected(
                Kind::Payments,
                "a.csv",
                FILE.as_bytes(),
                (None, &layout),
                corrections,
                &mut |_, _| {},
            );
            assert_eq!(lines(&file), expected, "{cells:?} {left_out:?}");
            assert_eq!(file.fingerprint.is_none(), is_corrected);
        }
    }

    #[test]
    fn what_was_typed_in_a_column_is_taken_back() {
        let mut corrections = Corrections::default();
        [(2, 1), (2, 3), (4, 3)].iter().for_each(|(row, column)| corrections.set(*row, *column, "x"));
        corrections.restore_column(3);
        let mut expected = Corrections::default();
        expected.set(2, 1, "x");
        assert_eq!(corrections, expected);
    }

    #[test]
    fn the_award_of_a_payment_can_be_typed_where_the_file_has_no_column_for_it() {
        let profile = shipped("spend-over-500").unwrap().unwrap();
        let text = "Supplier,Date,Description,Amount\nWaveney Forum,30/10/15,Grant,100\nWaveney Forum,30/10/15,Grant,200\n";
        let layout = Layout::default();
        let read = |corrections| {
            read_corrected(
                Kind::Payments,
                "a.csv",
                text.as_bytes(),
                (Some(&profile), &layout),
                corrections,
                &mut |_, _| {},
            )
        };
        let file = read(Corrections::default());
        let labels = |file: &ReadFile| -> Vec<Vec<String>> {
            let of = |row| {
                file.fields(row, Some(&profile))
                    .iter()
                    .map(|it| format!("{}={}", it.label, it.text))
                    .collect()
            };
            file.rows.iter().map(of).collect()
        };
        let last =
            |labels: &[Vec<String>]| labels.iter().filter_map(|it| it.last().cloned()).collect::<Vec<_>>();
        let blank = last(&labels(&file));
        assert!(blank.iter().all(|it| it.ends_with('=')), "{blank:?}");
        let mut corrections = Corrections::default();
        corrections.set(3, 4, "22-2015");
        let file = read(corrections);
        let typed = last(&labels(&file));
        assert_eq!(typed.first(), blank.first());
        assert!(typed.last().is_some_and(|it| it.ends_with("=22-2015")), "{typed:?}");
        assert!(file.diagnostics.is_empty(), "{:?}", file.diagnostics);
    }

    #[test]
    fn a_cell_beyond_every_sheet_is_not_corrected() {
        for (column, expected) in [(0, true), (16_383, true), (16_384, false), (usize::MAX, false)] {
            let mut corrections = Corrections::default();
            corrections.set(2, column, "Forum");
            assert_eq!(corrections.of(2).is_some(), expected, "{column}");
        }
    }
}
