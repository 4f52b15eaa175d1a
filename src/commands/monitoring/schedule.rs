//! `almoner monitoring schedule`: schedules the monitoring reports of a grant.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::grants::monitoring::{Due, DueKind, schedule};
use almoner_ledger::reports::Every;
use almoner_ledger::text::Text;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::commands::cli::RecordingArgs;
use crate::commands::dates;
use crate::commands::{Recording, record_all};
use crate::context::Context;
use crate::problem::Problem;

/// Schedule monitoring reports of a grant
#[derive(Debug, Args)]
#[command(
    after_help = "With --holds-payment, a payment dated on or after the due date of a report is refused until the \
    report is received (`almoner monitoring received`) or waived (`almoner monitoring waive`).\n\n\
    Examples:\n  \
    almoner monitoring schedule 26-2015 --every quarter \\\n    \
      --from 2015-07-15 --to 2016-04-15 --holds-payment\n  \
    almoner monitoring schedule 26-2015 --from 2016-05-31 --name \"Final report\""
)]
pub(super) struct ScheduleArgs {
    /// Award id
    award: GrantId,

    /// Frequency, on the same day of the month [default: once]
    #[arg(long, value_name = "PERIOD", requires = "to")]
    #[arg(value_parser = PossibleValuesParser::new(Every::ALL.map(Every::word)).map(|word| Every::parse(&word).unwrap_or_default()))]
    every: Option<Every>,

    /// First due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    from: Date,

    /// Latest due date
    #[arg(long, value_name = "DATE", value_parser = dates::date, requires = "every")]
    to: Option<Date>,

    /// Name of each report
    #[arg(long, value_name = "TEXT", default_value = "Monitoring report")]
    name: Text,

    /// Refuse payments from the due date of a report until it is received
    #[arg(long)]
    holds_payment: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Maximum number of reports: monthly for ten years.
const MAX_REPORTS: usize = 120;

/// Records the reports due.
pub(super) fn run(args: ScheduleArgs, context: Context) -> Result<(), Problem> {
    let months = match args.every {
        Some(Every::Month) => 1,
        Some(Every::Quarter) => 3,
        None | Some(Every::Year) => 12,
    };
    let days = schedule(args.from, months, args.to.unwrap_or(args.from));
    if days.is_empty() || days.len() > MAX_REPORTS {
        let message =
            format!("the schedule has {} reports; it must have from 1 to {MAX_REPORTS}", days.len());
        return Err(Problem::refused("not-a-schedule", message).hint("check --from and --to"));
    }
    let due = |due: Date| Due {
        what: DueKind::MonitoringReport,
        name: args.name.clone(),
        due,
        before_payment: args.holds_payment,
    };
    record_all(context, &args.recording, Recording { label: "monitor", ..Recording::default() }, &|_| {
        let expected = days.iter().map(|day| Command::Expect { award: args.award.clone(), due: due(*day) });
        Ok(expected.collect())
    })
}
