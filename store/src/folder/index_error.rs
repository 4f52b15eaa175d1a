//! Errors of the index.

use almoner_ledger::book::BooksError;

const OTHER_LAYOUT: &str = "it was written by another version of almoner";

/// The index could not be read or written, and must be rebuilt.
#[derive(Debug, thiserror::Error)]
#[error("the index cannot be used: {0}")]
pub struct IndexError(String);

impl IndexError {
    /// Returns whether another version of the program wrote the index.
    pub(super) fn is_other_layout(&self) -> bool {
        self.0 == OTHER_LAYOUT
    }

    /// Returns the error for a page that is not as it was written.
    pub(super) fn page() -> IndexError {
        IndexError("one of its pages is damaged".to_owned())
    }

    /// Returns the error for a panic of sled.
    pub(super) fn stopped() -> IndexError {
        IndexError("its database stopped on damaged files".to_owned())
    }

    /// Returns the error for files that another version of the program wrote.
    pub(super) fn other_layout() -> IndexError {
        IndexError(OTHER_LAYOUT.to_owned())
    }
}

impl From<std::io::Error> for IndexError {
    fn from(error: std::io::Error) -> IndexError {
        IndexError(error.to_string())
    }
}

impl From<sled::Error> for IndexError {
    fn from(error: sled::Error) -> IndexError {
        IndexError(error.to_string())
    }
}

impl From<postcard::Error> for IndexError {
    fn from(error: postcard::Error) -> IndexError {
        IndexError(error.to_string())
    }
}

impl From<IndexError> for BooksError {
    fn from(error: IndexError) -> BooksError {
        BooksError::Unreadable(error.to_string())
    }
}
