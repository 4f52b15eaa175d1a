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
