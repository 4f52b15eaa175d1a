//! The fields of an address or a form, and the options of reports in them.

use almoner_app::error::Error;
use almoner_app::figures::{Narrowing, PeriodChoice, Scope, View};
use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{CalendarError, Date, FinancialYear, Month, Quarter};
use almoner_ledger::totals::PurposeView;
use almoner_store::KnownAt;

/// Fields by name, as they were sent. A blank field is one that was not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fields(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Fields {
    fn from(all: Vec<(String, String)>) -> Fields {
        Fields(all)
    }
}

impl Fields {
    /// Returns the trimmed text of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Returns the trimmed texts of all fields of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let found = self.0.iter().filter(move |(key, _)| key == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// Returns these fields, and of others those of names that these have not.
    pub fn or(&self, others: Fields) -> Fields {
        let further = others.0.into_iter().filter(|(name, _)| !self.has(name));
        Fields(self.0.iter().cloned().chain(further).collect())
    }

    /// Returns the text of a field as it was sent, with the blanks around it.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the text of a field, blank if it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Returns the text of a field, owned.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// Returns true if the field was sent.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Returns all fields but those of some names, and but blank ones.
    pub fn without<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        let all = self.0.iter().map(|(name, value)| (name.as_str(), value.trim()));
        all.filter(|(name, value)| !value.is_empty() && !names.contains(name))
    }

    /// Returns these fields but those of some names.
    pub fn but(&self, names: &[&str]) -> Fields {
        Fields(self.without(names).map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Returns the number of bytes of all names and texts.
    pub fn size(&self) -> usize {
        self.0.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// Returns the fields of the names that are wanted.
    pub fn only(&self, is_wanted: impl Fn(&str) -> bool) -> Fields {
        Fields(self.0.iter().filter(|(name, _)| is_wanted(name)).cloned().collect())
    }

    /// Returns the field parsed by `parse`.
    pub fn parsed<T, E: Into<Error>>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Error> {
        self.get(name).map(parse).transpose().map_err(Into::into)
    }

    /// Returns the field as one of the words of a list.
    pub fn word<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        word: fn(T) -> &'static str,
    ) -> Result<Option<T>, Error> {
        self.get(name).map(|given| word_of(given, all, word)).transpose()
    }

    /// Returns the field as a day.
    pub fn date(&self, name: &str, today: Date) -> Result<Option<Date>, Error> {
        self.parsed(name, |text| Date::parse_on(today, text))
    }

    /// Returns a time of knowledge: a day, or the number of a record.
    pub fn time(&self, name: &str, today: Date) -> Result<Option<KnownAt>, Error> {
        self.parsed(name, |text| known_at(text, today))
    }

    /// Returns who sees the books; `own` if no audience is chosen.
    pub fn audience(&self, own: Audience) -> Result<Audience, Error> {
        Ok(self.word("audience", &Audience::ALL, Audience::word)?.unwrap_or(own))
    }

    /// Returns who sees the books, as known when.
    pub fn view(&self, today: Date, own: Audience) -> Result<View, Error> {
        Ok(View { known_at: self.time("known_at", today)?, audience: self.audience(own)? })
    }

    /// Returns the period chosen.
    pub fn period(&self, today: Date) -> Result<PeriodChoice, Error> {
        let stated = ["fy", "quarter", "month"].iter().filter(|name| self.has(name)).count();
        let ends = usize::from(self.has("from") || self.has("to"));
        if stated + ends > 1 {
            return Err(Error::refused("given-twice", "the period is given in more than one way")
                .advice("give a year, a quarter, a month, or first and last day"));
        }
        Ok(PeriodChoice {
            from: self.date("from", today)?,
            to: self.date("to", today)?,
            year: self.parsed("fy", FinancialYear::parse)?,
            quarter: self.parsed("quarter", Quarter::parse)?,
            month: self.parsed("month", Month::parse)?,
            as_at: self.date("as_at", today)?,
        })
    }

    /// Returns the filters chosen.
    pub fn narrowing(&self) -> Result<Narrowing, Error> {
        let purpose = self.word("purpose", &PURPOSES, |(word, _)| word)?;
        Ok(Narrowing {
            theme: self.owned("theme"),
            fund: self.owned("fund"),
            recipient: self.owned("recipient"),
            power: self.owned("power"),
            purpose: purpose.map_or(PurposeView::Dated, |(_, view)| view),
        })
    }

    /// Returns the period and the filters chosen.
    pub fn scope(&self, today: Date) -> Result<Scope, Error> {
        Ok(Scope { period: self.period(today)?, narrowing: self.narrowing()? })
    }
}

/// The purposes under which reports show money, each with its word.
pub const PURPOSES: [(&str, PurposeView); 3] =
    [("dated", PurposeView::Dated), ("original", PurposeView::Original), ("current", PurposeView::Current)];

/// Returns a text as one of the words of a list.
pub fn word_of<T: Copy>(given: &str, all: &[T], word: fn(T) -> &'static str) -> Result<T, Error> {
    let found = all.iter().copied().find(|it| word(*it) == given);
    found.ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|it| word(*it)).collect();
        Error::refused("invalid-value", format!("`{given}` is not one of the choices"))
            .advice(format!("choose one of: {}", words.join(", ")))
    })
}

/// Returns a time of knowledge: a day, or the number of a record.
pub fn known_at(text: &str, today: Date) -> Result<KnownAt, CalendarError> {
    match text.parse() {
        Ok(record) => Ok(KnownAt::Record(record)),
        Err(_) => Date::parse_on(today, text).map(KnownAt::Date),
    }
}

/// The number of parts of a split.
pub const PARTS: usize = 4;

/// Returns the names of the choice and of the share of a part of a split.
pub fn part_names(name: &str, part: usize) -> (String, String) {
    match part {
        0 => (name.to_owned(), format!("{name}_share")),
        _ => (format!("{name}_{}", part + 1), format!("{name}_share_{}", part + 1)),
    }
}

/// The number of rows of parts with a fund and a theme each.
pub const ROWS: usize = 6;

/// Returns the names of the fund, the theme and the amount of a row of parts.
pub fn row_names(name: &str, row: usize) -> [String; 3] {
    ["fund", "theme", "amount"].map(|what| match row {
        0 => format!("{name}_{what}"),
        _ => format!("{name}_{what}_{}", row + 1),
    })
}

/// Returns the name of the amount of an authorisation limit.
pub fn limit_name(name: &str) -> String {
    format!("{name}_over")
}

/// Returns a text as part of an address.
pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

/// Returns an address with these fields.
///
/// ```
/// let address = almoner_web::fields::address("/reports/themes", [("fy", "2015-16"), ("fund", "victims & others")]);
/// assert_eq!(address, "/reports/themes?fy=2015-16&fund=victims%20%26%20others");
/// ```
pub fn address<'a>(path: &str, fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut address = path.to_owned();
    for (number, (name, value)) in fields.into_iter().enumerate() {
        address.push(if number == 0 { '?' } else { '&' });
        address.push_str(&format!("{}={}", encoded(name), encoded(value)));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(all: &[(&str, &str)]) -> Fields {
        all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>().into()
    }

    #[test]
    fn a_period_is_given_in_one_way() {
        let today = Date::parse("2016-02-10").unwrap();
        for (given, expected) in [
            (vec![], "2015-04-01 2016-03-31"),
            (vec![("fy", " 2014-15 "), ("quarter", "")], "2014-04-01 2015-03-31"),
            (vec![("month", "2015-02")], "2015-02-01 2015-02-28"),
            (vec![("from", "2015-01-05"), ("to", "20/02/2015")], "2015-01-05 2015-02-20"),
            (vec![("fy", "2014-15"), ("month", "2015-02")], "given-twice"),
            (vec![("fy", "2014-15"), ("to", "2015-02-01")], "given-twice"),
            (vec![("fy", "the year before")], "not-a-date"),
        ] {
            let range = fields(&given).period(today).and_then(|period| Ok(period.range(today)?));
            let got = match range {
                Ok(range) => format!("{} {}", range.from(), range.to()),
                Err(error) => error.code.to_owned(),
            };
            assert_eq!(got, expected, "{given:?}");
        }
    }

    #[test]
    fn addresses_hold_any_text() {
        assert_eq!(address("/search", [("q", "a&b=c d/é")]), "/search?q=a%26b%3Dc%20d%2F%C3%A9");
        assert_eq!(address("/", []), "/");
    }
}
