//! Sheets: the layout of a report, independent of the output format.
//!
//! A sheet holds typed cells and the style of each row; renderers ([`crate::render`]) only write it. It
//! computes nothing. [`crate::reports`] makes the sheets of reports.
//!
//! A column is for the office only, unless it is created for other audiences ([`Column::public`],
//! [`Column::panel`]); [`Sheet::for_audience`] removes the others.

#![allow(missing_docs, reason = "names that say it all have no doc")]
#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::{Date, Month, Period, StatedDate, moment_in_words};
use almoner_ledger::indicators::grouped;
use almoner_ledger::money::Money;

use crate::provenance::Provenance;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text, wrapped where it does not fit.
    Text,
    /// Amounts, right-aligned.
    Money,
    /// Days or months.
    Date,
    /// Counts and other figures, right-aligned.
    Count,
}

/// A column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The name in CSV and JSON.
    pub key: &'static str,
    /// The heading on paper.
    pub heading: &'static str,
    pub kind: Kind,
    /// The order in which columns are omitted when there is no room for all: 0 never, the highest first.
    /// [`Column::FILES_ONLY`] is not on paper at all.
    pub importance: u8,
    /// The first audience that may see it; later ones may too.
    pub audience: Audience,
    /// What the column shows, in one sentence. Blank where the heading says it all.
    pub meaning: &'static str,
}

impl Column {
    /// The importance of a column for CSV and JSON only. On paper, headings or other columns show the
    /// same.
    pub const FILES_ONLY: u8 = u8::MAX;

    /// Returns a column for the office.
    pub const fn new(key: &'static str, heading: &'static str, kind: Kind, importance: u8) -> Column {
        Column { key, heading, kind, importance, audience: Audience::Officer, meaning: "" }
    }

    /// Returns a column for everyone.
    pub const fn public(key: &'static str, heading: &'static str, kind: Kind, importance: u8) -> Column {
        Column { audience: Audience::Public, ..Column::new(key, heading, kind, importance) }
    }

    /// Returns a column for the Police and Crime Panel and the office.
    pub const fn panel(key: &'static str, heading: &'static str, kind: Kind, importance: u8) -> Column {
        Column { audience: Audience::Panel, ..Column::new(key, heading, kind, importance) }
    }

    /// Returns the column with what it shows, in one sentence.
    #[must_use]
    pub const fn described(self, meaning: &'static str) -> Column {
        Column { meaning, ..self }
    }

    /// Returns true when the column is on paper if there is room.
    pub const fn is_on_paper(&self) -> bool {
        self.importance != Column::FILES_ONLY
    }
}

/// The content of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text or an id.
    Text(String),
    Money(Money),
    /// A day: ISO in CSV and JSON, `15 Jun 2015` on paper.
    Date(Date),
    /// A month, a period or a time, as written in CSV and JSON and as shown on paper.
    Dates {
        /// The ISO form for CSV and JSON.
        file: String,
        /// The form for people.
        paper: String,
    },
    /// A count, or a record's number.
    Count(u64),
    /// A figure other than money, with its own decimals: `-1234.5`.
    Figure(String),
    /// A value that is not stated: `not stated` on paper, blank in files.
    NotStated,
    /// A cell that does not apply.
    Empty,
}

impl Cell {
    /// Returns a text, or not stated.
    pub fn stated(text: Option<impl ToString>) -> Cell {
        text.map_or(Cell::NotStated, |text| Cell::Text(text.to_string()))
    }

    /// Returns a text, or an empty cell.
    pub fn given(text: Option<impl ToString>) -> Cell {
        text.map_or(Cell::Empty, |text| Cell::Text(text.to_string()))
    }

    /// Returns an amount, or an empty cell.
    pub fn money(amount: Option<Money>) -> Cell {
        amount.map_or(Cell::Empty, Cell::Money)
    }

    pub fn text(text: impl ToString) -> Cell {
        Cell::Text(text.to_string())
    }

    /// Returns `yes`, or an empty cell.
    pub fn flag(is_so: bool) -> Cell {
        Cell::given(is_so.then_some("yes"))
    }

    /// Returns a figure, or an empty cell.
    pub fn figure(figure: Option<impl ToString>) -> Cell {
        figure.map_or(Cell::Empty, |figure| Cell::Figure(figure.to_string()))
    }

    pub fn month(month: Month) -> Cell {
        Cell::Dates { file: month.to_string(), paper: month.in_words() }
    }

    /// Returns the first or last day or month of a period, or not stated.
    pub fn stated_date(stated: Option<StatedDate>) -> Cell {
        let dates = |it: StatedDate| Cell::Dates { file: it.to_string(), paper: it.in_words() };
        stated.map_or(Cell::NotStated, dates)
    }

    pub fn period(period: Period) -> Cell {
        Cell::Dates { file: period.to_string(), paper: period.in_words() }
    }

    /// Returns a time of recording. Without letters, spreadsheets recognise it in CSV.
    pub fn moment(at: &str) -> Cell {
        let file = at.replace(['T', 'Z'], " ").trim_end().to_owned();
        Cell::Dates { file, paper: moment_in_words(at).trim_end_matches(" UTC").to_owned() }
    }

    /// Returns the cell as shown on paper, with amounts as in [`on_paper`].
    pub fn on_paper(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Money(amount) => on_paper(*amount),
            Cell::Date(day) => day.in_words(),
            Cell::Dates { paper, .. } => paper.clone(),
            Cell::Count(count) => count.to_string(),
            Cell::Figure(figure) => grouped(figure),
            Cell::NotStated => "not stated".to_owned(),
            Cell::Empty => String::new(),
        }
    }

    /// Returns the amount of a cell of money.
    pub const fn amount(&self) -> Option<Money> {
        if let Cell::Money(amount) = self { Some(*amount) } else { None }
    }

    /// Returns true when the cell contains no information.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty | Cell::NotStated => true,
            Cell::Money(amount) => amount.is_zero(),
            Cell::Text(text) => text.is_empty(),
            Cell::Date(_) | Cell::Dates { .. } | Cell::Count(_) | Cell::Figure(_) => false,
        }
    }
}

/// Returns an amount as a cell shows it: `1,234.56`, `(1,234.56)` where negative, `–` where zero.
pub fn on_paper(amount: Money) -> String {
    if amount.is_zero() { "–".to_owned() } else { in_a_sentence(amount) }
}

/// Returns an amount as a sentence states it: `1,234.56`, `(1,234.56)` where negative, `0.00` where zero.
pub fn in_a_sentence(amount: Money) -> String {
    if amount.is_negative() { format!("({})", amount.size().grouped()) } else { amount.grouped() }
}

/// The style of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A line of the report. CSV contains only these.
    Normal,
    /// The sum of the lines since the last heading.
    Subtotal,
    Total,
    /// A heading of the following lines, in the first cell.
    Heading,
}

/// A row with a cell for each column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The cells, in the order of the columns.
    pub cells: Vec<Cell>,
    pub style: Style,
}

impl Row {
    /// Returns a heading of the following rows.
    pub fn heading(words: impl Into<String>) -> Row {
        Row { cells: vec![Cell::Text(words.into())], style: Style::Heading }
    }

    pub fn line<Line>(fields: &[Field<Line>], line: &Line) -> Row {
        Row { cells: cells(fields, line).collect(), style: Style::Normal }
    }

    /// Returns the row of a sum: the label and the figures in the columns of their keys, the other columns empty.
    pub fn sum(style: Style, columns: &[Column], label: (&str, &str), figures: &[(&str, Cell)]) -> Row {
        let cell = |column: &Column| match figures.iter().find(|(key, _)| *key == column.key) {
            Some((_, figure)) => figure.clone(),
            None if column.key == label.0 => Cell::Text(label.1.to_owned()),
            None => Cell::Empty,
        };
        Row { cells: columns.iter().map(cell).collect(), style }
    }
}

/// The shape of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Horizontal bars, for named lines.
    Bars,
    /// Vertical columns, for periods.
    Columns,
}

/// A chart of a sheet's lines. It holds no figures; they are taken from the rows of [`Style::Normal`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub title: String,
    pub shape: Shape,
    /// The key of the column that names each line.
    pub label: &'static str,
    /// The keys of the columns of money to show, side by side.
    pub series: Vec<&'static str>,
}

impl Chart {
    /// Returns the name of each line with its amounts, in the order of `series`.
    pub fn lines(&self, sheet: &Sheet) -> Vec<(String, Vec<Money>)> {
        let at = |key: &str| sheet.columns.iter().position(|column| column.key == key);
        let label = at(self.label);
        let series: Vec<Option<usize>> = self.series.iter().map(|key| at(key)).collect();
        let amount = |row: &Row, at: &Option<usize>| row.cells.get((*at)?)?.amount();
        let normal = sheet.rows.iter().filter(|row| row.style == Style::Normal);
        let named = normal.map(|row| {
            let name = label.and_then(|at| row.cells.get(at)).map(Cell::on_paper).unwrap_or_default();
            (name, series.iter().map(|at| amount(row, at).unwrap_or_default()).collect())
        });
        named.collect()
    }

    /// Returns the headings of the series.
    pub fn headings<'a>(&self, sheet: &'a Sheet) -> Vec<&'a str> {
        let heading = |key: &&str| sheet.columns.iter().find(|column| column.key == *key);
        self.series.iter().filter_map(|key| heading(key).map(|column| column.heading)).collect()
    }
}

/// A note on columns, shown where at least one of them is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnNote {
    /// The keys of the columns.
    pub columns: &'static [&'static str],
    /// What is said of one of them, after its heading.
    pub one: &'static str,
    /// What is said of several.
    pub several: &'static str,
}

impl ColumnNote {
    /// Returns a note on what a single column is.
    pub const fn on(columns: &'static [&'static str], words: &'static str) -> ColumnNote {
        ColumnNote { columns, one: words, several: words }
    }

    /// Returns the sentence about those of its columns that are shown: `Paid and expenditure are …`, `"Remaining" is …`.
    fn words<'c>(&self, shown: impl Iterator<Item = &'c Column>) -> Option<String> {
        let mut headings: Vec<&str> =
            shown.filter(|it| self.columns.contains(&it.key)).map(|it| it.heading).collect();
        let last = headings.pop()?;
        if headings.is_empty() {
            return Some(format!("\"{last}\" {}", self.one));
        }
        let (first, rest) =
            headings.join(", ").split_at_checked(1).map(|(a, b)| (a.to_owned(), b.to_lowercase()))?;
        Some(format!("{first}{rest} and {} {}", last.to_lowercase(), self.several))
    }
}

/// A table with its title, facts and notes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The name among the sheets of a paper: `themes`. Blank for a single sheet.
    pub key: &'static str,
    pub title: String,
    /// What the sheet is based on, where it is a report of its own.
    pub provenance: Option<Provenance>,
    /// Further facts about the whole sheet, as pairs of a label and a value: `("Names", "…")`.
    pub facts: Vec<(&'static str, String)>,
    pub lead: Vec<String>,
    /// The charts, where the format can show them.
    pub charts: Vec<Chart>,
    pub columns: Vec<Column>,
    /// The rows, each with as many cells as there are columns, except headings.
    pub rows: Vec<Row>,
    /// Notes on columns, which precede the others.
    pub column_notes: Vec<ColumnNote>,
    pub notes: Vec<String>,
    /// The keys of the report's JSON, beyond `rows`, `total` and those of the columns, that all who may see
    /// the sheet may see: what its facts, headings and notes show.
    pub open_keys: &'static [&'static str],
}

impl Sheet {
    /// Returns a table of lines.
    pub fn of<'a, Line: 'a>(fields: &[Field<Line>], lines: impl IntoIterator<Item = &'a Line>) -> Sheet {
        let rows = lines.into_iter().map(|line| Row::line(fields, line)).collect();
        Sheet { columns: columns(fields).collect(), rows, ..Sheet::default() }
    }

    /// Returns the sheet of a report, with its title and provenance.
    pub fn stamped(self, title: impl Into<String>, stamp: impl Into<Provenance>) -> Sheet {
        Sheet { title: title.into(), provenance: Some(stamp.into()), ..self }
    }

    /// Returns the sheet as part of a paper, which has the provenance.
    pub fn part(self, key: &'static str, title: impl Into<String>) -> Sheet {
        Sheet { key, title: title.into(), provenance: None, facts: Vec::new(), ..self }
    }

    /// Returns the columns on paper, each with its index.
    pub fn on_paper(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, column)| column.is_on_paper())
    }

    /// Returns the notes where only these columns are shown.
    pub(crate) fn notes_with<'c>(&'c self, shown: impl Iterator<Item = &'c Column> + Clone) -> Vec<String> {
        let of_columns = self.column_notes.iter().filter_map(|note| note.words(shown.clone()));
        of_columns.chain(self.notes.iter().cloned()).collect()
    }

    /// Returns the notes that go with the columns on paper.
    pub fn notes_on_paper(&self) -> Vec<String> {
        self.notes_with(self.columns.iter().filter(|column| column.is_on_paper()))
    }

    /// Returns true when there are amounts on paper, which the reader must know how to read.
    pub fn has_amounts(&self) -> bool {
        self.on_paper().any(|(_, column)| column.kind == Kind::Money)
    }

    /// Returns the cells of a column in all rows but headings.
    pub fn column(&self, at: usize) -> impl Iterator<Item = &Cell> {
        let rows = self.rows.iter().filter(|row| row.style != Style::Heading);
        rows.filter_map(move |row| row.cells.get(at))
    }

    /// Moves columns to files only where they say nothing: their amounts are zero, and other cells blank.
    #[must_use]
    pub(crate) fn off_paper_where_blank(self, keys: &[&str]) -> Sheet {
        let columns = self.columns.iter().enumerate();
        let blank: Vec<&str> = columns
            .filter(|(at, column)| keys.contains(&column.key) && self.column(*at).all(Cell::is_blank))
            .map(|(_, column)| column.key)
            .collect();
        self.off_paper(&blank)
    }

    /// Moves columns to files only, to make room for the others on paper.
    #[must_use]
    pub fn off_paper(mut self, keys: &[&str]) -> Sheet {
        for column in self.columns.iter_mut().filter(|column| keys.contains(&column.key)) {
            column.importance = Column::FILES_ONLY;
        }
        self
    }

    /// Returns the sheet without the columns that the audience may not see, and without charts of them.
    pub fn for_audience(self, audience: Audience) -> Sheet {
        self.retaining(|column| column.audience <= audience)
    }

    /// Returns the sheet with only some of its columns. Headings stay.
    pub(crate) fn retaining(self, stays: impl Fn(&Column) -> bool) -> Sheet {
        let places = (0..self.columns.len()).filter(|at| self.columns.get(*at).is_some_and(&stays));
        let places: Vec<usize> = places.collect();
        self.chosen(&places)
    }

    /// Returns the sheet with only the columns of these keys, in this order. Headings stay.
    ///
    /// # Errors
    /// Returns the first key that no column has.
    pub fn with_columns(self, keys: &[String]) -> Result<Sheet, String> {
        let place = |key: &String| self.columns.iter().position(|column| column.key == *key);
        let places: Vec<usize> =
            keys.iter().map(|key| place(key).ok_or_else(|| key.clone())).collect::<Result<_, _>>()?;
        Ok(self.chosen(&places).with_all_columns())
    }

    /// Returns the sheet with the columns at these places, without charts of others.
    fn chosen(mut self, places: &[usize]) -> Sheet {
        for row in self.rows.iter_mut().filter(|row| row.style != Style::Heading) {
            row.cells = places.iter().map(|at| row.cells.get(*at).cloned().unwrap_or(Cell::Empty)).collect();
        }
        self.columns = places.iter().filter_map(|at| self.columns.get(*at)).copied().collect();
        let is_there = |key: &&'static str| self.columns.iter().any(|column| column.key == *key);
        self.charts.retain(|chart| is_there(&chart.label) && chart.series.iter().all(is_there));
        self
    }

    /// Returns the sheet with every column on paper, whatever its importance.
    #[must_use]
    pub fn with_all_columns(mut self) -> Sheet {
        self.columns.iter_mut().for_each(|column| column.importance = 0);
        self
    }
}

impl<Line> Clone for Field<Line> {
    fn clone(&self) -> Field<Line> {
        *self
    }
}

impl<Line> Copy for Field<Line> {}

/// A column with the function that fills it from a line of a report.
pub struct Field<Line> {
    pub column: Column,
    /// Returns the cell of a line.
    pub cell: fn(&Line) -> Cell,
}

impl<Line> Field<Line> {
    /// Returns a field for the office.
    pub const fn new(
        key: &'static str,
        heading: &'static str,
        kind: Kind,
        importance: u8,
        cell: fn(&Line) -> Cell,
    ) -> Field<Line> {
        Field { column: Column::new(key, heading, kind, importance), cell }
    }

    /// Returns a field for everyone.
    pub const fn public(
        key: &'static str,
        heading: &'static str,
        kind: Kind,
        importance: u8,
        cell: fn(&Line) -> Cell,
    ) -> Field<Line> {
        Field { column: Column::public(key, heading, kind, importance), cell }
    }

    /// Returns a field for the Police and Crime Panel and the office.
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

/// Returns the field with what its column shows, in one sentence.
pub const fn described<Line>(meaning: &'static str, field: Field<Line>) -> Field<Line> {
    Field { column: field.column.described(meaning), ..field }
}

pub fn columns<Line>(fields: &[Field<Line>]) -> impl Iterator<Item = Column> {
    fields.iter().map(|field| field.column)
}

pub fn cells<Line>(fields: &[Field<Line>], line: &Line) -> impl Iterator<Item = Cell> {
    fields.iter().map(|field| (field.cell)(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_chosen_and_ordered_by_their_keys() {
        let sheet = Sheet {
            columns: vec![
                Column::new("who", "Who", Kind::Text, 7),
                Column::new("what", "What", Kind::Text, Column::FILES_ONLY),
            ],
            rows: vec![
                Row::heading("All"),
                Row {
                    cells: vec![Cell::Text("jane".to_owned()), Cell::Text("award".to_owned())],
                    style: Style::Normal,
                },
            ],
            ..Sheet::default()
        };
        let chosen = sheet.clone().with_columns(&["what".to_owned(), "who".to_owned()]).unwrap();
        let keys: Vec<&str> = chosen.columns.iter().map(|column| column.key).collect();
        assert_eq!(keys, ["what", "who"]);
        assert_eq!(chosen.rows[1].cells[0].on_paper(), "award");
        assert_eq!(chosen.rows[0], sheet.rows[0]);
        assert!(chosen.columns.iter().all(Column::is_on_paper));
        assert_eq!(sheet.clone().with_columns(&["where".to_owned()]), Err("where".to_owned()));
        assert!(sheet.with_all_columns().columns.iter().all(Column::is_on_paper));
    }

    #[test]
    fn columns_are_for_the_office_unless_created_for_others() {
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
