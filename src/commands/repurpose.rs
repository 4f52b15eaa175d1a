//! `almoner repurpose`: changes the purpose of a grant.

use almoner_app::intents::RepurposeAward;
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{GrantId, Purpose};
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_intent};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Amounts do not change. Expenditure and payments from the effective date have the new theme, and the \
    outstanding commitment moves to it. Earlier expenditure stays where it is, unless --include-past moves it.\n\n\
    Example:\n  \
    almoner repurpose east-coast-recovery-2014 --decision 16-2015 \\\n    \
      --date 2015-02-23 --theme substance-misuse \\\n    \
      --purpose \"A new approach to long-term drug dependency\""
)]
pub struct RepurposeArgs {
    /// Award id
    award: GrantId,

    /// New purpose
    #[arg(long, value_name = "TEXT")]
    purpose: Text,

    /// New theme, or a split: a:60%;b:40% or a:10000;b:20000
    #[arg(long, value_name = "SPLIT", value_parser = Split::parse)]
    theme: Split,

    /// Decision number [default: not stated]
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Effective date [default: that of the registered decision, else today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Also move expenditure already recognised, on the effective date
    #[arg(long)]
    include_past: bool,

    /// Add the themes if the ledger does not have them
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records the change of purpose.
pub fn run(args: RepurposeArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "repurpose",
        add_missing: args.add_missing,
        how_again: "with its own decision or date",
    };
    let RepurposeArgs { award, decision, date, include_past, .. } = args;
    let purpose = Purpose { text: args.purpose, split: args.theme };
    let repurpose = RepurposeAward { award, purpose, decision, date, include_past };
    record_intent(context, &args.recording, recording, &repurpose)
}
