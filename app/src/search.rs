//! Search: grants, recipients, decisions, records and amounts by what people remember of them.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeMap;

use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::calendar::Date;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::grants::{Fact, Grant, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::reports::decisions::order;
use almoner_ledger::reports::grants::numbered;
use almoner_ledger::text::folded;

/// The maximum number of matches of each kind.
pub const MOST: usize = 50;

/// A grant that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
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

impl Found {
    pub fn is_empty(&self) -> bool {
        self.grants.is_empty() && self.recipients.is_empty() && self.decisions.is_empty()
    }
}

/// What is looked for.
struct Sought {
    text: String,
    amount: Option<Money>,
}

impl Sought {
    fn is_in(&self, text: &str) -> bool {
        !self.text.is_empty() && folded(text).contains(&self.text)
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

/// Finds what contains a text, or is of an amount, in what these books show.
pub fn search(books: &dyn Books, text: &str) -> Result<Found, BooksError> {
    let sought = Sought { text: folded(text), amount: text.parse().ok() };
    let mut found = Found::default();
    if sought.text.is_empty() {
        return Ok(found);
    }
    let mut names: BTreeMap<RecipientId, (String, bool)> = BTreeMap::new();
    books.each_recipient(&mut |recipient| {
        if recipient.is_known() {
            let is_sought = recipient.known_as().any(|name| sought.is_in(name))
                || recipient.identifiers.iter().any(|it| sought.is_in(it.as_str()))
                || sought.is_in(recipient.id.as_str());
            names.insert(recipient.id.clone(), (recipient.name().to_owned(), is_sought));
        }
        Ok(())
    })?;
    let mut grants = Vec::new();
    books.each_grant(&mut |grant| {
        let Some(award) = grant.award() else { return Ok(()) };
        let (recipient_name, by_name) = names.get(&award.recipient).cloned().unwrap_or_default();
        let purpose = grant.purpose().map(|it| it.text.to_string()).unwrap_or_default();
        let is_sought = by_name
            || sought.is_in(grant.id.as_str())
            || grant.decision().is_some_and(|it| sought.is_in(it.as_str()))
            || sought.is_in(&purpose)
            || sought.amount == Some(award.amount);
        let by = if is_sought { None } else { sought.movement(grant) };
        if is_sought || by.is_some() {
            let (grant_id, recipient) = (grant.id.clone(), award.recipient.clone());
            let awarded = grant.standing()?.awarded;
            let matched = GrantMatch { grant: grant_id, recipient, recipient_name, awarded, purpose, by };
            grants.push((award.decided, matched));
        }
        Ok(())
    })?;
    books.each_decision(&mut |registered| {
        let decision = &registered.decision;
        let title = decision.title.as_ref().map(ToString::to_string).unwrap_or_default();
        if !registered.reversed && (sought.is_in(decision.id.as_str()) || sought.is_in(&title)) {
            found.decisions.push((decision.id.clone(), title));
        }
        Ok(())
    })?;
    found.recipients =
        names.into_iter().filter(|(_, (_, is))| *is).map(|(id, (name, _))| (id, name)).collect();
    grants.sort_by_cached_key(|(decided, it)| (*decided, numbered(it.grant.as_str())));
    found.grants = grants.into_iter().map(|(_, it)| it).collect();
    found.decisions.sort_by_cached_key(|(id, _)| order(id));
    found.is_cut =
        [found.grants.len(), found.recipients.len(), found.decisions.len()].iter().any(|it| *it > MOST);
    found.grants.truncate(MOST);
    found.recipients.truncate(MOST);
    found.decisions.truncate(MOST);
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{award, books, pay};

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
