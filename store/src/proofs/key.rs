//! The body's key pair, which signs checkpoints.
//!
//! The secret half is in a file outside the ledger's folder that only its owner may read, and in no backup; the
//! public half is in the ledger's settings and in every checkpoint. Whoever has the secret file can sign in the
//! body's name, unless a passphrase protects it.

pub mod sealed;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use almoner_ledger::hash::{bytes_of_hex, hex_of_bytes};
pub use almoner_ledger::signing::{NotAPublicKey, PublicKey, SIGNATURE_BYTES};
use ed25519_dalek::{Signer, SigningKey};

use self::sealed::{Passphrase, SealedKey};
use crate::{plain, private};

/// The first line of a key file.
const FIRST_LINE: &str = "almoner signing key 1: keep this file secret, and store a copy in a safe";

/// The maximum length of a key file in bytes.
const LONGEST: u64 = 4096;

/// The secret half of a key. It is never printed.
pub struct SecretKey(SigningKey);

/// An error of a key file.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The operating system refused something.
    #[error("the key file {path} cannot be {doing}: {}", crate::system_reason(reason))]
    Io {
        /// `read` or `created`.
        doing: &'static str,
        /// The file.
        path: String,
        /// The error of the system.
        reason: io::Error,
    },
    /// The file holds something else.
    #[error("{0} is not an almoner key file")]
    NotAKey(String),
    /// The key is protected by a passphrase, and none was given.
    #[error("the key in {0} is protected by a passphrase")]
    Sealed(String),
    /// The passphrase is wrong, or the file was changed.
    #[error("the passphrase for the key in {0} is wrong")]
    WrongPassphrase(String),
}

impl SecretKey {
    /// Makes a key from 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> SecretKey {
        SecretKey(SigningKey::from_bytes(&seed))
    }

    /// Returns the public half.
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.0.verifying_key())
    }

    /// Returns the signature over bytes.
    pub fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE_BYTES] {
        self.0.sign(bytes).to_bytes()
    }

    /// Reads a key from its file, which must not be protected by a passphrase.
    pub fn read(path: &Path) -> Result<SecretKey, KeyError> {
        SecretKey::read_with(path, &mut || Ok::<_, KeyError>(None))
    }

    /// Reads a key from its file, and calls `passphrase` when a passphrase protects it.
    pub fn read_with<Problem: From<KeyError>>(
        path: &Path,
        passphrase: &mut dyn FnMut() -> Result<Option<Passphrase>, Problem>,
    ) -> Result<SecretKey, Problem> {
        let name = || path.display().to_string();
        let failed = |reason| KeyError::Io { doing: "read", path: name(), reason };
        let mut text = String::new();
        let file = File::open(path).map_err(failed)?;
        file.take(LONGEST).read_to_string(&mut text).map_err(|reason| match reason.kind() {
            io::ErrorKind::InvalidData => KeyError::NotAKey(name()),
            _ => failed(reason),
        })?;
        match KeyFile::parse(&text) {
            Some(KeyFile::Plain(key)) => Ok(key),
            Some(KeyFile::Sealed(sealed)) => {
                let passphrase = passphrase()?.ok_or_else(|| KeyError::Sealed(name()))?;
                Ok(sealed.open(&passphrase).ok_or_else(|| KeyError::WrongPassphrase(name()))?)
            }
            None => Err(KeyError::NotAKey(name()).into()),
        }
    }

    /// Writes the key to a new file that only its owner may read.
    pub fn write_new(&self, path: &Path) -> Result<(), KeyError> {
        write_new(path, &format!("{FIRST_LINE}\n{}\n", hex_of_bytes(self.0.as_bytes())))
    }
}

/// The content of a key file.
#[derive(Debug)]
pub enum KeyFile {
    /// A key without a passphrase.
    Plain(SecretKey),
    /// A key protected by a passphrase.
    Sealed(SealedKey),
}

impl KeyFile {
    /// Reads the text of a key file; `None` when it is not one.
    pub fn parse(text: &str) -> Option<KeyFile> {
        let mut lines = text.lines();
        if let (Some(FIRST_LINE), Some(seed), None) = (lines.next(), lines.next(), lines.next()) {
            return bytes_of_hex(seed.as_bytes()).map(SecretKey::from_seed).map(KeyFile::Plain);
        }
        SealedKey::parse(text).map(KeyFile::Sealed)
    }
}

/// Writes a new file that only its owner may read.
fn write_new(path: &Path, text: &str) -> Result<(), KeyError> {
    let failed = |reason| KeyError::Io { doing: "created", path: path.display().to_string(), reason };
    if plain::ledger_around(path).is_some() {
        return Err(failed(io::Error::other("it would be in the folder of a ledger")));
    }
    let mut file = private::create_new(path).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey of {}", self.public())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_file_and_never_replaces_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("books.key");
        let key = SecretKey::from_seed([7; 32]);
        key.write_new(&path).unwrap();
        assert_eq!(SecretKey::read(&path).unwrap().public(), key.public());
        assert!(SecretKey::from_seed([8; 32]).write_new(&path).is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        for text in ["", "almoner", FIRST_LINE, &format!("{FIRST_LINE}\n07\n")] {
            fs::write(&path, text).unwrap();
            assert!(matches!(SecretKey::read(&path), Err(KeyError::NotAKey(_))), "{text}");
        }
        assert!(!format!("{key:?}").contains("0707"), "a secret is printed");
    }

    #[test]
    fn the_first_vector_of_rfc_8032_holds() {
        let seed = bytes_of_hex(b"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60").unwrap();
        let key = SecretKey::from_seed(seed);
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(key.public().to_string(), public);
        let signature = hex_of_bytes(&key.sign(b""));
        assert!(
            signature.starts_with("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8")
        );
        assert!(key.public().has_signed(b"", &key.sign(b"")));
        assert!(!key.public().has_signed(b"a", &key.sign(b"")));
        assert_eq!(public.parse(), Ok(key.public()));
        assert!("00".repeat(31).parse::<PublicKey>().is_err());
    }
}
