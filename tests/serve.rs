//! `almoner serve`: one line, pages that answer, and an end.

#![cfg(all(feature = "web", unix))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

fn serve(options: &[&str], folder: &std::path::Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_almoner"))
        .args(["serve", "--no-open"])
        .args(options)
        .current_dir(folder)
        .env("ALMONER_USER", "jane")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
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
