//! `almoner pending`: what waits for approval.

use almoner_ledger::book::Books;
use almoner_ledger::book::authority::pending;
use almoner_ledger::money::Money;
use almoner_ledger::store::folder::Ledger;
use clap::Args;
use serde::Serialize;

use super::list::List;
use crate::context::Context;
use crate::problem::Problem;
use crate::render::output::OutputArgs;
use crate::sheet::{Cell, Field, Kind};
use crate::words;

#[derive(Debug, Args)]
#[command(
    after_help = "`almoner show RECORD` tells all of a proposal; `almoner approve RECORD` and `almoner \
    reject RECORD --reason TEXT` settle it."
)]
pub struct PendingArgs {
    #[command(flatten)]
    output: OutputArgs,
}

/// A proposal that waits.
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
    Field::new("proposed_at", "Proposed at (UTC)", Kind::Date, 2, |line| {
        Cell::Text(words::moment(&line.proposed_at))
    }),
    Field::new("proposed_by", "By", Kind::Text, 0, |line| Cell::Text(line.proposed_by.clone())),
    Field::new("what", "What", Kind::Text, 0, |line| Cell::Text(line.what.to_owned())),
    Field::new("subject", "Of what", Kind::Text, 0, |line| Cell::Text(line.subject.clone())),
    Field::new("amount", "Amount", Kind::Money, 0, |line| line.amount.map_or(Cell::Empty, Cell::Money)),
    Field::new("records", "Records", Kind::Count, 3, |line| Cell::Count(line.records)),
    Field::new("hash", "Hash", Kind::Text, 4, |line| Cell::Text(line.hash.clone())),
];

/// Lists what waits.
pub fn run(args: PendingArgs, context: &Context) -> Result<(), Problem> {
    let ledger = context.open_read()?;
    let lines = lines(&ledger)?;
    let note = if lines.is_empty() { vec!["Nothing waits for approval.".to_owned()] } else { Vec::new() };
    List::new(&ledger, "almoner.pending/1", "Waiting for approval", lines).notes(note).write(
        FIELDS,
        &args.output,
        context,
    )
}

fn lines(ledger: &Ledger) -> Result<Vec<Line>, Problem> {
    let mut lines = Vec::new();
    for (record, proposal) in pending(ledger)? {
        // What comes last is what was asked for; what it needs comes before it.
        let waiting = ledger.reference().authority.pending.get(&record);
        let (Some(main), Some(waiting)) = (proposal.events.last(), waiting) else { continue };
        let amounts: Vec<Money> = proposal.events.iter().filter_map(words::amount).collect();
        lines.push(Line {
            record,
            proposed_at: waiting.at.to_string(),
            proposed_by: waiting.by.to_string(),
            what: main.words(),
            subject: words::subject(main),
            amount: if amounts.is_empty() { None } else { Some(Money::sum(amounts)?) },
            records: proposal.events.len() as u64,
            hash: waiting.hash.to_string(),
        });
    }
    Ok(lines)
}
