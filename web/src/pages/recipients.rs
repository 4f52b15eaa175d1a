//! Recipients, and each with its names and grants.

use almoner_app::figures::Report;
use almoner_ledger::book::Books;
use almoner_ledger::recipients::{Identifier, RecipientId};
use almoner_store::folder::Access;
use maud::html;

use super::actions::actions;
use super::reports::{chosen, download, files, lead, run};
use crate::fields::encoded;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::facts;
use crate::write::table::{self, Shown};

/// Lists the recipients.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    let report = Report::Recipients(look.fields.scope(look.actor.today)?);
    look.read(Access::Read, |books, days| {
        let (made, at) = run(look, books, days, &report)?;
        if let Some(file) = download(look, &made, "recipients")? {
            return Ok(file);
        }
        let sheet = chosen(look, made.sheet()?)?;
        let lead = lead(&sheet);
        let (sheet, pages) = table::paged(look, sheet, at);
        let body = html! {
            (actions(look, "", &[("Add recipient", look.link("/record/recipient"))]))
            (table::sheet(look, &sheet, Shown { is_whole: look.fields.has("columns"), ..Shown::default() }))
            (pages)
            (files(look))
        };
        Ok(Page::new(Section::Recipients, "Recipients", body).lead(lead).into())
    })
}

/// Shows a recipient.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let id = RecipientId::new(look.part(0)).map_err(|_| Trouble::Missing)?;
    let period = look.fields.period(look.actor.today)?;
    look.read(Access::Read, |books, days| {
        let recipient = books.recipient(&id)?.filter(|it| it.is_known()).ok_or(Trouble::Missing)?;
        let made = Report::Recipient { recipient: id.to_string(), period }.run(books, days)?;
        if let Some(file) = download(look, &made, "recipient")? {
            return Ok(file);
        }
        let mut sheet = chosen(look, made.sheet()?)?;
        sheet.facts.clear();
        let to = |word: &str| look.link(&format!("/recipients/{}/{word}", encoded(id.as_str())));
        let mut stated = Vec::new();
        if recipient.names.len() > 1 {
            stated.push((
                "Names",
                html! {
                    ul.plain {
                        @for dated in recipient.names.iter().rev() {
                            li { (dated.name) @if let Some(from) = dated.from { ", from " (from.in_words()) } }
                        }
                    }
                },
            ));
        }
        if look.sees_office() && !recipient.aliases.is_empty() {
            stated.push((
                "Also known as",
                html! { ul.plain { @for alias in &recipient.aliases { li { (alias) } } } },
            ));
        }
        let known: Vec<&str> = recipient.identifiers.iter().map(Identifier::as_str).collect();
        if !known.is_empty() {
            stated.push(("Identifiers", html! { (known.join(", ")) }));
        }
        let body = html! {
            @if !stated.is_empty() { (facts(&stated)) }
            (actions(look, "actions for this recipient", &[
                ("Record award", look.link_with("/record/award", &[("recipient", recipient.name())])),
                ("Change name", to("rename")),
                ("Add identifier", to("identify")),
                ("Add alias", to("alias")),
            ]))
            h2 { "Grants" }
            (table::sheet(look, &sheet, Shown { is_whole: look.fields.has("columns"), ..Shown::default() }))
            (files(look))
        };
        let page = Page::new(Section::Recipients, recipient.name().to_owned(), body);
        Ok(page.below("Recipients", look.link("/recipients")).lead(lead(&sheet)).into())
    })
}
