//! The sheet of the report `grant`.

use almoner_ledger::calendar::Period;
use almoner_ledger::reports::GrantReport;
use almoner_ledger::reports::grant::{PurposeVersion, StatementEvent, StatementPosting, StatementRow};
use almoner_ledger::reports::measures::Standing;

use super::fields::{balances_in_words, of_refunds};
use crate::sheet::{Cell, Field, Kind, Row, Sheet, Style};

/// A row of the statement with its event.
struct Line<'a> {
    row: &'a StatementRow,
    event: &'a StatementEvent,
}

/// A posting with its event.
struct PostingLine<'a> {
    posting: &'a StatementPosting,
    event: &'a StatementEvent,
}

fn fields<'a>() -> Vec<Field<Line<'a>>> {
    vec![
        Field::public("date", "Date", Kind::Date, 0, |it| Cell::Date(it.row.date)),
        Field::public("booked", "Posted", Kind::Date, 5, |it| {
            if it.row.booked == it.row.date { Cell::Empty } else { Cell::Date(it.row.booked) }
        }),
        Field::public("event", "Event", Kind::Text, 0, |it| Cell::Text(event_text(it))),
        Field::public("decision", "Decision", Kind::Text, 3, |it| Cell::given(it.event.decision.as_ref())),
        Field::new("detail", "Detail", Kind::Text, 7, |it| match it.row.event {
            "recognition" => Cell::Empty,
            _ => Cell::given(it.event.detail.as_ref()),
        }),
        Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.row.awarded)),
        Field::public("reduced", "Reduced", Kind::Money, 1, |it| Cell::Money(it.row.reduced)),
        Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.row.paid)),
        Field::public("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.row.expenditure)),
        Field::public("committed", "Outstanding commitment", Kind::Money, 2, |it| {
            Cell::Money(it.row.committed)
        }),
        Field::public("prepayments", "Prepayments", Kind::Money, 2, |it| Cell::Money(it.row.prepayments)),
        Field::public("accruals", "Accruals", Kind::Money, 2, |it| Cell::Money(it.row.accruals)),
        Field::new("record", "Record", Kind::Count, 4, |it| Cell::Count(it.row.record)),
        Field::new("recorded_at", "Recorded at", Kind::Date, 8, |it| Cell::moment(&it.event.recorded_at)),
        Field::new("recorded_by", "Recorded by", Kind::Text, 6, |it| Cell::text(&it.event.recorded_by)),
        Field::new("reconciled", "Bank statement", Kind::Date, 10, |it| {
            it.event.reconciled.map_or(Cell::Empty, Cell::Date)
        }),
        Field::new("reversed_by", "Reversed by", Kind::Count, 9, |it| Cell::given(it.event.reversed_by)),
    ]
}

/// Returns the event in words, with its reversal.
fn event_text(line: &Line<'_>) -> String {
    let what = match line.row.event {
        "instalment" => match line.event.amount {
            Some(amount) => format!("instalment due: {}", amount.grouped()),
            None => "instalment due".to_owned(),
        },
        what => what.to_owned(),
    };
    let what = match line.event.reconciled.filter(|_| line.row.event == line.event.event) {
        Some(date) => format!("{what}, reconciled {}", date.in_words()),
        None => what,
    };
    match (line.event.reverses, line.event.reversed_by) {
        (Some(record), _) => format!("{what} of record {record}"),
        (None, Some(record)) => format!("{what} (reversed by record {record})"),
        (None, None) => what,
    }
}

fn posting_fields<'a>() -> Vec<Field<PostingLine<'a>>> {
    vec![
        Field::new("record", "Record", Kind::Count, 1, |it| Cell::Count(it.event.record)),
        Field::new("event", "Event", Kind::Text, 1, |it| Cell::text(it.event.event)),
        Field::new("date", "Date", Kind::Date, 0, |it| Cell::Date(it.posting.date)),
        Field::new("booked", "Posted", Kind::Date, 5, |it| it.posting.booked.map_or(Cell::Empty, Cell::Date)),
        Field::new("account", "Account", Kind::Text, 0, |it| Cell::text(it.posting.account.code())),
        Field::new("fund", "Fund", Kind::Text, 4, |it| Cell::text(&it.posting.fund)),
        Field::new("theme", "Theme", Kind::Text, 2, |it| Cell::given(it.posting.theme.as_ref())),
        Field::new("debit", "Debit", Kind::Money, 0, |it| Cell::Money(it.posting.debit)),
        Field::new("credit", "Credit", Kind::Money, 0, |it| Cell::Money(it.posting.credit)),
    ]
}

/// Returns the sheet of the report.
pub fn sheet(report: &GrantReport) -> Sheet {
    let event = |record| report.events.iter().find(|event| event.record == record);
    let lines = report.rows.iter().filter_map(|row| Some(Line { row, event: event(row.record)? }));
    let mut sheet = Sheet::of(&fields(), &lines.collect::<Vec<_>>());
    if let Some((opening, period)) = report.opening.as_ref().zip(report.stamp.range) {
        let figures = balances_of(opening);
        let date = ("date", Cell::Date(period.from()));
        let figures: Vec<(&str, Cell)> = figures.into_iter().chain([date]).collect();
        let row = Row::sum(Style::Normal, &sheet.columns, ("event", "opening balance"), &figures);
        sheet.rows.insert(0, row);
    }
    let total = &report.total;
    let movements = [
        ("awarded", total.awarded_in_period.unwrap_or(total.awarded)),
        ("reduced", total.reduced_in_period.unwrap_or(total.reduced)),
        ("paid", total.paid_in_period.unwrap_or(total.paid)),
        ("expenditure", total.expenditure_in_period.unwrap_or(total.expenditure)),
    ]
    .map(|(key, amount)| (key, Cell::Money(amount)));
    let of_period = report.stamp.as_at.filter(|_| report.opening.is_some());
    let date = of_period.map(|day| ("date", Cell::Date(day)));
    let figures: Vec<(&str, Cell)> = balances_of(total).into_iter().chain(movements).chain(date).collect();
    sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("event", "closing balance"), &figures));
    headed(report, of_refunds(sheet))
}

/// Returns the balances of a position by the keys of their columns.
fn balances_of(position: &Standing) -> [(&'static str, Cell); 3] {
    let Standing { committed, prepayments, accruals, .. } = *position;
    [("committed", committed), ("prepayments", prepayments), ("accruals", accruals)]
        .map(|(key, amount)| (key, Cell::Money(amount)))
}

/// Returns the postings of the grant by account.
pub fn postings_sheet(report: &GrantReport) -> Sheet {
    let of_event = |event| move |posting| PostingLine { posting, event };
    let lines = report.events.iter().flat_map(|event| event.postings.iter().map(of_event(event)));
    headed(report, Sheet::of(&posting_fields(), &lines.collect::<Vec<_>>()))
}

/// Returns the sheet with the facts of the grant.
fn headed(report: &GrantReport, sheet: Sheet) -> Sheet {
    let assumed = if report.date_assumed { " (date assumed)" } else { "" };
    let decision =
        report.decision.as_ref().map_or("decision not stated".to_owned(), |it| format!("decision {it}"));
    let period = report.period.map_or("not stated".to_owned(), Period::in_words);
    let mut facts = vec![
        ("Decided", format!("{}{assumed}, {decision}", report.decided.in_words())),
        ("Fund", format!("{}; {}", report.fund, report.power.name())),
        ("Term", format!("{period}; recognised {}", report.basis.words())),
    ];
    facts.extend(
        report.purposes.iter().map(|purpose| ("Purpose", version(purpose, report.purposes.len() > 1))),
    );
    facts.extend(report.conditions.as_ref().map(|text| ("Conditions", text.to_string())));
    facts.extend(report.reasons.as_ref().map(|text| ("Reasons", text.to_string())));
    if report.award_reversed {
        facts.push(("Status", "the award was reversed".to_owned()));
    } else if report.withdrawn {
        facts.push(("Status", "withdrawn".to_owned()));
    }
    facts.push(("Balances", balances_in_words(&report.total)));
    let title = format!("Grant {}: {}", report.grant, report.recipient_name);
    Sheet { facts, open_keys: OPEN_KEYS, ..sheet }.stamped(title, &report.stamp)
}

/// The facts of the grant, and its events as far as they have columns.
const OPEN_KEYS: &[&str] = &[
    "grant",
    "decision",
    "decided",
    "date_assumed",
    "recipient",
    "recipient_name",
    "fund",
    "power",
    "period",
    "basis",
    "purposes",
    "from",
    "text",
    "theme",
    "conditions",
    "reasons",
    "award_reversed",
    "withdrawn",
    "events",
    "opening",
    "amount",
    "reversed",
];

fn version(purpose: &PurposeVersion, dated: bool) -> String {
    let from = if dated { format!("from {}: ", purpose.from.in_words()) } else { String::new() };
    format!("{from}{} ({})", purpose.text, purpose.theme)
}
