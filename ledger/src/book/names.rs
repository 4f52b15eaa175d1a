//! Names in place of the ids of themes and funds, as people read them.

use super::Books;
use crate::funds::FundId;
use crate::themes::ThemeId;

/// What people read for what is not allocated to a theme.
pub const UNALLOCATED: &str = "Not allocated to a theme";
/// What people read for a fund that is not stated.
pub const UNSTATED: &str = "Fund not stated";

/// Returns the name of a theme, or its id where it is not known.
pub fn theme_name(books: &dyn Books, id: &str) -> String {
    let theme = ThemeId::new(id).ok().and_then(|id| books.reference().themes.get(&id));
    match theme {
        Some(theme) => theme.name.to_string(),
        None if id == ThemeId::UNALLOCATED => UNALLOCATED.to_owned(),
        None => id.to_owned(),
    }
}

/// Returns the name of a fund, or its id where it is not known.
pub fn fund_name(books: &dyn Books, id: &str) -> String {
    let fund = FundId::new(id).ok().and_then(|id| books.reference().funds.get(&id));
    match fund {
        Some(fund) => fund.name.to_string(),
        None if id == FundId::UNSTATED => UNSTATED.to_owned(),
        None => id.to_owned(),
    }
}
