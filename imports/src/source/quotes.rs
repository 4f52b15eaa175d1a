//! Quotation marks in a row of delimited text.
//!
//! A CSV reader accepts nearly anything: an unclosed quotation mark makes one cell of all rows that
//! follow, which would lose payments silently. So a row with quotation marks where the format (RFC
//! 4180) allows none is refused.

use super::Delimiter;

/// A problem with the quotation marks of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum QuoteError {
    /// Opened and not closed before the end of the file.
    #[error("a quotation mark is not closed, so the rest of the file is read as one row")]
    Unclosed,
    /// Text before an opening one or after a closing one.
    #[error("there is text between a quotation mark and the next {}", .0.word())]
    Misplaced(Delimiter),
}

impl QuoteError {
    pub(super) const fn hint(self) -> &'static str {
        "put quotation marks around the whole cell and double any inside it, or remove all quotation marks from the cell"
    }
}

/// Checks one row, as in the file.
pub(super) fn check(row: &[u8], delimiter: Delimiter) -> Result<(), QuoteError> {
    // Most rows have none.
    if !row.contains(&b'"') {
        return Ok(());
    }
    let mut state = State::Start;
    for byte in row {
        state = match (state, byte) {
            (State::Quoted, b'"') => State::Closed,
            (State::Quoted, _) | (State::Closed, b'"') => State::Quoted,
            (_, b'\r' | b'\n') => State::Start,
            (_, byte) if *byte == delimiter.byte() => State::Start,
            (State::Closed, b' ') | (State::Closing, b' ') => State::Closing,
            (State::Closed | State::Closing, _) => return Err(QuoteError::Misplaced(delimiter)),
            (State::Start, b'"') => State::Quoted,
            (State::Start | State::Spaces, b' ') => State::Spaces,
            (State::Spaces, b'"') => return Err(QuoteError::Misplaced(delimiter)),
            // An inch sign in the middle of a cell is just a character.
            _ => State::Plain,
        };
    }
    if state == State::Quoted { Err(QuoteError::Unclosed) } else { Ok(()) }
}

/// The position of the check in a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At its beginning.
    Start,
    /// After spaces only.
    Spaces,
    /// In text without quotation marks around it.
    Plain,
    /// Between quotation marks.
    Quoted,
    /// After one that closes, or is the first of two that mean one.
    Closed,
    /// After spaces that follow a closing one.
    Closing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_misplaced_quotation_marks_are_refused() {
        for (row, expected) in [
            ("a,b", Ok(())),
            ("\"a\",\"b\"\r\n", Ok(())),
            ("\"a, \"\"b\"\"\",c", Ok(())),
            ("\"\",\"\"", Ok(())),
            ("\"a\" ,b", Ok(())),
            ("\"line\r\nline\",b", Ok(())),
            ("5\" pipe,b", Ok(())),
            ("\"a,b\nc,d\n", Err(QuoteError::Unclosed)),
            ("a,\"b\"\"", Err(QuoteError::Unclosed)),
            ("a,\"ref\nb,\"ref2\"\n", Err(QuoteError::Misplaced(Delimiter::Comma))),
            ("\"a\" b,c", Err(QuoteError::Misplaced(Delimiter::Comma))),
            ("a, \"b\"", Err(QuoteError::Misplaced(Delimiter::Comma))),
        ] {
            assert_eq!(check(row.as_bytes(), Delimiter::Comma), expected, "{row:?}");
        }
    }
}
