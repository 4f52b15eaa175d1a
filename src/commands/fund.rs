//! `almoner fund`: the funds (funding streams).

use almoner_ledger::book::Books;
use almoner_ledger::command::Command;
use almoner_ledger::funds::{Fund, FundId};
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::list::List;
use super::{Recording, record};
use crate::context::Context;
use crate::output::OutputArgs;
use crate::problem::Problem;
use almoner_papers::sheet::{Cell, Field, Kind};

#[derive(Debug, Args)]
pub struct FundArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    /// List the funds
    List(OutputArgs),
}

/// Add a fund (funding stream)
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  almoner fund add safer-streets --name \"Safer Streets Fund\"")]
struct AddArgs {
    /// Fund id, in lower case: safer-streets
    id: FundId,

    /// Name shown on papers
    #[arg(long, value_name = "NAME")]
    name: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

const FIELDS: &[Field<Fund>] = &[
    Field::new("id", "Fund", Kind::Text, 0, |fund| Cell::Text(fund.id.to_string())),
    Field::new("name", "Name", Kind::Text, 0, |fund| Cell::Text(fund.name.to_string())),
];

/// Adds a fund or lists them.
pub fn run(args: FundArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let recording = Recording { label: "fund add", ..Recording::default() };
            record(context, &args.recording, recording, &|_| {
                Ok(Command::AddFund { id: args.id.clone(), name: args.name.clone() })
            })
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let funds = ledger.reference().funds.values().map(|fund| (**fund).clone()).collect();
            List::new(&ledger, "almoner.funds/1", "Funds", funds).write(FIELDS, &args, &context)
        }
    }
}
