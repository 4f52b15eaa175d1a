//! What the sheets of several reports have in common.

use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::reports::measures::Standing;
use almoner_ledger::reports::{Filter, Measures, Stamp};

use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns, sum_row};

/// The columns of measures.
pub const MEASURES: &[Field<Measures>] = &[
    Field::public("budget", "Budget", Kind::Money, 3, |it| Cell::Money(it.budget)),
    Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.paid)),
    Field::public("expenditure", "Charged", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::public("committed", "Committed", Kind::Money, 2, |it| Cell::Money(it.committed)),
    Field::public("prepayments", "Prepaid", Kind::Money, 4, |it| Cell::Money(it.prepayments)),
    Field::public("accruals", "Owed", Kind::Money, 4, |it| Cell::Money(it.accruals)),
    Field::public("remaining", "Remaining", Kind::Money, 3, |it| Cell::Money(it.remaining)),
];

/// The columns of what grants came to.
pub const STANDING: &[Field<Standing>] = &[
    Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::public("paid", "Paid", Kind::Money, 2, |it| Cell::Money(it.paid)),
    Field::public("expenditure", "Charged", Kind::Money, 2, |it| Cell::Money(it.expenditure)),
    Field::public("committed", "Committed", Kind::Money, 1, |it| Cell::Money(it.committed)),
    Field::public("prepayments", "Prepaid", Kind::Money, 4, |it| Cell::Money(it.prepayments)),
    Field::public("accruals", "Owed", Kind::Money, 4, |it| Cell::Money(it.accruals)),
];

/// A table of lines with words and figures, and the sum of the figures under it.
pub struct Lines<'a, Line, Figures> {
    /// The columns of words.
    pub words: &'a [Field<Line>],
    /// The columns of figures.
    pub figures: &'a [Field<Figures>],
    /// Where a line's figures are.
    pub of: fn(&Line) -> &Figures,
    /// The key of the column in which `Total` stands.
    pub label_key: &'static str,
}

impl<Line, Figures> Lines<'_, Line, Figures> {
    /// All columns.
    pub fn columns(&self) -> Vec<Column> {
        columns(self.words).chain(columns(self.figures)).collect()
    }

    /// The row of a line.
    pub fn row(&self, line: &Line) -> Row {
        let figures = cells(self.figures, (self.of)(line));
        Row { cells: cells(self.words, line).chain(figures).collect(), style: Style::Normal }
    }

    /// The row of a sum.
    pub fn sum(&self, style: Style, label: &str, sum: &Figures) -> Row {
        sum_row(style, label, self.label_key, columns(self.words), cells(self.figures, sum))
    }

    /// The rows of lines and of their total.
    pub fn rows(&self, lines: &[Line], total: &Figures) -> Vec<Row> {
        let mut rows: Vec<Row> = lines.iter().map(|line| self.row(line)).collect();
        if !rows.is_empty() {
            rows.push(self.sum(Style::Total, "Total", total));
        }
        rows
    }
}

/// A sheet with a title and what a report's stamp says, and nothing in it yet.
pub fn stamped(title: impl Into<String>, stamp: &Stamp) -> Sheet {
    let mut facts = Vec::new();
    if !stamp.body.is_empty() {
        facts.push(("Body", stamp.body.clone()));
    }
    if let Some(range) = stamp.range {
        facts.push(("Period", range_in_words(range)));
    }
    if let Some(day) = stamp.as_at {
        facts.push(("As at", in_words(day)));
    }
    let narrowed = narrowed_in_words(&stamp.narrowed_to);
    if !narrowed.is_empty() {
        facts.push(("Only", narrowed));
    }
    match stamp.purpose {
        Some("original") => facts.push(("Purpose", "all pounds under the purpose first awarded".to_owned())),
        Some(_) => facts.push(("Purpose", "all pounds under the purpose as it is now".to_owned())),
        None => {}
    }
    let known = &stamp.known_at;
    // Twelve digits are enough to recognise a hash by, and the file has all of it.
    let head: String = stamp.head.chars().take(12).collect();
    let at = known.at.replace('T', " ").replace('Z', " UTC");
    let at = if at.is_empty() { String::new() } else { format!(", {at}") };
    facts.push(("Known at", format!("record {}{at} (head {head}…)", known.record)));
    Sheet { title: title.into(), facts, ..Sheet::default() }
}

fn narrowed_in_words(filter: &Filter) -> String {
    let Filter { theme, fund, recipient, power } = filter;
    let named = [
        theme.as_ref().map(|it| format!("theme {it}")),
        fund.as_ref().map(|it| format!("fund {it}")),
        recipient.as_ref().map(|it| format!("recipient {it}")),
        power.as_ref().map(|it| format!("power {it}")),
    ];
    named.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// `31 March 2015`.
pub fn in_words(day: Date) -> String {
    day.naive().format("%-d %B %Y").to_string()
}

/// `1 April 2014 to 31 March 2015`.
pub fn range_in_words(range: DateRange) -> String {
    match range.from() == range.to() {
        true => in_words(range.from()),
        false => format!("{} to {}", in_words(range.from()), in_words(range.to())),
    }
}
