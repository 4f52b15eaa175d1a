//! The tables of the index, and the changes of a batch to them.

use std::borrow::Cow;

use almoner_ledger::attention::Attention;
use almoner_ledger::book::ReadModels;
use almoner_ledger::grants::Grant;
use almoner_ledger::listing::{
    self, ListedDecision, ListedGrant, ListedRecipient, decision_key, keys_of_grant,
};
use serde::Serialize;

use crate::folder::index_error::IndexError;

/// A key with its encoded value.
pub(crate) type Change<'a> = (Cow<'a, str>, Result<Vec<u8>, IndexError>);

/// Keys in order, with their values.
pub(crate) type Changed<'a> = Box<dyn Iterator<Item = Change<'a>> + 'a>;

/// A table of the index, each with a prefix of its keys in the sorted runs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IndexTable {
    Grants,
    Recipients,
    Names,
    Decisions,
    Lines,
    /// What is open of grants, by the id of the grant. No bytes where nothing is.
    Attention,
    /// What lists read of grants, by their place in the list. No bytes where a grant was listed before.
    ListedGrants,
    /// What lists read of recipients, by id.
    ListedRecipients,
    /// What lists read of decisions, by their place in the register. No bytes where a decision was reversed.
    ListedDecisions,
}

impl IndexTable {
    /// All tables in the order of their prefixes.
    pub(crate) const ALL: [IndexTable; 9] = [
        IndexTable::Grants,
        IndexTable::Recipients,
        IndexTable::Names,
        IndexTable::Decisions,
        IndexTable::Lines,
        IndexTable::Attention,
        IndexTable::ListedGrants,
        IndexTable::ListedRecipients,
        IndexTable::ListedDecisions,
    ];

    /// Returns the word for one of its values.
    pub(crate) const fn item_name(self) -> &'static str {
        match self {
            IndexTable::Grants => "grant",
            IndexTable::Recipients => "recipient",
            IndexTable::Names => "name",
            IndexTable::Decisions => "decision",
            IndexTable::Lines => "statement line",
            IndexTable::Attention => "what needs attention of grant",
            IndexTable::ListedGrants => "line of the list of grants for",
            IndexTable::ListedRecipients => "line of the list of recipients for",
            IndexTable::ListedDecisions => "line of the register for decision",
        }
    }

    /// Returns the id in one of its keys.
    pub(crate) fn id_in(self, key: &str) -> &str {
        match self {
            IndexTable::ListedGrants | IndexTable::ListedDecisions => listing::id_in(key),
            IndexTable::Grants
            | IndexTable::Recipients
            | IndexTable::Names
            | IndexTable::Decisions
            | IndexTable::Lines
            | IndexTable::Attention
            | IndexTable::ListedRecipients => key,
        }
    }

    pub(crate) fn prefix(self) -> [u8; 1] {
        [self as u8]
    }

    pub(crate) fn run_key(self, key: &[u8]) -> Vec<u8> {
        [&self.prefix(), key].concat()
    }

    /// Returns the values that a batch changed in the table.
    pub(crate) fn changed(self, changed: &ReadModels) -> Changed<'_> {
        fn encoded<'a, Value: Serialize + 'a>(
            values: impl Iterator<Item = (Cow<'a, str>, &'a Value)> + 'a,
        ) -> Changed<'a> {
            Box::new(values.map(|(key, value)| (key, postcard::to_stdvec(value).map_err(IndexError::from))))
        }
        match self {
            IndexTable::Grants => encoded(changed.grants.iter().map(|(id, it)| (id.as_str().into(), it))),
            IndexTable::Recipients => {
                encoded(changed.recipients.iter().map(|(id, it)| (id.as_str().into(), it)))
            }
            IndexTable::Names => encoded(changed.names.iter().map(|(key, it)| (key.as_str().into(), it))),
            IndexTable::Decisions => {
                encoded(changed.decisions.iter().map(|(id, it)| (id.as_str().into(), it)))
            }
            IndexTable::Lines => encoded(changed.lines.iter().map(|(key, it)| (key.to_string().into(), it))),
            IndexTable::Attention => {
                Box::new(changed.grants.iter().map(|(id, it)| (id.as_str().into(), open_of(it))))
            }
            IndexTable::ListedGrants => {
                let mut keys: Vec<(String, Option<&Grant>)> = Vec::with_capacity(changed.grants.len());
                for grant in changed.grants.in_any_order() {
                    let (key, former) = keys_of_grant(grant);
                    keys.extend(key.map(|key| (key, Some(grant))));
                    keys.extend(former.into_iter().map(|key| (key, None)));
                }
                keys.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
                Box::new(
                    keys.into_iter()
                        .map(|(key, grant)| (key.into(), listed(grant.and_then(ListedGrant::of).as_ref()))),
                )
            }
            IndexTable::ListedRecipients => {
                let each = changed.recipients.iter();
                Box::new(each.map(|(id, it)| (id.as_str().into(), listed(Some(&ListedRecipient::of(it))))))
            }
            IndexTable::ListedDecisions => {
                let each = changed.decisions.in_any_order().into_iter();
                let mut keys: Vec<_> = each.map(|it| (decision_key(&it.decision.id), it)).collect();
                keys.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
                Box::new(
                    keys.into_iter().map(|(key, it)| (key.into(), listed(ListedDecision::of(it).as_ref()))),
                )
            }
        }
    }
}

/// Returns what a list reads, encoded; no bytes where it reads nothing.
fn listed(listed: Option<&impl Serialize>) -> Result<Vec<u8>, IndexError> {
    Ok(listed.map(postcard::to_stdvec).transpose()?.unwrap_or_default())
}

/// Returns what is open of a grant, encoded; no bytes where nothing is.
fn open_of(grant: &Grant) -> Result<Vec<u8>, IndexError> {
    let open = Attention::of(grant).map_err(|error| IndexError::Failed(error.to_string()))?;
    Ok(open.map(|open| postcard::to_stdvec(&open)).transpose()?.unwrap_or_default())
}
