//! Papers: sheets under one title, for readers outside the finance office.
//!
//! The facts of every paper name the body, the period, the last record known, the head's hash and the
//! command that makes the paper again. It contains no clock and nothing random, so the same ledger and
//! command give the same bytes. A report is a paper of one sheet.

use crate::dates::moment_in;
use crate::sheet::Sheet;

/// The number of digits of the hash at the foot of pages.
const HASH: usize = 12;

/// A titled sequence of sheets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Paper {
    pub title: String,
    /// The facts about the whole paper, as pairs of a label and a value.
    pub facts: Vec<(&'static str, String)>,
    /// The sheets, each with its own key. A sheet without columns consists of text only.
    pub sheets: Vec<Sheet>,
}

impl Paper {
    /// Returns the value of a fact.
    pub fn fact(&self, word: &str) -> Option<&str> {
        self.facts.iter().find(|(name, _)| *name == word).map(|(_, value)| value.as_str())
    }

    /// Returns the time of the last record known, UTC: `2015-04-01T09:00:00`. It is the date of files that
    /// must have one.
    pub fn known_at(&self) -> Option<String> {
        moment_in(self.fact("Known at")?)
    }

    /// Returns the footer: the body, the last record known and the beginning of the head's hash.
    pub fn foot(&self) -> String {
        let known = self.fact("Known at").map(|record| format!("known at {record}"));
        let head = self.fact("Head").map(|hash| hash.chars().take(HASH).collect());
        let parts = self.fact("Body").map(str::to_owned).into_iter().chain(known).chain(head);
        parts.collect::<Vec<String>>().join(" · ")
    }
}

impl From<Sheet> for Paper {
    /// Turns a sheet into a paper with the sheet's title and facts.
    fn from(mut sheet: Sheet) -> Paper {
        let facts = std::mem::take(&mut sheet.facts);
        if sheet.key.is_empty() {
            sheet.key = "report";
        }
        Paper { title: sheet.title.clone(), facts, sheets: vec![sheet] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn papers_are_dated_by_their_last_record() {
        for (fact, expected) in [
            ("record 57, 1 Apr 2015 09:00 UTC (head 1a2b…)", Some("2015-04-01T09:00:00")),
            ("record 57 (head 1a2b…)", None),
            ("record 57, 31 Apr 2015 09:00 UTC", None),
            ("", None),
        ] {
            let paper = Paper { facts: vec![("Known at", fact.to_owned())], ..Paper::default() };
            assert_eq!(paper.known_at().as_deref(), expected, "{fact}");
        }
    }
}
