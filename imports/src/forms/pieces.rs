//! The text of a line, put together from what the bank says in several places.

use almoner_ledger::text::Text;

use super::{EXPORT_AGAIN, Fault};

/// The longest text of a line, in bytes. A sum of hundreds of payments names each of them.
const LIMIT: usize = 2_000;

/// Words in the place of a reference where there is none.
const NO_REFERENCE: [&str; 4] = ["NOTPROVIDED", "NONREF", "NOT PROVIDED", "NOREF"];

/// A text from pieces, each of them once.
#[derive(Default)]
pub(super) struct Pieces {
    text: String,
    is_cut: bool,
}

impl Pieces {
    pub(super) fn add(&mut self, piece: &str) {
        let piece = piece.split_whitespace().collect::<Vec<_>>().join(" ");
        if piece.is_empty() || self.is_cut || self.has(&piece) {
            return;
        }
        if self.text.len() + piece.len() >= LIMIT && !self.text.is_empty() {
            self.is_cut = true;
            return;
        }
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(&piece);
    }

    /// Adds a reference, unless it only says that there is none.
    pub(super) fn add_reference(&mut self, reference: &str) {
        if let Some(reference) = stated(reference) {
            self.add(reference);
        }
    }

    /// True if the text has these words already, as whole words.
    fn has(&self, piece: &str) -> bool {
        let is_part = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        self.text.match_indices(piece).any(|(at, found)| {
            let before = self.text.get(..at).and_then(|it| it.chars().next_back());
            let after = self.text.get(at + found.len()..).and_then(|it| it.chars().next());
            !is_part(before) && !is_part(after)
        })
    }

    /// Returns the text; where the bank says nothing, another.
    pub(super) fn finished(mut self, otherwise: &str) -> Result<Text, Fault> {
        if self.is_cut {
            self.text.push_str(" …");
        }
        if self.text.is_empty() {
            self.text.push_str(otherwise);
        }
        text(&self.text)
    }
}

/// Returns a reference, unless it only says that there is none.
pub(super) fn stated(reference: &str) -> Option<&str> {
    let reference = reference.trim();
    let is_none =
        reference.is_empty() || NO_REFERENCE.iter().any(|none| none.eq_ignore_ascii_case(reference));
    (!is_none).then_some(reference)
}

/// Checks a text.
pub(super) fn text(text: &str) -> Result<Text, Fault> {
    Text::new(text).map_err(|error| Fault::new(format!("the text of the line: {error}"), EXPORT_AGAIN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_is_there_once() {
        let mut pieces = Pieces::default();
        for piece in ["BACS  RUN1", "", "RUN1", "RUN", "Waveney Forum", "RUN1"] {
            pieces.add(piece);
        }
        pieces.add_reference("NOTPROVIDED");
        pieces.add_reference(" nonref ");
        pieces.add_reference("26-2015");
        assert_eq!(pieces.finished("-").unwrap().as_str(), "BACS RUN1 RUN Waveney Forum 26-2015");
        assert_eq!(Pieces::default().finished("NTRF").unwrap().as_str(), "NTRF");
        let mut long = Pieces::default();
        (0..1_000).for_each(|number| long.add(&format!("R-{number:05}")));
        let long = long.finished("-").unwrap();
        assert!(long.as_str().len() < 2_010 && long.as_str().ends_with(" …"), "{long}");
    }
}
