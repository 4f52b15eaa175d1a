//! Access for programs: each page with figures as JSON, under its address with `.json`, for the same audiences.
//!
//! An address is taken apart once, before it is looked up, so that there is no second route of a page. Whatever is
//! answered without being JSON (a page, a redirection, something missing) becomes an error in JSON here, from its status
//! alone: what is hidden and what does not exist get the same bytes.

pub mod bearer;
mod errors;

pub use errors::{Problem, not_utf8, status_of, unwritten};

use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::guard::add_headers;
use crate::look::Trouble;
use crate::reply::{File, Reply, answer, missing};

/// What addresses of JSON end with.
const ENDING: &str = ".json";
/// What addresses for programs alone begin with.
const API: &str = "/api/";
/// The media type of JSON.
pub const JSON: &str = "application/json";

/// Marks a request for JSON.
#[derive(Clone, Copy, Debug)]
pub struct ForJson;

/// Returns the address of the page whose JSON an address names: `/reports/themes` for `/reports/themes.json`.
fn page_of(uri: &Uri) -> Option<Uri> {
    let path = uri.path().strip_suffix(ENDING)?;
    let path = if path == HOME { "/" } else { path };
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    // The page of home has a name of its own here; below a folder there is none without a name.
    if path.ends_with('/') && path.len() > 1 || uri.path() == "/.json" {
        return None;
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{path}{query}").parse().ok();
    Uri::from_parts(parts).ok()
}

/// The name of the home page in addresses of JSON.
const HOME: &str = "/home";

/// Returns true for an address for programs alone.
pub fn is_api(address: &Uri) -> bool {
    address.path().starts_with(API)
}

/// Returns true if an address is UTF-8 once what is escaped in it has been read.
fn is_utf8(uri: &Uri) -> bool {
    let text = uri.path_and_query().map_or("", |it| it.as_str());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| first == b'%').and_then(|it| str::from_utf8(it).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    str::from_utf8(&bytes).is_ok()
}

/// Takes the ending off an address of JSON, and makes whatever is answered JSON.
pub async fn addressed(mut request: Request, next: Next) -> Response {
    let page = page_of(request.uri());
    if (page.is_some() || is_api(request.uri())) && !is_utf8(request.uri()) {
        return as_sent(errors::not_utf8("the address").answer(StatusCode::BAD_REQUEST));
    }
    if let Some(page) = page {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return not_taken("GET, HEAD");
        }
        *request.uri_mut() = page;
    } else if !is_api(request.uri()) {
        return next.run(request).await;
    } else if request.method() == Method::POST && !bearer::is_given(request.headers()) {
        // No page of a browser records here, whoever has signed in.
        return as_sent(bearer::not_a_token(request.headers()).unwrap_or_else(|| {
            let (status, problem) = errors::of_status(StatusCode::UNAUTHORIZED);
            problem.answer(status)
        }));
    }
    request.extensions_mut().insert(ForJson);
    as_json(next.run(request).await)
}

/// Returns an answer with the headers of all answers.
fn as_sent(mut response: Response) -> Response {
    add_headers(response.headers_mut());
    response
}

/// Returns the answer to a method that an address does not take.
pub fn not_taken(methods: &'static str) -> Response {
    let (status, problem) = errors::of_status(StatusCode::METHOD_NOT_ALLOWED);
    let mut response = problem.answer(status);
    response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static(methods));
    as_sent(response)
}

/// Returns an answer as it is if it is JSON, else the error of its status.
fn as_json(response: Response) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.starts_with(JSON)) {
        return response;
    }
    let (status, problem) = errors::of_status(response.status());
    as_sent(problem.answer(status))
}

/// Returns JSON as it is sent.
pub fn json(status: StatusCode, bytes: Vec<u8>) -> Response {
    answer(status, &[(header::CONTENT_TYPE, JSON)], bytes)
}

/// Returns JSON that was made in place of a page.
pub fn made(bytes: Vec<u8>) -> Reply {
    Reply::File(File { name: String::new(), kind: JSON, bytes })
}

/// Returns what a page came to as JSON.
pub fn sent(reply: Result<Reply, Trouble>) -> Response {
    match reply {
        Ok(Reply::File(file)) if file.kind == JSON => json(StatusCode::OK, file.bytes),
        Ok(Reply::Errors(wrong)) => errors::of_options(&wrong),
        Err(Trouble::Error(error)) => errors::of_error(&error),
        // A page that has no JSON is not there.
        Ok(_) | Err(Trouble::Missing) => missing(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_utf_8_once_it_has_been_read() {
        for (address, expected) in [
            ("/grants.json?name=caf%C3%A9", true),
            ("/grants.json?name=100%", true),
            ("/grants.json?name=%+1%4", true),
            ("/grants.json?name=%e9", false),
            ("/grants/%FF.json", false),
            ("/grants/%C3.json?x=%A9", false),
        ] {
            assert_eq!(is_utf8(&address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn an_address_of_json_is_that_of_its_page() {
        for (address, expected) in [
            ("/reports/themes.json?fy=2015-16", Some("/reports/themes?fy=2015-16")),
            ("/grants/1-2015.json", Some("/grants/1-2015")),
            ("/grants/a.json.json", Some("/grants/a.json")),
            ("/grants/a%2Ejson", None),
            ("/home.json", Some("/")),
            ("/home.json?fy=2015-16", Some("/?fy=2015-16")),
            ("/.json", None),
            ("/grants/.json", None),
            ("/grants", None),
            ("/grants?name=a.json", None),
        ] {
            let page = page_of(&address.parse().unwrap());
            assert_eq!(page.map(|it| it.to_string()).as_deref(), expected, "{address}");
        }
    }
}
