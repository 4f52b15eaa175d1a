//! Options of an address that cannot be read: the form again, with what was typed, and what is wrong at each field.

use almoner_app::error::{Error, Severity};
use almoner_app::figures::View;
use almoner_store::folder::Access;
use maud::html;

use super::options::{Choice, OF_GRANTS, options};
use super::reports::choices_of;
use super::{figures, papers};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::form::{FieldError, summary};

/// The lists with a period or filters in their address: path, title, place in the navigation, options.
const LISTS: &[(&str, &str, Section, &[Choice])] = &[
    ("/", "Home", Section::Home, &[Choice::Year]),
    ("/grants", "Grants", Section::Grants, OF_GRANTS),
    ("/recipients", "Recipients", Section::Recipients, &[Choice::Period, Choice::Filters]),
    ("/decisions", "Register of decisions", Section::Decisions, &[Choice::Period]),
    ("/budgets", "Budgets and funds", Section::Budgets, &[Choice::Year]),
    ("/monitoring", "Monitoring diary", Section::Monitoring, &[Choice::Period, Choice::On]),
];

/// A page whose options are in its address.
struct Optioned {
    title: &'static str,
    section: Section,
    form: Form,
}

/// The form of a page's options.
enum Form {
    /// Of a list or a report.
    Of(&'static [Choice]),
    /// Of the comparison.
    Compare,
    /// Of the paper that the address names.
    Paper,
}

impl Optioned {
    /// Returns what a request looks at, if it has such a form.
    fn at(look: &Look<'_>) -> Option<Optioned> {
        let path = look.path.as_str();
        if let Some((_, title, section, choices)) = LISTS.iter().find(|(list, ..)| *list == path) {
            return Some(Optioned { title, section: *section, form: Form::Of(choices) });
        }
        if let Some(name) = path.strip_prefix("/reports/") {
            let (title, choices) = choices_of(name)?;
            return Some(Optioned { title, section: Section::Reports, form: Form::Of(choices) });
        }
        if path == "/compare" && look.sees_office() {
            return Some(Optioned { title: "Compare", section: Section::Reports, form: Form::Compare });
        }
        let title = papers::title_of(look, path.strip_prefix("/papers/")?)?;
        Some(Optioned { title, section: Section::Papers, form: Form::Paper })
    }
}

/// Returns what a page came to; where its options are refused, its form with what was typed and what is wrong.
pub fn refused(look: &Look<'_>, made: Result<Reply, Trouble>) -> Result<Reply, Trouble> {
    match (made, Optioned::at(look)) {
        (Err(Trouble::Error(error)), Some(page)) if error.severity == Severity::Refused => {
            again(look, &page, error)
        }
        (made, _) => made,
    }
}

/// Returns the errors of the options: those of what was typed, else the one that refused them.
fn errors_of(look: &Look<'_>, error: Error) -> Vec<FieldError> {
    let named = |(name, error): (&str, Error)| FieldError { name: name.to_owned(), error };
    let all: Vec<FieldError> = look.fields.mistakes(look.actor.today).into_iter().map(named).collect();
    if !all.is_empty() {
        return all;
    }
    let typed =
        |names: &[&'static str]| names.iter().copied().find(|name| look.fields.has(name)).unwrap_or_default();
    let name = match error.code {
        "unknown-theme" => "theme",
        "unknown-fund" => "fund",
        "unknown-recipient" | "ambiguous-recipient" => "recipient",
        "not-in-order" | "not-a-month-end" => typed(&["as_at", "earlier"]),
        "end-before-start" => typed(&["to", "from"]),
        "record-for-the-office" | "unknown-record" | "not-yet-recorded" => typed(&["known_at"]),
        _ => "",
    };
    vec![named((name, error))]
}

/// Returns the form of a page again. What it offers is of the books as they are now, which can always be read.
fn again(look: &Look<'_>, page: &Optioned, error: Error) -> Result<Reply, Trouble> {
    let now = View { known_at: None, ..look.view };
    let errors = errors_of(look, error);
    let ledger = now.open(&look.site.office, &look.actor, Access::Totals)?;
    look.read_of(&ledger, now, Access::Totals, |books, _| {
        if errors.iter().any(|error| error.name == "known_at") {
            look.forget_time();
        }
        let form = match page.form {
            Form::Of(choices) => options(look, books, choices, &errors),
            Form::Compare => figures::options(look, &errors),
            Form::Paper => papers::options(look, books, &errors),
        };
        // What the form does not ask has no field to go to.
        let mut errors = errors.clone();
        for error in &mut errors {
            if !form.0.contains(&format!("id=\"field-{}\"", error.name)) {
                error.name.clear();
            }
        }
        let refused = Page::new(page.section, page.title, html! { (summary(look, &errors)) (form) });
        Ok(Reply::Refused(match page.section {
            Section::Reports => refused.below("Reports", look.link("/reports")),
            Section::Papers => refused.below("Papers", look.link("/papers")),
            _ => refused,
        }))
    })
}
