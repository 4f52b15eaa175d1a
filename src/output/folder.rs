//! Several files in a folder that appears whole or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use almoner_ledger::audience::Audience;
use almoner_store::plain;

use crate::output::{check_outside, creating, exists, refused_by_system, stream_into};
use crate::problem::Problem;

/// Refuses a path that cannot be written to, before anything is read.
pub fn check_free(folder: &Path, overwrite: bool) -> Result<(), Problem> {
    check_outside(folder)?;
    let is_there = folder.symlink_metadata().is_ok();
    if is_there && !(overwrite && folder.is_dir()) { Err(exists(folder)) } else { Ok(()) }
}

/// Writes files into a new folder, first under a temporary name, then renamed. `overwrite` replaces a folder
/// that contains only files of these names.
pub fn write_folder(
    folder: &Path,
    files: &[(String, Vec<u8>)],
    overwrite: bool,
    audience: Audience,
) -> Result<(), Problem> {
    check_free(folder, overwrite)?;
    let unwritable = |error: std::io::Error| refused_by_system(folder, &error);
    let part = beside(folder, "part")?;
    fs::create_dir(&part).map_err(unwritable)?;
    let written = files.iter().try_for_each(|(name, bytes)| {
        stream_into(&part.join(name), false, creating(audience), &mut |file| file.write_all(bytes))
    });
    let placed = written.and_then(|()| match folder.is_dir() {
        true => replace(folder, &part, files),
        false => plain::rename(&part, folder).map_err(unwritable),
    });
    if placed.is_err() {
        // Failing to remove the partial folder is no further error.
        drop(fs::remove_dir_all(&part));
    }
    placed
}

/// Replaces a folder that contains only files of the same names.
fn replace(folder: &Path, part: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    let unwritable = |error: std::io::Error| refused_by_system(folder, &error);
    for entry in fs::read_dir(folder).map_err(unwritable)? {
        let name = entry.map_err(unwritable)?.file_name();
        if !files.iter().any(|(ours, _)| name.to_str() == Some(ours.as_str())) {
            let other = folder.join(name);
            let message = format!("the folder to be replaced contains another file: `{}`", other.display());
            return Err(Problem::refused("holds-other-files", message)
                .hint("move it elsewhere, or choose another folder"));
        }
    }
    let old = beside(folder, "old")?;
    plain::rename(folder, &old).map_err(unwritable)?;
    if let Err(error) = fs::rename(part, folder) {
        drop(fs::rename(&old, folder));
        return Err(unwritable(error));
    }
    // The new files are in place; failing to remove the old ones is no error.
    drop(fs::remove_dir_all(&old));
    Ok(())
}

/// Returns a hidden temporary name in the same folder.
fn beside(folder: &Path, what: &str) -> Result<PathBuf, Problem> {
    let name = folder
        .file_name()
        .ok_or_else(|| refused_by_system(folder, &std::io::Error::from(std::io::ErrorKind::InvalidInput)))?;
    Ok(folder.with_file_name(format!(".{}.{}.{what}", name.to_string_lossy(), std::process::id())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_appear_whole_and_only_their_own_files_are_replaced() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("march");
        let files = |text: &str| vec![("a.csv".to_owned(), text.into()), ("b.csv".to_owned(), b"b".to_vec())];
        write_folder(&folder, &files("one"), false, Audience::Public).unwrap();
        assert_eq!(write_folder(&folder, &files("two"), false, Audience::Public), Err(exists(&folder)));
        assert_eq!(fs::read(folder.join("a.csv")).unwrap(), b"one");
        write_folder(&folder, &files("two"), true, Audience::Public).unwrap();
        assert_eq!(fs::read(folder.join("a.csv")).unwrap(), b"two");
        let notes = folder.join("notes.txt");
        fs::write(&notes, "mine").unwrap();
        let refused = write_folder(&folder, &files("three"), true, Audience::Public).unwrap_err();
        assert_eq!(refused.code(), "holds-other-files");
        assert_eq!(fs::read(folder.join("a.csv")).unwrap(), b"two");
        assert_eq!(fs::read(notes).unwrap(), b"mine");
        assert!(write_folder(&place.path().join("no/folder"), &files("x"), false, Audience::Public).is_err());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    }
}
