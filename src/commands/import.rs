//! `almoner import`: files from elsewhere.

mod bulletin;
mod guess;
mod ledger;
pub mod profile;
mod rejected;
pub mod rows;
mod summary;

use std::path::PathBuf;

use almoner_imports::Kind;
use clap::error::ErrorKind;
use clap::{Args, Subcommand};

use crate::context::Context;
use crate::problem::Problem;
use crate::render::output::OutputArgs;
use guess::GuessArgs;
use rows::{LayoutArgs, RowsArgs};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner import awards awards.csv --dry-run --add-missing\n  \
    almoner import payments march.csv\n  \
    almoner import payments spend.csv --profile spend-over-500 --dry-run --rejects put-right.csv\n  \
    almoner import bulletin decisions.txt -o draft.xlsx\n  \
    almoner import --guess extract.csv -o extract.toml")]
#[command(subcommand_negates_reqs = true, arg_required_else_help = true)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    guess: Option<GuessArgs>,

    #[command(flatten)]
    layout: Option<LayoutArgs>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// decision, decided, recipient, amount, purpose, theme, fund?, power?, from?, to?, id?,
    /// recipient_id?, conditions?, reasons?, confidential?
    Awards(RowsArgs),
    /// award, date, amount, reference? (money back has a minus)
    Payments(RowsArgs),
    /// award, decision, date, purpose, theme, include_past?
    Repurposes(RowsArgs),
    /// decision, date?, title, summary?, kind?, confidential?
    Decisions(RowsArgs),
    /// fund, theme, year, amount
    Budgets(RowsArgs),
    /// recipient, id?, identifiers? (several: GB-CHC-1234567;GB-COH-01234567)
    Recipients(RowsArgs),
    /// recipient, alias (names that others use, confirmed by you)
    Aliases(RowsArgs),
    /// Draft a register from a published list of decisions, to correct and import; records nothing
    Bulletin(BulletinArgs),
    /// A whole ledger that `export ledger` wrote, into a folder where there is none yet
    Ledger(ledger::LedgerArgs),
}

#[derive(Debug, Args)]
struct BulletinArgs {
    /// The list, copied as text from a web page or a document; - is the standard input
    file: PathBuf,

    #[command(flatten)]
    output: OutputArgs,
}

/// Imports a file.
pub fn run(args: ImportArgs, context: Context) -> Result<(), Problem> {
    let what = match (args.what, args.guess, args.layout) {
        (Some(what), None, None) => what,
        (None, Some(args), layout) => {
            let layout = layout.map(|layout| layout.layout()).unwrap_or_default();
            return guess::run(&args, &layout, &context);
        }
        _ => return Err(Problem::of_arguments(&one_of_two())),
    };
    match what {
        What::Awards(rows) => rows::run(Kind::Awards, rows, context),
        What::Payments(rows) => rows::run(Kind::Payments, rows, context),
        What::Repurposes(rows) => rows::run(Kind::Repurposes, rows, context),
        What::Decisions(rows) => rows::run(Kind::Decisions, rows, context),
        What::Budgets(rows) => rows::run(Kind::Budgets, rows, context),
        What::Recipients(rows) => rows::run(Kind::Recipients, rows, context),
        What::Aliases(rows) => rows::run(Kind::Aliases, rows, context),
        What::Ledger(args) => ledger::run(&args, &context),
        What::Bulletin(bulletin) => bulletin::run(&bulletin.file, &bulletin.output, &context),
    }
}

fn one_of_two() -> clap::Error {
    let message = "name what the file's rows are, or ask for a profile with --guess FILE: one of the two\n";
    clap::Error::raw(ErrorKind::ArgumentConflict, message)
}
