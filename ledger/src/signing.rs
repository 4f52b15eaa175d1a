//! Public keys and signatures. Secret keys are in the crate of the stores.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use ed25519_dalek::VerifyingKey;

use crate::hash::{Hash, in_hex};

/// Length of a fingerprint in characters of the public key's hash.
const FINGERPRINT_DIGITS: usize = 32;

pub const SIGNATURE_BYTES: usize = 64;

/// A public key. Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// An Ed25519 signature. Written as 128 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature([u8; SIGNATURE_BYTES]);

impl PublicKey {
    pub fn of(key: VerifyingKey) -> PublicKey {
        PublicKey(key)
    }

    /// True if the signature was made over these bytes with the secret key.
    pub fn has_signed(&self, bytes: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> bool {
        self.0.verify_strict(bytes, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }

    /// Returns the fingerprint to compare: the first 32 digits of the SHA-256 of the key's 32 bytes, in groups of four.
    pub fn fingerprint(&self) -> String {
        let hash = Hash::of(self.0.as_bytes()).hex();
        let groups = hash[..FINGERPRINT_DIGITS].chunks(4);
        groups
            .map(|four| four.iter().copied().map(char::from).collect::<String>())
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// True if a fingerprint is this key's, ignoring spaces, colons and case.
    pub fn has_fingerprint(&self, text: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars().filter(|c| !c.is_whitespace() && *c != ':').collect::<String>().to_lowercase()
        };
        plain(text) == plain(&self.fingerprint())
    }
}

/// The text is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a public key must have 64 hexadecimal digits (0 to 9 and a to f) that form an Ed25519 key")]
pub struct NotAPublicKey;

in_hex!(PublicKey, NotAPublicKey, |key: &PublicKey| *key.0.as_bytes(), |bytes| {
    VerifyingKey::from_bytes(&bytes).ok().map(PublicKey)
});

impl Signature {
    pub fn new(bytes: [u8; SIGNATURE_BYTES]) -> Signature {
        Signature(bytes)
    }

    pub fn bytes(&self) -> &[u8; SIGNATURE_BYTES] {
        &self.0
    }
}

/// The text is not a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signature must have 128 hexadecimal digits (0 to 9 and a to f)")]
pub struct NotASignature;

in_hex!(Signature, NotASignature, |signature: &Signature| signature.0, |bytes| Some(Signature(bytes)));

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;

    #[test]
    fn fingerprints_are_compared_without_spaces_and_case() {
        let key = PublicKey::of(SigningKey::from_bytes(&[7; 32]).verifying_key());
        let fingerprint = key.fingerprint();
        assert_eq!(fingerprint.len(), 39);
        assert!(key.has_fingerprint(&fingerprint.to_uppercase().replace(' ', "")));
        assert!(!key.has_fingerprint(&fingerprint[..34]));
        assert!(!key.has_fingerprint(""));
    }
}
