//! The sheets that only the paper for the panel has.

use almoner_ledger::calendar::DateRange;
use almoner_ledger::money::Money;
use almoner_ledger::reports::changes::{ChangesRow, Section};
use almoner_ledger::reports::compared::{Compared, ComparedRow};
use almoner_ledger::reports::{ChangesReport, ComparedReport};

use crate::commands::report::fields::{Lines, MEASURES, range_in_words};
use crate::sheet::{
    Cell, Chart, Column, Field, Kind, Row, Shape, Sheet, Style, cells, columns, on_paper, sum_row,
};

/// All figures of the period beside those of the year before.
pub(super) fn headline(compared: &ComparedReport, changes: &ChangesReport) -> Sheet {
    let columns = vec![
        Column::public("figure", "Figure", Kind::Text, 0),
        Column::public("now", "This period", Kind::Money, 0),
        Column::public("before", "A year before", Kind::Money, 0),
    ];
    let has_budget = !(compared.measures.budget.is_zero() && compared.measures_prior_year.budget.is_zero());
    let shown = MEASURES.iter().filter(|field| has_budget || !is_of_budget(field.column.key));
    let rows = shown.map(|field| Row {
        cells: vec![
            Cell::Text(field.column.heading.to_owned()),
            (field.cell)(&compared.measures),
            (field.cell)(&compared.measures_prior_year),
        ],
        style: Style::Normal,
    });
    Sheet {
        key: "headline",
        title: "Headline figures".to_owned(),
        lead: vec![what_happened(changes), beside(compared.before)],
        columns,
        rows: rows.collect(),
        notes: budget_note(has_budget),
        ..Sheet::default()
    }
}

fn is_of_budget(key: &str) -> bool {
    matches!(key, "budget" | "remaining")
}

fn budget_note(has_budget: bool) -> Vec<String> {
    if has_budget { Vec::new() } else { vec!["No budget is set for either period.".to_owned()] }
}

fn beside(before: DateRange) -> String {
    format!("A year before is {}.", range_in_words(before))
}

fn what_happened(changes: &ChangesReport) -> String {
    let counted = |count: usize, one: &str, more: &str| match count {
        0 => format!("no {more}"),
        1 => format!("1 {one}"),
        _ => format!("{count} {more}"),
    };
    let of = |event: &str| changes.changes.rows.iter().filter(|row| row.event == event).count();
    let awards = counted(changes.awards.rows.len(), "award", "awards");
    let purposes = counted(of("change of purpose"), "change of purpose", "changes of purpose");
    let varied = of("variation") + of("extension");
    let varied = counted(varied, "variation or extension", "variations or extensions");
    let withdrawn = counted(of("withdrawal"), "withdrawal", "withdrawals");
    let amount = match changes.awards.total.is_zero() {
        true => String::new(),
        false => format!(", £{} in all", on_paper(changes.awards.total)),
    };
    format!("In the period: {awards}{amount}; {purposes}; {varied}; {withdrawn}.")
}

const NAME: &[Field<ComparedRow>] = &[
    Field::public("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.key.id.clone())),
    Field::public("name", "Theme", Kind::Text, 0, |row| Cell::Text(row.name.clone())),
];

const COMPARED: &[Field<Compared>] = &[
    Field::public("budget", "Budget", Kind::Money, 2, |it| Cell::Money(it.budget)),
    Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.awarded)),
    Field::public("awarded_prior_year", "Awarded a year before", Kind::Money, 4, |it| {
        Cell::Money(it.awarded_prior_year)
    }),
    Field::public("expenditure", "Charged", Kind::Money, 0, |it| Cell::Money(it.expenditure)),
    Field::public("expenditure_prior_year", "Charged a year before", Kind::Money, 1, |it| {
        Cell::Money(it.expenditure_prior_year)
    }),
    Field::public("change", "Change", Kind::Money, 2, |it| Cell::Money(it.change)),
    Field::public("remaining", "Budget remaining", Kind::Money, 2, |it| Cell::Money(it.remaining)),
];

/// Spending by theme, beside the budget and the year before.
pub(super) fn by_theme(compared: &ComparedReport) -> Sheet {
    let has_budget = compared.rows.iter().any(|row| !row.compared.budget.is_zero());
    let lines = Lines { words: NAME, figures: COMPARED, of: |row| &row.compared, label_key: "name" };
    let chart =
        |title: &str, series| Chart { title: title.to_owned(), shape: Shape::Bars, label: "name", series };
    let sheet = Sheet {
        key: "themes",
        title: "Spending by theme".to_owned(),
        charts: vec![chart(
            "Charged by theme, beside the year before, in pounds",
            vec!["expenditure", "expenditure_prior_year"],
        )],
        columns: lines.columns(),
        rows: lines.rows(&compared.rows, &compared.total),
        notes: vec!["Change is charged less charged a year before.".to_owned()],
        ..Sheet::default()
    };
    without(sheet, if has_budget { &[] } else { &["budget", "remaining"] })
}

const DATE: Field<ChangesRow> = Field::public("date", "Date", Kind::Date, 0, |row| Cell::Date(row.date));
const DECISION: Field<ChangesRow> =
    Field::public("decision", "Decision", Kind::Text, 1, |row| Cell::stated(row.decision.as_ref()));
const GRANT: Field<ChangesRow> =
    Field::public("grant", "Grant", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.grant.to_string()));
const RECIPIENT: Field<ChangesRow> =
    Field::public("recipient_name", "Recipient", Kind::Text, 0, |row| Cell::Text(row.recipient_name.clone()));
const PERIOD: Field<ChangesRow> =
    Field::public("period", "Period", Kind::Text, 4, |row| Cell::stated(row.period));
const AMOUNT: Field<ChangesRow> =
    Field::public("amount", "Amount", Kind::Money, 0, |row| Cell::Money(row.amount));

const AWARDS: &[Field<ChangesRow>] = &[
    DATE,
    DECISION,
    GRANT,
    RECIPIENT,
    Field::public("purpose", "Purpose", Kind::Text, 1, |row| Cell::Text(row.purpose.to_string())),
    Field::public("theme", "Theme", Kind::Text, 2, |row| Cell::Text(row.theme_names.clone())),
    Field::public("fund", "Fund", Kind::Text, 5, |row| Cell::Text(row.fund_name.clone())),
    Field::public("power", "Power", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.power.to_string())),
    PERIOD,
    AMOUNT,
];

const CHANGED: &[Field<ChangesRow>] = &[
    DATE,
    Field::public("event", "What", Kind::Text, 0, |row| Cell::Text(row.event.to_owned())),
    DECISION,
    GRANT,
    RECIPIENT,
    Field::public("old_purpose", "Purpose before", Kind::Text, 2, |row| {
        Cell::given(row.old_purpose.as_ref())
    }),
    Field::public("old_theme", "Theme before", Kind::Text, 2, |row| {
        Cell::given(row.old_theme_names.as_ref())
    }),
    Field::public("purpose", "Purpose now", Kind::Text, 2, |row| Cell::Text(row.purpose.to_string())),
    Field::public("theme", "Theme now", Kind::Text, 2, |row| Cell::Text(row.theme_names.clone())),
    Field::public("old_period", "Period before", Kind::Text, 4, |row| Cell::given(row.old_period)),
    Field::public("period", "Period now", Kind::Text, 4, |row| Cell::stated(row.period)),
    AMOUNT,
];

/// Awards made in the period.
pub(super) fn awards(awards: &Section) -> Sheet {
    let none = "No award was made in the period.";
    section("awards", "Awards made", awards, AWARDS, none)
}

/// What changed in grants in the period.
pub(super) fn changed(changes: &Section) -> Sheet {
    let none = "No grant was changed in the period.";
    let sheet = section("changes", "Changes of purpose, variations and withdrawals", changes, CHANGED, none);
    let note = "A change of purpose moves no money in total.".to_owned();
    let sheet = Sheet { notes: if changes.rows.is_empty() { Vec::new() } else { vec![note] }, ..sheet };
    let is_told = |of: fn(&ChangesRow) -> bool| changes.rows.iter().any(of);
    let mut untold = Vec::new();
    if !is_told(|row| row.old_purpose.is_some()) {
        untold.extend(["old_purpose", "old_theme"]);
    }
    if !is_told(|row| row.old_period.is_some()) {
        untold.extend(["old_period", "period"]);
    }
    without(sheet, &untold)
}

/// The sheet with these columns in files alone, so that the others have room on paper.
pub(super) fn without(mut sheet: Sheet, keys: &[&str]) -> Sheet {
    for column in sheet.columns.iter_mut().filter(|column| keys.contains(&column.key)) {
        column.importance = Column::FILES_ONLY;
    }
    sheet
}

fn section(
    key: &'static str,
    title: &str,
    section: &Section,
    fields: &[Field<ChangesRow>],
    none: &str,
) -> Sheet {
    let mut rows: Vec<Row> = section
        .rows
        .iter()
        .map(|row| Row { cells: cells(fields, row).collect(), style: Style::Normal })
        .collect();
    let mut lead = Vec::new();
    if rows.is_empty() {
        lead.push(none.to_owned());
    } else {
        rows.push(total(fields, section.total));
    }
    Sheet { key, title: title.to_owned(), lead, columns: columns(fields).collect(), rows, ..Sheet::default() }
}

fn total(fields: &[Field<ChangesRow>], amount: Money) -> Row {
    let words = columns(fields).take(fields.len() - 1);
    sum_row(Style::Total, "Total", "recipient_name", words, std::iter::once(Cell::Money(amount)))
}

/// What the words of the paper mean.
const DEFINITIONS: &[(&str, &str)] = &[
    (
        "Awarded",
        "Awards decided in the period, with variations, withdrawals and money returned that reduces an award.",
    ),
    ("Paid", "Payments to recipients in the period, less money returned."),
    (
        "Charged",
        "The part of grants that belongs to the period: a grant with a stated period is spread evenly over it, a grant without one is charged when it is paid.",
    ),
    ("Committed", "Promised to recipients and not yet paid at the period's end."),
    ("Prepaid", "Paid and not yet charged at the period's end, grant by grant."),
    ("Owed", "Charged and not yet paid at the period's end, grant by grant."),
    (
        "Remaining",
        "The budget, less what is charged, less what awards without a stated period may still charge.",
    ),
    (
        "Change of purpose",
        "A decision that a grant already awarded is to be used for something else. It moves money between themes from that day on, and none in total.",
    ),
    ("Not stated", "The record does not say; the line is shown so that the figures still add up."),
    (
        "Known at",
        "The last record of the ledger that the paper takes into account. The head is the fingerprint of all records up to there.",
    ),
];

/// What the words of the paper mean.
pub(super) fn definitions() -> Sheet {
    let rows = DEFINITIONS.iter().map(|(term, meaning)| Row {
        cells: vec![Cell::Text((*term).to_owned()), Cell::Text((*meaning).to_owned())],
        style: Style::Normal,
    });
    Sheet {
        key: "definitions",
        title: "Definitions".to_owned(),
        columns: vec![
            Column::public("term", "Term", Kind::Text, 0),
            Column::public("meaning", "Meaning", Kind::Text, 0),
        ],
        rows: rows.collect(),
        ..Sheet::default()
    }
}
