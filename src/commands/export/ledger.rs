//! `almoner export ledger`: all lines of the journal, after a line with the public key that signs it.
//!
//! **Guarantee.** The ledger that `import ledger` creates has the same records, hashes and head.

use std::io::{self, Write};

use almoner_ledger::audience::Audience;
use almoner_ledger::money::grouped;
use almoner_store::folder::settings;
use almoner_store::transfer::open_for_export;
use almoner_store::{batch_of, private, text_up_to};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::{BooksArgs, note_head};
use crate::context::Context;
use crate::output::stream_into;
use crate::problem::Problem;

/// The schema of the first line.
pub const SCHEMA: &str = "almoner.ledger/1";

/// The first line of the file.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FirstLine {
    /// The schema of the file.
    pub schema: String,
    /// The body's public key, if there is one.
    pub key: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export ledger --audience auditor -o ledger.jsonl\n  \
    almoner --ledger copy.ledger import ledger ledger.jsonl\n\n\
    Writes one record per line, with a `commit` line after each batch, as described in docs/format.md. Confidential records \
    are included.")]
pub struct LedgerArgs {
    #[command(flatten)]
    books: BooksArgs,
}

/// Writes the ledger.
pub fn run(args: &LedgerArgs, context: &Context) -> Result<(), Problem> {
    let open = args.books.open(context)?;
    let head = open.books().head();
    let last = head.record;
    let batch = batch_of(&open.ledger, last)?;
    if let Some(end) = batch.records.last().filter(|end| end.number != last) {
        let message = format!("record {last} is within a batch that ends at record {}", end.number);
        return Err(
            Problem::refused("within-a-batch", message).hint(format!("use --known-at {}", end.number))
        );
    }
    drop(open);
    let key = settings::key(&context.office.location)?.map(|key| key.to_string());
    let first = serde_json::to_string(&FirstLine { schema: SCHEMA.to_owned(), key })
        .map_err(|error| Problem::refused("not-written", error.to_string()))?;
    let journal = open_for_export(&context.office.location)?;
    let mut write = |file: &mut dyn Write| {
        writeln!(file, "{first}")?;
        text_up_to(&journal, last, &mut |lines| file.write_all(lines)).map_err(io::Error::other)
    };
    match &args.books.file.output {
        Some(path) => stream_into(path, args.books.file.force, private::create_new, &mut write)?,
        None => args.books.file.write(&mut write)?,
    }
    let audience = args.books.view.audience.audience.unwrap_or(Audience::Officer);
    let records = grouped(&last.to_string());
    note_head(args.books.file.output.as_deref(), audience, &format!("{records} records"), head);
    Ok(())
}
