//! `almoner monitoring`: monitoring reports and milestones of grants.

use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::GrantId;
use almoner_ledger::grants::monitoring::{Due, DueKind, schedule};
use almoner_ledger::papers::PaperId;
use almoner_ledger::reports::Every;
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};

use super::cli::RecordingArgs;
use super::dates;
use super::{Recording, record_all, record_command};
use crate::context::Context;
use crate::problem::Problem;
use crate::words::words;

#[derive(Debug, Args)]
#[command(
    after_help = "To list reports and milestones due, overdue and received, use `almoner report monitoring`."
)]
pub struct MonitoringArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Schedule(ScheduleArgs),
    Milestone(MilestoneArgs),
    Received(ReceivedArgs),
    Waive(WaiveArgs),
}

/// Schedule monitoring reports for a grant
#[derive(Debug, Args)]
#[command(
    after_help = "With --holds-payment, a payment dated on or after a report's due date is refused until the report \
    is received (`almoner monitoring received`) or waived (`almoner monitoring waive`).\n\n\
    Examples:\n  \
    almoner monitoring schedule 26-2015 --every quarter \\\n    \
      --from 2015-07-15 --to 2016-04-15 --holds-payment\n  \
    almoner monitoring schedule 26-2015 --from 2016-05-31 --name \"Final report\""
)]
struct ScheduleArgs {
    /// Award id
    award: GrantId,

    /// Frequency, on the same day of the month [default: once]
    #[arg(long, value_name = "PERIOD", requires = "to")]
    #[arg(value_parser = words(Every::ALL, Every::word))]
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

    /// Refuse payments dated on or after a report's due date until the report is received
    #[arg(long)]
    holds_payment: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Record a milestone and its due date
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    almoner monitoring milestone 26-2015 --due 2015-06-30 \\\n    \
      --name \"Mediator in post\" --holds-payment")]
struct MilestoneArgs {
    /// Award id
    award: GrantId,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Milestone to be reached
    #[arg(long, value_name = "TEXT")]
    name: Text,

    /// Refuse payments dated on or after the due date until the milestone is reached
    #[arg(long)]
    holds_payment: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

// What is due, and the day on which it was received, reached or waived.
#[derive(Debug, Args)]
struct ItemArgs {
    /// Award id
    award: GrantId,

    /// Due date
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    due: Date,

    /// Name of the report or milestone, if several are due on that date
    #[arg(long, value_name = "TEXT")]
    name: Option<Text>,

    /// Date received, reached or waived [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    on: Option<Date>,
}

/// Record a monitoring report as received or a milestone as reached
#[derive(Debug, Args)]
#[command(
    override_usage = "almoner monitoring received <AWARD> --due <DATE> --result <TEXT>\n       [OPTIONS]",
    after_help = "--paper adds the report to the index of public papers. If the paper is known only later, repeat the \
    command with --paper.\n\n\
    Example:\n  \
    almoner monitoring received 26-2015 --due 2015-07-15 --on 2015-07-13 \\\n    \
      --paper AP15/2 --result \"31 families helped; on course\""
)]
struct ReceivedArgs {
    #[command(flatten)]
    item: ItemArgs,

    /// Public paper that reports the result: AP15/2
    #[arg(long, value_name = "PAPER")]
    paper: Option<PaperId>,

    /// Result in brief
    #[arg(long, value_name = "TEXT")]
    result: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Waive the requirement for a report or milestone before payment
#[derive(Debug, Args)]
#[command(
    after_help = "Payments are no longer held back for the report or milestone, which remains due until it is \
    received or reached.\n\n\
    Example:\n  \
    almoner monitoring waive 26-2015 --due 2015-07-15 \\\n    \
      --reason \"Wages are due; agreed by the Chief Finance Officer\""
)]
struct WaiveArgs {
    #[command(flatten)]
    item: ItemArgs,

    /// Reason, recorded in the ledger
    #[arg(long, value_name = "TEXT")]
    reason: Text,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Maximum number of reports: monthly for ten years.
const MAX_REPORTS: usize = 120;

/// Records what is due, received or waived.
pub fn run(args: MonitoringArgs, context: Context) -> Result<(), Problem> {
    let today = context.actor.today;
    match args.what {
        What::Schedule(args) => run_schedule(&args, context),
        What::Milestone(MilestoneArgs { award, due, name, holds_payment, recording }) => {
            let due = Due { what: DueKind::Milestone, name, due, before_payment: holds_payment };
            let command = Command::Expect { award, due };
            record_command(context, &recording, Recording::of("milestone"), &command)
        }
        What::Received(ReceivedArgs { item, paper, result, recording }) => {
            let ItemArgs { award, due, name, on } = item;
            let received = on.unwrap_or(today);
            let command = Command::Submit { award, due, name, received, paper, result };
            record_command(context, &recording, Recording::of("received"), &command)
        }
        What::Waive(WaiveArgs { item, reason, recording }) => {
            let ItemArgs { award, due, name, on } = item;
            let command = Command::Waive { award, due, name, date: on.unwrap_or(today), reason };
            record_command(context, &recording, Recording::of("waive"), &command)
        }
    }
}

/// Records the reports due.
fn run_schedule(args: &ScheduleArgs, context: Context) -> Result<(), Problem> {
    let months = args.every.unwrap_or(Every::Year).months();
    let days = schedule(args.from, months, args.to.unwrap_or(args.from));
    if days.is_empty() || days.len() > MAX_REPORTS {
        let message =
            format!("the schedule has {} reports; it must have between 1 and {MAX_REPORTS}", days.len());
        return Err(Problem::refused("not-a-schedule", message).hint("check --from and --to"));
    }
    let due = |due: Date| Due {
        what: DueKind::MonitoringReport,
        name: args.name.clone(),
        due,
        before_payment: args.holds_payment,
    };
    record_all(context, &args.recording, Recording::of("monitor"), &|_| {
        let expected = days.iter().map(|day| Command::Expect { award: args.award.clone(), due: due(*day) });
        Ok(expected.collect())
    })
}
