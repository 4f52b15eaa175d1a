//! Files for others, from their options: grants in the 360Giving standard, and whole books for an auditor's tool; and the
//! notes beside the ledger of what was exported to audiences that may not see records.

#![allow(missing_docs, reason = "names that say it all have no doc")]

mod finance;
mod giving;
mod journal;
mod ledger;
mod whole;

pub use self::finance::{FinanceExport, FinanceMade};
pub use self::giving::{GivingFile, GivingFormat, GivingMade};
pub use self::journal::{JournalExport, JournalMade};
pub use self::ledger::{FirstLine, LedgerExport, SCHEMA};
pub use self::whole::{OpenBooks, WholeBooks, each_transaction};

use almoner_ledger::book::Books;
use almoner_ledger::hash::Hash;
use almoner_ledger::marks::{Issue, Mark};
use almoner_ledger::reports::Published;
use almoner_store::folder::exports::{ExportNote, append};
use almoner_store::system_reason;

use crate::actor::Actor;
use crate::office::Office;

/// A file that was exported.
#[derive(Clone, Copy, Debug)]
pub struct Exported<'a> {
    /// Its mark, if it has one.
    pub mark: Option<&'a Mark>,
    /// The command that makes it again.
    pub command: &'a str,
    /// Its name; `None` if it was shown or sent.
    pub file: Option<&'a str>,
    /// Its content.
    pub bytes: &'a [u8],
}

/// Of which books an export was made.
#[derive(Clone, Debug)]
pub struct Issued {
    /// The id of the ledger.
    ledger: String,
    /// What was issued; `None` for audiences that may see records.
    issue: Option<Issue>,
}

impl Issued {
    /// Returns what is noted of books.
    pub fn of(books: &Published<'_>) -> Issued {
        Issued { ledger: books.reference().ledger.clone(), issue: books.issue().cloned() }
    }
}

impl Office {
    /// Notes an export, if it is for an audience that may not see records. A note that cannot be written is no error:
    /// whoever may only read the ledger exports, too.
    pub fn note_exported(&self, actor: &Actor, of: &Issued, exported: Exported<'_>) {
        let Some(issue) = &of.issue else { return };
        let note = ExportNote {
            ledger: of.ledger.clone(),
            mark: exported.mark.map(ToString::to_string),
            record: issue.head.record,
            head: issue.head.hash.to_string(),
            command: exported.command.to_owned(),
            file: exported.file.map(str::to_owned),
            sha256: Hash::of(exported.bytes).to_string(),
            user: actor.name().to_owned(),
            at: actor.at.to_string(),
        };
        if let Err(error) = append(&self.location, &note) {
            let why = system_reason(&error);
            self.observer
                .note(&format!("the export cannot be noted in exports.jsonl beside the ledger: {why}"));
        }
    }
}
