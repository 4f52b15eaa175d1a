//! A sheet's table: headings in the first row, which is frozen and repeated in print, then the rows.

use rust_xlsxwriter::{ExcelDateTime, Formula, Table, TableColumn, TableStyle, Worksheet, XlsxError};

use super::chart;
use super::columns::{Shown, shown};
use super::names::Name;
use super::styles::{self, Styles};
use super::sums::{formula, is_exact};
use super::words::height;
use crate::sheet::{Cell, Column, Kind, Row, Sheet, Style};

/// Writes the sheet's table and charts.
pub(super) fn table(
    page: &mut Worksheet,
    sheet: &Sheet,
    name: &Name,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let shown = shown(sheet);
    for it in &shown {
        page.set_column_width(it.at, it.width)?;
        page.write_string_with_format(0, it.at, it.column.heading, header(it.column, styles))?;
    }
    for (row, (at, number)) in sheet.rows.iter().zip((0..).zip(1u32..)) {
        write_row(page, sheet, (row, at, number), &shown, styles)?;
    }
    if let (Some(lines), Some(last)) = (lines_alone(sheet), shown.last()) {
        page.add_table(0, 0, lines, last.at, &excel_table(&shown, name, styles))?;
        chart::charts(page, sheet, name, lines)?;
    }
    page.set_freeze_panes(1, 1)?;
    page.set_repeat_rows(0, 0)?;
    Ok(())
}

fn header<'a>(column: &Column, styles: &'a Styles) -> &'a rust_xlsxwriter::Format {
    match column.kind {
        Kind::Money | Kind::Count => &styles.header_of_figures,
        Kind::Text | Kind::Date => &styles.header,
    }
}

/// Returns the workbook's row of the last line, where all lines are together and only sums follow.
fn lines_alone(sheet: &Sheet) -> Option<u32> {
    let lines = sheet.rows.iter().take_while(|row| row.style == Style::Normal).count();
    let is_sum = |row: &Row| matches!(row.style, Style::Subtotal | Style::Total);
    let is_alone = sheet.rows.iter().skip(lines).all(is_sum);
    u32::try_from(lines).ok().filter(|lines| is_alone && *lines > 0)
}

fn excel_table(shown: &[Shown<'_>], name: &Name, styles: &Styles) -> Table {
    let mut columns: Vec<TableColumn> = Vec::new();
    for (place, it) in shown.iter().enumerate() {
        // Columns of a table must have unique names.
        let same = |other: &&Shown<'_>| other.column.heading.eq_ignore_ascii_case(it.column.heading);
        let before = shown.iter().take(place).filter(same).count();
        let heading = match before {
            0 => it.column.heading.to_owned(),
            before => format!("{} {}", it.column.heading, before + 1),
        };
        columns.push(TableColumn::new().set_header(heading).set_header_format(header(it.column, styles)));
    }
    Table::new().set_name(&name.table).set_columns(&columns).set_style(TableStyle::Light1)
}

/// Writes a row, given with its index in the sheet and in the workbook.
fn write_row(
    page: &mut Worksheet,
    sheet: &Sheet,
    (row, place, number): (&Row, usize, u32),
    shown: &[Shown<'_>],
    styles: &Styles,
) -> Result<(), XlsxError> {
    let looks = match row.style {
        Style::Heading => {
            let words = row.cells.first().map(Cell::on_paper).unwrap_or_default();
            page.write_string_with_format(number, 0, words, &styles.heading)?;
            return Ok(());
        }
        Style::Normal => &styles.normal,
        Style::Subtotal => &styles.subtotal,
        Style::Total => &styles.total,
    };
    let texts = shown.iter().filter_map(|it| match row.cells.get(it.cell) {
        Some(Cell::Text(text)) => Some(height(text, it.width.saturating_sub(1))),
        _ => None,
    });
    if let Some(height) = texts.max() {
        page.set_row_height(number, height)?;
    }
    for it in shown {
        let cell = row.cells.get(it.cell).unwrap_or(&Cell::Empty);
        match formula(sheet, place, it.cell, it.at) {
            Some(formula) => write_sum(page, (number, it.at), &formula, cell, looks)?,
            None => write(page, (number, it.at), cell, looks)?,
        }
    }
    Ok(())
}

/// Writes a sum as a formula, with its result for programs that do not calculate.
fn write_sum(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    formula: &str,
    sum: &Cell,
    looks: &styles::Row,
) -> Result<(), XlsxError> {
    let (result, format) = match sum.amount() {
        Some(amount) => (amount.to_string(), &looks.amount),
        None => (sum.on_paper(), &looks.count),
    };
    page.write_formula_with_format(row, column, Formula::new(formula).set_result(result), format)?;
    Ok(())
}

fn write(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &Cell,
    looks: &styles::Row,
) -> Result<(), XlsxError> {
    let mut figure = |figure: &str, format| match figure.parse::<f64>() {
        Ok(number) if is_exact(figure) => {
            page.write_number_with_format(row, column, number, format).map(drop)
        }
        _ => page.write_string_with_format(row, column, cell.on_paper(), &looks.figure).map(drop),
    };
    match cell {
        Cell::Money(amount) => return figure(&amount.to_string(), &looks.amount),
        Cell::Count(count) => return figure(&count.to_string(), &looks.count),
        Cell::Figure(text) => return figure(text, &looks.figure),
        Cell::Date(day) => {
            let day = ExcelDateTime::parse_from_str(&day.to_string())?;
            page.write_datetime_with_format(row, column, &day, &looks.day)?
        }
        Cell::Text(text) => page.write_string_with_format(row, column, text, &looks.text)?,
        Cell::Dates { paper, .. } => page.write_string_with_format(row, column, paper, &looks.day)?,
        Cell::NotStated => page.write_string_with_format(row, column, cell.on_paper(), &looks.unstated)?,
        Cell::Empty => page.write_blank(row, column, &looks.text)?,
    };
    Ok(())
}
