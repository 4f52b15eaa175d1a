//! `almoner award`: records an award.

use almoner_app::intents::date_of_award;
use almoner_ledger::allocation::Funds;
use almoner_ledger::calendar::{Date, Period, StatedDate};
use almoner_ledger::command::{AwardCommand, Command};
use almoner_ledger::decide::Refusal;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{GrantId, Power, Purpose};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::rejection::Rejection;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, SplitError, ThemeId};
use clap::Args;

use super::cli::PostingArgs;
use super::dates;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    override_usage = "almoner award --amount <AMOUNT> --purpose <TEXT>\n       {--theme <THEME> | --allocation <PARTS>} [OPTIONS]",
    after_help = "Leave out any detail the decision does not state (fund, power, period): it is recorded as not \
    stated and listed by `almoner status`.\n\n\
    Examples:\n  \
    almoner award --decision 14-2015 --decided 2015-02-20 --amount 30,000 \\\n    \
      --recipient Compassion --purpose \"Help for victims of domestic abuse\" \\\n    \
      --theme domestic-abuse --fund victims --add-missing\n  \
    almoner award --decision 30-2015 --decided 2015-04-10 --amount 50000 \\\n    \
      --recipient \"Anglia Care Trust\" --purpose \"Advice and workshops\" \\\n    \
      --theme \"domestic-abuse:60%;youth-diversion:40%\" \\\n    \
      --from 2015-05 --to 2016-04\n  \
    almoner award --decision 31-2015 --decided 2015-04-10 --amount 57,706 \\\n    \
      --recipient \"Anglia Care Trust\" --purpose \"Three services\" \\\n    \
      --allocation \"victims/domestic-abuse:40000;cdr/youth-diversion:17706\""
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
    #[arg(long, value_name = "THEME", value_parser = theme_split, help_heading = "Grant", required_unless_present = "allocation")]
    theme: Option<Split>,

    /// Parts with fund and theme: cdr/a:10000;victims/b:20000
    #[arg(long, value_name = "PARTS", value_parser = parts, help_heading = "Grant", conflicts_with_all = ["theme", "fund"])]
    allocation: Option<Funds>,

    /// Id of the award, where one decision makes several awards: 14-2015/2
    #[arg(long, value_name = "ID", help_heading = "Grant")]
    id: Option<GrantId>,

    /// Fund, or a split: a:60%;b:40% [default: not stated]
    #[arg(long, value_name = "FUND", value_parser = fund_split, help_heading = "If stated in the decision")]
    fund: Option<Funds>,

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

    /// Record the entry again, if it was recorded earlier and then reversed
    #[arg(long, help_heading = "Recording")]
    again: bool,

    /// Add the recipient, themes and fund if the ledger does not have them
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Reads a theme, or a split over themes.
pub(super) fn theme_split(text: &str) -> Result<Split, SplitError> {
    Split::parse(text)
}

/// Reads a fund, or a split over funds.
pub(super) fn fund_split(text: &str) -> Result<Funds, SplitError> {
    Ok(Funds::Split(Split::parse(text)?))
}

/// Reads parts with a fund and a theme each.
pub(super) fn parts(text: &str) -> Result<Funds, SplitError> {
    Ok(Funds::Parts(Split::parse(text)?))
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
    let split = match (&args.theme, args.allocation.as_ref().and_then(Funds::themes)) {
        (Some(split), _) => split.clone(),
        (None, Some(themes)) => {
            themes.map_err(|error| Problem::from(Refusal::from(Rejection::Split(Box::new(error)))))?
        }
        (None, None) => Split::whole(ThemeId::unallocated()),
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
            purpose: Purpose { text: args.purpose.clone(), split: split.clone() },
            fund: args.allocation.clone().or_else(|| args.fund.clone()),
            power: args.power.unwrap_or_default(),
            period,
            conditions: args.conditions.clone(),
            reasons: args.reasons.clone(),
        })))
    })
}
