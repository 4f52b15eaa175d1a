//! Splits a text into sentences.

use crate::words;

/// Words after which a full stop does not end a sentence.
const ABBREVIATIONS: &str =
    "no nos st mr mrs ms dr ltd approx c ca e.g i.e p.a s sec co para inc vs est incl excl";

/// The sentences of a text, items of a list included.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, character) in text.char_indices() {
        let after = at + character.len_utf8();
        let ends = match character {
            '•' | '\u{25aa}' | '\u{25cf}' | '\u{f0b7}' => {
                push(&mut sentences, &text[start..at]);
                start = after;
                false
            }
            '.' | '?' | '!' => ends_here(text, at, after),
            _ => false,
        };
        if ends {
            push(&mut sentences, &text[start..after]);
            start = after;
        }
    }
    push(&mut sentences, &text[start..]);
    sentences
}

fn push<'a>(sentences: &mut Vec<&'a str>, sentence: &'a str) {
    let sentence = sentence.trim();
    if !sentence.is_empty() {
        sentences.push(sentence);
    }
}

fn ends_here(text: &str, at: usize, after: usize) -> bool {
    let mut next = text[after..].chars();
    if next.next() != Some(' ') {
        return false;
    }
    let begins =
        next.next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '"' | '£' | '('));
    let word = text[..at].rsplit([' ', '(']).next().unwrap_or_default().to_lowercase();
    begins && !words::has(ABBREVIATIONS, &word) && !may_be_pence(&word, &text[after..])
}

/// True for `£12. 50`: the pence may be on the next line.
fn may_be_pence(word: &str, after: &str) -> bool {
    let digits = after.trim_start().bytes().take_while(u8::is_ascii_digit).count();
    digits == 2 && word.starts_with('£') && !word.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_they_do() {
        for (text, expected) in [
            ("One. Two.", "One.|Two."),
            ("St. John Trust Ltd. Ipswich gets £5.50. End", "St. John Trust Ltd. Ipswich gets £5.50.|End"),
            ("The following: • £5 to A • £3 to B", "The following:|£5 to A|£3 to B"),
            ("e.g. This", "e.g. This"),
            ("It is £12. 50 to X.", "It is £12. 50 to X."),
            ("It is £12. 2015 was", "It is £12.|2015 was"),
            ("", ""),
        ] {
            assert_eq!(sentences(text).join("|"), expected);
        }
    }
}
