//! Checkpoints: a small signed file that says how far the books went, and to what they came.
//!
//! One line of JSON, `{"schema":"almoner.checkpoint/1",…,"key":"…","signature":"…"}`; the signature (Ed25519)
//! is over the bytes before `,"signature":"`. Whoever keeps one, away from the ledger, finds out with the
//! public key alone when an old copy was put in the ledger's place or its whole history was written anew.
//!
//! Guarantees that a [`Checkpoint`] was signed with the key it names, and has one written form only. Whether
//! that key is the body's is for people to compare: see [`PublicKey::fingerprint`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hash::{Hash, bytes_of_hex, hex_of_bytes};
use crate::head::Head;
use crate::store::key::{PublicKey, SIGNATURE_BYTES, SecretKey};
use crate::store::verify::Balances;

const SCHEMA: &str = "almoner.checkpoint/1";
const BEFORE_SIGNATURE: &str = ",\"signature\":\"";

/// The longest checkpoint that is read, in bytes: thousands of funds.
pub const LONGEST: u64 = 4 << 20;

/// What a checkpoint states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointContent {
    schema: String,
    /// The ledger's id.
    pub ledger: String,
    /// The last record.
    pub record: u64,
    /// The hash of the commit after it.
    pub hash: Hash,
    /// When the last record was recorded, UTC.
    pub recorded_at: String,
    /// What each account of each fund comes to, debit positive; what comes to nothing is left out.
    pub totals: Balances,
}

impl CheckpointContent {
    /// States how far a ledger went.
    pub fn new(ledger: String, head: Head, recorded_at: String, totals: Balances) -> CheckpointContent {
        let Head { record, hash } = head;
        CheckpointContent { schema: SCHEMA.to_owned(), ledger, record, hash, recorded_at, totals }
    }

    /// How far the journal went.
    pub fn head(&self) -> Head {
        Head { record: self.record, hash: self.hash }
    }
}

/// A statement that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    statement: CheckpointContent,
    key: PublicKey,
    signature: [u8; SIGNATURE_BYTES],
}

/// Why a text is not taken for a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is something else, or was changed.
    #[error("this is not a checkpoint as almoner writes it")]
    NotACheckpoint,
    /// The signature is not over this text, or not by this key.
    #[error(
        "the checkpoint's signature does not fit it: it was altered, or not signed with the key it names"
    )]
    BadSignature,
}

impl Checkpoint {
    /// Signs a statement.
    pub fn sign(statement: CheckpointContent, key: &SecretKey) -> Result<Checkpoint, CheckpointError> {
        let public = key.public();
        let signature = key.sign(signed_text(&statement, &public)?.as_bytes());
        Ok(Checkpoint { statement, key: public, signature })
    }

    /// Reads a checkpoint and checks its signature.
    pub fn parse(text: &[u8]) -> Result<Checkpoint, CheckpointError> {
        use CheckpointError::{BadSignature, NotACheckpoint};
        #[derive(Deserialize)]
        struct Sealed {
            #[serde(flatten)]
            fields: BTreeMap<String, serde_json::Value>,
            key: String,
            signature: String,
        }
        let Sealed { fields, key, signature } = serde_json::from_slice(text).map_err(|_| NotACheckpoint)?;
        let fields = serde_json::to_value(fields).map_err(|_| NotACheckpoint)?;
        let statement: CheckpointContent = serde_json::from_value(fields).map_err(|_| NotACheckpoint)?;
        let key: PublicKey = key.parse().map_err(|_| NotACheckpoint)?;
        let signature = bytes_of_hex(signature.as_bytes()).ok_or(NotACheckpoint)?;
        let checkpoint = Checkpoint { statement, key, signature };
        // Comparing with what we would have written checks the order of keys and everything else at once.
        if statement_is_of_another_kind(&checkpoint.statement) || checkpoint.text()?.as_bytes() != text {
            return Err(NotACheckpoint);
        }
        let signed = signed_text(&checkpoint.statement, &key)?;
        if key.has_signed(signed.as_bytes(), &signature) { Ok(checkpoint) } else { Err(BadSignature) }
    }

    /// As it is written, with its line break.
    pub fn text(&self) -> Result<String, CheckpointError> {
        let signed = signed_text(&self.statement, &self.key)?;
        Ok(format!("{signed}{BEFORE_SIGNATURE}{}\"}}\n", hex_of_bytes(&self.signature)))
    }

    /// What it states.
    pub fn statement(&self) -> &CheckpointContent {
        &self.statement
    }

    /// With which key it was signed.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

fn statement_is_of_another_kind(statement: &CheckpointContent) -> bool {
    statement.schema != SCHEMA
}

/// The text before the signature.
fn signed_text(statement: &CheckpointContent, key: &PublicKey) -> Result<String, CheckpointError> {
    let text = serde_json::to_string(statement).map_err(|_| CheckpointError::NotACheckpoint)?;
    let open = text.strip_suffix('}').ok_or(CheckpointError::NotACheckpoint)?;
    Ok(format!("{open},\"key\":\"{key}\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Account;
    use crate::funds::FundId;
    use crate::money::Money;

    fn checkpoint() -> Checkpoint {
        let head = Head { record: 57, hash: Hash::of(b"abc") };
        let bank = BTreeMap::from([(Account::Bank, Money::from_pence(-500_000))]);
        let totals = Balances::from([(FundId::new("cdr").unwrap(), bank)]);
        let statement =
            CheckpointContent::new("0f3a".to_owned(), head, "2015-03-31T16:20:00Z".to_owned(), totals);
        Checkpoint::sign(statement, &SecretKey::from_seed([7; 32])).unwrap()
    }

    #[test]
    fn a_checkpoint_is_read_as_it_was_written() {
        let text = checkpoint().text().unwrap();
        assert!(
            text.starts_with("{\"schema\":\"almoner.checkpoint/1\",\"ledger\":\"0f3a\",\"record\":57,"),
            "{text}"
        );
        assert!(text.contains("\"totals\":{\"cdr\":{\"assets:bank\":\"-5000.00\"}},\"key\":\""), "{text}");
        assert_eq!(Checkpoint::parse(text.as_bytes()), Ok(checkpoint()));
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_seen() {
        let text = checkpoint().text().unwrap().into_bytes();
        for position in 0..text.len() {
            assert!(Checkpoint::parse(&text[..position]).is_err(), "cut at {position}");
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[position] ^= 1 << bit;
                assert!(Checkpoint::parse(&flipped).is_err(), "bit {bit} of byte {position}");
            }
        }
    }

    #[test]
    fn another_key_or_another_text_is_a_bad_signature() {
        let text = checkpoint().text().unwrap();
        let other = SecretKey::from_seed([8; 32]).public().to_string();
        for altered in [
            text.replace(&checkpoint().key().to_string(), &other),
            text.replace("-5000.00", "-4000.00"),
            text.replace("\"record\":57", "\"record\":58"),
        ] {
            assert_eq!(
                Checkpoint::parse(altered.as_bytes()),
                Err(CheckpointError::BadSignature),
                "{altered}"
            );
        }
    }
}
