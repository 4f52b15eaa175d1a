//! Grants in the 360Giving standard.
//!
//! [`standard`] maps grants to the fields of the standard; [`mod@file`] makes the files.

pub mod file;
pub mod standard;

/// The reason why grants cannot be published in the standard.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GivingError {
    #[error("`{0}` is not a valid 360Giving publisher prefix")]
    NotAPrefix(String),
    #[error("the name of the publishing organisation is not recorded in the ledger")]
    NoBody,
    #[error("two grants would be published as `{0}`")]
    SameIdentifier(String),
}
