//! `almoner export finance`: payments and accruals of a period for a general finance system.

use std::path::{Path, PathBuf};

use almoner_app::exports::FinanceExport;
use clap::Args;

use super::BooksArgs;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::input;
use crate::problem::Problem;
use crate::terminal::notify;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export finance --example -o codes.toml\n  \
    almoner export finance --mapping codes.toml --month 2015-06 --reverse -o june.csv\n\n\
    Payments, refunds and receipts are written line by line, as expenditure or income on their posting date. On the \
    last day of the period, prepayments and accruals are journalled against expenditure, grant by grant. The finance \
    system \
    reverses them on the following day, either automatically or using the lines that --reverse adds.\n\
    The mapping is a TOML file that gives the columns in order and the codes by account, fund and theme; the first \
    match applies. `--example` writes an example with explanations.")]
pub struct FinanceArgs {
    /// Mapping: a TOML file, or `example` for the example mapping
    #[arg(long, value_name = "FILE", required_unless_present = "example")]
    mapping: Option<PathBuf>,

    /// Write the example mapping, for you to fill in with your own codes
    #[arg(long, conflicts_with_all = ["mapping", "reverse"])]
    example: bool,

    /// Add lines that reverse the prepayments and accruals on the following day
    #[arg(long)]
    reverse: bool,

    #[command(flatten)]
    range: RangeArgs,

    #[command(flatten)]
    books: BooksArgs,
}

/// Writes the journal, or the example of a mapping.
pub fn run(args: &FinanceArgs, context: &Context) -> Result<(), Problem> {
    let Some(path) = args.mapping.as_deref() else {
        args.books.file.check_free()?;
        return args.books.file.write(&mut |file| file.write_all(FinanceExport::EXAMPLE.as_bytes()));
    };
    let text = match path == Path::new("example") {
        true => FinanceExport::EXAMPLE.to_owned(),
        false => input::text(path, format_args!("the mapping `{}`", path.display()))?,
    };
    let name = path.display().to_string();
    let (period, reverse) = (args.range.period(), args.reverse);
    let export = FinanceExport { mapping: &text, name: &name, period, reverse };
    export.check()?;
    let ledger = args.books.open(context)?;
    let whole = args.books.whole();
    let made = export.run(whole, &whole.of(&ledger)?, context.actor.today)?;
    args.books.file.write(&mut |file| file.write_all(&made.bytes))?;
    let (from, to, head) = (made.range.from().in_words(), made.range.to().in_words(), made.head);
    notify(&format!(
        "{} lines from {from} to {to}, debits and credits of {} each, as known at record {} (head {})",
        made.lines,
        made.total.grouped(),
        head.record,
        head.hash
    ));
    Ok(())
}
