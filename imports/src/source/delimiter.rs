//! Delimiters between the cells of a row of text.

use almoner_ledger::worded;
use csv::{ByteRecord, ReaderBuilder};

use super::limits::SAMPLE_BYTES;

/// The character between the cells of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
    Pipe,
}

/// Number of rows sampled.
const SAMPLE_ROWS: usize = 50;

// The most usual first.
worded!(Delimiter::word { Comma = "comma", Tab = "tab", Semicolon = "semicolon", Pipe = "pipe" });

impl Delimiter {
    /// Parses [`Delimiter::word`].
    pub fn parse(word: &str) -> Option<Delimiter> {
        Delimiter::ALL.into_iter().find(|delimiter| delimiter.word() == word)
    }

    pub(crate) const fn byte(self) -> u8 {
        match self {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
            Delimiter::Pipe => b'|',
        }
    }

    /// Detects the delimiter that gives most of the first rows the same number of cells; of two such, the
    /// one with more columns. A text of one column has commas.
    pub(super) fn detect(text: &str) -> Delimiter {
        let sample = sample(text.as_bytes());
        let mut best = (Delimiter::Comma, (0, 0));
        for delimiter in Delimiter::ALL {
            let found = consistency(sample, delimiter);
            if found > best.1 {
                best = (delimiter, found);
            }
        }
        best.0
    }
}

/// Returns the first lines of a text, whole if possible.
fn sample(text: &[u8]) -> &[u8] {
    let Some(sample) = text.get(..SAMPLE_BYTES) else { return text };
    let end = sample.iter().rposition(|byte| matches!(byte, b'\r' | b'\n'));
    end.and_then(|end| sample.get(..end)).unwrap_or(sample)
}

/// Returns the most frequent number of cells above one, preceded by its number of rows.
fn consistency(sample: &[u8], delimiter: Delimiter) -> (usize, usize) {
    let mut builder = ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter.byte());
    let mut reader = builder.from_reader(sample);
    let mut record = ByteRecord::new();
    let mut widths: Vec<usize> = Vec::new();
    while widths.len() < SAMPLE_ROWS && reader.read_byte_record(&mut record).unwrap_or(false) {
        widths.push(record.len());
    }
    let rows = |width: usize| widths.iter().filter(|it| **it == width).count();
    widths.iter().filter(|width| **width > 1).map(|width| (rows(*width), *width)).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_gives_rows_the_same_number_of_cells() {
        use Delimiter::{Comma, Pipe, Semicolon, Tab};
        for (text, expected) in [
            ("", Comma),
            ("one\ntwo\n", Comma),
            ("a,b\n1,2\n", Comma),
            ("a;b\n1;2\n", Semicolon),
            ("a\tb\r\n1\t2\r\n", Tab),
            ("a|b\r1|2", Pipe),
            ("award;amount;date\nA1;1.234,50;x\nA2;5,00;y\n", Semicolon),
            ("award;net;vat\nA1;1,50;2,50\nA2;5,00;6,00\n", Semicolon),
            ("award,theme\nA1,a:60%;b:40%\nA2,a\n", Comma),
            ("award,theme\nA1,a;b\nA2,a;b\n", Comma),
            ("\"a;b\",\"c;d\"\n\"1;2\",3\n", Comma),
            ("\"a\nb;c\";d\n1;2\n", Semicolon),
            ("Payments, March 2015\n\na;b;c\n1;2;3\n4;5;6", Semicolon),
            ("Payments\n\na\tb, c\n1\t2, 3\n4\t5", Tab),
        ] {
            assert_eq!(Delimiter::detect(text), expected, "{text:?}");
        }
        let long = format!("a;b\n{}", "x".repeat(SAMPLE_BYTES));
        assert_eq!(Delimiter::detect(&long), Semicolon);
    }

    #[test]
    fn a_delimiter_has_a_word() {
        for delimiter in Delimiter::ALL {
            assert_eq!(Delimiter::parse(delimiter.word()), Some(delimiter));
        }
        assert_eq!(Delimiter::parse("colon"), None);
    }
}
