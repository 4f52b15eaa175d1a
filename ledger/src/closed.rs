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

impl PostingWindow {
    /// True if postings to the month were to a closed one.
    pub fn takes(&self, month: Month) -> bool {
        self.months.contains(&month) || self.months.first().is_some_and(|first| month < *first)
    }
}

/// The closed months.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedMonths {
    months: BTreeMap<Month, Closing>,
    /// The first month that was ever closed: what was before it was brought forward into it.
    first: Option<Month>,
    windows: Vec<PostingWindow>,
    /// True while provisionally closed months take postings: within a batch, never between batches.
    takes_postings: bool,
}

impl ClosedMonths {
    /// True if no month is closed.
    pub fn is_empty(&self) -> bool {
        self.months.is_empty()
    }

    /// True if a month was ever closed, so that something can be booked on another day than its own.
    pub(crate) fn has_begun(&self) -> bool {
        self.first.is_some()
    }

    /// True if the month takes no postings: it is closed, or is before the first month that was.
    pub fn contains(&self, month: Month) -> bool {
        self.governing(month).is_some_and(|closing| closing.is_final || !self.takes_postings)
    }

    /// True if the month is closed itself and takes no postings.
    pub fn contains_itself(&self, month: Month) -> bool {
        self.closing(month).is_some() && self.contains(month)
    }

    /// Returns the closing that keeps postings out of a month. What is posted before the first closed month would move
    /// the balances of all of them.
    fn governing(&self, month: Month) -> Option<&Closing> {
        let is_before = self.first.is_some_and(|first| month < first);
        self.closing(month).or_else(|| self.months.values().next().filter(|_| is_before))
    }

    /// Returns the first closed month, for a month that is before it and takes no postings for that.
    pub(crate) fn first_after(&self, month: Month) -> Option<Month> {
        self.governing(month).map(|closing| closing.month).filter(|first| *first != month)
    }

    /// Returns how the month was closed, if it is.
    pub fn closing(&self, month: Month) -> Option<&Closing> {
        self.months.get(&month)
    }

    /// True if the month is provisionally closed, or before the first that is.
    pub(crate) fn is_provisional(&self, month: Month) -> bool {
        self.governing(month).is_some_and(|closing| !closing.is_final)
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

    /// Returns true if a command of this word may be a prior period adjustment though no date of it was refused: what
    /// corrects records is posted on the first open day by itself, and once a month is closed all earlier years are.
    pub fn may_adjust_unasked(&self, command: &str) -> bool {
        ["correct", "state", "reverse"].contains(&command) && !self.is_empty()
    }

    /// Returns the booking date of a budget: no budget is brought forward from one year to the next, so what is before
    /// the first closed month is closed in the year of that month alone.
    pub(crate) fn booking_day_of_budget(&self, date: Date) -> Date {
        match self.first {
            Some(first) if date.financial_year() < first.financial_year() => date,
            Some(_) | None => self.booking_day(date),
        }
    }

    /// Closes a month.
    pub fn close(&mut self, closing: Closing) {
        self.first = self.first.into_iter().chain([closing.month]).min();
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
            ("2014-12-31", false, "2015-03-01"),
            ("2014-12-31", true, "2015-02-01"),
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
    fn corrections_may_be_of_earlier_years_once_a_month_is_closed() {
        let mut closed = ClosedMonths::default();
        let table = ["correct", "state", "reverse", "pay"];
        assert_eq!(table.map(|it| closed.may_adjust_unasked(it)), [false; 4]);
        closed.close(closing("2015-04", false));
        assert_eq!(table.map(|it| closed.may_adjust_unasked(it)), [true, true, true, false]);
    }

    #[test]
    fn what_is_before_the_first_closed_month_is_closed_with_it() {
        let mut closed = ClosedMonths::default();
        let early = Date::parse("2014-11-05").unwrap();
        assert_eq!(closed.booking_day(early), early);
        closed.close(closing("2015-01", false));
        closed.close(closing("2015-02", false));
        assert_eq!(closed.booking_day(early).to_string(), "2015-03-01");
        assert_eq!(closed.first_after(early.month()), Some(month("2015-01")));
        assert!(closed.is_provisional(early.month()) && !closed.contains_itself(early.month()));
        // A budget of the year before touches no closed month.
        for (date, booked) in [("2014-05-01", "2015-03-01"), ("2014-03-31", "2014-03-31")] {
            assert_eq!(closed.booking_day_of_budget(Date::parse(date).unwrap()).to_string(), booked);
        }
        // Reopened is the month, and not what is before it.
        closed.reopen(month("2015-01"));
        assert!(closed.contains(early.month()) && !closed.contains(month("2015-01")));
        assert_eq!(closed.first_after(month("2015-01")), None);
        closed.reopen(month("2015-02"));
        assert_eq!(closed.booking_day(early), early);
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
