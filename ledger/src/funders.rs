//! Receipts from funders, and the release of receipts in advance to income.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Month};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reconciliation::{Reconciled, is_same_account};
use crate::text::Text;

/// How a receipt is accounted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptKind {
    Income,
    /// Returnable if unspent: a receipt in advance, which becomes income as expenditure is recognised.
    ReturnIfUnspent,
    /// Balance brought forward when the books were opened.
    OpeningBalance,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingReceipt {
    pub fund: FundId,
    pub date: Date,
    /// Greater than zero.
    pub amount: Money,
    pub from: Option<Text>,
    pub reference: Option<Text>,
    /// The bank account that it was paid into, if stated.
    #[serde(default)]
    pub account: Option<Text>,
    pub kind: ReceiptKind,
}

impl FundingReceipt {
    /// True for the same receipt, however its bank account is written.
    pub fn is_same(&self, other: &FundingReceipt) -> bool {
        let FundingReceipt { fund, date, amount, from, reference, account, kind } = self;
        (fund, date, amount, from, reference, kind)
            == (&other.fund, &other.date, &other.amount, &other.from, &other.reference, &other.kind)
            && is_same_account(account.as_ref(), other.account.as_ref())
    }

    /// Returns its amount at the bank; `None` for the opening balance.
    pub fn at_bank(&self) -> Option<Money> {
        (self.kind != ReceiptKind::OpeningBalance).then_some(self.amount)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedReceipt {
    pub record: u64,
    pub receipt: FundingReceipt,
    pub reversed_by: Option<u64>,
    /// The reconciliation with a bank statement, if any.
    pub reconciled: Option<Reconciled>,
}

/// What of one financial year, and of receipts that are returnable if unspent, is booked in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advance {
    pub received: Money,
    pub expenditure: Money,
    pub released: Money,
}

impl Advance {
    /// Returns one less the other.
    pub(crate) fn less(self, other: Advance) -> Result<Advance, Overflow> {
        Ok(Advance {
            received: self.received.minus(other.received)?,
            expenditure: self.expenditure.minus(other.expenditure)?,
            released: self.released.minus(other.released)?,
        })
    }
}

/// Returns how much of one financial year's receipts in advance becomes income in each month in which anything of that
/// year is booked: as much as is recognised as its expenditure, but no more than is received; the rest stays in advance.
/// Returnable money is spent first, whether it comes in advance or in arrears. Closed months keep what was released in
/// them.
pub(crate) fn releases(
    of_year: &BTreeMap<Month, Advance>,
    is_closed: impl Fn(Month) -> bool,
) -> Result<BTreeMap<Month, Money>, Overflow> {
    let mut to_date = Advance::default();
    let mut releases = BTreeMap::new();
    for (month, of_month) in of_year {
        to_date.received.add(of_month.received)?;
        to_date.expenditure.add(of_month.expenditure)?;
        let release = match is_closed(*month) {
            true => of_month.released,
            false => {
                let met = to_date.expenditure.min(to_date.received).max(Money::ZERO);
                met.minus(to_date.released)?
            }
        };
        to_date.released.add(release)?;
        if !release.is_zero() {
            releases.insert(*month, release);
        }
    }
    Ok(releases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_in_advance_become_income_as_expenditure_is_recognised() {
        let months = |amounts: &[(&str, i64)]| -> BTreeMap<Month, Money> {
            amounts.iter().map(|(m, p)| (Month::parse(m).unwrap(), Money::from_pence(*p))).collect()
        };
        type Months<'a> = &'a [(&'a str, i64)];
        // Received, expenditure, released in closed months, and the expected releases, all of one financial year.
        let table: &[[Months<'_>; 4]] = &[
            [
                &[("2015-04", 100)],
                &[("2015-05", 60), ("2015-06", 60)],
                &[],
                &[("2015-05", 60), ("2015-06", 40)],
            ],
            [
                &[("2015-06", 100)],
                &[("2015-05", 60), ("2015-07", 50)],
                &[],
                &[("2015-06", 60), ("2015-07", 40)],
            ],
            [
                &[("2015-04", 100)],
                &[("2015-04", 80), ("2015-05", -90)],
                &[],
                &[("2015-04", 80), ("2015-05", -80)],
            ],
            [&[], &[("2015-04", 80)], &[], &[]],
            [&[("2015-04", 100)], &[("2015-04", 80), ("2015-05", -90)], &[("2015-04", 0)], &[]],
            // What is received late meets what the year had spent; so does late expenditure what is still in advance.
            [&[("2016-04", 10_000)], &[("2015-05", 6_000)], &[], &[("2016-04", 6_000)]],
            [
                &[("2015-04", 10_000)],
                &[("2015-05", 8_000), ("2016-05", 900)],
                &[("2015-05", 8_000)],
                &[("2015-05", 8_000), ("2016-05", 900)],
            ],
            // A receipt reversed in a later year was in advance, was released, or in part.
            [&[("2015-04", 100), ("2016-05", -100)], &[], &[], &[]],
            [
                &[("2015-04", 100), ("2016-05", -100)],
                &[("2015-05", 100)],
                &[("2015-05", 100)],
                &[("2015-05", 100), ("2016-05", -100)],
            ],
            [
                &[("2015-04", 100), ("2016-05", -100)],
                &[("2015-05", 60), ("2016-05", 30)],
                &[("2015-05", 60)],
                &[("2015-05", 60), ("2016-05", -60)],
            ],
        ];
        for [received, expenditure, closed, expected] in table {
            let mut of_year: BTreeMap<Month, Advance> = BTreeMap::new();
            for (month, amount) in months(received) {
                of_year.entry(month).or_default().received = amount;
            }
            for (month, amount) in months(expenditure) {
                of_year.entry(month).or_default().expenditure = amount;
            }
            for (month, amount) in months(closed) {
                of_year.entry(month).or_default().released = amount;
            }
            let released = releases(&of_year, |month| months(closed).contains_key(&month)).unwrap();
            assert_eq!(released, months(expected));
        }
    }
}
