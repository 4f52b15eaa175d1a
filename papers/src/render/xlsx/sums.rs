//! Totals as formulas, where their exact result equals the total in the sheet.

use almoner_ledger::money::Money;
use rust_xlsxwriter::utility::row_col_to_cell;

use crate::sheet::{Cell, Row, Sheet, Style};

/// The maximum number of digits that a workbook holds exactly.
const DIGITS: usize = 15;

/// Returns true when a workbook holds a figure with all its digits.
pub(super) fn is_exact(figure: &str) -> bool {
    figure.bytes().filter(u8::is_ascii_digit).count() <= DIGITS
}

/// Returns the formula of the total in a row and a column of the sheet; `column` is its column in the
/// workbook, whose first row has the headings. `None` where a formula would give another result.
pub(super) fn formula(sheet: &Sheet, at: usize, cell: usize, column: u16) -> Option<String> {
    let sum = sheet.rows.get(at)?;
    let above = sheet.rows.get(..at)?;
    let first = match sum.style {
        Style::Subtotal => above.iter().rposition(|row| row.style != Style::Normal).map_or(0, |it| it + 1),
        Style::Total => 0,
        Style::Normal | Style::Heading => return None,
    };
    let rows = above.get(first..).filter(|rows| rows.iter().any(|row| row.style == Style::Normal))?;
    // SUBTOTAL ignores subtotals among the lines; SUM would count them again.
    let is_counted = |place: usize, row: &Row| match row.style {
        Style::Normal => true,
        Style::Heading => false,
        Style::Subtotal | Style::Total => formula(sheet, first + place, cell, column).is_none(),
    };
    let counted = rows.iter().enumerate().filter(|(place, row)| is_counted(*place, row));
    let cells: Vec<&Cell> = counted.filter_map(|(_, row)| row.cells.get(cell)).collect();
    if !comes_to(&cells, sum.cells.get(cell)?) {
        return None;
    }
    let (from, to) = (u32::try_from(first + 1).ok()?, u32::try_from(at).ok()?);
    let range = format!("{}:{}", row_col_to_cell(from, column), row_col_to_cell(to, column));
    let has_subtotals = sheet.rows.iter().any(|row| row.style == Style::Subtotal);
    Some(if has_subtotals { format!("SUBTOTAL(9,{range})") } else { format!("SUM({range})") })
}

fn comes_to(cells: &[&Cell], sum: &Cell) -> bool {
    match sum {
        Cell::Money(sum) => {
            let amounts = || cells.iter().filter_map(|cell| cell.amount());
            let has_counts = cells.iter().any(|cell| matches!(cell, Cell::Count(_)));
            !has_counts
                && amounts().chain([*sum]).all(|amount| is_exact(&amount.to_string()))
                && Money::sum(amounts()).is_ok_and(|it| it == *sum)
        }
        Cell::Count(sum) => {
            let counts = cells.iter().map(|cell| match cell {
                Cell::Count(count) => Some(*count),
                Cell::Money(_) | Cell::Date(_) | Cell::Dates { .. } | Cell::Figure(_) => None,
                Cell::Text(_) | Cell::NotStated | Cell::Empty => Some(0),
            });
            counts.sum::<Option<u64>>() == Some(*sum)
        }
        Cell::Text(_)
        | Cell::Date(_)
        | Cell::Dates { .. }
        | Cell::Figure(_)
        | Cell::NotStated
        | Cell::Empty => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Column, Kind};

    fn sheet(rows: &[(Style, i64)]) -> Sheet {
        let rows = rows.iter().map(|(style, pence)| match style {
            Style::Heading => Row::heading("Over"),
            style => Row { cells: vec![Cell::Money(Money::from_pence(*pence))], style: *style },
        });
        let columns = vec![Column::new("paid", "Paid", Kind::Money, 0)];
        Sheet { columns, rows: rows.collect(), ..Sheet::default() }
    }

    #[test]
    fn a_total_is_a_formula_only_where_the_result_is_equal() {
        use Style::{Heading, Normal, Subtotal, Total};
        for (rows, expected) in [
            (&[(Normal, 10), (Normal, -30), (Total, -20)][..], &[Some("SUM(C2:C3)")][..]),
            (&[(Normal, 10), (Normal, 30), (Total, 41)], &[None]),
            (&[(Total, 0)], &[None]),
            (
                &[
                    (Heading, 0),
                    (Normal, 1),
                    (Normal, 2),
                    (Subtotal, 3),
                    (Heading, 0),
                    (Normal, 4),
                    (Subtotal, 4),
                    (Total, 7),
                ],
                &[Some("SUBTOTAL(9,C3:C4)"), Some("SUBTOTAL(9,C7:C7)"), Some("SUBTOTAL(9,C2:C8)")],
            ),
            // The first subtotal is a plain figure, which SUBTOTAL would count as a line.
            (
                &[(Normal, 1), (Subtotal, 3), (Normal, 4), (Subtotal, 4), (Total, 5)],
                &[None, Some("SUBTOTAL(9,C4:C4)"), None],
            ),
            (&[(Normal, 1), (Subtotal, 1), (Heading, 0), (Subtotal, 1)], &[Some("SUBTOTAL(9,C2:C2)"), None]),
            (&[(Normal, 100_000_000_000_000_000), (Total, 100_000_000_000_000_000)], &[None]),
            (&[(Normal, 999_999_999_999_999), (Total, 999_999_999_999_999)], &[Some("SUM(C2:C2)")]),
        ] {
            let sheet = sheet(rows);
            let sums = (0..rows.len()).filter(|at| matches!(rows[*at].0, Subtotal | Total));
            let formulas: Vec<Option<String>> = sums.map(|at| formula(&sheet, at, 0, 2)).collect();
            assert_eq!(formulas.iter().map(Option::as_deref).collect::<Vec<_>>(), expected, "{rows:?}");
        }
    }
}
