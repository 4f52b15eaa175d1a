//! A file from the bank: sent, read, and shown as a draft before it is recorded.

use almoner_app::error::Error;
use almoner_app::importing::{COLUMNS, sheet_with_statement, statements};
use almoner_app::profiles::CANONICAL;
use almoner_imports::{
    BankStatements, Delimiter, Detected, Diagnostic, Encoding, Kind, Layout, ReadFile, Recognised,
    bank_statements, cells, faults, mapping, read, sheets,
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

/// The file format of a table whose columns somebody chooses.
const CHOSEN: &str = "columns";
/// The fields that say how a file is read.
const READING: [&str; 4] = ["profile", "encoding", "delimiter", "sheet"];
/// The maximum number of kinds of faults that are listed of a file.
const LISTED: usize = 50;

/// Returns the page of the form: to send a file, or what a file that was read is still asked about.
pub fn page(look: &Look<'_>, action: &str, sent: &Fields, errors: &[FieldError]) -> Result<Page, Trouble> {
    look.read(Access::Read, |books, _| {
        let known = accounts(books)?.into_iter().map(|it| it.account.to_string()).collect();
        let account = Field::new("account", "Bank account", Input::Suggested(known))
            .hint("Only if the statement does not name it: 20-00-00 12345678");
        let days = Field::new("days", "Maximum days from payment to statement", Input::Number)
            .hint("10 days if blank");
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
                details.file open[!is_read && READING.iter().any(|it| sent.has(it) || errors.iter().any(|error| error.name == *it))] {
                    summary { "More options" }
                    (field(&days, sent, errors))
                    @if !is_read { @for it in reading(look) { (field(&it, sent, errors)) } }
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
fn reading(look: &Look<'_>) -> [Field<'static>; 4] {
    let detected = || std::iter::once((String::new(), "Detected".to_owned()));
    let named = |word: &'static str| (word.to_owned(), word.to_owned());
    let saved = &look.site.profiles;
    let profiles = saved.all_names().into_iter().filter_map(|name| {
        let profile = saved.load(&name)?.ok().filter(|it| it.kind == Kind::Statements)?;
        Some((name, profile.about))
    });
    let columns = [(CANONICAL, "Columns date, text, amount"), (CHOSEN, "Other columns, which you choose")]
        .map(|(word, label)| (word.to_owned(), label.to_owned()));
    [
        Field::new(
            "profile",
            "File format",
            Input::Choice(detected().chain(columns).chain(profiles).collect()),
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
        Field::new("sheet", "Worksheet", Input::Text)
            .hint("For a workbook; leave blank if only one worksheet contains a statement"),
    ]
}

/// A statement that was sent.
pub enum Received {
    /// It was read: the fields of its draft.
    Read(Fields),
    /// It is a table whose columns are not known, with its content.
    Unknown(Upload, Vec<u8>),
}

/// Returns the error of a file that cannot be read.
fn unread(what: &str, error: std::io::Error) -> Error {
    Error::refused("unreadable", format!("{what} cannot be read: {error}"))
}

/// Reads a statement that was sent; else returns the errors of the form.
pub fn receive(look: &Look<'_>, sent: &Fields, file: Option<Upload>) -> Result<Received, Vec<FieldError>> {
    let at = |name: &str, error: Error| vec![FieldError { name: name.to_owned(), error }];
    let Some(mut file) = file else {
        return Err(at("file", Error::refused("not-stated", "the file is missing, or empty")));
    };
    let bytes = file.bytes().map_err(|error| at("file", unread("the file", error)))?;
    let found = read_statement(look, (&file.name, &bytes), sent);
    let Some((form, statements)) = found.map_err(|(name, error)| at(name, error))? else {
        return Ok(Received::Unknown(file, bytes));
    };
    let fields = draft(file.name, form, &statements)?;
    Ok(Received::Read(fields.or(sent.but(&READING).but(&["token"]))))
}

/// Returns the fields of the draft of a statement; else the errors of its file.
pub fn draft(name: String, form: String, read: &BankStatements) -> Result<Fields, Vec<FieldError>> {
    let at_file = |error: Error| vec![FieldError { name: "file".to_owned(), error }];
    if !read.diagnostics.is_empty() {
        return Err(of_faults(&read.diagnostics));
    }
    if read.statements.iter().all(|it| it.lines.is_empty() && it.opening.is_none() && it.closing.is_none()) {
        let error = Error::refused("no-lines", "the file contains no transactions and no balance")
            .advice("export the statement again, with its transactions");
        return Err(at_file(error));
    }
    let content = serde_json::to_string(&read.statements)
        .map_err(|error| at_file(Error::refused("unreadable", error.to_string())))?;
    let breaks: Vec<String> = faults(&read.breaks).iter().take(LISTED).map(without_file).collect();
    let fields = [("file", name), ("form", form), ("breaks", breaks.join("\n")), ("statements", content)];
    Ok(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>().into())
}

/// Returns the errors of the rows of a file, one for each kind of fault.
pub fn of_faults(diagnostics: &[Diagnostic]) -> Vec<FieldError> {
    let faults = faults(diagnostics);
    let error = |fault: &almoner_imports::Fault<'_>| FieldError {
        name: "file".to_owned(),
        error: Error::refused("bad-file", without_file(fault)).advice(fault.first.hint(&of_file)),
    };
    let mut errors: Vec<FieldError> = faults.iter().take(LISTED).map(error).collect();
    if faults.len() > LISTED {
        let more = Error::refused("bad-file", format!("{} more kinds of error", faults.len() - LISTED));
        errors.push(FieldError { name: "file".to_owned(), error: more });
    }
    errors
}

/// Returns a fault of the file that was sent, whose name is known.
fn without_file(fault: &almoner_imports::Fault<'_>) -> String {
    let text = fault.to_string();
    text.strip_prefix(&format!("{}: ", fault.first.file)).map(str::to_owned).unwrap_or(text)
}

/// Returns the format of a file in words, and its statements; `None` for a table whose columns are not known. An error
/// is at the field of this name.
fn read_statement(
    look: &Look<'_>,
    (name, bytes): (&str, &[u8]),
    sent: &Fields,
) -> Result<Option<(String, BankStatements)>, (&'static str, Error)> {
    let layout = Layout {
        encoding: sent
            .word("encoding", &Encoding::ALL, Encoding::word)
            .map_err(|error| ("encoding", error))?,
        delimiter: sent
            .word("delimiter", &Delimiter::ALL, Delimiter::word)
            .map_err(|error| ("delimiter", error))?,
        sheet: sent.owned("sheet"),
    };
    let profiles = &look.site.profiles;
    let is_unread = || read(Kind::Statements, name, bytes, None, &layout).detected().is_none();
    let is_unclear = layout.sheet.is_none() && sheets(bytes).len() > 1 && is_unread();
    let sheet = is_unclear.then(|| sheet_with_statement((name, bytes), &layout, profiles)).flatten();
    let of_sheet = sheet.as_ref().map(|sheet| format!(", sheet {sheet}")).unwrap_or_default();
    let layout = Layout { sheet: sheet.or(layout.sheet), ..layout };
    let by_columns = || read(Kind::Statements, name, bytes, None, &layout);
    let profile = match sent.get("profile") {
        None => {
            let mut found = statements((name, bytes), &layout, profiles);
            if found.len() > 1 {
                return Err(("profile", ambiguous(&found)));
            }
            if let Some(found) = found.pop() {
                return Ok(Some((found.form + &of_sheet, found.statements)));
            }
            let file = by_columns();
            if !file.is_whole() && is_openable(&file, bytes, &layout) {
                return Ok(None);
            }
            None
        }
        Some(CHOSEN) if is_openable(&by_columns(), bytes, &layout) => return Ok(None),
        Some(CANONICAL | CHOSEN) => None,
        Some(known) => {
            let unknown = || {
                let message = format!("there is no file format `{known}`");
                ("profile", Error::refused("unknown-profile", message))
            };
            let profile = profiles.load(known).and_then(Result::ok);
            Some(profile.filter(|it| it.kind == Kind::Statements).ok_or_else(unknown)?)
        }
    };
    let read = read(Kind::Statements, name, bytes, profile.as_ref(), &layout);
    let form = profile.map_or_else(|| COLUMNS.to_owned(), |it| it.about);
    Ok(Some((form + &of_sheet, bank_statements(&read))))
}

/// True for a table whose columns can be chosen.
fn is_openable(file: &ReadFile, bytes: &[u8], layout: &Layout) -> bool {
    !file.detected().is_some_and(Detected::is_form) && mapping(file, bytes, layout).is_ok()
}

/// Returns the error of a file that is read in several ways.
fn ambiguous(found: &[Recognised]) -> Error {
    let all: Vec<String> =
        found.iter().map(|it| it.profile.clone().unwrap_or_else(|| it.form.clone())).collect();
    Error::refused(
        "several-forms",
        format!(
            "the file can be read in {} ways, which give different figures: with {}",
            all.len(),
            all.join(", or with ")
        ),
    )
    .advice("choose the file format")
}

/// Returns the fields of a draft of the decisions in a file, whose rows are read as any file's: from text of any
/// encoding, and from workbooks.
pub fn decisions(file: Option<Upload>) -> Result<Fields, Error> {
    let missing = || {
        Error::refused("not-stated", "the file of decisions is missing, or empty").advice("choose the file")
    };
    let mut file = file.ok_or_else(missing)?;
    let bytes = file.bytes().map_err(|error| unread("the file of decisions", error))?;
    let rows = cells(bytes, &Layout::default())
        .map_err(|error| Error::refused(error.code, error.message).advice(of_file(&error.next)))?;
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n";
    Ok(vec![("decisions".to_owned(), rows.iter().map(line).collect())].into())
}
