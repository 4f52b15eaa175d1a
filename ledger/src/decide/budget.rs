//! Setting and revising annual budgets.

use super::{Already, Decided, Decider, Refusal};
use crate::accounts::Account;
use crate::book::registered;
use crate::budgets::BudgetKey;
use crate::calendar::Date;
use crate::decisions::{DecisionId, DecisionKind};
use crate::entry::{Entries, Entry, Line};
use crate::events::{BudgetSet, Event, Reversible};
use crate::money::Money;
use crate::publication::Subject;
use crate::rejection::{Difference, Rejection};
use crate::themes::Split;

impl Decider<'_> {
    pub(super) fn set_budget(
        &self,
        budget: &BudgetKey,
        amount: Money,
        (date, decision): (Option<Date>, Option<&DecisionId>),
        revise: bool,
    ) -> Result<Decided, Refusal> {
        let mut events = self.missing_themes(&Split::whole(budget.theme.clone()))?;
        events.extend(self.missing_fund(&budget.fund)?);
        let before = self.books.reference().budgets.get(budget);
        match before {
            Some(there) if there.amount == amount => {
                return Ok(Decided::Already(Already { record: Some(there.record()), reversed_by: None }));
            }
            Some(there) if !revise => {
                let (recorded, given) = (there.amount.to_string(), amount.to_string());
                let id = format!("{} {} {}", budget.fund, budget.theme, budget.year);
                let differences = vec![Difference { field: "amount", recorded, given }];
                return Err(Rejection::Different { what: "budget", id, differences }.into());
            }
            _ => {}
        }
        if amount.is_negative() {
            return Err(Rejection::NegativeBudget(amount).into());
        }
        let year = budget.year.range();
        if let Some(date) = date {
            if date > year.to() {
                return Err(Rejection::BudgetAfterYear { date, year: budget.year }.into());
            }
            let from = date.max(year.from());
            if self.books.reference().closed.booking_day_of_budget(from) != from {
                self.check_open(from, false)?;
            }
        }
        let decided = match decision {
            Some(id) => registered(self.books, id)?.and_then(|it| it.decision.date),
            None => None,
        };
        // What is set for a year holds for all of it; a revision from its decision on.
        let decided = decided.filter(|decided| revise && year.contains(*decided));
        let date = date.or(decided).filter(|date| *date > year.from());
        let change = amount.minus(before.map_or(Money::ZERO, |before| before.amount))?;
        if let Some(decision) = decision {
            events.extend(self.decision_named_by(decision, None, DecisionKind::Other, false)?);
        }
        let posted = self.budget_entries(budget, date.unwrap_or(year.from()), change)?;
        let (budget, decision) = (Box::new(budget.clone()), decision.cloned());
        events.push(Event::BudgetSet(BudgetSet { budget, amount, date, decision, posted }));
        Ok(Decided::Events(events))
    }

    pub(super) fn reverse_budget(
        &self,
        record: u64,
        set: &BudgetSet,
    ) -> Result<(Reversible, Entries), Refusal> {
        let there = self.books.reference().budgets.get(&*set.budget);
        let there =
            there.ok_or(Rejection::NotReversible { record, what: "a budget that is no longer set" })?;
        super::reverse::check_nothing_rests(record, (there.record() != record).then(|| there.record()))?;
        if there.before().is_none() {
            let published = self.publication_of(&Subject::Budget((*set.budget).clone()));
            super::reverse::check_nothing_rests(record, published)?;
        }
        let change = set.change();
        let before = set.amount.minus(change)?;
        let entries = self.budget_entries(&set.budget, set.applies_from(), change.negated())?;
        let budget = (*set.budget).clone();
        Ok((Reversible::Budget { budget, before: (!before.is_zero()).then_some(before) }, entries))
    }

    /// Returns the entries of a budget change from a day on.
    fn budget_entries(&self, budget: &BudgetKey, date: Date, change: Money) -> Result<Entries, Refusal> {
        let booked = self.books.reference().closed.booking_day_of_budget(date);
        if booked > budget.year.range().to() {
            return Err(Rejection::BudgetYearClosed { year: budget.year }.into());
        }
        if change.is_zero() {
            return Ok(Entries::none());
        }
        let line = |account, amount| Line {
            account,
            fund: budget.fund.clone(),
            theme: Some(budget.theme.clone()),
            amount,
        };
        let lines = vec![line(Account::Budget, change), line(Account::BudgetControl, change.negated())];
        Ok(Entries::one(Entry::new(date, Some(booked), lines)?))
    }
}
