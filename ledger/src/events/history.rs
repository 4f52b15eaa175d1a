//! Records about the journal itself: a history that was accepted as lost, a clock that was corrected.

use serde::{Deserialize, Serialize};

use super::proposals::hash_of;
use super::{About, Event, Kind, Needs, Reversal};
use crate::signing::Signature;
use crate::text::Text;

/// Returns the text that is signed by whoever records an event about the ledger itself, as a record of this number and
/// time, so that the signature is worth nothing in another place.
pub fn administration_text(ledger: &str, (number, at): (u64, &str), event: &Event) -> String {
    let hash = hash_of([&signed(event.clone(), None)]);
    format!("almoner administration 1\nledger {ledger}\nrecord {number}\nat {at}\nhash {hash}\n")
}

/// Returns an event about the ledger itself with a signature, or without one; others as they are.
pub(crate) fn signed(mut event: Event, by: Option<Signature>) -> Event {
    let by = by.map(Box::new);
    if let Event::HistoryAccepted(HistoryAccepted { signature, .. })
    | Event::ClockCorrected(ClockCorrected { signature, .. })
    | Event::HeadRecovered(HeadRecovered { signature, .. }) = &mut event
    {
        *signature = by;
    }
    event
}

/// The acceptance of a journal without a record that an index or a note of this ledger names. What was there is
/// lost or was replaced, and somebody answers for going on without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryAccepted {
    /// The last record of the history that is missing.
    pub record: u64,
    /// The digits of its hash as far as they are known.
    pub hash: Text,
    pub reason: Text,
    /// The signature over [`administration_text`] of whoever recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<Signature>>,
}

impl Kind for HistoryAccepted {
    fn about(&self) -> About<'_> {
        About::posting_nothing(
            "history accepted",
            Needs::Administration(self.signature.as_deref()),
            Reversal::Never,
        )
    }
}

/// The correction of a clock that was ahead. Of the records before this one, those dated after it count as recorded at
/// its time, and what follows is dated by the clock again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockCorrected {
    pub reason: Text,
    /// The signature over [`administration_text`] of whoever recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<Signature>>,
}

impl Kind for ClockCorrected {
    fn about(&self) -> About<'_> {
        About::posting_nothing(
            "clock corrected",
            Needs::Administration(self.signature.as_deref()),
            Reversal::Never,
        )
    }
}

/// The recovery of a lost head file: the last record found in the journal was taken as its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRecovered {
    /// The last record that the journal had.
    pub record: u64,
    /// What vouches for how much of it; nothing, if the end could have been cut off unnoticed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vouched: Vec<Vouched>,
    /// The signature over [`administration_text`] of whoever recorded it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Box<Signature>>,
}

/// Something that knows a record of a journal, so that no record up to it is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vouched {
    pub by: Voucher,
    pub record: u64,
}

/// What can vouch for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Voucher {
    /// A file of the index, which is in the same folder.
    Index,
    /// The note of a computer, which is outside it.
    Computer,
    /// A proof that somebody had.
    Proof,
    /// A signed checkpoint that somebody had.
    Checkpoint,
}

impl Voucher {
    /// Returns how it is named in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Voucher::Index => "the index",
            Voucher::Computer => "this computer's note",
            Voucher::Proof => "the proof",
            Voucher::Checkpoint => "the checkpoint",
        }
    }
}

impl HeadRecovered {
    /// Returns what vouches for how much, as a sentence.
    pub fn vouched_in_words(&self) -> String {
        if self.vouched.is_empty() {
            return "nothing confirms the records; later ones may be missing".to_owned();
        }
        let each = |it: &Vouched| format!("records up to {} confirmed by {}", it.record, it.by.words());
        let confirmed: Vec<String> = self.vouched.iter().map(each).collect();
        format!("{}; later ones may be missing", confirmed.join("; "))
    }
}

impl Kind for HeadRecovered {
    fn about(&self) -> About<'_> {
        About::posting_nothing(
            "head recovered",
            Needs::Administration(self.signature.as_deref()),
            Reversal::Never,
        )
    }
}
