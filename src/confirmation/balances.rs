//! The balances after a recording, a line each.

use almoner_app::confirmation::{AwardBalance, Balances, BudgetBalance};
use almoner_app::narrative::{fund_words, paper};
use almoner_papers::layout::wrapped;

/// Returns a line for each award, and for each fund and financial year.
pub fn balances(balances: &Balances, width: usize) -> String {
    let lines = balances.awards.iter().map(award_line).chain(balances.budgets.iter().map(budget_line));
    let text: String = lines.map(|line| wrapped("", &line, width)).collect();
    if text.is_empty() { text } else { format!("\n{text}") }
}

fn award_line(AwardBalance { award, position }: &AwardBalance) -> String {
    let Some(position) = position else { return format!("Award {award}: reversed") };
    let mut line = format!(
        "Award {award}: awarded {}, paid {}, balance {}",
        position.awarded.grouped(),
        position.paid.grouped(),
        position.balance.grouped()
    );
    if position.recovery_due.is_positive() {
        line.push_str(&format!("; recovery due {}", position.recovery_due.grouped()));
    }
    if position.instalments_beyond.is_positive() {
        let beyond = position.instalments_beyond.grouped();
        line.push_str(&format!("; instalments beyond the balance {beyond}"));
    }
    line
}

fn budget_line(it: &BudgetBalance) -> String {
    let (name, year) = (fund_words(&it.fund), it.year);
    let spent =
        format!("expenditure {}, outstanding commitment {}", paper(it.expenditure), paper(it.committed));
    let Some(budget) = it.budget else {
        return format!("Budget {year}, {name}: no budget set; {spent}");
    };
    let remaining = match it.remaining.is_negative() {
        true => format!("over budget by {}", it.remaining.size().grouped()),
        false => format!("remaining {}", it.remaining.grouped()),
    };
    format!("Budget {year}, {name}: {}, {spent}, {remaining}", budget.grouped())
}
