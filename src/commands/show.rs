//! `almoner show`: one grant, decision, recipient or record with its history.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod decision;
mod grant;
mod recipient;
mod record;

use almoner_ledger::book::{Books, registered};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::papers::PublicPaper;
use almoner_ledger::reports::papers::Index;
use almoner_ledger::reports::{FilterWords, ReportError};
use almoner_papers::dates;
use clap::Args;

use crate::context::Context;
use crate::problem::Problem;
use almoner_papers::layout::wrapped;

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
}

/// Shows everything with this id: a decision and a grant with the same id are shown together.
pub fn run(args: ShowArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_readable_part()?;
    let id = args.id.trim();
    if let Ok(number) = id.parse::<u64>() {
        return context.print(&record::shown(&ledger, number, context.terminal.width)?);
    }
    let mut parts = Vec::new();
    if let Ok(id) = DecisionId::new(id)
        && let Some(decision) = registered(&ledger, &id)?
    {
        parts.push(decision::shown(&ledger, &decision, context.terminal.width)?);
    }
    if let Ok(id) = GrantId::new(id)
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
        if let Some(recipient) = found.map(|id| ledger.recipient(&id)).transpose()?.flatten() {
            parts.push(recipient::shown(&ledger, &recipient, context.terminal.width)?);
        }
    }
    if parts.is_empty() {
        return Err(unknown(&ledger, id)?);
    }
    context.print(&parts.join("\n"))
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

/// Returns facts as lines of a label and a value.
fn facts(facts: &[(&str, String)], width: usize) -> String {
    let widest = facts.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
    facts.iter().map(|(word, value)| wrapped(&format!("  {word:<widest$}  "), value, width)).collect()
}

/// Returns the public papers of an index that match; empty where none does.
fn in_papers(index: &Index, is_in: impl Fn(&PublicPaper) -> bool, width: usize) -> String {
    let mut text = String::new();
    for paper in index.values().filter(|paper| is_in(paper)) {
        let date = paper.date.map_or("date not stated".to_owned(), dates::day);
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
