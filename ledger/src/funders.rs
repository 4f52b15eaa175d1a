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

/// Returns how much of the receipts in advance becomes income in each month: in each financial year as much as is
/// recognised as expenditure in it, but no more than is received in it; the rest stays in advance. A receipt of a
/// closed year that is reversed takes back what is in advance, and only then what was released. Returnable money is
/// spent first, whether it comes in advance or in arrears. Closed months keep what was released in them (`closed`).
pub fn releases(
    received: &BTreeMap<Month, Money>,
    expenditure: &BTreeMap<Month, Money>,
    closed: &BTreeMap<Month, Money>,
) -> Result<BTreeMap<Month, Money>, Overflow> {
    let months: std::collections::BTreeSet<Month> =
        received.keys().chain(expenditure.keys()).copied().collect();
    let mut to_date = (Money::ZERO, Money::ZERO, Money::ZERO);
    // Receipts of earlier years that are still in advance.
    let mut carried = Money::ZERO;
    let mut year = None;
    let mut releases = BTreeMap::new();
    for month in months {
        if year.replace(month.financial_year()) != Some(month.financial_year()) {
            carried = carried.plus(to_date.0)?.minus(to_date.2)?;
            to_date = (Money::ZERO, Money::ZERO, Money::ZERO);
        }
        let (received_to_date, recognised_to_date, released_to_date) = &mut to_date;
        received_to_date.add(received.get(&month).copied().unwrap_or_default())?;
        *recognised_to_date =
            recognised_to_date.plus(expenditure.get(&month).copied().unwrap_or_default())?;
        let release = match closed.get(&month) {
            Some(released) => *released,
            None => {
                let taken_back = received_to_date.plus(carried.max(Money::ZERO))?.min(Money::ZERO);
                let most = if received_to_date.is_negative() { taken_back } else { *received_to_date };
                (*recognised_to_date).max(Money::ZERO).min(most).minus(*released_to_date)?
            }
        };
        released_to_date.add(release)?;
        if !release.is_zero() {
            releases.insert(month, release);
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
        // Received, expenditure, released in closed months, and the expected releases.
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
            // Nothing meets the expenditure of another year.
            [&[("2016-04", 10_000)], &[("2015-05", 6_000)], &[], &[]],
            [&[("2016-04", 10_000)], &[("2015-05", 6_000), ("2016-06", 4_000)], &[], &[("2016-06", 4_000)]],
            [&[("2015-04", 10_000)], &[("2015-05", 8_000), ("2016-05", 900)], &[], &[("2015-05", 8_000)]],
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
            let released = releases(&months(received), &months(expenditure), &months(closed)).unwrap();
            assert_eq!(released, months(expected));
        }
    }
}
