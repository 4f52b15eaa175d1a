//! The sheet of the report `grant`.

use almoner_ledger::calendar::Period;
use almoner_ledger::money::Money;
use almoner_ledger::reports::GrantReport;
use almoner_ledger::reports::grant::{
    GrantPart, PurposeVersion, StatementEvent, StatementPosting, StatementRow,
};
use almoner_ledger::reports::measures::Standing;

use super::fields::{balances_in_words, of_refunds};
use crate::sheet::{Cell, Column, ColumnNote, Field, Kind, Row, Sheet, Style, columns, described};

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
        described(
            "The effective date of the event.",
            Field::public("date", "Date", Kind::Date, 0, |it| Cell::Date(it.row.date)),
        ),
        described(
            "The date on which it was posted, where that is not the effective date.",
            Field::public("booked", "Posted", Kind::Date, 5, |it| {
                if it.row.booked == it.row.date { Cell::Empty } else { Cell::Date(it.row.booked) }
            }),
        ),
        described(
            "The event, with its reversal where there is one.",
            Field::public("event", "Event", Kind::Text, 0, |it| Cell::Text(event_text(it))),
        ),
        described(
            "The decision on which it is based.",
            Field::public("decision", "Decision", Kind::Text, 3, |it| {
                Cell::given(it.event.decision.as_ref())
            }),
        ),
        described(
            "The reference, reason or other detail that was recorded with it.",
            Field::new("detail", "Detail", Kind::Text, 7, |it| match it.row.event {
                "recognition" => Cell::Empty,
                _ => Cell::given(it.event.detail.as_ref()),
            }),
        ),
        described(
            "The change in the amount awarded, before refunds that reduce the award.",
            Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.row.awarded)),
        ),
        described(
            "The refund that reduces the award.",
            Field::public("reduced", "Reduced", Kind::Money, 1, |it| Cell::Money(it.row.reduced)),
        ),
        described(
            "The payment; negative for a refund.",
            Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.row.paid)),
        ),
        described(
            "The amount recognised as expenditure.",
            Field::public("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.row.expenditure)),
        ),
        described(
            "The prior period adjustment: expenditure of earlier years, taken from reserves; shown only if there is one.",
            Field::public("prior_period", "Prior period adjustment", Kind::Money, 1, |it| {
                Cell::Money(it.row.prior_period)
            }),
        ),
        described(
            "Awarded and not yet paid, after this entry.",
            Field::public("committed", "Outstanding commitment", Kind::Money, 2, |it| {
                Cell::Money(it.row.committed)
            }),
        ),
        described(
            "Paid and not yet recognised as expenditure, after this entry.",
            Field::public("prepayments", "Prepayments", Kind::Money, 2, |it| Cell::Money(it.row.prepayments)),
        ),
        described(
            "Recognised as expenditure and not yet paid, after this entry.",
            Field::public("accruals", "Accruals", Kind::Money, 2, |it| Cell::Money(it.row.accruals)),
        ),
        described(
            "The number of the record in the journal.",
            Field::new("record", "Record", Kind::Count, 4, |it| Cell::Count(it.row.record)),
        ),
        described(
            "The time of recording, in UTC.",
            Field::new("recorded_at", "Recorded at", Kind::Date, 8, |it| Cell::moment(&it.event.recorded_at)),
        ),
        described(
            "The user who recorded it.",
            Field::new("recorded_by", "Recorded by", Kind::Text, 6, |it| Cell::text(&it.event.recorded_by)),
        ),
        described(
            "The date of the bank statement line with which it was reconciled.",
            Field::new("reconciled", "Bank statement", Kind::Date, 10, |it| {
                it.event.reconciled.map_or(Cell::Empty, Cell::Date)
            }),
        ),
        described(
            "The record that reverses it.",
            Field::new("reversed_by", "Reversed by", Kind::Count, 9, |it| Cell::given(it.event.reversed_by)),
        ),
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
        described(
            "The number of the record in the journal.",
            Field::new("record", "Record", Kind::Count, 1, |it| Cell::Count(it.event.record)),
        ),
        described(
            "The event that the posting belongs to.",
            Field::new("event", "Event", Kind::Text, 1, |it| Cell::text(it.event.event)),
        ),
        described(
            "The effective date of the posting.",
            Field::new("date", "Date", Kind::Date, 0, |it| Cell::Date(it.posting.date)),
        ),
        described(
            "The date on which it was posted, where that is not the effective date.",
            Field::new("booked", "Posted", Kind::Date, 5, |it| {
                it.posting.booked.map_or(Cell::Empty, Cell::Date)
            }),
        ),
        described(
            "The account posted to.",
            Field::new("account", "Account", Kind::Text, 0, |it| Cell::text(it.posting.account.code())),
        ),
        described(
            "The id of the fund.",
            Field::new("fund", "Fund", Kind::Text, 4, |it| Cell::text(&it.posting.fund)),
        ),
        described(
            "The id of the theme.",
            Field::new("theme", "Theme", Kind::Text, 2, |it| Cell::given(it.posting.theme.as_ref())),
        ),
        described(
            "The amount debited to the account.",
            Field::new("debit", "Debit", Kind::Money, 0, |it| Cell::Money(it.posting.debit)),
        ),
        described(
            "The amount credited to the account.",
            Field::new("credit", "Credit", Kind::Money, 0, |it| Cell::Money(it.posting.credit)),
        ),
    ]
}

/// Returns every column that the report can have.
pub(crate) fn all_columns() -> Vec<Column> {
    columns(&fields()).collect()
}

/// Returns the columns of the postings.
pub(crate) fn columns_of_postings() -> Vec<Column> {
    columns(&posting_fields()).collect()
}

/// Returns the sheet of the report.
pub fn sheet(report: &GrantReport) -> Sheet {
    let event = |record| report.events.iter().find(|event| event.record == record);
    let lines = report.rows.iter().filter_map(|row| Some(Line { row, event: event(row.record)? }));
    let is_adjusted = report.rows.iter().any(|row| !row.prior_period.is_zero());
    let sheet = Sheet::of(&fields(), &lines.collect::<Vec<_>>());
    let mut sheet = sheet.retaining(|column| column.key != "prior_period" || is_adjusted);
    if let Some((opening, period)) = report.opening.as_ref().zip(report.stamp.range) {
        let figures = balances_of(opening);
        let date = ("date", Cell::Date(period.from()));
        let figures: Vec<(&str, Cell)> = figures.into_iter().chain([date]).collect();
        let row = Row::sum(Style::Normal, &sheet.columns, ("event", "opening balance"), &figures);
        sheet.rows.insert(0, row);
    }
    let total = &report.total;
    // To date, what was adjusted is expenditure of the grant like any other.
    let adjusted = match total.expenditure_in_period {
        Some(_) => total.prior_period_in_period.unwrap_or_default(),
        None => Money::sum(report.rows.iter().map(|row| row.prior_period)).unwrap_or_default(),
    };
    let to_date = total.expenditure.minus(adjusted).unwrap_or(total.expenditure);
    let expenditure = total.expenditure_in_period.unwrap_or(to_date);
    let movements = [
        ("awarded", total.awarded_in_period.unwrap_or(total.awarded)),
        ("reduced", total.reduced_in_period.unwrap_or(total.reduced)),
        ("paid", total.paid_in_period.unwrap_or(total.paid)),
        ("expenditure", expenditure),
        ("prior_period", adjusted),
    ]
    .map(|(key, amount)| (key, Cell::Money(amount)));
    let of_period = report.stamp.as_at.filter(|_| report.opening.is_some());
    let date = of_period.map(|day| ("date", Cell::Date(day)));
    let figures: Vec<(&str, Cell)> = balances_of(total).into_iter().chain(movements).chain(date).collect();
    sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("event", "closing balance"), &figures));
    headed(report, &report.parts, of_refunds(sheet))
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
    headed(report, &report.parts, Sheet::of(&posting_fields(), &lines.collect::<Vec<_>>()))
}

fn part_fields() -> Vec<Field<GrantPart>> {
    vec![
        described(
            "The id of the part's fund.",
            Field::public("fund", "Fund", Kind::Text, 0, |it: &GrantPart| Cell::text(&it.fund)),
        ),
        described(
            "The id of the part's theme.",
            Field::public("theme", "Theme", Kind::Text, 0, |it| Cell::text(&it.theme)),
        ),
        described(
            "The amount awarded, with variations and withdrawals, before refunds that reduce the award.",
            Field::public("awarded", "Awarded", Kind::Money, 0, |it| Cell::Money(it.awarded)),
        ),
        described(
            "Refunds that reduce the award.",
            Field::public("reduced", "Reduced", Kind::Money, 3, |it| Cell::Money(it.reduced)),
        ),
        described(
            "Payments less refunds.",
            Field::public("paid", "Paid", Kind::Money, 0, |it| Cell::Money(it.paid)),
        ),
        described(
            "The amount recognised as expenditure.",
            Field::public("expenditure", "Expenditure", Kind::Money, 0, |it| Cell::Money(it.expenditure)),
        ),
        described(
            "Paid and not yet recognised as expenditure.",
            Field::public("prepayments", "Prepayments", Kind::Money, 2, |it| Cell::Money(it.prepayments)),
        ),
        described(
            "Recognised as expenditure and not yet paid.",
            Field::public("accruals", "Accruals", Kind::Money, 2, |it| Cell::Money(it.accruals)),
        ),
        described(
            "Awarded and not yet paid.",
            Field::public("committed", "Outstanding commitment", Kind::Money, 1, |it| {
                Cell::Money(it.committed)
            }),
        ),
        described(
            "Paid in excess of the award, and not yet refunded.",
            Field::public("recoveries_due", "Recoveries due", Kind::Money, 3, |it| {
                Cell::Money(it.recoveries_due)
            }),
        ),
        described(
            "Commitments (and, between funds, payments) moved to the part from others, less those moved from it.",
            Field::public("moved", "Moved", Kind::Money, 5, |it| Cell::Money(it.moved)),
        ),
        described(
            "Prepayments less accruals moved to the part from others, less those moved from it.",
            Field::public("control_moved", "Control moved", Kind::Money, 5, |it| {
                Cell::Money(it.control_moved)
            }),
        ),
    ]
}

const MOVED_BETWEEN_PARTS: [ColumnNote; 2] = [
    ColumnNote::on(
        &["moved"],
        "is the commitment moved to the part through changes of purpose or fund, or because a payment \
         for one part covered another. For moves between funds, it also includes the payments moved. The column adds up to zero.",
    ),
    ColumnNote::on(
        &["control_moved"],
        "is prepayments less accruals that moved to the part with them. The column adds up to zero.",
    ),
];

const NETTED: ColumnNote = ColumnNote {
    columns: &["prepayments", "accruals"],
    one: "is net in the total: prepayments for one part are set off against accruals for another.",
    several: "are net in the total: prepayments for one part are set off against accruals for another.",
};

/// Returns the columns of the parts.
pub(crate) fn columns_of_parts() -> Vec<Column> {
    columns(&part_fields()).collect()
}

/// Returns the parts of the grant with their positions at the reporting date.
pub fn parts_sheet(report: &GrantReport) -> Sheet {
    let mut sheet = Sheet::of(&part_fields(), &report.parts);
    let total = &report.total;
    let figures = [
        ("awarded", total.awarded),
        ("reduced", total.reduced),
        ("paid", total.paid),
        ("expenditure", total.expenditure),
        ("recoveries_due", total.recoveries_due),
    ]
    .map(|(key, amount)| (key, Cell::Money(amount)));
    let figures: Vec<(&str, Cell)> = balances_of(total).into_iter().chain(figures).collect();
    if !report.parts.is_empty() {
        sheet.rows.push(Row::sum(Style::Total, &sheet.columns, ("fund", "Total"), &figures));
    }
    if report.parts.iter().any(|part| !part.moved.is_zero() || !part.control_moved.is_zero()) {
        sheet.column_notes.extend(MOVED_BETWEEN_PARTS);
    }
    let are_prepaid = report.parts.iter().any(|part| part.prepayments.is_positive());
    if are_prepaid && report.parts.iter().any(|part| part.accruals.is_positive()) {
        sheet.column_notes.push(NETTED);
    }
    headed(report, &[], sheet.off_paper_where_blank(&["moved", "control_moved"]))
}

/// Returns a part in words.
fn part_in_words(part: &GrantPart) -> String {
    let amounts = [
        ("awarded", part.awarded),
        ("reduced", part.reduced),
        ("paid", part.paid),
        ("expenditure", part.expenditure),
        ("outstanding commitment", part.committed),
        ("prepayments", part.prepayments),
        ("accruals", part.accruals),
        ("recoveries due", part.recoveries_due),
    ];
    let amounts = amounts.iter().filter(|(_, amount)| !amount.is_zero());
    let amounts: Vec<String> = amounts.map(|(what, it)| format!("{what} £{}", it.grouped())).collect();
    let amounts = if amounts.is_empty() { "zero".to_owned() } else { amounts.join(", ") };
    format!("{}/{}: {amounts}", part.fund, part.theme)
}

/// Returns the sheet with the facts of the grant, and of the parts that are not its lines.
fn headed(report: &GrantReport, parts: &[GrantPart], sheet: Sheet) -> Sheet {
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
    facts.extend(parts.iter().map(|part| ("Part", part_in_words(part))));
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
    "recoveries_due",
    "text",
    "theme",
    "conditions",
    "reasons",
    "award_reversed",
    "withdrawn",
    "events",
    "opening",
    "parts",
    "amount",
    "reversed",
];

fn version(purpose: &PurposeVersion, dated: bool) -> String {
    let from = if dated { format!("from {}: ", purpose.from.in_words()) } else { String::new() };
    format!("{from}{} ({})", purpose.text, purpose.theme)
}
