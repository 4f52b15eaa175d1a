//! What a form is about, and where that is.

use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::GrantId;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::Text;

/// What a form is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A grant, which its address names.
    Grant,
    /// A decision, which its address names.
    Decision,
    /// A recipient, which its address names.
    Recipient,
    /// A record, which its address names.
    Record,
    /// A user, whom its address names.
    User,
    /// A bank account, which its address names.
    Account,
    /// Nothing that is recorded yet.
    Office,
}

/// How things of a kind are called, and where they are.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The first part of their addresses.
    pub path: &'static str,
    /// One of them.
    pub noun: &'static str,
    /// The page that lists them: its name and path.
    pub list: (&'static str, &'static str),
}

impl About {
    /// Returns the place of things of this kind; `None` if it is about nothing recorded yet.
    pub const fn place(self) -> Option<Place> {
        let (path, noun, list) = match self {
            About::Grant => ("grants", "Grant", ("Grants", "/grants")),
            About::Decision => ("decisions", "Decision", ("Decisions", "/decisions")),
            About::Recipient => ("recipients", "Recipient", ("Recipients", "/recipients")),
            About::Record => ("records", "Record", ("Audit log", "/log")),
            About::User => ("users", "User", ("Users", "/users")),
            About::Account => ("bank", "Account", ("Bank", "/bank")),
            About::Office => return None,
        };
        Some(Place { path, noun, list })
    }

    /// Returns an id as it is recorded; `None` if it cannot be one.
    pub fn id(self, text: &str) -> Option<String> {
        match self {
            About::Grant => GrantId::new(text).ok().map(|id| id.to_string()),
            About::Decision => DecisionId::new(text).ok().map(|id| id.to_string()),
            About::Recipient => RecipientId::new(text).ok().map(|id| id.to_string()),
            About::Record => text.parse::<u64>().ok().map(|number| number.to_string()),
            About::User | About::Account => Text::new(text).ok().map(|id| id.to_string()),
            About::Office => Some(String::new()),
        }
    }
}
