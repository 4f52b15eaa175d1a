//! Public papers: in which paper of a public meeting a decision or a grant appeared.
//!
//! A paper is known by its reference, `AP15/2`. This index says what appeared in it, and nothing of
//! what the paper said.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::Date;
use crate::decisions::DecisionId;
use crate::grants::GrantId;
use crate::text::{Text, id_type, is_reference};

id_type!(
    /// A paper's reference as it is printed on it: `AP15/2`.
    PaperId, is_reference
);

/// A public paper with what appeared in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicPaper {
    /// Its reference.
    pub id: PaperId,
    /// Its title; `None` is *not stated*.
    pub title: Option<Text>,
    /// Its date; `None` is *not stated*.
    pub date: Option<Date>,
    /// The decisions that appeared in it.
    #[serde(default)]
    pub decisions: BTreeSet<DecisionId>,
    /// The grants that appeared in it.
    #[serde(default)]
    pub grants: BTreeSet<GrantId>,
}

impl PublicPaper {
    /// A paper of which just the reference is known.
    pub fn named(id: PaperId) -> PublicPaper {
        PublicPaper { id, title: None, date: None, decisions: BTreeSet::new(), grants: BTreeSet::new() }
    }

    /// The paper with what another statement of it says: given once it stands, and what was not stated
    /// may be stated later.
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
