//! The confirmation of an import, from the ledger: also after the pages were ended in between.

use almoner_app::confirmation::{proof, undo};
use almoner_app::importing::counted;
use almoner_app::narrative;
use almoner_app::recording::Numbers;
use almoner_ledger::book::Books;
use almoner_store::batch_of;
use almoner_store::folder::Access;
use maud::html;

use super::super::approvals::approvers;
use super::super::recording::recorded_under;
use super::given::Given;
use super::{framed, unrecorded};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::facts;

/// The maximum number of records that are listed.
const LISTED: usize = 50;

/// Shows what was recorded of a file.
pub fn done(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let Some(last) = recorded_under(look, &id)? else {
        return Ok(Reply::See(look.link(&format!("/imports/{id}"))));
    };
    look.read(Access::Read, |_, _| Ok(()))?;
    let ledger = look.ledger(Access::Read)?;
    let batch = batch_of(ledger, last.record)?;
    let numbers = Numbers::of(&batch.records).ok_or(Trouble::Missing)?;
    let mut lines = Vec::new();
    for record in batch.records.iter().take(LISTED) {
        lines.push((record.number, narrative::event_in_names(ledger, &record.event)?.0));
    }
    let more = batch.records.len().saturating_sub(LISTED) as u64;
    let is_pending =
        batch.records.iter().any(|record| ledger.reference().authority.pending.contains_key(&record.number));
    let can_undo = !numbers.is_proposal && undo(&batch.records).is_some();
    let reverse = look.link_with(&format!("/records/{}/reverse", numbers.last), &[("batch", "yes")]);
    let unrecorded = unrecorded(look, false).into_iter();
    let next: Vec<String> =
        unrecorded.filter(|(_, draft)| Given::of(&draft.fields).is_drafted).map(|(id, _)| id).collect();
    let proof = proof(ledger, last).to_string();
    let body = html! {
        div.notice.good role="status" {
            p { strong { (if is_pending { "Sent for approval." } else { "Recorded." }) } " Going back or reloading does not record it twice." }
            @if is_pending { p { (approvers(ledger, last.record)) } }
        }
        (facts(&[
            ("Recorded", html! { (numbers) " by " (batch.records.first().map(|it| it.by.to_string()).unwrap_or_default()) }),
            ("Batch", html! { (batch.label) }),
            ("Proof", html! { code { (proof) } }),
        ]))
        ul.plain {
            @for (number, sentence) in &lines {
                li { a href=(look.link_to("records", &number.to_string())) { "Record " (number) } ": " (sentence) "." }
            }
            @if more > 0 {
                li { a href=(look.link_with("/log", &[("to", &numbers.last.to_string())])) { (counted(more)) " more in the audit log" } }
            }
        }
        div.buttons {
            @for id in &next { a.button href=(look.link(&format!("/imports/{id}"))) { "Import the awards from this list" } }
            a.button.quiet[!next.is_empty()] href=(look.link("/import")) { "Import another file" }
            @if can_undo { a.button.quiet href=(reverse) { "Reverse all" } }
        }
    };
    let title = if is_pending { "File sent for approval" } else { "File recorded" };
    Ok(framed(look, title.to_owned(), title, body).into())
}
