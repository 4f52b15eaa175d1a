//! What this computer has seen of a ledger: a note in the user's own folder, outside the ledger's.
//!
//! ```text
//! 0123456789abcdef-9f86d081884c7d65.json   by the ledger's id and by its place
//! ```
//!
//! The place is only there so that a copy made to try something out can go its own way. A ledger that was not seen
//! in its place before is compared with what was seen of it elsewhere.
//!
//! A note says how far the journal was verified or recorded here, and which files of the index were derived from it
//! here, each with the hash that it ends or begins with. Whoever can write to the ledger's folder need not be able to
//! write here. Without a note nothing is trusted that the journal does not show.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use almoner_ledger::hash::Hash;
use serde::{Deserialize, Serialize};

use crate::folder::files::{self, Kind};
use crate::folder::snapshot::Snapshot;
use crate::journal::Extent;
use crate::journal::segment;
use crate::{plain, private};

/// A note is small; whatever is longer is none.
const LONGEST: u64 = 64 << 10;
/// The first record of a ledger is short.
const LONGEST_FIRST_LINE: u64 = 1 << 20;

/// The content of a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Note {
    /// The end of the journal that was verified or recorded here.
    pub(crate) end: Extent,
    /// The files of the index that were derived from the journal here, by name.
    pub(crate) files: BTreeMap<String, Hash>,
}

/// The notes of a ledger.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Where its own note is.
    place: PathBuf,
    /// Its own note or, before there is one, that of another place if the journal has its end.
    note: Option<Note>,
    /// The notes of other places, as long as there is none of its own.
    others: Vec<Note>,
}

impl Seen {
    /// Reads the note of the ledger in a folder from the folder of notes; `None` for a ledger without an id, which no
    /// note can be of.
    pub(crate) fn read(notes: &Path, ledger: &Path) -> Option<Seen> {
        let id = id_in_journal(ledger)?;
        let whole = fs::canonicalize(ledger).unwrap_or_else(|_| ledger.to_owned());
        let digits = Hash::of(whole.as_os_str().as_encoded_bytes()).to_string();
        let place = notes.join(format!("{id}-{}.json", &digits[..16]));
        let note = read_note(&place);
        let others = if note.is_some() { Vec::new() } else { notes_of(notes, &id) };
        Some(Seen { place, note, others })
    }

    /// Returns the notes that the journal must have the end of: one of them is enough.
    pub(crate) fn candidates(&self) -> &[Note] {
        self.note.as_ref().map_or(&self.others, std::slice::from_ref)
    }

    /// Returns whether the ledger was not seen at this place.
    pub(crate) fn is_first_here(&self) -> bool {
        self.note.is_none()
    }

    /// Chooses the one of these notes that the journal has the end of.
    pub(crate) fn choose(&mut self, place: Option<usize>) {
        self.note = place.and_then(|place| self.candidates().get(place).cloned());
        self.others.clear();
    }

    /// Returns the last record that was verified or recorded here.
    pub(crate) fn last(&self) -> u64 {
        self.note.as_ref().map_or(0, |note| note.end.head.record)
    }

    /// Returns whether all the runs of a snapshot were derived from the journal here. One without runs is nothing
    /// but the journal.
    pub(crate) fn vouches_for(&self, snapshot: &Snapshot) -> bool {
        let is_noted = |(name, seal): (String, Hash)| {
            self.note.as_ref().is_some_and(|note| note.files.get(&name) == Some(&seal))
        };
        snapshot.seals().into_iter().all(is_noted)
    }

    /// Returns whether the totals with this seal at the end of the journal were derived from it here.
    pub(crate) fn vouches_for_totals(&self, end: Extent, seal: Hash) -> bool {
        let name = files::name(Kind::Totals, end.head);
        self.note.as_ref().is_some_and(|note| note.end == end && note.files.get(&name) == Some(&seal))
    }

    /// Notes what is now known, unless it is noted. A later note of another program stays.
    pub(crate) fn set(&mut self, note: Note) -> io::Result<()> {
        if self.note.as_ref() == Some(&note) {
            return Ok(());
        }
        let is_later = |there: &Note| there.end.head.record > note.end.head.record;
        if self.note.is_some() && read_note(&self.place).is_some_and(|there| is_later(&there)) {
            return Ok(());
        }
        self.replace(note)
    }

    /// Notes this whatever was noted before.
    pub(crate) fn replace(&mut self, note: Note) -> io::Result<()> {
        let text = serde_json::to_vec(&note).map_err(io::Error::other)?;
        match self.place.parent() {
            Some(folder) if folder.as_os_str().is_empty() => {
                return Err(io::Error::other("the user's own folder is not known"));
            }
            Some(folder) => private::folder(folder)?,
            None => {}
        }
        let new = self.place.with_extension(format!("new-{}", std::process::id()));
        let written = private::create(&new).and_then(|mut file| file.write_all(&text));
        let replaced = written.and_then(|()| fs::rename(&new, &self.place));
        if replaced.is_err() {
            let _ = fs::remove_file(&new);
        }
        replaced?;
        self.note = Some(note);
        Ok(())
    }

    /// Reads its own note again: another program of this computer may have noted a file since.
    pub(crate) fn read_again(&mut self) {
        self.note = read_note(&self.place).or(self.note.take());
    }

    /// Returns the same with its own note read again.
    pub(crate) fn again(&self) -> Seen {
        let mut again = self.clone();
        again.read_again();
        again
    }

    /// Returns whether anything is noted of the ledger.
    pub(crate) fn has_note(&self) -> bool {
        self.note.is_some()
    }

    /// Returns where the note is.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }
}

/// Reads a note; `None` when there is none or it cannot be read, as after a power cut, since it is not synced.
fn read_note(place: &Path) -> Option<Note> {
    serde_json::from_slice(&plain::read(place, LONGEST).ok()?).ok()
}

/// Reads the notes of a ledger at other places.
fn notes_of(notes: &Path, id: &str) -> Vec<Note> {
    let Ok(entries) = fs::read_dir(notes) else { return Vec::new() };
    let is_of_ledger = |name: &str| {
        name.strip_prefix(id).is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".json"))
    };
    let paths = entries.flatten().filter(|it| it.file_name().to_str().is_some_and(is_of_ledger));
    paths.filter_map(|it| read_note(&it.path())).collect()
}

/// Reads the ledger's id from its first record.
fn id_in_journal(ledger: &Path) -> Option<String> {
    #[derive(Deserialize)]
    struct First {
        opened: Opened,
    }
    #[derive(Deserialize)]
    struct Opened {
        ledger: String,
    }
    let mut line = Vec::new();
    let file = plain::open(&ledger.join(segment::FOLDER).join(segment::file_name(1))).ok()?;
    BufReader::new(file.take(LONGEST_FIRST_LINE)).read_until(b'\n', &mut line).ok()?;
    let First { opened: Opened { ledger: id } } = serde_json::from_slice(&line).ok()?;
    let is_id = (1..=64).contains(&id.len()) && id.bytes().all(|it| it.is_ascii_alphanumeric());
    is_id.then_some(id)
}

#[cfg(test)]
mod tests {
    use almoner_ledger::head::Head;

    use super::*;

    fn note(record: u64) -> Note {
        let mut end = Extent::EMPTY;
        end.head = Head { record, hash: Hash::of(&record.to_le_bytes()) };
        Note { end, files: BTreeMap::from([("large-1".to_owned(), Hash::of(b"large"))]) }
    }

    #[test]
    fn a_note_is_read_back_and_never_goes_back() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("notes/0123.json");
        let read = || Seen { place: place.clone(), note: read_note(&place), others: Vec::new() };
        let mut seen = read();
        assert_eq!(seen.note, None);
        seen.set(note(7)).unwrap();
        assert_eq!(read().note, Some(note(7)));
        let mut earlier = read();
        seen.set(note(9)).unwrap();
        earlier.set(note(8)).unwrap();
        assert_eq!(read().note, Some(note(9)));
        earlier.replace(note(8)).unwrap();
        assert_eq!(read().note, Some(note(8)));
        seen = Seen { place: "none.json".into(), ..read() };
        assert!(seen.replace(note(9)).is_err(), "without a folder there is no place for a note");
        // What cannot be read is no note.
        for text in ["", "{", "{}", &"x".repeat(70_000)] {
            fs::write(&place, text).unwrap();
            assert_eq!(read().note, None, "{text}");
        }
    }

    #[test]
    fn a_place_without_a_note_is_compared_with_other_places() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes");
        let ledger = |name: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.join("journal")).unwrap();
            let line = "{\"n\":1,\"opened\":{\"ledger\":\"0a\",\"body\":\"B\"}}\n";
            fs::write(path.join("journal/000000000001.jsonl"), line).unwrap();
            path
        };
        let (one, other) = (ledger("one"), ledger("other"));
        let mut seen = Seen::read(&notes, &one).unwrap();
        assert_eq!(seen.candidates(), []);
        seen.set(note(7)).unwrap();
        let mut copy = Seen::read(&notes, &other).unwrap();
        assert_eq!((copy.candidates(), copy.last()), (&[note(7)][..], 0));
        copy.choose(Some(0));
        assert_eq!(copy.last(), 7);
        copy.set(note(8)).unwrap();
        assert_eq!(Seen::read(&notes, &other).unwrap().candidates(), [note(8)]);
        assert_eq!(Seen::read(&notes, &one).unwrap().candidates(), [note(7)]);
    }

    #[test]
    fn the_id_is_that_of_the_first_record() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("journal")).unwrap();
        for (text, id) in [
            ("{\"n\":1,\"opened\":{\"ledger\":\"0a\",\"body\":\"B\"}}\n", Some("0a")),
            ("{\"n\":1,\"opened\":{\"ledger\":\"../a\",\"body\":\"B\"}}\n", None),
            ("{\"n\":1,\"opened\":{\"ledger\":\"\",\"body\":\"B\"}}\n", None),
            ("{\"n\":1,\"theme-added\":{}}\n", None),
            ("", None),
        ] {
            fs::write(folder.path().join("journal/000000000001.jsonl"), text).unwrap();
            assert_eq!(id_in_journal(folder.path()).as_deref(), id, "{text}");
        }
    }
}
