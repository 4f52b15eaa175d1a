//! What a file comes to: which of its rows are new, already there, in conflict or rejected.
//!
//! A plan is made by deciding every row on a draft, so it shows just what appending the draft's
//! batch would record. It appends nothing itself. A row that is not taken leaves the draft as it
//! was, and the rows after it are decided all the same, so that one attempt shows everything
//! wrong with a file. Whether the batch of a draft without some of the rows is appended is for
//! whoever asked to say.

use std::collections::BTreeSet;

use almoner_ledger::book::matching::{Meant, identified};
use almoner_ledger::book::{Books, BooksError, Draft};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Already, Outcome, Refusal, carry_out};
use almoner_ledger::event::{Event, Record};
use almoner_ledger::rejection::Rejection;
use hashbrown::HashMap;

use crate::diagnostic::{Diagnostic, note};
use crate::kind::Kind;
use crate::lanes;
use crate::matching::Matching;
use crate::payments::DuplicateNumbering;
use crate::read::{ReadFile, Row};
use crate::request::{RowRequest, UnmatchedPayment};
use crate::tally::Tally;

/// What a file comes to. Each of its rows is counted once; blank ones and those above the header
/// are not counted.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rows that record something.
    pub new: Tally,
    /// Rows that are recorded already, identically.
    pub already: Tally,
    /// Rows that are recorded already, with other content.
    pub in_conflict: Tally,
    /// Rows that something else is wrong with.
    pub rejected: Tally,
    /// Rows that are passed over.
    pub skipped: Tally,
    /// What would be added beside the rows themselves.
    pub added: Added,
    /// What the first [`Plan::CHANGES_OF`] new rows record.
    pub changes: Vec<Change>,
    /// Rows that were recorded and reversed since, and stay so.
    pub reversed: Vec<Reversed>,
    /// Recipients found by an outside identifier whom the file calls by another name.
    pub named_otherwise: Vec<String>,
    /// What is wrong, in the order of the file, as far as it is listed: see [`Diagnostic::LISTED`].
    pub diagnostics: Vec<Diagnostic>,
    /// The rows that are in conflict or rejected, by their places among the file's rows.
    pub(crate) bad: Vec<usize>,
    /// The rows before those that are alike in everything.
    pub(crate) alike: BTreeSet<usize>,
}

/// What --add-missing adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Recipients, by name and id.
    pub recipients: Vec<String>,
    /// Themes, by id.
    pub themes: Vec<String>,
    /// Funds, by id.
    pub funds: Vec<String>,
}

/// A record that a row makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The row.
    pub row: u64,
    /// The record's number, if nothing else is recorded before it.
    pub record: u64,
    /// What is recorded, in a few words.
    pub words: &'static str,
    /// The id of what it is about.
    pub id: String,
}

/// A row that was recorded once and reversed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversed {
    /// The row.
    pub row: u64,
    /// Its record.
    pub record: Option<u64>,
    /// The record that reversed it.
    pub by: u64,
}

/// After so many rows that are not taken nothing is suggested any more: it takes long, and what
/// is wrong by then is not one slip of the keyboard.
const SUGGESTIONS: u64 = 20;

/// How often progress is told, in rows.
pub(crate) const PROGRESS_EVERY: usize = 512;

impl Plan {
    /// Of how many new rows a plan lists the records.
    pub const CHANGES_OF: u64 = 20;

    /// How many rows are in conflict or rejected.
    pub fn bad_rows(&self) -> u64 {
        self.in_conflict.rows + self.rejected.rows
    }

    /// All rows.
    pub fn rows_read(&self) -> Tally {
        self.new.plus(self.already).plus(self.in_conflict).plus(self.rejected).plus(self.skipped)
    }
}

/// Decides every row of a file on a draft. `progress` is told now and then how many rows are done.
pub fn plan(
    file: &ReadFile,
    draft: &mut Draft<'_>,
    options: Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Plan, BooksError> {
    let mut plan = Plan {
        new: Tally::default(),
        already: Tally::default(),
        in_conflict: Tally::default(),
        rejected: Tally::default(),
        skipped: Tally::default(),
        added: Added::default(),
        changes: Vec::new(),
        reversed: Vec::new(),
        named_otherwise: Vec::new(),
        diagnostics: file.diagnostics.clone(),
        bad: Vec::new(),
        alike: BTreeSet::new(),
    };
    file.skipped.iter().for_each(|row| plan.skipped.count(row.amount));
    let before = draft.records().len();
    if lanes::decided(file, draft, options, progress)? {
        let records = draft.records().get(before..).unwrap_or_default();
        for (row, record) in file.rows.iter().zip(records) {
            plan.new.count(row.amount);
            plan.note_records(file.kind, row, std::slice::from_ref(record));
        }
    } else {
        plan.decide(file, draft, options, progress)?;
    }
    progress(file.rows.len());
    plan.diagnostics.sort_by_key(|diagnostic| diagnostic.row);
    Ok(plan)
}

impl Plan {
    /// Decides the rows one after the other.
    fn decide(
        &mut self,
        file: &ReadFile,
        draft: &mut Draft<'_>,
        mut options: Options,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), BooksError> {
        draft.read_ahead(file.rows.iter().filter_map(Row::grant).cloned().collect())?;
        let mut alike = DuplicateNumbering::default();
        let mut first_with_id: HashMap<(&str, String), u64> = HashMap::new();
        for (done, row) in file.rows.iter().enumerate() {
            if done % PROGRESS_EVERY == 0 {
                progress(done);
            }
            options.no_suggestions |= self.bad.len() as u64 >= SUGGESTIONS;
            let command = match &row.asked {
                Some(RowRequest::Command(command)) => Ok(command.clone()),
                Some(RowRequest::Payment(sought)) => self.found(file, row, sought, draft, options)?,
                // A statement is reconciled, not planned.
                Some(RowRequest::Nothing(_) | RowRequest::Line(_)) | None => Err(()),
            };
            let Ok(mut command) = command else {
                self.rejected.count(row.amount);
                self.bad.push(done);
                continue;
            };
            alike.number(done, &mut command);
            match carry_out(draft, &command, options) {
                Ok(Outcome::Recorded(numbers)) => {
                    self.new.count(row.amount);
                    let records = draft.records_numbered(numbers);
                    let named = records.iter().filter_map(|record| named(file.kind, &record.event));
                    named.for_each(|what| _ = first_with_id.entry(what).or_insert(row.number));
                    self.note_records(file.kind, row, records);
                    self.note_name(&command, draft)?;
                }
                Ok(Outcome::Already(already)) => {
                    self.already.count(row.amount);
                    self.note_reversed(row, already);
                }
                Err(Refusal::Rejected(rejection)) => {
                    let mut told = diagnostic(file, row, &rejection);
                    match *rejection {
                        Rejection::Different { what, id, .. } => {
                            self.in_conflict.count(row.amount);
                            // What is nowhere but in this file cannot be reversed.
                            if let Some(first) = first_with_id.get(&(what, id)) {
                                told.hint = format!(
                                    "give the award or decision another id, or delete the row: row {first} has the same id"
                                );
                            }
                        }
                        _ => self.rejected.count(row.amount),
                    }
                    self.bad.push(done);
                    for place in alike.earlier(done) {
                        // Those before one that is noted already are noted as well.
                        if !self.alike.insert(place) {
                            break;
                        }
                    }
                    note(&mut self.diagnostics, told);
                }
                Err(Refusal::Books(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// The command of a payment whose grant is to be found, or what is wrong noted.
    fn found(
        &mut self,
        file: &ReadFile,
        row: &Row,
        sought: &UnmatchedPayment,
        draft: &Draft<'_>,
        options: Options,
    ) -> Result<Result<Command, ()>, BooksError> {
        match Matching::new(draft, !options.no_suggestions).grant_of(sought)? {
            Ok(grant) => Ok(Ok(sought.clone().paid_to(grant))),
            Err(why) => {
                let found = file.diagnostic(row, Some(why.column), why.code, &why.message, &why.hint);
                note(&mut self.diagnostics, found);
                Ok(Err(()))
            }
        }
    }

    fn note_records(&mut self, kind: Kind, row: &Row, records: &[Record]) {
        for record in records {
            match &record.event {
                // In a file of recipients they are the rows themselves.
                Event::RecipientAdded { id, name, .. } if kind != Kind::Recipients => {
                    self.added.recipients.push(format!("{name} ({id})"));
                }
                Event::ThemeAdded(theme) => self.added.themes.push(theme.id.to_string()),
                Event::FundAdded(fund) => self.added.funds.push(fund.id.to_string()),
                _ => {}
            }
            if self.new.rows <= Plan::CHANGES_OF {
                let (words, id) = (record.event.words(), id_of(&record.event));
                self.changes.push(Change { row: row.number, record: record.number, words, id });
            }
        }
    }

    /// An identifier says who is meant, whatever the name; that the names differ is to be seen.
    fn note_name(&mut self, command: &Command, draft: &Draft<'_>) -> Result<(), BooksError> {
        let Command::Award(award) = command else { return Ok(()) };
        let (Some(name), false) = (&award.recipient, award.identifiers.is_empty()) else { return Ok(()) };
        let Meant::One(id) = identified(draft, &award.identifiers)? else { return Ok(()) };
        let Some(recipient) = draft.recipient(&id)? else { return Ok(()) };
        if !recipient.is_known_as(name.as_str()) {
            let note = format!("{} ({id}), called {name}", recipient.name());
            if !self.named_otherwise.contains(&note) {
                self.named_otherwise.push(note);
            }
        }
        Ok(())
    }

    fn note_reversed(&mut self, row: &Row, already: Already) {
        if let Some(by) = already.reversed_by {
            self.reversed.push(Reversed { row: row.number, record: already.record, by });
        }
    }
}

/// What an event of a file's rows records under an id that no other may have.
fn named(kind: Kind, event: &Event) -> Option<(&'static str, String)> {
    let what = match (kind, event) {
        (Kind::Awards, Event::Grant { .. }) => "award",
        (Kind::Decisions, Event::DecisionRecorded(_)) => "decision",
        _ => return None,
    };
    Some((what, id_of(event)))
}

fn id_of(event: &Event) -> String {
    match event {
        Event::ThemeAdded(theme) => theme.id.to_string(),
        Event::FundAdded(fund) => fund.id.to_string(),
        Event::RecipientAdded { id, .. }
        | Event::RecipientRenamed { id, .. }
        | Event::RecipientIdentified { id, .. }
        | Event::RecipientAliased { id, .. } => id.to_string(),
        Event::DecisionRecorded(decision) => decision.id.to_string(),
        Event::Grant { id, .. } => id.to_string(),
        Event::BudgetSet { budget, .. } => format!("{} {} {}", budget.fund, budget.theme, budget.year),
        _ => String::new(),
    }
}

/// The diagnostic of a row that the ledger does not take.
fn diagnostic(file: &ReadFile, row: &Row, rejection: &Rejection) -> Diagnostic {
    let column = rejection.column().map(|column| column_in(file.kind, column));
    file.diagnostic(row, column, rejection.code(), &rejection.to_string(), &hint(rejection))
}

/// A rejection's column by the name that it has in this kind of file.
fn column_in(kind: Kind, column: &'static str) -> &'static str {
    match (kind, column) {
        (Kind::Awards, "award") => "id",
        (Kind::Awards, "date") => "decided",
        _ => column,
    }
}

/// What to do about a row; for some rejections not what the hint for a single command says.
fn hint(rejection: &Rejection) -> String {
    match rejection {
        Rejection::UnknownAward { nearest: Some(nearest), .. } => {
            format!("did you mean `{nearest}`? Import awards before their payments and changes")
        }
        Rejection::UnknownAward { .. } => "import the award first, or check its id".to_owned(),
        Rejection::Different { what: "budget", .. } => {
            "delete the row; to change a budget, use `almoner budget revise`".to_owned()
        }
        Rejection::NotAllowed(breach) if breach.code() == "second-person-needed" => {
            "propose the whole file with `almoner propose import`; or propose this row and record the others with --accept-good-rows".to_owned()
        }
        rejection => rejection.hint(),
    }
}
