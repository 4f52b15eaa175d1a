//! Texts and identifiers that are safe to store, print and export.
//!
//! Control characters, terminal escapes and bidirectional format characters are refused, so nothing
//! recorded can disturb a screen or a paper. Runs of white space become one space.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use serde::de::Visitor;
use serde::{Deserializer, de};

/// Why a text or an identifier is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty, or white space only.
    #[error("the text is empty")]
    Empty,
    /// Longer than [`Text::LIMIT`] characters, or than an id may be.
    #[error("the text has {length} characters; the limit is {limit}")]
    TooLong { length: usize, limit: usize },
    #[error("the text contains a character that cannot be shown safely (U+{0:04X})")]
    Unsafe(u32),
    /// `character` is the first that is not allowed.
    #[error("`{id}` is not a valid id: it contains `{character}`")]
    NotAnId { id: String, character: char },
    /// A date in the place of a number.
    #[error("`{0}` is a date, not a number; a spreadsheet has probably converted it")]
    Dated(String),
    /// A text such as `n/a` in the place of a number.
    #[error("`{0}` is a placeholder, not an identifier")]
    Placeholder(String),
    /// A number that its register does not give.
    #[error("`{id}` is not an identifier: {form}")]
    NotOfRegister { id: String, form: &'static str },
}

impl TextError {
    pub fn hint(&self) -> &'static str {
        match self {
            TextError::Empty => "enter some text, or leave the field out if it is optional",
            TextError::TooLong { .. } => "shorten it",
            TextError::Unsafe(_) => "retype the text; it was probably copied from a document",
            TextError::NotAnId { .. } => {
                "use only letters, digits and - _ . / (for themes and funds, only a-z, 0-9 and -; award ids and identifiers issued by other bodies may also contain spaces and : ' ( ) [ ] , &)"
            }
            TextError::Dated(_) => "format the cell as text and enter the number again, such as 5-2015",
            TextError::Placeholder(_) => "give the registered number; if there is none, record no identifier",
            TextError::NotOfRegister { .. } => "correct the number, or leave it out",
        }
    }
}

/// One line of non-empty text without characters that cannot be shown safely.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    pub const LIMIT: usize = 8_000;

    /// Creates a text; runs of white space become one space.
    pub fn new(text: &str) -> Result<Text, TextError> {
        if is_clean(text) {
            return Ok(Text(text.into()));
        }
        let mut kept = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            if !kept.is_empty() {
                kept.push(' ');
            }
            kept.push_str(word);
        }
        if kept.is_empty() {
            return Err(TextError::Empty);
        }
        if let Some(character) = kept.chars().find(|c| is_unsafe(*c)) {
            return Err(TextError::Unsafe(u32::from(character)));
        }
        // Counting characters is slow next to counting bytes, and there are at least as many bytes.
        if kept.len() > Text::LIMIT && kept.chars().count() > Text::LIMIT {
            return Err(TextError::TooLong { length: kept.chars().count(), limit: Text::LIMIT });
        }
        Ok(Text(kept.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// True if [`Text::new`] would accept the text unchanged; false if it must look closer.
fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte);
    (1..=Text::LIMIT).contains(&bytes.len())
        && bytes.iter().all(is_plain)
        && bytes.first() != Some(&b' ')
        && bytes.last() != Some(&b' ')
        && !bytes.windows(2).any(|two| two == b"  ")
}

/// Reads a string and converts it without a copy, since the journal and the index contain very many.
pub(crate) fn read_str<'de, D, T, E>(
    deserializer: D,
    make: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    struct Made<F>(F);
    impl<T, E: fmt::Display, F: FnOnce(&str) -> Result<T, E>> Visitor<'_> for Made<F> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a text")
        }
        fn visit_str<Wrong: de::Error>(self, text: &str) -> Result<T, Wrong> {
            (self.0)(text).map_err(Wrong::custom)
        }
    }
    deserializer.deserialize_str(Made(make))
}

/// A text behind a pointer, the same one as lately for the same text: funds, themes and moments stand on very
/// many postings, and are few.
pub(crate) fn shared(text: &str) -> Arc<str> {
    const PLACES: usize = 256;
    thread_local! {
        static LATELY: RefCell<[Option<Arc<str>>; PLACES]> = const { RefCell::new([const { None }; PLACES]) };
    }
    // FNV-1a, whose upper bits are the ones that are well mixed.
    let mixed = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let place = (text.bytes().fold(0xcbf2_9ce4_8422_2325, mixed) >> 56) as usize;
    LATELY.with_borrow_mut(|lately| match &mut lately[place % PLACES] {
        Some(held) if **held == *text => Arc::clone(held),
        place => Arc::clone(place.insert(text.into())),
    })
}

/// Reads a text that is [shared].
pub(crate) fn read_shared<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    read_str(deserializer, |text| Ok::<_, TextError>(shared(text)))
}

/// True for control characters and format characters that reorder or hide text.
fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// Returns a name as it is sorted and compared: lower case, runs of white space as one space.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Returns the text with hyphens and spaces in place of the en dashes, other dashes and non-breaking spaces that
/// word processors put there.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain = |character| match character {
        '\u{2010}'..='\u{2013}' | '\u{2212}' => '-',
        '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' => ' ',
        other => other,
    };
    Cow::Owned(text.chars().map(plain).collect())
}

pub(crate) const ID_LIMIT: usize = 64;

/// What an id may be: its characters, and the most bytes.
pub(crate) struct IdForm {
    allows: fn(char) -> bool,
    limit: usize,
}

/// Lower-case ids: `domestic-abuse`.
pub(crate) const SLUG: IdForm = IdForm { allows: is_slug, limit: ID_LIMIT };
/// Ids as offices write them: `26-2015`, `C7-2015`, `14-2015/2`, `R00053`.
pub(crate) const REFERENCE: IdForm = IdForm { allows: is_reference, limit: ID_LIMIT };
/// Identifiers that others gave, unchanged: `GB-CHC-1087198`, `360G-anyshire-12 (a), 'b'`.
pub(crate) const OUTSIDE: IdForm = IdForm { allows: is_outside_reference, limit: 256 };

/// Checks an id: allowed characters only, at least one and at most so many bytes.
pub(crate) fn check_id(id: &str, form: &IdForm) -> Result<(), TextError> {
    if id.is_empty() {
        return Err(TextError::Empty);
    }
    if let Some(character) = id.chars().find(|c| !(form.allows)(*c)) {
        return Err(if is_unsafe(character) {
            TextError::Unsafe(u32::from(character))
        } else {
            TextError::NotAnId { id: id.to_owned(), character }
        });
    }
    if id.len() > form.limit {
        return Err(TextError::TooLong { length: id.len(), limit: form.limit });
    }
    Ok(())
}

fn is_slug(character: char) -> bool {
    character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
}

fn is_reference(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '/')
}

/// Letters, digits and the signs that people put into references. A semicolon separates identifiers, and the other
/// signs left out belong to the text around one.
fn is_outside_reference(character: char) -> bool {
    character.is_alphanumeric() || " -_./:'’()[],&+#".contains(character)
}

/// Returns the slug of a name: `Lighthouse Women's Aid` becomes `lighthouse-womens-aid`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for character in name.to_lowercase().chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character);
        } else if !matches!(character, '\'' | '’') && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(ID_LIMIT - 8);
    slug.trim_matches('-').to_owned()
}

/// Returns a lower-case id as it is, and the id that a name makes: `Knife crime` makes `knife-crime`.
pub(crate) fn id_of_name(name: &str) -> Result<String, TextError> {
    let name = &*plain(name);
    let name = name.trim();
    let error = match check_id(name, &SLUG) {
        Ok(()) if name.chars().any(char::is_alphanumeric) => return Ok(name.to_owned()),
        Ok(()) => TextError::Empty,
        Err(error) => error,
    };
    // An amount or a part of a split in the place of a name is a mistake.
    let is_name = name.chars().any(char::is_alphabetic) && !name.contains(['%', ':', ';', '=', '£', '#']);
    let id = slug(name);
    if !is_name || id.is_empty() || name.chars().any(is_unsafe) {
        return Err(error);
    }
    Ok(id)
}

/// Returns the name that an id makes: `knife-crime` makes `Knife crime`.
pub fn name_of_id(id: &str) -> Result<Text, TextError> {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    Text::new(&name).or_else(|_| Text::new(id))
}

/// Declares an identifier type: a checked string of its own kind. `kept_by` makes the pointer to an id's text,
/// `read_by` reads what people enter.
macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident, $form:path) => {
        $crate::text::id_type!($(#[$doc])* $name, $form, kept_by std::sync::Arc::from, read_by $name::new);
    };
    ($(#[$doc:meta])* $name:ident, $form:path, kept_by $kept:path, read_by $read:path) => {
        $(#[$doc])*
        ///
        /// Every posting carries ids, so cloning is cheap.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// Creates an id; surrounding white space is removed, and a dash of a word processor is a hyphen.
            pub fn new(id: &str) -> Result<$name, $crate::text::TextError> {
                let id = &*$crate::text::plain(id);
                let id = id.trim();
                $crate::text::check_id(id, &$form)?;
                Ok($name($kept(id)))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                $crate::text::read_str(deserializer, |id| {
                    $crate::text::check_id(id, &$form).map(|()| $name($kept(id)))
                })
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::TextError;
            fn from_str(id: &str) -> Result<$name, $crate::text::TextError> {
                $read(id)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}
pub(crate) use id_type;

/// Reads a type from text by a function, and serialises it as displayed.
macro_rules! as_displayed {
    ($type:ty, $error:ty, $parse:expr) => {
        impl std::str::FromStr for $type {
            type Err = $error;
            fn from_str(text: &str) -> Result<$type, $error> {
                $parse(text)
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                $crate::text::read_str(deserializer, $parse)
            }
        }
    };
}
pub(crate) use as_displayed;

as_displayed!(Text, TextError, Text::new);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned_or_refused() {
        assert_eq!(Text::new("  two\n words ").unwrap().as_str(), "two words");
        assert_eq!(Text::new(" \n"), Err(TextError::Empty));
        for bad in ["a\u{1b}[31m", "a\u{0}b", "a\u{202e}b", "a\u{200b}b"] {
            assert!(matches!(Text::new(bad), Err(TextError::Unsafe(_))), "{bad:?}");
        }
        assert!(matches!(Text::new(&"x".repeat(8_001)), Err(TextError::TooLong { .. })));
        assert!(Text::new(&"é".repeat(8_000)).is_ok());
    }

    #[test]
    fn slugs_are_made_of_names() {
        assert_eq!(slug("Lighthouse Women's Aid"), "lighthouse-womens-aid");
        assert_eq!(slug("  Fresh Start – New Beginnings "), "fresh-start-new-beginnings");
        assert_eq!(slug("–"), "");
    }

    #[test]
    fn names_make_ids_and_amounts_do_not() {
        for (name, id) in [
            ("knife-crime", Some("knife-crime")),
            ("Knife crime", Some("knife-crime")),
            ("Safer\u{a0}Streets – Fund", Some("safer-streets-fund")),
            ("2015-16", Some("2015-16")),
            ("CDR", Some("cdr")),
            ("10,000", None),
            ("Abuse:60%", None),
            ("–", None),
            ("", None),
            ("a\u{202e}b", None),
        ] {
            assert_eq!(id_of_name(name).ok().as_deref(), id, "{name}");
        }
        assert_eq!(name_of_id("knife-crime").unwrap().as_str(), "Knife crime");
    }
}
