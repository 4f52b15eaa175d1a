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

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Figure, Figures, Heading, Months, Totals, under_awards};
use crate::accounts::Account;
use crate::calendar::Month;
use crate::entry::Entries;
use crate::grants::{Grant, Power, Rules};
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

/// Adds a whole number in digits.
fn push_number(text: &mut Vec<u8>, number: i64) {
    if number < 0 {
        text.push(b'-');
    }
    // An i64 has at most nineteen digits.
    let (mut digits, mut rest, mut from) = ([b'0'; 20], number.unsigned_abs(), 20);
    while rest > 0 || from == 20 {
        from -= 1;
        if let Some(digit) = digits.get_mut(from) {
            *digit = b'0' + (rest % 10) as u8;
        }
        rest /= 10;
    }
    text.extend_from_slice(digits.get(from..).unwrap_or_default());
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
                        // There are tens of thousands of lines, and formatting takes several times as long.
                        for part in [account.code(), *words, &month, " "] {
                            text.extend_from_slice(part.as_bytes());
                        }
                        push_number(&mut text, pence);
                        text.push(b'\n');
                    }
                }
            }
            (!text.is_empty()).then(|| Hash::of(&text))
        };
        months.iter().map(&mut block).collect()
    }

    /// Adds postings by month under a power; those of a grant that have a theme. Subtracts them if `sign` is false.
    pub(crate) fn post(
        &mut self,
        posted: &Entries,
        grant: Option<Power>,
        sign: bool,
    ) -> Result<(), Overflow> {
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

    /// Adds the postings of a grant by month, without what follows from them. Subtracts them if `sign` is false.
    pub(crate) fn post_grant(&mut self, grant: &Grant, sign: bool) -> Result<(), Overflow> {
        under_awards(grant).try_for_each(|(of, recorded)| self.post(&recorded.entries, Some(of.power), sign))
    }
}

#[cfg(test)]
mod tests;
