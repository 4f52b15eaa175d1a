//! Checkpoints: a small signed file that states the last record of the books and their balances.
//!
//! One line of JSON, `{"schema":"almoner.checkpoint/1",…,"key":"…","signature":"…"}`; the signature (Ed25519)
//! is over the bytes before `,"signature":"`. Whoever holds one away from the ledger
//! can detect, with the public key alone, that an older copy replaced the ledger or that its whole history was
//! rewritten.
//!
//! Guarantees that a [`Checkpoint`] was signed with the key it names, and has one written form only. People
//! must check that the key is the body's: see [`PublicKey::fingerprint`].

use std::collections::BTreeMap;

use almoner_ledger::accounts::Account;
use almoner_ledger::funds::FundId;
use almoner_ledger::hash::{Hash, bytes_of_hex, hex_of_bytes};
use almoner_ledger::head::Head;
use almoner_ledger::money::Money;
use serde::{Deserialize, Serialize};

use crate::proofs::key::{PublicKey, SIGNATURE_BYTES, SecretKey};

const SCHEMA: &str = "almoner.checkpoint/1";
const BEFORE_SIGNATURE: &str = ",\"signature\":\"";

/// The longest checkpoint that is read, in bytes: thousands of funds.
pub const LONGEST: u64 = 4 << 20;

/// The balance of each account of each fund, without zero balances.
pub type Balances = BTreeMap<FundId, BTreeMap<Account, Money>>;

/// The content of a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckpointContent {
    schema: String,
    /// The id of the ledger.
    pub ledger: String,
    /// The number of the last record.
    pub record: u64,
    /// The hash of the commit after it.
    pub hash: Hash,
    /// The time of the last record, UTC.
    pub recorded_at: String,
    /// The balance of each account of each fund, debit positive, without zero balances.
    pub totals: Balances,
}

impl CheckpointContent {
    /// Makes the content for a ledger with this head.
    pub fn new(ledger: String, head: Head, recorded_at: String, totals: Balances) -> CheckpointContent {
        let Head { record, hash } = head;
        CheckpointContent { schema: SCHEMA.to_owned(), ledger, record, hash, recorded_at, totals }
    }

    /// Returns the head of the journal that was signed.
    pub fn head(&self) -> Head {
        Head { record: self.record, hash: self.hash }
    }
}

/// A signed checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    statement: CheckpointContent,
    key: PublicKey,
    signature: [u8; SIGNATURE_BYTES],
}

/// An error in the text of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The text is something else, or was changed.
    #[error("this is not a checkpoint written by almoner")]
    NotACheckpoint,
    /// The signature is not over this text, or not by this key.
    #[error(
        "the checkpoint's signature does not match: it was altered, or was not signed with the key it names"
    )]
    BadSignature,
}

impl Checkpoint {
    /// Signs the content.
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
        if checkpoint.statement.schema != SCHEMA || checkpoint.text()?.as_bytes() != text {
            return Err(NotACheckpoint);
        }
        let signed = signed_text(&checkpoint.statement, &key)?;
        if key.has_signed(signed.as_bytes(), &signature) { Ok(checkpoint) } else { Err(BadSignature) }
    }

    /// Returns the text of the checkpoint with its line break.
    pub fn text(&self) -> Result<String, CheckpointError> {
        let signed = signed_text(&self.statement, &self.key)?;
        Ok(format!("{signed}{BEFORE_SIGNATURE}{}\"}}\n", hex_of_bytes(&self.signature)))
    }

    /// Returns the content that was signed.
    pub fn statement(&self) -> &CheckpointContent {
        &self.statement
    }

    /// Returns the key that signed.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

/// Returns the text that is signed.
fn signed_text(statement: &CheckpointContent, key: &PublicKey) -> Result<String, CheckpointError> {
    let text = serde_json::to_string(statement).map_err(|_| CheckpointError::NotACheckpoint)?;
    let open = text.strip_suffix('}').ok_or(CheckpointError::NotACheckpoint)?;
    Ok(format!("{open},\"key\":\"{key}\""))
}

#[cfg(test)]
mod tests {
    use almoner_ledger::accounts::Account;
    use almoner_ledger::funds::FundId;
    use almoner_ledger::money::Money;

    use super::*;

    fn checkpoint() -> Checkpoint {
        let head = Head { record: 57, hash: Hash::of(b"abc") };
        let bank = BTreeMap::from([(Account::Bank, Money::from_pence(-500_000))]);
        let totals = Balances::from([(FundId::new("cdr").unwrap(), bank)]);
        let statement =
            CheckpointContent::new("0f3a".to_owned(), head, "2015-03-31T16:20:00Z".to_owned(), totals);
        Checkpoint::sign(statement, &SecretKey::from_seed([7; 32])).unwrap()
    }

    #[test]
    fn a_checkpoint_is_read_back_as_written() {
        let text = checkpoint().text().unwrap();
        assert!(
            text.starts_with("{\"schema\":\"almoner.checkpoint/1\",\"ledger\":\"0f3a\",\"record\":57,"),
            "{text}"
        );
        assert!(text.contains("\"totals\":{\"cdr\":{\"assets:bank\":\"-5000.00\"}},\"key\":\""), "{text}");
        assert_eq!(Checkpoint::parse(text.as_bytes()), Ok(checkpoint()));
    }

    #[test]
    fn any_flipped_bit_and_any_cut_is_detected() {
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
