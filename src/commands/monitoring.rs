//! `almoner monitoring`: monitoring reports and milestones of grants.

mod milestone;
mod received;
mod schedule;
mod waive;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(after_help = "List what is due, overdue and received with `almoner report monitoring`.")]
pub struct MonitoringArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Schedule(schedule::ScheduleArgs),
    Milestone(milestone::MilestoneArgs),
    Received(received::ReceivedArgs),
    Waive(waive::WaiveArgs),
}

/// Runs the subcommand.
pub fn run(args: MonitoringArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Schedule(args) => schedule::run(args, context),
        What::Milestone(args) => milestone::run(args, context),
        What::Received(args) => received::run(args, context),
        What::Waive(args) => waive::run(args, context),
    }
}
