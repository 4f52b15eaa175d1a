//! The settings of a ledger that are not needed to open its folder: the public half of the body's key.
//!
//! Unknown settings are left unchanged.

use std::fs;
use std::path::Path;

use crate::StoreError;
use crate::folder::check_format;
use crate::journal::disk::Disk;
use crate::proofs::key::PublicKey;

/// The settings file's name in the ledger folder.
pub const FILE: &str = "ledger.toml";

const KEY: &str = "key";

/// Returns the key that checkpoints of the ledger in this folder are signed with, if one is set.
pub fn key(ledger: &Path) -> Result<Option<PublicKey>, StoreError> {
    check_format(ledger)?;
    let Some(value) = read(ledger)?.remove(KEY) else { return Ok(None) };
    let key = value.as_str().and_then(|text| text.parse().ok());
    match key {
        Some(key) => Ok(Some(key)),
        None => Err(StoreError::Unavailable(format!(
            "{}: `{KEY}` is not a public key",
            ledger.join(FILE).display()
        ))),
    }
}

/// Sets the key. The file is replaced in one step.
pub fn set_key(ledger: &Path, key: &PublicKey) -> Result<(), StoreError> {
    check_format(ledger)?;
    let mut settings = read(ledger)?;
    settings.insert(KEY.to_owned(), toml::Value::String(key.to_string()));
    let path = ledger.join(FILE);
    let new = ledger.join("ledger.toml.new");
    let text = toml::to_string(&settings).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let disk = Disk::default();
    let written = disk.write_file(&new, text.as_bytes()).and_then(|()| disk.put_in_place(&new, &path));
    written.map_err(|error| StoreError::Unavailable(format!("{} cannot be written: {error}", path.display())))
}

fn read(ledger: &Path) -> Result<toml::Table, StoreError> {
    let path = ledger.join(FILE);
    let failed = |why: String| StoreError::Unavailable(format!("{} cannot be read: {why}", path.display()));
    let text = fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    toml::from_str(&text).map_err(|error| failed(error.message().to_owned()))
}
