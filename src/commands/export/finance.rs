//! `almoner export finance`: payments and accruals of a period for a general finance system.

use std::path::{Path, PathBuf};

use almoner_app::exports::each_transaction;
use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::DateRange;
use almoner_papers::packs::finance::lines::{JournalLine, PeriodLines, Place};
use almoner_papers::packs::finance::mapping::Mapping;
use almoner_papers::packs::finance::{FinanceError, checked_total, file};
use clap::Args;

use super::BooksArgs;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::input;
use crate::problem::Problem;
use crate::terminal::notify;

/// The example mapping.
const EXAMPLE: &str = include_str!("finance/example.toml");

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export finance --example -o codes.toml\n  \
    almoner export finance --mapping codes.toml --month 2015-06 --reverse -o june.csv\n\n\
    Payments, refunds and receipts are written line by line, as expenditure or income on their posting date. On the \
    last day, prepayments and accruals are journalled against expenditure, grant by grant. The finance system \
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
        return args.books.file.write(&mut |file| file.write_all(EXAMPLE.as_bytes()));
    };
    let mapping = read(path)?;
    let ledger = args.books.open(context)?;
    let open = args.books.whole().of(&ledger)?;
    let books = open.books();
    let query = args
        .range
        .period()
        .query(args.books.view.view(Audience::Officer).days(books, context.actor.today))?;
    // What is to be recognised after the reporting date is not journalled yet.
    let range = DateRange::new(query.range.from(), query.as_at())?;
    let mut lines = PeriodLines::new(range);
    each_transaction(&open, &mut |transaction| Ok::<_, Problem>(lines.add(transaction)?))?;
    let lines = lines.finished(args.reverse)?;
    let total = checked_total(&lines)?;
    let places: Vec<Place<'_>> = lines.iter().map(JournalLine::place).collect();
    let codes = mapping.codes_of(&places).map_err(|unmapped| {
        let list: Vec<String> = unmapped.iter().map(|place| format!("\n{place}")).collect();
        let message = format!("no code in the mapping `{}` for:{}", path.display(), list.concat());
        Problem::refused("unmapped", message).hint("add a [[code]] for each; nothing was written")
    })?;
    let bytes = file(&mapping, &lines, &codes).map_err(|error| {
        Problem::refused("not-written", format!("the journal cannot be written: {error}"))
    })?;
    args.books.file.write(&mut |file| file.write_all(&bytes))?;
    let (from, to, head) = (range.from().in_words(), range.to().in_words(), books.head());
    notify(&format!(
        "{} lines from {from} to {to}, debits and credits {} each, as known at record {} (head {})",
        lines.len(),
        total.grouped(),
        head.record,
        head.hash
    ));
    Ok(())
}

fn read(path: &Path) -> Result<Mapping, Problem> {
    let text = match path == Path::new("example") {
        true => EXAMPLE.to_owned(),
        false => input::text(path, format_args!("the mapping `{}`", path.display()))?,
    };
    Mapping::parse(&text).map_err(|why| {
        Problem::refused("not-a-mapping", format!("`{}` is not a valid mapping: {why}", path.display()))
            .hint("start from the annotated example written by `almoner export finance --example`")
    })
}

impl From<FinanceError> for Problem {
    fn from(error: FinanceError) -> Problem {
        match error {
            FinanceError::Overflow(error) => error.into(),
            FinanceError::OutOfBalance { .. } => {
                Problem::unavailable("out-of-balance", error.to_string()).hint("run `almoner verify`")
            }
        }
    }
}
