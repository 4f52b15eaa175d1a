//! `almoner import FILE` without a kind: asks which, with a guess.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use almoner_app::importing::{Looks, looks};
use almoner_imports::{FILE_LIMIT, Kind, Layout, Recognised};

use crate::context::profiles;
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
    let hint = match looks((&name, &bytes), None, &Layout::default(), &profiles(), &remedies::of_file) {
        Looks::Columns(kinds) => {
            let commands: Vec<String> =
                kinds.into_iter().map(|kind| format!("`{} {file}`", remedies::command_of(kind))).collect();
            format!("judging by its columns, this file is for {}", commands.join(" or "))
        }
        Looks::Profile(kind, profile) => {
            format!(
                "judging by its columns, this file is for `{} {file} --profile {profile}`",
                remedies::command_of(kind)
            )
        }
        Looks::Statement(Recognised { profile, .. }) => {
            let profile = profile.map(|it| format!(" --profile {it}")).unwrap_or_default();
            format!("this file is a bank statement; use `almoner reconcile {file}{profile}`")
        }
        Looks::Drafted(guess) => {
            let kind = guess.kind.word();
            format!(
                "judging by the columns, the rows are {kind}; draft a profile with `almoner import --guess {file} -o PROFILE`"
            )
        }
        Looks::Decisions => {
            format!("this file seems to be a list of decisions; use `almoner import bulletin {file}`")
        }
        Looks::Unknown(error) if error.code == "nothing-to-guess" => {
            let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Statements).map(Kind::word);
            format!("give the kind before the file: {}", kinds.collect::<Vec<_>>().join(", "))
        }
        Looks::Unknown(error) => {
            let message = format!("{}: {error}", on_screen(&name));
            return Problem::refused(error.code, message).hint(remedies::of_file(&error.next));
        }
    };
    Problem::usage(not_given(&name)).hint(hint)
}

fn not_given(name: &str) -> String {
    format!("the kind of data in {} is not stated", on_screen(name))
}
