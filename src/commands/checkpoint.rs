//! `almoner checkpoint`: a signed statement of how far the books go.

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
use crate::context::{Context, notify};
use crate::keys::Key;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::render::output::stream;

#[derive(Debug, Args)]
#[command(
    after_help = "The file holds the ledger's id, the last record, its hash and date, and what every account of \
    every fund comes to, signed with the body's key. Give it to your auditor, or keep it where nobody who works on \
    the ledger can change it: `almoner verify --checkpoint FILE` then finds an old copy put in the ledger's place, \
    and a history that was written anew.\n\n\
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

    /// The key to sign with [default: beside the ledger]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Make a key first, for a ledger without one or in the place of one that was lost
    #[arg(long)]
    new_key: bool,

    /// Put the new key under a passphrase: $ALMONER_PASSPHRASE, or asked for
    #[arg(long, requires = "new_key")]
    passphrase: bool,
}

/// Verifies the books, signs what they come to and writes it.
pub fn run(args: &CheckpointArgs, context: &Context) -> Result<(), Problem> {
    let (verification, _) = verified_journal(context)?;
    if args.new_key {
        let key = Key::new(context, args.key_file.as_deref(), args.passphrase)?;
        set_key(&context.ledger, &key.secret.public()).inspect_err(|_| key.forget())?;
        for line in key.told().lines() {
            notify(line);
        }
    }
    let key = Key::of_ledger(context, args.key_file.as_deref())?;
    let checkpoint = Checkpoint::sign(checkpoint_content(verification), &key)?;
    let text = checkpoint.text()?;
    stream(args.output.as_deref(), args.force, &mut |file| file.write_all(text.as_bytes()))?;
    if let Some(path) = &args.output {
        context.print(&format!(
            "Checkpoint of record {} in {}, signed with the key of fingerprint {}\n",
            checkpoint.statement().record,
            crate::problem::on_screen(&path.to_string_lossy()),
            checkpoint.key().fingerprint()
        ))?;
    }
    Ok(())
}

/// The journal, and the books as they were verified up to its end; refused when it or a rule is found
/// wanting. Keeps nobody from recording meanwhile.
pub fn verified_journal(context: &Context) -> Result<(Verification, Journal), Problem> {
    let journal = open_for_export(&context.ledger)?;
    let verification =
        with_progress("Verifying", |progress| verify_journal(&context.ledger, &journal, progress))?;
    refuse_findings(&verification)?;
    Ok((verification, journal))
}

/// What a verification found the books to come to.
pub fn checkpoint_content(verification: Verification) -> CheckpointContent {
    let Verification { ledger, head, last_recorded, balances, .. } = verification;
    CheckpointContent::new(ledger, head, last_recorded, balances)
}

/// Reads a checkpoint's file, the signature of which must fit, and the fingerprint too if one is given.
pub fn read(path: &Path, fingerprint: Option<&str>) -> Result<Checkpoint, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::unreadable(format_args!("the checkpoint {}", path.display()), &error)
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(checkpoint::LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    check_fingerprint(Checkpoint::parse(&bytes)?, fingerprint)
}

/// The checkpoint, if its key has the fingerprint that was given.
pub fn check_fingerprint(checkpoint: Checkpoint, fingerprint: Option<&str>) -> Result<Checkpoint, Problem> {
    let key = checkpoint.key();
    if fingerprint.is_some_and(|fingerprint| !key.has_fingerprint(fingerprint)) {
        let message = format!(
            "the checkpoint is signed with another key than that of your fingerprint: with {}",
            key.fingerprint()
        );
        return Err(Problem::refused("another-key", message)
            .hint("check the fingerprint; if it is right, the checkpoint is not the body's"));
    }
    Ok(checkpoint)
}

/// Who signed, and what the reader has still to compare.
pub fn signature_text(checkpoint: &Checkpoint, fingerprint: Option<&str>) -> String {
    let ours = checkpoint.key().fingerprint();
    match fingerprint {
        Some(_) => {
            format!("The checkpoint is signed with the key of the fingerprint that you gave, {ours}.\n")
        }
        None => format!(
            "The checkpoint is signed with the key of fingerprint {ours}: compare it with the one you noted.\n"
        ),
    }
}
