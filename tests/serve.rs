//! `almoner serve`: one line, pages that answer, and an end.

#![cfg(all(feature = "web", unix))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

#[path = "../store/tests/common/tally.rs"]
mod tally;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tally::{is_soak, rounds};

fn serve(options: &[&str], folder: &Path) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command.args(["serve", "--no-open"]).args(options).current_dir(folder).env("ALMONER_USER", "jane");
    // The example leaves nothing behind, which is seen in an empty folder.
    if options.is_empty() {
        command.env("ALMONER_STATE", folder.join("state"));
    }
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Sends a request and returns the answer.
fn answer(host: &str, request: &str) -> String {
    let port: u16 = host.rsplit(':').next().unwrap().parse().unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn the_example_is_shown_from_the_printed_address_until_it_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = serve(&["--demo"], folder.path());
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let start = lines.next().unwrap().unwrap();
    let (host, path) = start.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
    assert!(host.starts_with("almoner-") && host.contains(".localhost:"), "{start}");
    let get = |path: &str, cookie: &str| {
        answer(
            host,
            &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"),
        )
    };
    assert!(get("", "").starts_with("HTTP/1.1 403"));
    assert!(get(path, "").contains("<button>Open</button>"));
    let token = path.split('=').next_back().unwrap();
    let form = format!("start={token}");
    let begun = answer(
        host,
        &format!(
            "POST /start HTTP/1.1\r\nHost: {host}\r\nOrigin: null\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
            form.len()
        ),
    );
    let cookie = begun.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let home = get("?fy=2014-15", cookie);
    assert!(home.contains("£278,649.00") && home.contains("Suffolk Police and Crime Commissioner"), "{home}");
    assert!(get("help/pay", cookie).contains("Record a grant payment"));
    let id = program.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert!(program.wait().unwrap().success());
    assert!(lines.next().is_none(), "one line only");
    let mut notes = String::new();
    program.stderr.take().unwrap().read_to_string(&mut notes).unwrap();
    assert_eq!(notes, "");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

/// The pages of a ledger, in a session.
struct Session {
    program: Child,
    host: String,
    cookie: String,
}

impl Session {
    fn of(mut program: Child) -> Session {
        let start = BufReader::new(program.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let (host, path) = start.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
        let form = format!("start={}", path.split('=').next_back().unwrap());
        let mut session = Session { program, host: host.to_owned(), cookie: String::new() };
        let begun = session.sends("/start", "application/x-www-form-urlencoded", &form);
        let cookie = begun.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut session.cookie);
        session
    }

    fn connect(&self) -> TcpStream {
        let port: u16 = self.host.rsplit(':').next().unwrap().parse().unwrap();
        TcpStream::connect(("127.0.0.1", port)).unwrap()
    }

    fn head(&self, method: &str, path: &str) -> String {
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\nConnection: close\r\n",
            self.host, self.cookie
        )
    }

    fn get(&self, path: &str) -> String {
        answer(&self.host, &format!("{}\r\n", self.head("GET", path)))
    }

    fn request(&self, path: &str, kind: &str, body: &str) -> String {
        let head = self.head("POST", path);
        format!("{head}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    fn sends(&self, path: &str, kind: &str, body: &str) -> String {
        answer(&self.host, &self.request(path, kind, body))
    }

    /// Reloads a page until it does not reload by itself any more, and goes where it leads.
    fn settled(&self, path: &str) -> String {
        let (begun, mut path) = (Instant::now(), path.to_owned());
        loop {
            let page = self.get(&path);
            match located(&page) {
                Some(location) => path = location,
                None if !page.contains("\r\nrefresh: ") => return page,
                None => std::thread::sleep(Duration::from_millis(100)),
            }
            assert!(begun.elapsed() < Duration::from_secs(300), "{page}");
        }
    }

    fn token(&self) -> String {
        let page = self.get("/import");
        let (_, rest) = page.split_once("name=\"token\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn kill(mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

fn located(answer: &str) -> Option<String> {
    answer.lines().find_map(|line| line.strip_prefix("location: ")).map(str::to_owned)
}

/// Runs a command on the ledger of a folder.
fn command(folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
    command
        .args(words)
        .current_dir(folder)
        .env("ALMONER_USER", "jane")
        .env("ALMONER_STATE", folder.join("state"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the number of the last record.
fn records(folder: &Path) -> u64 {
    let report = command(folder, &["report", "trial-balance", "--format", "json"]);
    let (_, rest) = report.split_once("\"record\"").unwrap();
    rest.chars()
        .skip_while(|it| !it.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .unwrap()
}

/// A ledger with an award for each of some files, and the files, each of so many payments.
fn ledger_with_files(folder: &Path, files: usize, rows: usize) -> Vec<String> {
    command(folder, &["init", "--body", "Example office"]);
    let each = (0..files).map(|file| {
        let award = format!("{}-2015", file + 1);
        command(
            folder,
            &[
                "award",
                "--decision",
                &award,
                "--decided",
                "2015-04-10",
                "--recipient",
                "Open Door",
                "--amount",
                "1000000",
                "--purpose",
                "Help",
                "--theme",
                "youth",
                "--fund",
                "victims",
                "--power",
                "s143",
                "--add-missing",
            ],
        );
        // An amount of its own for each payment: none may be a duplicate.
        let row = |row: usize| format!("{award},2015-06-01,{}.{:02},R-{row}\n", 1 + row / 100, row % 100);
        let rows: String = (0..rows).map(row).collect();
        format!("award,date,amount,reference\n{rows}")
    });
    each.collect()
}

#[test]
fn a_file_whose_recording_is_killed_is_there_whole_or_not_at_all_and_the_page_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    const ROWS: u64 = 150;
    let rounds = usize::try_from(rounds("ALMONER_KILLED_FILES", 2, 4)).unwrap();
    let files = ledger_with_files(folder, rounds, ROWS as usize);
    let mut session = Session::of(serve(&[], folder));
    for (number, file) in files.iter().enumerate() {
        let before = records(folder);
        let kind = "multipart/form-data; boundary=XX";
        let part = |name: &str, value: &str| {
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!(
            "{}{}--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"may.csv\"\r\n\r\n{file}\r\n--XX--\r\n",
            part("token", &session.token()),
            part("kind", "payments")
        );
        let plan = located(&session.sends("/import", kind, &body)).unwrap();
        let page = session.settled(&plan);
        assert!(page.contains("Record 150 rows"), "{page}");
        let form = format!("token={}", session.token());
        let request = session.request(&format!("{plan}/record"), "application/x-www-form-urlencoded", &form);
        let mut sending = session.connect();
        sending.write_all(request.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis([60, 1000, 0, 250][number % 4]));
        session.kill();
        let after = records(folder);
        assert!([before, before + ROWS].contains(&after), "{before}, {after}");
        session = Session::of(serve(&[], folder));
        let page = session.settled(&plan);
        if after == before {
            assert!(
                page.contains("Nothing is recorded yet") || page.contains("Nothing was recorded"),
                "{page}"
            );
            assert_eq!(records(folder), before);
            let form = format!("token={}", session.token());
            let sent = session.sends(&format!("{plan}/record"), "application/x-www-form-urlencoded", &form);
            let page = session.settled(&located(&sent).unwrap());
            assert!(page.contains("Recorded."), "{page}");
        } else {
            assert!(page.contains("Recorded."), "{page}");
        }
        assert_eq!(records(folder), before + ROWS);
    }
    session.kill();
}

#[test]
fn idle_connections_keep_nobody_out() {
    let folder = tempfile::tempdir().unwrap();
    command(folder.path(), &["init", "--body", "Example office"]);
    let session = Session::of(serve(&[], folder.path()));
    let mut idle: Vec<TcpStream> = Vec::new();
    while idle.len() < if is_soak() { 1000 } else { 250 } {
        let port: u16 = session.host.rsplit(':').next().unwrap().parse().unwrap();
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => idle.push(stream),
            // Not so many files may be open here.
            Err(error) if idle.len() > 200 => {
                eprintln!("{} idle connections only: {error}", idle.len());
                idle.truncate(idle.len() - 50);
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
    for path in ["/", "/grants", "/import"] {
        let page = session.get(path);
        assert!(page.starts_with("HTTP/1.1 200"), "{path}: {page}");
    }
    // They are closed, with or without a word: in the quick tier, the tests of the pages see it with less patience.
    for stream in idle.iter_mut().filter(|_| is_soak()) {
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut rest = Vec::new();
        if let Err(error) = stream.read_to_end(&mut rest) {
            assert!(
                !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut),
                "{error}"
            );
        }
    }
    assert!(session.get("/").starts_with("HTTP/1.1 200"));
    session.kill();
}
