//! Reasons for which a cell cannot be read: a code, a message and a hint.

use almoner_ledger::calendar::CalendarError;
use almoner_ledger::money::MoneyError;
use almoner_ledger::text::TextError;
use almoner_ledger::themes::SplitError;

/// The reason for which a cell cannot be read.
pub(crate) trait Reason {
    /// Returns the code for scripts.
    fn code(&self) -> &'static str;
    fn message(&self) -> String;
    fn hint(&self) -> String;
}

/// Gives an error of the ledger's types a code.
macro_rules! reason {
    ($error:ty, $code:literal) => {
        impl Reason for $error {
            fn code(&self) -> &'static str {
                $code
            }
            fn message(&self) -> String {
                self.to_string()
            }
            fn hint(&self) -> String {
                <$error>::hint(self).to_owned()
            }
        }
    };
}
reason!(CalendarError, "bad-date");
reason!(MoneyError, "bad-amount");
reason!(TextError, "bad-text");
reason!(SplitError, "bad-theme");

/// The cell has none of the values allowed.
pub(crate) struct NotAWord {
    /// The allowed values, for the hint.
    pub(crate) words: String,
}

impl Reason for NotAWord {
    fn code(&self) -> &'static str {
        "unknown-word"
    }
    fn message(&self) -> String {
        "not a value allowed here".to_owned()
    }
    fn hint(&self) -> String {
        format!("enter {}", self.words)
    }
}
