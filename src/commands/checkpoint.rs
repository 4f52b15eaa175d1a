//! `almoner checkpoint`: a signed statement of the last record and the balances.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use almoner_ledger::store::checkpoint::{self, Checkpoint, CheckpointContent};
use almoner_ledger::store::journal::Journal;
use almoner_ledger::store::settings::set_key;
use almoner_ledger::store::transfer::open_for_export;
use almoner_ledger::store::verify::{Verification, verify_journal};
use clap::Args;

use super::verify::refuse_findings;
use crate::context::Context;
use crate::keys::Key;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::render::output::stream;
use crate::terminal::notify;

#[derive(Debug, Args)]
#[command(
    after_help = "The file states the ledger's id, the last record with its hash and date, and the balance of every \
    account of every fund, and is signed with the body's key. Give it to your auditor, or store it where no user of \
    the ledger can change it. `almoner verify --checkpoint FILE` then detects an older copy in place of the ledger, \
    and a rewritten history.\n\n\
    Examples:\n  \
    almoner checkpoint -o 2015-03-31.checkpoint\n  \
    almoner verify --checkpoint 2015-03-31.checkpoint --fingerprint \"1f3a 99c0 …\""
)]
pub struct CheckpointArgs {
    /// Write to a file instead of the screen
    #[arg(long, short = 'o', value_name = "FILE")]
    output: Option<PathBuf>,

    /// Overwrite the file if it exists
    #[arg(long, requires = "output")]
    force: bool,

    /// Key to sign with [default: next to the ledger]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Create a key first, for a ledger without one or to replace a lost one
    #[arg(long)]
    new_key: bool,

    /// Protect the new key with a passphrase ($ALMONER_PASSPHRASE, or prompt)
    #[arg(long, requires = "new_key")]
    passphrase: bool,
}

/// Verifies the books, signs their balances and writes the checkpoint.
pub fn run(args: &CheckpointArgs, context: &Context) -> Result<(), Problem> {
    let (verification, _) = verified_journal(context)?;
    if args.new_key {
        let key = Key::new(context, args.key_file.as_deref(), args.passphrase)?;
        set_key(&context.ledger, &key.secret.public()).inspect_err(|_| key.forget())?;
        for line in key.summary_text().lines() {
            notify(line);
        }
    }
    let key = Key::of_ledger(context, args.key_file.as_deref())?;
    let checkpoint = Checkpoint::sign(checkpoint_content(verification), &key)?;
    let text = checkpoint.text()?;
    stream(args.output.as_deref(), args.force, &mut |file| file.write_all(text.as_bytes()))?;
    if let Some(path) = &args.output {
        context.print(&format!(
            "Checkpoint of record {} in {}, signed with the key with fingerprint {}\n",
            checkpoint.statement().record,
            crate::terminal::on_screen(&path.to_string_lossy()),
            checkpoint.key().fingerprint()
        ))?;
    }
    Ok(())
}

/// Verifies the ledger and returns the result with the journal; refused when there are findings. Others may record
/// meanwhile.
pub fn verified_journal(context: &Context) -> Result<(Verification, Journal), Problem> {
    let journal = open_for_export(&context.ledger)?;
    let verification =
        with_progress("Verifying", |progress| verify_journal(&context.ledger, &journal, progress))?;
    refuse_findings(&verification)?;
    Ok((verification, journal))
}

/// Returns the content of a checkpoint of the verified books.
pub fn checkpoint_content(verification: Verification) -> CheckpointContent {
    let Verification { ledger, head, last_recorded, balances, .. } = verification;
    CheckpointContent::new(ledger, head, last_recorded, balances)
}

/// Reads the file of a checkpoint and checks its signature, and its fingerprint if one is given.
pub fn read(path: &Path, fingerprint: Option<&str>) -> Result<Checkpoint, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::unreadable(format_args!("the checkpoint {}", path.display()), &error)
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(checkpoint::LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    check_fingerprint(Checkpoint::parse(&bytes)?, fingerprint)
}

/// Returns the checkpoint, if its key has the given fingerprint.
pub fn check_fingerprint(checkpoint: Checkpoint, fingerprint: Option<&str>) -> Result<Checkpoint, Problem> {
    let key = checkpoint.key();
    if fingerprint.is_some_and(|fingerprint| !key.has_fingerprint(fingerprint)) {
        let message =
            format!("the checkpoint is signed with a key with another fingerprint: {}", key.fingerprint());
        return Err(Problem::refused("another-key", message)
            .hint("check the fingerprint you gave; if it is right, the checkpoint is not the body's"));
    }
    Ok(checkpoint)
}

/// Returns the text about the signature: the fingerprint, and whether the reader must still compare it.
pub fn signature_text(checkpoint: &Checkpoint, fingerprint: Option<&str>) -> String {
    let ours = checkpoint.key().fingerprint();
    match fingerprint {
        Some(_) => {
            format!("The checkpoint is signed with the key with the fingerprint you gave, {ours}.\n")
        }
        None => format!(
            "The checkpoint is signed with the key with fingerprint {ours}: compare it with the one you noted.\n"
        ),
    }
}
