//! `almoner fund`: the funds (funding streams).

use almoner_app::intents::add_fund;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::funds::{Fund, FundId};
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::dates;
use super::list::List;
use super::{Recording, record_command};
use crate::context::Context;
use crate::output::TableArgs;
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
    Rename(RenameArgs),
    /// List the funds
    List(TableArgs),
}

/// Add a fund (funding stream)
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  almoner fund add \"Safer Streets\"\n  \
    almoner fund add safer-streets --name \"Safer Streets Fund\"")]
struct AddArgs {
    /// Fund id, such as safer-streets, or a name from which the id is derived
    id: Text,

    /// Name shown on papers [default: the name, if one is entered as the id; otherwise derived from the id]
    #[arg(long, value_name = "NAME")]
    name: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Record a fund's new name from a given date
#[derive(Debug, Args)]
#[command(
    after_help = "Each paper shows the name in use at the paper's date, so earlier papers keep the old name. The fund id \
    stays the same, and the fund can still be found by its old name.\n\n\
    Example:\n  almoner fund rename safer-streets \"Safer Streets Fund 2\" --from 2016-04-01"
)]
struct RenameArgs {
    /// Fund: id or name
    fund: FundId,

    /// New name
    name: Text,

    /// First day on which the new name applies [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    from: Option<Date>,

    #[command(flatten)]
    recording: RecordingArgs,
}

const FIELDS: &[Field<Fund>] = &[
    Field::new("id", "Fund", Kind::Text, 0, |fund| Cell::Text(fund.id.to_string())),
    Field::new("name", "Name", Kind::Text, 0, |fund| Cell::Text(fund.name.to_string())),
];

/// Adds or renames a fund, or lists them.
pub fn run(args: FundArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let command = add_fund(args.id, args.name)?;
            record_command(context, &args.recording, Recording::of("fund add"), &command)
        }
        What::Rename(RenameArgs { fund, name, from, recording }) => {
            let from = from.unwrap_or(context.actor.today);
            let command = Command::RenameFund { fund, name, from };
            record_command(context, &recording, Recording::of("fund rename"), &command)
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let funds = ledger.reference().funds.values().map(|fund| (**fund).clone()).collect();
            List::new(&ledger, "almoner.funds/1", "Funds", funds).write(FIELDS, &args, &context)
        }
    }
}
