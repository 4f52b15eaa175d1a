//! SHA-256 hashes, as the journal writes them: 64 lower-case hexadecimal digits.
//!
//! Guarantees that a hash has only one written form, so that even a change of a digit's case on disk is
//! detected.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::fmt;

use sha2::{Digest, Sha256};

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// A SHA-256 hash. Written, displayed and serialised as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// Writes, reads and serialises a type as the lower-case hexadecimal digits of its bytes.
macro_rules! in_hex {
    ($type:ty, $error:ident, $bytes:expr, $of_bytes:expr) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::hash::hex_of_bytes(&$bytes(self)))
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }

        $crate::text::as_displayed!($type, $error, |text: &str| {
            $crate::hash::bytes_of_hex(text.as_bytes()).and_then($of_bytes).ok_or($error)
        });
    };
}
pub(crate) use in_hex;

impl Hash {
    /// Number of digits in the written form.
    pub const DIGITS: usize = 64;

    /// 64 zeros: the hash before the first record.
    pub const ZERO: Hash = Hash([0; 32]);

    /// 64 times `f`: in place of a hash that is not shown.
    pub const ONES: Hash = Hash([u8::MAX; 32]);

    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// Returns the hash of a text as it is written, without holding all of it: it may be much longer than what it is
    /// written from.
    pub fn of_written(text: fmt::Arguments<'_>) -> Hash {
        let mut written = Written(Sha256::new());
        // Neither end of it can fail: it goes nowhere else.
        let _infallible = fmt::Write::write_fmt(&mut written, text);
        Hash(written.0.finalize().into())
    }

    /// Returns the first 12 digits: enough to recognise a hash, not to prove anything.
    pub fn short(&self) -> String {
        hex_of_bytes(&self.0[..6])
    }

    /// Returns its first bytes: enough to detect damage, not to prove anything.
    pub fn first_bytes(&self) -> [u8; 8] {
        self.0.first_chunk().copied().unwrap_or_default()
    }

    /// Returns the written form, in ASCII.
    pub fn hex(&self) -> [u8; Hash::DIGITS] {
        let mut digits = [0; Hash::DIGITS];
        write_hex(&self.0, &mut digits);
        digits
    }

    /// Reads the written form; `None` unless it is exactly 64 lower-case hexadecimal digits.
    pub fn from_hex(digits: &[u8]) -> Option<Hash> {
        bytes_of_hex(digits).map(Hash)
    }
}

/// A text that is hashed as it is written.
struct Written(Sha256);

impl fmt::Write for Written {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// Returns bytes as lower-case hexadecimal digits, two a byte.
pub fn hex_of_bytes(bytes: &[u8]) -> String {
    let mut digits = vec![0; bytes.len() * 2];
    write_hex(bytes, &mut digits);
    digits.into_iter().map(char::from).collect()
}

/// Reads lower-case hexadecimal digits; `None` unless they are exactly `N` bytes.
pub fn bytes_of_hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (place, byte) in bytes.iter_mut().enumerate() {
        let value = |at: usize| DIGITS.iter().position(|digit| digits.get(at) == Some(digit));
        *byte = u8::try_from(value(place * 2)? << 4 | value(place * 2 + 1)?).ok()?;
    }
    (digits.len() == N * 2).then_some(bytes)
}

fn write_hex(bytes: &[u8], digits: &mut [u8]) {
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
}

/// The text is not a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash must have 64 hexadecimal digits (0 to 9 and a to f)")]
pub struct NotAHash;

in_hex!(Hash, NotAHash, |hash: &Hash| hash.0, |bytes| Some(Hash(bytes)));

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of FIPS 180-4.
    const OF_ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn hashes_are_sha_256_in_lower_case_hex() {
        let hash = Hash::of(b"abc");
        assert_eq!(hash.to_string(), OF_ABC);
        assert_eq!(format!("{hash:?}"), OF_ABC);
        assert_eq!(hash.short(), "ba7816bf8f01");
        assert_eq!(OF_ABC.parse(), Ok(hash));
        assert_eq!(Hash::of_written(format_args!("{}{}", "a", "bc")), hash);
        assert_eq!(Hash::ZERO.to_string(), "0".repeat(64));
    }

    #[test]
    fn a_hash_has_one_written_form_only() {
        for wrong in ["", "ba78", &OF_ABC.to_uppercase(), &OF_ABC.replace('b', "g"), &format!("{OF_ABC}0")] {
            assert_eq!(wrong.parse::<Hash>(), Err(NotAHash), "{wrong}");
        }
    }

    #[test]
    fn hashes_serialise_as_text() {
        let json = serde_json::to_string(&Hash::of(b"abc")).unwrap();
        assert_eq!(json, format!("\"{OF_ABC}\""));
        assert_eq!(serde_json::from_str::<Hash>(&json).unwrap(), Hash::of(b"abc"));
        assert!(serde_json::from_str::<Hash>("\"abc\"").is_err());
    }

    #[test]
    fn hashes_are_ordered_as_they_are_written() {
        let mut hashes: Vec<Hash> = (0u8..50).map(|n| Hash::of(&[n])).collect();
        let mut written: Vec<String> = hashes.iter().map(Hash::to_string).collect();
        hashes.sort();
        written.sort();
        assert_eq!(hashes.iter().map(Hash::to_string).collect::<Vec<_>>(), written);
    }
}
