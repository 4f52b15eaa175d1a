//! Power cuts: the disk has everything that was synced, and any part of everything else.
//!
//! The changes of a journal are recorded on a tape. For any moment of it, images are made of what the disk may
//! have: unsynced writes in any selection of sectors, in any order; unsynced names likewise. Each image is opened
//! as after the power returns, half of them again after a second cut during that opening.

use std::collections::BTreeMap;

use super::super::disk::tape::{Change, Tape};
use super::super::line::read_closing;
use super::*;
use crate::folder::settings;
use crate::tally::{Random, rounds, tally};

const SECTOR: usize = 512;

/// What an unwritten sector reads as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    Zeros,
    /// Earlier content of the disk, which some file systems show.
    Junk,
}

#[derive(Debug, Clone, Default)]
struct Inode {
    /// The content on the disk.
    durable: Vec<u8>,
    /// Changes not yet on the disk.
    pending: Vec<Change>,
}

/// A simulated disk after some changes.
#[derive(Debug, Clone, Default)]
struct Simulated {
    inodes: Vec<Inode>,
    /// The names on the disk.
    durable: BTreeMap<PathBuf, usize>,
    /// The names that the system shows.
    shown: BTreeMap<PathBuf, usize>,
    /// Changes of names that are not yet on the disk, with their files.
    pending: Vec<(Change, usize)>,
}

impl Simulated {
    /// Makes a disk with these files, all of them durable.
    fn holding(files: &BTreeMap<PathBuf, Vec<u8>>) -> Simulated {
        let mut disk = Simulated::default();
        for (path, content) in files {
            let number = disk.inodes.len();
            disk.inodes.push(Inode { durable: content.clone(), pending: Vec::new() });
            disk.durable.insert(path.clone(), number);
            disk.shown.insert(path.clone(), number);
        }
        disk
    }

    fn play(&mut self, change: &Change, random: &mut Random) {
        match change {
            Change::Acknowledged { .. } => {}
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
            Change::Sync { path, succeeded: true } => self.inode(path).apply_all(),
            // The system drops what it could not write, but still shows it.
            Change::Sync { path, succeeded: false } => {
                let inode = self.inode(path);
                inode.apply_some(random, Lost::Zeros);
                inode.pending.clear();
            }
            Change::SyncFolder { path } => {
                let (there, elsewhere) =
                    std::mem::take(&mut self.pending).into_iter().partition(|(it, _)| folder_of(it) == *path);
                self.pending = elsewhere;
                let there: Vec<(Change, usize)> = there;
                there.iter().for_each(|(change, number)| self.apply_name(change, *number));
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

    fn apply_name(&mut self, change: &Change, number: usize) {
        match change {
            Change::Rename { from, to } => {
                self.durable.remove(from);
                self.durable.insert(to.clone(), number);
            }
            Change::Remove { path } => drop(self.durable.remove(path)),
            Change::Create { path } | Change::CreateOrEmpty { path } => {
                self.durable.insert(path.clone(), number);
            }
            other => panic!("{other:?} changes no name"),
        }
    }

    /// Returns the files after the power returns.
    fn after_power_cut(mut self, random: &mut Random, lost: Lost) -> BTreeMap<PathBuf, Vec<u8>> {
        let pending = std::mem::take(&mut self.pending);
        // A journalling file system applies names in order; others may apply any of them.
        let in_order = random.below(2) == 0;
        let applied = random.below(pending.len() as u64 + 1) as usize;
        for (place, (change, number)) in pending.iter().enumerate() {
            if if in_order { place < applied } else { random.below(2) == 0 } {
                self.apply_name(change, *number);
            }
        }
        let mut files = BTreeMap::new();
        for (path, number) in &self.durable {
            let inode = &mut self.inodes[*number];
            inode.apply_some(random, lost);
            files.insert(path.clone(), inode.durable.clone());
        }
        files
    }
}

impl Inode {
    fn apply_all(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Truncate { length, .. } => self.durable.resize(length as usize, 0),
                Change::Write { place, bytes, .. } => self.put(place as usize, &bytes, 0),
                other => panic!("{other:?} changes no content"),
            }
        }
    }

    /// Applies a selection of the pending changes: none, all, up to a sector, or random sectors.
    fn apply_some(&mut self, random: &mut Random, lost: Lost) {
        let manner = random.below(4);
        let pending = std::mem::take(&mut self.pending);
        let sectors: usize = pending
            .iter()
            .map(|it| if let Change::Write { bytes, .. } = it { bytes.len() / SECTOR + 2 } else { 1 })
            .sum();
        let limit = random.below(sectors as u64 + 1);
        let mut count = 0;
        let mut is_applied = |random: &mut Random| {
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
                    if is_applied(random) {
                        self.durable.resize(*length as usize, 0);
                    }
                }
                Change::Write { place, bytes, .. } => {
                    let mut place = *place as usize;
                    let mut bytes = bytes.as_slice();
                    while !bytes.is_empty() {
                        let (sector, rest) = bytes.split_at(bytes.len().min(SECTOR - place % SECTOR));
                        if is_applied(random) {
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
            let length = self.durable.len().max(pending.iter().fold(0, |length, change| match change {
                Change::Write { place, bytes, .. } => length.max(*place as usize + bytes.len()),
                _ => length,
            }));
            self.durable.resize(length, filling);
        }
    }

    fn put(&mut self, place: usize, bytes: &[u8], filling: u8) {
        if self.durable.len() < place + bytes.len() {
            self.durable.resize(place, filling);
            self.durable.resize(place + bytes.len(), filling);
        }
        self.durable[place..place + bytes.len()].copy_from_slice(bytes);
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

/// Returns all files of a ledger's folder.
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

/// Replaces the files of the folder with these.
fn lay_out(folder: &Path, image: &BTreeMap<PathBuf, Vec<u8>>) {
    for path in files(folder).into_keys() {
        fs::remove_file(path).unwrap();
    }
    for (path, content) in image {
        fs::write(path, content).unwrap();
    }
}

/// The content of each batch, and which batches are recorded.
#[derive(Clone, Default)]
struct Model {
    /// Every batch that was attempted, in order.
    tried: Vec<Vec<u64>>,
    /// The batches acknowledged at each moment, by their index among those attempted.
    acknowledged: Vec<Vec<usize>>,
}

/// Returns the amounts of all records of whole batches, and the damage.
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

/// One history: a journal is written, with a failing disk now and then, and reopened.
fn history(random: &mut Random, ledger: &Ledger, tape: &Tape, model: &mut Model) {
    let limit = [1, 800, 2500, SEGMENT_LIMIT][random.below(4) as usize];
    let open = || {
        let disk = Disk { tape: Some(tape.clone()), ..Disk::default() };
        let mut journal = Journal::open_on(disk, ledger.path()).unwrap().0;
        journal.segment_limit = limit;
        journal
    };
    let acknowledge = |model: &mut Model, acknowledged: Vec<usize>| {
        model.acknowledged.push(acknowledged);
        tape.note(Change::Acknowledged { batches: model.acknowledged.len() - 1 });
    };
    let mut journal = open();
    acknowledge(model, Vec::new());
    for batch in 0..2 + random.below(5) {
        let count = [1, 2, 3, 20, 60, 300][random.below(6) as usize];
        let amounts: Vec<u64> = (1..=count).map(|it| (batch + 1) * 1000 + it).collect();
        let events: Vec<Event> = amounts.iter().map(|pence| event(*pence)).collect();
        model.tried.push(amounts);
        if random.below(3) == 0 {
            journal.disk.faults.fail_after(random.below(9) as u32, random.below(2) == 0);
        }
        let mut acknowledged = model.acknowledged.last().unwrap().clone();
        let appended = journal.append(journal.head(), &PAY, AT, BY, &events);
        if appended.is_err() || random.below(4) == 0 {
            // A batch that the next opening finds recorded is acknowledged from then on.
            journal = open();
            assert!(appended.is_err() || journal.head() == appended.unwrap());
        }
        let whole =
            |acknowledged: &[usize]| acknowledged.iter().map(|it| model.tried[*it].len() as u64).sum::<u64>();
        if journal.head().record > whole(&acknowledged) {
            acknowledged.push(batch as usize);
        }
        assert_eq!(journal.head().record, whole(&acknowledged));
        acknowledge(model, acknowledged);
    }
}

impl Model {
    /// Returns what may be recorded after a power cut at this point of the tape: the batches acknowledged
    /// last, and perhaps also the batch that was being written.
    fn allowed(&self, tape: &[Change]) -> (Vec<u64>, Vec<u64>) {
        let last = tape.iter().rev().find_map(|it| match it {
            Change::Acknowledged { batches } => Some(*batches),
            _ => None,
        });
        let Some(last) = last else { return (Vec::new(), Vec::new()) };
        let acknowledged: Vec<u64> =
            self.acknowledged[last].iter().flat_map(|it| self.tried[*it].clone()).collect();
        let perhaps = [acknowledged.clone(), self.tried.get(last).cloned().unwrap_or_default()].concat();
        (acknowledged, perhaps)
    }
}

/// Returns the number of changes before the power cut: mostly right after one that is not on the disk yet.
fn moment(tape: &[Change], random: &mut Random) -> usize {
    let unsynced = |change: &Change| {
        !matches!(change, Change::Sync { .. } | Change::SyncFolder { .. } | Change::Acknowledged { .. })
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
fn acknowledged_records_survive_any_power_cut() {
    let histories = rounds("ALMONER_POWER_HISTORIES", 20, 80);
    let (mut images, mut refused, mut quarantined) = (0, 0, 0);
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
            let (acknowledged, perhaps) = model.allowed(&tape[..cut]);
            lay_out(ledger.path(), &disk.after_power_cut(&mut random, lost));
            images += 1;

            // A reader finds the acknowledged records, whatever else there is.
            let (read, damage) = recorded(&ledger.open_for_reading().0);
            assert!(read == acknowledged || read == perhaps, "{what}: {damage:?}");

            // A second power cut, while the journal is being opened.
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
                // Junk cannot be distinguished from an alteration: the journal can be read but not written.
                Err(JournalError::Damaged(_)) if lost == Lost::Junk => {
                    refused += 1;
                    let (read, _) = recorded(&ledger.open_for_reading().0);
                    assert!(read == acknowledged || read == perhaps, "{what}");
                    continue;
                }
                Err(error) => panic!("{what}: {error}"),
            };
            quarantined += u64::from(recovery.quarantined.is_some());
            let (read, damage) = recorded(&journal);
            assert!((read == acknowledged || read == perhaps) && damage.is_none(), "{what}: {damage:?}");
            let last = journal.head().record;
            append(&mut journal, 2).unwrap();
            ledger.assert_intact_up_to(last + 2);
        }
    }
    println!("{images} images; {quarantined} with a quarantined write, {refused} refused because of junk");
    assert!(quarantined > images / 20 && refused > 0);
    tally("disk images after a power cut", images);
}

/// Makes a ledger of format 1 with two batches of two records.
fn former() -> Ledger {
    let ledger = Ledger::new();
    fs::write(ledger.path().join(settings::FILE), "format = 1\ncurrency = \"GBP\"\n").unwrap();
    let mut journal = Journal::create(ledger.path()).unwrap();
    journal.salts = None;
    append(&mut journal, 2).unwrap();
    append(&mut journal, 2).unwrap();
    ledger
}

/// Opens the journal on a disk, and records one batch as a ledger does: the format goes first.
fn upgrade(disk: Disk, ledger: &Ledger) -> bool {
    let Ok((mut journal, _)) = Journal::open_on(disk, ledger.path()) else { return false };
    settings::set_format(&journal.disk, ledger.path()).is_ok() && append(&mut journal, 3).is_ok()
}

/// Checks that the ledger opens, that nothing acknowledged is lost, and that the settings name format 2 if anything of
/// it is in the journal. Returns whether they do, and whether there is.
fn assert_upgrades(ledger: &Ledger, is_acknowledged: bool, what: &str) -> (bool, bool) {
    let text = fs::read_to_string(ledger.path().join(settings::FILE)).unwrap();
    let is_second = text.contains("format = 2\n");
    assert!(is_second || text.contains("format = 1\n"), "{what}: {text}");
    let has_salt = |line: &Vec<u8>| read_closing(line.trim_ascii_end()).is_ok_and(|it| it.salt.is_some());
    let is_salted = ledger.lines(1).iter().any(has_salt);
    assert!(is_second || !is_salted, "{what}");
    let (read, damage) = recorded(&ledger.open().0);
    assert!(read == [1, 2, 1, 2] || read == [1, 2, 1, 2, 1, 2, 3], "{what}: {read:?}");
    assert!(damage.is_none() && (read.len() == 7 || !is_acknowledged), "{what}: {damage:?}");
    let before = read.len() as u64;
    assert!(upgrade(Disk::default(), ledger), "{what}");
    ledger.assert_intact_up_to(before + 3);
    (is_second, is_salted)
}

#[test]
fn an_upgrade_that_stops_anywhere_leaves_a_ledger_that_opens() {
    let mut seen = Vec::new();
    for permanently in [true, false] {
        for succeed in 0.. {
            let ledger = former();
            let disk = Disk::default();
            disk.faults.fail_after(succeed, permanently);
            let is_done = upgrade(disk, &ledger);
            seen.push(assert_upgrades(&ledger, is_done, &format!("{succeed} {permanently}")));
            if is_done {
                assert!(succeed > 6, "{succeed}");
                break;
            }
        }
    }
    // Before the settings, between the two, and after the journal.
    assert!([(false, false), (true, false), (true, true)].iter().all(|it| seen.contains(it)), "{seen:?}");
}

#[test]
fn an_upgrade_survives_any_power_cut() {
    let mut seen = Vec::new();
    let ledger = former();
    let start = Simulated::holding(&files(ledger.path()));
    let tape = Tape::default();
    assert!(upgrade(Disk { tape: Some(tape.clone()), ..Disk::default() }, &ledger));
    let tape = tape.changes();
    let mut images = 0;
    for seed in 0..rounds("ALMONER_POWER_HISTORIES", 20, 80) {
        let mut random = Random::new(seed);
        for cut in 0..=tape.len() {
            let mut disk = start.clone();
            tape[..cut].iter().for_each(|change| disk.play(change, &mut random));
            lay_out(ledger.path(), &disk.after_power_cut(&mut random, Lost::Zeros));
            seen.push(assert_upgrades(&ledger, cut == tape.len(), &format!("seed {seed}, cut {cut}")));
            images += 1;
        }
    }
    assert!([(false, false), (true, false), (true, true)].iter().all(|it| seen.contains(it)));
    tally("disk images after a power cut in an upgrade", images);
}
