//! `almoner approve`: records a proposal of another user.

use std::path::PathBuf;

use almoner_ledger::decide::approve;
use almoner_ledger::events::proposals::approval_text;
use almoner_ledger::signing::Signature;
use almoner_ledger::text::Text;
use almoner_store::key::SecretKey;
use clap::Args;

use super::cli::RecordingArgs;
use crate::confirmation::confirmation;
use crate::context::{Context, Request};
use crate::passphrase;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Approves exactly what was proposed. If the command would now be recorded differently, nothing is \
    recorded and the differences are shown. An approver who has a key must sign with it.\n\n\
    Examples:\n  \
    almoner show 57\n  \
    almoner approve 57 --dry-run\n  \
    almoner approve 57 --user al --key-file al.key"
)]
pub struct ApproveArgs {
    /// Record number of the proposal
    record: u64,

    /// File of your own signing key
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Approves and records the proposal.
pub fn run(args: ApproveArgs, context: Context) -> Result<(), Problem> {
    let read = |path| SecretKey::read_with(path, &mut || passphrase::of_key(path));
    let key = args.key_file.as_deref().map(read).transpose()?;
    let request = Request {
        label: "approve",
        dry_run: args.recording.dry_run,
        key: args.recording.key.as_ref().map(Text::as_str),
        ..Request::default()
    };
    let recorded = context.record_drafted(request, &|_, books, draft| {
        let authority = &books.reference().authority;
        let hash = authority.pending.get(&args.record).map(|pending| pending.hash);
        let signature = key.as_ref().zip(hash).map(|(key, hash)| {
            let text = approval_text(&books.reference().ledger, args.record, hash);
            Signature::new(key.sign(text.as_bytes()))
        });
        Ok(vec![approve(draft, args.record, signature)?])
    })?;
    context.print(&confirmation(&context, &recorded, "")?)
}
