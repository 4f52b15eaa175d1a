//! `almoner state`: states later what the decision of an award did not.

use almoner_ledger::allocation::Funds;
use almoner_ledger::calendar::{CalendarError, FinancialYear, Period};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{GrantId, Power, TermsAddendum};
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use clap::Args;

use super::award::{fund_split, power, theme_split};
use super::cli::PostingArgs;
use super::dates;
use super::{Recording, record_command};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    group(
        clap::ArgGroup::new("stated")
            .args(["fund", "theme", "power", "period", "decision", "conditions", "reasons"])
            .required(true)
            .multiple(true)
    ),
    override_usage = "almoner state <AWARD> [--fund <FUND>] [--theme <THEME>]\n       \
    [--power <POWER>] [--period <PERIOD>] [--decision <NUMBER>]\n       \
    [--conditions <TEXT>] [--reasons <TEXT>] [OPTIONS]",
    after_help = "Details added take effect from the date on which the award was decided. Adding a fund, theme or \
    period changes the amounts posted: closed months stay as they are, and the difference is posted on the first open \
    day, keeping its transaction date. Expenditure of earlier years moved in this way is shown separately from this year's. Adding \
    the power, conditions, reasons or decision posts nothing, and applies in closed months too; reports with \
    --known-at show what was known earlier. To change a stated detail, reverse the record that stated it, and state \
    it again.\n\n\
    The monthly disclosure of grants and expenditure needs the power, the conditions and the reasons; for an award \
    without conditions, give --conditions \"None\".\n\n\
    Examples:\n  \
    almoner state 13-2015 --fund victims --power s143\n  \
    almoner state 13-2015 --period \"2015-04 to 2016-03\"\n  \
    almoner state 26-2015 --power s9 \\\n    \
      --reasons \"Disputes between neighbours are settled early\""
)]
pub struct StateArgs {
    /// Award id
    award: GrantId,

    /// Fund, or a split: a:60%;b:40%
    #[arg(long, value_name = "FUND", value_parser = fund_split)]
    fund: Option<Funds>,

    /// Theme for the amount that has none, or a split
    #[arg(long, value_name = "THEME", value_parser = theme_split)]
    theme: Option<Split>,

    /// Power: s9, s143 or other
    #[arg(long, value_name = "POWER", value_parser = power)]
    power: Option<Power>,

    /// Period: 2015-04 to 2016-03, or 2015-16
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    period: Option<Period>,

    /// Decision number
    #[arg(long, value_name = "NUMBER")]
    decision: Option<DecisionId>,

    /// Conditions
    #[arg(long, value_name = "TEXT")]
    conditions: Option<Text>,

    /// Reasons why the grant secures crime and disorder reduction, or value for money
    #[arg(long, value_name = "TEXT")]
    reasons: Option<Text>,

    /// Add the fund and themes if the ledger does not have them
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: PostingArgs,
}

/// Reads `2015-04 to 2016-03`, `2015-04..2016-03` or a financial year.
fn period(text: &str) -> Result<Period, CalendarError> {
    match text.split_once(" to ").or_else(|| text.split_once("..")) {
        Some((from, to)) => Period::new(dates::stated_date(from)?, dates::stated_date(to)?),
        None => {
            let year = FinancialYear::parse(text)?.range();
            let month = |day: almoner_ledger::calendar::Date| dates::stated_date(&day.month().to_string());
            Period::new(month(year.from())?, month(year.to())?)
        }
    }
}

/// Records the statement.
pub fn run(args: StateArgs, context: Context) -> Result<(), Problem> {
    let statement = TermsAddendum {
        power: args.power.unwrap_or_default(),
        conditions: args.conditions,
        reasons: args.reasons,
        fund: args.fund,
        theme: args.theme,
        period: args.period,
        decision: args.decision,
    };
    let command = Command::State { award: args.award, statement };
    let recording = Recording { add_missing: args.add_missing, ..Recording::of("state") };
    record_command(context, &args.recording, recording, &command)
}
