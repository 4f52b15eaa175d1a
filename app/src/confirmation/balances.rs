//! The balances after a recording: of the awards it affected, and of their funds' budgets.

use std::collections::BTreeSet;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::events::Record;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::reports::{By, Filter, Measure, Query, themes};
use serde::Serialize;

use crate::error::Error;

/// The maximum number of years of which a fund's budgets are shown; reports show the others.
const YEARS_SHOWN: usize = 3;

/// Balances of awards and budgets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Balances {
    /// Those of awards, by id.
    pub awards: Vec<AwardBalance>,
    /// Those of budgets, by fund and year.
    pub budgets: Vec<BudgetBalance>,
    /// The number of further budgets that are changed and not shown.
    pub further_budgets: usize,
}

/// The balance of an award.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwardBalance {
    /// Id of the award.
    pub award: GrantId,
    /// Its amounts; `None` if the award was reversed.
    pub position: Option<AwardPosition>,
}

/// The amounts of an award.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AwardPosition {
    /// The award with its variations.
    pub awarded: Money,
    /// Payments less refunds.
    pub paid: Money,
    /// What can still be paid.
    pub balance: Money,
    /// What is paid beyond the award; zero if nothing is.
    pub recovery_due: Money,
    /// The unpaid instalments beyond the balance; zero if there are none.
    pub instalments_beyond: Money,
}

/// The balance of a fund's budget of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BudgetBalance {
    /// The fund.
    pub fund: FundId,
    /// The financial year.
    pub year: FinancialYear,
    /// The budget; `None` if none is set.
    pub budget: Option<Money>,
    /// The reporting date: the end of the month of the recording, or the year's end if that is earlier.
    pub as_at: Date,
    /// Expenditure of the year up to that date.
    pub expenditure: Money,
    /// Awarded, and to be recognised later in the year.
    pub still_to_recognise: Money,
    /// Budget less expenditure and what is still to recognise.
    pub remaining: Money,
}

impl Balances {
    /// Returns balances that have everything, for the description of their form.
    pub(crate) fn example() -> Balances {
        let zero = Money::ZERO;
        let position = AwardPosition {
            awarded: zero,
            paid: zero,
            balance: zero,
            recovery_due: zero,
            instalments_beyond: zero,
        };
        let of_award = |position| move |award| AwardBalance { award, position };
        let award = || GrantId::new("1-2015").ok();
        let awards = award().map(of_award(Some(position))).into_iter().chain(award().map(of_award(None)));
        let of_budget = |budget| {
            move |day: Date| BudgetBalance {
                fund: FundId::unstated(),
                year: day.financial_year(),
                budget,
                as_at: day,
                expenditure: zero,
                still_to_recognise: zero,
                remaining: zero,
            }
        };
        let day = || Date::from_ymd(2015, 4, 1);
        let budgets = day().map(of_budget(Some(zero))).into_iter().chain(day().map(of_budget(None)));
        Balances { awards: awards.collect(), budgets: budgets.collect(), further_budgets: 0 }
    }

    /// Returns the balances that records change, on the books after them; without those of budgets if the totals of
    /// these books are not those after the records.
    pub fn after(books: &dyn Books, records: &[Record], has_totals: bool) -> Result<Balances, Error> {
        let mut balances = Balances::default();
        let grants: BTreeSet<&GrantId> = records.iter().filter_map(|record| record.event.grant()).collect();
        for id in grants {
            if let Some(grant) = books.grant(id)? {
                balances.awards.push(AwardBalance::of(&grant)?);
            }
        }
        let today = records.last().and_then(|record| Date::parse(record.at.get(..10)?).ok());
        let changed = if has_totals { funds_and_years(records) } else { BTreeSet::new() };
        let changed: Vec<(&FundId, FinancialYear)> = changed.into_iter().collect();
        for of_fund in changed.chunk_by(|one, other| one.0 == other.0) {
            for (fund, year) in of_fund.iter().take(YEARS_SHOWN) {
                // At the end of a month the totals answer, without reading every grant.
                let as_at = today.map_or(year.range().to(), |today| today.month().last_day());
                balances.budgets.push(budget_balance(books, fund, *year, as_at)?);
            }
        }
        balances.further_budgets = changed.len() - balances.budgets.len();
        Ok(balances)
    }
}

impl AwardBalance {
    /// Returns the balance of a grant.
    pub fn of(grant: &Grant) -> Result<AwardBalance, Error> {
        let award = grant.id.clone();
        if grant.award().is_none() {
            return Ok(AwardBalance { award, position: None });
        }
        let standing = grant.standing()?;
        let scheduled = Money::sum(grant.facts().filter_map(Fact::instalment).map(|it| it.amount))?;
        let unpaid = scheduled.minus(standing.paid)?.max(Money::ZERO);
        let position = AwardPosition {
            awarded: standing.awarded,
            paid: standing.net_paid()?,
            balance: standing.balance()?,
            recovery_due: standing.recovery_due()?,
            instalments_beyond: unpaid.minus(standing.balance()?)?.max(Money::ZERO),
        };
        Ok(AwardBalance { award, position: Some(position) })
    }
}

/// Returns the funds and years whose budget position the records change.
fn funds_and_years(records: &[Record]) -> BTreeSet<(&FundId, FinancialYear)> {
    let changes_budget =
        |account| matches!(account, Account::GrantExpenditure | Account::Commitments | Account::Budget);
    let postings = records.iter().flat_map(|record| record.event.postings());
    let changing = postings.filter(|posting| changes_budget(posting.account));
    changing.map(|posting| (posting.fund, posting.booked.financial_year())).collect()
}

fn budget_balance(
    books: &dyn Books,
    fund: &FundId,
    year: FinancialYear,
    as_at: Date,
) -> Result<BudgetBalance, Error> {
    let filter = Filter { fund: Some(fund.clone()), ..Filter::default() };
    let query = Query { filter, ..Query::of(year.range()).on(as_at) };
    let of_year = themes(books, &query, By::Fund)?.total;
    let has_budget = books.reference().budgets.keys().any(|key| key.fund == *fund && key.year == year);
    Ok(BudgetBalance {
        fund: fund.clone(),
        year,
        as_at: query.as_at(),
        budget: has_budget.then_some(of_year.budget),
        expenditure: of_year.expenditure,
        still_to_recognise: of_year.still_to_recognise.unwrap_or_default(),
        remaining: of_year.get(Measure::Remaining),
    })
}
