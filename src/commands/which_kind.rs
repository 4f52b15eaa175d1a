//! `almoner import FILE` without a kind: asks which, with a guess.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use almoner_imports::bulletin::{TEXT_LIMIT, bulletin};
use almoner_imports::{FILE_LIMIT, Kind, Layout, Recognised, decoded, guess, read, recognised};

use crate::problem::Problem;
use crate::remedies;
use crate::terminal::{on_screen, quoted};

/// Returns the problem that the kind of rows in a file is not given, with what they seem to be; or what the file is, if it
/// cannot be read at all.
pub fn which_kind(path: &Path) -> Problem {
    let name = path.to_string_lossy();
    let bytes = match File::open(path).and_then(|file| {
        let mut bytes = Vec::new();
        file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map(|_| bytes)
    }) {
        Ok(bytes) => bytes,
        Err(error) => return Problem::unreadable(&name, &error),
    };
    let file = quoted(&name);
    let has_columns = |kind: &Kind| read(*kind, &name, bytes.as_slice(), None, &Layout::default()).is_whole();
    let ours: Vec<String> = Kind::ALL
        .into_iter()
        .filter(has_columns)
        .map(|kind| format!("`{} {file}`", remedies::command_of(kind)))
        .collect();
    if !ours.is_empty() {
        let hint = format!("judging by its columns, this file is for {}", ours.join(" or "));
        return Problem::usage(not_given(&name)).hint(hint);
    }
    if let Some(Recognised { profile: Some(profile), .. }) = recognised(&name, &bytes, &Layout::default()) {
        let hint = format!("it is a bank statement: `almoner reconcile {file} --profile {profile}`");
        return Problem::usage(not_given(&name)).hint(hint);
    }
    let hint = match guess(&name, bytes.as_slice(), None, &Layout::default(), &remedies::of_file) {
        Ok(guess) => {
            let kind = guess.kind.word();
            format!(
                "judging by the columns, the rows are {kind}; draft a profile with `almoner import --guess {file} -o PROFILE`"
            )
        }
        Err(error) if error.code == "nothing-to-guess" => match is_bulletin(&bytes) {
            true => {
                format!("this file seems to be a list of decisions; use `almoner import bulletin {file}`")
            }
            false => {
                let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Statements).map(Kind::word);
                format!("give the kind before the file: {}", kinds.collect::<Vec<_>>().join(", "))
            }
        },
        Err(error) => {
            let message = format!("{}: {error}", on_screen(&name));
            return Problem::refused(error.code, message).hint(remedies::of_file(&error.next));
        }
    };
    Problem::usage(not_given(&name)).hint(hint)
}

fn not_given(name: &str) -> String {
    format!("the type of row in {} is not stated", on_screen(name))
}

fn is_bulletin(bytes: &[u8]) -> bool {
    let text =
        Some(bytes).filter(|bytes| bytes.len() <= TEXT_LIMIT).and_then(|bytes| decoded(bytes.to_vec()).ok());
    text.and_then(|text| bulletin(&text).ok()).is_some_and(|found| !found.decisions.is_empty())
}
