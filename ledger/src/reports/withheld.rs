//! The sums of withheld awards, as far as they may be disclosed.
//!
//! A sum reveals a single award to anyone who can subtract another sum from it. Therefore:
//!
//! - Only the amount **awarded** is disclosed. Expenditure or payments beside it would reveal the balance of
//!   the one grant that was not recognised or paid in full.
//! - Only **whole financial years** are disclosed, over all themes, funds, powers and recipients together:
//!   parts could be subtracted from the whole. Years do not overlap, since each amount is posted in one.
//! - Sums grow only in **steps** of at least `FEWEST_RECIPIENTS` recipients, none of whom has more than
//!   nine tenths. Otherwise a paper made before an award and one made after it would differ by that award.
//!   The sum is therefore unchanged until the records since then cover enough recipients to be added
//!   together, and any two papers differ by whole steps.
//! - Only grants that were **never open** count: what was once public cannot conceal anything.
//!
//! The sum is therefore a minimum and lags behind the ledger; whether there is more is not disclosed. Each of
//! two recipients can still subtract its own award.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::accounts::Account;
use crate::calendar::FinancialYear;
use crate::grants::Grant;
use crate::money::{Money, Overflow};
use crate::recipients::RecipientId;

/// The minimum number of recipients that a disclosed sum covers.
pub(crate) const FEWEST_RECIPIENTS: usize = 2;

/// The sum withheld in one financial year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Withheld {
    pub year: FinancialYear,
    /// The minimum amount awarded, as defined in [`Measures`](crate::reports::Measures).
    pub awarded: Money,
}

/// The change that one record made to the amount awarded to a recipient in a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) record: u64,
    pub(super) year: FinancialYear,
    pub(super) recipient: RecipientId,
    pub(super) awarded: Money,
}

/// Returns the changes made by a grant's records.
pub(super) fn changes(grant: &Grant) -> Result<Vec<Change>, Overflow> {
    let mut changes = Vec::new();
    for (recipient, recorded) in grant.by_recipient() {
        let mut by_year: BTreeMap<FinancialYear, Money> = BTreeMap::new();
        for posting in recorded.entries.postings() {
            // Awards outstanding are awarded less reduced and paid and not due back, as a credit; paid is a credit at
            // the bank.
            if matches!(posting.account, Account::AwardsOutstanding | Account::Bank | Account::RecoveriesDue)
            {
                by_year.entry(posting.booked.financial_year()).or_default().add(posting.amount.negated())?;
            }
        }
        for reduction in &recorded.reductions {
            by_year.entry(reduction.booked.financial_year()).or_default().add(reduction.amount)?;
        }
        let (record, not_zero) = (recorded.record, by_year.into_iter().filter(|(_, it)| !it.is_zero()));
        changes.extend(not_zero.map(|(year, awarded)| Change {
            record,
            year,
            recipient: recipient.clone(),
            awarded,
        }));
    }
    Ok(changes)
}

/// Returns the sums that may be disclosed, by year; years without one are left out.
pub(super) fn withheld(changes: &[Change]) -> Result<Vec<Withheld>, Overflow> {
    let mut in_order: Vec<&Change> = changes.iter().collect();
    in_order.sort_by_key(|change| (change.year, change.record));
    let mut disclosed = Vec::new();
    for of_year in in_order.chunk_by(|a, b| a.year == b.year) {
        let (mut sum, mut is_disclosed) = (Money::ZERO, false);
        let mut step: BTreeMap<&RecipientId, Money> = BTreeMap::new();
        for change in of_year {
            step.entry(&change.recipient).or_default().add(change.awarded)?;
            if hides_each(&step)? {
                sum = sum.plus(Money::sum(std::mem::take(&mut step).into_values())?)?;
                is_disclosed = true;
            }
        }
        if let Some(change) = of_year.first().filter(|_| is_disclosed) {
            disclosed.push(Withheld { year: change.year, awarded: sum });
        }
    }
    Ok(disclosed)
}

/// Returns true when the sum of these amounts reveals none of them: there are enough recipients, and none
/// has nearly all of it.
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
    fn disclosed(changes: &str) -> String {
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
        let sums = withheld(&changes).unwrap();
        sums.first().map_or("nothing".to_owned(), |it| it.awarded.to_string())
    }

    #[test]
    fn sums_grow_in_steps_that_reveal_no_recipient() {
        for (changes, expected) in [
            ("1 a 100", "nothing"),
            ("1 a 100, 2 a 50", "nothing"),
            ("1 a 100, 2 b 50", "150.00"),
            ("2 b 50, 1 a 100", "150.00"),
            // One recipient has nearly all of it.
            ("1 a 100, 2 b 11", "nothing"),
            ("1 a 100, 2 b 12", "112.00"),
            ("1 a 100, 2 b 10, 3 c 10", "120.00"),
            // A further award of one recipient waits for another's.
            ("1 a 100, 2 b 50, 3 c 70", "150.00"),
            ("1 a 100, 2 b 50, 3 c 70, 4 c 1", "150.00"),
            ("1 a 100, 2 b 50, 3 c 70, 4 a 30", "250.00"),
            // What was reversed within a step covers no recipient.
            ("1 a 100, 2 a -100, 3 b 50", "nothing"),
            ("1 a 100, 2 b 50, 3 b -50", "150.00"),
            ("1 a 100, 2 b 50, 3 b -50, 4 a -100", "0.00"),
            ("1 a 100, 2 b -100", "0.00"),
        ] {
            assert_eq!(disclosed(changes), expected, "{changes}");
        }
    }

    #[test]
    fn sums_after_any_two_records_differ_by_whole_steps() {
        let all = ["1 a 101", "2 b 53", "3 c 71", "4 c 1009", "5 a 307", "6 d 11", "7 b -53", "8 d 601"];
        let sums: Vec<String> = (1..=all.len()).map(|to| disclosed(&all[..to].join(", "))).collect();
        let steps = ["nothing", "154.00", "154.00", "154.00", "1541.00", "1541.00", "1499.00", "1499.00"];
        assert_eq!(sums, steps);
    }
}
