//! Who acts, and when: read once a request by the front end.

use std::fmt;

use almoner_ledger::calendar::Date;
use almoner_ledger::clock;
use almoner_ledger::text::Text;

use crate::error::{Error, Remedy};

/// A moment in UTC, to the second: `2026-11-21T10:03:03Z`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp(String);

/// The days from 1970 to 2000.
const DAYS_TO_2000: i64 = 10_957;

impl Timestamp {
    /// Reads a moment. Returns `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Timestamp> {
        const FORM: &[u8] = b"0000-00-00T00:00:00Z";
        let fits = |(form, given): (&u8, u8)| match form {
            b'0' => given.is_ascii_digit(),
            form => *form == given,
        };
        let is_moment = text.len() == FORM.len() && FORM.iter().zip(text.bytes()).all(fits);
        is_moment.then(|| Timestamp(text.to_owned()))
    }

    /// Returns the seconds since 1970; `None` if there is no such day.
    pub fn seconds(&self) -> Option<u64> {
        let (day, time) = self.0.split_once('T')?;
        let days = Date::parse(day).ok()?.days_since(Date::from_ymd(2000, 1, 1)?);
        let days = days.checked_add(DAYS_TO_2000)?;
        let of_day = time.trim_end_matches('Z').split(':').try_fold(0, |sum: i64, part| {
            let part: i64 = part.parse().ok()?;
            sum.checked_mul(60)?.checked_add(part)
        })?;
        days.checked_mul(86_400)?.checked_add(of_day)?.try_into().ok()
    }

    /// Returns the moment as the journal writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who acts, and when.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The user; `None` if none is known, who may read and try but not record.
    pub user: Option<Text>,
    /// The time of recording.
    pub at: Timestamp,
    /// True if the user confirms that the time is right, however long after the last record it is.
    pub is_clock_confirmed: bool,
    /// The present day where the user is.
    pub today: Date,
}

impl Actor {
    /// Returns the user recording.
    ///
    /// # Errors
    ///
    /// If no user is known.
    pub fn recorder(&self) -> Result<&Text, Error> {
        let unknown = || {
            Error::refused("no-recorder", "the user making the entry is not known").remedy(Remedy::NameUser)
        };
        self.user.as_ref().ok_or_else(unknown)
    }

    /// Refuses to date a record after one of the time `last` by a clock that cannot be right.
    pub(crate) fn check_clock(&self, last: &str) -> Result<(), Error> {
        Ok(clock::unless_confirmed(clock::check(last, self.at.as_str()), self.is_clock_confirmed)?)
    }

    /// Returns the user's name; empty if none is known.
    pub fn name(&self) -> &str {
        self.user.as_ref().map_or("", Text::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_so_many_seconds_after_1970() {
        // As `date -u -d` counts them.
        for (text, expected) in [
            ("2000-01-01T00:00:00Z", Some(946_684_800)),
            ("2015-09-30T10:00:00Z", Some(1_443_607_200)),
            ("2024-02-29T23:59:59Z", Some(1_709_251_199)),
            ("2026-11-30T16:53:59Z", Some(1_796_057_639)),
            ("2026-02-30T00:00:00Z", None),
        ] {
            assert_eq!(Timestamp::parse(text).unwrap().seconds(), expected, "{text}");
        }
    }

    #[test]
    fn a_moment_is_of_one_form() {
        for (text, expected) in [
            ("2026-11-21T10:03:03Z", true),
            ("2026-11-21T10:03:03", false),
            ("2026-11-21 10:03:03Z", false),
            ("2026-11-21", false),
            ("jane", false),
            ("\u{2460}026-11-21T10:03Z", false),
        ] {
            assert_eq!(Timestamp::parse(text).is_some(), expected, "{text}");
        }
    }
}
