//! Importing: a file is sent, its plan is shown, rows with faults are corrected, and all of it is recorded or nothing.
//!
//! The file becomes a draft, whose page is the plan. Its id is the key under which the file is recorded, so that the
//! same draft is never recorded twice. A user has one file that is not recorded at a time.

mod columns;
mod done;
mod given;
mod plan;
mod prose;
mod rows;
mod statement;

use almoner_app::error::Error;
use almoner_app::importing::{Import, Planned, Tried, Verdict, label};
use almoner_app::recording::{Key, Request};
use almoner_app::requested::Requested;
use almoner_imports::{Kind, Profile, ReadFile, read_corrected, rejects as rejected_rows};
use almoner_papers::workbook::texts;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::actions::can_record;
use super::recording::recorded_under;
use crate::drafts::{Draft, key};
use crate::fields::Fields;
use crate::forms::WITHHOLDING;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::remedies;
use crate::reply::{File, Reply};
use crate::site::locked;
use crate::upload::Upload;
use crate::write::form::{Field, FieldError, Input, field, summary, token};
use almoner_ledger::hash::hex_of_bytes;
use given::{Given, NotTaken, PROSE};

pub use columns::{columns, match_columns, save};
pub use done::done;
pub use statement::{as_statement, send as send_statement};

/// The name of the drafts that are imports.
const FORM: &str = "import";
/// The step in which each row is checked against the books.
const DECIDING: &str = "Checking the rows";
/// The media type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The kinds of rows that are imported here.
fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.into_iter().filter(|kind| *kind != Kind::Statements)
}

/// Shows the form that sends a file.
pub fn ask(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    Ok(form_page(look, &[])?.into())
}

fn form_page(look: &Look<'_>, errors: &[FieldError]) -> Result<Page, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let unrecorded = unrecorded(look, false);
    let choices = std::iter::once((String::new(), "Detected from the file".to_owned()));
    let prose = (PROSE.to_owned(), "A list of decisions in prose".to_owned());
    let choices = choices.chain(
        kinds().map(|kind| (kind.word().to_owned(), almoner_app::importing::kind_title(kind).to_owned())),
    );
    let kind = Field::new("kind", "Rows", Input::Choice(choices.chain([prose]).collect()));
    let error = errors.iter().find(|error| error.name == "file");
    let body = html! {
        (summary(look, errors))
        @for (id, draft) in &unrecorded {
            div.notice {
                p {
                    "Current file: " a href=(look.link(&format!("/imports/{id}"))) { (draft.about) }
                    ", not recorded yet. Choosing another file replaces it."
                }
            }
        }
        @if can_record(look) {
            form.stack method="post" action=(look.link("/import")) enctype="multipart/form-data" {
                (token(look))
                div class={ "field" @if error.is_some() { " bad" } } {
                    label for="field-file" { "File" }
                    p.hint id="field-file-hint" { "Excel (.xlsx), OpenDocument (.ods), CSV or another text file, 360Giving (.json); a published list of decisions as Word (.docx), web page or text" }
                    @if let Some(error) = error { p.error id="field-file-error" { (remedies::sentence(&error.error.message)) } }
                    input type="file" id="field-file" name="file" aria-invalid=[error.map(|_| "true")]
                        aria-describedby=(if error.is_some() { "field-file-hint field-file-error" } else { "field-file-hint" });
                }
                (field(&kind, &look.fields, errors))
                div.buttons { button { "Check the file" } }
            }
        } @else {
            p { "Nothing can be imported here: the pages are read-only, or show the books as known at an earlier date." }
        }
    };
    let lead = html! {
        "The file is checked first: you see every row that would be recorded, correct those with errors, and then record the whole file or nothing."
    };
    Ok(Page::new(Section::Import, "Import a file", body).lead(lead))
}

/// Returns the user's import that is not recorded yet, or the bank statement whose columns are being chosen: a new file
/// of one sort does not replace a file of the other.
fn unrecorded(look: &Look<'_>, is_statement: bool) -> Vec<(String, Draft)> {
    let all = locked(&look.site.drafts).of_form(FORM, look.session.owner(), &look.actor.at);
    let files = locked(&look.site.files);
    // The file of what is recorded is removed.
    let is_such = |draft: &Draft| (Given::of(&draft.fields).kind == Some(Kind::Statements)) == is_statement;
    all.into_iter().filter(|(id, draft)| files.has(id) && is_such(draft)).collect()
}

/// Takes a file, and makes a draft of it in place of an earlier one.
pub fn send(look: &Look<'_>, sent: Fields, upload: Option<Upload>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let refused = |error: Error| {
        let error = FieldError { name: "file".to_owned(), error };
        Ok(Reply::Refused(form_page(look, &[error])?))
    };
    let Some(mut upload) = upload else {
        return refused(
            Error::refused("no-file", "no file was chosen, or it is empty").advice("choose the file"),
        );
    };
    let unread = |error| Error::unavailable("unreadable", format!("the file cannot be read: {error}"));
    let bytes = upload.bytes().map_err(unread)?;
    let name = upload.name.clone();
    let is_prose = sent.text("kind") == PROSE;
    let found = if is_prose {
        Err(NotTaken::Decisions)
    } else {
        Given::of(&sent).find(&name, &bytes, &look.site.profiles)
    };
    let given = match found {
        Ok(given) => given,
        Err(why) if prose::may_be(&why, &bytes) => match prose::drafted(look, &name, bytes) {
            Ok((given, draft)) => {
                upload = Upload::of(&name, &draft).map_err(|error| {
                    Error::unavailable("not-written", format!("the draft cannot be written: {error}"))
                })?;
                given
            }
            Err(error) if matches!(why, NotTaken::Decisions) => return refused(error),
            Err(_) => return refused(not_taken(&name, why)),
        },
        Err(why) => return refused(not_taken(&name, why)),
    };
    let unrecorded = unrecorded(look, false);
    if let Some((_, earlier)) = unrecorded.iter().find(|(id, _)| locked(&look.site.works).is_recording(id)) {
        let why = format!("`{}` is being recorded", earlier.about);
        return refused(
            Error::refused("being-recorded", why).advice("send this file once the other has been recorded"),
        );
    }
    Ok(Reply::See(replace_draft(look, &given, upload)?))
}

/// Makes a draft of a file in place of an earlier one, and returns the address of its page.
fn replace_draft(look: &Look<'_>, given: &Given, upload: Upload) -> Result<String, Trouble> {
    let id = hex_of_bytes(&look.site.program.random()?);
    for (earlier, _) in unrecorded(look, given.kind == Some(Kind::Statements)) {
        forget(look, &earlier);
    }
    look.site.add_draft(
        id.clone(),
        (FORM, &upload.name),
        look.session.owner(),
        given.fields(),
        &look.actor.at,
    );
    locked(&look.site.files).add(&id, upload);
    Ok(look.link(&format!("/imports/{id}")))
}

/// Returns the error of a file that is not taken.
fn not_taken(name: &str, why: NotTaken) -> Error {
    match why {
        NotTaken::Statement => Error::refused("needs-reconciling", format!("`{name}` is a bank statement"))
            .advice("upload it on the Bank page, where statements are reconciled"),
        NotTaken::Decisions => Error::refused("prose", format!("`{name}` is a list of decisions in prose"))
            .advice("send it again as a list of decisions"),
        NotTaken::Unreadable(error) => {
            Error::refused(error.code, format!("`{name}` cannot be read: {}", error.message))
                .advice(remedies::of_file(&error.next))
        }
    }
}

/// Removes an import with its file.
fn forget(look: &Look<'_>, id: &str) {
    locked(&look.site.files).remove(id);
    let removing = locked(&look.site.drafts).remove(id);
    look.site.note_unsaved(removing);
}

/// Removes an import with its file: nothing was recorded of it.
pub fn discard(look: &Look<'_>, _: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    if recorded_under(look, &id)?.is_some() {
        return Ok(Reply::See(look.link(&format!("/imports/{id}/done"))));
    }
    if draft_of(look, &id).is_ok() {
        forget(look, &id);
    }
    Ok(Reply::See(look.link("/import")))
}

fn draft_of(look: &Look<'_>, id: &str) -> Result<Draft, Error> {
    let draft = locked(&look.site.drafts).get(id, &look.actor.at).filter(|draft| draft.form == FORM);
    draft.ok_or_else(|| {
        Error::refused("no-draft", "this file is no longer available, and nothing was recorded from it")
            .advice("send the file again")
    })
}

/// A file of a draft that was read.
struct Opened {
    id: String,
    name: String,
    given: Given,
    profile: Option<Profile>,
    file: ReadFile,
    bytes: Vec<u8>,
    is_interrupted: bool,
}

impl Opened {
    /// Returns the import of it.
    fn import(&self) -> Import<'_> {
        Import { file: &self.file, options: self.given.options }
    }

    /// Returns the label of its batch in the journal.
    fn label(&self) -> String {
        label(&format!("import {}", self.file.kind.word()), &self.name)
    }

    /// Returns what is requested by recording it.
    fn requested(&self) -> Requested {
        let fields = self.given.fields();
        let fields = fields.without(&[]).map(|(name, value)| (name.to_owned(), value.to_owned()));
        Requested { command: format!("import {}", self.file.kind.word()), fields: fields.collect() }
    }
}

/// Reads the file of a draft; where to look if it has been recorded.
fn opened(look: &Look<'_>) -> Result<Result<Opened, Reply>, Trouble> {
    let id = look.part(0).to_owned();
    let done = || Reply::See(look.link(&format!("/imports/{id}/done")));
    // A statement that was read is the draft of a form.
    if locked(&look.site.drafts).get(&id, &look.actor.at).is_some_and(|draft| draft.form != FORM) {
        return Ok(Err(Reply::See(look.link(&format!("/drafts/{id}")))));
    }
    if recorded_under(look, &id)?.is_some() {
        return Ok(Err(done()));
    }
    let draft = draft_of(look, &id)?;
    let given = Given::of(&draft.fields);
    let bytes = match content(look, &id) {
        Ok(bytes) => bytes,
        // It is removed as soon as it is recorded.
        Err(_) if recorded_under(look, &id)?.is_some() => return Ok(Err(done())),
        Err(error) => return Err(error.into()),
    };
    let profile = given.profile(&look.site.profiles)?;
    look.progress.begin("Reading the file");
    let file = read_corrected(
        given.kind.unwrap_or(Kind::Payments),
        &draft.about,
        bytes.as_slice(),
        (profile.as_ref(), &given.layout()),
        given.corrections.clone(),
        &mut |done, all| look.progress.note(done, all),
    );
    let is_interrupted = draft.is_interrupted;
    Ok(Ok(Opened { id, name: draft.about, given, profile, file, bytes, is_interrupted }))
}

fn content(look: &Look<'_>, id: &str) -> Result<Vec<u8>, Error> {
    let content = locked(&look.site.files).content(id);
    let content = content
        .map_err(|error| Error::unavailable("unreadable", format!("the file cannot be read: {error}")))?;
    content.ok_or_else(|| {
        Error::refused("no-draft", "this file is no longer available").advice("send the file again")
    })
}

/// Plans a file, and records nothing.
fn tried(look: &Look<'_>, opened: &Opened) -> Result<Tried, Error> {
    let open = || look.site.office.open_undamaged(&look.actor, Access::Read);
    let ledger = look.opened(open)?;
    look.progress.begin(DECIDING);
    opened.import().tried(ledger, &look.actor, &mut |done, all| look.progress.note(done, all))
}

/// Shows the plan of a file.
pub fn show(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    if opened.file.kind == Kind::Statements {
        return statement::page(look, &opened, &[]);
    }
    let tried = tried(look, &opened)?;
    plan::page(look, &opened, tried, &[])
}

/// Takes corrections and choices, and makes the plan again.
pub fn retype(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let draft = draft_of(look, &id)?;
    let before = Given::of(&draft.fields);
    let mut given = Given {
        profile_text: before.profile_text.clone(),
        is_drafted: before.is_drafted,
        notes: before.notes.clone(),
        statement: before.statement.clone(),
        ..Given::of(&sent)
    };
    // What names no profile changes nothing.
    if given.profile(&look.site.profiles).is_err() {
        given.profile = before.profile.clone();
    }
    given.corrections = rows::corrected(before.corrections.clone(), &sent);
    given.is_sheet_found = before.is_sheet_found && given.sheet == before.sheet;
    // What was typed of one sheet is not of another.
    if given.sheet != before.sheet {
        given.corrections = Default::default();
    }
    if given.sheet != before.sheet || given.kind != before.kind {
        let bytes = content(look, &id)?;
        let sheet = given.sheet.clone();
        given = match given.find(&draft.about, &bytes, &look.site.profiles) {
            Ok(given) => given,
            Err(why) => {
                let name = if sheet == before.sheet { "kind" } else { "sheet" };
                return not_found(look, &before, &sent, (name, not_taken(&draft.about, why)));
            }
        };
        if given.is_drafted && given.kind != before.kind {
            prose::retyped(&mut given, &draft.about, &bytes);
        }
    }
    let saving = locked(&look.site.drafts).retype(&id, given.fields());
    look.site.note_unsaved(saving);
    Ok(Reply::See(look.link(&format!("/imports/{id}"))))
}

/// Shows the plan as it was, with what was typed in its rows, where the file has nothing of what was chosen.
fn not_found(
    look: &Look<'_>,
    before: &Given,
    sent: &Fields,
    (name, error): (&str, Error),
) -> Result<Reply, Trouble> {
    let corrections = rows::corrected(before.corrections.clone(), sent);
    let given = Given { corrections, ..before.clone() };
    let saving = locked(&look.site.drafts).retype(look.part(0), given.fields());
    look.site.note_unsaved(saving);
    let opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let tried = tried(look, &opened)?;
    plan::page(look, &opened, tried, &[FieldError { name: name.to_owned(), error }])
}

/// Records a file, when it is its turn: once, if it would be recorded as its plan showed.
pub fn record(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let done = Reply::See(look.link(&format!("/imports/{id}/done")));
    let noting = locked(&look.site.drafts).note_recording(&id, true);
    look.site.note_unsaved(noting);
    let (key, label, requested) = (key(&id), opened.label(), opened.requested());
    let request = Request {
        label: &label,
        key: Key::Given(&key),
        requested: Some(&requested),
        proposing: sent.text("proposing") == "yes",
        confirms_withholding: sent.text("confirm") == WITHHOLDING,
        shown: sent.get("seen"),
        ..Request::default()
    };
    let (import, today) = (opened.import(), look.actor.today);
    let recorded = look.site.office.record_checked(
        &look.actor,
        request,
        |_, draft| {
            look.progress.begin(DECIDING);
            Ok::<_, Error>(import.plan(draft, today, &mut |done, all| look.progress.note(done, all))?)
        },
        |plan, _| {
            look.progress.begin("Writing to the journal");
            match import.verdict(&plan) {
                Verdict::Recorded { .. } => Ok(Planned(Some(plan))),
                Verdict::Refused(_) => Err(Error::refused("stale", "the plan has changed")),
            }
        },
    );
    let noting = locked(&look.site.drafts).note_recording(&id, false);
    look.site.note_unsaved(noting);
    match recorded {
        Ok(recorded) if recorded.numbers.is_some() => {
            locked(&look.site.drafts).note_recorded(&id, recorded.head);
            match opened.given.is_drafted && opened.file.kind == Kind::Decisions {
                true => prose::go_on_with_awards(look, &opened)?,
                false => locked(&look.site.files).remove(&id),
            }
            Ok(done)
        }
        Ok(_) => Ok(Reply::See(look.link(&format!("/imports/{id}")))),
        Err(error) if matches!(error.code, "stale" | "hides-published") => {
            Ok(Reply::See(look.link_with(&format!("/imports/{id}"), &[("stale", "yes")])))
        }
        Err(error) => Err(error.into()),
    }
}

/// Sends the rejected rows with the reasons, as a workbook.
pub fn rejects(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let opened = match opened(look)? {
        Ok(opened) => opened,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let Tried { plan, .. } = tried(look, &opened)?;
    let rejected = rejected_rows(&opened.file, &plan, opened.profile.as_ref(), &remedies::of_file);
    let bytes = texts(rejected.header.as_deref(), &rejected.rows)
        .map_err(|why| Error::unavailable("not-written", format!("the workbook cannot be written: {why}")))?;
    let name = format!("rejected-{}.xlsx", opened.file.kind.word());
    Ok(Reply::File(File { name, kind: XLSX, bytes }))
}

/// Returns a page of a statement, below the form that took it.
fn framed_statement(look: &Look<'_>, title: String, here: &str, body: Markup) -> Page {
    let page = Page::new(Section::Bank, title, body).below("Bank", look.link("/bank"));
    page.below("Record a bank statement", look.link("/record/statement")).here(here)
}

/// Returns a page below the list of imports.
fn framed(look: &Look<'_>, title: String, here: &str, body: Markup) -> Page {
    Page::new(Section::Import, title, body).below("Import", look.link("/import")).here(here)
}
