//! `almoner checkpoint`: a signed statement of the last record and the balances.

use std::path::PathBuf;

use almoner_store::folder::settings::set_key;
use almoner_store::proofs::checkpoint::{Checkpoint, CheckpointContent};
use almoner_store::verify::Verification;
use clap::Args;

use crate::context::Context;
use crate::keys::Key;
use crate::output::FileArgs;
use crate::problem::Problem;
use crate::terminal::notify;

#[derive(Debug, Args)]
#[command(
    after_help = "The file states the ledger's id, the last record with its hash and date, and the balance of every \
    account in every fund, and is signed with the ledger's signing key. Give the file to your auditor, or store it \
    where no user of the ledger can change it. `almoner verify --checkpoint FILE` then detects whether the ledger has \
    been replaced by an older copy or its history rewritten.\n\n\
    Examples:\n  \
    almoner checkpoint -o 2015-03-31.checkpoint\n  \
    almoner verify --checkpoint 2015-03-31.checkpoint --fingerprint \"1f3a 99c0 …\""
)]
pub struct CheckpointArgs {
    #[command(flatten)]
    file: FileArgs,

    /// File containing the key that signs the checkpoint [default: next to the ledger]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Create a key first, for a ledger without a key or to replace a lost key
    #[arg(long)]
    new_key: bool,

    /// Protect the new key with a passphrase (from $ALMONER_PASSPHRASE, otherwise prompted for)
    #[arg(long, requires = "new_key")]
    passphrase: bool,
}

/// Verifies the books, signs their balances and writes the checkpoint.
pub fn run(args: &CheckpointArgs, context: &Context) -> Result<(), Problem> {
    let (verification, _) = context.office.verified()?;
    if args.new_key {
        let key = Key::new(context, args.key_file.as_deref(), args.passphrase)?;
        set_key(&context.office.location, &key.secret.public()).inspect_err(|_| key.forget())?;
        for line in key.summary_text().lines() {
            notify(line);
        }
    }
    let key = Key::of_ledger(context, args.key_file.as_deref())?;
    let checkpoint = Checkpoint::sign(checkpoint_content(verification), &key)?;
    let text = checkpoint.text()?;
    args.file.write(&mut |file| file.write_all(text.as_bytes()))?;
    if let Some(path) = &args.file.output {
        context.print(&format!(
            "Checkpoint of record {} in {}, signed with the key whose fingerprint is {}\n",
            checkpoint.statement().record,
            crate::terminal::on_screen(&path.to_string_lossy()),
            checkpoint.key().fingerprint()
        ))?;
    }
    Ok(())
}

/// Returns the content of a checkpoint of the verified books.
pub fn checkpoint_content(verification: Verification) -> CheckpointContent {
    let Verification { ledger, head, last_recorded, balances, .. } = verification;
    CheckpointContent::new(ledger, head, last_recorded, balances)
}
