//! Milestones and monitoring reports of recipients.
//!
//! They post nothing. A due item is identified by grant, name and due date; what was received names its item,
//! so that each record can be read on its own.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use serde::{Deserialize, Serialize};

use super::{Fact, Grant};
use crate::calendar::{Date, Month};
use crate::ids::PaperId;
use crate::text::{Text, folded};
use crate::worded;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueKind {
    /// Something that the recipient has to achieve.
    Milestone,
    MonitoringReport,
}

impl DueKind {
    /// Returns the word used in files: `monitoring-report`.
    pub const fn word(self) -> &'static str {
        match self {
            DueKind::Milestone => "milestone",
            DueKind::MonitoringReport => "monitoring-report",
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            DueKind::Milestone => "milestone",
            DueKind::MonitoringReport => "monitoring report",
        }
    }
}

/// A milestone or a monitoring report that falls due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    pub what: DueKind,
    pub name: Text,
    pub due: Date,
    /// True if payments from that day on are held until it is received.
    #[serde(default)]
    pub before_payment: bool,
}

/// What was received for a due item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    pub what: DueKind,
    pub name: Text,
    pub due: Date,
    /// The date of receipt, or on which the milestone was reached.
    pub received: Date,
    pub paper: Option<PaperId>,
    pub result: Text,
}

/// A waiver: a due item no longer holds payments, but stays due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    pub name: Text,
    pub due: Date,
    pub date: Date,
    pub reason: Text,
}

impl Due {
    pub(crate) fn is_called(&self, name: &Text, due: Date) -> bool {
        self.due == due && folded(self.name.as_str()) == folded(name.as_str())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueState {
    /// Due before that day and not received.
    Overdue,
    /// Not received and not yet overdue.
    Due,
    /// Received, or reached.
    Received,
    /// The grant was withdrawn before it fell due.
    Lapsed,
}

worded!(DueState::word { Overdue = "overdue", Due = "due", Received = "received", Lapsed = "lapsed" });

/// A due item with its submission and waiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueItem<'a> {
    pub due: &'a Due,
    pub received: Option<&'a Submission>,
    pub waived: Option<&'a Waiver>,
    /// True if the grant was withdrawn before the item fell due.
    pub lapsed: bool,
}

impl DueItem<'_> {
    pub fn state(&self, day: Date) -> DueState {
        if self.received.is_some_and(|submission| submission.received <= day) {
            DueState::Received
        } else if self.lapsed {
            DueState::Lapsed
        } else if self.due.due < day {
            DueState::Overdue
        } else {
            DueState::Due
        }
    }

    /// True if it holds payments dated that day: due by then, and neither received nor waived by now.
    pub fn holds_payment_of(&self, day: Date) -> bool {
        let is_open = self.received.is_none() && self.waived.is_none() && !self.lapsed;
        self.due.before_payment && self.due.due <= day && is_open
    }
}

impl Grant {
    /// Returns the due items, by due date and then in the order of recording.
    pub fn due_items(&self) -> Vec<DueItem<'_>> {
        let withdrawn = self.facts().filter_map(|fact| {
            if let Fact::Withdrawn(withdrawal) = fact { Some(withdrawal.date) } else { None }
        });
        let withdrawn = withdrawn.min();
        let mut items: Vec<DueItem<'_>> = Vec::new();
        for fact in self.facts() {
            if let Fact::Due(due) = fact {
                let lapsed = withdrawn.is_some_and(|from| from <= due.due);
                items.push(DueItem { due, received: None, waived: None, lapsed });
            }
        }
        for item in &mut items {
            for fact in self.facts() {
                if let Fact::Received(submission) = fact
                    && item.due.is_called(&submission.name, submission.due)
                {
                    item.received = Some(submission);
                }
                if let Fact::Waived(waiver) = fact
                    && item.due.is_called(&waiver.name, waiver.due)
                {
                    item.waived = Some(waiver);
                }
            }
        }
        items.sort_by_key(|item| item.due.due);
        items
    }
}

/// Returns the days of a schedule: the first, then one every `months` months on the same day of the month (or
/// its last day), none after `to`.
pub fn schedule(first: Date, months: u32, to: Date) -> Vec<Date> {
    repeated(first, months).take_while(|day| *day <= to).collect()
}

/// Returns a day, and then one every `months` months on the same day of the month (or its last day), to the end of the
/// calendar.
pub fn repeated(first: Date, months: u32) -> impl Iterator<Item = Date> {
    let step = i32::try_from(months.max(1)).unwrap_or(i32::MAX);
    let following = move |month: &Month| Some(month.plus(step)).filter(|next| next != month);
    std::iter::successors(Some(first.month()), following).map(move |month| on(month, first.day()))
}

/// Returns the day of that number in a month, or its last day.
fn on(month: Month, number: u32) -> Date {
    let first = month.first_day().naive();
    let day = chrono::Datelike::with_day(&first, number).and_then(|day| Date::new(day).ok());
    day.unwrap_or(month.last_day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn schedules_keep_the_day_of_the_month() {
        for (first, months, to, expected) in [
            ("2015-07-15", 3, "2016-04-15", "2015-07-15 2015-10-15 2016-01-15 2016-04-15"),
            ("2015-07-15", 3, "2016-04-14", "2015-07-15 2015-10-15 2016-01-15"),
            ("2015-12-31", 1, "2016-04-30", "2015-12-31 2016-01-31 2016-02-29 2016-03-31 2016-04-30"),
            ("2016-02-29", 12, "2018-03-01", "2016-02-29 2017-02-28 2018-02-28"),
            ("2015-07-15", 3, "2015-07-15", "2015-07-15"),
            ("2015-07-15", 3, "2015-07-14", ""),
            ("2199-11-30", 1, "2199-12-31", "2199-11-30 2199-12-30"),
        ] {
            let days: Vec<String> =
                schedule(day(first), months, day(to)).iter().map(Date::to_string).collect();
            assert_eq!(days.join(" "), expected, "{first} {months} {to}");
        }
    }

    #[test]
    fn a_day_is_repeated_to_the_end_of_the_calendar() {
        let last =
            |number: usize| repeated(day("2199-10-31"), 1).take(number).last().map(|it| it.to_string());
        assert_eq!(last(2).as_deref(), Some("2199-11-30"));
        assert_eq!(last(9).as_deref(), Some("2199-12-31"));
    }

    #[test]
    fn only_open_items_hold_payments() {
        let text = |words: &str| Text::new(words).unwrap();
        let (name, due) = (text("Q1"), day("2015-07-15"));
        let item = Due { what: DueKind::MonitoringReport, name: name.clone(), due, before_payment: true };
        let received = Submission {
            what: item.what,
            name: name.clone(),
            due,
            received: day("2015-07-20"),
            paper: None,
            result: text("On course"),
        };
        let waived = Waiver { name, due, date: day("2015-07-16"), reason: text("Agreed") };
        let free = Due { before_payment: false, ..item.clone() };
        type Case<'a> = (&'a Due, Option<&'a Submission>, Option<&'a Waiver>, bool, &'a str, &'a str, bool);
        let table: &[Case<'_>] = &[
            (&item, None, None, false, "2015-07-14", "due", false),
            (&item, None, None, false, "2015-07-15", "due", true),
            (&item, None, None, false, "2015-07-16", "overdue", true),
            (&item, Some(&received), None, false, "2015-07-19", "overdue", false),
            (&item, Some(&received), None, false, "2015-07-20", "received", false),
            (&item, None, Some(&waived), false, "2015-07-16", "overdue", false),
            (&item, None, None, true, "2015-07-16", "lapsed", false),
            (&item, Some(&received), None, true, "2015-07-21", "received", false),
            (&free, None, None, false, "2015-07-16", "overdue", false),
        ];
        for (due, received, waived, lapsed, on, state, holds) in table {
            let item = DueItem { due, received: *received, waived: *waived, lapsed: *lapsed };
            assert_eq!(item.state(day(on)).word(), *state, "{item:?} {on}");
            assert_eq!(item.holds_payment_of(day(on)), *holds, "{item:?} {on}");
        }
    }
}
