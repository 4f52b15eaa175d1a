//! Bulletins: published lists of decisions, read as a draft to be corrected.
//!
//! [`bulletin()`] finds every decision in a text copied from a web page or document, with its kind
//! and, for awards, the recipient, amount, fund, power, period and purpose stated, each with the
//! words it was taken from. An ambiguous field stays blank, with the reason: a blank is filled in a
//! minute, a wrong amount is found at the audit.
//!
//! **Architecture invariant.** Nothing here becomes a command: prose is only ever drafted. The time
//! taken is proportional to the text, and only a text beyond [`TEXT_LIMIT`] fails.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod amounts;
mod award;
mod clean;
mod columns;
mod dates;
mod entries;
mod kinds;
mod names;
mod number;
mod pattern;
mod recipient;
mod rows;
mod sentences;
mod terms;
#[cfg(test)]
mod tests;

use almoner_ledger::calendar::{Date, Period};
use almoner_ledger::decisions::{DecisionId, DecisionKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::Power;
use almoner_ledger::money::{Money, Overflow};
use almoner_ledger::text::Text;

use entries::{Entry, entries};
use names::Witness;

use crate::rows::{BETWEEN_POINTS, TO_CHECK};

/// Maximum size of a text in bytes, enough for many years of decisions.
pub const TEXT_LIMIT: usize = 2 * 1024 * 1024;

/// The text is longer than [`TEXT_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is longer than the limit of 2 MB for a bulletin")]
pub struct TooLong;

/// A field of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated<T> {
    /// Stated, with the words it was taken from.
    Stated {
        value: T,
        words: String,
    },
    /// Ambiguous, with the reason.
    Doubtful(String),
    Not,
}

impl<T> Stated<T> {
    pub fn value(&self) -> Option<&T> {
        match self {
            Stated::Stated { value, .. } => Some(value),
            Stated::Doubtful(_) | Stated::Not => None,
        }
    }

    /// Returns the evidence, or the point to check: `amount: "a grant of £5,000"`.
    fn evidence(&self, field: &str) -> Option<String> {
        match self {
            Stated::Stated { words, .. } => Some(format!("{field}: \"{words}\"")),
            Stated::Doubtful(why) => Some(to_check(&format!("{field}: {why}"))),
            Stated::Not => None,
        }
    }
}

/// An award, as far as the text of a decision states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftAward {
    pub recipient: Stated<String>,
    pub amount: Stated<Money>,
    pub purpose: Stated<String>,
    pub fund: Stated<FundId>,
    pub power: Stated<Power>,
    pub period: Stated<Period>,
    pub checks: Vec<String>,
}

impl DraftAward {
    /// Returns the source of each field and the points to check.
    pub fn evidence(&self) -> Vec<String> {
        let fields = [
            self.amount.evidence("amount"),
            self.recipient.evidence("recipient"),
            self.purpose.evidence("purpose"),
            self.fund.evidence("fund"),
            self.power.evidence("power"),
            self.period.evidence("period"),
        ];
        let checks = self.checks.iter().map(|check| to_check(check));
        fields.into_iter().flatten().chain(checks).collect()
    }

    fn needs_review(&self) -> bool {
        self.evidence().iter().any(|words| words.starts_with(TO_CHECK))
    }
}

/// Returns a point of the evidence that a person must check.
fn to_check(what: &str) -> String {
    format!("{TO_CHECK} {what}")
}

/// A decision, as far as the text states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftDecision {
    /// First line in the text, from 1.
    pub line: usize,
    pub id: DecisionId,
    pub decided: Stated<Date>,
    pub title: Option<Text>,
    /// Always `None` for a confidential decision.
    pub summary: Option<Text>,
    /// `None` if it cannot be determined, and for a confidential decision.
    pub kind: Option<DecisionKind>,
    /// True if only the number and title are public.
    pub confidential: bool,
    /// Empty unless the kind is an award.
    pub awards: Vec<DraftAward>,
    pub checks: Vec<String>,
}

impl DraftDecision {
    /// Returns the points to check.
    pub fn evidence(&self) -> Vec<String> {
        let date = match &self.decided {
            Stated::Doubtful(why) => Some(to_check(&format!("decided: {why}"))),
            Stated::Stated { .. } | Stated::Not => None,
        };
        date.into_iter().chain(self.checks.iter().map(|check| to_check(check))).collect()
    }

    /// True if there are points to check in the decision or its awards.
    pub fn needs_review(&self) -> bool {
        !self.evidence().is_empty() || self.awards.iter().any(DraftAward::needs_review)
    }

    /// Returns its rows in a draft: one for each award, at least one.
    pub fn rows(&self) -> impl Iterator<Item = DraftRow<'_>> {
        let awards = self.awards.iter().map(Some).chain(self.awards.is_empty().then_some(None));
        awards.map(|award| DraftRow { decision: self, award })
    }
}

/// A row of a draft: a decision and one of its awards, if it makes any.
#[derive(Clone, Copy, Debug)]
pub struct DraftRow<'a> {
    pub decision: &'a DraftDecision,
    pub award: Option<&'a DraftAward>,
}

impl DraftRow<'_> {
    /// Returns the evidence for the row: `amount: "£5,000"; check: …`.
    pub fn evidence(&self) -> String {
        let award = self.award.map(DraftAward::evidence).unwrap_or_default();
        award.into_iter().chain(self.decision.evidence()).collect::<Vec<_>>().join(BETWEEN_POINTS)
    }

    /// True if there are points to check in the row.
    pub fn needs_review(&self) -> bool {
        !self.decision.evidence().is_empty() || self.award.is_some_and(DraftAward::needs_review)
    }
}

/// A draft of the decisions in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bulletin {
    /// Decisions in the order of the text.
    pub decisions: Vec<DraftDecision>,
    /// Numbers missing between the lowest and the highest of each series: `8-2015 to 9-2015`.
    pub gaps: Vec<String>,
    pub notes: Vec<String>,
}

impl Bulletin {
    pub fn rows(&self) -> impl Iterator<Item = DraftRow<'_>> {
        self.decisions.iter().flat_map(DraftDecision::rows)
    }

    pub fn awards(&self) -> impl Iterator<Item = &DraftAward> {
        self.decisions.iter().flat_map(|decision| &decision.awards)
    }

    /// Returns the rows of the decisions with points to check, then the others, each in the order of the text.
    pub fn rows_to_check_first(&self) -> impl Iterator<Item = DraftRow<'_>> {
        let (to_check, others): (Vec<&DraftDecision>, Vec<&DraftDecision>) =
            self.decisions.iter().partition(|decision| decision.needs_review());
        to_check.into_iter().chain(others).flat_map(DraftDecision::rows)
    }

    /// Returns the sum of the amounts stated.
    pub fn total(&self) -> Result<Money, Overflow> {
        Money::sum(self.awards().filter_map(|award| award.amount.value().copied()))
    }
}

/// Drafts the decisions of a text.
pub fn bulletin(text: &str) -> Result<Bulletin, TooLong> {
    if text.len() > TEXT_LIMIT {
        return Err(TooLong);
    }
    let (found, mut notes) = entries(&rows::rows(&clean::clean(text)));
    let (found, repeats) = without_repeats(found);
    notes.extend(repeats);
    let gaps = number::gaps(found.iter().map(|entry| &entry.number));
    Ok(Bulletin { decisions: found.into_iter().map(drafted).collect(), gaps, notes })
}

/// Merges a number in a list of contents with the same number and its summary. The same number with
/// two different summaries is noted.
fn without_repeats(found: Vec<Entry>) -> (Vec<Entry>, Vec<String>) {
    let mut merged: Vec<Entry> = Vec::new();
    let mut at: std::collections::BTreeMap<DecisionId, usize> = std::collections::BTreeMap::new();
    let mut notes = Vec::new();
    for entry in found {
        let Some(before) = at.get(&entry.number.id).and_then(|at| merged.get_mut(*at)) else {
            at.insert(entry.number.id.clone(), merged.len());
            merged.push(entry);
            continue;
        };
        let is_confidential = before.is_confidential || entry.is_confidential;
        // A table may have a row for each award of a decision.
        if !before.cells.is_empty() && !entry.cells.is_empty() && before.title == entry.title {
            before.cells.extend(entry.cells);
            before.is_confidential = is_confidential;
            if before.summary != entry.summary {
                before.summary = [before.summary.as_str(), &entry.summary].join(" ").trim().to_owned();
            }
            continue;
        }
        let (id, lines) = (entry.number.id.clone(), (before.line, entry.line));
        if before.summary.is_empty() || before.summary == entry.summary {
            let (date, title) = (before.date.clone(), before.title.clone());
            *before = entry;
            before.date = before.date.take().or(date);
            if before.title.is_empty() {
                before.title = title;
            }
        } else if !entry.summary.is_empty() {
            notes.push(format!(
                "{id} appears twice with different text (lines {} and {}); only the first is drafted",
                lines.0, lines.1
            ));
        }
        before.is_confidential = is_confidential;
    }
    (merged, notes)
}

fn drafted(entry: Entry) -> DraftDecision {
    let mut checks = Vec::new();
    let decided = match &entry.date {
        Some(Ok((value, words))) => Stated::Stated { value: *value, words: words.clone() },
        Some(Err(words)) => Stated::Doubtful(format!("\"{words}\" is not a valid date")),
        None => Stated::Doubtful("not found".to_owned()),
    };
    let title = text_of(&entry.title, "title", &mut checks);
    let mut draft = DraftDecision {
        line: entry.line,
        id: entry.number.id,
        decided,
        title,
        summary: None,
        kind: None,
        confidential: entry.is_confidential,
        awards: Vec::new(),
        checks,
    };
    if draft.confidential {
        // Its text is not read: only its number, title and date may be shown.
        if draft.decided.value().is_none() {
            draft.decided = Stated::Not;
        }
        return draft;
    }
    if draft.title.is_none() && draft.checks.is_empty() {
        draft.checks.push("title: not found".to_owned());
    }
    draft.summary = text_of(&entry.summary, "summary", &mut draft.checks);
    let words = |text: &Option<Text>| text.as_ref().map(Text::to_string).unwrap_or_default();
    let (title, text) = (words(&draft.title), words(&draft.summary));
    let reading = award::read(&title, &text);
    let reading = columns::with_cells(reading, &entry.cells, Witness { title: &title, text: &text });
    if entry.is_recommended {
        draft.checks.push("summary: these are recommendations: confirm that they were agreed".to_owned());
    }
    draft.checks.extend(reading.checks);
    DraftDecision { kind: reading.kind, awards: reading.awards, ..draft }
}

/// Returns a text cut to the limit of the ledger, noting the cut.
fn text_of(text: &str, field: &str, checks: &mut Vec<String>) -> Option<Text> {
    if text.is_empty() {
        return None;
    }
    Text::new(text).ok().or_else(|| {
        checks.push(format!("{field}: cut to {} characters", Text::LIMIT));
        Text::new(&text.chars().take(Text::LIMIT).collect::<String>()).ok()
    })
}
