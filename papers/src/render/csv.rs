//! Sheets as CSV: only the lines of the report, without totals, so that they can be summed.
//!
//! The header has the same names as JSON. Amounts are written `-1234.56`, dates as ISO; what is not stated is
//! blank. A text that a spreadsheet would run as a formula is preceded by an apostrophe
//! ([`almoner_ledger::guarded`]), which an import removes. Amounts never are.

use almoner_ledger::guarded::guarded;

use crate::render::RenderError;
use crate::sheet::{Cell, Sheet, Style};

/// Returns the sheet as CSV.
pub fn csv(sheet: &Sheet) -> Result<String, RenderError> {
    written(sheet).map_err(|error| RenderError::unwritable("CSV", error))
}

fn written(sheet: &Sheet) -> Result<String, Box<dyn std::error::Error>> {
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(sheet.columns.iter().map(|column| column.key))?;
    for row in sheet.rows.iter().filter(|row| row.style == Style::Normal) {
        writer.write_record(row.cells.iter().map(field))?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Money(amount) => amount.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Dates { file, .. } => file.clone(),
        Cell::Count(count) => count.to_string(),
        Cell::Figure(figure) => figure.clone(),
        Cell::NotStated | Cell::Empty => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use almoner_ledger::money::Money;

    use super::*;
    use crate::sheet::{Column, Kind, Row};

    #[test]
    fn lines_are_plain_and_no_text_runs_as_a_formula() {
        let line = |text: &str, pence| Row {
            cells: vec![Cell::Text(text.to_owned()), Cell::Money(Money::from_pence(pence))],
            style: Style::Normal,
        };
        let sheet = Sheet {
            columns: vec![
                Column::new("name", "Name", Kind::Text, 0),
                Column::new("paid", "Paid", Kind::Money, 0),
            ],
            rows: vec![
                Row::heading("A heading"),
                line("=HYPERLINK(1)", -123_456),
                line("Fresh Start, \"New\"", 0),
                line("-5", 5),
                line("'=1", 6),
                Row { style: Style::Total, ..line("Total", 9) },
            ],
            ..Sheet::default()
        };
        let expected =
            "name,paid\n'=HYPERLINK(1),-1234.56\n\"Fresh Start, \"\"New\"\"\",0.00\n'-5,0.05\n''=1,0.06\n";
        assert_eq!(csv(&sheet).unwrap(), expected);
    }
}
