//! `almoner fund`: the funds (funding streams).

use almoner_app::intents::{add_fund, marked};
use almoner_ledger::book::{Books, Versioned};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::funds::{Fund, FundId};
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::dates;
use super::list::List;
use super::publication::{ConfidentialArgs, Marked, record_publication};
use super::{Recording, record_all, record_command};
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
    /// Withhold a fund from the public and the panel
    #[command(
        after_help = "Its budgets and receipts and every grant under it are also withheld. What would disappear is \
            listed first; confirm it with --confirm-withholding.\n\n\
        Example:\n  almoner fund withhold safer-streets --confirm-withholding"
    )]
    Withhold(IdArgs),
    /// Show a fund to the public and the panel
    #[command(
        after_help = "The public and the panel normally see a fund only once they can see a grant made from it. This command shows the fund \
        before then, and even if every grant made from it is confidential. The confidential grants themselves stay withheld.\n\n\
        Example:\n  almoner fund publish safer-streets"
    )]
    Publish(IdArgs),
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

    /// Name shown on papers [default: the id as entered, if it is a name; otherwise derived from it]
    #[arg(long, value_name = "NAME")]
    name: Option<Text>,

    #[command(flatten)]
    confidential: ConfidentialArgs,

    #[command(flatten)]
    recording: RecordingArgs,
}

#[derive(Debug, Args)]
struct IdArgs {
    /// Fund
    id: FundId,

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

const FIELDS: &[Field<Marked<Fund>>] = &[
    Field::new("id", "Fund", Kind::Text, 0, |it| Cell::Text(it.what.id.to_string())),
    Field::new("name", "Name", Kind::Text, 0, |it| Cell::Text(it.what.name.to_string())),
    Field::new("publication", "Publication", Kind::Text, 2, Marked::cell),
];

/// Adds or renames a fund, or lists them.
pub fn run(args: FundArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let command = add_fund(args.id, args.name)?;
            let commands = marked(command, args.confidential.confidential);
            record_all(context, &args.recording, Recording::of("fund add"), &|_| Ok(commands.clone()))
        }
        What::Withhold(IdArgs { id, recording }) => {
            record_publication(context, &recording, Subject::Fund(id), Publication::Confidential)
        }
        What::Publish(IdArgs { id, recording }) => {
            record_publication(context, &recording, Subject::Fund(id), Publication::Public)
        }
        What::Rename(RenameArgs { fund, name, from, recording }) => {
            let from = from.unwrap_or(context.actor.today);
            let command = Command::RenameFund { fund, name, from };
            record_command(context, &recording, Recording::of("fund rename"), &command)
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let marked = |(fund, it): (&FundId, &Versioned<Fund>)| {
                Marked::of(&ledger, &Subject::Fund(fund.clone()), (**it).clone())
            };
            let funds = ledger.reference().funds.iter().map(marked).collect();
            List::new(&ledger, "almoner.funds/1", "Funds", funds).write(FIELDS, &args, &context)
        }
    }
}
