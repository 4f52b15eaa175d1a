//! `almoner repurpose`: changes the purpose of a grant.

use almoner_app::intents::Change;
use almoner_ledger::grants::Purpose;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use clap::Args;

use super::Recording;
use super::award::theme_split;
use super::change::ChangeArgs;
use super::cli::PostingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "Amounts do not change. Expenditure and payments from the effective date are shown under the new \
    theme, and the outstanding commitment moves to that theme. Earlier expenditure stays where it is, unless \
    --include-past moves it.\n\n\
    Example:\n  \
    almoner repurpose east-coast-recovery-2014 --decision 16-2015 \\\n    \
      --date 2015-02-23 --theme substance-misuse \\\n    \
      --purpose \"A new approach to long-term drug dependency\""
)]
pub struct RepurposeArgs {
    /// New purpose
    #[arg(long, value_name = "TEXT")]
    purpose: Text,

    /// New theme, or a split: a:60%;b:40% or a:10000;b:20000
    #[arg(long, value_name = "THEME", value_parser = theme_split)]
    theme: Split,

    #[command(flatten)]
    change: ChangeArgs,

    /// Also move expenditure already recognised; the transfer is posted on the effective date
    #[arg(long)]
    include_past: bool,

    /// Add the themes if the ledger does not have them
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Records the change of purpose.
pub fn run(args: RepurposeArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording { add_missing: args.add_missing, ..Recording::of("repurpose") };
    let purpose = Purpose { text: args.purpose, split: args.theme };
    let change = Change::Repurpose { purpose, include_past: args.include_past };
    args.change.record(context, &args.recording, recording, change)
}
