//! Papers: sheets under one title, in order, as they go to people outside the finance office.
//!
//! Every paper says in its facts whose books it is from, the period, as known at which record, the
//! head's whole hash and the command that makes it again. It holds no clock and nothing random, so
//! the same ledger and command give the same bytes. A report is a paper of one sheet.

use crate::sheet::Sheet;

/// How much of a hash tells one paper from another at a glance.
const HASH: usize = 12;

/// A paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paper {
    /// What it is.
    pub title: String,
    /// What holds for all of it, as pairs of a word and what it says.
    pub facts: Vec<(&'static str, String)>,
    /// The sheets, each with a key of its own. A sheet without columns is its words alone.
    pub sheets: Vec<Sheet>,
}

impl Paper {
    /// What a fact says.
    pub fn fact(&self, word: &str) -> Option<&str> {
        self.facts.iter().find(|(name, _)| *name == word).map(|(_, said)| said.as_str())
    }

    /// The moment of the record as at which the figures are known, universal time: `2015-04-01T09:00:00`.
    /// A file that must have a date is dated so.
    pub fn known_at(&self) -> Option<String> {
        let words: Vec<&str> = self.fact("Known at")?.split([' ', ',']).filter(|it| !it.is_empty()).collect();
        let is = |word: &str, like: &str| {
            let same = |(one, other): (u8, u8)| one == other || one.is_ascii_digit() && other == b'0';
            word.len() == like.len() && word.bytes().zip(like.bytes()).all(same)
        };
        words.windows(2).find_map(|pair| match pair {
            [day, time] if is(day, "0000-00-00") && is(time, "00:00") => Some(format!("{day}T{time}:00")),
            [day, time] if is(day, "0000-00-00") && is(time, "00:00:00") => Some(format!("{day}T{time}")),
            _ => None,
        })
    }

    /// What stands at the foot of its pages: whose it is, as known when, and the beginning of the head's hash.
    pub fn foot(&self) -> String {
        let known = self.fact("Known at").map(|said| format!("known at {said}"));
        let head = self.fact("Head").map(|hash| hash.chars().take(HASH).collect());
        let said = self.fact("Body").map(str::to_owned).into_iter().chain(known).chain(head);
        said.collect::<Vec<String>>().join(" · ")
    }
}

impl From<Sheet> for Paper {
    /// The sheet's title and facts are the paper's.
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
    fn papers_are_dated_by_what_they_are_known_at() {
        for (said, expected) in [
            ("record 57, 2015-04-01 09:00 UTC (head 1a2b…)", Some("2015-04-01T09:00:00")),
            ("record 57, 2015-04-01 09:30:15 UTC", Some("2015-04-01T09:30:15")),
            ("record 57 (head 1a2b…)", None),
            ("2015-04-01 soon", None),
            ("", None),
        ] {
            let paper = Paper { facts: vec![("Known at", said.to_owned())], ..Paper::default() };
            assert_eq!(paper.known_at().as_deref(), expected, "{said}");
        }
    }
}
