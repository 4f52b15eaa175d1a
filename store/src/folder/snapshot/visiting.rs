//! Visiting what a snapshot has of a table: of its runs, and what has changed since.

use std::sync::mpsc::sync_channel;
use std::thread;

use almoner_ledger::book::{BooksError, ListLines};
use memchr::memmem::Finder;
use serde::de::DeserializeOwned;

use super::{Snapshot, VisitValue, layer, run_layer};
use crate::folder::index_error::IndexError;
use crate::folder::index_table::IndexTable;
use crate::folder::merged::{Layer, Merged};
use crate::folder::sorted_run::{Value, VisitUntil};

/// From so many values on, a run is read on a thread of its own, a little ahead of what is made of it.
const MANY: u64 = 16_384;
/// The number of values that are handed over at once.
const LOAD: usize = 64;
/// The number of loads that may wait.
const WAITING: usize = 4;

impl Snapshot {
    /// Visits every key of a table with its encoded value, in the order of the keys, without those whose value has no
    /// bytes.
    pub(crate) fn each_value<E: From<IndexError>>(
        &self,
        table: IndexTable,
        visit: VisitValue<'_, E>,
    ) -> Result<(), E> {
        self.each_value_from(table, b"", &mut |key, value| visit(key, value).map(|()| true))
    }

    /// Visits the values of a table in order, from a key on, until there is one for which `visit` returns false. Those
    /// without bytes are left out.
    pub(super) fn each_value_from<E: From<IndexError>>(
        &self,
        table: IndexTable,
        from: &[u8],
        visit: VisitUntil<'_, E>,
    ) -> Result<(), E> {
        let changed = Box::new(table.changed(&self.tail).filter(|(key, _)| key.as_bytes() >= from));
        self.each_merged(table, from, Some(layer(changed)), visit)
    }

    /// Visits the encoded lines of a list, until there is one for which `visit` returns false. Those without any of the
    /// texts that are looked for are not decoded: a text is in a value as it is.
    pub(super) fn each_line(
        &self,
        table: IndexTable,
        lines: ListLines<'_>,
        visit: &mut dyn FnMut(&[u8]) -> Result<bool, BooksError>,
    ) -> Result<(), BooksError> {
        let sought: Vec<Finder<'_>> = lines.texts.iter().map(Finder::new).collect();
        self.each_value_from(table, lines.from.as_bytes(), &mut |_, value| {
            let is_meant = sought.is_empty() || sought.iter().any(|text| text.find(value).is_some());
            if is_meant { visit(value) } else { Ok(true) }
        })
    }

    /// Visits the values of the runs from a key on, and those of a layer above them.
    fn each_merged<E: From<IndexError>>(
        &self,
        table: IndexTable,
        from: &[u8],
        latest: Option<Layer<'_>>,
        visit: VisitUntil<'_, E>,
    ) -> Result<(), E> {
        let (prefix, from) = (table.prefix(), table.run_key(from));
        let mut above: Vec<Layer<'_>> = latest.into_iter().collect();
        if let Some(small) = &self.small {
            above.push(run_layer(small, &prefix, &from)?);
        }
        let mut above = Merged::new(above)?.peekable();
        let mut visit =
            |key: &[u8], value: &[u8]| if value.is_empty() { Ok(true) } else { visit(key, value) };
        let is_up_to = |it: &Result<Value, IndexError>, key: &[u8]| !it.as_ref().is_ok_and(|it| *it.0 > *key);
        let mut is_ended = false;
        if let Some(large) = &self.large {
            large.each_from(&prefix, &from, &mut |key, value| {
                let key = key.get(prefix.len()..).unwrap_or_default();
                // Most values of a large run have not changed.
                let mut is_changed = false;
                while let Some(changed) = above.next_if(|it| is_up_to(it, key)) {
                    let (changed, value) = changed?;
                    is_changed = *changed == *key;
                    if !visit(&changed, &value)? {
                        is_ended = true;
                        return Ok(false);
                    }
                }
                let goes_on = is_changed || visit(key, value)?;
                is_ended = !goes_on;
                Ok::<bool, E>(goes_on)
            })?;
        }
        for changed in above.take_while(|_| !is_ended) {
            let (key, value) = changed?;
            if !visit(&key, &value)? {
                break;
            }
        }
        Ok(())
    }

    /// Visits every value of a table, in the order of the keys, without those that have no bytes.
    pub(super) fn each_decoded<Thing: DeserializeOwned>(
        &self,
        table: IndexTable,
        visit: &mut dyn FnMut(&Thing) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        self.each_value(table, &mut |_, value| visit(&postcard::from_bytes(value).map_err(IndexError::from)?))
    }

    /// Visits the values of the runs that have not changed since, in the order of their keys.
    pub(super) fn each_unchanged<Thing: DeserializeOwned + Send>(
        &self,
        table: IndexTable,
        visit: &mut dyn FnMut(Thing) -> Result<(), BooksError>,
    ) -> Result<(), BooksError> {
        if self.large.as_ref().is_none_or(|large| large.values() < MANY) {
            return self.each_read(table, &mut |thing| visit(thing).map(|()| true));
        }
        thread::scope(|scope| {
            let (read, loads) = sync_channel(WAITING);
            let reading = scope.spawn(move || {
                let mut load = Vec::with_capacity(LOAD);
                self.each_read(table, &mut |thing: Thing| {
                    load.push(thing);
                    // The receiver is gone when the visit has failed.
                    let is_full = load.len() == LOAD;
                    Ok(!is_full || read.send(std::mem::replace(&mut load, Vec::with_capacity(LOAD))).is_ok())
                })?;
                let _ = read.send(load);
                Ok(())
            });
            let visited = loads.iter().flatten().try_for_each(&mut *visit);
            drop(loads);
            let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            visited.and(read)
        })
    }

    fn each_read<Thing: DeserializeOwned>(
        &self,
        table: IndexTable,
        visit: &mut dyn FnMut(Thing) -> Result<bool, BooksError>,
    ) -> Result<(), BooksError> {
        self.each_merged(table, b"", None, &mut |_, value| {
            visit(postcard::from_bytes(value).map_err(IndexError::from)?)
        })
    }
}
