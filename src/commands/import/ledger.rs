//! `almoner import ledger`: creates a ledger from a file written by `export ledger`.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use almoner_app::exports::{FirstLine, SCHEMA};
use almoner_app::verified::refuse_findings;
use almoner_store::StoreError;
use almoner_store::proofs::key::PublicKey;
use almoner_store::transfer::{IncomingLedger, plain_settings, receive};
use clap::Args;

use crate::commands::restore::{build_index, tell_if_lost};
use crate::commands::verify::summary_text;
use crate::context::Context;
use crate::problem::Problem;
use crate::progress::with_progress;
use crate::terminal::on_screen;

/// Maximum length of the first line, which has some two hundred bytes.
const LONGEST_FIRST_LINE: u64 = 4_096;

#[derive(Debug, Args)]
#[command(
    after_help = "The ledger is created at the path given by --ledger, where there must be no ledger yet. It has the \
    same records and hashes as the exported ledger. Every line is verified.\n\n\
    Example:\n  almoner --ledger copy.ledger import ledger ledger.jsonl"
)]
pub struct LedgerArgs {
    /// File written by `almoner export ledger`
    file: PathBuf,
}

/// Creates the ledger and prints the result of its verification.
pub fn run(args: &LedgerArgs, context: &Context) -> Result<(), Problem> {
    let name = args.file.to_string_lossy();
    let file = File::open(&args.file).map_err(|error| Problem::unreadable(&name, &error))?;
    let mut lines = BufReader::with_capacity(256 << 10, file);
    let mut first = Vec::new();
    lines
        .by_ref()
        .take(LONGEST_FIRST_LINE)
        .read_until(b'\n', &mut first)
        .map_err(|error| Problem::unreadable(&name, &error))?;
    let key = match serde_json::from_slice::<FirstLine>(&first) {
        Ok(FirstLine { schema, key }) if schema == SCHEMA => key,
        _ => return Err(not_a_ledger(&name)),
    };
    let key: Option<PublicKey> = key.map(|key| key.parse()).transpose().map_err(|_| not_a_ledger(&name))?;
    let settings = plain_settings(key.as_ref());
    let incoming = IncomingLedger { settings: &settings, head: None, checkpoint: None };
    let verification = with_progress("Verifying", |progress| {
        receive(
            &context.office.location,
            &incoming,
            &mut |receiving| {
                receiving.take(&name, &mut lines).map_err(|error| StoreError::Unavailable(error.to_string()))
            },
            progress,
        )
    })?;
    refuse_findings(&verification)?;
    build_index(&context.office.location, context)?;
    tell_if_lost(&context.office.location, context);
    let made = format!("Ledger created in {}\n", on_screen(&context.office.location.to_string_lossy()));
    context.print(&(made + &summary_text(&verification, None)))
}

fn not_a_ledger(name: &str) -> Problem {
    Problem::refused("not-a-ledger", format!("{name} is not a file written by `almoner export ledger`"))
        .hint("give a file written by `almoner export ledger`")
}
