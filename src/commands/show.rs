//! `almoner show`: one grant, decision, recipient or record with its history.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod grant;
mod record;

use almoner_app::narrative::{self, Naming};
use almoner_app::shown::{ShownDecision, ShownRecord};
use almoner_ledger::book::{Books, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::checklist::{Checklist, Question};
use almoner_ledger::decisions::{DecisionId, RegisteredDecision};
use almoner_ledger::grants::GrantId;
use almoner_ledger::papers::PublicPaper;
use almoner_ledger::recipients::{Identifier, Recipient};
use almoner_ledger::reports::papers::{Index, recorded};
use almoner_ledger::reports::{FilterWords, ReportError};
use almoner_store::folder::Access;
use almoner_store::{Store, StoreError};
use clap::Args;

use crate::context::Context;
use crate::output::OneOrJson;
use crate::problem::Problem;
use almoner_papers::layout::{Align, Columns, wrapped};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner show 14-2015\n  \
    almoner show \"Anglia Care Trust\"\n  \
    almoner show 14               (record 14, with its entries)\n  \
    almoner show 14-2015 --entries")]
pub struct ShowArgs {
    /// Grant id, decision number, recipient id or name, or record number
    id: String,

    /// Include the entries of each record
    #[arg(long)]
    entries: bool,

    #[command(flatten)]
    output: OneOrJson,
}

/// Shows everything with this id: a decision and a grant with the same id are shown together.
pub fn run(args: ShowArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_readable_part(Access::Read)?;
    let id = args.id.trim();
    if args.output.is_json() {
        return context.print_bytes(&json(&ledger, id)?);
    }
    if let Ok(number) = id.parse::<u64>() {
        return context.print(&record::shown(&ledger, number, context.terminal.width)?);
    }
    let mut parts = Vec::new();
    if let Ok(id) = DecisionId::stated(id)
        && let Some(registered) = registered(&ledger, &id)?
    {
        parts.push(decision(&ledger, &registered, context.terminal.width)?);
    }
    if let Ok(id) = GrantId::stated(id)
        && let Some(grant) = ledger.grant(&id)?
    {
        parts.push(grant::shown(&ledger, &grant, args.entries, context)?);
    }
    if parts.is_empty() {
        let words = FilterWords { recipient: Some(id), ..FilterWords::default() };
        let found = match words.resolve(&ledger) {
            Ok(filter) => filter.recipient,
            Err(ReportError::Unknown { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some(found) = found.map(|id| ledger.recipient(&id)).transpose()?.flatten() {
            parts.push(recipient(&ledger, &found, context.terminal.width)?);
        }
    }
    if parts.is_empty() {
        return Err(unknown(&ledger, id)?);
    }
    context.print(&parts.join("\n"))
}

/// Returns a record or a decision as JSON. Grants and recipients have reports.
fn json(ledger: &(impl Store + Books), id: &str) -> Result<Vec<u8>, Problem> {
    if let Ok(number) = id.parse::<u64>() {
        let shown = ShownRecord::of(ledger, ledger, number)?;
        let missing = || StoreError::NoSuchRecord { records: ledger.head().record, requested: number };
        return Ok(shown.ok_or_else(missing)?.json()?);
    }
    let registered = match DecisionId::stated(id) {
        Ok(id) => registered(ledger, &id)?,
        Err(_) => None,
    };
    match registered {
        Some(registered) => Ok(ShownDecision::of(ledger, &registered, true)?.json()?),
        None => Err(Problem::refused("unknown", format!("there is no decision or record `{id}`"))
            .hint("for a grant or a recipient, use `almoner report grant` or `almoner report recipient`")),
    }
}

fn unknown(books: &dyn Books, id: &str) -> Result<Problem, Problem> {
    let mut known = Vec::new();
    books.each_grant(&mut |grant| {
        known.push(grant.id.to_string());
        Ok(())
    })?;
    books.each_recipient(&mut |recipient| {
        if recipient.is_known() {
            known.push(recipient.id.to_string());
            known.push(recipient.name().to_owned());
        }
        Ok(())
    })?;
    let message = format!("there is no grant, decision, recipient or record `{id}`");
    let problem = Problem::refused("unknown", message);
    Ok(match almoner_ledger::rejection::nearest(id, known.iter().map(String::as_str)) {
        Some(nearest) => problem.hint(format!("did you mean `{nearest}`?")),
        None => problem.hint("see `almoner report grants`, `almoner recipient list` and `almoner log`"),
    })
}

/// Returns the originator's checklist, once any question is answered.
fn answered(checklist: &Checklist, width: usize) -> String {
    if checklist.is_empty() {
        return String::new();
    }
    let answers: Vec<(&str, String)> = Question::ALL
        .into_iter()
        .map(|question| (question.words(), or_not_stated(checklist.answer(question))))
        .collect();
    format!("\nChecklist\n{}", facts(&answers, width))
}

/// Returns the decision as text.
fn decision(books: &dyn Books, registered: &RegisteredDecision, width: usize) -> Result<String, Problem> {
    let decision = &registered.decision;
    let confidential = if decision.confidential { " (confidential)" } else { "" };
    let mut text = format!("Decision {}{confidential}\n", decision.id);
    let kind = decision.kind.map(|kind| kind.word().replace('-', " "));
    let mut stated = vec![
        ("Title", or_not_stated(decision.title.as_ref())),
        ("Date", or_not_stated(decision.date.map(Date::in_words))),
        ("Kind", or_not_stated(kind)),
    ];
    stated.extend(decision.summary.as_ref().map(|summary| ("Summary", summary.to_string())));
    stated.extend(decision.ground.as_ref().map(|ground| ("Ground for withholding", ground.to_string())));
    stated.push(("Last updated", format!("record {}", registered.record)));
    text.push_str(&facts(&stated, width));
    text.push_str(&answered(&decision.checklist, width));
    let mut grants = String::new();
    for id in &registered.grants {
        let Some(grant) = books.grant(id)? else { continue };
        for recorded in grant.live().filter(|it| it.fact.decision() == Some(&decision.id)) {
            let (sentence, _) = narrative::fact_words(Naming::IDS, books, id.as_str(), &recorded.fact)?;
            grants.push_str(&wrapped(&format!("  {:>4}  ", recorded.record), &sentence, width));
        }
    }
    text.push_str("\nGrants based on it\n");
    text.push_str(if grants.is_empty() { "  none\n" } else { &grants });
    text.push_str(&in_papers(&recorded(books), |paper| paper.decisions.contains(&decision.id), width));
    Ok(text)
}

/// Returns the recipient as text.
fn recipient(books: &dyn Books, recipient: &Recipient, width: usize) -> Result<String, Problem> {
    let mut text = format!("Recipient {}\n", recipient.id);
    let mut stated = Vec::new();
    for (place, dated) in recipient.names.iter().rev().enumerate() {
        let since = dated.from.map(|from| format!(" (from {})", from.in_words())).unwrap_or_default();
        let word = if place == 0 { "Name" } else { "Former name" };
        stated.push((word, format!("{}{since}", dated.name)));
    }
    stated.extend(recipient.aliases.iter().map(|alias| ("Also known as", alias.to_string())));
    let known: Vec<&str> = recipient.identifiers.iter().map(Identifier::as_str).collect();
    stated.push(("Identifiers", or_not_stated((!known.is_empty()).then(|| known.join(", ")))));
    text.push_str(&facts(&stated, width));
    text.push_str("\nGrants\n");
    if recipient.grants.is_empty() {
        text.push_str("  none\n");
        return Ok(text);
    }
    let mut columns = Columns::new(vec![
        ("Grant", Align::Left),
        ("Decided", Align::Left),
        ("Awarded", Align::Right),
        ("Paid", Align::Right),
        ("Balance", Align::Right),
        ("Purpose", Align::Left),
    ]);
    for id in &recipient.grants {
        let Some(grant) = books.grant(id)? else { continue };
        let (Some(award), standing) = (grant.award(), grant.standing()?) else { continue };
        columns.row(vec![
            id.to_string(),
            award.decided.in_words(),
            standing.awarded.grouped(),
            standing.paid.minus(standing.refunded)?.grouped(),
            standing.balance()?.grouped(),
            grant.purpose().map(|purpose| purpose.text.to_string()).unwrap_or_default(),
        ]);
    }
    text.push_str(&columns.render("  ", width));
    Ok(text)
}

/// Returns facts as lines of a label and a value.
fn facts(facts: &[(&str, String)], width: usize) -> String {
    let widest = facts.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
    facts.iter().map(|(word, value)| wrapped(&format!("  {word:<widest$}  "), value, width)).collect()
}

/// Returns the public papers of an index that match; empty where none does.
fn in_papers(index: &Index, is_in: impl Fn(&PublicPaper) -> bool, width: usize) -> String {
    let mut text = String::new();
    for paper in index.values().filter(|paper| is_in(paper)) {
        let date = paper.date.map_or("date not stated".to_owned(), Date::in_words);
        let title = paper.title.as_ref().map(|title| format!(": {title}")).unwrap_or_default();
        text.push_str(&wrapped(&format!("  {}  ", paper.id), &format!("{date}{title}"), width));
    }
    if !text.is_empty() {
        text.insert_str(0, "\nPublic papers\n");
    }
    text
}

/// Returns a value, or that it is not stated.
fn or_not_stated(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "not stated".to_owned(), |value| value.to_string())
}
