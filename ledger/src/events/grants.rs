//! Facts of grants.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::entry::written::{Beside, Written};
use crate::entry::{Entries, EntryError};
use crate::grants::{Fact, GrantId};
use crate::money::Money;
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFact {
    pub id: GrantId,
    pub fact: Arc<Fact>,
    pub posted: Arc<Entries>,
    /// Why what it posts of earlier years is a prior period adjustment; only where it posts one.
    pub prior_period: Option<Text>,
}

impl GrantFact {
    /// Creates the event of a fact that posts no prior period adjustment.
    pub fn new(id: GrantId, fact: Arc<Fact>, posted: Entries) -> GrantFact {
        GrantFact { id, fact, posted: Arc::new(posted), prior_period: None }
    }

    /// Returns the same with these shares of what it posts of the year as a prior period adjustment, for this reason.
    /// `None` where nothing is one, so that a reason is never without an adjustment.
    pub(crate) fn adjusting(
        &self,
        shares: Vec<Money>,
        reason: &Text,
    ) -> Result<Option<GrantFact>, EntryError> {
        let posted = self.posted.with_shares(shares)?;
        let GrantFact { id, fact, .. } = self.clone();
        let adjusted = GrantFact { id, fact, posted: Arc::new(posted), prior_period: Some(reason.clone()) };
        Ok(Some(adjusted).filter(|it| it.posted.adjusts_prior_period()))
    }
}

/// What a grant's fact has besides, as the journal names it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Besides {
    prior_period: Text,
}

impl Kind for GrantFact {
    fn about(&self) -> About<'_> {
        let GrantFact { id, fact, posted, prior_period } = self;
        let acts = Needs::Acts(Acts::OfFact { fact, adjusts: prior_period.is_some() });
        let (needs, reversal) = match **fact {
            Fact::Reversed { .. } => (acts, Reversal::Never),
            // It follows from the rules alone.
            Fact::RulesApplied { .. } => (Needs::Nothing { may_be_proposed: true }, Reversal::StaysInBatch),
            Fact::Awarded(_)
            | Fact::Varied(_)
            | Fact::Withdrawn(_)
            | Fact::Repurposed(_)
            | Fact::FundChanged(_)
            | Fact::Scheduled(_)
            | Fact::Paid(_)
            | Fact::Refunded(_)
            | Fact::Returned(_)
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_) => (acts, Reversal::Fact(id)),
        };
        let about = About::posting(fact.words(), posted, fact.at_bank(), needs, reversal);
        About { day: fact.date(), ..about }.of(id)
    }
}

/// A list, `[id, fact, posted]`, since most records are facts of grants: an entry on the date of the fact does
/// not name its date. A prior period adjustment has its reason as a fourth item, `{"prior_period":"…"}`.
impl Serialize for GrantFact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let GrantFact { id, fact, posted, prior_period } = self;
        let posted = Written { posted, day: fact.date() };
        match prior_period.clone() {
            None => (id, fact, posted).serialize(serializer),
            Some(prior_period) => (id, fact, posted, Besides { prior_period }).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for GrantFact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<GrantFact, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = GrantFact;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of a grant's id, a fact and its entries")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<GrantFact, A::Error> {
                let missing = |place| de::Error::invalid_length(place, &"three");
                let id = parts.next_element()?.ok_or_else(|| missing(0))?;
                let fact: Arc<Fact> = parts.next_element()?.ok_or_else(|| missing(1))?;
                let posted = parts.next_element_seed(Beside(fact.date()))?.ok_or_else(|| missing(2))?;
                let besides: Option<Besides> = parts.next_element()?;
                let prior_period = besides.map(|it| it.prior_period);
                Ok(GrantFact { id, fact, posted: Arc::new(posted), prior_period })
            }
        }
        deserializer.deserialize_seq(List)
    }
}
