//! Fund statements: opening balance, income, expenditure and closing balance; and ring-fenced funding
//! that must be returned if unspent.
//!
//! **Guarantee.** A fund's closing balance and receipts in advance equal its bank and control accounts and
//! its recoveries due in the trial balance of the last day. Produced for whole months.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::Books;
use crate::book::names::fund_name_on;
use crate::calendar::{DateRange, Month};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::{ForecastReport, Query, ReportError, Stamp};
use crate::totals::{Figure, Figures};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FundStatement {
    /// The opening balance: brought forward and income to date, less expenditure.
    pub opening: Money,
    /// Balances brought forward that were recorded in the range.
    pub brought_forward: Money,
    pub income: Money,
    /// Receipts in advance that became income in the range.
    pub released: Money,
    pub expenditure: Money,
    /// Expenditure of earlier years that moved to the fund in the range, or from it if negative.
    pub earlier_years: Money,
    /// Prior period adjustments in the range: expenditure of earlier years, posted to the fund's reserve.
    pub prior_period: Money,
    pub closing: Money,
    /// Receipts in advance when the range begins: to be returned if unspent.
    pub advance_opening: Money,
    pub advance_received: Money,
    /// Receipts in advance when the range ends.
    pub advance_closing: Money,
    /// The bank balance when the range ends.
    pub bank: Money,
    /// Prepayments less accruals when the range ends.
    pub grant_control: Money,
    /// Due back from recipients when the range ends.
    pub recoveries_due: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FundRow {
    pub fund: FundId,
    pub name: String,
    #[serde(flatten)]
    pub statement: FundStatement,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FundsReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The funds with postings, by id, the fund not stated last.
    pub rows: Vec<FundRow>,
    pub total: FundStatement,
}

/// Ring-fenced funding at risk: receipts in advance that must be returned if unspent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AtRiskRow {
    pub name: String,
    /// Receipts in advance when the range begins.
    pub opening: Money,
    pub received: Money,
    /// Spent in the range: released to income as expenditure was recognised.
    pub spent: Money,
    /// Unspent when the range ends.
    pub unspent: Money,
    /// The expenditure of the fund's grants expected after the day, by 31 March.
    pub expected: Money,
    /// The unspent amount beyond that.
    pub at_risk: Money,
}

/// The postings of one fund before the range and in it.
#[derive(Default)]
struct Posted {
    before: Figures,
    within: Figures,
    /// Receipts in advance before the range and in it.
    received: [Money; 2],
}

/// Produces the report. The range and its reporting date must be at ends of months, since receipts are totalled by
/// month. Only the range, the reporting date and the fund of the query are used.
pub fn funds(books: &dyn Books, query: &Query) -> Result<FundsReport, ReportError> {
    let range = query.range;
    for day in [query.as_at(), range.from().previous_day()] {
        if day != day.month().last_day() {
            return Err(ReportError::NotAMonthEnd(day));
        }
    }
    let mut rows = Vec::new();
    let mut total = FundStatement::default();
    for ((_, fund), posted) in posted(books, query, range)? {
        let statement = FundStatement::of(&posted)?;
        total.add(&statement)?;
        rows.push(FundRow {
            fund: fund.clone(),
            name: fund_name_on(books, fund.as_str(), query.as_at()),
            statement,
        });
    }
    Ok(FundsReport { stamp: Stamp::of_range(books, "almoner.report.funds/2", query), rows, total })
}

/// Returns the funds with receipts in advance, and the amount of each that no recorded grant is expected
/// to spend by the end of the forecast's year.
pub fn funding_at_risk(funds: &FundsReport, forecast: &ForecastReport) -> Result<Vec<AtRiskRow>, Overflow> {
    let mut rows = Vec::new();
    for FundRow { fund, name, statement } in &funds.rows {
        let unspent = statement.advance_closing;
        let (opening, received) = (statement.advance_opening, statement.advance_received);
        if opening.is_zero() && received.is_zero() {
            continue;
        }
        let of_fund = forecast.rows.iter().filter(|row| row.fund == *fund);
        let expected = Money::sum(of_fund.map(|row| row.figures.still_to_recognise))?;
        rows.push(AtRiskRow {
            name: name.clone(),
            opening,
            received,
            spent: statement.released,
            unspent,
            expected,
            at_risk: unspent.minus(expected.max(Money::ZERO))?.max(Money::ZERO),
        });
    }
    Ok(rows)
}

type ByFund<'a> = BTreeMap<(bool, &'a FundId), Posted>;

fn posted<'a>(books: &'a dyn Books, query: &Query, range: DateRange) -> Result<ByFund<'a>, Overflow> {
    let mut funds: ByFund<'_> = BTreeMap::new();
    let is_before = |month: Month| month < range.from().month();
    let wanted =
        |fund: &FundId, month: Month| query.filter.takes_fund(fund) && month <= query.as_at().month();
    for (heading, month, figures) in books.totals().iter().filter(|(it, month, _)| wanted(&it.fund, *month)) {
        let posted = funds.entry((heading.fund.is_unstated(), &heading.fund)).or_default();
        let figures_of = if is_before(month) { &mut posted.before } else { &mut posted.within };
        figures_of.absorb(figures)?;
    }
    for (fund, months) in &books.reference().in_advance {
        for (month, amount) in months.iter().filter(|(month, _)| wanted(fund, **month)) {
            let posted = funds.entry((fund.is_unstated(), fund)).or_default();
            let [before, within] = &mut posted.received;
            let sum = if is_before(*month) { before } else { within };
            sum.add(*amount)?;
        }
    }
    Ok(funds)
}

/// Returns the credit balance of accounts.
fn credit(figures: &Figures, accounts: &[Account]) -> Result<Money, Overflow> {
    Ok(Money::sum(accounts.iter().map(|account| figures.get(Figure::Posted(*account))))?.negated())
}

summed!(FundStatement {
    opening,
    brought_forward,
    income,
    released,
    expenditure,
    earlier_years,
    prior_period,
    closing,
    advance_opening,
    advance_received,
    advance_closing,
    bank,
    grant_control,
    recoveries_due
});

impl FundStatement {
    fn of(posted: &Posted) -> Result<FundStatement, Overflow> {
        let Posted { before, within, received: [_, advance_received] } = posted;
        let balance = [
            Account::OpeningReserves,
            Account::GrantsReceivable,
            Account::GrantExpenditure,
            Account::EarlierYears,
            Account::PriorPeriod,
        ];
        let opening = credit(before, &balance)?;
        let advance_opening = credit(before, &[Account::ReceiptsInAdvance])?;
        let advance_closing = advance_opening.plus(credit(within, &[Account::ReceiptsInAdvance])?)?;
        let released = advance_opening.plus(*advance_received)?.minus(advance_closing)?;
        let closing_of = |account: Account| {
            let figure = Figure::Posted(account);
            before.get(figure).plus(within.get(figure))
        };
        Ok(FundStatement {
            opening,
            brought_forward: credit(within, &[Account::OpeningReserves])?,
            income: credit(within, &[Account::GrantsReceivable])?.minus(released)?,
            released,
            expenditure: within.get(Figure::Posted(Account::GrantExpenditure)),
            earlier_years: within.get(Figure::Posted(Account::EarlierYears)),
            prior_period: within.get(Figure::Posted(Account::PriorPeriod)),
            closing: opening.plus(credit(within, &balance)?)?,
            advance_opening,
            advance_received: *advance_received,
            advance_closing,
            bank: closing_of(Account::Bank)?,
            grant_control: closing_of(Account::GrantControl)?,
            recoveries_due: closing_of(Account::RecoveriesDue)?,
        })
    }
}
