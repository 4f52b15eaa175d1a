//! The trial balance: every account of every fund, from the balance when the period opens to that at the end of a
//! day.
//!
//! - What is recognised of a month is expenditure on its last day, as in every report: a day before has none of it.
//! - Real and memorandum accounts balance separately, within each fund.
//! - Income and expenditure start at zero each 1 April: the result of each year passes to `reserves:general` on
//!   31 March. That is derived, not posted. The closing balances of a 31 March are before it, the opening balances of
//!   the next day after it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::names::fund_name_on;
use crate::book::receipts::receipt_entries;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange, FinancialYear, Month};
use crate::entry::Entries;
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::totals::Figure;

/// An account of the trial balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BalanceAccount {
    Posted(Account),
    /// The reserve to which the results of earlier years have passed.
    GeneralReserve,
}

impl BalanceAccount {
    pub const fn code(self) -> &'static str {
        match self {
            BalanceAccount::Posted(account) => account.code(),
            BalanceAccount::GeneralReserve => "reserves:general",
        }
    }

    /// Returns true for income and expenditure, which pass to reserves at the end of each year, and for what a year has
    /// adjusted of earlier ones, which is in reserves already and passes to the general one.
    pub const fn is_of_year(self) -> bool {
        use Account::{EarlierYears, GrantExpenditure, GrantsReceivable, PriorPeriod};
        matches!(
            self,
            BalanceAccount::Posted(GrantsReceivable | GrantExpenditure | EarlierYears | PriorPeriod)
        )
    }
}

impl BalanceAccount {
    /// Returns true for accounts that have postings only where something moved between funds or themes, or was adjusted.
    const fn is_shown_only_if_used(self) -> bool {
        use Account::{AwardsMoved, EarlierYears, PriorPeriod};
        matches!(self, BalanceAccount::Posted(EarlierYears | AwardsMoved | PriorPeriod))
    }
}

impl Serialize for BalanceAccount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// A balance as debit or credit, with zero on the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sides {
    /// The balance where it is positive, else zero.
    pub debit: Money,
    /// The balance without its sign where it is negative, else zero.
    pub credit: Money,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountBalance {
    pub account: BalanceAccount,
    /// The balance when the period opens: a debit, or a credit where negative.
    pub opening: Money,
    pub movement: Money,
    /// The closing balance: opening and movement.
    #[serde(flatten)]
    pub sides: Sides,
}

/// A set of accounts whose debits equal their credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountSet {
    /// All accounts in order, including those with a zero balance, but for accounts of moves between funds and of prior
    /// period adjustments.
    pub accounts: Vec<AccountBalance>,
    pub total: Sides,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FundBalance {
    pub fund: FundId,
    pub name: String,
    pub real: AccountSet,
    pub memorandum: AccountSet,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TrialBalanceTotal {
    pub real: Sides,
    pub memorandum: Sides,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrialBalanceReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    /// The funds with postings, by id, the fund not stated last.
    pub funds: Vec<FundBalance>,
    pub total: TrialBalanceTotal,
}

summed!(Sides { debit, credit });

impl Sides {
    fn of(balance: Money) -> Sides {
        Sides { debit: balance.max(Money::ZERO), credit: balance.negated().max(Money::ZERO) }
    }
}

/// The balances of one fund at the end of a day, with the results that have passed to reserves by then.
#[derive(Clone, Copy, Debug, Default)]
struct Balances {
    accounts: [Money; Account::ALL.len()],
    reserve: Money,
}

/// The balances of each fund, the fund not stated last.
type BalancesByFund = BTreeMap<(bool, FundId), Balances>;

/// Returns the balances at the end of a day. The results of the years before `year` have passed to reserves.
fn balances_at(
    books: &dyn Books,
    filter: &Filter,
    day: Date,
    year: FinancialYear,
) -> Result<BalancesByFund, ReportError> {
    let mut balances = BalancesByFund::new();
    let mut add = |fund: &FundId, account: Account, month: Month, amount: Money| {
        if !filter.takes_fund(fund) {
            return Ok(());
        }
        let of_fund = balances.entry((fund.is_unstated(), fund.clone())).or_default();
        let is_of_year = BalanceAccount::Posted(account).is_of_year();
        match is_of_year && month.financial_year() < year {
            true => of_fund.reserve.add(amount),
            false => of_fund.accounts[account as usize].add(amount),
        }
    };
    let is_whole = day == day.month().last_day();
    for (heading, month, figures) in books.totals().iter() {
        if month < day.month() || (month == day.month() && is_whole) {
            for account in Account::ALL {
                add(&heading.fund, account, month, figures.get(Figure::Posted(account)))?;
            }
        }
    }
    if !is_whole {
        month_to_day(books, day, &mut |fund, account, amount| add(fund, account, day.month(), amount))?;
    }
    Ok(balances)
}

/// Visits what is posted in the month of a day and up to it, which is not the last of its month.
fn month_to_day(
    books: &dyn Books,
    day: Date,
    visit: &mut dyn FnMut(&FundId, Account, Money) -> Result<(), Overflow>,
) -> Result<(), BooksError> {
    let is_meant = |booked: Date| booked.month() == day.month() && booked <= day;
    let mut visit_all = |entries: &Entries| {
        let mut postings = entries.postings().filter(|it| is_meant(it.booked));
        postings.try_for_each(|it| visit(it.fund, it.account, it.amount))
    };
    // What is received in advance is released on the last day of a month.
    for receipt in books.reference().receipts.iter().filter(|it| it.receipt.date <= day) {
        for posted in receipt_entries(books, receipt)? {
            visit_all(&posted)?;
        }
    }
    if has_days(books, day) {
        for (heading, figures) in books.totals().up_to(day) {
            for account in Account::ALL {
                let amount = figures.get(Figure::Posted(account));
                if !amount.is_zero() {
                    visit(&heading.fund, account, amount)?;
                }
            }
        }
    } else {
        books.each_grant(&mut |grant| {
            Ok(grant.history.iter().try_for_each(|recorded| visit_all(&recorded.entries))?)
        })?;
    }
    for (key, changes) in &books.reference().budget_changes {
        for change in changes.iter().filter(|it| is_meant(it.booked)) {
            visit(&key.fund, Account::Budget, change.amount)?;
            visit(&key.fund, Account::BudgetControl, change.amount.negated())?;
        }
    }
    Ok(())
}

/// Returns true if the totals have the days of the month of a day.
fn has_days(books: &dyn Books, day: Date) -> bool {
    books.totals().known().is_some_and(|known| day.month() >= known.month())
}

/// Returns true if the totals are sufficient for the report, as far as the query tells.
///
/// Books as now known have the days of the month of the last record on, which is no later than `known`; `has_grants`
/// says whether they are such.
pub fn may_be_of_totals(query: &Query, has_grants: bool) -> bool {
    days(query).into_iter().all(|day| day == day.month().last_day() || has_grants)
}

/// Returns the days at whose end the balances open and close.
fn days(query: &Query) -> [Date; 2] {
    let as_at = query.as_at();
    [query.range.from().min(as_at).previous_day(), as_at]
}

/// Produces the report as at the reporting date. It opens on the range's first day. It can be filtered by fund only,
/// since only whole funds balance.
pub fn trial_balance(books: &dyn Books, query: &Query) -> Result<TrialBalanceReport, ReportError> {
    let [before, as_at] = days(query);
    let first = before.next_day();
    let mut openings = balances_at(books, &query.filter, before, first.financial_year())?;
    let closings = balances_at(books, &query.filter, as_at, as_at.financial_year())?;
    let mut funds = Vec::new();
    let mut total = TrialBalanceTotal::default();
    for (key, closing) in closings {
        let opening = openings.remove(&key).unwrap_or_default();
        let (_, fund) = key;
        let balance = FundBalance {
            name: fund_name_on(books, fund.as_str(), as_at),
            real: account_set(&fund, &opening, &closing, false)?,
            memorandum: account_set(&fund, &opening, &closing, true)?,
            fund,
        };
        total.real.add(&balance.real.total)?;
        total.memorandum.add(&balance.memorandum.total)?;
        funds.push(balance);
    }
    let stamp = Stamp {
        range: DateRange::new(first, query.range.to()).ok(),
        as_at: Some(as_at),
        narrowed_to: Filter { fund: query.filter.fund.clone(), ..Filter::default() },
        ..Stamp::plain(books, "almoner.report.trial-balance/2")
    };
    Ok(TrialBalanceReport { stamp, funds, total })
}

fn account_set(
    fund: &FundId,
    opening: &Balances,
    closing: &Balances,
    memorandum: bool,
) -> Result<AccountSet, ReportError> {
    let mut accounts = Vec::new();
    let mut total = Sides::default();
    let mut opening_total = Money::ZERO;
    let posted = Account::ALL.into_iter().zip(opening.accounts.into_iter().zip(closing.accounts));
    let reserve = (opening.reserve, closing.reserve);
    for (account, of_account) in posted.filter(|(account, _)| account.is_memorandum() == memorandum) {
        let mut lines = vec![(BalanceAccount::Posted(account), of_account)];
        if account == Account::OpeningReserves {
            lines.push((BalanceAccount::GeneralReserve, reserve));
        }
        for (account, (opening, closing)) in lines {
            if account.is_shown_only_if_used() && opening.is_zero() && closing.is_zero() {
                continue;
            }
            let sides = Sides::of(closing);
            total.add(&sides)?;
            opening_total.add(opening)?;
            accounts.push(AccountBalance { account, opening, movement: closing.minus(opening)?, sides });
        }
    }
    let by = total.debit.minus(total.credit)?;
    for by in [by, opening_total] {
        if !by.is_zero() {
            return Err(ReportError::OutOfBalance { fund: fund.clone(), by });
        }
    }
    Ok(AccountSet { accounts, total })
}
