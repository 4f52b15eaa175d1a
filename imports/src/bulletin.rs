//! Bulletins: published lists of decisions, read as a draft for a person to correct.
//!
//! [`bulletin()`] finds every decision of a text copied from a web page or a document, says what
//! kind it is, and for awards takes recipient, amount, fund, power, period and purpose as far as
//! the text states them, each with the words it was taken from. What has two readings stays blank,
//! with the reason: a blank is put right in a minute, a wrong amount is found at the audit.
//!
//! **Architecture invariant.** Nothing here becomes a command: prose is only ever drafted. The time
//! taken is in proportion to the text, whatever the text is, and no text makes it fail but one
//! beyond [`TEXT_LIMIT`].

mod amounts;
mod award;
mod clean;
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

/// The longest text that is read, in bytes: many years of decisions.
pub const TEXT_LIMIT: usize = 2 * 1024 * 1024;

/// The text is longer than [`TEXT_LIMIT`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the text is longer than the limit of 2 MB for a bulletin")]
pub struct TooLong;

/// A field as the text has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated<T> {
    /// Stated in one reading.
    Stated {
        /// What is stated.
        value: T,
        /// The words that it was taken from.
        words: String,
    },
    /// Not to be told without a person: why.
    Doubtful(String),
    /// Not stated.
    Not,
}

impl<T> Stated<T> {
    /// What is stated.
    pub fn value(&self) -> Option<&T> {
        match self {
            Stated::Stated { value, .. } => Some(value),
            Stated::Doubtful(_) | Stated::Not => None,
        }
    }

    /// The evidence, or what is to be checked: `amount: "a grant of £5,000"`.
    fn evidence(&self, field: &str) -> Option<String> {
        match self {
            Stated::Stated { words, .. } => Some(format!("{field}: \"{words}\"")),
            Stated::Doubtful(why) => Some(format!("check: {field}: {why}")),
            Stated::Not => None,
        }
    }
}

/// An award as far as a decision's text states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftAward {
    /// Who gets it.
    pub recipient: Stated<String>,
    /// How much, in pounds and pence.
    pub amount: Stated<Money>,
    /// What for, in the text's words.
    pub purpose: Stated<String>,
    /// Whose money it is.
    pub fund: Stated<FundId>,
    /// The law it is made under.
    pub power: Stated<Power>,
    /// The period of the service paid for.
    pub period: Stated<Period>,
    /// What else a person should look at.
    pub checks: Vec<String>,
}

impl DraftAward {
    /// What each field was taken from, and what is to be checked, in words.
    pub fn evidence(&self) -> Vec<String> {
        let fields = [
            self.amount.evidence("amount"),
            self.recipient.evidence("recipient"),
            self.purpose.evidence("purpose"),
            self.fund.evidence("fund"),
            self.power.evidence("power"),
            self.period.evidence("period"),
        ];
        let checks = self.checks.iter().map(|check| format!("check: {check}"));
        fields.into_iter().flatten().chain(checks).collect()
    }

    fn needs_a_person(&self) -> bool {
        self.evidence().iter().any(|words| words.starts_with("check:"))
    }
}

/// A decision as far as the text states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftDecision {
    /// The line of the text where it begins, from 1.
    pub line: usize,
    /// Its number as published.
    pub id: DecisionId,
    /// Its date.
    pub decided: Stated<Date>,
    /// Its title; `None` when none was found.
    pub title: Option<Text>,
    /// Its summary; `None` when there is none, and always for a confidential one.
    pub summary: Option<Text>,
    /// What it does; `None` when that needs a person, and for a confidential one.
    pub kind: Option<DecisionKind>,
    /// True when only number and title are public.
    pub confidential: bool,
    /// The awards it makes; none unless its kind is an award.
    pub awards: Vec<DraftAward>,
    /// What a person should look at.
    pub checks: Vec<String>,
}

impl DraftDecision {
    /// What a person should look at, in words.
    pub fn evidence(&self) -> Vec<String> {
        let date = match &self.decided {
            Stated::Doubtful(why) => Some(format!("check: decided: {why}")),
            Stated::Stated { .. } | Stated::Not => None,
        };
        date.into_iter().chain(self.checks.iter().map(|check| format!("check: {check}"))).collect()
    }

    /// True when something of it is to be checked.
    pub fn needs_a_person(&self) -> bool {
        !self.evidence().is_empty() || self.awards.iter().any(DraftAward::needs_a_person)
    }

    /// Its rows in a draft: one for each award, or one.
    pub fn rows(&self) -> impl Iterator<Item = DraftRow<'_>> {
        let awards = self.awards.iter().map(Some).chain(self.awards.is_empty().then_some(None));
        awards.map(|award| DraftRow { decision: self, award })
    }
}

/// A row of a draft: a decision, and one award of it.
#[derive(Clone, Copy, Debug)]
pub struct DraftRow<'a> {
    /// The decision.
    pub decision: &'a DraftDecision,
    /// The award, if it makes one.
    pub award: Option<&'a DraftAward>,
}

impl DraftRow<'_> {
    /// The evidence of all that stands in the row: `amount: "£5,000"; check: …`.
    pub fn evidence(&self) -> String {
        let award = self.award.map(DraftAward::evidence).unwrap_or_default();
        award.into_iter().chain(self.decision.evidence()).collect::<Vec<_>>().join("; ")
    }

    /// True when something in the row is to be checked.
    pub fn needs_a_person(&self) -> bool {
        !self.decision.evidence().is_empty() || self.award.is_some_and(DraftAward::needs_a_person)
    }
}

/// The decisions of a text, drafted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bulletin {
    /// The decisions, in the order of the text.
    pub decisions: Vec<DraftDecision>,
    /// Numbers missing between the lowest and the highest of each series: `8-2015 to 9-2015`.
    pub gaps: Vec<String>,
    /// What else is to be said of the whole.
    pub notes: Vec<String>,
}

impl Bulletin {
    /// The rows of the draft.
    pub fn rows(&self) -> impl Iterator<Item = DraftRow<'_>> {
        self.decisions.iter().flat_map(DraftDecision::rows)
    }

    /// The awards of all decisions.
    pub fn awards(&self) -> impl Iterator<Item = &DraftAward> {
        self.decisions.iter().flat_map(|decision| &decision.awards)
    }

    /// The sum of the amounts that are filled in.
    pub fn total(&self) -> Result<Money, Overflow> {
        Money::sum(self.awards().filter_map(|award| award.amount.value().copied()))
    }
}

/// Reads the decisions of a text.
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

/// A number that stands in a list of contents and again with its summary is one decision; the
/// same number with two different summaries is for a person.
fn without_repeats(found: Vec<Entry>) -> (Vec<Entry>, Vec<String>) {
    let mut kept: Vec<Entry> = Vec::new();
    let mut at: std::collections::BTreeMap<DecisionId, usize> = std::collections::BTreeMap::new();
    let mut notes = Vec::new();
    for entry in found {
        let Some(before) = at.get(&entry.number.id).and_then(|at| kept.get_mut(*at)) else {
            at.insert(entry.number.id.clone(), kept.len());
            kept.push(entry);
            continue;
        };
        let is_confidential = before.is_confidential || entry.is_confidential;
        let (id, lines) = (entry.number.id.clone(), (before.line, entry.line));
        if before.summary.is_empty() || before.summary == entry.summary {
            let (date, title) = (before.date.clone(), before.title.clone());
            *before = entry;
            before.date = before.date.take().or(date);
            if before.title.is_empty() {
                before.title = title;
            }
            before.is_confidential = is_confidential;
        } else if entry.summary.is_empty() {
            before.is_confidential = is_confidential;
        } else {
            before.is_confidential = is_confidential;
            notes.push(format!(
                "{id} appears twice with different text (lines {} and {}); only the first is drafted",
                lines.0, lines.1
            ));
        }
    }
    (kept, notes)
}

fn drafted(entry: Entry) -> DraftDecision {
    let mut checks = Vec::new();
    let decided = match &entry.date {
        Some(Ok((value, words))) => Stated::Stated { value: *value, words: words.clone() },
        Some(Err(words)) => Stated::Doubtful(format!("\"{words}\" is not a date")),
        None => Stated::Doubtful("not found".to_owned()),
    };
    let title = text_of(&entry.title, "title", &mut checks);
    if entry.is_confidential {
        // Its text is not read: only number and title are public, and a date does no harm.
        let decided = if decided.value().is_some() { decided } else { Stated::Not };
        return DraftDecision {
            line: entry.line,
            id: entry.number.id,
            decided,
            title,
            summary: None,
            kind: None,
            confidential: true,
            awards: Vec::new(),
            checks,
        };
    }
    if title.is_none() && checks.is_empty() {
        checks.push("title: not found".to_owned());
    }
    let summary = text_of(&entry.summary, "summary", &mut checks);
    let words = |text: &Option<Text>| text.as_ref().map(Text::to_string).unwrap_or_default();
    let reading = award::read(&words(&title), &words(&summary));
    checks.extend(reading.checks);
    DraftDecision {
        line: entry.line,
        id: entry.number.id,
        decided,
        title,
        summary,
        kind: reading.kind,
        confidential: false,
        awards: reading.awards,
        checks,
    }
}

/// A text that the ledger takes; what is too long for it is cut, and said to be.
fn text_of(text: &str, field: &str, checks: &mut Vec<String>) -> Option<Text> {
    if text.is_empty() {
        return None;
    }
    Text::new(text).ok().or_else(|| {
        checks.push(format!("{field}: cut to {} characters", Text::LIMIT));
        Text::new(&text.chars().take(Text::LIMIT).collect::<String>()).ok()
    })
}
