//! The forms of the bank with what was typed: a statement to send, the lines of an account, and one line by hand.

use almoner_app::bank::{account, likely, suggestions};
use almoner_imports::{DAYS, Open};
use almoner_ledger::book::Books;
use almoner_ledger::book::bank::BankAccount;
use almoner_ledger::money::Money;
use almoner_ledger::reconciliation::{LineState, RecordedLine};
use almoner_papers::sheet::in_a_sentence;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::lines::{Row, choice, open, table, words};
use super::{
    account_link, account_page, explanation, lines_action, page_of_statement, period, statement,
    statement_link,
};
use crate::confidential;
use crate::fields::{Fields, encoded};
use crate::forms::bank::{LINES, STATEMENT};
use crate::forms::{About, Form};
use crate::frame::{Page, Section, same_view};
use crate::look::{Look, Trouble};
use crate::write::facts;
use crate::write::form::{Field, FieldError, Input, field, summary, token};

/// The maximum number of payments, refunds and receipts that are listed for a line.
const LISTED: usize = 25;
/// The maximum number of further open lines that are listed.
const FURTHER: usize = 50;

/// Returns the page of a form of the bank; `None` if the form is not of the bank.
pub fn form_page(
    look: &Look<'_>,
    (form, about): (&Form, &str),
    action: &str,
    sent: &Fields,
    errors: &[FieldError],
) -> Result<Option<Page>, Trouble> {
    let page = match (form.about, form.word) {
        (About::Office, STATEMENT) => statement::page(look, action, sent, errors)?,
        (About::Account, LINES) if sent.has("on") => line_page(look, about, action, sent, errors)?,
        (About::Account, LINES) if sent.has("statement") => {
            page_of_statement(look, (about, sent.text("statement")), action, sent, errors)?
        }
        (About::Account, LINES) => account_page(look, about, action, sent, errors)?,
        _ => return Ok(None),
    };
    Ok(Some(page))
}

/// Returns the page of a line: what it may be, whatever is open in the books, and an explanation.
fn line_page(
    look: &Look<'_>,
    about: &str,
    action: &str,
    sent: &Fields,
    errors: &[FieldError],
) -> Result<Page, Trouble> {
    look.read(Access::Read, |books, _| {
        let account = account(books, about)?.ok_or(Trouble::Missing)?;
        let named = sent.text("on");
        let is_named =
            |line: &&RecordedLine| line.places.iter().any(|place| place.to_string() == named);
        let line = account.lines.iter().find(is_named).ok_or(Trouble::Missing)?;
        let mut stated = vec![("Date", html! { (line.line.date.in_words()) })];
        stated.extend(line.reference.as_ref().map(|it| ("Bank reference", html! { (it) })));
        let on = account.statements.iter().filter(|it| line.places.iter().any(|place| place.statement == it.record));
        stated.extend(on.map(|it| {
            let link = statement_link(look, &account, it.record);
            ("Statement", html! { a href=(link) { (period(it.from, it.to)) } })
        }));
        let body = html! {
            (summary(look, errors))
            (facts(&stated))
            @match line.state() {
                LineState::Open => (by_hand(look, books, (&account, line), action, sent, errors)?),
                LineState::Matched(of) | LineState::Partly(of, _) | LineState::Explained(of, _) => {
                    (table(look, books, ("The line as recorded", &[Row::of(line)], &[]), None)?)
                    div.buttons { a.button.quiet href=(look.link(&format!("/records/{}/reverse", of.record))) { "Reverse" } }
                },
            }
        };
        let title = format!("{} {}", line.line.text, in_a_sentence(line.line.amount));
        let page = Page::new(Section::Bank, title, body).below("Bank", look.link("/bank"));
        let page = page.below(account.account.as_str(), account_link(look, &account));
        Ok(page.here(&format!("Line {named}")))
    })
}

fn by_hand(
    look: &Look<'_>,
    books: &dyn Books,
    (account, line): (&BankAccount, &RecordedLine),
    action: &str,
    sent: &Fields,
    errors: &[FieldError],
) -> Result<Markup, Trouble> {
    let found = suggestions(books, account, DAYS, |it| it.key() == line.key())?;
    let suggested = found.of.get(&line.key()).map(Vec::as_slice).unwrap_or_default();
    let q = look.fields.text("name").to_lowercase();
    let sum = Money::parse(&q).ok().map(Money::size);
    let is_wanted = |item: &Open| {
        let reference = item.reference.as_ref().map(|it| it.to_string()).unwrap_or_default();
        let texts = [item.what.as_str(), item.name.as_str(), &reference].map(str::to_lowercase);
        q.is_empty() || texts.iter().any(|it| it.contains(&q)) || sum == Some(item.amount.size())
    };
    let is_ticked = |item: &Open| sent.all("record").any(|it| it == item.at.record.to_string());
    let all: Vec<&Open> =
        likely(line, &found.items).into_iter().filter_map(|place| found.items.get(place)).collect();
    let (ticked, others): (Vec<&Open>, Vec<&Open>) = all.into_iter().partition(|item| is_ticked(item));
    let wanted: Vec<&Open> = others.into_iter().filter(|item| is_wanted(item)).collect();
    let more = wanted.len().saturating_sub(LISTED);
    let items: Vec<&Open> = ticked.into_iter().chain(wanted.into_iter().take(LISTED)).collect();
    let places = suggested.iter().flat_map(|it| &it.items).filter_map(|at| found.items.get(*at));
    let grants = items.iter().copied().chain(places).filter_map(|item| item.at.grant.clone());
    let confidential = confidential::among(look, books, grants)?;
    let place = line.place().map(|place| place.to_string()).unwrap_or_default();
    let further: Vec<&RecordedLine> = account
        .lines
        .iter()
        .filter(|it| it.is_open() && it.key() != line.key() && it.place().is_some())
        .collect();
    let own = lines_action(look, account.account.as_str());
    Ok(html! {
        @if !suggested.is_empty() {
            form.card method="post" action=(action) {
                h2 { "Suggestions" }
                (token(look))
                input type="hidden" name="on" value=(place);
                (open(look, line, suggested, (&found.items, &confidential), Some((sent, account))))
                div.buttons { button { "Check" } }
            }
        }
        section.card aria-labelledby="books" {
            h2 #books { "Match with the books" }
            form.inline method="get" action=(own) {
                (same_view(look))
                input type="hidden" name="on" value=(place);
                label for="field-name" { "Name, number, reference or amount" } " "
                input #field-name name="name" value=(look.fields.text("name")) autocomplete="off"; " "
                button.quiet.small { "Find" }
            }
            form method="post" action=(action) {
                (token(look))
                input type="hidden" name="on" value=(place);
                input type="hidden" name="of" value=(place);
                (errors_of("record", errors))
                div #field-record.several role="group" tabindex="-1" aria-label="Payments, refunds and receipts that are not reconciled" {
                    @for item in &items {
                        @let record = item.at.record.to_string();
                        label.suggested {
                            input type="checkbox" name="record" value=(record) checked[is_ticked(item)];
                            (choice(item, &confidential))
                        }
                    }
                    @if items.is_empty() { p.none { "The books have no unreconciled entries with the same sign." } }
                }
                @if more > 0 { p.hint { (more) " more that match less closely. Find them by name, number, reference or amount." } }
                @if !further.is_empty() {
                    details open[sent.has("with")] {
                        summary { "Together with other lines" }
                        div.several role="group" aria-label="Other open lines" {
                            @for other in further.iter().take(FURTHER) {
                                @let place = other.place().map(|place| place.to_string()).unwrap_or_default();
                                label.suggested {
                                    input type="checkbox" name="with" value=(place) checked[sent.all("with").any(|it| it == place)];
                                    span { (words(other)) }
                                }
                            }
                        }
                        @if further.len() > FURTHER {
                            p.hint { (further.len() - FURTHER) " more open lines are not listed here. They are on the account's page." }
                        }
                    }
                }
                details open[sent.has("rest") || sent.has("rest_reason")] {
                    summary { "Partly in these books" }
                    p.hint { "The part of the line that is not in these books, as in a payment run that also pays suppliers." }
                    div.choices {
                        (field(&Field::new("rest", "Not in these books", Input::Money), sent, errors))
                        (field(&Field::new("rest_reason", "Description", Input::Text), sent, errors))
                    }
                }
                div.buttons { button { "Check match" } }
            }
        }
        form.card method="post" action=(action) {
            h2 { "Explain" }
            p.hint { "For a line that is not in these books." }
            (token(look))
            input type="hidden" name="on" value=(place);
            input type="hidden" name="line" value=(place);
            div.choices { (explanation(sent, errors)) }
            div.buttons { button { "Check explanation" } a.button.quiet href=(account_link(look, account)) { "Cancel" } }
        }
    })
}

/// Returns the errors of a field that has no label of its own.
fn errors_of(name: &str, errors: &[FieldError]) -> Markup {
    html! {
        @for it in errors.iter().filter(|it| it.name == name) {
            div.field.bad { p.error { (crate::remedies::sentence(&it.error.message)) } }
        }
    }
}

/// Returns the form that takes a file of decisions.
pub fn file_of_decisions(look: &Look<'_>, account: &str, errors: &[FieldError]) -> Markup {
    let is_wrong = errors.iter().any(|it| it.name == "decisions");
    let action = look.link(&format!("/bank/{}/decisions", encoded(account)));
    html! {
        details.file open[is_wrong] {
            summary { "Decisions in a file" }
            form method="post" action=(action) enctype="multipart/form-data" {
                (token(look))
                (errors_of("decisions", errors))
                div.field {
                    label for="field-decisions" { "File of decisions" }
                    p.hint #field-decisions-hint {
                        "CSV with the columns line (or date, amount and text); records and rest, or explained; and reason."
                    }
                    input type="file" id="field-decisions" name="file" accept=".csv,.txt" aria-describedby="field-decisions-hint";
                }
                div.buttons { button.quiet { "Check decisions" } }
            }
        }
    }
}
