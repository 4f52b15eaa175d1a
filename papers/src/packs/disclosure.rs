//! The two lists that must be published each month.
//!
//! [`mod@almoner_ledger::reports::disclosure`] decides what belongs in which list. A draft is marked in
//! every title and line.

use almoner_ledger::calendar::{CalendarError, DateRange};
use almoner_ledger::money::Money;
use almoner_ledger::reports::disclosure::{Item, Missing};
use almoner_ledger::reports::{DisclosureReport, Published};

use super::Pack;
use crate::paper::Paper;
use crate::sheet::{Cell, Column, Field, Kind, Row, Sheet, Style, cells, columns};

/// Returns the papers with their file names. `command` makes them again.
pub fn papers(
    report: &DisclosureReport,
    books: &Published<'_>,
    is_draft: bool,
    command: &str,
) -> Result<Vec<(&'static str, Paper)>, CalendarError> {
    let month = report.month.in_words_full();
    let grants = List {
        name: "crime-and-disorder-reduction-grants",
        title: format!("Crime and disorder reduction grants made in {month}"),
        law: "Every crime and disorder reduction grant made in the month, of any amount, as required by paragraph 3(f) of the Schedule to the Elected Local Policing Bodies (Specified Information) Order 2011 (SI 2011/3050).",
        none: "No crime and disorder reduction grant was made in this month.",
        fields: GRANT_FIELDS,
    };
    let payments = List {
        name: "expenditure-over-500",
        title: format!("Expenditure over £500 on other grants in {month}"),
        law: "Every payment over £500 on grants other than crime and disorder reduction grants, as required by paragraph 3(g) of the Schedule to the Elected Local Policing Bodies (Specified Information) Order 2011 (SI 2011/3050). Expenditure other than on grants is not in this ledger.",
        none: "No payment over £500 was made on other grants in this month.",
        fields: PAYMENT_FIELDS,
    };
    let mut sheets = vec![
        grants.sheet(report, &report.grants, is_draft),
        payments.sheet(report, &report.payments, is_draft),
    ];
    sheets.extend(is_draft.then(|| missing_sheet(report)));
    let range = DateRange::new(report.month.first_day(), report.month.last_day())?;
    let paper = |sheet: Sheet| {
        let (name, title) = (sheet.key, sheet.title.clone());
        (
            name,
            Pack { title, range, as_at: range.to(), sheets: vec![sheet] }.finished(books, command.to_owned()),
        )
    };
    Ok(sheets.into_iter().map(paper).collect())
}

/// One of the two lists.
struct List {
    name: &'static str,
    title: String,
    law: &'static str,
    none: &'static str,
    fields: &'static [Field<Item>],
}

const RECIPIENT: Field<Item> =
    Field::public("recipient", "Recipient", Kind::Text, 0, |it| Cell::text(&it.recipient_name));
const DATE: Field<Item> = Field::public("date", "Date", Kind::Date, 0, |it| Cell::Date(it.date));
const AMOUNT: Field<Item> = Field::public("amount", "Amount", Kind::Money, 0, |it| Cell::Money(it.amount));
const PURPOSE: Field<Item> = Field::public("purpose", "Purpose", Kind::Text, 0, |it| Cell::text(&it.purpose));
/// On paper, the decision identifies the award.
const GRANT: Field<Item> =
    Field::public("award", "Award", Kind::Text, Column::FILES_ONLY, |it| Cell::text(&it.grant));
const DECISION: Field<Item> =
    Field::public("decision", "Decision", Kind::Text, 1, |it| Cell::stated(it.decision.as_ref()));

/// The details required by paragraph 3(f), with references.
const GRANT_FIELDS: &[Field<Item>] = &[
    RECIPIENT,
    DATE,
    AMOUNT,
    Field::public("made_by", "Made by", Kind::Text, 2, |it| {
        Cell::Text(if it.is_increase { "variation" } else { "award" }.to_owned())
    }),
    PURPOSE,
    Field::public("conditions", "Conditions", Kind::Text, 0, |it| Cell::stated(it.conditions.as_ref())),
    Field::public("reasons", "Why it will secure crime and disorder reduction", Kind::Text, 0, |it| {
        Cell::stated(it.reasons.as_ref())
    }),
    DECISION,
    GRANT,
];

/// The details required by paragraph 3(g), with references.
const PAYMENT_FIELDS: &[Field<Item>] = &[
    RECIPIENT,
    DATE,
    AMOUNT,
    PURPOSE,
    Field::public("reasons", "Why it is value for money", Kind::Text, 0, |it| {
        Cell::stated(it.reasons.as_ref())
    }),
    Field::public("power", "Power", Kind::Text, 2, |it| Cell::text(it.power.name())),
    DECISION,
    GRANT,
];

/// The column that marks every line of a draft.
const DRAFT: Field<Item> = Field::public("draft", "Draft", Kind::Text, 0, |_| Cell::Text("DRAFT".to_owned()));

impl List {
    fn sheet(&self, report: &DisclosureReport, items: &[Item], is_draft: bool) -> Sheet {
        let draft: &[Field<Item>] = if is_draft { &[DRAFT] } else { &[] };
        let columns: Vec<Column> = columns(draft).chain(columns(self.fields)).collect();
        let line = |item| Row {
            cells: cells(draft, item).chain(cells(self.fields, item)).collect(),
            style: Style::Normal,
        };
        let mut rows: Vec<Row> = items.iter().map(line).collect();
        if let Ok(total) = Money::sum(items.iter().map(|item| item.amount))
            && !items.is_empty()
        {
            let amount = [(AMOUNT.column.key, Cell::Money(total))];
            rows.push(Row::sum(Style::Total, &columns, (RECIPIENT.column.key, "Total"), &amount));
        }
        Sheet {
            lead: is_draft.then(|| draft_note(report)).into_iter().chain([self.law.to_owned()]).collect(),
            columns,
            notes: if rows.is_empty() { vec![self.none.to_owned()] } else { Vec::new() },
            rows,
            ..Sheet::default()
        }
        .part(self.name, marked(&self.title, is_draft))
    }
}

fn marked(title: &str, is_draft: bool) -> String {
    if is_draft { format!("DRAFT – {title}") } else { title.to_owned() }
}

fn draft_note(report: &DisclosureReport) -> String {
    match report.missing.len() {
        0 => "DRAFT, not for publication. Nothing is missing.".to_owned(),
        1 => "DRAFT, not for publication. 1 award has missing details; if its power is not stated, it is in neither list.".to_owned(),
        several => format!(
            "DRAFT, not for publication. {several} awards have missing details; those whose power is not stated are in neither list."
        ),
    }
}

const MISSING_FIELDS: &[Field<Missing>] = &[
    Field::public("draft", "Draft", Kind::Text, 0, |_| Cell::Text("DRAFT".to_owned())),
    Field::public("award", "Award", Kind::Text, 0, |it| Cell::text(&it.grant)),
    Field::public("recipient", "Recipient", Kind::Text, 0, |it| Cell::text(&it.recipient_name)),
    Field::public("purpose", "Purpose", Kind::Text, 1, |it| Cell::text(&it.purpose)),
    Field::public("missing", "Not stated", Kind::Text, 0, |it| Cell::Text(it.words().join(", "))),
];

fn missing_sheet(report: &DisclosureReport) -> Sheet {
    let title = format!("Missing details of grants in {}", report.month.in_words_full());
    Sheet { lead: vec![draft_note(report)], ..Sheet::of(MISSING_FIELDS, &report.missing) }
        .part("missing", marked(&title, true))
}
