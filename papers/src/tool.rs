//! The tools of auditors that read the books.

use almoner_ledger::worded;

/// A tool that reads the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // See `Tool::summary`.
pub enum Tool {
    Hledger,
    Ledger,
    Beancount,
}

worded!(Tool::word { Hledger = "hledger", Ledger = "ledger", Beancount = "beancount" });

impl Tool {
    /// Returns the tool with its site.
    pub const fn summary(self) -> &'static str {
        match self {
            Tool::Hledger => "hledger (hledger.org)",
            Tool::Ledger => "ledger (ledger-cli.org)",
            Tool::Beancount => "beancount (beancount.github.io)",
        }
    }

    /// Returns the tool of this name.
    pub fn parse(word: &str) -> Option<Tool> {
        Tool::ALL.into_iter().find(|tool| tool.word() == word)
    }
}
