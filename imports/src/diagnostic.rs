//! Problems in a file, described so that its sender can correct them.

use std::fmt;

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
    /// A stable code for scripts and tests.
    pub code: &'static str,
    /// The problem, without repeating the value.
    pub message: String,
    /// The next step, beginning with a verb.
    pub hint: String,
}

const VALUE_LIMIT: usize = 80;
const MESSAGE_LIMIT: usize = 600;

impl Diagnostic {
    /// Maximum number of problems listed for a file. One more diagnostic states that there are others;
    /// rows are still counted.
    pub const LISTED: usize = 20_000;

    /// Creates a diagnostic. A value at the start of the message, as in those of the ledger's types, is
    /// removed, since it is shown separately.
    pub(crate) fn new(
        place: Place<'_>,
        value: &str,
        code: &'static str,
        message: &str,
        hint: &str,
    ) -> Diagnostic {
        let quoted = format!("`{value}` ");
        let rest = message.strip_prefix(&quoted).unwrap_or(message);
        Diagnostic {
            file: printable(place.file, VALUE_LIMIT),
            row: place.row,
            column: place.column.map(|column| printable(column, VALUE_LIMIT)),
            value: printable(value, VALUE_LIMIT),
            code,
            message: printable(rest.strip_prefix("is ").unwrap_or(rest), MESSAGE_LIMIT),
            hint: printable(hint, MESSAGE_LIMIT),
        }
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
        list.push(Diagnostic::new(
            Place::row(&found.file, found.row),
            "",
            "too-many-problems",
            &message,
            hint,
        ));
    }
}

/// The place of a problem.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) file: &'a str,
    pub(crate) row: u64,
    pub(crate) column: Option<&'a str>,
}

impl<'a> Place<'a> {
    pub(crate) fn row(file: &'a str, row: u64) -> Place<'a> {
        Place { file, row, column: None }
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
        let place = Place { file: "awards.csv", row: 12, column: Some("amount") };
        let shown =
            |place, value, message: &str| Diagnostic::new(place, value, "code", message, "").to_string();
        for (place, value, message, expected) in [
            (
                place,
                "£31,78",
                "`£31,78` is not an amount",
                r#"awards.csv: row 12, column amount: "£31,78": not an amount"#,
            ),
            (
                place,
                "1.234",
                "`1.234` has three decimals",
                r#"awards.csv: row 12, column amount: "1.234": has three decimals"#,
            ),
            (
                place,
                "",
                "this must be filled in",
                "awards.csv: row 12, column amount: this must be filled in",
            ),
            (Place { column: None, ..place }, "", "too short", "awards.csv: row 12: too short"),
            (
                place,
                "a\u{1b}[31m\u{202e}\nb",
                "bad",
                "awards.csv: row 12, column amount: \"a\u{fffd}[31m\u{fffd} b\": bad",
            ),
        ] {
            assert_eq!(shown(place, value, message), expected);
        }
        let long = Diagnostic::new(place, &"x".repeat(100_000), "code", &"y".repeat(100_000), "");
        assert_eq!((long.value.chars().count(), long.message.chars().count()), (81, 601));
    }
}
