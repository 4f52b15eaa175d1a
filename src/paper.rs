//! Papers: sheets under one title, in order, as they go to people outside the finance office.
//!
//! Every paper says in its facts whose books it is from, the period, as known at which record, the
//! head's whole hash and the command that makes it again. It holds no clock and nothing random, so
//! the same ledger and command give the same bytes. A report is a paper of one sheet.

use crate::sheet::Sheet;

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
