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

/// Returns the passphrase for a new key, which is typed twice.
pub fn for_new_key() -> Result<Passphrase, Problem> {
    if let Some(given) = passphrase_variable()? {
        return checked(given);
    }
    if !can_ask() {
        return Err(Problem::refused(
            "no-passphrase",
            "no passphrase was given, and there is no terminal at which to ask for it",
        )
        .hint("set ALMONER_PASSPHRASE, or run the command at a terminal"));
    }
    let chosen = checked(ask("New passphrase: ")?)?;
    if checked(ask("Repeat the passphrase: ")?)? != chosen {
        return Err(Problem::refused("passphrases-differ", "the two passphrases differ")
            .hint("run the command again; no key was created"));
    }
    Ok(chosen)
}

/// Returns a new password for signing in, which is typed twice.
#[cfg(feature = "web")]
pub fn new_password() -> Result<String, Problem> {
    if let Some(given) = password_variable()? {
        return Ok(given);
    }
    if !can_ask() {
        return Err(Problem::refused(
            "no-password",
            "no password was given, and there is no terminal at which to ask for it",
        )
        .hint("set ALMONER_PASSWORD, or run the command at a terminal"));
    }
    let chosen = ask("New password: ")?;
    if ask("Repeat the password: ")? != chosen {
        return Err(Problem::refused("passwords-differ", "the two passwords differ")
            .hint("run the command again; no password was set"));
    }
    Ok(chosen)
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

/// Returns the key in a file, if one is given.
pub fn key(file: Option<&Path>) -> Result<Option<SecretKey>, Problem> {
    let read = |path| SecretKey::read_with(path, &mut || of_key(path));
    file.map(read).transpose()
}
