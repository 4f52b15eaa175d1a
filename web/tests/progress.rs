//! Files that take long to plan or to record: a page says how far they are, and nothing is recorded twice.

use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::{self, Answer, Office, lacks, shows};

const FILE: &str = "award,date,amount,reference\n1-2015,31/05/2015,100.00,A\n1-2015,30/06/2015,50.00,B\n";

/// Sends a file, and returns the path of its plan.
fn sent(office: &Office, name: &str, content: &str) -> String {
    let answer = office.post_file("/import", &[("kind", "payments")], (name, content));
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").unwrap().to_owned()
}

/// Reloads a page, as a browser does by itself, until it does not reload any more. Returns where it led, and the page.
fn settled(office: &Office, path: &str) -> (String, Answer) {
    let (begun, mut path) = (Instant::now(), path.to_owned());
    loop {
        let answer = office.get(&path);
        match answer.header("location") {
            Some(location) => location.clone_into(&mut path),
            None if answer.header("refresh").is_none() => return (path, answer),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{path}: {}", answer.body);
    }
}

/// Begins two uploads that never end, which take the places of all files that are read.
fn places_taken(office: &Office) -> Vec<TcpStream> {
    let head = format!(
        "POST /import HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\n\
         Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: 9000\r\n\r\n--XX\r\n",
        office.host, office.cookie, office.origin
    );
    let uploads = (0..2).map(|_| {
        let mut stream = office.connect();
        stream.write_all(head.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        stream
    });
    uploads.collect()
}

#[test]
fn a_plan_that_takes_long_has_a_page_that_reloads_by_itself() {
    let office = Office::impatient();
    let plan = sent(&office, "may.csv", FILE);
    let uploads = places_taken(&office);
    for _ in 0..3 {
        let page = office.get(&plan);
        assert_eq!((page.status, page.header("refresh")), (200, Some("1")), "{page:?}");
        shows(&page, &["Checking may.csv", "Nothing is recorded yet", "reloads by itself", "Example office"]);
        lacks(&page, &["Record 2 rows", "http-equiv"]);
    }
    drop(uploads);
    let (path, page) = settled(&office, &plan);
    assert_eq!(path, plan);
    shows(&page, &["Record 2 rows, £150.00"]);
    // An answer is given once: the next request plans the file again.
    office.record_as("al", false, &[common::pay("1-2015", "2015-05-05", "900")]);
    shows(&settled(&office, &plan).1, &["1 row has errors"]);
    // Others have no imports.
    assert_eq!(settled(&office, &format!("{plan}?audience=panel")).1.status, 404);
}

#[test]
fn a_page_of_every_grant_that_takes_long_says_so_and_reloads_by_itself() {
    let office = Office::impatient();
    for path in [
        "/papers/panel?fy=2015-16",
        "/reports/changes?fy=2015-16",
        "/grants?name=a",
        "/grants?audience=panel",
        "/bank",
    ] {
        let (mut seen, begun) = (0, Instant::now());
        let page = loop {
            let answer = office.get(path);
            assert_eq!(answer.status, 200, "{path}: {}", answer.body);
            if answer.header("refresh").is_none() {
                break answer;
            }
            shows(&answer, &["Reading all grants", "reloads by itself"]);
            lacks(&answer, &["1-2015", "http-equiv"]);
            seen += 1;
            std::thread::sleep(Duration::from_millis(20));
            assert!(begun.elapsed() < Duration::from_secs(120), "{path}");
        };
        assert!(seen > 0, "{path}");
        lacks(&page, &["Reading all grants"]);
    }
    // What was recorded meanwhile is shown: a page begun before that is not.
    office.get("/grants?name=new");
    office.record_as("al", false, &[common::pay("1-2015", "2015-05-05", "1")]);
    let sent = office.post("/record/theme", "name=New+theme");
    assert_eq!(sent.status, 303, "{}", sent.body);
    shows(&settled(&office, "/reports/payments?fy=2015-16").1, &["5 May 2015"]);
}

#[test]
fn a_recording_that_takes_long_goes_on_by_itself_and_records_once() {
    let office = Office::impatient();
    let plan = sent(&office, "may.csv", FILE);
    settled(&office, &plan);
    // Another program is recording: this one waits for it.
    let other = office.recording();
    for _ in 0..3 {
        let answer = office.post(&format!("{plan}/record"), "");
        assert_eq!(answer.header("location"), Some(plan.as_str()), "{}", answer.body);
        let page = office.get(&plan);
        assert_eq!(page.header("refresh"), Some("1"), "{page:?}");
        shows(&page, &["Recording may.csv", "as a whole or not at all", "once only"]);
    }
    // What is being recorded is neither changed, discarded nor replaced.
    for form in ["", "/discard", "/columns"] {
        let answer = office.post(&format!("{plan}{form}"), "kind=payments&accept_good_rows=yes");
        assert_eq!(answer.header("location"), Some(plan.as_str()), "{form}: {}", answer.body);
    }
    let refused = office.post_file("/import", &[("kind", "payments")], ("june.csv", FILE));
    assert_eq!(refused.status, 422);
    shows(&refused, &["“may.csv” is being recorded"]);
    assert_eq!(office.get(&format!("{plan}?audience=panel")).header("refresh"), None);
    drop(other);
    let (path, page) = settled(&office, &plan);
    assert_eq!(path, format!("{plan}/done"));
    shows(&page, &["Recorded.", "Payment of 100.00", "Payment of 50.00"]);
    assert_eq!(office.records(), office.records_at_start + 2);
    for _ in 0..2 {
        assert_eq!(settled(&office, &plan).0, path);
        office.post(&format!("{plan}/record"), "");
    }
    assert_eq!(settled(&office, &plan).0, path);
    assert_eq!(office.records(), office.records_at_start + 2);
}

#[test]
fn a_recording_that_comes_to_nothing_says_so() {
    let office = Office::impatient();
    let plan = sent(&office, "may.csv", FILE);
    let (_, page) = settled(&office, &plan);
    let (_, seen) = page.body.split_once("name=\"seen\" value=\"").unwrap();
    let seen = seen.split('"').next().unwrap();
    office.record_as("al", false, &[common::pay("1-2015", "2015-05-05", "900")]);
    let before = office.records();
    let other = office.recording();
    office.post(&format!("{plan}/record"), &format!("seen={seen}"));
    assert_eq!(office.get(&plan).header("refresh"), Some("1"));
    drop(other);
    let (path, page) = settled(&office, &plan);
    assert_eq!(path, format!("{plan}?stale=yes"));
    shows(
        &page,
        &["Nothing was recorded: somebody else has recorded something in the meantime", "1 row has errors"],
    );
    assert_eq!(office.records(), before);
}
