//! Evidence and keys from outside a ledger: proofs, checkpoints and key files.
#![no_main]

use almoner_store::proofs::checkpoint::Checkpoint;
use almoner_store::proofs::key::sealed::SealedKey;
use almoner_store::proofs::key::{KeyFile, PublicKey};
use almoner_store::proofs::Proof;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(checkpoint) = Checkpoint::parse(bytes) {
        let written = checkpoint.text().expect("a checkpoint can be written");
        let again = Checkpoint::parse(written.as_bytes()).expect("what was written can be read");
        assert_eq!(again.statement(), checkpoint.statement());
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(proof) = text.parse::<Proof>() {
        assert_eq!(proof.to_string().parse(), Ok(proof));
    }
    if let Ok(key) = text.parse::<PublicKey>() {
        assert_eq!(key.to_string().parse(), Ok(key));
    }
    // Opening a key may take a second, too long for thousands of inputs.
    if let Some(KeyFile::Sealed(sealed)) = KeyFile::parse(text) {
        assert_eq!(SealedKey::parse(&sealed.text()), Some(sealed));
    }
});
