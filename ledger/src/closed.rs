//! Closed months: a closed month takes no posting.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Month};

/// The months that are closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedMonths(BTreeSet<Month>);

impl ClosedMonths {
    /// True when the month takes no posting.
    pub fn contains(&self, month: Month) -> bool {
        self.0.contains(&month)
    }

    /// The day that something effective on `date` is booked on: `date` itself, or the first
    /// open day after its closed month.
    pub fn booking_day(&self, date: Date) -> Date {
        let mut month = date.month();
        if !self.contains(month) {
            return date;
        }
        while self.contains(month) && month.next() != month {
            month = month.next();
        }
        month.first_day()
    }

    /// Closes a month.
    pub fn close(&mut self, month: Month) {
        self.0.insert(month);
    }

    /// Opens a month again.
    pub fn reopen(&mut self, month: Month) {
        self.0.remove(&month);
    }

    /// The closed months in order.
    pub fn iter(&self) -> impl Iterator<Item = Month> + '_ {
        self.0.iter().copied()
    }
}
