//! A user's own account in an office: the password and the sessions; and, for approvers, the sessions of all.

pub mod codes;

use almoner_ledger::calendar::moment_in_words;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::present::{busy, is_of_organisation, present_password_field, wrong_present_password};
use super::tokens;
use crate::access_log::Event;
use crate::fields::Fields;
use crate::frame::{Page, Section};
use crate::look::{Look, Trouble};
use crate::reply::Reply;
use crate::sessions::Session;
use crate::signin::{new_password, problem, wrong_password};
use crate::site::locked;
use crate::write::form::token;

fn sessions_table(look: &Look<'_>, sessions: &[Session], now: u64, is_of_all: bool) -> Markup {
    html! {
        div.scroll {
            table {
                caption.unseen { "Sessions" }
                thead {
                    tr {
                        @if is_of_all { th scope="col" { "User" } }
                        th scope="col" { "Signed in" }
                        th scope="col" { "From" }
                        th scope="col" { "Last used" }
                        th scope="col" { span.unseen { "End" } }
                    }
                }
                tbody {
                    @for session in sessions {
                        @let (from, at) = &session.begun_from;
                        @let is_this = session.number == look.session.number;
                        tr {
                            @if is_of_all { td { (session.owner()) } }
                            td { (moment_in_words(at)) }
                            td { (from) }
                            td { @if is_this { "This session" } @else { (minutes(session.idle(now) / 60)) } }
                            td {
                                form method="post" action=(look.link("/sessions/end")) {
                                    (token(look))
                                    input type="hidden" name="number" value=(session.number);
                                    @if is_of_all { input type="hidden" name="all" value="yes"; }
                                    button.quiet {
                                        "End" span.unseen { " the session of " (session.owner()) " from " (from) }
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

fn minutes(minutes: u64) -> String {
    match minutes {
        0 => "Less than a minute ago".to_owned(),
        1 => "1 minute ago".to_owned(),
        minutes => format!("{minutes} minutes ago"),
    }
}

fn password_form(look: &Look<'_>) -> Markup {
    html! {
        h2 { "Change password" }
        form method="post" action=(look.link("/account/password")) {
            (token(look))
            input type="hidden" name="user" value=(look.session.owner()) autocomplete="username";
            (present_password_field("current"))
            (new_password())
            div.buttons { button { "Change password" } }
        }
        p.hint { "All your sessions will end; sign in again with the new password." }
    }
}

/// Shows the account of whoever is signed in.
pub fn page(look: &Look<'_>) -> Result<Reply, Trouble> {
    Ok(shown(look, None)?.into())
}

fn shown(look: &Look<'_>, wrong: Option<&str>) -> Result<Page, Trouble> {
    shown_with(look, wrong, &Fields::default())
}

/// Returns the page of the account, with what is wrong, and what was typed of a token.
fn shown_with(look: &Look<'_>, wrong: Option<&str>, typed: &Fields) -> Result<Page, Trouble> {
    look.entrance()?;
    look.read(Access::Totals, |_, _| Ok(()))?;
    let now = look.site.now()?;
    let all = locked(&look.site.sessions).all(now);
    let own: Vec<Session> = all.into_iter().filter(|it| it.owner() == look.session.owner()).collect();
    let body = html! {
        @if let Some(wrong) = wrong {
            (problem(wrong))
        }
        @if is_of_organisation(look)? {
            h2 { "Signing in" }
            p { "You sign in with your organisation’s account, which is looked after by your IT team." }
        } @else {
            (password_form(look))
        }
        (codes::section(look)?)
        h2 { "Your sessions" }
        (sessions_table(look, &own, now, false))
        (tokens::own(look, typed)?)
        @if look.session.approves() { p { a href=(look.link("/sessions")) { "Sessions and access tokens of all users" } } }
    };
    let lead = html! { "You are signed in as " (look.session.owner()) "." };
    Ok(Page::new(Section::None, "Your account", body).lead(lead))
}

/// Shows the sessions of all users to approvers, who look after users.
pub fn sessions(look: &Look<'_>) -> Result<Reply, Trouble> {
    look.entrance()?;
    if !look.session.approves() {
        return Err(Trouble::Missing);
    }
    look.read(Access::Totals, |_, _| Ok(()))?;
    let now = look.site.now()?;
    let all = locked(&look.site.sessions).all(now);
    let body = html! {
        (sessions_table(look, &all, now, true))
        (tokens::of_all(look)?)
    };
    let lead = html! { "A session ends after 30 minutes without use, after 8 hours, or when its user’s roles or password change." };
    Ok(Page::new(Section::Users, "Sessions", body).below("Users", look.link("/users")).lead(lead).into())
}

/// Ends a session: one's own, or, as an approver, another's.
pub fn end(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    look.entrance()?;
    let number: u64 = sent.text("number").parse().map_err(|_| Trouble::Missing)?;
    let (by, may_end_all) = (look.session.owner().to_owned(), look.session.approves());
    let ended =
        locked(&look.site.sessions).end_all(|it| it.number == number && (may_end_all || it.owner() == by));
    ended.iter().for_each(|session| look.log_access(Event::SessionEnded, session.owner()));
    let back = if sent.has("all") { "/sessions" } else { "/account" };
    Ok(Reply::See(look.link(back)))
}

/// Changes the password of whoever is signed in, and ends the user's sessions.
pub fn set_password(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    let entrance = look.entrance()?;
    let user = look.session.user().ok_or(Trouble::Missing)?;
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = look.facts.borrow().body.clone();
    if is_of_organisation(look)? {
        return Ok(Reply::Refused(shown(
            look,
            Some("You sign in with your organisation’s account and have no password here."),
        )?));
    }
    let Ok(_place) = entrance.checking.try_acquire() else { return Err(busy().into()) };
    if let Some(wrong) = wrong_present_password(look, &sent)? {
        return Ok(Reply::Refused(shown(look, Some(wrong))?));
    }
    if let Some(wrong) = wrong_password(&sent, user.as_str(), &body) {
        return Ok(Reply::Refused(shown(look, Some(&wrong))?));
    }
    entrance.accounts.set_password(user, sent.text("password"), &look.site.program.random()?)?;
    look.log_access(Event::PasswordSet, user.as_str());
    locked(&look.site.sessions).end_all(|it| it.owner() == user.as_str());
    Ok(Reply::See("/sign-in".to_owned()))
}

/// Creates an access token of whoever is signed in.
pub fn create_token(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    match tokens::create(look, &sent)? {
        Ok(page) => Ok(page.into()),
        Err(wrong) => Ok(Reply::Refused(shown_with(look, Some(&wrong), &sent)?)),
    }
}
