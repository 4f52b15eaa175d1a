//! The lookup key of a recipient, made from a name or an outside identifier.
//!
//! Guarantees that names which differ only in spelling have the same key, and that no name has the key of an
//! identifier.

use serde::{Deserialize, Serialize};

use super::Identifier;
use crate::text::folded;

/// The key of a recipient in the index of names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Hash)]
pub struct NameKey(String);

impl NameKey {
    /// Returns the key of a name. It ignores case, white space, punctuation and `the`, and treats `&` as `and`
    /// and `Limited` as `Ltd`. Accents and all other words matter.
    pub fn of_name(name: &str) -> NameKey {
        let mut plain = String::with_capacity(name.len());
        for character in name.chars() {
            match character {
                '&' => plain.push_str(" and "),
                // Inside a word: `Women's`, `C.I.C.`
                '.' | '\'' | '’' | '‘' | 'ʼ' | '`' => {}
                _ if separates(character) => plain.push(' '),
                _ => plain.extend(character.to_lowercase()),
            }
        }
        let mut key = String::with_capacity(plain.len());
        for word in plain.split_whitespace().filter(|word| *word != "the") {
            if !key.is_empty() {
                key.push(' ');
            }
            key.push_str(if word == "limited" { "ltd" } else { word });
        }
        if key.is_empty() {
            // A name of ignored words and characters only is compared as it is.
            key = format!("\"{}\"", folded(name));
        }
        NameKey(key)
    }

    /// Returns the key of an outside identifier, ignoring case.
    pub fn of_identifier(identifier: &Identifier) -> NameKey {
        NameKey(format!("#{}", identifier.as_str().to_lowercase()))
    }

    /// Returns the key as written in the index.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// True for characters that separate words. All others matter: `Age+` is not `Age`.
fn separates(character: char) -> bool {
    matches!(
        character,
        ',' | ';'
            | ':'
            | '-'
            | '/'
            | '\\'
            | '('
            | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | '"'
            | '!'
            | '?'
            | '_'
            | '|'
            | '*'
            | '#'
            | '~'
            | '«'
            | '»'
            | '·'
            | '•'
            | '…'
            | '“'
            | '”'
            | '„'
            | '\u{2010}'..='\u{2015}' | '\u{2212}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_the_same_key() {
        for (name, same, expected) in [
            ("Anglia Care Trust", "ANGLIA  care trust", true),
            ("Anglia Care Trust", "The Anglia Care Trust", true),
            ("Friends of the Earth", "Friends of Earth", true),
            ("Butterfly CIC", "Butterfly C.I.C.", true),
            ("Anglia Care Trust Ltd", "Anglia Care Trust Limited", true),
            ("Anglia Care Trust Ltd.", "Anglia Care Trust (Limited)", true),
            ("Fresh Start – New Beginnings", "Fresh Start - New Beginnings", true),
            ("Lighthouse Women's Aid", "Lighthouse Womens’ Aid", true),
            ("Smith & Sons", "Smith and Sons", true),
            ("Smith&Sons", "Smith and Sons", true),
            ("Café Élan", "CAFÉ ÉLAN", true),
            ("Café Élan", "Cafe Elan", false),
            ("Anglia Care Trust Ltd", "Anglia Care Trust", false),
            ("Catch 22", "Catch 23", false),
            ("Age+", "Age", false),
            ("The Limited", "Limited", true),
            ("The", "The The", false),
            ("–", "-", false),
            ("Theatre", "atre", false),
        ] {
            let is_same = NameKey::of_name(name) == NameKey::of_name(same);
            assert_eq!(is_same, expected, "{name} and {same}");
        }
    }

    #[test]
    fn no_name_has_the_key_of_an_identifier() {
        for text in ["GB-CHC-1087198", "-", "."] {
            let identifier = NameKey::of_identifier(&Identifier::new(text).unwrap());
            for name in [text.to_owned(), format!("#{text}"), format!("# {text}"), format!("The #{text}")] {
                assert_ne!(NameKey::of_name(&name), identifier, "{name}");
            }
        }
        let keys = ["GB-CHC-1087198", "gb-chc-1087198"].map(|it| Identifier::new(it).unwrap());
        assert_eq!(NameKey::of_identifier(&keys[0]), NameKey::of_identifier(&keys[1]));
    }
}
