//! Papers and files for others, one file each: what the panel, the finance officer, the public, funders,
//! auditors and finance systems receive.
//!
//! A pack takes books or reports and returns a paper, or the content of a file. It opens no ledger and
//! writes no file.

#![allow(missing_docs, reason = "names that say it all have no doc")]

pub mod cfo;
pub mod disclosure;
pub mod finance;
pub mod funder;
pub mod giving;
pub mod journal;
pub mod panel;
pub mod transactions;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, DateRange};
use almoner_ledger::reports::{Filter, KnownAtStamp, Published};

use crate::paper::Paper;
use crate::provenance::{Provenance, Source};
use crate::sheet::Sheet;

/// A paper without its provenance.
#[derive(Debug)]
pub struct Pack {
    pub title: String,
    pub range: DateRange,
    /// The reporting date.
    pub as_at: Date,
    pub sheets: Vec<Sheet>,
}

impl Pack {
    /// Returns the paper with its provenance, without the columns that its audience may not see. `command` makes
    /// the paper again.
    pub fn finished(self, books: &Published<'_>, command: String) -> Paper {
        let audience = books.audience();
        let provenance = Provenance {
            body: books.reference().body_name().to_owned(),
            period: Some(self.range),
            as_at: Some(self.as_at),
            narrowed_to: Filter::default(),
            purpose: None,
            known_at: KnownAtStamp::of(books),
            source: Source::of(books.head().shown().map(|head| head.hash.to_string())),
            audience: Some(audience),
            command: Some(command),
        };
        let sheets = self.sheets.into_iter().map(|sheet| sheet.for_audience(audience)).collect();
        Paper { title: self.title, provenance: Some(provenance), facts: Vec::new(), sheets }
            .marked(books.issue())
    }
}
