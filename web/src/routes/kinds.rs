//! What each kind of page does with a request: it shows, takes a form or a file, or works on a file away from the
//! connections.

use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::timeout;

use almoner_app::actor::Actor;
use almoner_app::figures::View;
use almoner_ledger::audience::Audience;

use crate::body::{form, of_address};
use crate::fields::{Fields, address, encoded};
use crate::forms::About;
use crate::forms::bank::STATEMENT;
use crate::look::{Look, Trouble};
use crate::machine::{self, ForJson};
use crate::pages;
use crate::place::Client;
use crate::reply::{Reply, answer, bare, missing, sent, unavailable};
use crate::sessions::{Session, is_same};
use crate::site::{Site, locked};
use crate::upload::{self, NotReceived, Upload};
use crate::work::{Progress, Work, Works};

/// A page that looks.
pub trait Show: Fn(&Look<'_>) -> Result<Reply, Trouble> + Copy + Send + Sync + 'static {}
impl<T: Fn(&Look<'_>) -> Result<Reply, Trouble> + Copy + Send + Sync + 'static> Show for T {}
/// What takes a form.
pub trait Take: Fn(&Look<'_>, Fields) -> Result<Reply, Trouble> + Copy + Send + Sync + 'static {}
impl<T: Fn(&Look<'_>, Fields) -> Result<Reply, Trouble> + Copy + Send + Sync + 'static> Take for T {}

/// What takes a form with a file, if one was chosen.
pub trait TakeFile:
    Fn(&Look<'_>, Fields, Option<Upload>) -> Result<Reply, Trouble> + Copy + Send + Sync + 'static
{
}
impl<T: Fn(&Look<'_>, Fields, Option<Upload>) -> Result<Reply, Trouble> + Copy + Send + Sync + 'static>
    TakeFile for T
{
}

/// The maximum size of a bank statement.
const STATEMENT_LIMIT: u64 = almoner_imports::STATEMENT_LIMIT as u64;

/// Returns the route of a page.
pub fn show(page: impl Show) -> MethodRouter<Arc<Site>> {
    get(move |State(site): State<Arc<Site>>, request: Request| async move {
        let (asked, _) = Asked::of(request).await;
        in_background(site, asked, page).await
    })
}

/// Returns the route of a page that may need every grant. If that takes long, it says so and reloads by itself.
pub fn show_long(page: impl Show) -> MethodRouter<Arc<Site>> {
    get(move |State(site): State<Arc<Site>>, request: Request| async move {
        let (asked, _) = Asked::of(request).await;
        // A program waits: it would take a page of progress for the figures.
        if asked.is_json {
            return in_background(site, asked, page).await;
        }
        // A page is of its session.
        let key = Works::page(&asked.session.token, &asked.address);
        let begun = locked(&site.works).get(&key);
        let (work, ended) = match begun {
            Some(work) => waited_for(&site, &key, work).await,
            None => {
                let mut making = tokio::spawn(in_background(site.clone(), asked.clone(), page));
                // Without patience it is not even looked whether the page is made.
                if !site.patience.is_zero()
                    && let Ok(made) = timeout(site.patience, &mut making).await
                {
                    return made.unwrap_or_else(|_| failed());
                }
                let made = async { making.await.unwrap_or_else(|_| failed()) };
                (Works::get_or_begin(&site.works, key, |_| made), None)
            }
        };
        match ended {
            Some(ended) => ended,
            None => {
                let showing = move |look: &Look<'_>| pages::progress::making(look, &work);
                in_background(site, asked, showing).await
            }
        }
    })
}

/// Returns the route of a page that reads a file that was sent: of how far that is, if it takes long. While the file is
/// recorded, it is the page of how far that is.
pub fn show_file(page: impl Show) -> MethodRouter<Arc<Site>> {
    get(move |State(site): State<Arc<Site>>, request: Request| async move {
        let (asked, _) = Asked::of(request).await;
        let recording = Works::recording(asked.first());
        // What others may see has no imports.
        let is_office = asked.fields.audience(asked.session.sees()).is_ok_and(Audience::sees_confidential);
        let recorded = if is_office { locked(&site.works).get(&recording) } else { None };
        let is_recorded = recorded.is_some();
        let (work, ended) = match recorded {
            Some(recorded) => waited_for(&site, &recording, recorded).await,
            None => {
                let (key, next) = (asked.address.clone(), "Reload the page in a moment.");
                work(&site, &asked, key, (Needs::FILE, "Not shown yet", next), page).await
            }
        };
        match ended {
            Some(ended) => ended,
            None => {
                let showing = move |look: &Look<'_>| pages::progress::page(look, &work, is_recorded);
                in_background(site, asked, showing).await
            }
        }
    })
}

/// Returns the route that takes the form by which a file is recorded. If that takes long, the page of its plan says how
/// far it is.
pub fn take_long(act: impl Take) -> MethodRouter<Arc<Site>> {
    post(move |State(site): State<Arc<Site>>, request: Request| async move {
        let (asked, request) = Asked::of(request).await;
        let fields = match form_of_session(&site, &asked, Needs::TURN, request).await {
            Ok(fields) => fields,
            Err(refused) => return *refused,
        };
        let plan = asked.plan();
        locked(&site.works).forget_all(&plan.0);
        let (key, next) =
            (Works::recording(asked.first()), "Nothing was recorded. Go back and send it again.");
        let recording = move |look: &Look<'_>| act(look, fields);
        match work(&site, &asked, key, (Needs::TURN, "Not recorded", next), recording).await {
            (_, Some(ended)) => ended,
            (_, None) => answer(StatusCode::SEE_OTHER, &[(header::LOCATION, &plan.1)], ""),
        }
    })
}

/// Begins work away from the connections once it has what it needs, unless it has been begun; and returns it, and what
/// it came to if that did not take long. Title and advice are shown where it does not get what it needs.
async fn work(
    site: &Arc<Site>,
    asked: &Asked,
    key: String,
    (needs, title, next): (Needs, &'static str, &'static str),
    page: impl FnOnce(&Look<'_>) -> Result<Reply, Trouble> + Send + 'static,
) -> (Arc<Work>, Option<Response>) {
    let begin = |progress| {
        let (site, asked) = (site.clone(), asked.clone());
        async move {
            match needs.taken(&site).await {
                Ok(places) => by_worker(site, asked, progress, holding(places, page)).await,
                Err(why) => bare(StatusCode::SERVICE_UNAVAILABLE, title, &format!("{why} {next}")),
            }
        }
    };
    let work = Works::get_or_begin(&site.works, key.clone(), begin);
    waited_for(site, &key, work).await
}

/// Waits for work as long as a page does. Returns it, and its answer if it has ended, which is given to one request.
async fn waited_for(site: &Site, key: &str, work: Arc<Work>) -> (Arc<Work>, Option<Response>) {
    let ended = work.ended_within(site.patience).await;
    if ended.is_some() {
        locked(&site.works).forget(key, &work);
    }
    (work, ended.map(Response::from))
}

/// What is waited for, away from the pages, before a page works with files that were sent.
#[derive(Clone, Copy)]
pub struct Needs {
    turn: bool,
    file: bool,
    /// True for a form about an import, which is refused while that import is being recorded.
    import: bool,
    /// True if something is recorded, which pages for reading only refuse, and to users who may not.
    recording: bool,
}

impl Needs {
    const NOTHING: Needs = Needs { turn: false, file: false, import: false, recording: true };
    /// Nothing is recorded: what is typed is for a file that is made.
    pub const READING: Needs = Needs { recording: false, ..Needs::NOTHING };
    /// The user changes what is the user's own.
    pub const OWN: Needs = Needs::READING;
    /// Nothing is waited for.
    pub const IMPORT: Needs = Needs { import: true, ..Needs::NOTHING };
    /// A file is read.
    pub const FILE: Needs = Needs { file: true, ..Needs::IMPORT };
    /// A file is read and recorded: one at a time.
    const TURN: Needs = Needs { turn: true, ..Needs::FILE };

    /// Waits for the places, which are free again once they are dropped; else says why there are none.
    async fn taken(self, site: &Site) -> Result<Vec<OwnedSemaphorePermit>, &'static str> {
        let mut places = Vec::new();
        if self.turn {
            let turn = site.importing.place().await;
            places.push(turn.map_err(|_| "Another import is being recorded.")?);
        }
        if self.file {
            places.push(site.readers.place().await.map_err(|_| "Other files are being read.")?);
        }
        Ok(places)
    }
}

/// Returns a page whose places are taken until it has been made, even if nobody waits for the answer any more.
fn holding(
    places: Vec<OwnedSemaphorePermit>,
    page: impl FnOnce(&Look<'_>) -> Result<Reply, Trouble>,
) -> impl FnOnce(&Look<'_>) -> Result<Reply, Trouble> {
    move |look| {
        let reply = page(look);
        drop(places);
        reply
    }
}

/// Returns the route of the forms about something of a kind, which are shown and sent under one address.
pub fn form_of(about: About) -> MethodRouter<Arc<Site>> {
    use pages::recording::{asked, begin, form};
    show(move |look| form(look, asked(look, about)?))
        .merge(take(move |look, sent| begin(look, asked(look, about)?, sent)))
}

/// Returns the route of the form that takes a bank statement.
pub fn statement() -> MethodRouter<Arc<Site>> {
    use pages::recording::{form, form_named};
    show(|look| form(look, form_named(look, About::Office, STATEMENT)?))
        .merge(take_file(STATEMENT_LIMIT, pages::import::send_statement))
}

/// Returns the route that takes a form.
pub fn take(act: impl Take) -> MethodRouter<Arc<Site>> {
    take_for(Needs::NOTHING, act)
}

/// Returns the route that takes a form once what it needs is free.
pub fn take_for(needs: Needs, act: impl Take) -> MethodRouter<Arc<Site>> {
    post(move |State(site): State<Arc<Site>>, request: Request| async move {
        let (asked, request) = Asked::of(request).await;
        let fields = match form_of_session(&site, &asked, needs, request).await {
            Ok(fields) => fields,
            Err(refused) => return *refused,
        };
        let plan = needs.import.then(|| asked.plan());
        if let Some((_, address)) = &plan
            && locked(&site.works).is_recording(asked.first())
        {
            return answer(StatusCode::SEE_OTHER, &[(header::LOCATION, address)], "");
        }
        match needs.taken(&site).await {
            Ok(places) => {
                let acting = holding(places, move |look| {
                    let reply = act(look, fields);
                    // A plan begun before is of the draft as it was.
                    if let Some((path, _)) = plan {
                        locked(&look.site.works).forget_all(&path);
                    }
                    reply
                });
                in_background(site, asked, acting).await
            }
            Err(why) => {
                let next = "Nothing was recorded. Go back and send it again in a moment.";
                bare(StatusCode::SERVICE_UNAVAILABLE, "Not recorded", &format!("{why} {next}"))
            }
        }
    })
}

/// Reads a form that was sent in a session; else returns the answer.
async fn form_of_session(
    site: &Site,
    asked: &Asked,
    needs: Needs,
    request: Request,
) -> Result<Fields, Box<Response>> {
    let refused = |status, why| Err(Box::new(bare(status, "Not recorded", why)));
    let Some(fields) = form(request).await else {
        return refused(
            StatusCode::BAD_REQUEST,
            "The form was not received in full, or is too large. Nothing was recorded. Go back and send it again.",
        );
    };
    if !is_same(fields.text("token"), &asked.session.token) {
        return refused(
            StatusCode::FORBIDDEN,
            "The form is from another session. Go back, reload the page and send it again.",
        );
    }
    if needs.recording
        && let Some(why) = not_recording(site, &asked.session)
    {
        return refused(StatusCode::FORBIDDEN, why);
    }
    Ok(fields)
}

/// Returns why nothing can be recorded in a session.
fn not_recording(site: &Site, session: &Session) -> Option<&'static str> {
    if site.is_read_only {
        return Some("The pages are read-only.");
    }
    (!session.records()).then_some("Your roles let you look at the ledger, but not record anything in it.")
}

/// Returns the route that takes a form with a file of up to `limit` bytes.
pub fn take_file(limit: u64, act: impl TakeFile) -> MethodRouter<Arc<Site>> {
    let taken = post(move |State(site): State<Arc<Site>>, request: Request| async move {
        let (asked, request) = Asked::of(request).await;
        if let Some(why) = not_recording(&site, &asked.session) {
            return bare(StatusCode::FORBIDDEN, "Not recorded", why);
        }
        let received = async {
            let place = site.readers.place().await?;
            let (fields, file) = upload::received(request, &asked.session.token, limit).await?;
            Ok::<_, NotReceived>((place, fields, file))
        };
        let (place, fields, file) = match received.await {
            Ok(received) => received,
            Err(refused) => {
                let (status, why) = refused.why();
                let next = "Nothing was recorded. Go back, reload the page and send it again.";
                return bare(status, "Not recorded", &format!("{why} {next}"));
            }
        };
        let acting = holding(vec![place], move |look| act(look, fields, file));
        in_background(site, asked, acting).await
    });
    taken.layer(upload::body_limit(limit))
}

/// What a request asks for.
#[derive(Clone)]
struct Asked {
    address: String,
    parts: Vec<String>,
    path: String,
    fields: Fields,
    session: Session,
    client: Option<Client>,
    /// True if something is sent.
    is_sent: bool,
    /// True if JSON is sent in place of a page.
    is_json: bool,
}

impl Asked {
    async fn of(request: Request) -> (Asked, Request) {
        let (mut head, body) = request.into_parts();
        let params = match head.extensions.get::<MatchedPath>() {
            Some(_) => RawPathParams::from_request_parts(&mut head, &()).await.ok(),
            None => None,
        };
        let parts = params.iter().flat_map(|all| all.iter()).map(|(_, value)| value.to_owned()).collect();
        let asked = Asked {
            address: head.uri.path_and_query().map_or_else(String::new, ToString::to_string),
            parts,
            path: head.uri.path().to_owned(),
            fields: of_address(&head.uri),
            session: head.extensions.get::<Session>().cloned().unwrap_or_default(),
            client: head.extensions.get::<Client>().copied(),
            is_sent: head.method == Method::POST,
            is_json: head.extensions.get::<ForJson>().is_some(),
        };
        (asked, Request::from_parts(head, body))
    }

    /// Returns the first part of the path that varies.
    fn first(&self) -> &str {
        self.parts.first().map_or("", String::as_str)
    }

    /// Returns the path of the plan of an import, and its address for the same audience.
    fn plan(&self) -> (String, String) {
        let path = format!("/imports/{}", encoded(self.first()));
        let address = address(&path, self.fields.without(&[]));
        (path, address)
    }
}

/// Answers away from the connections: the books are read and written with calls that wait.
async fn in_background(
    site: Arc<Site>,
    asked: Asked,
    page: impl FnOnce(&Look<'_>) -> Result<Reply, Trouble> + Send + 'static,
) -> Response {
    let answered = tokio::task::spawn_blocking(move || made(&site, asked, Arc::default(), page));
    answered.await.unwrap_or_else(|_| failed())
}

/// Answers as `in_background` does, on the thread of files. The program waits for it at its end.
async fn by_worker(
    site: Arc<Site>,
    asked: Asked,
    progress: Arc<Progress>,
    page: impl FnOnce(&Look<'_>) -> Result<Reply, Trouble> + Send + 'static,
) -> Response {
    let answered = tokio::task::spawn_blocking(move || {
        let own = site.clone();
        site.worker.done(move || made(&own, asked, progress, page))
    });
    answered.await.ok().flatten().unwrap_or_else(failed)
}

/// Returns the answer where a page could not be made.
fn failed() -> Response {
    bare(
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something went wrong",
        "The page could not be shown. Earlier records are safe. Check the audit log before you record anything again.",
    )
}

/// Makes a page, and returns it as it is sent.
fn made(
    site: &Site,
    asked: Asked,
    progress: Arc<Progress>,
    page: impl FnOnce(&Look<'_>) -> Result<Reply, Trouble>,
) -> Response {
    let actor = match site.program.actor() {
        Ok(actor) if site.entrance.is_some() => Actor { user: asked.session.user().cloned(), ..actor },
        Ok(actor) => actor,
        Err(error) => return unavailable(&error),
    };
    let Asked { parts, path, fields, session, client, is_sent, is_json, .. } = asked;
    if is_sent {
        // Pages made before this are of the books as they were.
        locked(&site.works).forget_all(Works::PAGES);
    }
    let own = session.sees();
    let view = fields.view(actor.today, own);
    let (view, wrong) = match view {
        Ok(view) => (view, None),
        Err(error) => {
            (View { known_at: None, audience: fields.audience(own).unwrap_or(Audience::Public) }, Some(error))
        }
    };
    let (facts, ledger) = Default::default();
    if !session.may_look_as(view.audience) {
        return missing();
    }
    let look =
        Look { site, parts, path, fields, session, client, actor, view, facts, ledger, is_json, progress };
    let mistaken = if is_sent { None } else { pages::refused::mistaken(&look) };
    let reply = match (mistaken, wrong) {
        (Some(refused), _) => refused,
        (None, None) => page(&look),
        (None, Some(error)) => {
            look.forget_time();
            Err(Trouble::Error(error))
        }
    };
    let reply = pages::refused::refused(&look, reply);
    if look.is_json { machine::sent(reply) } else { sent(&look, reply) }
}
