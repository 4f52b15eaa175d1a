//! `almoner funding`: money from funders.

use almoner_app::intents;
use almoner_ledger::calendar::Date;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::money::Money;
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::text::Text;
use clap::{Args, Subcommand};

use super::cli::{AccountArgs, RecordingArgs};
use super::dates;
use super::publication::record_publication;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
pub struct FundingArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Receive(ReceiveArgs),
    /// Withhold a funding receipt from the public and the panel
    #[command(after_help = "Example:\n  almoner funding withhold 57 --confirm-withholding")]
    Withhold(RecordArgs),
    /// Show a funding receipt to the public and the panel again
    #[command(
        after_help = "The public and the panel can see a receipt if they can see the fund it is for.\n\nExample:\n  \
            almoner funding publish 57"
    )]
    Publish(RecordArgs),
}

/// Record money received from a funder
#[derive(Debug, Args)]
#[command(
    after_help = "Funding is normally recognised as income at once. Funding that must be returned if unspent is a \
    receipt in advance and becomes income as expenditure from the fund is recognised.\n\n\
    Examples:\n  \
    almoner funding receive victims 600,000 --date 2015-04-15 \\\n    \
      --from \"Ministry of Justice\" --return-if-unspent\n  \
    almoner funding receive cdr 1,250,000 --date 2015-04-01 --opening-balance"
)]
struct ReceiveArgs {
    /// Fund
    fund: FundId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    amount: Money,

    /// Date received [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    date: Option<Date>,

    /// Funder
    #[arg(long, value_name = "FUNDER")]
    from: Option<Text>,

    /// Bank reference
    #[arg(long, value_name = "TEXT")]
    reference: Option<Text>,

    #[command(flatten)]
    at: AccountArgs,

    /// Funding that must be returned if unspent
    #[arg(long, conflicts_with = "opening_balance")]
    return_if_unspent: bool,

    /// Record as a balance brought forward when the books were opened
    #[arg(long)]
    opening_balance: bool,

    /// Record a further receipt identical to one already recorded
    #[arg(long)]
    again: bool,

    /// Add the fund if the ledger does not have it
    #[arg(long, help_heading = "Recording")]
    add_missing: bool,

    #[command(flatten)]
    recording: RecordingArgs,
}

#[derive(Debug, Args)]
struct RecordArgs {
    /// Record number of the receipt
    record: u64,

    #[command(flatten)]
    recording: RecordingArgs,
}

/// Records a receipt, or whether it is public.
pub fn run(args: FundingArgs, context: Context) -> Result<(), Problem> {
    let (RecordArgs { record, recording }, publication) = match args.what {
        What::Receive(args) => return receive(args, context),
        What::Withhold(args) => (args, Publication::Confidential),
        What::Publish(args) => (args, Publication::Public),
    };
    record_publication(context, &recording, Subject::Receipt(record), publication)
}

fn receive(args: ReceiveArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "receive",
        add_missing: args.add_missing,
        new_account: args.at.new_account,
        how_again: "with a different reference, or with --again",
        ..Recording::default()
    };
    let kind = match (args.return_if_unspent, args.opening_balance) {
        (true, _) => ReceiptKind::ReturnIfUnspent,
        (_, true) => ReceiptKind::OpeningBalance,
        _ => ReceiptKind::Income,
    };
    let receipt = FundingReceipt {
        fund: args.fund,
        date: args.date.unwrap_or(context.actor.today),
        amount: args.amount,
        from: args.from,
        reference: args.reference,
        account: args.at.account,
        kind,
    };
    record(context, &args.recording, recording, &|books| {
        Ok(intents::receive(books, receipt.clone(), args.again)?)
    })
}
