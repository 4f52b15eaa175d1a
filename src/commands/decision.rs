//! `almoner decision`: the register of decisions.

mod checklist;
mod ground;

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::{Decision, DecisionId, DecisionKind};
use almoner_ledger::grants::GrantId;
use almoner_ledger::reports::decisions::{DecisionsRow, decisions};
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
pub struct DecisionArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Add(AddArgs),
    Checklist(checklist::ChecklistArgs),
    Ground(ground::GroundArgs),
    List(ListArgs),
}

/// Register a decision, whether or not it awards a grant
#[derive(Debug, Args)]
#[command(
    after_help = "To add details that were not stated when the decision was registered, whether directly or by \
    recording an award, run the command again.\n\n\
    Examples:\n  \
    almoner decision add 8-2015 --title \"Precept\" --kind other\n  \
    almoner decision add C2-2015 --title \"Confidential decision\" --confidential"
)]
struct AddArgs {
    /// Decision number as published: 26-2015, C7-2015
    #[arg(value_name = "NUMBER")]
    id: DecisionId,

    /// Date [default: not stated]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Title
    #[arg(long, value_name = "TEXT")]
    title: Option<Text>,

    /// Summary
    #[arg(long, value_name = "TEXT")]
    summary: Option<Text>,

    /// Kind: award, change-of-purpose, variation, extension, withdrawal or other [default: not stated]
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<DecisionKind>,

    /// Confidential: only the number and title may be published
    #[arg(long)]
    confidential: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// List the register of decisions, with any missing numbers
#[derive(Debug, Args)]
struct ListArgs {
    /// Show confidential decisions in full, not only their number and title
    #[arg(long)]
    internal: bool,

    #[command(flatten)]
    output: TableArgs,
}

fn kind(text: &str) -> Result<DecisionKind, String> {
    let words = DecisionKind::ALL.map(DecisionKind::word).join(", ");
    DecisionKind::parse(text).ok_or_else(|| format!("kind must be one of {words}"))
}

const FIELDS: &[Field<DecisionsRow>] = &[
    Field::new("decision", "Decision", Kind::Text, 0, |row| Cell::Text(row.decision.to_string())),
    Field::new("date", "Date", Kind::Date, 1, |row| row.date.map_or(Cell::NotStated, Cell::Date)),
    Field::new("kind", "Kind", Kind::Text, 4, |row| {
        Cell::stated(row.kind.map(|kind| kind.word().replace('-', " ")))
    }),
    Field::new("title", "Title", Kind::Text, 0, |row| Cell::stated(row.title.as_ref())),
    Field::new("summary", "Summary", Kind::Text, 5, |row| Cell::given(row.summary.as_ref())),
    Field::new("grants", "Grants", Kind::Text, 2, |row| {
        Cell::Text(row.grants.iter().map(GrantId::to_string).collect::<Vec<_>>().join(", "))
    }),
    Field::new("confidential", "Confidential", Kind::Text, 3, |row| {
        Cell::Text(if row.confidential { "yes" } else { "" }.to_owned())
    }),
];

/// Registers a decision, records its checklist or lists the register.
pub fn run(args: DecisionArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Add(args) => {
            let command = Command::RecordDecision(Decision {
                date: args.date,
                title: args.title,
                summary: args.summary,
                kind: args.kind,
                confidential: args.confidential,
                ..Decision::numbered(args.id)
            });
            record_command(context, &args.recording, Recording::of("decision add"), &command)
        }
        What::Checklist(args) => checklist::run(args, context),
        What::Ground(args) => ground::run(args, context),
        What::List(args) => {
            let ledger = context.open_read()?;
            let register = decisions(&ledger, None, args.internal)?;
            let missing = register.gaps.iter().map(|gap| match gap.count {
                1 => format!("Missing: {}", gap.first),
                count => format!("Missing: {} to {} ({count})", gap.first, gap.last),
            });
            List::new(&ledger, "almoner.decisions/1", "Register of decisions", register.rows)
                .notes(missing.collect())
                .write(FIELDS, &args.output, &context)
        }
    }
}
