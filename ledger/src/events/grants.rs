//! Facts of grants.

use std::fmt;
use std::sync::Arc;

use serde::de::{self, Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::{About, Acts, Kind, Needs, Reversal};
use crate::entry::Entries;
use crate::entry::written::{Beside, Written};
use crate::grants::{Fact, GrantId};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantFact {
    pub id: GrantId,
    pub fact: Arc<Fact>,
    pub posted: Arc<Entries>,
}

impl Kind for GrantFact {
    fn about(&self) -> About<'_> {
        let GrantFact { id, fact, posted } = self;
        let acts = Needs::Acts(Acts::OfFact(fact));
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
/// not name its date.
impl Serialize for GrantFact {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let GrantFact { id, fact, posted } = self;
        (id, fact, Written { posted, day: fact.date() }).serialize(serializer)
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
                Ok(GrantFact { id, fact, posted: Arc::new(posted) })
            }
        }
        deserializer.deserialize_seq(List)
    }
}
