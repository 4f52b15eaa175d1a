//! The body's key on this computer: where it is, and the one made when there is none yet.

use std::path::{Path, PathBuf};

use almoner_ledger::store::key::SecretKey;
use almoner_ledger::store::key::sealed::{Cost, SealedKey};
use almoner_ledger::store::settings;

use crate::context::Context;
use crate::passphrase;
use crate::problem::{Problem, on_screen};

/// A key and its file.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub secret: SecretKey,
    path: PathBuf,
    is_new: bool,
}

impl Key {
    /// The key of a file, which is made if it is not there: one key may serve several ledgers of a body.
    pub fn load_or_create(context: &Context, file: Option<&Path>, sealed: bool) -> Result<Key, Problem> {
        let path = place(context, file);
        if path.symlink_metadata().is_ok() {
            let secret = SecretKey::read_with(&path, &mut || passphrase::of_key(&path))?;
            return Ok(Key { secret, path, is_new: false });
        }
        Key::made(path, sealed)
    }

    /// A new key, in a file that must not exist yet, under a passphrase if it is to be.
    pub fn new(context: &Context, file: Option<&Path>, sealed: bool) -> Result<Key, Problem> {
        Key::made(place(context, file), sealed)
    }

    fn made(path: PathBuf, sealed: bool) -> Result<Key, Problem> {
        let secret = SecretKey::from_seed(random()?);
        if sealed {
            let passphrase = passphrase::for_new_key()?;
            let sealed = SealedKey::seal(&secret, &passphrase, random()?, Cost::USUAL);
            let no_room = || {
                Problem::refused("not-sealed", "the key cannot be put under the passphrase")
                    .hint("it takes 64 MiB of memory; try again when there is room")
            };
            sealed.ok_or_else(no_room)?.write_new(&path)?;
        } else {
            secret.write_new(&path)?;
        }
        Ok(Key { secret, path, is_new: true })
    }

    /// The ledger's key, to sign with.
    pub fn of_ledger(context: &Context, file: Option<&Path>) -> Result<SecretKey, Problem> {
        let Some(public) = settings::key(&context.ledger)? else {
            return Err(Problem::refused("no-key", "no key was made for this ledger yet")
                .hint(format!("make one with `{}`", context.to_type("checkpoint --new-key"))));
        };
        let path = place(context, file);
        let secret = SecretKey::read_with(&path, &mut || passphrase::of_key(&path))?;
        if secret.public() != public {
            let message = format!("{} is not the key of this ledger", path.display());
            return Err(Problem::refused("another-key", message).hint(format!(
                "name the file of the key with the fingerprint {} with --key-file",
                public.fingerprint()
            )));
        }
        Ok(secret)
    }

    /// Takes back a key that was made for nothing.
    pub fn forget(&self) {
        if self.is_new {
            // A key that signed nothing is worth nothing; that it stays is no further error.
            drop(std::fs::remove_file(&self.path));
        }
    }

    /// Where the key is and what to do about it.
    pub fn summary_text(&self) -> String {
        let made = if self.is_new { "was made" } else { "was there already and is used" };
        format!(
            "The key in {} {made}: checkpoints are signed with it. Keep a copy in a safe, away from the ledger.\n\
             Fingerprint, for your auditor to note: {}\n",
            on_screen(&self.path.to_string_lossy()),
            self.secret.public().fingerprint()
        )
    }
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], Problem> {
    let mut bytes = [0; BYTES];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::refused("no-random-numbers", format!("no key can be made: {error}"))
            .hint("the computer has no random numbers just now; try again later")
    })?;
    Ok(bytes)
}

/// Where the key is: the file given, else the one beside the ledger.
fn place(context: &Context, file: Option<&Path>) -> PathBuf {
    match file {
        Some(file) => file.to_owned(),
        None => {
            let plain = context.ledger.components().as_path();
            let mut name = plain.as_os_str().to_owned();
            name.push(".key");
            PathBuf::from(name)
        }
    }
}
