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
        "this computer's clock shows {}, which is more than {MOST_DAYS_AHEAD} days after the last record ({})",
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
        "the last record is dated {}, but this computer's clock shows {}",
        moment_in_words(.last),
        moment_in_words(.now)
    )]
    Behind {
        /// The time of the last record.
        last: String,
        /// The time by the clock.
        now: String,
    },
    /// It is to be corrected, and is itself before records that look dated right.
    #[error(
        "this computer's clock shows {}, which is earlier than the record dated {}; nothing suggests that the date of the record is wrong",
        moment_in_words(.now),
        moment_in_words(.sound)
    )]
    TooEarly {
        /// The time of the last record before any that is far ahead of the one before it.
        sound: String,
        /// The time by the clock.
        now: String,
    },
    /// It is to be corrected, and no record is dated after it.
    #[error("there is nothing to correct: no record is dated later than this computer's clock, {}", moment_in_words(.0))]
    NotWrong(String),
}

impl WrongClock {
    /// Returns whether the clock may be right, and somebody can say so.
    pub fn may_be_confirmed(&self) -> bool {
        matches!(self, WrongClock::Ahead { .. } | WrongClock::TooEarly { .. })
    }

    /// Returns the code of the refusal.
    pub const fn code(&self) -> &'static str {
        match self {
            WrongClock::Ahead { .. } => "clock-ahead",
            WrongClock::Behind { .. } => "clock-behind",
            WrongClock::TooEarly { .. } => "clock-too-early",
            WrongClock::NotWrong(_) => "clock-right",
        }
    }
}

/// Returns what was checked of a clock, or that it may be used since somebody has confirmed it.
///
/// # Errors
/// What was found, unless it may be and was confirmed.
pub fn unless_confirmed(checked: Result<(), WrongClock>, is_confirmed: bool) -> Result<(), WrongClock> {
    match checked {
        Err(wrong) if !is_confirmed || !wrong.may_be_confirmed() => Err(wrong),
        _ => Ok(()),
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

/// Returns whether a day is so far after the one before it that a clock may be ahead.
pub fn is_jump(before: Date, day: Date) -> bool {
    day.days_since(before) > MOST_DAYS_AHEAD
}

/// The corrections of the clock in a ledger: records before one that are dated after it count as recorded at its time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockCorrections {
    corrections: Vec<(u64, Arc<str>)>,
    /// The time of the record before the first, since the last correction, that is dated far after the one before it.
    before_jump: Option<Arc<str>>,
}

impl ClockCorrections {
    /// Adds a correction, which is later than those before.
    pub fn add(&mut self, record: u64, at: Arc<str>) {
        self.corrections.push((record, at));
        self.before_jump = None;
    }

    /// Returns whether a correction of this time corrects what was dated after a jump, and so says when that was recorded.
    pub fn is_after_jump(&self, at: &str) -> bool {
        let sound = self.before_jump.as_deref().and_then(day_of);
        sound.zip(day_of(at)).is_some_and(|(sound, day)| day >= sound)
    }

    /// Follows a record, after the one of the time `last`, which is empty if there is none.
    pub fn follow(&mut self, last: &Arc<str>, at: &str) {
        if let (None, Some(before), Some(day)) = (&self.before_jump, day_of(last), day_of(at))
            && is_jump(before, day)
        {
            self.before_jump = Some(last.clone());
        }
    }

    /// Checks that a clock may correct what was dated before: records are dated after it, and it is not before what was
    /// dated right, as far as is known. Where no record is far ahead of the one before it, a clock may have been ahead
    /// by [`MOST_DAYS_AHEAD`] at most.
    ///
    /// # Errors
    /// [`WrongClock::NotWrong`], [`WrongClock::TooEarly`].
    pub fn check(&self, last: &str, now: &str) -> Result<(), WrongClock> {
        let (Some(last_day), Some(today)) = (day_of(last), day_of(now)) else {
            return Err(WrongClock::NotWrong(now.to_owned()));
        };
        if last_day <= today {
            return Err(WrongClock::NotWrong(now.to_owned()));
        }
        let is_too_early = match self.before_jump.as_deref().and_then(day_of) {
            Some(sound) => today < sound,
            None => is_jump(today, last_day),
        };
        if is_too_early {
            let sound = self.before_jump.as_deref().unwrap_or(last).to_owned();
            return Err(WrongClock::TooEarly { sound, now: now.to_owned() });
        }
        Ok(())
    }

    /// Returns the times of the corrections after a record.
    fn after(&self, record: u64) -> impl Iterator<Item = &str> {
        self.corrections.iter().filter(move |(correction, _)| *correction > record).map(|(_, at)| &**at)
    }

    /// Returns the day that a record counts as recorded on: its own, or that of a later correction if that is earlier.
    pub fn day_counted(&self, record: u64, on: Date) -> Date {
        self.after(record).filter_map(day_of).fold(on, Ord::min)
    }

    /// Returns the time that a record counts as recorded at: its own, or that of a later correction if that is earlier.
    pub fn time_of<'a>(&'a self, record: u64, at: &'a str) -> &'a str {
        self.after(record).fold(at, Ord::min)
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
                Some("dated 31 Mar 2026 23:59 UTC, but this computer's clock shows 29 Mar"),
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
    fn a_clock_that_is_itself_behind_corrects_nothing() {
        let sound = ["2026-01-10T09:00:00Z", "2026-03-31T09:00:00Z"];
        let ahead = ["2026-01-10T09:00:00Z", "2026-03-31T09:00:00Z", "2101-01-01T09:00:00Z"];
        for (dated, now, expected) in [
            (&ahead[..], "2026-03-31T00:00:00Z", Ok(())),
            (&ahead, "2026-04-20T00:00:00Z", Ok(())),
            (&ahead, "2026-03-30T00:00:00Z", Err("clock-too-early")),
            (&ahead, "2001-07-25T00:00:00Z", Err("clock-too-early")),
            (&ahead, "2101-01-01T00:00:00Z", Err("clock-right")),
            (&sound, "2026-03-31T00:00:00Z", Err("clock-right")),
            (&sound, "2026-03-01T00:00:00Z", Ok(())),
            (&sound, "2025-12-29T00:00:00Z", Ok(())),
            (&sound, "2025-12-28T00:00:00Z", Err("clock-too-early")),
            (&sound, "2001-07-25T00:00:00Z", Err("clock-too-early")),
        ] {
            let mut clock = ClockCorrections::default();
            let mut last: Arc<str> = "".into();
            for at in dated {
                clock.follow(&last, at);
                last = (*at).into();
            }
            assert_eq!(clock.check(&last, now).map_err(|wrong| wrong.code()), expected, "{dated:?} {now}");
        }
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
