//! What all requests share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use almoner_app::actor::Timestamp;
use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_app::profiles::Profiles;
use almoner_store::scratch::ScratchError;

use crate::desk::{Address, StartFile};
use crate::drafts::Drafts;
use crate::entrance::Entrance;
use crate::fields::Fields;
use crate::files::Files;
pub use crate::lock::locked;
use crate::program::Program;
use crate::sessions::Sessions;
use crate::upload::Readers;
use crate::work::Works;
use crate::worker::Worker;

/// The pages of an office.
#[derive(Debug)]
pub struct Site {
    /// The office: where its ledger is.
    pub office: Office,
    /// The program around the pages.
    pub program: Arc<dyn Program>,
    /// The address under which the pages answer.
    pub address: Address,
    /// The entrance, if users sign in; none at a user's own desk.
    pub entrance: Option<Entrance>,
    /// True if nothing can be recorded.
    pub is_read_only: bool,
    /// True if the ledger is the example.
    pub is_demo: bool,
    /// The sessions.
    pub sessions: Mutex<Sessions>,
    /// The drafts of forms.
    pub drafts: Mutex<Drafts>,
    /// The files that drafts are of.
    pub files: Mutex<Files>,
    /// The start file, removed once a session has begun.
    pub start: Mutex<Option<StartFile>>,
    /// The profiles by which files are read.
    pub profiles: Profiles,
    /// Whose turn it is to record an import.
    pub importing: Readers,
    /// How many files are received and read at the same time.
    pub readers: Readers,
    /// Files that are being planned and recorded.
    pub works: Arc<Mutex<Works>>,
    /// Where they are.
    pub worker: Worker,
    /// The time that a page waits for one of these before it says how far that is.
    pub patience: Duration,
    begun: Instant,
    touched: AtomicU64,
}

impl Site {
    /// Notes that a draft could not be saved: it lasts as long as the pages.
    pub fn note_unsaved(&self, saving: Result<(), ScratchError>) {
        if let Err(error) = saving {
            self.office.observer.note(&format!(
                "a draft of a form could not be saved: {error}; it will be lost when the pages are stopped"
            ));
        }
    }

    /// Adds a draft. The files of those that were removed to make room for it are removed, too.
    pub fn add_draft(&self, id: String, of: (&str, &str), owner: &str, fields: Fields, now: &Timestamp) {
        let (removed, saving) = locked(&self.drafts).add(id, of, owner, fields, now);
        let mut files = locked(&self.files);
        removed.iter().for_each(|id| files.remove(id));
        drop(files);
        self.note_unsaved(saving);
    }

    /// Returns a site without sessions.
    pub fn new(office: Office, program: Arc<dyn Program>, address: Address) -> Site {
        Site {
            office,
            program,
            address,
            entrance: None,
            is_read_only: false,
            is_demo: false,
            sessions: Mutex::default(),
            drafts: Mutex::default(),
            files: Mutex::default(),
            start: Mutex::default(),
            profiles: Profiles::default(),
            importing: Readers::of(1),
            readers: Readers::default(),
            works: Arc::default(),
            worker: Worker::default(),
            patience: Duration::from_secs(2),
            begun: Instant::now(),
            touched: AtomicU64::new(0),
        }
    }

    /// Returns the moment by which sessions are counted, in seconds: since 1970 in an office, whose sessions outlast the
    /// program, and since the beginning at a desk.
    ///
    /// # Errors
    ///
    /// If the clock of an office cannot be read.
    pub fn now(&self) -> Result<u64, Error> {
        match &self.entrance {
            Some(entrance) => entrance.now(),
            None => Ok(self.begun.elapsed().as_secs()),
        }
    }

    /// Notes that somebody uses the pages.
    pub fn touch(&self) {
        self.touched.store(self.begun.elapsed().as_secs(), Ordering::Relaxed);
    }

    /// Returns how long nobody has used the pages.
    pub fn idle(&self) -> Duration {
        let touched = Duration::from_secs(self.touched.load(Ordering::Relaxed));
        self.begun.elapsed().saturating_sub(touched)
    }
}
