//! Decisions about grants in a range: awards made, and changes to earlier awards.
//!
//! The amounts of awards and changes add up to what every other report shows as awarded in the range, those of
//! refunds that reduce an award to what they show as reduced: all are read from the entries. Records that were reversed within the range show in neither.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::{Date, DateRange, Period};
use crate::decisions::DecisionId;
use crate::grants::divisions::StatedLater;
use crate::grants::{Award, Fact, Grant, GrantId, Power, Recorded};
use crate::listing::Wanted;
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;
use crate::reports::grant::rows_of;
use crate::reports::grants::{RecipientNames, ever_takes, numbered};
use crate::reports::themes::{fund_names, theme_names};
use crate::reports::{Query, ReportError, Stamp};
use crate::text::Text;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangesRow {
    /// The effective date; for a reversal, the first day on which the ledger shows it.
    pub date: Date,
    /// `award`, `variation`, `extension`, `change of purpose`, `change of fund`, `withdrawal`, `refund`, `correction`
    /// or `reversal`.
    pub event: &'static str,
    pub decision: Option<DecisionId>,
    pub grant: GrantId,
    pub recipient: RecipientId,
    /// The recipient's name on that day.
    pub recipient_name: String,
    /// The funds in force on the day: `cdr; victims`.
    pub fund: String,
    pub fund_name: String,
    pub power: Power,
    /// The change in the amount awarded, in the range; of a refund, by how much it reduces the award.
    pub amount: Money,
    /// The purpose from then on.
    pub purpose: Text,
    /// The theme, or the split over themes, from then on.
    pub theme: String,
    /// The names of the themes from then on.
    pub theme_names: String,
    /// The previous purpose, if it changed.
    pub old_purpose: Option<Text>,
    /// The theme, or the split over themes, before, where the purpose changed.
    pub old_theme: Option<String>,
    /// The names of the themes before, where the purpose changed.
    pub old_theme_names: Option<String>,
    /// The funds before, where they changed.
    pub old_fund: Option<String>,
    /// The names of the funds before, where they changed.
    pub old_fund_name: Option<String>,
    /// The amount that a change of fund moved between funds: the commitment, and the payments and accruals with it.
    pub moved: Option<Money>,
    /// The period from then on; `None` is *not stated*.
    pub period: Option<Period>,
    /// The period before, where it changed.
    pub old_period: Option<Period>,
    pub record: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The lines by date, then by the grant's id.
    pub rows: Vec<ChangesRow>,
    pub total: Money,
}

/// Awards and changes, which together are what was awarded in the range, and refunds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChangesReport {
    #[serde(flatten)]
    pub stamp: Stamp,
    pub awards: Section,
    pub changes: Section,
    /// Refunds that reduce an award, which are no part of the total.
    pub reductions: Section,
    pub total: Money,
}

/// Produces the report. Filtered by theme, it shows the grants that ever had the theme, with the whole of
/// each amount.
pub fn changes(books: &dyn Books, query: &Query) -> Result<ChangesReport, ReportError> {
    let [mut awards, mut changes, mut reductions] = [(); 3].map(|()| Section::default());
    let mut take = |grant: &Grant| -> Result<(), BooksError> {
        let Some(award) = grant.last_award() else { return Ok(()) };
        if !ever_takes(&query.filter, grant, award) {
            return Ok(());
        }
        for (recorded, date, amount) in reductions_in_range(grant, query)? {
            reductions.rows.push(row(books, grant, award, (recorded, date, amount))?);
        }
        for (recorded, date, amount) in in_range(grant, query)? {
            let is_award = matches!(*recorded.fact, Fact::Awarded(_));
            let section = if is_award { &mut awards } else { &mut changes };
            section.rows.push(row(books, grant, award, (recorded, date, amount))?);
        }
        Ok(())
    };
    if let Ok(days) = DateRange::new(query.range.from(), query.as_at()) {
        let mut reversed: BTreeSet<GrantId> = BTreeSet::new();
        books.each_grant_wanted(Wanted::ActiveIn(days), &mut |grant| {
            reversed.extend(grant.award().is_none().then(|| grant.id.clone()));
            take(grant)
        })?;
        // A reversed award is in no list, but a closed month keeps what it posted.
        let irregular: Vec<GrantId> =
            books.totals().irregular().filter(|id| !reversed.contains(*id)).cloned().collect();
        let irregular = books.grants(&irregular)?;
        irregular.iter().filter(|grant| grant.award().is_none()).try_for_each(take)?;
    }
    let rows = || awards.rows.iter().chain(&changes.rows).chain(&reductions.rows);
    let names = RecipientNames::read(books, rows().map(|row| &row.recipient))?;
    for section in [&mut awards, &mut changes, &mut reductions] {
        section.rows.iter_mut().for_each(|row| row.recipient_name = names.on(&row.recipient, row.date));
        section.rows.sort_by_cached_key(|row| (row.date, numbered(row.grant.as_str()), row.record));
        section.total = Money::sum(section.rows.iter().map(|row| row.amount))?;
    }
    let total = awards.total.plus(changes.total)?;
    Ok(ChangesReport {
        stamp: Stamp::of_range(books, "almoner.report.changes/2", query),
        awards,
        changes,
        reductions,
        total,
    })
}

/// Returns the grant's records in the range, each with its day and the change in the amount awarded.
fn in_range<'a>(grant: &'a Grant, query: &Query) -> Result<Vec<(&'a Recorded, Date, Money)>, Overflow> {
    let mut found = Vec::new();
    for recorded in grant.history.iter().filter(|recorded| may_be_in(query, recorded)) {
        let rows = rows_of(grant, recorded)?;
        let inside = || rows.iter().filter(|row| query.covers(row.booked));
        let amount = Money::sum(inside().map(|row| row.awarded))?;
        let own_day = recorded.shown_from().filter(|day| query.covers(*day));
        let decides = matches!(
            *recorded.fact,
            Fact::Awarded(_)
                | Fact::Varied(_)
                | Fact::Repurposed(_)
                | Fact::FundChanged(_)
                | Fact::Withdrawn(_)
        );
        let first = inside().find(|row| !row.awarded.is_zero()).map(|row| row.booked);
        if let Some(day) = own_day.filter(|_| decides).or(first) {
            found.push((recorded, day, amount));
        }
    }
    without_reversed(&mut found)?;
    with_corrections(grant, &mut found)?;
    Ok(found)
}

/// Returns false for a record that neither is of a day in the range nor posts anything there but monthly expenditure,
/// which changes no amount awarded.
fn may_be_in(query: &Query, recorded: &Recorded) -> bool {
    recorded.shown_from().is_some_and(|day| query.covers(day))
        || recorded.entries.entries.iter().any(|entry| query.covers(entry.booked()))
        || recorded.reductions.iter().any(|it| query.covers(it.booked))
}

/// Adds what corrections of the award changed to the award itself, where that is listed: a correction is no variation.
fn with_corrections(grant: &Grant, found: &mut Vec<(&Recorded, Date, Money)>) -> Result<(), Overflow> {
    let corrects = |recorded: &Recorded| {
        let of = reversed_record(recorded);
        grant.history.iter().any(|it| it.record == of && it.correction().is_some())
    };
    let is_award =
        |recorded: &Recorded| matches!(*recorded.fact, Fact::Awarded(_)) && recorded.reversed_by.is_none();
    if !found.iter().any(|(recorded, ..)| is_award(recorded)) {
        return Ok(());
    }
    let (corrections, mut others): (Vec<_>, Vec<_>) =
        found.drain(..).partition(|(recorded, ..)| corrects(recorded));
    let change = Money::sum(corrections.iter().map(|(.., amount)| *amount))?;
    for (_, _, amount) in others.iter_mut().filter(|(recorded, ..)| is_award(recorded)) {
        *amount = amount.plus(change)?;
    }
    *found = others;
    Ok(())
}

/// Returns the grant's records by which refunds reduce its award in the range, each with its day and by how much.
fn reductions_in_range<'a>(
    grant: &'a Grant,
    query: &Query,
) -> Result<Vec<(&'a Recorded, Date, Money)>, Overflow> {
    let mut found = Vec::new();
    for recorded in &grant.history {
        let inside = || recorded.reductions.iter().filter(|it| query.covers(it.booked));
        let amount = Money::sum(inside().map(|it| it.amount))?;
        let first = inside().map(|it| it.booked).min();
        found.extend(first.filter(|_| !amount.is_zero()).map(|day| (recorded, day, amount)));
    }
    without_reversed(&mut found)?;
    Ok(found)
}

/// Leaves out the records that were reversed within the range.
fn without_reversed(found: &mut Vec<(&Recorded, Date, Money)>) -> Result<(), Overflow> {
    let mut reversed: BTreeMap<u64, Money> = BTreeMap::new();
    for (recorded, _, amount) in found.iter().filter(|(recorded, ..)| is_reversal_or_reversed(recorded)) {
        reversed.entry(reversed_record(recorded)).or_default().add(*amount)?;
    }
    found.retain(|(recorded, ..)| reversed.get(&reversed_record(recorded)).is_none_or(|sum| !sum.is_zero()));
    Ok(())
}

fn is_reversal_or_reversed(recorded: &Recorded) -> bool {
    recorded.reversed_by.is_some() || matches!(*recorded.fact, Fact::Reversed { .. })
}

/// Returns the record that a reversal reverses, or any other record itself.
fn reversed_record(recorded: &Recorded) -> u64 {
    if let Fact::Reversed { record, .. } = &*recorded.fact { *record } else { recorded.record }
}

fn row(
    books: &dyn Books,
    grant: &Grant,
    award: &Award,
    (recorded, date, amount): (&Recorded, Date, Money),
) -> Result<ChangesRow, Overflow> {
    let day = recorded.fact.effective().unwrap_or(date);
    let of_award = grant.award().filter(|_| matches!(*recorded.fact, Fact::Awarded(_)));
    let purpose = of_award.map(|award| &award.purpose).or(recorded.fact.purpose());
    let now = purpose.or_else(|| grant.purpose_on(day)).unwrap_or(&award.purpose);
    let split = grant.split_on(day).unwrap_or_else(|| now.split.clone());
    let before = before(grant, recorded);
    let old_purpose = matches!(*recorded.fact, Fact::Repurposed(_)).then(|| before.purpose()).flatten();
    let old_split = old_purpose.and_then(|_| before.split_on(day));
    let varied = if let Fact::Varied(variation) = &*recorded.fact { variation.period } else { None };
    let (period, old_period) = match recorded.fact.award() {
        Some(award) => (StatedLater::of(grant.facts()).period(award), None),
        None if varied.is_some() => (varied, before.period()),
        None => (before.period(), None),
    };
    let changes_fund = matches!(*recorded.fact, Fact::FundChanged(_));
    let moved = recorded.entries.postings().filter(|it| it.account == Account::AwardsMoved);
    let moved = Money::sum(moved.map(|it| it.amount.max(Money::ZERO)))?;
    Ok(ChangesRow {
        date,
        event: recorded.fact.words(),
        decision: recorded.fact.decision().or(of_award.and(grant.decision())).cloned(),
        grant: grant.id.clone(),
        recipient: award.recipient.clone(),
        recipient_name: String::new(),
        fund: grant.funds_on(day),
        fund_name: fund_names(books, grant, day, date),
        power: grant.terms().power,
        amount,
        purpose: now.text.clone(),
        theme: split.to_string(),
        theme_names: theme_names(books, &split, date),
        old_purpose: old_purpose.map(|purpose| purpose.text.clone()),
        old_theme: old_split.as_ref().map(ToString::to_string),
        old_theme_names: old_split.map(|split| theme_names(books, &split, date)),
        old_fund: changes_fund.then(|| before.funds_on(day)),
        old_fund_name: changes_fund.then(|| fund_names(books, &before, day, date)),
        moved: changes_fund.then_some(moved),
        period,
        old_period,
        record: recorded.record,
    })
}

/// Returns the grant as it was before a record: with the facts in force that have an earlier day, or the
/// same day and an earlier record.
fn before(grant: &Grant, recorded: &Recorded) -> Grant {
    let is_before = |it: &Recorded| match (it.fact.effective(), recorded.fact.effective()) {
        (Some(day), Some(of)) => (day, it.record) < (of, recorded.record),
        _ => it.record < recorded.record,
    };
    let history = grant.live().filter(|it| is_before(it)).cloned().collect();
    Grant { id: grant.id.clone(), history }
}
