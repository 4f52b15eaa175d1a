//! Records about the journal itself: a history that was accepted as lost, a clock that was corrected.

use serde::{Deserialize, Serialize};

use super::{About, Kind, Needs, Reversal};
use crate::text::Text;

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
}

impl Kind for HistoryAccepted {
    fn about(&self) -> About<'_> {
        About::posting_nothing("history accepted", Needs::Administration, Reversal::Never)
    }
}

/// The correction of a clock that was ahead. Of the records before this one, those dated after it count as recorded at
/// its time, and what follows is dated by the clock again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockCorrected {
    pub reason: Text,
}

impl Kind for ClockCorrected {
    fn about(&self) -> About<'_> {
        About::posting_nothing("clock corrected", Needs::Administration, Reversal::Never)
    }
}
