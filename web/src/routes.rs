//! The addresses of all pages, and what every request passes on its way to one.

mod kinds;

use std::sync::Arc;

use almoner_imports::FILE_LIMIT;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

use almoner_app::error::Error;
use almoner_ledger::text::Text;

use self::kinds::{
    Needs, form_of, show, show_file, show_long, statement, take, take_file, take_for, take_long,
};
use crate::access_log::Event;
use crate::commands;
use crate::forms::About;
use crate::guard::{self, Refused};
use crate::machine::bearer;
use crate::machine::{self, ForJson};
use crate::openapi;
use crate::pages;
use crate::place::Client;
use crate::provider::RETURN;
use crate::reply::{answer, bare, missing, unavailable};
use crate::sessions::Session;
use crate::signin;
use crate::site::{Site, locked};
use crate::start;

/// Returns the router of the pages.
pub fn router(site: Arc<Site>) -> Router {
    let pages = Router::new()
        .route("/", show(pages::home::page))
        .route("/grants", show_long(pages::grants::list))
        .route("/grants/{id}", show(pages::grant::page))
        .route("/grants/{id}/{form}", form_of(About::Grant))
        .route("/decisions/{id}/{form}", form_of(About::Decision))
        .route("/recipients/{id}/{form}", form_of(About::Recipient))
        .route("/records/{number}/{form}", form_of(About::Record))
        .route("/record/statement", statement())
        .route("/record/{form}", form_of(About::Office))
        .route("/drafts/{id}", show(pages::recording::check).merge(take(pages::recording::retype)))
        .route("/drafts/{id}/record", take(pages::recording::record))
        .route("/drafts/{id}/done", show(pages::recording::done))
        .route("/bank", show_long(pages::bank::list))
        .route("/bank/{id}", show_long(pages::bank::account))
        .route("/bank/{id}/decisions", take_file(DECISIONS, pages::recording::begin_decisions))
        .route("/bank/{id}/statements/{record}", show_long(pages::bank::statement_page))
        .route("/bank/{id}/{form}", form_of(About::Account))
        .route("/recipients", show_long(pages::recipients::list))
        .route("/recipients/{id}", show(pages::recipients::page))
        .route("/decisions", show_long(pages::decisions::list))
        .route("/decisions/{id}", show(pages::decisions::page))
        .route("/budgets", show(pages::budgets::page))
        .route("/monitoring", show_long(pages::monitoring::page))
        .route("/reports", show(pages::reports::index))
        .route("/reports/{name}", show_long(pages::reports::page))
        .route("/year-end", show_long(pages::year_end::page))
        .route("/figures", show_long(pages::figures::page))
        .route("/compare", show_long(pages::figures::compare))
        .route("/papers", show(pages::papers::index))
        .route("/papers/360giving", show(pages::exports::giving))
        .route("/papers/journal", show(pages::exports::journal))
        .route(
            "/papers/finance",
            show(pages::exports::finance).merge(take_for(Needs::READING, pages::exports::begin_finance)),
        )
        .route("/papers/ledger", show(pages::exports::ledger))
        .route("/papers/{name}", show_long(pages::papers::page))
        .route("/publication", show_long(pages::publication::page))
        .route("/preview/{name}", show(pages::papers::previewed))
        .route("/import", show(pages::import::ask).merge(take_file(FILE_LIMIT, pages::import::send)))
        .route(
            "/imports/{id}",
            show_file(pages::import::show).merge(take_for(Needs::FILE, pages::import::retype)),
        )
        .route("/imports/{id}/record", take_long(pages::import::record))
        .route(
            "/imports/{id}/columns",
            show_file(pages::import::columns).merge(take_for(Needs::FILE, pages::import::match_columns)),
        )
        .route("/imports/{id}/statement", take_for(Needs::FILE, pages::import::as_statement))
        .route("/imports/{id}/profile", take_for(Needs::FILE, pages::import::save))
        .route("/imports/{id}/discard", take_for(Needs::IMPORT, pages::import::discard))
        .route("/imports/{id}/rejects", show_file(pages::import::rejects))
        .route("/imports/{id}/done", show(pages::import::done))
        .route("/approvals", show(pages::approvals::page))
        .route("/settings", show(pages::settings::page))
        .route("/users", show(pages::users::list))
        .route("/users/{id}", show(pages::users::page))
        .route("/users/{id}/invite", take_for(Needs::OWN, pages::users::invite))
        .route("/users/{id}/codes", take_for(Needs::OWN, pages::account::codes::reset))
        .route("/users/{id}/{form}", form_of(About::User))
        .route("/log", show(pages::log::page))
        .route("/verify", show_long(pages::verify::page))
        .route("/records/{number}", show(pages::log::record))
        .route("/search", show(pages::search::page))
        .route("/help", show(pages::help::index))
        .route("/help/{name}", show(pages::help::page))
        .route("/accessibility", show(pages::help::accessibility))
        .route("/account", show(pages::account::page))
        .route("/account/password", take_for(Needs::OWN, pages::account::set_password))
        .route("/account/codes", take_for(Needs::OWN, pages::account::codes::begin))
        .route("/account/codes/confirm", take_for(Needs::OWN, pages::account::codes::confirm))
        .route("/account/codes/off", take_for(Needs::OWN, pages::account::codes::turn_off))
        .route("/account/tokens", take_for(Needs::OWN, pages::account::create_token))
        .route("/account/tokens/revoke", take_for(Needs::OWN, pages::tokens::revoke))
        .route("/api/openapi", show(openapi::page))
        .route("/api/record", post(commands::take).fallback(|| async { machine::not_taken("POST") }))
        .route("/sessions", show(pages::account::sessions))
        .route("/sessions/end", take_for(Needs::OWN, pages::account::end))
        .fallback(|| async { missing() })
        .method_not_allowed_fallback(|| async { missing() })
        .layer(from_fn_with_state(site.clone(), with_session));
    let open = Router::new()
        .route("/start", get(start::ask).post(start::begin))
        .route("/sign-in", get(signin::ask).post(signin::begin))
        .route("/sign-in/code", post(signin::code::begin))
        .route("/sign-in/organisation", get(signin::organisation::begin))
        .route(RETURN, get(signin::organisation::finish))
        .route("/sign-out", post(signin::end))
        .route("/invitation", get(signin::invitation).post(signin::accept))
        .route("/static/almoner.css", get(|| async { fixed("text/css; charset=utf-8", CSS) }))
        .route("/static/almoner.js", get(|| async { fixed("text/javascript; charset=utf-8", JS) }))
        .method_not_allowed_fallback(|| async { missing() });
    let all = open.merge(pages).layer(from_fn_with_state(site.clone(), guarded)).with_state(site);
    // Addresses of JSON are taken apart before they are looked up.
    Router::new().fallback_service(all).layer(from_fn(machine::addressed))
}

/// The maximum size of a file of decisions on lines of bank statements.
const DECISIONS: u64 = 1024 * 1024;

const CSS: &str = include_str!("../static/almoner.css");
const JS: &str = include_str!("../static/almoner.js");

fn fixed(kind: &str, text: &'static str) -> Response {
    answer(StatusCode::OK, &[(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "max-age=3600")], text)
}

/// Refuses what is not for us or not from us, and adds the headers of every answer.
async fn guarded(State(site): State<Arc<Site>>, request: Request, next: Next) -> Response {
    let is_start = request.uri().path() == "/start" && request.method() == Method::POST;
    // A request with an access token is of no page: it never has the rights of a browser's session.
    let is_of_program = machine::is_api(request.uri()) && bearer::is_given(request.headers());
    let has_own_right = is_start || is_of_program;
    let checked =
        guard::check(request.method(), request.uri(), request.headers(), &site.address, has_own_right);
    let mut response = match checked {
        Ok(()) => next.run(request).await,
        Err(Refused::Host) => bare(
            StatusCode::MISDIRECTED_REQUEST,
            "Not served here",
            "The pages can be opened only at their own address. Use the address that was printed when the pages were started.",
        ),
        Err(Refused::Origin) => bare(
            StatusCode::FORBIDDEN,
            "Not recorded",
            "The form did not come from these pages. Go back, reload the page and send it again.",
        ),
    };
    guard::add_headers(response.headers_mut());
    if site.entrance.as_ref().is_some_and(|it| it.place.certificate.is_some()) {
        response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, guard::ENCRYPTED_ONLY);
    }
    response
}

/// Lets those pass who have a session.
async fn with_session(State(site): State<Arc<Site>>, mut request: Request, next: Next) -> Response {
    if bearer::is_given(request.headers()) {
        return bearer::admitted(site, request, next).await;
    }
    let id = guard::cookie(request.headers(), &site.address.cookie()).unwrap_or_default();
    let now = match site.now() {
        Ok(now) => now,
        Err(error) => return unavailable(&error),
    };
    let mut session = locked(&site.sessions).of(id, now);
    if let Some(begun) = &session {
        let client = request.extensions().get::<Client>().copied();
        match goes_on(&site, id, begun, client).await {
            Ok(true) => {}
            Ok(false) => session = None,
            // The ledger cannot be read at the moment: nothing is shown, and nobody is signed out.
            Err(error) => return unavailable(&error),
        }
    }
    let Some(session) = session else {
        if request.extensions().get::<ForJson>().is_some()
            && let Some(refused) = bearer::not_a_token(request.headers())
        {
            return refused;
        }
        if site.entrance.is_some() {
            return not_signed_in(&request);
        }
        return bare(
            StatusCode::FORBIDDEN,
            "Open the pages again",
            "This browser has not opened the grants ledger, or it was opened too long ago. Open it from \
             the address that was printed when the pages were started.",
        );
    };
    site.touch();
    // Drafts of others are not there.
    let draft =
        request.uri().path().strip_prefix("/drafts/").or(request.uri().path().strip_prefix("/imports/"));
    let draft = draft.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    if locked(&site.drafts).owner(draft).is_some_and(|owner| owner != session.owner()) {
        return missing();
    }
    request.extensions_mut().insert(session);
    next.run(request).await
}

/// Returns whether the user of a session may still see the pages. A session whose user may not is ended.
async fn goes_on(
    site: &Arc<Site>,
    id: &str,
    session: &Session,
    client: Option<Client>,
) -> Result<bool, Error> {
    if site.entrance.is_none() {
        return Ok(true);
    }
    let (own, of, id) = (site.clone(), session.clone(), id.to_owned());
    let checking = tokio::task::spawn_blocking(move || {
        let Some(entrance) = &own.entrance else { return Ok(false) };
        let goes_on = entrance.goes_on(&of)?;
        let mut sessions = locked(&own.sessions);
        if goes_on {
            sessions.save_use(&id);
        } else {
            sessions.end(&id);
            drop(sessions);
            if let Some(from) = client {
                entrance.log(Event::SessionEnded, of.user().map(Text::as_str), from.0, None);
            }
        }
        Ok(goes_on)
    });
    checking.await.unwrap_or(Ok(false))
}

/// Returns the answer to somebody who has not signed in: the way to do so, and back to what was wanted.
fn not_signed_in(request: &Request) -> Response {
    if request.method() == Method::GET {
        let wanted = request.uri().path_and_query().map_or("/", |it| it.as_str());
        return answer(StatusCode::SEE_OTHER, &[(header::LOCATION, &signin::to_sign_in(wanted))], "");
    }
    bare(
        StatusCode::FORBIDDEN,
        "Not recorded",
        "You are not signed in, or your session has ended. Sign in in another tab, then go back, reload the page and \
         send the form again.",
    )
}
