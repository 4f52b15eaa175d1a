//! How much is withheld, as far as that may be told.
//!
//! A sum tells a single award to whoever can subtract another sum from it. Therefore:
//!
//! - Only what was **awarded** is told. Beside it, what was charged or paid would tell what is left of
//!   the one grant that was not charged or paid in full.
//! - Only of **whole financial years**, over all themes, funds, powers and recipients together: parts of
//!   a whole could be subtracted from it. Years have nothing in common, since each amount is booked in
//!   one of them.
//! - Only in **steps** of at least [`FEWEST_RECIPIENTS`] recipients, of whom none has more than nine tenths.
//!   A paper made before an award was recorded and one made after it would otherwise differ by that
//!   award. So the sum told stays as it was, record after record, until what was recorded since
//!   covers enough recipients to be added as one. Any two papers differ by whole steps.
//! - Only grants that were **never open** count: what was public once hides nothing beside it.
//!
//! What is told is therefore *at least* that much, and lags behind the ledger; whether there is more
//! is not told. Of two recipients, each can still subtract what it knows of its own.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::calendar::FinancialYear;
use crate::grants::{Fact, Grant};
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;

/// How many recipients a sum that is told covers at least.
pub const FEWEST_RECIPIENTS: usize = 2;

/// What is told of what is withheld of one financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    /// The year.
    #[serde(serialize_with = "in_words")]
    pub year: FinancialYear,
    /// Awarded at least, in the sense of [`Measures`](crate::reports::Measures): awards, variations,
    /// withdrawals and refunds that reduce an award.
    pub awarded: Money,
}

fn in_words<S: serde::Serializer>(year: &FinancialYear, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(year)
}

/// What one record changed of what a recipient was awarded in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) record: u64,
    pub(super) year: FinancialYear,
    pub(super) recipient: RecipientId,
    pub(super) awarded: Money,
}

/// The changes that a grant's records brought.
pub(super) fn changes(grant: &Grant) -> Result<Vec<Change>, Overflow> {
    let mut changes = Vec::new();
    let mut recipient = None;
    for recorded in &grant.history {
        if let Fact::Awarded(award) = &*recorded.fact {
            recipient = Some(&award.recipient);
        }
        let Some(recipient) = recipient else { continue };
        let mut by_year: BTreeMap<FinancialYear, Money> = BTreeMap::new();
        for posting in recorded.entries.postings() {
            // Awards outstanding are awarded less paid, as a credit; paid is a credit at the bank.
            if matches!(posting.account, Account::AwardsOutstanding | Account::Bank) {
                let sum = by_year.entry(posting.booked.financial_year()).or_default();
                *sum = sum.minus(posting.amount)?;
            }
        }
        let (record, not_nothing) = (recorded.record, by_year.into_iter().filter(|(_, it)| !it.is_zero()));
        changes.extend(not_nothing.map(|(year, awarded)| Change {
            record,
            year,
            recipient: recipient.clone(),
            awarded,
        }));
    }
    Ok(changes)
}

/// What these changes come to, as far as it may be told, by year; years of which nothing may be told
/// are left out.
pub(super) fn withheld(changes: &[Change]) -> Result<Vec<Withheld>, Overflow> {
    let mut in_order: Vec<&Change> = changes.iter().collect();
    in_order.sort_by_key(|change| (change.year, change.record));
    let mut told = Vec::new();
    for of_year in in_order.chunk_by(|a, b| a.year == b.year) {
        let (mut sum, mut is_told) = (Money::ZERO, false);
        let mut step: BTreeMap<&RecipientId, Money> = BTreeMap::new();
        for change in of_year {
            let held = step.entry(&change.recipient).or_default();
            *held = held.plus(change.awarded)?;
            if hides_each(&step)? {
                sum = sum.plus(Money::sum(std::mem::take(&mut step).into_values())?)?;
                is_told = true;
            }
        }
        if let Some(change) = of_year.first().filter(|_| is_told) {
            told.push(Withheld { year: change.year, awarded: sum });
        }
    }
    Ok(told)
}

/// True when the sum of these tells nothing of any one of them: there are enough, and none of them
/// is nearly all.
fn hides_each(step: &BTreeMap<&RecipientId, Money>) -> Result<bool, Overflow> {
    let size = |amount: &Money| if amount.is_negative() { amount.negated() } else { *amount };
    let sizes: Vec<Money> = step.values().map(size).filter(|size| !size.is_zero()).collect();
    let largest = sizes.iter().copied().max().unwrap_or_default();
    let most = Money::sum(sizes.iter().copied())?.fraction(9, 10);
    Ok(sizes.len() >= FEWEST_RECIPIENTS && largest <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Changes as `record recipient pounds`, all of one year.
    fn told_of(changes: &str) -> String {
        let changes: Vec<Change> = changes
            .split(", ")
            .map(|change| {
                let words: Vec<&str> = change.split(' ').collect();
                Change {
                    record: words[0].parse().unwrap(),
                    year: FinancialYear::parse("2015-16").unwrap(),
                    recipient: RecipientId::new(words[1]).unwrap(),
                    awarded: Money::parse(words[2]).unwrap(),
                }
            })
            .collect();
        let told = withheld(&changes).unwrap();
        told.first().map_or("nothing".to_owned(), |it| it.awarded.to_string())
    }

    #[test]
    fn sums_are_told_in_steps_that_hide_each_recipient() {
        for (changes, expected) in [
            ("1 a 100", "nothing"),
            ("1 a 100, 2 a 50", "nothing"),
            ("1 a 100, 2 b 50", "150.00"),
            ("2 b 50, 1 a 100", "150.00"),
            // One of them is nearly all.
            ("1 a 100, 2 b 11", "nothing"),
            ("1 a 100, 2 b 12", "112.00"),
            ("1 a 100, 2 b 10, 3 c 10", "120.00"),
            // A further award of one recipient waits for another's.
            ("1 a 100, 2 b 50, 3 c 70", "150.00"),
            ("1 a 100, 2 b 50, 3 c 70, 4 c 1", "150.00"),
            ("1 a 100, 2 b 50, 3 c 70, 4 a 30", "250.00"),
            // What was undone within a step covers nobody.
            ("1 a 100, 2 a -100, 3 b 50", "nothing"),
            ("1 a 100, 2 b 50, 3 b -50", "150.00"),
            ("1 a 100, 2 b 50, 3 b -50, 4 a -100", "0.00"),
            ("1 a 100, 2 b -100", "0.00"),
        ] {
            assert_eq!(told_of(changes), expected, "{changes}");
        }
    }

    #[test]
    fn what_is_told_after_any_record_differs_by_steps_alone() {
        let all = ["1 a 101", "2 b 53", "3 c 71", "4 c 1009", "5 a 307", "6 d 11", "7 b -53", "8 d 601"];
        let told: Vec<String> = (1..=all.len()).map(|to| told_of(&all[..to].join(", "))).collect();
        let steps = ["nothing", "154.00", "154.00", "154.00", "1541.00", "1541.00", "1499.00", "1499.00"];
        assert_eq!(told, steps);
    }
}
