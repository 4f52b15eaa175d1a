//! Workbooks to be corrected and imported, whose cells a spreadsheet does not alter.

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::sheet::{Cell, Sheet};

/// Column widths in characters, by key.
const WIDTHS: &[(&str, u16)] =
    &[("recipient", 30), ("purpose", 40), ("title", 36), ("summary", 70), ("evidence", 60), ("kind", 18)];
const WIDTH: u16 = 12;

/// Returns a draft as an XLSX file with dates, numbers and texts, or the reason for a failure.
pub fn draft(sheet: &Sheet) -> Result<Vec<u8>, String> {
    written(sheet).map_err(|error| error.to_string())
}

fn written(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name(&sheet.title)?;
    let top = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    let formats = Formats {
        amount: top.clone().set_num_format("#,##0.00"),
        date: top.clone().set_num_format("yyyy-mm-dd"),
        text: top,
    };
    let heading = Format::new().set_bold().set_background_color(Color::RGB(0xDD_E6_EE));
    for (column, at) in sheet.columns.iter().zip(0u16..) {
        page.write_string_with_format(0, at, column.key, &heading)?;
        let width = WIDTHS.iter().find(|(key, _)| *key == column.key).map_or(WIDTH, |(_, width)| *width);
        page.set_column_width(at, width)?;
    }
    for (row, line) in sheet.rows.iter().zip(1u32..) {
        for (cell, at) in row.cells.iter().zip(0u16..) {
            write(page, line, at, cell, &formats)?;
        }
    }
    page.set_freeze_panes(1, 1)?;
    workbook.save_to_buffer()
}

struct Formats {
    amount: Format,
    date: Format,
    text: Format,
}

fn write(
    page: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(text) => page.write_string_with_format(row, column, text, &formats.text)?,
        // A workbook only has binary numbers, which are exact enough for these amounts.
        Cell::Money(amount) => match amount.to_string().parse::<f64>() {
            Ok(number) => page.write_number_with_format(row, column, number, &formats.amount)?,
            Err(_) => page.write_string_with_format(row, column, amount.to_string(), &formats.text)?,
        },
        Cell::Date(day) => {
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            page.write_datetime_with_format(row, column, &day, &formats.date)?
        }
        Cell::Dates { file, .. } => page.write_string_with_format(row, column, file, &formats.text)?,
        Cell::Count(count) => page.write_string_with_format(row, column, count.to_string(), &formats.text)?,
        Cell::Figure(figure) => page.write_string_with_format(row, column, figure, &formats.text)?,
        Cell::NotStated | Cell::Empty => return Ok(()),
    };
    Ok(())
}

/// Returns rows as an XLSX file in which every cell is text, or the reason for a failure.
pub fn texts(header: Option<&[String]>, rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    written_as_text(header, rows).map_err(|error| error.to_string())
}

fn written_as_text(header: Option<&[String]>, rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let heading = text.clone().set_bold();
    let mut row = 0;
    if let Some(header) = header {
        for (cell, column) in header.iter().zip(0u16..) {
            page.write_string_with_format(row, column, cell, &heading)?;
        }
        page.set_freeze_panes(1, 0)?;
        row += 1;
    }
    for (cells, row) in rows.iter().zip(row..) {
        for (cell, column) in cells.iter().zip(0u16..) {
            page.write_string_with_format(row, column, cell, &text)?;
        }
    }
    page.autofit();
    workbook.save_to_buffer()
}
