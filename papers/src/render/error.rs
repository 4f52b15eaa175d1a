//! Errors of the writers.

/// The reason why a paper cannot be written in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// CSV contains one sheet, and there are several, or none of that key.
    #[error("{}", which_sheet(requested.as_deref(), keys))]
    WhichSheet {
        /// The key that was requested.
        requested: Option<String>,
        /// The keys of the sheets.
        keys: Vec<&'static str>,
    },
    /// The program was built without PDF support.
    #[error("this program was built without PDF support")]
    NoPdf,
    /// The writer of the format failed.
    #[error("{what} cannot be written: {why}")]
    Unwritable {
        /// The report and the format.
        what: String,
        /// The cause.
        why: String,
    },
}

fn which_sheet(requested: Option<&str>, keys: &[&str]) -> String {
    match requested {
        Some(key) => format!("there is no sheet `{key}`"),
        None if keys.is_empty() => "there is no table to write as CSV".to_owned(),
        None => "CSV contains one sheet, and this paper has several".to_owned(),
    }
}
