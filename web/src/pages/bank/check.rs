//! What a reconciliation would record, before it is recorded.

use almoner_app::bank::{Chain, chain, of_account, of_statement};
use almoner_app::reconciling::{
    LineResult, LineResultState, Reconciliation, Reconciling, StatementOutcome, reconcile,
};
use almoner_ledger::book::bank::BankAccount;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::reconciliation::RecordedStatement;
use almoner_store::folder::Ledger;
use maud::{Markup, html};

use super::lines::{Is, Row, table};
use super::{OPEN, missing, paged, period, position, shown_to};
use crate::forms::Typed;
use crate::forms::bank::reconciling;
use crate::look::{Look, Trouble};
use crate::write::facts;

/// Returns what a form of the bank would record; `None` if it is not of the bank.
pub fn check(look: &Look<'_>, typed: &Typed<'_>, ledger: &Ledger) -> Result<Option<Markup>, Trouble> {
    let Some(given) = reconciling(typed) else { return Ok(None) };
    let given = Reconciling { suggested: Some(shown_to(look, OPEN)), ..given? };
    let mut draft = Draft::new(ledger, look.actor.at.to_string(), look.actor.name().to_owned());
    let of = reconcile(&mut draft, &given)?;
    let books: &dyn Books = &draft;
    let is_of_file = !given.statements.is_empty();
    let (now, rest): (Vec<&LineResult>, Vec<&LineResult>) = of.lines.iter().partition(|it| is_new(it));
    let now: Vec<Row<'_>> = now.into_iter().map(row).collect();
    let rest: Vec<Row<'_>> = rest.into_iter().filter(|it| is_of_file && it.row.is_some()).map(row).collect();
    let (rest, pages) = paged(look, OPEN, rest, false);
    Ok(Some(html! {
        @if is_of_file { (statements(typed, &of)?) }
        @else {
            @for account in &of.accounts { (position(&of_account(account)?)) }
        }
        @if !now.is_empty() {
            @let caption = if is_of_file { "Matched from the text of the lines" } else { "Reconciled now" };
            (table(look, books, (caption, &now, &of.items), None)?)
        }
        @if !rest.is_empty() {
            @let caption = if now.is_empty() { "Lines of the statement" } else { "Other lines of the statement" };
            (table(look, books, (caption, &rest, &of.items), None)?)
            (pages)
        }
        @if is_of_file && of.lines.iter().any(|it| matches!(it.state, LineResultState::Open(_))) {
            p.hint { "Open lines are recorded with the statement, and are matched or explained on the account's page." }
        }
    }))
}

/// Returns true for a line that is reconciled by what would be recorded.
fn is_new(line: &LineResult) -> bool {
    matches!(line.state, LineResultState::Matched(..) | LineResultState::Decided(_))
}

fn row(result: &LineResult) -> Row<'_> {
    let is = match &result.state {
        LineResultState::Before(_) => Is::Recorded,
        LineResultState::Decided(_) => Is::Decided,
        LineResultState::Matched(_, basis) => Is::Matched(*basis),
        LineResultState::Open(suggestions) => Is::Open(suggestions),
    };
    Row { line: &result.line, is }
}

/// Returns the statements of a file, each with its figures and what is unusual about it.
fn statements(typed: &Typed<'_>, of: &Reconciliation) -> Result<Markup, Trouble> {
    let mut shown = Vec::new();
    for outcome in &of.statements {
        let found = recorded(of, outcome);
        let figures = found.map(|(account, statement)| of_statement(account, statement)).transpose()?;
        let broken = found.map(|(account, statement)| chain(account, statement));
        shown.push((outcome, figures, broken));
    }
    let known = of.lines.iter().filter(|it| it.row.is_some() && it.line.places.len() > 1).count();
    Ok(html! {
        (facts(&[
            ("File", html! { (typed.fields.text("file")) }),
            ("File format", html! { (typed.fields.text("form")) }),
        ]))
        @if let Some(breaks) = typed.fields.get("breaks") {
            div.notice.warn {
                p { strong { "Balances that do not agree are accepted." } }
                @for line in breaks.lines() { p { (line) } }
            }
        }
        @for (outcome, figures, broken) in &shown {
            @let StatementOutcome { statement, already, new_beside } = outcome;
            h2 {
                (statement.account) ", " (period(statement.from, statement.to))
            }
            @if let Some(nearest) = new_beside {
                div.notice.warn {
                    p { strong { "A new bank account." } " The most similar known one is " (nearest) "." }
                }
            }
            @if let Some(record) = already {
                p { "Already recorded as record " (record) ": the statement adds nothing new." }
            }
            @if let Some(Chain::Broken { expected, stated }) = broken {
                (missing(&html! { "This one" }, *stated, *expected))
            }
            @if let Some(figures) = figures { (position(figures)) }
        }
        @if known > 0 {
            p {
                @if known == 1 { "1 line is" } @else { (known) " lines are" }
                " already on another statement, and counted only once."
            }
        }
    })
}

/// Returns the statement as it would be recorded, with its account.
fn recorded<'r>(
    of: &'r Reconciliation,
    outcome: &StatementOutcome,
) -> Option<(&'r BankAccount, &'r RecordedStatement)> {
    let given = &outcome.statement;
    let account = of.accounts.iter().find(|it| it.is_called(given.account.as_str()))?;
    let is_given = |it: &&RecordedStatement| match outcome.already {
        Some(record) => it.record == record,
        None => (it.from, it.to) == (given.from, given.to),
    };
    Some((account, account.statements.iter().rfind(is_given)?))
}
