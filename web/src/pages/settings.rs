//! The settings of the ledger and of the pages: those that are recorded, with where each is changed, and those that are
//! set where the pages are started. For the office only.

use almoner_ledger::book::Books;
use almoner_ledger::calendar::moment_in_words;
use almoner_ledger::reports::Published;
use almoner_store::folder::Access;
use maud::{Markup, html};
use serde::Serialize;

use super::actions::actions;
use super::options::bank_accounts;
use crate::forms::scheme;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::{made, unwritten};
use crate::reply::Reply;
use crate::write::facts;

/// The settings, for programs.
#[derive(Debug, Serialize)]
struct Settings<'a> {
    schema: &'static str,
    body: &'a str,
    ledger: &'a str,
    currency: &'static str,
    records: u64,
    users: usize,
    /// What a second user must approve, in the words of the scheme's form; `None` without a scheme.
    scheme: Option<Vec<(&'static str, String)>>,
    bank_accounts: Vec<String>,
    read_only: bool,
    /// True if users sign in.
    signs_in: bool,
    origin: &'a str,
    one_time_codes: bool,
    version: &'static str,
}

impl<'a> Settings<'a> {
    fn of(look: &'a Look<'_>, books: &'a Published<'_>) -> Settings<'a> {
        let reference = books.reference();
        let entrance = look.site.entrance.as_ref();
        Settings {
            schema: "almoner.settings/1",
            body: reference.body_name(),
            ledger: &reference.ledger,
            currency: "GBP",
            records: books.head().record,
            users: reference.authority.users.len(),
            scheme: reference.authority.policy.as_ref().map(scheme),
            bank_accounts: bank_accounts(books).into_iter().collect(),
            read_only: look.site.is_read_only,
            signs_in: entrance.is_some(),
            origin: &look.site.address.origin,
            one_time_codes: entrance.is_some_and(|it| it.key.is_some()),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

/// Shows the settings.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    look.read(Access::Totals, |books, _| {
        let settings = Settings::of(look, books);
        if look.is_json {
            let mut text = serde_json::to_vec_pretty(&settings).map_err(unwritten)?;
            text.push(b'\n');
            return Ok(made(text));
        }
        let body = html! {
            h2 { "Ledger" }
            (facts(&of_ledger(look, books, &settings)))
            h2 { "Scheme of delegation" }
            (scheme_of(look, &settings))
            h2 { "Themes and funds" }
            (facts(&of_names(look, books)))
            (actions(look, "actions for themes and funds", &[
                ("Add theme", look.link("/record/theme")),
                ("Change name of theme", look.link("/record/theme-rename")),
                ("Add fund", look.link("/record/fund")),
                ("Change name of fund", look.link("/record/fund-rename")),
            ]))
            h2 { "Pages" }
            p.hint { "These are set when the pages are started, and cannot be changed here." }
            (facts(&of_pages(look, &settings)))
        };
        let lead = html! { "Details recorded in the ledger are changed with forms, subject to the same approvals as any other record." };
        let page = Page::new(Section::Users, "Settings", body).below("Users", look.link("/users"));
        Ok(page.lead(lead).into())
    })
}

type Facts = Vec<(&'static str, Markup)>;

fn of_ledger(look: &Look<'_>, books: &Published<'_>, settings: &Settings<'_>) -> Facts {
    let reference = books.reference();
    let last_closed = reference.closed.iter().last().map(|it| it.month.in_words());
    vec![
        ("Body", html! { (settings.body) span.why { ", stated when the ledger was created" } }),
        ("Ledger", html! { code { (settings.ledger) } }),
        (
            "Records",
            html! {
                (almoner_ledger::money::grouped(&settings.records.to_string())) ", the last on " (moment_in_words(&reference.last_recorded)) ". "
                a href=(look.link("/log")) { "Audit log" }
            },
        ),
        ("Currency", html! { "Pounds sterling" }),
        (
            "Closed months",
            html! {
                @match last_closed { Some(month) => { "to " (month) }, None => "none" }
                ". " a href=(look.link("/year-end")) { "Months and year end" }
            },
        ),
        (
            "Bank accounts",
            html! {
                @if settings.bank_accounts.is_empty() { "none until the first statement is recorded" }
                @else { (settings.bank_accounts.join(", ")) }
                ". " a href=(look.link("/bank")) { "Bank" }
            },
        ),
        (
            "Users",
            html! {
                @if settings.users == 0 { "none: anyone who can open the ledger can record anything" } @else { (settings.users) }
                ". " a href=(look.link("/users")) { "Users and their roles" }
            },
        ),
    ]
}

fn scheme_of(look: &Look<'_>, settings: &Settings<'_>) -> Markup {
    let acts = match &settings.scheme {
        None => vec![("Set a scheme", look.link("/record/policy"))],
        Some(_) => vec![
            ("Change the scheme", look.link("/record/policy")),
            ("End the scheme", look.link("/record/policy-off")),
        ],
    };
    html! {
        @match &settings.scheme {
            None => p.none { "No scheme of delegation is in force: nothing needs approval." },
            Some(words) => {
                @let words: Vec<(&str, Markup)> = words.iter().map(|(label, words)| (*label, html! { (words) })).collect();
                (facts(&words))
            },
        }
        (actions(look, "actions for the scheme", &acts))
    }
}

fn of_names(look: &Look<'_>, books: &Published<'_>) -> Facts {
    let reference = books.reference();
    let themes: Vec<&str> =
        reference.themes.values().filter(|it| !it.id.is_unallocated()).map(|it| it.name.as_str()).collect();
    let funds: Vec<&str> =
        reference.funds.values().filter(|it| !it.id.is_unstated()).map(|it| it.name.as_str()).collect();
    let listed = |names: &[&str]| html! { @if names.is_empty() { "none" } @else { (names.join(", ")) } };
    vec![
        ("Themes", listed(&themes)),
        ("Funds", listed(&funds)),
        (
            "Publication",
            html! {
                (reference.publications.len()) " marked confidential or public. "
                a href=(look.link("/budgets")) { "Publication of each theme and fund" }
            },
        ),
    ]
}

fn of_pages(look: &Look<'_>, settings: &Settings<'_>) -> Facts {
    let profiles = look.site.profiles.names();
    let mut all = vec![
        ("Address", html! { code { (settings.origin) } }),
        ("Recording", html! { @if settings.read_only { "off: the pages are read-only" } @else { "on" } }),
    ];
    match &look.site.entrance {
        None => all.push(("Users", html! { "one, on this computer: " (look.actor.name()) })),
        Some(entrance) => {
            let place = &entrance.place;
            all.push(("Users", html! { "all users of the ledger; each must sign in" }));
            all.push((
                "Encryption",
                html! {
                    @if place.certificate.is_some() { "by this server, with its certificate" }
                    @else if !place.proxies.is_empty() { "by the proxy in front of the server" }
                    @else if settings.origin.starts_with("https:") { "by a proxy on the same computer" }
                    @else { "none: the pages can be used only on the computer that serves them" }
                },
            ));
            all.push((
                "One-time codes",
                html! {
                    @if settings.one_time_codes { "users can turn them on in their account" }
                    @else { "not available: the server was started without a key for them" }
                },
            ));
            all.push(("Sessions", html! {
                "end after 30 minutes without use, and after 8 hours"
                @if look.session.approves() { ". " a href=(look.link("/sessions")) { "Sessions and access tokens" } }
            }));
        }
    }
    all.push((
        "Import profiles",
        html! {
            @if profiles.is_empty() { "none saved" } @else { (profiles.join(", ")) }
            ". " a href=(look.link("/import")) { "Import" }
        },
    ));
    all.push(("Version", html! { "almoner " (settings.version) }));
    all
}
