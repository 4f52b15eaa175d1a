//! Opening the pages: the token of the start file or of the printed address becomes a session, once.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;

use almoner_app::error::Error;
use almoner_ledger::hash::hex_of_bytes;

use crate::body::{of_address, of_nobody};
use crate::reply::{bare, outside, unavailable};
use crate::site::{Site, locked};

/// Shows the button of the printed address: looking at it uses nothing up.
pub async fn ask(State(site): State<Arc<Site>>, request: Request) -> Response {
    let fields = of_address(request.uri());
    let start = fields.text("start");
    if !locked(&site.sessions).expects(start) {
        return used();
    }
    let content = html! {
        form method="post" action="/start" {
            input type="hidden" name="start" value=(start);
            div.buttons { button { "Open" } }
        }
    };
    outside(StatusCode::OK, "Open the grants ledger", &content, &[])
}

/// Begins a session.
pub async fn begin(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(sent) = of_nobody(request).await else { return used() };
    match begun(&site, sent.text("start")) {
        Ok(Some(id)) => {
            site.touch();
            *locked(&site.start) = None;
            let cookie = format!("{}={id}; Path=/; HttpOnly; SameSite=Strict", site.address.cookie());
            // The cookie does not follow a redirection from a file, so the page goes on by itself.
            let content = html! {
                meta http-equiv="refresh" content="0; url=/";
                p { a href="/" { "Go to the home page" } }
            };
            outside(StatusCode::OK, "The grants ledger is open", &content, &[cookie])
        }
        Ok(None) => used(),
        Err(error) => unavailable(&error),
    }
}

/// Begins a session if the token is the one expected, and returns its id.
fn begun(site: &Site, start: &str) -> Result<Option<String>, Error> {
    let (id, now) = (hex_of_bytes(&site.program.random()?), site.now()?);
    if !locked(&site.sessions).begin(start, &id, now) {
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
