//! Passphrases of keys: from the environment, or typed where nobody else reads them.

use std::io::IsTerminal;
use std::path::Path;

use almoner_ledger::store::key::sealed::{Passphrase, SHORTEST};

use crate::context::passphrase_variable;
use crate::problem::{Problem, on_screen};

/// The passphrase of a key that is there; `None` where there is nobody to ask.
pub fn of_key(path: &Path) -> Result<Option<Passphrase>, Problem> {
    let typed = match passphrase_variable()? {
        Some(given) => given,
        None if can_ask() => ask(&format!("Passphrase of {}: ", on_screen(&path.to_string_lossy())))?,
        None => return Ok(None),
    };
    checked(typed).map(Some)
}

/// The passphrase for a new key. Typed, it is asked for twice.
pub fn for_new_key() -> Result<Passphrase, Problem> {
    if let Some(given) = passphrase_variable()? {
        return checked(given);
    }
    if !can_ask() {
        return Err(Problem::refused("no-passphrase", "no passphrase is given, and nobody can be asked")
            .hint("set ALMONER_PASSPHRASE, or type it at a terminal"));
    }
    let chosen = checked(ask("New passphrase: ")?)?;
    if checked(ask("The same again: ")?)? != chosen {
        return Err(Problem::refused("passphrases-differ", "the two passphrases are not the same")
            .hint("nothing was made; begin again"));
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
        Problem::refused("passphrase-too-short", format!("a passphrase has at least {SHORTEST} characters"))
            .hint("several words are easier to remember than signs, and harder to guess")
    })
}
