//! The tables of the index, and the changes of a batch to them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use almoner_ledger::book::{ReadModels, ReferenceData};
use almoner_ledger::head::Head;
use almoner_ledger::totals::Totals;
use serde::{Deserialize, Serialize};

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
    Keys,
    /// Totals and reference data, one value in every run.
    Whole,
}

/// The value of [`IndexTable::Whole`].
#[derive(Deserialize)]
pub(super) struct Whole {
    pub(super) reference: ReferenceData,
    pub(super) totals: Totals,
}

#[derive(Serialize)]
struct WholeRef<'a> {
    reference: &'a ReferenceData,
    totals: &'a Totals,
}

impl IndexTable {
    /// The tables built from records, in the order of their prefixes: all but the last two.
    pub(crate) const FROM_RECORDS: [IndexTable; 5] = [
        IndexTable::Grants,
        IndexTable::Recipients,
        IndexTable::Names,
        IndexTable::Decisions,
        IndexTable::Lines,
    ];

    /// Returns the word for one of its values.
    pub(crate) const fn item_name(self) -> &'static str {
        match self {
            IndexTable::Grants => "grant",
            IndexTable::Recipients => "recipient",
            IndexTable::Names => "name",
            IndexTable::Decisions => "decision",
            IndexTable::Lines => "statement line",
            IndexTable::Keys => "key",
            IndexTable::Whole => "totals",
        }
    }

    pub(crate) fn prefix(self) -> [u8; 1] {
        [self as u8]
    }

    pub(crate) fn run_key(self, key: &[u8]) -> Vec<u8> {
        [&self.prefix(), key].concat()
    }

    /// Returns the values that a batch changed in the table; `keys` are those of batches.
    pub(crate) fn changed<'a>(self, changed: &'a ReadModels, keys: &'a [(String, Head)]) -> Changed<'a> {
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
            IndexTable::Keys => {
                let in_order: BTreeMap<&str, &Head> =
                    keys.iter().map(|(key, it)| (key.as_str(), it)).collect();
                encoded(in_order.into_iter().map(|(key, head)| (key.into(), head)))
            }
            IndexTable::Whole => {
                let whole = WholeRef { reference: &changed.reference, totals: &changed.totals };
                let value = postcard::to_stdvec(&whole).map_err(IndexError::from);
                Box::new(std::iter::once(("".into(), value)))
            }
        }
    }
}
