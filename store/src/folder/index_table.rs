//! The tables of the index, and the changes of a batch to them.

use std::borrow::Cow;

use almoner_ledger::attention::Attention;
use almoner_ledger::book::ReadModels;
use almoner_ledger::grants::Grant;
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
}

impl IndexTable {
    /// All tables in the order of their prefixes.
    pub(crate) const ALL: [IndexTable; 6] = [
        IndexTable::Grants,
        IndexTable::Recipients,
        IndexTable::Names,
        IndexTable::Decisions,
        IndexTable::Lines,
        IndexTable::Attention,
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
        }
    }
}

/// Returns what is open of a grant, encoded; no bytes where nothing is.
fn open_of(grant: &Grant) -> Result<Vec<u8>, IndexError> {
    let open = Attention::of(grant).map_err(|error| IndexError::Failed(error.to_string()))?;
    Ok(open.map(|open| postcard::to_stdvec(&open)).transpose()?.unwrap_or_default())
}
