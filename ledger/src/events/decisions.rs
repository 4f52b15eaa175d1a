//! Decisions entered in the register.

use super::{About, Acts, Kind, Needs, Reversal};
use crate::decisions::Decision;
use crate::policy::Act;

impl Kind for Decision {
    fn about(&self) -> About<'_> {
        About::posting_nothing("decision", Needs::Acts(Acts::Plain(Act::Decision)), Reversal::Decision(self))
            .of(&self.id)
    }
}
