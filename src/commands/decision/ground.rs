//! `almoner decision ground`: why what is based on a decision is withheld from what must be published.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::decisions::{Decision, DecisionId, Ground, GroundKind};
use almoner_ledger::text::Text;
use clap::Args;

use crate::commands::cli::RecordingArgs;
use crate::commands::{Recording, dates, record_command};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::words;

/// Record the ground for withholding a decision
#[derive(Debug, Args)]
#[command(after_help = "\
The monthly disclosure (`almoner export disclosure`) withholds items based on a confidential \
decision, but only on a recorded ground: in the view of the chief officer, publication would be against the interests of national security, would be \
likely to endanger the safety of a person, or would prejudice the prevention or detection of crime or justice; or an \
enactment prohibits it. The published pages state the ground, but not the date on which the chief officer gave the view. Once recorded, a ground cannot be replaced.\n\n\
Examples:\n  \
    almoner decision ground C2-2015 safety --view 2015-03-04\n  \
    almoner decision ground C3-2015 enactment --name \"Sexual Offences (Amendment) Act 1992\"")]
pub(super) struct GroundArgs {
    /// Decision number: 26-2015, C7-2015
    #[arg(value_name = "NUMBER")]
    id: DecisionId,

    /// Ground
    #[arg(value_name = "GROUND", value_parser = words(GroundKind::ALL, GroundKind::word))]
    ground: GroundKind,

    /// Date of the chief officer's view
    #[arg(long, value_name = "DATE", value_parser = dates::date, conflicts_with = "name")]
    view: Option<Date>,

    /// Enactment that prohibits publication
    #[arg(long, value_name = "TEXT")]
    name: Option<Text>,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the ground.
pub(super) fn run(args: GroundArgs, context: Context) -> Result<(), Problem> {
    let kind = args.ground;
    let ground = Ground::of(kind, args.view, args.name).ok_or_else(|| match kind {
        GroundKind::Enactment => Problem::usage("the ground `enactment` needs the name of the enactment")
            .hint("give --name TEXT; --view does not apply to this ground"),
        GroundKind::NationalSecurity | GroundKind::Safety | GroundKind::Justice => {
            Problem::usage(format!("the ground `{kind}` needs the date of the chief officer's view"))
                .hint("give --view DATE; --name does not apply to this ground")
        }
    })?;
    let command = Command::RecordDecision(Decision { ground: Some(ground), ..Decision::numbered(args.id) });
    record_command(context, &args.recording, Recording::of("decision ground"), &command)
}
