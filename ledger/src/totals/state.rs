//! What all postings come to, as one hash: each batch of the journal states it, so that totals which are not those of
//! the journal are found.
//!
//! ```text
//! assets:bank cdr youth s9 2015-02 -6050          a line: account, fund, theme, power, month booked, pence
//! assets:grant-control cdr youth s9 2015-02 3717
//! ```
//!
//! A line is what was posted in a month, where that is not zero; without a theme it has `*`, and outside grants the
//! power is `not-stated`. The lines of a month in the order of their bytes, each ended by a line feed, are its block.
//! The state is the SHA-256 of a line `MONTH SHA-256-OF-BLOCK` for each month that has lines, in order. Figures that
//! follow from rules, such as prepayments, are no part of it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;

use serde::{Deserialize, Serialize};

use super::{Figure, Figures, Heading, Months, Totals, under_awards};
use crate::accounts::Account;
use crate::book::{Books, BooksError};
use crate::calendar::Month;
use crate::entry::Entries;
use crate::events::{Event, GrantFact};
use crate::grants::{Fact, Grant, Power, Rules};
use crate::hash::Hash;
use crate::money::{Money, Overflow};

/// What all postings come to after a batch, and the version of the rules by which they were entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingState {
    /// The version of the rules, from 1. It may be a later one than this program knows.
    pub rules: u32,
    pub hash: Hash,
}

impl PostingState {
    /// Returns whether totals of this state are those of another one, as far as these rules can say: `None` if
    /// they differ and the other was made by other rules.
    pub fn agrees_with(&self, other: &PostingState) -> Option<bool> {
        match self.hash == other.hash {
            false if self.rules != other.rules => None,
            is_same => Some(is_same),
        }
    }
}

/// The hashes of the blocks of months, of those that have not changed since; `None` of a month without lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Blocks(BTreeMap<Month, Option<Hash>>);

impl Blocks {
    /// Notes that something was posted in a month.
    pub(super) fn forget(&mut self, month: Month) {
        // Most totals are made by themselves and never hashed.
        if !self.0.is_empty() {
            self.0.remove(&month);
        }
    }

    pub(super) fn forget_all(&mut self) {
        self.0.clear();
    }
}

/// The accounts in the order of their codes.
fn accounts_by_code() -> [Account; Account::ALL.len()] {
    let mut accounts = Account::ALL;
    accounts.sort_unstable_by_key(|account| account.code());
    accounts
}

fn theme_word(heading: &Heading) -> &str {
    heading.theme.as_ref().map_or("*", |theme| theme.as_str())
}

impl Totals {
    /// Returns what all postings come to. Only months that have changed since the last time are hashed.
    pub fn state(&mut self) -> PostingState {
        let of = |months: &Months| (months.first, months.first.plus(months.figures.len() as i32 - 1));
        let ends = self.by_month.iter().filter(|(_, it)| !it.figures.is_empty()).map(|(_, it)| of(it));
        if let Some((first, last)) = ends.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1))) {
            let wanted = (0..=last.months_since(first)).map(|later| first.plus(later));
            let missing: Vec<Month> = wanted.filter(|month| !self.blocks.0.contains_key(month)).collect();
            if !missing.is_empty() {
                let hashed = self.hashed(&missing);
                self.blocks.0.extend(missing.into_iter().zip(hashed));
            }
        }
        let mut root = Vec::with_capacity(self.blocks.0.len() * 80);
        for (month, block) in &self.blocks.0 {
            if let Some(hash) = block {
                root.extend_from_slice(month.to_string().as_bytes());
                root.push(b' ');
                root.extend_from_slice(&hash.hex());
                root.push(b'\n');
            }
        }
        PostingState { rules: Rules::PRESENT.version(), hash: Hash::of(&root) }
    }

    /// Returns the hashes of the blocks of these months.
    fn hashed(&self, months: &[Month]) -> Vec<Option<Hash>> {
        let accounts = accounts_by_code();
        let mut headings: Vec<&(Heading, Months)> = self.by_month.iter().collect();
        headings.sort_unstable_by(|(one, _), (other, _)| {
            let by_theme = || theme_word(one).cmp(theme_word(other));
            let by_power = || one.power.word().cmp(other.power.word());
            one.fund.cmp(&other.fund).then_with(by_theme).then_with(by_power)
        });
        // The part of a line between account and month, with the figures of its heading.
        let headings: Vec<(String, &Months)> = headings
            .into_iter()
            .map(|(it, months)| (format!(" {} {} {} ", it.fund, theme_word(it), it.power.word()), months))
            .collect();
        let mut text = Vec::new();
        let mut here: Vec<(&str, &Figures)> = Vec::new();
        let mut block = |month: &Month| {
            text.clear();
            here.clear();
            here.extend(headings.iter().filter_map(|(words, months)| {
                let place = usize::try_from(month.months_since(months.first)).ok()?;
                Some((words.as_str(), months.figures.get(place)?))
            }));
            let month = month.to_string();
            for account in accounts {
                for (words, figures) in &here {
                    let pence = figures.get(Figure::Posted(account)).pence();
                    if pence != 0 {
                        // Writing to memory cannot fail.
                        let _ = writeln!(text, "{}{words}{month} {pence}", account.code());
                    }
                }
            }
            (!text.is_empty()).then(|| Hash::of(&text))
        };
        months.iter().map(&mut block).collect()
    }

    /// Adds postings by month under a power; those of a grant that have a theme. Subtracts them if `sign` is false.
    fn post(&mut self, posted: &Entries, grant: Option<Power>, sign: bool) -> Result<(), Overflow> {
        let signed = |amount: Money| if sign { amount } else { amount.negated() };
        let mut near = 0;
        for posting in posted.entries.iter().flat_map(|entry| entry.postings()) {
            if grant.is_some() && posting.theme.is_none() {
                continue;
            }
            let month = posting.booked.month();
            let months = self.months_of(posting.fund, posting.theme, grant.unwrap_or_default(), &mut near);
            months.of(month).add(Figure::Posted(posting.account), signed(posting.amount))?;
            self.blocks.forget(month);
        }
        for run in &posted.monthly {
            for (month, amount) in run.by_month() {
                let power = grant.unwrap_or_default();
                let figures = self.months_of(&run.fund, Some(&run.theme), power, &mut near).of(month);
                figures.add(Figure::Posted(Account::GrantExpenditure), signed(amount))?;
                figures.add(Figure::Posted(Account::GrantControl), signed(amount.negated()))?;
                self.blocks.forget(month);
            }
        }
        Ok(())
    }
}

/// Postings added up record by record, to check the state that each batch states. Slower than totals of grants, and
/// independent of them.
#[derive(Debug, Default)]
pub struct PostingSums(Totals);

impl PostingSums {
    /// Takes in the event of a record that is to be applied to the books next.
    pub fn before(&mut self, books: &dyn Books, event: &Event) -> Result<(), BooksError> {
        if let Some(grant) = changing_power(books, event)? {
            self.post_grant(&grant, false)?;
        }
        Ok(())
    }

    /// Takes in the same event once its record has been applied.
    pub fn after(&mut self, books: &dyn Books, event: &Event) -> Result<(), BooksError> {
        if let Some(grant) = changing_power(books, event)? {
            return Ok(self.post_grant(&grant, true)?);
        }
        let Some(posted) = event.posted().filter(|posted| !posted.is_empty()) else { return Ok(()) };
        let grant = event.grant().map(|id| books.grant(id)).transpose()?.flatten();
        Ok(self.0.post(posted, grant.map(|grant| grant.terms().power), true)?)
    }

    /// Returns what the postings come to.
    pub fn state(&mut self) -> PostingState {
        self.0.state()
    }

    fn post_grant(&mut self, grant: &Grant, sign: bool) -> Result<(), Overflow> {
        under_awards(grant)
            .try_for_each(|(of, recorded)| self.0.post(&recorded.entries, Some(of.power), sign))
    }
}

/// Returns the grant of an event that may change the power of what was posted before.
fn changing_power<'b>(books: &'b dyn Books, event: &Event) -> Result<Option<Cow<'b, Grant>>, BooksError> {
    let Event::Grant(GrantFact { id, fact, .. }) = event else { return Ok(None) };
    match **fact {
        Fact::Awarded(_) | Fact::Stated(_) | Fact::Reversed { .. } => books.grant(id),
        Fact::Varied(_)
        | Fact::Withdrawn(_)
        | Fact::Repurposed(_)
        | Fact::FundChanged(_)
        | Fact::Scheduled(_)
        | Fact::Paid(_)
        | Fact::Refunded(_)
        | Fact::Returned(_)
        | Fact::Due(_)
        | Fact::Received(_)
        | Fact::Waived(_)
        | Fact::RulesApplied { .. } => Ok(None),
    }
}

#[cfg(test)]
mod tests;
