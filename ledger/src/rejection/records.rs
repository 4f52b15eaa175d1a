//! The words of rejections for records by number.

/// `reconciled with records 8, 11`, `explained`.
pub(super) fn reconciled(records: &[u64]) -> String {
    if records.is_empty() { "explained".to_owned() } else { format!("reconciled with {}", these(records)) }
}

fn these(records: &[u64]) -> String {
    let word = if records.len() == 1 { "record" } else { "records" };
    format!("{word} {}", numbers(records))
}

fn numbers(records: &[u64]) -> String {
    records.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// `record 9 depends`, `records 9, 10 depend`.
pub(super) fn depend(records: &[u64]) -> String {
    let verb = if records.len() == 1 { "depends" } else { "depend" };
    format!("{} {verb}", these(records))
}

/// `none is recorded`, `only 2 are recorded`.
pub(super) fn only(recorded: usize) -> String {
    match recorded {
        0 => "none is recorded".to_owned(),
        1 => "only 1 is recorded".to_owned(),
        _ => format!("only {recorded} are recorded"),
    }
}
