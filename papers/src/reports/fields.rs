//! Columns and headings shared by the sheets of several reports.

use almoner_ledger::money::Overflow;
use almoner_ledger::reports::measures::Standing;
use almoner_ledger::reports::{Filter, Measure, Measures, Published, Query};

use crate::sheet::{Cell, Column, ColumnNote, Field, Kind, Row, Sheet, Style, cells, columns, described};

/// The columns of [`Measures`].
pub(crate) const MEASURES: &[Field<Measures>] = &[
    described(
        "The part of the annual budgets for the period, one twelfth at the end of each month, with revisions up to the reporting date.",
        Field::public("budget", "Budget", Kind::Money, 3, |it| Cell::Money(it.budget)),
    ),
    described(
        "Awards, variations and withdrawals in the period, before refunds that reduce awards.",
        Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    ),
    described(
        "Refunds in the period that reduce awards.",
        Field::public("reduced", "Reduced", Kind::Money, 1, |it| Cell::Money(it.reduced)),
    ),
    described(
        "Payments in the period, less refunds.",
        Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.paid)),
    ),
    described(
        "Grants recognised as expenditure in the period, on the accruals basis.",
        Field::public("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    ),
    described(
        "Awarded and not yet paid, at the reporting date.",
        Field::public("committed", "Outstanding commitment", Kind::Money, 2, |it| Cell::Money(it.committed)),
    ),
    described(
        "Paid and not yet recognised as expenditure, grant by grant, at the reporting date.",
        Field::public("prepayments", "Prepayments", Kind::Money, 4, |it| Cell::Money(it.prepayments)),
    ),
    described(
        "Recognised as expenditure and not yet paid, grant by grant, at the reporting date.",
        Field::public("accruals", "Accruals", Kind::Money, 4, |it| Cell::Money(it.accruals)),
    ),
    described(
        "Paid in excess of awards and not yet refunded, at the reporting date.",
        Field::public("recoveries_due", "Recoveries due", Kind::Money, 4, |it| {
            Cell::Money(it.recoveries_due)
        }),
    ),
    described(
        "Awarded by the reporting date, and to be recognised between then and the end of the period; for whole financial years only.",
        Field::public("still_to_recognise", "Still to recognise", Kind::Money, 3, |it| {
            Cell::money(it.still_to_recognise)
        }),
    ),
    described(
        "Budget, less expenditure, less the amount still to recognise; for whole financial years only.",
        Field::public("remaining", "Remaining", Kind::Money, 3, |it| Cell::money(it.remaining)),
    ),
    described(
        "The budget of the period up to the last complete month, in equal twelfths; for part years only.",
        Field::public("profiled_budget", "Profiled budget", Kind::Money, 3, |it| {
            Cell::money(it.profiled_budget)
        }),
    ),
    described(
        "Profiled budget, less the expenditure of the same months; for part years only.",
        Field::public("variance", "Variance", Kind::Money, 3, |it| Cell::money(it.variance)),
    ),
];

/// The columns of [`Measures`] where anything moved between lines.
pub(crate) const MOVES: &[Field<Measures>] = &[
    described(
        "Commitments (and, between funds, payments) moved to the line from others in the period, through changes of purpose or fund or between parts of a grant, less those moved from it; shown only if not zero.",
        Field::public("moved", "Moved", Kind::Money, 5, |it| Cell::money(it.moved)),
    ),
    described(
        "Prepayments less accruals moved to the line with those commitments, less those moved from it; shown only if not zero.",
        Field::public("control_moved", "Control moved", Kind::Money, 5, |it| Cell::money(it.control_moved)),
    ),
    described(
        "Expenditure of earlier years moved to the line in the period, less expenditure moved from it; not expenditure of the period.",
        Field::public("earlier_years", "Expenditure of earlier years", Kind::Money, 5, |it| {
            Cell::money(it.earlier_years)
        }),
    ),
];

/// The column of [`Measures`] where there are prior period adjustments.
pub(crate) const ADJUSTMENTS: &[Field<Measures>] = &[described(
    "Prior period adjustments posted in the period: expenditure of earlier years, taken from reserves; not expenditure of the period.",
    Field::public("prior_period", "Prior period adjustments", Kind::Money, 5, |it| {
        Cell::money(it.prior_period)
    }),
)];

/// What that column means.
pub(crate) const ADJUSTED: ColumnNote = ColumnNote::on(
    &["prior_period", ADJUSTED_IN_PERIOD],
    "are expenditure of earlier years that was taken from reserves in this period, and not expenditure of the period.",
);

/// What the columns of moves mean.
pub(crate) const MOVED: [ColumnNote; 3] = [
    ColumnNote::on(
        &["moved"],
        "is the commitment moved to the line through changes of purpose or fund, or because a payment \
         for one part of a grant covered another; between funds it also includes the payments that \
         moved. The column adds up to zero.",
    ),
    ColumnNote::on(
        &["control_moved"],
        "is prepayments less accruals that moved with the commitment. The column adds up to zero.",
    ),
    ColumnNote::on(
        &["earlier_years"],
        "was moved to this line from other lines, and is not expenditure of this period. The column adds up to zero.",
    ),
];

/// The columns that are off paper where all of their amounts are zero.
pub(crate) const OF_REFUNDS: &[&str] = &["reduced", "reduced_in_period", "recoveries_due"];

/// What the columns of refunds that reduce awards are.
const REDUCED: ColumnNote = ColumnNote {
    columns: &["reduced", "reduced_in_period"],
    one: "is the amount by which refunds reduce awards; the amount awarded is shown before reduction.",
    several: "are the amounts by which refunds reduce awards; the amounts awarded are shown before reduction.",
};

const ADJUSTED_IN_PERIOD: &str = "prior_period_in_period";

/// Returns a sheet with a note on the columns of refunds, which are off paper where they are zero, and without that of
/// prior period adjustments where there are none.
pub(crate) fn of_refunds(sheet: Sheet) -> Sheet {
    let is_adjusted = sheet.rows.iter().any(|row| {
        let cells =
            sheet.columns.iter().zip(&row.cells).filter(|(column, _)| column.key == ADJUSTED_IN_PERIOD);
        cells.into_iter().any(|(_, cell)| cell.amount().is_some_and(|amount| !amount.is_zero()))
    });
    let mut sheet = sheet.retaining(|column| column.key != ADJUSTED_IN_PERIOD || is_adjusted);
    if is_adjusted {
        sheet.column_notes.push(ADJUSTED);
    }
    sheet.column_notes.push(REDUCED);
    sheet.off_paper_where_blank(OF_REFUNDS)
}

/// The columns that are off paper where no budget is set.
pub(crate) const OF_BUDGET: &[&str] = &["budget", "remaining", "profiled_budget", "variance"];

/// What remains of a budget at the end of whole years, and how part years are compared with it.
pub const REMAINING: ColumnNote = ColumnNote::on(
    &["remaining"],
    "is the budget less expenditure, less the amount still to be recognised by the end of the period.",
);
pub(crate) const VARIANCE: ColumnNote = ColumnNote::on(
    &["variance"],
    "is profiled budget less expenditure, both to the end of the last complete month on or before the reporting date.",
);

/// Returns a sheet without the columns of figures that its period does not have.
pub fn of_period(sheet: Sheet, whole_years: bool) -> Sheet {
    sheet.retaining(|column| Measure::parse(column.key).is_none_or(|measure| measure.is_of(whole_years)))
}

/// The columns of [`Standing`].
pub(crate) const STANDING: &[Field<Standing>] = &[
    described(
        "Awards, variations and withdrawals in the period, before refunds that reduce awards.",
        Field::public("awarded_in_period", "Awarded in period", Kind::Money, 3, |it| {
            Cell::money(it.awarded_in_period)
        }),
    ),
    described(
        "Refunds in the period that reduce awards.",
        Field::public("reduced_in_period", "Reduced in period", Kind::Money, 3, |it| {
            Cell::money(it.reduced_in_period)
        }),
    ),
    described(
        "Payments in the period, less refunds.",
        Field::public("paid_in_period", "Paid in period", Kind::Money, 3, |it| {
            Cell::money(it.paid_in_period)
        }),
    ),
    described(
        "Grants recognised as expenditure in the period.",
        Field::public("expenditure_in_period", "Expenditure in period", Kind::Money, 2, |it| {
            Cell::money(it.expenditure_in_period)
        }),
    ),
    described(
        "Prior period adjustments posted in the period: expenditure of earlier years, taken from reserves; shown only if there are any.",
        Field::public(ADJUSTED_IN_PERIOD, "Prior period adjustments", Kind::Money, 5, |it| {
            Cell::money(it.prior_period_in_period)
        }),
    ),
    described(
        "Awards, variations and withdrawals to the reporting date, before refunds that reduce awards.",
        Field::public("awarded", "Awarded to date", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    ),
    described(
        "Refunds to the reporting date that reduce awards.",
        Field::public("reduced", "Reduced to date", Kind::Money, 1, |it| Cell::Money(it.reduced)),
    ),
    described(
        "Payments to the reporting date, less refunds.",
        Field::public("paid", "Paid to date", Kind::Money, 2, |it| Cell::Money(it.paid)),
    ),
    described(
        "Grants recognised as expenditure to the reporting date, on the accruals basis, with prior period adjustments.",
        Field::public("expenditure", "Expenditure to date", Kind::Money, 2, |it| Cell::Money(it.expenditure)),
    ),
    described(
        "Awarded and not yet paid, at the reporting date.",
        Field::public("committed", "Outstanding commitment", Kind::Money, 1, |it| Cell::Money(it.committed)),
    ),
    described(
        "Paid and not yet recognised as expenditure, grant by grant, at the reporting date.",
        Field::public("prepayments", "Prepayments", Kind::Money, 4, |it| Cell::Money(it.prepayments)),
    ),
    described(
        "Recognised as expenditure and not yet paid, grant by grant, at the reporting date.",
        Field::public("accruals", "Accruals", Kind::Money, 4, |it| Cell::Money(it.accruals)),
    ),
    described(
        "Paid in excess of awards and not yet refunded, at the reporting date.",
        Field::public("recoveries_due", "Recoveries due", Kind::Money, 4, |it| {
            Cell::Money(it.recoveries_due)
        }),
    ),
];

/// Returns the figures of a position that are not zero: `awarded to date £5.00, paid to date £5.00`.
pub(crate) fn balances_in_words(position: &Standing) -> String {
    let balances = STANDING.iter().filter_map(|field| {
        let amount = (field.cell)(position).amount().filter(|it| !it.is_zero())?;
        Some(format!("{} £{}", field.column.heading.to_lowercase(), amount.grouped()))
    });
    let balances: Vec<String> = balances.collect();
    if balances.is_empty() { "zero".to_owned() } else { balances.join(", ") }
}

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

impl<Line, Figures: Default> Lines<'_, Line, Figures> {
    /// Returns the table of lines and their total, which a table without lines does not have.
    pub fn sheet(&self, lines: &[Line], total: &Figures) -> Sheet {
        let mut rows: Vec<Row> = lines.iter().map(|line| self.row(line)).collect();
        if !rows.is_empty() {
            rows.push(self.sum(Style::Total, "Total", total));
        }
        Sheet { columns: self.columns(), rows, ..Sheet::default() }
    }

    /// Returns the table of lines under the headings of their groups, each group with its subtotal, without a
    /// total.
    pub fn grouped<E>(
        &self,
        lines: &[Line],
        heading: fn(&Line) -> &String,
        is_same: fn(&Line, &Line) -> bool,
        add: fn(&mut Figures, &Figures) -> Result<(), E>,
    ) -> Result<Sheet, E> {
        let mut rows = Vec::new();
        for group in lines.chunk_by(is_same) {
            rows.extend(group.first().map(|line| Row::heading(heading(line))));
            let mut sum = Figures::default();
            for line in group {
                add(&mut sum, (self.of)(line))?;
                rows.push(self.row(line));
            }
            rows.push(self.sum(Style::Subtotal, "", &sum));
        }
        Ok(Sheet { columns: self.columns(), rows, ..Sheet::default() })
    }

    /// Returns the row of a sum.
    pub fn sum(&self, style: Style, label: &str, sum: &Figures) -> Row {
        let figures: Vec<(&str, Cell)> =
            self.figures.iter().map(|field| (field.column.key, (field.cell)(sum))).collect();
        Row::sum(style, &self.columns(), (self.label_key, label), &figures)
    }

    /// Returns the columns of text, then those of figures.
    pub fn columns(&self) -> Vec<Column> {
        columns(self.words).chain(columns(self.figures)).collect()
    }

    fn row(&self, line: &Line) -> Row {
        let figures = cells(self.figures, (self.of)(line));
        Row { cells: cells(self.words, line).chain(figures).collect(), style: Style::Normal }
    }
}

/// Returns ids joined for one cell.
pub fn joined(ids: &[impl ToString]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
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
