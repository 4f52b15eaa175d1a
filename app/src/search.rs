//! Search: grants, recipients, decisions, records and amounts by what people remember of them.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::{BTreeSet, HashSet};

use almoner_ledger::book::{Books, BooksError, ListLines};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::listing::{self, AmountSought};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::text::folded;
use almoner_papers::render::json;
use serde::Serialize;

use crate::error::Error;

/// The maximum number of matches of each kind.
pub const MOST: usize = 50;

/// A grant that matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantMatch {
    pub grant: GrantId,
    pub recipient: RecipientId,
    /// The recipient's newest name.
    pub recipient_name: String,
    pub awarded: Money,
    pub purpose: String,
    /// The payment, refund or return whose reference or amount matches, if the grant was found by one.
    pub by: Option<Movement>,
}

/// A movement of money of a grant that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Movement {
    /// Its record, which is for those who may see records.
    #[serde(skip)]
    pub record: u64,
    pub what: &'static str,
    pub date: Option<Date>,
    pub amount: Money,
    pub reference: Option<String>,
}

/// What was found: grants by the date of their decision and their number, decisions in the order of the register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub grants: Vec<GrantMatch>,
    pub recipients: Vec<(RecipientId, String)>,
    pub decisions: Vec<(DecisionId, String)>,
    /// True if there are more matches of a kind than are listed.
    pub is_cut: bool,
}

/// What was found, as JSON.
#[derive(Debug, Serialize)]
struct FoundText<'a> {
    schema: &'static str,
    body: &'a str,
    sought: &'a str,
    grants: &'a [GrantMatch],
    recipients: Vec<RecipientText<'a>>,
    decisions: Vec<DecisionText<'a>>,
    more: bool,
}

#[derive(Debug, Serialize)]
struct RecipientText<'a> {
    recipient: &'a RecipientId,
    name: &'a str,
}

#[derive(Debug, Serialize)]
struct DecisionText<'a> {
    decision: &'a DecisionId,
    title: Option<&'a str>,
}

impl Found {
    /// The schema of what was found, with its version.
    pub const SCHEMA: &str = "almoner.search/1";

    /// Returns what was found of a text in these books as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self, books: &dyn Books, sought: &str) -> Result<Vec<u8>, Error> {
        let recipients = self.recipients.iter();
        let decisions = self.decisions.iter();
        Ok(json::text(&FoundText {
            schema: Found::SCHEMA,
            body: books.reference().body_name(),
            sought,
            grants: &self.grants,
            recipients: recipients.map(|(recipient, name)| RecipientText { recipient, name }).collect(),
            decisions: decisions
                .map(|(decision, title)| DecisionText {
                    decision,
                    title: Some(title.as_str()).filter(|title| !title.is_empty()),
                })
                .collect(),
            more: self.is_cut,
        })?)
    }

    pub fn is_empty(&self) -> bool {
        self.grants.is_empty() && self.recipients.is_empty() && self.decisions.is_empty()
    }
}

/// What is looked for.
struct Sought {
    /// Folded.
    text: String,
    amount: Option<Money>,
}

impl Sought {
    fn is_in(&self, text: &str) -> bool {
        folded(text).contains(&self.text)
    }

    /// Returns the movement of the grant that matches, the latest first.
    fn movement(&self, grant: &Grant) -> Option<Movement> {
        let live = grant.live().filter_map(|recorded| {
            let fact: &Fact = &recorded.fact;
            let amount = fact.at_bank()?;
            let reference = fact.reference();
            let matches = self.amount.is_some_and(|sought| sought == amount.size())
                || reference.is_some_and(|it| self.is_in(it.as_str()));
            let reference = reference.map(ToString::to_string);
            let (record, what, date) = (recorded.record, fact.words(), fact.date());
            matches.then_some(Movement { record, what, date, amount: amount.size(), reference })
        });
        live.last()
    }
}

/// Finds what contains a text, or is of an amount, in what these books show. Their lists are searched, and nothing is
/// read but what was found.
pub fn search(books: &dyn Books, text: &str) -> Result<Found, BooksError> {
    let sought = Sought { text: listing::sought(text), amount: text.parse().ok() };
    let mut found = Found::default();
    if sought.text.is_empty() {
        return Ok(found);
    }
    let mut named = BTreeSet::new();
    books.each_listed_recipient(&mut |listed| {
        if listed.is_known && listed.has(&sought.text) {
            named.extend(RecipientId::new(listed.recipient()));
        }
        Ok(())
    })?;
    let grants = grants(books, &sought, &named)?;
    let decisions = decisions(books, &sought)?;
    found.is_cut = [grants.len(), named.len(), decisions.len()].iter().any(|it| *it > MOST);
    found.grants = matches(books, &sought, &named, grants)?;
    let named = books.recipients(&named.into_iter().take(MOST).collect())?;
    found.recipients = named.into_iter().map(|it| (it.id.clone(), it.name().to_owned())).collect();
    found.recipients.sort();
    let shown: Vec<DecisionId> = decisions.into_iter().take(MOST).collect();
    let registered = books.decisions(&shown.iter().cloned().collect())?;
    for id in shown {
        let decision = registered.iter().map(|it| &it.decision).find(|it| it.id == id);
        let title = decision.and_then(|it| it.title.as_ref()).map(ToString::to_string).unwrap_or_default();
        found.decisions.push((id, title));
    }
    Ok(found)
}

/// Returns the first grants that match, in their order, and one more if there are more.
fn grants(
    books: &dyn Books,
    sought: &Sought,
    named: &BTreeSet<RecipientId>,
) -> Result<Vec<GrantId>, BooksError> {
    // Nothing is made of the order of these.
    let named: HashSet<&str> = named.iter().map(RecipientId::as_str).collect();
    let amount = sought.amount.map(AmountSought::from);
    let mut found = Vec::new();
    // Where no recipient is named so, a line is found by what it has in it.
    let texts: Vec<&str> = match named.is_empty() {
        true => [sought.text.as_str()].into_iter().chain(amount.as_ref().map(AmountSought::as_str)).collect(),
        false => Vec::new(),
    };
    books.each_listed_grant(ListLines::with(&texts), &mut |listed| {
        let is_found = listed.has(&sought.text)
            || amount.as_ref().is_some_and(|amount| listed.has_amount(amount))
            || named.contains(listed.recipient());
        if is_found {
            found.extend(GrantId::new(listed.grant()));
        }
        Ok(found.len() <= MOST)
    })?;
    Ok(found)
}

/// Returns the first decisions that match, in their order, and one more if there are more.
fn decisions(books: &dyn Books, sought: &Sought) -> Result<Vec<DecisionId>, BooksError> {
    let mut found = Vec::new();
    books.each_listed_decision(ListLines::with(&[&sought.text]), &mut |listed| {
        if listed.has(&sought.text) {
            found.extend(DecisionId::new(listed.decision()));
        }
        Ok(found.len() <= MOST)
    })?;
    Ok(found)
}

/// Returns how the first of these grants match, in their order.
fn matches(
    books: &dyn Books,
    sought: &Sought,
    named: &BTreeSet<RecipientId>,
    grants: Vec<GrantId>,
) -> Result<Vec<GrantMatch>, BooksError> {
    let shown: Vec<GrantId> = grants.into_iter().take(MOST).collect();
    let mut sorted = shown.clone();
    sorted.sort_unstable();
    let read = books.grants(&sorted)?;
    let recipients = read.iter().filter_map(|grant| Some(grant.award()?.recipient.clone())).collect();
    let recipients = books.recipients(&recipients)?;
    let mut matches = Vec::new();
    for grant in shown.iter().filter_map(|id| read.iter().find(|it| it.id == *id)) {
        let Some(award) = grant.award() else { continue };
        let recipient = recipients.iter().find(|it| it.id == award.recipient && it.is_known());
        let purpose = grant.purpose().map(|it| it.text.to_string()).unwrap_or_default();
        let is_sought = named.contains(&award.recipient)
            || sought.is_in(grant.id.as_str())
            || grant.decision().is_some_and(|it| sought.is_in(it.as_str()))
            || sought.is_in(&purpose)
            || sought.amount == Some(award.amount);
        matches.push(GrantMatch {
            grant: grant.id.clone(),
            recipient: award.recipient.clone(),
            recipient_name: recipient.map(|it| it.name().to_owned()).unwrap_or_default(),
            awarded: grant.standing()?.awarded,
            purpose,
            by: if is_sought { None } else { sought.movement(grant) },
        });
    }
    Ok(matches)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use almoner_ledger::book::{ListDecisions, ListGrants, ListRecipients, ReferenceData, Visit};
    use almoner_ledger::decisions::RegisteredDecision;
    use almoner_ledger::events::Record;
    use almoner_ledger::head::Head;
    use almoner_ledger::recipients::{NameKey, Recipient};
    use almoner_ledger::reconciliation::{LineKey, RecordedLine};
    use almoner_ledger::totals::Totals;
    use almoner_store::memory::MemoryStore;

    use super::*;
    use crate::testing::{award, books, pay};

    /// Books whose lists alone can be visited, with the number of things that were read.
    struct Lists(MemoryStore, AtomicUsize);

    impl Lists {
        fn read<T>(&self, found: T) -> T {
            self.1.fetch_add(1, Ordering::Relaxed);
            found
        }

        fn refused<T>(&self) -> Result<T, BooksError> {
            Err(BooksError::Unreadable(format!("everything is visited, as at {}", self.head().record)))
        }
    }

    impl Books for Lists {
        fn head(&self) -> Head {
            self.0.head()
        }
        fn reference(&self) -> &ReferenceData {
            self.0.reference()
        }
        fn totals(&self) -> &Totals {
            self.0.totals()
        }
        fn grant(&self, id: &GrantId) -> Result<Option<Cow<'_, Grant>>, BooksError> {
            self.read(self.0.grant(id))
        }
        fn recipient(&self, id: &RecipientId) -> Result<Option<Cow<'_, Recipient>>, BooksError> {
            self.read(self.0.recipient(id))
        }
        fn recipients_known_by(&self, _: &NameKey) -> Result<BTreeSet<RecipientId>, BooksError> {
            self.refused()
        }
        fn decision(&self, id: &DecisionId) -> Result<Option<Cow<'_, RegisteredDecision>>, BooksError> {
            self.read(self.0.decision(id))
        }
        fn bank_line(&self, _: &LineKey) -> Result<Option<Cow<'_, RecordedLine>>, BooksError> {
            self.refused()
        }
        fn record(&self, _: u64) -> Result<Option<Record>, BooksError> {
            self.refused()
        }
        fn each_grant(&self, _: Visit<'_, Grant>) -> Result<(), BooksError> {
            self.refused()
        }
        fn each_recipient(&self, _: Visit<'_, Recipient>) -> Result<(), BooksError> {
            self.refused()
        }
        fn each_decision(&self, _: Visit<'_, RegisteredDecision>) -> Result<(), BooksError> {
            self.refused()
        }
        fn each_bank_line(&self, _: Visit<'_, RecordedLine>) -> Result<(), BooksError> {
            self.refused()
        }
        fn each_listed_grant(&self, lines: ListLines<'_>, visit: ListGrants<'_>) -> Result<(), BooksError> {
            self.0.each_listed_grant(lines, visit)
        }
        fn each_listed_recipient(&self, visit: ListRecipients<'_>) -> Result<(), BooksError> {
            self.0.each_listed_recipient(visit)
        }
        fn each_listed_decision(
            &self,
            lines: ListLines<'_>,
            visit: ListDecisions<'_>,
        ) -> Result<(), BooksError> {
            self.0.each_listed_decision(lines, visit)
        }
    }

    #[test]
    fn only_what_is_found_is_read() {
        let awards: Vec<_> = (1..=120)
            .map(|number| award(&format!("{number}-2015"), "2015-04-10", &format!("{number}")))
            .collect();
        let lists = Lists(books(&awards), AtomicUsize::new(0));
        // What is read: grants, recipients of these, recipients that are named, and decisions.
        for (text, is_cut, grants, expected) in [
            ("117-2015", false, 1, 3),
            ("nothing of it", false, 0, 0),
            ("£88", false, 1, 2),
            // All awards are of one recipient: the first fifty are shown.
            ("compassion", true, MOST, MOST + 2),
            ("-2015", true, MOST, 2 * MOST + 1),
        ] {
            let before = lists.1.load(Ordering::Relaxed);
            let found = search(&lists, text).unwrap();
            let read = lists.1.load(Ordering::Relaxed) - before;
            assert_eq!((found.is_cut, found.grants.len(), read), (is_cut, grants, expected), "{text}");
        }
    }

    #[test]
    fn grants_are_found_by_number_name_and_amount() {
        let books = books(&[
            award("10-2015", "2015-04-10", "70"),
            award("1-2015", "2015-04-10", "1,000"),
            award("2-2015", "2015-04-10", "2,500.50"),
            pay("1-2015", "2015-06-01", "300"),
        ]);
        for (text, expected) in [
            ("2-2015", "2-2015"),
            ("-2015", "1-2015 2-2015 10-2015"),
            ("£2,500.50", "2-2015"),
            ("300", "1-2015"),
            ("301", ""),
            ("", ""),
            ("no such words", ""),
        ] {
            let found = search(&books, text).unwrap();
            let ids: Vec<String> = found.grants.iter().map(|it| it.grant.to_string()).collect();
            assert_eq!(ids.join(" "), expected, "{text}");
        }
        let by = search(&books, "300").unwrap().grants.remove(0).by.unwrap();
        assert_eq!((by.amount.grouped().as_str(), by.what), ("300.00", "payment"));
    }
}
