//! How many grants there are to list, so that a list knows its length and where a page of it begins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::Month;
use crate::grants::{Grant, GrantId};
use crate::listing::is_regular;

/// Sums of grants added and subtracted; in the end each grant is there once or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    /// Regular grants by the month of their decision.
    decided: BTreeMap<Month, i64>,
    /// The others: those whose award is reversed, too, which may have figures.
    irregular: BTreeMap<GrantId, i64>,
}

impl Counted {
    pub(super) fn add_grant(&mut self, grant: &Grant, sign: bool) {
        let one = if sign { 1 } else { -1 };
        match grant.award().filter(|_| is_regular(grant)) {
            Some(award) => *self.decided.entry(award.decided.month()).or_default() += one,
            None => *self.irregular.entry(grant.id.clone()).or_default() += one,
        }
    }

    pub(super) fn absorb(&mut self, others: &Counted) {
        for (month, count) in &others.decided {
            *self.decided.entry(*month).or_default() += count;
        }
        for (id, count) in &others.irregular {
            *self.irregular.entry(id.clone()).or_default() += count;
        }
    }

    pub(super) fn trim(&mut self) {
        self.decided.retain(|_, count| *count != 0);
        self.irregular.retain(|_, count| *count != 0);
    }

    pub(super) fn decided(&self) -> impl Iterator<Item = (Month, u64)> {
        self.decided.iter().map(|(month, count)| (*month, u64::try_from(*count).unwrap_or_default()))
    }

    pub(super) fn irregular(&self) -> impl Iterator<Item = &GrantId> {
        self.irregular.keys()
    }
}
