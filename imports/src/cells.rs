//! The cells of one row, read by type.
//!
//! A cell that cannot be read is noted and reading continues, so that all errors of a row are
//! reported at once.

use std::borrow::Cow;
use std::collections::HashMap;

use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::decisions::{DecisionId, is_dated};
use almoner_ledger::guarded::unguarded;
use almoner_ledger::money::Money;
use almoner_ledger::recipients::is_placeholder;
use almoner_ledger::text::{TextError, slug};
use almoner_ledger::written::WrittenNames;
use csv::StringRecord;

use crate::dates::{DateError, Dates};
use crate::diagnostic::{Diagnostic, NextStep};
use crate::header::{Bound, Columns};
use crate::reason::{NotAWord, Reason};
use crate::source::CellKind;

/// A problem that has been noted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

/// The cells of one row.
pub(crate) struct Cells<'a> {
    pub(crate) file: &'a str,
    pub(crate) row: u64,
    pub(crate) record: &'a StringRecord,
    /// Empty for a text file.
    pub(crate) kinds: &'a [CellKind],
    pub(crate) columns: &'a Columns,
    pub(crate) problems: &'a mut Vec<Diagnostic>,
    /// Remarks on rows without errors.
    pub(crate) remarks: &'a mut Vec<Remark>,
    /// Number of rows so far by decision, in a file of awards.
    pub(crate) awards_of: &'a mut HashMap<DecisionId, u32>,
    /// Names of themes and funds as written in the file.
    pub(crate) names: &'a mut WrittenNames,
    /// The amount of the row, once read.
    pub(crate) amount: Option<Money>,
}

/// A remark on an accepted row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Row number as shown by a spreadsheet.
    pub row: u64,
    /// The remark, as a clause without a full stop.
    pub what: &'static str,
}

impl<'a> Cells<'a> {
    /// Returns the trimmed text of a cell; `None` if blank.
    fn raw(&self, position: usize) -> Option<&'a str> {
        let cell = self.record.get(position)?;
        Some(cell.trim()).filter(|text| !text.is_empty())
    }

    fn kind(&self, position: usize) -> CellKind {
        self.kinds.get(position).copied().unwrap_or(CellKind::Text)
    }

    /// Returns the first cell of a column that is not blank, with its position.
    fn filled(&self, bound: &Bound) -> Option<(usize, &'a str)> {
        bound.positions.iter().find_map(|position| Some((*position, self.raw(*position)?)))
    }

    /// Returns the first cell of a column that is not blank.
    pub(crate) fn first(&self, column: &str) -> Option<&'a str> {
        self.filled(self.columns.get(column)?).map(|(_, text)| text)
    }

    /// True if the file has the column and it is blank in this row.
    pub(crate) fn is_blank(&self, column: &str) -> bool {
        self.columns.get(column).is_some_and(|bound| {
            bound.rule.value.is_none()
                && bound.is_there()
                && bound.all_positions().all(|it| self.raw(it).is_none())
        })
    }

    /// Returns the text of a column; `None` if it is blank or missing.
    fn text(&mut self, column: &str) -> Result<Option<Cow<'a, str>>, Refused> {
        let Some(bound) = self.columns.get(column) else { return Ok(None) };
        for position in &bound.positions {
            self.check_kind(column, *position)?;
        }
        let text = match bound.rule.joined.is_empty() {
            true => self.filled(bound).map(|(_, text)| Cow::Borrowed(unguarded(text))),
            false => {
                let raw = bound.positions.iter().filter_map(|it| self.raw(*it));
                let parts: Vec<&str> = raw.map(unguarded).collect();
                (!parts.is_empty()).then(|| Cow::Owned(parts.join(" ")))
            }
        };
        let text = match &bound.rule.map {
            Some(map) => {
                let value = text.as_deref().unwrap_or_default().to_lowercase();
                let canonical = map.iter().find(|(word, _)| word.trim().to_lowercase() == value);
                match (canonical.map(|(_, canonical)| canonical).or(bound.rule.otherwise.as_ref()), &text) {
                    (Some(canonical), _) => Some(Cow::Borrowed(canonical.as_str())),
                    (None, None) => None,
                    (None, Some(_)) => {
                        let words = map.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                        let hint = format!("add it to the profile's map, which has {words}");
                        let message = "the profile's map has no entry for this value";
                        return Err(self.problem(column, message, hint));
                    }
                }
            }
            None => text,
        };
        match (&text, bound.rule.slug, column) {
            (Some(text), true, "theme") => self.names.note_theme(text),
            (Some(text), true, "fund") => self.names.note_fund(text),
            (Some(text), _, _) => self.names.note_field(column, text),
            (None, _, _) => {}
        }
        let text = match text {
            Some(text) if bound.rule.slug => Some(Cow::Owned(slug(&text))),
            text => text,
        };
        let text = text.or_else(|| bound.rule.value.as_deref().map(Cow::Borrowed));
        Ok(text.filter(|text| !text.is_empty()))
    }

    /// Refuses a workbook cell that is a date, an error or merged.
    fn check_kind(&mut self, column: &str, position: usize) -> Result<(), Refused> {
        let (message, hint) = match self.kind(position) {
            CellKind::Text | CellKind::Number | CellKind::Disguised | CellKind::Boolean => return Ok(()),
            CellKind::Date => (
                "the cell is a date; a spreadsheet probably converted the original value",
                "format the cell as text and enter the original value again",
            ),
            CellKind::Error => (
                "the cell contains an error",
                "correct the formula in the workbook, or enter the value itself",
            ),
            CellKind::Merged => (
                "the cell is part of a merged cell that begins in another row or column",
                "unmerge the cells in the workbook, and fill in each one",
            ),
        };
        Err(self.problem(column, message, hint))
    }

    /// Reads a column that must not be blank.
    pub(crate) fn required<T, E: Reason>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Refused> {
        let value = self.optional(column, parse)?;
        self.present(column, value)
    }

    /// Reads a column that may be blank (not stated).
    pub(crate) fn optional<T, E: Reason>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refused> {
        let Some(text) = self.text(column)? else { return Ok(None) };
        match parse(&text) {
            Ok(value) => Ok(Some(value)),
            Err(reason) => Err(self.refused(column, &reason)),
        }
    }

    /// Reads a number or id, refusing values that a spreadsheet has altered (`3-15` to `Mar-15`, or
    /// `1E5` to a number). A placeholder such as `n/a` is none.
    pub(crate) fn reference<T, E: Reason>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refused> {
        let text = self.text(column)?;
        if text.as_deref().is_some_and(is_placeholder) {
            return Ok(None);
        }
        if let Some(text) = text.as_deref().filter(|text| is_dated(text)) {
            return Err(self.refused(column, &TextError::Dated(text.to_owned())));
        }
        if text.as_deref().is_some_and(is_shortened) {
            let message = "a spreadsheet has probably altered this number or id";
            let hint = "format the cell as text and enter the original value again";
            return Err(self.problem(column, message, hint));
        }
        self.optional(column, parse)
    }

    /// Reads a number or id that must not be blank.
    pub(crate) fn required_reference<T, E: Reason>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, Refused> {
        let value = self.reference(column, parse)?;
        self.present(column, value)
    }

    /// Reads a number or id that must not be blank in a file in canonical columns.
    pub(crate) fn reference_if_canonical<T, E: Reason>(
        &mut self,
        column: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Refused> {
        match self.columns.are_canonical {
            true => self.required_reference(column, parse).map(Some),
            false => self.reference(column, parse),
        }
    }

    fn present<T>(&mut self, column: &str, value: Option<T>) -> Result<T, Refused> {
        value.ok_or_else(|| {
            self.problem(column, "this must be filled in", "fill in the cell, or delete the row")
        })
    }

    /// Reads yes or no; blank is no.
    pub(crate) fn yes_or_no(&mut self, column: &str) -> Result<bool, Refused> {
        let parse = |text: &str| match text.to_lowercase().as_str() {
            "yes" | "true" | "1" | "y" => Ok(true),
            "no" | "false" | "0" | "n" => Ok(false),
            _ => Err(NotAWord { words: "yes or no".to_owned() }),
        };
        Ok(self.optional(column, parse)?.unwrap_or(false))
    }

    /// Reads a day that must not be blank.
    pub(crate) fn required_day(&mut self, column: &str) -> Result<Date, Refused> {
        let day = self.day(column)?;
        self.present(column, day)
    }

    pub(crate) fn day(&mut self, column: &str) -> Result<Option<Date>, Refused> {
        match self.stated_date(column)? {
            Some(StatedDate::Month(_)) => Err(self.refused(column, &DateError::NoDay)),
            Some(StatedDate::Day(day)) => Ok(Some(day)),
            None => Ok(None),
        }
    }

    /// Reads a day or a month.
    pub(crate) fn stated_date(&mut self, column: &str) -> Result<Option<StatedDate>, Refused> {
        let Some(bound) = self.columns.get(column) else { return Ok(None) };
        let Some((position, text)) = self.filled(bound) else {
            return self.optional(column, |text| bound.rule.dates.read(text));
        };
        let read = match self.kind(position) {
            // Dates stored by a workbook are unambiguous, however they are shown.
            CellKind::Date => Dates::default().read(text),
            _ => {
                self.check_kind(column, position)?;
                bound.rule.dates.read(text)
            }
        };
        read.map(Some).map_err(|error| self.refused(column, &error))
    }

    /// Reads an amount that must not be blank, and keeps it as the amount of the row.
    pub(crate) fn required_amount(&mut self, column: &str) -> Result<Money, Refused> {
        let amount = self.amount(column)?;
        self.amount = amount;
        self.present(column, amount)
    }

    /// Reads an amount, from one column or from a pair of which the second is subtracted.
    pub(crate) fn amount(&mut self, column: &str) -> Result<Option<Money>, Refused> {
        let Some(bound) = self.columns.get(column) else { return Ok(None) };
        for position in bound.all_positions() {
            if self.raw(position).is_some() || self.kind(position) == CellKind::Merged {
                self.check_kind(column, position)?;
            }
            if self.kind(position) == CellKind::Disguised {
                let message = "the number is shown as a percentage, in another currency, or with brackets, a minus sign or CR that are not part of it";
                let hint = "check the amount, and give the cell a plain number format";
                return Err(self.problem(column, message, hint));
            }
        }
        if bound.plus.is_empty() && bound.minus.is_empty() {
            let text = self.text(column)?;
            return text.map(|text| self.money(column, &text)).transpose();
        }
        let side = |positions: &[usize]| positions.iter().find_map(|position| self.raw(*position));
        let (plus, minus) = (side(&bound.plus), side(&bound.minus));
        let plus = plus.map(|text| self.money(column, text)).transpose()?.unwrap_or_default();
        let mut minus = minus.map(|text| self.money(column, text)).transpose()?.unwrap_or_default();
        if bound.rule.signed {
            minus = minus.negated();
        }
        if !plus.is_zero() && !minus.is_zero() {
            let message = "both the money-in and the money-out column have an amount";
            return Err(self.problem(column, message, "leave one of them blank"));
        }
        if minus.is_negative() && bound.rule.signed {
            let message = "the amount has no minus sign in a money-out column marked as `signed`";
            let hint = "correct the file, or delete `signed` from the profile";
            return Err(self.problem(column, message, hint));
        }
        if plus.is_negative() || minus.is_negative() {
            let message = "the amount is negative in a column for money in or money out";
            let hint = "move it to the other column, without the minus sign; if all money-out amounts have one, add signed = true to the profile";
            return Err(self.problem(column, message, hint));
        }
        let is_blank = bound.all_positions().all(|position| self.raw(position).is_none());
        Ok((!is_blank).then(|| if minus.is_zero() { plus } else { minus.negated() }))
    }

    fn money(&mut self, column: &str, text: &str) -> Result<Money, Refused> {
        let Some(bound) = self.columns.get(column) else { return Err(Refused) };
        bound.rule.amounts.read(text).map_err(|error| self.refused(column, &error))
    }

    fn refused(&mut self, column: &str, reason: &dyn Reason) -> Refused {
        self.problem(column, &reason.to_string(), reason.hint())
    }

    /// Adds a remark on the row.
    pub(crate) fn remark(&mut self, what: &'static str) {
        self.remarks.push(Remark { row: self.row, what });
    }

    /// Notes a problem with the cell of a column.
    pub(crate) fn problem(&mut self, column: &str, message: &str, hint: impl Into<NextStep>) -> Refused {
        let Some(bound) = self.columns.get(column) else { return Refused };
        let (label, value) = place_of(bound, self.columns, self.record);
        self.problems.push(Diagnostic::new(self.file, self.row, Some((&label, &value)), message, hint));
        Refused
    }
}

/// Returns the label of a column in the file, and its value in a row.
pub(crate) fn place_of(bound: &Bound, columns: &Columns, record: &StringRecord) -> (String, String) {
    let cell = |position: usize| record.get(position).map(str::trim).unwrap_or_default();
    let filled = bound.all_positions().find(|position| !cell(*position).is_empty());
    match filled.or_else(|| bound.all_positions().next()) {
        Some(position) => (columns.label(position), cell(position).to_owned()),
        None => (bound.name.to_owned(), String::new()),
    }
}

/// True for a number as a spreadsheet shortens it: `1.5E+05`.
fn is_shortened(text: &str) -> bool {
    let exponent = text.split_once(['E', 'e']).and_then(|(digits, power)| {
        let is_number =
            digits.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        is_number.then_some(power)
    });
    exponent
        .and_then(|power| power.strip_prefix('+'))
        .is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_shortened_by_a_spreadsheet_are_recognised() {
        for (text, expected) in
            [("1.23E+05", true), ("26-2015", false), ("C7-2015", false), ("1E5", false), ("", false)]
        {
            assert_eq!(is_shortened(text), expected, "{text}");
        }
    }
}
