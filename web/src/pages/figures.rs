//! Where a figure comes from, and what changed it between two times.

use almoner_app::figures::{Comparison, Explanation, Figure, View};
use almoner_ledger::book::Books;
use almoner_ledger::reports::{By, Measure};
use almoner_papers::reports::headings::heading_of;
use almoner_store::as_known_at;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::reports::{chosen, download, files, lead, shown};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::remedies::capital;
use crate::reply::Reply;
use crate::write::form::{Field, FieldError, Input, field};

/// Shows the records that make up a figure.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let fields = &look.fields;
    let explanation = Explanation {
        figure: fields.parsed("figure", Figure::parse)?,
        column: fields.word("column", &Measure::ALL, Measure::word)?,
        named_period: fields.owned("period"),
        objective: fields.owned("objective"),
        period: fields.period(look.actor.today)?,
        narrowing: fields.narrowing()?,
    };
    look.read(Access::Read, |books, days| {
        let made = explanation.run(books, days)?;
        if let Some(file) = download(look, &made, "figure")? {
            return Ok(file);
        }
        let sheet = chosen(look, made.sheet()?)?;
        let (title, lead) = (sheet.title.clone(), lead(&sheet));
        let page = Page::new(Section::Reports, title, shown(look, sheet, None));
        Ok(page.below("Reports", look.link("/reports")).lead(lead).into())
    })
}

/// Returns the form of the comparison, with what is wrong of it.
pub fn options(look: &Look<'_>, errors: &[FieldError]) -> Markup {
    let fields = &look.fields;
    html! {
        form.options method="get" action=(look.path) {
            div.choices {
                (field(&Field::new("earlier", "Earlier", Input::Text).hint("A day, or the number of a record"), fields, errors))
                (field(&Field::new("later", "Later", Input::Text).hint("Now if blank"), fields, errors))
                (field(&Field::new("fy", "Financial year", Input::Date).hint("2015-16"), fields, errors))
                (field(&Field::new("by", "Grouping", Input::Choice(By::ALL.into_iter().map(|by| (by.word().to_owned(), capital(by.word()))).collect())).value("theme"), fields, errors))
                (field(&Field::new("column", "Figure", Input::Choice(std::iter::once((String::new(), "All figures".to_owned())).chain(Measure::OF_LINES.into_iter().map(|it| (it.word().to_owned(), heading_of(it).to_owned()))).collect())), fields, errors))
                button.quiet { "Compare" }
            }
        }
    }
}

/// Compares a report as known at two times. Changes name users and times of recording, so they are for the office.
pub fn compare(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let fields = &look.fields;
    let by = fields.word("by", &By::ALL, By::word)?.unwrap_or(By::Theme);
    let column = fields.word("column", &Measure::OF_LINES, Measure::word)?;
    let today = look.actor.today;
    let comparison = Comparison {
        by,
        columns: column.into_iter().collect(),
        period: fields.period(today)?,
        narrowing: fields.narrowing()?,
    };
    let earlier = fields.time("earlier", today)?;
    let later = fields.time("later", today)?.or(look.view.known_at);
    look.read(Access::Read, |_, _| Ok(()))?;
    let form = options(look, &[]);
    let page = |body| Page::new(Section::Reports, "Compare", body).below("Reports", look.link("/reports"));
    let Some(earlier) = earlier else {
        if look.is_json {
            return Ok(Reply::not_chosen("earlier", "the earlier time"));
        }
        let lead = html! { "The records that changed each figure between two “as known at” dates." };
        return Ok(page(form).lead(lead).into());
    };
    let ledger = look.ledger(Access::Read)?;
    let earlier = as_known_at(ledger, earlier)?;
    let then = later.map(|later| as_known_at(ledger, later)).transpose()?;
    let books: &dyn Books = match &then {
        Some(then) => then,
        None => ledger,
    };
    if earlier.head().record > books.head().record {
        return Err(almoner_app::error::Error::refused(
            "not-in-order",
            "the earlier time is after the later one",
        )
        .advice("swap the two times")
        .into());
    }
    let days = View { known_at: later, audience: look.view.audience }.days(books, today);
    let made = comparison.run(&earlier, books, days, look.view.audience)?;
    if let Some(file) = download(look, &made, "changes")? {
        return Ok(file);
    }
    let sheet = chosen(look, made.sheet()?)?;
    let body = html! {
        (form)
        (crate::write::table::sheet(look, &sheet, crate::write::table::Shown { is_whole: fields.has("columns"), ..Default::default() }))
        (files(look))
    };
    Ok(page(body).lead(lead(&sheet)).into())
}
