//! Figures taken apart: which record changed which figure, and by how much.
//!
//! **Guarantee.** The parts of a figure sum to it. A record's part is what the figure came to once it
//! was recorded, less what it came to before; so it may be that of a figure which no posting holds,
//! like what is prepaid, and what two records did together stands with the later one. A budget that
//! was undone has no part, and neither has what undid it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::{Books, BooksError};
use crate::calendar::Date;
use crate::decisions::DecisionId;
use crate::event::BudgetKey;
use crate::grants::{Fact, Grant, GrantId, Recorded};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::Query;
use crate::reports::budgets::budget_in;
use crate::reports::collect::{self, Cuts, Place, of_grant};
use crate::reports::grant::{day_of, said};
use crate::reports::grants::{by_number, recipient_name};
use crate::reports::themes::{fund_name, theme_name};
use crate::totals::Figures;

/// A record with its part in a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The record's number.
    pub record: u64,
    /// When it was recorded, UTC.
    pub recorded_at: String,
    /// Who recorded it.
    pub recorded_by: String,
    /// What was recorded: `award`, `payment`, `budget`, …
    pub event: &'static str,
    /// When that happened, for a reversal when what it undoes did; `None` for a budget.
    pub date: Option<Date>,
    /// The grant; `None` for a budget.
    pub grant: Option<GrantId>,
    /// The recipient's id.
    pub recipient: Option<RecipientId>,
    /// The recipient's name on that day.
    pub recipient_name: Option<String>,
    /// The decision that it rests on, or else the one that the grant's award does.
    pub decision: Option<DecisionId>,
    /// What else was stated: a purpose, a reference, a reason; of a budget its fund, theme and year.
    pub detail: Option<String>,
    /// The part.
    pub amount: Money,
}

impl Part {
    /// The part of a grant's record.
    pub(super) fn of_grant(
        books: &dyn Books,
        grant: &Grant,
        recorded: &Recorded,
        amount: Money,
    ) -> Result<Part, BooksError> {
        let date = day_of(grant, recorded);
        let award = award_by(grant, recorded.record);
        let recipient = award.map(|award| award.recipient.clone());
        let named = recipient.as_ref().zip(date.or(recorded.shown_from()));
        let recipient_name = named.map(|(id, day)| recipient_name(books, id, day)).transpose()?;
        let decision = recorded.fact.decision().or(award.and_then(|award| award.decision.as_ref())).cloned();
        Ok(Part {
            record: recorded.record,
            recorded_at: recorded.at.to_string(),
            recorded_by: recorded.by.to_string(),
            event: recorded.fact.words(),
            date,
            grant: Some(grant.id.clone()),
            recipient,
            recipient_name,
            decision,
            detail: said(&recorded.fact).1,
            amount,
        })
    }

    /// The part of a record that belongs to no grant. Who recorded it, and when, is left blank where the
    /// books do not show it.
    pub(super) fn of_record(
        books: &dyn Books,
        record: u64,
        detail: Option<String>,
        amount: Money,
    ) -> Result<Part, BooksError> {
        let found = books.record(record)?;
        Ok(Part {
            record,
            recorded_at: found.as_ref().map_or_else(String::new, |it| it.at.to_string()),
            recorded_by: found.as_ref().map_or_else(String::new, |it| it.by.to_string()),
            event: found.as_ref().map_or("budget", |it| it.event.words()),
            date: None,
            grant: None,
            recipient: None,
            recipient_name: None,
            decision: None,
            detail,
            amount,
        })
    }
}

/// The award that a grant was last recorded with by then.
fn award_by(grant: &Grant, record: u64) -> Option<&crate::grants::Award> {
    grant.history.iter().rev().filter(|it| it.record <= record).find_map(|it| match &*it.fact {
        Fact::Awarded(award) => Some(&**award),
        _ => None,
    })
}

/// Sorts parts: those of no grant first, then grant by grant in the order of recording.
pub(super) fn sort(parts: &mut [Part]) {
    parts.sort_by(|a, b| {
        let id = |part: &Part| part.grant.as_ref().map_or(String::new(), GrantId::to_string);
        by_number(&id(a), &id(b)).then(a.record.cmp(&b.record))
    });
}

/// What is told of a change: the record, the key and the stretches of time.
type Visit<'a, Key> = dyn FnMut(&Recorded, &Key, &[Figures]) -> Result<(), BooksError> + 'a;

/// What each record of a grant after `since` changed, by key and stretch of time.
pub(super) fn each_change<Key: Ord>(
    grant: &Grant,
    query: &Query,
    cuts: &Cuts,
    since: u64,
    key: impl Fn(&Place<'_>) -> Key,
    visit: &mut Visit<'_, Key>,
) -> Result<(), BooksError> {
    let first = grant.history.partition_point(|recorded| recorded.record <= since);
    let (earlier, later) = grant.history.split_at(first);
    if later.is_empty() {
        return Ok(());
    }
    let mut known = Grant::new(grant.id.clone());
    earlier.iter().for_each(|recorded| learn(&mut known, recorded));
    let mut before = figures_by(&known, query, cuts, &key)?;
    for recorded in later {
        learn(&mut known, recorded);
        let now = figures_by(&known, query, cuts, &key)?;
        for (key, changes) in difference(&before, &now)? {
            visit(recorded, key, &changes)?;
        }
        before = now;
    }
    Ok(())
}

/// Adds what was recorded next to a grant, as it was known then.
fn learn(grant: &mut Grant, recorded: &Recorded) {
    if let Fact::Reversed { record, .. } = &*recorded.fact {
        for undone in grant.history.iter_mut().filter(|it| it.record == *record) {
            undone.reversed_by = Some(recorded.record);
        }
    }
    grant.history.push(Recorded { reversed_by: None, ..recorded.clone() });
}

type ByKey<Key> = BTreeMap<Key, Vec<Figures>>;

fn figures_by<Key: Ord>(
    grant: &Grant,
    query: &Query,
    cuts: &Cuts,
    key: impl Fn(&Place<'_>) -> Key,
) -> Result<ByKey<Key>, Overflow> {
    let mut by_key: ByKey<Key> = BTreeMap::new();
    for (place, changes) in of_grant(grant, query, cuts)? {
        let held = by_key.entry(key(&place)).or_insert_with(|| vec![Figures::default(); changes.len()]);
        for (held, figures) in held.iter_mut().zip(&changes) {
            collect::add(held, figures)?;
        }
    }
    Ok(by_key)
}

/// What is different, by key.
fn difference<'a, Key: Ord>(
    before: &'a ByKey<Key>,
    now: &'a ByKey<Key>,
) -> Result<Vec<(&'a Key, Vec<Figures>)>, Overflow> {
    let mut changed = Vec::new();
    for (key, figures) in now {
        match before.get(key) {
            None => changed.push((key, figures.clone())),
            Some(same) if same == figures => {}
            Some(other) => changed.push((key, less(figures, other)?)),
        }
    }
    for (key, figures) in before.iter().filter(|(key, _)| !now.contains_key(key)) {
        let nothing = vec![Figures::default(); figures.len()];
        changed.push((key, less(&nothing, figures)?));
    }
    Ok(changed)
}

fn less(figures: &[Figures], other: &[Figures]) -> Result<Vec<Figures>, Overflow> {
    figures.iter().zip(other).map(|(it, other)| it.less(other)).collect()
}

/// What each record changed of a budget in the query's range, as it holds now.
pub(super) fn budget_parts(
    books: &dyn Books,
    query: &Query,
    key: &BudgetKey,
) -> Result<Vec<(u64, Money)>, Overflow> {
    let mut parts = Vec::new();
    let mut before = Money::ZERO;
    for (amount, record) in books.reference().budgets.get(key).into_iter().flat_map(|it| it.each()) {
        let now = budget_in(*amount, key.year, query.range)?;
        parts.push((record, now.minus(before)?));
        before = now;
    }
    parts.retain(|(_, part)| !part.is_zero());
    Ok(parts)
}

/// A budget in words: `Crime and disorder reduction, Youth, 2015-16`.
pub(super) fn budget_in_words(books: &dyn Books, key: &BudgetKey) -> String {
    let (fund, theme) = (fund_name(books, key.fund.as_str()), theme_name(books, key.theme.as_str()));
    format!("{fund}, {theme}, {}", key.year)
}
