//! The publication of a month: the steps from its end to the lists on the office's website, each with what was checked
//! of it; and what was exported.
//!
//! The lists are published elsewhere. That they were is recorded as a public paper with the reference of the month.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Month, moment_in_words};
use almoner_ledger::papers::{PaperId, PublicPaper};
use almoner_ledger::reports::disclosure::Missing;
use almoner_ledger::reports::{DisclosureReport, Published, disclosure};
use almoner_papers::invocation::{Export, Invocation, Typed};
use almoner_papers::render::json;
use almoner_papers::sheet::{Cell, Field, Kind};
use almoner_store::folder::exports::{self, ExportNote};
use almoner_store::system_reason;
use serde::Serialize;

use crate::error::Error;
use crate::figures::Days;
use crate::office::Office;
use crate::steps::{self, Case, State};

/// The columns of a list of exports.
pub const EXPORTS: &[Field<ExportNote>] = &[
    Field::new("at", "Exported at (UTC)", Kind::Date, 0, |line| Cell::moment(&line.at)),
    Field::new("user", "User", Kind::Text, 0, |line| Cell::Text(line.user.clone())),
    Field::new("file", "File", Kind::Text, 0, |line| {
        line.file.as_ref().map_or(Cell::Empty, |file| Cell::Text(file.clone()))
    }),
    Field::new("record", "As at record", Kind::Count, 1, |line| Cell::Count(line.record)),
    Field::new("mark", "Mark", Kind::Text, 2, |line| {
        line.mark.as_ref().map_or(Cell::Empty, |mark| Cell::Text(mark.clone()))
    }),
    Field::new("command", "Command", Kind::Text, 3, |line| Cell::Text(line.command.clone())),
];

impl Office {
    /// Returns what was exported of this ledger to audiences that may not see records, as it was noted, the last first.
    ///
    /// # Errors
    ///
    /// If the list beside the ledger cannot be read.
    pub fn exported(&self, books: &dyn Books) -> Result<Vec<ExportNote>, Error> {
        let mut all = exports::read(&self.location).map_err(|error| {
            let why = system_reason(&error);
            Error::unavailable(
                "not-read",
                format!("the list of exports beside the ledger cannot be read: {why}"),
            )
        })?;
        all.retain(|note| note.ledger == books.reference().ledger);
        all.reverse();
        Ok(all)
    }
}

/// Returns the reference under which the disclosure of a month is in the register of public papers.
pub fn reference_of(month: Month) -> Option<PaperId> {
    PaperId::new(&format!("disclosure-{month}")).ok()
}

/// A step of publishing a month, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the titles say it")]
pub enum StepKind {
    Over,
    Closed,
    Details,
    Grounds,
    Exported,
    Published,
}

impl StepKind {
    /// Returns what the step is.
    pub const fn title(self) -> &'static str {
        match self {
            StepKind::Over => "Wait for the end of the month",
            StepKind::Closed => "Close the month",
            StepKind::Details => "State the details that must be published",
            StepKind::Grounds => "Record the grounds for withholding items",
            StepKind::Exported => "Export the lists",
            StepKind::Published => "Publish the lists, and record their publication",
        }
    }
}

/// A step of publishing a month.
pub type Step = steps::Step<StepKind>;

fn step(kind: StepKind, state: State, note: Option<String>) -> Step {
    Step::new((kind, kind.title()), state, note)
}

/// The publication of a month.
#[derive(Clone, Debug, Serialize)]
pub struct MonthPublished {
    /// The schema, with its version.
    pub schema: &'static str,
    /// The name of the body.
    pub body: String,
    /// The hash of the last record.
    pub head: String,
    /// The month.
    pub month: Month,
    /// The number of grants on the list of grants.
    pub grants: usize,
    /// The number of payments on the list of payments.
    pub payments: usize,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The paper that the register has of it, or is to have.
    pub paper: Option<PublicPaper>,
}

impl MonthPublished {
    /// The schema of the publication of a month.
    pub const SCHEMA: &str = "almoner.publication/1";

    /// Returns the publication of a month: `books` are those of the office, `public` those that the public may see.
    ///
    /// # Errors
    ///
    /// If the books cannot be read.
    pub fn of(
        (books, public): (&Published<'_>, &Published<'_>),
        exported: &[ExportNote],
        (days, month): (Days, Month),
        typed: Typed<'_>,
    ) -> Result<MonthPublished, Error> {
        let report = disclosure(public, month)?;
        let is_over = month.last_day() < days.known;
        let details = of_cases(StepKind::Details, report.missing.iter().map(of_missing).collect());
        let grounds = of_cases(StepKind::Grounds, withheld(&report));
        let is_ready = is_over && details.state == State::Done && grounds.state == State::Done;
        let over = match is_over {
            true => step(StepKind::Over, State::Done, None),
            false => {
                let note = format!("{} ends on {}", month.in_words_full(), month.last_day().in_words());
                step(StepKind::Over, State::Blocked, Some(note))
            }
        };
        let recorded = reference_of(month).and_then(|id| books.reference().papers.get(&id));
        let published = match recorded.and_then(|paper| paper.date) {
            Some(day) => {
                step(StepKind::Published, State::Done, Some(format!("Published on {}", day.in_words())))
            }
            None => {
                let note = "Publish the lists on the office's website, and record them as a public paper";
                let state = if is_ready { State::Open } else { State::Blocked };
                step(StepKind::Published, state, Some(note.to_owned()))
            }
        };
        let closed = match (books.reference().closed.closing(month), is_over) {
            (Some(_), _) => step(StepKind::Closed, State::Done, None),
            (None, is_over) => {
                let note = "Entries posted to an open month change its lists";
                let state = if is_over { State::Open } else { State::Blocked };
                step(StepKind::Closed, state, Some(note.to_owned()))
            }
        };
        let paper = match recorded {
            Some(paper) => Some((**paper).clone()),
            None => reference_of(month).map(|id| paper_of(id, &report)),
        };
        Ok(MonthPublished {
            schema: MonthPublished::SCHEMA,
            body: books.reference().body_name().to_owned(),
            head: books.head().hash.to_string(),
            month,
            grants: report.grants.len(),
            payments: report.payments.len(),
            steps: vec![
                over,
                closed,
                details,
                grounds,
                exports_of(exported, month, is_ready, typed),
                published,
            ],
            paper,
        })
    }

    /// Returns how many steps are in each state, in words.
    pub fn summary(&self) -> String {
        steps::summary(&self.steps)
    }

    /// Returns it as JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        Ok(json::text(self)?)
    }
}

fn of_cases(kind: StepKind, cases: Vec<Case>) -> Step {
    let state = if cases.is_empty() { State::Done } else { State::Open };
    Step { count: cases.len(), first: cases, ..step(kind, state, None) }
}

fn of_missing(missing: &Missing) -> Case {
    let words = format!("{}, {}: {}", missing.grant, missing.recipient_name, missing.words().join(", "));
    Case::of_grant(&missing.grant, words)
}

/// Returns the decisions and grants that are withheld without what the law requires to be recorded.
fn withheld(report: &DisclosureReport) -> Vec<Case> {
    let withheld = &report.withheld;
    let grounds = withheld.without_ground.iter();
    let grounds = grounds.map(|id| Case::of_decision(id, format!("Decision {id}: ground")));
    let powers = withheld.without_power.iter();
    let powers = powers.map(|id| Case::of_decision(id, format!("Decision {id}: power of its awards")));
    let decisions = withheld.without_decision.iter();
    let decisions = decisions.map(|id| Case::of_grant(id, format!("{id}: decision")));
    grounds.chain(powers).chain(decisions).collect()
}

/// Returns when the lists of a month were last exported for the public, as it was noted beside the ledger.
fn exports_of(exported: &[ExportNote], month: Month, is_ready: bool, typed: Typed<'_>) -> Step {
    let export = Export::Disclosure { month, is_draft: false };
    let audience = Some(almoner_ledger::audience::Audience::Public);
    let command = typed(&Invocation::Export { export, audience, known_at: None });
    // The command that makes a list again also says as known when.
    let is_of_month = |note: &&ExportNote| {
        note.command.strip_prefix(&command).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    match exported.iter().find(is_of_month) {
        Some(last) => {
            let note = format!(
                "Last exported on {} by {}, as at record {}",
                moment_in_words(&last.at),
                last.user,
                last.record
            );
            step(StepKind::Exported, State::Done, Some(note))
        }
        None if is_ready => step(StepKind::Exported, State::Open, None),
        None => step(
            StepKind::Exported,
            State::Blocked,
            Some("Until the earlier steps are done, only a draft can be made".to_owned()),
        ),
    }
}

/// Returns the public paper by which the publication of a month is recorded.
fn paper_of(id: PaperId, report: &DisclosureReport) -> PublicPaper {
    let items = || report.grants.iter().chain(&report.payments);
    let title = format!("Statutory disclosure for {}", report.month.in_words_full());
    PublicPaper {
        title: title.parse().ok(),
        decisions: items().filter_map(|item| item.decision.clone()).collect(),
        grants: items().map(|item| item.grant.clone()).collect(),
        ..PublicPaper::named(id)
    }
}
