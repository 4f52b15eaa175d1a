//! Errors as JSON: a code for programs, a message, the field that it is about, and what can be done.

use almoner_app::error::{Error, Severity};
use almoner_ledger::rejection::Field;
use axum::http::{StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::json;
use crate::remedies::{self, Advice};
use crate::write::form::FieldError;

/// The schema of errors, with its version.
const SCHEMA: &str = "almoner.errors/1";
/// After how many seconds something that is busy is worth another request.
const AGAIN_SECONDS: &str = "5";

/// After how many seconds refused tokens count no more.
const LATER_SECONDS: &str = "900";

/// Errors as they are sent.
#[derive(Debug, Serialize)]
struct Errors {
    schema: &'static str,
    errors: Vec<Problem>,
}

/// What happened and what to do about it.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// The stable code.
    code: &'static str,
    message: String,
    /// The option of the address, or the field of the command, if it is about one.
    field: Option<String>,
    remedies: Vec<Advice>,
}

impl Problem {
    /// Returns a problem.
    pub fn new(code: &'static str, message: impl Into<String>) -> Problem {
        Problem { code, message: message.into(), field: None, remedies: Vec::new() }
    }

    /// Adds advice.
    pub fn advice(mut self, advice: impl Into<String>) -> Problem {
        self.remedies.push(Advice::said(advice));
        self
    }

    /// Returns the problem of an error.
    pub fn of(error: &Error) -> Problem {
        Problem {
            code: error.code,
            message: error.message.clone(),
            field: error.field.map(Field::column).map(str::to_owned),
            remedies: remedies::advice(&error.remedies),
        }
    }

    /// Returns answers that have everything, and as little as possible.
    pub fn examples() -> Vec<serde_json::Value> {
        let whole = Problem { field: Some(String::new()), ..Problem::new("", "").advice("") };
        let by_option = Advice { option: Some(""), ..Advice::said("") };
        let by_field = Advice { field: Some(""), ..Advice::said("") };
        let bare = Problem { remedies: vec![by_option, by_field], ..Problem::new("", "") };
        let errors = [vec![whole, bare]].map(|errors| Errors { schema: SCHEMA, errors });
        errors.iter().filter_map(|it| serde_json::to_value(it).ok()).collect()
    }

    /// Returns the answer with this problem alone.
    pub fn answer(self, status: StatusCode) -> Response {
        answered(status, vec![self])
    }
}

fn answered(status: StatusCode, errors: Vec<Problem>) -> Response {
    let text = serde_json::to_vec_pretty(&Errors { schema: SCHEMA, errors });
    // Texts and lists of texts can always be written.
    let mut text = text.unwrap_or_default();
    text.push(b'\n');
    let mut response = json(status, text);
    if status == StatusCode::UNAUTHORIZED {
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, header::HeaderValue::from_static("Bearer realm=\"almoner\""));
    }
    if status == StatusCode::TOO_MANY_REQUESTS {
        let later = header::HeaderValue::from_static(LATER_SECONDS);
        response.headers_mut().insert(header::RETRY_AFTER, later);
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(AGAIN_SECONDS));
    }
    response
}

/// Returns the problem of what was sent in another encoding.
pub fn not_utf8(what: &str) -> Problem {
    Problem::new("not-utf-8", format!("{what} is not in UTF-8")).advice("send it in UTF-8")
}

/// Returns the error of what cannot be written as JSON.
pub fn unwritten(error: serde_json::Error) -> Error {
    Error::unavailable("not-made", error.to_string())
}

/// Returns the answer to options of an address that its page does not take or cannot read.
pub fn of_options(wrong: &[FieldError]) -> Response {
    let name = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    let is_unavailable = wrong.iter().any(|it| it.error.severity == Severity::Unavailable);
    let problems = wrong.iter().map(|it| Problem { field: name(&it.name), ..Problem::of(&it.error) });
    let status = match is_unavailable {
        true => StatusCode::SERVICE_UNAVAILABLE,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    answered(status, problems.collect())
}

/// Returns the answer to an error.
pub fn of_error(error: &Error) -> Response {
    Problem::of(error).answer(status_of(error))
}

/// Returns the status of an error.
pub fn status_of(error: &Error) -> StatusCode {
    match (error.code, error.severity) {
        ("key-used", _) => StatusCode::CONFLICT,
        ("ledger-busy", _) | (_, Severity::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        (_, Severity::Refused) => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// Returns the status and the problem of an answer that is not JSON.
pub fn of_status(status: StatusCode) -> (StatusCode, Problem) {
    let (status, code, message, advice) = match status {
        StatusCode::SEE_OTHER | StatusCode::UNAUTHORIZED => (
            StatusCode::UNAUTHORIZED,
            "not-signed-in",
            "nobody is signed in",
            "send an access token: `Authorization: Bearer TOKEN`",
        ),
        StatusCode::FORBIDDEN => {
            (status, "not-allowed", "this is not allowed", "check the address and the token")
        }
        StatusCode::PAYLOAD_TOO_LARGE => (status, "too-large", "the request is too large", "send less"),
        StatusCode::METHOD_NOT_ALLOWED => (
            status,
            "method-not-allowed",
            "this address does not accept this method",
            "see the OpenAPI description",
        ),
        StatusCode::MISDIRECTED_REQUEST => (
            status,
            "not-served-here",
            "this server does not answer to that host name",
            "use the address of the pages",
        ),
        StatusCode::SERVICE_UNAVAILABLE => {
            (status, "unavailable", "the ledger cannot be read at the moment", "try again in a moment")
        }
        status if status.is_server_error() => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "not-made",
            "the response could not be produced; earlier records are safe",
            "tell whoever looks after the pages",
        ),
        _ => (
            StatusCode::NOT_FOUND,
            "not-found",
            "there is nothing at this address, or nothing that this audience may see",
            "check the number or the name",
        ),
    };
    (status, Problem::new(code, message).advice(advice))
}
