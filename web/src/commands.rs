//! Recording by programs: a command that is sent with a key of its sender's, and recorded once.

use std::sync::Arc;

use almoner_app::actor::Actor;
use almoner_app::commanded::{Commanded, Confirmed, Outcome};
use almoner_app::error::{Error, Severity};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;

use crate::body::{of_address, whole};
use crate::machine::{JSON, Problem, json, not_utf8, status_of};
use crate::sessions::Session;
use crate::site::{Site, locked};
use crate::work::Works;

/// The header with the key.
pub const KEY: &str = "idempotency-key";
/// The maximum length of a key, in bytes.
const LONGEST_KEY: usize = 200;
/// The maximum size of a command: a bank statement may be long.
const BODY: usize = 4 * 1024 * 1024;

fn refused(status: StatusCode, code: &'static str, message: &str, advice: &str) -> Box<Response> {
    Box::new(Problem::new(code, message).advice(advice).answer(status))
}

/// Returns true if the command is to be decided only.
fn is_check(uri: &Uri) -> Result<bool, Box<Response>> {
    let fields = of_address(uri);
    let names: Vec<(&str, &str)> = fields.without(&[]).collect();
    match names.as_slice() {
        [] => Ok(false),
        [("check", "1")] => Ok(true),
        _ => Err(refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "unknown-option",
            "the only option of this address is `check=1`",
            "remove the others",
        )),
    }
}

/// Returns the key of a request; `None` where it is to be decided only.
fn key(headers: &HeaderMap, is_check: bool) -> Result<Option<String>, Box<Response>> {
    if is_check {
        return Ok(None);
    }
    let mut given = headers.get_all(KEY).iter();
    let (Some(key), None) = (given.next(), given.next()) else {
        let message = "the header `Idempotency-Key` is missing, or given more than once";
        let advice = "send a new key with each command, and the same key if the command is sent again";
        return Err(refused(StatusCode::BAD_REQUEST, "no-key", message, advice));
    };
    let key = key.to_str().ok().map(str::trim).filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY);
    let plain = key.filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    plain.map(|key| Some(key.to_owned())).ok_or_else(|| {
        let message =
            "the key is too long, or contains characters other than letters, digits and punctuation";
        refused(
            StatusCode::BAD_REQUEST,
            "not-a-key",
            message,
            "use up to 200 letters, digits and punctuation marks, without spaces",
        )
    })
}

/// Returns what was sent.
async fn sent(request: Request) -> Result<String, Box<Response>> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_json = kind.and_then(|kind| kind.split(';').next()).is_some_and(|kind| kind.trim() == JSON);
    if !is_json {
        let (status, message) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "the request is not declared as JSON");
        return Err(refused(status, "not-json", message, "send the header `Content-Type: application/json`"));
    }
    let Some(bytes) = whole(request, BODY).await else {
        let (status, message) =
            (StatusCode::PAYLOAD_TOO_LARGE, "the command is incomplete, or larger than 4 MiB");
        return Err(refused(status, "too-large", message, "send it again"));
    };
    String::from_utf8(bytes).map_err(|_| Box::new(not_utf8("what was sent").answer(StatusCode::BAD_REQUEST)))
}

/// Records a command, or decides it only.
async fn taken(site: Arc<Site>, session: Session, request: Request) -> Result<Response, Box<Response>> {
    let is_check = is_check(request.uri())?;
    let key = key(request.headers(), is_check)?;
    if site.is_read_only {
        let message = "the pages are read-only";
        return Err(refused(StatusCode::FORBIDDEN, "read-only", message, "use pages that allow recording"));
    }
    if !session.records() {
        let message = "this user's roles do not allow recording";
        return Err(refused(
            StatusCode::FORBIDDEN,
            "no-role",
            message,
            "use a token of a user who can record",
        ));
    }
    let text = sent(request).await?;
    let working = tokio::task::spawn_blocking(move || {
        locked(&site.works).forget_all(Works::PAGES);
        recorded(&site, &session, &text, key.as_deref())
    });
    let answered = working.await.unwrap_or_else(|_| {
        Err(Error::unavailable("not-made", "the command could not be carried out")
            .advice("send it again with the same key"))
    });
    answered.map_err(|error| Box::new(Problem::of(&error).answer(status(&error))))
}

fn status(error: &Error) -> StatusCode {
    match (error.code, error.severity) {
        ("not-a-command", _) => StatusCode::BAD_REQUEST,
        ("not-for-programs" | "no-role", Severity::Refused) => StatusCode::FORBIDDEN,
        _ => status_of(error),
    }
}

fn recorded(site: &Site, session: &Session, text: &str, key: Option<&str>) -> Result<Response, Error> {
    let commanded = Commanded::parse(text)?;
    let actor = Actor { user: session.user().cloned(), ..site.program.actor()? };
    let (recorded, is_proposal) = commanded.record(&site.office, &actor, key)?;
    let confirmed = Confirmed::of(&recorded, is_proposal)?;
    let status = match confirmed.result() {
        Outcome::Recorded if !confirmed.is_repeated() => StatusCode::CREATED,
        Outcome::Proposed => StatusCode::ACCEPTED,
        _ => StatusCode::OK,
    };
    Ok(json(status, confirmed.json()?))
}

/// Takes a command of a program.
pub async fn take(State(site): State<Arc<Site>>, request: Request) -> Response {
    let session = request.extensions().get::<Session>().cloned();
    let is_token = crate::machine::bearer::is_given(request.headers());
    match session.filter(|_| is_token) {
        Some(session) => taken(site, session, request).await.unwrap_or_else(|refused| *refused),
        // A form of a page records on its page.
        None => *refused(
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "commands can be recorded only with an access token",
            "send `Authorization: Bearer TOKEN`",
        ),
    }
}
