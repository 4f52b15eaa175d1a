//! Options of an address that cannot be read: the form again, with what was typed, and what is wrong at each field.

use almoner_app::error::{Error, Severity};
use almoner_app::figures::View;
use almoner_store::folder::Access;
use maud::html;

use super::allowed::{self, Allowed};
use super::exports::{self, Export};
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
    ("/monitoring", "Monitoring diary", Section::Monitoring, &[Choice::Period, Choice::Filters, Choice::On]),
];

/// A page whose options are in its address.
struct Optioned {
    title: &'static str,
    section: Section,
    allowed: Vec<&'static [Allowed]>,
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
    /// Of a file for others.
    Export(Export),
    /// There is none: links state the options.
    None,
}

impl Optioned {
    /// Returns what a request looks at, if it has options that this audience may choose.
    fn at(look: &Look<'_>) -> Option<Optioned> {
        let path = look.path.as_str();
        let of_choices = |title, section, choices: &'static [Choice]| Optioned {
            title,
            section,
            allowed: choices.iter().map(|it| it.allowed()).chain([allowed::OF_TABLES]).collect(),
            form: Form::Of(choices),
        };
        let without_form = |title, section, allowed: &[&'static [Allowed]]| Optioned {
            title,
            section,
            allowed: allowed.to_vec(),
            form: Form::None,
        };
        if let Some((_, title, section, choices)) = LISTS.iter().find(|(list, ..)| *list == path) {
            return Some(of_choices(title, *section, choices));
        }
        if let Some(name) = path.strip_prefix("/reports/") {
            let (title, choices) = choices_of(name)?;
            return Some(of_choices(title, Section::Reports, choices));
        }
        if let Some(export) = Export::at(look) {
            let (title, section) = (export.title(), Section::Papers);
            let allowed = export.allowed().to_vec();
            return Some(Optioned { title, section, allowed, form: Form::Export(export) });
        }
        if let Some(name) = path.strip_prefix("/papers/").or(path.strip_prefix("/preview/")) {
            let (title, allowed) = papers::options_of(look, name)?;
            return Some(Optioned { title, section: Section::Papers, allowed, form: Form::Paper });
        }
        let (tables, period, filters) = (allowed::OF_TABLES, allowed::PERIOD, allowed::FILTERS);
        let is_one_of = |kind: &str| path.strip_prefix(kind).is_some_and(|id| !id.contains('/'));
        Some(match path {
            "/compare" if look.sees_office() => Optioned {
                title: "Compare",
                section: Section::Reports,
                allowed: vec![allowed::OF_COMPARISON, period, filters, tables],
                form: Form::Compare,
            },
            "/figures" => {
                let allowed = [allowed::OF_FIGURE, period, filters, tables];
                without_form("Where a figure comes from", Section::Reports, &allowed)
            }
            "/log" if look.sees_office() && look.is_json => {
                without_form("Audit log", Section::Log, &[allowed::OF_JSON_LOG])
            }
            "/log" if look.sees_office() => without_form("Audit log", Section::Log, &[allowed::OF_LOG]),
            "/search" => without_form("Search", Section::None, &[allowed::OF_SEARCH]),
            _ if is_one_of("/grants/") => {
                without_form("Grant", Section::Grants, &[allowed::OF_GRANT, period, tables])
            }
            _ if is_one_of("/bank/") && look.is_json => {
                without_form("Bank account", Section::Bank, &[allowed::OF_ACCOUNT])
            }
            _ if is_one_of("/recipients/") => {
                without_form("Recipient", Section::Recipients, &[period, tables])
            }
            _ => return None,
        })
    }
}

/// Refuses the options of an address that its page does not take or cannot read, before anything is made.
pub fn mistaken(look: &Look<'_>) -> Option<Result<Reply, Trouble>> {
    let (page, fields) = match Optioned::at(look) {
        Some(page) => (page, look.fields.clone()),
        // The other pages answer to what they are asked in ways of their own; a program learns what is not taken.
        None => {
            let page = Optioned {
                title: "Options of this page",
                section: Section::None,
                allowed: Vec::new(),
                form: Form::None,
            };
            (page, look.fields.only(|name| look.is_json || matches!(name, "audience" | "known_at")))
        }
    };
    let errors = allowed::mistakes(&fields, look.actor.today, &page.allowed, look.is_json);
    if errors.is_empty() { None } else { Some(again(look, &page, errors)) }
}

/// Returns what a page came to; where its options are refused, its form with what was typed and what is wrong.
pub fn refused(look: &Look<'_>, made: Result<Reply, Trouble>) -> Result<Reply, Trouble> {
    match (made, Optioned::at(look)) {
        (Err(Trouble::Error(error)), Some(page)) if error.severity == Severity::Refused => {
            let error = FieldError { name: field_of(look, &error).to_owned(), error };
            again(look, &page, vec![error])
        }
        (made, _) => made,
    }
}

/// Returns the option that an error is about, which only the books could tell; blank if it is about several.
fn field_of(look: &Look<'_>, error: &Error) -> &'static str {
    let typed =
        |names: &[&'static str]| names.iter().copied().find(|name| look.fields.has(name)).unwrap_or_default();
    match (error.code, error.field) {
        (_, Some(field)) => field.column(),
        ("not-in-order" | "not-a-month-end", _) => typed(&["as_at", "earlier"]),
        ("end-before-start", _) => typed(&["to", "from"]),
        ("given-twice", _) => typed(&["quarter", "month", "from", "to"]),
        ("record-for-the-office" | "unknown-record" | "not-yet-recorded", _) => typed(&["known_at"]),
        ("unknown-column", _) => "columns",
        ("unknown", _) => typed(&["account"]),
        ("not-for-audience", _) => typed(&["for"]),
        _ => "",
    }
}

/// Returns the form of a page again. What it offers is of the books as they are now, which can always be read.
fn again(look: &Look<'_>, page: &Optioned, mut errors: Vec<FieldError>) -> Result<Reply, Trouble> {
    if look.is_json {
        return Ok(Reply::Errors(errors));
    }
    let now = View { known_at: None, ..look.view };
    let ledger = now.open(&look.site.office, &look.actor, Access::Totals)?;
    look.read_of(&ledger, now, Access::Totals, |books, _| {
        if errors.iter().any(|error| error.name == "known_at") {
            look.forget_time();
        }
        let form = match page.form {
            Form::Of(choices) => options(look, books, choices, &errors),
            Form::Compare => figures::options(look, &errors),
            Form::Paper => papers::options(look, books, &errors),
            Form::Export(export) => exports::form(look, books, export, &look.fields, &errors),
            Form::None => html! { p { a href=(look.link(&look.path)) { "Show the page without options" } } },
        };
        // The summary names each option; what the form does not ask has no field to go to.
        for error in &mut errors {
            if let Some(label) = allowed::label(&error.name, &page.allowed) {
                error.error = allowed::named(label, error.error.clone());
            }
            if !form.0.contains(&format!("id=\"field-{}\"", error.name)) {
                error.name.clear();
            }
        }
        let refused = Page::new(page.section, page.title, html! { (summary(look, &errors)) (form) });
        Ok(Reply::Refused(match page.section {
            Section::Reports => refused.below("Reports", look.link("/reports")),
            Section::Papers => refused.below("Papers", look.link("/papers")),
            Section::Grants if look.path != "/grants" => refused.below("Grants", look.link("/grants")),
            Section::Recipients if look.path != "/recipients" => {
                refused.below("Recipients", look.link("/recipients"))
            }
            _ => refused,
        }))
    })
}
