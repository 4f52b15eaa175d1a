//! What a form shows: its fields, the check before recording, and that it is recorded already.

use almoner_app::approvals::{Choice, choice, waiting};
use almoner_app::confirmation::{
    AlreadyRecorded, AwardBalance, AwardPosition, Balances, BudgetBalance, NewRecords, PostedEntries,
};
use almoner_app::error::Remedy;
use almoner_app::narrative;
use almoner_app::people::UserLine;
use almoner_app::recording::{Effects, Recorded};
use almoner_ledger::allocation::Place;
use almoner_ledger::book::names::{fund_name, theme_name};
use almoner_ledger::book::{Books, registered};
use almoner_ledger::calendar::{Date, StatedDate};
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{Grant, GrantId};
use almoner_ledger::money::Money;
use almoner_ledger::recipients::RecipientId;
use almoner_ledger::remedy;
use almoner_ledger::text::Text;
use almoner_ledger::themes::ThemeId;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::super::approvals::pending_for;
use super::super::bank;
use super::super::entries::entries;
use super::super::options::bank_accounts;
use super::Asked;
use crate::confidential;
use crate::fields::{Fields, PARTS, ROWS, part_names, row_names};
use crate::forms::{About, Choices, Field, Further, Kind, Limit, POST_TO_CLOSED, PRIOR_PERIOD, Typed, limit};
use crate::frame::Page;
use crate::look::{Look, Trouble};
use crate::remedies;
use crate::write::form::{self, FieldError, Input, field, summary, token};
use crate::write::{facts, pounds};
use almoner_app::recording::digest;

/// The maximum number of recipients that are suggested.
const MOST_SUGGESTED: usize = 1_000;

/// Returns a form before anything is typed in it, with what its address answers.
pub fn first_page(look: &Look<'_>, asked: &Asked, action: &str) -> Result<Page, Trouble> {
    let begun = look.read(Access::Read, |books, _| Ok((asked.form.begins)(books, &asked.about)))?;
    form_page(look, asked, action, &look.fields.or(begun), &[])
}

/// Returns a form with what was typed, and the errors of it.
pub fn form_page(
    look: &Look<'_>,
    asked: &Asked,
    action: &str,
    sent: &Fields,
    errors: &[FieldError],
) -> Result<Page, Trouble> {
    if let Some(page) = bank::form_page(look, (asked.form, &asked.about), action, sent, errors)? {
        return Ok(page);
    }
    look.read(Access::Read, |books, _| {
        let (about, below) = about(look, books, asked)?;
        let form = asked.form;
        let (reference, by) = (books.reference(), look.actor.user.as_ref());
        let open_to = |it: &FieldError| FieldError {
            name: it.name.clone(),
            error: it.error.clone().open_to(&reference.authority, by),
        };
        let errors = &errors.iter().map(open_to).collect::<Vec<_>>();
        let mut fields = Vec::new();
        let adjusts = reference.closed.may_adjust_unasked(form.command)
            && reference.authority.may_adjust(by.map(Text::as_str));
        let is_shown = |it: &&Field| is_asked(it, sent, errors) || (adjusts && it.name == PRIOR_PERIOD.name);
        for it in form.asks().filter(is_shown) {
            let written = written(look, books, asked, it)?;
            // What leaves no choice is not asked.
            if !matches!(&written.input, Input::Choice(choices) if choices.len() < 2) {
                fields.push(field(&written, sent, errors));
            }
        }
        let typed = asked.typed(look, sent);
        let body = html! {
            (summary(look, errors))
            (pending(look, books, asked)?)
            form.stack method="post" action=(action) {
                (token(look))
                @for field in &fields { (field) }
                div.buttons {
                    button { "Check" }
                    (remedies::buttons(look, &typed, errors.iter().flat_map(|it| &it.error.remedies)))
                    a.button.quiet href=(asked.home(look)) { "Cancel" }
                }
            }
            (below)
        };
        Ok(asked.framed(look, form.title.to_owned(), body).lead(about))
    })
}

/// Returns a note on what awaits approval for the grant that a form is about.
fn pending(look: &Look<'_>, books: &dyn Books, asked: &Asked) -> Result<Markup, Trouble> {
    match (asked.form.about, GrantId::new(&asked.about)) {
        (About::Grant, Ok(id)) => pending_for(look, books, &id),
        _ => Ok(html! {}),
    }
}

/// Returns true if a field is asked: always, after certain errors, or because it was answered.
fn is_asked(field: &Field, sent: &Fields, errors: &[FieldError]) -> bool {
    let offers = |offers: fn(&remedy::Remedy) -> bool| {
        let mut remedies = errors.iter().flat_map(|it| &it.error.remedies);
        remedies.any(|it| matches!(it, Remedy::Books(it) if offers(it)))
    };
    if sent.has(field.name) {
        return true;
    }
    if field.name == POST_TO_CLOSED.name {
        return offers(remedy::Remedy::offers_closed_month);
    }
    if field.name == PRIOR_PERIOD.name {
        return offers(remedy::Remedy::offers_adjustment);
    }
    field.after.is_empty() || errors.iter().any(|error| field.after.contains(&error.error.code))
}

/// Returns a field as the writer of forms takes it.
fn written<'a>(
    look: &Look<'_>,
    books: &dyn Books,
    asked: &Asked,
    it: &'a Field,
) -> Result<form::Field<'a>, Trouble> {
    let input = match it.kind {
        Kind::Long | Kind::Content => Input::Long,
        Kind::Money | Kind::Amount => Input::Money,
        Kind::Date | Kind::Stated | Kind::Month | Kind::Year => Input::Date,
        Kind::Tick => Input::Tick,
        Kind::Choice(choices) => Input::Choice(listed(look, books, &asked.about, choices)?),
        Kind::Several(Choices::Of(all)) => Input::Several(owned(all)),
        Kind::Several(choices) => Input::Several(listed(look, books, &asked.about, choices)?),
        Kind::Split(choices) => Input::Split(listed(look, books, &asked.about, choices)?),
        Kind::Parts => {
            let named = |choices, first: &str| -> Result<Vec<(String, String)>, Trouble> {
                let all = listed(look, books, &asked.about, choices)?;
                let first = (String::new(), first.to_owned());
                Ok(std::iter::once(first).chain(all.into_iter().skip(1)).collect())
            };
            let funds = named(Choices::FundOrNotStated, "Fund …")?;
            Input::Parts { funds, themes: named(Choices::ThemeOrNone, "Theme …")? }
        }
        Kind::Limit => Input::Limit,
        Kind::Days | Kind::Count | Kind::Record => Input::Number,
        Kind::RecipientName => Input::Suggested(recipients(books)?),
        Kind::Account => Input::Suggested(bank_accounts(books).into_iter().collect()),
        Kind::Text
        | Kind::Decision
        | Kind::Grant
        | Kind::Recipient
        | Kind::Identifier
        | Kind::Paper
        | Kind::Decisions
        | Kind::Grants
        | Kind::Figure
        | Kind::Period
        | Kind::Key => Input::Text,
    };
    let mut written = form::Field::new(it.name, it.label, input);
    written.hint = it.hint;
    if it.is_today {
        written = written.value(look.actor.today.in_words());
    }
    Ok(written)
}

/// Returns the names of the recipients; none where there are too many to suggest.
fn recipients(books: &dyn Books) -> Result<Vec<String>, Trouble> {
    let mut names = Vec::new();
    books.each_recipient(&mut |recipient| {
        if recipient.is_known() && names.len() <= MOST_SUGGESTED {
            names.push(recipient.name().to_owned());
        }
        Ok(())
    })?;
    if names.len() > MOST_SUGGESTED {
        names.clear();
    }
    names.sort();
    Ok(names)
}

/// Returns the values of a list with their labels.
fn owned(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(value, label)| ((*value).to_owned(), (*label).to_owned())).collect()
}

/// Returns the proposals about which the user may do something, in words.
fn proposals(
    look: &Look<'_>,
    books: &dyn Books,
    may: fn(&Choice) -> bool,
) -> Result<Vec<(String, String)>, Trouble> {
    let mut all = Vec::new();
    for it in waiting(books)? {
        if may(&choice(books, &look.actor, it.record)?) {
            all.push((it.record.to_string(), it.words()));
        }
    }
    Ok(all)
}

fn listed(
    look: &Look<'_>,
    books: &dyn Books,
    about: &str,
    choices: Choices,
) -> Result<Vec<(String, String)>, Trouble> {
    let reference = books.reference();
    let funds = || {
        let known = reference.funds.values().filter(|fund| !fund.id.is_unstated());
        known.map(|fund| (fund.id.to_string(), fund.name.to_string()))
    };
    let themes = || {
        let known = reference.themes.values().filter(|theme| !theme.id.is_unallocated());
        known.map(|theme| (theme.id.to_string(), theme.name.to_string()))
    };
    let first = |label: &str| std::iter::once((String::new(), label.to_owned()));
    let chosen = first("Choose …");
    Ok(match choices {
        Choices::Funds => chosen.chain(funds()).collect(),
        Choices::FundOrNotStated => {
            let unstated = (FundId::unstated().to_string(), "Not stated".to_owned());
            chosen.chain(funds()).chain([unstated]).collect()
        }
        Choices::Themes => chosen.chain(themes()).collect(),
        Choices::ThemeOrNone => {
            let none = (ThemeId::unallocated().to_string(), "Not allocated to a theme".to_owned());
            chosen.chain(themes()).chain([none]).collect()
        }
        Choices::PartOrAll => {
            let grant = GrantId::new(about).ok().map(|id| books.grant(&id)).transpose()?.flatten();
            let division = grant.as_deref().and_then(Grant::division);
            let name = |place: &Place<'_>| {
                let fund = fund_name(books, place.fund.as_str());
                let theme = theme_name(books, place.theme.as_str());
                (place.to_string(), format!("{fund}, {theme}"))
            };
            let parts: Vec<(String, String)> =
                division.iter().flat_map(|division| division.places()).map(|place| name(&place)).collect();
            match parts.len() > 1 {
                true => first("All in proportion").chain(parts).collect(),
                false => Vec::new(),
            }
        }
        Choices::ToApprove => proposals(look, books, |it| matches!(it, Choice::Decide))?,
        Choices::ToReject => proposals(look, books, Choice::rejects)?,
        Choices::Of(all) => chosen.chain(owned(all)).collect(),
    })
}

/// Returns a sentence about what the form is about and what it does, and the entries of a record that it is about.
fn about(look: &Look<'_>, books: &dyn Books, asked: &Asked) -> Result<(Markup, Markup), Trouble> {
    let lead = asked.form.lead;
    match asked.form.about {
        About::Office | About::Account => Ok((html! { (lead) }, html! {})),
        About::Grant => {
            let id = GrantId::new(&asked.about).map_err(|_| Trouble::Missing)?;
            let grant = books.grant(&id)?.filter(|it| it.award().is_some()).ok_or(Trouble::Missing)?;
            let about = about_grant(books, &grant)?;
            let is_confidential = !confidential::among(look, books, [id])?.is_empty();
            Ok((html! { (about) @if is_confidential { (confidential::MEANING) ". " } (lead) }, html! {}))
        }
        About::Decision => {
            let id = DecisionId::new(&asked.about).map_err(|_| Trouble::Missing)?;
            let known = registered(books, &id)?.ok_or(Trouble::Missing)?;
            let title = known.decision.title.as_ref().map(|title| format!(", {title}")).unwrap_or_default();
            Ok((html! { "Decision " (id) (title) ". " (lead) }, html! {}))
        }
        About::Recipient => {
            let id = RecipientId::new(&asked.about).map_err(|_| Trouble::Missing)?;
            let recipient = books.recipient(&id)?.filter(|it| it.is_known()).ok_or(Trouble::Missing)?;
            Ok((html! { (recipient.name()) ". " (lead) }, html! {}))
        }
        About::User => {
            let user = books.reference().authority.users.get(&asked.about).ok_or(Trouble::Missing)?;
            let line = UserLine::of(user);
            let roles = if line.roles.is_empty() { "no role".to_owned() } else { line.roles };
            Ok((html! { (line.name) ": " (roles) ". " (lead) }, html! {}))
        }
        About::Record => {
            let number = asked.about.parse().map_err(|_| Trouble::Missing)?;
            let record = books.record(number)?.ok_or(Trouble::Missing)?;
            let (sentence, details) = narrative::event_in_names(books, &record.event)?;
            let about =
                html! { a href=(asked.home(look)) { "Record " (number) } ": " (sentence) ". " (lead) };
            let entries = entries(books, &PostedEntries::of(&record.event))?;
            Ok((about, html! { @for detail in &details { p { (detail) } } (entries) }))
        }
    }
}

/// Returns a sentence about a grant.
fn about_grant(books: &dyn Books, grant: &Grant) -> Result<Markup, Trouble> {
    let Some(award) = grant.award() else { return Err(Trouble::Missing) };
    let name = narrative::recipient_name(books, &award.recipient)?;
    let position = AwardBalance::of(grant)?.position;
    Ok(html! {
        (name) ". "
        @if let Some(position) = position {
            "Awarded " (pounds(position.awarded)) ", paid " (pounds(position.paid)) ", balance " (pounds(position.balance)) ". "
        }
    })
}

/// Returns the check before recording.
pub fn check_page(
    look: &Look<'_>,
    (draft, asked): (&str, &Asked),
    typed: &Typed<'_>,
    (new, proposing): (&NewRecords<'_>, bool),
    tried: &Recorded<Effects>,
) -> Result<Page, Trouble> {
    let form = asked.form;
    let books = tried.books();
    let mut shown = Vec::new();
    for (words, posted) in new.records.iter().zip(&new.entries) {
        shown.push((words, entries(&*books, posted)?));
    }
    let budgets = budgets(&*books, &new.balances);
    let grants = tried.made.records.iter().filter_map(|record| record.event.grant().cloned());
    let confidential = confidential::among(look, &*books, grants)?;
    let ((stated, pending), changes) = look.read_of(&tried.ledger, look.view, Access::Read, |books, _| {
        let stated = (stated(look, books, draft, asked, typed)?, pending(look, books, asked)?);
        let mut changes = Vec::new();
        for after in &new.balances.awards {
            let before = match books.grant(&after.award)? {
                Some(grant) => AwardBalance::of(&grant)?.position,
                None => None,
            };
            changes.push((after.award.to_string(), self::changes(before, after.position)));
        }
        Ok((stated, changes))
    })?;
    let own = if proposing { None } else { bank::check(look, typed, &tried.ledger)? };
    let action = look.link(&format!("/drafts/{draft}/record"));
    let recording = html! {
        form method="post" action=(action) {
            (token(look))
            input type="hidden" name="seen" value=(digest(&tried.made.records, tried.hidden.as_ref()));
            div.buttons {
                button { (if proposing { "Send for approval" } else { form.button }) }
                a.button.quiet href=(look.link_with(&format!("/drafts/{draft}"), &[("change", "yes")])) { "Change" }
                a.button.quiet href=(asked.home(look)) { "Cancel" }
            }
            @if proposing { p.hint { "A second user must approve it before it is recorded." } }
        }
    };
    let body = html! {
        @if look.fields.has("stale") {
            div.notice.warn role="alert" {
                p { strong { "Nothing was recorded." } " The books have changed since this was checked. Check again how it would be recorded now." }
            }
        }
        (confidential::hidden(tried.hidden.as_ref()))
        (confidential::notice(&confidential))
        (pending)
        @if let Some(own) = own { (own) (recording) }
        @else { div.cols.side {
            div {
                (facts(&stated.iter().map(|(label, value)| (*label, value.clone())).collect::<Vec<_>>()))
                @for (words, entries) in &shown {
                    p.said { (words.sentence) "." }
                    @for detail in &words.details { p { (detail) } }
                    (entries)
                }
                (recording)
            }
            aside.card aria-labelledby="changes" {
                h2 #changes { "What changes" }
                @if changes.is_empty() && new.balances.budgets.is_empty() {
                    p { (if proposing { "Nothing changes until it is approved." } else { "The amounts of grants do not change." }) }
                }
                @for (award, changes) in &changes { h3 { "Grant " (award) } (changes) }
                (budgets)
            }
        } }
    };
    let title = format!("Check before recording: {}", form.title.to_lowercase());
    Ok(asked.framed(look, title, body).lead(html! { "Nothing is recorded yet." }))
}

/// Returns the budgets that records change, as they are afterwards.
pub fn budgets(books: &dyn Books, balances: &Balances) -> Markup {
    let named = |fund: &FundId| fund_name(books, fund.as_str());
    let amount = |amount: Money| html! { (pounds(amount)) };
    let of = |it: &BudgetBalance| {
        let spent = format!("Expenditure to {}", it.as_at.in_words());
        let mut all = vec![
            ("Budget", it.budget.map_or_else(|| html! { "none is set" }, amount)),
            (spent.as_str(), amount(it.expenditure)),
        ];
        if !it.still_to_recognise.is_zero() {
            all.push(("Still to recognise", amount(it.still_to_recognise)));
        }
        if it.budget.is_some() {
            let (label, class) = match it.remaining.is_negative() {
                true => ("Over budget by", "neg"),
                false => ("Remaining", ""),
            };
            all.push((label, html! { span class=(class) { (pounds(it.remaining.size())) } }));
        }
        facts(&all)
    };
    html! {
        @for it in &balances.budgets { h3 { "Budget " (it.year) ": " (named(&it.fund)) } (of(it)) }
        @if balances.further_budgets > 0 { p.hint { "Budgets of " (balances.further_budgets) " more years change." } }
    }
}

/// Returns the answers of a form with links that change them.
fn stated(
    look: &Look<'_>,
    books: &dyn Books,
    draft: &str,
    asked: &Asked,
    typed: &Typed<'_>,
) -> Result<Vec<(&'static str, Markup)>, Trouble> {
    let mut stated = Vec::new();
    if let Some(place) = asked.form.about.place() {
        stated.push((place.noun, html! { a href=(asked.home(look)) { (asked.about) } }));
    }
    let address = look.link_with(&format!("/drafts/{draft}"), &[("change", "yes")]);
    for field in asked.form.asks() {
        let value = in_words(look, books, field, typed)?;
        let is_rare =
            matches!(field.kind, Kind::Tick | Kind::Limit | Kind::Parts | Kind::Choice(Choices::PartOrAll));
        let is_replaced = !field.unless.is_empty() && typed.has_parts(field.unless);
        let is_of_closed = [POST_TO_CLOSED.name, PRIOR_PERIOD.name].contains(&field.name);
        if value.is_none() && (is_rare || is_replaced || !field.after.is_empty() || is_of_closed) {
            continue;
        }
        stated.push((
            field.label,
            html! {
                @match &value {
                    Some(value) if matches!(field.kind, Kind::Money | Kind::Amount) => strong { (value) },
                    Some(value) => (value),
                    None => "–",
                }
                " " a href={ (address) "#field-" (field.name) } { "change" span.unseen { " " (field.label.to_lowercase()) } }
            },
        ));
    }
    Ok(stated)
}

/// Returns an answer as people write it; `None` if there is none.
fn in_words(
    look: &Look<'_>,
    books: &dyn Books,
    field: &Field,
    typed: &Typed<'_>,
) -> Result<Option<String>, Trouble> {
    let text = typed.fields.get(field.name);
    Ok(match field.kind {
        Kind::Money | Kind::Amount => typed.get::<Money>(field.name).map(pounds),
        Kind::Date if field.is_today => Some(typed.date(field.name).unwrap_or(typed.today).in_words()),
        Kind::Date => typed.date(field.name).map(Date::in_words),
        Kind::Stated => typed.stated(field.name).map(StatedDate::in_words),
        Kind::Tick => text.map(|_| "yes".to_owned()),
        Kind::Content => None,
        Kind::Choice(choices) => {
            let all = listed(look, books, typed.about, choices)?;
            let chosen = all.into_iter().find(|(value, _)| Some(value.as_str()) == text);
            chosen.filter(|(value, _)| !value.is_empty()).map(|(_, label)| label)
        }
        Kind::Several(choices) => {
            let all = listed(look, books, typed.about, choices)?;
            let label = |value: &str| {
                let known = all.iter().find(|(known, _)| known == value);
                known.map_or_else(|| value.to_owned(), |(_, label)| label.clone())
            };
            let chosen: Vec<String> = typed.fields.all(field.name).map(label).collect();
            (!chosen.is_empty()).then(|| chosen.join("; "))
        }
        Kind::Limit => match limit(typed.fields, field.name)? {
            Limit::Never => None,
            Limit::Always => Some("always".to_owned()),
            Limit::Over(amount) => Some(format!("over {}", pounds(amount))),
        },
        Kind::Days => typed.get::<u16>(field.name).map(|days| format!("{days} days")),
        Kind::Split(choices) => {
            let all = listed(look, books, typed.about, choices)?;
            let mut parts = Vec::new();
            for part in 0..PARTS {
                let (choice, share) = part_names(field.name, part);
                let Some(chosen) = typed.fields.get(&choice) else { continue };
                let label = all.iter().find(|(value, _)| value == chosen).map_or(chosen, |(_, label)| label);
                parts.push(format!("{label} {}", typed.fields.text(&share)).trim().to_owned());
            }
            (!parts.is_empty()).then(|| parts.join(", "))
        }
        Kind::Parts => {
            let parts = (0..ROWS).filter_map(|row| {
                let [fund, theme, amount] = row_names(field.name, row);
                let amount = typed.get::<Money>(&amount)?;
                let fund = fund_name(books, typed.fields.get(&fund)?);
                let theme = theme_name(books, typed.fields.get(&theme)?);
                Some(format!("{fund}, {theme}: {}", pounds(amount)))
            });
            let parts: Vec<String> = parts.collect();
            (!parts.is_empty()).then(|| parts.join("; "))
        }
        Kind::Text
        | Kind::RecipientName
        | Kind::Account
        | Kind::Long
        | Kind::Count
        | Kind::Month
        | Kind::Year
        | Kind::Decision
        | Kind::Grant
        | Kind::Recipient
        | Kind::Identifier
        | Kind::Paper
        | Kind::Decisions
        | Kind::Grants
        | Kind::Figure
        | Kind::Period
        | Kind::Key
        | Kind::Record => text.map(str::to_owned),
    })
}

/// Reads an amount of a position.
type Amount = fn(AwardPosition) -> Money;

/// Returns the amounts of a grant that change.
fn changes(before: Option<AwardPosition>, after: Option<AwardPosition>) -> Markup {
    let zero = |of: Option<AwardPosition>, amount: Amount| of.map_or(Money::ZERO, amount);
    let amounts: [(&str, Amount); 4] = [
        ("Awarded, less refunds", |it| it.awarded),
        ("Paid", |it| it.paid),
        ("Balance of award", |it| it.balance),
        ("Recovery due", |it| it.recovery_due),
    ];
    let all: Vec<(&str, Markup)> = amounts
        .into_iter()
        .map(|(label, amount)| (label, zero(before, amount), zero(after, amount)))
        .filter(|(_, before, after)| before != after)
        .map(|(label, before, after)| (label, html! { (pounds(before)) " → " (pounds(after)) }))
        .collect();
    html! {
        @if all.is_empty() { p { "The total awarded and the total paid do not change." } } @else { (facts(&all)) }
        @if let Some(after) = after.filter(|it| !it.instalments_beyond.is_zero()) {
            p.hint { "Unpaid instalments exceed the balance by " (pounds(after.instalments_beyond)) "." }
        }
    }
}

/// Returns the page of what is recorded already: to be recorded again only if that is meant.
pub fn already_page(
    look: &Look<'_>,
    asked: &Asked,
    action: &str,
    typed: &Fields,
    (already, tried): (&[AlreadyRecorded], &Recorded<Effects>),
) -> Result<Page, Trouble> {
    look.read_of(&tried.ledger, look.view, Access::Read, |_, _| Ok(()))?;
    let form = asked.form;
    let is_reversed = already.iter().any(|it| matches!(it, AlreadyRecorded::By { reversed_by: Some(_), .. }));
    let again = match form.further {
        Further::Another => Some(format!("This is a further {}", form.title.to_lowercase())),
        Further::IfReversed if is_reversed => Some("Record it again".to_owned()),
        Further::IfReversed | Further::Never => None,
    };
    let body = html! {
        div.notice.warn {
            p { strong { "Already recorded." } " Nothing is recorded now." }
            @for it in already {
                @if let AlreadyRecorded::By { record, reversed_by } = it {
                    p {
                        (remedies::sentence(record))
                        @if let Some(by) = reversed_by {
                            " It was reversed by " a href=(look.link_to("records", &by.to_string())) { "record " (by) } "."
                        }
                    }
                }
            }
        }
        form.stack method="post" action=(action) {
            (token(look))
            @for (name, value) in typed.without(&["token", "again", "confirm"]).filter(|_| again.is_some()) { input type="hidden" name=(name) value=(value); }
            div.buttons {
                a.button href=(asked.home(look)) {
                    (asked.home_words())
                }
                @if let Some(again) = again { button.quiet name="again" value="yes" { (again) } }
            }
        }
    };
    Ok(asked.framed(look, format!("Check before recording: {}", form.title.to_lowercase()), body))
}
