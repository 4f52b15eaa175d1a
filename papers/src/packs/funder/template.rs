//! Templates of returns: the columns with their headings, and the text around them.

use std::collections::BTreeSet;

use almoner_ledger::rejection::nearest;
use almoner_ledger::reports::funder::{FunderFigures, FunderRow};
use serde::Deserialize;

use crate::sheet::{Cell, Column, Kind};

/// The built-in template.
pub const BUILT_IN: &str = include_str!("return.toml");

/// A parsed and checked template.
#[derive(Debug)]
pub struct Template {
    /// The title. `{fund}`, `{period}` and `{body}` are replaced in it and in the paragraphs.
    pub title: String,
    pub above: Vec<String>,
    pub below: Vec<String>,
    columns: Vec<(&'static str, &'static Shown)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    title: String,
    #[serde(default)]
    above: Vec<String>,
    #[serde(default)]
    below: Vec<String>,
    columns: Vec<WrittenColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenColumn {
    heading: String,
    shows: String,
}

/// The content of a column, by its word. The public may see all of it.
#[derive(Debug)]
struct Shown {
    word: &'static str,
    what: What,
}

/// The source of a column's content.
#[derive(Clone, Copy, Debug)]
enum What {
    Words(Kind, fn(&FunderRow) -> Cell),
    Figure(fn(&FunderFigures) -> Cell),
}

const fn words(word: &'static str, cell: fn(&FunderRow) -> Cell) -> Shown {
    Shown { word, what: What::Words(Kind::Text, cell) }
}

const fn date(word: &'static str, cell: fn(&FunderRow) -> Cell) -> Shown {
    Shown { word, what: What::Words(Kind::Date, cell) }
}

const fn figure(word: &'static str, cell: fn(&FunderFigures) -> Cell) -> Shown {
    Shown { word, what: What::Figure(cell) }
}

/// All possible contents of a column.
const SHOWN: &[Shown] = &[
    words("recipient", |row| Cell::text(&row.recipient_name)),
    words("recipient-id", |row| Cell::text(&row.recipient)),
    words("grant", |row| Cell::text(&row.grant)),
    words("decision", |row| Cell::stated(row.decision.as_ref())),
    date("decided", |row| Cell::Date(row.decided)),
    words("purpose", |row| Cell::text(&row.purpose)),
    words("theme", |row| Cell::text(&row.theme)),
    words("power", |row| Cell::text(row.power.name())),
    date("from", |row| Cell::stated_date(row.from)),
    date("to", |row| Cell::stated_date(row.to)),
    words("narrative", |_| Cell::Empty),
    figure("allocated", |it| Cell::Money(it.allocated)),
    figure("awarded", |it| Cell::Money(it.awarded)),
    figure("reduced", |it| Cell::Money(it.reduced)),
    figure("paid", |it| Cell::Money(it.paid)),
    figure("expenditure", |it| Cell::Money(it.expenditure)),
    figure("committed", |it| Cell::Money(it.committed)),
    figure("prepayments", |it| Cell::Money(it.prepayments)),
    figure("accruals", |it| Cell::Money(it.accruals)),
    figure("recoveries-due", |it| Cell::Money(it.recoveries_due)),
];

impl Template {
    pub fn parse(text: &str) -> Result<Template, TemplateError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let written: Written =
            toml::from_str(text).map_err(|error| TemplateError::Unreadable(error.to_string()))?;
        if written.columns.is_empty() {
            return Err(TemplateError::NoColumns);
        }
        let mut headings = BTreeSet::new();
        let mut columns = Vec::new();
        for WrittenColumn { heading, shows } in written.columns {
            let Some(shown) = SHOWN.iter().find(|shown| shown.word == shows) else {
                return Err(TemplateError::Unknown { heading, shows });
            };
            if heading.trim().is_empty() || !headings.insert(heading.clone()) {
                return Err(TemplateError::Heading(heading));
            }
            // The program writes one return, so a heading may live as long as the program.
            columns.push((&*heading.leak(), shown));
        }
        let Written { title, above, below, .. } = written;
        Ok(Template { title, above, below, columns })
    }

    /// Returns the columns. Files use the headings too, since a funder's form has its own names.
    pub fn columns(&self) -> Vec<Column> {
        let column = |(heading, shown): &(&'static str, &Shown)| match shown.what {
            What::Words(kind, _) => Column::public(heading, heading, kind, 0),
            What::Figure(_) => Column::public(heading, heading, Kind::Money, 0),
        };
        self.columns.iter().map(column).collect()
    }

    /// Returns the cells of a grant.
    pub fn cells(&self, row: &FunderRow) -> Vec<Cell> {
        let cell = |(_, shown): &(&str, &Shown)| match shown.what {
            What::Words(_, cell) => cell(row),
            What::Figure(cell) => cell(&row.figures),
        };
        self.columns.iter().map(cell).collect()
    }

    /// Returns the cells of the total.
    pub fn total(&self, total: &FunderFigures) -> Vec<Cell> {
        let label = self.columns.iter().position(|(_, shown)| matches!(shown.what, What::Words(..)));
        let cell = |(at, (_, shown)): (usize, &(&str, &Shown))| match shown.what {
            What::Words(..) if label == Some(at) => Cell::Text("Total".to_owned()),
            What::Words(..) => Cell::Empty,
            What::Figure(cell) => cell(total),
        };
        self.columns.iter().enumerate().map(cell).collect()
    }
}

/// The reason why a template cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// It is not TOML with these keys.
    #[error("the template cannot be used: {0}")]
    Unreadable(String),
    #[error("the template cannot be used: it has no columns")]
    NoColumns,
    #[error("the template cannot be used: the heading `{0}` is blank or repeated")]
    Heading(String),
    #[error("the template's column `{heading}` shows the unknown value `{shows}`")]
    Unknown { heading: String, shows: String },
}

impl TemplateError {
    /// Returns the values that a column may show, if one of them was missed: the nearest, else all.
    pub fn choices(&self) -> Vec<String> {
        let TemplateError::Unknown { shows, .. } = self else { return Vec::new() };
        let words = || SHOWN.iter().map(|shown| shown.word);
        nearest(shows, words()).map_or_else(|| words().map(str::to_owned).collect(), |nearest| vec![nearest])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_read_or_refused() {
        let column = |heading: &str, shows: &str| {
            format!("title = \"Return\"\n[[columns]]\nheading = \"{heading}\"\nshows = \"{shows}\"\n")
        };
        for (text, expected) in [
            (BUILT_IN.to_owned(), ""),
            (column("Spent", "paid"), ""),
            (column("Spent", "payed"), "column `Spent` shows the unknown value `payed`"),
            (column("", "paid"), "the heading `` is blank or repeated"),
            (column("Spent", "paid") + "width = 3\n", "unknown field `width`"),
            ("title = \"Return\"\ncolumns = []\n".to_owned(), "it has no columns"),
            ("title = \"Return\"\n".to_owned(), "missing field `columns`"),
            ("titel = 1".to_owned(), "unknown field `titel`"),
        ] {
            let message = Template::parse(&text).map_or_else(|error| error.to_string(), |_| String::new());
            assert!(
                message.contains(expected) && message.is_empty() == expected.is_empty(),
                "{text}: {message}"
            );
        }
        assert!(Template::parse(&(column("Spent", "paid") + &column("Spent", "accruals")[17..])).is_err());
    }

    #[test]
    fn unknown_values_have_choices() {
        let choices = |shows: &str| {
            TemplateError::Unknown { heading: String::new(), shows: shows.to_owned() }.choices()
        };
        assert_eq!(choices("payed"), ["paid"]);
        assert_eq!(choices("whatever it was").len(), SHOWN.len());
        assert!(TemplateError::NoColumns.choices().is_empty());
    }
}
