//! A small office whose pages are served in this process, and a client that speaks to them byte by byte.

#![allow(dead_code, reason = "each file of tests uses some of it")]

pub mod browser;
pub mod provider;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use almoner_app::actor::{Actor, Timestamp};
use almoner_app::error::Error;
use almoner_app::office::{self, Observer, Progress};
use almoner_app::profiles::Profiles;
use almoner_app::recording::Request;
use almoner_imports::{Document, DocumentText};
use almoner_ledger::audience::Audience;
use almoner_ledger::book::{Books, Draft};
use almoner_ledger::calendar::Date;
use almoner_ledger::command::{AwardCommand, Command, Options};
use almoner_ledger::decide::{Vouched, approve, opening};
use almoner_ledger::decisions::{Decision, DecisionId};
use almoner_ledger::grants::{Power, Purpose};
use almoner_ledger::text::Text;
use almoner_ledger::themes::Split;
use almoner_ledger::users::{Role, User};
use almoner_papers::invocation::{Export, Invocation};
use almoner_store::folder::{Access, Ledger};
use almoner_web::accounts::Accounts;
use almoner_web::place::OfficePlace;
use almoner_web::provider::ProviderSettings;
use almoner_web::{Desk, HelpPage, Limits, Program, Settings};
use tokio::sync::oneshot;

/// The present day of the tests.
pub const TODAY: &str = "2015-09-30";

/// Counts how often the ledger is opened, and how often it is verified.
#[derive(Debug, Default)]
struct Counting {
    opened: AtomicUsize,
    verified: AtomicUsize,
}

impl Observer for Counting {
    fn note(&self, _: &str) {}

    fn progress(&self, doing: &'static str) -> Progress<'_> {
        let counted = if doing == "Verifying" { &self.verified } else { &self.opened };
        counted.fetch_add(1, Ordering::SeqCst);
        Box::new(|_, _| {})
    }
}

/// A program whose clock stands still unless a test moves it.
#[derive(Debug, Default)]
struct Fixed {
    randoms: Mutex<u16>,
    later: AtomicUsize,
}

impl Program for Fixed {
    fn actor(&self) -> Result<Actor, Error> {
        let later = self.later.load(Ordering::SeqCst);
        let (hours, minutes, seconds) = (10 + later / 3_600, later / 60 % 60, later % 60);
        let at = Timestamp::parse(&format!("{TODAY}T{hours:02}:{minutes:02}:{seconds:02}Z")).unwrap();
        Ok(Actor { at, ..actor() })
    }

    fn random(&self) -> Result<[u8; 32], Error> {
        let mut last = self.randoms.lock().unwrap();
        *last += 1;
        let [high, low] = last.to_be_bytes();
        let mut random = [low; 32];
        random[0] ^= high;
        Ok(random)
    }

    fn typed(&self, invocation: &Invocation) -> String {
        match invocation {
            Invocation::Export {
                export: Export::Disclosure { month, is_draft: false }, known_at, ..
            } => {
                format!("disclosure of {month}{}", if known_at.is_some() { " as known" } else { "" })
            }
            _ => "again".to_owned(),
        }
    }

    fn help(&self) -> &[HelpPage] {
        &[]
    }

    fn document_text(&self, name: &str, bytes: Vec<u8>) -> Result<DocumentText, Error> {
        let text = Document::of(&bytes).and_then(|document| document.text(bytes));
        text.map_err(|error| Error::refused(error.code, format!("{name}: {}", error.message)))
    }

    fn open(&self, _: &Path) {}
}

fn actor() -> Actor {
    Actor {
        user: Some(Text::new("jane").unwrap()),
        at: Timestamp::parse("2015-09-30T10:00:00Z").unwrap(),
        is_clock_confirmed: false,
        today: Date::parse(TODAY).unwrap(),
    }
}

/// Returns an award of 777.77 if it is confidential, else of 1,000.
pub fn award(decision: &str, recipient: &str, purpose: &str, amount: &str) -> Command {
    let decision = DecisionId::new(decision).unwrap();
    Command::Award(Box::new(AwardCommand {
        id: None,
        confidential: decision.is_of_confidential_series(),
        decision: Some(decision),
        decided: Date::parse("2015-04-10").unwrap(),
        date_assumed: false,
        recipient_id: None,
        identifiers: Vec::new(),
        recipient: Some(Text::new(recipient).unwrap()),
        amount: amount.parse().unwrap(),
        purpose: Purpose {
            text: Text::new(purpose).unwrap(),
            split: Split::parse("domestic-abuse").unwrap(),
        },
        fund: Some("victims".parse().unwrap()),
        power: Power::S143,
        period: None,
        conditions: None,
        reasons: None,
    }))
}

/// Returns a payment against an award.
pub fn pay(award: &str, date: &str, amount: &str) -> Command {
    Command::Pay {
        account: None,
        award: award.parse().unwrap(),
        date: Date::parse(date).unwrap(),
        amount: amount.parse().unwrap(),
        reference: None,
        before_decision: None,
        part: None,
        occurrence: 1,
    }
}

/// An answer of the server.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Returns a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// Returns the head without the time of the answer.
    pub fn without_date(&self) -> String {
        let lines = self.head.lines().filter(|line| !line.to_lowercase().starts_with("date:"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Asserts that an answer holds texts.
pub fn shows(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(answer.body.contains(text), "{text}: {}", answer.body);
    }
}

pub fn lacks(answer: &Answer, texts: &[&str]) {
    for text in texts {
        assert!(!answer.body.contains(text), "{text}: {}", answer.body);
    }
}

/// The office, and a session of its pages.
#[derive(Debug)]
pub struct Office {
    folder: Option<tempfile::TempDir>,
    office: office::Office,
    opened: Arc<Counting>,
    program: Arc<Fixed>,
    place: Option<OfficePlace>,
    end: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    pub host: String,
    pub origin: String,
    pub port: u16,
    pub start_token: String,
    pub set_cookie: String,
    pub cookie: String,
    pub records_at_start: u64,
}

impl Office {
    pub fn open() -> Office {
        Office::with(Settings::default(), Duration::from_secs(600))
    }

    pub fn with_idle(idle: Duration) -> Office {
        Office::with(Settings::default(), idle)
    }

    pub fn read_only() -> Office {
        Office::with(Settings { is_read_only: true, ..Settings::default() }, Duration::from_secs(600))
    }

    /// Opens pages for which forms must arrive within so long.
    pub fn patient(body: Duration) -> Office {
        let limits = Limits { body, ..Limits::default() };
        Office::with(Settings { limits, ..Settings::default() }, Duration::from_secs(600))
    }

    /// Opens pages that say at once how far a file is.
    pub fn impatient() -> Office {
        let limits = Limits { answer: Duration::ZERO, ..Limits::default() };
        Office::with(Settings { limits, ..Settings::default() }, Duration::from_secs(600))
    }

    /// Opens the pages of an office at `https://grants.example`, whose users sign in with `kettle-orbit-NAME`. Connections
    /// are taken from the proxies alone, if there are any.
    pub fn signing_in(proxies: &[&str]) -> Office {
        let proxies = proxies.iter().map(|it| it.parse().unwrap()).collect();
        let listen = "127.0.0.1:0".parse().unwrap();
        let place = OfficePlace::new(listen, None, "https://grants.example", proxies).unwrap();
        Office::with(Settings { office: Some(place), ..Settings::default() }, Duration::from_secs(600))
    }

    /// Opens the pages of an office whose users also sign in with their organisation's accounts.
    pub fn with_provider(provider: ProviderSettings) -> Office {
        let listen = "127.0.0.1:0".parse().unwrap();
        let place = OfficePlace::new(listen, None, "https://grants.example", Vec::new()).unwrap();
        let settings = Settings { office: Some(place), provider: Some(provider), ..Settings::default() };
        Office::with(settings, Duration::from_secs(600))
    }

    /// Opens the pages of an office at a place.
    pub fn at(place: OfficePlace) -> Office {
        Office::with(Settings { office: Some(place), ..Settings::default() }, Duration::from_secs(600))
    }

    /// Adds a user with a password, as a user who may.
    pub fn add_user(&self, by: &str, id: &str, roles: &[Role], audience: Option<Audience>) {
        let id = Text::new(id).unwrap();
        let user = User { audience, ..User::new(id.clone(), id.clone(), roles.iter().copied().collect()) };
        self.record_as(by, false, &[Command::SetUsers(vec![user])]);
        self.accounts()
            .set_password(&id, &format!("kettle-orbit-{id}"), &[id.as_str().len() as u8; 32])
            .unwrap();
    }

    /// Returns how users sign in.
    pub fn accounts(&self) -> Accounts {
        Accounts::beside(&self.office.location)
    }

    /// Returns the folder around the ledger.
    pub fn around(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    fn with(mut settings: Settings, idle: Duration) -> Office {
        let folder = tempfile::tempdir().unwrap();
        let location = folder.path().join("test.ledger");
        let events = opening("0123".to_owned(), Text::new("Example office").unwrap());
        drop(
            Ledger::create(&location, events, "2015-09-29T09:00:00Z".to_owned(), "jane".to_owned()).unwrap(),
        );
        let notes = location.with_extension("notes");
        let wait = Duration::from_secs(5);
        let counting = Arc::new(Counting::default());
        let office = office::Office { location, notes, wait, observer: counting.clone() };
        let confidential = Decision {
            title: Some(Text::new("A confidential title").unwrap()),
            confidential: true,
            ..Decision::numbered(DecisionId::new("C1-2015").unwrap())
        };
        let commands = [
            Command::RecordDecision(confidential),
            award("1-2015", "Open Door", "Help for people harmed", "1000"),
            award("C1-2015", "Quiet House", "Shelter for witnesses", "777.77"),
        ];
        let options = Options { add_missing: true, ..Options::default() };
        office.record(&actor(), Request::default(), options, |_| Ok::<_, Error>(commands.to_vec())).unwrap();
        std::fs::write(folder.path().join("key"), [7; 32]).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let private = std::fs::Permissions::from_mode(0o600);
            std::fs::set_permissions(folder.path().join("key"), private).unwrap();
        }
        settings.drafts = Some(folder.path().join("drafts"));
        settings.profiles = Profiles::in_folder(Some(folder.path().join("profiles")));
        Office::serve(folder, office, (counting, Arc::default()), settings, idle)
    }

    /// Ends the pages and begins them again with the same ledger and the same folder of drafts.
    pub fn again(self) -> Office {
        self.again_after(|_| ())
    }

    /// Ends the pages and begins them again after something was done meanwhile.
    pub fn again_after(mut self, meanwhile: impl FnOnce(&Office)) -> Office {
        self.end();
        meanwhile(&self);
        let (folder, office, opened) =
            (self.folder.take().unwrap(), self.office.clone(), self.opened.clone());
        let (drafts, place) = (Some(folder.path().join("drafts")), self.place.clone());
        let settings = Settings { drafts, office: place, ..Settings::default() };
        Office::serve(folder, office, (opened, self.program.clone()), settings, Duration::from_secs(600))
    }

    /// Moves the clock of the pages.
    pub fn later(&self, seconds: usize) {
        self.program.later.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Returns the moment of the pages in seconds since 1970.
    pub fn now(&self) -> u64 {
        self.program.actor().unwrap().at.seconds().unwrap()
    }

    fn serve(
        folder: tempfile::TempDir,
        office: office::Office,
        (counting, program): (Arc<Counting>, Arc<Fixed>),
        mut settings: Settings,
        idle: Duration,
    ) -> Office {
        settings.no_open = true;
        settings.key_file = Some(folder.path().join("key"));
        settings.port = Some(0);
        // However busy the machine is, a test that does not ask for it sees no page of progress.
        let answer = settings.limits.answer;
        let answer = if answer.is_zero() { answer } else { Duration::from_secs(60) };
        settings.limits = Limits {
            head: Duration::from_secs(1),
            idle,
            answer,
            body: settings.limits.body,
            ..Limits::default()
        };
        let (place, running) = (settings.office.clone(), program.clone());
        let (ready, opened) = std::sync::mpsc::channel();
        let (end, ended) = oneshot::channel();
        let own = office.clone();
        let served = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .max_blocking_threads(8)
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let desk = Desk::open(own, running, &settings).await.unwrap();
                let port = desk.listens_on().map_or(0, |it| it.port());
                ready.send((desk.address().clone(), desk.start_address(), port)).unwrap();
                desk.run(async { drop(ended.await) }).await;
            });
        });
        let (address, start, port) = opened.recv().unwrap();
        let start_token = start.rsplit('=').next().unwrap().to_owned();
        let mut opened = Office {
            folder: Some(folder),
            office,
            opened: counting,
            program,
            place,
            end: Some(end),
            served: Some(served),
            host: address.host,
            origin: address.origin,
            port,
            start_token,
            set_cookie: String::new(),
            cookie: String::new(),
            records_at_start: 0,
        };
        opened.records_at_start = opened.records();
        if opened.place.is_some() {
            return opened;
        }
        let begun = opened.send("POST", "/start", &[], &format!("start={}", opened.start_token));
        assert_eq!(begun.status, 200, "{begun:?}");
        opened.set_cookie = begun.header("set-cookie").unwrap().to_owned();
        opened.cookie = opened.set_cookie.split(';').next().unwrap().to_owned();
        opened
    }

    /// Records commands as a user, or proposes them, and returns the last record.
    pub fn record_as(&self, user: &str, proposing: bool, commands: &[Command]) -> u64 {
        let actor = Actor { user: Some(Text::new(user).unwrap()), ..actor() };
        let request = Request { proposing, ..Request::default() };
        let options = Options::default();
        let recorded =
            self.office.record(&actor, request, options, |_| Ok::<_, Error>(commands.to_vec())).unwrap();
        recorded.head.record
    }

    /// Takes the turn to record, as another program that is recording does.
    pub fn recording(&self) -> Ledger {
        self.office.open(&actor(), Access::Write).unwrap()
    }

    /// Approves a proposal as a user.
    pub fn approve_as(&self, user: &str, proposal: u64) {
        let actor = Actor { user: Some(Text::new(user).unwrap()), ..actor() };
        let approving = |_: &Ledger, draft: &mut Draft<'_>| {
            Ok::<_, Error>(vec![approve(draft, proposal, Vouched::default())?])
        };
        self.office.record_drafted(&actor, Request::default(), approving).unwrap();
    }

    /// Returns the number of files that were sent and are on the disk.
    pub fn files(&self) -> usize {
        let drafts = self.folder.as_ref().unwrap().path().join("drafts");
        let folders = std::fs::read_dir(drafts).unwrap().map(|entry| entry.unwrap().path());
        let of_files = folders.filter(|path| path.to_string_lossy().ends_with("-files"));
        of_files.map(|folder| std::fs::read_dir(folder).unwrap().count()).sum()
    }

    /// Returns how often the ledger was opened meanwhile.
    pub fn opens(&self, meanwhile: impl FnOnce()) -> usize {
        let before = self.opened.opened.load(Ordering::SeqCst);
        meanwhile();
        self.opened.opened.load(Ordering::SeqCst) - before
    }

    /// Returns how often the ledger was verified meanwhile, and what was done.
    pub fn verifies<T>(&self, meanwhile: impl FnOnce() -> T) -> (usize, T) {
        let before = self.opened.verified.load(Ordering::SeqCst);
        let done = meanwhile();
        (self.opened.verified.load(Ordering::SeqCst) - before, done)
    }

    /// Returns the number of records in the ledger.
    pub fn records(&self) -> u64 {
        self.office.open_undamaged(&actor(), Access::Read).unwrap().head().record
    }

    pub fn has_ended(&self) -> bool {
        self.served.as_ref().is_some_and(JoinHandle::is_finished)
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// Sends bytes and returns the answer.
    pub fn raw(&self, request: &str) -> Answer {
        let end = request.find("\r\n\r\n").map_or(request.len(), |at| at + 4);
        let (head, body) = request.split_at(end);
        self.raw_bytes(head, body.as_bytes())
    }

    /// Sends a head and a body and returns the answer.
    pub fn raw_bytes(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let head = head.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1);
        // The server may answer before it has read all of a large request.
        drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)));
        let mut bytes = Vec::new();
        drop(stream.read_to_end(&mut bytes));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Sends a form, or nothing.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let headers: Vec<(&str, &str)> = headers.iter().copied().chain([kind]).collect();
        self.send_typed(method, path, &headers, form)
    }

    /// Sends something with headers that say what it is.
    pub fn send_typed(&self, method: &str, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", self.host);
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n{form}", form.len()));
        self.raw(&request)
    }

    /// Looks at a page in the session.
    pub fn get(&self, path: &str) -> Answer {
        self.raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", self.host, self.cookie))
    }

    /// Sends a form in the session, from our own pages.
    pub fn post(&self, path: &str, form: &str) -> Answer {
        let form = format!("token={}&{form}", self.token());
        let headers = [("Cookie", self.cookie.as_str()), ("Origin", self.origin.as_str())];
        self.send("POST", path, &headers, &form)
    }

    /// Sends a form with a file in the session, from our own pages.
    pub fn post_file(&self, path: &str, fields: &[(&str, &str)], file: (&str, impl AsRef<[u8]>)) -> Answer {
        let token = self.token();
        self.send_file(path, &[&[("token", token.as_str())], fields].concat(), file)
    }

    /// Sends a form with a file as it is given.
    pub fn send_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, content): (&str, impl AsRef<[u8]>),
    ) -> Answer {
        let mut body = String::new();
        for (name, value) in fields {
            body.push_str(&format!(
                "--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            ));
        }
        body.push_str(&format!(
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        ));
        let body = [body.as_bytes(), content.as_ref(), b"\r\n--XX--\r\n"].concat();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\n",
            self.host, self.cookie, self.origin
        );
        let kind = "Content-Type: multipart/form-data; boundary=XX";
        let head = format!("{head}{kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        self.raw_bytes(&head, &body)
    }

    /// Sends a form and returns the path of its draft.
    pub fn draft(&self, path: &str, form: &str) -> String {
        let answer = self.post(path, form);
        assert_eq!(answer.status, 303, "{path} {form}: {}", answer.body);
        answer.header("location").unwrap().to_owned()
    }

    /// Records a draft twice; each time it leads to its confirmation.
    pub fn record_twice(&self, draft: &str) {
        let done = format!("{draft}/done");
        for _ in 0..2 {
            let answer = self.post(&format!("{draft}/record"), "");
            assert_eq!(answer.header("location"), Some(done.as_str()), "{}", self.get(draft).body);
        }
    }

    /// Sends a form, looks at its check, records it twice, and returns the confirmation.
    pub fn recorded(&self, path: &str, form: &str) -> Answer {
        let draft = self.draft(path, form);
        let check = self.get(&draft);
        assert_eq!(check.status, 200, "{path} {form}: {}", check.body);
        shows(&check, &["Nothing is recorded yet"]);
        let before = self.records();
        self.record_twice(&draft);
        let after = self.records();
        assert!(after > before, "{path} {form}: nothing is recorded");
        let done = self.get(&format!("{draft}/done"));
        assert_eq!(done.status, 200, "{}", done.body);
        shows(&done, &["Recorded.", "Proof"]);
        assert_eq!(self.records(), after);
        done
    }

    /// Returns the name of the cookie of sessions.
    pub fn cookie_name(&self) -> String {
        let origin: &str = &self.origin;
        if origin.starts_with("https") {
            "__Host-almoner".to_owned()
        } else {
            format!("almoner-{}", self.port)
        }
    }

    /// Returns the token of the session's forms.
    pub fn token(&self) -> String {
        let page = self.get("/grants/1-2015/pay").body;
        let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }
}

impl Office {
    fn end(&mut self) {
        // The pages may have ended by themselves.
        let _ended = self.end.take().map(|end| end.send(()));
        drop(self.served.take().map(JoinHandle::join));
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.end();
    }
}

/// Returns a workbook of sheets, each of a name and its rows, whose cells are between commas.
#[allow(dead_code, reason = "not every test sends a workbook")]
pub fn workbook(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, number) in rows.iter().zip(0u32..) {
            for (cell, column) in row.split(',').zip(0u16..) {
                sheet.write_string(number, column, cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}
