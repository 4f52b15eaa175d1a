//! `almoner funding receive`: records money from a funder.

use almoner_ledger::book::naming::fund_meant;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::decide::Refusal;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use clap::Args;

use crate::commands::cli::RecordingArgs;
use crate::commands::dates;
use crate::commands::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

/// Record money received from a funder
#[derive(Debug, Args)]
#[command(
    after_help = "Recognised as income at once. Funding that must be returned if unspent is a receipt in advance and \
    becomes income as expenditure of the fund is recognised.\n\n\
    Examples:\n  \
    almoner funding receive victims 600,000 --date 2015-04-15 \\\n    \
      --from \"Ministry of Justice\" --return-if-unspent\n  \
    almoner funding receive cdr 1,250,000 --date 2015-04-01 --opening-balance"
)]
pub(super) struct ReceiveArgs {
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

    /// Must be returned if unspent
    #[arg(long, conflicts_with = "opening_balance")]
    return_if_unspent: bool,

    /// Balance brought forward when the books were opened
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

/// Records the receipt.
pub(super) fn run(args: ReceiveArgs, context: Context) -> Result<(), Problem> {
    let recording = Recording {
        label: "receive",
        add_missing: args.add_missing,
        how_again: "with a different reference, or with --again",
    };
    let kind = match (args.return_if_unspent, args.opening_balance) {
        (true, _) => ReceiptKind::ReturnIfUnspent,
        (_, true) => ReceiptKind::OpeningBalance,
        _ => ReceiptKind::Income,
    };
    let receipt = FundingReceipt {
        fund: args.fund.clone(),
        date: args.date.unwrap_or(context.actor.today),
        amount: args.amount,
        from: args.from.clone(),
        reference: args.reference.clone(),
        kind,
    };
    record(context, &args.recording, recording, &|books| {
        let receipt =
            FundingReceipt { fund: fund_meant(books, &args.fund).map_err(Refusal::from)?, ..receipt.clone() };
        let alike = books.reference().receipts.iter().filter(|it| args.again && it.receipt == receipt);
        let occurrence = u32::try_from(alike.count()).unwrap_or(u32::MAX).saturating_add(1);
        Ok(Command::Receive { receipt: receipt.clone(), occurrence })
    })
}
