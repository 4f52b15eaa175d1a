//! Why a run of the index could not be used.

use crate::folder::index_error::IndexError;

/// Why a run could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unused {
    Missing,
    OtherLayout,
    Damaged,
    NotOfJournal,
    /// Its totals do not come to what the journal states.
    OtherTotals,
}

impl Unused {
    pub(super) fn of(error: &IndexError) -> Unused {
        match error {
            IndexError::Gone => Unused::Missing,
            IndexError::OtherLayout => Unused::OtherLayout,
            IndexError::Page | IndexError::Failed(_) => Unused::Damaged,
        }
    }

    /// Completes "the index …".
    pub(super) const fn words(self) -> &'static str {
        match self {
            Unused::Missing => "was missing or incomplete",
            Unused::OtherLayout => "was written by another version of almoner",
            Unused::Damaged => "was damaged",
            Unused::NotOfJournal => "did not match the journal",
            Unused::OtherTotals => "had totals that differ from the journal's",
        }
    }
}
