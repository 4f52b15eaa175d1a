//! What is left after a recording: of the awards it touched, and of their funds' budgets.

use std::collections::BTreeSet;

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::FinancialYear;
use almoner_ledger::event::Record;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::reports::{By, Filter, Query, themes};

use crate::layout::wrapped;
use crate::problem::Problem;
use crate::words::{fund_words, paper};

/// Years beyond these are left to the reports.
const YEARS_SHOWN: usize = 3;

/// A line for each award, and for each fund and financial year.
pub fn left(books: &dyn Books, records: &[Record], width: usize) -> Result<String, Problem> {
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
        return Ok(format!("Award {}: reversed, nothing of it holds", grant.id));
    }
    let standing = grant.standing()?;
    let paid = standing.paid.minus(standing.refunded)?;
    let mut line = format!(
        "Award {}: awarded {}, paid {}, left {}",
        grant.id,
        standing.awarded.grouped(),
        paid.grouped(),
        standing.left()?.grouped()
    );
    let to_recover = to_recover(grant)?;
    if to_recover.is_positive() {
        line.push_str(&format!("; to be recovered from the recipient: {}", to_recover.grouped()));
    }
    Ok(line)
}

/// What a withdrawn grant was paid beyond what it is charged.
pub fn to_recover(grant: &Grant) -> Result<Money, Overflow> {
    if !grant.is_withdrawn() {
        return Ok(Money::ZERO);
    }
    let postings = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
    let control = postings.filter(|posting| posting.account == Account::GrantControl);
    Ok(Money::sum(control.map(|posting| posting.amount))?.max(Money::ZERO))
}

/// The budgets that the records bear on.
fn funds_and_years(records: &[Record]) -> BTreeSet<(&FundId, FinancialYear)> {
    let bears_on_budget =
        |account| matches!(account, Account::GrantExpenditure | Account::Commitments | Account::Budget);
    let postings = records.iter().flat_map(|record| record.event.postings());
    let bearing = postings.filter(|posting| bears_on_budget(posting.account));
    bearing.map(|posting| (posting.fund, posting.booked.financial_year())).collect()
}

fn fund_line(books: &dyn Books, fund: &FundId, year: FinancialYear) -> Result<String, Problem> {
    let filter = Filter { fund: Some(fund.clone()), ..Filter::default() };
    let query = Query { filter, ..Query::of(year.range()) };
    let of_year = themes(books, &query, By::Fund)?.total;
    let spent = format!("charged {}, committed {}", paper(of_year.expenditure), paper(of_year.committed));
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
