//! Rejections of bank accounts that payments and receipts name.

use super::{About, Field};
use crate::remedy::Remedy;

/// A bank account that cannot be that of a payment or receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum BankRejection {
    #[error("there is no bank account `{given}`; it may be a typing error for `{nearest}`")]
    NewAccount { given: String, nearest: String },
    #[error("record {record} names the bank account {account}, but the statement line is on account {line}")]
    OfAnotherAccount { record: u64, account: String, line: String },
}

impl BankRejection {
    pub(super) fn about(&self) -> About {
        match self {
            BankRejection::NewAccount { .. } => {
                ("new-account", Some(Field::Account), Remedy::ConfirmNewAccount)
            }
            BankRejection::OfAnotherAccount { record, .. } => {
                ("of-another-account", None, Remedy::CheckRecord { record: *record })
            }
        }
    }
}
