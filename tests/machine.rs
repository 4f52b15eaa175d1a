//! JSON of the pages: the same bytes as `--format json` of the command line, for each report and each record page.

#[path = "machine/schema.rs"]
mod schema;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use schema::Schemas;

/// The pages of the example, in a session at a desk.
struct Desk {
    program: Child,
    folder: tempfile::TempDir,
    host: String,
    cookie: String,
}

fn almoner(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_almoner"))
        .args(words)
        .current_dir(folder)
        .env("ALMONER_LEDGER", folder.join("demo.ledger"))
        .env("ALMONER_USER", "demo")
        .env("ALMONER_STATE", folder.join("state"))
        .output()
        .unwrap()
}

impl Desk {
    fn open() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let made = almoner(folder.path(), &["demo", "demo.ledger"]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let mut command = Command::new(env!("CARGO_BIN_EXE_almoner"));
        command.args(["serve", "--no-open"]).current_dir(folder.path());
        command
            .env("ALMONER_LEDGER", folder.path().join("demo.ledger"))
            .env("ALMONER_USER", "demo")
            .env("ALMONER_STATE", folder.path().join("state"));
        let mut program = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let start = BufReader::new(program.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let (host, path) = start.strip_prefix("http://").and_then(|rest| rest.split_once('/')).unwrap();
        let mut desk = Desk { program, folder, host: host.to_owned(), cookie: String::new() };
        let form = format!("start={}", path.split('=').next_back().unwrap());
        let length = form.len();
        let (head, _) =
            desk.sent(&format!("POST /start HTTP/1.1\r\nOrigin: null\r\nContent-Length: {length}"), &form);
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().clone_into(&mut desk.cookie);
        desk
    }

    fn sent(&self, head: &str, body: &str) -> (String, String) {
        let port: u16 = self.host.rsplit(':').next().unwrap().parse().unwrap();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (host, cookie) = (&self.host, &self.cookie);
        let request =
            format!("{head}\r\nHost: {host}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    fn get(&self, path: &str) -> (String, String) {
        self.sent(&format!("GET {path} HTTP/1.1"), "")
    }

    fn typed(&self, words: &[&str]) -> Output {
        almoner(self.folder.path(), words)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

#[test]
fn the_json_of_a_page_is_that_of_its_command() {
    let desk = Desk::open();
    let cases = [
        ("/home.json?fy=2014-15", "status --fy 2014-15"),
        ("/log.json", "log"),
        ("/log.json?from=5", "log --from 5"),
        ("/log.json?last=50", "log --last 50"),
        ("/records/14.json", "show 14"),
        ("/decisions/14-2015.json", "show 14-2015"),
        ("/users.json", "user list"),
        ("/approvals.json", "pending"),
        ("/grants.json?fy=2014-15", "report grants --fy 2014-15"),
        ("/grants/14-2015.json", "report grant 14-2015"),
        ("/grants/6-2015.json", "report grant 6-2015 --postings"),
        ("/grants/14-2015.json?fy=2014-15", "report grant 14-2015 --fy 2014-15"),
        ("/recipients.json?fy=2014-15", "report recipients --fy 2014-15"),
        ("/decisions.json", "report decisions --internal"),
        ("/budgets.json?fy=2014-15", "report budget --fy 2014-15"),
        ("/monitoring.json", "report monitoring"),
        (
            "/figures.json?figure=themes/domestic-abuse/awarded@2014-15",
            "explain themes/domestic-abuse/awarded@2014-15",
        ),
        ("/compare.json?earlier=10&later=40&fy=2014-15", "diff --known-at 10 --known-at 40 --fy 2014-15"),
        ("/reports/themes.json?fy=2014-15&by=fund", "report themes --fy 2014-15 --by fund"),
        ("/reports/themes.json?fy=2014-15&audience=panel", "report themes --fy 2014-15 --audience panel"),
        ("/reports/themes.json?fy=2014-15&known_at=60", "report themes --fy 2014-15 --known-at 60"),
        ("/reports/periods.json?fy=2014-15&every=quarter", "report periods --fy 2014-15 --every quarter"),
        ("/reports/budget.json?fy=2014-15", "report budget --fy 2014-15"),
        ("/reports/commitments.json?fy=2014-15", "report commitments --fy 2014-15"),
        ("/reports/grants.json?fy=2014-15&as_at=2015-03-31", "report grants --fy 2014-15 --as-at 2015-03-31"),
        ("/reports/recipients.json?fy=2014-15", "report recipients --fy 2014-15"),
        ("/reports/changes.json?fy=2014-15", "report changes --fy 2014-15"),
        ("/reports/not-stated.json?fy=2014-15", "report not-stated --fy 2014-15"),
        ("/reports/monitoring.json?fy=2014-15", "report monitoring --fy 2014-15"),
        ("/reports/indicators.json?fy=2014-15", "report indicators --fy 2014-15"),
        ("/reports/decisions.json?audience=public", "report decisions --audience public"),
        ("/reports/papers.json", "report papers"),
        ("/reports/late.json?fy=2014-15", "report late --by-month --fy 2014-15"),
        ("/reports/payments.json?fy=2014-15", "report payments --fy 2014-15"),
        ("/reports/bank-reconciliation.json", "report bank-reconciliation"),
        ("/reports/trial-balance.json?fy=2014-15", "report trial-balance --fy 2014-15"),
        ("/reports/year-end.json?fy=2014-15", "report year-end --fy 2014-15"),
        ("/papers/panel.json?fy=2014-15&for=officer", "export panel --fy 2014-15 --audience officer"),
        ("/papers/cfo.json?fy=2014-15", "export cfo --fy 2014-15"),
    ];
    for (path, command) in cases {
        let (head, body) = desk.get(path);
        let words: Vec<&str> = command.split(' ').chain(["--format", "json"]).collect();
        let typed = desk.typed(&words);
        if !typed.status.success() {
            let why = String::from_utf8_lossy(&typed.stderr).into_owned();
            // What the command line refuses, the page refuses with the same code.
            let code = why.split_once("error[").unwrap().1.split(']').next().unwrap().to_owned();
            assert!(head.starts_with("HTTP/1.1 422"), "{path}: {head}, {why}");
            assert!(body.contains(&format!("\"code\": \"{code}\"")), "{path}: {body}, {why}");
            continue;
        }
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}\n{body}");
        assert!(head.contains("content-type: application/json\r\n"), "{path}: {head}");
        let typed = String::from_utf8(typed.stdout).unwrap();
        assert!(body == typed, "{path}:\n{body}\n{command}:\n{typed}");
    }
}

#[test]
fn an_address_of_json_answers_in_json_alone() {
    let desk = Desk::open();
    for (path, status, code, field) in [
        ("/reports/themes.json?fy=next", 422, "not-a-date", "fy"),
        ("/reports/themes.json?by=colour", 422, "invalid-value", "by"),
        ("/reports/themes.json?colour=red", 422, "unknown-option", ""),
        ("/reports/themes.json?page=2", 422, "unknown-option", ""),
        ("/reports/themes.json?format=csv", 422, "unknown-option", ""),
        ("/reports/themes.json?columns=all", 422, "unknown-option", ""),
        ("/reports/themes.json?chart=yes", 422, "unknown-option", ""),
        ("/reports/late.json?by_month=yes", 422, "unknown-option", ""),
        ("/grants/14-2015.json?postings=yes", 422, "unknown-option", ""),
        ("/papers/panel.json?list=panel", 422, "unknown-option", ""),
        ("/reports/themes.json?fy=2014-15&fy=2015-16", 422, "given-twice", "fy"),
        ("/log.json?from=5&last=3", 422, "given-twice", "last"),
        ("/reports/themes.json?theme=nothing", 422, "unknown-theme", "theme"),
        ("/reports/themes.json?known_at=100000", 422, "unknown-record", "known_at"),
        ("/reports/themes.json?fy=%FF", 400, "not-utf-8", ""),
        ("/grants/%FF.json", 400, "not-utf-8", ""),
        ("/grants.json?%FF=1", 400, "not-utf-8", ""),
        ("/api/openapi.json?name=%E9", 400, "not-utf-8", ""),
        ("/compare.json", 422, "not-chosen", "earlier"),
        ("/papers/funder.json", 422, "not-chosen", "fund"),
        ("/papers/disclosure.json", 422, "not-chosen", "month"),
        ("/papers/disclosure.json?month=2014-04", 422, "not-stated", ""),
        ("/users.json?colour=red", 422, "unknown-option", ""),
        ("/reports/nothing.json", 404, "not-found", ""),
        ("/grants/nothing.json", 404, "not-found", ""),
        ("/grants/14-2015/pay.json", 404, "not-found", ""),
        ("/help.json", 404, "not-found", ""),
        ("/nothing.json", 404, "not-found", ""),
        ("/log.json?audience=panel", 404, "not-found", ""),
        ("/static/almoner.css.json", 404, "not-found", ""),
    ] {
        let (head, body) = desk.get(path);
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {head}\n{body}");
        assert!(head.contains("content-type: application/json\r\n"), "{path}: {head}");
        assert!(head.contains("x-content-type-options: nosniff"), "{path}: {head}");
        let json: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(json["schema"], "almoner.errors/1", "{path}");
        let error = &json["errors"][0];
        assert_eq!(error["code"], code, "{path}: {body}");
        assert_eq!(error["field"].as_str().unwrap_or_default(), field, "{path}: {body}");
        assert!(!error["message"].as_str().unwrap().is_empty(), "{path}");
    }
}

/// Reports of which the example has no line.
const NO_LINES: &[&str] = &["IndicatorsLine", "LateLine", "MonitoringLine", "PapersLine"];
/// Columns that no line of the example has: they are in JSON where they say something.
const NOT_SAID: &[&str] = &[
    "control_moved",
    "due_back",
    "earlier_years",
    "moved",
    "prior_period",
    "prior_period_in_period",
    "profiled_budget",
    "variance",
];

#[test]
fn every_answer_has_the_form_that_is_described() {
    let desk = Desk::open();
    let json = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let description = json(&desk.get("/api/openapi.json").1);
    let mut schemas = Schemas::of(&description);
    let mut answered: BTreeSet<String> = BTreeSet::new();
    let mut faults = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        let Some(get) = methods.get("get") else { continue };
        let named = |status: &str| {
            let schema = &get["responses"][status]["content"]["application/json"]["schema"]["$ref"];
            schema
                .as_str()
                .unwrap_or_else(|| panic!("{path}: {status}"))
                .rsplit('/')
                .next()
                .unwrap()
                .to_owned()
        };
        let ids: Vec<String> = match path.as_str() {
            path if !path.contains('{') => vec![String::new()],
            "/records/{number}.json" => (1..=72).step_by(7).map(|number| number.to_string()).collect(),
            "/recipients/{id}.json" => vec!["compassion".to_owned()],
            _ => ["14-2015", "6-2015", "demo", "nothing"].map(str::to_owned).to_vec(),
        };
        let mut asked = vec![String::new()];
        let takes =
            |option: &str| get["parameters"].as_array().unwrap().iter().any(|it| it["name"] == option);
        for (option, value) in [
            ("fy", "2014-15"),
            ("fy", "next"),
            ("audience", "panel"),
            ("audience", "public"),
            ("from", "1"),
            ("earlier", "10"),
            ("figure", "themes/domestic-abuse/awarded@2014-15"),
            ("fund", "victims"),
            ("prefix", "360G-test"),
            ("q", "a"),
            ("q", "9233.50"),
        ] {
            if takes(option) {
                asked.push(format!("{option}={value}"));
            }
        }
        match path.as_str() {
            "/papers/disclosure.json" => asked.push("month=2015-03&draft=yes".to_owned()),
            "/papers/360giving.json" => asked.push("prefix=360G-test&fy=2014-15".to_owned()),
            _ => {}
        }
        for (id, options) in ids.iter().flat_map(|id| asked.iter().map(move |options| (id, options))) {
            let address = format!("{}?{options}", path.replace("{id}", id).replace("{number}", id));
            let (head, body) = desk.get(&address);
            let status = head.split(' ').nth(1).unwrap();
            let name = named(status);
            if let Err(fault) = schemas.fit(&name, &json(&body)) {
                faults.push(format!("{address}: {fault}"));
            }
            answered.insert(name);
        }
    }
    let all = description["components"]["schemas"].as_object().unwrap();
    for (name, schema) in all {
        let is_answer = !name.ends_with("Line") && !name.ends_with("Part");
        if is_answer
            && !["Command", "Confirmation", "User"].contains(&name.as_str())
            && !answered.contains(name)
        {
            faults.push(format!("no address answered {name}"));
        }
        // A column that no answer has is not described.
        for key in schema["properties"].as_object().into_iter().flatten().map(|(key, _)| key) {
            let is_found = schemas.found.contains(&(name.clone(), key.clone()));
            let may_lack = NO_LINES.contains(&name.as_str()) || NOT_SAID.contains(&key.as_str());
            if name.ends_with("Line") && !is_found && !may_lack {
                faults.push(format!("no answer has {key} of {name}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
