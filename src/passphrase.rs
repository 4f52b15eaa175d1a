//! Passphrases of keys: from the environment, or typed at the terminal without being shown.

use std::io::IsTerminal;
use std::path::Path;

use almoner_store::proofs::key::SecretKey;
use almoner_store::proofs::key::sealed::{Passphrase, SHORTEST};

use crate::context::passphrase_variable;
#[cfg(feature = "web")]
use crate::context::password_variable;
use crate::problem::Problem;
use crate::terminal::on_screen;

/// Returns the passphrase of an existing key; `None` if there is no terminal to ask at.
pub fn of_key(path: &Path) -> Result<Option<Passphrase>, Problem> {
    let typed = match passphrase_variable()? {
        Some(given) => given,
        None if can_ask() => ask(&format!("Passphrase for {}: ", on_screen(&path.to_string_lossy())))?,
        None => return Ok(None),
    };
    checked(typed).map(Some)
}

/// A secret that is typed twice when it is new: what it is called, the variable that can hold it, and the codes and the end
/// of the hint where it is not set.
struct NewSecret {
    what: &'static str,
    variable: &'static str,
    missing: &'static str,
    differ: &'static str,
    not_done: &'static str,
}

const PASSPHRASE: NewSecret = NewSecret {
    what: "passphrase",
    variable: "ALMONER_PASSPHRASE",
    missing: "no-passphrase",
    differ: "passphrases-differ",
    not_done: "no key was created",
};

#[cfg(feature = "web")]
const PASSWORD: NewSecret = NewSecret {
    what: "password",
    variable: "ALMONER_PASSWORD",
    missing: "no-password",
    differ: "passwords-differ",
    not_done: "no password was set",
};

impl NewSecret {
    /// Returns the secret, once `checked` takes it and it was typed the same again.
    fn typed<T: PartialEq>(&self, checked: impl Fn(String) -> Result<T, Problem>) -> Result<T, Problem> {
        let NewSecret { what, variable, missing, differ, not_done } = self;
        if !can_ask() {
            let message = format!("no {what} was given, and there is no terminal at which to ask for it");
            let hint = format!("set {variable}, or run the command at a terminal");
            return Err(Problem::refused(missing, message).hint(hint));
        }
        let chosen = checked(ask(&format!("New {what}: "))?)?;
        if checked(ask(&format!("Repeat the {what}: "))?)? != chosen {
            return Err(Problem::refused(differ, format!("the two {what}s differ"))
                .hint(format!("run the command again; {not_done}")));
        }
        Ok(chosen)
    }
}

/// Returns the passphrase for a new key, which is typed twice.
pub fn for_new_key() -> Result<Passphrase, Problem> {
    passphrase_variable()?.map_or_else(|| PASSPHRASE.typed(checked), checked)
}

/// Returns a new password for signing in, which is typed twice.
#[cfg(feature = "web")]
pub fn new_password() -> Result<String, Problem> {
    password_variable()?.map_or_else(|| PASSWORD.typed(Ok), Ok)
}

fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn ask(prompt: &str) -> Result<String, Problem> {
    rpassword::prompt_password(prompt).map_err(|error| Problem::file("the passphrase cannot be read", &error))
}

fn checked(typed: String) -> Result<Passphrase, Problem> {
    Passphrase::new(typed).ok_or_else(|| {
        Problem::refused("passphrase-too-short", format!("a passphrase needs at least {SHORTEST} characters"))
            .hint("use several words: they are easy to remember and hard to guess")
    })
}

/// Returns the key in a file.
pub fn key(path: &Path) -> Result<SecretKey, Problem> {
    SecretKey::read_with(path, &mut || of_key(path))
}
