//! Reasons for which a cell cannot be read: a message and a hint.

use std::fmt::Display;

use almoner_ledger::calendar::CalendarError;
use almoner_ledger::money::MoneyError;
use almoner_ledger::text::TextError;
use almoner_ledger::themes::SplitError;

use crate::words::listed;

/// The reason for which a cell cannot be read, as its message.
pub(crate) trait Reason: Display {
    fn hint(&self) -> String;
}

/// Makes errors of the ledger's types reasons.
macro_rules! reasons {
    ($($error:ty),+) => {
        $(impl Reason for $error {
            fn hint(&self) -> String {
                <$error>::hint(self).to_owned()
            }
        })+
    };
}
reasons!(CalendarError, MoneyError, TextError, SplitError);

/// The cell has none of the values allowed.
#[derive(Debug, thiserror::Error)]
#[error("not a value allowed here")]
pub(crate) struct NotAWord {
    /// The allowed values, for the hint.
    pub(crate) words: String,
}

impl NotAWord {
    /// Returns the reason for a word that is not one of these, where the cell may be blank.
    pub(crate) fn none_of(words: &[&str]) -> NotAWord {
        NotAWord { words: format!("{}, or leave the cell blank", listed(words, "or")) }
    }
}

impl Reason for NotAWord {
    fn hint(&self) -> String {
        format!("enter {}", self.words)
    }
}
