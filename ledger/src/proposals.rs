//! Proposals: what one person would record, for another to approve.
//!
//! A proposal holds the commands, so that they can be decided again, and the events that they came to when
//! it was made. Its hash stands for those events: an approval names it, and holds for nothing else.

use serde::{Deserialize, Serialize};

use crate::command::{Command, Options};
use crate::event::Event;
use crate::hash::Hash;
use crate::json;
use crate::text::Text;

/// One thing to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// A command.
    Command {
        /// What is asked.
        command: Command,
        /// How it is to be taken.
        #[serde(default)]
        options: Options,
    },
    /// Post what comes after this in softly closed months where it belongs there.
    EnterClosedMonths {
        /// Why.
        reason: Text,
    },
    /// Undo the records of a batch, from one number to another.
    ReverseBatch {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
        /// Why.
        reason: Option<Text>,
    },
}

/// What would be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// What is asked, in order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// What it comes to.
    #[serde(default)]
    pub events: Vec<Event>,
    /// The SHA-256 of the events as they stand in the journal: the JSON array of them.
    pub hash: Hash,
}

impl Proposal {
    /// The most events that one proposal may hold: more is more than a person looks through.
    pub const LIMIT: usize = 1_000;

    /// A proposal that these steps come to these events.
    pub fn new(steps: Vec<Step>, events: Vec<Event>) -> Proposal {
        let hash = hash_of(&events);
        Proposal { steps, events, hash }
    }
}

/// The hash of events as they stand in a journal: of the JSON array of them.
pub fn hash_of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Hash {
    let mut text = vec![b'['];
    for event in events {
        if text.len() > 1 {
            text.push(b',');
        }
        // An event that the journal could not write is never recorded either.
        let _ = json::write(&mut text, event);
    }
    text.push(b']');
    Hash::of(&text)
}

/// The text that an approver signs.
pub fn approval_text(ledger: &str, proposal: u64, hash: Hash) -> String {
    format!("almoner approval 1\nledger {ledger}\nproposal {proposal}\nhash {hash}\napprove\n")
}
