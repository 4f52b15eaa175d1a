//! How sentences call themes, funds, powers and recipients: by their ids, as they are typed, or by their names.

use std::fmt;

use almoner_ledger::allocation::{Funds, Part};
use almoner_ledger::book::{Books, BooksError};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::Power;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::themes::{Split, ThemeId};

use super::recipient_name;

/// How things are called.
#[derive(Clone, Copy)]
pub struct Naming<'a> {
    names: Option<&'a dyn Books>,
}

impl fmt::Debug for Naming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.has_names() { "names" } else { "ids" })
    }
}

impl<'a> Naming<'a> {
    /// Calls things by their ids.
    pub const IDS: Naming<'static> = Naming { names: None };

    /// Calls things by the names that these books have for them.
    pub fn of(books: &'a dyn Books) -> Naming<'a> {
        Naming { names: Some(books) }
    }

    /// Returns true if things are called by their names.
    pub fn has_names(self) -> bool {
        self.names.is_some()
    }

    fn theme_of(self, id: &str) -> String {
        let named = self.names.zip(ThemeId::new(id).ok());
        let known = named.and_then(|(books, id)| books.reference().themes.get(&id));
        known.map_or_else(|| id.to_owned(), |theme| theme.name.to_string())
    }

    fn fund_of(self, id: &str) -> String {
        let named = self.names.zip(FundId::new(id).ok());
        let known = named.and_then(|(books, id)| books.reference().funds.get(&id));
        known.map_or_else(|| id.to_owned(), |fund| fund.name.to_string())
    }

    /// Returns a split as it is typed, or in names: `Youth 60%, Knife crime 40%`.
    fn split_of(self, text: &str, name: impl Fn(&str) -> String) -> String {
        if self.names.is_none() {
            return text.to_owned();
        }
        let part = |part: &str| match part.split_once(':') {
            Some((id, size)) => format!("{} {size}", name(id)),
            None => name(part),
        };
        text.split(';').map(|it| part(it.trim())).collect::<Vec<_>>().join(", ")
    }

    /// Returns a theme.
    pub fn theme(self, id: &ThemeId) -> String {
        self.theme_of(id.as_str())
    }

    /// Returns themes with their shares.
    pub fn themes(self, split: &Split) -> String {
        self.split_of(&split.to_string(), |id| self.theme_of(id))
    }

    /// Returns `fund cdr`, or that the fund is not stated.
    pub fn fund(self, id: &FundId) -> String {
        if id.is_unstated() {
            "fund not stated".to_owned()
        } else {
            format!("fund {}", self.fund_of(id.as_str()))
        }
    }

    /// Returns the funds of an award, or its parts, or that no fund is stated.
    pub fn funds(self, funds: &Funds) -> String {
        match (funds, funds.single()) {
            (_, Some(fund)) => self.fund(fund),
            (Funds::Split(split), None) => {
                format!("funds {}", self.split_of(&split.to_string(), |id| self.fund_of(id)))
            }
            (Funds::Parts(parts), None) => {
                format!("parts {}", self.split_of(&parts.to_string(), |place| self.place(place)))
            }
        }
    }

    /// Returns a fund with a theme: `cdr/youth`, or `Crime and disorder reduction / Youth`.
    fn place(self, text: &str) -> String {
        match text.split_once('/') {
            Some((fund, theme)) if self.has_names() => {
                format!("{} / {}", self.fund_of(fund.trim()), self.theme_of(theme.trim()))
            }
            _ => text.to_owned(),
        }
    }

    /// Returns `part cdr/youth of `, where a part is named.
    pub fn part(self, part: Option<&Part>) -> String {
        part.map(|part| format!("part {} of ", self.place(&part.to_string()))).unwrap_or_default()
    }

    /// Returns `power s9`, or that the power is not stated.
    pub fn power(self, power: Power) -> String {
        match (power, self.has_names()) {
            (Power::NotStated, _) => "power not stated".to_owned(),
            (power, true) => format!("power: {}", power.name()),
            (power, false) => format!("power {power}"),
        }
    }

    /// Returns a recipient: its id, or its name.
    pub fn recipient(self, id: &RecipientId) -> Result<String, BooksError> {
        self.names.map_or_else(|| Ok(id.to_string()), |books| recipient_name(books, id))
    }
}
