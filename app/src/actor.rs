//! Who acts, and when: read once a request by the front end.

use std::fmt;

use almoner_ledger::calendar::Date;
use almoner_ledger::clock;
use almoner_ledger::text::Text;

use crate::error::{Error, Remedy};

/// A moment in UTC, to the second: `2026-11-21T10:03:03Z`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timestamp(String);

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
