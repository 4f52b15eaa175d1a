//! Which columns of a table are shown side by side, and which fold into the rows.

use almoner_papers::render::html::characters;
use almoner_papers::sheet::{Cell, Column, Kind, Sheet};

use super::{Shown, place};

/// The width that a table may have on a desktop, in characters.
const WIDTH: usize = 150;
/// The width that a table may have on a narrow screen, in characters.
const NARROW: usize = 46;
/// The least width that a column of words takes when its words wrap, in characters.
const WRAPPED: usize = 15;
/// The maximum number of values below a row on a narrow screen.
const BELOW: usize = 3;
/// What people look for first, by the keys of columns.
const SOUGHT: &[&str] = &["subject", "title", "paid", "remaining"];

/// Pairs of columns of which the first holds the id of what the second names.
const NAMED: &[(&str, &str)] = &[
    ("recipient", "recipient_name"),
    ("recipient", "name"),
    ("theme", "theme_name"),
    ("theme", "name"),
    ("fund", "name"),
    ("fund", "fund_name"),
];

/// Columns, each with its place in the sheet.
pub type Places<'a> = Vec<(usize, &'a Column)>;

const fn is_amount(column: &Column) -> bool {
    matches!(column.kind, Kind::Money | Kind::Count)
}

/// Returns the order in which columns fold, the last first: what says nothing in any row, then by importance.
fn weight(sheet: &Sheet, at: usize, column: &Column) -> (bool, u8) {
    let importance = if SOUGHT.contains(&column.key) { 0 } else { column.importance };
    (sheet.column(at).all(Cell::is_blank), importance)
}

/// Returns which of the columns that are shown fold on a narrow screen: the least important ones, until the others fit.
/// The first column stays, and one of amounts, so that a row says something.
pub fn narrow(sheet: &Sheet, columns: &[(usize, &Column)]) -> Vec<usize> {
    let width = |at: usize, column: &Column| match column.kind {
        Kind::Text => characters(sheet, at, column).min(WRAPPED) + 1,
        Kind::Money | Kind::Count | Kind::Date => characters(sheet, at, column) + 1,
    };
    let mut left: Places<'_> = columns.to_vec();
    let mut folded = Vec::new();
    while left.iter().map(|(at, column)| width(*at, column)).sum::<usize>() > NARROW && left.len() > 2 {
        let amounts = left.iter().skip(1).filter(|(_, column)| is_amount(column)).count();
        let may_fold = |column: &Column| amounts != 1 || !is_amount(column);
        let least = left.iter().enumerate().skip(1).filter(|(_, (_, column))| may_fold(column));
        let Some((least, _)) = least.max_by_key(|(_, (at, column))| weight(sheet, *at, column)) else {
            break;
        };
        folded.push(left.remove(least).0);
    }
    folded
}

/// Returns which of the cells of a row that fold on a narrow screen are below it: the most important amounts that say
/// something, and what people look for.
pub fn opened<'a>(folded: impl Iterator<Item = (usize, &'a Column, &'a Cell)>) -> Vec<usize> {
    let is_shown = |column: &Column| column.kind == Kind::Money || SOUGHT.contains(&column.key);
    let mut telling: Vec<_> =
        folded.filter(|(_, column, cell)| is_shown(column) && !cell.is_blank()).collect();
    let importance = |column: &Column| if SOUGHT.contains(&column.key) { 0 } else { column.importance };
    telling.sort_by_key(|(at, column, _)| (importance(column), *at));
    let mut below: Vec<usize> = telling.into_iter().take(BELOW).map(|(at, ..)| at).collect();
    below.sort_unstable();
    below
}

/// Returns the columns that are shown, and those that fold, each with its place.
pub fn columns<'a>(sheet: &'a Sheet, shown: &Shown<'_>) -> (Places<'a>, Places<'a>) {
    let is_id =
        |column: &Column| NAMED.iter().any(|(id, name)| column.key == *id && place(sheet, name).is_some());
    let mut all: Places<'a> =
        sheet.on_paper().filter(|(_, column)| shown.is_whole || !is_id(column)).collect();
    // What is blank in every row says nothing.
    let blank = |at: usize| sheet.column(at).all(|cell| cell.on_paper().is_empty());
    if !shown.is_whole && !sheet.rows.is_empty() {
        all.retain(|(at, column)| column.importance == 0 || !blank(*at));
    }
    let mut folded = Vec::new();
    if shown.is_whole {
        return (all, folded);
    }
    let width = |all: &[(usize, &Column)]| -> usize {
        all.iter().map(|(at, column)| characters(sheet, *at, column) + 1).sum()
    };
    while width(&all) > shown.width.unwrap_or(WIDTH) && all.len() > 2 {
        let least = all.iter().enumerate().skip(1).max_by_key(|(_, (at, column))| weight(sheet, *at, column));
        let Some(least) = least.map(|(number, _)| number) else { break };
        folded.insert(0, all.remove(least));
    }
    folded.sort_by_key(|(at, _)| *at);
    if shown.is_short {
        folded.clear();
    }
    (all, folded)
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;
    use almoner_papers::sheet::{Row, Style};

    use super::*;

    fn sheet(columns: &[(&'static str, Kind, u8, i64)]) -> Sheet {
        let cell = |(key, kind, _, pence): &(&str, Kind, u8, i64)| match kind {
            Kind::Money => Cell::Money(Money::from_pence(*pence)),
            _ => Cell::text(if *pence == 0 { "" } else { key }),
        };
        Sheet {
            columns: columns
                .iter()
                .map(|(key, kind, importance, _)| Column::public(key, key, *kind, *importance))
                .collect(),
            rows: vec![Row { cells: columns.iter().map(cell).collect(), style: Style::Normal }],
            ..Sheet::default()
        }
    }

    #[test]
    fn what_says_nothing_folds_first_and_what_is_sought_last() {
        const BIG: i64 = 123_456_700;
        for (columns, expected) in [
            // All fit.
            (&[("name", Kind::Text, 0, 1), ("awarded", Kind::Money, 1, BIG)][..], ""),
            // The least important folds.
            (
                &[
                    ("grant_by_name_", Kind::Text, 0, 1),
                    ("awarded", Kind::Money, 1, BIG),
                    ("accruals", Kind::Money, 4, BIG),
                    ("expenditure", Kind::Money, 2, BIG),
                ],
                "accruals",
            ),
            // A column of zeros folds before one that says something, however important it is.
            (
                &[
                    ("grant_by_name_", Kind::Text, 0, 1),
                    ("awarded", Kind::Money, 1, 0),
                    ("accruals", Kind::Money, 4, BIG),
                    ("expenditure", Kind::Money, 2, BIG),
                ],
                "awarded",
            ),
            // What is looked for first folds last.
            (
                &[
                    ("grant_by_name_", Kind::Text, 0, 1),
                    ("awarded", Kind::Money, 1, BIG),
                    ("paid", Kind::Money, 2, BIG),
                    ("remaining", Kind::Money, 3, BIG),
                ],
                "awarded",
            ),
        ] {
            let sheet = sheet(columns);
            let all: Places<'_> = sheet.columns.iter().enumerate().collect();
            let folded: Vec<&str> = narrow(&sheet, &all).iter().map(|at| columns[*at].0).collect();
            assert_eq!(folded.join(" "), expected, "{columns:?}");
        }
    }

    #[test]
    fn the_most_important_amounts_are_below_a_row() {
        let sheet = sheet(&[
            ("awarded", Kind::Money, 1, 0),
            ("reference", Kind::Text, 1, 1),
            ("subject", Kind::Text, 5, 1),
            ("expenditure", Kind::Money, 1, 5),
            ("accruals", Kind::Money, 4, 5),
            ("remaining", Kind::Money, 3, 5),
        ]);
        let row = sheet.rows.first().unwrap();
        let cells =
            sheet.columns.iter().zip(&row.cells).enumerate().map(|(at, (column, cell))| (at, column, cell));
        assert_eq!(opened(cells), [2, 3, 5]);
    }
}
