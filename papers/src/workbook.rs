//! Workbooks to be corrected and imported, whose cells a spreadsheet does not alter.

use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::sheet::{Cell, Sheet};

/// Column widths in characters, by key.
const WIDTHS: &[(&str, u16)] =
    &[("recipient", 30), ("purpose", 40), ("title", 36), ("summary", 70), ("evidence", 60), ("kind", 18)];
const WIDTH: u16 = 12;

/// Returns a draft as an XLSX file with dates, numbers and texts, or the reason for a failure.
pub fn draft(sheet: &Sheet) -> Result<Vec<u8>, String> {
    let text = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    let amount = text.clone().set_num_format("#,##0.00");
    let date = text.clone().set_num_format("yyyy-mm-dd");
    let heading = Format::new().set_bold().set_background_color(Color::RGB(0xDD_E6_EE));
    written(|page| {
        page.set_name(&sheet.title)?;
        for (column, at) in sheet.columns.iter().zip(0u16..) {
            page.write_string_with_format(0, at, column.key, &heading)?;
            let width = WIDTHS.iter().find(|(key, _)| *key == column.key).map_or(WIDTH, |(_, width)| *width);
            page.set_column_width(at, width)?;
        }
        for (line, row) in sheet.rows.iter().zip(1u32..) {
            for (cell, at) in line.cells.iter().zip(0u16..) {
                let words = match cell {
                    // A workbook only has binary numbers, which are exact enough for these amounts.
                    Cell::Money(sum) => match sum.to_string().parse::<f64>() {
                        Ok(number) => {
                            page.write_number_with_format(row, at, number, &amount)?;
                            continue;
                        }
                        Err(_) => sum.to_string(),
                    },
                    Cell::Date(day) => {
                        let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                        page.write_datetime_with_format(row, at, &day, &date)?;
                        continue;
                    }
                    Cell::Text(text) => text.clone(),
                    Cell::Dates { file, .. } => file.clone(),
                    Cell::Count(count) => count.to_string(),
                    Cell::Figure(figure) => figure.clone(),
                    Cell::NotStated | Cell::Empty => continue,
                };
                page.write_string_with_format(row, at, words, &text)?;
            }
        }
        page.set_freeze_panes(1, 1)?;
        Ok(())
    })
}

/// Returns rows as an XLSX file in which every cell is text, or the reason for a failure.
pub fn texts(header: Option<&[String]>, rows: &[Vec<String>]) -> Result<Vec<u8>, String> {
    let text = Format::new().set_num_format("@").set_align(FormatAlign::Top);
    let heading = text.clone().set_bold();
    written(|page| {
        let formats = header.iter().map(|_| &heading).chain(std::iter::repeat(&text));
        let lines = header.into_iter().chain(rows.iter().map(Vec::as_slice));
        for ((cells, format), row) in lines.zip(formats).zip(0u32..) {
            for (cell, column) in cells.iter().zip(0u16..) {
                page.write_string_with_format(row, column, cell, format)?;
            }
        }
        if header.is_some() {
            page.set_freeze_panes(1, 0)?;
        }
        page.autofit();
        Ok(())
    })
}

fn written(write: impl FnOnce(&mut Worksheet) -> Result<(), XlsxError>) -> Result<Vec<u8>, String> {
    let mut workbook = Workbook::new();
    let bytes = write(workbook.add_worksheet()).and_then(|()| workbook.save_to_buffer());
    bytes.map_err(|error| error.to_string())
}
