//! Problems in a file, described so that its sender can correct them.

use std::fmt;

use almoner_ledger::money::grouped;
use almoner_ledger::remedy::Remedy;
use hashbrown::HashMap;

use crate::kind::Kind;
use crate::words::listed;

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
    /// Name the sheet of the workbook.
    NameSheet,
    /// Check that it is the right file, or name its kind to see which columns are missing.
    NameKind,
    /// Draft a profile for this kind of rows instead.
    DraftAs(Kind),
    /// Reconcile the file, which is a bank statement.
    Reconcile,
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

    /// True if the row may be a duplicate, which can be confirmed as none.
    pub fn is_possible_duplicate(&self) -> bool {
        let confirms = |it: &Remedy| matches!(it, Remedy::ConfirmDuplicates { .. });
        matches!(&self.next, NextStep::Books(all) if all.iter().any(confirms))
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

/// A kind of fault with the rows that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault<'d> {
    /// The first of the problems, which has the file, column, message and next step of all.
    pub first: &'d Diagnostic,
    /// The rows, in the order of the file.
    pub rows: Vec<u64>,
    /// The values of their cells, without repetitions and blanks.
    pub values: Vec<&'d str>,
}

/// Groups problems of one kind: the same column, message and next step. They are in the order in which each first appears.
pub fn faults(diagnostics: &[Diagnostic]) -> Vec<Fault<'_>> {
    let mut found: Vec<Fault<'_>> = Vec::new();
    let mut places: HashMap<(&str, Option<&str>, &str), Vec<usize>> = HashMap::new();
    for diagnostic in diagnostics {
        let key = (diagnostic.file.as_str(), diagnostic.column.as_deref(), diagnostic.message.as_str());
        let alike = places.entry(key).or_default();
        let known = alike
            .iter()
            .copied()
            .find(|at| found.get(*at).is_some_and(|it| it.first.next == diagnostic.next));
        let at = known.unwrap_or_else(|| {
            alike.push(found.len());
            found.push(Fault { first: diagnostic, rows: Vec::new(), values: Vec::new() });
            found.len() - 1
        });
        let Some(fault) = found.get_mut(at) else { continue };
        if fault.rows.last() != Some(&diagnostic.row) {
            fault.rows.push(diagnostic.row);
        }
        // The values of very many rows are of no use.
        let value = diagnostic.value.as_str();
        if !value.is_empty() && fault.values.len() <= Fault::VALUES && !fault.values.contains(&value) {
            fault.values.push(value);
        }
    }
    found
}

impl Fault<'_> {
    /// Returns the problem without the name of the file: `rows 12 and 14, column amount: "£31,78": not a valid amount`.
    pub fn in_its_file(&self) -> String {
        let text = self.to_string();
        text.strip_prefix(&format!("{}: ", self.first.file)).map_or(text.clone(), str::to_owned)
    }

    /// Maximum number of values in a text.
    const VALUES: usize = 3;
    /// Maximum number of runs of rows in a text.
    const RUNS: usize = 8;

    /// Returns the rows as a text: `rows 2 to 5, 9 and 12`.
    fn rows_in_words(&self) -> String {
        let mut runs: Vec<(u64, u64)> = Vec::new();
        for row in &self.rows {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *row => *last = *row,
                _ => runs.push((*row, *row)),
            }
        }
        let named = runs.len().min(Fault::RUNS);
        let more: u64 = runs.iter().skip(named).map(|(first, last)| last - first + 1).sum();
        let mut words: Vec<String> = Vec::new();
        for (first, last) in runs.iter().take(named) {
            match last - first {
                0 => words.push(first.to_string()),
                1 => words.extend([first.to_string(), last.to_string()]),
                _ => words.push(format!("{first} to {last}")),
            }
        }
        if more > 0 {
            words.push(format!("{} more", grouped(&more.to_string())));
        }
        listed(&words, "and")
    }
}

/// `awards.csv: rows 12, 14 and 20, column amount: "£31,78" and "£1,5": not a valid amount`.
impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.len() < 2 {
            return self.first.fmt(f);
        }
        write!(f, "{}: rows {}", self.first.file, self.rows_in_words())?;
        if let Some(column) = &self.first.column {
            write!(f, ", column {column}")?;
        }
        let mut values: Vec<String> =
            self.values.iter().take(Fault::VALUES).map(|value| format!("\"{value}\"")).collect();
        if self.values.len() > Fault::VALUES {
            values.push("others".to_owned());
        }
        if !values.is_empty() {
            write!(f, ": {}", listed(&values, "and"))?;
        }
        write!(f, ": {}", self.first.message)
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
    fn a_kind_of_fault_is_one_line_with_its_rows() {
        let new = |row: u64, value: &str, message: &str, hint: &str| {
            Diagnostic::new("a.csv", row, Some(("date", value)), message, hint)
        };
        let listed = |all: &[Diagnostic]| faults(all).iter().map(ToString::to_string).collect::<Vec<_>>();
        let dates = |rows: &[u64]| {
            rows.iter().map(|row| new(*row, &format!("{row}x"), "not a date", "")).collect::<Vec<_>>()
        };
        for (rows, expected) in [
            (vec![2], r#"a.csv: row 2, column date: "2x": not a date"#),
            (vec![2, 3], r#"a.csv: rows 2 and 3, column date: "2x" and "3x": not a date"#),
            (
                vec![2, 3, 4, 9],
                r#"a.csv: rows 2 to 4 and 9, column date: "2x", "3x", "4x" and others: not a date"#,
            ),
            (
                (1..30).map(|it| it * 10).collect(),
                r#"a.csv: rows 10, 20, 30, 40, 50, 60, 70, 80 and 21 more, column date: "10x", "20x", "30x" and others: not a date"#,
            ),
        ] {
            assert_eq!(listed(&dates(&rows)), [expected]);
        }
        let blank = [new(2, "", "this must be filled in", ""), new(5, "", "this must be filled in", "")];
        assert_eq!(listed(&blank), ["a.csv: rows 2 and 5, column date: this must be filled in"]);
        let mixed = [
            new(2, "x", "bad", "a"),
            new(3, "y", "worse", "a"),
            new(4, "x", "bad", "a"),
            new(5, "x", "bad", "b"),
        ];
        assert_eq!(
            listed(&mixed),
            [
                r#"a.csv: rows 2 and 4, column date: "x": bad"#,
                r#"a.csv: row 3, column date: "y": worse"#,
                r#"a.csv: row 5, column date: "x": bad"#,
            ]
        );
    }

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
