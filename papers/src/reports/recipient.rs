//! The sheet of the report `recipient`.

use almoner_ledger::reports::RecipientReport;

use super::fields::{balances_in_words, joined, of_refunds};
use super::grants::{LINES, POSITION};
use crate::sheet::Sheet;

pub fn sheet(report: &RecipientReport) -> Sheet {
    let mut facts = vec![("Id", report.recipient.to_string())];
    if report.names.len() > 1 {
        let named = report.names.iter().map(|dated| match dated.from {
            Some(from) => format!("from {} {}", from.in_words(), dated.name),
            None => format!("first {}", dated.name),
        });
        facts.push(("Names", named.collect::<Vec<_>>().join("; ")));
    }
    if !report.also_known_as.is_empty() {
        facts.push(("Also known as", joined(&report.also_known_as)));
    }
    if !report.identifiers.is_empty() {
        facts.push(("Identifiers", joined(&report.identifiers)));
    }
    facts.push(("Opening", balances_in_words(&report.opening)));
    facts.push(("Closing", balances_in_words(&report.total.to_date())));
    let sheet = Sheet {
        facts,
        notes: vec![POSITION.to_owned()],
        open_keys: &["opening", "name", "names", "also_known_as", "identifiers"],
        ..LINES.sheet(&report.rows, &report.total)
    };
    // The title names the recipient.
    of_refunds(sheet.off_paper(&["recipient", "recipient_name"])).stamped(report.name.clone(), &report.stamp)
}
