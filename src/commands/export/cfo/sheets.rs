//! The sheets of the pack. All columns are for the office.

use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::money::Overflow;
use almoner_ledger::reports::forecast::{Forecast, ForecastRow, Largest};
use almoner_ledger::reports::funds::{FundRow, FundStatement, LapsingRow};
use almoner_ledger::reports::year_end::{Section, YearEndRow};
use almoner_ledger::reports::{ForecastReport, FundsReport, YearEndReport};

use crate::commands::explain::PARTS;
use crate::commands::report::fields::{Lines, in_words, range_in_words};
use crate::sheet::{
    Cell, Chart, Column, Field, Kind, Row, Shape, Sheet, Style, cells, columns, on_paper, sum_row,
};

const LINE: &[Field<ForecastRow>] = &[
    Field::new("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.fund.to_string())),
    Field::new("fund_name", "Fund", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.fund_name.clone())),
    Field::new("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.theme.to_string())),
    Field::new("line", "Line", Kind::Text, Column::FILES_ONLY, |row| {
        Cell::Text(format!("{}: {}", row.fund_name, row.theme_name))
    }),
    Field::new("theme_name", "Theme", Kind::Text, 0, |row| Cell::Text(row.theme_name.clone())),
];

const FORECAST: &[Field<Forecast>] = &[
    Field::new("budget", "Budget of the year", Kind::Money, 0, |it| Cell::Money(it.budget)),
    Field::new("expenditure", "Charged to date", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::new("committed", "Committed", Kind::Money, 4, |it| Cell::Money(it.committed)),
    Field::new("still_to_recognise", "Still to charge", Kind::Money, 2, |it| {
        Cell::Money(it.still_to_recognise)
    }),
    Field::new("unscheduled", "Uncharged, no period", Kind::Money, 3, |it| Cell::Money(it.unscheduled)),
    Field::new("forecast", "Forecast", Kind::Money, 0, |it| Cell::Money(it.forecast)),
    Field::new("variance", "Forecast less budget", Kind::Money, 0, |it| Cell::Money(it.variance)),
];

const FORECASTS: Lines<'static, ForecastRow, Forecast> =
    Lines { words: LINE, figures: FORECAST, of: |row| &row.figures, label_key: "theme_name" };

/// Budgets against charges and the forecast, each fund with its sum.
pub(super) fn monitoring(report: &ForecastReport) -> Result<Sheet, Overflow> {
    let mut rows = Vec::new();
    for fund in report.rows.chunk_by(|a, b| a.fund == b.fund) {
        let Some(first) = fund.first() else { continue };
        let mut sum = Forecast::default();
        rows.push(Row::heading(first.fund_name.clone()));
        for line in fund {
            sum.add(&line.figures)?;
            rows.push(FORECASTS.row(line));
        }
        rows.push(FORECASTS.sum(Style::Subtotal, "", &sum));
    }
    rows.push(FORECASTS.sum(Style::Total, "All funds", &report.total));
    let (year, day) = (report.year, in_words(report.period.to()));
    let place = format!("themes/ID/remaining@{year}");
    let chart = Chart {
        title: format!("Budget and forecast of {year} by fund and theme, in pounds"),
        shape: Shape::Bars,
        label: "line",
        series: vec!["budget", "forecast"],
    };
    Ok(Sheet {
        key: "monitoring",
        title: "Budget monitoring".to_owned(),
        lead: vec![outcome(report)],
        charts: vec![chart],
        columns: FORECASTS.columns(),
        rows,
        notes: vec![
            format!("Charged from 1 April to {day}; committed is promised and not yet paid on that day."),
            "Still to charge is what is posted on the days after it, up to 31 March: what grants with a period \
             charge by their schedule, and payments recorded ahead of their day."
                .to_owned(),
            "Uncharged is promised by awards without a period and not paid on 31 March, less instalments that \
             fall due after it. All of it is taken to be charged in the year."
                .to_owned(),
            "Forecast is the sum of these. It takes in everything known when the paper is made, and no award \
             that is not recorded. A variance in brackets is below the budget."
                .to_owned(),
            format!(
                "The records of a line: `almoner explain {place} --fund FUND`, which is the variance turned \
                 round; or charged, or committed, in the place of remaining."
            ),
        ],
        ..Sheet::default()
    })
}

/// The forecast beside the budget, in words.
fn outcome(report: &ForecastReport) -> String {
    let Forecast { budget, forecast, variance, .. } = report.total;
    let said = format!("The forecast for {} is £{}", report.year, forecast.grouped());
    if budget.is_zero() {
        return format!("{said}. No budget is set for the year.");
    }
    let budget = budget.grouped();
    if variance.is_zero() {
        return format!("{said}, which is the budget.");
    }
    let side = if variance.is_negative() { "below" } else { "above" };
    format!("{said}, which is £{} {side} the budget of £{budget}.", variance.size().grouped())
}

/// The records dated in the period that moved the forecast most.
pub(super) fn moved(report: &ForecastReport) -> Sheet {
    let lead = format!(
        "What records dated {} brought to the forecast of {}, or took from it.",
        range_in_words(report.period),
        report.year
    );
    let note = "What was recorded between two packs, whatever its date: `almoner diff`.".to_owned();
    largest("movements", "What moved the forecast", lead, &report.moved, vec![note])
}

/// The records that charged most in the period.
pub(super) fn expenditure(report: &ForecastReport) -> Sheet {
    let lead = format!(
        "Of what was charged {}, by the records that it rests on. An award with a period charges month by month.",
        range_in_words(report.period)
    );
    largest("charges", "What was charged in the period", lead, &report.expenditure, Vec::new())
}

fn largest(key: &'static str, title: &str, lead: String, largest: &Largest, notes: Vec<String>) -> Sheet {
    let line = |style, label: String, amount| {
        let words = columns(PARTS).take(PARTS.len() - 1);
        sum_row(style, &label, "event", words, std::iter::once(Cell::Money(amount)))
    };
    let mut rows: Vec<Row> = largest
        .rows
        .iter()
        .map(|part| Row { cells: cells(PARTS, part).collect(), style: Style::Normal })
        .collect();
    match largest.other_records {
        0 => {}
        1 => rows.push(line(Style::Normal, "1 other record".to_owned(), largest.others)),
        more => rows.push(line(Style::Normal, format!("{more} other records"), largest.others)),
    }
    let none = rows.is_empty().then(|| "No record did.".to_owned());
    rows.push(line(Style::Total, "Total".to_owned(), largest.total));
    Sheet {
        key,
        title: title.to_owned(),
        lead: std::iter::once(lead).chain(none).collect(),
        columns: columns(PARTS).collect(),
        rows,
        notes,
        ..Sheet::default()
    }
}

/// The side of the control account in the mapping of `export finance`.
const PREPAID: &str = "prepayments";
const OWED: &str = "accruals";

const GRANT: &[Field<YearEndRow>] = &[
    Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::Text(row.grant.to_string())),
    Field::new("recipient", "Recipient id", Kind::Text, Column::FILES_ONLY, |row| {
        Cell::Text(row.recipient.to_string())
    }),
    Field::new("recipient_name", "Recipient", Kind::Text, 2, |row| Cell::Text(row.recipient_name.clone())),
    Field::new("fund", "Fund", Kind::Text, 1, |row| Cell::Text(row.fund.to_string())),
    Field::new("paid", "Paid", Kind::Money, 4, |row| Cell::Money(row.paid)),
    Field::new("expenditure", "Charged", Kind::Money, 4, |row| Cell::Money(row.expenditure)),
];

/// Prepayments, recoveries and accruals grant by grant, with the accounts to journal them between.
pub(super) fn year_end(report: &YearEndReport) -> Sheet {
    let what = Column::new("what", "What", Kind::Text, Column::FILES_ONLY);
    let sides = [
        Column::new("debit", "Debit", Kind::Text, 0),
        Column::new("credit", "Credit", Kind::Text, 0),
        Column::new("amount", "Amount", Kind::Money, 0),
    ];
    let expenditure = Account::GrantExpenditure.code();
    let mut rows = Vec::new();
    for (word, heading, section, debit, credit) in [
        ("prepayments", "Prepaid: paid and not yet charged", &report.prepayments, PREPAID, expenditure),
        ("recovery", "To be recovered from grants withdrawn", &report.recoveries_due, PREPAID, expenditure),
        ("accruals", "Owed: charged and not yet paid", &report.accruals, expenditure, OWED),
    ] {
        section_rows(&mut rows, word, heading, section, (debit, credit));
    }
    let control = format!(
        "Prepaid and to be recovered, less owed, is {}: the balance of {}.",
        on_paper(report.grant_control),
        Account::GrantControl.code()
    );
    let no_period = format!(
        "Promised without a stated period and not paid: {}. It is a commitment, and not journalled.",
        on_paper(report.no_period.total)
    );
    Sheet {
        key: "year-end",
        title: format!("Year-end schedule, {}", report.year),
        lead: vec![format!(
            "What 31 March leaves behind by everything known, for a finance system in which payments are \
             expenditure. Reverse it on 1 April {}.",
            report.year.range().to().next_day().naive().format("%Y")
        )],
        columns: std::iter::once(what).chain(columns(GRANT)).chain(sides).collect(),
        rows,
        notes: vec![
            control,
            no_period,
            "Accounts are named as in the mapping of `almoner export finance`, which writes the same lines in \
             the finance system's own codes."
                .to_owned(),
        ],
        ..Sheet::default()
    }
}

fn section_rows(rows: &mut Vec<Row>, word: &str, heading: &str, section: &Section, sides: (&str, &str)) {
    if section.rows.is_empty() {
        rows.push(Row::heading(format!("{heading}: none")));
        return;
    }
    rows.push(Row::heading(heading));
    let text = |words: &str| Cell::Text(words.to_owned());
    for row in &section.rows {
        let (debit, credit) = sides;
        let after = [text(debit), text(credit), Cell::Money(row.amount)];
        let cells = std::iter::once(text(word)).chain(cells(GRANT, row)).chain(after);
        rows.push(Row { cells: cells.collect(), style: Style::Normal });
    }
    let mut sum = vec![Cell::Empty; GRANT.len() + 3];
    sum.push(Cell::Money(section.total));
    rows.push(Row { cells: sum, style: Style::Subtotal });
}

const FUND: &[Field<FundRow>] = &[
    Field::new("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::Text(row.fund.to_string())),
    Field::new("name", "Fund", Kind::Text, 0, |row| Cell::Text(row.name.clone())),
];

const STATEMENT: &[Field<FundStatement>] = &[
    Field::new("opening", "Opening", Kind::Money, 0, |it| Cell::Money(it.opening)),
    Field::new("brought_forward", "Brought forward", Kind::Money, 4, |it| Cell::Money(it.brought_forward)),
    Field::new("income", "Income", Kind::Money, 1, |it| Cell::Money(it.income)),
    Field::new("released", "Released", Kind::Money, 2, |it| Cell::Money(it.released)),
    Field::new("expenditure", "Charged", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::new("closing", "Closing", Kind::Money, 0, |it| Cell::Money(it.closing)),
    Field::new("advance_closing", "Held in advance", Kind::Money, 3, |it| Cell::Money(it.advance_closing)),
    Field::new("bank", "Bank", Kind::Money, 5, |it| Cell::Money(it.bank)),
    Field::new("grant_control", "Grant control", Kind::Money, 6, |it| Cell::Money(it.grant_control)),
];

/// What each fund held, what came in, what went out, and what it holds.
pub(super) fn funds(report: &FundsReport) -> Sheet {
    let lines = Lines { words: FUND, figures: STATEMENT, of: |row| &row.statement, label_key: "name" };
    Sheet {
        key: "funds",
        title: "Fund statements".to_owned(),
        columns: lines.columns(),
        rows: lines.rows(&report.rows, &report.total),
        notes: vec![
            "Closing is opening, brought forward, income and released, less charged. Released is money \
             received in advance that became income as it was charged."
                .to_owned(),
            "Closing and held in advance are what is in bank and grant control (prepaid less owed): the \
             balances of `almoner report trial-balance` on the last day."
                .to_owned(),
        ],
        ..Sheet::default()
    }
}

const LAPSING: &[Field<LapsingRow>] = &[
    Field::new("name", "Fund", Kind::Text, 0, |row| Cell::Text(row.name.clone())),
    Field::new("opening", "Held at first", Kind::Money, 2, |row| Cell::Money(row.opening)),
    Field::new("received", "Received", Kind::Money, 1, |row| Cell::Money(row.received)),
    Field::new("spent", "Spent", Kind::Money, 1, |row| Cell::Money(row.spent)),
    Field::new("held", "Held", Kind::Money, 0, |row| Cell::Money(row.held)),
    Field::new("expected", "To be spent by 31 March", Kind::Money, 0, |row| Cell::Money(row.expected)),
    Field::new("at_risk", "At risk", Kind::Money, 0, |row| Cell::Money(row.at_risk)),
];

/// Money that must be returned if it is not spent.
pub(super) fn lapsing(funds: &[LapsingRow], year: FinancialYear) -> Sheet {
    let none = "No fund holds or received money on condition that what is not spent is returned.";
    let rows =
        funds.iter().map(|row| Row { cells: cells(LAPSING, row).collect(), style: Style::Normal }).collect();
    Sheet {
        key: "at-risk",
        title: "Ring-fenced money at risk of lapsing".to_owned(),
        lead: if funds.is_empty() { vec![none.to_owned()] } else { Vec::new() },
        columns: columns(LAPSING).collect(),
        rows,
        notes: vec![
            format!(
                "To be spent is what the fund's grants are still to charge in {year} and their uncharged \
                 commitment, as in budget monitoring. At risk is what is held beyond that."
            ),
            "The books know the condition to return what is not spent, and not by when, nor whether the \
             funder allows it to be carried forward."
                .to_owned(),
        ],
        ..Sheet::default()
    }
}

const RESERVES: &[Field<FundStatement>] = &[
    Field::new("opening", "Opening", Kind::Money, 0, |it| Cell::Money(it.opening)),
    Field::new("closing", "Closing", Kind::Money, 0, |it| Cell::Money(it.closing)),
];

/// What the books know of reserves, and what they do not.
pub(super) fn reserves(report: &FundsReport) -> Sheet {
    let lines = Lines { words: FUND, figures: RESERVES, of: |row| &row.statement, label_key: "name" };
    Sheet {
        key: "reserves",
        title: "Reserves".to_owned(),
        lead: vec![
            "What each fund for grants has left or has overspent: the part of reserves that these books know."
                .to_owned(),
        ],
        columns: lines.columns(),
        rows: lines.rows(&report.rows, &report.total),
        notes: vec![
            "Not known here: the general and the capital reserves, reserves of the police fund, earmarking, \
             and income and expenditure other than grants and their funding."
                .to_owned(),
            "A fund below nothing was charged more than was recorded as received or brought forward. The fund \
             not stated is that of awards whose decision names none."
                .to_owned(),
            "Money held in advance is owed to its funder until it is spent, and is no reserve.".to_owned(),
        ],
        ..Sheet::default()
    }
}
