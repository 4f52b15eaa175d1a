//! A payment: form, check before recording, confirmation.
//!
//! The form posts to a draft, whose page is the check. Its id is the key under which it is recorded, so that the same
//! draft is never recorded twice.

use std::collections::BTreeMap;

use almoner_app::confirmation::{
    AwardBalance, AwardPosition, Confirmation, NewRecords, PostedEntries, proof,
};
use almoner_app::error::{Error, Remedy};
use almoner_app::intents;
use almoner_app::narrative;
use almoner_app::recording::{Effects, Key, Recorded, Request};
use almoner_app::requested::Requested;
use almoner_ledger::accounts::Account;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Options;
use almoner_ledger::entry::Posting;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Grant, GrantId, Payment};
use almoner_ledger::head::Head;
use almoner_ledger::money::Money;
use almoner_ledger::rejection::Field as Of;
use almoner_ledger::remedy;
use almoner_ledger::text::Text;
use almoner_ledger::themes::ThemeId;
use almoner_store::folder::Access;
use almoner_store::{Store, batch_of};
use maud::{Markup, html};

use crate::desk::hex;
use crate::drafts::{Draft, Kind, key};
use crate::fields::Fields;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::site::locked;
use crate::write::facts;
use crate::write::form::{Field, FieldError, Input, field, summary, token};

/// The number of dates whose entries are shown at once.
const DATES: usize = 3;

/// Shows the empty form.
pub fn form(look: &Look<'_>) -> Result<Reply, Trouble> {
    let id = grant_id(look, look.part(0))?;
    let action = look.link(&format!("/grants/{id}/pay"));
    Ok(form_page(look, &id, &action, &Fields::default(), &[])?.into())
}

/// Makes a draft of what was sent.
pub fn begin(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    let id = grant_id(look, look.part(0))?;
    let draft = hex(&look.site.program.random()?);
    locked(&look.site.drafts).add(draft.clone(), Kind::Pay, id.as_str(), sent);
    Ok(Reply::See(look.link(&format!("/drafts/{draft}"))))
}

/// Replaces what was typed in a draft.
pub fn retype(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0);
    locked(&look.site.drafts).retype(id, sent);
    Ok(Reply::See(look.link(&format!("/drafts/{id}"))))
}

/// Shows what a draft would record; its form again, if something is wrong or is to be changed.
pub fn check(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    if recorded_under(look, &id)?.is_some() {
        return Ok(Reply::See(look.link(&format!("/drafts/{id}/done"))));
    }
    let draft = draft_of(look, &id)?;
    let grant = grant_id(look, &draft.grant)?;
    let action = look.link(&format!("/drafts/{id}"));
    if look.fields.has("change") {
        return Ok(form_page(look, &grant, &action, &draft.fields, &[])?.into());
    }
    let typed = match Typed::of(look, &draft.fields) {
        Ok(typed) => typed,
        Err(errors) => return Ok(Reply::Refused(form_page(look, &grant, &action, &draft.fields, &errors)?)),
    };
    let (tried, proposing) = match typed.tried(look, &grant) {
        Ok(tried) => tried,
        Err(error) => {
            let errors = [at_field(error)];
            return Ok(Reply::Refused(form_page(look, &grant, &action, &draft.fields, &errors)?));
        }
    };
    let confirmation = Confirmation::of(&tried)?;
    let page = match &confirmation.recorded {
        Some(new) => check_page(look, &id, &grant, (&typed, new, proposing), &tried)?,
        None => already_page(look, &grant, &action, &draft.fields)?,
    };
    Ok(page.into())
}

/// Records a draft, once.
pub fn record(look: &Look<'_>, _: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let done = Reply::See(look.link(&format!("/drafts/{id}/done")));
    if recorded_under(look, &id)?.is_some() {
        return Ok(done);
    }
    let draft = draft_of(look, &id)?;
    let grant = grant_id(look, &draft.grant)?;
    let again = Reply::See(look.link(&format!("/drafts/{id}")));
    let Ok(typed) = Typed::of(look, &draft.fields) else { return Ok(again) };
    let Ok((_, proposing)) = typed.tried(look, &grant) else { return Ok(again) };
    locked(&look.site.drafts).note_tried(&id);
    let key = key(&id);
    let requested = typed.requested(&grant, proposing);
    let request =
        Request { key: Key::Given(&key), proposing, requested: Some(&requested), ..typed.request() };
    match typed.recorded(look, &grant, request) {
        Ok(recorded) => {
            locked(&look.site.drafts).note_recorded(&id, recorded.head);
            Ok(done)
        }
        // The check shows what changed meanwhile.
        Err(_) => Ok(again),
    }
}

/// Shows what was recorded of a draft, from the ledger: also after the pages were ended in between.
pub fn done(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let id = look.part(0).to_owned();
    let Some(last) = recorded_under(look, &id)? else {
        return Ok(Reply::See(look.link(&format!("/drafts/{id}"))));
    };
    look.read(Access::Totals, |_, _| Ok(()))?;
    let ledger = look.site.office.open_undamaged(&look.actor, Access::Read)?;
    let batch = batch_of(&ledger, last.record)?;
    let mut lines = Vec::new();
    for record in &batch.records {
        let (sentence, details) = narrative::event_words(&ledger, &record.event)?;
        let entries = entries(&ledger, &PostedEntries::of(&record.event))?;
        lines.push((record, sentence, details, entries));
    }
    let is_proposal =
        batch.records.iter().any(|record| ledger.reference().authority.pending.contains_key(&record.number));
    let grant = batch.records.iter().find_map(|record| record.event.grant().cloned());
    let proof = proof(&ledger, last).to_string();
    let body = html! {
        div.notice.good role="status" {
            p { strong { (if is_proposal { "Sent for approval." } else { "Recorded." }) } " Going back or reloading records nothing again." }
        }
        @for (record, sentence, details, entries) in &lines {
            p.said { a href=(look.link_to("records", &record.number.to_string())) { "Record " (record.number) } ": " (sentence) "." }
            @for detail in details { p { (detail) } }
            (entries)
        }
        (facts(&[("Proof", html! { code { (proof) } })]))
        div.buttons {
            @if let Some(grant) = &grant {
                a.button href=(look.link_to("grants", grant.as_str())) { "To the grant" }
                a.button.quiet href=(look.link(&format!("/grants/{grant}/pay"))) { "Record another payment" }
            }
        }
    };
    let title = if is_proposal { "Sent for approval" } else { "Payment recorded" };
    Ok(Page::new(Section::Grants, title, body).into())
}

fn draft_of(look: &Look<'_>, id: &str) -> Result<Draft, Trouble> {
    let draft = locked(&look.site.drafts).get(id);
    draft.ok_or_else(|| {
        Trouble::Error(
            Error::refused("no-draft", "this form is no longer here, and nothing was recorded from it")
                .advice("open the grant and fill in the form again"),
        )
    })
}

/// Returns the head after what was recorded of a draft, if it was.
///
/// The journal is asked only where this program does not know: a draft that is unknown may have been recorded before
/// the pages were ended, and of one that was tried, recording may have failed late.
fn recorded_under(look: &Look<'_>, id: &str) -> Result<Option<Head>, Trouble> {
    match locked(&look.site.drafts).get(id) {
        Some(Draft { recorded: Some(head), .. }) => return Ok(Some(head)),
        Some(Draft { is_tried: false, .. }) => return Ok(None),
        Some(_) | None => {}
    }
    let ledger = look.site.office.open_undamaged(&look.actor, Access::Totals)?;
    Ok(ledger.batch_with_key(&key(id))?)
}

fn grant_id(look: &Look<'_>, id: &str) -> Result<GrantId, Trouble> {
    look.for_the_office()?;
    GrantId::new(id).map_err(|_| Trouble::Missing)
}

/// What was typed, read.
struct Typed {
    payment: Payment,
    is_late: bool,
}

impl Typed {
    fn of(look: &Look<'_>, fields: &Fields) -> Result<Typed, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |name: &str, error: Error| errors.push(FieldError { name: name.to_owned(), error });
        let today = look.actor.today;
        let amount = match fields.get("amount").map(Money::parse) {
            Some(Ok(amount)) => Some(amount),
            Some(Err(error)) => {
                let hint = error.hint();
                wrong("amount", Error::refused("not-an-amount", error.to_string()).advice(hint));
                None
            }
            None => {
                wrong(
                    "amount",
                    Error::refused("not-stated", "the amount is missing").advice("enter the amount"),
                );
                None
            }
        };
        let date = fields.date("date", today).unwrap_or_else(|error| {
            wrong("date", error);
            None
        });
        let mut text = |name: &str| {
            fields.parsed(name, Text::new).unwrap_or_else(|error| {
                wrong(name, error);
                None
            })
        };
        let (reference, before_decision) = (text("reference"), text("reason"));
        match (amount, errors.is_empty()) {
            (Some(amount), true) => Ok(Typed {
                payment: Payment {
                    date: date.unwrap_or(today),
                    amount,
                    reference,
                    before_decision,
                    part: None,
                    again: fields.has("again"),
                },
                is_late: fields.has("late"),
            }),
            _ => Err(errors),
        }
    }

    /// Returns the request with its fields, as the command line names them.
    fn requested(&self, grant: &GrantId, proposing: bool) -> Requested {
        let Payment { date, amount, reference, before_decision, part: _, again } = &self.payment;
        let mut fields = vec![
            ("award".to_owned(), grant.to_string()),
            ("amount".to_owned(), amount.to_string()),
            ("date".to_owned(), date.to_string()),
        ];
        let texts = [("reference", reference), ("before_decision", before_decision)];
        fields.extend(
            texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.as_ref()?.to_string()))),
        );
        let flags = [("again", *again), ("late", self.is_late)];
        fields.extend(
            flags
                .into_iter()
                .filter(|(_, given)| *given)
                .map(|(name, _)| (name.to_owned(), "true".to_owned())),
        );
        Requested { command: if proposing { "propose pay" } else { "pay" }.to_owned(), fields }
    }

    fn request(&self) -> Request<'_> {
        Request { label: "pay", ..Request::default() }
    }

    fn recorded(
        &self,
        look: &Look<'_>,
        grant: &GrantId,
        request: Request<'_>,
    ) -> Result<Recorded<Effects>, Error> {
        let (late, again, today) = (self.is_late, self.payment.again, Some(look.actor.today));
        let options = Options { late, again, today, ..Options::default() };
        look.site.office.record(&look.actor, request, options, |books| {
            Ok::<_, Error>(vec![intents::pay(books, grant.clone(), self.payment.clone())?])
        })
    }

    /// Returns what would be recorded, and whether it would be proposed: where policy wants a second person.
    fn tried(&self, look: &Look<'_>, grant: &GrantId) -> Result<(Recorded<Effects>, bool), Error> {
        let request = Request { dry_run: true, ..self.request() };
        match self.recorded(look, grant, request) {
            Err(error) if error.code == "approval-needed" => {
                Ok((self.recorded(look, grant, Request { proposing: true, ..request })?, true))
            }
            tried => Ok((tried?, false)),
        }
    }
}

/// Returns an error at the field that it is about.
fn at_field(error: Error) -> FieldError {
    let name = match error.field {
        Some(Of::Amount) => "amount",
        Some(Of::Date | Of::Decided) => "date",
        Some(Of::Reason) => "reason",
        _ => "",
    };
    FieldError { name: name.to_owned(), error }
}

/// Returns the buttons of remedies that a form can take itself.
fn remedy_buttons(errors: &[FieldError]) -> Markup {
    let remedies = || errors.iter().flat_map(|it| &it.error.remedies);
    let first_open = remedies().find_map(|it| match it {
        Remedy::Books(
            remedy::Remedy::PostLate { first_open } | remedy::Remedy::PostLateOrToClosed { first_open },
        ) => Some(*first_open),
        _ => None,
    });
    html! {
        @if let Some(day) = first_open {
            button.quiet name="late" value="yes" { "Post on " (day.in_words()) ", keeping the date" }
        }
    }
}

fn form_page(
    look: &Look<'_>,
    id: &GrantId,
    action: &str,
    typed: &Fields,
    errors: &[FieldError],
) -> Result<Page, Trouble> {
    look.read(Access::Read, |books, _| {
        let grant = books.grant(id)?.filter(|it| it.award().is_some()).ok_or(Trouble::Missing)?;
        let about = about(books, &grant)?;
        let today = look.actor.today.in_words();
        let wants_reason = typed.has("reason")
            || errors.iter().any(|it| {
                it.error.remedies.contains(&Remedy::Books(remedy::Remedy::GiveReasonBeforeDecision))
            });
        let body = html! {
            (summary(look, errors))
            form.stack method="post" action=(action) {
                (token(look))
                (field(&Field::new("amount", "Amount", Input::Money).hint("In pounds: 5,000.00"), typed, errors))
                (field(&Field::new("date", "Date of payment", Input::Date).hint("The day at the bank: 15 Jun 2015").value(today), typed, errors))
                (field(&Field::new("reference", "Reference", Input::Text).hint("Of the finance system or the bank"), typed, errors))
                @if wants_reason {
                    (field(&Field::new("reason", "Reason for payment before the decision", Input::Text), typed, errors))
                }
                @if typed.has("late") { input type="hidden" name="late" value="yes"; }
                div.buttons {
                    button { "Check" }
                    (remedy_buttons(errors))
                    a.button.quiet href=(look.link_to("grants", id.as_str())) { "Cancel" }
                }
            }
        };
        let page = Page::new(Section::Grants, "Payment", body).below("Grants", look.link("/grants"));
        Ok(page.below(id.as_str(), look.link_to("grants", id.as_str())).lead(about))
    })
}

/// Returns a sentence about the grant that is paid.
fn about(books: &dyn Books, grant: &Grant) -> Result<Markup, Trouble> {
    let Some(award) = grant.award() else { return Err(Trouble::Missing) };
    let name = narrative::recipient_name(books, &award.recipient)?;
    let position = AwardBalance::of(grant)?.position;
    Ok(html! {
        (name) ". "
        @if let Some(position) = position {
            "Awarded £" (position.awarded.grouped()) ", paid £" (position.paid.grouped()) ", balance £" (position.balance.grouped()) "."
        }
    })
}

fn check_page(
    look: &Look<'_>,
    draft: &str,
    id: &GrantId,
    (typed, new, proposing): (&Typed, &NewRecords<'_>, bool),
    tried: &Recorded<Effects>,
) -> Result<Page, Trouble> {
    let before = look.read(Access::Read, |books, _| {
        let grant = books.grant(id)?.ok_or(Trouble::Missing)?;
        let recipient = match grant.award() {
            Some(award) => narrative::recipient_name(books, &award.recipient)?,
            None => String::new(),
        };
        Ok((AwardBalance::of(&grant)?.position, recipient))
    })?;
    let (before, recipient) = before;
    let after = new.balances.awards.iter().find(|it| it.award == *id).and_then(|it| it.position);
    let change = |name: &str| {
        let address = look.link_with(&format!("/drafts/{draft}"), &[("change", "yes")]);
        html! { " " a href={ (address) "#field-" (name) } { "change" span.unseen { " " (name) } } }
    };
    let Payment { date, amount, reference, before_decision, part: _, again: _ } = &typed.payment;
    let mut stated = vec![
        ("Grant", html! { (id) ", " (recipient) }),
        ("Amount", html! { strong { "£" (amount.grouped()) } (change("amount")) }),
        ("Date of payment", html! { (date.in_words()) (change("date")) }),
        (
            "Reference",
            html! {
                @match reference { Some(reference) => (reference), None => span.unstated { "not stated" } }
                (change("reference"))
            },
        ),
    ];
    stated.extend(before_decision.as_ref().map(|reason| ("Reason", html! { (reason) (change("reason")) })));
    let mut shown = Vec::new();
    for posted in &new.entries {
        shown.push(entries(&*tried.books(), posted)?);
    }
    let body = html! {
        div.cols.side {
            div {
                (facts(&stated))
                @for entries in &shown { (entries) }
                form method="post" action=(look.link(&format!("/drafts/{draft}/record"))) {
                    (token(look))
                    div.buttons {
                        button { (if proposing { "Send for approval" } else { "Record payment" }) }
                        a.button.quiet href=(look.link_to("grants", id.as_str())) { "Cancel" }
                    }
                    @if proposing { p.hint { "A second user approves it before it is recorded." } }
                }
            }
            aside.card aria-labelledby="changes" { h2 #changes { "What changes" } (changes(before, after)) }
        }
    };
    let page = Page::new(Section::Grants, "Check this payment", body).below("Grants", look.link("/grants"));
    Ok(page
        .below(id.as_str(), look.link_to("grants", id.as_str()))
        .lead(html! { "Nothing is recorded yet." }))
}

fn changes(before: Option<AwardPosition>, after: Option<AwardPosition>) -> Markup {
    let (Some(before), Some(after)) = (before, after) else {
        return html! { p { "Nothing changes before it is approved." } };
    };
    let line = |label, before: Money, after: Money| {
        (label, html! { "£" (before.grouped()) " → £" (after.grouped()) })
    };
    let mut all =
        vec![line("Paid", before.paid, after.paid), line("Balance of award", before.balance, after.balance)];
    if before.recovery_due != after.recovery_due {
        all.push(line("Recovery due", before.recovery_due, after.recovery_due));
    }
    html! {
        (facts(&all))
        @if !after.instalments_beyond.is_zero() {
            p.hint { "Unpaid instalments exceed the balance by £" (after.instalments_beyond.grouped()) "." }
        }
    }
}

/// Returns the page of a payment that is recorded already: to be recorded again only if it is a further one.
fn already_page(look: &Look<'_>, id: &GrantId, action: &str, typed: &Fields) -> Result<Page, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = html! {
        div.notice.warn {
            p { strong { "Already recorded." } " A payment of the same amount, date and reference is recorded for this grant. Nothing is recorded now." }
        }
        form.stack method="post" action=(action) {
            (token(look))
            @for (name, value) in typed.without(&["token", "again"]) { input type="hidden" name=(name) value=(value); }
            div.buttons {
                a.button href=(look.link_to("grants", id.as_str())) { "To the grant" }
                button.quiet name="again" value="yes" { "This is a further payment" }
            }
        }
    };
    let page = Page::new(Section::Grants, "Check this payment", body).below("Grants", look.link("/grants"));
    Ok(page.below(id.as_str(), look.link_to("grants", id.as_str())))
}

/// Returns an account in words.
const fn account_name(account: Account) -> &'static str {
    match account {
        Account::Bank => "Bank",
        Account::GrantControl => "Grant control",
        Account::RecoveriesDue => "Recoveries due",
        Account::ReceiptsInAdvance => "Receipts in advance",
        Account::OpeningReserves => "Opening reserves",
        Account::GrantsReceivable => "Income from funders",
        Account::GrantExpenditure => "Expenditure on grants",
        Account::EarlierYears => "Expenditure of earlier years",
        Account::Commitments => "Commitments",
        Account::AwardsOutstanding => "Awards outstanding",
        Account::AwardsMoved => "Awards moved",
        Account::Budget => "Budget",
        Account::BudgetControl => "Budget control",
    }
}

/// The effective and the posting date of entries.
type Days = (Date, Date);

/// Returns entries as debits and credits, by date.
pub fn entries(books: &dyn Books, posted: &PostedEntries<'_>) -> Result<Markup, Trouble> {
    let mut real: BTreeMap<Days, Vec<Posting<'_>>> = BTreeMap::new();
    let mut memorandum: BTreeMap<Days, Vec<Posting<'_>>> = BTreeMap::new();
    for posting in posted.shown.iter().flat_map(|it| it.postings()) {
        let groups = if posting.account.is_memorandum() { &mut memorandum } else { &mut real };
        groups.entry((posting.effective, posting.booked)).or_default().push(posting);
    }
    let draw = |groups: &BTreeMap<Days, Vec<Posting<'_>>>, what: &str| -> Result<Vec<Markup>, Trouble> {
        groups.iter().map(|(days, postings)| table(books, what, *days, postings)).collect()
    };
    let (real, memorandum) = (draw(&real, "Entry")?, draw(&memorandum, "Memorandum entry")?);
    let (first, more) = real.split_at(real.len().min(DATES));
    Ok(html! {
        @for table in first { (table) }
        @if !more.is_empty() {
            details { summary { "Entries of " (more.len()) " later dates" } @for table in more { (table) } }
        }
        @if !memorandum.is_empty() {
            details { summary { "Memorandum entries" } @for table in &memorandum { (table) } }
        }
        @if posted.omitted > 0 { p.hint { "Entries of " (posted.omitted) " more records are omitted." } }
    })
}

fn table(
    books: &dyn Books,
    what: &str,
    (effective, booked): Days,
    postings: &[Posting<'_>],
) -> Result<Markup, Trouble> {
    let fund = |id: &FundId| {
        books.reference().funds.get(id).map_or_else(|| id.to_string(), |fund| fund.name.to_string())
    };
    let theme = |id: Option<&ThemeId>| {
        let known = id.map(|id| {
            books.reference().themes.get(id).map_or_else(|| id.to_string(), |it| it.name.to_string())
        });
        known.unwrap_or_default()
    };
    let shown = |amount: Money| if amount.is_positive() { amount.grouped() } else { String::new() };
    let debit = Money::sum(postings.iter().map(|it| it.amount.max(Money::ZERO)))?;
    let credit = Money::sum(postings.iter().map(|it| it.amount.negated().max(Money::ZERO)))?;
    let dates = match effective == booked {
        true => effective.in_words(),
        false => format!("{}, posted {}", effective.in_words(), booked.in_words()),
    };
    let mut lines: Vec<&Posting<'_>> = postings.iter().collect();
    lines.sort_by_key(|it| it.amount.is_negative());
    Ok(html! {
        div.scroll role="region" aria-label={ (what) " of " (dates) } tabindex="0" {
            table.entry {
                caption { (what) ", " (dates) }
                thead { tr { th scope="col" { "Account" } th scope="col" { "Fund" } th scope="col" { "Theme" } th.num scope="col" { "Debit" } th.num scope="col" { "Credit" } } }
                tbody {
                    @for it in &lines {
                        tr {
                            th scope="row" { (account_name(it.account)) }
                            td { (fund(it.fund)) }
                            td { (theme(it.theme)) }
                            td.num { (shown(it.amount)) }
                            td.num { (shown(it.amount.negated())) }
                        }
                    }
                }
                tfoot { tr.total { th scope="row" { "Total" } td {} td {} td.num { (debit.grouped()) } td.num { (credit.grouped()) } } }
            }
        }
    })
}
