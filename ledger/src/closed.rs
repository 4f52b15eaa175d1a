//! Closed months: a closed month takes no posting.
//!
//! A month is closed softly, and may be opened again or let a posting in for a stated reason; then hard,
//! and is final. Knows nothing of what is to be looked at before a month is closed: that is decided.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Month};
use crate::text::Text;

/// How a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The month.
    pub month: Month,
    /// True when it is final.
    #[serde(default)]
    pub hard: bool,
    /// What the bank said of it.
    pub bank: BankAtClose,
}

impl Closing {
    /// A month that is closed softly, with nothing against it.
    pub fn softly(month: Month) -> Closing {
        Closing { month, hard: false, bank: BankAtClose::Reconciled }
    }
}

/// What was known of the bank when a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BankAtClose {
    /// Every payment, refund and receipt of the month is on a statement, or there was none.
    Reconciled,
    /// No statement had ever been reconciled in this ledger.
    NeverReconciled,
    /// Some were on no statement, and that was explained.
    Explained {
        /// How many.
        open: u64,
        /// Why.
        reason: Text,
    },
}

/// Records that were let into softly closed months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostingWindow {
    /// The record that says so; those after it were let in.
    pub from: u64,
    /// The record that closed the months again; `None` while they are open.
    pub to: Option<u64>,
    /// The months that were open to them.
    pub months: BTreeSet<Month>,
    /// Why.
    pub reason: Text,
}

/// The months that are closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedMonths {
    months: BTreeMap<Month, Closing>,
    windows: Vec<PostingWindow>,
    /// True while softly closed months take postings: within a batch, never between two.
    lets_in: bool,
}

impl ClosedMonths {
    /// True when no month is closed.
    pub fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    /// True when the month takes no posting.
    pub fn contains(&self, month: Month) -> bool {
        self.months.get(&month).is_some_and(|closing| closing.hard || !self.lets_in)
    }

    /// How the month was closed, if it is.
    pub fn closing(&self, month: Month) -> Option<&Closing> {
        self.months.get(&month)
    }

    /// True when the month is closed, and not for good.
    pub fn is_provisional(&self, month: Month) -> bool {
        self.closing(month).is_some_and(|closing| !closing.hard)
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
    pub fn close(&mut self, closing: Closing) {
        self.months.insert(closing.month, closing);
    }

    /// Opens a month again.
    pub fn reopen(&mut self, month: Month) {
        self.months.remove(&month);
    }

    /// Lets postings into the softly closed months, or no longer.
    pub fn let_in(&mut self, lets_in: bool) {
        self.lets_in = lets_in;
    }

    /// True while postings are let into the softly closed months.
    pub fn lets_in(&self) -> bool {
        self.lets_in
    }

    /// Notes that the records after this one are let into the softly closed months.
    pub fn note_opened(&mut self, record: u64, reason: Text) {
        let months = self.iter().filter(|it| !it.hard).map(|it| it.month).collect();
        self.windows.push(PostingWindow { from: record, to: None, months, reason });
        self.lets_in = true;
    }

    /// Notes that this record closed those months again; false when they were not open.
    pub fn note_closed_again(&mut self, record: u64) -> bool {
        self.lets_in = false;
        match self.windows.last_mut() {
            Some(last) if last.to.is_none() => {
                last.to = Some(record);
                true
            }
            _ => false,
        }
    }

    /// How a record came to be let into softly closed months, if it was.
    pub fn posting_window(&self, record: u64) -> Option<&PostingWindow> {
        let after = self.windows.partition_point(|it| it.from < record);
        let last = after.checked_sub(1).and_then(|at| self.windows.get(at))?;
        last.to.is_none_or(|to| record < to).then_some(last)
    }

    /// The closed months in order.
    pub fn iter(&self) -> impl Iterator<Item = &Closing> {
        self.months.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn closing(text: &str, hard: bool) -> Closing {
        Closing { month: month(text), hard, bank: BankAtClose::Reconciled }
    }

    #[test]
    fn a_posting_goes_to_the_first_day_that_takes_it() {
        let mut closed = ClosedMonths::default();
        closed.close(closing("2015-01", true));
        closed.close(closing("2015-02", false));
        // Date, lets in, and the day it is booked on.
        let table = [
            ("2014-12-31", false, "2014-12-31"),
            ("2015-01-10", false, "2015-03-01"),
            ("2015-02-10", false, "2015-03-01"),
            ("2015-02-10", true, "2015-02-10"),
            ("2015-01-10", true, "2015-02-01"),
            ("2015-03-10", true, "2015-03-10"),
        ];
        for (date, lets_in, booked) in table {
            closed.let_in(lets_in);
            assert_eq!(closed.booking_day(Date::parse(date).unwrap()).to_string(), booked, "{date}");
        }
    }

    #[test]
    fn what_was_let_in_is_known_afterwards() {
        let mut closed = ClosedMonths::default();
        closed.close(closing("2015-01", true));
        closed.close(closing("2015-02", false));
        closed.note_opened(7, "Audit adjustment".parse().unwrap());
        assert!(closed.note_closed_again(10));
        assert!(!closed.note_closed_again(11));
        closed.note_opened(12, "Another".parse().unwrap());
        let how = |record| closed.posting_window(record).map(|it| it.reason.to_string());
        assert_eq!(how(7), None);
        assert_eq!(how(8).as_deref(), Some("Audit adjustment"));
        assert_eq!(how(9).as_deref(), Some("Audit adjustment"));
        assert_eq!(how(10), None);
        assert_eq!(how(12), None);
        assert_eq!(how(13).as_deref(), Some("Another"));
        assert_eq!(closed.posting_window(8).unwrap().months, BTreeSet::from([month("2015-02")]));
    }
}
