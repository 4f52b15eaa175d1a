//! The pack for the Chief Finance Officer. All columns are for the office only.

use almoner_ledger::accounts::Account;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::forecast::{Forecast, ForecastRow, Largest};
use almoner_ledger::reports::funds::{AtRiskRow, FundRow, FundStatement, funding_at_risk as at_risk};
use almoner_ledger::reports::year_end::YearEndRow;
use almoner_ledger::reports::{
    self, ForecastReport, FundsReport, Published, Query, ReportError, YearEndReport, forecast, funds,
};

use super::Pack;
use crate::invocation::{Invocation, Typed};
use crate::reports::explain::{PARTS, sum};
use crate::reports::fields::Lines;
use crate::reports::prior_period::sheet as adjustments_sheet;
use crate::reports::year_end::{self as headings, section_rows};
use crate::sheet::{Cell, Chart, Column, Field, Kind, Shape, Sheet, Style, cells, columns, in_a_sentence};

/// Makes the pack of a period, as at the end of a month, with its `most` largest records.
pub fn pack(
    books: &Published<'_>,
    query: &Query,
    most: usize,
    typed: Typed<'_>,
) -> Result<Pack, ReportError> {
    // First, since it refuses periods that are not whole months.
    let funds_report = funds(books, query)?;
    let forecast = forecast(books, query, most)?;
    let of_year = Query { range: forecast.year.range(), reporting: query.as_at(), ..query.clone() };
    let schedule = reports::year_end(books, &of_year, forecast.year)?;
    let at_risk = at_risk(&funds_report, &forecast)?;
    let mut sheets = vec![
        monitoring(&forecast, typed)?,
        moved(&forecast, typed),
        expenditure(&forecast),
        year_end(&schedule, typed),
    ];
    if !schedule.prior_period.is_empty() {
        sheets.push(prior_period(&schedule));
    }
    sheets.extend([
        funds_sheet(&funds_report, typed),
        funding_at_risk(&at_risk, forecast.year),
        reserves(&funds_report),
    ]);
    Ok(Pack {
        title: format!("Grants: pack for the Chief Finance Officer, {}", query.range.in_words()),
        range: query.range,
        as_at: query.as_at(),
        sheets,
    })
}

const LINE: &[Field<ForecastRow>] = &[
    Field::new("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund)),
    Field::new("fund_name", "Fund", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund_name)),
    Field::new("theme", "Theme id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.theme)),
    Field::new("line", "Line", Kind::Text, Column::FILES_ONLY, |row| {
        Cell::Text(format!("{}: {}", row.fund_name, row.theme_name))
    }),
    Field::new("theme_name", "Theme", Kind::Text, 0, |row| Cell::text(&row.theme_name)),
];

const FORECAST: &[Field<Forecast>] = &[
    Field::new("budget", "Annual budget", Kind::Money, 0, |it| Cell::Money(it.budget)),
    Field::new("expenditure", "Expenditure to date", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::new("committed", "Outstanding commitment", Kind::Money, 4, |it| Cell::Money(it.committed)),
    Field::new("still_to_recognise", "Still to recognise", Kind::Money, 2, |it| {
        Cell::Money(it.still_to_recognise)
    }),
    Field::new("forecast", "Forecast", Kind::Money, 0, |it| Cell::Money(it.forecast)),
    Field::new("variance", "Variance", Kind::Money, 0, |it| Cell::Money(it.variance)),
];

const FORECASTS: Lines<'static, ForecastRow, Forecast> =
    Lines { words: LINE, figures: FORECAST, of: |row| &row.figures, label_key: "theme_name" };

/// Budgets against expenditure and forecast, each fund with its subtotal.
fn monitoring(report: &ForecastReport, typed: Typed<'_>) -> Result<Sheet, Overflow> {
    let mut sheet =
        FORECASTS.grouped(&report.rows, |row| &row.fund_name, |a, b| a.fund == b.fund, Forecast::add)?;
    sheet.rows.push(FORECASTS.sum(Style::Total, "All funds", &report.total));
    let (year, day) = (report.year, report.stamp.as_at.unwrap_or(report.period.to()).in_words());
    let from = year.range().from().in_words();
    let explain = typed(&Invocation::ExplainRemaining { year });
    let chart = Chart {
        title: format!("Budget and forecast for {year} by fund and theme, in pounds"),
        shape: Shape::Bars,
        label: "line",
        series: vec!["budget", "forecast"],
    };
    Ok(Sheet {
        lead: vec![outcome(report)],
        charts: vec![chart],
        notes: vec![
            format!("Expenditure is for {from} to {day}. The outstanding commitment is the amount awarded but not yet paid at the end of that period."),
            "\"Still to recognise\" is the part of the amount awarded to that day that will be recognised between then \
             and 31 March: as scheduled for grants with a period, by instalment for others. Where that day is before \
             31 March, commitments without a date are included."
                .to_owned(),
            "The forecast is expenditure to date plus the amount still to be recognised. Variance is budget less forecast; a figure in brackets means that the \
             forecast is above the budget."
                .to_owned(),
            format!(
                "To list the records behind a line: `{explain}`. \"Remaining\" is the variance; \
                 \"expenditure\" and \"committed\" can be used instead of \"remaining\"."
            ),
        ],
        ..sheet
    }
    .part("monitoring", "Budget monitoring"))
}

fn outcome(report: &ForecastReport) -> String {
    let Forecast { budget, forecast, variance, .. } = report.total;
    let forecast_text = format!("The forecast for {} is £{}", report.year, forecast.grouped());
    if budget.is_zero() {
        return format!("{forecast_text}. No budget is set for the year.");
    }
    let budget = budget.grouped();
    if variance.is_zero() {
        return format!("{forecast_text}, equal to the budget.");
    }
    let side = if variance.is_negative() { "above" } else { "below" };
    format!("{forecast_text}, which is £{} {side} the budget of £{budget}.", variance.size().grouped())
}

/// The records dated in the period that changed the forecast most.
fn moved(report: &ForecastReport, typed: Typed<'_>) -> Sheet {
    let lead = format!(
        "Changes to the forecast for {1} made by records posted from {0}.",
        report.period.in_words(),
        report.year
    );
    let diff = typed(&Invocation::Diff);
    let note = format!(
        "To list the records made between two packs, whatever the records' transaction dates: `{diff}`."
    );
    largest("movements", "Changes to the forecast", lead, &report.moved, vec![note])
}

/// The records with the largest expenditure in the period.
fn expenditure(report: &ForecastReport) -> Sheet {
    let lead = format!(
        "Expenditure {}, by record. The expenditure of an award with a period is recognised month by month.",
        report.period.in_words()
    );
    largest("expenditure", "Expenditure in the period", lead, &report.expenditure, Vec::new())
}

fn largest(key: &'static str, title: &str, lead: String, largest: &Largest, notes: Vec<String>) -> Sheet {
    let mut sheet = Sheet { lead: vec![lead], notes, ..Sheet::of(PARTS, &largest.rows) }.part(key, title);
    let others = match largest.other_records {
        0 => None,
        1 => Some("1 other record".to_owned()),
        more => Some(format!("{more} other records")),
    };
    sheet.rows.extend(others.map(|label| sum(Style::Normal, &sheet.columns, &label, largest.others)));
    if sheet.rows.is_empty() {
        sheet.lead.push("There are no such records.".to_owned());
    }
    sheet.rows.push(sum(Style::Total, &sheet.columns, "Total", largest.total));
    sheet
}

/// The accounts for the control account in the mapping of `export finance`.
const PREPAYMENTS: &str = "prepayments";
const ACCRUALS: &str = "accruals";

const GRANT: &[Field<YearEndRow>] = &[
    Field::new("grant", "Grant", Kind::Text, 0, |row| Cell::text(&row.grant)),
    Field::new("recipient", "Recipient id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.recipient)),
    Field::new("recipient_name", "Recipient", Kind::Text, 2, |row| Cell::text(&row.recipient_name)),
    Field::new("fund", "Fund", Kind::Text, 1, |row| Cell::text(&row.fund)),
    Field::new("paid", "Paid", Kind::Money, 4, |row| Cell::Money(row.paid)),
    Field::new("expenditure", "Expenditure", Kind::Money, 4, |row| Cell::Money(row.expenditure)),
];

/// Prepayments, recoveries due and accruals grant by grant, with the accounts to debit and credit.
fn year_end(report: &YearEndReport, typed: Typed<'_>) -> Sheet {
    let as_at = report.stamp.as_at.unwrap_or(report.year.range().to());
    let what = Column::new("what", "Section", Kind::Text, Column::FILES_ONLY);
    let sides = [
        Column::new("debit", "Debit", Kind::Text, 0),
        Column::new("credit", "Credit", Kind::Text, 0),
        Column::new("amount", "Amount", Kind::Money, 0),
    ];
    let columns: Vec<Column> = std::iter::once(what).chain(columns(GRANT)).chain(sides).collect();
    let expenditure = Account::GrantExpenditure.code();
    let mut rows = Vec::new();
    for (word, heading, section, debit, credit) in [
        ("prepayments", headings::PREPAYMENTS, &report.prepayments, PREPAYMENTS, expenditure),
        ("recoveries-due", headings::RECOVERIES_DUE, &report.recoveries_due, PREPAYMENTS, expenditure),
        ("accruals", headings::ACCRUALS, &report.accruals, expenditure, ACCRUALS),
    ] {
        let [word, debit, credit] = [word, debit, credit].map(|words| Cell::Text(words.to_owned()));
        rows.extend(section_rows(section, heading, &columns, "", |row| {
            let after = [debit.clone(), credit.clone(), Cell::Money(row.amount)];
            std::iter::once(word.clone()).chain(cells(GRANT, row)).chain(after).collect()
        }));
    }
    let control = format!(
        "Prepayments and recoveries due, less accruals, total {}, which is the combined balance on {} and {}.",
        in_a_sentence(report.grant_control),
        Account::GrantControl.code(),
        Account::RecoveriesDue.code()
    );
    let no_period = format!(
        "Outstanding commitment on awards with no stated period: {}. Commitments are not included in this journal.",
        in_a_sentence(report.no_period.total)
    );
    Sheet {
        lead: vec![format!(
            "Position as at {}, for a finance system that charges payments to expenditure when they are made. Reverse on {}.",
            as_at.in_words(),
            as_at.next_day().in_words()
        )],
        columns,
        rows,
        notes: vec![
            control,
            no_period,
            format!(
                "Account names are those in the mapping for `{}`, which writes the same lines with the finance \
                 system's own codes.",
                typed(&Invocation::Finance)
            ),
        ],
        ..Sheet::default()
    }
    .part("year-end", format!("Year-end schedule, {}", report.year))
}

const FUND: &[Field<FundRow>] = &[
    Field::new("fund", "Fund id", Kind::Text, Column::FILES_ONLY, |row| Cell::text(&row.fund)),
    Field::new("name", "Fund", Kind::Text, 0, |row| Cell::text(&row.name)),
];

const STATEMENT: &[Field<FundStatement>] = &[
    Field::new("opening", "Opening balance", Kind::Money, 0, |it| Cell::Money(it.opening)),
    Field::new("prior_period", "Prior period adjustments", Kind::Money, 1, |it| {
        Cell::Money(it.prior_period.negated())
    }),
    Field::new("brought_forward", "Brought forward", Kind::Money, 4, |it| Cell::Money(it.brought_forward)),
    Field::new("income", "Income", Kind::Money, 1, |it| Cell::Money(it.income)),
    Field::new("released", "Released to income", Kind::Money, 2, |it| Cell::Money(it.released)),
    Field::new("expenditure", "Expenditure", Kind::Money, 1, |it| Cell::Money(it.expenditure)),
    Field::new("earlier_years", "Expenditure of earlier years", Kind::Money, 3, |it| {
        Cell::Money(it.earlier_years)
    }),
    Field::new("closing", "Closing", Kind::Money, 0, |it| Cell::Money(it.closing)),
    Field::new("advance_closing", "Receipts in advance", Kind::Money, 3, |it| {
        Cell::Money(it.advance_closing)
    }),
    Field::new("bank", "Bank", Kind::Money, 5, |it| Cell::Money(it.bank)),
    Field::new("grant_control", "Grant control", Kind::Money, 6, |it| Cell::Money(it.grant_control)),
    Field::new("recoveries_due", "Recoveries due", Kind::Money, 7, |it| Cell::Money(it.recoveries_due)),
];

/// The statement of each fund from opening to closing balance.
fn funds_sheet(report: &FundsReport, typed: Typed<'_>) -> Sheet {
    let lines = Lines { words: FUND, figures: STATEMENT, of: |row| &row.statement, label_key: "name" };
    let has =
        |figure: fn(&FundStatement) -> Money| report.rows.iter().any(|row| !figure(&row.statement).is_zero());
    let (is_adjusted, has_moved) = (has(|it| it.prior_period), has(|it| it.earlier_years));
    let adjusted = "Prior period adjustments are expenditure of earlier years, taken from the fund's \
                    reserve and not included in expenditure for the period. The opening balance plus \
                    these adjustments is the restated opening balance.";
    let moved = "Expenditure of earlier years that moved to the fund also reduces the closing balance.";
    let others = [(is_adjusted, adjusted), (has_moved, moved)];
    let others = others.into_iter().filter(|(is_shown, _)| *is_shown).map(|(_, note)| note.to_owned());
    let sheet = lines.sheet(&report.rows, &report.total).retaining(|column| match column.key {
        "prior_period" => is_adjusted,
        "earlier_years" => has_moved,
        _ => true,
    });
    let mut sheet = Sheet {
        notes: vec![
            "The closing balance is the opening balance, plus balances brought forward when the books were opened, income, \
             and amounts released to income, less expenditure. Receipts in advance are released to income as expenditure is \
             recognised."
                .to_owned(),
            format!(
                "Closing balance plus receipts in advance equals bank plus grant control (prepayments less \
                 accruals), as shown by `{}` for the last day of the period.",
                typed(&Invocation::TrialBalance)
            ),
        ],
        ..sheet
    };
    sheet.notes.extend(others);
    sheet.part("funds", "Fund statements")
}

/// The list of prior period adjustments posted in the year.
fn prior_period(report: &YearEndReport) -> Sheet {
    let lead = format!(
        "Material errors of earlier years, corrected in {} against reserves (IAS 8.42) and not against expenditure.",
        report.year
    );
    Sheet { lead: vec![lead], ..adjustments_sheet(&report.prior_period) }
        .part("prior-period", "Prior period adjustments")
}

const AT_RISK: &[Field<AtRiskRow>] = &[
    Field::new("name", "Fund", Kind::Text, 0, |row| Cell::text(&row.name)),
    Field::new("opening", "Opening", Kind::Money, 2, |row| Cell::Money(row.opening)),
    Field::new("received", "Received", Kind::Money, 1, |row| Cell::Money(row.received)),
    Field::new("spent", "Spent", Kind::Money, 1, |row| Cell::Money(row.spent)),
    Field::new("unspent", "Unspent", Kind::Money, 0, |row| Cell::Money(row.unspent)),
    Field::new("expected", "Expected by 31 March", Kind::Money, 0, |row| Cell::Money(row.expected)),
    Field::new("at_risk", "At risk", Kind::Money, 0, |row| Cell::Money(row.at_risk)),
];

/// Receipts in advance that must be returned if unspent.
fn funding_at_risk(funds: &[AtRiskRow], year: FinancialYear) -> Sheet {
    let none = "No fund has receipts that must be returned if unspent.";
    Sheet {
        lead: if funds.is_empty() { vec![none.to_owned()] } else { Vec::new() },
        notes: vec![
            format!(
                "\"Expected\" is the amount still to be recognised in {year}, as in budget monitoring. \"At risk\" is the unspent amount in excess of that."
            ),
            "The ledger records that unspent funding must be returned, but not when, nor whether the funder allows \
             the money to be carried forward."
                .to_owned(),
        ],
        ..Sheet::of(AT_RISK, funds)
    }
    .part("at-risk", "Ring-fenced funding at risk")
}

const RESERVES: &[Field<FundStatement>] = &[
    Field::new("opening", "Opening", Kind::Money, 0, |it| Cell::Money(it.opening)),
    Field::new("closing", "Closing", Kind::Money, 0, |it| Cell::Money(it.closing)),
];

/// The balances that are part of reserves, and what the ledger does not include.
fn reserves(report: &FundsReport) -> Sheet {
    let lines = Lines { words: FUND, figures: RESERVES, of: |row| &row.statement, label_key: "name" };
    Sheet {
        lead: vec![
            "The balance or deficit on each grants fund: the part of the reserves that is in this ledger."
                .to_owned(),
        ],
        notes: vec![
            "Not included: general and capital reserves, police fund reserves, the earmarking of reserves, and \
             income and expenditure other than grants and their funding."
                .to_owned(),
            "A negative balance means that expenditure exceeds recorded receipts and balances brought forward. \
             \"Fund not stated\" covers awards whose decision does not name a fund."
                .to_owned(),
            "Receipts in advance are a liability to the funder until spent, and not a reserve.".to_owned(),
        ],
        ..lines.sheet(&report.rows, &report.total)
    }
    .part("reserves", "Reserves")
}
