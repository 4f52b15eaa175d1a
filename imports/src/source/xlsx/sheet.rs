//! The cells of one sheet.

use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::strings::{PHONETIC, Strings, unescape};
use crate::source::damaged;
use crate::source::dates::{Epoch, Shown, dated, written};
use crate::source::grid::{Grid, Region};
use crate::source::limits::{SHEET_COLUMNS, SHEET_ROWS};
use crate::source::number::decimal;
use crate::source::xml::{Xml, attribute, broken_off};
use crate::source::{CellKind, Unreadable};

/// The tables that cells of a sheet refer to.
pub(super) struct LookUp<'w> {
    pub(super) strings: &'w Strings,
    pub(super) formats: &'w [Shown],
    pub(super) epoch: Epoch,
}

/// The content of a cell as written.
#[derive(Default)]
struct Raw {
    kind: Option<String>,
    format: Option<String>,
    has_formula: bool,
    value: String,
    text: String,
}

/// Reads a sheet, or, unless all of it is needed, up to its first value.
pub(super) fn read<R: Read>(mut xml: Xml<R>, look_up: &LookUp<'_>, whole: bool) -> Result<Grid, Unreadable> {
    let mut grid = Grid::default();
    let (mut row, mut column) = (0_u64, 0_usize);
    let mut raw = Raw::default();
    loop {
        match xml.next()? {
            Event::Start(start) => match start.local_name().as_ref() {
                "row" => {
                    row = match attribute(&start, "r")? {
                        Some(number) => number.parse().map_err(|_| damaged("a row has no number"))?,
                        None => row + 1,
                    };
                    if row == 0 || row > SHEET_ROWS {
                        return Err(damaged("a row is outside the sheet"));
                    }
                    column = 0;
                    grid.row(row)?;
                    let hidden = attribute(&start, "hidden")?;
                    grid.hidden_rows += u64::from(matches!(hidden.as_deref(), Some("1" | "true")));
                }
                "c" => {
                    if let Some(name) = attribute(&start, "r")? {
                        let (of_row, of_column) = place(&name)?;
                        if of_row != row {
                            return Err(damaged("a cell is in the wrong row"));
                        }
                        column = of_column;
                    }
                    raw.begin(&start)?;
                    raw.read(&mut xml)?;
                    let (kind, text) = raw.cell(look_up)?;
                    grid.cell(column, kind, &text)?;
                    column += 1;
                    if !whole && grid.holds_data() {
                        return grid.finished();
                    }
                }
                "mergeCell" => {
                    let reference = attribute(&start, "ref")?.unwrap_or_default();
                    let (from, to) = reference.split_once(':').unwrap_or((&reference, &reference));
                    let (from, to) = (place(from)?, place(to)?);
                    grid.merge(Region { rows: (from.0, to.0), columns: (from.1, to.1) })?;
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == "worksheet" => return grid.finished(),
            Event::Eof => return Err(broken_off()),
            _ => {}
        }
    }
}

impl Raw {
    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), Unreadable> {
        self.kind = attribute(start, "t")?;
        self.format = attribute(start, "s")?;
        self.has_formula = false;
        self.value.clear();
        self.text.clear();
        Ok(())
    }

    /// Reads the cell up to its end.
    fn read<R: Read>(&mut self, xml: &mut Xml<R>) -> Result<(), Unreadable> {
        while let Some(start) = xml.child()? {
            match start.local_name().as_ref() {
                "v" => xml.text(&mut self.value, &[])?,
                "is" => xml.text(&mut self.text, PHONETIC)?,
                name => {
                    self.has_formula |= name == "f";
                    xml.skip()?;
                }
            }
        }
        Ok(())
    }

    /// Returns the type of the cell and its text.
    fn cell(&self, look_up: &LookUp<'_>) -> Result<(CellKind, String), Unreadable> {
        let text = |text: &str| {
            let mut plain = String::with_capacity(text.len());
            unescape(text, &mut plain);
            (CellKind::Text, plain)
        };
        let kind = self.kind.as_deref().unwrap_or("n");
        if self.has_formula && self.value.trim().is_empty() && kind != "str" && kind != "inlineStr" {
            return Ok((CellKind::Error, "a formula without a result".to_owned()));
        }
        Ok(match kind {
            "inlineStr" => text(&self.text),
            "str" => text(&self.value),
            _ if self.value.is_empty() => (CellKind::Text, String::new()),
            "s" => (CellKind::Text, look_up.strings.get(&self.value)?.to_owned()),
            "b" => match self.value.trim() {
                "1" | "true" => (CellKind::Boolean, "TRUE".to_owned()),
                "0" | "false" => (CellKind::Boolean, "FALSE".to_owned()),
                _ => return Err(damaged("a true/false cell has another value")),
            },
            "e" => (CellKind::Error, self.value.clone()),
            "d" => (CellKind::Date, written(&self.value).to_owned()),
            "n" => self.number(look_up)?,
            _ => return Err(damaged("a cell has an unknown type")),
        })
    }

    fn number(&self, look_up: &LookUp<'_>) -> Result<(CellKind, String), Unreadable> {
        let number = decimal(&self.value).ok_or_else(|| damaged("a number is not valid"))?;
        let format = self.format.as_ref().and_then(|format| format.parse::<usize>().ok());
        let shown = format.and_then(|format| look_up.formats.get(format)).copied().unwrap_or(Shown::Number);
        match shown {
            Shown::Number => return Ok((CellKind::Number, number)),
            Shown::Disguised => return Ok((CellKind::Disguised, number)),
            Shown::Date | Shown::Duration => {}
        }
        // A date takes as many decimals as it has; only an amount is rounded to pence.
        Ok(dated(self.value.trim(), shown, look_up.epoch).unwrap_or((CellKind::Number, number)))
    }
}

/// The row, from 1, and the column, from 0, of `AB12` or `$AB$12`.
fn place(name: &str) -> Result<(u64, usize), Unreadable> {
    let nowhere = || damaged("a cell is outside the sheet");
    let name = name.replace('$', "");
    let (letters, digits) = name.split_at(name.find(|it: char| it.is_ascii_digit()).ok_or_else(nowhere)?);
    let mut column = 0_u64;
    for letter in letters.bytes() {
        if !letter.is_ascii_alphabetic() {
            return Err(nowhere());
        }
        column = column * 26 + u64::from(letter.to_ascii_uppercase() - b'A') + 1;
        if column > SHEET_COLUMNS {
            return Err(nowhere());
        }
    }
    let row = digits.parse().ok().filter(|row| (1..=SHEET_ROWS).contains(row)).ok_or_else(nowhere)?;
    let column = column.checked_sub(1).and_then(|column| usize::try_from(column).ok()).ok_or_else(nowhere)?;
    Ok((row, column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_a_place() {
        for (name, expected) in [
            ("A1", Some((1, 0))),
            ("z9", Some((9, 25))),
            ("AA10", Some((10, 26))),
            ("$B$2", Some((2, 1))),
            ("XFD1048576", Some((1_048_576, 16_383))),
            ("XFE1", None),
            ("A1048577", None),
            ("A0", None),
            ("A", None),
            ("1", None),
            ("", None),
            ("é1", None),
            ("A1B", None),
            ("AAAAAAAAAAAAAAAAAAAAAAAA1", None),
            ("A99999999999999999999999", None),
        ] {
            assert_eq!(place(name).ok(), expected, "{name}");
        }
    }
}
