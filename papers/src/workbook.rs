//! Workbooks to be corrected and imported, whose cells a spreadsheet does not alter.

use rust_xlsxwriter::{
    Color, DataValidation, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use crate::sheet::{Cell, Sheet};

/// Column widths in characters, by key.
const WIDTHS: &[(&str, u16)] =
    &[("recipient", 30), ("purpose", 40), ("title", 36), ("summary", 70), ("evidence", 60), ("kind", 18)];
const WIDTH: u16 = 12;

/// A draft to be corrected.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The rows, in the order in which they are to be checked.
    pub sheet: Sheet,
    /// For each row, whether it has points to check: it is coloured.
    pub marked: Vec<bool>,
    /// Values to choose from, by the key of their column.
    pub choices: Vec<(&'static str, Vec<String>)>,
}

/// The name of the hidden sheet with the values to choose from.
const LISTS: &str = "Lists";

/// The formats of the cells of a row.
struct Formats {
    text: Format,
    amount: Format,
    date: Format,
}

impl Formats {
    fn of(text: Format) -> Formats {
        let amount = text.clone().set_num_format("#,##0.00");
        let date = text.clone().set_num_format("yyyy-mm-dd");
        Formats { text, amount, date }
    }
}

/// Returns a draft as an XLSX file with dates, numbers and texts, or the reason for a failure.
pub fn draft(draft: &Draft) -> Result<Vec<u8>, String> {
    let mut workbook = Workbook::new();
    let bytes = page(workbook.add_worksheet(), draft)
        .and_then(|()| lists(&mut workbook, draft))
        .and_then(|()| workbook.save_to_buffer());
    bytes.map_err(|error| error.to_string())
}

/// Writes the values to choose from to a hidden sheet, which an import does not read.
fn lists(workbook: &mut Workbook, draft: &Draft) -> Result<(), XlsxError> {
    if draft.choices.is_empty() {
        return Ok(());
    }
    let page = workbook.add_worksheet();
    page.set_name(LISTS)?.set_hidden(true);
    for ((key, values), column) in draft.choices.iter().zip(0u16..) {
        page.write_string(0, column, *key)?;
        for (value, row) in values.iter().zip(1u32..) {
            page.write_string(row, column, value)?;
        }
    }
    Ok(())
}

/// Offers the values of a column. Others may be entered too: a theme may be a split.
fn offer(page: &mut Worksheet, draft: &Draft, rows: u32) -> Result<(), XlsxError> {
    for ((key, values), list) in draft.choices.iter().zip('A'..='Z') {
        let at = draft.sheet.columns.iter().position(|column| column.key == *key);
        let Some(at) = at.and_then(|at| u16::try_from(at).ok()).filter(|_| !values.is_empty()) else {
            continue;
        };
        let range = Formula::new(format!("={LISTS}!${list}$2:${list}${}", values.len() + 1));
        let choice = DataValidation::new().allow_list_formula(range).show_error_message(false);
        page.add_data_validation(1, at, rows.max(1), at, &choice)?;
    }
    Ok(())
}

fn page(page: &mut Worksheet, draft: &Draft) -> Result<(), XlsxError> {
    let Draft { sheet, marked, .. } = draft;
    let plain = Format::new().set_align(FormatAlign::Top).set_text_wrap();
    let to_check = Formats::of(plain.clone().set_background_color(Color::RGB(0xFF_F2_CC)));
    let plain = Formats::of(plain);
    let heading = Format::new().set_bold().set_background_color(Color::RGB(0xDD_E6_EE));
    {
        page.set_name(&sheet.title)?;
        for (column, at) in sheet.columns.iter().zip(0u16..) {
            page.write_string_with_format(0, at, column.key, &heading)?;
            let width = WIDTHS.iter().find(|(key, _)| *key == column.key).map_or(WIDTH, |(_, width)| *width);
            page.set_column_width(at, width)?;
        }
        let marks = marked.iter().copied().chain(std::iter::repeat(false));
        for ((line, is_marked), row) in sheet.rows.iter().zip(marks).zip(1u32..) {
            let Formats { text, amount, date } = if is_marked { &to_check } else { &plain };
            for (cell, at) in line.cells.iter().zip(0u16..) {
                let words = match cell {
                    // A workbook only has binary numbers, which are exact enough for these amounts.
                    Cell::Money(sum) => match sum.to_string().parse::<f64>() {
                        Ok(number) => {
                            page.write_number_with_format(row, at, number, amount)?;
                            continue;
                        }
                        Err(_) => sum.to_string(),
                    },
                    Cell::Date(day) => {
                        let day = ExcelDateTime::parse_from_str(&day.to_string())?;
                        page.write_datetime_with_format(row, at, &day, date)?;
                        continue;
                    }
                    Cell::Text(text) => text.clone(),
                    Cell::Dates { file, .. } => file.clone(),
                    Cell::Count(count) => count.to_string(),
                    Cell::Figure(figure) => figure.clone(),
                    Cell::NotStated | Cell::Empty => {
                        page.write_blank(row, at, text)?;
                        continue;
                    }
                };
                page.write_string_with_format(row, at, words, text)?;
            }
        }
        page.set_freeze_panes(1, 1)?;
        offer(page, draft, u32::try_from(sheet.rows.len()).unwrap_or(u32::MAX))
    }
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
