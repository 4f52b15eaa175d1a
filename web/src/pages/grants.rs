//! The list of grants.

use almoner_app::figures::Report;
use almoner_store::folder::Access;
use maud::html;

use super::actions::actions;
use super::options::{OF_GRANTS, options};
use super::reports::{chosen, download, files, lead, run};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::table::{self, Shown};

/// Lists the grants, a page of lines at a time.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    let scope = look.fields.scope(look.actor.today)?;
    let report = Report::Grants { scope, named: look.fields.owned("name") };
    look.read(Access::Read, |books, days| {
        let (made, at) = run(look, books, days, &report)?;
        if let Some(file) = download(look, &made, "grants")? {
            return Ok(file);
        }
        let sheet = chosen(look, made.sheet()?)?;
        let lead = lead(&sheet);
        let (sheet, pages) = table::paged(look, sheet, at);
        let body = html! {
            (actions(look, "", &[("Record award", look.link("/record/award"))]))
            (options(look, books, OF_GRANTS, &[]))
            (table::sheet(look, &sheet, Shown { is_whole: look.fields.has("columns"), ..Shown::default() }))
            (pages)
            (files(look))
        };
        Ok(Page::new(Section::Grants, "Grants", body).lead(lead).into())
    })
}
