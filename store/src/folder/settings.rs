//! The settings of a ledger: the version of its format, and the public half of the body's key.
//!
//! Unknown settings are left unchanged.

use std::ops::RangeInclusive;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{INDEX, NEW_INDEX, OLD_INDEX};
use crate::journal::disk::Disk;
use crate::journal::{FOLDER, LATER};
use crate::proofs::key::PublicKey;
use crate::{StoreError, plain};

/// The settings file's name in the ledger folder.
pub const FILE: &str = "ledger.toml";

/// The version of the folder's format that this program writes.
pub(crate) const FORMAT: u32 = 2;

/// The versions that it reads. A ledger of an earlier one becomes one of this with the next recording.
const READ: RangeInclusive<u32> = 1..=FORMAT;

/// The content of the settings file that opening needs.
#[derive(Serialize, Deserialize)]
struct Settings {
    format: u32,
    currency: String,
}

/// The longest settings file in bytes.
const LONGEST: u64 = 64 << 10;

/// The name under which the settings are written before they replace those before.
pub(super) const NEW: &str = "ledger.toml.new";

/// The folders of a ledger, which are its own.
const FOLDERS: [&str; 4] = [FOLDER, INDEX, NEW_INDEX, OLD_INDEX];

const KEY: &str = "key";
const FORMAT_NAME: &str = "format";

/// Writes the settings of a new ledger. Their name is on the disk when the folder has been synced.
pub(super) fn create(ledger: &Path) -> Result<(), StoreError> {
    let settings = Settings { format: FORMAT, currency: "GBP".to_owned() };
    let text = toml::to_string(&settings).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let written = Disk::default().write_file(&ledger.join(FILE), text.as_bytes());
    written
        .map_err(|error| StoreError::Unavailable(format!("{} cannot be written: {error}", ledger.display())))
}

/// Refuses a folder that is no ledger, or one of a format that this program does not read. Returns whether it is of the
/// present format.
pub(crate) fn check_format(path: &Path) -> Result<bool, StoreError> {
    let settings = path.join(FILE);
    let text = plain::text(&settings, LONGEST).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NoLedger(path.to_owned()),
        _ => StoreError::Unavailable(format!("{} cannot be read: {error}", settings.display())),
    })?;
    for folder in FOLDERS.map(|name| path.join(name)) {
        if folder.symlink_metadata().is_ok_and(|found| found.is_symlink()) {
            let message = format!("{} is a link, and not the ledger's own folder", folder.display());
            return Err(StoreError::Unavailable(message));
        }
    }
    let found: Settings = toml::from_str(&text)
        .map_err(|error| StoreError::Unavailable(format!("{}: {}", settings.display(), error.message())))?;
    if !READ.contains(&found.format) {
        let later = if found.format > FORMAT { format!(" was {LATER}: it") } else { String::new() };
        return Err(StoreError::Unavailable(format!(
            "{}{later} has format {}; this version of almoner reads formats {} and {FORMAT}",
            path.display(),
            found.format,
            READ.start()
        )));
    }
    Ok(found.format == FORMAT)
}

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
    replace(&Disk::default(), ledger, &settings)
}

/// Sets the present format, if the settings name an earlier one. They are on the disk when this returns, so that a
/// program that knows only the earlier format refuses what is recorded from now on.
pub(crate) fn set_format(disk: &Disk, ledger: &Path) -> Result<(), StoreError> {
    let mut settings = read(ledger)?;
    let now = toml::Value::Integer(FORMAT.into());
    if settings.insert(FORMAT_NAME.to_owned(), now.clone()).is_some_and(|before| before == now) {
        return Ok(());
    }
    replace(disk, ledger, &settings)
}

fn replace(disk: &Disk, ledger: &Path, settings: &toml::Table) -> Result<(), StoreError> {
    let (path, new) = (ledger.join(FILE), ledger.join(NEW));
    let text = toml::to_string(settings).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let written = disk.write_file(&new, text.as_bytes()).and_then(|()| disk.put_in_place(&new, &path));
    written.map_err(|error| StoreError::Unavailable(format!("{} cannot be written: {error}", path.display())))
}

/// Returns whether settings are those of a ledger of the present format.
#[cfg(feature = "postgres")]
pub(crate) fn is_of_present_format(text: &str) -> bool {
    toml::from_str::<Settings>(text).is_ok_and(|settings| settings.format == FORMAT)
}

/// Returns the text of the settings of the ledger in a folder.
pub fn text(ledger: &Path) -> Result<String, StoreError> {
    let path = ledger.join(FILE);
    plain::text(&path, LONGEST)
        .map_err(|error| StoreError::Unavailable(format!("{} cannot be read: {error}", path.display())))
}

fn read(ledger: &Path) -> Result<toml::Table, StoreError> {
    toml::from_str(&text(ledger)?).map_err(|error| {
        let path = ledger.join(FILE);
        StoreError::Unavailable(format!("{} cannot be read: {}", path.display(), error.message()))
    })
}
