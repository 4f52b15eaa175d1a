//! The parts of a figure: the change that each record made to it.
//!
//! **Guarantee.** The parts of a figure add up to it. A record's part is the figure after the record less
//! the figure before it, so figures without postings of their own, such as prepayments, have parts too,
//! and the joint effect of two records belongs to the later one. A budget that was reversed has the part that
//! its reversal left in closed months, if any; the reversal has none.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::book::names::{fund_name, theme_name};
use crate::book::{Books, BooksError};
use crate::calendar::Date;
use crate::decisions::DecisionId;
use crate::events::BudgetKey;
use crate::grants::{Fact, Grant, GrantId, Recorded};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::Query;
use crate::reports::budgets::BudgetPart;
use crate::reports::collect::{Cuts, Place, absorb_each, of_grant};
use crate::reports::grant::amount_and_detail;
use crate::reports::grants::{RecipientNames, numbered};
use crate::totals::Figures;

/// A record with its part in a figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    pub record: u64,
    /// The time of recording, UTC.
    pub recorded_at: String,
    pub recorded_by: String,
    /// The kind of record: `award`, `payment`, `budget`, …
    pub event: &'static str,
    /// The effective date, for a reversal that of the record it reverses; `None` for a budget.
    pub date: Option<Date>,
    /// The grant's id; `None` for a budget.
    pub grant: Option<GrantId>,
    pub recipient: Option<RecipientId>,
    /// The recipient's name on that day.
    pub recipient_name: Option<String>,
    /// The decision the record is based on, or else that of the grant's award.
    pub decision: Option<DecisionId>,
    /// Other details: a purpose, a reference, a reason; for a budget its fund, theme and year.
    pub detail: Option<String>,
    /// The record's part in the figure.
    pub amount: Money,
    /// The day on which the recipient is named.
    #[serde(skip)]
    named_on: Option<Date>,
}

impl Part {
    /// Returns the part of a grant's record in a figure, without the recipient's name ([`name_recipients`]). Its recipient
    /// is that of the figure, if it is one recipient's, and else the one under whom the books show the record.
    pub(super) fn of_grant(
        grant: &Grant,
        recorded: &Recorded,
        amount: Money,
        of: Option<&RecipientId>,
    ) -> Part {
        let date = grant.day_of(recorded);
        let award = award_by(grant, recorded.record);
        let shown = || grant.recipient_shown(recorded.record, grant.shown_from(recorded)?);
        let recipient = of.or_else(shown).or(award.map(|award| &award.recipient)).cloned();
        let decision = recorded.fact.decision().or(award.and_then(|_| grant.decision())).cloned();
        Part {
            record: recorded.record,
            recorded_at: recorded.at.to_string(),
            recorded_by: recorded.by.to_string(),
            event: recorded.fact.words(),
            date,
            grant: Some(grant.id.clone()),
            recipient,
            recipient_name: None,
            decision,
            detail: detail_of(recorded),
            amount,
            named_on: date.or(recorded.shown_from()),
        }
    }

    /// Returns the part of a record that belongs to no grant. User and time of recording are blank where
    /// the books do not show them.
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
            named_on: None,
        })
    }
}

/// Returns the other details of a record, with the reason of a prior period adjustment.
fn detail_of(recorded: &Recorded) -> Option<String> {
    let adjusted = recorded.prior_period.as_ref().map(|reason| format!("prior period adjustment: {reason}"));
    let details: Vec<String> = amount_and_detail(&recorded.fact).1.into_iter().chain(adjusted).collect();
    (!details.is_empty()).then(|| details.join("; "))
}

/// Puts the recipients' names, each on the day of its record, in parts.
pub(super) fn name_recipients(books: &dyn Books, mut parts: Vec<&mut Part>) -> Result<(), BooksError> {
    let names = RecipientNames::read(books, parts.iter().filter_map(|part| part.recipient.as_ref()))?;
    for part in &mut parts {
        part.recipient_name = part.recipient.as_ref().zip(part.named_on).map(|(id, day)| names.on(id, day));
    }
    Ok(())
}

/// Returns the grant's last award up to a record.
pub(super) fn award_by(grant: &Grant, record: u64) -> Option<&crate::grants::Award> {
    grant.history.iter().rev().filter(|it| it.record <= record).find_map(|it| it.award())
}

/// Sorts parts: those without a grant first, then grant by grant in the order of recording.
pub(super) fn sort(parts: &mut [Part]) {
    parts.sort_by_cached_key(|part| (part.grant.as_ref().map(|id| numbered(id.as_str())), part.record));
}

/// Receives a change: the record, the key and the stretches of time.
type Visit<'a, Key> = dyn FnMut(&Recorded, &Key, &[Figures]) -> Result<(), BooksError> + 'a;

/// Visits the changes made by each record of a grant after `since`, by key and stretch of time.
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

/// Adds the next record to a grant, as known at that time.
fn learn(grant: &mut Grant, recorded: &Recorded) {
    if let Fact::Reversed { record, .. } = &*recorded.fact {
        for reversed in grant.history.iter_mut().filter(|it| it.record == *record) {
            reversed.reversed_by = Some(recorded.record);
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
        let sums = by_key.entry(key(&place)).or_insert_with(|| vec![Figures::default(); changes.len()]);
        absorb_each(sums, &changes)?;
    }
    Ok(by_key)
}

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
        let none = vec![Figures::default(); figures.len()];
        changed.push((key, less(&none, figures)?));
    }
    Ok(changed)
}

fn less(figures: &[Figures], other: &[Figures]) -> Result<Vec<Figures>, Overflow> {
    figures.iter().zip(other).map(|(it, other)| it.less(other)).collect()
}

/// Returns the change that each record made to a budget in the query's range; of one that was reversed, what its
/// reversal left of it, in months that were closed.
pub(super) fn budget_parts(
    books: &dyn Books,
    query: &Query,
    key: &BudgetKey,
) -> Result<Vec<(u64, BudgetPart)>, Overflow> {
    let mut parts: BTreeMap<u64, BudgetPart> = BTreeMap::new();
    let mut before = BudgetPart::default();
    let changes = books.reference().budget_changes.get(key).map_or(&[][..], Vec::as_slice);
    for (last, change) in changes.iter().enumerate() {
        let now = BudgetPart::of(changes.iter().take(last + 1), key.year, query)?;
        let part = parts.entry(change.set_by).or_default();
        *part = part.plus(now.less(before)?)?;
        before = now;
    }
    Ok(parts.into_iter().filter(|(_, part)| !part.is_zero()).collect())
}

/// Returns a budget in words: `Crime and disorder reduction, Youth, 2015-16`.
pub(super) fn budget_in_words(books: &dyn Books, key: &BudgetKey) -> String {
    let (fund, theme) = (fund_name(books, key.fund.as_str()), theme_name(books, key.theme.as_str()));
    format!("{fund}, {theme}, {}", key.year)
}
