//! Dates as values of arguments, with `today` among them.

use almoner_ledger::calendar::{CalendarError, Date, StatedDate};
use almoner_store::KnownAt;

use crate::context::today;

/// Reads a day, or `today`.
pub fn date(text: &str) -> Result<Date, CalendarError> {
    Date::parse_on(today()?, text)
}

/// Reads a day or a month, or `today`.
pub fn stated_date(text: &str) -> Result<StatedDate, CalendarError> {
    StatedDate::parse_on(today()?, text)
}

/// Reads a day or a record number.
pub fn known_at(text: &str) -> Result<KnownAt, CalendarError> {
    match text.trim().parse() {
        Ok(record) => Ok(KnownAt::Record(record)),
        Err(_) => date(text).map(KnownAt::Date),
    }
}

/// The days by which a query is completed.
#[derive(Clone, Copy, Debug)]
pub struct Days {
    pub today: Date,
    /// The reporting date where none is stated: today, or the day as at which the books are known.
    pub known: Date,
}

impl Days {
    /// Returns the same days, reporting as at the last month end.
    pub fn of_whole_months(self) -> Days {
        let month = self.known.month();
        let known = if self.known == month.last_day() { self.known } else { month.plus(-1).last_day() };
        Days { known, ..self }
    }
}
