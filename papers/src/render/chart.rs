//! Common parts of charts: a scale in whole numbers, and a summary in words.

pub(super) mod scale;

use almoner_ledger::money::Money;

use crate::sheet::on_paper;

/// The content of a chart: a name and its amounts for each line.
pub(super) type Lines = Vec<(String, Vec<Money>)>;

/// Returns a summary of a chart in words.
pub(super) fn summary(lines: &Lines, headings: &[&str]) -> String {
    let mut text = format!("{} lines; the table has the same figures.", lines.len());
    for (series, heading) in headings.iter().enumerate() {
        let amounts =
            || lines.iter().filter_map(|(name, amounts)| amounts.get(series).map(|amount| (name, amount)));
        // Of equal amounts, the first is named.
        let largest = amounts().rev().max_by_key(|(_, amount)| **amount);
        let least = amounts().min_by_key(|(_, amount)| **amount);
        if let (Some((most, amount)), Some((name, least))) = (largest, least) {
            text.push_str(&match amount == least {
                true => format!(" {heading}: {} in every line.", on_paper(*amount)),
                false => format!(
                    " {heading}: highest {} ({most}), lowest {} ({name}).",
                    on_paper(*amount),
                    on_paper(*least)
                ),
            });
        }
    }
    text
}
