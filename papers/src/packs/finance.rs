//! Payments and accruals of a period for a general finance system.
//!
//! **Guarantee.** Debits equal credits, in total and within each fund. The expenditure in the file, less
//! the accruals before the period, which the finance system reverses on its first day, is the expenditure
//! of the period in the books, by fund and theme. Prepayments and accruals are never netted across
//! grants. Lines without a code are never omitted: they are refused, with a list.

pub mod lines;
pub mod mapping;

use std::collections::BTreeMap;

use almoner_ledger::funds::FundId;
use almoner_ledger::money::{Money, Overflow};

use self::lines::JournalLine;
use self::mapping::{Codes, Mapping};

/// The reason why lines are not a journal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FinanceError {
    #[error("the journal of fund {fund} is out of balance by {by}")]
    OutOfBalance {
        fund: FundId,
        /// Debits less credits.
        by: Money,
    },
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

/// Returns the sum of debits, after checking that it equals that of credits within each fund.
pub fn checked_total(lines: &[JournalLine]) -> Result<Money, FinanceError> {
    let mut funds = BTreeMap::new();
    let mut total = Money::ZERO;
    for line in lines {
        let fund: &mut Money = funds.entry(&line.fund).or_default();
        *fund = fund.plus(line.amount)?;
        total = total.plus(line.amount.max(Money::ZERO))?;
    }
    match funds.into_iter().find(|(_, by)| !by.is_zero()) {
        None => Ok(total),
        Some((fund, by)) => Err(FinanceError::OutOfBalance { fund: fund.clone(), by }),
    }
}

/// Returns the file: the titles of the mapping's columns, then the lines with their codes.
pub fn file(mapping: &Mapping, lines: &[JournalLine], codes: &[&Codes]) -> Result<Vec<u8>, csv::Error> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(mapping.titles())?;
    for (line, codes) in lines.iter().zip(codes) {
        csv.write_record(mapping.cells(line, codes))?;
    }
    csv.into_inner().map_err(|error| error.into_error().into())
}
