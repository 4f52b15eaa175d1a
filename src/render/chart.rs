//! What drawn charts have in common: a scale in whole numbers, and words that say the gist.

pub(super) mod scale;

use almoner_ledger::money::Money;

use crate::sheet::on_paper;

/// What is drawn: a name and its amounts for each line.
pub(super) type Lines = Vec<(String, Vec<Money>)>;

/// What somebody would see at a glance.
pub(super) fn gist(lines: &Lines, headings: &[&str]) -> String {
    let mut text = format!("{} lines; the table has the same figures.", lines.len());
    for (series, heading) in headings.iter().enumerate() {
        let amounts =
            || lines.iter().filter_map(|(name, amounts)| amounts.get(series).map(|amount| (name, amount)));
        // Of equal ones, the first is named.
        let largest = amounts().rev().max_by_key(|(_, amount)| **amount);
        let least = amounts().min_by_key(|(_, amount)| **amount);
        if let (Some((most, amount)), Some((name, least))) = (largest, least) {
            text.push_str(&match amount == least {
                true => format!(" {heading}: {} in every line.", on_paper(*amount)),
                false => format!(
                    " {heading}: most is {} ({most}), least is {} ({name}).",
                    on_paper(*amount),
                    on_paper(*least)
                ),
            });
        }
    }
    text
}
