//! Names in place of the ids of themes and funds, as people read them.

use super::Books;
use crate::calendar::Date;
use crate::funds::FundId;
use crate::text::Text;
use crate::themes::ThemeId;

/// What people read for what is not allocated to a theme.
pub const UNALLOCATED: &str = "Not allocated to a theme";
/// What people read for a fund that is not stated.
pub const UNSTATED: &str = "Fund not stated";

/// Returns the present name of a theme, or its id where it is not known.
pub fn theme_name(books: &dyn Books, id: &str) -> String {
    named(id, ThemeId::UNALLOCATED, UNALLOCATED, |id| {
        let id = ThemeId::new(id).ok()?;
        books.reference().themes.get(&id).map(|theme| &theme.name)
    })
}

/// Returns the present name of a fund, or its id where it is not known.
pub fn fund_name(books: &dyn Books, id: &str) -> String {
    named(id, FundId::UNSTATED, UNSTATED, |id| {
        let id = FundId::new(id).ok()?;
        books.reference().funds.get(&id).map(|fund| &fund.name)
    })
}

/// Returns the name of a theme on a day, or its id where it is not known.
pub(crate) fn theme_name_on(books: &dyn Books, id: &str, day: Date) -> String {
    named(id, ThemeId::UNALLOCATED, UNALLOCATED, |id| {
        ThemeId::new(id).ok().and_then(|id| books.reference().theme_name_on(&id, day))
    })
}

/// Returns the name of a fund on a day, or its id where it is not known.
pub(crate) fn fund_name_on(books: &dyn Books, id: &str, day: Date) -> String {
    named(id, FundId::UNSTATED, UNSTATED, |id| {
        FundId::new(id).ok().and_then(|id| books.reference().fund_name_on(&id, day))
    })
}

fn named<'b>(id: &str, none: &str, words: &str, name: impl Fn(&str) -> Option<&'b Text>) -> String {
    match name(id) {
        Some(name) => name.to_string(),
        None if id == none => words.to_owned(),
        None => id.to_owned(),
    }
}
