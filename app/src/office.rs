//! The office: where its ledger is, and opening it.

use std::fmt::Debug;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use almoner_ledger::book::Books;
use almoner_ledger::reports::last_day;
use almoner_store::folder::lock::Turn;
use almoner_store::folder::{Access, Ledger};
use almoner_store::{KnownAt, is_of_later_version};

use crate::actor::Actor;
use crate::error::{Error, Remedy};

/// Receives units of work done, and how many there are.
pub type Progress<'a> = Box<dyn FnMut(u64, u64) + 'a>;

/// Shown by a front end while a use case is under way.
pub trait Observer: Debug + Send + Sync {
    /// Shows a note: something that the user should know and that stops nothing.
    fn note(&self, text: &str);
    /// Begins to show the progress of work, until what is returned is dropped.
    fn progress(&self, doing: &'static str) -> Progress<'_>;
}

/// An office's ledger and how it is opened.
#[derive(Clone, Debug)]
pub struct Office {
    /// Folder of the ledger.
    pub location: PathBuf,
    /// The user's own folder, in which it is noted what this computer has seen of each ledger.
    pub notes: PathBuf,
    /// Time to wait while another program uses the ledger.
    pub wait: Duration,
    /// Shown notes and progress.
    pub observer: Arc<dyn Observer>,
}

impl Office {
    /// Opens the ledger. Refuses a damaged one: figures from part of a journal are shown on request only.
    pub fn open_undamaged(&self, actor: &Actor, access: Access) -> Result<Ledger, Error> {
        let ledger = self.open(actor, access)?;
        refused_if(ledger, |_| true)
    }

    /// Opens the ledger, or the readable part of a damaged one with a note, to show it as it was known at some times.
    /// Refuses a day that the part may not have whole: what is damaged may have been recorded on it.
    pub fn open_as_known(
        &self,
        actor: &Actor,
        access: Access,
        known_at: &[KnownAt],
    ) -> Result<Ledger, Error> {
        let is_in_part = |ledger: &Ledger, at: &KnownAt| match at {
            KnownAt::Record(_) => false,
            KnownAt::Date(day) => last_day(ledger).is_none_or(|last| *day >= last),
        };
        self.open_part(actor, access, |ledger| known_at.iter().any(|at| is_in_part(ledger, at)))
    }

    /// Opens the ledger, or the readable part of a damaged one with a note.
    pub fn open_readable_part(&self, actor: &Actor, access: Access) -> Result<Ledger, Error> {
        self.open_part(actor, access, |_| false)
    }

    fn open_part(
        &self,
        actor: &Actor,
        access: Access,
        needs_more: impl FnOnce(&Ledger) -> bool,
    ) -> Result<Ledger, Error> {
        // Earlier books are made of everything, whatever is shown of them.
        let access = if access == Access::Totals { Access::Read } else { access };
        let ledger = refused_if(self.open(actor, access)?, needs_more)?;
        if let Some(damage) = ledger.damage() {
            let last = ledger.head().record;
            let damaged = if is_of_later_version(damage) { "" } else { "the journal is damaged: " };
            self.observer.note(&format!("{damaged}{damage}. Only records 1 to {last} can be read"));
        }
        Ok(ledger)
    }

    /// Opens the ledger, with notes about what was repaired.
    pub fn open(&self, actor: &Actor, access: Access) -> Result<Ledger, Error> {
        let tell = |notice: &str| self.observer.note(notice);
        let turn = Turn { who: actor.name(), patience: self.wait, tell: &tell };
        let (mut ledger, notices) = {
            let mut progress = self.observer.progress("Reading the journal");
            Ledger::open_in_turn(&self.location, access, &turn, Some(&self.notes), &mut *progress)?
        };
        for notice in notices {
            self.observer.note(&notice);
        }
        self.note_seen(&mut ledger);
        Ok(ledger)
    }

    /// Notes what this computer now knows of the ledger. A note that cannot be written is no error.
    pub fn note_seen(&self, ledger: &mut Ledger) {
        if let Err(message) = ledger.note_seen() {
            self.observer.note(&message);
        }
    }
}

/// Refuses a damaged ledger of which more is needed than can be read.
fn refused_if(ledger: Ledger, needs_more: impl FnOnce(&Ledger) -> bool) -> Result<Ledger, Error> {
    let Some(damage) = ledger.damage() else { return Ok(ledger) };
    if !needs_more(&ledger) {
        return Ok(ledger);
    }
    if ledger.is_head_lost() {
        return Err(Error::unavailable("head-lost", damage).remedy(Remedy::RecoverHead));
    }
    if is_of_later_version(damage) {
        return Err(Error::later_version(damage));
    }
    Err(Error::unavailable("damaged", format!("the journal is damaged: {damage}"))
        .remedy(Remedy::RestoreBackup { last: ledger.head().record }))
}
