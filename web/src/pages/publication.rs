//! The publication of a month: the steps to the office's website, with links to where each is dealt with, and what was exported.
//! For the office only.

use almoner_app::figures::View;
use almoner_app::publication::{EXPORTS, MonthPublished, Step, StepKind};
use almoner_app::steps::Case;
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::{Date, Month};
use almoner_ledger::reports::Published;
use almoner_papers::invocation::Invocation;
use almoner_papers::sheet::Sheet;
use almoner_store::KnownAt;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::can_record;
use crate::fields::encoded;
use crate::frame::{Page, Section, rest_of_address};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::reply::Reply;
use crate::write::form::{Field, FieldError, Input, field};
use crate::write::steps;
use crate::write::table::{self, Shown};

/// The number of exports that are listed.
const LISTED: usize = 50;

/// Shows the steps of a month: the last one that is over, if none is chosen.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let chosen = look.fields.parsed("month", Month::parse)?;
    let ledger = look.ledger(Access::Read)?;
    look.read(Access::Read, |books, days| {
        let month = chosen.unwrap_or_else(|| last_over(days.known));
        let mut exported = look.site.office.exported(books)?;
        // The public may not see records: what is known at one is known on its day.
        let known_at = look.view.known_at.map(|_| KnownAt::Date(days.known));
        let public = View { audience: Audience::Public, known_at };
        let published = public.read_from(ledger, look.actor.today, Access::Read, |public: &Published<'_>| {
            let typed = |invocation: &Invocation| look.site.program.typed(invocation);
            MonthPublished::of((books, public), &exported, (days, month), &typed)
        })?;
        if look.is_json {
            return Ok(made(published.json()?));
        }
        exported.truncate(LISTED);
        let sheet = Sheet { title: "Exports for the public and the panel".to_owned(), ..Sheet::of(EXPORTS, &exported) };
        let lists = look.link_with("/papers/disclosure", &[("month", &month.to_string())]);
        let body = html! {
            (form(look, month, &[]))
            p {
                (published.summary()) ". " a href=(lists) { "Monthly lists" } ": "
                (counted(published.grants, "grant")) ", " (counted(published.payments, "payment")) "."
            }
            h2 { "Steps" }
            ul.steps { @for it in &published.steps { (step(look, it, &published)) } }
            h2 { "Open data" }
            p { a href=(look.link("/papers/360giving")) { "Grants in the 360Giving standard" } ": enter the publisher prefix to see what the file would contain, and any details that are missing." }
            h2 { "Past exports" }
            @if exported.is_empty() { p.none { "No export for the public or the panel has been made." } }
            @else { (table::sheet(look, &sheet, Shown::default())) }
        };
        let page = Page::new(Section::Papers, format!("Publication of {}", month.in_words_full()), body);
        let lead = html! { "Steps from the end of the month to publication on the office’s website, as the law requires each month." };
        Ok(page.below("Papers", look.link("/papers")).lead(lead).into())
    })
}

/// Returns the last month that is over.
fn last_over(known: Date) -> Month {
    known.month().plus(-1)
}

/// Returns the form of the month, with what is wrong of it.
pub fn options(look: &Look<'_>, _: &dyn Books, errors: &[FieldError]) -> Markup {
    form(look, last_over(look.actor.today), errors)
}

fn form(look: &Look<'_>, month: Month, errors: &[FieldError]) -> Markup {
    let choice = Field::new("month", "Month", Input::Date).value(month.in_words());
    let to = |month: Month| look.link_with(&look.path, &[("month", &month.to_string())]);
    let (before, after) = (month.plus(-1), month.next());
    html! {
        form.options method="get" action=(look.path) {
            (rest_of_address(look, &["month"]))
            div.choices {
                (field(&choice, &look.fields, errors))
                button.quiet { "Show" }
                a.button.quiet href=(to(before)) rel="prev" { (before.in_words()) }
                a.button.quiet href=(to(after)) rel="next" { (after.in_words()) }
            }
        }
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Returns a step with where it is taken.
fn step(look: &Look<'_>, step: &Step, published: &MonthPublished) -> Markup {
    let month = published.month.to_string();
    let stating = |case: &Case| {
        let form = match (&case.grant, &case.decision) {
            (Some(grant), _) => format!("/grants/{}/state", encoded(grant.as_str())),
            (None, Some(decision)) if case.words.ends_with(": ground") => {
                format!("/decisions/{}/ground", encoded(decision.as_str()))
            }
            (None, _) => return None,
        };
        can_record(look).then(|| look.link(&form))
    };
    let places = match step.step {
        StepKind::Over | StepKind::Details | StepKind::Grounds => Vec::new(),
        StepKind::Closed => vec![("Close", look.link_with("/record/close", &[("month", &month)]))],
        StepKind::Exported => {
            vec![("Preview and download", look.link_with("/papers/disclosure", &[("month", &month)]))]
        }
        StepKind::Published => vec![("Record publication", recording(look, published))],
    };
    let more = html! {
        @if step.step == StepKind::Published && !step.is_to_do() {
            @if let Some(paper) = published.paper.as_ref().filter(|paper| paper.date.is_some()) {
                p.hint { "Public paper " (paper.id) ", in " a href=(look.link("/reports/papers")) { "the register" } "." }
            }
        }
        @if step.step == StepKind::Exported && !step.is_to_do() {
            p.hint { a href=(look.link_with("/papers/disclosure", &[("month", &month), ("draft", "yes")])) { "Preview a draft" } }
        }
    };
    steps::step(look, step, &stating, &places, &more)
}

/// Returns the address of the form of the public paper, with what is known of it.
fn recording(look: &Look<'_>, published: &MonthPublished) -> String {
    let Some(paper) = &published.paper else { return look.link("/record/paper") };
    let all = |ids: Vec<String>| ids.join(", ");
    let title = paper.title.as_ref().map(ToString::to_string).unwrap_or_default();
    let decisions = all(paper.decisions.iter().map(ToString::to_string).collect());
    let grants = all(paper.grants.iter().map(ToString::to_string).collect());
    let fields =
        [("paper", paper.id.as_str()), ("title", &title), ("decisions", &decisions), ("grants", &grants)];
    look.link_with("/record/paper", &fields)
}
