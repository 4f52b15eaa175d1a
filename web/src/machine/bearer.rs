//! Requests with an access token in place of a session: for addresses of JSON alone, and never with a cookie.
//!
//! Such a request is sent by no form and by no page of others: a browser adds no such header by itself, and asks first
//! before a page of others may. So it needs no token of a form.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use almoner_app::error::Error;

use crate::access_log::Event;
use crate::entrance::Entrance;
use crate::guard::cookie;
use crate::machine::{ForJson, Problem};
use crate::place::Client;
use crate::reply::missing;
use crate::sessions::{Holder, Session};
use crate::site::Site;
use crate::tokens::{PREFIX, Scope};

/// Returns what a header states as an access token of ours; `None` if it is for another: a proxy that asks for a password
/// of its own passes on what the browser answers it.
fn stated(value: &HeaderValue) -> Option<&str> {
    let (scheme, token) = value.to_str().ok()?.trim().split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.starts_with(PREFIX)).then_some(token)
}

/// Returns true if a request states who sends it by itself, with an access token.
pub fn is_given(headers: &HeaderMap) -> bool {
    headers.get_all(header::AUTHORIZATION).iter().any(|value| stated(value).is_some())
}

/// Returns the token of a request; `None` if it is too long, or something else is given with it.
fn token(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(header::AUTHORIZATION).iter();
    let (first, None) = (given.next()?, given.next()) else { return None };
    stated(first).filter(|token| token.len() < 200)
}

/// Returns the answer to a program that nobody has signed in for, if it sent something in place of an access token.
pub fn not_a_token(headers: &HeaderMap) -> Option<Response> {
    headers.contains_key(header::AUTHORIZATION).then(|| {
        let message = "the request has an `Authorization` header that is not an access token";
        refused(StatusCode::UNAUTHORIZED, "token-refused", message, HOW)
    })
}

/// How a token is sent.
const HOW: &str = "send `Authorization: Bearer TOKEN`; tokens are created on the account page";

impl Entrance {
    /// Returns the session of a token and what it is for; `None` if it is not good.
    fn session_of(&self, token: &str, from: IpAddr) -> Result<Option<(Session, Scope)>, Error> {
        let today = self.today()?;
        let Some((number, token, user)) = self.tokens.used(token, today, |id| self.user(id))? else {
            return Ok(None);
        };
        self.log_token(Event::TokenUsed, user.id.as_str(), from, None, number);
        let holder = Holder::Office { user: Box::new(user), credential: String::new() };
        Ok(Some((Session::of_program(holder), token.scope)))
    }
}

fn refused(status: StatusCode, code: &'static str, message: &str, advice: &str) -> Response {
    Problem::new(code, message).advice(advice).answer(status)
}

/// Lets a request with a good token pass to what it asks for, in a session of its own.
pub async fn admitted(site: Arc<Site>, mut request: Request, next: Next) -> Response {
    if request.extensions().get::<ForJson>().is_none() {
        let message = "access tokens can be used only with JSON addresses";
        return refused(StatusCode::FORBIDDEN, "token-not-for-pages", message, "add .json to the path");
    }
    // What is typed in forms is for people.
    if ["/drafts/", "/imports/"].iter().any(|drafts| request.uri().path().starts_with(drafts)) {
        return missing();
    }
    if cookie(request.headers(), &site.address.cookie()).is_some() {
        let message = "the request has both an access token and a session cookie";
        return refused(StatusCode::BAD_REQUEST, "token-and-cookie", message, "send one of them");
    }
    let token = token(request.headers()).map(str::to_owned);
    let from = request.extensions().get::<Client>().copied();
    let (own, given) = (site.clone(), token.unwrap_or_default());
    let checking = tokio::task::spawn_blocking(move || {
        let (Some(entrance), Some(Client(from))) = (&own.entrance, from) else { return Ok(Ok(None)) };
        if let Some(found) = entrance.session_of(&given, from)? {
            return Ok(Ok(Some(found)));
        }
        let is_too_many = entrance.note_refused_token(from)?;
        Ok::<_, Error>(if is_too_many { Err(()) } else { Ok(None) })
    });
    let (session, scope) = match checking.await {
        Ok(Ok(Ok(Some(found)))) => found,
        Ok(Ok(Ok(None))) => {
            let message = "this access token is unknown, expired, revoked or unreadable";
            return refused(StatusCode::UNAUTHORIZED, "token-refused", message, HOW);
        }
        Ok(Ok(Err(()))) => {
            let message = "too many access tokens from this address were refused";
            return refused(StatusCode::TOO_MANY_REQUESTS, "too-many", message, "try again in 15 minutes");
        }
        Ok(Err(error)) => return Problem::of(&error).answer(StatusCode::SERVICE_UNAVAILABLE),
        Err(_) => {
            let message = "the access token could not be checked";
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "not-made", message, "try again in a moment");
        }
    };
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads && scope != Scope::Record {
        let message = "this access token allows reading only";
        return refused(StatusCode::FORBIDDEN, "token-scope", message, "use one that allows recording");
    }
    site.touch();
    request.extensions_mut().insert(session);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_from_one_header_of_one_form() {
        let long = format!("Bearer {PREFIX}{}", "0".repeat(200));
        for (lines, is_ours, expected) in [
            (&["Bearer almoner_ab"][..], true, Some("almoner_ab")),
            (&["bearer almoner_ab"], true, Some("almoner_ab")),
            (&[" Bearer  almoner_ab "], true, Some("almoner_ab")),
            (&[&long], true, None),
            (&["Bearer almoner_ab", "Bearer almoner_ab"], true, None),
            (&["Basic amFuZTpqYW5l", "Bearer almoner_ab"], true, None),
            // For others.
            (&["Bearer ab"], false, None),
            (&["Bearer"], false, None),
            (&["Basic amFuZTpqYW5l"], false, None),
            (&["Basic almoner_ab"], false, None),
            (&["almoner_ab"], false, None),
            (&["Bearer \u{e9}almoner_ab"], false, None),
            (&[""], false, None),
            (&[], false, None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(line.as_bytes()).unwrap());
            }
            assert_eq!((is_given(&headers), token(&headers)), (is_ours, expected), "{lines:?}");
            assert_eq!(not_a_token(&headers).is_some(), !lines.is_empty(), "{lines:?}");
        }
    }
}
