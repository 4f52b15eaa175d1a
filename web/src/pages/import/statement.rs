//! A bank statement in a form that is not known: its columns are chosen as those of any import, and may be saved as a
//! profile. What is read becomes the draft of the statement.

use almoner_imports::{BankStatement, BankStatements, Kind, bank_statements, guess};
use almoner_ledger::money::{Money, Overflow};
use almoner_papers::sheet::on_paper;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::super::bank::{self, Received};
use super::super::recording::begin_statement;
use super::columns::saving;
use super::given::{CANONICAL, DRAFTED, Given};
use super::plan::{profiles, to_check};
use super::{Opened, framed_statement, opened, replace_draft};
use crate::fields::Fields;
use crate::forms::bank::STATEMENT;
use crate::forms::{About, find};
use crate::look::{Look, Trouble};
use crate::remedies;
use crate::reply::Reply;
use crate::site::locked;
use crate::upload::Upload;
use crate::write::form::{Field, FieldError, Input, field, summary, token};

/// The number of lines of a statement that are shown.
const SHOWN: usize = 5;

/// Takes a statement file: makes its draft if it can be read; otherwise lets the user choose the columns.
pub fn send(look: &Look<'_>, sent: Fields, upload: Option<Upload>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let read = match bank::receive(look, &sent, upload) {
        Ok(Received::Unknown(upload, bytes)) => return choose_columns(look, &sent, upload, &bytes),
        Ok(Received::Read(fields)) => Ok(fields),
        Err(errors) => Err(errors),
    };
    begin_statement(look, &sent, read)
}

/// Saves a statement that no profile reads, and returns the page on which its columns are chosen.
fn choose_columns(look: &Look<'_>, sent: &Fields, upload: Upload, bytes: &[u8]) -> Result<Reply, Trouble> {
    let mut given = Given { kind: Some(Kind::Statements), profile: CANONICAL.to_owned(), ..Given::of(sent) };
    let guessed = guess(&upload.name, bytes, given.kind, &given.layout(), &remedies::of_file);
    let is_read = guessed.as_ref().is_ok_and(|it| it.reads_all);
    if let Ok(guess) = guessed {
        (given.profile, given.profile_text) = (DRAFTED.to_owned(), guess.profile);
    }
    let page = if is_read { "" } else { "/columns" };
    Ok(Reply::See(replace_draft(look, &given, upload)? + page))
}

/// Shows what is read of a statement.
pub fn page(look: &Look<'_>, opened: &Opened, errors: &[FieldError]) -> Result<Reply, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let found = bank_statements(&opened.file);
    let faults = bank::of_faults(&found.diagnostics);
    let wrong: Vec<FieldError> =
        faults.into_iter().map(|it| FieldError { name: String::new(), ..it }).collect();
    let is_wrong = !wrong.is_empty();
    let can_save = look.site.profiles.can_save() && opened.given.profile == DRAFTED && !is_wrong;
    let address = |end: &str| look.link(&format!("/imports/{}{end}", opened.id));
    let body = html! {
        (summary(look, errors))
        (summary(look, &wrong))
        (to_check(look, opened))
        @for statement in found.statements.iter().filter(|it| !it.lines.is_empty()) { (shown(statement)) }
        form method="post" action=(address("/statement")) {
            (token(look))
            div.buttons {
                @if !is_wrong && found.has_lines() { button { "Check statement" } }
                a.button.quiet href=(address("/columns")) { "Choose the columns" }
            }
        }
        @if can_save { (saving(look, opened, errors, "")) }
        form.plan method="post" action=(address("")) {
            (token(look))
            details #reading open[is_wrong] {
                summary { "How the file is read" }
                input type="hidden" name="kind" value=(Kind::Statements.word());
                (field(&Field::new("profile", "Profile", Input::Choice(profiles(look, opened))).value(&opened.given.profile), &Fields::default(), errors))
                div.buttons { button.quiet { "Read again" } }
            }
        }
        form.inline method="post" action=(address("/discard")) {
            (token(look))
            button.quiet.small { "Discard this file" }
        }
    };
    let page = framed_statement(look, opened.name.clone(), "Bank statement", body)
        .lead(html! { "Compare with the bank's statement. Nothing is recorded yet." });
    Ok(Reply::of(page, is_wrong || !errors.is_empty()))
}

/// Returns the sums of a statement, and its first lines.
fn shown(statement: &BankStatement) -> Markup {
    let sum = |is_wanted: fn(Money) -> bool| {
        let sum: Result<Money, Overflow> =
            Money::sum(statement.lines.iter().map(|it| it.amount).filter(|it| is_wanted(*it)));
        sum.map_or_else(|_| "too large".to_owned(), on_paper)
    };
    let money_in = sum(|it| !it.is_negative());
    let money_out = sum(Money::is_negative);
    let account = statement.account.as_ref().map_or("Account not named", |it| it.as_str());
    let stated = |balance: Option<Money>| balance.map_or_else(|| "not stated".to_owned(), on_paper);
    let (opening, closing) = (statement.opening.map(|it| it.amount), statement.closing.map(|it| it.amount));
    let more = statement.lines.len().saturating_sub(SHOWN);
    html! {
        div.scroll tabindex="0" role="region" aria-label=(account) {
            table.entry {
                caption { (account) }
                thead {
                    tr {
                        th scope="col" { "Date" }
                        th scope="col" { "Text" }
                        th.num scope="col" { "Amount" }
                        th.num scope="col" { "Balance" }
                    }
                }
                tbody {
                    tr { th scope="row" colspan="3" { "Opening balance" } td.num { (stated(opening)) } }
                    @for line in statement.lines.iter().take(SHOWN) {
                        tr {
                            td { (line.date.in_words()) }
                            td { (line.text) }
                            td.num { (on_paper(line.amount)) }
                            td.num { @if let Some(balance) = line.balance { (on_paper(balance)) } }
                        }
                    }
                    @if more > 0 { tr { td colspan="4" { "and " (more) " more" } } }
                    tr { th scope="row" colspan="2" { "Money in" } td.num { (money_in) } td {} }
                    tr { th scope="row" colspan="2" { "Money out" } td.num { (money_out) } td {} }
                    tr { th scope="row" colspan="3" { "Closing balance" } td.num { (stated(closing)) } }
                }
            }
        }
    }
}

/// Makes the draft of a statement of what was read, in place of the file.
pub fn as_statement(look: &Look<'_>, _: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if opened.file.kind != Kind::Statements {
        return Err(Trouble::Missing);
    }
    let form = find(About::Office, STATEMENT).ok_or(Trouble::Missing)?;
    let found: BankStatements = bank_statements(&opened.file);
    let about = match &opened.profile {
        Some(profile) if opened.given.profile != DRAFTED => profile.about.clone(),
        Some(_) => "columns as chosen".to_owned(),
        None => almoner_app::importing::COLUMNS.to_owned(),
    };
    match bank::draft(opened.name.clone(), about, &found) {
        Ok(fields) => {
            let fields = fields.or(opened.given.of_statement());
            look.site.add_draft(
                opened.id.clone(),
                (form.label, ""),
                look.session.owner(),
                fields,
                &look.actor.at,
            );
            locked(&look.site.files).remove(&opened.id);
            Ok(Reply::See(look.link(&format!("/drafts/{}", opened.id))))
        }
        Err(errors) => {
            let errors: Vec<FieldError> =
                errors.into_iter().map(|it| FieldError { name: String::new(), ..it }).collect();
            page(look, &opened, if found.diagnostics.is_empty() { &errors } else { &[] })
        }
    }
}
