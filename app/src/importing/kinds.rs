//! What a file seems to be: in columns of our own, of a known source, or of a source that a profile is drafted for.

use almoner_imports::bulletin::{TEXT_LIMIT, bulletin};
use almoner_imports::{
    Guess, Kind, Layout, NotGuessed, Profile, Recognised, Say, decoded, guess, read, recognised,
};

use crate::profiles::Profiles;

/// What a file seems to be.
#[derive(Clone, Debug)]
pub enum Looks {
    /// It has our own columns of these kinds.
    Columns(Vec<Kind>),
    /// A profile reads it, of this name.
    Profile(Kind, String),
    /// It is a bank statement.
    Statement(Recognised),
    /// A profile was drafted for it.
    Drafted(Guess),
    /// It is a list of decisions in prose.
    Decisions,
    /// Nothing that is known, or it cannot be read.
    Unknown(NotGuessed),
}

/// Returns what a file seems to be; of a kind, if one is given. `say` says in a drafted profile what to do next.
pub fn looks(
    (name, bytes): (&str, &[u8]),
    kind: Option<Kind>,
    layout: &Layout,
    profiles: &Profiles,
    say: Say<'_>,
) -> Looks {
    let has_columns = |kind: &Kind| read(*kind, name, bytes, None, layout).is_whole();
    let asked = |it: &Kind| kind.is_none_or(|kind| kind == *it);
    let ours: Vec<Kind> = Kind::ALL.into_iter().filter(asked).filter(has_columns).collect();
    if !ours.is_empty() {
        return Looks::Columns(ours);
    }
    if asked(&Kind::Statements)
        && let Some(found) = recognised(name, bytes, layout)
    {
        return Looks::Statement(found);
    }
    if let Some((kind, profile)) = profile((name, bytes), kind, layout, profiles) {
        return Looks::Profile(kind, profile);
    }
    match guess(name, bytes, kind, layout, say) {
        Ok(guess) => Looks::Drafted(guess),
        Err(error) if error.code == "nothing-to-guess" && kind.is_none() && is_bulletin(bytes) => {
            Looks::Decisions
        }
        Err(error) => Looks::Unknown(error),
    }
}

/// Returns the profile that reads the most rows of a file, one that was saved before one that comes with the program;
/// none if it reads fewer than half of them.
fn profile(
    (name, bytes): (&str, &[u8]),
    kind: Option<Kind>,
    layout: &Layout,
    profiles: &Profiles,
) -> Option<(Kind, String)> {
    let fits =
        |profile: &Profile| profile.kind != Kind::Statements && kind.is_none_or(|kind| kind == profile.kind);
    let mut best: Option<(usize, Kind, String)> = None;
    for known in profiles.all_names() {
        let Some(Ok(profile)) = profiles.load(&known) else { continue };
        if !fits(&profile) {
            continue;
        }
        let file = read(profile.kind, name, bytes, Some(&profile), layout);
        let read = file.rows.iter().filter(|row| row.request.is_some()).count();
        let is_better = best.as_ref().is_none_or(|(most, ..)| read > *most);
        if file.is_whole() && read > 0 && read * 2 >= file.rows.len() && is_better {
            best = Some((read, profile.kind, known));
        }
    }
    best.map(|(_, kind, name)| (kind, name))
}

fn is_bulletin(bytes: &[u8]) -> bool {
    let text =
        Some(bytes).filter(|bytes| bytes.len() <= TEXT_LIMIT).and_then(|bytes| decoded(bytes.to_vec()).ok());
    text.and_then(|text| bulletin(&text).ok()).is_some_and(|found| !found.decisions.is_empty())
}
