//! The second step of signing in: the one-time code, after the password.
//!
//! Until then there is no session, only a note of a few minutes that the password was right, for this browser alone.

use std::sync::Arc;

use almoner_app::error::Error;
use almoner_ledger::hash::hex_of_bytes;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use super::{
    TOO_MANY, begun_session, client, form_token, is_of_this_browser, next, problem, sent_in, to_sign_in,
};
use crate::fields::Fields;
use crate::guard::cookie;
use crate::guessing::Given;
use crate::halves::Half;
use crate::lock::locked;
use crate::reply::{answer, bare, missing, outside, unavailable};
use crate::sessions::{Holder, Session};
use crate::site::Site;

const TITLE: &str = "Enter a one-time code";

fn form(token: &str, half: &str, next: &str, wrong: Option<&str>) -> Markup {
    html! {
        @if let Some(wrong) = wrong { (problem(wrong)) }
        form method="post" action="/sign-in/code" {
            input type="hidden" name="token" value=(token);
            input type="hidden" name="half" value=(half);
            input type="hidden" name="next" value=(next);
            div.field {
                label for="code" { "Code" }
                p.hint #code-hint { "The six digits that your authenticator app shows, or one of your recovery codes." }
                input id="code" name="code" type="text" autocomplete="one-time-code" autocapitalize="none"
                    spellcheck="false" aria-describedby="code-hint" autofocus[wrong.is_none()] required;
            }
            div.buttons { button { "Sign in" } }
        }
        p.hint { "If you have lost both, ask two approvers in your office to reset your one-time codes." }
    }
}

/// Shows the form of the code to somebody whose password was right.
pub fn ask(site: &Site, holder: Holder, sent: &Fields) -> Response {
    ask_with(site, holder, sent, &[])
}

/// Shows the form of the code, and sets cookies.
pub fn ask_with(site: &Site, holder: Holder, sent: &Fields, cookies: &[String]) -> Response {
    let begun = || {
        let (id, at) = (hex_of_bytes(&site.program.random()?), site.now()?);
        let token = sent.text("token").to_owned();
        Ok::<_, Error>((id, Half { holder, token, at }))
    };
    let (id, half) = match begun() {
        Ok(begun) => begun,
        Err(error) => return unavailable(&error),
    };
    let Some(entrance) = &site.entrance else { return missing() };
    let shown = form(&half.token, &id, next(sent), None);
    locked(&entrance.halves).add(&id, half);
    outside(StatusCode::OK, TITLE, &shown, cookies)
}

fn expired(sent: &Fields) -> Response {
    let content = html! {
        p { "The sign-in took too long, or was started in another browser." }
        p { a href=(to_sign_in(next(sent))) { "Sign in again" } }
    };
    outside(StatusCode::FORBIDDEN, "You are not signed in", &content, &[])
}

/// Signs in, if the code is right.
pub async fn begin(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(entrance) = &site.entrance else { return missing() };
    let (from, headers) = (client(&request), request.headers().clone());
    let sent = sent_in(request).await;
    let now = match site.now() {
        Ok(now) => now,
        Err(error) => return unavailable(&error),
    };
    let half = locked(&entrance.halves).get(sent.text("half"), sent.text("token"), now).cloned();
    let Some(half) = half.filter(|_| is_of_this_browser(&site, &headers, &sent)) else {
        return expired(&sent);
    };
    let Holder::Office { user, .. } = &half.holder else { return expired(&sent) };
    let attempt = match entrance.attempt(user.id.as_str(), from, Given::Code, Some(&user.id)) {
        Ok(Some(attempt)) => attempt,
        Ok(None) => return refused(&site, &headers, &sent, StatusCode::TOO_MANY_REQUESTS, TOO_MANY),
        Err(error) => return unavailable(&error),
    };
    tokio::time::sleep(attempt.wait).await;
    let (own, given) = (site.clone(), sent.clone());
    let earlier = cookie(&headers, &site.address.cookie()).map(str::to_owned);
    let checking = tokio::task::spawn_blocking(move || {
        let Some(entrance) = &own.entrance else { return Ok(None) };
        // The user, the password and the codes are as they were when the password was right.
        let session = Session::of(half.holder.clone(), Default::default(), now);
        let is_right = entrance.goes_on(&session)? && entrance.is_code_right(attempt, given.text("code"))?;
        if !is_right {
            return Ok(None);
        }
        locked(&entrance.halves).remove(given.text("half"));
        begun_session(&own, earlier.as_deref(), half.holder, from).map(Some)
    });
    match checking.await {
        Ok(Ok(Some(cookie))) => {
            answer(StatusCode::SEE_OTHER, &[(LOCATION, next(&sent)), (SET_COOKIE, &cookie)], "")
        }
        Ok(Ok(None)) => {
            let why = "The code is wrong, or has already been used. Wait for the next one, and check the clock on your device.";
            refused(&site, &headers, &sent, StatusCode::UNPROCESSABLE_ENTITY, why)
        }
        Ok(Err(error)) => unavailable(&error),
        Err(_) => bare(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "You were not signed in."),
    }
}

fn refused(site: &Site, headers: &HeaderMap, sent: &Fields, status: StatusCode, why: &str) -> Response {
    match form_token(site, headers) {
        Ok((token, cookie)) => {
            let form = form(&token, sent.text("half"), next(sent), Some(why));
            outside(status, TITLE, &form, cookie.as_slice())
        }
        Err(error) => unavailable(&error),
    }
}
