//! Access tokens on the account page: a user's own, and for approvers those of all.

use almoner_app::error::Error;
use almoner_ledger::book::Books;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::present::{busy, present_password, wrong_present_password};
use crate::access_log::Event;
use crate::fields::Fields;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::remedies::sentence;
use crate::reply::Reply;
use crate::tokens::{NewToken, Scope, TokenLine, usual_last_day};
use crate::write::form::token;

/// Returns the tokens with what ends them; `is_of_all` names their users.
fn table(look: &Look<'_>, lines: &[TokenLine], is_of_all: bool) -> Markup {
    html! {
        div.scroll {
            table {
                caption.unseen { "Access tokens" }
                thead {
                    tr {
                        @if is_of_all { th scope="col" { "User" } }
                        th scope="col" { "Name" }
                        th scope="col" { "For" }
                        th scope="col" { "Last day" }
                        th scope="col" { "Last used" }
                        th scope="col" { span.unseen { "Revoke" } }
                    }
                }
                tbody {
                    @for line in lines {
                        tr {
                            @if is_of_all { td { (line.user) } }
                            td { (line.name) @if line.ended { " " span.tag { "ended" } } }
                            td { (for_words(line.scope)) }
                            td { (line.until.in_words()) }
                            td { @match line.used { Some(day) => (day.in_words()), None => "Never" } }
                            td {
                                form method="post" action=(look.link("/account/tokens/revoke")) {
                                    (token(look))
                                    input type="hidden" name="number" value=(line.token);
                                    @if is_of_all { input type="hidden" name="all" value="yes"; }
                                    button.quiet {
                                        "Revoke" span.unseen { " token " (line.name) " of " (line.user) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn for_words(scope: &str) -> &'static str {
    if scope == Scope::Record.word() { "Reading and recording" } else { "Reading" }
}

/// Returns the tokens of the users that `which` names.
fn lines(look: &Look<'_>, which: impl Fn(&TokenLine) -> bool) -> Result<Vec<TokenLine>, Trouble> {
    let entrance = look.entrance()?;
    look.read(Access::Totals, |books, _| {
        let users = &books.reference().authority.users;
        let mut lines = entrance.tokens.lines(users, look.actor.today)?;
        lines.retain(which);
        Ok(lines)
    })
}

/// Returns the user's own tokens, and the form of a new one with what was typed.
pub fn own(look: &Look<'_>, typed: &Fields) -> Result<Markup, Trouble> {
    let lines = lines(look, |it| it.user == look.session.owner())?;
    let until = typed.owned("until").unwrap_or_else(|| usual_last_day(look.actor.today).in_words());
    Ok(html! {
        h2 { "Access tokens" }
        p.hint {
            "An access token lets another program read what you can see in the ledger, or record what you may record, without signing in. \
             Give each program its own token."
        }
        @if !lines.is_empty() { (table(look, &lines, false)) }
        form method="post" action=(look.link("/account/tokens")) {
            (token(look))
            div.field {
                label for="token-name" { "Name of the program" }
                input id="token-name" name="name" type="text" value=(typed.text("name")) autocomplete="off" required;
            }
            div.field {
                label for="token-scope" { "For" }
                select id="token-scope" name="scope" {
                    option value="read" { "Reading" }
                    @if look.session.records() { option value="record" selected[typed.text("scope") == "record"] { "Reading and recording" } }
                }
            }
            div.field {
                label for="token-until" { "Last day" }
                p.hint id="token-until-hint" { "No later than one year from today" }
                input.date id="token-until" name="until" type="text" value=(until) autocomplete="off" aria-describedby="token-until-hint";
            }
            (present_password(look, "current-token")?)
            div.buttons { button.quiet { "Create access token" } }
        }
    })
}

/// Returns the tokens of all users, for approvers.
pub fn of_all(look: &Look<'_>) -> Result<Markup, Trouble> {
    let lines = lines(look, |_| true)?;
    Ok(html! {
        h2 { "Access tokens" }
        @if lines.is_empty() { p.none { "There are none." } } @else { (table(look, &lines, true)) }
    })
}

/// Returns what was typed of a new token.
fn typed(look: &Look<'_>, sent: &Fields) -> Result<NewToken, Error> {
    let name: Text = sent.text("name").parse()?;
    let scope = sent.word("scope", &Scope::ALL, Scope::word)?.unwrap_or(Scope::Read);
    let until: Option<Date> = sent.date("until", look.actor.today)?;
    Ok(NewToken { name, scope, until: until.unwrap_or_else(|| usual_last_day(look.actor.today)) })
}

/// Creates a token of whoever is signed in, and shows it, once; else says what is wrong.
pub fn create(look: &Look<'_>, sent: &Fields) -> Result<Result<Page, String>, Trouble> {
    let entrance = look.entrance()?;
    let id = look.session.user().ok_or(Trouble::Missing)?;
    let user = entrance.user(id.as_str())?.ok_or(Trouble::Missing)?;
    let Ok(_place) = entrance.checking.try_acquire() else { return Err(busy().into()) };
    if let Some(wrong) = wrong_present_password(look, sent)? {
        return Ok(Err(wrong.to_owned()));
    }
    let random = look.site.program.random()?;
    let made = typed(look, sent).and_then(|new| {
        let (number, secret) = entrance.tokens.add(&user, &new, &random, look.actor.today)?;
        Ok((new, number, secret))
    });
    let (new, number, secret) = match made {
        Ok(made) => made,
        Err(error) => {
            let advice = error.remedies.iter().find_map(|it| match it {
                almoner_app::error::Remedy::Advice(advice) => Some(sentence(advice)),
                _ => None,
            });
            let wrong = format!("{} {}", sentence(&error.message), advice.unwrap_or_default());
            return Ok(Err(wrong.trim().to_owned()));
        }
    };
    look.log_token(Event::TokenMade, id.as_str(), number);
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = html! {
        p {
            "Copy this token into " (new.name) " now. It will not be shown again. Whoever has it sees what you see"
            @if new.scope == Scope::Record { ", and records in your name" }
            ", until " (new.until.in_words()) "."
        }
        p.copy { code { (secret) } }
        p.hint { "It is sent as a header: " code { "Authorization: Bearer TOKEN" } "." }
        p { a href=(look.link("/account")) { "Your account" } }
    };
    Ok(Ok(Page::new(Section::None, "Access token", body)))
}

/// Revokes a token: one's own, or, as an approver, another's.
pub fn revoke(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    let entrance = look.entrance()?;
    let number: u64 = sent.text("number").parse().map_err(|_| Trouble::Missing)?;
    let (by, may_all) = (look.session.owner(), look.session.approves());
    let revoked = entrance.tokens.revoke(number, |token| may_all || token.user.as_str() == by)?;
    if let Some(token) = revoked {
        look.log_token(Event::TokenRevoked, token.user.as_str(), number);
    }
    let back = if sent.has("all") { "/sessions" } else { "/account" };
    Ok(Reply::See(look.link(back)))
}
