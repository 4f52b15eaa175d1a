//! What a page answers, and how it is sent.

use axum::body::Body;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};

use almoner_app::error::{Error, Severity};

use crate::frame::{Page, Section, document};
use crate::guard::{FRAMING_POLICY, PREVIEW_POLICY};
use crate::look::{Look, Trouble};
use crate::remedies;
use crate::write::form::FieldError;

/// What is answered.
#[derive(Debug)]
pub enum Reply {
    /// A page.
    Page(Page),
    /// A page with errors in it.
    Refused(Page),
    /// A page that reloads by itself in a moment.
    Meanwhile(Page),
    /// Another address to look at, after something was sent.
    See(String),
    /// A file to save, with a name made by us.
    File(File),
    /// A paper to show inside a page.
    Preview(Vec<u8>),
    /// What is wrong of the options of an address of JSON.
    Errors(Vec<FieldError>),
}

/// After how many seconds a page reloads by itself.
const RELOAD_SECONDS: &str = "1";

/// A file to save.
#[derive(Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub kind: &'static str,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// Returns that an address of JSON lacks an option, in words.
    pub fn not_chosen(name: &str, what: &str) -> Reply {
        let error =
            Error::refused("not-chosen", format!("{what} is not given")).advice(format!("add `{name}`"));
        Reply::Errors(vec![FieldError { name: name.to_owned(), error }])
    }

    /// Returns a page, which is refused if there is an error in it.
    pub fn of(page: Page, is_refused: bool) -> Reply {
        if is_refused { Reply::Refused(page) } else { Reply::Page(page) }
    }
}

impl From<Page> for Reply {
    fn from(page: Page) -> Reply {
        Reply::Page(page)
    }
}

/// Returns an answer.
pub fn answer(status: StatusCode, headers: &[(HeaderName, &str)], body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            all.append(name.clone(), value);
        }
    }
    *response.headers_mut() = all;
    response
}

const HTML: (HeaderName, &str) = (header::CONTENT_TYPE, "text/html; charset=utf-8");

/// Returns a page outside the frame that sets cookies.
pub fn outside(status: StatusCode, title: &str, content: &Markup, cookies: &[String]) -> Response {
    let content = html! { main #main { h1 { (title) } (content) } };
    let cookies = cookies.iter().map(|cookie| (header::SET_COOKIE, cookie.as_str()));
    let headers: Vec<_> = std::iter::once(HTML).chain(cookies).collect();
    answer(status, &headers, document(title, "", &content))
}

/// Returns a page outside the frame, for those who have no session or ask for what is not served.
pub fn bare(status: StatusCode, title: &str, text: &str) -> Response {
    outside(status, title, &html! { p { (text) } }, &[])
}

/// Returns the answer where nothing can be shown at all.
pub fn unavailable(error: &Error) -> Response {
    let message = remedies::sentence(&error.message);
    bare(StatusCode::SERVICE_UNAVAILABLE, "This cannot be shown", &message)
}

/// Returns what a page came to as it is sent.
pub fn sent(look: &Look<'_>, reply: Result<Reply, Trouble>) -> Response {
    match reply {
        Ok(Reply::Page(page)) => framed(look, &page, StatusCode::OK),
        Ok(Reply::Refused(page)) => framed(look, &page, StatusCode::UNPROCESSABLE_ENTITY),
        Ok(Reply::Meanwhile(page)) => {
            let mut response = framed(look, &page, StatusCode::OK);
            response.headers_mut().insert(header::REFRESH, HeaderValue::from_static(RELOAD_SECONDS));
            response
        }
        Ok(Reply::See(address)) => answer(StatusCode::SEE_OTHER, &[(header::LOCATION, &address)], ""),
        Ok(Reply::File(File { name, kind, bytes })) => {
            let disposition = format!("attachment; filename=\"{name}\"");
            answer(
                StatusCode::OK,
                &[(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, &disposition)],
                bytes,
            )
        }
        Ok(Reply::Preview(bytes)) => {
            answer(StatusCode::OK, &[HTML, (header::CONTENT_SECURITY_POLICY, PREVIEW_POLICY)], bytes)
        }
        Ok(Reply::Errors(_)) | Err(Trouble::Missing) => missing(),
        Err(Trouble::Error(error)) => troubled(look, &error),
    }
}

fn framed(look: &Look<'_>, page: &Page, status: StatusCode) -> Response {
    let policy = page.frames.then_some((header::CONTENT_SECURITY_POLICY, FRAMING_POLICY));
    let headers: Vec<_> = std::iter::once(HTML).chain(policy).collect();
    answer(status, &headers, page.framed(look))
}

/// Returns the answer for what does not exist, and for what the audience may not see: the same bytes.
pub fn missing() -> Response {
    bare(
        StatusCode::NOT_FOUND,
        "Not found",
        "There is nothing at this address, or nothing that this audience may see. Check the number or the name.",
    )
}

/// Returns the page of an error.
fn troubled(look: &Look<'_>, error: &Error) -> Response {
    let status = match error.severity {
        Severity::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        Severity::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    };
    // Where the books could not be read as known at the time of the address, they may be as they are now.
    if look.facts.borrow().body.is_empty() {
        look.forget_time();
    }
    let body = html! {
        div.summary role="alert" tabindex="-1" autofocus {
            h2 { "Details" }
            p { (remedies::sentence(&error.message)) }
            (remedies::list(look, &error.remedies, false))
        }
        p { a href=(look.link("/")) { "Home" } }
    };
    framed(look, &Page::new(Section::None, "This cannot be shown", body), status)
}
