//! `almoner funding`: money from funders.

mod receive;

use clap::{Args, Subcommand};

use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
pub struct FundingArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Receive(receive::ReceiveArgs),
}

/// Runs the subcommand.
pub fn run(args: FundingArgs, context: Context) -> Result<(), Problem> {
    match args.what {
        What::Receive(args) => receive::run(args, context),
    }
}
