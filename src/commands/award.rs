//! `almoner award`: records an award.

use almoner_app::intents::date_of_award;
use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use clap::Args;

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    override_usage = "almoner award --amount <AMOUNT> --purpose <TEXT>\n       --theme <SPLIT> [OPTIONS]",
    after_help = "Leave out any detail the decision does not state (fund, power, period): it is recorded as not \
    stated and listed by `almoner status`.\n\n\
    Examples:\n  \
    almoner award --decision 14-2015 --decided 2015-02-20 --amount 30,000 \\\n    \
      --recipient Compassion --purpose \"Help for victims of domestic abuse\" \\\n    \
      --theme domestic-abuse --fund victims --add-missing\n  \
    almoner award --decision 30-2015 --decided 2015-04-10 --amount 50000 \\\n    \
      --recipient \"Anglia Care Trust\" --purpose \"Advice and workshops\" \\\n    \
      --theme \"domestic-abuse:60%;youth-diversion:40%\" \\\n    \
      --from 2015-05 --to 2016-04"
)]
pub struct AwardArgs {
    /// Decision number; also the id of the award, unless --id is given
    #[arg(long, value_name = "NUMBER", help_heading = "Decision")]
    decision: Option<DecisionId>,

    /// Date of the decision [default: date of the registered decision]
    #[arg(long, value_name = "DATE", value_parser = dates::date, help_heading = "Decision")]
    decided: Option<Date>,

    /// The date is assumed, because the decision states none
    #[arg(long, help_heading = "Decision")]
    date_assumed: bool,

    /// Confidential: only the number and title of the decision may be published
    #[arg(long, help_heading = "Decision")]
    confidential: bool,

    /// Name of the recipient
    #[arg(long, value_name = "NAME", help_heading = "Grant")]
    recipient: Option<Text>,

    /// Id of the recipient
    #[arg(long, value_name = "ID", help_heading = "Grant")]
    recipient_id: Option<RecipientId>,

    /// Amount: 30000, 30,000.00 or £30,000
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, help_heading = "Grant")]
    amount: Money,

    /// Purpose
    #[arg(long, value_name = "TEXT", help_heading = "Grant")]
    purpose: Text,

    /// Theme, or a split: a:60%;b:40% or a:10000;b:20000
    #[arg(long, value_name = "SPLIT", value_parser = Split::parse, help_heading = "Grant")]
    theme: Split,

    /// Id of the award, where one decision makes several awards: 14-2015/2
    #[arg(long, value_name = "ID", help_heading = "Grant")]
    id: Option<GrantId>,

    /// Fund [default: not stated]
    #[arg(long, value_name = "FUND", help_heading = "If stated in the decision")]
    fund: Option<FundId>,

    /// Power: s9, s143 or other [default: not stated]
    #[arg(long, value_name = "POWER", value_parser = power, help_heading = "If stated in the decision")]
    power: Option<Power>,

    /// First day or month of the period [default: not stated]
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date, requires = "to", help_heading = "If stated in the decision")]
    from: Option<StatedDate>,

    /// Last day or month of the period
    #[arg(long, value_name = "DATE", value_parser = dates::stated_date, requires = "from", help_heading = "If stated in the decision")]
    to: Option<StatedDate>,

    /// Conditions
    #[arg(long, value_name = "TEXT", help_heading = "If stated in the decision")]
    conditions: Option<Text>,

    /// Reasons why the grant secures crime and disorder reduction, or value for money
    #[arg(long, value_name = "TEXT", help_heading = "If stated in the decision")]
    reasons: Option<Text>,

    /// Record it again, if it was recorded and reversed
    #[arg(long, help_heading = "Recording")]
    again: bool,

    /// Add the recipient, themes and fund if the ledger does not have them
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

pub(super) fn power(text: &str) -> Result<Power, String> {
    Power::parse(text).ok_or_else(|| "power must be s9, s143, other or not-stated".to_owned())
}

/// Records the award.
pub fn run(args: AwardArgs, context: Context) -> Result<(), Problem> {
    let period = match (args.from, args.to) {
        (Some(from), Some(to)) => Some(Period::new(from, to)?),
        _ => None,
    };
    let recording = Recording {
        label: "award",
        add_missing: args.add_missing,
        record_reversed: args.again,
        how_again: "with --again, or with an id of its own such as --id 14-2015/2",
        ..Recording::default()
    };
    record(context, &args.recording, recording, &|books| {
        let decided = date_of_award(books, args.decided, args.decision.as_ref())?;
        Ok(Command::Award(Box::new(AwardCommand {
            id: args.id.clone(),
            decision: args.decision.clone(),
            decided,
            date_assumed: args.date_assumed,
            confidential: args.confidential,
            recipient_id: args.recipient_id.clone(),
            identifiers: Vec::new(),
            recipient: args.recipient.clone(),
            amount: args.amount,
            purpose: Purpose { text: args.purpose.clone(), split: args.theme.clone() },
            fund: args.fund.clone(),
            power: args.power.unwrap_or_default(),
            period,
            conditions: args.conditions.clone(),
            reasons: args.reasons.clone(),
        })))
    })
}
