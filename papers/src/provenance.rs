//! Provenance: what a paper or report is based on, and how it is made again.

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{Date, DateRange, moment_in_words};
use almoner_ledger::clock::day_of;
use almoner_ledger::marks::Mark;
use almoner_ledger::reports::{Filter, KnownAtStamp, Stamp};

/// The number of digits by which people recognise a hash; JSON has the whole of it.
const DIGITS: usize = 12;

/// What a paper or report is based on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The body that keeps the books; blank where it has no name.
    pub body: String,
    /// The period reported on.
    pub period: Option<DateRange>,
    /// The day of the balances.
    pub as_at: Option<Date>,
    /// The filter of a report.
    pub narrowed_to: Filter,
    /// The view of purposes of a report: `original` or `current`.
    pub purpose: Option<&'static str>,
    /// The last record taken into account; for audiences that may not see records, a day.
    pub known_at: KnownAtStamp,
    /// What identifies the content.
    pub source: Source,
    /// The audience, where it is shown.
    pub audience: Option<Audience>,
    /// The command that makes a paper again; `None` for reports.
    pub command: Option<String>,
}

/// What identifies the content of a paper or report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The hash of all records up to the last one known.
    Head(String),
    /// The mark, for audiences that may not see records; `None` before the content is complete, and where the ledger
    /// has no secret.
    Mark(Option<Mark>),
}

impl Source {
    /// Returns the head of books, or a mark that is still to be made.
    pub(crate) fn of(head: Option<String>) -> Source {
        head.map_or(Source::Mark(None), Source::Head)
    }
}

impl From<&Stamp> for Provenance {
    fn from(stamp: &Stamp) -> Provenance {
        Provenance {
            body: stamp.body.clone(),
            period: stamp.range,
            as_at: stamp.as_at,
            narrowed_to: stamp.narrowed_to.clone(),
            purpose: stamp.purpose,
            known_at: stamp.known_at.clone(),
            source: Source::of(stamp.head.clone()),
            audience: None,
            command: None,
        }
    }
}

impl Provenance {
    /// Returns the mark, if there is one.
    pub fn mark(&self) -> Option<&Mark> {
        match &self.source {
            Source::Mark(mark) => mark.as_ref(),
            Source::Head(_) => None,
        }
    }

    /// Returns the facts of a paper or report, with its own facts among them.
    pub fn facts(&self, own: &[(&'static str, String)]) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        facts.extend((!self.body.is_empty()).then(|| ("Body", self.body.clone())));
        facts.extend(self.period.map(|range| ("Period", range.in_words())));
        facts.extend(self.as_at.map(|day| ("As at", day.in_words())));
        facts.extend((!self.narrowed_to.is_empty()).then(|| ("Filter", in_words(&self.narrowed_to))));
        facts.extend(self.purpose.map(|purpose| ("Purpose", view_in_words(purpose).to_owned())));
        let audience = self.audience.map(|audience| ("Audience", audience_in_words(audience)));
        let known = ("Known at", self.known());
        match &self.command {
            Some(command) => {
                facts.extend(audience);
                facts.push(known);
                facts.extend(self.identified());
                facts.push(("Made by", command.clone()));
                facts.extend_from_slice(own);
            }
            None => {
                facts.push(known);
                facts.extend_from_slice(own);
                facts.extend(audience);
                facts.extend(self.identified().filter(|_| matches!(self.source, Source::Mark(_))));
            }
        }
        facts
    }

    /// Returns the fact that identifies the content: head or mark.
    fn identified(&self) -> Option<(&'static str, String)> {
        match &self.source {
            Source::Head(head) => Some(("Head", head.clone())),
            Source::Mark(mark) => mark.as_ref().map(|mark| ("Mark", mark.to_string())),
        }
    }

    /// Returns the footer: the body, the last record or the day known, and the beginning of the head's hash or the mark.
    pub fn foot(&self) -> String {
        let body = (!self.body.is_empty()).then(|| self.body.clone());
        let known =
            Some(self.known()).filter(|known| !known.is_empty()).map(|known| format!("known at {known}"));
        let identified = match (&self.source, &self.command) {
            (Source::Head(head), Some(_)) => Some(shortened(head)),
            (Source::Head(_), None) => None,
            (Source::Mark(mark), _) => mark.as_ref().map(|mark| format!("mark {mark}")),
        };
        let parts = body.into_iter().chain(known).chain(identified);
        parts.collect::<Vec<String>>().join(" · ")
    }

    /// Returns the time of the last record known to the minute, UTC: `2015-04-01T09:00:00`; for audiences that may not
    /// see records, the beginning of the day.
    pub fn moment(&self) -> Option<String> {
        let date = day_of(&self.known_at.at)?;
        let time = match &self.source {
            Source::Head(_) => self.known_at.at.get(11..16)?,
            Source::Mark(_) => "00:00",
        };
        Some(format!("{date}T{time}:00"))
    }

    /// Returns the last record or the day known in words. Reports name the head with it; papers have a fact of their
    /// own.
    fn known(&self) -> String {
        match (&self.source, &self.command) {
            (Source::Head(head), None) => head_in_words(&self.known_at, head),
            _ => record_in_words(&self.known_at),
        }
    }
}

/// Returns the last record known with the head: `record 9, 1 Apr 2015 09:00 UTC (head 0123456789ab…)`.
pub(crate) fn head_in_words(known_at: &KnownAtStamp, head: &str) -> String {
    format!("{} (head {}…)", record_in_words(known_at), shortened(head))
}

fn record_in_words(KnownAtStamp { record, at }: &KnownAtStamp) -> String {
    match (record, at.is_empty()) {
        (Some(record), true) => format!("record {record}"),
        (Some(record), false) => format!("record {record}, {}", moment_in_words(at)),
        (None, _) => Date::parse(at).map_or_else(|_| at.clone(), Date::in_words),
    }
}

fn shortened(head: &str) -> String {
    head.chars().take(DIGITS).collect()
}

fn audience_in_words(audience: Audience) -> String {
    match audience.sees_confidential() {
        true => audience.to_string(),
        false => format!("{audience}: confidential grants are excluded"),
    }
}

fn view_in_words(purpose: &str) -> &'static str {
    match purpose {
        "original" => "all money under the original purpose",
        _ => "all money under the current purpose",
    }
}

fn in_words(filter: &Filter) -> String {
    let Filter { theme, fund, recipient, power } = filter;
    let named = [
        theme.as_ref().map(|it| format!("theme {it}")),
        fund.as_ref().map(|it| format!("fund {it}")),
        recipient.as_ref().map(|it| format!("recipient {it}")),
        power.as_ref().map(|it| format!("power {it}")),
    ];
    named.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
pub(crate) mod tests;
