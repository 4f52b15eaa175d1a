//! `almoner export finance`: payments and accruals of a period for a general finance system.
//!
//! **Guarantee.** Debits equal credits, in total and within each fund. The expenditure in the file, less
//! the accruals before the period, which the finance system reverses on its first day, is the expenditure
//! of the period in the books, by fund and theme. Prepayments and accruals are never netted across
//! grants. Lines without a code are never omitted: they are refused, with a list.

mod lines;
mod mapping;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use almoner_ledger::money::Money;
use clap::Args;

use self::lines::{JournalLine, Place, journal_lines};
use self::mapping::Mapping;
use super::BooksArgs;
use crate::commands::report::range::RangeArgs;
use crate::context::Context;
use crate::problem::Problem;
use crate::terminal::notify;

/// The example mapping.
const EXAMPLE: &str = include_str!("finance/example.toml");

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner export finance --example -o codes.toml\n  \
    almoner export finance --mapping codes.toml --month 2015-06 --reverse -o june.csv\n\n\
    Payments, refunds and receipts are written line by line, as expenditure or income of their posting date. \
    On the last day, prepayments and accruals are journalled against expenditure, grant by grant. The finance \
    system reverses them on the next day, automatically or by the lines that --reverse adds.\n\
    The mapping is a TOML file with the columns in order and the codes by account, fund and theme; the first \
    match applies. `--example` writes one with explanations.")]
pub struct FinanceArgs {
    /// Mapping: a TOML file, or `example` for the example mapping
    #[arg(long, value_name = "FILE", required_unless_present = "example")]
    mapping: Option<PathBuf>,

    /// Write the example mapping, to fill in your own codes
    #[arg(long, conflicts_with_all = ["mapping", "reverse"])]
    example: bool,

    /// Add lines that reverse prepayments and accruals on the next day
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
        args.books.refuse_existing()?;
        return args.books.write(&mut |file| file.write_all(EXAMPLE.as_bytes()));
    };
    let mapping = read(path)?;
    let range = args.range.range(context.today)?;
    let open = args.books.open(context)?;
    let books = open.books();
    let lines = journal_lines(&open.ledger, books, range, args.reverse)?;
    let total = checked_total(&lines)?;
    let places: Vec<Place<'_>> = lines.iter().map(JournalLine::place).collect();
    let codes = mapping.codes_of(&places).map_err(|unmapped| {
        let list: Vec<String> = unmapped.iter().map(|place| format!("\n{place}")).collect();
        let message = format!("no code in the mapping `{}` for:{}", path.display(), list.concat());
        Problem::refused("unmapped", message).hint("add a [[code]] for each; nothing was written")
    })?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    let unwritable = |error: csv::Error| {
        Problem::refused("not-written", format!("the journal cannot be written: {error}"))
    };
    csv.write_record(mapping.titles()).map_err(unwritable)?;
    for (line, codes) in lines.iter().zip(codes) {
        csv.write_record(mapping.cells(line, codes)).map_err(unwritable)?;
    }
    let bytes = csv.into_inner().map_err(|error| unwritable(error.into_error().into()))?;
    args.books.write(&mut |file| file.write_all(&bytes))?;
    let (from, to, head) = (range.from(), range.to(), books.head());
    notify(&format!(
        "{} lines from {from} to {to}, debits and credits {} each, known at record {} (head {})",
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
        false => fs::read_to_string(path)
            .map_err(|error| Problem::unreadable(format_args!("the mapping `{}`", path.display()), &error))?,
    };
    Mapping::parse(&text).map_err(|why| {
        Problem::refused("not-a-mapping", format!("`{}` is not a mapping: {why}", path.display()))
            .hint("`almoner export finance --example` writes one with explanations")
    })
}

/// Returns the sum of debits, after checking that it equals that of credits within each fund.
fn checked_total(lines: &[JournalLine]) -> Result<Money, Problem> {
    let mut funds = BTreeMap::new();
    let mut total = Money::ZERO;
    for line in lines {
        let fund: &mut Money = funds.entry(&line.fund).or_default();
        *fund = fund.plus(line.amount)?;
        total = total.plus(line.amount.max(Money::ZERO))?;
    }
    match funds.iter().find(|(_, by)| !by.is_zero()) {
        None => Ok(total),
        Some((fund, by)) => {
            let message = format!("the journal of fund {fund} is out of balance by {by}");
            Err(Problem::unavailable("out-of-balance", message).hint("run `almoner verify`"))
        }
    }
}
