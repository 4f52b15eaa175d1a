//! Profiles by name: those that come with the program, and those that a user has saved in a folder of their own.

use std::fs::{self, DirEntry, File};
use std::path::{Path, PathBuf};

use almoner_imports::{Profile, ProfileError, SHIPPED, shipped};
use almoner_store::plain;

use crate::error::Error;

/// The name for files in canonical columns, without a profile.
pub const CANONICAL: &str = "canonical";
/// The name for the profile that is drafted from the file itself.
pub const DRAFTED: &str = "drafted";
/// The maximum length of a name.
const LONGEST: usize = 60;
/// The maximum size of a profile, in bytes.
const LARGEST: u64 = 256 * 1024;
/// Names that mean something else.
const RESERVED: [&str; 2] = [CANONICAL, DRAFTED];

/// Profiles by name.
#[derive(Clone, Debug, Default)]
pub struct Profiles {
    folder: Option<PathBuf>,
}

impl Profiles {
    /// Returns the profiles that come with the program, and those saved in a folder.
    pub fn in_folder(folder: Option<PathBuf>) -> Profiles {
        Profiles { folder }
    }

    /// True if profiles can be saved.
    pub fn can_save(&self) -> bool {
        self.folder.is_some()
    }

    /// Returns the names of the saved profiles, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = self.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok());
        let name = |entry: DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            name.strip_suffix(".toml").filter(|name| is_name(name)).map(str::to_owned)
        };
        let mut names: Vec<String> = entries.into_iter().flatten().flatten().filter_map(name).collect();
        names.sort();
        names
    }

    /// Returns the names of the saved profiles, and then of those that come with the program.
    pub fn all_names(&self) -> Vec<String> {
        let shipped = SHIPPED.iter().map(|(name, _)| (*name).to_owned());
        self.names().into_iter().chain(shipped).collect()
    }

    /// Returns the profile of a name; `None` if there is none. A name never names a file elsewhere.
    pub fn load(&self, name: &str) -> Option<Result<Profile, ProfileError>> {
        if let Some(profile) = shipped(name) {
            return Some(profile);
        }
        let text = plain::text(&self.path(name)?, LARGEST).ok()?;
        Some(Profile::parse(&text))
    }

    /// Saves a drafted profile under a name.
    ///
    /// # Errors
    ///
    /// If the name is none, or is taken and is not to be replaced, or the profile cannot be written.
    pub fn save(&self, name: &str, draft: &str, replaces: bool) -> Result<(), Error> {
        let path = self.path(name).ok_or_else(|| {
            let message = format!("`{name}` cannot be the name of a profile");
            Error::refused("invalid-value", message)
                .advice(format!("use lower-case letters, digits and hyphens, at most {LONGEST} characters"))
        })?;
        if SHIPPED.iter().any(|(shipped, _)| *shipped == name) {
            return Err(Error::refused("name-taken", format!("the profile `{name}` comes with the program"))
                .advice("choose another name"));
        }
        if path.exists() && !replaces {
            return Err(Error::refused("name-taken", format!("there is already a profile `{name}`"))
                .advice("choose another name, or replace it"));
        }
        let text = Profile::text_named(draft, name);
        Profile::parse(&text).map_err(|error| Error::refused("bad-profile", error.to_string()))?;
        written(&path, &text)
    }

    /// Returns where the profile of a name is saved; `None` if it is no name.
    fn path(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_ref().filter(|_| is_name(name)).map(|folder| folder.join(format!("{name}.toml")))
    }
}

/// True for letters, digits and hyphens that mean nothing else.
fn is_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty()
        && name.len() <= LONGEST
        && !name.starts_with('-')
        && name.bytes().all(is_plain)
        && !RESERVED.contains(&name)
}

/// Writes a file whole or not at all.
fn written(path: &Path, text: &str) -> Result<(), Error> {
    let new = path.with_extension("new");
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    let written = made.and_then(|()| fs::write(&new, text)).and_then(|()| File::open(&new)?.sync_all());
    written
        .and_then(|()| fs::rename(&new, path))
        .map_err(|error| Error::unavailable("not-written", format!("the profile cannot be written: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAFT: &str = "# Draft profile for theirs.\nname = \"theirs\"\nabout = \"Files like theirs; draft, to be checked\"\nkind = \"payments\"\n\n[columns.amount]\nfrom = \"Net\"\n";

    #[test]
    fn a_saved_profile_is_found_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = Profiles::in_folder(Some(folder.path().join("profiles")));
        assert!(profiles.names().is_empty() && profiles.load("finance-system").is_none());
        profiles.save("finance-system", DRAFT, false).unwrap();
        assert_eq!(profiles.names(), ["finance-system"]);
        let profile = profiles.load("finance-system").unwrap().unwrap();
        assert_eq!((profile.name.as_str(), profile.about.as_str()), ("finance-system", "Files like theirs"));
        let again = profiles.save("finance-system", DRAFT, false).map_err(|error| error.code);
        assert_eq!(again, Err("name-taken"));
        profiles.save("finance-system", DRAFT, true).unwrap();
        for (name, code) in [
            ("", "invalid-value"),
            ("..", "invalid-value"),
            ("../finance", "invalid-value"),
            ("a/b", "invalid-value"),
            ("Finance", "invalid-value"),
            ("-a", "invalid-value"),
            ("canonical", "invalid-value"),
            ("spend-over-500", "name-taken"),
        ] {
            assert_eq!(profiles.save(name, DRAFT, true).map_err(|error| error.code), Err(code), "{name}");
        }
        assert!(profiles.load("spend-over-500").is_some());
        assert!(profiles.save("broken", "name = \"x\"\n", false).is_err());
        assert_eq!(profiles.names(), ["finance-system"]);
    }
}
