//! Problems in a file, described so that its sender can correct them.

use std::fmt;

use almoner_ledger::remedy::Remedy;

use crate::kind::Kind;

/// A problem in one place of a file. Its texts are safe to print: control characters and
/// characters that reorder text are replaced, and what is very long is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file as named by the user.
    pub file: String,
    /// The row as a spreadsheet numbers it: the first is 1, blank ones count, and a row whose
    /// cells have line breaks in them is one row.
    pub row: u64,
    /// The column as the file labels it.
    pub column: Option<String>,
    /// The value of the cell; empty if it is blank or the whole row is meant.
    pub value: String,
    /// The problem, without repeating the value.
    pub message: String,
    pub(crate) next: NextStep,
}

/// What to do next about a file. A front end says it in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// A text that begins with a verb, without a full stop.
    Advice(String),
    /// What the ledger offers for the rejection of a row.
    Books(Vec<Remedy>),
    /// Name the bank account, which the statement does not.
    NameAccount,
    /// Name the sheet of the workbook.
    NameSheet,
    /// Check that it is the right file, or name its kind to see which columns are missing.
    NameKind,
    /// Draft a profile for this kind of rows instead.
    DraftAs(Kind),
    /// Read the file with the drafted profile, without recording anything.
    TestProfile(Kind),
}

/// Says the next step in the words of a front end, on one line.
pub type Say<'a> = &'a dyn Fn(&NextStep) -> String;

impl From<&str> for NextStep {
    fn from(advice: &str) -> NextStep {
        NextStep::Advice(advice.to_owned())
    }
}

impl From<String> for NextStep {
    fn from(advice: String) -> NextStep {
        NextStep::Advice(advice)
    }
}

const VALUE_LIMIT: usize = 80;
const MESSAGE_LIMIT: usize = 600;

impl Diagnostic {
    /// Maximum number of problems listed for a file. One more diagnostic states that there are others;
    /// rows are still counted.
    pub const LISTED: usize = 20_000;

    /// Creates a diagnostic of a row, or of the cell of a column with this label and value. A value at
    /// the start of the message, as in those of the ledger's types, is removed, since it is shown
    /// separately.
    pub(crate) fn new(
        file: &str,
        row: u64,
        cell: Option<(&str, &str)>,
        message: &str,
        next: impl Into<NextStep>,
    ) -> Diagnostic {
        let value = cell.map_or("", |(_, value)| value);
        let rest = message.strip_prefix(&format!("`{value}` ")).unwrap_or(message);
        Diagnostic {
            file: printable(file, VALUE_LIMIT),
            row,
            column: cell.map(|(column, _)| printable(column, VALUE_LIMIT)),
            value: printable(value, VALUE_LIMIT),
            message: printable(rest.strip_prefix("is ").unwrap_or(rest), MESSAGE_LIMIT),
            next: next.into(),
        }
    }

    /// Returns the next step, beginning with a verb.
    pub fn hint(&self, say: Say<'_>) -> String {
        printable(&say(&self.next), MESSAGE_LIMIT)
    }
}

/// `awards.csv: row 12, column amount: "£31,78": not a valid amount`.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: row {}", self.file, self.row)?;
        if let Some(column) = &self.column {
            write!(f, ", column {column}")?;
        }
        if !self.value.is_empty() {
            write!(f, ": \"{}\"", self.value)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Adds a diagnostic to a list, up to the limit.
pub(crate) fn note(list: &mut Vec<Diagnostic>, found: Diagnostic) {
    if list.len() < Diagnostic::LISTED {
        list.push(found);
    } else if list.len() == Diagnostic::LISTED {
        let message = format!("only the first {} problems are listed", Diagnostic::LISTED);
        let hint = "check that this is the right file and the right profile";
        list.push(Diagnostic::new(&found.file, found.row, None, &message, hint));
    }
}

/// Replaces characters that are not safe on a screen, and cuts the text to `limit` characters.
pub(crate) fn printable(text: &str, limit: usize) -> String {
    let shown = |character: char| match character {
        '\t' | '\n' | '\r' => ' ',
        // The characters that `Text` refuses: they control a terminal, hide or reorder text.
        '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' => {
            '\u{FFFD}'
        }
        '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' => '\u{FFFD}',
        _ if character.is_control() => '\u{FFFD}',
        _ => character,
    };
    let mut characters = text.chars();
    let mut safe: String = characters.by_ref().take(limit).map(shown).collect();
    if characters.next().is_some() {
        safe.push('…');
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_names_place_value_and_problem() {
        let new = |cell, message: &str| Diagnostic::new("awards.csv", 12, cell, message, "");
        let amount = |value| Some(("amount", value));
        for (cell, message, expected) in [
            (
                amount("£31,78"),
                "`£31,78` is not a valid amount",
                r#"awards.csv: row 12, column amount: "£31,78": not a valid amount"#,
            ),
            (
                amount("1.234"),
                "`1.234` has three decimals",
                r#"awards.csv: row 12, column amount: "1.234": has three decimals"#,
            ),
            (
                amount(""),
                "this must be filled in",
                "awards.csv: row 12, column amount: this must be filled in",
            ),
            (None, "too short", "awards.csv: row 12: too short"),
            (
                amount("a\u{1b}[31m\u{202e}\nb"),
                "bad",
                "awards.csv: row 12, column amount: \"a\u{fffd}[31m\u{fffd} b\": bad",
            ),
        ] {
            assert_eq!(new(cell, message).to_string(), expected);
        }
        let value = "x".repeat(100_000);
        let long = new(amount(&value), &"y".repeat(100_000));
        assert_eq!((long.value.chars().count(), long.message.chars().count()), (81, 601));
    }
}
