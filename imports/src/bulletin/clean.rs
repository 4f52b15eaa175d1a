//! Pasted text, with look-alike characters written in one way.
//!
//! Guarantees: no control characters but line ends and tabs, no characters that hide or reorder
//! text, one kind of space and of quotation mark. Long dashes stay, since names have them.

use almoner_ledger::text::Text;

pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                if characters.peek() != Some(&'\n') {
                    cleaned.push('\n');
                }
            }
            '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\t' => cleaned.push('\t'),
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '`' | '\u{b4}' => cleaned.push('\''),
            '\u{201c}' | '\u{201d}' | '\u{201f}' => cleaned.push('"'),
            '\u{2010}' | '\u{2011}' | '\u{2212}' => cleaned.push('-'),
            '\u{2012}' | '\u{2014}' | '\u{2015}' => cleaned.push('–'),
            '\u{fb00}' => cleaned.push_str("ff"),
            '\u{fb01}' => cleaned.push_str("fi"),
            '\u{fb02}' => cleaned.push_str("fl"),
            '\u{ffe1}' => cleaned.push('£'),
            '\u{ad}' => {}
            _ if character.is_whitespace() => cleaned.push(' '),
            // The ledger would refuse these characters later.
            _ if !character.is_ascii_graphic() && is_unsafe(character) => {}
            _ => cleaned.push(character),
        }
    }
    cleaned
}

fn is_unsafe(character: char) -> bool {
    Text::new(character.encode_utf8(&mut [0; 4])).is_err()
}

/// Collapses runs of white space and trims.
pub(super) fn squeezed(text: &str) -> String {
    let mut squeezed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(word);
    }
    squeezed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alike_characters_are_unified() {
        for (pasted, expected) in [
            ("a\u{a0}b\u{2009}c", "a b c"),
            ("Women\u{2019}s \u{201c}Aid\u{201d}", "Women's \"Aid\""),
            ("one\r\ntwo\rthree\u{2028}four", "one\ntwo\nthree\nfour"),
            ("co\u{ad}op \u{200b}x\u{202e}y\u{1b}[1m", "coop xy[1m"),
            ("2014\u{2014}15, 6\u{2011}2015", "2014–15, 6-2015"),
            ("\u{feff}of\u{fb01}ce", "office"),
        ] {
            assert_eq!(clean(pasted), expected, "{pasted:?}");
        }
    }
}
