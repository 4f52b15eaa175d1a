//! The steps to the end of a financial year, with links to where each is dealt with, and the months with how they were closed. For
//! the office only.

use almoner_app::narrative::bank_at_close;
use almoner_app::steps::Case;
use almoner_app::year_end::{Part, Step, StepKind, YearEnd};
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{FinancialYear, Month};
use almoner_papers::invocation::Invocation;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::{actions, can_record};
use super::options::years;
use crate::fields::encoded;
use crate::frame::{Page, Section, rest_of_address};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::reply::Reply;
use crate::write::form::{Field, FieldError, Input, field};
use crate::write::{facts, steps};

/// The number of cases named of each step.
const NAMED: usize = 10;

/// Shows the steps of a year.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let chosen = look.fields.parsed("fy", FinancialYear::parse)?;
    look.read(Access::Read, |books, days| {
        let year = chosen.unwrap_or_else(|| YearEnd::usual_year(books, days.known));
        let named = if look.is_json { YearEnd::NAMED } else { NAMED };
        let found = YearEnd::of(books, days, year, named)?;
        if look.is_json {
            return Ok(made(found.json()?));
        }
        let body = html! {
            (form(look, books, year, &[]))
            p { (found.summary()) ". A step is shown as done only if almoner has checked it." }
            @for part in Part::ALL {
                section aria-labelledby={ "part-" (part as u8) } {
                    h2 id={ "part-" (part as u8) } { (part.title()) }
                    ul.steps { @for it in found.of_part(part) { (step(look, it, year)) } }
                    @if part == Part::Closing { (months(look, books, year)) }
                }
            }
        };
        let lead = html! {
            "Checked as at " (found.as_at.in_words()) "."
            @if found.as_at < found.ends { " The year ends on " (found.ends.in_words()) ": steps that are done may open again." }
        };
        let page = Page::new(Section::Reports, format!("Year end {year}"), body);
        Ok(page.below("Reports", look.link("/reports")).lead(lead).into())
    })
}

/// Returns the form of the year, with what is wrong of it.
pub fn options(look: &Look<'_>, books: &dyn Books, errors: &[FieldError]) -> Markup {
    form(look, books, YearEnd::usual_year(books, look.actor.today), errors)
}

fn form(look: &Look<'_>, books: &dyn Books, year: FinancialYear, errors: &[FieldError]) -> Markup {
    let choice = Field::new("fy", "Financial year", Input::Choice(years(books, look.actor.today)));
    html! {
        form.options method="get" action=(look.path) {
            (rest_of_address(look, &["fy"]))
            div.choices {
                (field(&choice.value(year.to_string()), &look.fields, errors))
                button.quiet { "Show" }
            }
        }
    }
}

/// Returns a step with where it is taken.
fn step(look: &Look<'_>, step: &Step, year: FinancialYear) -> Markup {
    let link = |case: &Case| match step.step {
        StepKind::NoPeriod if can_record(look) => {
            case.grant.as_ref().map(|id| look.link(&format!("/grants/{}/state", encoded(id.as_str()))))
        }
        StepKind::Disclosures => Some(look.link_with("/publication", &[("month", &case.words)])),
        _ => None,
    };
    let places: Vec<steps::Place> = places(step, year)
        .into_iter()
        .map(|(label, path, fields)| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            (label, look.link_with(path, &fields))
        })
        .collect();
    let more = html! {
        @if step.step == StepKind::Checkpoint {
            @let typed = |it| look.site.program.typed(it);
            p.hint { "On the command line: " code { (typed(&Invocation::Checkpoint)) } ", " code { (typed(&Invocation::Backup)) } }
        }
    };
    // The months are below.
    let is_of_months = matches!(step.step, StepKind::MonthsClosed | StepKind::MonthsFinal);
    let shown = Step { first: if is_of_months { Vec::new() } else { step.first.clone() }, ..step.clone() };
    steps::step(look, &shown, &link, &places, &more)
}

/// A place where a step is dealt with: what its button says, its path and its fields.
type Place = (&'static str, &'static str, Vec<(&'static str, String)>);

/// Returns where a step is dealt with.
fn places(step: &Step, year: FinancialYear) -> Vec<Place> {
    let fy = || vec![("fy", year.to_string())];
    let month = || step.first.first().map(|it| ("month", it.words.clone()));
    let one = match step.step {
        StepKind::Proposals => ("Review", "/approvals", Vec::new()),
        StepKind::NotStated => ("Show", "/reports/not-stated", fy()),
        StepKind::NoPeriod | StepKind::Recoveries | StepKind::Schedule => ("Show", "/reports/year-end", fy()),
        StepKind::Instalments => ("Show", "/reports/commitments", fy()),
        StepKind::Monitoring => ("Show", "/monitoring", fy()),
        StepKind::Budgets => ("Show", "/budgets", fy()),
        StepKind::Statements => ("Record statement", "/record/statement", Vec::new()),
        StepKind::Balances | StepKind::StatementLines => ("Show", "/bank", Vec::new()),
        StepKind::NotOnStatement => {
            let state = ("state", "unpresented".to_owned());
            return vec![
                ("Show", "/reports/payments", [fy(), vec![state]].concat()),
                ("Reconcile", "/bank", Vec::new()),
            ];
        }
        StepKind::Accounts => ("Verify", "/verify", Vec::new()),
        StepKind::MonthsClosed => ("Close", "/record/close", month().into_iter().collect()),
        StepKind::MonthsFinal => {
            let is_final = ("final", "yes".to_owned());
            ("Close finally", "/record/close", month().into_iter().chain([is_final]).collect())
        }
        StepKind::Disclosures => (
            "Publication",
            "/publication",
            step.first.first().map(|it| ("month", it.words.clone())).into_iter().collect(),
        ),
        StepKind::Pack => {
            return vec![("Pack", "/papers/cfo", fy()), ("Return to a funder", "/papers/funder", fy())];
        }
        StepKind::FinanceJournal => ("Make", "/papers/finance", Vec::new()),
        StepKind::Checkpoint => return Vec::new(),
        StepKind::NextBudgets => ("Set budget", "/record/budget", vec![("year", year.next().to_string())]),
    };
    vec![one]
}

/// Returns the months of a year with how each was closed; those in a row that were closed in the same way, together.
fn months(look: &Look<'_>, books: &dyn Books, year: FinancialYear) -> Markup {
    let closed = &books.reference().closed;
    let state = |month: Month| match closed.closing(month) {
        None => "open".to_owned(),
        Some(closing) => {
            let how = if closing.is_final { "finally" } else { "provisionally" };
            format!("{how} closed; {}", bank_at_close(closing))
        }
    };
    let first = year.range().from().month();
    let all: Vec<(Month, String)> = (0..12).map(|at| first.plus(at)).map(|it| (it, state(it))).collect();
    let runs = all.chunk_by(|(_, one), (_, next)| one == next).filter_map(|run| {
        let ((first, state), (last, _)) = (run.first()?, run.last()?);
        let name = match first == last {
            true => first.in_words(),
            false => format!("{} to {}", first.in_words(), last.in_words()),
        };
        Some((name, state))
    });
    let runs: Vec<(String, &String)> = runs.collect();
    let rows: Vec<(&str, Markup)> =
        runs.iter().map(|(name, state)| (name.as_str(), html! { (state) })).collect();
    html! {
        h3 { "Months" }
        (facts(&rows))
        (actions(look, "Months", &[
            ("Close a month", look.link("/record/close")),
            ("Reopen a month", look.link("/record/reopen")),
        ]))
    }
}
