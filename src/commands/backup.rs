//! `almoner backup`: the whole ledger in one file.
//!
//! **Guarantee.** The file has the ledger as it was at one record, with a signed checkpoint of that record,
//! whatever is recorded meanwhile. Its parts are those of a ledger folder, so that any program can unpack
//! them.

use std::io::{self, Write};
use std::path::PathBuf;

use almoner_app::narrative::record_numbers;
use almoner_store::folder::settings;
use almoner_store::journal::Files;
use almoner_store::proofs::checkpoint::Checkpoint;
use almoner_store::{Lines, private};
use clap::Args;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::checkpoint::checkpoint_content;
use crate::context::Context;
use crate::keys::Key;
use crate::output::{check_free, stream_into};
use crate::problem::Problem;
use crate::terminal::{notify, on_screen};

pub use almoner_store::folder::strays::CHECKPOINT;
/// The file name of the head in a backup.
pub const HEAD: &str = "head";

#[derive(Debug, Args)]
#[command(
    after_help = "The ledger is verified first; others can continue to use it meanwhile. The file (ZIP) contains the \
    settings, the journal, its head and a signed checkpoint, but not the key: keep a copy of the key elsewhere. The \
    file is not encrypted and contains confidential information.\n\n\
    Examples:\n  almoner backup 2015-03-31.almoner\n  almoner restore 2015-03-31.almoner copy.ledger"
)]
pub struct BackupArgs {
    /// File to write
    file: PathBuf,

    /// Overwrite the file if it exists
    #[arg(long)]
    force: bool,

    /// File containing the key that signs the checkpoint [default: next to the ledger]
    #[arg(long, value_name = "FILE", conflicts_with = "without_checkpoint")]
    key_file: Option<PathBuf>,

    /// Leave out the checkpoint, if the key is not available
    #[arg(long)]
    without_checkpoint: bool,
}

/// Verifies the ledger and writes the backup.
pub fn run(args: &BackupArgs, context: &Context) -> Result<(), Problem> {
    check_free(Some(&args.file), args.force)?;
    let key = match args.without_checkpoint {
        true => None,
        false => Some(Key::of_ledger(context, args.key_file.as_deref()).map_err(|problem| {
            problem.hint("give the key file with --key-file, or use --without-checkpoint")
        })?),
    };
    let (verification, lines) = context.office.verified()?;
    let head = verification.head;
    let checkpoint = match &key {
        Some(key) => Some(Checkpoint::sign(checkpoint_content(verification), key)?.text()?),
        None => None,
    };
    let settings = settings::text(&context.office.location)?;
    let settings = settings.as_bytes();
    stream_into(&args.file, args.force, private::create_new, &mut |file| {
        let mut texts: Vec<(&str, &[u8])> = vec![(settings::FILE, settings)];
        texts.extend(checkpoint.as_ref().map(|text| (CHECKPOINT, text.as_bytes())));
        pack(file, &texts, &*lines)
    })?;
    if checkpoint.is_none() {
        notify("the backup has no checkpoint, so it can be checked only by its own hashes");
    }
    context.print(&format!(
        "Backup of {} in {}\nHead: record {}, {}\n",
        record_numbers(1, head.record),
        on_screen(&args.file.to_string_lossy()),
        head.record,
        head.hash
    ))
}

fn pack(file: &mut dyn Write, texts: &[(&str, &[u8])], lines: &dyn Lines) -> io::Result<()> {
    let mut archive = ZipWriter::new_stream(file);
    // Neither time, nor random values, nor the system, so that equal ledgers give equal bytes.
    let options = SimpleFileOptions::default()
        .system(zip::System::Unix)
        .last_modified_time(zip::DateTime::default())
        .unix_permissions(0o600)
        .large_file(true);
    for (name, text) in texts {
        archive.start_file(*name, options).map_err(io::Error::other)?;
        archive.write_all(text)?;
    }
    let mut files = Files::default();
    let copied = lines.text(&mut |text, head| {
        if let Some(name) = files.follow(text, head) {
            archive.start_file(name, options).map_err(io::Error::other)?;
        }
        archive.write_all(text)?;
        Ok(true)
    });
    copied.map_err(io::Error::other)?;
    archive.start_file(HEAD, options).map_err(io::Error::other)?;
    archive.write_all(files.head_text().as_bytes())?;
    archive.finish().map_err(io::Error::other)?;
    Ok(())
}
