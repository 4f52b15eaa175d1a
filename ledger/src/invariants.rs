//! What must hold in every ledger, whatever was recorded in it.
//!
//! The checks are written from what the figures mean, not from how they are made: they read the
//! postings and the totals, and compare.

use std::collections::BTreeMap;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::Date;
use crate::closed::ClosedMonths;
use crate::entry::Entries;
use crate::funds::FundId;
use crate::grants::{Fact, Grant, timeline};
use crate::money::{Money, Overflow};
use crate::themes::ThemeId;
use crate::totals::{Figure, PurposeView, Totals, figures};

/// What does not hold in these books, in words; empty when all is well.
pub fn broken(books: &dyn Books) -> Result<Vec<String>, BooksError> {
    let mut tally = Tally::default();
    books.each_grant(&mut |grant| tally.add(grant))?;
    tally.broken(books.totals())
}

/// What some grants come to, and what does not hold within them.
#[derive(Default)]
pub(crate) struct Tally {
    found: Vec<String>,
    by_account: BTreeMap<Figure, Money>,
    control: Money,
}

impl Tally {
    /// Looks at a grant.
    pub(crate) fn add(&mut self, grant: &Grant) -> Result<(), BooksError> {
        let control = broken_in_grant(grant, &mut self.found)?;
        self.control = self.control.plus(control)?;
        for cell in figures(grant, PurposeView::Dated)? {
            self.add_figure(cell.figure, cell.amount)?;
        }
        Ok(())
    }

    /// Takes over what was found of other grants.
    pub(crate) fn add_all(&mut self, other: Tally) -> Result<(), Overflow> {
        self.found.extend(other.found);
        self.control = self.control.plus(other.control)?;
        other.by_account.into_iter().try_for_each(|(figure, amount)| self.add_figure(figure, amount))
    }

    /// What does not hold, in words, when these are all grants and the totals are these.
    pub(crate) fn broken(mut self, totals: &Totals) -> Result<Vec<String>, BooksError> {
        // Grants may have been looked at in any order.
        self.found.sort_unstable();
        self.found.extend(broken_in_totals(totals, &self.by_account, self.control)?);
        Ok(self.found)
    }

    fn add_figure(&mut self, figure: Figure, amount: Money) -> Result<(), Overflow> {
        let total = self.by_account.entry(figure).or_default();
        *total = total.plus(amount)?;
        Ok(())
    }
}

/// What does not balance in these books, in words: a grant's control account, or a fund. May be asked of
/// an unfinished draft.
pub fn out_of_balance(books: &dyn Books) -> Result<Vec<String>, BooksError> {
    let mut found = Vec::new();
    books.each_grant(&mut |grant| broken_in_grant(grant, &mut found).map(|_| ()))?;
    found.extend(funds_out_of_balance(books.totals())?);
    Ok(found)
}

/// Adds what does not hold within one grant; returns the balance of its control account.
fn broken_in_grant(grant: &Grant, found: &mut Vec<String>) -> Result<Money, BooksError> {
    let standing = grant.standing()?;
    let paid = standing.paid.minus(standing.refunded)?;
    let balances = by_account(grant.history.iter().map(|recorded| &*recorded.entries))?;
    let balance = |account: Account| balances.get(account as usize).copied().unwrap_or_default();
    let (charged, control) = (balance(Account::GrantExpenditure), balance(Account::GrantControl));
    let mut expect = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            found.push(format!("grant {}: {}", grant.id, what()));
        }
    };
    expect(paid <= standing.awarded, &|| format!("{paid} paid of {} awarded", standing.awarded));
    expect(!paid.is_negative(), &|| format!("{} refunded of {} paid", standing.refunded, standing.paid));
    expect(paid.minus(charged)? == control, &|| {
        format!("{paid} paid less {charged} charged is not the {control} of its control account")
    });
    let bank = balance(Account::Bank).negated();
    expect(bank == paid, &|| format!("{paid} paid by its records, {bank} by its postings"));
    let committed = balance(Account::Commitments);
    let outstanding = standing.awarded.minus(paid)?;
    expect(committed == outstanding, &|| format!("{outstanding} outstanding, {committed} in commitments"));
    // Awarded is charged or still to charge: all of it once the period has passed, what is paid
    // where there is no period; and a withdrawn grant is charged no more than it is worth.
    let (uncharged, is_settled) = (standing.awarded.minus(charged)?, grant.award().is_none());
    match grant.period() {
        _ if is_settled => expect(charged.is_zero(), &|| format!("{charged} charged without an award")),
        _ if grant.is_withdrawn() => {
            expect(!uncharged.is_negative(), &|| format!("{charged} charged of {} kept", standing.awarded));
        }
        Some(_) => expect(uncharged.is_zero(), &|| format!("{uncharged} of its period is never charged")),
        None => expect(charged == paid, &|| format!("{charged} charged, {paid} paid, without a period")),
    }
    for recorded in grant.history.iter().filter(|it| matches!(*it.fact, Fact::Repurposed(_))) {
        for (account, amount) in Account::ALL.into_iter().zip(by_account([&*recorded.entries])?) {
            expect(amount.is_zero(), &|| format!("its change of purpose moves {amount} in {account}"));
        }
    }
    let posted = by_effective_date(grant.history.iter().map(|recorded| &*recorded.entries))?;
    let due = match grant.last_award() {
        Some(award) => timeline::entries([], grant.facts(), &award.fund, &ClosedMonths::default())?,
        None => Entries::none(),
    };
    let due = by_effective_date([&due])?;
    expect(posted == due, &|| "its postings do not follow from its records".to_owned());
    Ok(control)
}

fn broken_in_totals(
    totals: &Totals,
    of_grants: &BTreeMap<Figure, Money>,
    control: Money,
) -> Result<Vec<String>, BooksError> {
    let mut found = funds_out_of_balance(totals)?;
    let mut of_totals: BTreeMap<Figure, Money> = BTreeMap::new();
    for (_, _, cells) in totals.iter().filter(|(heading, ..)| heading.theme.is_some()) {
        let accounts = Account::ALL.into_iter().map(Figure::Posted);
        for figure in accounts.chain([Figure::Prepaid, Figure::Owed, Figure::Due]) {
            let total = of_totals.entry(figure).or_default();
            *total = total.plus(cells.get(figure))?;
        }
    }
    for (figure, total) in &of_totals {
        // Budgets stand under themes and belong to no grant.
        let is_budget = matches!(figure, Figure::Posted(Account::Budget | Account::BudgetControl));
        let of_grants = of_grants.get(figure).copied().unwrap_or_default();
        if !is_budget && *total != of_grants {
            found.push(format!("the totals have {total} of {figure:?}, the grants {of_grants}"));
        }
    }
    let total = |figure| of_totals.get(&figure).copied().unwrap_or_default();
    let net = total(Figure::Prepaid).minus(total(Figure::Owed))?;
    if net != control {
        found.push(format!("prepaid less owed is {net}, the control account {control}"));
    }
    Ok(found)
}

fn funds_out_of_balance(totals: &Totals) -> Result<Vec<String>, BooksError> {
    let mut balances: BTreeMap<(FundId, bool), Money> = BTreeMap::new();
    for (heading, _, cells) in totals.iter() {
        for account in Account::ALL {
            let amount = cells.get(Figure::Posted(account));
            let balance = balances.entry((heading.fund.clone(), account.is_memorandum())).or_default();
            *balance = balance.plus(amount)?;
        }
    }
    let said = |((fund, memorandum), balance): ((FundId, bool), Money)| {
        let accounts = if memorandum { "memorandum accounts" } else { "accounts" };
        format!("the {accounts} of fund {fund} are out of balance by {balance}")
    };
    Ok(balances.into_iter().filter(|(_, balance)| !balance.is_zero()).map(said).collect())
}

/// What each account comes to, in the order of [`Account::ALL`].
fn by_account<'a>(
    entries: impl IntoIterator<Item = &'a Entries>,
) -> Result<[Money; Account::ALL.len()], Overflow> {
    let mut sums = [Money::ZERO; Account::ALL.len()];
    entries.into_iter().flat_map(Entries::postings).try_for_each(|posting| {
        if let Some(sum) = sums.get_mut(posting.account as usize) {
            *sum = sum.plus(posting.amount)?;
        }
        Ok(())
    })?;
    Ok(sums)
}

type Dated<'a> = Vec<((Date, Account, Option<&'a ThemeId>), Money)>;

/// Most grants post less often.
const POSTINGS: usize = 256;

/// The postings by effective date, account and theme, without those that come to nothing.
fn by_effective_date<'a>(entries: impl IntoIterator<Item = &'a Entries>) -> Result<Dated<'a>, Overflow> {
    let mut dated: Dated<'a> = Vec::with_capacity(POSTINGS);
    entries.into_iter().flat_map(Entries::postings).for_each(|posting| {
        dated.push(((posting.effective, posting.account, posting.theme), posting.amount));
    });
    dated.sort_unstable();
    let mut sums: Dated<'a> = Vec::with_capacity(dated.len());
    for (key, amount) in dated {
        match sums.last_mut() {
            Some((last, sum)) if *last == key => *sum = sum.plus(amount)?,
            _ => sums.push((key, amount)),
        }
    }
    sums.retain(|(_, sum)| !sum.is_zero());
    Ok(sums)
}
