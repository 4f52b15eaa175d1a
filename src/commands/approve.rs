//! `almoner approve`: records a proposal of another user.

use std::path::PathBuf;

use almoner_app::recording::Request;
use almoner_ledger::book::Books;
use almoner_ledger::decide::{Vouched, approve};
use almoner_ledger::events::proposals::approval_text;
use almoner_ledger::signing::Signature;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::RecordingArgs;
use super::request;
use crate::confirmation::confirmation;
use crate::context::Context;
use crate::passphrase;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Approves the proposal exactly as it was made. If the command would now be recorded differently, nothing is \
    recorded and the differences are shown. An approver who has a key must sign with it.\n\n\
    Examples:\n  \
    almoner show 57\n  \
    almoner approve 57 --dry-run\n  \
    almoner approve 57 --user al --key-file al.key"
)]
pub struct ApproveArgs {
    /// Record number of the proposal
    record: u64,

    /// File containing your own signing key
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Approve without your key, and say how it was lost. Allowed only for a proposal to give yourself a new key, if
    /// nobody else can approve it and it has been pending for 31 days. The explanation is recorded in the ledger
    #[arg(long, value_name = "REASON", conflicts_with = "key_file")]
    key_lost: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Approves and records the proposal.
pub fn run(args: ApproveArgs, context: Context) -> Result<(), Problem> {
    let key = args.key_file.as_deref().map(passphrase::key).transpose()?;
    let request = Request { post_to_closed: None, ..request(&context, "approve", &args.recording) };
    let recorded = context.office.record_drafted(&context.actor, request, |ledger, draft| {
        let authority = &ledger.reference().authority;
        let hash = authority.pending.get(&args.record).map(|pending| pending.hash);
        let signature = key.as_ref().zip(hash).map(|(key, hash)| {
            let text = approval_text(&ledger.reference().ledger, args.record, hash);
            Signature::new(key.sign(text.as_bytes()))
        });
        Ok::<_, Problem>(vec![approve(
            draft,
            args.record,
            Vouched { signature, key_lost: args.key_lost.clone() },
        )?])
    })?;
    context.print(&confirmation(&context, &recorded, "")?)
}
