//! Importing a file of rows: what is decided of each row, which rows are left out, and whether the rest is recorded.
//! All of it as data, for every front end.

pub mod drafts;
mod kinds;
mod summary;

use almoner_imports::{Plan, ReadFile, plan};
use almoner_ledger::book::{Batch, BooksError, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Options;
use almoner_ledger::head::Head;
use almoner_ledger::money::grouped;
use almoner_ledger::rejection::Hidden;
use almoner_ledger::text::Text;
use almoner_store::folder::Ledger;
use almoner_store::{LoggedBatch, Store, StoreError, batch_of};

use crate::actor::Actor;
use crate::error::Error;
use crate::recording::{Drafted, Numbers, Request, content_key, drafted};
use crate::requested::Requested;

pub use kinds::{COLUMNS, Looks, looks, sheet_with_rows, sheet_with_statement, statements};
pub use summary::{Line, Summary, kind_title};

/// How the rows of a file are recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Add unknown recipients, themes and funds.
    pub add_missing: bool,
    /// Where a file gives a known identifier with a new name, record the name as an alias.
    pub confirm_names: bool,
    /// Record the valid rows and leave out those with errors.
    pub accept_good_rows: bool,
    /// Number of possible duplicates that are confirmed as separate items.
    pub confirm_duplicates: Option<u64>,
    /// Bank accounts that are written much like known ones are others.
    pub new_account: bool,
    /// Record rows again if their earlier records were reversed.
    pub again: bool,
    /// Post what belongs in a closed month on the first open day.
    pub late: bool,
}

/// A file that is imported, and how.
#[derive(Clone, Copy, Debug)]
pub struct Import<'a> {
    /// The file.
    pub file: &'a ReadFile,
    /// How its rows are recorded.
    pub options: ImportOptions,
}

/// Whether a plan is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is, without the rows left out, of which there are so many.
    Recorded {
        /// Number of rows left out because they have faults.
        left_out: u64,
    },
    /// It is not.
    Refused(Refused),
}

/// Why a plan is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its only fault are possible duplicates, which nobody has confirmed.
    Unconfirmed {
        /// How many there are.
        found: u64,
    },
    /// Another number of possible duplicates was confirmed than there is.
    Miscounted {
        /// How many there are.
        found: u64,
        /// How many were confirmed.
        confirmed: u64,
    },
    /// Rows have faults, or rows may be missing, or a total does not agree.
    Faults,
    /// Rows with errors are to be left out, and there is no other.
    NothingValid,
}

/// What a file would come to.
#[derive(Debug)]
pub struct Tried {
    /// The plan.
    pub plan: Plan,
    /// What would be recorded.
    pub batch: Batch,
    /// What it would withhold of what the public and the panel can see.
    pub hidden: Option<Hidden>,
    /// True if it would be proposed.
    pub proposing: bool,
}

/// The plan of a recording; `None` of an earlier one that is confirmed again.
#[derive(Debug)]
pub struct Planned(pub Option<Plan>);

impl From<LoggedBatch> for Planned {
    fn from(_: LoggedBatch) -> Planned {
        Planned(None)
    }
}

impl ImportOptions {
    fn of_rows(self, today: Date) -> Options {
        Options {
            add_missing: self.add_missing,
            confirm_names: self.confirm_names,
            new_account: self.new_account,
            record_reversed: self.again,
            late: self.late,
            // Possible duplicates are left out with the bad rows, if they are not to be confirmed.
            again: self.confirm_duplicates.is_some() || !self.accept_good_rows,
            today: Some(today),
            ..Options::default()
        }
    }

    /// True if the possible duplicates are those that were confirmed. A file that is already recorded has none left.
    fn confirms(self, plan: &Plan) -> bool {
        plan.possible_duplicates.rows == self.confirm_duplicates.unwrap_or_default() || plan.rows_taken() == 0
    }
}

impl Import<'_> {
    /// Decides every row on a draft. `progress` receives the number of rows done, and how many there are.
    ///
    /// # Errors
    ///
    /// If the books cannot be read.
    pub fn plan(
        &self,
        draft: &mut Draft<'_>,
        today: Date,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Plan, BooksError> {
        let all = self.file.rows.len() as u64;
        let mut plan =
            plan(self.file, draft, self.options.of_rows(today), &mut |done| progress(done as u64, all))?;
        if !self.options.confirms(&plan) {
            plan.reject_possible_duplicates();
        }
        Ok(plan)
    }

    /// Plans the file on a ledger that was opened, and records nothing. Where policy wants a second person, what would
    /// be proposed is planned. `progress` receives the number of rows done, and how many there are.
    ///
    /// # Errors
    ///
    /// If the books cannot be read.
    pub fn tried(
        &self,
        ledger: &Ledger,
        actor: &Actor,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Tried, Error> {
        let mut attempt = |proposing| {
            let request = Request { dry_run: true, proposing, ..Request::default() };
            let mut planning = |_: &Ledger, draft: &mut Draft<'_>| {
                Ok::<_, Error>(self.plan(draft, actor.today, progress)?)
            };
            drafted(ledger, (actor, actor.name()), request, &mut planning)
        };
        let tried = attempt(false)?;
        let proposing = tried.made.needs_approval();
        let Drafted { made: plan, batch, hidden } = if proposing { attempt(true)? } else { tried };
        Ok(Tried { plan, batch, hidden, proposing })
    }

    /// Returns whether a plan is recorded.
    pub fn verdict(&self, plan: &Plan) -> Verdict {
        let confirmed = self.options.confirm_duplicates;
        if plan.diagnostics.is_empty() && plan.unconfirmed.is_none() {
            return Verdict::Recorded { left_out: 0 };
        }
        // With a number that is confirmed, the draft holds the possible duplicates.
        let is_miscounted = plan.unconfirmed.is_some() && confirmed.is_some();
        if !self.options.accept_good_rows || !self.file.is_whole() || is_miscounted {
            return Verdict::Refused(match (plan.unconfirmed, confirmed) {
                (Some(found), Some(confirmed)) => Refused::Miscounted { found, confirmed },
                (Some(found), None) if found == plan.bad_rows() => Refused::Unconfirmed { found },
                _ => Refused::Faults,
            });
        }
        if plan.rows_read().rows == plan.bad_rows() + plan.skipped.rows {
            return Verdict::Refused(Refused::NothingValid);
        }
        Verdict::Recorded { left_out: plan.bad_rows() }
    }

    /// Returns what the file is recognised by; rows that were rejected the first time get another key of it.
    pub fn content(&self) -> Option<String> {
        self.file.fingerprint.map(|hash| format!("{} file {hash}", self.file.kind.word()))
    }
}

/// Returns a request with the content of a file in place of its name. A file that is recorded by its rows alone has
/// no hash of its own.
pub fn with_content(requested: &Requested, file: &ReadFile) -> Requested {
    match file.fingerprint {
        Some(hash) => requested.clone().replacing(&["file"], "content", hash.to_string()),
        None => requested.clone(),
    }
}

/// Returns the label of the batch in the journal: what is done, and the name of the file without its folder.
pub fn label(what: &str, name: &str) -> String {
    Text::new(&format!("{what} {name}")).map_or_else(|_| what.to_owned(), |label| label.to_string())
}

/// The first recording of a file.
#[derive(Clone, Debug)]
pub struct Earlier {
    /// When it was recorded, as the journal writes it.
    pub at: String,
    /// The user who recorded it.
    pub by: String,
    /// The numbers of its records.
    pub numbers: Numbers,
    /// The head after it.
    pub head: Head,
}

/// Returns the first recording of a file by its content, if there was one.
///
/// # Errors
///
/// If the ledger cannot be read.
pub fn earlier(ledger: &Ledger, content: Option<&str>) -> Result<Option<Earlier>, StoreError> {
    let Some(key) = content.map(|content| content_key(content, 1)) else { return Ok(None) };
    let Some(head) = ledger.batch_with_key(&key)? else { return Ok(None) };
    let records = batch_of(ledger, head.record)?.records;
    let (Some(first), Some(numbers)) = (records.first(), Numbers::of(&records)) else { return Ok(None) };
    Ok(Some(Earlier { at: first.at.to_string(), by: first.by.to_string(), numbers, head }))
}

/// Returns a number with thousands separators.
pub fn counted(number: u64) -> String {
    grouped(&number.to_string())
}
