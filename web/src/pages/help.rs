//! Help, from the same text as the command line's, and the accessibility statement.

use almoner_store::folder::Access;
use maud::html;

use crate::fields::encoded;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;

/// What each page is for.
const PAGES: &[(&str, &str, &str)] = &[
    ("/", "Home", "The year to date, items that need attention, and spending by theme"),
    ("/grants", "Grants", "Every grant; each has a page with its position, statement and history"),
    ("/recipients", "Recipients", "Every recipient, with grants and former names"),
    ("/decisions", "Decisions", "The register, with missing numbers"),
    ("/budgets", "Budgets and funds", "Budgets against expenditure, by fund and theme"),
    ("/monitoring", "Monitoring", "Reports and milestones that are overdue, due and received"),
    (
        "/reports",
        "Reports",
        "Every report; its options are in the address, so it can be bookmarked and shared",
    ),
    (
        "/papers",
        "Papers",
        "The paper for the panel, the pack for the Chief Finance Officer, returns and disclosure",
    ),
    ("/import", "Import", "Awards, payments and other rows from a file, checked and recorded together"),
    ("/compare", "Compare", "The records that changed figures between two “as known at” dates"),
    ("/log", "Audit log", "Every record, with time and user"),
    ("/approvals", "Approvals", "Proposals awaiting approval by a second user"),
    ("/users", "Users", "Users with their roles, and the scheme of delegation"),
];

/// Lists the pages and the commands.
pub fn index(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let pages = PAGES.iter().filter(|(path, ..)| {
        look.sees_office() || !matches!(*path, "/compare" | "/import" | "/log" | "/approvals" | "/users")
    });
    let body = html! {
        h2 { "Pages" }
        ul.index { @for (path, label, about) in pages { li { a href=(look.link(path)) { (label) } p.why { (about) } } } }
        p { "Press / to search from any page. Select a figure that is a link to see the records that make it up. Every report can be downloaded for Excel." }
        h2 { "Commands" }
        p { "Everything here can also be done on the command line." }
        ul.index {
            @for page in look.site.program.help() {
                li { a href=(look.link(&format!("/help/{}", encoded(&page.name)))) { (page.name) } p.why { (page.about) } }
            }
        }
    };
    Ok(Page::new(Section::None, "Help", body).into())
}

/// Shows the help of a command.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let all = look.site.program.help();
    let page = all.iter().find(|page| page.name == look.part(0)).ok_or(Trouble::Missing)?;
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = html! { pre tabindex="0" { (page.text) } };
    let page = Page::new(Section::None, page.name.clone(), body).below("Help", look.link("/help"));
    Ok(page.into())
}

/// Shows the accessibility statement.
pub fn accessibility(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = html! {
        p { "These pages are meant to be used by everybody in the office: by keyboard alone, with a screen reader, at 200% zoom, on a narrow screen, in light and dark, with forced colours, with reduced motion, on paper, and without scripts." }
        p { "The aim is level AA of the Web Content Accessibility Guidelines 2.2." }
        h2 { "Using the pages" }
        ul {
            li { "The first link of every page skips to its content." }
            li { "Tables show the columns that matter most, fewer of them on a narrow screen. The others are under “more” in each row. With all columns, a table scrolls sideways in a region of its own." }
            li { "Charts have a description, and the same figures as a table." }
            li { "Papers saved as PDF are tagged; HTML and Word files have headings and table headers." }
        }
        h2 { "If you cannot use something" }
        p { "Tell whoever looks after this program in your office what you were doing, and which browser and assistive technology you use." }
    };
    Ok(Page::new(Section::None, "Accessibility statement", body).into())
}
