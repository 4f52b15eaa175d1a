//! The trial balance: every account of every fund at the end of a month.
//!
//! Real and memorandum accounts balance separately, within each fund.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::Books;
use crate::funds::FundId;
use crate::money::Money;
use crate::reports::themes::fund_name;
use crate::reports::{Filter, Query, ReportError, Stamp};
use crate::totals::Figure;

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
    pub account: Account,
    #[serde(flatten)]
    pub sides: Sides,
}

/// A set of accounts whose debits equal their credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountSet {
    /// All accounts in order, including those with a zero balance.
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

/// Produces the report as at the range's last day, which must be a month end, from the totals alone. It
/// can be filtered by fund only, since only whole funds balance.
pub fn trial_balance(books: &dyn Books, query: &Query) -> Result<TrialBalanceReport, ReportError> {
    let as_at = query.as_at();
    if as_at != as_at.month().last_day() {
        return Err(ReportError::NotAMonthEnd(as_at));
    }
    let mut balances: BTreeMap<(bool, &FundId), [Money; Account::ALL.len()]> = BTreeMap::new();
    for (heading, month, figures) in books.totals().iter() {
        if month > as_at.month() || !query.filter.takes_fund(&heading.fund) {
            continue;
        }
        let of_fund = balances.entry((heading.fund.is_unstated(), &heading.fund)).or_default();
        for (balance, account) in of_fund.iter_mut().zip(Account::ALL) {
            balance.add(figures.get(Figure::Posted(account)))?;
        }
    }
    let mut funds = Vec::new();
    let mut total = TrialBalanceTotal::default();
    for ((_, fund), balances) in balances {
        let balance = FundBalance {
            fund: fund.clone(),
            name: fund_name(books, fund.as_str()),
            real: account_set(fund, &balances, false)?,
            memorandum: account_set(fund, &balances, true)?,
        };
        total.real.add(&balance.real.total)?;
        total.memorandum.add(&balance.memorandum.total)?;
        funds.push(balance);
    }
    let stamp = Stamp {
        as_at: Some(as_at),
        narrowed_to: Filter { fund: query.filter.fund.clone(), ..Filter::default() },
        ..Stamp::plain(books, "almoner.report.trial-balance/2")
    };
    Ok(TrialBalanceReport { stamp, funds, total })
}

fn account_set(
    fund: &FundId,
    balances: &[Money; Account::ALL.len()],
    memorandum: bool,
) -> Result<AccountSet, ReportError> {
    let mut accounts = Vec::new();
    let mut total = Sides::default();
    for (account, balance) in Account::ALL.into_iter().zip(balances) {
        if account.is_memorandum() == memorandum {
            let sides = Sides::of(*balance);
            total.add(&sides)?;
            accounts.push(AccountBalance { account, sides });
        }
    }
    let by = total.debit.minus(total.credit)?;
    if !by.is_zero() {
        return Err(ReportError::OutOfBalance { fund: fund.clone(), by });
    }
    Ok(AccountSet { accounts, total })
}
