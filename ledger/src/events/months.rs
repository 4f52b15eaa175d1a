//! Closing and reopening of months, and posting to closed periods.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::calendar::Month;
use crate::closed::Closing;
use crate::policy::Act;
use crate::text::Text;

const NEEDS: Needs<'_> = Needs::Acts(Acts::Plain(Act::Closing));

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthReopened {
    pub month: Month,
    pub reason: Text,
}

/// The start of posting to provisionally closed months, up to
/// [`Event::ClosedMonthsLeft`](super::Event::ClosedMonthsLeft) in the same batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedMonthsEntered {
    pub reason: Text,
}

/// The end of posting to provisionally closed months.
pub(super) struct ClosedMonthsLeft;

impl Kind for Closing {
    fn about(&self) -> About<'_> {
        About::posting_nothing("month closed", NEEDS, Reversal::Never)
    }
}

impl Kind for MonthReopened {
    fn about(&self) -> About<'_> {
        About::posting_nothing("month reopened", NEEDS, Reversal::Never)
    }
}

impl Kind for ClosedMonthsEntered {
    fn about(&self) -> About<'_> {
        About::posting_nothing("closed months entered", NEEDS, Reversal::StaysInBatch)
    }
}

impl Kind for ClosedMonthsLeft {
    fn about(&self) -> About<'_> {
        let needs = Needs::Nothing { may_be_proposed: true };
        About::posting_nothing("closed months left", needs, Reversal::StaysInBatch)
    }
}
