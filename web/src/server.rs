//! The server: connections with limits of number and time, until it is idle too long or is ended.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONNECTION;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{OnceCell, Semaphore, watch};

use almoner_app::actor::Actor;
use almoner_app::error::Error;
use almoner_app::office::Office;
use almoner_app::profiles::Profiles;
use almoner_ledger::book::Books;
use almoner_ledger::hash::hex_of_bytes;
use almoner_store::folder::Access;
use almoner_store::scratch::ScratchError;

use crate::body::Patience;
use crate::codes::SealingKey;
use crate::desk::{Address, DeskName, StartFile};
use crate::drafts::Drafts;
use crate::entrance::Entrance;
use crate::files::Files;
use crate::guard::add_headers;
use crate::listening::{Connection, Listener};
use crate::peer::{self, Peer};
use crate::place::{Client, OfficePlace};
use crate::program::Program;
use crate::provider::{Provider, ProviderSettings};
use crate::reply::answer;
use crate::routes::router;
use crate::sessions::Sessions;
use crate::site::{Site, locked};

/// The limits of connections.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at the same time.
    pub connections: usize,
    /// The time for the head of a request, which is also how long a connection may be idle.
    pub head: Duration,
    /// The time that a form or a command may take to arrive.
    pub body: Duration,
    /// The time that a connection may last.
    pub connection: Duration,
    /// The time without any use after which the pages end.
    pub idle: Duration,
    /// The time that a page waits for a file to be planned or recorded before it says how far that is.
    pub answer: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 2_000,
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            connection: Duration::from_secs(300),
            idle: Duration::from_secs(30 * 60),
            answer: Duration::from_secs(2),
        }
    }
}

/// How the pages are served.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The port; one made of the ledger's id if not given.
    pub port: Option<u16>,
    /// True if no browser is opened.
    pub no_open: bool,
    /// True if nothing can be recorded.
    pub is_read_only: bool,
    /// True if the ledger is the example.
    pub is_demo: bool,
    /// The private folder of the user for files of programs that run.
    pub runtime_folder: PathBuf,
    /// The private folder of the user in which drafts of forms are saved; they are not saved if not given.
    pub drafts: Option<PathBuf>,
    /// The profiles by which files are read.
    pub profiles: Profiles,
    /// The limits of connections.
    pub limits: Limits,
    /// The file with the key under which the secrets of one-time codes are sealed.
    pub key_file: Option<PathBuf>,
    /// The provider of the organisation's accounts, if users of the office sign in with them.
    pub provider: Option<ProviderSettings>,
    /// Where the pages of an office are served, whose users sign in; at the user's own desk if not given.
    pub office: Option<OfficePlace>,
}

/// The pages, ready to answer.
#[derive(Debug)]
pub struct Desk {
    site: Arc<Site>,
    listener: Listener,
    limits: Limits,
    start: String,
}

/// Serves the pages until they are idle too long or are ended, and hands the address to start from to `announce` once
/// they answer.
///
/// # Errors
///
/// If the ledger cannot be opened, no port is free, or the start file cannot be written.
pub fn serve(
    office: Office,
    program: Arc<dyn Program>,
    settings: &Settings,
    announce: impl FnOnce(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).max_blocking_threads(8).enable_all().build();
    let runtime = runtime.map_err(|error| Error::unavailable("not-served", error.to_string()))?;
    runtime.block_on(async {
        let desk = Desk::open(office, program.clone(), settings).await?;
        let address = desk.start_address();
        if !settings.no_open && settings.office.is_none() {
            desk.write_start_file(&settings.runtime_folder)?;
        }
        let site = desk.site.clone();
        // Before anybody learns the address and may end the program.
        let ending = ended();
        let serving = tokio::spawn(desk.run(ending));
        announce(&address)?;
        if let Some(start) = &*locked(&site.start) {
            program.open(start.path());
        }
        serving.await.map_err(|error| Error::unavailable("not-served", error.to_string()))?;
        *locked(&site.start) = None;
        Ok(())
    })
}

/// Takes over the signals that end a program, at once, and returns what waits for one of them. A signal that cannot be
/// taken over is never waited for: the idle time ends the pages.
#[cfg(unix)]
fn ended() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(signal);
    async {
        let received = signals.into_iter().flatten().map(|mut taken| async move { taken.recv().await });
        let mut received: tokio::task::JoinSet<_> = received.collect();
        if received.join_next().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

/// Waits for Ctrl-C. Where it cannot be waited for, the idle time ends the pages.
#[cfg(not(unix))]
async fn ended() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

impl Desk {
    /// Opens the ledger, takes a port and makes the first token.
    pub async fn open(office: Office, program: Arc<dyn Program>, settings: &Settings) -> Result<Desk, Error> {
        let actor = program.actor()?;
        let ledger = office.open_undamaged(&actor, Access::Totals)?;
        // The drafts of an office are of no one user.
        let user = if settings.office.is_some() { "" } else { actor.name() };
        let name = DeskName::new(&ledger.reference().ledger.to_string(), user);
        drop(ledger);
        let (listener, address) = match &settings.office {
            Some(place) => (Listener::on(&place.listen).await?, place.address.clone()),
            None => {
                let listener = listen(settings.port, name.port()).await?;
                let port = listener.local_addr().map_err(|error| not_listening(&error))?.port();
                (Listener::Address(listener), Address::new(&name.host(), port))
            }
        };
        let place = settings.office.clone();
        let key = settings.key_file.as_deref().map(SealingKey::read).transpose()?;
        let mut entrance =
            place.map(|it| Entrance::new(it, key, office.clone(), program.clone())).transpose()?;
        if let Some(entrance) = &mut entrance {
            let provider = settings.provider.as_ref();
            entrance.provider = provider.map(|it| Provider::new(it, &address.origin)).transpose()?;
            entrance.accounts.note_origin(&address.origin)?;
        }
        let mut site = Site::new(office, program, address);
        if let Some(entrance) = &entrance {
            *locked(&site.sessions) = Sessions::saved_in(entrance.lasting.of("session"));
        }
        site.entrance = entrance;
        site.profiles = settings.profiles.clone();
        site.patience = settings.limits.answer;
        (site.is_read_only, site.is_demo) = (settings.is_read_only, settings.is_demo);
        if let Some(folder) = &settings.drafts {
            let opened = Drafts::saved_in(&folder.join(name.folder()));
            match opened.and_then(|drafts| Ok((files_of(&drafts, folder, &name, &actor)?, drafts))) {
                Ok((files, drafts)) => (*locked(&site.files), *locked(&site.drafts)) = (files, drafts),
                Err(error) => site.office.observer.note(&format!(
                    "drafts of forms cannot be saved: {error}; they will be lost when the pages are stopped"
                )),
            }
        }
        let start = hex_of_bytes(&site.program.random()?);
        if site.entrance.is_none() {
            locked(&site.sessions).expect(&start);
        }
        Ok(Desk { site: Arc::new(site), listener, limits: settings.limits, start })
    }

    /// Returns the address under which the pages answer.
    pub fn address(&self) -> &Address {
        &self.site.address
    }

    /// Returns the address and port of this machine on which connections are taken.
    ///
    /// # Errors
    ///
    /// If the system does not say.
    pub fn listens_on(&self) -> std::io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Returns the address to start from.
    pub fn start_address(&self) -> String {
        let origin = &self.site.address.origin;
        match self.site.entrance {
            Some(_) => format!("{origin}/"),
            None => format!("{origin}/start?start={}", self.start),
        }
    }

    fn write_start_file(&self, folder: &std::path::Path) -> Result<(), Error> {
        let file = StartFile::write(folder, &self.site.address, &self.start).map_err(|error| {
            Error::refused("not-written", format!("the start file cannot be written: {error}"))
        })?;
        *locked(&self.site.start) = Some(file);
        Ok(())
    }

    /// Answers until `end` is ready or nobody has used the pages for the idle time. What is in hand is finished.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let Desk { site, listener, limits, .. } = self;
        let router = router(site.clone());
        let free = Arc::new(Semaphore::new(limits.connections));
        let (ending, ended) = watch::channel(());
        tokio::pin!(end);
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        loop {
            tokio::select! {
                () = &mut end => break,
                _ = tick.tick() => if site.entrance.is_none() && site.idle() > limits.idle { break },
                accepted = listener.accept() => {
                    let Ok(accepted) = accepted else {
                        // Out of files, for instance: others will end meanwhile.
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    };
                    // A connection beyond the limit is closed at once.
                    let Ok(permit) = free.clone().try_acquire_owned() else { continue };
                    let (site, router, ended) = (site.clone(), router.clone(), ended.clone());
                    tokio::spawn(async move {
                        taken(&site, accepted, router, limits, ended).await;
                        drop(permit);
                    });
                }
            }
        }
        drop(ended);
        // Nobody may be left to hear of it.
        let _nobody = ending.send(());
        let finished = async {
            while free.available_permits() < limits.connections {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        // What takes longer is in the background, which the program waits for by itself.
        drop(tokio::time::timeout(Duration::from_secs(10), finished).await);
    }
}

/// Returns the files of drafts, beside them.
fn files_of(drafts: &Drafts, folder: &Path, name: &DeskName, actor: &Actor) -> Result<Files, ScratchError> {
    let folder = folder.join(format!("{}-files", name.folder()));
    Ok(Files::saved_in(&folder, |id| drafts.get(id, &actor.at).is_some())?)
}

/// Returns whose program is at the other end. Who cannot be looked up is another.
async fn peer_of(ends: Option<(SocketAddr, SocketAddr)>) -> Peer {
    let Some((from, ours)) = ends else { return Peer::Other };
    tokio::task::spawn_blocking(move || peer::of(from, ours)).await.unwrap_or(Peer::Other)
}

/// Returns the answer to another user of the computer, who learns nothing from it.
fn turned_away() -> Response {
    let mut response = answer(StatusCode::FORBIDDEN, &[(CONNECTION, "close")], "");
    add_headers(response.headers_mut());
    response
}

/// Returns the answers to requests that come from where they may: at a desk from our own user, in an office from a proxy
/// or a browser, whose address they then have.
fn answering(site: &Arc<Site>, ends: Option<(SocketAddr, SocketAddr)>, router: Router) -> Router {
    let from = ends.map(|(from, _)| from.ip());
    if site.entrance.is_some() {
        let site = site.clone();
        return router.layer(from_fn(move |mut request: Request, next: Next| {
            let entrance = site.entrance.as_ref();
            let client = entrance.and_then(|it| it.place.client(from, request.headers())).map(Client);
            async move {
                let Some(client) = client else { return turned_away() };
                request.extensions_mut().insert(client);
                next.run(request).await
            }
        }));
    }
    // Looked up with the first request: a connection that asks for nothing costs nothing.
    let peer = Arc::new(OnceCell::new());
    router.layer(from_fn(move |request: Request, next: Next| {
        let peer = peer.clone();
        async move {
            match peer.get_or_init(|| peer_of(ends)).await {
                Peer::Own | Peer::Unknown => next.run(request).await,
                Peer::Other => turned_away(),
            }
        }
    }))
}

/// Takes a connection, which is encrypted first if the pages have a certificate.
async fn taken(
    site: &Arc<Site>,
    accepted: Connection,
    router: Router,
    limits: Limits,
    ended: watch::Receiver<()>,
) {
    let certificate = site.entrance.as_ref().and_then(|it| it.place.certificate.as_ref());
    let router = router.layer(Extension(Patience(limits.body)));
    match accepted {
        Connection::Network(stream, from) => {
            let Ok(ours) = stream.local_addr() else { return };
            let router = answering(site, Some((from, ours)), router);
            match certificate {
                None => connection(stream, router, limits, ended).await,
                Some(certificate) => {
                    // As long as the head of a request may take; who cannot agree on encryption gets no answer.
                    let agreed = tokio::time::timeout(limits.head, certificate.acceptor().accept(stream));
                    if let Ok(Ok(stream)) = agreed.await {
                        connection(stream, router, limits, ended).await;
                    }
                }
            }
        }
        #[cfg(unix)]
        Connection::Local(stream) => connection(stream, answering(site, None, router), limits, ended).await,
    }
}

/// Serves one connection.
async fn connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    router: Router,
    limits: Limits,
    mut ended: watch::Receiver<()>,
) {
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(64 * 1024)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    tokio::pin!(served);
    let time = tokio::time::sleep(limits.connection);
    tokio::pin!(time);
    let is_over = tokio::select! {
        _ = served.as_mut() => true,
        () = &mut time => false,
        _ = ended.changed() => false,
    };
    if !is_over {
        // The answer in hand is finished.
        served.as_mut().graceful_shutdown();
        drop(tokio::time::timeout(Duration::from_secs(30), served).await);
    }
}

fn not_listening(error: &std::io::Error) -> Error {
    Error::unavailable("not-served", format!("the pages cannot be served: {error}"))
}

/// Takes the port given; else the one of the desk, or any other that is free.
async fn listen(given: Option<u16>, preferred: u16) -> Result<TcpListener, Error> {
    let on = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match given {
        Some(port) => on(port).await.map_err(|error| {
            Error::unavailable("port-in-use", format!("port {port} cannot be used: {error}"))
                .advice("choose another port, or none")
        }),
        None => match on(preferred).await {
            Ok(listener) => Ok(listener),
            Err(_) => on(0).await.map_err(|error| not_listening(&error)),
        },
    }
}
