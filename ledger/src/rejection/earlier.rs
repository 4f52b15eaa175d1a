//! The earlier transactions that a further one may be a duplicate of.

use std::fmt;

use crate::calendar::Date;
use crate::grants::Recorded;
use crate::money::{Money, grouped};

/// Where an earlier transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In this record.
    Record(u64),
    /// In this row of the same file, which is not recorded yet.
    Row(u64),
}

impl Place {
    /// Returns the record, if it is recorded.
    pub fn record(self) -> Option<u64> {
        match self {
            Place::Record(record) => Some(record),
            Place::Row(_) => None,
        }
    }
}

/// An earlier transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub struct Earlier {
    pub place: Place,
    pub date: Date,
    pub amount: Money,
    pub reference: Option<String>,
}

impl Earlier {
    /// The number of earlier transactions that a rejection names.
    pub(crate) const NAMED: usize = 3;

    /// Returns a recorded transaction at the bank; `None` for other facts.
    pub(crate) fn of(recorded: &Recorded) -> Option<Earlier> {
        let fact = &recorded.fact;
        Some(Earlier {
            place: Place::Record(recorded.record),
            date: fact.date()?,
            amount: fact.at_bank()?.size(),
            reference: fact.reference().map(ToString::to_string),
        })
    }
}

impl fmt::Display for Earlier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Record(record) => write!(f, "record {record}")?,
            Place::Row(row) => write!(f, "row {}", grouped(&row.to_string()))?,
        }
        write!(f, " ({} on {}, ", self.amount.grouped(), self.date.in_words())?;
        match &self.reference {
            Some(reference) => write!(f, "reference `{reference}`)"),
            None => f.write_str("without a reference)"),
        }
    }
}

/// Lists earlier transactions and says how many more there are.
pub(super) fn listed(earlier: &[Earlier], more: usize) -> String {
    let named: Vec<String> = earlier.iter().map(ToString::to_string).collect();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    named.join(", ") + &more
}
