//! `almoner recover`: recovers a ledger whose head file is lost, and records what confirms its end.

use std::path::PathBuf;

use almoner_app::narrative::record_numbers;
use almoner_ledger::text::Text;
use almoner_store::proofs::Proof;
use almoner_store::recovering::{Evidence, RecoveredHead, recover};
use clap::Args;

use crate::checkpoint_file;
use crate::context::Context;
use crate::passphrase;
use crate::problem::Problem;
use crate::progress::with_progress;

#[derive(Debug, Args)]
#[command(after_help = "A ledger's `head` file says where its journal ends. If it is missing or was \
    overwritten, nothing can be recorded and no figures are shown, even though every record may \
    be intact. If you have a copy of the ledger, use that instead.\n\n\
    The whole journal is verified, and is assumed to end with its last complete batch. The journal is confirmed up to \
    any record named by the index, by this computer's note of the last record it has seen, by a proof or by a \
    checkpoint. If nothing confirms the last records, \
    later ones may be missing: compare with recent papers. The recovery is recorded, with the evidence for the end. \
    If records are known to be missing, a reason must be given.\n\n\
    If the ledger has users, only an approver can do this, and an approver who has a key must sign with it.\n\n\
    Examples:\n  \
    almoner recover\n  \
    almoner recover --proof 0f3a…/57/9b21…\n  \
    almoner recover --accept-shorter-history \"Disk failed on 3 March\"")]
pub struct RecoverArgs {
    /// `Proof:` line of the latest confirmation; proves every record up to the one it names
    #[arg(long, value_name = "PROOF")]
    proof: Option<Proof>,

    /// Signed checkpoint; proves every record up to the one it names
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

    /// Reason for continuing without records that are known to be missing; recorded in the ledger
    #[arg(long, value_name = "REASON")]
    accept_shorter_history: Option<Text>,

    /// File containing your own signing key (required if you have one)
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
}

/// Recovers the ledger and prints what confirms its end.
pub fn run(args: &RecoverArgs, context: &Context) -> Result<(), Problem> {
    let checkpoint = args.checkpoint.as_deref().map(|path| checkpoint_file::read(path, None)).transpose()?;
    let key = args.key_file.as_deref().map(passphrase::key).transpose()?;
    let actor = &context.actor;
    let evidence = Evidence {
        proof: args.proof.as_ref(),
        checkpoint: checkpoint.as_ref().map(|checkpoint| checkpoint.statement()),
        accepted: args.accept_shorter_history.as_ref(),
        at: actor.at.as_str(),
        by: actor.recorder()?.as_str(),
        is_clock_confirmed: actor.is_clock_confirmed,
        key: key.as_ref(),
    };
    let (path, turn, notes) = (&context.office.location, context.turn(), Some(&*context.office.notes));
    let RecoveredHead { recovered, lost, records } =
        with_progress("Verifying", |progress| recover(path, evidence, (&turn, notes), progress))
            .map_err(|error| {
                Problem::from(error)
                    .hint_for("history-lost", || {
                        "find the newest copy or backup of the ledger; if the missing records cannot be recovered, add --accept-shorter-history REASON".to_owned()
                    })
                    .hint_for("ledger-unavailable", || {
                        "check that the proof and the checkpoint are of this ledger; otherwise restore its newest copy or backup".to_owned()
                    })
            })?;
    let mut text = format!(
        "Recovered: the journal ends at record {}, and its records follow on from each other.\n",
        recovered.record
    );
    for it in &recovered.vouched {
        text.push_str(&format!("Confirmed by {}: records up to {}\n", it.by.words(), it.record));
    }
    // What is known of the records up to an end says nothing of records after it.
    text.push_str(&format!(
        "Records after record {} may be missing: compare the ledger with papers produced in the last few days.\n",
        recovered.record
    ));
    for it in &lost {
        text.push_str(&format!("Accepted as lost: the history up to record {}\n", it.record));
    }
    text.push_str(&format!("Recorded in {}\n", record_numbers(recovered.record + 1, records)));
    context.print(&text)
}
