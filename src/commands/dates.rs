//! Dates as values of arguments, with `today` among them.

use almoner_ledger::calendar::{CalendarError, Date, StatedDate};

use crate::context::today;

/// Reads a day, or `today`.
pub fn date(text: &str) -> Result<Date, CalendarError> {
    Date::parse_on(today()?, text)
}

/// Reads a day or a month, or `today`.
pub fn stated_date(text: &str) -> Result<StatedDate, CalendarError> {
    StatedDate::parse_on(today()?, text)
}
