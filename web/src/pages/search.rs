//! Search: by name, number, reference or amount.

use almoner_app::search::search;
use almoner_store::folder::Access;
use maud::html;

use crate::confidential;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::reply::Reply;
use crate::write::pounds;

/// Shows what was found in the books as the audience may see them.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let text = look.fields.text("q").to_owned();
    if look.is_json && text.is_empty() {
        return Ok(Reply::not_chosen("q", "the text to search for"));
    }
    look.read(Access::Read, |books, _| {
        let found = search(books, &text)?;
        if look.is_json {
            return Ok(made(found.json(books, &text)?));
        }
        let confidential = confidential::among(look, books, found.grants.iter().map(|it| it.grant.clone()))?;
        let is_by_amount = found.grants.iter().any(|it| it.by.is_some());
        let body = html! {
            @if text.is_empty() { p.none { "Type a name, a number, a reference or an amount." } }
            @else if found.is_empty() { p.none { "Nothing was found for “" (text) "”. Part of a name or a number is enough." } }
            @if found.is_cut { p.notice { "Only the first matches are listed. Type more of the name or the number." } }
            @if !found.grants.is_empty() {
                h2 { "Grants" }
                div.scroll role="region" aria-label="Table: grants found" tabindex="0" {
                    table {
                        caption.unseen { "Grants found" }
                        thead { tr { th scope="col" { "Grant" } th scope="col" { "Recipient" } th.broad scope="col" { "Purpose" } @if is_by_amount { th.broad scope="col" { "Found by" } } th.num scope="col" { "Awarded" } } }
                        tbody {
                            @for it in &found.grants {
                                tr {
                                    th.words scope="row" {
                                        a.id href=(look.link_to("grants", it.grant.as_str())) { (it.grant) }
                                        @if confidential.contains(&it.grant) { (confidential::tag()) }
                                        span.under { (it.purpose) }
                                    }
                                    td.words { a href=(look.link_to("recipients", it.recipient.as_str())) { (it.recipient_name) } }
                                    td.broad { (it.purpose) }
                                    @if is_by_amount { td.broad {
                                        @if let Some(by) = &it.by {
                                            (by.what) " of " (pounds(by.amount))
                                            @if let Some(date) = by.date { " on " (date.in_words()) }
                                            @if let Some(reference) = &by.reference { ", " (reference) }
                                        }
                                    } }
                                    td.num { (it.awarded.grouped()) }
                                }
                            }
                        }
                    }
                }
            }
            @if !found.recipients.is_empty() {
                h2 { "Recipients" }
                ul.plain { @for (id, name) in &found.recipients { li { a href=(look.link_to("recipients", id.as_str())) { (name) } } } }
            }
            @if !found.decisions.is_empty() {
                h2 { "Decisions" }
                div.scroll role="region" aria-label="Table: decisions found" tabindex="0" {
                    table.slim {
                        caption.unseen { "Decisions found" }
                        thead { tr { th scope="col" { "Decision" } th scope="col" { "Title" } } }
                        tbody {
                            @for (id, title) in &found.decisions {
                                tr {
                                    th.words scope="row" { a.id href=(look.link_to("decisions", id.as_str())) { (id) } }
                                    td.words { @if title.is_empty() { span.unstated { "not stated" } } @else { (title) } }
                                }
                            }
                        }
                    }
                }
            }
        };
        let title = if text.is_empty() { "Search".to_owned() } else { format!("Search: {text}") };
        Ok(Page::new(Section::None, title, body).into())
    })
}
