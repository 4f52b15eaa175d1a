//! Signing in to the pages of an office, and out.
//!
//! The form carries a token that the browser's cookie must match, so that nobody is signed in by a page of others. A
//! user name that is not known gets the same answer as a wrong password, after the same work.

pub mod code;
pub mod organisation;

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use almoner_app::error::{Error, Remedy};
use almoner_ledger::hash::hex_of_bytes;
use almoner_ledger::text::Text;

use crate::access_log::Event;
use crate::accounts::{INVITATION_DAYS, check_strength};
use crate::body::{of_address, of_nobody};
use crate::entrance::{Checked, Entrance};
use crate::fields::{Fields, address};
use crate::guard::cookie;
use crate::guessing::Given;
use crate::lock::locked;
use crate::place::Client;
use crate::remedies::sentence;
use crate::reply::{answer, bare, missing, outside, unavailable};
use crate::sessions::{Holder, Session, hash, is_same};
use crate::site::Site;

/// The maximum size of a user name, in bytes, of which anything is remembered.
const LONGEST_NAME: usize = 200;

/// A page of the entrance: what it shows and sends.
type Answered = Result<Response, Error>;

/// Returns what was sent in a form; blank if it did not arrive.
async fn sent_in(request: Request) -> Fields {
    of_nobody(request).await.unwrap_or_default()
}

/// Returns the page to go to: of these pages only.
fn next(fields: &Fields) -> &str {
    let given = fields.text("next");
    let is_ours = given.starts_with('/') && !given.starts_with("//") && !given.contains('\\');
    let is_plain = given.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours && is_plain { given } else { "/" }
}

/// Returns the address of the sign-in page, which leads back to an address.
pub fn to_sign_in(wanted: &str) -> String {
    let back = (wanted != "/").then_some(("next", wanted));
    address("/sign-in", back)
}

fn client(request: &Request) -> IpAddr {
    let nobody = Client(IpAddr::from([0, 0, 0, 0]));
    request.extensions().get::<Client>().copied().unwrap_or(nobody).0
}

/// Returns a cookie of these pages: for scripts of no page, and sent by links from elsewhere, but not by their forms.
fn set(site: &Site, name: &str, value: &str, more: &str) -> String {
    let secure = if site.address.is_secure { "; Secure" } else { "" };
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{more}")
}

fn form_cookie(site: &Site) -> String {
    format!("{}-form", site.address.cookie())
}

/// Returns the token of the form in this browser, and the cookie to set if it has none.
fn form_token(site: &Site, headers: &HeaderMap) -> Result<(String, Option<String>), Error> {
    if let Some(held) = cookie(headers, &form_cookie(site)) {
        return Ok((hash(held), None));
    }
    let value = hex_of_bytes(&site.program.random()?);
    let set = set(site, &form_cookie(site), &value, "");
    Ok((hash(&value), Some(set)))
}

fn is_of_this_browser(site: &Site, headers: &HeaderMap, sent: &Fields) -> bool {
    let held = cookie(headers, &form_cookie(site)).map(hash).unwrap_or_default();
    is_same(sent.text("token"), &held)
}

/// Returns the summary of what is wrong with what was sent.
pub fn problem(message: &str) -> Markup {
    html! { div.summary role="alert" tabindex="-1" autofocus { h2 { "There is a problem" } p { (message) } } }
}

fn has_passwords(site: &Site) -> bool {
    site.entrance.as_ref().is_some_and(Entrance::has_passwords)
}

fn sign_in_form(site: &Site, token: &str, user: &str, next: &str, wrong: Option<&str>) -> Markup {
    html! {
        @if let Some(wrong) = wrong { (problem(wrong)) }
        (organisation::link(site, token, next, ""))
        @if has_passwords(site) {
            form method="post" action="/sign-in" {
                input type="hidden" name="token" value=(token);
                input type="hidden" name="next" value=(next);
                div.field {
                    label for="user" { "User name" }
                    input id="user" name="user" type="text" value=(user) autocomplete="username" autocapitalize="none"
                        spellcheck="false" autofocus[wrong.is_none()] required;
                }
                div.field {
                    label for="password" { "Password" }
                    input id="password" name="password" type="password" autocomplete="current-password" required;
                }
                div.buttons { button { "Sign in" } }
            }
        }
        p.hint { "If you cannot sign in yet or have forgotten your password, ask an approver of your office for an invitation." }
    }
}

/// Shows the sign-in form.
pub async fn ask(State(site): State<Arc<Site>>, request: Request) -> Response {
    if site.entrance.is_none() {
        return missing();
    }
    let fields = of_address(request.uri());
    match form_token(&site, request.headers()) {
        Ok((token, cookie)) => {
            let form = sign_in_form(&site, &token, "", next(&fields), None);
            outside(StatusCode::OK, "Sign in to the grants ledger", &form, cookie.as_slice())
        }
        Err(error) => unavailable(&error),
    }
}

/// Signs in.
pub async fn begin(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(entrance) = site.entrance.as_ref().filter(|it| it.has_passwords()) else { return missing() };
    let (from, headers) = (client(&request), request.headers().clone());
    let sent = sent_in(request).await;
    let user = sent.text("user").trim().to_owned();
    let refused = |status: StatusCode, why: &str| match form_token(&site, &headers) {
        Ok((token, cookie)) => {
            let form = sign_in_form(&site, &token, &user, next(&sent), Some(why));
            outside(status, "Sign in to the grants ledger", &form, cookie.as_slice())
        }
        Err(error) => unavailable(&error),
    };
    if !is_of_this_browser(&site, &headers, &sent) {
        return refused(StatusCode::FORBIDDEN, "The form had expired. Sign in again.");
    }
    if user.is_empty() || user.len() > LONGEST_NAME {
        return refused(StatusCode::UNPROCESSABLE_ENTITY, WRONG);
    }
    let attempt = match entrance.attempt(&user, from, Given::Password, None) {
        Ok(Some(attempt)) => attempt,
        Ok(None) => return refused(StatusCode::TOO_MANY_REQUESTS, TOO_MANY),
        Err(error) => return unavailable(&error),
    };
    tokio::time::sleep(attempt.wait).await;
    let Some(room) = entrance.room().await else {
        return refused(
            StatusCode::SERVICE_UNAVAILABLE,
            "Many people are signing in. Try again in a moment.",
        );
    };
    let (own, password) = (site.clone(), sent.text("password").to_owned());
    let earlier = cookie(&headers, &site.address.cookie()).map(str::to_owned);
    let checking = tokio::task::spawn_blocking(move || {
        let _room = room;
        let Some(entrance) = &own.entrance else { return Ok(Begun::Not) };
        match entrance.checked(attempt, &password)? {
            Checked::Wrong => Ok(Begun::Not),
            Checked::In(holder) => begun_session(&own, earlier.as_deref(), holder, from).map(Begun::Session),
            Checked::NeedsCode(holder) => Ok(Begun::Half(holder)),
        }
    });
    match checking.await {
        Ok(Ok(Begun::Session(cookie))) => {
            answer(StatusCode::SEE_OTHER, &[(LOCATION, next(&sent)), (SET_COOKIE, &cookie)], "")
        }
        Ok(Ok(Begun::Half(holder))) => code::ask(&site, holder, &sent),
        Ok(Ok(Begun::Not)) => refused(StatusCode::UNPROCESSABLE_ENTITY, WRONG),
        Ok(Err(error)) => unavailable(&error),
        Err(_) => bare(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "You were not signed in."),
    }
}

/// What signing in came to.
enum Begun {
    Not,
    /// A one-time code is needed, too.
    Half(Holder),
    /// The cookie of the session.
    Session(String),
}

const TOO_MANY: &str =
    "There were too many attempts with a wrong user name, password or code. Try again in 15 minutes.";

const WRONG: &str = "The user name or the password is wrong.";

/// Begins a session under a new id, in place of the browser's earlier one, and returns its cookie.
fn begun_session(site: &Site, earlier: Option<&str>, holder: Holder, from: IpAddr) -> Result<String, Error> {
    let (id, now) = (hex_of_bytes(&site.program.random()?), site.now()?);
    let begun_from = (from.to_string(), site.program.actor()?.at.to_string());
    let mut sessions = locked(&site.sessions);
    if let Some(earlier) = earlier {
        sessions.end(earlier);
    }
    sessions.add(&id, Session::of(holder, begun_from, now));
    Ok(set(site, &site.address.cookie(), &id, ""))
}

/// Signs out.
pub async fn end(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(entrance) = &site.entrance else { return missing() };
    let (from, headers) = (client(&request), request.headers().clone());
    let sent = sent_in(request).await;
    let id = cookie(&headers, &site.address.cookie()).unwrap_or_default();
    let session = entrance.now().ok().and_then(|now| locked(&site.sessions).of(id, now));
    let gone = set(&site, &site.address.cookie(), "", "; Max-Age=0");
    if let Some(session) = session {
        // The cookie of a session that does not end stays, so that it can be ended.
        if !is_same(sent.text("token"), &session.token) {
            return bare(
                StatusCode::FORBIDDEN,
                "You are still signed in",
                "The form had expired. Go back, reload the page and sign out again.",
            );
        }
        locked(&site.sessions).end(id);
        entrance.log(Event::SignedOut, session.user().map(Text::as_str), from, None);
        if let Some(page) = session.user().and_then(|user| organisation::after_sign_out(&site, user, &gone)) {
            return page;
        }
    }
    answer(StatusCode::SEE_OTHER, &[(LOCATION, "/sign-in"), (SET_COOKIE, &gone)], "")
}

fn invitation_form(site: &Site, token: &str, code: &str, user: &str, wrong: Option<&str>) -> Markup {
    html! {
        @if let Some(wrong) = wrong { (problem(wrong)) }
        p { "You will sign in as " strong { (user) } "." }
        (organisation::link(site, token, "", code))
        @if has_passwords(site) {
            form method="post" action="/invitation" {
                input type="hidden" name="token" value=(token);
                input type="hidden" name="code" value=(code);
                input type="hidden" name="user" value=(user) autocomplete="username";
                (new_password())
                div.buttons { button { "Set password" } }
            }
        }
    }
}

/// Returns the two fields of a new password.
pub fn new_password() -> Markup {
    html! {
        div.field {
            label for="password" { "New password" }
            p.hint #password-hint { "At least 12 characters. Several unusual words are easy to remember and hard to guess." }
            input id="password" name="password" type="password" autocomplete="new-password"
                aria-describedby="password-hint" required;
        }
        div.field {
            label for="repeated" { "New password, repeated" }
            input id="repeated" name="repeated" type="password" autocomplete="new-password" required;
        }
    }
}

/// Returns what is wrong with a new password that was typed.
pub fn wrong_password(sent: &Fields, user: &str, body: &str) -> Option<String> {
    let password = sent.text("password");
    if password != sent.text("repeated") {
        return Some("The two passwords differ. Type the same password twice.".to_owned());
    }
    let error = check_strength(password, user, body).err()?;
    let advice = error
        .remedies
        .iter()
        .find_map(|it| if let Remedy::Advice(advice) = it { Some(advice) } else { None });
    let sentences: Vec<String> =
        std::iter::once(&error.message).chain(advice).map(|it| sentence(it)).collect();
    Some(sentences.join(" "))
}

/// The title of an invitation.
const INVITED: &str = "Accept your invitation";

fn not_invited() -> Response {
    bare(
        StatusCode::FORBIDDEN,
        "This invitation is not valid",
        &format!(
            "It has been used, is incomplete, or is more than {INVITATION_DAYS} days old. Ask an approver in your office for \
             another."
        ),
    )
}

/// Shows the form of an invitation: looking at it uses nothing up.
pub async fn invitation(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(entrance) = &site.entrance else { return missing() };
    let code = of_address(request.uri()).text("code").to_owned();
    let shown = || -> Answered {
        let now = site.program.actor()?.at;
        let Some(user) = entrance.accounts.invited(&code, &now)? else { return Ok(not_invited()) };
        let (token, cookie) = form_token(&site, request.headers())?;
        let form = invitation_form(&site, &token, &code, user.as_str(), None);
        Ok(outside(StatusCode::OK, INVITED, &form, cookie.as_slice()))
    };
    shown().unwrap_or_else(|error| unavailable(&error))
}

/// Accepts an invitation: sets the password.
pub async fn accept(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(entrance) = site.entrance.as_ref().filter(|it| it.has_passwords()) else { return missing() };
    let (from, headers) = (client(&request), request.headers().clone());
    let sent = sent_in(request).await;
    if !is_of_this_browser(&site, &headers, &sent) {
        return bare(
            StatusCode::FORBIDDEN,
            "Not recorded",
            "The form had expired. Open the invitation again.",
        );
    }
    let Some(room) = entrance.room().await else {
        return bare(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not recorded",
            "Many people are signing in. Open the invitation again in a moment.",
        );
    };
    let own = site.clone();
    let accepting = tokio::task::spawn_blocking(move || {
        let _room = room;
        accepted(&own, &headers, &sent, from)
    });
    match accepting.await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => unavailable(&error),
        Err(_) => bare(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "No password was set."),
    }
}

fn accepted(site: &Site, headers: &HeaderMap, sent: &Fields, from: IpAddr) -> Answered {
    let Some(entrance) = &site.entrance else { return Ok(missing()) };
    let (code, now) = (sent.text("code"), site.program.actor()?.at);
    let Some(user) = entrance.accounts.invited(code, &now)? else { return Ok(not_invited()) };
    if let Some(wrong) = wrong_password(sent, user.as_str(), &entrance.body_name()?) {
        let (token, cookie) = form_token(site, headers)?;
        let form = invitation_form(site, &token, code, user.as_str(), Some(&wrong));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(outside(status, INVITED, &form, cookie.as_slice()));
    }
    let set = entrance.accounts.accept(code, sent.text("password"), &site.program.random()?, &now)?;
    let Some(user) = set else { return Ok(not_invited()) };
    entrance.log(Event::PasswordSet, Some(user.as_str()), from, None);
    Ok(answer(StatusCode::SEE_OTHER, &[(LOCATION, "/sign-in")], ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_next_page_is_of_these_pages() {
        for (given, expected) in [
            ("/grants/1-2015?audience=panel", "/grants/1-2015?audience=panel"),
            ("", "/"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
            ("grants", "/"),
        ] {
            let fields: Fields = vec![("next".to_owned(), given.to_owned())].into();
            assert_eq!(next(&fields), expected, "{given}");
        }
        assert_eq!(to_sign_in("/"), "/sign-in");
        assert_eq!(to_sign_in("/grants?page=2"), "/sign-in?next=%2Fgrants%3Fpage%3D2");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever is sent as the next page leads to a page of ours, in one line of a header.
        #[test]
        fn the_next_page_leads_nowhere_else(given in r"(/|//|/\\|https://|\\)?[/\\\r\n\t.@:a-zé]{0,12}") {
            let fields: Fields = vec![("next".to_owned(), given.clone())].into();
            let next = next(&fields);
            prop_assert!(next == "/" || next == given.trim());
            prop_assert!(next.starts_with('/') && !next[1..].starts_with(['/', '\\']), "{}", next);
            prop_assert!(axum::http::HeaderValue::from_str(next).is_ok());
        }
    }
}
