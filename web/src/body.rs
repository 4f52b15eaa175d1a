//! Reading what is sent: of bounded size, within bounded time.

use std::time::Duration;

use axum::Form;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Query, Request};
use axum::http::Uri;
use axum::http::header::CONTENT_TYPE;

use crate::fields::Fields;

/// The maximum size of a form.
const BODY: usize = 1024 * 1024;
/// The maximum size of a form of those who have no session: many of them together fill no memory.
const OF_NOBODY: usize = 16 * 1024;
/// The time that what is sent may take to arrive, as the server lets its requests know.
#[derive(Clone, Copy, Debug)]
pub struct Patience(pub Duration);

/// The media type of a form without a file.
const FORM: &str = "application/x-www-form-urlencoded";

/// Reads the fields of a form; `None` if it is of another type, or did not arrive whole.
pub async fn form(request: Request) -> Option<Fields> {
    let kind = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    let is_form = kind.split(';').next().map(str::trim) == Some(FORM);
    if is_form { fields(request, BODY).await } else { None }
}

/// Reads the fields of a form of somebody who has no session, whatever its type is called; `None` if it is too large or
/// did not arrive whole.
pub async fn of_nobody(request: Request) -> Option<Fields> {
    fields(request, OF_NOBODY).await
}

async fn fields(request: Request, most: usize) -> Option<Fields> {
    let bytes = whole(request, most).await?;
    let whole = Request::post("/").header(CONTENT_TYPE, FORM).body(bytes.into()).ok()?;
    Form::<Vec<(String, String)>>::from_request(whole, &()).await.ok().map(|Form(all)| all.into())
}

/// Returns the fields of an address.
pub fn of_address(uri: &Uri) -> Fields {
    Query::<Vec<(String, String)>>::try_from_uri(uri).map(|Query(all)| all.into()).unwrap_or_default()
}

/// Reads a body of up to `most` bytes; `None` if it is larger, takes too long or is cut off.
pub async fn whole(request: Request, most: usize) -> Option<Vec<u8>> {
    let Patience(patience) = request.extensions().get().copied()?;
    let read = tokio::time::timeout(patience, to_bytes(request.into_body(), most)).await;
    read.ok()?.ok().map(|bytes| bytes.to_vec())
}
