//! Budgets and funds: budgets against expenditure, each fund's figures, and money from funders.

use almoner_app::figures::{Narrowing, PeriodChoice, Report, Scope};
use almoner_ledger::book::Books;
use almoner_ledger::publication::{Publication, Subject};
use almoner_ledger::reports::By;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::{actions, can_record};
use super::links::figure_links;
use super::options::years;
use super::reports::{files, lead};
use crate::frame::{Page, Section, rest_of_address};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::write::form::{Field, Input, field};
use crate::write::pounds;
use crate::write::table::{self, Shown};

/// Shows budgets, funds and receipts of a year.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let chosen = look.fields.period(look.actor.today)?;
    look.read(Access::Read, |books, days| {
        let year = chosen.year().unwrap_or(days.known.financial_year());
        let period = PeriodChoice { year: Some(year), as_at: chosen.as_at, ..PeriodChoice::default() };
        let scope = || Scope { period, narrowing: Narrowing::default() };
        let budget = Report::Budget(scope()).run(books, days)?;
        if let Some(file) = super::reports::download(look, &budget, "budget")? {
            return Ok(file);
        }
        let budget = super::reports::chosen(look, budget.sheet()?)?;
        let funds = Report::Themes { by: By::Fund, chart: false, scope: scope() }.run(books, days)?.sheet()?;
        let links = |column: &_, row: &_, sheet: &_| figure_links(look, column, row, sheet);
        let shown = |caption| Shown { links: Some(&links), caption: Some(caption), is_bare: true, ..Shown::default() };
        let receipts: Vec<_> = books.reference().live_receipts().collect();
        let body = html! {
            form.options method="get" action="/budgets" {
                (rest_of_address(look, &["fy"]))
                div.choices {
                    (field(&Field::new("fy", "Financial year", Input::Choice(years(books, days.today))).value(year.to_string()), &look.fields, &[]))
                    button.quiet { "Show" }
                }
            }
            (actions(look, "actions for budgets and funds", &[
                ("Record money from a funder", look.link("/record/funding")),
                ("Set budget", look.link_with("/record/budget", &[("year", &year.to_string())])),
                ("Add theme", look.link("/record/theme")),
                ("Change name of theme", look.link("/record/theme-rename")),
                ("Add fund", look.link("/record/fund")),
                ("Change name of fund", look.link("/record/fund-rename")),
            ]))
            (table::sheet(look, &budget, shown("Budgets")))
            div.notes { @for note in budget.notes_on_paper() { p { (note) } } }
            (table::sheet(look, &funds, shown("Funds")))
            @if look.sees_office() {
                (publications(look, books))
                h2 { "Money from funders" }
                @if receipts.is_empty() { p.none { "No receipt is recorded." } }
                @else {
                    ul.plain {
                        @for it in &receipts {
                            li {
                                (it.receipt.date.in_words()) ": " (pounds(it.receipt.amount)) ", "
                                a href=(look.link_to("records", &it.record.to_string())) { "record " (it.record) }
                            }
                        }
                    }
                }
            }
            (files(look))
        };
        Ok(Page::new(Section::Budgets, format!("Budgets and funds, {year}"), body).lead(lead(&budget)).into())
    })
}

/// Lists themes and funds with what is said of their publication.
fn publications(look: &Look<'_>, books: &dyn Books) -> Markup {
    let reference = books.reference();
    let said = |of: Subject| match reference.publications.get(&of).map(|it| **it) {
        Some(Publication::Confidential) => "confidential, with every grant under it",
        Some(Publication::Public) => "public",
        None => "public once a public grant uses it",
    };
    let themes = reference
        .themes
        .iter()
        .map(|(id, it)| ("Theme", &it.name, said(Subject::Theme(id.clone())), it.record()));
    let funds = reference
        .funds
        .iter()
        .map(|(id, it)| ("Fund", &it.name, said(Subject::Fund(id.clone())), it.record()));
    html! {
        h2 { "Publication" }
        ul.plain {
            @for (what, name, said, record) in themes.chain(funds) {
                li {
                    (what) " " (name) ": " (said)
                    @if can_record(look) {
                        ". " a href=(look.link(&format!("/records/{record}/publication"))) { "Change" span.unseen { " for " (name) } }
                    }
                }
            }
        }
    }
}
