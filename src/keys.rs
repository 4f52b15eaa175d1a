//! The signing key of the body on this computer: reading it, and creating it if there is none.

use std::path::{Path, PathBuf};

use almoner_store::folder::settings;
use almoner_store::proofs::key::SecretKey;
use almoner_store::proofs::key::sealed::{Cost, SealedKey};

use crate::context::Context;
use crate::passphrase;
use crate::problem::Problem;
use crate::terminal::on_screen;

/// A key and its file.
#[derive(Debug)]
pub struct Key {
    pub secret: SecretKey,
    path: PathBuf,
    is_new: bool,
}

impl Key {
    /// Reads the key of a file, or creates it: several ledgers of a body may share a key.
    pub fn load_or_create(context: &Context, file: Option<&Path>, sealed: bool) -> Result<Key, Problem> {
        let path = key_path(context, file);
        if path.symlink_metadata().is_ok() {
            let secret = passphrase::key(&path)?;
            return Ok(Key { secret, path, is_new: false });
        }
        Key::new(context, file, sealed)
    }

    /// Creates a key in a file that must not exist, protected by a passphrase if `sealed`.
    pub fn new(context: &Context, file: Option<&Path>, sealed: bool) -> Result<Key, Problem> {
        let path = key_path(context, file);
        let secret = SecretKey::from_seed(random()?);
        if sealed {
            let passphrase = passphrase::for_new_key()?;
            let sealed = SealedKey::seal(&secret, &passphrase, random()?, Cost::USUAL);
            let no_room = || {
                Problem::refused("not-sealed", "the key cannot be protected with the passphrase")
                    .hint("free 64 MiB of memory and try again")
            };
            sealed.ok_or_else(no_room)?.write_new(&path)?;
        } else {
            secret.write_new(&path)?;
        }
        Ok(Key { secret, path, is_new: true })
    }

    /// Reads the signing key of the ledger.
    pub fn of_ledger(context: &Context, file: Option<&Path>) -> Result<SecretKey, Problem> {
        let Some(public) = settings::key(&context.office.location)? else {
            return Err(Problem::refused("no-key", "this ledger has no key yet")
                .hint(format!("create one with `{}`", context.to_type("checkpoint --new-key"))));
        };
        let path = key_path(context, file);
        let secret = passphrase::key(&path)?;
        if secret.public() != public {
            let message = format!("{} is not the key of this ledger", path.display());
            return Err(Problem::refused("another-key", message).hint(format!(
                "use --key-file to give the file of the key with fingerprint {}",
                public.fingerprint()
            )));
        }
        Ok(secret)
    }

    /// Deletes a key that was just created and has signed nothing.
    pub fn forget(&self) {
        if self.is_new {
            // A key file that remains does no harm.
            drop(std::fs::remove_file(&self.path));
        }
    }

    /// Returns where the key is and what to do with it.
    pub fn summary_text(&self) -> String {
        let origin = if self.is_new { "Created" } else { "Using the existing" };
        format!(
            "{origin} {}, the key for signing checkpoints. Store a copy in a safe place, away from the ledger.\n\
             Fingerprint of the key, for your auditor: {}\n",
            on_screen(&self.path.to_string_lossy()),
            self.secret.public().fingerprint()
        )
    }
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Problem> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::refused("no-random-numbers", format!("no key can be created: {error}"))
            .hint("try again later: the computer cannot supply random numbers at present")
    })?;
    Ok(bytes)
}

/// Returns the key file: the one given, else the one beside the ledger.
fn key_path(context: &Context, file: Option<&Path>) -> PathBuf {
    match file {
        Some(file) => file.to_owned(),
        None => {
            let plain = context.office.location.components().as_path();
            let mut name = plain.as_os_str().to_owned();
            name.push(".key");
            PathBuf::from(name)
        }
    }
}
