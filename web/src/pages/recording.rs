//! Recording: form, draft, check before recording, confirmation; the same for every form.
//!
//! The form posts to a draft, whose page is the check. Its id is the key under which it is recorded, so that the same
//! draft is never recorded twice.

mod shown;

use almoner_app::actor::Actor;
use almoner_app::bank::account_of;
use almoner_app::confirmation::{Balances, Confirmation, PostedEntries, Undo, proof, remarks, undo};
use almoner_app::error::Error;
use almoner_app::narrative;
use almoner_app::recording::{Effects, Key, Recorded, Request, digest};
use almoner_ledger::book::Books;
use almoner_ledger::hash::hex_of_bytes;
use almoner_ledger::head::Head;
use almoner_store::folder::Access;
use almoner_store::{Store, batch_of};
use maud::{Markup, html};

use super::approvals::approvers;
use super::bank;
use super::entries::entries;
use crate::confidential;
use crate::drafts::{Draft, key};
use crate::fields::{Fields, encoded};
use crate::forms::{self, About, Act, Form, Further, POST_TO_CLOSED, PRIOR_PERIOD, Typed, WITHHOLDING};
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::site::locked;
use crate::upload::Upload;
use crate::write::form::FieldError;
use crate::write::{facts, pounds};

/// A form, and the id of what it is about.
#[derive(Clone, Debug)]
pub struct Asked {
    form: &'static Form,
    about: String,
}

impl Asked {
    /// Returns what was typed in it.
    fn typed<'a>(&'a self, look: &'a Look<'_>, fields: &'a Fields) -> Typed<'a> {
        Typed {
            form: self.form,
            about: &self.about,
            fields,
            by: look.actor.user.as_ref(),
            today: look.actor.today,
        }
    }

    /// Returns the address of the form before there is a draft of it.
    fn address(&self, look: &Look<'_>) -> String {
        let word = self.form.word;
        look.link(&match self.form.about.place() {
            Some(place) => format!("/{}/{}/{word}", place.path, encoded(&self.about)),
            None => format!("/record/{word}"),
        })
    }

    /// Returns the address of the page that it is left for.
    fn home(&self, look: &Look<'_>) -> String {
        match self.form.about.place() {
            Some(place) => look.link_to(place.path, &self.about),
            None => look.link(self.form.section.path()),
        }
    }

    /// Returns what the page that it is left for is called.
    fn home_words(&self) -> String {
        self.form
            .about
            .place()
            .map_or_else(|| "Back".to_owned(), |it| format!("To the {}", it.noun.to_lowercase()))
    }

    /// Returns a page of the form, below what it is about.
    fn framed(&self, look: &Look<'_>, title: String, body: Markup) -> Page {
        let page = Page::new(self.form.section, title, body);
        let Some(place) = self.form.about.place() else { return page };
        let name = match self.form.about {
            About::Record => format!("Record {}", self.about),
            _ => self.about.clone(),
        };
        let (label, list) = place.list;
        page.below(label, look.link(list)).below(&name, self.home(look))
    }
}

/// Returns the form that an address names, about something of a kind.
pub fn asked(look: &Look<'_>, about: About) -> Result<Asked, Trouble> {
    look.for_the_office()?;
    let (id, word) = match about.place() {
        Some(_) => (look.part(0), look.part(1)),
        None => ("", look.part(0)),
    };
    let form = forms::find(about, word).ok_or(Trouble::Missing)?;
    Ok(Asked { form, about: about.id(id).ok_or(Trouble::Missing)? })
}

/// Returns the form of a name about nothing that is recorded yet.
pub fn form_named(look: &Look<'_>, about: About, word: &str) -> Result<Asked, Trouble> {
    look.for_the_office()?;
    let form = forms::find(about, word).ok_or(Trouble::Missing)?;
    Ok(Asked { form, about: String::new() })
}

/// Shows a form, with what its address already answers.
pub fn form(look: &Look<'_>, asked: Asked) -> Result<Reply, Trouble> {
    let action = asked.address(look);
    Ok(shown::first_page(look, &asked, &action)?.into())
}

/// Makes a draft of what was sent.
pub fn begin(look: &Look<'_>, asked: Asked, sent: Fields) -> Result<Reply, Trouble> {
    let draft = hex_of_bytes(&look.site.program.random()?);
    let of = (asked.form.label, asked.about.as_str());
    let shown = draft_shown(look, &draft, asked.form, &sent);
    look.site.add_draft(
        draft,
        of,
        look.session.owner(),
        replaced(typed_in(asked.form, sent)),
        &look.actor.at,
    );
    Ok(Reply::See(shown))
}

/// Returns the address of a draft: its check, or the page of lines that the form was sent for.
fn draft_shown(look: &Look<'_>, id: &str, form: &Form, sent: &Fields) -> String {
    let page = if is_of_lines(form) { bank::paging(sent) } else { None };
    let fields: Vec<(&str, &str)> =
        page.map(|page| [("change", "yes"), page]).into_iter().flatten().collect();
    look.link_with(&format!("/drafts/{id}"), &fields)
}

/// Returns what was typed in a form.
fn typed_in(form: &Form, sent: Fields) -> Fields {
    if is_of_lines(form) { bank::without_paging(&sent) } else { sent }
}

fn is_of_lines(form: &Form) -> bool {
    form.about == About::Account && form.word == forms::bank::LINES
}

/// Makes a draft of a bank statement that was read; else shows its form with the errors.
pub fn begin_statement(
    look: &Look<'_>,
    sent: &Fields,
    read: Result<Fields, Vec<FieldError>>,
) -> Result<Reply, Trouble> {
    let asked = form_named(look, About::Office, forms::bank::STATEMENT)?;
    match read {
        Ok(fields) => begin(look, asked, fields),
        Err(errors) => {
            let action = asked.address(look);
            Ok(Reply::Refused(shown::form_page(look, &asked, &action, sent, &errors)?))
        }
    }
}

/// Makes a draft of the decisions on lines of an account that a file has.
pub fn begin_decisions(look: &Look<'_>, _: Fields, file: Option<Upload>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let form = forms::find(About::Account, forms::bank::LINES).ok_or(Trouble::Missing)?;
    let about = About::Account.id(look.part(0)).ok_or(Trouble::Missing)?;
    let asked = Asked { form, about };
    match bank::decisions(file) {
        Ok(fields) => begin(look, asked, fields),
        Err(error) => {
            let errors = [FieldError { name: "decisions".to_owned(), error }];
            let action = asked.address(look);
            Ok(Reply::Refused(shown::form_page(look, &asked, &action, &Fields::default(), &errors)?))
        }
    }
}

/// Replaces what was typed in a draft.
pub fn retype(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0);
    let before = locked(&look.site.drafts).get(id, &look.actor.at);
    let (shown, sent) = match before.and_then(|draft| Some((forms::of_label(&draft.form)?, draft))) {
        Some((form, draft)) => {
            let shown = draft_shown(look, id, form, &sent);
            (shown, typed_in(form, sent).or(draft.fields.only(|name| form.keeps(name))))
        }
        None => (look.link(&format!("/drafts/{id}")), sent),
    };
    let saving = locked(&look.site.drafts).retype(id, replaced(sent));
    look.site.note_unsaved(saving);
    Ok(Reply::See(shown))
}

/// Puts the recipient chosen with a button in place of the one typed. What is posted late is not posted to the closed
/// month.
fn replaced(sent: Fields) -> Fields {
    let is_late = sent.text("confirm").split(' ').any(|it| it == "late");
    let sent = if is_late { sent.but(&[POST_TO_CLOSED.name, PRIOR_PERIOD.name]) } else { sent };
    let Some(chosen) = sent.owned("use_recipient") else { return sent };
    sent.but(&["use_recipient", "recipient"]).or(vec![("recipient".to_owned(), chosen)].into())
}

/// Shows what a draft would record; its form again, if something is wrong or is to be changed.
pub fn check(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    if recorded_under(look, &id)?.is_some() {
        return Ok(Reply::See(look.link(&format!("/drafts/{id}/done"))));
    }
    let (asked, draft) = draft_of(look, &id)?;
    let action = look.link(&format!("/drafts/{id}"));
    let of_days = if is_of_lines(asked.form) { bank::of_days(look, &draft.fields) } else { Vec::new() };
    if look.fields.has("change") {
        let page = shown::form_page(look, &asked, &action, &draft.fields, &of_days)?;
        return Ok(Reply::of(page, !of_days.is_empty()));
    }
    let typed = asked.typed(look, &draft.fields);
    let mut errors = forms::read(&typed);
    errors.extend(of_days.into_iter().map(|it| ("days", it.error)));
    let mut tried = None;
    if errors.is_empty() {
        match self::tried(look, &typed) {
            Ok(found) => tried = Some(found),
            Err(error) => errors.push((asked.form.blamed(&error, &typed), error)),
        }
    }
    let Some((tried, proposing)) = tried else {
        let errors = look.read(Access::Read, |books, _| Ok(asked.form.mistakes(errors, &typed, books)))?;
        let errors: Vec<FieldError> =
            errors.into_iter().map(|(name, error)| FieldError { name: name.to_owned(), error }).collect();
        return Ok(Reply::Refused(shown::form_page(look, &asked, &action, &draft.fields, &errors)?));
    };
    let confirmation = Confirmation::in_names(&tried)?;
    let page = match &confirmation.recorded {
        Some(new) => shown::check_page(look, (&id, &asked), &typed, (new, proposing), &tried)?,
        None => shown::already_page(look, &asked, &action, &draft.fields, (&confirmation.already, &tried))?,
    };
    Ok(page.into())
}

/// Records a draft, once, if it would be recorded as its check showed.
pub fn record(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let done = Reply::See(look.link(&format!("/drafts/{id}/done")));
    if recorded_under(look, &id)?.is_some() {
        return Ok(done);
    }
    let (asked, draft) = draft_of(look, &id)?;
    let again = Reply::See(look.link(&format!("/drafts/{id}")));
    let typed = asked.typed(look, &draft.fields);
    if !forms::read(&typed).is_empty() {
        return Ok(again);
    }
    let Ok((tried, proposing)) = tried(look, &typed) else { return Ok(again) };
    if sent.get("seen").is_some_and(|seen| seen != digest(&tried.made.records, tried.hidden.as_ref())) {
        return Ok(Reply::See(look.link_with(&format!("/drafts/{id}"), &[("stale", "yes")])));
    }
    drop(tried);
    locked(&look.site.drafts).note_tried(&id);
    let key = key(&id);
    let requested = typed.requested(proposing);
    let reason = typed.text(POST_TO_CLOSED.name);
    let actor = actor(look, &typed);
    let request = Request {
        post_to_closed: reason.as_ref(),
        key: Key::Given(&key),
        proposing,
        confirms_withholding: confirms_withholding(&typed),
        shown: sent.get("seen"),
        requested: Some(&requested),
        label: asked.form.label,
        ..Request::default()
    };
    let act = act(&typed)?;
    let options = typed.options();
    match look
        .site
        .office
        .record_drafted(&actor, request, |ledger, draft| act(ledger, draft, options.clone()))
    {
        Ok(recorded) if recorded.numbers.is_some() => {
            locked(&look.site.drafts).note_recorded(&id, recorded.head);
            Ok(done)
        }
        // The check shows what changed meanwhile.
        Ok(_) | Err(_) => Ok(again),
    }
}

/// Returns who records what was typed, with what was confirmed of the clock.
fn actor(look: &Look<'_>, typed: &Typed<'_>) -> Actor {
    Actor { is_clock_confirmed: typed.confirmed().any(|it| it == "clock"), ..look.actor.clone() }
}

/// Returns whether it is confirmed that what the public and the panel can see is to be withheld.
fn confirms_withholding(typed: &Typed<'_>) -> bool {
    typed.confirmed().any(|it| it == WITHHOLDING)
}

/// Returns what records what was typed.
fn act(typed: &Typed<'_>) -> Result<Act, Error> {
    let unread = || Error::refused("invalid-value", "the form cannot be read").advice("fill it in again");
    (typed.form.make)(typed).ok_or_else(unread)
}

/// Returns what would be recorded, and whether it would be proposed: where policy wants a second person. What is shown
/// of a refusal is of the same moment.
fn tried(look: &Look<'_>, typed: &Typed<'_>) -> Result<(Recorded<Effects>, bool), Error> {
    let act = act(typed)?;
    let reason = typed.text(POST_TO_CLOSED.name);
    let post_to_closed = reason.as_ref();
    let request = Request {
        post_to_closed,
        dry_run: true,
        confirms_withholding: confirms_withholding(typed),
        label: typed.form.label,
        ..Request::default()
    };
    let (actor, office) = (actor(look, typed), &look.site.office);
    let try_on = |ledger, request| {
        office.try_drafted(ledger, &actor, request, |ledger, draft| act(ledger, draft, typed.options()))
    };
    let refused = match try_on(office.open_undamaged(&look.actor, Access::Read)?, request) {
        Ok(tried) => return Ok((tried, false)),
        Err((ledger, error)) if error.may_be_proposed() => {
            try_on(*ledger, Request { proposing: true, ..request }).map(|tried| (tried, true))
        }
        Err(refused) => Err(refused),
    };
    refused.or_else(|(ledger, error)| look.opened(|| Ok(*ledger)).and(Err(error)))
}

/// Shows what was recorded of a draft, from the ledger: also after the pages were ended in between.
pub fn done(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let Some(last) = recorded_under(look, &id)? else {
        return Ok(Reply::See(look.link(&format!("/drafts/{id}"))));
    };
    look.read(Access::Read, |_, _| Ok(()))?;
    let ledger = look.ledger(Access::Read)?;
    let batch = batch_of(ledger, last.record)?;
    let form = forms::of_label(&batch.label);
    let mut lines = Vec::new();
    for record in &batch.records {
        let (sentence, mut details) = narrative::event_in_names(ledger, &record.event)?;
        details.extend(remarks(ledger, &record.event)?);
        let entries = entries(ledger, &PostedEntries::of(&record.event))?;
        lines.push((record, sentence, details, entries));
    }
    let grants = batch.records.iter().filter_map(|record| record.event.grant().cloned());
    let confidential = confidential::among(look, ledger, grants)?;
    // Later records have changed the balances meanwhile.
    let balances = match ledger.head() == last {
        true => Balances::after(ledger, &batch.records, true)?,
        false => Balances::default(),
    };
    let is_proposal =
        batch.records.iter().any(|record| ledger.reference().authority.pending.contains_key(&record.number));
    let grant = batch.records.iter().rev().find_map(|record| record.event.grant().cloned());
    let account = batch.records.iter().find_map(|record| account_of(&record.event));
    let undoing = if is_proposal { None } else { undo(&batch.records) };
    let undoing = undoing.map(|undo| match undo {
        Undo::Record(record) => ("Reverse", look.link(&format!("/records/{record}/reverse"))),
        Undo::Batch(record) => {
            ("Reverse all", look.link_with(&format!("/records/{record}/reverse"), &[("batch", "yes")]))
        }
        Undo::Reopen(month) => ("Reopen", look.link_with("/record/reopen", &[("month", &month.to_string())])),
    });
    let another = form.filter(|form| form.further == Further::Another);
    let proof = proof(ledger, last).to_string();
    let body = html! {
        div.notice.good role="status" {
            p { strong { (if is_proposal { "Sent for approval." } else { "Recorded." }) } " Going back or reloading does not record it again." }
            @if is_proposal { p { (approvers(ledger, last.record)) } }
        }
        (confidential::notice(&confidential))
        @for (record, sentence, details, entries) in &lines {
            p.said { a href=(look.link_to("records", &record.number.to_string())) { "Record " (record.number) } ": " (sentence) "." }
            @for detail in details { p { (detail) } }
            (entries)
        }
        @for it in &balances.awards {
            @if let Some(position) = it.position {
                p {
                    "Grant " (it.award) ": awarded " (pounds(position.awarded)) ", paid " (pounds(position.paid))
                    ", balance " (pounds(position.balance))
                    @if !position.recovery_due.is_zero() { ", recovery due " (pounds(position.recovery_due)) }
                    "."
                }
            }
        }
        (shown::budgets(ledger, &balances))
        (facts(&[("Proof", html! { code { (proof) } })]))
        div.buttons {
            @if let Some(grant) = &grant {
                a.button href=(look.link_to("grants", grant.as_str())) { "To the grant" }
            }
            @if let Some(account) = &account {
                a.button href=(look.link_to("bank", account)) { "To the bank account" }
            }
            @if let (Some(form), Some(grant)) = (another.filter(|form| form.about == About::Grant), &grant) {
                a.button.quiet href=(look.link(&format!("/grants/{}/{}", encoded(grant.as_str()), form.word))) {
                    "Record another " (form.title.to_lowercase())
                }
            }
            @if let Some(form) = form.filter(|form| form.about == About::Office) {
                a.button.quiet href=(look.link(&format!("/record/{}", form.word))) { "Record another " (form.title.to_lowercase()) }
            }
            @if let Some((words, address)) = undoing {
                a.button.quiet href=(address) { (words) }
            }
        }
    };
    let title = match (is_proposal, form) {
        (true, _) => "Sent for approval",
        (false, Some(form)) => form.done,
        (false, None) => "Recorded",
    };
    Ok(Page::new(form.map_or(Section::Log, |form| form.section), title, body).into())
}

fn draft_of(look: &Look<'_>, id: &str) -> Result<(Asked, Draft), Trouble> {
    let draft = locked(&look.site.drafts).get(id, &look.actor.at);
    let found = draft.and_then(|draft| {
        Some((Asked { form: forms::of_label(&draft.form)?, about: draft.about.clone() }, draft))
    });
    found.ok_or_else(|| {
        Trouble::Error(
            Error::refused("no-draft", "this form is no longer available, and nothing was recorded from it")
                .advice("fill in the form again"),
        )
    })
}

/// Returns the head after what was recorded of a draft, if it was.
///
/// The journal is asked only where this program does not know: a draft that is unknown may have been recorded before
/// the pages were ended, and of one that was tried, recording may have failed late.
pub fn recorded_under(look: &Look<'_>, id: &str) -> Result<Option<Head>, Trouble> {
    match locked(&look.site.drafts).get(id, &look.actor.at) {
        Some(Draft { recorded: Some(head), .. }) => return Ok(Some(head)),
        Some(Draft { is_tried: false, .. }) => return Ok(None),
        Some(_) | None => {}
    }
    Ok(look.ledger(Access::Read)?.batch_with_key(&key(id))?)
}
