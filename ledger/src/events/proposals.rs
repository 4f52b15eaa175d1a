//! Proposals: what one user would record, for another to approve.
//!
//! A proposal contains the commands, so that they can be decided again, and the events that they led to. Its
//! hash covers those events: an approval names the hash and applies to nothing else.

mod recorded;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use self::recorded::{RecordedCommand, RecordedOptions};
use super::{Event, former};
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
    #[serde(rename = "post-to-closed")]
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
    /// The SHA-256 of the events as a JSON array, as they were recorded.
    pub hash: Hash,
}

impl Proposal {
    /// Maximum number of events in a proposal, so that an approver can review them.
    pub const LIMIT: usize = 1_000;

    pub fn new(steps: Vec<Step>, events: Vec<Event>) -> Proposal {
        let hash = hash_of(&events);
        Proposal { steps, events, hash }
    }

    /// Returns whether its hash is that of its events, in the words of the journal or in those of format 1.
    pub fn is_intact(&self) -> bool {
        self.hash == hash_of(&self.events) || self.hash == hash_in(&self.events, former::in_former_words)
    }
}

/// Returns the hash of events as a JSON array, in the form of the journal.
pub fn hash_of<'e>(events: impl IntoIterator<Item = &'e Event>) -> Hash {
    hash_in(events, |text| Cow::Borrowed(text))
}

fn hash_in<'e>(events: impl IntoIterator<Item = &'e Event>, words: impl Fn(&[u8]) -> Cow<'_, [u8]>) -> Hash {
    let mut text = vec![b'['];
    for event in events {
        if text.len() > 1 {
            text.push(b',');
        }
        let mut written = Vec::new();
        // An event that cannot be written is never recorded.
        let _ = json::write(&mut written, event);
        text.extend_from_slice(&words(&written));
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
