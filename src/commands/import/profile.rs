//! Loads the profile of a file.

use std::path::Path;

use almoner_app::profiles::CANONICAL;
use almoner_imports::{Kind, Profile, ProfileError, SHIPPED};
use almoner_ledger::rejection::nearest;

use crate::context::profiles;
use crate::input;
use crate::problem::Problem;
use crate::remedies;

/// Loads a shipped profile, one that the user has saved, or a profile file; `None` for canonical columns.
pub fn load(name: &str, kind: Kind) -> Result<Option<Profile>, Problem> {
    if name == CANONICAL {
        return Ok(None);
    }
    let profile = match profiles().load(name) {
        Some(profile) => profile.map_err(|error| not_a_profile(name, &error))?,
        None => from_file(name)?,
    };
    if profile.kind != kind {
        let message =
            format!("profile {} is for {}, not for {}", profile.name, profile.kind.word(), kind.word());
        let hint = format!("use `{}`, or give another profile", remedies::command_of(profile.kind));
        return Err(Problem::refused("another-kind", message).hint(hint));
    }
    Ok(Some(profile))
}

fn from_file(name: &str) -> Result<Profile, Problem> {
    let saved = profiles().names();
    let known = || SHIPPED.iter().map(|(name, _)| *name).chain(saved.iter().map(String::as_str));
    if !Path::new(name).exists() {
        let hint = match nearest(name, known()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!(
                "give a profile file, or one of {}, {CANONICAL}",
                known().collect::<Vec<_>>().join(", ")
            ),
        };
        let message = format!("there is no profile or file `{name}`");
        return Err(Problem::refused("unknown-profile", message).hint(&hint));
    }
    let text = input::text(Path::new(name), format_args!("the profile {name}"))?;
    Profile::parse(&text).map_err(|error| not_a_profile(name, &error))
}

fn not_a_profile(name: &str, error: &ProfileError) -> Problem {
    Problem::refused("bad-profile", format!("{name} is not a valid profile: {error}"))
        .hint("correct the profile; the documentation lists what a profile can contain")
}
