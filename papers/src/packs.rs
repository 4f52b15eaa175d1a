//! Papers and files for others, one file each: what the panel, the finance officer, the public, funders,
//! auditors and finance systems receive.
//!
//! A pack takes books or reports and returns a paper, or the content of a file. It opens no ledger and
//! writes no file.

pub mod cfo;
pub mod disclosure;
pub mod finance;
pub mod funder;
pub mod giving;
pub mod journal;
pub mod panel;
pub mod transactions;

use almoner_ledger::book::Books;
use almoner_ledger::calendar::DateRange;
use almoner_ledger::reports::Published;

use crate::dates;
use crate::paper::Paper;
use crate::sheet::Sheet;

/// A paper without its facts.
#[derive(Debug)]
pub struct Pack {
    /// The title of the paper.
    pub title: String,
    /// The period reported on.
    pub range: DateRange,
    /// The sheets of the paper.
    pub sheets: Vec<Sheet>,
}

impl Pack {
    /// Returns the paper with its facts, without the columns that its audience may not see. `command` makes
    /// the paper again.
    pub fn finished(self, books: &Published<'_>, command: String) -> Paper {
        let (head, audience) = (books.head(), books.audience());
        let shown = match audience.sees_confidential() {
            true => audience.to_string(),
            false => format!("{audience}: grants based on confidential decisions are excluded"),
        };
        let recorded = dates::moment(&books.reference().last_recorded);
        let facts = vec![
            ("Body", books.reference().body_name().to_owned()),
            ("Period", dates::days(self.range)),
            ("Audience", shown),
            ("Known at", format!("record {}, {recorded}", head.record)),
            ("Head", head.hash.to_string()),
            ("Made by", command),
        ];
        let sheets = self.sheets.into_iter().map(|sheet| sheet.for_audience(audience)).collect();
        Paper { title: self.title, facts, sheets }
    }
}

/// Returns a report's sheet as part of a paper, which has the facts.
fn part(key: &'static str, title: &str, sheet: Sheet) -> Sheet {
    Sheet { key, title: title.to_owned(), facts: Vec::new(), ..sheet }
}
