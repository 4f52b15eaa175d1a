//! `almoner restore`: a ledger folder from a backup.
//!
//! **Guarantee.** The folder appears only if the whole backup passes verification, and never replaces anything.
//! Nothing is written outside it, whatever names are in the file: a name that no backup has is refused.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use almoner_app::office::Office;
use almoner_app::verified::refuse_findings;
use almoner_store::StoreError;
use almoner_store::folder::settings;
use almoner_store::folder::{Access, Ledger};
use almoner_store::journal::{head_of_text, is_part_name};
use almoner_store::proofs::checkpoint::{self, Checkpoint};
use almoner_store::transfer::{IncomingLedger, receive};
use clap::Args;
use zip::ZipArchive;

use super::backup::{CHECKPOINT, HEAD};

use super::verify::summary_text;
use crate::checkpoint_file::{check_fingerprint, signature_text};
use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::terminal::{notify, on_screen};

/// Maximum length of settings and head in bytes.
const LONGEST_TEXT: u64 = 1 << 20;

#[derive(Debug, Args)]
#[command(
    after_help = "The folder must not already exist. The signing key is not in the backup: to sign further \
    checkpoints, copy the key to DIR.key, next to the folder.\n\n\
    Example:\n  almoner restore 2015-03-31.almoner copy.ledger --fingerprint \"1f3a 99c0 …\""
)]
pub struct RestoreArgs {
    /// Backup to restore
    file: PathBuf,

    /// Folder to create
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// Expected fingerprint of the key that signed the backup's checkpoint
    #[arg(long, value_name = "FINGERPRINT")]
    fingerprint: Option<String>,
}

type Archive = ZipArchive<BufReader<File>>;

/// Restores the ledger and prints the verification.
pub fn run(args: &RestoreArgs, context: &Context) -> Result<(), Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::unreadable(format_args!("the backup {}", args.file.display()), &error)
    };
    let file = File::open(&args.file).map_err(unreadable)?;
    let mut archive = ZipArchive::new(BufReader::new(file))
        .map_err(|_| not_a_backup("the file is incomplete, or is not a ZIP file"))?;
    let parts = part_names(&archive)?;
    let fingerprint = args.fingerprint.as_deref();
    let settings = String::from_utf8(text(&mut archive, settings::FILE, LONGEST_TEXT)?)
        .map_err(|_| not_a_backup("its settings are not a text file"))?;
    let head = head_of_text(&text(&mut archive, HEAD, LONGEST_TEXT)?)
        .ok_or_else(|| not_a_backup("its head file has been altered"))?;
    let checkpoint = match archive.index_for_name(CHECKPOINT) {
        Some(_) => {
            let text = text(&mut archive, CHECKPOINT, checkpoint::LONGEST)?;
            Some(check_fingerprint(Checkpoint::parse(&text)?, fingerprint)?)
        }
        None if fingerprint.is_some() => {
            return Err(Problem::refused(
                "no-checkpoint",
                "the backup has no checkpoint, so there is no signature to check",
            )
            .hint("leave out --fingerprint to restore the backup without checking a signature"));
        }
        None => None,
    };
    let incoming = IncomingLedger {
        settings: &settings,
        head: Some(head),
        checkpoint: checkpoint.as_ref().map(Checkpoint::statement),
    };
    let verification = with_progress("Verifying", |progress| {
        receive(
            &args.folder,
            &incoming,
            &mut |receiving| {
                for name in &parts {
                    let part = archive.by_name(name).map_err(|_| damaged(name, "it cannot be unpacked"))?;
                    let mut lines = BufReader::with_capacity(256 << 10, part);
                    receiving.take(name, &mut lines).map_err(|error| damaged(name, &error.to_string()))?;
                }
                Ok(())
            },
            progress,
        )
    })?;
    refuse_findings(&verification)?;
    if let (Some(checkpoint), Some(key)) = (&checkpoint, settings::key(&args.folder)?)
        && key != *checkpoint.key()
    {
        notify("the checkpoint is signed with a different key from the one in the ledger's settings");
    }
    build_index(&args.folder, context)?;
    tell_if_lost(&args.folder, context);
    let signed = match &checkpoint {
        Some(checkpoint) => signature_text(checkpoint, fingerprint),
        None => "The backup has no checkpoint, so it can be checked only by its own hashes.\n".to_owned(),
    };
    let made = format!("Restored to {}\n", on_screen(&args.folder.to_string_lossy()));
    context.print(&(made + &summary_text(&verification, None) + &signed))
}

/// Builds the index of a ledger just received.
pub fn build_index(folder: &Path, context: &Context) -> Result<(), Problem> {
    with_progress("Building the index", |progress| Ledger::open(folder, Access::Write, progress))?;
    Ok(Ledger::note_received(folder, &context.office.notes)?)
}

/// Tells if this computer has seen more of the ledger at this place than there is now: it will not be used before
/// that is accepted.
pub fn tell_if_lost(folder: &Path, context: &Context) {
    let office = Office { location: folder.to_owned(), ..context.office.clone() };
    if let Err(error) = office.open(&context.actor, Access::Read) {
        notify(&Problem::from(error).with_hint());
    }
}

fn not_a_backup(why: &str) -> Problem {
    Problem::refused("not-a-backup", format!("this is not an almoner backup: {why}"))
        .hint("give a file written by `almoner backup`")
}

fn damaged(name: &str, why: &str) -> StoreError {
    StoreError::Unavailable(format!("the backup is damaged in {name}: {why}"))
}

/// Returns the names of the journal's files in order; refused when there is a name that no backup has.
fn part_names(archive: &Archive) -> Result<Vec<String>, Problem> {
    let mut parts: Vec<String> = Vec::new();
    for name in archive.file_names() {
        let name = name.map_err(|_| not_a_backup("the name of a file in it cannot be read"))?;
        if is_part_name(&name) {
            parts.push(name.into_owned());
        } else if ![settings::FILE, HEAD, CHECKPOINT].contains(&&*name) {
            return Err(not_a_backup(&format!("it contains a file `{name}`")));
        }
    }
    // Numbers are padded with zeros up to a length, and then grow longer.
    parts.sort_by(|one, other| (one.len(), one).cmp(&(other.len(), other)));
    Ok(parts)
}

/// Reads a small file of the backup.
fn text(archive: &mut Archive, name: &str, longest: u64) -> Result<Vec<u8>, Problem> {
    let part = archive.by_name(name).map_err(|error| not_a_backup(&format!("{name}: {error}")))?;
    let mut bytes = Vec::new();
    let read = part.take(longest + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 > longest => Err(not_a_backup(&format!("{name} is too long"))),
        Ok(_) => Ok(bytes),
        Err(error) => Err(not_a_backup(&format!("{name}: {error}"))),
    }
}
