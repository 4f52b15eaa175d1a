//! Profiles by name: those that come with the program, and those that a user has saved in a folder of their own.

use std::fs::{self, DirEntry};
use std::path::{Path, PathBuf};

use almoner_imports::{Profile, ProfileError, SHIPPED, shipped};
use almoner_store::{plain, private};

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
/// Names that Windows keeps for devices, whatever extension follows.
const OF_DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// Those that a digit follows.
const OF_NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

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
        let path = self.path(name).filter(|path| path.symlink_metadata().is_ok())?;
        Some(plain::text(&path, LARGEST).map_or_else(
            |error| {
                let message = format!("the saved profile {} cannot be read: {error}", path.display());
                Err(ProfileError::Unreadable(message))
            },
            |text| Profile::parse(&text),
        ))
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
                .advice(format!(
                    "use lower-case letters, digits and hyphens, at most {LONGEST} characters, and not the name of a Windows device, such as con or com1"
                ))
        })?;
        if SHIPPED.iter().any(|(shipped, _)| *shipped == name) {
            return Err(Error::refused("name-taken", format!("the profile `{name}` comes with the program"))
                .advice("choose another name"));
        }
        if path.symlink_metadata().is_ok() && !replaces {
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
        && !is_of_device(name)
}

/// True for a name that Windows keeps for a device: a file of that name cannot be made or copied there.
fn is_of_device(name: &str) -> bool {
    let is_digit = |rest: &str| matches!(rest.as_bytes(), [digit] if digit.is_ascii_digit());
    let is_numbered = |device: &&str| name.strip_prefix(*device).is_some_and(is_digit);
    OF_DEVICES.contains(&name) || OF_NUMBERED_DEVICES.iter().any(is_numbered)
}

/// Writes a file whole or not at all.
fn written(path: &Path, text: &str) -> Result<(), Error> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| private::write_whole(path, &path.with_extension("new"), text.as_bytes()))
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
            ("finance.", "invalid-value"),
            ("finance ", "invalid-value"),
            (" finance", "invalid-value"),
            ("con", "invalid-value"),
            ("nul", "invalid-value"),
            ("aux", "invalid-value"),
            ("prn", "invalid-value"),
            ("com1", "invalid-value"),
            ("lpt9", "invalid-value"),
            ("com0", "invalid-value"),
            ("canonical", "invalid-value"),
            ("spend-over-500", "name-taken"),
        ] {
            assert_eq!(profiles.save(name, DRAFT, true).map_err(|error| error.code), Err(code), "{name}");
        }
        assert!(profiles.load("spend-over-500").is_some());
        for name in ["com", "com10", "com-1", "console", "lpt", "nul-2"] {
            profiles.save(name, DRAFT, false).unwrap();
            fs::remove_file(folder.path().join("profiles").join(format!("{name}.toml"))).unwrap();
        }
        assert!(profiles.save("broken", "name = \"x\"\n", false).is_err());
        assert_eq!(profiles.names(), ["finance-system"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_place_of_a_profile_is_refused_and_not_written_through() {
        let folder = tempfile::tempdir().unwrap();
        let profiles = Profiles::in_folder(Some(folder.path().join("profiles")));
        profiles.save("mine", DRAFT, false).unwrap();
        let elsewhere = folder.path().join("elsewhere.toml");
        fs::write(&elsewhere, DRAFT).unwrap();
        let place = |name: &str| folder.path().join("profiles").join(name);
        std::os::unix::fs::symlink(&elsewhere, place("linked.toml")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("nothing"), place("dangling.toml")).unwrap();
        for name in ["linked", "dangling"] {
            let refused = profiles.load(name).unwrap().unwrap_err().to_string();
            assert!(refused.contains(&format!("{name}.toml cannot be read: it is a link")), "{refused}");
            let taken = profiles.save(name, DRAFT, false).map_err(|error| error.code);
            assert_eq!(taken, Err("name-taken"), "{name}");
        }
        // Replacing one replaces the link, not what it leads to.
        profiles.save("linked", &DRAFT.replace("Net", "Gross"), true).unwrap();
        assert!(profiles.load("linked").unwrap().is_ok());
        std::os::unix::fs::symlink(&elsewhere, place("mine.new")).unwrap();
        assert!(profiles.save("mine", &DRAFT.replace("Net", "Gross"), true).is_err());
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), DRAFT);
    }
}
