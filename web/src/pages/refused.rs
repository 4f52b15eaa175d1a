//! Options of an address that cannot be read: the form again, with what was typed, and what is wrong at each field.

use almoner_app::error::{Error, Severity};
use almoner_app::figures::View;
use almoner_ledger::book::Books;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::allowed::{self, Allowed};
use super::exports::{self, Export};
use super::options::{Choice, OF_GRANTS, options};
use super::reports::{self, choices_of};
use super::{figures, papers, publication, verify, year_end};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::form::{FieldError, summary};

/// The lists with a period or filters in their address: path, title, place in the navigation, options.
const LISTS: &[(&str, &str, Section, &[Choice])] = &[
    ("/", "Home", Section::Home, &[Choice::Year]),
    ("/grants", "Grants", Section::Grants, OF_GRANTS),
    ("/recipients", "Recipients", Section::Recipients, &[Choice::Period, Choice::Filters]),
    ("/decisions", "Register of decisions", Section::Decisions, &[Choice::Range]),
    ("/budgets", "Budgets and funds", Section::Budgets, &[Choice::Year]),
    ("/monitoring", "Monitoring diary", Section::Monitoring, &[Choice::Period, Choice::Filters, Choice::On]),
];

/// Whether a page is shown, or sent as JSON, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Both,
    Page,
    Json,
}

/// A page with options of its own.
struct Other {
    /// The path, with a part in braces that varies.
    path: &'static str,
    title: &'static str,
    section: Section,
    allowed: &'static [&'static [Allowed]],
    is_for_office: bool,
    shown: As,
    form: Option<OwnForm>,
}

/// Returns the form of a page's own options, with what is wrong of them.
type OwnForm = fn(&Look<'_>, &dyn Books, &[FieldError]) -> Markup;

const fn other(
    path: &'static str,
    title: &'static str,
    section: Section,
    allowed: &'static [&'static [Allowed]],
) -> Other {
    Other { path, title, section, allowed, is_for_office: false, shown: As::Both, form: None }
}

const OTHERS: &[Other] = &[
    Other {
        is_for_office: true,
        ..other(
            "/compare",
            "Compare",
            Section::Reports,
            &[allowed::OF_COMPARISON, allowed::PERIOD, allowed::FILTERS, allowed::OF_TABLES],
        )
    },
    other(
        "/figures",
        "Where a figure comes from",
        Section::Reports,
        &[allowed::OF_FIGURE, allowed::PERIOD, allowed::FILTERS, allowed::OF_TABLES],
    ),
    other(
        "/grants/{id}",
        "Grant",
        Section::Grants,
        &[allowed::OF_GRANT, allowed::PERIOD, allowed::OF_TABLES],
    ),
    other("/recipients/{id}", "Recipient", Section::Recipients, &[allowed::PERIOD, allowed::OF_TABLES]),
    Other {
        is_for_office: true,
        form: Some(year_end::options),
        ..other("/year-end", "Steps to the year end", Section::Reports, &[allowed::OF_YEAR])
    },
    Other {
        is_for_office: true,
        form: Some(publication::options),
        ..other("/publication", "Publication of a month", Section::Papers, &[allowed::OF_PUBLICATION])
    },
    Other {
        is_for_office: true,
        form: Some(verify::options),
        ..other("/verify", "Verification", Section::Log, &[allowed::OF_VERIFICATION])
    },
    other("/search", "Search", Section::None, &[allowed::OF_SEARCH]),
    Other {
        is_for_office: true,
        shown: As::Page,
        ..other("/log", "Audit log", Section::Log, &[allowed::OF_LOG])
    },
    Other {
        is_for_office: true,
        shown: As::Json,
        ..other("/log", "Audit log", Section::Log, &[allowed::OF_JSON_LOG])
    },
    Other {
        is_for_office: true,
        shown: As::Json,
        ..other("/bank/{id}", "Bank reconciliation of an account", Section::Bank, &[allowed::OF_ACCOUNT])
    },
    Other { shown: As::Json, ..other("/decisions/{id}", "Decision", Section::Decisions, &[]) },
    Other { is_for_office: true, shown: As::Json, ..other("/records/{number}", "Record", Section::Log, &[]) },
    Other {
        is_for_office: true,
        shown: As::Json,
        ..other("/approvals", "Proposals awaiting approval", Section::Approvals, &[])
    },
    Other { is_for_office: true, shown: As::Json, ..other("/settings", "Settings", Section::Users, &[]) },
    Other { is_for_office: true, shown: As::Json, ..other("/users", "Users", Section::Users, &[]) },
    Other { is_for_office: true, shown: As::Json, ..other("/users/{id}", "User", Section::Users, &[]) },
];

impl Other {
    fn is_at(&self, look: &Look<'_>) -> bool {
        let is_shown = match self.shown {
            As::Both => true,
            As::Page => !look.is_json,
            As::Json => look.is_json,
        };
        let is_path = match self.path.split_once('{') {
            None => look.path == self.path,
            Some((kind, _)) => look.path.strip_prefix(kind).is_some_and(|id| !id.contains('/')),
        };
        is_shown && is_path && (look.sees_office() || !self.is_for_office)
    }
}

/// A page that is sent as JSON, with its options.
pub struct Described {
    /// The path, with a part in braces that varies.
    pub path: String,
    /// What it is.
    pub title: &'static str,
    /// The options of its address.
    pub options: Vec<&'static Allowed>,
}

/// Returns all pages that are sent as JSON.
pub fn described() -> Vec<Described> {
    let of = |path: String, title, allowed: Vec<&'static [Allowed]>| {
        let options = allowed::of_json(&allowed);
        Described { path, title, options }
    };
    let of_choices = |choices: &'static [Choice]| choices.iter().map(|it| it.allowed()).collect();
    let lists = LISTS.iter().map(|(path, title, _, choices)| {
        let path = if *path == "/" { "/home" } else { path };
        of(path.to_owned(), title, of_choices(choices))
    });
    let reports = reports::all()
        .map(|(name, title, choices)| of(format!("/reports/{name}"), title, of_choices(choices)));
    let others = OTHERS.iter().filter(|it| it.shown != As::Page);
    let others = others.map(|it| of(it.path.to_owned(), it.title, it.allowed.to_vec()));
    let papers = papers::all().map(|(name, title, allowed)| of(format!("/papers/{name}"), title, allowed));
    let giving =
        of("/papers/360giving".to_owned(), Export::Giving.title(), Export::Giving.allowed().to_vec());
    lists.chain(reports).chain(others).chain(papers).chain([giving]).collect()
}

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
    /// Of the page itself.
    Own(OwnForm),
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
        let other = OTHERS.iter().find(|it| it.is_at(look))?;
        Some(Optioned {
            title: other.title,
            section: other.section,
            allowed: other.allowed.to_vec(),
            form: match other.form {
                Some(form) => Form::Own(form),
                None if other.path == "/compare" => Form::Compare,
                None => Form::None,
            },
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
            Form::Own(form) => form(look, books, &errors),
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
