//! A key protected by a passphrase: the seed encrypted with ChaCha20-Poly1305, with a key that Argon2id derives
//! from the passphrase.
//!
//! Guarantees that neither a wrong passphrase nor a changed file opens the key. The cost of a guess is in the
//! file, so that it can be raised; a file with an excessive cost is refused.

use std::fmt;
use std::path::Path;

use almoner_ledger::hash::{bytes_of_hex, hex_of_bytes};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};

use super::{KeyError, SecretKey, write_new};

/// The first line of the file of a sealed key.
const FIRST_LINE: &str =
    "almoner signing key 2, under a passphrase: keep this file secret, and store a copy in a safe";
/// The key derivation named in the second line.
const ALGORITHM: &str = "argon2id";
/// Length of the encrypted seed with its tag.
const SEALED_BYTES: usize = 32 + 16;
/// Length of the random salt that makes the key of each file different.
pub(crate) const SALT_BYTES: usize = 16;

/// The cost of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
}

impl Cost {
    /// 64 MiB and three passes, about a quarter of a second (RFC 9106, second recommended option).
    pub const USUAL: Cost = Cost { memory: 64 * 1024, passes: 3 };
    /// The maximum in a file: 1 GiB and sixteen passes.
    const MOST: Cost = Cost { memory: 1024 * 1024, passes: 16 };

    fn is_sensible(self) -> bool {
        (8..=Cost::MOST.memory).contains(&self.memory) && (1..=Cost::MOST.passes).contains(&self.passes)
    }
}

/// A passphrase. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(String);

/// The minimum number of characters of a passphrase.
pub const SHORTEST: usize = 8;

impl Passphrase {
    /// Makes a passphrase as typed, if it has at least [`SHORTEST`] characters.
    pub fn new(typed: String) -> Option<Passphrase> {
        (typed.chars().count() >= SHORTEST).then_some(Passphrase(typed))
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// A key encrypted with a passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    cost: Cost,
    salt: [u8; SALT_BYTES],
    sealed: [u8; SEALED_BYTES],
}

impl SealedKey {
    /// Reads a sealed key from the text of its file; `None` when the text is something else.
    pub fn parse(text: &str) -> Option<SealedKey> {
        let mut lines = text.lines();
        let (first, second, salt, sealed) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
        if first != FIRST_LINE || lines.next().is_some() {
            return None;
        }
        let mut words = second.split(' ');
        let (algorithm, memory, passes) = (words.next()?, words.next()?, words.next()?);
        let cost = Cost { memory: memory.parse().ok()?, passes: passes.parse().ok()? };
        if algorithm != ALGORITHM || words.next().is_some() || !cost.is_sensible() {
            return None;
        }
        let (salt, sealed) = (bytes_of_hex(salt.as_bytes())?, bytes_of_hex(sealed.as_bytes())?);
        Some(SealedKey { cost, salt, sealed })
    }

    /// Returns the text of its file.
    pub fn text(&self) -> String {
        let sealed = hex_of_bytes(&self.sealed);
        format!("{}{sealed}\n", header(self.cost, &self.salt))
    }

    /// Encrypts a key. The salt must be random and used once only.
    pub fn seal(
        key: &SecretKey,
        passphrase: &Passphrase,
        salt: [u8; SALT_BYTES],
        cost: Cost,
    ) -> Option<SealedKey> {
        let text = header(cost, &salt);
        let payload = Payload { msg: key.0.as_bytes(), aad: text.as_bytes() };
        let sealed = cipher(cost, &salt, passphrase)?.encrypt(&nonce(), payload).ok()?;
        Some(SealedKey { cost, salt, sealed: sealed.try_into().ok()? })
    }

    /// Decrypts the key; `None` when the passphrase is wrong or the file was changed.
    pub fn open(&self, passphrase: &Passphrase) -> Option<SecretKey> {
        let text = header(self.cost, &self.salt);
        let payload = Payload { msg: &self.sealed, aad: text.as_bytes() };
        let seed = cipher(self.cost, &self.salt, passphrase)?.decrypt(&nonce(), payload).ok()?;
        Some(SecretKey::from_seed(seed.try_into().ok()?))
    }

    /// Writes the sealed key to a new file that only its owner may read.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        write_new(path, &self.text())
    }
}

/// Returns all of the file but its last line, which authenticates it.
fn header(cost: Cost, salt: &[u8]) -> String {
    format!("{FIRST_LINE}\n{ALGORITHM} {} {}\n{}\n", cost.memory, cost.passes, hex_of_bytes(salt))
}

/// Returns the nonce, which may be constant: each salt gives a key that encrypts once only.
fn nonce() -> Nonce {
    Nonce::default()
}

fn cipher(cost: Cost, salt: &[u8], passphrase: &Passphrase) -> Option<ChaCha20Poly1305> {
    let params = Params::new(cost.memory, cost.passes, 1, Some(32)).ok()?;
    let mut key = [0; 32];
    let hashing = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    hashing.hash_password_into(passphrase.0.as_bytes(), salt, &mut key).ok()?;
    Some(ChaCha20Poly1305::new(&Key::from(key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory: 8, passes: 1 };

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.to_owned()).unwrap()
    }

    #[test]
    fn a_sealed_key_is_opened_by_its_passphrase_alone() {
        let key = SecretKey::from_seed([7; 32]);
        let sealed = SealedKey::seal(&key, &passphrase("correct horse"), [3; 16], CHEAP).unwrap();
        let text = sealed.text();
        assert!(!text.contains("0707"), "the seed is in the file");
        let read = SealedKey::parse(&text).unwrap();
        assert_eq!(read, sealed);
        assert_eq!(read.open(&passphrase("correct horse")).unwrap().public(), key.public());
        for wrong in ["correct hors", "correct horse ", "Correct horse"] {
            assert!(read.open(&passphrase(wrong)).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_changed_file_is_not_opened() {
        let key = SecretKey::from_seed([7; 32]);
        let secret = passphrase("correct horse");
        let text = SealedKey::seal(&key, &secret, [3; 16], CHEAP).unwrap().text();
        for place in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[place] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let opened = SealedKey::parse(&changed).and_then(|it| it.open(&secret));
            // The final line break may be missing: it is no part of the key.
            assert!(opened.is_none() || place + 1 == text.len(), "byte {place} is not guarded");
        }
        for text in [
            text.replace("argon2id 8 1", "argon2id 4294967295 1"),
            text.replace("argon2id 8 1", "argon2id 8 0"),
            text.replace("argon2id 8 1", "argon2d 8 1"),
            text.clone() + "more\n",
        ] {
            assert_eq!(SealedKey::parse(&text), None, "{text}");
        }
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        assert!(Passphrase::new("7 chars".to_owned()).is_none());
        assert!(Passphrase::new("8 charsé".to_owned()).is_some());
        assert_eq!(format!("{:?}", passphrase("correct horse")), "Passphrase");
    }
}
