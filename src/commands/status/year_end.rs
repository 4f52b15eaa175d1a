//! The steps to the end of a financial year, as `almoner status --year-end` lists them.

use almoner_app::year_end::{Part, Step, StepKind, YearEnd};
use almoner_ledger::calendar::FinancialYear;
use almoner_papers::layout::wrapped;

use crate::context::Context;
use crate::remedies;

/// Returns the steps as text, part by part, each with what is open and the command that shows it.
pub fn text(steps: &YearEnd, context: &Context) -> String {
    let width = context.terminal.width;
    let mut text = format!("Year end {}, checked as at {}\n", steps.year, steps.as_at.in_words());
    for part in Part::ALL {
        text.push_str(&format!("\n{}\n", part.title()));
        for step in steps.of_part(part) {
            let first = format!("  {:<12} ", step.state.words());
            let indent = " ".repeat(first.len());
            text.push_str(&wrapped(&first, &words(step), width));
            if let Some(note) = &step.note {
                text.push_str(&wrapped(&indent, &format!("{note}."), width));
            }
            if !step.remedies.is_empty() {
                text.push_str(&wrapped(&format!("{indent}to do: "), &remedies::all(&step.remedies), width));
            }
            if step.is_to_do() {
                for command in commands(step.step, steps.year) {
                    text.push_str(&format!("{indent}see: {}\n", context.to_type(&command)));
                }
            }
        }
    }
    text.push_str(&format!("\n{}.\n", steps.summary()));
    text
}

/// Returns a step with the first cases that are open.
fn words(step: &Step) -> String {
    if step.count == 0 {
        return step.title.to_owned();
    }
    let first: Vec<&str> = step.first.iter().map(|it| it.words.as_str()).collect();
    let more = if step.count > first.len() { ", …" } else { "" };
    format!("{} ({}): {}{more}", step.title, step.count, first.join(", "))
}

/// Returns the commands that list the cases of a step, or do what nothing checks.
fn commands(kind: StepKind, year: FinancialYear) -> Vec<String> {
    let one = match kind {
        StepKind::Proposals => "pending".to_owned(),
        StepKind::NotStated => format!("report not-stated --fy {year}"),
        StepKind::NoPeriod | StepKind::Recoveries | StepKind::Schedule => {
            format!("report year-end --fy {year}")
        }
        StepKind::Instalments => format!("report commitments --fy {year}"),
        StepKind::Monitoring => format!("report monitoring --fy {year}"),
        StepKind::Budgets => format!("report budget --fy {year}"),
        StepKind::Statements | StepKind::StatementLines => "reconcile".to_owned(),
        StepKind::Balances => "report bank-reconciliation".to_owned(),
        StepKind::NotOnStatement => format!("report payments --state unpresented --fy {year}"),
        StepKind::Accounts => "verify".to_owned(),
        StepKind::MonthsClosed => "close MONTH".to_owned(),
        StepKind::MonthsFinal => "close MONTH --final".to_owned(),
        StepKind::Disclosures => {
            return vec![
                "export disclosure --month MONTH".to_owned(),
                "paper add disclosure-MONTH --date DATE".to_owned(),
            ];
        }
        StepKind::Pack => return vec![format!("export cfo --fy {year}"), "export funder".to_owned()],
        StepKind::FinanceJournal => format!("export finance --fy {year}"),
        StepKind::Checkpoint => return vec!["checkpoint".to_owned(), "backup FILE".to_owned()],
        StepKind::NextBudgets => "budget set".to_owned(),
    };
    vec![one]
}
