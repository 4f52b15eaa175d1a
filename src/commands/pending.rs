//! `almoner pending`: proposals awaiting approval.

use almoner_ledger::book::Books;
use almoner_ledger::book::authority::pending;
use almoner_ledger::money::Money;
use almoner_store::folder::Ledger;
use clap::Args;
use serde::Serialize;

use super::list::List;
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_app::narrative;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
#[command(
    after_help = "View a proposal in full with `almoner show RECORD`, then approve it with `almoner approve RECORD` \
    or reject it with `almoner reject RECORD --reason TEXT`."
)]
pub struct PendingArgs {
    #[command(flatten)]
    output: TableArgs,
}

/// A pending proposal.
#[derive(Debug, Serialize)]
struct Line {
    record: u64,
    proposed_at: String,
    proposed_by: String,
    what: &'static str,
    subject: String,
    amount: Option<Money>,
    records: u64,
    hash: String,
}

const FIELDS: &[Field<Line>] = &[
    Field::new("record", "Record", Kind::Count, 0, |line| Cell::Count(line.record)),
    Field::new("proposed_at", "Proposed at (UTC)", Kind::Date, 2, |line| Cell::moment(&line.proposed_at)),
    Field::new("proposed_by", "Proposed by", Kind::Text, 0, |line| Cell::Text(line.proposed_by.clone())),
    Field::new("what", "Event", Kind::Text, 0, |line| Cell::Text(line.what.to_owned())),
    Field::new("subject", "Subject", Kind::Text, 0, |line| Cell::Text(line.subject.clone())),
    Field::new("amount", "Amount", Kind::Money, 0, |line| line.amount.map_or(Cell::Empty, Cell::Money)),
    Field::new("records", "Records", Kind::Count, 3, |line| Cell::Count(line.records)),
    Field::new("hash", "Hash", Kind::Text, 4, |line| Cell::Text(line.hash.clone())),
];

/// Lists the pending proposals.
pub fn run(args: PendingArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_read()?;
    let lines = lines(&ledger)?;
    let note = if lines.is_empty() { vec!["No proposal is pending.".to_owned()] } else { Vec::new() };
    List::new(&ledger, "almoner.pending/1", "Proposals awaiting approval", lines).notes(note).write(
        FIELDS,
        &args.output,
        context,
    )
}

fn lines(ledger: &Ledger) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    for (record, proposal) in pending(ledger)? {
        // The last event is the one requested; those before it are what it needs.
        let pending_entry = ledger.reference().authority.pending.get(&record);
        let (Some(main), Some(pending_entry)) = (proposal.events.last(), pending_entry) else { continue };
        let (subject, _) = narrative::subject_and_amount(main);
        let amounts = proposal.events.iter().filter_map(|event| narrative::subject_and_amount(event).1);
        let amounts: Vec<Money> = amounts.collect();
        lines.push(Line {
            record,
            proposed_at: pending_entry.at.to_string(),
            proposed_by: pending_entry.by.to_string(),
            what: main.words(),
            subject,
            amount: if amounts.is_empty() { None } else { Some(Money::sum(amounts)?) },
            records: proposal.events.len() as u64,
            hash: pending_entry.hash.to_string(),
        });
    }
    Ok(lines)
}
