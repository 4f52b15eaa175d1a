//! Errors of the writers.

/// The reason why a paper cannot be written in a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // The messages say it.
pub enum RenderError {
    #[error("{}", which_sheet(requested.as_deref(), keys))]
    WhichSheet { requested: Option<String>, keys: Vec<&'static str> },
    #[error("this program was built without PDF support")]
    NoPdf,
    #[error("{what} cannot be written: {why}")]
    Unwritable { what: String, why: String },
}

impl RenderError {
    /// Returns the error of a report that cannot be written in a form.
    pub(super) fn unwritable(form: &str, why: impl ToString) -> RenderError {
        RenderError::Unwritable { what: format!("the report as {form}"), why: why.to_string() }
    }
}

fn which_sheet(requested: Option<&str>, keys: &[&str]) -> String {
    match requested {
        Some(key) => format!("there is no sheet `{key}`"),
        None if keys.is_empty() => "there is no table to write as CSV".to_owned(),
        None => "a CSV file can contain only one sheet, but this paper has several".to_owned(),
    }
}
