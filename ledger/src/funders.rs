//! Receipts from funders, and when money that must be returned if unspent becomes income.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Month};
use crate::funds::FundId;
use crate::money::{Money, Overflow};
use crate::reconciliation::Reconciled;
use crate::text::Text;

/// What a receipt is to the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReceiptKind {
    /// Income at once.
    Income,
    /// To be returned if unspent: received in advance, and income only as it is charged.
    ReturnIfUnspent,
    /// What the body brought forward when its books were opened.
    OpeningBalance,
}

/// Money received into a fund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FundingReceipt {
    /// Into which fund.
    pub fund: FundId,
    /// When.
    pub date: Date,
    /// How much, above nothing.
    pub amount: Money,
    /// From whom.
    pub from: Option<Text>,
    /// The bank's reference.
    pub reference: Option<Text>,
    /// What it is to the books.
    pub kind: ReceiptKind,
}

impl FundingReceipt {
    /// What it moves at the bank; `None` for what was there when the books were opened.
    pub fn at_bank(&self) -> Option<Money> {
        (self.kind != ReceiptKind::OpeningBalance).then_some(self.amount)
    }
}

/// A receipt as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedReceipt {
    /// The record's number.
    pub record: u64,
    /// The receipt.
    pub receipt: FundingReceipt,
    /// The record that undid it.
    pub reversed_by: Option<u64>,
    /// Where it is on a bank statement, once that is known.
    pub reconciled: Option<Reconciled>,
}

/// How much of the money received in advance is income in each month: in all, as much as is
/// charged to date, and no more than is received to date. Money that must be returned is spent
/// first, whether it comes before what it pays for or in arrears. Closed months keep what was
/// released in them, given as `kept`.
pub fn releases(
    received: &BTreeMap<Month, Money>,
    charged: &BTreeMap<Month, Money>,
    kept: &BTreeMap<Month, Money>,
) -> Result<BTreeMap<Month, Money>, Overflow> {
    let months: std::collections::BTreeSet<Month> = received.keys().chain(charged.keys()).copied().collect();
    let mut to_date = (Money::ZERO, Money::ZERO, Money::ZERO);
    let mut releases = BTreeMap::new();
    for month in months {
        let (received_to_date, charged_to_date, released_to_date) = &mut to_date;
        *received_to_date = received_to_date.plus(received.get(&month).copied().unwrap_or_default())?;
        *charged_to_date = charged_to_date.plus(charged.get(&month).copied().unwrap_or_default())?;
        let release = match kept.get(&month) {
            Some(kept) => *kept,
            None => (*charged_to_date).max(Money::ZERO).min(*received_to_date).minus(*released_to_date)?,
        };
        *released_to_date = released_to_date.plus(release)?;
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
    fn money_in_advance_becomes_income_as_it_is_charged() {
        let months = |amounts: &[(&str, i64)]| -> BTreeMap<Month, Money> {
            amounts.iter().map(|(m, p)| (Month::parse(m).unwrap(), Money::from_pence(*p))).collect()
        };
        type Months<'a> = &'a [(&'a str, i64)];
        // Received, charged, kept in closed months, and what is released.
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
        ];
        for [received, charged, kept, expected] in table {
            let released = releases(&months(received), &months(charged), &months(kept)).unwrap();
            assert_eq!(released, months(expected));
        }
    }
}
