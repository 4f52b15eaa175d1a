//! Statements in forms that banks agree on: CAMT.053 (XML of ISO 20022) and MT940 (SWIFT).
//!
//! Such a file says what each of its values is, so that nothing is detected and no profile is needed. An entry that cannot be
//! read is a fault of its row, and the rows after it are read.

mod camt;
mod mt940;
mod nodes;
mod pieces;

use almoner_ledger::money::Money;

use crate::diagnostic::NextStep;
use crate::request::{RowRequest, StatementRow};
use crate::source::{Detected, Layout, Unreadable};

/// A form of statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Camt,
    Mt940,
}

/// A statement file that was read.
pub(crate) struct FormFile {
    pub(crate) detected: Detected,
    pub(crate) rows: Vec<FormRow>,
    /// Entries that are no transactions, with the reason and the amount.
    pub(crate) skipped: Vec<(u64, &'static str, Option<Money>)>,
}

/// A line or a balance.
pub(crate) struct FormRow {
    pub(crate) number: u64,
    pub(crate) request: Result<RowRequest, Fault>,
}

/// The reason for which a line or balance cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) hint: String,
}

impl Fault {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Fault {
        Fault { message: message.into(), hint: hint.into() }
    }
}

/// What to do where a file is not as its form has it.
const EXPORT_AGAIN: &str =
    "download the statement from the bank again; if it is the same, ask the bank what is wrong with it";
/// What to do where amounts are not in pounds.
const IN_POUNDS: &str = "only accounts in sterling can be reconciled";

/// Bytes in which the form is searched for.
const SAMPLE: usize = 8 * 1024;

impl Form {
    /// Returns the form of a file, if it is one of these.
    pub(crate) fn of(bytes: &[u8]) -> Option<Form> {
        let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
        // The zeros of UTF-16 do not matter here.
        let sample: Vec<u8> = sample.iter().copied().filter(|byte| *byte != 0).collect();
        let sample = String::from_utf8_lossy(&sample);
        if camt::is_one(&sample) { Some(Form::Camt) } else { mt940::is_one(&sample).then_some(Form::Mt940) }
    }

    /// Returns the name of the form.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Form::Camt => "CAMT.053",
            Form::Mt940 => "MT940",
        }
    }

    /// Reads a file.
    pub(crate) fn read(self, bytes: Vec<u8>, layout: &Layout) -> Result<FormFile, Unreadable> {
        match self {
            Form::Camt => camt::read(bytes, layout),
            Form::Mt940 => mt940::read(bytes, layout),
        }
    }

    /// Returns the error for a file of this form where rows of another kind are expected.
    pub(crate) fn misplaced(self) -> Unreadable {
        let message = format!("the file is a bank statement ({})", self.name());
        Unreadable::new("a-statement", message, NextStep::Reconcile)
    }
}

impl FormRow {
    /// Returns the amount, if the row is a transaction.
    pub(crate) fn amount(&self) -> Option<Money> {
        match &self.request {
            Ok(RowRequest::Line(StatementRow { amount, .. })) => Some(*amount),
            Ok(
                RowRequest::Balance(_)
                | RowRequest::Command(_)
                | RowRequest::Payment(_)
                | RowRequest::Variation(_)
                | RowRequest::Nothing(_),
            )
            | Err(_) => None,
        }
    }
}

/// Reads a number of pounds with this mark before the pence, without signs and separators: `5000,` or `1250.5`.
fn pounds(text: &str, mark: char) -> Result<Money, Fault> {
    let wrong = |why: &str| Fault::new(format!("the amount `{text}` {why}"), EXPORT_AGAIN);
    let (whole, decimals) = text.split_once(mark).unwrap_or((text, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(decimals) {
        return Err(wrong("is not a number in this format"));
    }
    // A form with five decimals may end them with zeros.
    let decimals = match decimals.len() {
        0..=2 => decimals,
        _ => decimals.trim_end_matches('0'),
    };
    if decimals.len() > 2 {
        return Err(wrong("has a fraction of a penny"));
    }
    let plain = if decimals.is_empty() { whole.to_owned() } else { format!("{whole}.{decimals}") };
    Money::parse(&plain).map_err(|error| Fault::new(error.to_string(), error.hint()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_refused() {
        for (text, mark, expected) in [
            ("5000,", ',', Ok(500_000)),
            ("5000,5", ',', Ok(500_050)),
            ("0,05", ',', Ok(5)),
            ("5000", ',', Ok(500_000)),
            ("30.000", '.', Ok(3_000)),
            ("12.34500", '.', Err("fraction of a penny")),
            ("12.34000", '.', Ok(1_234)),
            ("5000.00", ',', Err("not a number")),
            ("1,000.00", '.', Err("not a number")),
            ("-5.00", '.', Err("not a number")),
            (".50", '.', Err("not a number")),
            ("", '.', Err("not a number")),
            ("9999999999999999", '.', Err("outside")),
        ] {
            match (pounds(text, mark), expected) {
                (Ok(money), Ok(pence)) => assert_eq!(money.pence(), pence, "{text}"),
                (Err(fault), Err(part)) => assert!(fault.message.contains(part), "{text}: {fault:?}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }

    #[test]
    fn forms_are_known_by_their_beginning() {
        let camt =
            "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">";
        let utf16: Vec<u8> = camt.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, expected) in [
            (camt.as_bytes(), Some(Form::Camt)),
            (&utf16, Some(Form::Camt)),
            (b"<a:Document xmlns:a='x'><a:BkToCstmrStmt>", Some(Form::Camt)),
            (b":20:1\r\n:25:12345678\r\n:60F:C150331GBP1,00\r\n", Some(Form::Mt940)),
            (b"{1:F01X}{2:O940X}{4:\n:20:1\n:25:1\n", Some(Form::Mt940)),
            (b"Date,Text,Amount\n", None),
            (b"<html>camt", None),
            (b":20:1 is a verse\n", None),
            (b"", None),
        ] {
            assert_eq!(Form::of(bytes), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }
}
