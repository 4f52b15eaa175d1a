//! Proofs: one line that identifies a record and everything before it.
//!
//! `LEDGER/RECORD/HASH`: the id of the ledger, the last record of a batch, and the hash of the journal there.
//! Each seal of a journal holds the hash of the one before, so that the holder of a proof can show later that
//! nothing up to its record has changed.

use std::fmt;
use std::str::FromStr;

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;

/// A proof of the history up to a record. Written `LEDGER/RECORD/HASH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The id of the ledger.
    pub ledger: String,
    /// The head of the journal that the proof is for.
    pub head: Head,
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.ledger, self.head.record, self.head.hash)
    }
}

/// The text is not a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "this is not a proof: a proof consists of a ledger id, a record number and a hash of 64 hexadecimal digits"
)]
pub struct NotAProof;

impl NotAProof {
    /// Returns the hint for the user.
    pub fn hint(&self) -> &'static str {
        "copy everything that follows `Proof:` on the same line, as in 0f3a…/57/9b21…"
    }
}

impl FromStr for Proof {
    type Err = NotAProof;

    fn from_str(text: &str) -> Result<Proof, NotAProof> {
        let text = text.trim();
        let text = text.strip_prefix("Proof:").unwrap_or(text);
        let mut parts = text.split('/').map(str::trim);
        let (Some(ledger), Some(record), Some(hash), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAProof);
        };
        let is_id = !ledger.is_empty() && ledger.chars().all(|c| c.is_ascii_alphanumeric());
        let is_number = record.bytes().all(|digit| digit.is_ascii_digit()) && !record.starts_with('0');
        if !is_id || !is_number {
            return Err(NotAProof);
        }
        let record = record.parse().map_err(|_| NotAProof)?;
        let hash: Hash = hash.parse().map_err(|_| NotAProof)?;
        Ok(Proof { ledger: ledger.to_owned(), head: Head { record, hash } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_read_only_as_it_is_written() {
        let hash = Hash::of(b"abc");
        let proof = Proof { ledger: "0f3a".to_owned(), head: Head { record: 57, hash } };
        let written = proof.to_string();
        for (text, read) in [
            (written.clone(), true),
            (format!("Proof: 0f3a / 57 / {hash} "), true),
            (format!("Receipt: 0f3a/57/{hash}"), false),
            (format!("0f3a/57/{}", hash.short()), false),
            (format!("0f3a/057/{hash}"), false),
            (format!("0f3a/0/{hash}"), false),
            (format!("0f3a/-1/{hash}"), false),
            (format!("0f3a//{hash}"), false),
            (format!("/57/{hash}"), false),
            (format!("0f3a/99999999999999999999/{hash}"), false),
            (format!("{written}/"), false),
            (written.to_uppercase(), false),
            (String::new(), false),
        ] {
            let expected = if read { Ok(proof.clone()) } else { Err(NotAProof) };
            assert_eq!(text.parse(), expected, "{text}");
        }
    }
}
