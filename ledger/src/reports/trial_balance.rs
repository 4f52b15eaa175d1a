//! The trial balance: every account of every fund, from the balance when the period opens to that at the end of a
//! month.
//!
//! - Real and memorandum accounts balance separately, within each fund.
//! - Income and expenditure start at zero each 1 April: the result of each year passes to `reserves:general` on
//!   31 March. That is derived, not posted. The closing balances of a 31 March are before it, the opening balances of
//!   the next day after it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::book::Books;
use crate::calendar::{DateRange, Month};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reports::themes::fund_name;
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

    /// Returns true for income and expenditure, which pass to reserves at the end of each year.
    pub const fn is_of_year(self) -> bool {
        use Account::{EarlierYears, GrantExpenditure, GrantsReceivable};
        matches!(self, BalanceAccount::Posted(GrantsReceivable | GrantExpenditure | EarlierYears))
    }
}

impl BalanceAccount {
    /// Returns true for accounts that have postings only where something moved between funds or themes.
    const fn is_of_moves(self) -> bool {
        matches!(self, BalanceAccount::Posted(Account::EarlierYears | Account::AwardsMoved))
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
    /// All accounts in order, including those with a zero balance, but for accounts of moves between funds.
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

/// The balances of one fund: of its accounts when the period opens and when it closes, each with the results that
/// have passed to reserves by then.
#[derive(Clone, Copy, Debug, Default)]
struct Balances {
    opening: [Money; Account::ALL.len()],
    opening_reserve: Money,
    closing: [Money; Account::ALL.len()],
    closing_reserve: Money,
}

impl Balances {
    /// Adds the postings of a month to an account, to the opening balance where the month is before `first` and to
    /// the closing balance.
    fn add(
        &mut self,
        account: Account,
        month: Month,
        amount: Money,
        first: Month,
        last: Month,
    ) -> Result<(), Overflow> {
        let is_of_year = BalanceAccount::Posted(account).is_of_year();
        let has_passed = |by: Month| is_of_year && month.financial_year() < by.financial_year();
        let at = account as usize;
        if month < first {
            match has_passed(first) {
                true => self.opening_reserve.add(amount)?,
                false => self.opening[at].add(amount)?,
            }
        }
        match has_passed(last) {
            true => self.closing_reserve.add(amount),
            false => self.closing[at].add(amount),
        }
    }
}

/// Produces the report as at the reporting date, which must be a month end, from the totals alone. It opens on the
/// first of the range's first month. It can be filtered by fund only, since only whole funds balance.
pub fn trial_balance(books: &dyn Books, query: &Query) -> Result<TrialBalanceReport, ReportError> {
    let as_at = query.as_at();
    if as_at != as_at.month().last_day() {
        return Err(ReportError::NotAMonthEnd(as_at));
    }
    let (first, last) = (query.range.from().month().min(as_at.month()), as_at.month());
    let mut balances: BTreeMap<(bool, &FundId), Balances> = BTreeMap::new();
    for (heading, month, figures) in books.totals().iter() {
        if month > last || !query.filter.takes_fund(&heading.fund) {
            continue;
        }
        let of_fund = balances.entry((heading.fund.is_unstated(), &heading.fund)).or_default();
        for account in Account::ALL {
            of_fund.add(account, month, figures.get(Figure::Posted(account)), first, last)?;
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
        range: DateRange::new(first.first_day(), query.range.to()).ok(),
        as_at: Some(as_at),
        narrowed_to: Filter { fund: query.filter.fund.clone(), ..Filter::default() },
        ..Stamp::plain(books, "almoner.report.trial-balance/2")
    };
    Ok(TrialBalanceReport { stamp, funds, total })
}

fn account_set(fund: &FundId, balances: &Balances, memorandum: bool) -> Result<AccountSet, ReportError> {
    let mut accounts = Vec::new();
    let mut total = Sides::default();
    let mut opening_total = Money::ZERO;
    let posted = Account::ALL.into_iter().zip(balances.opening.into_iter().zip(balances.closing));
    let reserve = (balances.opening_reserve, balances.closing_reserve);
    for (account, of_account) in posted.filter(|(account, _)| account.is_memorandum() == memorandum) {
        let mut lines = vec![(BalanceAccount::Posted(account), of_account)];
        if account == Account::OpeningReserves {
            lines.push((BalanceAccount::GeneralReserve, reserve));
        }
        for (account, (opening, closing)) in lines {
            let is_of_moves = account.is_of_moves();
            if is_of_moves && opening.is_zero() && closing.is_zero() {
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
