//! Protects texts that a spreadsheet would run as formulas, by an apostrophe.
//!
//! A text that begins with `=`, `+`, `-`, `@`, a tab, a carriage return or a line feed gets one
//! apostrophe in front, and an import takes one off. So that every text comes back as it was, one that
//! begins with apostrophes of its own before such a character gets one more. A digit after apostrophes
//! counts as such a character, since people write `'0123` for a number that is to stay a text.

use std::borrow::Cow;

/// Returns the text in a form that a spreadsheet treats as text: `=1+1` is `'=1+1`, `'=1+1` is `''=1+1`.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let bare = text.trim_start_matches('\'');
    let has_own = bare.len() < text.len();
    match bare.starts_with(runs) || has_own && bare.starts_with(|c: char| c.is_ascii_digit()) {
        true => Cow::Owned(format!("'{text}")),
        false => Cow::Borrowed(text),
    }
}

/// Reverses [`guarded`]: `'=1+1` is `=1+1`, `'0123` is `0123`.
pub fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start_matches('\'').starts_with(|c: char| runs(c) || c.is_ascii_digit()) => {
            rest
        }
        _ => text,
    }
}

fn runs(character: char) -> bool {
    "=+-@\t\r\n＝＋－＠".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_guarded_and_come_back_as_they_were() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("'=1+1", "''=1+1"),
            ("''=1+1", "'''=1+1"),
            ("＝1+1", "'＝1+1"),
            ("-5", "'-5"),
            ("'-5", "''-5"),
            ("\n=1", "'\n=1"),
            ("5", "5"),
            ("'90s music", "''90s music"),
            ("''90s", "'''90s"),
            ("'Til Later", "'Til Later"),
            ("'", "'"),
            ("''", "''"),
            ("St John's", "St John's"),
            ("", ""),
        ] {
            let guarded = guarded(text);
            assert_eq!(guarded, expected, "{text:?}");
            assert_eq!(unguarded(&guarded), text, "{text:?}");
        }
    }

    #[test]
    fn an_apostrophe_typed_by_hand_is_removed() {
        for (text, expected) in [("'0123", "0123"), ("'=1", "=1"), ("'Til", "'Til"), ("=1", "=1")] {
            assert_eq!(unguarded(text), expected);
        }
    }
}
