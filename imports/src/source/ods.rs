//! Workbooks of LibreOffice and what is like it (ODS; OpenDocument 1.3, part 3).
//!
//! Rows and cells have repeat counts, which can be in the millions: blank ones are skipped, others count
//! towards the limits.

use std::collections::HashSet;
use std::io::Read;
use std::ops::Range;

use quick_xml::events::{BytesStart, Event};

use super::archive::Archive;
use super::dates::written;
use super::grid::{Grid, Region};
use super::limits::{CELLS_LIMIT, COLUMNS_LIMIT, PART_LIMIT, SHEET_ROWS, SHEETS_LIMIT, UNPACKED_LIMIT};
use super::number::decimal;
use super::workbook::{SheetName, Workbook, too_many_sheets};
use super::xml::{Xml, attribute, broken_off, push_text};
use super::{CellKind, Unreadable};
use super::{damaged, too_large};

/// The part that lists the parts of a workbook.
const MANIFEST: &str = "META-INF/manifest.xml";
/// The part that holds the sheets.
const CONTENT: &str = "content.xml";

/// A workbook, all of its sheets read.
pub(super) struct Ods(Vec<(SheetName, Grid)>);

/// True if the zip file is an OpenDocument spreadsheet.
pub(super) fn is_one(archive: &mut Archive<'_>) -> bool {
    archive.start_of("mimetype", 100).starts_with("application/vnd.oasis.opendocument.spreadsheet")
}

impl Ods {
    pub(super) fn open(mut archive: Archive<'_>) -> Result<Ods, Unreadable> {
        if archive.start_of(MANIFEST, PART_LIMIT).contains("encryption-data") {
            let hint = "remove the password, save the workbook and import it again";
            return Err(Unreadable::new("password", "the workbook is protected by a password", hint));
        }
        let mut xml =
            archive.xml(CONTENT, UNPACKED_LIMIT)?.ok_or_else(|| damaged("its sheets are missing"))?;
        let (mut sheets, mut style, mut hidden) = (Vec::new(), String::new(), HashSet::new());
        let mut cells = 0;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.name().as_ref() {
                    "style:style" => style = attribute(&start, "style:name")?.unwrap_or_default(),
                    "style:table-properties" => {
                        let display = attribute(&start, "table:display")?;
                        hidden.extend(display.filter(|it| it == "false").map(|_| style.clone()));
                    }
                    // Tracked changes are not part of the sheets.
                    "table:tracked-changes" => xml.skip()?,
                    "table:table" => {
                        if sheets.len() >= SHEETS_LIMIT {
                            return Err(too_many_sheets());
                        }
                        let name = attribute(&start, "table:name")?.unwrap_or_default();
                        let style = attribute(&start, "table:style-name")?.unwrap_or_default();
                        let grid = Table::read(&mut xml)?;
                        cells += grid.size();
                        if cells > CELLS_LIMIT {
                            return Err(too_large("the workbook is too large".to_owned()));
                        }
                        sheets.push((SheetName { name, hidden: hidden.contains(&style) }, grid));
                    }
                    _ => {}
                },
                Event::End(end) if end.name().as_ref() == "office:document-content" => break,
                Event::Eof => return Err(broken_off()),
                _ => {}
            }
        }
        Ok(Ods(sheets))
    }
}

impl Workbook for Ods {
    fn kind(&self) -> &'static str {
        "an ODS workbook"
    }

    fn sheets(&self) -> Vec<SheetName> {
        self.0.iter().map(|(name, _)| name.clone()).collect()
    }

    fn holds_data(&mut self, index: usize) -> Result<bool, Unreadable> {
        Ok(self.0.get(index).is_some_and(|(_, grid)| grid.holds_data()))
    }

    fn sheet(&mut self, index: usize) -> Result<Grid, Unreadable> {
        Ok(self.0.get_mut(index).map(|(_, grid)| std::mem::take(grid)).unwrap_or_default())
    }
}

/// A sheet as far as it was read.
#[derive(Default)]
struct Table {
    grid: Grid,
    rows: u64,
}

/// A row's cells, and the merged ones that begin in it.
#[derive(Default)]
struct Row {
    cells: Vec<(Range<usize>, CellKind, String)>,
    /// How many rows and columns a merged cell has, and the column in which it begins.
    merged: Vec<(u64, usize, usize)>,
}

impl Table {
    fn read<R: Read>(xml: &mut Xml<R>) -> Result<Grid, Unreadable> {
        let mut table = Table::default();
        let mut depth = 0_u32;
        loop {
            match xml.next()? {
                Event::Start(start) => match start.name().as_ref() {
                    "table:table-row" => {
                        let repeated = count(&start, "table:number-rows-repeated")?;
                        let is_hidden =
                            attribute(&start, "table:visibility")?.is_some_and(|it| it != "visible");
                        let row = Row::read(xml)?;
                        if is_hidden && !row.cells.is_empty() {
                            table.grid.hidden_rows = table.grid.hidden_rows.saturating_add(repeated);
                        }
                        table.take(&row, repeated)?;
                    }
                    // Rows may be grouped; pictures and other objects have no rows.
                    "table:table-row-group" | "table:table-rows" | "table:table-header-rows" => depth += 1,
                    _ => xml.skip()?,
                },
                Event::End(_) if depth == 0 => return table.grid.finished(),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(broken_off()),
                _ => {}
            }
        }
    }

    fn take(&mut self, row: &Row, repeated: u64) -> Result<(), Unreadable> {
        let first = self.rows + 1;
        self.rows = self.rows.saturating_add(repeated);
        let is_blank = row.cells.is_empty();
        if !is_blank && self.rows > SHEET_ROWS {
            return Err(damaged("a row is outside the sheet"));
        }
        for number in first..=self.rows.min(SHEET_ROWS) {
            // A blank row has no cells to cover.
            let merged = row.merged.iter().filter(|(rows, ..)| !is_blank || *rows > 1);
            let mut none_merged = true;
            for (rows, columns, column) in merged {
                let last = (number.saturating_add(rows - 1), column.saturating_add(columns - 1));
                self.grid.merge(Region { rows: (number, last.0), columns: (*column, last.1) })?;
                none_merged = false;
            }
            if is_blank && none_merged {
                break;
            }
            self.grid.row(number)?;
            for (columns, kind, text) in &row.cells {
                for column in columns.clone() {
                    self.grid.cell(column, *kind, text)?;
                }
            }
        }
        Ok(())
    }
}

impl Row {
    fn read<R: Read>(xml: &mut Xml<R>) -> Result<Row, Unreadable> {
        let (mut row, mut column, mut has_too_many) = (Row::default(), 0_usize, false);
        while let Some(start) = xml.child()? {
            let covered = match start.name().as_ref() {
                "table:table-cell" => false,
                "table:covered-table-cell" => true,
                _ => {
                    xml.skip()?;
                    continue;
                }
            };
            let repeated = usize::try_from(count(&start, "table:number-columns-repeated")?);
            let next = column.saturating_add(repeated.unwrap_or(usize::MAX));
            let rows = count(&start, "table:number-rows-spanned")?;
            let columns = usize::try_from(count(&start, "table:number-columns-spanned")?);
            let columns = columns.unwrap_or(usize::MAX);
            let (kind, text) = cell(&start, xml)?;
            if rows > 1 || columns > 1 {
                row.merged.push((rows, columns, column));
            }
            // One cell beyond the limit is enough to refuse the row.
            if !text.trim().is_empty() && !has_too_many {
                let kind = if covered { CellKind::Merged } else { kind };
                let columns = column..next.min(column.max(COLUMNS_LIMIT) + 1);
                has_too_many = columns.end > COLUMNS_LIMIT;
                row.cells.push((columns, kind, text));
            }
            column = next;
        }
        Ok(row)
    }
}

/// Reads a cell up to its end: what it is, and its text.
fn cell<R: Read>(start: &BytesStart<'_>, xml: &mut Xml<R>) -> Result<(CellKind, String), Unreadable> {
    let kind = attribute(start, "office:value-type")?.unwrap_or_default();
    let (name, what) = match kind.as_str() {
        "date" => ("office:date-value", "a date"),
        "time" => ("office:time-value", "a time"),
        "boolean" => ("office:boolean-value", "a yes or no"),
        "string" => ("office:string-value", "a text"),
        _ => ("office:value", "a number"),
    };
    let stated = attribute(start, name)?;
    let is_error = attribute(start, "calcext:value-type")?.as_deref() == Some("error");
    let has_formula = attribute(start, "table:formula")?.is_some();
    let currency = attribute(start, "office:currency")?;
    let text = paragraphs(xml)?;
    let value = || stated.clone().ok_or_else(|| damaged(&format!("{what} is missing")));
    Ok(match kind.as_str() {
        _ if is_error => (CellKind::Error, text),
        "float" | "percentage" | "currency" => {
            let number = decimal(&value()?).ok_or_else(|| damaged("a number is not valid"))?;
            let is_foreign = currency.is_some_and(|currency| currency != "GBP");
            let is_plain = kind != "percentage" && !is_foreign;
            (if is_plain { CellKind::Number } else { CellKind::Disguised }, number)
        }
        "date" => (CellKind::Date, written(&value()?).to_owned()),
        "time" => (CellKind::Text, clock(&value()?)),
        "boolean" => (CellKind::Boolean, value()?.to_uppercase()),
        "" if has_formula && text.is_empty() => (CellKind::Error, "a formula without a result".to_owned()),
        _ => (CellKind::Text, stated.unwrap_or(text)),
    })
}

/// The paragraphs of a cell up to its end, comments and drawings left out.
fn paragraphs<R: Read>(xml: &mut Xml<R>) -> Result<String, Unreadable> {
    let (mut text, mut depth) = (String::new(), 0_u32);
    loop {
        match xml.next()? {
            Event::Start(start) => match start.name().as_ref() {
                "text:p" if depth == 0 => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    depth = 1;
                }
                "text:s" | "text:tab" | "text:line-break" if depth > 0 => {
                    text.push(' ');
                    depth += 1;
                }
                "text:span" | "text:a" if depth > 0 => depth += 1,
                _ => xml.skip()?,
            },
            Event::End(_) if depth == 0 => return Ok(text),
            Event::End(_) => depth -= 1,
            Event::Eof => return Err(broken_off()),
            event if depth > 0 => push_text(&event, &mut text)?,
            _ => {}
        }
    }
}

/// Reads a repeat count or span, by default 1.
fn count(start: &BytesStart<'_>, name: &str) -> Result<u64, Unreadable> {
    match attribute(start, name)? {
        None => Ok(1),
        Some(count) => count
            .parse()
            .ok()
            .filter(|it| *it > 0)
            .ok_or_else(|| damaged("a row or cell has an invalid repeat count")),
    }
}

/// `PT10H30M00S` as `10:30:00`; what is written otherwise as it is.
fn clock(time: &str) -> String {
    let parts = time.strip_prefix("PT").and_then(|rest| {
        let (hours, rest) = rest.split_once('H')?;
        let (minutes, rest) = rest.split_once('M')?;
        Some([hours, minutes, rest.strip_suffix('S')?])
    });
    parts.map_or(time.to_owned(), |parts| parts.join(":"))
}
