//! What is said of the publication of reference data.

use serde::{Deserialize, Serialize};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::policy::Act;
use crate::publication::{Publication, Subject};

/// A theme, fund, budget, indicator or receipt was marked confidential or public. Posts nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicationSet {
    pub of: Subject,
    pub publication: Publication,
}

impl Kind for PublicationSet {
    fn about(&self) -> About<'_> {
        let needs = Needs::Acts(Acts::Plain(Act::Reference));
        About::posting_nothing("publication", needs, Reversal::Publication(&self.of)).of(&self.of)
    }
}
