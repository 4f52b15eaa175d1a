//! Reports and papers as JSON, indented by two spaces.
//!
//! A report has one schema, whatever its audience: what may not be seen is absent.
//!
//! The rows of a paper are its lines, each with all columns by key; totals are separate. Amounts are strings
//! with two decimals, dates are ISO strings, and what is not stated is null.

mod visible;

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

use crate::paper::Paper;
use crate::render::RenderError;
use crate::sheet::{Cell, Column, Row, Sheet, Style};

/// The schema of papers, with its version.
const SCHEMA: &str = "almoner.paper/2";

/// Returns a value as the text of a JSON file.
pub fn text<T: Serialize>(report: &T) -> Result<Vec<u8>, RenderError> {
    let mut text = serde_json::to_vec_pretty(report).map_err(unwritable)?;
    text.push(b'\n');
    Ok(text)
}

/// Returns a report as JSON, without the keys that its sheet does not show.
pub fn visible<T: Serialize>(report: &T, sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
    let whole: visible::Json =
        serde_json::to_vec(report).and_then(|text| serde_json::from_slice(&text)).map_err(unwritable)?;
    text(&whole.visible(sheet))
}

fn unwritable(error: serde_json::Error) -> RenderError {
    RenderError::unwritable("JSON", error)
}

pub(super) fn paper(paper: &Paper) -> Result<Vec<u8>, RenderError> {
    let all = paper.all_facts();
    text(&PaperText {
        schema: SCHEMA,
        title: &paper.title,
        facts: facts(&all),
        sheets: paper.sheets.iter().map(SheetText::of).collect(),
    })
}

#[derive(Serialize)]
struct PaperText<'a> {
    schema: &'static str,
    title: &'a str,
    facts: Vec<Fact<'a>>,
    sheets: Vec<SheetText<'a>>,
}

#[derive(Serialize)]
struct Fact<'a> {
    name: &'static str,
    value: &'a str,
}

fn facts<'a>(facts: &'a [(&'static str, String)]) -> Vec<Fact<'a>> {
    facts.iter().map(|(name, value)| Fact { name, value }).collect()
}

#[derive(Serialize)]
struct SheetText<'a> {
    key: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facts: Vec<Fact<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    lead: &'a [String],
    columns: Vec<ColumnText>,
    rows: Lines<'a>,
    #[serde(skip_serializing_if = "Lines::is_empty")]
    subtotals: Lines<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Line<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize)]
struct ColumnText {
    key: &'static str,
    heading: &'static str,
}

impl<'a> SheetText<'a> {
    fn of(sheet: &'a Sheet) -> SheetText<'a> {
        let lines = |style| Lines { sheet, style };
        let total = sheet.rows.iter().find(|row| row.style == Style::Total);
        SheetText {
            key: sheet.key,
            title: &sheet.title,
            facts: facts(&sheet.facts),
            lead: &sheet.lead,
            columns: sheet.columns.iter().map(|it| ColumnText { key: it.key, heading: it.heading }).collect(),
            rows: lines(Style::Normal),
            subtotals: lines(Style::Subtotal),
            total: total.map(|row| Line { columns: &sheet.columns, row }),
            notes: sheet.notes_with(sheet.columns.iter()),
        }
    }
}

/// The rows of one style.
struct Lines<'a> {
    sheet: &'a Sheet,
    style: Style,
}

impl<'a> Lines<'a> {
    fn rows(&self) -> impl Iterator<Item = &'a Row> {
        let style = self.style;
        self.sheet.rows.iter().filter(move |row| row.style == style)
    }

    fn is_empty(&self) -> bool {
        self.rows().next().is_none()
    }
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for row in self.rows() {
            list.serialize_element(&Line { columns: &self.sheet.columns, row })?;
        }
        list.end()
    }
}

/// A row, serialised by the keys of its columns in order.
struct Line<'a> {
    columns: &'a [Column],
    row: &'a Row,
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (column, cell) in self.columns.iter().zip(&self.row.cells) {
            match cell {
                Cell::Text(text) => map.serialize_entry(column.key, text)?,
                Cell::Money(amount) => map.serialize_entry(column.key, &amount.to_string())?,
                Cell::Date(day) => map.serialize_entry(column.key, &day.to_string())?,
                Cell::Dates { file, .. } => map.serialize_entry(column.key, file)?,
                Cell::Figure(figure) => map.serialize_entry(column.key, figure)?,
                Cell::Count(count) => map.serialize_entry(column.key, count)?,
                Cell::NotStated | Cell::Empty => map.serialize_entry(column.key, &())?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;

    use super::*;
    use crate::sheet::Kind;

    #[test]
    fn papers_keep_the_order_of_columns_and_the_pence_of_amounts() {
        let row = |cells: [Cell; 3], style| Row { cells: cells.to_vec(), style };
        let sheet = Sheet {
            key: "themes",
            title: "Spending".to_owned(),
            columns: vec![
                Column::new("name", "Name", Kind::Text, 0),
                Column::new("fund", "Fund", Kind::Text, 0),
                Column::new("awarded", "Awarded", Kind::Money, 0),
            ],
            rows: vec![
                Row::heading("Over"),
                row(
                    [Cell::Text("=a".to_owned()), Cell::NotStated, Cell::Money(Money::from_pence(-123_450))],
                    Style::Normal,
                ),
                row([Cell::Count(1), Cell::Empty, Cell::Money(Money::from_pence(-123_450))], Style::Total),
            ],
            ..Sheet::default()
        };
        let whole = Paper {
            title: "Panel".to_owned(),
            facts: vec![("Body", "An office".to_owned())],
            sheets: vec![sheet],
            ..Paper::default()
        };
        let text = String::from_utf8(paper(&whole).unwrap()).unwrap();
        let squeezed: String = text.lines().map(str::trim_start).collect();
        assert_eq!(
            squeezed,
            r#"{"schema": "almoner.paper/2","title": "Panel","facts": [{"name": "Body","value": "An office"}],"sheets": [{"key": "themes","title": "Spending","columns": [{"key": "name","heading": "Name"},{"key": "fund","heading": "Fund"},{"key": "awarded","heading": "Awarded"}],"rows": [{"name": "=a","fund": null,"awarded": "-1234.50"}],"total": {"name": 1,"fund": null,"awarded": "-1234.50"}}]}"#
        );
    }
}
