//! `almoner pay`: records a payment.

use almoner_app::error::Error;
use almoner_app::intents;
use almoner_ledger::allocation::Part;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::grants::{GrantId, Payment};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use clap::Args;

use super::cli::{AccountArgs, PostingArgs};
use super::dates;
use super::{Recording, record};
use crate::context::Context;
use crate::problem::Problem;

#[derive(Debug, Args)]
#[command(
    after_help = "A payment already recorded (same award, date, amount, reference and account) is not recorded twice.\n\n\
    Examples:\n  \
    almoner pay 14-2015 10,000 --date 2015-03-02 --reference \"BACS 4711\"\n  \
    almoner pay 14-2015 10,000 --date 2015-03-02 --account \"20-00-00 12345678\"\n  \
    almoner pay 14-2015 10,000 --dry-run"
)]
pub struct PayArgs {
    /// Record a payment made before the decision, for this reason
    #[arg(long, value_name = "REASON")]
    before_decision: Option<Text>,

    /// Part of the award to which the amount relates [default: all parts]
    #[arg(long, value_name = "FUND/THEME", value_parser = Part::parse)]
    part: Option<Part>,

    #[command(flatten)]
    money: MoneyArgs,
}

// Money to or from a recipient, at the bank.
#[derive(Debug, Args)]
pub(super) struct MoneyArgs {
    /// Award id
    pub(super) award: GrantId,

    /// Amount
    #[arg(allow_hyphen_values = true)]
    pub(super) amount: Money,

    /// Date of the bank transaction [default: today]
    #[arg(long, value_name = "DATE", value_parser = dates::date)]
    pub(super) date: Option<Date>,

    /// Finance system or bank reference
    #[arg(long, value_name = "TEXT")]
    pub(super) reference: Option<Text>,

    #[command(flatten)]
    pub(super) at: AccountArgs,

    /// Record the entry even if it may duplicate an existing record
    #[arg(long)]
    pub(super) again: bool,

    #[command(flatten)]
    pub(super) recording: PostingArgs,
}

impl MoneyArgs {
    pub(super) fn record(
        &self,
        context: Context,
        label: &'static str,
        command: &dyn Fn(&dyn Books, Date) -> Result<Command, Error>,
    ) -> Result<(), Problem> {
        let how_again = "with a different reference, or with --again";
        let date = self.date.unwrap_or(context.actor.today);
        let recording = Recording {
            label,
            how_again,
            again: self.again,
            new_account: self.at.new_account,
            ..Recording::default()
        };
        record(context, &self.recording, recording, &|books| Ok(command(books, date)?))
    }
}

/// Records the payment.
pub fn run(PayArgs { money, before_decision, part }: PayArgs, context: Context) -> Result<(), Problem> {
    money.record(context, "pay", &|books, date| {
        let (amount, again) = (money.amount, money.again);
        let (reference, account) = (money.reference.clone(), money.at.account.clone());
        let (before_decision, part) = (before_decision.clone(), part.clone());
        let payment = Payment { date, amount, reference, account, before_decision, part, again };
        intents::pay(books, money.award.clone(), payment)
    })
}
