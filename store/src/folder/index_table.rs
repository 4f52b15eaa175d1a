//! The tables of the index, and the changes of a batch to them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use almoner_ledger::book::ReadModels;
use almoner_ledger::head::Head;
use serde::Serialize;

use crate::folder::index_error::IndexError;
use crate::folder::pages::Changed;

/// A table of the index. Each has a sled tree, and a prefix of its keys in the sorted run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum IndexTable {
    Grants,
    Recipients,
    Names,
    Decisions,
    Lines,
    Keys,
}

impl IndexTable {
    /// All tables in the order of their prefixes.
    pub(crate) const ALL: [IndexTable; 6] = [
        IndexTable::Grants,
        IndexTable::Recipients,
        IndexTable::Names,
        IndexTable::Decisions,
        IndexTable::Lines,
        IndexTable::Keys,
    ];

    /// The tables built from records: all but the keys of batches.
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
        }
    }

    pub(crate) const fn tree(self) -> &'static str {
        match self {
            IndexTable::Grants => "grants",
            IndexTable::Recipients => "recipients",
            IndexTable::Names => "names",
            IndexTable::Decisions => "decisions",
            IndexTable::Lines => "lines",
            IndexTable::Keys => "keys",
        }
    }

    pub(crate) fn run_key(self, key: &[u8]) -> Vec<u8> {
        [&[self as u8], key].concat()
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
        }
    }
}
