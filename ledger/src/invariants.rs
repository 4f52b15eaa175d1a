//! Invariants: what must be true of every ledger, whatever was recorded in it.
//!
//! The checks follow from the meaning of the figures, not from how they are computed: they read the
//! postings and the totals, and compare.

mod parts;
mod posted;

use std::collections::BTreeMap;

pub use self::posted::PostingSums;
use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::Month;
use crate::entry::Entries;
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId, Recorded, Rules, RulesHeld, standing, timeline};
use crate::money::{Money, Overflow};
use crate::totals::{Figure, PurposeView, Totals, figures};

/// Returns the violated invariants of these books as messages; empty if there are none.
pub fn violations(books: &dyn Books) -> Result<Vec<String>, BooksError> {
    let mut tally = Tally::new(&books.reference().rules);
    books.each_grant(&mut |grant| tally.add(grant))?;
    tally.violations(books.totals())
}

/// Returns the invariants that a grant violates by itself, in books with these rules.
pub fn violations_of(grant: &Grant, rules: &RulesHeld) -> Result<Vec<String>, BooksError> {
    let mut found = Vec::new();
    violations_in_grant(grant, grant.rules(rules), &mut found)?;
    Ok(found)
}

/// The totals of some grants, and the invariants that they violate.
pub struct Tally<'r> {
    rules: &'r RulesHeld,
    found: Vec<String>,
    earlier: Vec<GrantId>,
    by_account: BTreeMap<Figure, Money>,
    control: Money,
}

impl<'r> Tally<'r> {
    /// Returns a tally of no grant, in books with these rules.
    pub fn new(rules: &'r RulesHeld) -> Tally<'r> {
        let (found, earlier, by_account) = (Vec::new(), Vec::new(), BTreeMap::new());
        Tally { rules, found, earlier, by_account, control: Money::ZERO }
    }

    /// Adds a grant.
    pub fn add(&mut self, grant: &Grant) -> Result<(), BooksError> {
        let rules = grant.rules(self.rules);
        let control = violations_in_grant(grant, rules, &mut self.found)?;
        if rules != Rules::PRESENT && !timeline::is_recorded_as(grant, Rules::PRESENT)? {
            self.earlier.push(grant.id.clone());
        }
        self.control = self.control.plus(control)?;
        for cell in figures(grant, PurposeView::Dated)? {
            self.add_figure(cell.figure, cell.amount)?;
        }
        Ok(())
    }

    /// Adds the tally of other grants.
    pub fn add_all(&mut self, other: Tally<'_>) -> Result<(), Overflow> {
        self.found.extend(other.found);
        self.earlier.extend(other.earlier);
        self.control = self.control.plus(other.control)?;
        other.by_account.into_iter().try_for_each(|(figure, amount)| self.add_figure(figure, amount))
    }

    /// Returns the grants that the present rules would have entered otherwise, in order of their ids.
    pub fn under_earlier_rules(&mut self) -> Vec<GrantId> {
        let mut earlier = std::mem::take(&mut self.earlier);
        earlier.sort_unstable();
        earlier
    }

    /// Returns the violated invariants as messages, given all grants and the totals.
    pub fn violations(mut self, totals: &Totals) -> Result<Vec<String>, BooksError> {
        // Grants may have been added in any order.
        self.found.sort_unstable();
        self.found.extend(violations_in_totals(totals, &self.by_account, self.control)?);
        Ok(self.found)
    }

    fn add_figure(&mut self, figure: Figure, amount: Money) -> Result<(), Overflow> {
        let total = self.by_account.entry(figure).or_default();
        *total = total.plus(amount)?;
        Ok(())
    }
}

/// Returns the grants and funds of these books that do not balance, as messages. Also works on an
/// unfinished draft.
pub fn out_of_balance(books: &dyn Books) -> Result<Vec<String>, BooksError> {
    let mut found = Vec::new();
    let held = &books.reference().rules;
    books.each_grant(&mut |grant| {
        violations_in_grant(grant, grant.rules(held), &mut found)?;
        Ok(())
    })?;
    found.extend(funds_out_of_balance(books.totals())?);
    Ok(found)
}

/// Adds the violations within one grant, recorded under these rules; returns the balance of its control account.
fn violations_in_grant(grant: &Grant, rules: Rules, found: &mut Vec<String>) -> Result<Money, BooksError> {
    let standing = standing(rules, grant.facts())?;
    let (paid, recovery_due) = (standing.net_paid()?, standing.recovery_due()?);
    let balances = by_account(grant.history.iter().map(|recorded| &*recorded.entries))?;
    let balance = |account: Account| balances.get(account as usize).copied().unwrap_or_default();
    let recognised = Account::ALL.into_iter().filter(|account| account.is_recognised());
    let expenditure = Money::sum(recognised.map(balance))?;
    let control = balance(Account::GrantControl);
    let mut expect = |holds: bool, what: &dyn Fn() -> String| {
        if !holds {
            found.push(format!("grant {}: {}", grant.id, what()));
        }
    };
    expect(rules != Rules::First || recovery_due.is_zero(), &|| {
        format!("payments of {paid} exceed the award of {}", standing.awarded)
    });
    let recoveries = balance(Account::RecoveriesDue);
    expect(recoveries == recovery_due, &|| {
        format!("its recovery due is {recovery_due} but its recoveries account shows {recoveries}")
    });
    expect(!paid.is_negative(), &|| {
        format!("refunds of {} exceed payments of {}", standing.refunded, standing.paid)
    });
    expect(paid.minus(expenditure)? == control.plus(recoveries)?, &|| {
        format!(
            "payments of {paid} less expenditure of {expenditure} differ from its control account with recoveries \
             due: {control} and {recoveries}"
        )
    });
    for account in [Account::EarlierYears, Account::AwardsMoved] {
        let moved = balance(account);
        expect(moved.is_zero(), &|| format!("movements on {account} add up to {moved}, not to zero"));
    }
    let bank = balance(Account::Bank).negated();
    expect(bank == paid, &|| {
        format!("payments are {paid} according to its records but {bank} according to its postings")
    });
    let committed = balance(Account::Commitments);
    let outstanding = standing.awarded.minus(paid)?.plus(recovery_due)?;
    expect(committed == outstanding, &|| {
        format!("its outstanding commitment is {outstanding} but its commitments account shows {committed}")
    });
    let by_record = grant.history.iter().flat_map(|recorded| &recorded.reductions);
    let reduced = Money::sum(by_record.map(|reduction| reduction.amount))?;
    if let Some(awarded) = awarded_by_decisions(grant)? {
        let closing = awarded.minus(reduced)?.minus(paid)?.plus(recoveries)?;
        expect(committed == closing, &|| {
            format!(
                "the amount awarded ({awarded}), less reductions ({reduced}) and payments ({paid}), plus \
                 recoveries due ({recoveries}), does not equal its outstanding commitment ({committed})"
            )
        });
    }
    // The postings of a grant include those for the rest of its period: the whole award is recognised where
    // there is a period, payments that are not due back where there is none.
    let (unrecognised, is_reversed) = (standing.awarded.minus(expenditure)?, grant.award().is_none());
    match grant.period() {
        _ if is_reversed => {
            expect(expenditure.is_zero(), &|| format!("expenditure of {expenditure} without an award"));
        }
        _ if rules == Rules::First && grant.is_withdrawn() => {
            expect(!unrecognised.is_negative(), &|| {
                format!(
                    "expenditure of {expenditure} exceeds the award after withdrawal: {}",
                    standing.awarded
                )
            });
        }
        Some(_) => expect(unrecognised.is_zero(), &|| {
            format!("{unrecognised} of the award is never recognised as expenditure")
        }),
        None => expect(expenditure == paid.minus(recovery_due)?, &|| {
            format!("without a period, expenditure is {expenditure} but payments are {paid}")
        }),
    }
    let moves_only = |it: &&Recorded| matches!(*it.fact, Fact::Repurposed(_) | Fact::FundChanged(_));
    for recorded in grant.history.iter().filter(moves_only) {
        for (account, amount) in Account::ALL.into_iter().zip(by_account([&*recorded.entries])?) {
            expect(amount.is_zero(), &|| {
                let what = recorded.fact.words();
                format!("its {what} changes the total of {account} by {amount}")
            });
        }
    }
    if rules >= Rules::Third && !is_reversed {
        for what in parts::violations(grant)? {
            expect(false, &|| what.clone());
        }
    }
    let is_as_recorded = timeline::is_recorded_as(grant, rules)?;
    expect(is_as_recorded, &|| "its postings do not match its records".to_owned());
    Ok(control)
}

/// Returns what was awarded and varied by decisions; `None` where a withdrawal ends at what is recognised by then.
fn awarded_by_decisions(grant: &Grant) -> Result<Option<Money>, Overflow> {
    if grant.is_withdrawn() {
        return Ok(None);
    }
    let each = grant.facts().filter_map(|fact| match fact {
        Fact::Awarded(award) => Some(award.amount),
        Fact::Varied(variation) => Some(variation.change),
        Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => None,
    });
    Money::sum(each).map(Some)
}

fn violations_in_totals(
    totals: &Totals,
    of_grants: &BTreeMap<Figure, Money>,
    control: Money,
) -> Result<Vec<String>, BooksError> {
    let mut found = funds_out_of_balance(totals)?;
    let mut of_totals: BTreeMap<Figure, Money> = BTreeMap::new();
    for (_, _, cells) in totals.iter().filter(|(heading, ..)| heading.theme.is_some()) {
        let accounts = Account::ALL.into_iter().map(Figure::Posted);
        for figure in accounts.chain(Figure::NOT_POSTED) {
            let total = of_totals.entry(figure).or_default();
            *total = total.plus(cells.get(figure))?;
        }
    }
    for (figure, total) in &of_totals {
        // Budgets have themes but belong to no grant.
        let is_budget = matches!(figure, Figure::Posted(Account::Budget | Account::BudgetControl));
        let of_grants = of_grants.get(figure).copied().unwrap_or_default();
        if !is_budget && *total != of_grants {
            found.push(format!("the total of {figure} is {total}, but the grants add up to {of_grants}"));
        }
    }
    found.extend(control_differs_from_schedule(totals)?);
    let total = |figure| of_totals.get(&figure).copied().unwrap_or_default();
    let net = total(Figure::Prepayments).minus(total(Figure::Accruals))?;
    if net != control {
        found.push(format!("prepayments less accruals are {net}, but the control account is {control}"));
    }
    Ok(found)
}

/// Returns the months at whose end the grant control of a fund is not what is prepaid less what is accrued, grant by
/// grant.
fn control_differs_from_schedule(totals: &Totals) -> Result<Vec<String>, Overflow> {
    let mut changes: BTreeMap<(&FundId, Month), Money> = BTreeMap::new();
    for (heading, month, cells) in totals.iter() {
        let scheduled = cells.get(Figure::Prepayments).minus(cells.get(Figure::Accruals))?;
        let change = changes.entry((&heading.fund, month)).or_default();
        *change = change.plus(cells.get(Figure::Posted(Account::GrantControl)))?.minus(scheduled)?;
    }
    let message = |((fund, month), by): ((&FundId, Month), Money)| {
        let month = month.in_words();
        format!("in {month}, grant control of fund {fund} differs from prepayments less accruals by {by}")
    };
    Ok(changes.into_iter().filter(|(_, by)| !by.is_zero()).map(message).collect())
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
    let message = |((fund, memorandum), balance): ((FundId, bool), Money)| {
        let accounts = if memorandum { "memorandum accounts" } else { "accounts" };
        format!("the {accounts} of fund {fund} are out of balance by {balance}")
    };
    Ok(balances.into_iter().filter(|(_, balance)| !balance.is_zero()).map(message).collect())
}

/// Returns the balance of each account, in the order of [`Account::ALL`].
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
