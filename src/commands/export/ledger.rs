//! `almoner export ledger`: all lines of the journal, after a line with the public key that signs it.
//!
//! **Guarantee.** The ledger that `import ledger` creates has the same records, hashes and head.

use std::io::{self, Write};

use almoner_app::exports::LedgerExport;
use almoner_ledger::audience::Audience;
use almoner_ledger::money::grouped;
use almoner_store::transfer::open_for_export;
use almoner_store::{private, text_up_to};
use clap::Args;

use super::{BooksArgs, note_head};
use crate::context::Context;
use crate::output::stream_into;
use crate::problem::Problem;

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
    let ledger = args.books.open(context)?;
    let export = LedgerExport::of(&args.books.whole().of(&ledger)?, &ledger, &context.office.location)?;
    drop(ledger);
    let journal = open_for_export(&context.office.location)?;
    let mut write = |file: &mut dyn Write| {
        writeln!(file, "{}", export.first)?;
        text_up_to(&journal, export.head.record, &mut |lines| file.write_all(lines)).map_err(io::Error::other)
    };
    match &args.books.file.output {
        Some(path) => stream_into(path, args.books.file.force, private::create_new, &mut write)?,
        None => args.books.file.write(&mut write)?,
    }
    let audience = args.books.view.audience.audience.unwrap_or(Audience::Officer);
    let head = export.head;
    let records = grouped(&head.record.to_string());
    note_head(args.books.file.output.as_deref(), audience, &format!("{records} records"), head);
    Ok(())
}
