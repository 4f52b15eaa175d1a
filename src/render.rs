//! Rendering: sheets and reports as text for people and files for machines.
//!
//! Renderers draw what a [`Sheet`] says and compute no figure, so every format shows the same.
//! JSON is the report's own struct. Knows nothing of books.

pub mod csv;
pub mod markdown;
pub mod output;
pub mod table;

use std::path::Path;

use clap::ValueEnum;
use serde::Serialize;

use crate::sheet::Sheet;
use output::OutputError;

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for a terminal
    Table,
    /// Comma-separated values, one line a row, without titles and totals
    Csv,
    /// JSON with a schema name and version, all figures
    Json,
    /// A Markdown table
    #[value(name = "md")]
    Markdown,
}

impl Format {
    /// The format that a file's name asks for by its extension.
    pub fn of_file(path: &Path) -> Option<Format> {
        let extension = path.extension()?.to_str()?.to_lowercase();
        match extension.as_str() {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "md" | "markdown" => Some(Format::Markdown),
            "txt" => Some(Format::Table),
            _ => None,
        }
    }
}

/// What a table is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// How many columns of characters there are.
    pub width: usize,
    /// True when escapes for bold and dim may be written.
    pub colour: bool,
}

/// A report in a format. `sheet` is asked for when the format draws one.
pub fn rendered<Report: Serialize>(
    report: &Report,
    sheet: impl FnOnce(&Report) -> Sheet,
    format: Format,
    terminal: Terminal,
) -> Result<String, OutputError> {
    Ok(match format {
        Format::Table => table::paper(&sheet(report).into(), terminal),
        Format::Csv => csv::csv(&sheet(report))?,
        Format::Markdown => markdown::paper(&sheet(report).into()),
        Format::Json => {
            let mut text = serde_json::to_string_pretty(report).map_err(|error| OutputError::Unwritable {
                what: "the report".to_owned(),
                why: error.to_string(),
            })?;
            text.push('\n');
            text
        }
    })
}
