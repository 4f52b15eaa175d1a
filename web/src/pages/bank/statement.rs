//! A file from the bank: sent, read, and shown as a draft before it is recorded.

use almoner_app::error::Error;
use almoner_imports::{
    BankStatements, Delimiter, Diagnostic, Encoding, Kind, Layout, SHIPPED, bank_statements, cells, faults,
    read, recognised, shipped,
};
use almoner_ledger::book::bank::accounts;
use almoner_store::folder::Access;
use maud::{Markup, html};

use crate::fields::Fields;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::remedies::{of_file, sentence};
use crate::upload::Upload;
use crate::write::facts;
use crate::write::form::{Field, FieldError, Input, field, summary, token};

/// The maximum number of kinds of faults that are listed of a file.
const LISTED: usize = 50;

/// Returns the page of the form: to send a file, or what a file that was read is still asked about.
pub fn page(look: &Look<'_>, action: &str, sent: &Fields, errors: &[FieldError]) -> Result<Page, Trouble> {
    look.read(Access::Read, |books, _| {
        let known = accounts(books)?.into_iter().map(|it| it.account.to_string()).collect();
        let account = Field::new("account", "Bank account", Input::Suggested(known))
            .hint("Only if the statement does not name it: 20-00-00 12345678");
        let days = Field::new("days", "Days from payment to statement", Input::Text)
            .hint("The longest time between the two dates; 10 if blank");
        let is_read = sent.has("statements");
        let kind = if is_read { None } else { Some("multipart/form-data") };
        let typed = crate::forms::find(crate::forms::About::Office, crate::forms::bank::STATEMENT);
        let buttons = typed.map(|form| {
            let typed = crate::forms::Typed {
                form,
                about: "",
                fields: sent,
                by: look.actor.user.as_ref(),
                today: look.actor.today,
            };
            crate::remedies::buttons(look, &typed, errors.iter().flat_map(|it| &it.error.remedies))
        });
        let body = html! {
            (summary(look, errors))
            form.stack method="post" action=(action) enctype=[kind] {
                (token(look))
                @if is_read { (facts(&[("File", html! { (sent.text("file")) }), ("File format", html! { (sent.text("form")) })])) }
                @else { (file_field(errors)) }
                (field(&account, sent, errors))
                details.file open[!is_read && ["profile", "encoding", "delimiter", "sheet"].iter().any(|it| sent.has(it))] {
                    summary { "More options" }
                    (field(&days, sent, errors))
                    @if !is_read { @for it in reading() { (field(&it, sent, errors)) } }
                }
                div.buttons {
                    button { "Check" }
                    @if is_read { @if let Some(buttons) = buttons { (buttons) } }
                    a.button.quiet href=(look.link("/bank")) { "Cancel" }
                }
            }
        };
        let lead = html! {
            "A file from the bank: CSV, a workbook, CAMT.053 or MT940. It is checked first; the file itself is not stored."
        };
        Ok(Page::new(Section::Bank, "Record a bank statement", body).below("Bank", look.link("/bank")).lead(lead))
    })
}

fn file_field(errors: &[FieldError]) -> Markup {
    let error = errors.iter().find(|it| it.name == "file");
    html! {
        div class={ "field" @if error.is_some() { " bad" } } {
            label for="field-file" { "Statement" }
            @if let Some(error) = error { p.error id="field-file-error" { (sentence(&error.error.message)) } }
            input type="file" id="field-file" name="file" required
                aria-describedby=[error.map(|_| "field-file-error")] aria-invalid=[error.map(|_| "true")];
        }
    }
}

/// Returns how a file is read, where it cannot be found out.
fn reading() -> [Field<'static>; 4] {
    let detected = || std::iter::once((String::new(), "Detected".to_owned()));
    let named = |word: &'static str| (word.to_owned(), word.to_owned());
    let profiles = SHIPPED.iter().filter(|(name, _)| name.starts_with("statement-")).map(|(name, _)| {
        let about = shipped(name).and_then(Result::ok).map_or_else(|| (*name).to_owned(), |it| it.about);
        ((*name).to_owned(), about)
    });
    let columns = ("canonical".to_owned(), "Columns date, text, amount".to_owned());
    [
        Field::new(
            "profile",
            "File format",
            Input::Choice(detected().chain([columns]).chain(profiles).collect()),
        ),
        Field::new(
            "encoding",
            "Encoding",
            Input::Choice(detected().chain(Encoding::ALL.map(|it| named(it.word()))).collect()),
        ),
        Field::new(
            "delimiter",
            "Delimiter",
            Input::Choice(detected().chain(Delimiter::ALL.map(|it| named(it.word()))).collect()),
        ),
        Field::new("sheet", "Worksheet", Input::Text).hint("The first one if blank"),
    ]
}

/// Reads a statement that was sent, and returns the fields of its draft; else the errors of the form.
pub fn receive(sent: &Fields, file: Option<Upload>) -> Result<Fields, Vec<FieldError>> {
    let at = |name: &str, error: Error| vec![FieldError { name: name.to_owned(), error }];
    let Some(mut file) = file else {
        return Err(at("file", Error::refused("not-stated", "the file is missing, or empty")));
    };
    let (form, statements) = read_statement(&mut file, sent).map_err(|error| at("file", error))?;
    if !statements.diagnostics.is_empty() {
        return Err(of_faults(&statements.diagnostics));
    }
    if statements
        .statements
        .iter()
        .all(|it| it.lines.is_empty() && it.opening.is_none() && it.closing.is_none())
    {
        let error = Error::refused("no-lines", "the file contains no transactions and no balance")
            .advice("export the statement again, with its transactions");
        return Err(at("file", error));
    }
    let content = serde_json::to_string(&statements.statements)
        .map_err(|error| at("file", Error::refused("unreadable", error.to_string())))?;
    let breaks: Vec<String> = faults(&statements.breaks).iter().take(LISTED).map(without_file).collect();
    let fields =
        [("file", file.name), ("form", form), ("breaks", breaks.join("\n")), ("statements", content)];
    let fields: Vec<(String, String)> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Fields::from(fields).or(sent.but(&["token", "profile", "encoding", "delimiter", "sheet"])))
}

/// Returns the errors of the rows of a file, one for each kind of fault.
fn of_faults(diagnostics: &[Diagnostic]) -> Vec<FieldError> {
    let faults = faults(diagnostics);
    let error = |fault: &almoner_imports::Fault<'_>| FieldError {
        name: "file".to_owned(),
        error: Error::refused("bad-file", without_file(fault)).advice(fault.first.hint(&of_file)),
    };
    let mut errors: Vec<FieldError> = faults.iter().take(LISTED).map(error).collect();
    if faults.len() > LISTED {
        let more = Error::refused("bad-file", format!("{} more kinds of fault", faults.len() - LISTED));
        errors.push(FieldError { name: "file".to_owned(), error: more });
    }
    errors
}

/// Returns a fault of the file that was sent, whose name is known.
fn without_file(fault: &almoner_imports::Fault<'_>) -> String {
    let text = fault.to_string();
    text.strip_prefix(&format!("{}: ", fault.first.file)).map(str::to_owned).unwrap_or(text)
}

/// Returns the format of a file in words, and its statements.
fn read_statement(file: &mut Upload, sent: &Fields) -> Result<(String, BankStatements), Error> {
    let layout = Layout {
        encoding: sent.word("encoding", &Encoding::ALL, Encoding::word)?,
        delimiter: sent.word("delimiter", &Delimiter::ALL, Delimiter::word)?,
        sheet: sent.owned("sheet"),
    };
    let unread =
        |error: std::io::Error| Error::refused("unreadable", format!("the file cannot be read: {error}"));
    let name = file.name.clone();
    let bytes = file.bytes().map_err(unread)?;
    let profile = match sent.get("profile") {
        None => {
            if let Some(found) = recognised(&name, &bytes, &layout) {
                return Ok((found.form, found.statements));
            }
            None
        }
        Some("canonical") => None,
        Some(known) => {
            let unknown = || Error::refused("unknown-profile", format!("there is no file format `{known}`"));
            Some(
                shipped(known)
                    .and_then(Result::ok)
                    .filter(|it| it.kind == Kind::Statements)
                    .ok_or_else(unknown)?,
            )
        }
    };
    let read = read(Kind::Statements, &name, bytes.as_slice(), profile.as_ref(), &layout);
    let form = profile.map_or_else(|| "columns date, text, amount".to_owned(), |it| it.about);
    Ok((form, bank_statements(&read)))
}

/// Returns the fields of a draft of the decisions in a file, whose rows are read as any file's: from text of any
/// encoding, and from workbooks.
pub fn decisions(file: Option<Upload>) -> Result<Fields, Error> {
    let missing = || {
        Error::refused("not-stated", "the file of decisions is missing, or empty").advice("choose the file")
    };
    let mut file = file.ok_or_else(missing)?;
    let unread = |error: std::io::Error| {
        Error::refused("unreadable", format!("the file of decisions cannot be read: {error}"))
    };
    let rows = cells(file.bytes().map_err(unread)?, &Layout::default())
        .map_err(|error| Error::refused(error.code, error.message).advice(of_file(&error.next)))?;
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
    Ok(vec![("decisions".to_owned(), rows.iter().map(line).collect())].into())
}
