//! What a file comes to: which of its rows are new, which are already there, which are rejected.
//!
//! A plan is made by deciding every row on a draft, so it shows just what appending the draft's
//! batch would record. It appends nothing itself. A row that is rejected leaves the draft as it
//! was, and the rows after it are decided all the same, so that one attempt shows everything
//! wrong with a file; the batch of such a draft is not to be appended.

use almoner_ledger::book::{BooksError, Draft};
use almoner_ledger::command::Options;
use almoner_ledger::decide::{Already, Outcome, Refusal, carry_out};
use almoner_ledger::event::{Event, Record};
use almoner_ledger::rejection::Rejection;

use crate::diagnostic::{Diagnostic, Place};
use crate::kind::Kind;
use crate::read::{ReadFile, Row};
use crate::tally::Tally;

/// What a file comes to. Its rows are `new`, `already` there or `rejected`, each of them once;
/// blank ones are none of these.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Rows that record something.
    pub new: Tally,
    /// Rows that are recorded already, identically.
    pub already: Tally,
    /// Rows that something is wrong with.
    pub rejected: Tally,
    /// Blank rows.
    pub skipped_blank: u64,
    /// What would be added beside the rows themselves.
    pub added: Added,
    /// What the first [`Plan::CHANGES_OF`] new rows record.
    pub changes: Vec<Change>,
    /// Rows that were recorded and reversed since, and stay so.
    pub reversed: Vec<Reversed>,
    /// All that is wrong, in the order of the file. Nothing may be recorded unless it is empty.
    pub diagnostics: Vec<Diagnostic>,
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

/// After so many rejections the nearest match is no longer looked for: it takes long, and what is
/// wrong by then is not one slip of the keyboard.
const SUGGESTIONS: u64 = 20;

/// How often progress is told, in rows.
const PROGRESS_EVERY: usize = 512;

impl Plan {
    /// Of how many new rows a plan lists the records.
    pub const CHANGES_OF: u64 = 20;

    /// All rows that are not blank.
    pub fn rows_read(&self) -> Tally {
        self.new.plus(self.already).plus(self.rejected)
    }
}

/// Decides every row of a file on a draft. `progress` is told now and then how many rows are done.
pub fn plan(
    file: &ReadFile,
    draft: &mut Draft<'_>,
    mut options: Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Plan, BooksError> {
    let mut plan = Plan {
        new: Tally::default(),
        already: Tally::default(),
        rejected: Tally::default(),
        skipped_blank: file.skipped_blank,
        added: Added::default(),
        changes: Vec::new(),
        reversed: Vec::new(),
        diagnostics: file.diagnostics.clone(),
    };
    for (done, row) in file.rows.iter().enumerate() {
        if done % PROGRESS_EVERY == 0 {
            progress(done);
        }
        let Some(command) = &row.command else {
            plan.rejected.count(None);
            continue;
        };
        options.no_suggestions |= plan.rejected.rows >= SUGGESTIONS;
        let before = draft.records().len();
        match carry_out(draft, command, options) {
            Ok(Outcome::Recorded(_)) => {
                plan.new.count(Some(command));
                plan.note_records(file.kind, row, draft.records().get(before..).unwrap_or_default());
            }
            Ok(Outcome::Already(already)) => {
                plan.already.count(Some(command));
                plan.note_reversed(row, already);
            }
            Err(Refusal::Rejected(rejection)) => {
                plan.rejected.count(Some(command));
                plan.diagnostics.push(diagnostic(file, row, &rejection));
            }
            Err(Refusal::Books(error)) => return Err(error),
        }
    }
    progress(file.rows.len());
    plan.diagnostics.sort_by_key(|diagnostic| diagnostic.row);
    Ok(plan)
}

impl Plan {
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

    fn note_reversed(&mut self, row: &Row, already: Already) {
        if let Some(by) = already.reversed_by {
            self.reversed.push(Reversed { row: row.number, record: already.record, by });
        }
    }
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
    let column = column.filter(|column| file.has_column(column));
    let value = column.map(|column| file.cell(row, column)).unwrap_or_default();
    let place = Place { column, ..Place::row(&file.file, row.number) };
    Diagnostic::new(place, &value, rejection.code(), &rejection.to_string(), &hint(rejection))
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
            format!("did you mean `{nearest}`? Awards are imported before what happens to them")
        }
        Rejection::UnknownAward { .. } => "import the award first, or check its id".to_owned(),
        Rejection::Different { what: "budget", .. } => {
            "take the row out of the file; a budget is changed with `almoner budget --revise`".to_owned()
        }
        rejection => rejection.hint(),
    }
}
