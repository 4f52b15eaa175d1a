//! Signing in with the organisation's account: to the provider by a link, and back.
//!
//! What a sign-in is known by is in a cookie of the browser that began it, for ten minutes and once: who is sent back with
//! the state of another browser is not signed in. It is begun from a page of ours alone, by the token of its link.

use std::sync::Arc;

use almoner_app::error::Error;
use almoner_ledger::hash::hex_of_bytes;
use almoner_ledger::text::Text;
use axum::extract::{Request, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use maud::{Markup, html};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use super::{
    begun_session, client, code, form_token, is_of_this_browser, next, not_invited, set, to_sign_in,
};
use crate::access_log::Event;
use crate::accounts::Connected;
use crate::body::of_address;
use crate::entrance::{Checked, Entrance, PATIENCE};
use crate::fields::{Fields, address};
use crate::guard::cookie;
use crate::lock::locked;
use crate::provider::{Failed, Identity, Provider, Secrets};
use crate::reply::{answer, bare, missing, outside, unavailable};
use crate::sessions::{hash, is_same};
use crate::site::Site;

/// The seconds for which a sign-in with the provider is waited for.
const LASTS: u64 = 10 * 60;
/// The maximum size of the page to go to, in bytes: it is in a cookie.
const LONGEST_NEXT: usize = 1_500;

/// A sign-in with the provider that a browser has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Begun {
    secret: String,
    at: u64,
    next: String,
    /// The code of the invitation that is accepted, if one is.
    invitation: String,
}

impl Begun {
    fn secrets(&self) -> Secrets {
        let of = |what: &str| hash(&format!("{what} of sign-in\n{}", self.secret));
        let Begun { at, next, invitation, .. } = self;
        Secrets {
            state: hash(&format!("{}\n{at}\n{next}\n{invitation}", of("state"))),
            nonce: of("nonce"),
            verifier: of("verifier"),
        }
    }

    fn written(&self) -> String {
        let coded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}.{}", self.secret, self.at, coded(&self.next), coded(&self.invitation))
    }

    fn read(text: &str) -> Option<Begun> {
        let parts: Vec<&str> = text.split('.').collect();
        let [secret, at, next, invitation] = parts.as_slice() else { return None };
        let decoded = |text: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok();
        Some(Begun {
            secret: (*secret).to_owned(),
            at: at.parse().ok()?,
            next: decoded(next)?,
            invitation: decoded(invitation)?,
        })
    }
}

fn cookie_name(site: &Site) -> String {
    format!("{}-organisation", site.address.cookie())
}

/// Returns the link by which the sign-in page, or an invitation, leads to the organisation's account; nothing if there is
/// no provider.
pub fn link(site: &Site, token: &str, next: &str, invitation: &str) -> Markup {
    if site.entrance.as_ref().is_none_or(|it| it.provider.is_none()) {
        return html! {};
    }
    let parameters = [("token", token), ("next", next), ("code", invitation)];
    let to = address(
        "/sign-in/organisation",
        parameters.into_iter().filter(|(_, value)| !matches!(*value, "" | "/")),
    );
    html! { p { a.button href=(to) { "Sign in with your organisation’s account" } } }
}

/// Waits for room to speak with the provider.
async fn room(provider: &Provider) -> Option<OwnedSemaphorePermit> {
    timeout(PATIENCE, provider.places.clone().acquire_owned()).await.ok()?.ok()
}

fn provider(site: &Site) -> Option<(&Entrance, &Provider)> {
    let entrance = site.entrance.as_ref()?;
    Some((entrance, entrance.provider.as_ref()?))
}

/// Returns the page that says why nobody is signed in, with the way back.
fn not_signed_in(status: StatusCode, why: &str, back: &str, cookies: &[String]) -> Response {
    let content = html! {
        p { (why) }
        p { a href=(to_sign_in(back)) { "Sign in again" } }
    };
    outside(status, "You are not signed in", &content, cookies)
}

const BUSY: &str = "Many people are signing in. Try again in a moment.";

/// Says in the server's own notes why the provider could not be used, and tells the user as much as helps.
fn failed(site: &Site, failed: &Failed, back: &str, cookies: &[String]) -> Response {
    let (status, said, why) = match failed {
        Failed::Unavailable(why) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Your organisation’s sign-in service cannot be reached at the moment. Try again in a few minutes.",
            why,
        ),
        Failed::Refused(why) => (
            StatusCode::FORBIDDEN,
            "The response from your organisation’s sign-in service was not accepted. Sign in again; if that does not help, tell your IT team.",
            why,
        ),
    };
    site.office.observer.note(&format!("sign-in with the organisation’s account: {why}"));
    not_signed_in(status, said, back, cookies)
}

/// Begins to sign in with the organisation's account, or to accept an invitation with it.
pub async fn begin(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some((entrance, provider)) = provider(&site) else { return missing() };
    let fields = of_address(request.uri());
    let next = next(&fields).to_owned();
    if !is_of_this_browser(&site, request.headers(), &fields) {
        return not_signed_in(StatusCode::FORBIDDEN, "The page had expired.", &next, &[]);
    }
    let Some(room) = room(provider).await else {
        return not_signed_in(StatusCode::SERVICE_UNAVAILABLE, BUSY, &next, &[]);
    };
    let invitation = fields.text("code").to_owned();
    let begun = || {
        let is_good = invitation.is_empty()
            || entrance.accounts.invited(&invitation, &site.program.actor()?.at)?.is_some();
        let secret = hex_of_bytes(&site.program.random()?);
        let next = if next.len() <= LONGEST_NEXT { next.clone() } else { "/".to_owned() };
        Ok::<_, Error>(is_good.then_some(Begun { secret, at: entrance.now()?, next, invitation }))
    };
    let begun = match begun() {
        Ok(Some(begun)) => begun,
        Ok(None) => return not_invited(),
        Err(error) => return unavailable(&error),
    };
    let (own, secrets, at) = (site.clone(), begun.secrets(), begun.at);
    let asking = tokio::task::spawn_blocking(move || {
        let _room = room;
        let (_, provider) = self::provider(&own)?;
        Some(provider.begin(&secrets, at))
    });
    match asking.await {
        Ok(Some(Ok(to))) => {
            let lasts = format!("; Max-Age={LASTS}");
            let cookie = set(&site, &cookie_name(&site), &begun.written(), &lasts);
            answer(StatusCode::SEE_OTHER, &[(LOCATION, &to), (SET_COOKIE, &cookie)], "")
        }
        Ok(Some(Err(why))) => failed(&site, &why, &next, &[]),
        Ok(None) | Err(_) => {
            bare(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "You were not signed in.")
        }
    }
}

/// What coming back from the provider came to.
enum Returned {
    Checked(Checked),
    NotInvited,
    Taken,
    Failed(Failed),
}

/// Takes a browser back from the provider, and signs it in.
pub async fn finish(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some((entrance, provider)) = provider(&site) else { return missing() };
    let (from, headers) = (client(&request), request.headers().clone());
    let fields = of_address(request.uri());
    let gone = [set(&site, &cookie_name(&site), "", "; Max-Age=0")];
    let now = match entrance.now() {
        Ok(now) => now,
        Err(error) => return unavailable(&error),
    };
    let begun = cookie(&headers, &cookie_name(&site)).and_then(Begun::read);
    let is_of_it = |begun: &Begun| {
        is_same(fields.text("state"), &begun.secrets().state) && now.abs_diff(begun.at) < LASTS
    };
    // A state that came back is used up, whatever comes of it.
    let begun =
        begun.filter(|begun| is_of_it(begun) && entrance.use_up(&begun.secrets().state, begun.at, now));
    let Some(begun) = begun else {
        let why = "The sign-in took too long, was started in another browser, or has already been completed.";
        return not_signed_in(StatusCode::FORBIDDEN, why, "/", &gone);
    };
    let back = safe_next(&begun);
    let is_once = |name: &str| fields.all(name).count() == 1;
    if fields.has("error") || !is_once("code") || !is_once("state") {
        entrance.log(Event::Refused, None, from, None);
        let why = "Signing in with your organisation’s account was refused or cancelled.";
        return not_signed_in(StatusCode::FORBIDDEN, why, &back, &gone);
    }
    if entrance.is_refused_too_often(from, now) {
        return not_signed_in(StatusCode::TOO_MANY_REQUESTS, super::TOO_MANY, &back, &gone);
    }
    let Some(room) = room(provider).await else {
        return not_signed_in(StatusCode::SERVICE_UNAVAILABLE, BUSY, &back, &gone);
    };
    let (own, of, given) = (site.clone(), begun.clone(), fields.clone());
    let checking = tokio::task::spawn_blocking(move || {
        let _room = room;
        let Some((entrance, provider)) = self::provider(&own) else { return Ok(None) };
        let found = provider.finish(given.text("code"), given.get("iss"), &of.secrets(), now);
        Ok::<_, Error>(Some(match found {
            Ok(identity) => returned(&own, entrance, &identity, &of, from)?,
            Err(why) => {
                if matches!(why, Failed::Refused(_)) {
                    entrance.note_refused(from, now);
                }
                entrance.log(Event::Refused, None, from, None);
                Returned::Failed(why)
            }
        }))
    });
    let returned = match checking.await {
        Ok(Ok(Some(returned))) => returned,
        Ok(Err(error)) => return unavailable(&error),
        Ok(Ok(None)) | Err(_) => {
            return bare(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "You were not signed in.",
            );
        }
    };
    signed_in(&site, &headers, returned, (&back, gone), from)
}

/// Returns the page to go to, which is of ours alone, as it comes from a cookie.
fn safe_next(begun: &Begun) -> String {
    let fields = Fields::from(vec![("next".to_owned(), begun.next.clone())]);
    next(&fields).to_owned()
}

fn returned(
    site: &Site,
    entrance: &Entrance,
    identity: &Identity,
    begun: &Begun,
    from: std::net::IpAddr,
) -> Result<Returned, Error> {
    if !begun.invitation.is_empty() {
        let now = site.program.actor()?.at;
        let is_gone = |user: &str| Ok(entrance.user(user)?.is_none());
        match entrance.accounts.connect(&begun.invitation, identity, &now, is_gone)? {
            Connected::User(user) => {
                entrance.log(Event::OrganisationConnected, Some(user.as_str()), from, None);
                locked(&site.sessions).end_all(|it| it.owner() == user.as_str());
            }
            Connected::NotInvited => return Ok(Returned::NotInvited),
            Connected::Taken => return Ok(Returned::Taken),
        }
    }
    entrance.of_organisation(identity, from).map(Returned::Checked)
}

fn signed_in(
    site: &Site,
    headers: &HeaderMap,
    returned: Returned,
    (back, gone): (&str, [String; 1]),
    from: std::net::IpAddr,
) -> Response {
    match returned {
        Returned::Checked(Checked::In(holder)) => {
            let earlier = cookie(headers, &site.address.cookie());
            match begun_session(site, earlier, holder, from) {
                Ok(session) => answer(
                    StatusCode::SEE_OTHER,
                    &[(LOCATION, back), (SET_COOKIE, &session), (SET_COOKIE, &gone[0])],
                    "",
                ),
                Err(error) => unavailable(&error),
            }
        }
        Returned::Checked(Checked::NeedsCode(holder)) => match form_token(site, headers) {
            Ok((token, new)) => {
                let sent = vec![("token".to_owned(), token), ("next".to_owned(), back.to_owned())];
                let cookies: Vec<String> = gone.into_iter().chain(new).collect();
                code::ask_with(site, holder, &sent.into(), &cookies)
            }
            Err(error) => unavailable(&error),
        },
        Returned::Checked(Checked::Wrong) => {
            let why = "The account you signed in with is not linked to a user of this ledger. Ask an approver in your office \
                       for an invitation.";
            not_signed_in(StatusCode::FORBIDDEN, why, back, &gone)
        }
        Returned::NotInvited => not_invited(),
        Returned::Taken => {
            let why = "Another user of this ledger signs in with this account of your organisation. The invitation can still \
                       be used with another account.";
            not_signed_in(StatusCode::FORBIDDEN, why, back, &gone)
        }
        Returned::Failed(why) => failed(site, &why, back, &gone),
    }
}

/// Returns the page after signing out for a user who signs in with the organisation's account: that account is not signed
/// out. `None` for others.
pub fn after_sign_out(site: &Site, user: &Text, cookie: &str) -> Option<Response> {
    let (entrance, provider) = provider(site)?;
    entrance.accounts.organisation(user.as_str()).ok()??;
    let content = html! {
        p { "You are signed out of the grants ledger. Your organisation’s account may still be signed in in this browser: on a \
             computer that others use, sign out of it as well." }
        @if let Some(out) = provider.sign_out() { p { a href=(out) { "Sign out of your organisation’s account" } } }
        p { a href="/sign-in" { "Sign in again" } }
    };
    Some(outside(StatusCode::OK, "You are signed out", &content, &[cookie.to_owned()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cookie_holds_is_read_as_it_was_written() {
        let begun = Begun {
            secret: "ab".repeat(32),
            at: 1_800_000_000,
            next: "/grants?audience=panel&q=é.".to_owned(),
            invitation: String::new(),
        };
        assert_eq!(Begun::read(&begun.written()), Some(begun.clone()));
        for text in ["", "a", "a.b.c.d", "a.1.!.", "a.1..", "a.1.b.c.d"] {
            let read = Begun::read(text);
            assert_eq!(read.is_some(), text == "a.1..", "{text}: {read:?}");
        }
        // Whatever is changed of it, the state is another.
        let others = [
            Begun { secret: "cd".repeat(32), ..begun.clone() },
            Begun { at: 1, ..begun.clone() },
            Begun { next: "/".to_owned(), ..begun.clone() },
            Begun { invitation: "x".to_owned(), ..begun.clone() },
        ];
        for other in others {
            assert_ne!(other.secrets().state, begun.secrets().state, "{other:?}");
        }
        let Secrets { state, nonce, verifier } = begun.secrets();
        assert!(state != nonce && nonce != verifier && verifier.len() == 64, "{state} {nonce} {verifier}");
    }
}
