//! How a command of a program is to be recorded: what a person confirms with a button, and which commands take it.

use almoner_ledger::command::Command;
use almoner_ledger::text::Text;
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// How a command is to be recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GivenOptions {
    /// It is not a duplicate: a further payment, refund, instalment or receipt like one that is there is recorded; what was
    /// reversed is recorded again.
    pub again: bool,
    /// Add themes, funds and recipients that are not there.
    pub add_missing: bool,
    /// Post on the first open day what is dated in a closed month.
    pub late: bool,
    /// The bank account is another than the one it is much like.
    pub new_account: bool,
    /// What the public and the panel can see is to be withheld.
    pub withholding: bool,
    /// The clock is right, although the last record is old.
    pub clock: bool,
    /// The reason for posting to a provisionally closed month.
    pub post_to_closed: Option<Text>,
    /// The reason for a prior period adjustment.
    pub prior_period: Option<Text>,
}

/// Refuses options that the command does not take, and such as exclude each other.
pub(super) fn check(command: &Command, options: &GivenOptions) -> Result<(), Error> {
    let GivenOptions { again, add_missing, late, new_account, prior_period, post_to_closed, .. } = options;
    let (adjusts, to_closed) = (prior_period.is_some(), post_to_closed.is_some());
    // What is withheld, posted late or to a closed month, and the clock, may be confirmed of every command.
    for (name, is_given, is_taken) in [
        ("again", *again, can_be_again(command)),
        ("add_missing", *add_missing, command.can_add_missing()),
        ("new_account", *new_account, names_account(command)),
        ("prior_period", adjusts, can_adjust(command)),
    ] {
        if is_given && !is_taken {
            let message = format!("this command does not take the option `{name}`");
            return Err(Error::refused("unknown-option", message).advice("remove the option"));
        }
    }
    match (*late && to_closed, adjusts && to_closed) {
        (true, _) => Err(excluding("late", "post_to_closed")),
        (_, true) => Err(excluding("prior_period", "post_to_closed")),
        (false, false) => Ok(()),
    }
}

fn excluding(one: &str, other: &str) -> Error {
    let message = format!("the options `{one}` and `{other}` cannot be used together");
    Error::refused("given-twice", message).advice("give one of them")
}

/// Returns true for what moves money at the bank.
fn moves_money(command: &Command) -> bool {
    matches!(
        command,
        Command::Pay { .. } | Command::Refund { .. } | Command::Return { .. } | Command::Receive { .. }
    )
}

/// Returns true for an award and what changes one by a decision.
fn is_decided(command: &Command) -> bool {
    matches!(
        command,
        Command::Award(_)
            | Command::Vary { .. }
            | Command::ChangeFund { .. }
            | Command::Extend { .. }
            | Command::Withdraw { .. }
            | Command::Repurpose { .. }
    )
}

/// Returns true for what can be recorded again: a further one, one that was reversed, or a recipient whose name another has.
fn can_be_again(command: &Command) -> bool {
    can_be_further(command)
        || is_decided(command)
        || matches!(command, Command::Reconcile(_) | Command::AddRecipient { .. })
}

/// Returns true for what may be there several times, each the same as the others.
pub(super) fn can_be_further(command: &Command) -> bool {
    moves_money(command) || matches!(command, Command::Schedule { .. })
}

/// Returns true for what names a bank account.
fn names_account(command: &Command) -> bool {
    moves_money(command) || matches!(command, Command::RecordStatement(_))
}

/// Returns true for what can be a prior period adjustment.
fn can_adjust(command: &Command) -> bool {
    is_decided(command)
        || (moves_money(command) && !matches!(command, Command::Receive { .. }))
        || matches!(command, Command::Correct { .. } | Command::State { .. } | Command::Reverse { .. })
}
