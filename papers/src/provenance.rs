//! Provenance: what a paper or report is based on, and how it is made again.

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{Date, DateRange, moment_in_words};
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
    /// The last record taken into account.
    pub known_at: KnownAtStamp,
    /// The hash of all records up to that one.
    pub head: String,
    /// The audience, where it is shown.
    pub audience: Option<Audience>,
    /// The command that makes a paper again; `None` for reports.
    pub command: Option<String>,
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
            head: stamp.head.clone(),
            audience: None,
            command: None,
        }
    }
}

impl Provenance {
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
                facts.extend([known, ("Head", self.head.clone()), ("Made by", command.clone())]);
                facts.extend_from_slice(own);
            }
            None => {
                facts.push(known);
                facts.extend_from_slice(own);
                facts.extend(audience);
            }
        }
        facts
    }

    /// Returns the footer: the body, the last record known and the beginning of the head's hash.
    pub fn foot(&self) -> String {
        let body = (!self.body.is_empty()).then(|| self.body.clone());
        let head = self.command.as_ref().map(|_| shortened(&self.head));
        let parts = body.into_iter().chain([format!("known at {}", self.known())]).chain(head);
        parts.collect::<Vec<String>>().join(" · ")
    }

    /// Returns the time of the last record known to the minute, UTC: `2015-04-01T09:00:00`.
    pub fn moment(&self) -> Option<String> {
        let date = Date::parse(self.known_at.at.get(..10)?).ok()?;
        let time = self.known_at.at.get(11..16)?;
        Some(format!("{date}T{time}:00"))
    }

    /// Returns the last record known in words. Reports name the head with it; papers have a fact of their own.
    fn known(&self) -> String {
        match self.command {
            Some(_) => record_in_words(&self.known_at),
            None => head_in_words(&self.known_at, &self.head),
        }
    }
}

/// Returns the last record known with the head: `record 9, 1 Apr 2015 09:00 UTC (head 0123456789ab…)`.
pub(crate) fn head_in_words(known_at: &KnownAtStamp, head: &str) -> String {
    format!("{} (head {}…)", record_in_words(known_at), shortened(head))
}

fn record_in_words(KnownAtStamp { record, at }: &KnownAtStamp) -> String {
    if at.is_empty() {
        format!("record {record}")
    } else {
        format!("record {record}, {}", moment_in_words(at))
    }
}

fn shortened(head: &str) -> String {
    head.chars().take(DIGITS).collect()
}

fn audience_in_words(audience: Audience) -> String {
    match audience.sees_confidential() {
        true => audience.to_string(),
        false => format!("{audience}: grants based on confidential decisions are excluded"),
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
