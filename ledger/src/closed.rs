//! Closed months: a closed month takes no postings.
//!
//! A provisionally closed month can be reopened, or take single entries for a stated reason; a finally closed
//! month cannot. What is checked before closing is in `decide`.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, Month};
use crate::text::Text;

/// How a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub month: Month,
    /// True if finally closed, false if provisionally.
    #[serde(default, rename = "final")]
    pub is_final: bool,
    /// How the month's bank transactions were reconciled.
    pub bank: BankAtClose,
    /// What was checked of the bank; `None` if no statement was recorded yet, and in closings of earlier programs.
    #[serde(default)]
    pub checked: Option<Box<BankChecks>>,
}

impl Closing {
    /// Returns a provisional, fully reconciled closing of a month.
    pub fn provisional(month: Month) -> Closing {
        Closing { month, is_final: false, bank: BankAtClose::Reconciled, checked: None }
    }
}

/// The state of the bank reconciliation when a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BankAtClose {
    /// Every payment, refund and receipt of the month was on a statement.
    Reconciled,
    /// The month had no payment, refund or receipt.
    NoMovements,
    /// No statement had been reconciled in this ledger yet.
    NeverReconciled,
    /// Some were not on a statement, with an explanation.
    Explained {
        /// Number of payments, refunds and receipts not on a statement.
        open: u64,
        reason: Text,
    },
}

/// What was checked of the bank when a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankChecks {
    /// The month's payments.
    pub payments: u64,
    /// The month's receipts at the bank: from funders, refunds, and payments that came back.
    pub receipts: u64,
    /// The statement lines dated in the month, none of them open.
    pub lines: u64,
    /// Those of them that are not in these books and are explained, wholly or for a part.
    pub explained: u64,
    #[serde(default)]
    pub accounts: Vec<AccountCheck>,
    /// Why the balances do not chain, where they do not.
    pub reason: Option<Text>,
}

/// What was checked of a bank account when a month was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCheck {
    pub account: Text,
    /// The days that its statements cover.
    pub from: Date,
    pub to: Date,
    pub balances: BalancesAtClose,
}

/// Whether the balances of an account's statements chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BalancesAtClose {
    /// Each statement begins with the balance of the one before it.
    Chain,
    /// Those of the month do not, which was explained.
    Broken,
    /// The statements state no balances.
    NotStated,
}

/// Records that were posted to provisionally closed months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PostingWindow {
    /// The record that opened the window; those after it could be posted.
    pub from: u64,
    /// The record that ended the window; `None` while it is open.
    pub to: Option<u64>,
    /// The months open to them.
    pub months: BTreeSet<Month>,
    pub reason: Text,
}

/// The closed months.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedMonths {
    months: BTreeMap<Month, Closing>,
    windows: Vec<PostingWindow>,
    /// True while provisionally closed months take postings: within a batch, never between batches.
    takes_postings: bool,
}

impl ClosedMonths {
    /// True if no month is closed.
    pub fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    /// True if the month takes no postings.
    pub fn contains(&self, month: Month) -> bool {
        self.months.get(&month).is_some_and(|closing| closing.is_final || !self.takes_postings)
    }

    /// Returns how the month was closed, if it is.
    pub fn closing(&self, month: Month) -> Option<&Closing> {
        self.months.get(&month)
    }

    /// True if the month is provisionally closed.
    pub(crate) fn is_provisional(&self, month: Month) -> bool {
        self.closing(month).is_some_and(|closing| !closing.is_final)
    }

    /// Returns the booking date for an effective date: the date itself, or the first open day after its closed
    /// month.
    pub(crate) fn booking_day(&self, date: Date) -> Date {
        let mut month = date.month();
        if !self.contains(month) {
            return date;
        }
        while self.contains(month) && month.next() != month {
            month = month.next();
        }
        month.first_day()
    }

    /// Returns true if what is posted on the first open day may belong to an earlier financial year, all of whose later
    /// months are closed.
    fn reach_into_earlier_years(&self) -> bool {
        let mut earliest = self.months.keys();
        earliest.any(|month| {
            let day = month.first_day();
            day.financial_year() < self.booking_day(day).financial_year()
        })
    }

    /// Returns true if a command of this word may be a prior period adjustment though no date of it was refused: what
    /// corrects records is posted on the first open day by itself.
    pub fn may_adjust_unasked(&self, command: &str) -> bool {
        ["correct", "state", "reverse"].contains(&command) && self.reach_into_earlier_years()
    }

    /// Closes a month.
    pub fn close(&mut self, closing: Closing) {
        self.months.insert(closing.month, closing);
    }

    /// Reopens a month.
    pub fn reopen(&mut self, month: Month) {
        self.months.remove(&month);
    }

    /// Sets whether provisionally closed months take postings.
    pub(crate) fn set_takes_postings(&mut self, takes_postings: bool) {
        self.takes_postings = takes_postings;
    }

    /// True while provisionally closed months take postings.
    pub fn takes_postings(&self) -> bool {
        self.takes_postings
    }

    /// Opens the provisionally closed months to the records after this one.
    pub(crate) fn open_window(&mut self, record: u64, reason: Text) {
        let months = self.iter().filter(|it| !it.is_final).map(|it| it.month).collect();
        self.windows.push(PostingWindow { from: record, to: None, months, reason });
        self.takes_postings = true;
    }

    /// Closes the months again with this record; false if they were not open.
    pub(crate) fn close_window(&mut self, record: u64) -> bool {
        self.takes_postings = false;
        match self.windows.last_mut() {
            Some(last) if last.to.is_none() => {
                last.to = Some(record);
                true
            }
            _ => false,
        }
    }

    /// Returns the window in which a record was posted to closed months, if any.
    pub(crate) fn posting_window(&self, record: u64) -> Option<&PostingWindow> {
        let after = self.windows.partition_point(|it| it.from < record);
        let last = after.checked_sub(1).and_then(|at| self.windows.get(at))?;
        last.to.is_none_or(|to| record < to).then_some(last)
    }

    /// Returns the closed months in order.
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

    fn closing(text: &str, is_final: bool) -> Closing {
        Closing { month: month(text), is_final, bank: BankAtClose::Reconciled, checked: None }
    }

    #[test]
    fn postings_are_booked_on_the_first_open_day() {
        let mut closed = ClosedMonths::default();
        closed.close(closing("2015-01", true));
        closed.close(closing("2015-02", false));
        // Date, whether provisionally closed months take postings, and the booking date.
        let table = [
            ("2014-12-31", false, "2014-12-31"),
            ("2015-01-10", false, "2015-03-01"),
            ("2015-02-10", false, "2015-03-01"),
            ("2015-02-10", true, "2015-02-10"),
            ("2015-01-10", true, "2015-02-01"),
            ("2015-03-10", true, "2015-03-10"),
        ];
        for (date, takes_postings, booked) in table {
            closed.set_takes_postings(takes_postings);
            assert_eq!(closed.booking_day(Date::parse(date).unwrap()).to_string(), booked, "{date}");
        }
    }

    #[test]
    fn corrections_may_be_of_earlier_years_where_these_are_closed() {
        for (months, command, expected) in [
            (&[][..], "correct", false),
            (&["2015-03"], "correct", true),
            (&["2015-03"], "state", true),
            (&["2015-03"], "reverse", true),
            (&["2015-03"], "pay", false),
            // Closed months of the year in which it is posted.
            (&["2015-04", "2015-05"], "correct", false),
            // The first open day is in the same year.
            (&["2015-01"], "correct", false),
            (&["2015-03", "2015-05"], "correct", true),
            // A year is closed, and a month in between is open.
            (&["2015-01", "2015-02", "2015-03", "2015-06"], "reverse", true),
        ] {
            let mut closed = ClosedMonths::default();
            months.iter().for_each(|it| closed.close(closing(it, false)));
            assert_eq!(closed.may_adjust_unasked(command), expected, "{months:?} {command}");
        }
    }

    #[test]
    fn records_posted_to_closed_months_are_known_with_their_reason() {
        let mut closed = ClosedMonths::default();
        closed.close(closing("2015-01", true));
        closed.close(closing("2015-02", false));
        closed.open_window(7, "Audit adjustment".parse().unwrap());
        assert!(closed.close_window(10));
        assert!(!closed.close_window(11));
        closed.open_window(12, "Another".parse().unwrap());
        let reason_of = |record| closed.posting_window(record).map(|it| it.reason.to_string());
        assert_eq!(reason_of(7), None);
        assert_eq!(reason_of(8).as_deref(), Some("Audit adjustment"));
        assert_eq!(reason_of(9).as_deref(), Some("Audit adjustment"));
        assert_eq!(reason_of(10), None);
        assert_eq!(reason_of(12), None);
        assert_eq!(reason_of(13).as_deref(), Some("Another"));
        assert_eq!(closed.posting_window(8).unwrap().months, BTreeSet::from([month("2015-02")]));
    }
}
