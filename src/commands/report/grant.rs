//! `almoner report grant`.

use almoner_ledger::accounts::Account;
use almoner_ledger::money::Money;
use almoner_ledger::reports::grant::{PurposeVersion, StatementEvent, StatementPosting, StatementRow};
use almoner_ledger::reports::{GrantReport, Query, grant};
use clap::Args;

use super::fields::{in_words, stamped};
use super::range::RangeArgs;
use super::{Page, ReportProblem};
use crate::sheet::{Cell, Field, Kind, Row, Sheet, Style, cells, columns};

#[derive(Debug, Args)]
#[command(
    after_help = "The balances named are as at the last day of the period; the statement shows all days."
)]
pub struct GrantArgs {
    /// The grant's id
    #[arg(value_name = "GRANT")]
    grant: String,

    /// Show every posting with its account instead
    #[arg(long)]
    postings: bool,

    #[command(flatten)]
    range: RangeArgs,
}

impl GrantArgs {
    pub(super) fn run(&self, page: Page<'_>) -> Result<(), ReportProblem> {
        let report = grant(page.books, &Query::of(self.range.range(page.today)?), &self.grant)?;
        page.write(&report, if self.postings { postings_sheet } else { to_sheet })
    }
}

/// A row of the statement with the event that brought it.
struct Line<'a> {
    row: &'a StatementRow,
    event: &'a StatementEvent,
}

/// A posting with the event that brought it.
struct PostingLine<'a> {
    posting: &'a StatementPosting,
    event: &'a StatementEvent,
}

fn fields<'a>() -> Vec<Field<Line<'a>>> {
    vec![
        Field::public("date", "Date", Kind::Date, 0, |it| Cell::Date(it.row.date)),
        Field::public("booked", "Booked", Kind::Date, 5, |it| {
            if it.row.booked == it.row.date { Cell::Empty } else { Cell::Date(it.row.booked) }
        }),
        Field::public("event", "Event", Kind::Text, 0, |it| Cell::Text(words(it))),
        Field::public("decision", "Decision", Kind::Text, 3, |it| Cell::given(it.event.decision.as_ref())),
        Field::new("detail", "Detail", Kind::Text, 7, |it| match it.row.event {
            "charge" => Cell::Empty,
            _ => Cell::given(it.event.detail.as_ref()),
        }),
        Field::public("awarded", "Awarded", Kind::Money, 1, |it| Cell::Money(it.row.awarded)),
        Field::public("paid", "Paid", Kind::Money, 1, |it| Cell::Money(it.row.paid)),
        Field::public("expenditure", "Charged", Kind::Money, 1, |it| Cell::Money(it.row.expenditure)),
        Field::public("committed", "Committed", Kind::Money, 2, |it| Cell::Money(it.row.committed)),
        Field::public("prepayments", "Prepaid", Kind::Money, 2, |it| Cell::Money(it.row.prepayments)),
        Field::public("accruals", "Owed", Kind::Money, 2, |it| Cell::Money(it.row.accruals)),
        Field::new("record", "Record", Kind::Count, 4, |it| Cell::Count(it.row.record)),
        Field::new("recorded_at", "Recorded at", Kind::Date, 8, |it| {
            Cell::Text(it.event.recorded_at.clone())
        }),
        Field::new("recorded_by", "Recorded by", Kind::Text, 6, |it| {
            Cell::Text(it.event.recorded_by.clone())
        }),
        Field::new("reconciled", "On statement of", Kind::Date, 10, |it| {
            it.event.reconciled.map_or(Cell::Empty, Cell::Date)
        }),
        Field::new("reversed_by", "Reversed by", Kind::Count, 9, |it| Cell::given(it.event.reversed_by)),
    ]
}

/// What happened, and how it stands to reversals.
fn words(line: &Line<'_>) -> String {
    let what = match line.row.event {
        "instalment" => match line.event.amount {
            Some(amount) => format!("instalment due: {}", amount.grouped()),
            None => "instalment due".to_owned(),
        },
        what => what.to_owned(),
    };
    let what = match line.event.reconciled.filter(|_| line.row.event == line.event.event) {
        Some(date) => format!("{what}, reconciled {date}"),
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
        Field::new("event", "Event", Kind::Text, 1, |it| Cell::Text(it.event.event.to_owned())),
        Field::new("date", "Date", Kind::Date, 0, |it| Cell::Date(it.posting.date)),
        Field::new("booked", "Booked", Kind::Date, 5, |it| it.posting.booked.map_or(Cell::Empty, Cell::Date)),
        Field::new("account", "Account", Kind::Text, 0, |it| {
            Cell::Text(it.posting.account.code().to_owned())
        }),
        Field::new("fund", "Fund", Kind::Text, 4, |it| Cell::Text(it.posting.fund.to_string())),
        Field::new("theme", "Theme", Kind::Text, 2, |it| Cell::given(it.posting.theme.as_ref())),
        Field::new("debit", "Debit", Kind::Money, 0, |it| Cell::Money(it.posting.debit)),
        Field::new("credit", "Credit", Kind::Money, 0, |it| Cell::Money(it.posting.credit)),
    ]
}

fn event_of(report: &GrantReport, record: u64) -> Option<&StatementEvent> {
    report.events.iter().find(|event| event.record == record)
}

fn to_sheet(report: &GrantReport) -> Sheet {
    let fields = fields();
    let lines = report.rows.iter().filter_map(|row| Some(Line { row, event: event_of(report, row.record)? }));
    let rows = lines.map(|line| Row { cells: cells(&fields, &line).collect(), style: Style::Normal });
    let mut notes = Vec::new();
    if report
        .events
        .iter()
        .any(|event| event.postings.iter().any(|posting| posting.account == Account::GrantExpenditure))
    {
        notes.push("Charges of days to come are in the books already, each dated its own day.".to_owned());
    }
    notes.push("--postings shows every posting with its account; JSON has both.".to_owned());
    Sheet { columns: columns(&fields).collect(), rows: rows.collect(), notes, ..headed(report) }
}

fn postings_sheet(report: &GrantReport) -> Sheet {
    let fields = posting_fields();
    let lines = report
        .events
        .iter()
        .flat_map(|event| event.postings.iter().map(move |posting| PostingLine { posting, event }));
    let rows = lines.map(|line| Row { cells: cells(&fields, &line).collect(), style: Style::Normal });
    Sheet { columns: columns(&fields).collect(), rows: rows.collect(), ..headed(report) }
}

/// The sheet with what the grant is, and nothing in it yet.
fn headed(report: &GrantReport) -> Sheet {
    let mut sheet = stamped(format!("Grant {}: {}", report.grant, report.recipient_name), &report.stamp);
    let assumed = if report.date_assumed { " (date assumed)" } else { "" };
    let decision =
        report.decision.as_ref().map_or("decision not stated".to_owned(), |it| format!("decision {it}"));
    let period = report.period.map_or("not stated".to_owned(), |period| period.to_string());
    let total = report.total;
    let mut facts = vec![
        ("Decided", format!("{}{assumed}, {decision}", in_words(report.decided))),
        ("Fund", format!("{}; {}", report.fund, report.power.name())),
        ("Term", format!("{period}; charged {}", report.basis.words())),
    ];
    facts.extend(
        report.purposes.iter().map(|purpose| ("Purpose", version(purpose, report.purposes.len() > 1))),
    );
    facts.extend(report.conditions.as_ref().map(|text| ("Conditions", text.to_string())));
    facts.extend(report.reasons.as_ref().map(|text| ("Reasons", text.to_string())));
    if report.award_reversed {
        facts.push(("Status", "the award was reversed: the grant does not hold".to_owned()));
    } else if report.withdrawn {
        facts.push(("Status", "withdrawn".to_owned()));
    }
    let named = [
        ("awarded", total.awarded),
        ("paid", total.paid),
        ("expenditure", total.expenditure),
        ("committed", total.committed),
        ("prepayments", total.prepayments),
        ("accruals", total.accruals),
    ];
    let said = named.iter().filter(|(_, amount)| !amount.is_zero()).map(|(word, amount)| said(word, *amount));
    facts.push(("Stands at", said.collect::<Vec<_>>().join(", ")));
    sheet.facts.extend(facts);
    sheet
}

fn said(word: &str, amount: Money) -> String {
    format!("{word} £{}", amount.grouped())
}

fn version(purpose: &PurposeVersion, dated: bool) -> String {
    let from = if dated { format!("from {}: ", in_words(purpose.from)) } else { String::new() };
    format!("{from}{} ({})", purpose.text, purpose.theme)
}
