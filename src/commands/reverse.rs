//! `almoner reverse`: reverses a record, or a whole batch.

use std::collections::BTreeSet;

use almoner_app::confirmation::{closed_months, of_closed_months};
use almoner_app::narrative::record_numbers;
use almoner_ledger::command::Command;
use almoner_ledger::decide::reverse_batch;
use almoner_ledger::events::{Event, Record};
use almoner_ledger::text::Text;
use almoner_store::batch_of;
use clap::Args;

use super::cli::PostingArgs;
use super::{Recording, record_command, request};
use crate::confirmation::{line, pending_approval};
use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;

#[derive(Debug, Args)]
#[command(
    after_help = "Records are never edited or deleted. A reversal restores the books to what they would have been \
    without the record; the record and its reversal both remain in the journal.\n\n\
    Example:\n  almoner reverse 14 --reason \"Paid against the wrong award\"\n\n\
    With --batch, all records in the same batch are reversed, or none at all if later records depend on any of them. \
    This reverses an entire import, including the recipients, themes and decisions that it added.\n\n\
    Example:\n  almoner reverse --batch 14 --reason \"Wrong file\"\n\n\
    Record numbers are shown on confirmations and by `almoner log`; batches are listed by `almoner log --batches`."
)]
pub struct ReverseArgs {
    /// Record number
    #[arg(value_name = "RECORD")]
    number: u64,

    /// Reverse all records in the same batch
    #[arg(long, conflicts_with = "prior_period")]
    batch: bool,

    /// Reason, recorded in the ledger
    #[arg(long, value_name = "TEXT")]
    reason: Option<Text>,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Records the reversal.
pub fn run(args: ReverseArgs, context: Context) -> Result<(), Problem> {
    if args.batch {
        return run_batch(&args, &context);
    }
    let command = Command::Reverse { record: args.number, reason: args.reason };
    record_command(context, &args.recording, Recording::of("reverse"), &command)
}

/// Records the reversal of a batch, with a short confirmation however long the batch is.
fn run_batch(args: &ReverseArgs, context: &Context) -> Result<(), Problem> {
    let request = request(context, "reverse --batch", &args.recording.recording);
    let recorded = context.office.record_drafted(&context.actor, request, |ledger, draft| {
        let batch = batch_of(ledger, args.number)?;
        let reason = args.reason.as_ref();
        let undone =
            with_progress("Reversing", |progress| reverse_batch(draft, &batch.records, reason, progress))?;
        Ok::<_, Problem>(vec![undone])
    })?;
    let batch = batch_of(&recorded.ledger, args.number)?;
    let made = if batch.label.is_empty() { String::new() } else { format!(" ({})", batch.label) };
    let undone = numbers(&batch.records);
    let by = numbers(&recorded.made.records);
    let proposal = recorded.made.records.first().filter(|it| matches!(it.event, Event::Proposed(_)));
    let text = match (recorded.dry_run, proposal) {
        (true, None) => {
            format!("Dry run: nothing recorded. {}{made} would be reversed by {by}.\n", capitalised(&undone))
        }
        (true, Some(_)) => format!("Dry run: nothing proposed. The proposal would reverse {undone}{made}.\n"),
        (false, None) => format!("{}{made} reversed by {by}.\n", capitalised(&undone)),
        (false, Some(proposal)) => {
            let waits = pending_approval(proposal.number, &recorded.ledger);
            format!("Proposed: reversal of {undone}{made}.\n{waits}")
        }
    };
    let books = recorded.books();
    let mut months = BTreeSet::new();
    for record in &recorded.made.records {
        months.extend(closed_months(&*books, &record.event)?);
    }
    let closed = of_closed_months(&months).map(|sentence| format!("{sentence}.\n")).unwrap_or_default();
    let text = text + &closed;
    if recorded.dry_run {
        return context.print(&text);
    }
    context.print(&(text + &line(&recorded.ledger, recorded.head)))
}

fn capitalised(records: &str) -> String {
    records.replacen("record", "Record", 1)
}

fn numbers(records: &[Record]) -> String {
    match (records.first(), records.last()) {
        (Some(first), Some(last)) => record_numbers(first.number, last.number),
        _ => "no records".to_owned(),
    }
}
