//! The tools of auditors that read the books.

/// A tool that reads the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // See `Tool::summary`.
pub enum Tool {
    Hledger,
    Ledger,
    Beancount,
}

impl Tool {
    /// All tools.
    pub const ALL: [Tool; 3] = [Tool::Hledger, Tool::Ledger, Tool::Beancount];

    /// Returns the name of the tool, as people give it.
    pub const fn word(self) -> &'static str {
        match self {
            Tool::Hledger => "hledger",
            Tool::Ledger => "ledger",
            Tool::Beancount => "beancount",
        }
    }

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
