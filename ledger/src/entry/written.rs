//! The journal's form of postings: a list of items, each a list.
//!
//! ```text
//! ["paid","cdr","youth","60.50"]                            lines of a template
//! ["memo:commitments","cdr","youth","-60.50"]               one line
//! ["on","2015-02-20"]  ["on","2015-02-20","2015-03-01"]     starts another entry with its date and booking date
//! ["expenditure","cdr","youth","2015-02-28 23.33 51.67"]    monthly expenditure; each day starts a run
//! ```
//!
//! Lines before any `on` form an entry on the day of their fact. Guarantees that postings are read as they
//! were written, line for line, and that unbalanced entries are refused.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Serialize, Serializer};

use super::{Entries, Entry, LineGroup, LineTemplate, MonthlyExpenditure};
use crate::accounts::Account;
use crate::calendar::Date;
use crate::funds::FundId;
use crate::money::Money;
use crate::text::read_str;
use crate::themes::ThemeId;

const ON: &str = "on";
const MONTHLY: &str = "expenditure";
const INCOMPLETE: &str = "incomplete posting";

/// Returns the name under which a group is written.
fn name_of(lines: LineTemplate) -> &'static str {
    match lines {
        LineTemplate::Single(account) => account.code(),
        named @ (LineTemplate::Payment | LineTemplate::Commitment) => {
            LineTemplate::NAMED.iter().find(|(_, it)| *it == named).map_or("", |(name, _)| name)
        }
    }
}

/// Entries as they are written with a fact of this day.
pub(crate) struct Written<'a> {
    pub(crate) posted: &'a Entries,
    pub(crate) day: Option<Date>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Entries { entries, monthly } = self.posted;
        let mut items = serializer.serialize_seq(None)?;
        for (position, entry) in entries.iter().enumerate() {
            match entry.booked {
                None if position == 0 && self.day == Some(entry.date) => {}
                None => items.serialize_element(&(ON, entry.date))?,
                Some(booked) => items.serialize_element(&(ON, entry.date, booked))?,
            }
            for LineGroup { lines, fund, theme, amount } in &entry.parts {
                items.serialize_element(&(name_of(*lines), fund, theme, amount))?;
            }
        }
        for runs in monthly.chunk_by(|a, b| a.fund == b.fund && a.theme == b.theme) {
            let Some(MonthlyExpenditure { fund, theme, .. }) = runs.first() else { continue };
            items.serialize_element(&(MONTHLY, fund, theme, Schedule(runs)))?;
        }
        items.end()
    }
}

/// Runs of monthly expenditure in one text.
struct Schedule<'a>(&'a [MonthlyExpenditure]);

impl fmt::Display for Schedule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, run) in self.0.iter().enumerate() {
            let space = if position == 0 { "" } else { " " };
            write!(f, "{space}{}", run.from)?;
            if let Some(booked) = run.booked {
                write!(f, "/{booked}")?;
            }
            for amount in &run.amounts {
                write!(f, " {amount}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Schedule<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads entries that were written with a fact of this day.
pub(crate) struct Beside(pub(crate) Option<Date>);

impl<'de> DeserializeSeed<'de> for Beside {
    type Value = Entries;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Entries, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Beside {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of postings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Entries, A::Error> {
        let mut posted = Entries::none();
        let mut entry: Option<(Date, Option<Date>)> = self.0.map(|day| (day, None));
        let (mut parts, mut has_begun) = (Vec::new(), false);
        let end_entry =
            |posted: &mut Entries, entry: Option<(Date, Option<Date>)>, parts: &mut Vec<LineGroup>| {
                let mut parts = std::mem::take(parts);
                parts.shrink_to_fit();
                let (date, booked) = entry.ok_or_else(|| de::Error::custom("an entry has no date"))?;
                posted.entries.push(Entry::of_parts(date, booked, parts).map_err(de::Error::custom)?);
                Ok(())
            };
        while let Some(item) = items.next_element()? {
            match item {
                Item::On(date, booked) => {
                    if has_begun || !parts.is_empty() {
                        end_entry(&mut posted, entry, &mut parts)?;
                    }
                    (entry, has_begun) = (Some((date, booked)), true);
                }
                Item::LineGroup(part) => parts.push(part),
                Item::Monthly(runs) => posted.monthly.extend(runs),
            }
        }
        if has_begun || !parts.is_empty() {
            end_entry(&mut posted, entry, &mut parts)?;
        }
        posted.entries.shrink_to_fit();
        posted.monthly.shrink_to_fit();
        Ok(posted)
    }
}

enum Item {
    On(Date, Option<Date>),
    LineGroup(LineGroup),
    Monthly(Vec<MonthlyExpenditure>),
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Item, D::Error> {
        struct Items;
        impl<'de> Visitor<'de> for Items {
            type Value = Item;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a posting")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Item, A::Error> {
                fn part<'de, T: Deserialize<'de>, A: SeqAccess<'de>>(parts: &mut A) -> Result<T, A::Error> {
                    parts.next_element()?.ok_or_else(|| de::Error::custom(INCOMPLETE))
                }
                let kind: Kind = part(&mut parts)?;
                let item = match kind {
                    Kind::On => Item::On(part(&mut parts)?, parts.next_element()?),
                    Kind::Monthly => {
                        let (fund, theme) = (part(&mut parts)?, part(&mut parts)?);
                        let runs = parts.next_element_seed(Runs { fund, theme })?;
                        Item::Monthly(runs.ok_or_else(|| de::Error::custom(INCOMPLETE))?)
                    }
                    Kind::Lines(lines) => Item::LineGroup(LineGroup {
                        lines,
                        fund: part(&mut parts)?,
                        theme: part(&mut parts)?,
                        amount: part(&mut parts)?,
                    }),
                };
                match parts.next_element::<IgnoredAny>()? {
                    Some(_) => Err(de::Error::custom("a posting has too many items")),
                    None => Ok(item),
                }
            }
        }
        deserializer.deserialize_seq(Items)
    }
}

/// The kind of an item, given by its first text.
enum Kind {
    On,
    Monthly,
    Lines(LineTemplate),
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        struct Word;
        impl Visitor<'_> for Word {
            type Value = Kind;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an account, or the name of a line template")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Kind, E> {
                match word {
                    ON => return Ok(Kind::On),
                    MONTHLY => return Ok(Kind::Monthly),
                    _ => {}
                }
                let named =
                    LineTemplate::NAMED.iter().find(|(name, _)| *name == word).map(|(_, lines)| *lines);
                let account = || Account::ALL.into_iter().find(|account| account.code() == word);
                let lines = named.or_else(|| account().map(LineTemplate::Single));
                lines.map(Kind::Lines).ok_or_else(|| E::custom(format!("`{word}` is not an account")))
            }
        }
        deserializer.deserialize_str(Word)
    }
}

/// Reads the runs of monthly expenditure of a fund and a theme.
struct Runs {
    fund: FundId,
    theme: ThemeId,
}

impl<'de> DeserializeSeed<'de> for Runs {
    type Value = Vec<MonthlyExpenditure>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<MonthlyExpenditure>, D::Error> {
        let Runs { fund, theme } = self;
        read_str(deserializer, |text| runs_of(text, &fund, &theme))
    }
}

/// Reads what [`Schedule`] writes.
fn runs_of(text: &str, fund: &FundId, theme: &ThemeId) -> Result<Vec<MonthlyExpenditure>, String> {
    let wrong = || format!("`{text}` is not a list of monthly amounts");
    let mut runs: Vec<MonthlyExpenditure> = Vec::new();
    for word in text.split(' ') {
        if let Some(amount) = Money::parse_plain(word) {
            runs.last_mut().ok_or_else(wrong)?.amounts.push(amount);
            continue;
        }
        let (from, booked) = match word.split_once('/') {
            Some((from, booked)) => (from, Some(booked)),
            None => (word, None),
        };
        let day = |text| Date::parse_plain(text).ok_or_else(wrong);
        runs.push(MonthlyExpenditure {
            from: day(from)?,
            booked: booked.map(day).transpose()?,
            fund: fund.clone(),
            theme: theme.clone(),
            amounts: Vec::new(),
        });
    }
    match runs.iter().all(|run| !run.amounts.is_empty()) {
        true => Ok(runs),
        false => Err(wrong()),
    }
}

/// For `#[serde(with)]`: postings of an event without a date.
pub(crate) mod dated {
    use super::{Beside, DeserializeSeed, Deserializer, Entries, Serialize, Serializer, Written};

    pub(crate) fn serialize<S: Serializer>(posted: &Entries, serializer: S) -> Result<S::Ok, S::Error> {
        Written { posted, day: None }.serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Entries, D::Error> {
        Beside(None).deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests;
