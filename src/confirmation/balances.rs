//! The balances after a recording: of the awards it affected, and of their funds' budgets.

use std::collections::BTreeSet;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::events::Record;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::{By, Filter, Query, themes};

use crate::problem::Problem;
use crate::words::{fund_words, paper};
use almoner_papers::layout::wrapped;

/// The maximum number of budgets shown; reports show the others.
const YEARS_SHOWN: usize = 3;

/// Returns a line for each award, and for each fund and financial year.
pub fn balances(books: &dyn Books, records: &[Record], width: usize) -> Result<String, Problem> {
    let mut lines = Vec::new();
    let grants: BTreeSet<&GrantId> = records.iter().filter_map(|record| record.event.grant()).collect();
    for id in grants {
        lines.extend(books.grant(id)?.map(|grant| award_line(&grant)).transpose()?);
    }
    for (fund, year) in funds_and_years(records).into_iter().take(YEARS_SHOWN) {
        lines.push(fund_line(books, fund, year)?);
    }
    let text: String = lines.iter().map(|line| wrapped("", line, width)).collect();
    Ok(if text.is_empty() { text } else { format!("\n{text}") })
}

fn award_line(grant: &Grant) -> Result<String, Problem> {
    if grant.award().is_none() {
        return Ok(format!("Award {}: reversed", grant.id));
    }
    let standing = grant.standing()?;
    let paid = standing.paid.minus(standing.refunded)?;
    let mut line = format!(
        "Award {}: awarded {}, paid {}, balance {}",
        grant.id,
        standing.awarded.grouped(),
        paid.grouped(),
        standing.balance()?.grouped()
    );
    let recovery = recovery_due(grant)?;
    if recovery.is_positive() {
        line.push_str(&format!("; recovery due {}", recovery.grouped()));
    }
    Ok(line)
}

/// Returns the recovery due from a withdrawn grant: its payments beyond its expenditure.
pub fn recovery_due(grant: &Grant) -> Result<Money, Overflow> {
    if !grant.is_withdrawn() {
        return Ok(Money::ZERO);
    }
    let postings = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
    let control = postings.filter(|posting| posting.account == Account::GrantControl);
    Ok(Money::sum(control.map(|posting| posting.amount))?.max(Money::ZERO))
}

/// Returns the funds and years whose budget position the records change.
fn funds_and_years(records: &[Record]) -> BTreeSet<(&FundId, FinancialYear)> {
    let changes_budget =
        |account| matches!(account, Account::GrantExpenditure | Account::Commitments | Account::Budget);
    let postings = records.iter().flat_map(|record| record.event.postings());
    let changing = postings.filter(|posting| changes_budget(posting.account));
    changing.map(|posting| (posting.fund, posting.booked.financial_year())).collect()
}

fn fund_line(books: &dyn Books, fund: &FundId, year: FinancialYear) -> Result<String, Problem> {
    let filter = Filter { fund: Some(fund.clone()), ..Filter::default() };
    let query = Query { filter, ..Query::of(year.range()) };
    let of_year = themes(books, &query, By::Fund)?.total;
    let spent = format!(
        "expenditure {}, outstanding commitment {}",
        paper(of_year.expenditure),
        paper(of_year.committed)
    );
    let name = fund_words(fund);
    let has_budget = books.reference().budgets.keys().any(|key| key.fund == *fund && key.year == year);
    if !has_budget {
        return Ok(format!("Budget {year}, {name}: no budget set; {spent}"));
    }
    let remaining = match of_year.remaining.is_negative() {
        true => format!("over budget by {}", of_year.remaining.size().grouped()),
        false => format!("remaining {}", of_year.remaining.grouped()),
    };
    Ok(format!("Budget {year}, {name}: {}, {spent}, {remaining}", of_year.budget.grouped()))
}
