//! Power cuts: a disk that keeps what was synced, and of everything else what it pleases.
//!
//! A journal is written on a tape of its changes. From any moment of it, images are made of what the disk
//! may hold: unsynced writes in any selection of sectors, in any order; unsynced names likewise. Each is
//! opened as a program would after the power is back, half of them once more after a cut in the middle of
//! that opening.

use std::collections::BTreeMap;

use super::super::disk::tape::{Change, Tape};
use super::*;
use crate::tally::{Random, rounds, tally};

const SECTOR: usize = 512;

/// What an unwritten sector reads as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    Zeros,
    /// Whatever was on the disk there before, which some file systems show.
    Junk,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    /// What is on the disk.
    kept: Vec<u8>,
    /// What is not yet.
    pending: Vec<Change>,
}

/// A disk, as it is by the changes so far.
#[derive(Debug, Clone, Default)]
struct Simulated {
    inodes: Vec<Inode>,
    /// Which names are on the disk.
    kept: BTreeMap<PathBuf, usize>,
    /// Which names the system shows.
    shown: BTreeMap<PathBuf, usize>,
    /// Changes of names that are not yet on the disk, with the files that they are about.
    pending: Vec<(Change, usize)>,
}

impl Simulated {
    /// A disk that holds these files, all of them safely.
    fn holding(files: &BTreeMap<PathBuf, Vec<u8>>) -> Simulated {
        let mut disk = Simulated::default();
        for (path, content) in files {
            let number = disk.inodes.len();
            disk.inodes.push(Inode { kept: content.clone(), pending: Vec::new() });
            disk.kept.insert(path.clone(), number);
            disk.shown.insert(path.clone(), number);
        }
        disk
    }

    fn play(&mut self, change: &Change, random: &mut Random) {
        match change {
            Change::Promised { .. } => {}
            Change::Create { path } | Change::CreateOrEmpty { path } if !self.shown.contains_key(path) => {
                let number = self.inodes.len();
                self.inodes.push(Inode::default());
                self.shown.insert(path.clone(), number);
                self.pending.push((change.clone(), number));
            }
            Change::Create { path } => panic!("{} is there already", path.display()),
            Change::CreateOrEmpty { path } => {
                let emptied = Change::Truncate { path: path.clone(), length: 0 };
                self.inode(path).pending.push(emptied);
            }
            Change::Write { path, .. } | Change::Truncate { path, .. } => {
                self.inode(path).pending.push(change.clone());
            }
            Change::Sync { path, succeeded: true } => self.inode(path).keep_all(),
            // The system forgets what it could not write, and shows it all the same.
            Change::Sync { path, succeeded: false } => {
                let inode = self.inode(path);
                inode.keep_some(random, Lost::Zeros);
                inode.pending.clear();
            }
            Change::SyncFolder { path } => {
                let (there, elsewhere) =
                    std::mem::take(&mut self.pending).into_iter().partition(|(it, _)| folder_of(it) == *path);
                self.pending = elsewhere;
                let there: Vec<(Change, usize)> = there;
                there.iter().for_each(|(change, number)| self.keep_name(change, *number));
            }
            Change::Rename { from, to } => {
                let number = self.shown.remove(from).unwrap();
                self.shown.insert(to.clone(), number);
                self.pending.push((change.clone(), number));
            }
            Change::Remove { path } => {
                let number = self.shown.remove(path).unwrap();
                self.pending.push((change.clone(), number));
            }
        }
    }

    fn inode(&mut self, path: &Path) -> &mut Inode {
        &mut self.inodes[self.shown[path]]
    }

    fn keep_name(&mut self, change: &Change, number: usize) {
        match change {
            Change::Rename { from, to } => {
                self.kept.remove(from);
                self.kept.insert(to.clone(), number);
            }
            Change::Remove { path } => drop(self.kept.remove(path)),
            Change::Create { path } | Change::CreateOrEmpty { path } => {
                self.kept.insert(path.clone(), number);
            }
            other => panic!("{other:?} changes no name"),
        }
    }

    /// What is there when the power is back.
    fn after_power_cut(mut self, random: &mut Random, lost: Lost) -> BTreeMap<PathBuf, Vec<u8>> {
        let pending = std::mem::take(&mut self.pending);
        // A journalling file system keeps names in order; one without keeps any of them.
        let in_order = random.below(2) == 0;
        let kept = random.below(pending.len() as u64 + 1) as usize;
        for (place, (change, number)) in pending.iter().enumerate() {
            if if in_order { place < kept } else { random.below(2) == 0 } {
                self.keep_name(change, *number);
            }
        }
        let mut files = BTreeMap::new();
        for (path, number) in &self.kept {
            let inode = &mut self.inodes[*number];
            inode.keep_some(random, lost);
            files.insert(path.clone(), inode.kept.clone());
        }
        files
    }
}

impl Inode {
    fn keep_all(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Truncate { length, .. } => self.kept.resize(length as usize, 0),
                Change::Write { place, bytes, .. } => self.put(place as usize, &bytes, 0),
                other => panic!("{other:?} changes no content"),
            }
        }
    }

    /// Keeps a selection of what is pending: nothing, all, up to some sector, or sectors here and there.
    fn keep_some(&mut self, random: &mut Random, lost: Lost) {
        let manner = random.below(4);
        let pending = std::mem::take(&mut self.pending);
        let sectors: usize = pending
            .iter()
            .map(|it| if let Change::Write { bytes, .. } = it { bytes.len() / SECTOR + 2 } else { 1 })
            .sum();
        let limit = random.below(sectors as u64 + 1);
        let mut count = 0;
        let mut is_kept = |random: &mut Random| {
            count += 1;
            match manner {
                0 => false,
                1 => true,
                2 => count <= limit,
                _ => random.below(4) != 0,
            }
        };
        for change in &pending {
            match change {
                Change::Truncate { length, .. } => {
                    if is_kept(random) {
                        self.kept.resize(*length as usize, 0);
                    }
                }
                Change::Write { place, bytes, .. } => {
                    let mut place = *place as usize;
                    let mut bytes = bytes.as_slice();
                    while !bytes.is_empty() {
                        let (sector, rest) = bytes.split_at(bytes.len().min(SECTOR - place % SECTOR));
                        if is_kept(random) {
                            let filling = if lost == Lost::Junk { random.below(256) as u8 } else { 0 };
                            self.put(place, sector, filling);
                        }
                        place += sector.len();
                        bytes = rest;
                    }
                }
                other => panic!("{other:?} changes no content"),
            }
        }
        // A file's length may reach the disk before what is in it.
        if manner == 3 && random.below(4) == 0 {
            let filling = if lost == Lost::Junk { b'x' } else { 0 };
            let length = self.kept.len().max(pending.iter().fold(0, |length, change| match change {
                Change::Write { place, bytes, .. } => length.max(*place as usize + bytes.len()),
                _ => length,
            }));
            self.kept.resize(length, filling);
        }
    }

    fn put(&mut self, place: usize, bytes: &[u8], filling: u8) {
        if self.kept.len() < place + bytes.len() {
            self.kept.resize(place, filling);
            self.kept.resize(place + bytes.len(), filling);
        }
        self.kept[place..place + bytes.len()].copy_from_slice(bytes);
    }
}

fn folder_of(change: &Change) -> PathBuf {
    match change {
        Change::Create { path } | Change::CreateOrEmpty { path } | Change::Remove { path } => path,
        Change::Rename { to, .. } => to,
        other => panic!("{other:?} changes no name"),
    }
    .parent()
    .unwrap()
    .to_owned()
}

/// All files of a ledger's folder.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for folder in [folder.to_owned(), folder.join(segment::FOLDER)] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                files.insert(path.clone(), fs::read(path).unwrap());
            }
        }
    }
    files
}

/// Makes the folder hold just these files.
fn lay_out(folder: &Path, image: &BTreeMap<PathBuf, Vec<u8>>) {
    for path in files(folder).into_keys() {
        fs::remove_file(path).unwrap();
    }
    for (path, content) in image {
        fs::write(path, content).unwrap();
    }
}

/// What each batch holds, and which of them are recorded.
#[derive(Clone, Default)]
struct Model {
    /// Every batch that was tried, in the order in which they were.
    tried: Vec<Vec<u64>>,
    /// Those that are promised, by their place among those tried.
    promised: Vec<Vec<usize>>,
}

/// The amounts of all records, or why they cannot be read.
fn recorded(journal: &Journal) -> (Vec<u64>, Option<Damage>) {
    let mut amounts = Vec::new();
    let mut whole = 0;
    for line in journal.records::<Event>(1) {
        match line {
            Ok(Line::Record(record)) => amounts.push(record.event.pence),
            Ok(Line::Commit(_)) => whole = amounts.len(),
            Err(damage) => {
                amounts.truncate(whole);
                return (amounts, Some(damage));
            }
        }
    }
    (amounts, None)
}

/// One history: a journal written to, with a failing disk now and then, and opened again.
fn history(random: &mut Random, ledger: &Ledger, tape: &Tape, model: &mut Model) {
    let limit = [1, 800, 2500, SEGMENT_LIMIT][random.below(4) as usize];
    let open = || {
        let disk = Disk { tape: Some(tape.clone()), ..Disk::default() };
        let mut journal = Journal::open_on(disk, ledger.path()).unwrap().0;
        journal.segment_limit = limit;
        journal
    };
    let promise = |model: &mut Model, promised: Vec<usize>| {
        model.promised.push(promised);
        tape.note(Change::Promised { batches: model.promised.len() - 1 });
    };
    let mut journal = open();
    promise(model, Vec::new());
    for batch in 0..2 + random.below(5) {
        let count = [1, 2, 3, 20, 60, 300][random.below(6) as usize];
        let amounts: Vec<u64> = (1..=count).map(|it| (batch + 1) * 1000 + it).collect();
        let events: Vec<Event> = amounts.iter().map(|pence| event(*pence)).collect();
        model.tried.push(amounts);
        if random.below(3) == 0 {
            journal.disk.faults.fail_after(random.below(9) as u32, random.below(2) == 0);
        }
        let mut promised = model.promised.last().unwrap().clone();
        let appended = journal.append(journal.head(), &PAY, AT, BY, &events);
        if appended.is_err() || random.below(4) == 0 {
            // What the next opening finds recorded is promised from then on.
            journal = open();
            assert!(appended.is_err() || journal.head() == appended.unwrap());
        }
        let whole = |promised: &[usize]| promised.iter().map(|it| model.tried[*it].len() as u64).sum::<u64>();
        if journal.head().record > whole(&promised) {
            promised.push(batch as usize);
        }
        assert_eq!(journal.head().record, whole(&promised));
        promise(model, promised);
    }
}

impl Model {
    /// What may be recorded after a power cut when the tape had come to so many changes: what was promised
    /// last, and then perhaps the batch that was being written.
    fn allowed(&self, tape: &[Change]) -> (Vec<u64>, Vec<u64>) {
        let last = tape.iter().rev().find_map(|it| match it {
            Change::Promised { batches } => Some(*batches),
            _ => None,
        });
        let Some(last) = last else { return (Vec::new(), Vec::new()) };
        let promised: Vec<u64> = self.promised[last].iter().flat_map(|it| self.tried[*it].clone()).collect();
        let perhaps = [promised.clone(), self.tried.get(last).cloned().unwrap_or_default()].concat();
        (promised, perhaps)
    }
}

/// After how many changes the power goes: mostly right after one that is not on the disk yet.
fn moment(tape: &[Change], random: &mut Random) -> usize {
    let unsynced = |change: &Change| {
        !matches!(change, Change::Sync { .. } | Change::SyncFolder { .. } | Change::Promised { .. })
    };
    let mut places: Vec<usize> = (1..=tape.len()).filter(|place| unsynced(&tape[place - 1])).collect();
    let is_long =
        |place: &usize| matches!(&tape[place - 1], Change::Write { bytes, .. } if bytes.len() > SECTOR);
    match random.below(4) {
        0 => places = (0..=tape.len()).collect(),
        1 => {}
        _ if places.iter().any(is_long) => places.retain(is_long),
        _ => {}
    }
    if places.is_empty() {
        return tape.len();
    }
    places[random.below(places.len() as u64) as usize]
}

#[test]
fn whatever_a_power_cut_leaves_what_was_promised_is_there() {
    let histories = rounds("ALMONER_POWER_HISTORIES", 80);
    let (mut images, mut stopped, mut quarantined) = (0, 0, 0);
    for seed in 0..histories {
        let mut random = Random::new(seed);
        let ledger = Ledger::new();
        drop(Journal::create(ledger.path()).unwrap());
        let start = Simulated::holding(&files(ledger.path()));
        let (tape, mut model) = (Tape::default(), Model::default());
        history(&mut random, &ledger, &tape, &mut model);
        let tape = tape.changes();
        for image in 0..40 {
            let what = format!("history {seed}, image {image}");
            let lost = if image % 8 == 7 { Lost::Junk } else { Lost::Zeros };
            let cut = moment(&tape, &mut random);
            let mut disk = start.clone();
            tape[..cut].iter().for_each(|change| disk.play(change, &mut random));
            let (promised, perhaps) = model.allowed(&tape[..cut]);
            lay_out(ledger.path(), &disk.after_power_cut(&mut random, lost));
            images += 1;

            // A reader finds the promised records, whatever else there is.
            let (read, damage) = recorded(&ledger.open_for_reading().0);
            assert!(read == promised || read == perhaps, "{what}: {damage:?}");

            // The power goes once more while the journal is being opened.
            if image % 2 == 0 {
                let before = Simulated::holding(&files(ledger.path()));
                let again = Tape::default();
                let opening = Disk { tape: Some(again.clone()), ..Disk::default() };
                let _ = Journal::open_on(opening, ledger.path());
                let again = again.changes();
                let mut disk = before;
                let cut = moment(&again, &mut random);
                again[..cut].iter().for_each(|change| disk.play(change, &mut random));
                lay_out(ledger.path(), &disk.after_power_cut(&mut random, lost));
                images += 1;
            }
            let taped = Disk { tape: Some(Tape::default()), ..Disk::default() };
            let (mut journal, recovery) = match Journal::open_on(taped, ledger.path()) {
                Ok(opened) => opened,
                // Junk cannot be told from an alteration: nothing is written any more, and all can be read.
                Err(JournalError::Damaged(_)) if lost == Lost::Junk => {
                    stopped += 1;
                    let (read, _) = recorded(&ledger.open_for_reading().0);
                    assert!(read == promised || read == perhaps, "{what}");
                    continue;
                }
                Err(error) => panic!("{what}: {error}"),
            };
            quarantined += u64::from(recovery.quarantined.is_some());
            let (read, damage) = recorded(&journal);
            assert!((read == promised || read == perhaps) && damage.is_none(), "{what}: {damage:?}");
            let last = journal.head().record;
            append(&mut journal, 2).unwrap();
            ledger.assert_intact_up_to(last + 2);
        }
    }
    println!("{images} images; {quarantined} with something set aside, {stopped} stopped by junk");
    assert!(quarantined > images / 20 && stopped > 0);
    tally("disk images after a power cut", images);
}
