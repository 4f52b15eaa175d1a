//! The one frame of all pages: head, navigation, heading, content and foot.

use almoner_ledger::audience::Audience;
use almoner_ledger::hash::Hash;
use almoner_ledger::marks::{Issue, Mark};
use maud::{DOCTYPE, Markup, html};

use crate::look::{Facts, Look};

/// The entries of the main navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The home page.
    Home,
    /// Grants.
    Grants,
    /// Recipients.
    Recipients,
    /// The register of decisions.
    Decisions,
    /// Budgets and funding.
    Budgets,
    /// Monitoring.
    Monitoring,
    /// The bank: statements and their reconciliation.
    Bank,
    /// Files to import.
    Import,
    /// Reports.
    Reports,
    /// Papers.
    Papers,
    /// The audit log.
    Log,
    /// Proposals that await approval.
    Approvals,
    /// Users and the scheme of delegation.
    Users,
    /// None of them.
    None,
}

/// The navigation: section, label, path, and whether it is for the office only.
const NAVIGATION: &[(Section, &str, &str, bool)] = &[
    (Section::Home, "Home", "/", false),
    (Section::Grants, "Grants", "/grants", false),
    (Section::Recipients, "Recipients", "/recipients", false),
    (Section::Decisions, "Decisions", "/decisions", false),
    (Section::Budgets, "Budgets and funds", "/budgets", false),
    (Section::Monitoring, "Monitoring", "/monitoring", false),
    (Section::Bank, "Bank", "/bank", true),
    (Section::Reports, "Reports", "/reports", false),
    (Section::Papers, "Papers", "/papers", false),
    (Section::Import, "Import", "/import", true),
    (Section::Log, "Audit log", "/log", true),
    (Section::Users, "Users", "/users", true),
];

impl Section {
    /// Returns the path of the page that begins this part.
    pub fn path(self) -> &'static str {
        let own = NAVIGATION.iter().find(|(section, ..)| *section == self);
        own.map_or(if self == Section::Approvals { "/approvals" } else { "/" }, |(_, _, path, _)| path)
    }
}

/// A page before it is framed.
#[derive(Debug)]
pub struct Page {
    /// The heading, and the first part of the browser's title.
    pub title: String,
    /// The entry of the navigation that it belongs to.
    pub section: Section,
    /// The pages above it: label and address.
    pub above: Vec<(String, String)>,
    /// What the page is called below the pages above it, if that is not its title.
    pub here: Option<String>,
    /// The labels beside the heading: class and text.
    pub tags: Vec<(&'static str, String)>,
    /// A sentence below the heading.
    pub lead: Option<Markup>,
    /// The content.
    pub body: Markup,
    /// True if it shows a paper inside.
    pub frames: bool,
}

impl Page {
    /// Returns a page with its heading and content.
    pub fn new(section: Section, title: impl Into<String>, body: Markup) -> Page {
        Page {
            title: title.into(),
            section,
            above: Vec::new(),
            here: None,
            tags: Vec::new(),
            lead: None,
            body,
            frames: false,
        }
    }

    /// Adds a sentence below the heading.
    pub fn lead(mut self, lead: Markup) -> Page {
        self.lead = Some(lead);
        self
    }

    /// Adds a page above it.
    pub fn below(mut self, label: &str, address: String) -> Page {
        self.above.push((label.to_owned(), address));
        self
    }

    /// Sets what the page is called below the pages above it.
    pub fn here(mut self, here: &str) -> Page {
        self.here = Some(here.to_owned());
        self
    }

    /// Adds a label beside the heading.
    pub fn tag(mut self, class: &'static str, text: impl Into<String>) -> Page {
        self.tags.push((class, text.into()));
        self
    }

    /// Returns the page as it is sent.
    pub fn framed(&self, look: &Look<'_>) -> String {
        let facts = look.facts.borrow();
        let audience = look.view.audience;
        let mark = self.mark(audience, facts.issue.as_ref());
        let content = html! {
            header.top {
                div.row {
                    a.name href=(look.link("/")) { "Grants ledger" small { (facts.body) } }
                    form role="search" action="/search" {
                        (same_view(look))
                        input id="search" name="q" type="search" value=(look.fields.text("q")) aria-label="Search"
                            placeholder="Search grants, recipients, references";
                    }
                    (signed_in(look))
                }
            }
            (navigation(look, self.section, &facts))
            (notices(look))
            main #main tabindex="-1" {
                @if !self.above.is_empty() {
                    p.crumbs {
                        @for (label, address) in &self.above { a href=(address) { (label) } " › " }
                        (self.here.as_deref().unwrap_or(&self.title))
                    }
                }
                h1 {
                    (self.title)
                    @for (class, text) in &self.tags { " " span class={ "tag " (class) } { (text) } }
                }
                @if let Some(lead) = &self.lead { div.lead { (lead) } }
                (self.body)
            }
            footer {
                span { (facts.known) @if let Some(mark) = mark { ", mark " (mark) } }
                @if audience.sees_confidential() { (audiences(look)) }
                nav aria-label="Footer" {
                    a href=(look.link("/help")) { "Help" } " · "
                    a href=(look.link("/accessibility")) { "Accessibility" }
                }
            }
        };
        document(&self.title, &facts.body, &content)
    }

    /// Returns the mark of what the page shows, for audiences that may not see records.
    fn mark(&self, audience: Audience, issue: Option<&Issue>) -> Option<Mark> {
        let issue = issue?;
        let lead = self.lead.as_ref().map_or("", |lead| lead.0.as_str());
        let day = issue.day.to_string();
        let texts = [self.title.as_str(), &day, lead, &self.body.0];
        let texts = texts.map(|text| Hash::of(text.as_bytes()).to_string()).concat();
        issue.secret.map(|secret| Mark::new(secret, audience, "", Hash::of(texts.as_bytes())))
    }
}

/// Returns a whole document.
pub fn document(title: &str, body: &str, content: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) @if !body.is_empty() { " – " (body) } }
                link rel="stylesheet" href="/static/almoner.css";
                link rel="icon" href="data:,";
                script src="/static/almoner.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to content" }
                (content)
            }
        }
    };
    page.into_string()
}

/// Returns what the address holds, but for some names, as fields of a form that looks.
pub fn rest_of_address(look: &Look<'_>, but: &[&str]) -> Markup {
    html! {
        @let is_lost = |name: &str| matches!(name, "page" | "format") || name == "known_at" && look.known_at().is_none() || name == "audience" && look.audience().is_none();
        @for (name, value) in look.fields.without(but).filter(|(name, _)| !is_lost(name)) {
            input type="hidden" name=(name) value=(value);
        }
    }
}

/// Returns the audience and time of knowledge as fields of a form.
pub fn same_view(look: &Look<'_>) -> Markup {
    html! {
        @for (name, value) in [("audience", look.audience()), ("known_at", look.known_at())] {
            @if let Some(value) = value { input type="hidden" name=(name) value=(value); }
        }
    }
}

/// Returns who looks: in an office with the way out.
fn signed_in(look: &Look<'_>) -> Markup {
    html! {
        @match look.session.user() {
            None => @if look.sees_office() { span { (look.actor.name()) } },
            Some(user) => {
                form.signed-in method="post" action="/sign-out" {
                    input type="hidden" name="token" value=(look.session.token);
                    a href=(look.link("/account")) { (user) }
                    button { "Sign out" }
                }
            },
        }
    }
}

fn navigation(look: &Look<'_>, section: Section, facts: &Facts) -> Markup {
    let shown = NAVIGATION.iter().filter(|(.., is_office)| !is_office || look.sees_office());
    html! {
        nav.main aria-label="Main" {
            ul {
                @for (own, label, path, _) in shown {
                    li { a href=(look.link(path)) aria-current=[(*own == section).then_some("page")] { (label) } }
                }
                @if facts.pending > 0 || section == Section::Approvals {
                    li {
                        a href=(look.link(Section::Approvals.path())) aria-current=[(section == Section::Approvals).then_some("page")] {
                            "Approvals" @if facts.pending > 0 { span.count { (facts.pending) } }
                        }
                    }
                }
            }
        }
    }
}

/// Returns what is unusual about all that is shown.
fn notices(look: &Look<'_>) -> Markup {
    let office = || crate::fields::address(&look.path, look.fields.without(&["audience"]));
    let now = || crate::fields::address(&look.path, look.fields.without(&["known_at"]));
    let is_as_others = !look.sees_office() && look.view.audience != look.session.sees();
    let known_at = look.known_at();
    let (is_demo, is_read_only) = (look.site.is_demo, look.site.is_read_only);
    html! {
        @if is_as_others || known_at.is_some() || is_demo || is_read_only {
            aside.strip aria-label="Current view" {
                @if is_as_others {
                    p { "As " (audience_words(look.view.audience)) " sees it. " a href=(office()) { "Back to the office’s view" } }
                }
                @if let Some(known_at) = known_at {
                    p { "As known at " (known_words(known_at)) ". " a href=(now()) { "Show as known now" } }
                }
                @if is_demo { p { "Example ledger: it is deleted when the pages are stopped." } }
                @else if is_read_only { p { "Read only: nothing can be recorded." } }
            }
        }
    }
}

fn known_words(given: &str) -> String {
    match (given.parse::<u64>(), almoner_ledger::calendar::Date::parse(given)) {
        (Ok(record), _) => format!("record {record}"),
        (Err(_), Ok(day)) => format!("the end of {}", day.in_words()),
        (Err(_), Err(_)) => given.to_owned(),
    }
}

/// Returns what people call an audience.
pub fn audience_words(audience: Audience) -> &'static str {
    match audience {
        Audience::Public => "the public",
        Audience::Panel => "the Police and Crime Panel",
        Audience::Officer => "the office",
        Audience::Auditor => "the auditor",
    }
}

/// Returns the address of this page as others see it: now, where it is as known at a record, which they may not see.
fn as_seen_by(look: &Look<'_>, audience: Audience) -> String {
    let is_record = look.fields.get("known_at").is_some_and(|known| known.parse::<u64>().is_ok());
    let hidden: &[&str] = if is_record { &["audience", "page", "known_at"] } else { &["audience", "page"] };
    let own = [("audience", audience.word())];
    crate::fields::address(&look.path, look.fields.without(hidden).chain(own))
}

/// Returns links to this page as others see it.
fn audiences(look: &Look<'_>) -> Markup {
    let others = [Audience::Panel, Audience::Public];
    html! {
        span {
            "As seen by: "
            @for (number, audience) in others.into_iter().enumerate() {
                @if number > 0 { ", " }
                a href=(as_seen_by(look, audience)) { (audience_words(audience)) }
            }
        }
    }
}
