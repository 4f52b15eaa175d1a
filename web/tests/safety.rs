//! The safety of the pages, over real connections: names, origins, sessions, tokens, headers, sizes and times.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::common::{self, Answer, Office};
use almoner_ledger::calendar::{Date, FinancialYear};
use almoner_ledger::command::Command;
use almoner_ledger::decisions::DecisionId;
use almoner_ledger::events::BudgetKey;
use almoner_ledger::funders::{FundingReceipt, ReceiptKind};
use almoner_ledger::funds::FundId;
use almoner_ledger::grants::{GrantId, Purpose};
use almoner_ledger::indicators::{Indicator, IndicatorKey};
use almoner_ledger::money::Money;
use almoner_ledger::text::Text;
use almoner_ledger::themes::{Split, ThemeId};
use almoner_papers::reports::catalogue;

/// The headers of every answer, as the specification has them.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-store"),
];

fn has_headers(answer: &Answer, what: &str) {
    for (name, value) in HEADERS {
        assert_eq!(answer.header(name), Some(*value), "{what}: {name}");
    }
}

#[test]
fn every_answer_has_its_headers() {
    let office = Office::open();
    for (path, status) in [
        ("/", 200),
        ("/grants", 200),
        ("/grants/1-2015", 200),
        ("/nothing", 404),
        ("/log", 200),
        ("/reports/nothing", 404),
    ] {
        let answer = office.get(path);
        assert_eq!(answer.status, status, "{path}");
        has_headers(&answer, path);
    }
    has_headers(&office.raw(&format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", office.host)), "no session");
    has_headers(&office.raw("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), "another host");
    let style = office.get("/static/almoner.css");
    assert_eq!((style.status, style.header("cache-control")), (200, Some("max-age=3600")));
    let page = office.get("/grants").body;
    for refused in ["<style", " style=", "<script>", "onclick=", "http://", "https://"] {
        assert!(!page.contains(refused), "{refused}");
    }
}

#[test]
fn only_our_own_name_is_answered() {
    let office = Office::open();
    let cookie = &office.cookie;
    for host in ["evil.example", "127.0.0.1", "localhost", "almoner-00000000.localhost", ""] {
        for host in [host.to_owned(), format!("{host}:{}", office.port)] {
            let answer = office.raw(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n\r\n"));
            assert_ne!(answer.status, 200, "{host}");
            assert!(!answer.body.contains("Example office"), "{host}");
        }
    }
    let answer = office.raw(&format!("GET / HTTP/1.1\r\nCookie: {cookie}\r\n\r\n"));
    assert_ne!(answer.status, 200);
}

#[test]
fn nothing_is_shown_without_a_session() {
    let office = Office::open();
    for cookie in ["", "almoner-1=0", "session=1"] {
        for path in [
            "/",
            "/bank",
            "/record/statement",
            "/grants/1-2015",
            "/nothing",
            "/log",
            "/reports/themes?format=csv",
        ] {
            let answer = office
                .raw(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {cookie}\r\n\r\n", office.host));
            assert_eq!(answer.status, 403, "{path}");
            assert!(!answer.body.contains("Example office"), "{path}");
        }
    }
}

#[test]
fn a_start_token_is_used_once() {
    let office = Office::open();
    let form = format!("start={}", office.start_token);
    let again = office.send("POST", "/start", &[], &form);
    assert_eq!(again.status, 403);
    assert_eq!(again.header("set-cookie"), None);
    let guessed = office.send("POST", "/start", &[], "start=0000");
    assert_eq!((guessed.status, guessed.header("set-cookie")), (403, None));
    assert!(office.cookie.starts_with(&format!("almoner-{}=", office.port)));
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(office.set_cookie.contains(attribute), "{}", office.set_cookie);
    }
    assert!(!office.set_cookie.contains("Domain"), "{}", office.set_cookie);
}

#[test]
fn a_form_records_only_from_our_own_pages_with_our_own_token() {
    let office = Office::open();
    let (cookie, own) = (office.cookie.clone(), office.origin.clone());
    let token = office.token();
    let good = format!("token={token}&amount=100&date=2015-06-01");
    let forged = good.replace(&token, "0000");
    let stranger = "http://evil.example".to_owned();
    for (what, origin, site, form, status) in [
        ("another origin", Some(&stranger), None, &good, 403),
        ("no origin", None, None, &good, 403),
        ("another site", Some(&own), Some("cross-site"), &good, 403),
        ("a null origin", Some(&"null".to_owned()), None, &good, 403),
        ("a forged token", Some(&own), None, &forged, 403),
        ("no token", Some(&own), None, &"amount=100".to_owned(), 403),
        ("our own", Some(&own), None, &good, 303),
        ("our own, as browsers send it", Some(&"null".to_owned()), Some("same-origin"), &good, 303),
    ] {
        let mut headers = vec![("Cookie", cookie.as_str())];
        headers.extend(origin.map(|origin| ("Origin", origin.as_str())));
        headers.extend(site.map(|site| ("Sec-Fetch-Site", site)));
        let answer = office.send("POST", "/grants/1-2015/pay", &headers, form);
        assert_eq!(answer.status, status, "{what}");
    }
    assert_eq!(office.records(), office.records_at_start, "a draft records nothing");
}

#[test]
fn what_is_hidden_and_what_does_not_exist_get_the_same_bytes() {
    let office = Office::open();
    let missing = office.get("/grants/99-2015?audience=panel");
    assert_eq!(missing.status, 404);
    for path in [
        "/grants/C1-2015?audience=panel",
        "/grants/C1-2015?audience=public",
        "/grants/C1-2015/pay?audience=panel",
        "/recipients/quiet-house?audience=panel",
        "/log?audience=panel",
        "/approvals?audience=panel",
        "/users?audience=public",
        "/settings?audience=public",
        "/verify?audience=panel&now=yes",
        "/year-end?audience=panel",
        "/publication?audience=public",
        "/bank?audience=panel",
        "/bank/20-00-00%2012345678?audience=public",
        "/record/statement?audience=panel",
        "/record/policy?audience=panel",
        "/records/1?audience=public",
        "/compare?audience=panel&earlier=1",
        "/papers/cfo?audience=panel",
        "/drafts/0000?audience=panel",
    ] {
        let hidden = office.get(path);
        assert_eq!(
            (hidden.status, &hidden.body, hidden.without_date()),
            (missing.status, &missing.body, missing.without_date()),
            "{path}"
        );
    }
    assert!(office.get("/grants/C1-2015").body.contains("Quiet House"));
    let reports = catalogue::names().into_iter().filter(|name| !["grant", "recipient"].contains(name));
    let reports: Vec<String> = reports.map(|name| format!("/reports/{name}")).collect();
    for audience in ["panel", "public"] {
        let others = [
            "/",
            "/grants",
            "/recipients",
            "/decisions",
            "/decisions/C1-2015",
            "/budgets",
            "/monitoring",
            "/search?q=quiet",
            "/search?q=C1",
            "/search?q=777",
            "/papers/panel",
            "/papers",
            "/papers/funder?fund=victims",
            "/papers/disclosure?month=2015-04&draft=yes",
            "/papers/360giving?prefix=360G-test",
            "/papers/360giving?prefix=360G-test&format=json",
            "/papers/360giving?prefix=360G-test&format=csv&for=officer",
            "/preview/panel",
            "/preview/disclosure?month=2015-04&draft=yes",
            "/preview/disclosure?month=2015-04&draft=yes&for=auditor",
            "/reports/periods?chart=yes",
            "/figures?column=awarded",
        ];
        for path in others.into_iter().chain(reports.iter().map(String::as_str)) {
            let glue = if path.contains('?') { '&' } else { '?' };
            let has_year = ["/search", "month=", "/bank-reconciliation"].iter().all(|it| !path.contains(it));
            let year = if has_year { "&fy=2015-16" } else { "" };
            let answer = office.get(&format!("{path}{glue}audience={audience}{year}"));
            let is_for_office = answer.body.contains("no columns for the audience");
            assert!(answer.status == 200 || is_for_office, "{path} as {audience}: {}", answer.body);
            let body = answer.body;
            for canary in ["Quiet House", "Shelter for witnesses", "777.77"] {
                assert!(!body.contains(canary), "{path} as {audience}: {canary}");
            }
        }
    }
}

/// What gives the confidential grant a theme and a fund of its own, and what is recorded of these.
fn in_confidence() -> Vec<Command> {
    let (theme, fund) = (ThemeId::new("safe-houses").unwrap(), FundId::new("shelter").unwrap());
    let (award, decision) = (GrantId::new("C1-2015").unwrap(), DecisionId::new("C1-2015").unwrap());
    let (date, amount) = (Date::parse("2015-06-01").unwrap(), Money::parse("777.77").unwrap());
    let text = |text: &str| Text::new(text).unwrap();
    let purpose = Purpose { text: text("Shelter for witnesses"), split: Split::whole(theme.clone()) };
    let budget = |fund: &str, theme: &ThemeId| Command::SetBudget {
        budget: BudgetKey {
            fund: FundId::new(fund).unwrap(),
            theme: theme.clone(),
            year: FinancialYear::parse("2015-16").unwrap(),
        },
        amount,
        date: None,
        decision: None,
        revise: false,
    };
    let stated =
        Indicator { value: "777".parse().unwrap(), unit: None, baseline: None, source: text("Police") };
    let period = "2015-16Q1".parse().unwrap();
    vec![
        Command::AddTheme { id: theme.clone(), name: text("Safe houses"), objective: None },
        Command::AddFund { id: fund.clone(), name: text("Shelter") },
        Command::Repurpose {
            award: award.clone(),
            decision: Some(decision.clone()),
            date,
            purpose,
            include_past: false,
        },
        Command::ChangeFund {
            award,
            decision: Some(decision),
            date,
            fund: "shelter".parse().unwrap(),
            include_past: false,
        },
        budget("shelter", &theme),
        budget("victims", &theme),
        Command::SetIndicator {
            indicator: IndicatorKey { theme: theme.clone(), name: text("Places"), period },
            stated: Box::new(stated),
            revise: false,
        },
        Command::Receive {
            receipt: FundingReceipt {
                account: None,
                fund,
                date,
                amount,
                from: Some(text("A funder")),
                reference: None,
                kind: ReceiptKind::ReturnIfUnspent,
            },
            occurrence: 1,
        },
    ]
}

#[test]
fn what_is_recorded_in_confidence_moves_no_byte_of_a_page_for_others() {
    let office = Office::open();
    let paths = [
        "/",
        "/grants",
        "/grants/1-2015",
        "/recipients",
        "/decisions",
        "/budgets",
        "/monitoring",
        "/reports",
        "/reports/themes",
        "/reports/periods",
        "/reports/themes?format=json",
        "/reports/themes?by=fund",
        "/reports/budget",
        "/reports/indicators",
        "/papers",
        "/papers/panel",
        "/papers/panel?format=md",
        "/preview/panel",
        "/papers/funder?fund=victims&format=html",
        "/search?q=house",
    ];
    let all = || {
        let mut pages = Vec::new();
        for audience in ["public", "panel"] {
            for path in paths {
                let glue = if path.contains('?') { '&' } else { '?' };
                let year = if path.contains("/search") { "" } else { "&fy=2015-16" };
                let answer = office.get(&format!("{path}{glue}audience={audience}{year}"));
                assert_eq!(answer.status, 200, "{path}: {answer:?}");
                pages.push((path, answer.without_date(), answer.body));
            }
        }
        pages
    };
    let before = all();
    assert!(
        before.iter().any(|(path, _, body)| *path == "/grants" && body.contains(", mark ")),
        "{before:?}"
    );
    office.record_as("jane", false, &[common::pay("C1-2015", "2015-05-05", "77.77")]);
    // A theme and a fund of this grant alone, with a budget, an indicator and a receipt.
    office.record_as("jane", false, &in_confidence());
    for (before, after) in before.iter().zip(all()) {
        assert_eq!(*before, after);
    }
    office.record_as("jane", false, &[common::pay("1-2015", "2015-05-05", "77.77")]);
    assert_ne!(before, all());
    // Numbers of records count what is confidential.
    let refused = office.get("/grants?audience=public&known_at=4").body;
    assert!(refused.contains("record numbers also count confidential records"), "{refused}");
    let shown = office.get("/grants?known_at=4").body;
    assert!(shown.contains("/grants?audience=public\""), "{shown}");
}

#[test]
fn large_and_malformed_forms_are_refused() {
    let office = Office::open();
    let (cookie, origin) = (office.cookie.clone(), office.origin.clone());
    let headers = [("Cookie", cookie.as_str()), ("Origin", origin.as_str())];
    let token = office.token();
    let large = format!("token={token}&amount={}", "1".repeat(2 * 1024 * 1024));
    let answer = office.send("POST", "/grants/1-2015/pay", &headers, &large);
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    for header in [format!("X-Long: {}\r\n", "a".repeat(200_000)), "X-Many: a\r\n".repeat(500)] {
        let answer = office.raw(&format!("GET / HTTP/1.1\r\nHost: {}\r\n{header}\r\n", office.host));
        assert!((400..500).contains(&answer.status), "{}", answer.status);
    }
    for path in [
        "/grants/..%2f..%2fetc%2fpasswd",
        "/static/../Cargo.toml",
        "/static/%2e%2e/x",
        "/papers/%00",
        "/help/..%2f",
    ] {
        assert_eq!(office.get(path).status, 404, "{path}");
    }
    let split = office.get("/search?q=a%0d%0aSet-Cookie:%20x=y");
    assert_eq!(split.header("set-cookie"), None);
    assert_eq!(office.get("/grants").status, 200);
}

#[test]
fn slow_and_idle_connections_end_and_others_are_served_meanwhile() {
    let office = Office::open();
    let begun = Instant::now();
    let mut slow = office.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
    let idle: Vec<_> = (0..200).map(|_| office.connect()).collect();
    assert_eq!(office.get("/").status, 200);
    slow.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let mut rest = Vec::new();
    // The server closes the connection, with or without a word.
    drop(slow.read_to_end(&mut rest));
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert!(begun.elapsed() >= Duration::from_millis(500), "{:?}", begun.elapsed());
    drop(idle);
    assert_eq!(office.get("/").status, 200);
}

/// The head of a form, as a browser sends it.
fn head_of_form(office: &Office) -> String {
    format!(
        "POST /grants/1-2015/pay HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nOrigin: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n",
        office.host, office.cookie, office.origin
    )
}

/// Begins forms that do not end.
fn slow_forms(office: &Office, forms: usize) -> Vec<TcpStream> {
    let form = format!("{}Content-Length: 100\r\n\r\ntoken={}", head_of_form(office), &office.token()[..8]);
    let begin = |_| {
        let mut stream = office.connect();
        stream.write_all(form.as_bytes()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    };
    (0..forms).map(begin).collect()
}

#[test]
fn forms_that_arrive_slowly_or_without_end_hold_nobody_up() {
    // None of the forms ends by itself.
    let office = Office::patient(Duration::from_secs(3_600));
    let mut slow = slow_forms(&office, 50);
    // In pieces, of which nobody says how many there are.
    let mut endless = office.connect();
    endless.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    endless
        .write_all(format!("{}Transfer-Encoding: chunked\r\n\r\n", head_of_form(&office)).as_bytes())
        .unwrap();
    let piece = format!("10000\r\n{}\r\n", "1".repeat(0x10000));
    let taken = (0..1024).take_while(|_| endless.write_all(piece.as_bytes()).is_ok()).count();
    assert!(taken < 1024, "all of 64 MiB was taken");
    assert_eq!(office.get("/grants").status, 200);
    assert_eq!(office.records(), office.records_at_start);
    for stream in &mut slow {
        stream.set_nonblocking(true).unwrap();
        let unanswered = stream.read(&mut [0; 1]).unwrap_err();
        assert_eq!(unanswered.kind(), std::io::ErrorKind::WouldBlock);
    }
}

#[test]
fn forms_that_arrive_too_slowly_are_refused_and_record_nothing() {
    let limit = Duration::from_secs(3);
    let office = Office::patient(limit);
    let mut slow = slow_forms(&office, 20);
    let begun = Instant::now();
    slow.extend(slow_forms(&office, 1));
    // The last one first: it was given its time.
    for stream in slow.iter_mut().rev() {
        let mut answer = String::new();
        // The connection may stay open for another request.
        drop(Read::take(stream, 12).read_to_string(&mut answer));
        assert_eq!(answer, "HTTP/1.1 400");
        assert!(begun.elapsed() >= limit, "{:?}", begun.elapsed());
    }
    assert_eq!(office.records(), office.records_at_start);
    assert_eq!(office.get("/").status, 200);
}

#[test]
fn pages_that_nobody_uses_end() {
    let office = Office::with_idle(Duration::from_secs(2));
    assert_eq!(office.get("/").status, 200);
    let begun = Instant::now();
    while !office.has_ended() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(begun.elapsed() >= Duration::from_secs(1));
}

#[test]
fn read_only_pages_take_no_form() {
    let office = Office::read_only();
    let (cookie, origin) = (office.cookie.clone(), office.origin.clone());
    let headers = [("Cookie", cookie.as_str()), ("Origin", origin.as_str())];
    let form = format!("token={}&amount=100", office.token());
    assert_eq!(office.send("POST", "/grants/1-2015/pay", &headers, &form).status, 403);
    assert!(!office.get("/grants/1-2015").body.contains("/grants/1-2015/pay"));
}
