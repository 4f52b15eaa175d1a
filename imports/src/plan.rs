//! Plans an import: which rows are new, already recorded, in conflict or rejected.
//!
//! Every row is decided on a draft, so a plan shows exactly what appending the batch would record.
//! Nothing is appended here. A rejected row leaves the draft unchanged and the remaining rows are
//! still decided, so that one attempt shows all problems. The caller decides whether to append a
//! batch without some of the rows.

#![allow(missing_docs, reason = "names that say it all have no doc")]

use std::collections::BTreeSet;

use almoner_ledger::book::{Books, BooksError, Draft};
use almoner_ledger::calendar::{Date, Period};
use almoner_ledger::command::{Command, Options};
use almoner_ledger::decide::{Already, Outcome, Refusal, carry_out};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::events::{Event, RecipientAdded, RecipientAliased, Record};
use almoner_ledger::grants::{GrantId, NewPeriodError};
use almoner_ledger::money::Money;
use almoner_ledger::rejection::{Earlier, Field, Place, Rejection};
use almoner_ledger::remedy::Remedy;
use hashbrown::HashMap;

use crate::diagnostic::{Diagnostic, NextStep, note};
use crate::kind::Kind;
use crate::matching::Matching;
use crate::payments::DuplicateNumbering;
use crate::read::{ReadFile, Row};
use crate::request::{RowRequest, UnmatchedPayment, VariationRow};
use crate::tally::Tally;

/// The plan of an import. Each row is counted once; blank rows and those above the header are not
/// counted.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    pub new: Tally,
    /// Rows already recorded, identically.
    pub already: Tally,
    /// Rows already recorded with different content.
    pub in_conflict: Tally,
    /// Rows with other errors.
    pub rejected: Tally,
    /// Rows that may be duplicates of recorded payments or of earlier rows. They are decided as if confirmed,
    /// so that a file shows all of them.
    pub possible_duplicates: Tally,
    pub skipped: Tally,
    /// Reference data added with the rows.
    pub added: Added,
    /// Records of the first [`Plan::CHANGES_OF`] new rows.
    pub changes: Vec<Change>,
    /// Rows whose records were reversed, and that are not recorded again.
    pub reversed: Vec<Reversed>,
    /// The possible duplicates, each with what it may be a duplicate of.
    possible: Vec<(usize, Diagnostic)>,
    /// Number of possible duplicates that were rejected, since another number was confirmed.
    pub unconfirmed: Option<u64>,
    /// Positions of earlier rows identical to possible duplicates.
    before_possible: BTreeSet<usize>,
    /// Problems in the order of the file, up to [`Diagnostic::LISTED`].
    pub diagnostics: Vec<Diagnostic>,
    /// Positions of the rows in conflict or rejected.
    pub(crate) bad: Vec<usize>,
    /// Positions of earlier rows identical to bad ones.
    pub(crate) duplicates: BTreeSet<usize>,
}

/// Reference data added because it was missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// Recipients by name and id.
    pub recipients: Vec<String>,
    /// Names confirmed as aliases, each with the id of its recipient.
    pub aliases: Vec<String>,
    pub themes: Vec<String>,
    pub funds: Vec<String>,
}

/// A record made by a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub row: u64,
    /// Number of the record, if nothing else is recorded before it.
    pub record: u64,
    pub words: &'static str,
    pub id: String,
}

/// A row that was recorded once and reversed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversed {
    pub row: u64,
    pub record: Option<u64>,
    pub by: u64,
}

/// Number of bad rows after which nothing more is suggested: suggestions are slow, and so many errors
/// are not typing mistakes.
const SUGGESTIONS: u64 = 20;

impl Plan {
    /// Number of new rows whose records are listed.
    pub const CHANGES_OF: u64 = 20;

    /// Returns the number of rows in conflict or rejected.
    pub fn bad_rows(&self) -> u64 {
        self.in_conflict.rows + self.rejected.rows
    }

    pub fn rows_read(&self) -> Tally {
        let good = self.new.plus(self.already).plus(self.possible_duplicates);
        good.plus(self.in_conflict).plus(self.rejected).plus(self.skipped)
    }

    /// Returns the places in the file of the rows in conflict or rejected, in its order.
    pub fn bad_places(&self) -> &[usize] {
        &self.bad
    }

    /// True if rows are rejected because they need approval: the file can be proposed.
    pub fn needs_approval(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|it| matches!(&it.next, NextStep::Books(all) if all.contains(&Remedy::ProposeFile)))
    }

    /// Returns what is noted of a row.
    pub fn diagnostics_of(&self, row: u64) -> impl Iterator<Item = &Diagnostic> {
        let from = self.diagnostics.partition_point(|it| it.row < row);
        self.diagnostics.iter().skip(from).take_while(move |it| it.row == row)
    }

    /// Returns the rows that may be duplicates, each with what it may be a duplicate of.
    pub fn possible_duplicates_found(&self) -> impl Iterator<Item = &Diagnostic> {
        self.possible.iter().map(|(_, found)| found)
    }

    /// Returns the number of rows that are recorded.
    pub fn rows_taken(&self) -> u64 {
        self.new.rows + self.possible_duplicates.rows
    }

    /// Returns the numbers of the rows that may be duplicates.
    pub fn possibly_duplicate_rows(&self) -> impl Iterator<Item = u64> {
        self.possible.iter().map(|(_, found)| found.row)
    }

    /// Rejects the rows that may be duplicates, which are not confirmed. What was drafted with them must not be
    /// recorded.
    pub fn reject_possible_duplicates(&mut self) {
        self.unconfirmed = Some(self.possible_duplicates.rows);
        self.rejected = self.rejected.plus(std::mem::take(&mut self.possible_duplicates));
        self.duplicates.append(&mut self.before_possible);
        for (place, found) in std::mem::take(&mut self.possible) {
            self.bad.push(place);
            note(&mut self.diagnostics, found);
        }
        self.bad.sort_unstable();
        self.diagnostics.sort_by_key(|diagnostic| diagnostic.row);
    }
}

/// Interval of progress reports, in rows.
const PROGRESS_EVERY: usize = 512;

/// Decides every row of a file on a draft. `progress` receives the number of rows done. With the option `again`,
/// possible duplicates are counted and decided as if confirmed; otherwise they are rejected.
pub fn plan(
    file: &ReadFile,
    draft: &mut Draft<'_>,
    options: Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Plan, BooksError> {
    let mut plan = Plan { diagnostics: file.diagnostics.clone(), ..Plan::default() };
    file.skipped.iter().for_each(|row| plan.skipped.count(row.amount));
    plan.decide(file, draft, options, progress)?;
    progress(file.rows.len());
    plan.diagnostics.sort_by_key(|diagnostic| diagnostic.row);
    Ok(plan)
}

impl Plan {
    /// Decides the rows in sequence.
    fn decide(
        &mut self,
        file: &ReadFile,
        draft: &mut Draft<'_>,
        mut options: Options,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), BooksError> {
        let count_duplicates = std::mem::take(&mut options.again);
        options.names = file.names.clone().shared();
        draft.read_ahead(file.rows.iter().filter_map(Row::grant).cloned().collect())?;
        let mut duplicates = DuplicateNumbering::default();
        let mut first_with_id: HashMap<(&str, String), u64> = HashMap::new();
        let recorded = draft.reference().records;
        // The last record and the row of each new payment, to name the row of one not recorded yet.
        let mut paid: Vec<(u64, u64)> = Vec::new();
        let mut only_once: HashMap<OnlyOnce, u64> = HashMap::new();
        let mut acts: HashMap<Act, u64> = HashMap::new();
        for (done, row) in file.rows.iter().enumerate() {
            if done % PROGRESS_EVERY == 0 {
                progress(done);
            }
            options.no_suggestions |= self.bad.len() as u64 >= SUGGESTIONS;
            let command = match &row.request {
                Some(RowRequest::Command(command)) => Ok(command.clone()),
                Some(RowRequest::Payment(payment)) => self.found(file, row, payment, draft, &options)?,
                Some(RowRequest::Variation(variation)) => self.varied(file, row, variation, draft)?,
                // A statement is reconciled, not planned.
                Some(RowRequest::Nothing(_) | RowRequest::Line(_) | RowRequest::Balance(_)) | None => Err(()),
            };
            let Ok(mut command) = command else {
                self.rejected.count(row.amount);
                self.bad.push(done);
                continue;
            };
            if let Some(once) = OnlyOnce::of(&command)
                && let first = *only_once.entry(once).or_insert(row.number)
                && first != row.number
            {
                let message = format!("the row is identical to row {first}");
                note(
                    &mut self.diagnostics,
                    file.diagnostic(row, None, &message, advice_on_repeated(&command)),
                );
                self.rejected.count(row.amount);
                self.bad.push(done);
                continue;
            }
            duplicates.number(done, &mut command);
            let mut outcome = carry_out(draft, &command, options.clone());
            let mut possible = None;
            if let Err(Refusal::Rejected(rejection)) = &mut outcome
                && let Rejection::PossibleDuplicate { earlier, .. } = &mut **rejection
            {
                name_rows(earlier, recorded, &paid);
                if count_duplicates {
                    possible = Some(diagnostic(file, row, rejection));
                    outcome = carry_out(draft, &command, Options { again: true, ..options.clone() });
                }
            }
            // A file does not say how its rows are to be posted, only the whole import does.
            if let Err(Refusal::Rejected(rejection)) = &outcome
                && let Rejection::RecordedAsAdjustment { .. } = **rejection
            {
                outcome = carry_out(draft, &command, Options { late: false, ..options.clone() });
            }
            match outcome {
                Ok(Outcome::Recorded(numbers)) => {
                    match possible {
                        None => self.new.count(row.amount),
                        Some(found) => {
                            self.possible_duplicates.count(row.amount);
                            self.possible.push((done, found));
                            insert_new(&mut self.before_possible, duplicates.earlier(done));
                        }
                    }
                    if is_payment(&command) {
                        paid.push((*numbers.end(), row.number));
                    }
                    if let Some(act) = act(&command) {
                        acts.entry(act).or_insert(row.number);
                    }
                    let records = draft.records_numbered(numbers);
                    let named = records.iter().filter_map(|record| named(file.kind, &record.event));
                    named.for_each(|what| _ = first_with_id.entry(what).or_insert(row.number));
                    self.note_records(file.kind, row, records);
                    self.note_new_name(file.kind, row, draft, &options)?;
                }
                Ok(Outcome::Already(already)) => {
                    self.already.count(row.amount);
                    self.note_reversed(row, already);
                }
                Err(Refusal::Rejected(rejection)) => {
                    let mut found = diagnostic(file, row, &rejection);
                    match *rejection {
                        Rejection::Different { what, id, .. } => {
                            self.in_conflict.count(row.amount);
                            // The earlier row is only in this file, so there is nothing to reverse.
                            let first_act = act(&command).and_then(|act| acts.get(&act));
                            if let Some(first) = first_act {
                                found.next = NextStep::Advice(format!(
                                    "row {first} is by the same decision on the same date: make one row of both, or delete this row"
                                ));
                            } else if let Some(first) = first_with_id.get(&(what, id)) {
                                found.next = NextStep::Advice(format!(
                                    "row {first} has the same id: give this award or decision another id, or delete this row"
                                ));
                            }
                        }
                        _ => self.rejected.count(row.amount),
                    }
                    self.bad.push(done);
                    insert_new(&mut self.duplicates, duplicates.earlier(done));
                    note(&mut self.diagnostics, found);
                }
                Err(Refusal::Books(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// Returns the command of a payment whose grant must be found, or notes the problem.
    fn found(
        &mut self,
        file: &ReadFile,
        row: &Row,
        payment: &UnmatchedPayment,
        draft: &Draft<'_>,
        options: &Options,
    ) -> Result<Result<Command, ()>, BooksError> {
        match Matching::new(draft, options).grant_of(payment)? {
            Ok(grant) => Ok(Ok(payment.clone().paid_to(grant))),
            Err(why) => {
                let found = file.diagnostic(row, Some(why.column), &why.message, why.hint);
                note(&mut self.diagnostics, found);
                Ok(Err(()))
            }
        }
    }

    /// Records the new name of a payee whose identifier is known, once it is confirmed.
    fn note_new_name(
        &mut self,
        kind: Kind,
        row: &Row,
        draft: &mut Draft<'_>,
        options: &Options,
    ) -> Result<(), BooksError> {
        let Some(RowRequest::Payment(payment)) = row.request.as_ref().filter(|_| options.confirm_names)
        else {
            return Ok(());
        };
        let Some((owner, alias)) = Matching::new(draft, options).new_name(payment)? else { return Ok(()) };
        let command = Command::AliasRecipient { recipient: owner.to_string(), alias };
        if let Ok(Outcome::Recorded(numbers)) = carry_out(draft, &command, options.clone()) {
            self.note_records(kind, row, draft.records_numbered(numbers));
        }
        Ok(())
    }

    /// Returns the command of a variation, whose new period follows from the one in force, or notes the problem.
    fn varied(
        &mut self,
        file: &ReadFile,
        row: &Row,
        variation: &VariationRow,
        draft: &Draft<'_>,
    ) -> Result<Result<Command, ()>, BooksError> {
        let VariationRow { award, decision, date, change, from, to } = variation.clone();
        // Of an award that is not there, the decision names the nearest.
        let grant = draft.grant(&award)?;
        let new = grant.map(|grant| grant.new_period((decision.as_ref(), date), from, to)).transpose();
        Ok(match new {
            Ok(new) => Ok(Command::Vary { award, decision, date, change, period: new.flatten(), part: None }),
            Err(error) => {
                let column = if to.is_some() { "to" } else { "from" };
                let hint = match error {
                    NewPeriodError::NoPeriod(_) => "fill in both from and to",
                    NewPeriodError::Period(_) => "correct from or to",
                };
                note(&mut self.diagnostics, file.diagnostic(row, Some(column), &error.to_string(), hint));
                Err(())
            }
        })
    }

    fn note_records(&mut self, kind: Kind, row: &Row, records: &[Record]) {
        for record in records {
            // In a file of recipients these are the rows themselves.
            if let Event::RecipientAdded(RecipientAdded { id, name, .. }) = &record.event
                && kind != Kind::Recipients
            {
                self.added.recipients.push(format!("{name} ({id})"));
            }
            if let Event::RecipientAliased(RecipientAliased { id, alias }) = &record.event
                && kind != Kind::Aliases
            {
                self.added.aliases.push(format!("{alias} ({id})"));
            }
            if let Event::ThemeAdded(theme) = &record.event {
                self.added.themes.push(theme.id.to_string());
            }
            if let Event::FundAdded(fund) = &record.event {
                self.added.funds.push(fund.id.to_string());
            }
            if self.rows_taken() <= Plan::CHANGES_OF {
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

/// Returns the type and id of an event whose id must be unique.
fn named(kind: Kind, event: &Event) -> Option<(&'static str, String)> {
    let is_award = kind == Kind::Awards && event.grant().is_some();
    let is_decision = kind == Kind::Decisions && matches!(event, Event::DecisionRecorded(_));
    let what = is_award.then_some("award").or(is_decision.then_some("decision"));
    what.map(|what| (what, id_of(event)))
}

/// Inserts positions, the nearest first. Those before one that is already there are there too.
fn insert_new(places: &mut BTreeSet<usize>, mut earlier: impl Iterator<Item = usize>) {
    while earlier.next().is_some_and(|place| places.insert(place)) {}
}

/// What is recorded once: a row that repeats it is more likely a mistake than a second one.
#[derive(PartialEq, Eq, Hash)]
enum OnlyOnce {
    /// An instalment: its award, due date and amount.
    Instalment(GrantId, Date, Money),
    /// A variation: its award, decision, date, change of amount and new period.
    Variation(GrantId, Option<DecisionId>, Date, Money, Option<Period>),
}

impl OnlyOnce {
    fn of(command: &Command) -> Option<OnlyOnce> {
        match command {
            Command::Schedule { award, due, amount, .. } => {
                Some(OnlyOnce::Instalment(award.clone(), *due, *amount))
            }
            Command::Vary { award, decision, date, change, period, part: _ } => {
                Some(OnlyOnce::Variation(award.clone(), decision.clone(), *date, *change, *period))
            }
            _ => None,
        }
    }
}

/// Returns what to do about a row that repeats another.
fn advice_on_repeated(command: &Command) -> &'static str {
    match command {
        Command::Vary { .. } => {
            "delete the row; if one decision makes two changes to an award on the same day, enter both in one row"
        }
        _ => {
            "delete the row; if two identical instalments are due on that day, schedule the second one separately"
        }
    }
}

/// A change of an award by a decision, of which there is one a day: its kind, the award, the decision and the date.
type Act = (&'static str, GrantId, Option<DecisionId>, Date);

fn act(command: &Command) -> Option<Act> {
    match command {
        Command::Vary { award, decision, date, .. } => {
            Some(("variation", award.clone(), decision.clone(), *date))
        }
        Command::Repurpose { award, decision, date, .. } => {
            Some(("change of purpose", award.clone(), decision.clone(), *date))
        }
        _ => None,
    }
}

fn is_payment(command: &Command) -> bool {
    matches!(command, Command::Pay { .. } | Command::Refund { .. } | Command::Return { .. })
}

/// Names the rows of earlier transactions that are in the file itself.
fn name_rows(earlier: &mut [Earlier], recorded: u64, paid: &[(u64, u64)]) {
    for it in earlier {
        let Some(record) = it.place.record().filter(|record| *record > recorded) else { continue };
        let at = paid.partition_point(|(last, _)| *last < record);
        if let Some((_, row)) = paid.get(at) {
            it.place = Place::Row(*row);
        }
    }
}

fn id_of(event: &Event) -> String {
    event.id().map(ToString::to_string).unwrap_or_default()
}

/// Returns the diagnostic of a rejected row.
fn diagnostic(file: &ReadFile, row: &Row, rejection: &Rejection) -> Diagnostic {
    let column = rejection.field().map(|field| column_in(file.kind, field));
    file.diagnostic(row, column, &rejection.to_string(), NextStep::Books(remedies(rejection)))
}

/// Returns the column of a field, as named in this kind of file.
fn column_in(kind: Kind, field: Field) -> &'static str {
    match (kind, field) {
        (Kind::Awards, Field::Award) => "id",
        (Kind::Awards, Field::Date) => Field::Decided.column(),
        (Kind::Instalments, Field::Date) => "due",
        (_, field) => field.column(),
    }
}

/// Returns the remedies for a row, which for some rejections differ from those for a single command.
fn remedies(rejection: &Rejection) -> Vec<Remedy> {
    match rejection {
        Rejection::UnknownAward { nearest: Some(nearest), .. } => vec![Remedy::Advice(format!(
            "did you mean `{nearest}`? Import awards before their payments and changes"
        ))],
        Rejection::UnknownAward { .. } => vec!["import the award first, or check its id".into()],
        Rejection::Different { what: "budget", .. } => vec![Remedy::ReviseBudgetApart],
        Rejection::PossibleDuplicate { what, .. } => {
            vec![Remedy::ConfirmDuplicates { what }]
        }
        Rejection::NotAllowed(denied) if denied.code() == "approval-needed" => vec![Remedy::ProposeFile],
        rejection => rejection.remedies().into_iter().map(of_row).collect(),
    }
}

/// Returns a remedy as it is for a row: files record no prior period adjustments.
fn of_row(remedy: Remedy) -> Remedy {
    let may_adjust = false;
    match remedy {
        Remedy::PostLate { first_open, .. } => Remedy::PostLate { first_open, may_adjust },
        Remedy::PostLateOrToClosed { first_open, may_reopen, .. } => {
            Remedy::PostLateOrToClosed { first_open, may_reopen, may_adjust }
        }
        other => other,
    }
}
