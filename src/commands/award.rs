//! `almoner award`: records an award.

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

use super::{Recording, decision_date, record};
use crate::cli::RecordingArgs;
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "What the decision does not state (fund, power, period) is left out, never guessed: it is \
    shown as not stated and listed by `almoner status`.\n\n\
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
    /// The decision's number; also the award's id unless --id gives another
    #[arg(long, value_name = "NUMBER", help_heading = "The decision")]
    decision: Option<DecisionId>,

    /// When it was decided [default: the decision's date, if it is in the register]
    #[arg(long, value_name = "DATE", help_heading = "The decision")]
    decided: Option<Date>,

    /// The date is an assumption, the decision stating none
    #[arg(long, help_heading = "The decision")]
    date_assumed: bool,

    /// Only the decision's number and title may be published
    #[arg(long, help_heading = "The decision")]
    confidential: bool,

    /// Who is given it, by name
    #[arg(long, value_name = "NAME", help_heading = "The grant")]
    recipient: Option<Text>,

    /// Who is given it, by id
    #[arg(long, value_name = "ID", help_heading = "The grant")]
    recipient_id: Option<RecipientId>,

    /// How much: 30000, 30,000.00 or £30,000
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true, help_heading = "The grant")]
    amount: Money,

    /// What it is for
    #[arg(long, value_name = "TEXT", help_heading = "The grant")]
    purpose: Text,

    /// Its theme, or a split: a:60%;b:40% or a:10000;b:20000
    #[arg(long, value_name = "SPLIT", value_parser = Split::parse, help_heading = "The grant")]
    theme: Split,

    /// The award's own id, where a decision makes several: 14-2015/2
    #[arg(long, value_name = "ID", help_heading = "The grant")]
    id: Option<GrantId>,

    /// Which fund pays [default: not stated]
    #[arg(long, value_name = "FUND", help_heading = "If the decision states it")]
    fund: Option<FundId>,

    /// Under which power: s9, s143 or other [default: not stated]
    #[arg(long, value_name = "POWER", value_parser = power, help_heading = "If the decision states it")]
    power: Option<Power>,

    /// First day or month of the service paid for [default: not stated]
    #[arg(long, value_name = "DATE", requires = "to", help_heading = "If the decision states it")]
    from: Option<StatedDate>,

    /// Last day or month of the service paid for
    #[arg(long, value_name = "DATE", requires = "from", help_heading = "If the decision states it")]
    to: Option<StatedDate>,

    /// Conditions of the grant
    #[arg(long, value_name = "TEXT", help_heading = "If the decision states it")]
    conditions: Option<Text>,

    /// Why it will secure crime and disorder reduction, or value for money
    #[arg(long, value_name = "TEXT", help_heading = "If the decision states it")]
    reasons: Option<Text>,

    /// Add the recipient, themes and fund if the ledger does not know them yet
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

pub(super) fn power(text: &str) -> Result<Power, String> {
    Power::parse(text).ok_or_else(|| "the powers are s9, s143, other and not-stated".to_owned())
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
        how_again: "with an id of its own, such as --id 14-2015/2",
    };
    record(context, &args.recording, recording, &|books| {
        let decided = args.decided.or(decision_date(books, args.decision.as_ref())?);
        let decided = decided.ok_or_else(|| {
            Problem::refused("no-date", "the award has no date")
                .hint("say when it was decided with --decided; if that is assumed, add --date-assumed")
        })?;
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
