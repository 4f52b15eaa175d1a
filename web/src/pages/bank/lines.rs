//! The lines of statements beside the books: what each is, or may be, and why.

use std::collections::BTreeSet;

use almoner_app::bank::{Moved, moved};
use almoner_imports::{Basis, Open, Suggestion};
use almoner_ledger::book::Books;
use almoner_ledger::book::bank::BankAccount;
use almoner_ledger::grants::GrantId;
use almoner_ledger::reconciliation::{LineState, ReconciledLine, RecordedLine};
use almoner_papers::sheet::in_a_sentence;
use maud::{Markup, html};

use crate::confidential;
use crate::fields::{Fields, encoded};
use crate::forms::bank::LINES;
use crate::look::{Look, Trouble};

/// The maximum number of suggestions that are shown for a line.
const SUGGESTED: usize = 3;

/// A line with what became of it.
pub struct Row<'a> {
    /// The line.
    pub line: &'a RecordedLine,
    /// What became of it.
    pub is: Is<'a>,
}

/// What became of a line.
pub enum Is<'a> {
    /// It is as the books have it.
    Recorded,
    /// Somebody decides it now.
    Decided,
    /// It is matched now, on this basis.
    Matched(Basis),
    /// It is open, and may be one of these.
    Open(&'a [Suggestion]),
}

impl<'a> Row<'a> {
    /// Returns a line as the books have it.
    pub fn of(line: &'a RecordedLine) -> Row<'a> {
        Row { line, is: Is::Recorded }
    }
}

/// Returns the table of lines. With `ticks`, suggestions and lines can be ticked; what was ticked before is.
pub fn table(
    look: &Look<'_>,
    books: &dyn Books,
    (caption, rows, items): (&str, &[Row<'_>], &[Open]),
    ticks: Option<(&Fields, &BankAccount)>,
) -> Result<Markup, Trouble> {
    let confidential = confidential_of(look, books, rows, items)?;
    let mut shown = Vec::new();
    for row in rows {
        shown.push((row.line, in_the_books(look, books, row, (items, &confidential), ticks)?, state(row)));
    }
    Ok(html! {
        div.scroll {
            table.bank {
                caption { (caption) }
                thead {
                    tr {
                        @if ticks.is_some() { th scope="col" { span.broad { "Explain" } span.under { "✓" span.unseen { "Explain" } } } }
                        th.day.broad scope="col" { "Date" }
                        th scope="col" { "Text" }
                        th.num scope="col" { "Amount" }
                        th scope="col" { "In the books" }
                        th.broad scope="col" { "State" }
                    }
                }
                tbody {
                    @for (line, content, state) in &shown {
                        @let date = line.line.date.in_words();
                        tr {
                            @if let Some((sent, _)) = ticks {
                                td.tick {
                                    @if let Some(place) = line.place() {
                                        @let place = place.to_string();
                                        input type="checkbox" name="line" value=(place) checked[sent.all("line").any(|it| it == place)]
                                            aria-label={ "Explain the line of " (words(line)) };
                                    }
                                }
                            }
                            td.day.broad { (date) }
                            th.words scope="row" {
                                (line.line.text)
                                @if let Some(reference) = &line.reference { " " span.why { (reference) } }
                                span.under { (date) " " (state) }
                            }
                            td class={ "num" @if line.line.amount.is_negative() { " neg" } } { (in_a_sentence(line.line.amount)) }
                            td.words { (content) }
                            td.broad { (state) }
                        }
                    }
                }
            }
        }
    })
}

/// Returns the confidential ones of the grants that the lines are, or may be.
fn confidential_of(
    look: &Look<'_>,
    books: &dyn Books,
    rows: &[Row<'_>],
    items: &[Open],
) -> Result<BTreeSet<GrantId>, Trouble> {
    let mut grants = BTreeSet::new();
    for row in rows {
        match (row.line.state(), &row.is) {
            (LineState::Matched(of) | LineState::Partly(of, _), _) => {
                for record in &of.records {
                    grants.extend(moved(books, *record)?.and_then(|it| it.grant));
                }
            }
            (LineState::Open, Is::Open(suggested)) => {
                let places = suggested.iter().take(SUGGESTED).flat_map(|it| &it.items);
                grants.extend(places.filter_map(|at| items.get(*at)?.at.grant.clone()));
            }
            (LineState::Open | LineState::Explained(..), _) => {}
        }
    }
    Ok(confidential::among(look, books, grants)?)
}

/// Returns a line in words, as labels name it.
pub fn words(line: &RecordedLine) -> String {
    format!("{}, {} {}", line.line.date.in_words(), in_a_sentence(line.line.amount), line.line.text)
}

fn state(row: &Row<'_>) -> Markup {
    html! {
        @match row.line.state() {
            LineState::Open => span.tag.bad { "open" },
            LineState::Matched(_) => span.tag.good { "matched" },
            LineState::Partly(..) => span.tag.good { "partly in these books" },
            LineState::Explained(..) => span.tag { "explained" },
        }
    }
}

/// Returns what a line is in the books, or may be, with the reason.
fn in_the_books(
    look: &Look<'_>,
    books: &dyn Books,
    row: &Row<'_>,
    (items, confidential): (&[Open], &BTreeSet<GrantId>),
    ticks: Option<(&Fields, &BankAccount)>,
) -> Result<Markup, Trouble> {
    let suggested = match &row.is {
        Is::Open(suggested) => *suggested,
        Is::Recorded | Is::Decided | Is::Matched(_) => &[],
    };
    let basis = match &row.is {
        Is::Matched(basis) => Some(basis.words()),
        Is::Decided => Some(""),
        Is::Recorded | Is::Open(_) => None,
    };
    Ok(match row.line.state() {
        LineState::Open => open(look, row.line, suggested, (items, confidential), ticks),
        LineState::Matched(of) => html! { (records(look, books, of, confidential)?) (why(look, of, basis)) },
        LineState::Partly(of, rest) => html! {
            (records(look, books, of, confidential)?)
            div {
                "Not in these books: " span.figure { (in_a_sentence(rest.amount)) }
                @if let Some(reason) = &rest.reason { ", " (reason) }
            }
            (why(look, of, basis))
        },
        LineState::Explained(of, explanation) => html! {
            (crate::remedies::capital(explanation.kind.words())) ": " (explanation.reason)
            (why(look, of, basis))
        },
    })
}

/// Returns the records that a line is.
fn records(
    look: &Look<'_>,
    books: &dyn Books,
    of: &ReconciledLine,
    confidential: &BTreeSet<GrantId>,
) -> Result<Markup, Trouble> {
    let mut all = Vec::new();
    for record in &of.records {
        all.push((record, moved(books, *record)?));
    }
    let is_several = all.len() > 1;
    Ok(html! {
        @for (record, moved) in &all {
            div {
                @match moved {
                    Some(it) => (one(look, it, is_several, confidential)),
                    None => a href=(look.link_to("records", &record.to_string())) { "record " (record) },
                }
            }
        }
        @if of.lines.len() > 1 { div.why { "together with " (of.lines.len() - 1) " more" } }
    })
}

fn one(look: &Look<'_>, it: &Moved, with_amount: bool, confidential: &BTreeSet<GrantId>) -> Markup {
    let record = look.link_to("records", &it.record.to_string());
    html! {
        @if let Some(grant) = &it.grant { a href=(look.link_to("grants", grant.as_str())) { (grant) } " " }
        a href=(record) { (it.what) " of " (it.date.in_words()) }
        @if with_amount { " " span.figure { (in_a_sentence(it.amount)) } }
        " " (it.name)
        @if it.grant.as_ref().is_some_and(|grant| confidential.contains(grant)) { (confidential::tag()) }
    }
}

/// Returns where the reconciliation is recorded, and its basis if it is made now.
fn why(look: &Look<'_>, of: &ReconciledLine, basis: Option<&str>) -> Markup {
    html! {
        div.why {
            @match basis {
                Some(basis) => (basis),
                None => a href=(look.link_to("records", &of.record.to_string())) { "record " (of.record) },
            }
        }
    }
}

/// Returns what a suggestion is as decisions name it: `15.2=13`.
fn value(line: &RecordedLine, suggestion: &Suggestion, items: &[Open]) -> Option<String> {
    let place = line.place()?;
    let records = suggestion.items.iter().filter_map(|at| items.get(*at));
    let records: Vec<String> = records.map(|item| item.at.record.to_string()).collect();
    let rest = suggestion.remainder.map(|rest| format!("+rest:{}", rest.size())).unwrap_or_default();
    Some(format!("{place}={}{rest}", records.join("+")))
}

/// Returns the suggestions for a line that can be ticked, as decisions name them.
pub fn accepted<'r>(row: &'r Row<'_>, items: &'r [Open]) -> impl Iterator<Item = String> + 'r {
    let suggested = match &row.is {
        Is::Open(suggested) => *suggested,
        Is::Recorded | Is::Decided | Is::Matched(_) => &[],
    };
    suggested.iter().take(SUGGESTED).filter_map(|it| value(row.line, it, items))
}

/// Returns the suggestions for an open line, none of them ticked by itself.
pub fn open(
    look: &Look<'_>,
    line: &RecordedLine,
    suggested: &[Suggestion],
    (items, confidential): (&[Open], &BTreeSet<GrantId>),
    ticks: Option<(&Fields, &BankAccount)>,
) -> Markup {
    html! {
        @for suggestion in suggested.iter().take(SUGGESTED) {
            @match (ticks, value(line, suggestion, items)) {
                (Some((sent, _)), Some(value)) => label.suggested {
                    input type="checkbox" name="match" checked[sent.all("match").any(|it| it == value)] value=(value);
                    span { (suggestion_words(suggestion, items, confidential)) span.unseen { ": line of " (words(line)) } }
                },
                _ => div { (suggestion_words(suggestion, items, confidential)) },
            }
        }
        @if suggested.is_empty() { span.dim { "No matching record" } }
        @if let (Some((_, account)), Some(place)) = (ticks, line.place()) {
            @let page = format!("/bank/{}/{LINES}", encoded(account.account.as_str()));
            div {
                a href=(look.link_with(&page, &[("on", &place.to_string())])) {
                    "Find or explain" span.unseen { ": " (words(line)) }
                }
            }
        }
    }
}

fn suggestion_words(suggestion: &Suggestion, items: &[Open], confidential: &BTreeSet<GrantId>) -> Markup {
    let found: Vec<&Open> = suggestion.items.iter().filter_map(|at| items.get(*at)).collect();
    let is_several = found.len() > 1 || suggestion.remainder.is_some();
    html! {
        @for (number, item) in found.iter().enumerate() {
            @if number > 0 { " + " }
            (item_words(item, is_several, confidential))
        }
        @if let Some(rest) = suggestion.remainder { " + " span.figure { (in_a_sentence(rest)) } " not in these books" }
        span.why.below { (suggestion.basis.words()) }
    }
}

/// Returns an open payment, refund or receipt as a choice: its amount first, so that amounts are below each other.
pub fn choice(item: &Open, confidential: &BTreeSet<GrantId>) -> Markup {
    html! { span.figure { (in_a_sentence(item.amount)) } span { (item_words(item, false, confidential)) } }
}

fn item_words(item: &Open, with_amount: bool, confidential: &BTreeSet<GrantId>) -> Markup {
    html! {
        (item.what)
        @if item.name != item.what { " " (item.name) }
        ", " span.day { (item.date.in_words()) }
        @if with_amount { " " span.figure { (in_a_sentence(item.amount)) } }
        @if let Some(reference) = &item.reference { ", " (reference) }
        @if item.at.grant.as_ref().is_some_and(|grant| confidential.contains(grant)) { (confidential::tag()) }
    }
}
