//! Columns and headings shared by the sheets of several reports.

use almoner_ledger::money::Overflow;
use almoner_ledger::reports::measures::Standing;
use almoner_ledger::reports::{Filter, Measures, Published, Query, Stamp};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

/// The columns of [`Measures`].
pub const MEASURES: &[Field<Measures>] = &[
    Field::public("budget", "Budget", Kind::Money, 3, |it| Cell::Money(it.budget)),
    Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.paid)),
    Field::public("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::public("committed", "Outstanding commitment", Kind::Money, 2, |it| Cell::Money(it.committed)),
    Field::public("prepayments", "Prepayments", Kind::Money, 4, |it| Cell::Money(it.prepayments)),
    Field::public("accruals", "Accruals", Kind::Money, 4, |it| Cell::Money(it.accruals)),
    Field::public("remaining", "Remaining", Kind::Money, 3, |it| Cell::Money(it.remaining)),
];

/// The columns of [`Standing`].
pub const STANDING: &[Field<Standing>] = &[
    Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::public("paid", "Paid", Kind::Money, 2, |it| Cell::Money(it.paid)),
    Field::public("expenditure", "Expenditure", Kind::Money, 2, |it| Cell::Money(it.expenditure)),
    Field::public("committed", "Outstanding commitment", Kind::Money, 1, |it| Cell::Money(it.committed)),
    Field::public("prepayments", "Prepayments", Kind::Money, 4, |it| Cell::Money(it.prepayments)),
    Field::public("accruals", "Accruals", Kind::Money, 4, |it| Cell::Money(it.accruals)),
];

/// A table of lines with text and figures, and the total of the figures.
pub struct Lines<'a, Line, Figures> {
    /// The columns of text.
    pub words: &'a [Field<Line>],
    /// The columns of figures.
    pub figures: &'a [Field<Figures>],
    /// Returns the figures of a line.
    pub of: fn(&Line) -> &Figures,
    /// The key of the column that contains `Total`.
    pub label_key: &'static str,
}

impl<Line, Figures> Lines<'_, Line, Figures> {
    /// Returns all columns.
    pub fn columns(&self) -> Vec<Column> {
        columns(self.words).chain(columns(self.figures)).collect()
    }

    /// Returns the row of a line.
    pub fn row(&self, line: &Line) -> Row {
        let figures = cells(self.figures, (self.of)(line));
        Row { cells: cells(self.words, line).chain(figures).collect(), style: Style::Normal }
    }

    /// Returns the row of a sum.
    pub fn sum(&self, style: Style, label: &str, sum: &Figures) -> Row {
        sum_row(style, label, self.label_key, columns(self.words), cells(self.figures, sum))
    }

    /// Returns the rows of lines and their total.
    pub fn rows(&self, lines: &[Line], total: &Figures) -> Vec<Row> {
        let mut rows: Vec<Row> = lines.iter().map(|line| self.row(line)).collect();
        if !rows.is_empty() {
            rows.push(self.sum(Style::Total, "Total", total));
        }
        rows
    }
}

/// Returns ids joined for one cell.
pub fn joined(ids: &[impl ToString]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// Returns an empty sheet with a title and the provenance of a report.
pub fn stamped(title: impl Into<String>, stamp: &Stamp) -> Sheet {
    Sheet { title: title.into(), provenance: Some(stamp.into()), ..Sheet::default() }
}

/// Returns the notes on amounts withheld from unfiltered figures of whole financial years.
pub fn withheld_in_words(books: &Published<'_>, query: &Query) -> Result<Vec<String>, Overflow> {
    if query.filter != Filter::default() {
        return Ok(Vec::new());
    }
    let withheld = books.withheld(query.range)?.into_iter().map(|it| {
        let (year, awarded) = (it.year, it.awarded.grouped());
        format!(
            "Excluded from {year} as confidential: at least £{awarded} awarded to two or more recipients."
        )
    });
    Ok(withheld.collect())
}
