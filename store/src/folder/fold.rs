//! Folding a stream of encoded grants on two threads.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use almoner_ledger::book::BooksError;
use almoner_ledger::grants::Grant;

use crate::folder::index_error::IndexError;

/// Number of grants sent to a thread at once.
const LOAD: usize = 256;
/// Number of loads that may wait for a thread.
const WAITING: usize = 4;

/// The queue that both threads take loads from.
type Loads = Arc<Mutex<Receiver<Vec<Vec<u8>>>>>;

/// The sending end for encoded grants.
pub(super) struct Feed {
    to_fold: SyncSender<Vec<Vec<u8>>>,
    load: Vec<Vec<u8>>,
}

impl Feed {
    /// Sends one grant to be folded.
    pub(super) fn put(&mut self, grant: Vec<u8>) {
        self.load.push(grant);
        if self.load.len() == LOAD {
            self.send();
        }
    }

    fn send(&mut self) {
        let load = std::mem::replace(&mut self.load, Vec::with_capacity(LOAD));
        // Sending fails only when both threads have panicked, which is reported when they are joined.
        let _ = self.to_fold.send(load);
    }
}

/// Folds the grants that `feed` puts in, in no particular order. Each thread makes one of the two results by
/// adding some grants at a time.
pub(super) fn fold<Made: Default + Send, Fed>(
    feed: impl FnOnce(&mut Feed) -> Result<Fed, BooksError>,
    add: impl Fn(&mut Made, Vec<Grant>) -> Result<(), BooksError> + Sync,
) -> Result<(Fed, [Made; 2]), BooksError> {
    let (to_fold, loads) = sync_channel(WAITING);
    let loads = Arc::new(Mutex::new(loads));
    let add_load = |made: &mut Made, load: Vec<Vec<u8>>| {
        let grants = load.iter().map(|bytes| postcard::from_bytes::<Grant>(bytes));
        add(made, grants.collect::<Result<_, _>>().map_err(IndexError::from)?)
    };
    let add_all = |loads: Loads| {
        let next = || loads.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let mut all = Ok(Made::default());
        // After a failure the rest is still taken, or the sender would wait for ever.
        while let Ok(load) = next() {
            all = all.and_then(|mut made| add_load(&mut made, load).map(|()| made));
        }
        all
    };
    thread::scope(|scope| {
        let add_all = &add_all;
        let folding = [Arc::clone(&loads), loads].map(|loads| scope.spawn(move || add_all(loads)));
        let mut feeding = Feed { to_fold, load: Vec::with_capacity(LOAD) };
        let fed = feed(&mut feeding);
        feeding.send();
        drop(feeding);
        let [here, there] =
            folding.map(|made| made.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        Ok((fed?, [here?, there?]))
    })
}
