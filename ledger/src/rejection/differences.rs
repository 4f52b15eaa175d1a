//! What is recorded, and what is given otherwise, in words.

/// A field whose recorded value differs from the one given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field, by its column name.
    pub field: &'static str,
    /// The recorded value; empty when not stated.
    pub recorded: String,
    /// The given value; empty when not stated.
    pub given: String,
}

/// Returns the number of a record in brackets, if it is one.
pub(super) fn in_record(record: Option<u64>) -> String {
    record.map_or_else(String::new, |record| format!(" (record {record})"))
}

/// Returns differences in words, field by field.
pub(super) fn list(differences: &[Difference]) -> String {
    let one = |d: &Difference| match (d.recorded.as_str(), d.given.as_str()) {
        ("", given) => format!("{} is not stated, but `{given}` is given", d.field),
        (recorded, "") => format!("{} is `{recorded}`, but is not stated here", d.field),
        (recorded, given) => format!("{} is `{recorded}`, not `{given}`", d.field),
    };
    differences.iter().map(one).collect::<Vec<_>>().join("; ")
}
