//! Marks: what papers for the public and the panel carry in place of records, times and hashes.
//!
//! **Guarantee.** A mark depends on nothing but the secret of the ledger, the audience, the command and what the paper
//! shows. Without the secret nobody can compute it for a guess at what is not shown, and the same content has the same
//! mark whatever else was recorded.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::audience::Audience;
use crate::calendar::Date;
use crate::hash::{Hash, hex_of_bytes};
use crate::head::Head;

/// The bytes of a mark.
const BYTES: usize = 10;

/// The secret of a ledger, by which its marks are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret(Hash);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    /// Derives the secret from the first salt of a journal, as written there.
    pub fn of_salt(salt: &str) -> Secret {
        Secret(Hash::of(format!("almoner marks {salt}").as_bytes()))
    }
}

/// The mark of a paper: 20 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(String);

impl Mark {
    /// The number of digits.
    pub const DIGITS: usize = 2 * BYTES;

    /// Returns the mark of a paper by its audience, the command that makes it and the hash of what it shows. Reports
    /// and pages have no command.
    pub fn new(secret: Secret, audience: Audience, command: &str, content: Hash) -> Mark {
        // Any length is a valid key.
        let Ok(mut code) = Hmac::<Sha256>::new_from_slice(&secret.0.hex()) else {
            return Mark(String::new());
        };
        for part in [audience.word(), command] {
            code.update(&(part.len() as u64).to_be_bytes());
            code.update(part.as_bytes());
        }
        code.update(&content.hex());
        let code = code.finalize().into_bytes();
        Mark(hex_of_bytes(code.get(..BYTES).unwrap_or_default()))
    }

    /// Reads a mark as printed; `None` unless it is one.
    pub fn parse(text: &str) -> Option<Mark> {
        let text = text.trim().to_ascii_lowercase();
        let is_mark = text.len() == Mark::DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_mark.then_some(Mark(text))
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// What is issued to an audience that may not see records: as known on which day, and by which secret it is marked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The day as at whose end the books are known: the one requested, otherwise today.
    pub day: Date,
    /// The secret; `None` where the ledger has none yet, because nothing was recorded since format 1.
    pub secret: Option<Secret>,
    /// The head of the ledger, for the office's own notes only.
    pub head: Head,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_depends_on_secret_audience_command_and_content() {
        let (secret, content) = (Secret::of_salt("00"), Hash::of(b"paper"));
        let mark = Mark::new(secret, Audience::Public, "again", content);
        assert_eq!(mark, Mark::new(secret, Audience::Public, "again", content));
        // Computed with another program: the key is the hash in hexadecimal digits, and texts are preceded by their
        // lengths.
        assert_eq!(mark.to_string(), "bc426887d5f5b18c982e");
        for (what, other) in [
            ("secret", Mark::new(Secret::of_salt("01"), Audience::Public, "again", content)),
            ("audience", Mark::new(secret, Audience::Panel, "again", content)),
            ("command", Mark::new(secret, Audience::Public, "agai", content)),
            ("content", Mark::new(secret, Audience::Public, "again", Hash::of(b"papers"))),
        ] {
            assert_ne!(mark, other, "{what}");
        }
        assert_eq!(format!("{secret:?}"), "Secret");
    }

    #[test]
    fn marks_are_read_as_printed_only() {
        for (text, is_mark) in [
            ("0123456789abcdef0123", true),
            (" 0123456789ABCDEF0123 ", true),
            ("0123456789abcdef012", false),
            ("0123456789abcdef01234", false),
            ("0123456789abcdef012g", false),
            ("", false),
        ] {
            assert_eq!(Mark::parse(text).is_some(), is_mark, "{text}");
        }
    }
}
