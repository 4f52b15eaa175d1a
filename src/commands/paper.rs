//! `almoner paper`: the index of public papers.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::papers::{PaperId, PublicPaper};
use almoner_ledger::reports::papers;
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::dates;
use super::list::List;
use super::{Recording, record_command};
use crate::context::Context;
use crate::output::TableArgs;
use crate::problem::Problem;
use almoner_papers::reports::papers::FIELDS;

#[derive(Debug, Args)]
pub struct PaperArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    /// List the public papers
    List(TableArgs),
}

/// Register a public paper, or add to one already registered
#[derive(Debug, Args)]
#[command(
    after_help = "For a paper already registered, give only the new details; the others are unchanged.\n\n\
    Example:\n  \
    almoner paper add AP15/2 --title \"Grants made in January to March\" \\\n    \
      --date 2015-06-12 --decision 26-2015 --grant 26-2015"
)]
struct AddArgs {
    /// Reference printed on the paper: AP15/2
    id: PaperId,

    /// Title
    #[arg(long, value_name = "TEXT")]
    title: Option<Text>,

    /// Date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Decision reported in the paper; repeat for several
    #[arg(long, value_name = "DECISION")]
    decision: Vec<DecisionId>,

    /// Grant reported in the paper; repeat for several
    #[arg(long, value_name = "AWARD")]
    grant: Vec<GrantId>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Registers a paper or lists them.
pub fn run(args: PaperArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let paper = PublicPaper {
                title: args.title,
                date: args.date,
                decisions: args.decision.into_iter().collect(),
                grants: args.grant.into_iter().collect(),
                ..PublicPaper::named(args.id)
            };
            let command = Command::RecordPaper(Box::new(paper));
            record_command(context, &args.recording, Recording::of("paper add"), &command)
        }
        What::List(args) => {
            let ledger = context.open_read()?;
            let rows = papers(&ledger, None)?.rows;
            List::new(&ledger, "almoner.papers/1", "Public papers", rows).write(FIELDS, &args, &context)
        }
    }
}
