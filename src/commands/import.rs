//! `almoner import`: files from other systems.

mod bulletin;
mod guess;
mod ledger;
pub mod profile;
pub mod rows;
mod summary;

use std::path::PathBuf;

use almoner_imports::Kind;
use clap::{Args, Subcommand};

use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;
use guess::GuessArgs;
use rows::{LayoutArgs, PaymentsArgs, RowsArgs};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    almoner import awards awards.csv --dry-run --add-missing\n  \
    almoner import payments march.csv\n  \
    almoner import payments spend.csv --profile spend-over-500 --rejects bad.csv\n  \
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

/// The help of a kind of rows: the columns of its files.
macro_rules! columns {
    ($columns:literal) => {
        concat!("Columns, in any order; those with ? may be absent or blank (not stated):\n  ", $columns)
    };
}

#[derive(Debug, Subcommand)]
enum What {
    /// Import awards
    #[command(after_help = columns!(
        "decision, decided, recipient, amount, purpose, theme, fund?, power?, from?,\n  \
         to?, id?, recipient_id?, conditions?, reasons?, confidential?"
    ))]
    Awards(RowsArgs),
    /// Import payments and refunds
    #[command(after_help = columns!("award, date, amount (negative for a refund or returned payment), reference?,\n  account? (bank account), kind?, part?"))]
    Payments(PaymentsArgs),
    /// Import changes of purpose
    #[command(after_help = columns!("award, decision, date, purpose, theme, include_past?"))]
    Repurposes(RowsArgs),
    /// Import variations (changes of amount or period)
    #[command(after_help = columns!(
        "award, decision?, date, amount? (the change; negative for a decrease), from?, to? (the new\n  period; an \
        end left blank is unchanged)"
    ))]
    Variations(RowsArgs),
    /// Import instalments (scheduled payments)
    #[command(after_help = columns!("award, due, amount"))]
    Instalments(RowsArgs),
    /// Import decisions into the register
    #[command(after_help = columns!("decision, date?, title, summary?, kind?, confidential?"))]
    Decisions(RowsArgs),
    /// Import annual budgets
    #[command(after_help = columns!("fund, theme, year, amount"))]
    Budgets(RowsArgs),
    /// Import recipients and their registered numbers
    #[command(after_help = columns!(
        "recipient, id?, identifiers? (such as GB-CHC-1234567;GB-COH-01234567)"
    ))]
    Recipients(RowsArgs),
    /// Import recipient aliases that you have confirmed
    #[command(after_help = columns!("recipient, alias"))]
    Aliases(RowsArgs),
    /// Draft a register from published decisions (records nothing)
    Bulletin(BulletinArgs),
    /// Create a ledger from a file written by `export ledger`
    Ledger(ledger::LedgerArgs),
}

#[derive(Debug, Args)]
struct BulletinArgs {
    /// List of decisions: text, .docx or .html (- for stdin)
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
        _ => return Err(Problem::usage("give either a kind of file, such as `payments`, or --guess FILE")),
    };
    match what {
        What::Awards(rows) => rows::run(Kind::Awards, rows, context),
        What::Payments(rows) => rows::run(Kind::Payments, rows.into(), context),
        What::Repurposes(rows) => rows::run(Kind::Repurposes, rows, context),
        What::Variations(rows) => rows::run(Kind::Variations, rows, context),
        What::Instalments(rows) => rows::run(Kind::Instalments, rows, context),
        What::Decisions(rows) => rows::run(Kind::Decisions, rows, context),
        What::Budgets(rows) => rows::run(Kind::Budgets, rows, context),
        What::Recipients(rows) => rows::run(Kind::Recipients, rows, context),
        What::Aliases(rows) => rows::run(Kind::Aliases, rows, context),
        What::Ledger(args) => ledger::run(&args, &context),
        What::Bulletin(bulletin) => bulletin::run(&bulletin.file, &bulletin.output, &context),
    }
}
