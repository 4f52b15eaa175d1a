//! Papers: sheets under one title, for readers outside the finance office.
//!
//! The provenance of a paper names the body, the period, the last record known, the head's hash and the
//! command that makes the paper again. A paper contains no clock and nothing random, so the same ledger and
//! command give the same bytes. A report is a paper of one sheet.

use crate::provenance::Provenance;
use crate::sheet::Sheet;

/// A titled sequence of sheets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Paper {
    pub title: String,
    /// What the paper is based on; `None` for papers that are not made from books.
    pub provenance: Option<Provenance>,
    /// Further facts about the whole paper, as pairs of a label and a value.
    pub facts: Vec<(&'static str, String)>,
    /// The sheets, each with its own key. A sheet without columns consists of text only.
    pub sheets: Vec<Sheet>,
}

impl Paper {
    /// Returns all facts, with those of the provenance.
    pub(crate) fn all_facts(&self) -> Vec<(&'static str, String)> {
        match &self.provenance {
            Some(provenance) => provenance.facts(&self.facts),
            None => self.facts.clone(),
        }
    }

    /// Returns the facts without the body, where it is shown above the title.
    pub(crate) fn facts_without_body(&self) -> Vec<(&'static str, String)> {
        self.all_facts().into_iter().filter(|(word, _)| *word != "Body").collect()
    }

    /// Returns true when a sheet has a title beside that of the paper.
    pub(crate) fn has_title_of(&self, sheet: &Sheet) -> bool {
        self.sheets.len() > 1 || sheet.title != self.title
    }

    /// Returns the name of the body that keeps the books.
    pub fn body(&self) -> Option<&str> {
        self.provenance.as_ref().map(|it| it.body.as_str()).filter(|body| !body.is_empty())
    }

    /// Returns the time of the last record known, UTC: `2015-04-01T09:00:00`. It is the date of files that
    /// must have one.
    pub fn known_at(&self) -> Option<String> {
        self.provenance.as_ref().and_then(Provenance::moment)
    }

    /// Returns the footer: the body, the last record known and the beginning of the head's hash.
    pub fn foot(&self) -> String {
        self.provenance.as_ref().map(Provenance::foot).unwrap_or_default()
    }
}

impl From<Sheet> for Paper {
    /// Turns a sheet into a paper with the sheet's title, provenance and facts.
    fn from(mut sheet: Sheet) -> Paper {
        let facts = std::mem::take(&mut sheet.facts);
        let provenance = sheet.provenance.take();
        if sheet.key.is_empty() {
            sheet.key = "report";
        }
        Paper { title: sheet.title.clone(), provenance, facts, sheets: vec![sheet] }
    }
}
