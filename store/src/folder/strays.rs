//! What else is in a ledger folder: remains of interrupted writes, and files that others put there.
//!
//! Guarantees that only remains are removed that cannot hold a record: files that a program of ours was writing for the
//! index or the settings, or as the next head file, or for an output. In the folder of the journal nothing is ever removed.

use std::path::Path;
use std::{fs, io};

use super::files::{self, UNFINISHED};
use super::lock::{self, Lock};
use super::{INDEX, NEW_INDEX, OLD_INDEX, keys, settings};
use crate::journal::{self, Journal};

/// What else is in a ledger folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrayKind {
    /// What an interrupted write left, and the next recording removes.
    Remains,
    /// What followed the last whole batch of the journal, moved out of it. It stays.
    Quarantined,
    /// A file or folder of others. It stays.
    Foreign,
}

/// A file or folder that does not belong to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// What it is.
    pub kind: StrayKind,
    /// Its path in the ledger folder, with slashes.
    pub place: String,
}

impl Stray {
    /// Returns what it is and what becomes of it.
    pub fn words(&self) -> String {
        let place = &self.place;
        match self.kind {
            StrayKind::Remains => {
                format!(
                    "{place}, left by an interrupted write; it will be removed when the next record is made"
                )
            }
            StrayKind::Quarantined => {
                format!(
                    "{place}, moved out of the journal by a repair; it contains no confirmed record, and is left in place"
                )
            }
            StrayKind::Foreign => {
                format!("{place}, which is not one of the ledger's own files; move it elsewhere")
            }
        }
    }
}

/// The signed checkpoint in a backup, which a ledger has when somebody unpacks one by hand.
pub const CHECKPOINT: &str = "checkpoint.json";

/// Names that file managers leave in any folder.
const OF_FILE_MANAGERS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Returns what else is in a ledger folder, by its place. What cannot be listed has none: whatever reads it says so. What
/// another program is writing now is left out.
pub fn list(ledger: &Path) -> Vec<Stray> {
    let mut found = Vec::new();
    for name in names(ledger) {
        match (name.as_str(), kind_beside(&name)) {
            (journal::FOLDER, _) => found.extend(of_folder(ledger, &name, kind_in_journal)),
            (INDEX, _) => found.extend(of_folder(ledger, &name, kind_in_index)),
            (_, Some(kind)) => found.push(Stray { kind, place: name }),
            (_, None) => {}
        }
    }
    found.sort_by(|one, other| one.place.cmp(&other.place));
    if found.iter().any(|it| it.kind == StrayKind::Remains) && Lock::is_held(ledger) {
        found.retain(|it| it.kind != StrayKind::Remains);
    }
    found
}

/// Removes what interrupted writes left. The caller holds the lock and has opened the journal, so that its head file is whole.
pub(super) fn remove_remains(ledger: &Path, _: &Lock, _: &Journal) {
    remove_moved_away(ledger);
    let is_remains =
        |it: &Stray| it.kind == StrayKind::Remains && ![NEW_INDEX, OLD_INDEX].contains(&it.place.as_str());
    let mut found: Vec<Stray> = names(ledger)
        .into_iter()
        .filter_map(|name| Some(Stray { kind: kind_beside(&name)?, place: name }))
        .collect();
    found.extend(of_folder(ledger, INDEX, kind_in_index));
    for stray in found.iter().filter(|it| is_remains(it)) {
        let path = ledger.join(&stray.place);
        // What cannot be removed is named, and removed another time. A link is removed itself, not what it leads to.
        let _ = match path.symlink_metadata().is_ok_and(|it| it.is_dir()) {
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
    }
}

/// Removes what an interrupted rebuilding of the index left. What is none of the index's files is put into the index, and
/// stays. The caller holds the lock.
pub(super) fn remove_moved_away(ledger: &Path) {
    for place in [NEW_INDEX, OLD_INDEX].map(|name| ledger.join(name)).iter().filter(|it| it.exists()) {
        let _ = match place.is_dir() {
            true => move_foreign(place, &ledger.join(INDEX)).and_then(|()| fs::remove_dir_all(place)),
            false => fs::remove_file(place),
        };
    }
}

/// Moves what is foreign in a folder of an index to another one.
///
/// # Errors
/// Something of that name is there already, or an error of the system: then it is still in the first.
fn move_foreign(from: &Path, to: &Path) -> io::Result<()> {
    for name in names(from).iter().filter(|name| kind_in_index(name) == Some(StrayKind::Foreign)) {
        let place = to.join(name);
        if place.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(from.join(name), place)?;
    }
    Ok(())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| !OF_FILE_MANAGERS.contains(&name.as_str())).collect()
}

fn of_folder(ledger: &Path, folder: &str, kind: fn(&str) -> Option<StrayKind>) -> Vec<Stray> {
    let names = names(&ledger.join(folder)).into_iter();
    names.filter_map(|name| Some(Stray { kind: kind(&name)?, place: format!("{folder}/{name}") })).collect()
}

/// Returns what a name in the ledger folder is, other than the ledger's own.
fn kind_beside(name: &str) -> Option<StrayKind> {
    let is_own =
        [settings::FILE, journal::FOLDER, journal::HEAD_FILE, INDEX, lock::FILE, CHECKPOINT].contains(&name);
    let is_new = [journal::NEW_HEAD_FILE, settings::NEW, NEW_INDEX, OLD_INDEX].contains(&name);
    match () {
        () if is_own => None,
        () if is_new || is_part(name) => Some(StrayKind::Remains),
        () => Some(StrayKind::Foreign),
    }
}

fn kind_in_index(name: &str) -> Option<StrayKind> {
    match () {
        () if name == keys::FOLDER || files::is_name(name) => None,
        () if name == keys::MOVED_AWAY || name.starts_with(UNFINISHED) || is_part(name) => {
            Some(StrayKind::Remains)
        }
        () => Some(StrayKind::Foreign),
    }
}

fn kind_in_journal(name: &str) -> Option<StrayKind> {
    match () {
        () if journal::is_segment(name) => None,
        () if name.starts_with(UNFINISHED) && name.ends_with(".txt") => Some(StrayKind::Quarantined),
        () => Some(StrayKind::Foreign),
    }
}

/// Returns the name of the output that is written under this name until it is whole: `panel.html` for
/// `.panel.html.1234.part`.
pub fn output_of_part(name: &str) -> Option<&str> {
    let (output, process) = name.strip_prefix('.')?.strip_suffix(".part")?.rsplit_once('.')?;
    let is_number = !process.is_empty() && process.bytes().all(|it| it.is_ascii_digit());
    (is_number && !output.is_empty()).then_some(output)
}

fn is_part(name: &str) -> bool {
    output_of_part(name).is_some()
}

#[cfg(test)]
mod tests {
    use almoner_ledger::decide::opening;

    use super::*;
    use crate::folder::lock::Turn;
    use crate::folder::{Access, Ledger};

    const REMAINS: &[&str] = &[
        "head.new",
        "ledger.toml.new",
        "index.new/large-000000000007-0123456789abcdef",
        "index.new/unfinished-1-1",
        "index.old",
        "index/unfinished-17-3",
        "index/keys.old/db",
        "index/.panel.html.4711.part",
        ".books.jsonl.12.part",
    ];
    const OTHERS: &[(&str, StrayKind)] = &[
        ("journal/unfinished-3-1.txt", StrayKind::Quarantined),
        ("journal/.000000000001.jsonl.4711.part", StrayKind::Foreign),
        ("journal/000000000001.jsonl.part", StrayKind::Foreign),
        ("journal/000000000001 (copy).jsonl", StrayKind::Foreign),
        ("journal/unfinished-3-1", StrayKind::Foreign),
        ("head.part", StrayKind::Foreign),
        ("head (conflict)", StrayKind::Foreign),
        (".part", StrayKind::Foreign),
        (".1.part", StrayKind::Foreign),
        (".a.1x.part", StrayKind::Foreign),
        ("index/large-7-0123", StrayKind::Foreign),
        ("letters/a.docx", StrayKind::Foreign),
    ];
    const UNNAMED: &[&str] = &[".DS_Store", "journal/desktop.ini", "index/Thumbs.db"];

    fn put(ledger: &Path, place: &str) {
        let path = ledger.join(place);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "content").unwrap();
    }

    /// The path that is named for what was put there: a folder is named as one.
    fn named(place: &str) -> &str {
        let whole = ["index.new", "index/keys.old", "letters"];
        whole.into_iter().find(|it| place.starts_with(&format!("{it}/"))).unwrap_or(place)
    }

    #[test]
    fn remains_are_named_and_removed_and_what_may_hold_data_is_named_and_stays() {
        for is_rebuilt in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.ledger");
            let events = opening("0123".to_owned(), "Test body".parse().unwrap());
            drop(
                Ledger::create(&path, events, "2015-04-01T09:00:00Z".to_owned(), "jane".to_owned()).unwrap(),
            );
            assert_eq!(list(&path), []);
            let others = OTHERS.iter().map(|(place, _)| *place);
            REMAINS
                .iter()
                .copied()
                .chain(others)
                .chain(UNNAMED.iter().copied())
                .for_each(|it| put(&path, it));
            let mut expected: Vec<Stray> = OTHERS
                .iter()
                .map(|(place, kind)| Stray { kind: *kind, place: named(place).to_owned() })
                .collect();
            expected.sort_by(|one, other| one.place.cmp(&other.place));
            let (remains, rest): (Vec<_>, Vec<_>) =
                list(&path).into_iter().partition(|it| it.kind == StrayKind::Remains);
            let mut places: Vec<&str> = REMAINS.iter().map(|it| named(it)).collect();
            places.sort_unstable();
            places.dedup();
            assert_eq!(remains.iter().map(|it| it.place.as_str()).collect::<Vec<_>>(), places);
            assert_eq!(rest, expected);
            if is_rebuilt {
                Ledger::rebuild(&path, &Turn::default(), None, &mut |_, _| {}).unwrap();
            } else {
                let (ledger, _) = Ledger::open(&path, Access::Write, &mut |_, _| {}).unwrap();
                // What another program writes is not named.
                put(&path, "head.new");
                assert_eq!(list(&path), expected);
                fs::remove_file(path.join("head.new")).unwrap();
                drop(ledger);
            }
            assert_eq!(list(&path), expected);
            for (place, _) in OTHERS {
                assert_eq!(fs::read_to_string(path.join(place)).unwrap(), "content", "{place}");
            }
        }
    }

    #[test]
    fn nothing_is_removed_from_a_ledger_that_has_lost_its_head() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ledger");
        let events = opening("0123".to_owned(), "Test body".parse().unwrap());
        drop(Ledger::create(&path, events, "2015-04-01T09:00:00Z".to_owned(), "jane".to_owned()).unwrap());
        fs::rename(path.join("head"), path.join("head.new")).unwrap();
        assert!(Ledger::open(&path, Access::Write, &mut |_, _| {}).is_err());
        assert!(Ledger::rebuild(&path, &Turn::default(), None, &mut |_, _| {}).is_err());
        assert!(path.join("head.new").exists());
    }
}
