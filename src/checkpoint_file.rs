//! The file of a checkpoint: reading it, and checking its signature.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use almoner_store::proofs::checkpoint::{self, Checkpoint};

use crate::problem::Problem;

/// Reads the file of a checkpoint and checks its signature, and its fingerprint if one is given.
pub fn read(path: &Path, fingerprint: Option<&str>) -> Result<Checkpoint, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::unreadable(format_args!("the checkpoint {}", path.display()), &error)
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(checkpoint::LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
    check_fingerprint(Checkpoint::parse(&bytes)?, fingerprint)
}

/// Returns the checkpoint, if its key has the given fingerprint.
pub fn check_fingerprint(checkpoint: Checkpoint, fingerprint: Option<&str>) -> Result<Checkpoint, Problem> {
    let key = checkpoint.key();
    if fingerprint.is_some_and(|fingerprint| !key.has_fingerprint(fingerprint)) {
        let message = format!(
            "the checkpoint is signed with a different key, whose fingerprint is {}",
            key.fingerprint()
        );
        return Err(Problem::refused("another-key", message).hint(
            "check the fingerprint you gave; if it is right, the checkpoint was not issued by the body that keeps this ledger",
        ));
    }
    Ok(checkpoint)
}

/// Returns the text about the signature: the fingerprint, and whether the reader must still compare it.
pub fn signature_text(checkpoint: &Checkpoint, fingerprint: Option<&str>) -> String {
    let ours = checkpoint.key().fingerprint();
    match fingerprint {
        Some(_) => {
            format!("The checkpoint is signed with the key whose fingerprint you gave, {ours}.\n")
        }
        None => format!(
            "The checkpoint is signed with the key whose fingerprint is {ours}: compare this with the fingerprint you noted.\n"
        ),
    }
}
