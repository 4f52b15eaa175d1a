//! Errors of the index.

use almoner_ledger::book::BooksError;

/// The index could not be read or written, and must be rebuilt.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IndexError {
    /// A file that was listed a moment ago has been removed: a later one has taken its place.
    #[error("the index cannot be used: one of its files is missing")]
    Gone,
    /// Another version of the program wrote a file.
    #[error("the index cannot be used: it was written by another version of almoner")]
    OtherLayout,
    /// A page is not as it was written.
    #[error("the index cannot be used: one of its pages is damaged")]
    Page,
    /// The system refused something, or a value cannot be encoded.
    #[error("the index cannot be used: {0}")]
    Failed(String),
}

impl From<std::io::Error> for IndexError {
    fn from(error: std::io::Error) -> IndexError {
        match error.kind() {
            std::io::ErrorKind::NotFound => IndexError::Gone,
            _ => IndexError::Failed(error.to_string()),
        }
    }
}

impl From<sled::Error> for IndexError {
    fn from(error: sled::Error) -> IndexError {
        IndexError::Failed(error.to_string())
    }
}

impl From<postcard::Error> for IndexError {
    fn from(error: postcard::Error) -> IndexError {
        IndexError::Failed(error.to_string())
    }
}

impl From<IndexError> for BooksError {
    fn from(error: IndexError) -> BooksError {
        BooksError::Unreadable(error.to_string())
    }
}
