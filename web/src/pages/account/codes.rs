//! One-time codes on the pages: set up and turned off by their user, reset by two approvers.

use almoner_app::error::Error;
use almoner_ledger::book::Books;
use almoner_ledger::text::Text;
use almoner_ledger::users::Role;
use almoner_store::folder::Access;
use maud::{Markup, html};

use super::shown;
use crate::access_log::Event;
use crate::accounts::{CodesState, INVITATION_DAYS, ResetStep, Used};
use crate::codes::{Secret, qr_code};
use crate::fields::{Fields, encoded};
use crate::frame::{Page, Section};
use crate::guessing::Given;
use crate::look::{Look, Trouble};
use crate::pages::present::{busy, present_password, wrong_present_password};
use crate::reply::Reply;
use crate::signin::problem;
use crate::site::locked;
use crate::write::form::token;

const TITLE: &str = "One-time codes";
/// The seconds for which a secret that is being set up is remembered.
const PATIENCE: u64 = 10 * 60;

fn own_state(look: &Look<'_>) -> Result<Option<CodesState>, Trouble> {
    Ok(look.entrance()?.accounts.codes(look.session.owner(), &look.actor.at)?)
}

/// Returns the part of a user's account about one-time codes.
pub fn section(look: &Look<'_>) -> Result<Markup, Trouble> {
    let state = own_state(look)?;
    let has_key = look.entrance()?.key.is_some();
    Ok(html! {
        h2 #codes { (TITLE) }
        @match state {
            None if !has_key => p.hint { "One-time codes cannot be set up on this server, which has no key for them." },
            None => {
                p { "Off. With one-time codes, you enter a code from an authenticator app after signing in as usual." }
                form method="post" action=(look.link("/account/codes")) {
                    (token(look))
                    (present_password(look, "current-codes")?)
                    div.buttons { button.quiet { "Set up one-time codes" } }
                }
            }
            Some(state) => {
                p { "On. Unused recovery codes: " (state.recovery) "." }
                @if let Some(by) = state.reset_by {
                    p.notice.warn { (by) " has requested that your one-time codes be reset. If you did not agree to this, tell your approvers." }
                }
                form method="post" action=(look.link("/account/codes/off")) {
                    (token(look))
                    (present_password(look, "current-codes")?)
                    div.field {
                        label for="code" { "Code" }
                        p.hint #code-hint { "From your app, or a recovery code." }
                        input id="code" name="code" type="text" autocomplete="one-time-code" aria-describedby="code-hint" required;
                    }
                    div.buttons { button.quiet { "Turn off one-time codes" } }
                }
                p.hint { "For another device, or new recovery codes, turn them off and set them up again." }
            }
        }
    })
}

/// Begins to set up one-time codes: shows a new secret.
pub fn begin(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    let entrance = look.entrance()?;
    if own_state(look)?.is_some() || entrance.key.is_none() {
        return Ok(Reply::See(look.link("/account")));
    }
    let Ok(_place) = entrance.checking.try_acquire() else { return Err(busy().into()) };
    if let Some(wrong) = wrong_present_password(look, &sent)? {
        return Ok(Reply::Refused(shown(look, Some(wrong))?));
    }
    let (secret, until) = (Secret::of(&look.site.program.random()?), entrance.now()? + PATIENCE);
    let mut setting_up = locked(&entrance.setting_up);
    setting_up.retain(|_, (_, until)| entrance.now().is_ok_and(|now| now < *until));
    setting_up.insert(look.session.owner().to_owned(), (secret.clone(), until));
    drop(setting_up);
    Ok(secret_page(look, &secret, None)?.into())
}

fn secret_page(look: &Look<'_>, secret: &Secret, wrong: Option<&str>) -> Result<Page, Trouble> {
    look.read(Access::Totals, |_, _| Ok(()))?;
    let body = look.facts.borrow().body.clone();
    let link = secret.link(&body, look.session.owner());
    let content = html! {
        @if let Some(wrong) = wrong { (problem(wrong)) }
        ol {
            li { "Scan this image with an authenticator app, open the link on the device that has the app, or type the secret into the app." }
            li { "Enter the code that the app shows." }
        }
        @if let Some(squares) = qr_code(&link) {
            p {
                svg viewBox={ "0 0 " (squares.side) " " (squares.side) } width="240" height="240" role="img" aria-label="QR code of the link" {
                    rect width="100%" height="100%" fill="#fff" {}
                    path d=(squares.path) fill="#000" {}
                }
            }
        }
        p { a href=(link) { "Open in an app on this device" } }
        p { "Secret: " code { (secret.text()) } }
        form method="post" action=(look.link("/account/codes/confirm")) {
            (token(look))
            div.field {
                label for="code" { "Code" }
                input id="code" name="code" type="text" inputmode="numeric" autocomplete="one-time-code" required;
            }
            div.buttons { button { "Turn on one-time codes" } a href=(look.link("/account")) { "Cancel" } }
        }
    };
    Ok(Page::new(Section::None, "Set up one-time codes", content)
        .below("Your account", look.link("/account")))
}

/// Turns one-time codes on, if the app shows the right one, and shows the recovery codes, once.
pub fn confirm(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    let entrance = look.entrance()?;
    let user = look.session.user().ok_or(Trouble::Missing)?;
    let now = entrance.now()?;
    let known = locked(&entrance.setting_up).get(user.as_str()).filter(|(_, until)| now < *until).cloned();
    let expired = || {
        let message = "The secret had expired. Set up one-time codes again.";
        Ok(Reply::Refused(shown(look, Some(message))?))
    };
    let (Some((secret, _)), Some(key), None) = (known, &entrance.key, own_state(look)?) else {
        return expired();
    };
    let digits: String = sent.text("code").chars().filter(|it| !it.is_whitespace()).collect();
    let Some(step) = secret.step_of(&digits, now) else {
        let wrong =
            "The code is wrong. Enter the one that the app shows now, and check the clock on the device.";
        return Ok(Reply::Refused(secret_page(look, &secret, Some(wrong))?));
    };
    // Of two confirmations at the same time one turns them on: the recovery codes of the other would not be good.
    if locked(&entrance.setting_up).remove(user.as_str()).is_none() {
        return expired();
    }
    let random = [look.site.program.random()?, look.site.program.random()?];
    let recovery = entrance.accounts.set_up_codes(user, &secret, step, key, [&random[0], &random[1]])?;
    look.log_access(Event::CodesSet, user.as_str());
    look.read(Access::Totals, |_, _| Ok(()))?;
    locked(&look.site.sessions).end_all(|it| it.owner() == user.as_str());
    let content = html! {
        p { "Print these recovery codes, or save them where only you can read them. Each can be entered once in place of a \
            code, should you lose your device. They will not be shown again." }
        ul { @for code in &recovery { li { code { (code) } } } }
        p { "All your sessions have ended. " a href="/sign-in" { "Sign in" } " with your password and a code." }
    };
    Ok(Page::new(Section::None, "One-time codes are on", content).into())
}

/// Turns one-time codes off.
pub fn turn_off(look: &Look<'_>, sent: Fields) -> Result<Reply, Trouble> {
    let entrance = look.entrance()?;
    let user = look.session.user().ok_or(Trouble::Missing)?;
    let from = look.client.ok_or(Trouble::Missing)?.0;
    let refused = |why: &str| Ok(Reply::Refused(shown(look, Some(why))?));
    let Ok(_place) = entrance.checking.try_acquire() else { return Err(busy().into()) };
    if let Some(wrong) = wrong_present_password(look, &sent)? {
        return refused(wrong);
    }
    let Some(attempt) = entrance.attempt(user.as_str(), from, Given::Code, Some(user))? else {
        return refused("There were too many attempts with a wrong code. Try again in 15 minutes.");
    };
    if entrance.used_code(attempt, sent.text("code"))? == Used::Wrong {
        return refused("The code is wrong, or has already been used. Wait for the next one.");
    }
    entrance.accounts.remove_codes(user)?;
    look.log_access(Event::CodesRemoved, user.as_str());
    locked(&look.site.sessions).end_all(|it| it.owner() == user.as_str());
    Ok(Reply::See("/sign-in".to_owned()))
}

/// Returns what an approver sees of the one-time codes of a user: nothing where they are off.
pub fn of_user(look: &Look<'_>, id: &str) -> Result<Markup, Trouble> {
    let Ok(entrance) = look.entrance() else { return Ok(html! {}) };
    let Some(state) = entrance.accounts.codes(id, &look.actor.at)? else { return Ok(html! {}) };
    if !look.session.approves() || id == look.session.owner() {
        return Ok(html! {});
    }
    let own = look.session.owner();
    Ok(html! {
        h3 { (TITLE) }
        @match &state.reset_by {
            Some(by) if by == own => p { "You have requested that the one-time codes be reset. Another approver must confirm this on this page." },
            Some(by) => p { (by) " has requested that the one-time codes be reset. If the user has lost both the device and the recovery codes, confirm the reset." },
            None => p { "On. If the user has lost both the device and the recovery codes, two approvers can reset them, within " (INVITATION_DAYS) " days." },
        }
        @if state.reset_by.as_deref() != Some(own) {
            form method="post" action=(look.link(&format!("/users/{}/codes", encoded(id)))) {
                (token(look))
                div.buttons { button.quiet { @if state.reset_by.is_some() { "Confirm the reset" } @else { "Request a reset" } } }
            }
        }
    })
}

/// Notes that an approver wants a user's codes reset; or resets them, if another approver wanted that before.
pub fn reset(look: &Look<'_>, _: Fields) -> Result<Reply, Trouble> {
    look.for_the_office()?;
    let entrance = look.entrance()?;
    let by = look.session.user().filter(|_| look.session.approves()).ok_or(Trouble::Missing)?;
    let id = Text::new(look.part(0)).map_err(|_| Trouble::Missing)?;
    if id == *by {
        let error = Error::refused("own-codes", "you cannot reset your own one-time codes");
        return Err(error.advice("turn them off on your account, or ask two other approvers").into());
    }
    let step = look.read(Access::Totals, |books, _| {
        let users = &books.reference().authority.users;
        if !users.contains_key(id.as_str()) {
            return Err(Trouble::Missing);
        }
        let is_approver = |user: &str| users.get(user).is_some_and(|user| user.may(Role::Approver));
        Ok(entrance.accounts.reset_codes(&id, by, &look.actor.at, is_approver)?)
    })?;
    match step {
        ResetStep::Nothing => {}
        ResetStep::Wanted => look.log_access(Event::CodesResetWanted, id.as_str()),
        ResetStep::Done => {
            look.log_access(Event::CodesRemoved, id.as_str());
            locked(&look.site.sessions).end_all(|it| it.owner() == id.as_str());
        }
    }
    Ok(Reply::See(look.link_to("users", id.as_str())))
}
