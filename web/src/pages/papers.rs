//! Papers for others: options, preview, and files in every format.

use almoner_app::error::{Error, Remedy};
use almoner_app::exports::{Exported, Issued};
use almoner_app::figures::{CfoPack, Disclosed, DisclosureLists, FunderReturn, PanelPaper, View};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::Books;
use almoner_ledger::reports::DisclosureReport;
use almoner_papers::invocation::Invocation;
use almoner_papers::packs::funder::template::{BUILT_IN, Template};
use almoner_papers::paper::Paper;
use almoner_papers::render::{Format, html::html as page_of, paper_rendered};
use almoner_store::KnownAt;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::{actions, can_record};
use super::allowed::{self, Allowed};
use super::options::years;
use super::reports::{FORMATS, TEXT, format};
use crate::fields::{address, encoded};
use crate::frame::{Page, Section, same_view};
use crate::look::{Look, Trouble};
use crate::reply::{File, Reply};
use crate::write::form::{Field, FieldError, Input, field};

/// A paper that can be chosen.
struct Kind {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    /// True if it would not agree without confidential grants.
    is_for_office: bool,
    /// The options in its address, beside those of every paper.
    allowed: &'static [&'static [Allowed]],
}

impl Kind {
    /// Returns the options of its address. The links of a page name the list and the table also where there is one only.
    fn options(&self, is_json: bool) -> Vec<&'static [Allowed]> {
        let lists = (!is_json || self.name == "disclosure").then_some(allowed::OF_LISTS);
        let tables =
            (!is_json || ["panel", "cfo"].contains(&self.name)).then_some(allowed::OF_SEVERAL_TABLES);
        self.allowed.iter().copied().chain([allowed::OF_PAPERS]).chain(lists).chain(tables).collect()
    }
}

const KINDS: &[Kind] = &[
    Kind {
        name: "panel",
        title: "Paper for the Police and Crime Panel",
        about: "Headline figures, themes, months, awards and changes, and grants ending soon",
        is_for_office: false,
        allowed: &[allowed::OF_PANEL, allowed::PERIOD],
    },
    Kind {
        name: "cfo",
        title: "Pack for the Chief Finance Officer",
        about: "Fund statements, forecast, year end, control accounts. For the office and the auditor",
        is_for_office: true,
        allowed: &[allowed::OF_CFO, allowed::PERIOD],
    },
    Kind {
        name: "funder",
        title: "Return to a funder",
        about: "A line for each grant from one fund, with the fund's total",
        is_for_office: false,
        allowed: &[allowed::OF_FUNDER, allowed::PERIOD],
    },
    Kind {
        name: "disclosure",
        title: "Monthly statutory disclosure",
        about: "Grants made, and payments over £500, which must by law be published each month",
        is_for_office: false,
        allowed: &[allowed::OF_DISCLOSURE],
    },
];

/// Files for others, on pages of their own.
const EXPORTS: &[(&str, &str, &str, bool)] = &[
    (
        "/papers/360giving",
        "Grants in the 360Giving standard",
        "For publication as open data, as JSON or CSV",
        false,
    ),
    (
        "/papers/journal",
        "Books for hledger, ledger or beancount",
        "Every entry, with balances that the accounting program checks. For the office and the auditor",
        true,
    ),
    (
        "/papers/finance",
        "Journal for a finance system",
        "Payments and accruals for a month or a year, with that system’s account codes, as CSV. For the office",
        true,
    ),
    (
        "/papers/ledger",
        "Entire ledger",
        "Every record with its hashes, from which the same ledger can be created elsewhere. For the office and the auditor",
        true,
    ),
];

/// Lists the papers.
pub fn index(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let shown = KINDS.iter().filter(|kind| look.sees_office() || !kind.is_for_office);
    let body = html! {
        ul.index {
            @if look.sees_office() {
                li {
                    a href=(look.link("/publication")) { "Publication of a month" }
                    p.why { "Steps of the statutory disclosure, from the end of the month to publication on the website, and past exports" }
                }
            }
            @for kind in shown {
                li { a href=(look.link(&format!("/papers/{}", kind.name))) { (kind.title) } p.why { (kind.about) } }
            }
            @for (path, title, about, is_for_office) in EXPORTS {
                @if look.sees_office() || !is_for_office { li { a href=(look.link(path)) { (title) } p.why { (about) } } }
            }
            li {
                a href=(look.link("/reports/papers")) { "Public papers" }
                p.why { "The register of published papers, with their decisions and grants" }
            }
        }
        (actions(look, "", &[("Record public paper", look.link("/record/paper"))]))
    };
    Ok(Page::new(Section::Papers, "Papers", body).into())
}

/// What making a paper came to.
enum Made {
    /// The papers, each with the name of its file without the ending, and of which books they were made.
    Papers(Vec<(String, Paper)>, Issued),
    /// Awards lack details without which nothing may be published.
    Incomplete(Box<DisclosureReport>),
    /// An option must be chosen first.
    NotChosen(&'static str, &'static str),
}

/// Returns the audience of a paper: never one that sees more than whoever looks.
fn audience(look: &Look<'_>, kind: &Kind) -> Result<Audience, Error> {
    let usual = if kind.is_for_office { Audience::Officer } else { Audience::Public };
    let chosen = look.fields.word("for", &Audience::ALL, Audience::word)?.unwrap_or(usual);
    Ok(chosen.min(look.view.audience))
}

fn kind_of(look: &Look<'_>) -> Result<&'static Kind, Trouble> {
    let kind = KINDS.iter().find(|kind| kind.name == look.part(0)).ok_or(Trouble::Missing)?;
    if kind.is_for_office {
        look.for_the_office()?;
        let audience = audience(look, kind)?;
        if !audience.sees_confidential() {
            let message = format!("this paper is not available to the audience `{audience}`");
            return Err(Error::refused("not-for-audience", message)
                .remedy(Remedy::ShowToThoseWhoSeeAll)
                .into());
        }
    }
    Ok(kind)
}

fn made(look: &Look<'_>, kind: &Kind) -> Result<Made, Trouble> {
    let view = View { audience: audience(look, kind)?, ..look.view };
    let fields = &look.fields;
    let period = fields.period(look.actor.today)?;
    let typed = |invocation: &Invocation| look.site.program.typed(invocation);
    look.read_of(look.ledger(Access::Read)?, view, Access::Read, |books, days| match kind.name {
        "panel" => {
            let ending = fields.text("ending").parse().unwrap_or(6).clamp(1, 120);
            let paper = PanelPaper { period, ending }.run(books, days, &typed)?;
            Ok(Made::Papers(vec![("panel".to_owned(), paper)], Issued::of(books)))
        }
        "cfo" => {
            let largest = fields.text("largest").parse().unwrap_or(10).min(1_000);
            let paper = CfoPack { period, largest }.run(books, days, &typed)?;
            Ok(Made::Papers(vec![("cfo".to_owned(), paper)], Issued::of(books)))
        }
        "funder" => {
            let Some(fund) = fields.get("fund") else { return Ok(Made::NotChosen("fund", "a fund")) };
            let template = Template::parse(BUILT_IN)
                .map_err(|error| Error::unavailable("not-a-template", error.to_string()))?;
            let paper = FunderReturn { fund, period, template: &template, name: None };
            Ok(Made::Papers(vec![("return".to_owned(), paper.run(books, days, &typed)?)], Issued::of(books)))
        }
        _ => {
            let Some(month) = period.month else { return Ok(Made::NotChosen("month", "a month")) };
            let is_draft = fields.has("draft");
            let mark = format!("{month}{}", if is_draft { "-DRAFT" } else { "" });
            Ok(match (DisclosureLists { month, is_draft }).run(books, days, &typed)? {
                Disclosed::Papers(lists, _) => {
                    let named = lists.into_iter().map(|(name, paper)| (format!("{name}-{mark}"), paper));
                    Made::Papers(named.collect(), Issued::of(books))
                }
                Disclosed::Incomplete(report) => Made::Incomplete(report),
            })
        }
    })
}

/// Shows a paper with its options, or sends its file.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let kind = kind_of(look)?;
    let made = made(look, kind)?;
    if let (Some((format, ending, media)), Made::Papers(papers, of)) = (format(look)?, &made) {
        let wanted = look.fields.get("list");
        let chosen = papers.iter().find(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
        let (name, paper) = chosen.ok_or(Trouble::Missing)?;
        let bytes = paper_rendered(paper, format, TEXT, look.fields.get("only"))?;
        let name = format!("{name}.{ending}");
        let exported =
            Exported { mark: paper.mark(), command: paper.command(), file: Some(&name), bytes: &bytes };
        look.site.office.note_exported(&look.actor, of, exported);
        return Ok(Reply::File(File { name, kind: media, bytes }));
    }
    if look.is_json {
        return match made {
            Made::NotChosen(name, what) => Ok(Reply::not_chosen(name, what)),
            Made::Incomplete(report) => Ok(Reply::Errors(not_stated(look, &report))),
            Made::Papers(..) => Err(Trouble::Missing),
        };
    }
    let audience = audience(look, kind)?;
    look.read(Access::Read, |books, _| {
        let body = html! {
            (form(look, books, kind, &[]))
            @match &made {
                Made::NotChosen(_, what) => p.none { "Choose " (what) " to make this paper." },
                Made::Incomplete(report) => (incomplete(look, report)),
                Made::Papers(papers, _) => {
                    @for (number, (name, paper)) in papers.iter().enumerate() { (preview(look, name, paper, (number, audience))) }
                }
            }
        };
        let mut page = Page::new(Section::Papers, kind.title, body).below("Papers", look.link("/papers"));
        page.frames = true;
        Ok(page.lead(html! { "For the audience: " (audience) "." }).into())
    })
}

/// Returns the command that makes a paper again, and when it does so exactly: audiences that may not see records know
/// days only, and the last may not be over.
fn again(look: &Look<'_>, command: &str, for_audience: Audience) -> Markup {
    let today = look.actor.today;
    let is_today = match look.view.known_at {
        None => true,
        Some(KnownAt::Date(day)) => day >= today,
        Some(KnownAt::Record(_)) => false,
    };
    html! {
        p.hint {
            "Command to reproduce this paper: " code { (command) }
            @if is_today && !for_audience.sees_confidential() {
                br;
                "Until " (today.in_words()) " has ended, the command includes records made later that day."
                @if let Some(ledger) = look.ledger.get().filter(|_| look.sees_office()) {
                    " This paper is as at record " (ledger.head().record) "; its file is listed with that record in " code { "exports.jsonl" } " beside the ledger."
                }
            }
        }
    }
}

/// Returns a paper shown inside its page, with its files.
fn preview(look: &Look<'_>, name: &str, paper: &Paper, (number, for_audience): (usize, Audience)) -> Markup {
    let own = [("list", name)];
    let shown =
        address(&look.path.replacen("/papers/", "/preview/", 1), look.fields.without(&["list"]).chain(own));
    let file = |format: Format| {
        address(
            &look.path,
            look.fields.without(&["list", "format"]).chain(own).chain([("format", format.word())]),
        )
    };
    let tables = paper.sheets.iter().filter(|sheet| !sheet.columns.is_empty()).count();
    // CSV holds one table.
    let formats = FORMATS.iter().filter(|(format, ..)| tables < 2 || *format != Format::Csv);
    let command = paper.provenance.as_ref().and_then(|it| it.command.clone());
    html! {
        section aria-labelledby={ "paper-" (number) } {
            h2 id={ "paper-" (number) } { (paper.title) }
            p.files {
                "Download: "
                @for (number, (format, label, ..)) in formats.enumerate() {
                    @if number > 0 { ", " }
                    a href=(file(*format)) { (label) }
                }
            }
            iframe.paper src=(shown) title={ "Preview of " (paper.title) } sandbox="" loading="lazy" {}
            @if let Some(command) = command { (again(look, &command, for_audience)) }
        }
    }
}

/// Sends the paper that is shown inside a page.
pub fn previewed(look: &Look<'_>) -> Result<Reply, Trouble> {
    let kind = kind_of(look)?;
    let Made::Papers(papers, _) = made(look, kind)? else { return Err(Trouble::Missing) };
    let wanted = look.fields.get("list");
    let (_, paper) = papers
        .iter()
        .find(|(name, _)| wanted.is_none_or(|wanted| wanted == *name))
        .ok_or(Trouble::Missing)?;
    Ok(Reply::Preview(page_of(paper).into_bytes()))
}

/// Returns what is not stated without which nothing may be published, each thing by itself.
fn not_stated(look: &Look<'_>, report: &DisclosureReport) -> Vec<FieldError> {
    let withheld = &report.withheld;
    let mut all = Vec::new();
    for it in &report.missing {
        all.push(format!("grant {}, {}: not stated: {}", it.grant, it.recipient_name, it.words().join(", ")));
    }
    if look.sees_office() {
        all.extend(withheld.without_ground.iter().map(|id| format!("decision {id}: no ground is recorded")));
        let powers = withheld.without_power.iter();
        all.extend(powers.map(|id| format!("decision {id}: the power of its awards is not stated")));
        all.extend(
            withheld.without_decision.iter().map(|id| format!("grant {id}: the decision is not stated")),
        );
    }
    if all.is_empty() {
        all.push("details that must be published are not stated".to_owned());
    }
    let error = |message| {
        let error = Error::refused("not-stated", message);
        FieldError { name: String::new(), error: error.advice("add the missing details, or make a draft") }
    };
    all.into_iter().map(error).collect()
}

/// Lists the awards that lack details.
fn incomplete(look: &Look<'_>, report: &DisclosureReport) -> Markup {
    let (missing, withheld) = (&report.missing, &report.withheld);
    html! {
        div.summary role="alert" tabindex="-1" {
            h2 { "This month cannot be published yet" }
            @if !missing.is_empty() {
                p { (missing.len()) (if missing.len() == 1 { " award has" } else { " awards have" }) " missing details. Add them from the decision, or make a draft." }
            }
            @if look.sees_office() && !withheld.is_complete() {
                p { "Some withheld items have no recorded ground, or no stated power or decision." }
            }
        }
        ul.plain {
            @for it in missing {
                li {
                    a href=(look.link_to("grants", it.grant.as_str())) { (it.grant) } ", " (it.recipient_name)
                    ": " (it.words().join(", "))
                    @if can_record(look) { ". " a href=(look.link(&format!("/grants/{}/state", encoded(it.grant.as_str())))) { "State" span.unseen { " the details of " (it.grant) } } }
                }
            }
            @if look.sees_office() {
                @for id in &withheld.without_ground {
                    li {
                        a href=(look.link_to("decisions", id.as_str())) { "Decision " (id) } ": ground. "
                        @if can_record(look) { a href=(look.link(&format!("/decisions/{}/ground", encoded(id.as_str())))) { "Record it" span.unseen { " for " (id) } } }
                    }
                }
                @for id in &withheld.without_power {
                    li { a href=(look.link_to("decisions", id.as_str())) { "Decision " (id) } ": power of its awards" }
                }
                @for id in &withheld.without_decision {
                    li { a href=(look.link_to("grants", id.as_str())) { (id) } ": decision" }
                }
            }
        }
    }
}

/// Returns the name, the title and the options of every paper.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, Vec<&'static [Allowed]>)> {
    KINDS.iter().map(|kind| (kind.name, kind.title, kind.options(true)))
}

/// Returns the title and the options of the paper of this name, if the audience may make it.
pub fn options_of(look: &Look<'_>, name: &str) -> Option<(&'static str, Vec<&'static [Allowed]>)> {
    let kind = KINDS.iter().find(|kind| kind.name == name)?;
    (look.sees_office() || !kind.is_for_office).then_some((kind.title, kind.options(look.is_json)))
}

/// Returns the options of the paper that the address names, with what is wrong of them.
pub fn options(look: &Look<'_>, books: &dyn Books, errors: &[FieldError]) -> Markup {
    let kind = KINDS.iter().find(|kind| kind.name == look.part(0));
    html! { @if let Some(kind) = kind { (form(look, books, kind, errors)) } }
}

fn form(look: &Look<'_>, books: &dyn Books, kind: &Kind, errors: &[FieldError]) -> Markup {
    let years: Vec<_> = std::iter::once((String::new(), "Current".to_owned()))
        .chain(years(books, look.actor.today))
        .collect();
    let year = || Field::new("fy", "Financial year", Input::Choice(years.clone()));
    let as_at = || Field::new("as_at", "Reporting date", Input::Date).hint("31 Dec 2015");
    let mut all: Vec<Field<'_>> = match kind.name {
        "panel" => vec![year(), as_at(), Field::new("ending", "Months ahead", Input::Number).value("6")],
        "cfo" => vec![year(), as_at(), Field::new("largest", "Largest records", Input::Number).value("10")],
        "funder" => {
            let funds = books.reference().funds.values().map(|it| (it.id.to_string(), it.name.to_string()));
            let funds = std::iter::once((String::new(), "Choose".to_owned())).chain(funds).collect();
            vec![Field::new("fund", "Fund", Input::Choice(funds)), year(), as_at()]
        }
        _ => vec![
            Field::new("month", "Month", Input::Date).hint("Mar 2015"),
            Field::new("draft", "Draft", Input::Tick),
        ],
    };
    let audiences = Audience::ALL
        .into_iter()
        .filter(|it| *it <= look.view.audience && (!kind.is_for_office || it.sees_confidential()));
    let audiences = audiences.map(|it| (it.word().to_owned(), it.word().to_owned())).collect();
    let usual = if kind.is_for_office { Audience::Officer } else { Audience::Public };
    all.push(Field::new("for", "Audience", Input::Choice(audiences)).value(usual.word()));
    html! {
        form.options method="get" action=(look.path.replacen("/preview/", "/papers/", 1)) {
            (same_view(look))
            div.choices { @for it in &all { (field(it, &look.fields, errors)) } button.quiet { "Make" } }
        }
    }
}
