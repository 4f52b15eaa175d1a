//! The list of grants.

use almoner_app::figures::Report;
use almoner_papers::sheet::{Sheet, Style};
use almoner_store::folder::Access;
use maud::html;

use super::actions::actions;
use super::reports::{chosen, download, files, hidden, lead, years};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::form::{Field, Input, field};
use crate::write::table::{self, Shown, text_of};

/// Lists the grants, a page of lines at a time.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    let report = Report::Grants(look.fields.scope(look.actor.today)?);
    look.read(Access::Read, |books, days| {
        let made = report.run(books, days)?;
        if let Some(file) = download(look, &made, "grants")? {
            return Ok(file);
        }
        let sheet = named(look, chosen(look, made.sheet()?)?);
        let lead = lead(&sheet);
        let (sheet, pages) = table::paged(look, sheet);
        let years = std::iter::once((String::new(), "Current".to_owned())).chain(years(books, look.actor.today));
        let body = html! {
            (actions(look, "", &[("Record award", look.link("/record/award"))]))
            form.options method="get" action="/grants" {
                (hidden(look))
                div.choices {
                    (field(&Field::new("name", "Name or number", Input::Text), &look.fields, &[]))
                    (field(&Field::new("fy", "Financial year", Input::Choice(years.collect())), &look.fields, &[]))
                    button.quiet { "Show" }
                }
            }
            (table::sheet(look, &sheet, Shown { is_whole: look.fields.has("columns"), ..Shown::default() }))
            (pages)
            (files(look))
        };
        Ok(Page::new(Section::Grants, "Grants", body).lead(lead).into())
    })
}

/// Returns the lines that contain a text in number or name. A sum would be of other lines, so it goes.
fn named(look: &Look<'_>, mut sheet: Sheet) -> Sheet {
    let Some(name) = look.fields.get("name") else { return sheet };
    let wanted = name.to_lowercase();
    let keys = ["grant", "decision", "recipient", "recipient_name"];
    let all = sheet.clone();
    sheet.rows.retain(|row| {
        let texts = keys.iter().filter_map(|key| text_of(&all, row, key));
        row.style == Style::Normal && texts.into_iter().any(|text| text.to_lowercase().contains(&wanted))
    });
    sheet
}
