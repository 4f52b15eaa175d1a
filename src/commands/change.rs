//! The arguments that changes of an award share.

use almoner_app::intents::{Change, ChangeAward};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use clap::Args;

use super::cli::PostingArgs;
use super::dates;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

// The award, its decision and the date. A doc comment would replace the help of the command.
#[derive(Debug, Args)]
pub struct ChangeArgs {
    /// Award id
    pub(super) award: GrantId,

    /// Decision number [default: not stated]
    #[arg(long, value_name = "NUMBER")]
    pub(super) decision: Option<DecisionId>,

    /// Effective date [default: date of the registered decision, otherwise today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    pub(super) date: Option<Date>,

    /// Record the entry again, if it was recorded earlier and then reversed
    #[arg(long, help_heading = "Recording")]
    pub(super) again: bool,
}

impl ChangeArgs {
    /// Records the change.
    pub(super) fn record(
        self,
        context: Context,
        args: &PostingArgs,
        recording: Recording<'_>,
        change: Change,
    ) -> Result<(), Problem> {
        let recording = Recording { record_reversed: self.again, how_again: "with --again", ..recording };
        let change = ChangeAward { award: self.award, decision: self.decision, date: self.date, change };
        let today = context.actor.today;
        record(context, args, recording, &|books| Ok(change.command(books, today)?))
    }
}
