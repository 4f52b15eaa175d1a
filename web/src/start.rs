//! Opening the pages: the token of the start file or of the printed address becomes a session, once.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use maud::html;

use almoner_app::error::Error;

use crate::body::body;
use crate::desk::hex;
use crate::frame::document;
use crate::reply::{answer, bare};
use crate::site::{Site, locked};

type Pairs = Vec<(String, String)>;

fn start_of(pairs: &Pairs) -> String {
    pairs.iter().find(|(name, _)| name == "start").map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Shows the button of the printed address: looking at it uses nothing up.
pub async fn ask(State(site): State<Arc<Site>>, request: Request) -> Response {
    let pairs = Query::<Pairs>::try_from_uri(request.uri()).map(|Query(pairs)| pairs).unwrap_or_default();
    let start = start_of(&pairs);
    if !locked(&site.sessions).expects(&start) {
        return used();
    }
    let content = html! {
        main #main {
            h1 { "Open the grants ledger" }
            form method="post" action="/start" {
                input type="hidden" name="start" value=(start);
                div.buttons { button { "Open" } }
            }
        }
    };
    page(StatusCode::OK, &document("Open the grants ledger", "", &content), None)
}

/// Begins a session.
pub async fn begin(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(bytes) = body(request.into_body()).await else { return used() };
    let sent = String::from_utf8_lossy(&bytes).into_owned();
    let uri = axum::http::Uri::try_from(format!("/?{sent}")).ok();
    let pairs = uri.and_then(|uri| Query::<Pairs>::try_from_uri(&uri).ok()).map(|Query(pairs)| pairs);
    let start = start_of(&pairs.unwrap_or_default());
    match begun(&site, &start) {
        Ok(Some(id)) => {
            site.touch();
            *locked(&site.start) = None;
            let cookie = format!("{}={id}; Path=/; HttpOnly; SameSite=Strict", site.address.cookie());
            // The cookie does not follow a redirection from a file, so the page goes on by itself.
            let content = html! {
                main #main {
                    meta http-equiv="refresh" content="0; url=/";
                    h1 { "The grants ledger is open" }
                    p { a href="/" { "Go to the home page" } }
                }
            };
            page(StatusCode::OK, &document("The grants ledger is open", "", &content), Some(&cookie))
        }
        Ok(None) => used(),
        Err(error) => bare(StatusCode::SERVICE_UNAVAILABLE, "The pages cannot be opened", &error.message),
    }
}

/// Begins a session if the token is the one expected, and returns its id.
fn begun(site: &Site, start: &str) -> Result<Option<String>, Error> {
    let (id, token) = (hex(&site.program.random()?), hex(&site.program.random()?));
    if !locked(&site.sessions).begin(start, &id, token) {
        return Ok(None);
    }
    Ok(Some(id))
}

fn used() -> Response {
    bare(
        StatusCode::FORBIDDEN,
        "Not opened",
        "This address has been used, or is not complete. End the program and start it again to open the pages in \
         another browser.",
    )
}

fn page(status: StatusCode, html: &str, cookie: Option<&str>) -> Response {
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    let cookie = cookie.map(|cookie| (header::SET_COOKIE, cookie));
    let headers: Vec<_> = std::iter::once(kind).chain(cookie).collect();
    answer(status, &headers, html.to_owned())
}
