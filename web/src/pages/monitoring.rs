//! The monitoring diary: what is overdue, due and received.

use almoner_app::figures::Report;
use almoner_store::folder::Access;
use maud::html;

use super::reports::{chosen, download, files, lead};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::table::{self, Shown};

/// Shows the diary of the current year, or of the period that the address names.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let scope = look.fields.scope(look.actor.today)?;
    let report = Report::Monitoring { on: look.fields.date("on", look.actor.today)?, scope };
    look.read(Access::Read, |books, days| {
        let made = report.run(books, days)?;
        if let Some(file) = download(look, &made, "monitoring")? {
            return Ok(file);
        }
        let sheet = chosen(look, made.sheet()?)?;
        let about = html! { (lead(&sheet)) @if let Some(counts) = sheet.notes.first() { " " (counts) } };
        let (mut sheet, pages) = table::paged(look, sheet, None);
        // The first, the counts, stand above.
        sheet.notes.drain(..sheet.notes.len().min(1));
        let body = html! {
            (table::sheet(look, &sheet, Shown { is_whole: look.fields.has("columns"), ..Shown::default() }))
            (pages)
            (files(look))
            p { a href=(look.link("/reports/monitoring")) { "Choose another period, theme, fund or recipient" } }
        };
        Ok(Page::new(Section::Monitoring, "Monitoring diary", body).lead(about).into())
    })
}
