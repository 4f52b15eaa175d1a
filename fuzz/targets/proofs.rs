//! Evidence and keys from outside a ledger: proofs, marks, checkpoints, key files and the passphrases that open them.
#![no_main]

use almoner_ledger::marks::Mark;
use almoner_store::proofs::checkpoint::Checkpoint;
use almoner_store::proofs::key::sealed::{Cost, Passphrase, SealedKey};
use almoner_store::proofs::key::{KeyFile, PublicKey, SecretKey};
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
    if let Some(mark) = Mark::parse(text) {
        assert_eq!(Mark::parse(&mark.to_string()), Some(mark));
    }
    if let Some(passphrase) = Passphrase::new(text.to_owned()) {
        let (secret, cheap) = (SecretKey::from_seed([7; 32]), Cost { memory: 8, passes: 1 });
        let sealed = SealedKey::seal(&secret, &passphrase, [9; 16], cheap).expect("room for 8 KiB");
        let opened = sealed.open(&passphrase).map(|it| it.public());
        assert_eq!(opened, Some(secret.public()), "a passphrase opens what it sealed");
        let other = Passphrase::new(format!("{text} ")).expect("a longer one");
        assert!(sealed.open(&other).is_none(), "another passphrase opens it");
    }
    // Opening a key may take a second, too long for thousands of inputs.
    if let Some(KeyFile::Sealed(sealed)) = KeyFile::parse(text) {
        assert_eq!(SealedKey::parse(&sealed.text()), Some(sealed));
    }
});
