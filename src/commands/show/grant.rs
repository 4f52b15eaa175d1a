//! A grant with its history.

use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Period;
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Award, Basis, Fact, Grant, Power, Recorded};
use almoner_ledger::money::Money;
use almoner_ledger::reports::papers::{add_reported, recorded};

use super::{facts, in_papers, or_not_stated};
use crate::confirmation::posted;
use crate::context::Context;
use crate::problem::Problem;
use almoner_app::narrative::{self, Naming};
use almoner_papers::layout::wrapped;

/// Returns the grant as text.
pub fn shown(
    books: &dyn Books,
    grant: &Grant,
    with_entries: bool,
    context: &Context,
) -> Result<String, Problem> {
    let width = context.terminal.width;
    let mut text = format!("Grant {}\n", grant.id);
    text.push_str(&facts(&stated(books, grant)?, width));
    text.push_str("\nCurrent position\n");
    text.push_str(&facts(&standing(grant, context)?, width));
    text.push_str(&due(grant, context));
    let mut papers = recorded(books);
    add_reported(&mut papers, grant);
    text.push_str(&in_papers(&papers, |paper| paper.grants.contains(&grant.id), width));
    text.push_str("\nHistory\n");
    for recorded in &grant.history {
        text.push_str(&history_lines(books, grant, recorded, width)?);
        if with_entries {
            text.push_str(&posted::entries(&recorded.entries, width)?);
            text.push('\n');
        }
    }
    Ok(text)
}

fn stated(books: &dyn Books, grant: &Grant) -> Result<Vec<(&'static str, String)>, Problem> {
    let Some(award) = grant.last_award() else { return Ok(Vec::new()) };
    let recipient = narrative::recipient_name(books, &award.recipient)?;
    let assumed = if award.date_assumed { " (date assumed)" } else { "" };
    let terms = grant.terms();
    let power = (terms.power != Power::NotStated).then(|| format!("{}: {}", terms.power, terms.power.name()));
    let period = grant.period();
    let basis = Basis::of(period).words();
    let mut stated = vec![
        ("Recipient", format!("{recipient} ({})", award.recipient)),
        ("Awarded", format!("{} on {}{assumed}", award.amount.grouped(), award.decided.in_words())),
        ("Decision", or_not_stated(grant.decision())),
    ];
    stated.extend(funds(books, grant, award));
    stated.extend([
        ("Power", or_not_stated(power)),
        ("Period", format!("{}, recognised {basis}", or_not_stated(period.map(Period::in_words)))),
    ]);
    for (from, purpose) in grant.purposes() {
        let first = from == award.decided;
        let since = if first { String::new() } else { format!("from {}: ", from.in_words()) };
        stated.push(("Purpose", format!("{since}{}", purpose.text)));
        let split = grant.split_on(from).unwrap_or_else(|| purpose.split.clone());
        stated.push(("Theme", format!("{since}{split}")));
    }
    stated.extend(terms.conditions.map(|text| ("Conditions", text.to_string())));
    stated.extend(terms.reasons.map(|text| ("Reasons", text.to_string())));
    Ok(stated)
}

/// Returns the funds of a grant as awarded and after each change, and its parts where they are stated.
fn funds(books: &dyn Books, grant: &Grant, award: &Award) -> Vec<(&'static str, String)> {
    let name = |id: &FundId| match books.reference().funds.get(id) {
        Some(fund) => format!("{}: {}", fund.id, fund.name),
        None => or_not_stated(None::<String>),
    };
    let mut lines: Vec<(&str, String)> = Vec::new();
    let mut before = String::new();
    for (from, division) in grant.divisions() {
        let names = division.funds().into_iter().map(name).collect::<Vec<_>>().join("; ");
        if names != before {
            let is_first = lines.is_empty();
            let since = if is_first { String::new() } else { format!("from {}: ", from.in_words()) };
            lines.push(("Fund", format!("{since}{names}")));
            before = names;
        }
    }
    if lines.is_empty() {
        lines.push(("Fund", award.fund.ids().map(name).collect::<Vec<_>>().join("; ")));
    }
    let changes = grant.facts().filter_map(|fact| match fact {
        Fact::Awarded(award) => Some((None, &award.fund)),
        Fact::FundChanged(change) => Some((Some(change.date), &change.fund)),
        Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
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
    for (from, funds) in changes.filter(|(_, funds)| funds.single().is_none()) {
        let since = from.map(|from| format!("from {}: ", from.in_words())).unwrap_or_default();
        lines.push(("Parts", format!("{since}{funds}")));
    }
    for fact in grant.facts() {
        let Fact::Varied(variation) = fact else { continue };
        if variation.part.is_some() {
            let from = variation.date.next_day();
            let parts = grant.parts_on(from).into_iter().map(|(place, amount)| format!("{place}:{amount}"));
            let parts = parts.collect::<Vec<_>>().join(";");
            let line = ("Parts", format!("from {}: {parts}", from.in_words()));
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

fn standing(grant: &Grant, context: &Context) -> Result<Vec<(&'static str, String)>, Problem> {
    if grant.award().is_none() {
        return Ok(vec![("Status", "the award was reversed".to_owned())]);
    }
    let standing = grant.standing()?;
    let paid = standing.paid.minus(standing.refunded)?;
    let posted_to = |account: Account| {
        let postings = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
        let by_today = postings.filter(|it| it.account == account && it.booked <= context.actor.today);
        Money::sum(by_today.map(|it| it.amount))
    };
    let recognised = Account::ALL.into_iter().filter(|account| account.is_recognised()).map(posted_to);
    let expenditure = Money::sum(recognised.collect::<Result<Vec<_>, _>>()?)?;
    let (adjusted, control) = (posted_to(Account::PriorPeriod)?, posted_to(Account::GrantControl)?);
    let recovery_due = posted_to(Account::RecoveriesDue)?;
    let mut lines = vec![
        ("Awarded", standing.awarded.grouped()),
        ("Paid", paid.grouped()),
        ("Balance of award", standing.balance()?.grouped()),
        ("Expenditure", format!("{} to {}", expenditure.grouped(), context.actor.today.in_words())),
    ];
    if !adjusted.is_zero() {
        lines.push(("Prior period", format!("{} of it taken from reserves", narrative::paper(adjusted))));
    }
    if control.is_positive() {
        lines.push(("Prepayment", control.grouped()));
    }
    if recovery_due.is_positive() {
        lines.push(("Recovery due", recovery_due.grouped()));
    }
    if control.is_negative() {
        lines.push(("Accrual", control.size().grouped()));
    }
    if grant.is_withdrawn() {
        lines.push(("Withdrawn", "yes".to_owned()));
    }
    Ok(lines)
}

/// Returns milestones and monitoring reports due; empty where there are none.
fn due(grant: &Grant, context: &Context) -> String {
    let items = grant.due_items();
    if items.is_empty() {
        return String::new();
    }
    let mut text = "\nMonitoring due\n".to_owned();
    for item in items {
        let state = match (item.received, item.holds_payment_of(context.actor.today)) {
            (Some(submission), _) => {
                let paper = submission.paper.as_ref().map(|paper| format!(" (paper {paper})"));
                let result = &submission.result;
                format!("received {}{}: {result}", submission.received.in_words(), paper.unwrap_or_default())
            }
            (None, true) => {
                format!("{}; payments are held until it is received", item.state(context.actor.today).word())
            }
            (None, false) => item.state(context.actor.today).word().to_owned(),
        };
        let waived =
            item.waived.map(|waiver| format!("; waived {}: {}", waiver.date.in_words(), waiver.reason));
        let line = format!("{}: {state}{}", item.due.name, waived.unwrap_or_default());
        text.push_str(&wrapped(&format!("  {}  ", item.due.due.in_words()), &line, context.terminal.width));
    }
    text
}

fn history_lines(
    books: &dyn Books,
    grant: &Grant,
    recorded: &Recorded,
    width: usize,
) -> Result<String, Problem> {
    let number = format!("  {:>4}  ", recorded.record);
    let margin = " ".repeat(number.len());
    let (sentence, mut details) =
        narrative::fact_words(Naming::IDS, books, grant.id.as_str(), &recorded.fact)?;
    details.extend(narrative::adjustments(&recorded.entries, recorded.prior_period.as_ref())?);
    let mut lines = wrapped(&number, &sentence, width);
    for detail in details {
        lines.push_str(&wrapped(&margin, &detail, width));
    }
    let by = format!("recorded {} by {}", moment_in_words(&recorded.at), recorded.by);
    lines.push_str(&wrapped(&margin, &by, width));
    if let Some(on) = recorded.reconciled {
        let line =
            format!("reconciled with the bank statement of {} (record {})", on.date.in_words(), on.record);
        lines.push_str(&wrapped(&margin, &line, width));
    }
    if let Some(by) = recorded.reversed_by {
        lines.push_str(&wrapped(&margin, &format!("reversed by record {by}"), width));
    }
    Ok(lines)
}
