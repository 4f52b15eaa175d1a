//! Sheets: what a report looks like on paper, whatever the paper is.
//!
//! A sheet holds typed cells and says what each row is; renderers ([`crate::render`]) only draw.
//! It computes nothing. Reports become sheets beside their arguments, in `commands/report`.
//!
//! A column is for the office until somebody decides that others may see it, in the line that makes
//! it ([`Column::public`], [`Column::panel`]); [`Sheet::for_audience`] leaves out the others.

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::indicators::grouped;
use almoner_ledger::money::Money;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words, wrapped where they do not fit.
    Text,
    /// Amounts, to the right.
    Money,
    /// Days or months.
    Date,
    /// Numbers of things, to the right.
    Count,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in files, the same as in JSON.
    pub key: &'static str,
    /// Its heading on paper.
    pub heading: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// How early it goes when there is no room for all: 0 never goes, the highest goes first.
    /// [`Column::FILES_ONLY`] is not on paper at all.
    pub importance: u8,
    /// The audience that may see it, with those after it.
    pub audience: Audience,
}

impl Column {
    /// The importance of a column that rows on paper do not need, since a heading above them
    /// says the same; files for machines have no headings.
    pub const FILES_ONLY: u8 = u8::MAX;

    /// A column for the office.
    pub const fn new(key: &'static str, heading: &'static str, kind: Kind, importance: u8) -> Column {
        Column { key, heading, kind, importance, audience: Audience::Officer }
    }

    /// A column for everybody.
    pub const fn public(key: &'static str, heading: &'static str, kind: Kind, importance: u8) -> Column {
        Column { audience: Audience::Public, ..Column::new(key, heading, kind, importance) }
    }

    /// A column for the Police and Crime Panel and the office.
    pub const fn panel(key: &'static str, heading: &'static str, kind: Kind, importance: u8) -> Column {
        Column { audience: Audience::Panel, ..Column::new(key, heading, kind, importance) }
    }

    /// True when the column stands on paper if there is room.
    pub const fn is_on_paper(&self) -> bool {
        self.importance != Column::FILES_ONLY
    }
}

/// What stands where a row and a column meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Words, an id, or a date in the precision in which it was stated.
    Text(String),
    /// An amount.
    Money(Money),
    /// A day.
    Date(Date),
    /// How many, or a record's number.
    Count(u64),
    /// A plain figure of something other than money, with its own decimals: `-1234.5`.
    Figure(String),
    /// A value that is not stated: says so on paper, and is blank in files.
    NotStated,
    /// Nothing belongs here.
    Empty,
}

impl Cell {
    /// A text that may not be stated.
    pub fn stated(text: Option<impl ToString>) -> Cell {
        text.map_or(Cell::NotStated, |text| Cell::Text(text.to_string()))
    }

    /// A text that may be absent.
    pub fn given(text: Option<impl ToString>) -> Cell {
        text.map_or(Cell::Empty, |text| Cell::Text(text.to_string()))
    }

    /// A figure that may be absent.
    pub fn figure(figure: Option<impl ToString>) -> Cell {
        figure.map_or(Cell::Empty, |figure| Cell::Figure(figure.to_string()))
    }

    /// As people read it: amounts as [`on_paper`] has them.
    pub fn on_paper(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Money(amount) => on_paper(*amount),
            Cell::Date(day) => day.to_string(),
            Cell::Count(count) => count.to_string(),
            Cell::Figure(figure) => grouped(figure),
            Cell::NotStated => "not stated".to_owned(),
            Cell::Empty => String::new(),
        }
    }

    /// True when the cell tells nothing.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty | Cell::NotStated => true,
            Cell::Money(amount) => amount.is_zero(),
            Cell::Text(text) => text.is_empty(),
            Cell::Date(_) | Cell::Count(_) | Cell::Figure(_) => false,
        }
    }
}

/// An amount as people read it: `1,234.56`, `(1,234.56)` below nothing, `–` for nothing.
pub fn on_paper(amount: Money) -> String {
    if amount.is_zero() {
        "–".to_owned()
    } else if amount.is_negative() {
        format!("({})", amount.negated().grouped())
    } else {
        amount.grouped()
    }
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A line of the report. Files for machines hold these alone.
    Normal,
    /// The sum of the lines since the last heading.
    Subtotal,
    /// The sum of all lines.
    Total,
    /// Words over the lines that follow; stands in the first cell.
    Heading,
}

/// A row: a cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Cell>,
    /// What the row is.
    pub style: Style,
}

impl Row {
    /// Words over the rows that follow.
    pub fn heading(words: impl Into<String>) -> Row {
        Row { cells: vec![Cell::Text(words.into())], style: Style::Heading }
    }
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A bar for each line, one below the other: for things that have names.
    Bars,
    /// A column for each line, from left to right: for periods.
    Columns,
}

/// A chart of a sheet's lines. It holds no figures: whoever draws it takes them from the cells of the
/// rows that are [`Style::Normal`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// How.
    pub shape: Shape,
    /// The key of the column that names each line.
    pub label: &'static str,
    /// The keys of the columns of money that are drawn, side by side.
    pub series: Vec<&'static str>,
}

impl Chart {
    /// What is drawn: each line's name and its amounts, in the order of `series`.
    pub fn lines(&self, sheet: &Sheet) -> Vec<(String, Vec<Money>)> {
        let at = |key: &str| sheet.columns.iter().position(|column| column.key == key);
        let label = at(self.label);
        let series: Vec<Option<usize>> = self.series.iter().map(|key| at(key)).collect();
        let amount = |row: &Row, at: &Option<usize>| match at.and_then(|at| row.cells.get(at)) {
            Some(Cell::Money(amount)) => *amount,
            _ => Money::ZERO,
        };
        let normal = sheet.rows.iter().filter(|row| row.style == Style::Normal);
        let named = normal.map(|row| {
            let name = label.and_then(|at| row.cells.get(at)).map(Cell::on_paper).unwrap_or_default();
            (name, series.iter().map(|at| amount(row, at)).collect())
        });
        named.collect()
    }

    /// The headings of the columns that are drawn.
    pub fn headings<'a>(&self, sheet: &'a Sheet) -> Vec<&'a str> {
        let heading = |key: &&str| sheet.columns.iter().find(|column| column.key == *key);
        self.series.iter().filter_map(|key| heading(key).map(|column| column.heading)).collect()
    }
}

/// A sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its name among the sheets of a paper: `themes`. Blank where it stands alone.
    pub key: &'static str,
    /// What it is.
    pub title: String,
    /// What holds for all of it, as pairs of a word and what it says: `("Known at", "…")`.
    pub facts: Vec<(&'static str, String)>,
    /// Paragraphs that stand above the table.
    pub lead: Vec<String>,
    /// What is drawn of it, where the paper can show that.
    pub charts: Vec<Chart>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with as many cells as there are columns, but for headings.
    pub rows: Vec<Row>,
    /// What stands below.
    pub notes: Vec<String>,
}

impl Sheet {
    /// The sheet without the columns that the audience may not see, and without charts of them.
    pub fn for_audience(mut self, audience: Audience) -> Sheet {
        let seen: Vec<bool> = self.columns.iter().map(|column| column.audience <= audience).collect();
        for row in self.rows.iter_mut().filter(|row| row.style != Style::Heading) {
            let mut seen = seen.iter();
            row.cells.retain(|_| seen.next().is_some_and(|seen| *seen));
        }
        self.columns.retain(|column| column.audience <= audience);
        let columns = &self.columns;
        let is_there = |key: &&'static str| columns.iter().any(|column| column.key == *key);
        self.charts.retain(|chart| is_there(&chart.label) && chart.series.iter().all(is_there));
        self
    }
}

/// A column with how to fill it from one line of a report.
pub struct Field<Line> {
    /// The column.
    pub column: Column,
    /// What stands in it.
    pub cell: fn(&Line) -> Cell,
}

impl<Line> Field<Line> {
    /// A field for the office.
    pub const fn new(
        key: &'static str,
        heading: &'static str,
        kind: Kind,
        importance: u8,
        cell: fn(&Line) -> Cell,
    ) -> Field<Line> {
        Field { column: Column::new(key, heading, kind, importance), cell }
    }

    /// A field for everybody.
    pub const fn public(
        key: &'static str,
        heading: &'static str,
        kind: Kind,
        importance: u8,
        cell: fn(&Line) -> Cell,
    ) -> Field<Line> {
        Field { column: Column::public(key, heading, kind, importance), cell }
    }

    /// A field for the Police and Crime Panel and the office.
    pub const fn panel(
        key: &'static str,
        heading: &'static str,
        kind: Kind,
        importance: u8,
        cell: fn(&Line) -> Cell,
    ) -> Field<Line> {
        Field { column: Column::panel(key, heading, kind, importance), cell }
    }
}

/// The columns of fields.
pub fn columns<Line>(fields: &[Field<Line>]) -> impl Iterator<Item = Column> {
    fields.iter().map(|field| field.column)
}

/// A line's cells.
pub fn cells<Line>(fields: &[Field<Line>], line: &Line) -> impl Iterator<Item = Cell> {
    fields.iter().map(|field| (field.cell)(line))
}

/// The row of a sum: words in the column with this key, nothing in the other columns of `words`,
/// then the figures.
pub fn sum_row(
    style: Style,
    label: &str,
    label_key: &str,
    words: impl Iterator<Item = Column>,
    figures: impl Iterator<Item = Cell>,
) -> Row {
    let label_or_nothing = |column: Column| match column.key == label_key {
        true => Cell::Text(label.to_owned()),
        false => Cell::Empty,
    };
    Row { cells: words.map(label_or_nothing).chain(figures).collect(), style }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_for_the_office_until_somebody_decides_otherwise() {
        let chart = |label, series| Chart { title: String::new(), shape: Shape::Bars, label, series };
        let sheet = Sheet {
            columns: vec![
                Column::new("who", "Who", Kind::Text, 0),
                Column::public("what", "What", Kind::Text, 0),
                Column::panel("due", "Due", Kind::Text, 0),
                Column::public("name", "Name", Kind::Text, 0),
            ],
            rows: vec![
                Row::heading("All"),
                Row {
                    cells: ["jane", "award", "May", "Open Door"].map(|it| Cell::Text(it.to_owned())).to_vec(),
                    style: Style::Normal,
                },
            ],
            charts: vec![chart("what", vec!["name"]), chart("what", vec!["due"]), chart("who", vec![])],
            ..Sheet::default()
        };
        for (audience, expected, charts) in [
            (Audience::Public, "award, Open Door", 1),
            (Audience::Panel, "award, May, Open Door", 2),
            (Audience::Officer, "jane, award, May, Open Door", 3),
            (Audience::Auditor, "jane, award, May, Open Door", 3),
        ] {
            let seen = sheet.clone().for_audience(audience);
            let cells: Vec<String> = seen.rows[1].cells.iter().map(Cell::on_paper).collect();
            assert_eq!(cells.join(", "), expected, "{audience}");
            assert_eq!(seen.columns.len(), cells.len(), "{audience}");
            assert_eq!((seen.charts.len(), &seen.rows[0]), (charts, &sheet.rows[0]), "{audience}");
        }
    }
}
