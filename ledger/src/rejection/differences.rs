//! What is recorded, and what is given otherwise, in words.

use super::Difference;

/// Returns the number of a record in brackets, if it is one.
pub(super) fn in_record(record: Option<u64>) -> String {
    record.map_or_else(String::new, |record| format!(" (record {record})"))
}

/// Returns differences in words, field by field.
pub(super) fn list(differences: &[Difference]) -> String {
    let one = |d: &Difference| {
        format!("{}: recorded {}, given {}", d.field, or_not_stated(&d.recorded), or_not_stated(&d.given))
    };
    differences.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn or_not_stated(text: &str) -> String {
    if text.is_empty() { "not stated".to_owned() } else { format!("`{text}`") }
}
