//! Public papers: the papers of public meetings in which decisions and grants appeared.
//!
//! A paper is identified by its reference (`AP15/2`). The index lists what appeared in it, not its text.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
pub use crate::ids::PaperId;
use crate::ids::{DecisionId, GrantId};
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicPaper {
    pub id: PaperId,
    /// Its title; `None` is *not stated*.
    pub title: Option<Text>,
    /// Its date; `None` is *not stated*.
    pub date: Option<Date>,
    #[serde(default)]
    pub decisions: BTreeSet<DecisionId>,
    #[serde(default)]
    pub grants: BTreeSet<GrantId>,
}

impl PublicPaper {
    /// Creates a paper of which only the reference is known.
    pub fn named(id: PaperId) -> PublicPaper {
        PublicPaper { id, title: None, date: None, decisions: BTreeSet::new(), grants: BTreeSet::new() }
    }

    /// Returns the paper completed with another statement of it: what was stated is not changed, what was not may
    /// be added.
    pub fn with(&self, more: &PublicPaper) -> PublicPaper {
        PublicPaper {
            id: self.id.clone(),
            title: self.title.clone().or_else(|| more.title.clone()),
            date: self.date.or(more.date),
            decisions: self.decisions.union(&more.decisions).cloned().collect(),
            grants: self.grants.union(&more.grants).cloned().collect(),
        }
    }
}
