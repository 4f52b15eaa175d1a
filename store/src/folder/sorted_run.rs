//! A sorted run: values by key in one file that is written once, in order, and never changed.
//!
//! Pages of sorted values come first, then pages of pointers to those, and so on up to one root page, to which the
//! end of the file points. Each pointer has the hash of its page, so that damage is always detected when a page is
//! read, and unread pages cost nothing. The end of the file says which place of the journal the values reflect.
//!
//! The values are opaque here.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use almoner_ledger::hash::Hash;
use almoner_ledger::head::Head;
use serde::{Deserialize, Serialize};

use crate::folder::files::{self, Kind, Unfinished};
use crate::folder::index_error::IndexError;
use crate::folder::page;
use crate::journal::Extent;
use crate::plain;

/// Must change whenever the layout of the file or of a value in it changes.
const LAYOUT: &[u8; 16] = b"almoner sorted13";
/// Length of a page of values, unless one value is longer.
const PAGE_BYTES: usize = 4 << 10;
/// Length of a page of pointers. These stay in memory once read, so that few are better.
const POINTERS_BYTES: usize = 16 << 10;
/// Length of the end of the file: layout, length, content and hash.
const END_BYTES: usize = 16 + 2 + 302;

/// The number of pages that a visit reads one by one. Few visits read more.
const FIRST: usize = 64;
/// The number of pages that are read at once after these, and how many times as many may wait.
const AT_ONCE: usize = 16;
const WAITING: usize = 4;
/// The most bytes that are read at once: pages of long values are read one by one.
const MOST_AT_ONCE: usize = 1 << 20;

/// A key with its encoded value.
pub(crate) type Value = (Vec<u8>, Vec<u8>);

/// Called with a key and its value; false ends the visit.
pub(super) type VisitUntil<'v, E> = &'v mut dyn FnMut(&[u8], &[u8]) -> Result<bool, E>;

/// A pointer to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PageRef {
    offset: u64,
    length: u32,
    unpacked: u32,
    /// The first bytes of the hash of the page as stored.
    check: [u8; 8],
}

/// What a run reflects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reflects {
    /// The place of the journal that its values are of, where the tail begins.
    pub(crate) extent: Extent,
    /// Of a small run, the head of the large one that it changes.
    pub(crate) base: Option<Head>,
}

/// The content of the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    reflects: Reflects,
    /// Number of values.
    values: u64,
    /// The root page; `None` when there are no values.
    root: Option<PageRef>,
    /// How many pages down from the root the values are: 1 when the root has them itself.
    levels: u8,
}

/// An open sorted run.
#[derive(Debug)]
pub(crate) struct SortedRun {
    file: Mutex<File>,
    end: End,
    /// The hash of the end, which the whole file follows from.
    seal: Hash,
    /// Length of the file in bytes.
    bytes: u64,
    /// The pages of pointers read so far.
    pointers: Mutex<HashMap<u64, Arc<[u8]>>>,
}

/// A page of values, and the range of its keys: from `first` to before `next`.
#[derive(Debug)]
pub(super) struct LeafPage {
    first: Vec<u8>,
    next: Option<Vec<u8>>,
    page: Arc<[u8]>,
}

impl LeafPage {
    fn may_hold(&self, key: &[u8]) -> bool {
        *self.first <= *key && self.next.as_ref().is_none_or(|next| *key < **next)
    }
}

impl SortedRun {
    /// Opens a run. An open one can be read to its end, even if its file is removed meanwhile.
    pub(crate) fn open(path: &Path) -> Result<SortedRun, IndexError> {
        let mut file = plain::open(path)?;
        let bytes = file.metadata()?.len();
        let start = bytes.checked_sub(END_BYTES as u64).ok_or(IndexError::Page)?;
        let (end, seal) = read_end(&read_at(&mut file, start, END_BYTES)?)?;
        Ok(SortedRun { file: Mutex::new(file), end, seal, bytes, pointers: Mutex::default() })
    }

    /// Returns what the run reflects.
    pub(crate) fn reflects(&self) -> &Reflects {
        &self.end.reflects
    }

    /// Returns the hash of the end of the file, which has the hash of the root page, and so on: no other content
    /// has it.
    pub(crate) fn seal(&self) -> Hash {
        self.seal
    }

    /// Returns the length of the file in bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns the number of values.
    pub(super) fn values(&self) -> u64 {
        self.end.values
    }

    /// Returns the value of a key. The page it was found on is returned in `leaf`, and tried first next time.
    pub(super) fn get(&self, key: &[u8], leaf: &mut Option<LeafPage>) -> Result<Option<Vec<u8>>, IndexError> {
        if leaf.as_ref().is_none_or(|values| !values.may_hold(key)) {
            *leaf = self.values_around(key)?;
        }
        let Some(values) = leaf.as_ref() else { return Ok(None) };
        for entry in page::entries(&values.page) {
            let (found, value) = entry?;
            if found >= key {
                return Ok((found == key).then(|| value.to_vec()));
            }
        }
        Ok(None)
    }

    /// Returns the page that has a key if any has.
    fn values_around(&self, key: &[u8]) -> Result<Option<LeafPage>, IndexError> {
        let Some(mut place) = self.end.root else { return Ok(None) };
        let (mut first, mut next) = (Vec::new(), None);
        for _ in 1..self.end.levels {
            let pointers = self.pointers(place)?;
            let mut before = None;
            for entry in page::entries(&pointers) {
                let (begins, to) = entry?;
                if begins > key {
                    next = Some(begins.to_vec());
                    break;
                }
                before = Some((begins, to));
            }
            let Some((begins, to)) = before else { return Ok(None) };
            first = begins.to_vec();
            place = postcard::from_bytes(to)?;
        }
        // A single page would be read over and over.
        let page = if self.end.levels <= 1 { self.pointers(place)? } else { self.page(place)?.into() };
        Ok(Some(LeafPage { first, next, page }))
    }

    /// Returns the pages that may have values whose keys begin with `prefix` and are not before `from`.
    fn leaves(&self, prefix: &[u8], from: &[u8]) -> Result<Vec<PageRef>, IndexError> {
        let mut leaves = Vec::new();
        if let Some(root) = self.end.root {
            self.leaves_below(root, self.end.levels, prefix, from, &mut leaves)?;
        }
        Ok(leaves)
    }

    /// Returns the values whose keys begin with `prefix`, in the order of their keys from `from` on. They are read page
    /// by page.
    pub(crate) fn with_prefix<'a>(
        &'a self,
        prefix: &'a [u8],
        from: &'a [u8],
    ) -> Result<impl Iterator<Item = Result<Value, IndexError>> + 'a, IndexError> {
        let leaves = self.leaves(prefix, from)?;
        let of_page = move |place| -> Vec<Result<Value, IndexError>> {
            let page = match self.page(place) {
                Ok(page) => page,
                Err(error) => return vec![Err(error)],
            };
            let entries =
                page::entries(&page).map(|it| it.map(|(key, value)| (key.to_vec(), value.to_vec())));
            let is_meant = |key: &[u8]| key.starts_with(prefix) && key >= from;
            entries.filter(|it| it.as_ref().map_or(true, |(key, _)| is_meant(key))).collect()
        };
        Ok(leaves.into_iter().flat_map(of_page))
    }

    /// Visits the values whose keys begin with `prefix`, in the order of their keys from `from` on, until there is one
    /// for which `visit` returns false. No further pages are read then.
    pub(super) fn each_from<E: From<IndexError>>(
        &self,
        prefix: &[u8],
        from: &[u8],
        visit: VisitUntil<'_, E>,
    ) -> Result<(), E> {
        let leaves = self.leaves(prefix, from)?;
        let mut visit_page = |page: &[u8]| -> Result<bool, E> {
            for entry in page::entries(page) {
                let (key, value) = entry?;
                if key.starts_with(prefix) && key >= from && !visit(key, value)? {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        let (first, rest) = leaves.split_at(leaves.len().min(FIRST));
        for place in first {
            if !visit_page(&self.page(*place)?)? {
                return Ok(());
            }
        }
        if rest.is_empty() {
            return Ok(());
        }
        // Of many pages, the next are read on a thread of their own.
        thread::scope(|scope| {
            let (read, pages) = sync_channel(WAITING);
            scope.spawn(move || {
                for places in rest.chunks(AT_ONCE) {
                    // The receiver is gone when no more are visited.
                    if read.send(self.pages(places)).is_err() {
                        break;
                    }
                }
            });
            for some in pages {
                for page in some? {
                    if !visit_page(&page)? {
                        return Ok(());
                    }
                }
            }
            Ok(())
        })
    }

    /// Finds the pages that may have values whose keys begin with `prefix` and are not before `from`.
    fn leaves_below(
        &self,
        place: PageRef,
        levels: u8,
        prefix: &[u8],
        from: &[u8],
        leaves: &mut Vec<PageRef>,
    ) -> Result<(), IndexError> {
        if levels <= 1 {
            leaves.push(place);
            return Ok(());
        }
        let pointers = self.pointers(place)?;
        let mut entries = page::entries(&pointers).peekable();
        while let Some(entry) = entries.next() {
            let (first, to) = entry?;
            // A page has the keys from its own first key to the next page's.
            let ends_before = matches!(entries.peek(), Some(Ok((next, _))) if *next <= from);
            let begins_after = first > prefix && !first.starts_with(prefix);
            if !ends_before && !begins_after {
                self.leaves_below(postcard::from_bytes(to)?, levels - 1, prefix, from, leaves)?;
            }
        }
        Ok(())
    }

    fn pointers(&self, place: PageRef) -> Result<Arc<[u8]>, IndexError> {
        let mut cache = self.pointers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(page) = cache.get(&place.offset) {
            return Ok(Arc::clone(page));
        }
        let page: Arc<[u8]> = self.page(place)?.into();
        cache.insert(place.offset, Arc::clone(&page));
        Ok(page)
    }

    fn page(&self, place: PageRef) -> Result<Vec<u8>, IndexError> {
        unpacked(&self.read(place.offset, place.length as usize)?, place)
    }

    /// Returns pages that follow each other, mostly without others between them.
    fn pages(&self, places: &[PageRef]) -> Result<Vec<Vec<u8>>, IndexError> {
        let (Some(first), Some(last)) = (places.first(), places.last()) else { return Ok(Vec::new()) };
        let end = last.offset + u64::from(last.length);
        let length = end.checked_sub(first.offset).and_then(|it| usize::try_from(it).ok());
        let Some(length) = length.filter(|length| *length <= MOST_AT_ONCE) else {
            return places.iter().map(|place| self.page(*place)).collect();
        };
        let packed = self.read(first.offset, length)?;
        let page = |place: &PageRef| {
            let begin = usize::try_from(place.offset.checked_sub(first.offset)?).ok()?;
            packed
                .get(begin..begin.checked_add(place.length as usize)?)
                .map(|packed| unpacked(packed, *place))
        };
        places.iter().map(|place| page(place).unwrap_or(Err(IndexError::Page))).collect()
    }

    fn read(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        read_at(&mut file, offset, length)
    }
}

/// Returns the content of a page, if it is as it was written.
fn unpacked(packed: &[u8], place: PageRef) -> Result<Vec<u8>, IndexError> {
    if Hash::of(packed).first_bytes() != place.check {
        return Err(IndexError::Page);
    }
    lz4_flex::block::decompress(packed, place.unpacked as usize).map_err(|_| IndexError::Page)
}

fn read_at(file: &mut File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// A sorted run being written.
#[derive(Debug)]
pub(super) struct SortedRunWriter {
    unfinished: Unfinished,
    file: BufWriter<File>,
    offset: u64,
    values: u64,
    /// The page being filled on each level: values, pointers to those, and so on.
    levels: Vec<Level>,
}

#[derive(Debug, Default)]
struct Level {
    first: Vec<u8>,
    page: Vec<u8>,
}

impl SortedRunWriter {
    /// Begins a file in the folder of the index.
    pub(super) fn begin(index: &Path) -> Result<SortedRunWriter, IndexError> {
        let (unfinished, file) = Unfinished::create(index)?;
        let file = BufWriter::with_capacity(1 << 20, file);
        Ok(SortedRunWriter { unfinished, file, offset: 0, values: 0, levels: vec![Level::default()] })
    }

    /// Adds a value. Values must come in the order of their keys.
    pub(super) fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), IndexError> {
        self.values += 1;
        self.put_on(0, key, value)
    }

    fn put_on(&mut self, level: usize, key: &[u8], value: &[u8]) -> Result<(), IndexError> {
        let limit = if level == 0 { PAGE_BYTES } else { POINTERS_BYTES };
        let is_full =
            |it: &&mut Level| !it.page.is_empty() && it.page.len() + page::length_of(key, value) > limit;
        if self.levels.get_mut(level).as_ref().is_some_and(is_full) {
            self.end_page(level)?;
        }
        if self.levels.len() == level {
            self.levels.push(Level::default());
        }
        if let Some(Level { first, page }) = self.levels.get_mut(level) {
            if page.is_empty() {
                first.extend_from_slice(key);
            }
            page::push(page, key, value);
        }
        Ok(())
    }

    /// Writes a page, and a pointer to it on the level above.
    fn end_page(&mut self, level: usize) -> Result<(), IndexError> {
        let Some(Level { first, page }) = self.levels.get_mut(level).map(std::mem::take) else {
            return Ok(());
        };
        let place = self.write(&page)?;
        self.put_on(level + 1, &first, &postcard::to_stdvec(&place)?)
    }

    fn write(&mut self, page: &[u8]) -> Result<PageRef, IndexError> {
        let packed = lz4_flex::block::compress(page);
        let too_long = |_| IndexError::Page;
        let place = PageRef {
            offset: self.offset,
            length: u32::try_from(packed.len()).map_err(too_long)?,
            unpacked: u32::try_from(page.len()).map_err(too_long)?,
            check: Hash::of(&packed).first_bytes(),
        };
        self.file.write_all(&packed)?;
        self.offset += u64::from(place.length);
        Ok(place)
    }

    /// Completes the file and gives it its name. A run without a base is a large one.
    pub(super) fn finish(mut self, index: &Path, reflects: Reflects) -> Result<PathBuf, IndexError> {
        let mut level = 0;
        while level + 1 < self.levels.len() {
            self.end_page(level)?;
            level += 1;
        }
        let last = self.levels.pop().unwrap_or_default().page;
        let root = if last.is_empty() { None } else { Some(self.write(&last)?) };
        let levels = u8::try_from(level + 1).map_err(|_| IndexError::Page)?;
        self.file.write_all(&end_of(&End { reflects, values: self.values, root, levels })?)?;
        self.file.flush()?;
        let kind = if reflects.base.is_some() { Kind::Small } else { Kind::Large };
        let path = files::path(index, kind, reflects.extent.head);
        self.unfinished.put_in_place(&path)?;
        Ok(path)
    }
}

/// Encodes the end of the file: layout, length and content, then zeros up to the hash of it all.
fn end_of(end: &End) -> Result<Vec<u8>, IndexError> {
    let content = postcard::to_stdvec(end)?;
    let length = u16::try_from(content.len()).map_err(|_| IndexError::Page)?;
    let mut bytes = LAYOUT.to_vec();
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&content);
    bytes.resize(END_BYTES - Hash::DIGITS, 0);
    let hash = Hash::of(&bytes).hex();
    bytes.extend_from_slice(&hash);
    Ok(bytes)
}

fn read_end(bytes: &[u8]) -> Result<(End, Hash), IndexError> {
    let (content, hash) = bytes.split_last_chunk::<{ Hash::DIGITS }>().ok_or(IndexError::Page)?;
    let seal = Hash::of(content);
    if Hash::from_hex(hash) != Some(seal) {
        return Err(IndexError::Page);
    }
    let rest = content.strip_prefix(LAYOUT).ok_or(IndexError::OtherLayout)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(IndexError::Page)?;
    let content = rest.get(..usize::from(u16::from_le_bytes(*length))).ok_or(IndexError::Page)?;
    Ok((postcard::from_bytes(content)?, seal))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;

    use proptest::prelude::*;

    use super::*;

    fn run_of(folder: &Path, values: &BTreeMap<Vec<u8>, Vec<u8>>) -> SortedRun {
        let mut writer = SortedRunWriter::begin(folder).unwrap();
        values.iter().for_each(|(key, value)| writer.put(key, value).unwrap());
        let mut extent = Extent::EMPTY;
        extent.head = Head { record: 7, hash: Hash::of(b"head") };
        SortedRun::open(&writer.finish(folder, Reflects { extent, base: None }).unwrap()).unwrap()
    }

    fn place(folder: &Path) -> PathBuf {
        files::list(folder).unwrap().remove(0).path
    }

    fn all(run: &SortedRun, prefix: &[u8]) -> Result<Vec<Value>, IndexError> {
        run.with_prefix(prefix, prefix)?.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_sorted_run_holds_the_same_as_a_map(
            values in prop::collection::btree_map(
                prop::collection::vec(0_u8..4, 0..5),
                prop::collection::vec(any::<u8>(), 0..3_000),
                0..80,
            ),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let run = run_of(folder.path(), &values);
            prop_assert_eq!(run.reflects().extent.head.record, 7);
            prop_assert_eq!(run.values(), values.len() as u64);
            for prefix in [&[][..], &[0], &[1, 2], &[3], &[9]] {
                let expected = values.iter().filter(|(key, _)| key.starts_with(prefix));
                let expected: Vec<_> = expected.map(|(key, value)| (key.clone(), value.clone())).collect();
                prop_assert_eq!(all(&run, prefix).unwrap(), expected);
            }
            for (key, value) in &values {
                let found = run.get(key, &mut None).unwrap();
                prop_assert_eq!(found.as_ref(), Some(value));
            }
            prop_assert_eq!(run.get(&[2, 9], &mut None).unwrap(), None);
        }
    }

    #[test]
    fn thousands_of_values_are_found_through_pages_of_pages() {
        let folder = tempfile::tempdir().unwrap();
        let value = |number: u32| Hash::of(&number.to_le_bytes()).hex().repeat(16);
        let values: BTreeMap<Vec<u8>, Vec<u8>> =
            (0..4_000).map(|number: u32| (number.to_be_bytes().to_vec(), value(number))).collect();
        let run = run_of(folder.path(), &values);
        assert!(run.end.levels > 2, "{}", run.end.levels);
        assert!(all(&run, b"").unwrap().into_iter().eq(values));
        for number in [0, 1, 1_999, 3_999_u32] {
            assert_eq!(run.get(&number.to_be_bytes(), &mut None).unwrap(), Some(value(number)));
        }
        assert_eq!(run.get(&4_000_u32.to_be_bytes(), &mut None).unwrap(), None);
    }

    #[test]
    fn what_is_not_visited_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let value = |number: u32| Hash::of(&number.to_le_bytes()).hex().repeat(16);
        let values: BTreeMap<Vec<u8>, Vec<u8>> =
            (0..4_000).map(|number: u32| (number.to_be_bytes().to_vec(), value(number))).collect();
        drop(run_of(folder.path(), &values));
        // A page in the middle is damaged, which is found when it is read.
        let mut bytes = fs::read(place(folder.path())).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(place(folder.path()), bytes).unwrap();
        let run = SortedRun::open(&place(folder.path())).unwrap();
        for (from, count, is_read) in
            [(0, 100, false), (0, 4_000, true), (100, 100, false), (3_800, 200, false), (100, 3_900, true)]
        {
            let (mut visited, from) = (0, u32::to_be_bytes(from));
            let read = run.each_from::<IndexError>(b"", &from, &mut |key, _| {
                assert!(key >= &from[..]);
                visited += 1;
                Ok(visited < count)
            });
            assert_eq!((read.is_err(), visited == count), (is_read, !is_read), "{from:?} {count}");
        }
    }

    #[test]
    fn any_changed_byte_is_detected_on_reading() {
        let folder = tempfile::tempdir().unwrap();
        let values: BTreeMap<Vec<u8>, Vec<u8>> =
            (0..60_u8).map(|number| (vec![number], Hash::of(&[number]).hex().repeat(6).to_vec())).collect();
        drop(run_of(folder.path(), &values));
        let path = place(folder.path());
        let intact = fs::read(&path).unwrap();
        for place in 0..intact.len() {
            let mut bytes = intact.clone();
            bytes[place] ^= 1 << (place % 8);
            fs::write(&path, bytes).unwrap();
            let found = SortedRun::open(&path).and_then(|run| all(&run, b""));
            assert!(found.is_err(), "{place}");
        }
        for length in 0..intact.len() {
            fs::write(&path, &intact[..length]).unwrap();
            let found = SortedRun::open(&path).and_then(|run| all(&run, b""));
            assert!(found.is_err(), "{length}");
        }
    }
}
