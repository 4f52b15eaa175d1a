//! Text outside decisions: headings, page numbers, repeated lines, and the end of a document.

use std::collections::BTreeSet;

use crate::bulletin::pattern::patterns;
use crate::bulletin::rows::Row;

patterns! {
    CONFIDENTIAL = r"^(?:\W|\d+\.|(?i:list of|section \w+|appendix \w+|part \w+|table \w+))*(?i:confidential|exempt|restricted|private|closed|non-public)(?:\s+\w+){0,2}?\s+(?i:decisions?|items?|session|matters|reports?|business)\b.{0,50}$|^(?:\W|\d+\.)*(?i:decisions?|part (?:2|ii|two|b))\b.{0,40}\b(?i:confidential|in private|private|exempt|not for publication|restricted)\b.{0,30}$";
    NOT_CONFIDENTIAL = r"(?i)\bnon-? ?confidential|\bnot confidential|\band confidential|\bexcluding|\bother than|\bexcept";
    OPEN = r"^(?:\W|\d+\.|(?i:list of|section \w+|appendix \w+|part \w+|table \w+))*(?:Non-?\s?[Cc]onfidential|NON-?\s?CONFIDENTIAL|Open|OPEN|Public|PUBLIC|Unrestricted|Published)\s+(?i:decisions?|items?|session|matters|business)\b.{0,50}$";
    RECOMMENDS = r"(?i)^recommendations?(?:\(s\))?(?::\s*(?P<first>.*)|\s*)$";
    LABEL = r"(?i)^(?:decision\s+)?(?:number|no\.?|ref(?:erence)?|date|date\s+of\s+decision|date\s+taken|date\s+made|title|subject|summary|summary\s+of\s+decision|details?|description|decision|decision\s+(?:taken|made|title|summary)|decision\s+(?:number|no\.?|ref(?:erence)?))\s*:?$";
    PAGE = r"(?i)^(?:[-–]\s*)?(?:page\s+)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?(?:\s*[-–])?$|^page\s+[\divx]+";
    AFTERWARDS = r"(?i)^(?:for (?:further|more) (?:information|details)|further (?:information|details)|contact(?: officer)?\b|copies of|the decisions? (?:listed|above|notices?)|(?:all|full) decision (?:notices|papers|records)|background (?:papers|documents)|recommendations?(?:\(s\))?:?$|notes?:|©|copyright|appendi(?:x|ces)\b|report (?:author|by)|published (?:by|on)|https?://|www\.|back to top|share this|privacy|cookies?\b|accessibility|\S+@\S+$)";
}

/// A heading over decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    Confidential,
    Open,
}

/// Reads a row as a heading over decisions, if it is one.
pub(super) fn heading(row: &Row) -> Option<Heading> {
    let mut filled = row.cells.iter().filter(|cell| !cell.is_empty());
    let (Some(cell), None) = (filled.next(), filled.next()) else { return None };
    if cell.len() > 80 || cell.contains('£') || (cell.ends_with('.') && cell.len() > 40) {
        return None;
    }
    if CONFIDENTIAL.is_match(cell)
        && cell.starts_with(|c: char| !c.is_lowercase())
        && !NOT_CONFIDENTIAL.is_match(cell)
    {
        Some(Heading::Confidential)
    } else if OPEN.is_match(cell) {
        Some(Heading::Open)
    } else {
        None
    }
}

/// Reads the heading of recommendations, with the first of them if it is beside it.
pub(super) fn recommends(row: &Row) -> Option<&str> {
    let [cell] = row.cells.as_slice() else { return None };
    RECOMMENDS.captures(cell).map(|found| found.name("first").map_or("", |first| first.as_str()))
}

/// Lines that repeat in a text.
#[derive(Debug)]
pub(super) struct Furniture {
    above: BTreeSet<String>,
}

impl Furniture {
    /// Rows above the first decision may repeat at the top of every page.
    pub(super) fn of(above: &[Row]) -> Furniture {
        Furniture { above: above.iter().map(|row| row.cells.join("\t")).collect() }
    }

    /// True for a row that is not part of a decision and does not end one.
    pub(super) fn is_part(&self, row: &Row) -> bool {
        let all_labels = row.cells.iter().all(|cell| cell.is_empty() || LABEL.is_match(cell));
        let page = matches!(row.cells.as_slice(), [cell] if PAGE.is_match(cell));
        // A date above the first decision does not make all its like furniture.
        let repeated = self.above.contains(&row.cells.join("\t")) && !super::is_date(row);
        all_labels || page || repeated
    }

    /// True for a row that begins the end matter of a text.
    pub(super) fn ends(&self, row: &Row) -> bool {
        row.cells.first().is_some_and(|cell| AFTERWARDS.is_match(cell))
    }
}
