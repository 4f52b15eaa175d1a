//! Proposals: what one user would record, for another to approve.
//!
//! A proposal contains the commands, so that they can be decided again, and the events that they led to. Its
//! hash covers those events: an approval names the hash and applies to nothing else.

mod recorded;

use serde::{Deserialize, Serialize};

use self::recorded::{RecordedCommand, RecordedOptions};
use super::Event;
use crate::command::{Command, Options};
use crate::hash::Hash;
use crate::json;
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    Command {
        #[serde(with = "RecordedCommand")]
        command: Command,
        #[serde(default, with = "RecordedOptions")]
        options: Options,
    },
    /// Post the following steps to provisionally closed months where they are dated there.
    EnterClosedMonths { reason: Text },
    /// Reverse the records of a batch, from the first to the last number.
    ReverseBatch { first: u64, last: u64, reason: Option<Text> },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    #[serde(default)]
    pub steps: Vec<Step>,
    #[serde(default)]
    pub events: Vec<Event>,
    /// The SHA-256 of the events as a JSON array, in the form of the journal.
    pub hash: Hash,
}

impl Proposal {
    /// Maximum number of events in a proposal, so that an approver can review them.
    pub const LIMIT: usize = 1_000;

    pub fn new(steps: Vec<Step>, events: Vec<Event>) -> Proposal {
        let hash = hash_of(&events);
        Proposal { steps, events, hash }
    }
}

/// Returns the hash of events as a JSON array, in the form of the journal.
pub fn hash_of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Hash {
    let mut text = vec![b'['];
    for event in events {
        if text.len() > 1 {
            text.push(b',');
        }
        // An event that cannot be written is never recorded.
        let _ = json::write(&mut text, event);
    }
    text.push(b']');
    Hash::of(&text)
}

/// Returns the text that an approver signs.
pub fn approval_text(ledger: &str, proposal: u64, hash: Hash) -> String {
    format!("almoner approval 1\nledger {ledger}\nproposal {proposal}\nhash {hash}\napprove\n")
}

#[cfg(test)]
mod tests;
