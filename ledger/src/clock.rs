//! The clocks of the computers that record: which cannot be right, and records that were dated too late by one.
//!
//! A record is dated by the clock of the computer that records it, and never before the record before it. So one clock
//! that is ahead dates everything that follows, unless the clock is corrected by a record.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::calendar::{Date, moment_in_words};

/// The number of days after the last record from which a clock is believed only if somebody confirms it.
pub const MOST_DAYS_AHEAD: i64 = 92;
/// The number of days by which clocks may differ.
pub const MOST_DAYS_APART: i64 = 1;

/// A clock that cannot be right, or is believed only if somebody confirms it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongClock {
    /// It is far ahead of the last record.
    #[error(
        "the clock of this computer shows {}, which is more than {MOST_DAYS_AHEAD} days after the last record ({})",
        moment_in_words(.now),
        moment_in_words(.last)
    )]
    Ahead {
        /// The time of the last record.
        last: String,
        /// The time by the clock.
        now: String,
    },
    /// It is behind the last record.
    #[error(
        "the last record is dated {}, but the clock of this computer shows {}",
        moment_in_words(.last),
        moment_in_words(.now)
    )]
    Behind {
        /// The time of the last record.
        last: String,
        /// The time by the clock.
        now: String,
    },
    /// It is to be corrected, and no record is dated after it.
    #[error("no record is dated after the time by this clock, {}", moment_in_words(.0))]
    NotWrong(String),
}

impl WrongClock {
    /// Returns whether the clock may be right, and somebody can say so.
    pub fn may_be_confirmed(&self) -> bool {
        matches!(self, WrongClock::Ahead { .. })
    }

    /// Returns the code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            WrongClock::Ahead { .. } => "clock-ahead",
            WrongClock::Behind { .. } => "clock-behind",
            WrongClock::NotWrong(_) => "clock-right",
        }
    }
}

/// Returns the day of a time of recording.
pub fn day_of(at: &str) -> Option<Date> {
    Date::parse(at.get(..10)?).ok()
}

/// Checks the clock of a computer that records after a record of the time `last`, which is empty if there is none.
///
/// # Errors
/// [`WrongClock::Ahead`], [`WrongClock::Behind`].
pub fn check(last: &str, now: &str) -> Result<(), WrongClock> {
    let (Some(last_day), Some(today)) = (day_of(last), day_of(now)) else { return Ok(()) };
    let days = today.days_since(last_day);
    if days > MOST_DAYS_AHEAD {
        return Err(WrongClock::Ahead { last: last.to_owned(), now: now.to_owned() });
    }
    if -days > MOST_DAYS_APART {
        return Err(WrongClock::Behind { last: last.to_owned(), now: now.to_owned() });
    }
    Ok(())
}

/// The corrections of the clock in a ledger: records before one that are dated after it count as recorded at its time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockCorrections(Vec<(u64, Arc<str>)>);

impl ClockCorrections {
    /// Adds a correction, which is later than those before.
    pub fn add(&mut self, record: u64, at: Arc<str>) {
        self.0.push((record, at));
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the numbers of the records that correct the clock, with their times.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str)> {
        self.0.iter().map(|(record, at)| (*record, &**at))
    }

    /// Returns the time that a record counts as recorded at: its own, or that of a later correction if that is earlier.
    pub fn time_of<'a>(&'a self, record: u64, at: &'a str) -> &'a str {
        let later = self.0.iter().filter(|(correction, _)| *correction > record);
        later.map(|(_, at)| &**at).fold(at, Ord::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_refused_far_after_and_just_before_the_last_record() {
        let last = "2026-03-31T23:59:59Z";
        for (now, expected) in [
            ("2026-03-31T23:59:59Z", None),
            ("2026-07-01T00:00:00Z", None),
            ("2026-07-02T00:00:00Z", Some("more than 92 days after the last record (31 Mar 2026 23:59 UTC)")),
            ("2101-01-01T00:00:00Z", Some("1 Jan 2101 00:00 UTC, which is more than 92 days after")),
            ("2026-03-30T00:00:00Z", None),
            (
                "2026-03-29T23:59:59Z",
                Some("dated 31 Mar 2026 23:59 UTC, but the clock of this computer shows 29 Mar"),
            ),
        ] {
            let found = check(last, now).err().map(|wrong| wrong.to_string());
            match (expected, &found) {
                (None, None) => {}
                (Some(words), Some(found)) if found.contains(words) => {}
                _ => panic!("{now}: {found:?}"),
            }
        }
        assert_eq!(check("", "2101-01-01T00:00:00Z"), Ok(()));
    }

    #[test]
    fn what_is_dated_after_a_later_correction_counts_as_of_its_time() {
        let mut corrections = ClockCorrections::default();
        corrections.add(7, "2026-06-01".into());
        corrections.add(9, "2026-05-01".into());
        for (record, at, expected) in [
            (1, "2026-04-01", "2026-04-01"),
            (6, "2101-01-01", "2026-05-01"),
            (7, "2026-06-01", "2026-05-01"),
            (8, "2026-06-02", "2026-05-01"),
            (9, "2026-05-01", "2026-05-01"),
            (10, "2026-06-03", "2026-06-03"),
        ] {
            assert_eq!(corrections.time_of(record, at), expected, "{record}");
        }
    }
}
