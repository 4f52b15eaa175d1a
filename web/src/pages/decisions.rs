//! The register of decisions with its gaps, and each decision.

use almoner_app::figures::Report;
use almoner_app::narrative::{self, Naming};
use almoner_app::shown::ShownDecision;
use almoner_ledger::book::{Books, registered};
use almoner_ledger::calendar::Date;
use almoner_ledger::checklist::Question;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::money::grouped;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::actions;
use super::reports::{chosen, download, files, run};
use crate::confidential;
use crate::fields::encoded;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::machine::made;
use crate::reply::Reply;
use crate::write::facts;
use crate::write::table::{self, Shown};

/// Lists the register.
pub fn list(look: &Look<'_>) -> Result<Reply, Trouble> {
    let period = look.fields.period(look.actor.today)?;
    let internal = look.sees_office();
    look.read(Access::Read, |books, days| {
        let (made, at) = run(look, books, days, &Report::Decisions { internal, period })?;
        if let Some(file) = download(look, &made, "decisions")? {
            return Ok(file);
        }
        let mut sheet = chosen(look, made.sheet()?)?;
        // The gaps are above the table.
        let gaps = std::mem::take(&mut sheet.notes);
        let (sheet, pages) = table::paged(look, sheet, at);
        let body = html! {
            @if !gaps.is_empty() {
                div.notice.warn { @for gap in &gaps { (shortened(gap)) } }
            }
            (actions(look, "", &[("Record decision", look.link("/record/decision"))]))
            (table::sheet(look, &sheet, Shown { is_whole: look.fields.has("columns"), ..Shown::default() }))
            (pages)
            (files(look))
        };
        Ok(Page::new(Section::Decisions, "Register of decisions", body).into())
    })
}

/// The number of gaps that are named at once.
const GAPS: usize = 12;

/// Returns a list in a sentence, of which only the first items are open if there are many.
fn shortened(list: &str) -> Markup {
    let items: Vec<&str> = list.split(", ").collect();
    html! {
        @match items.split_at_checked(GAPS) {
            Some((first, rest)) if !rest.is_empty() => {
                p { (first.join(", ")) " …" }
                details { summary { (grouped(&rest.len().to_string())) " more" } p { (rest.join(", ")) } }
            },
            _ => p { (list) },
        }
    }
}

/// Shows a decision. Of a confidential one, others than the office see what is published: number and title.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    let id = DecisionId::new(look.part(0)).map_err(|_| Trouble::Missing)?;
    look.read(Access::Read, |books, _| {
        let registered = registered(books, &id)?.ok_or(Trouble::Missing)?;
        if look.is_json {
            return Ok(made(ShownDecision::of(books, &registered, look.sees_office())?.json()?));
        }
        let decision = &registered.decision;
        let unstated = || html! { span.unstated { "not stated" } };
        let is_open = look.sees_office() || !decision.confidential;
        let mut stated = Vec::new();
        if is_open {
            stated.push(("Date", decision.date.map(Date::in_words).map_or_else(unstated, |it| html! { (it) })));
            let kind = decision.kind.map(|kind| kind.word().replace('-', " "));
            stated.push(("Kind", kind.map_or_else(unstated, |kind| html! { (kind) })));
            stated.extend(decision.summary.as_ref().map(|it| ("Summary", html! { (it) })));
        }
        if look.sees_office() {
            let record = registered.record.to_string();
            stated.push((
                "Last updated",
                html! { a href=(look.link_to("records", &record)) { "record " (record) } },
            ));
            if let Some(ground) = &decision.ground {
                stated.push(("Ground for withholding", html! { (ground) }));
            } else if decision.is_confidential() {
                stated.push(("Ground for withholding", unstated()));
            }
            for question in Question::ALL {
                if let Some(answer) = decision.checklist.answer(question) {
                    stated.push((question.words(), html! { (answer) }));
                }
            }
        }
        let mut acts = Vec::new();
        for id in &registered.grants {
            let Some(grant) = books.grant(id)? else { continue };
            for recorded in grant.live().filter(|it| it.fact.decision() == Some(&decision.id)) {
                let (sentence, _) = narrative::fact_words(Naming::of(books), books, id.as_str(), &recorded.fact)?;
                acts.push((id.clone(), sentence));
            }
        }
        let confidential = confidential::among(look, books, registered.grants.iter().cloned())?;
        let to = |word: &str| look.link(&format!("/decisions/{}/{word}", encoded(id.as_str())));
        let mut acts_on = vec![
            ("Record award", look.link_with("/record/award", &[("decision", id.as_str())])),
            ("Answer checklist", to("checklist")),
            ("State details", look.link_with("/record/decision", &[("decision", id.as_str())])),
        ];
        if (decision.is_confidential() || !confidential.is_empty()) && decision.ground.is_none() {
            acts_on.insert(0, ("Record ground for withholding", to("ground")));
        }
        let body = html! {
            (facts(&stated))
            (actions(look, "", &acts_on))
            @if is_open {
                h2 { "Grants based on it" }
                @if acts.is_empty() { p.none { "None." } }
                @else { ul.plain { @for (id, sentence) in &acts { li { a href=(look.link_to("grants", id.as_str())) { (id) } ": " (sentence) @if confidential.contains(id) { (confidential::tag()) } } } } }
            }
        };
        let title = decision.title.as_ref().map_or_else(|| format!("Decision {id}"), ToString::to_string);
        let mut page = Page::new(Section::Decisions, title, body).below("Decisions", look.link("/decisions"));
        if decision.confidential {
            page = page.tag("warn", "confidential");
        }
        Ok(page.lead(html! { "Decision " (id) }).into())
    })
}
