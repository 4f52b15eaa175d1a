//! Possible duplicates: payments, refunds and returned payments of a grant that may be one, recorded twice.
//!
//! A further payment is a possible duplicate if it has the amount of an earlier one at most two weeks away, or the same
//! reference, whatever its spelling. Not a duplicate: a payment made again after the earlier one came back in full, and
//! one for which a further instalment of its amount is due within a week. Money back is compared with money back; a
//! returned payment is never a duplicate of the return of another payment.

use crate::calendar::Date;
use crate::grants::{Fact, Grant, Recorded};
use crate::money::Money;
use crate::text::Text;

/// How many days apart equal amounts are possible duplicates.
const DAYS_APART: i64 = 14;

/// How many days before it is due an instalment may be paid.
const DAYS_EARLY: i64 = 7;

/// A transaction at the bank.
#[derive(Clone, Copy)]
struct Transaction<'f> {
    date: Date,
    amount: Money,
    reference: Option<&'f Text>,
    /// True for money back.
    is_back: bool,
    /// The record of the payment that came back.
    payment: Option<u64>,
}

impl<'f> Transaction<'f> {
    fn of(fact: &'f Fact) -> Option<Transaction<'f>> {
        let (date, at_bank, reference) = (fact.date()?, fact.at_bank()?, fact.reference());
        let payment = if let Fact::Returned(it) = fact { Some(it.payment) } else { None };
        Some(Transaction {
            date,
            amount: at_bank.size(),
            reference,
            is_back: !at_bank.is_negative(),
            payment,
        })
    }

    fn is_close_to(self, other: Transaction<'_>) -> bool {
        self.amount == other.amount && self.date.days_since(other.date).abs() <= DAYS_APART
    }

    fn is_of_another_payment(self, other: Transaction<'_>) -> bool {
        self.payment.zip(other.payment).is_some_and(|(a, b)| a != b)
    }
}

/// True if two references differ at most in capitals, blanks and punctuation.
fn is_same_reference(a: Option<&Text>, b: Option<&Text>) -> bool {
    fn bare(text: &Text) -> impl Iterator<Item = char> {
        text.as_str().chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    a.zip(b).is_some_and(|(a, b)| bare(a).next().is_some() && bare(a).eq(bare(b)))
}

/// What of a grant's payments came back.
struct CameBack(Vec<(u64, Money)>);

impl CameBack {
    fn of(grant: &Grant) -> CameBack {
        let returned =
            grant.facts().filter_map(|fact| if let Fact::Returned(it) = fact { Some(it) } else { None });
        CameBack(returned.map(|it| (it.payment, it.amount)).collect())
    }

    /// True if a payment came back in full.
    fn in_full(&self, payment: u64, amount: Money) -> bool {
        let back = self.0.iter().filter(|(of, _)| *of == payment).map(|(_, amount)| *amount);
        Money::sum(back).is_ok_and(|back| back >= amount)
    }
}

impl Fact {
    /// True for a transaction of which it was confirmed that it is no duplicate of an earlier one like it.
    pub fn is_again(&self) -> bool {
        match self {
            Fact::Paid(payment) => payment.again,
            Fact::Refunded(refund) => refund.again,
            Fact::Returned(returned) => returned.again,
            Fact::Awarded(_)
            | Fact::Varied(_)
            | Fact::Withdrawn(_)
            | Fact::Repurposed(_)
            | Fact::FundChanged(_)
            | Fact::Scheduled(_)
            | Fact::Reversed { .. }
            | Fact::Due(_)
            | Fact::Received(_)
            | Fact::Waived(_)
            | Fact::Stated(_)
            | Fact::Corrected(_)
            | Fact::RulesApplied { .. } => false,
        }
    }
}

impl Grant {
    /// Returns the records of the transactions that a further one may duplicate, in the order of recording.
    pub fn possible_duplicates(&self, further: &Fact) -> Vec<&Recorded> {
        let Some(further) = Transaction::of(further) else { return Vec::new() };
        let came_back = CameBack::of(self);
        let mut is_due = None;
        let mut is_like_it = |earlier: Transaction<'_>| {
            is_same_reference(earlier.reference, further.reference)
                || (further.is_close_to(earlier)
                    && !*is_due.get_or_insert_with(|| self.is_due(further, &came_back)))
        };
        let possible = self.live().filter(|recorded| {
            Transaction::of(&recorded.fact).is_some_and(|earlier| {
                earlier.is_back == further.is_back
                    && !further.is_of_another_payment(earlier)
                    && is_like_it(earlier)
                    && !came_back.in_full(recorded.record, earlier.amount)
            })
        });
        possible.collect()
    }

    /// True if more instalments of a payment's amount are due by then than were paid.
    fn is_due(&self, payment: Transaction<'_>, came_back: &CameBack) -> bool {
        if payment.is_back {
            return false;
        }
        let (mut due, mut paid) = (0_usize, 0_usize);
        for recorded in self.live() {
            if let Fact::Scheduled(it) = &*recorded.fact {
                let is_by_then = it.due.days_since(payment.date) <= DAYS_EARLY;
                due += usize::from(it.amount == payment.amount && is_by_then);
            } else if let Fact::Paid(it) = &*recorded.fact {
                let is_it = it.amount == payment.amount && !came_back.in_full(recorded.record, it.amount);
                paid += usize::from(is_it);
            }
        }
        due > paid
    }
}

#[cfg(test)]
mod tests;
