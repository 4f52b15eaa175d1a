//! What lists and searches read in place of grants, recipients and decisions: their order, and the words by which they
//! are found.
//!
//! **Guarantee.** Each is made of the thing alone, so that a store can keep it beside the thing, in the order of its key,
//! and a list reads no more than the lines that it shows. Keys are text, and their order is that of their bytes.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::allocation::Place;
use crate::calendar::{Date, DateRange, Month};
use crate::decisions::{DecisionId, RegisteredDecision};
use crate::entry::{Entries, Posting};
use crate::funds::FundId;
use crate::grants::{Fact, Grant, GrantId, Power, Recorded};
use crate::money::Money;
use crate::recipients::Recipient;
use crate::text::{Text, folded};
use crate::themes::ThemeId;

/// Ends a part of a key, and separates the words of a text. No id or text has it.
const END: char = '\u{1}';
/// Begins a further part of a key.
const PART: char = '\u{2}';

/// A grant whose award is in force. Grants are listed by the date of the decision, then by number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedGrant<'a> {
    #[serde(borrow)]
    grant: Cow<'a, str>,
    #[serde(borrow)]
    recipient: Cow<'a, str>,
    pub decided: Date,
    /// True if nothing of it is booked before its decision, so that its figures do not decide whether it is listed.
    pub is_regular: bool,
    /// True if its award and its places alone decide whether a filter lists it: it is regular, was always of one
    /// recipient, and is posted nowhere else.
    pub is_plain: bool,
    pub power: Power,
    /// The last day of its period; `None` is *not stated*.
    ends: Option<Date>,
    /// True if something was ever due, received or waived.
    has_items: bool,
    /// Folded: its number, its decision, its purpose, and the references of its payments, refunds and returns.
    #[serde(borrow)]
    words: Cow<'a, str>,
    /// What was awarded, and the sizes of its payments, refunds and returns.
    #[serde(borrow)]
    amounts: Cow<'a, str>,
    /// The funds and themes that it ever had.
    #[serde(borrow)]
    places: Cow<'a, str>,
    /// The months of its records, and those in which they are booked but for monthly expenditure.
    #[serde(borrow)]
    months: Cow<'a, str>,
}

impl ListedGrant<'_> {
    pub fn of(grant: &Grant) -> Option<ListedGrant<'static>> {
        let award = grant.award()?;
        let mut words = Words::default();
        words.put(grant.id.as_str());
        grant.decision().iter().for_each(|it| words.put(it.as_str()));
        grant.purpose().iter().for_each(|it| words.put(it.text.as_str()));
        let mut amounts = format!("{END}{}{END}", award.amount);
        for fact in grant.live().map(|recorded| &*recorded.fact) {
            let Some(amount) = fact.at_bank() else { continue };
            // Writing to a text cannot fail.
            let _ = write!(amounts, "{}{END}", amount.size());
            fact.reference().into_iter().for_each(|it| words.put(it.as_str()));
        }
        let (places, is_regular) = (grant.places(), is_regular(grant));
        let is_at_home = |posting: Posting<'_>| {
            posting.theme.is_some_and(|theme| places.contains(&Place { fund: posting.fund, theme }))
        };
        let mut each = grant.history.iter().flat_map(|recorded| recorded.entries.postings());
        let is_of_one = grant.recipients().all(|recipient| *recipient == award.recipient);
        let mut text = String::from(END);
        for Place { fund, theme } in &places {
            // Writing to a text cannot fail.
            let _ = write!(text, "{fund}{PART}{theme}{END}");
        }
        Some(ListedGrant {
            grant: Cow::Owned(grant.id.to_string()),
            recipient: Cow::Owned(award.recipient.to_string()),
            decided: award.decided,
            is_regular,
            is_plain: is_regular && is_of_one && each.all(is_at_home),
            power: grant.terms().power,
            ends: grant.period().map(|period| period.to().last_day()),
            has_items: grant.history.iter().any(|it| is_of_items(&it.fact)),
            words: Cow::Owned(words.0),
            amounts: Cow::Owned(amounts),
            places: Cow::Owned(text),
            months: Cow::Owned(months_of(grant)),
        })
    }

    pub fn grant(&self) -> &str {
        &self.grant
    }

    /// The recipient of the award.
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Returns true if one of its words contains a folded text.
    pub fn has(&self, text: &str) -> bool {
        self.words.contains(text)
    }

    /// Returns true if a grant is one of those wanted.
    pub fn is(&self, wanted: Wanted) -> bool {
        match wanted {
            Wanted::Ending(days) => self.ends.is_some_and(|day| days.contains(day)),
            Wanted::WithItems => self.has_items,
            Wanted::ActiveIn(days) => {
                let (from, to) = (days.from().month().to_string(), days.to().month().to_string());
                self.months.split(END).any(|month| (&*from..=&*to).contains(&month))
            }
        }
    }

    /// Returns true if it ever had the place that is sought.
    pub fn had(&self, place: &PlaceSought) -> bool {
        self.places.contains(&place.0)
    }

    /// Returns true if this was awarded, paid, refunded or returned.
    pub fn has_amount(&self, amount: &AmountSought) -> bool {
        self.amounts.contains(&amount.0)
    }
}

/// The grants that a report needs of those whose award is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those whose period ends within these days.
    Ending(DateRange),
    /// Those with milestones or monitoring reports.
    WithItems,
    /// Those with a record of the months of these days, or with one that is booked there but for monthly expenditure.
    ActiveIn(DateRange),
}

/// Returns the months of a grant's records, each once.
fn months_of(grant: &Grant) -> String {
    let days = |recorded: &Recorded| {
        let entries = recorded.entries.entries.iter().map(|entry| entry.booked());
        let reduced = recorded.reductions.iter().map(|it| it.booked);
        let own = [recorded.booked, recorded.fact.effective(), recorded.fact.date()];
        own.into_iter().flatten().chain(entries).chain(reduced).collect::<Vec<Date>>()
    };
    let months: BTreeSet<Month> = grant.history.iter().flat_map(days).map(Date::month).collect();
    months.into_iter().map(|month| format!("{month}{END}")).collect()
}

/// A fund, a theme or both that are looked for in lists.
#[derive(Clone, Debug)]
pub struct PlaceSought(String);

impl PlaceSought {
    /// `None` where neither is given.
    pub(crate) fn of(fund: Option<&FundId>, theme: Option<&ThemeId>) -> Option<PlaceSought> {
        let text = match (fund, theme) {
            (Some(fund), Some(theme)) => format!("{END}{fund}{PART}{theme}{END}"),
            (Some(fund), None) => format!("{END}{fund}{PART}"),
            (None, Some(theme)) => format!("{PART}{theme}{END}"),
            (None, None) => return None,
        };
        Some(PlaceSought(text))
    }
}

fn is_of_items(fact: &Fact) -> bool {
    match fact {
        Fact::Due(_) | Fact::Received(_) | Fact::Waived(_) => true,
        Fact::Awarded(_)
        | Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Reversed { .. }
        | Fact::Stated(_)
        | Fact::Corrected(_)
        | Fact::RulesApplied { .. } => false,
    }
}

/// An amount that is looked for in lists.
#[derive(Clone, Debug)]
pub struct AmountSought(String);

impl AmountSought {
    /// Returns the text that the lines have which have the amount.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Money> for AmountSought {
    fn from(amount: Money) -> AmountSought {
        AmountSought(format!("{END}{amount}{END}"))
    }
}

/// Returns true if the award of a grant is in force and nothing of it is booked before its decision. As at any day, such a
/// grant is in lists without a filter just if it was decided by then; of others it depends on their figures.
pub(crate) fn is_regular(grant: &Grant) -> bool {
    let Some(award) = grant.award() else { return false };
    let first = |recorded: &Recorded| {
        let entries = first_booked(&recorded.entries);
        let reduced = recorded.reductions.iter().map(|it| it.booked).min();
        let moved = recorded.moved.iter().flat_map(|it| &it.amounts).map(|it| it.booked).min();
        [entries, reduced, moved].into_iter().flatten().min()
    };
    grant.history.iter().filter_map(first).all(|day| award.decided <= day)
}

fn first_booked(entries: &Entries) -> Option<Date> {
    let monthly = entries.monthly.iter().map(|run| run.booked.unwrap_or(run.from));
    entries.entries.iter().map(|entry| entry.booked()).chain(monthly).min()
}

/// Returns the key of a grant in the list of grants, and the keys under which it was listed before its award was recorded
/// again or corrected.
pub fn keys_of_grant(grant: &Grant) -> (Option<String>, Vec<String>) {
    let key = grant.award().map(|award| grant_key(award.decided, &grant.id));
    let former: BTreeSet<Date> =
        grant.history.iter().filter_map(Recorded::award).map(|award| award.decided).collect();
    let former = former.into_iter().map(|decided| grant_key(decided, &grant.id));
    let former = former.filter(|it| Some(it) != key.as_ref()).collect();
    (key, former)
}

/// Returns the key under which a grant decided on a day is listed.
pub fn grant_key(decided: Date, id: &GrantId) -> String {
    let mut key = decided.to_string();
    let (parts, id) = numbered(id.as_str());
    for (number, words) in parts {
        let number = number.to_string();
        // Writing to a text cannot fail.
        let _ = write!(key, "{PART}{:02}{number}{words}{END}", number.len());
    }
    key.push(END);
    key.push_str(&id);
    key
}

/// Returns what the keys of grants decided in a month, and of no earlier ones, begin with or come after.
pub fn from_month(month: Month) -> String {
    month.to_string()
}

/// Returns the id in a key of grants or of decisions.
pub fn id_in(key: &str) -> &str {
    key.rsplit_once(END).map_or(key, |(_, id)| id)
}

/// Returns the key by which ids sort, with runs of digits as numbers: `9-2015` before `10-2015`.
pub fn numbered(id: &str) -> (Vec<(u64, String)>, String) {
    let mut parts = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let words = after.find(|c: char| c.is_ascii_digit()).unwrap_or(after.len());
        let (between, next) = after.split_at(words);
        parts.push((number.parse().unwrap_or(0), between.to_owned()));
        rest = next;
    }
    (parts, id.to_owned())
}

/// A recipient, also one whose addition was reversed. Recipients are in no order of names, which have dates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedRecipient<'a> {
    #[serde(borrow)]
    recipient: Cow<'a, str>,
    pub is_known: bool,
    pub has_grants: bool,
    /// Its names, folded, in the order of their first days.
    #[serde(borrow)]
    names: Cow<'a, str>,
    from: Vec<Option<Date>>,
    /// Its other names, folded.
    #[serde(borrow)]
    aliases: Cow<'a, str>,
    /// Its identifiers and its id, folded.
    #[serde(borrow)]
    numbers: Cow<'a, str>,
}

impl ListedRecipient<'_> {
    pub fn of(recipient: &Recipient) -> ListedRecipient<'static> {
        let [mut names, mut aliases, mut numbers] = [(); 3].map(|()| Words::default());
        recipient.names.iter().for_each(|dated| names.put(dated.name.as_str()));
        recipient.aliases.iter().map(Text::as_str).for_each(|it| aliases.put(it));
        recipient.identifiers.iter().for_each(|it| numbers.put(it.as_str()));
        numbers.put(recipient.id.as_str());
        ListedRecipient {
            recipient: Cow::Owned(recipient.id.to_string()),
            is_known: recipient.is_known(),
            has_grants: !recipient.grants.is_empty(),
            names: Cow::Owned(names.0),
            from: recipient.names.iter().map(|dated| dated.from).collect(),
            aliases: Cow::Owned(aliases.0),
            numbers: Cow::Owned(numbers.0),
        }
    }

    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// Returns its name on a day, folded, as [`Recipient::name_on`] does.
    pub fn name_on(&self, day: Date) -> &str {
        let names: Vec<&str> = self.names.split(END).collect();
        let in_use = self.from.iter().rposition(|from| from.is_none_or(|from| from <= day));
        names.get(in_use.unwrap_or_default()).copied().unwrap_or_default()
    }

    /// Returns true if one of its names, identifiers or its id contains a folded text.
    pub fn has(&self, text: &str) -> bool {
        self.names.contains(text) || self.aliases.contains(text) || self.numbers.contains(text)
    }

    /// Returns it without its aliases.
    #[must_use]
    pub fn without_aliases(&self) -> ListedRecipient<'_> {
        ListedRecipient {
            recipient: Cow::Borrowed(&self.recipient),
            is_known: self.is_known,
            has_grants: self.has_grants,
            names: Cow::Borrowed(&self.names),
            from: self.from.clone(),
            aliases: Cow::Borrowed(""),
            numbers: Cow::Borrowed(&self.numbers),
        }
    }
}

/// A decision in the register. Decisions are listed by year, series and number; those outside any series come last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedDecision<'a> {
    #[serde(borrow)]
    decision: Cow<'a, str>,
    /// Folded: its number and its title.
    #[serde(borrow)]
    words: Cow<'a, str>,
}

impl ListedDecision<'_> {
    pub fn of(registered: &RegisteredDecision) -> Option<ListedDecision<'static>> {
        if registered.reversed {
            return None;
        }
        let mut words = Words::default();
        words.put(registered.decision.id.as_str());
        registered.decision.title.iter().for_each(|it| words.put(it.as_str()));
        let decision = Cow::Owned(registered.decision.id.to_string());
        Some(ListedDecision { decision, words: Cow::Owned(words.0) })
    }

    pub fn decision(&self) -> &str {
        &self.decision
    }

    /// Returns true if its number or its title contains a folded text.
    pub fn has(&self, text: &str) -> bool {
        self.words.contains(text)
    }
}

/// Returns the key of a decision in the register.
pub fn decision_key(id: &DecisionId) -> String {
    let (is_outside, year, series, number, id) = order(id);
    match is_outside {
        false => format!("{}{number:010}{END}{id}", from_series(year, &series)),
        true => format!("{OUTSIDE}{END}{id}"),
    }
}

/// What the keys of decisions outside any series begin with.
pub const OUTSIDE: &str = "1";

/// Returns the prefix of the keys of a series' decisions.
pub fn from_series(year: u16, letters: &str) -> String {
    format!("0{year:05}{letters}{END}")
}

/// Returns the key by which decisions sort: year, then series, then number; ids outside any series come last.
pub fn order(id: &DecisionId) -> (bool, u16, String, u32, String) {
    match id.in_series() {
        Some((series, number)) => (false, series.year, series.prefix, number, id.to_string()),
        None => (true, 0, String::new(), 0, id.to_string()),
    }
}

/// Words, folded, one after the other.
#[derive(Default)]
struct Words(String);

impl Words {
    fn put(&mut self, word: &str) {
        if !self.0.is_empty() {
            self.0.push(END);
        }
        self.0.push_str(&folded(word));
    }
}

/// Returns a text as it is looked for in lists; empty if nothing has it.
pub fn sought(text: &str) -> String {
    let text = folded(text);
    if text.contains(END) { String::new() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_in_numerical_order() {
        let mut ids = ["14-2015/10", "9-2015", "14-2015/2", "C7-2015", "14-2015", "R00053"];
        ids.sort_by_key(|id| numbered(id));
        assert_eq!(ids, ["C7-2015", "R00053", "9-2015", "14-2015", "14-2015/2", "14-2015/10"]);
    }

    #[test]
    fn keys_of_grants_sort_as_dates_and_numbers_do() {
        let ids = [
            "1",
            "2",
            "10",
            "9-2015",
            "09-2015",
            "10-2015",
            "14-2015",
            "14-2015/2",
            "14-2015/10",
            "14-2015 b",
            "14",
            "14-",
            "14-2",
            "14 2",
            "a",
            "A",
            "ab",
            "a1",
            "a01",
            "a1b",
            "é",
            "C7-2015",
            "R00053",
            "1.2.3",
            "1.10",
            "99999999999999999999",
            "99999999999999999999-1",
            "18446744073709551615",
            "0",
            "00",
        ];
        let days =
            ["2015-01-31", "2015-02-01", "2014-12-31", "2015-12-01"].map(|it| Date::parse(it).unwrap());
        let all: Vec<(Date, GrantId)> =
            days.iter().flat_map(|day| ids.map(|id| (*day, GrantId::new(id).unwrap()))).collect();
        for one in &all {
            let key = grant_key(one.0, &one.1);
            assert_eq!(id_in(&key), one.1.as_str());
            assert!(*key > *from_month(one.0.month()) && *key < *from_month(one.0.month().plus(1)), "{key}");
            for other in &all {
                let sorted = |(day, id): &(Date, GrantId)| (*day, numbered(id.as_str()));
                let keys = key.cmp(&grant_key(other.0, &other.1));
                assert_eq!(sorted(one).cmp(&sorted(other)), keys, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn keys_of_decisions_sort_as_the_register_does() {
        let ids = [
            "6-2015",
            "7-2015",
            "10-2015",
            "010-2015",
            "C2-2015",
            "C-2-2015",
            "PCD-2014-000002",
            "PCD-2014-2",
            "letter",
            "Letter",
            "1-2016",
            "WPCC4-0089",
            "WPCC4-0091",
            "DN-3-2015",
            "DN4-2015",
            "DN40-2015",
            "4294967295-2016",
            "0-2016",
            "x.y",
            "2016",
        ];
        let ids = ids.map(|id| DecisionId::new(id).unwrap());
        for one in &ids {
            let key = decision_key(one);
            assert_eq!(id_in(&key), one.as_str());
            if let Some((series, _)) = one.in_series() {
                assert!(key.starts_with(&from_series(series.year, &series.prefix)), "{key}");
            }
            for other in &ids {
                assert_eq!(order(one).cmp(&order(other)), key.cmp(&decision_key(other)), "{one} {other}");
            }
        }
    }
}
