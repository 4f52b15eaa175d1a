//! Rendering: sheets and papers as text for people and files for machines.
//!
//! Renderers write a [`Sheet`] and compute no figures, so every format shows the same. The JSON of a report
//! is the report's own struct. Renderers do not know the books.

#![cfg_attr(not(test), warn(clippy::wildcard_enum_match_arm))]

mod chart;
pub mod csv;
mod docx;
mod error;
pub mod html;
pub mod json;
mod markdown;
#[cfg(feature = "pdf")]
mod pdf;
pub mod table;
mod xlsx;

use std::path::Path;

use almoner_ledger::worded;

use crate::paper::Paper;
use crate::sheet::Sheet;
pub use error::RenderError;

/// The output format of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // See `Format::summary`.
pub enum Format {
    Table,
    Csv,
    Json,
    Markdown,
    Html,
    Xlsx,
    Pdf,
    Docx,
}

worded!(Format::word {
    Table = "table", Csv = "csv", Json = "json", Markdown = "md", Html = "html", Xlsx = "xlsx", Pdf = "pdf",
    Docx = "docx",
});

impl Format {
    /// Returns what the format is, in a few words.
    pub const fn summary(self) -> &'static str {
        match self {
            Format::Table => "A table for a terminal",
            Format::Csv => "Comma-separated values, one line per row, without titles or totals",
            Format::Json => "JSON with a schema name and version, and all figures",
            Format::Markdown => "A Markdown table",
            Format::Html => "A page for a browser or a printer, in one file",
            Format::Xlsx => "A workbook for a spreadsheet program",
            Format::Pdf => "Pages to print, tagged for screen readers",
            Format::Docx => "A Word document, for use in another paper",
        }
    }

    /// Returns the format of this name.
    pub fn parse(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.word() == word)
    }

    /// Returns the format of a file by its extension.
    pub fn of_file(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_lowercase();
        match extension.as_str() {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "md" | "markdown" => Some(Format::Markdown),
            "txt" => Some(Format::Table),
            "html" | "htm" => Some(Format::Html),
            "xlsx" => Some(Format::Xlsx),
            "pdf" => Some(Format::Pdf),
            "docx" => Some(Format::Docx),
            _ => None,
        }
    }

    /// Returns true when the format is binary, so that a terminal cannot show it.
    pub const fn is_binary(self) -> bool {
        matches!(self, Format::Xlsx | Format::Pdf | Format::Docx)
    }
}

/// How amounts are shown on paper.
const LEGEND: &str = "Amounts are in pounds. Brackets show negative amounts; a dash means zero.";

/// The terminal for which a table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// The width in characters.
    pub width: usize,
    /// True when escape sequences for bold and dim may be written.
    pub colour: bool,
}

/// Returns a paper in a format. `only` is the key of the one sheet to write; CSV always contains one, so that it is
/// optional there only where there is one table.
pub fn paper_rendered(
    paper: &Paper,
    format: Format,
    terminal: Terminal,
    only: Option<&str>,
) -> Result<Vec<u8>, RenderError> {
    let chosen;
    let paper = match only {
        Some(_) => {
            chosen = Paper { sheets: vec![one_table(paper, only)?.clone()], ..paper.clone() };
            &chosen
        }
        None => paper,
    };
    Ok(match format {
        Format::Table => table::paper(paper, terminal).into_bytes(),
        Format::Csv => csv::csv(one_table(paper, None)?)?.into_bytes(),
        Format::Json => json::paper(paper)?,
        Format::Markdown => markdown::paper(paper).into_bytes(),
        Format::Html => html::html(paper).into_bytes(),
        Format::Xlsx => xlsx::xlsx(paper)?,
        Format::Docx => docx::docx(paper)?,
        #[cfg(feature = "pdf")]
        Format::Pdf => pdf::pdf(paper)?,
        #[cfg(not(feature = "pdf"))]
        Format::Pdf => return Err(RenderError::NoPdf),
    })
}

/// Returns a text without the characters that documents cannot contain.
fn settable(text: &str) -> String {
    let is_blank =
        |it: char| it.is_control() && it != '\n' || matches!(it, '\u{feff}' | '\u{fffe}' | '\u{ffff}');
    text.replace("\r\n", "\n").chars().map(|it| if is_blank(it) { ' ' } else { it }).collect()
}

/// Returns the sheet with this key, or the only one with a table.
fn one_table<'a>(paper: &'a Paper, only: Option<&str>) -> Result<&'a Sheet, RenderError> {
    let tables: Vec<&Sheet> = paper.sheets.iter().filter(|sheet| !sheet.columns.is_empty()).collect();
    let found = match (only, tables.as_slice()) {
        (Some(key), tables) => tables.iter().copied().find(|sheet| sheet.key == key),
        (None, [table]) => Some(*table),
        (None, _) => None,
    };
    found.ok_or_else(|| RenderError::WhichSheet {
        requested: only.map(str::to_owned),
        keys: tables.iter().map(|sheet| sheet.key).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Cell, Column, Kind, Row, Style};

    fn sheet(key: &'static str) -> Sheet {
        Sheet {
            key,
            columns: vec![Column::new("name", "Name", Kind::Text, 0)],
            rows: vec![Row { cells: vec![Cell::Text(key.to_owned())], style: Style::Normal }],
            ..Sheet::default()
        }
    }

    #[test]
    fn csv_is_of_the_sheet_named_or_of_the_only_table() {
        let words = Sheet { key: "words", ..Sheet::default() };
        let which = |requested: Option<&str>, keys: &[&'static str]| {
            Err(RenderError::WhichSheet { requested: requested.map(str::to_owned), keys: keys.to_vec() })
        };
        for (sheets, only, expected) in [
            (vec![sheet("themes")], None, Ok("themes")),
            (vec![words.clone(), sheet("themes")], None, Ok("themes")),
            (vec![sheet("themes"), sheet("grants")], Some("grants"), Ok("grants")),
            (vec![sheet("themes"), sheet("grants")], None, which(None, &["themes", "grants"])),
            (vec![sheet("themes")], Some("theme"), which(Some("theme"), &["themes"])),
            (vec![words.clone(), sheet("themes")], Some("words"), which(Some("words"), &["themes"])),
            (vec![words], None, which(None, &[])),
        ] {
            let paper = Paper { sheets, ..Paper::default() };
            assert_eq!(one_table(&paper, only).map(|sheet| sheet.key), expected, "{only:?}");
        }
    }
}
