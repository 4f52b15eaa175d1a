//! Addresses of JSON: whatever option one takes changes what it answers.

use std::collections::BTreeMap;

use crate::common::{Answer, Office};
use almoner_app::commanded::{Commanded, SCHEMA};
use almoner_ledger::command::Command;
use almoner_ledger::users::Role;

/// What is recorded beside the awards of every office of these tests, so that every option has something to choose from.
const RECORDED: &[&str] = &[
    r#"{"add-theme":{"id":"youth","name":"Youth","objective":"Prevention"}}"#,
    r#"{"add-recipient":{"name":"Second Chance","identifiers":["GB-CHC-1087198"]}}"#,
    r#"{"award":{"decision":"2-2014","decided":"2014-06-02","recipient":"Second Chance","amount":"1200.00",
        "purpose":{"text":"Mentors","split":{"whole":"youth"}},"fund":"cdr","power":"s9",
        "period":{"from":"2014-07","to":"2016-03"},"conditions":"None"}}"#,
    r#"{"record-decision":{"id":"7-2015","date":"2015-06-01","title":"Another"}}"#,
    r#"{"pay":{"award":"2-2014","date":"2014-09-01","amount":"300.00","account":"20-00-00 12345678"}}"#,
    r#"{"pay":{"award":"1-2015","date":"2015-06-01","amount":"100.00","account":"30-00-00 87654321"}}"#,
    r#"{"pay":{"award":"2-2014","date":"2015-07-01","amount":"120.00","account":"20-00-00 12345678"}}"#,
    r#"{"set-budget":{"budget":{"fund":"cdr","theme":"youth","year":"2014-15"},"amount":"4000.00"}}"#,
    r#"{"set-budget":{"budget":{"fund":"cdr","theme":"youth","year":"2015-16"},"amount":"5000.00"}}"#,
    r#"{"receive":{"receipt":{"fund":"cdr","date":"2015-04-02","amount":"4000.00","kind":"income"}}}"#,
    r#"{"schedule":{"award":"2-2014","due":"2015-12-01","amount":"50.00"}}"#,
    r#"{"expect":{"award":"2-2014","due":{"what":"monitoring-report","name":"First","due":"2015-07-15"}}}"#,
    r#"{"set-indicator":{"indicator":{"theme":"youth","name":"Incidents","period":"2014-15"},
        "stated":{"value":"12","source":"Police"}}}"#,
    r#"{"record-paper":{"id":"AP15/2","title":"Panel","date":"2015-06-12","decisions":["2-2014"],"grants":[]}}"#,
    r#"{"record-statement":{"account":"20-00-00 12345678","from":"2015-07-01","to":"2015-07-31",
        "opening":"0.00","closing":"-120.00","lines":[{"date":"2015-07-02","amount":"-120.00","text":"BACS 7"}]}}"#,
    r#"{"repurpose":{"award":"2-2014","date":"2015-05-01","purpose":
        {"text":"Sport","split":{"whole":"domestic-abuse"}}}}"#,
];

fn rich() -> Office {
    let office = Office::open();
    for command in RECORDED {
        let text = format!("{{\"schema\":\"{SCHEMA}\",\"command\":{command}}}");
        let command: Command =
            Commanded::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}")).command;
        office.record_as("jane", false, &[command]);
    }
    office.add_user("jane", "jane", &[Role::Recorder, Role::Approver], None);
    office
}

/// The options that an address needs to answer at all.
fn needed(path: &str) -> &'static str {
    match path {
        "/compare.json" => "earlier=6",
        "/figures.json" => "column=awarded",
        "/papers/panel.json" => "for=officer",
        "/papers/funder.json" => "for=officer&fund=victims",
        "/papers/disclosure.json" => "for=officer&month=2015-04&draft=yes",
        "/papers/360giving.json" => "for=officer&prefix=360G-test",
        "/search.json" => "q=o",
        _ => "",
    }
}

/// What an option is set to, so that it changes the answer.
fn chosen(path: &str, option: &str) -> Option<&'static str> {
    Some(match (path, option) {
        (_, "audience") => "public",
        ("/papers/360giving.json", "known_at") => "9",
        (_, "known_at") => "6",
        ("/reports/year-end.json" | "/year-end.json", "fy") => "2015-16",
        (_, "fy") => "2014-15",
        ("/papers/360giving.json", "quarter") => "2015-16Q1",
        ("/papers/360giving.json", "month") => "2015-04",
        (_, "quarter") => "2014-15Q3",
        ("/papers/disclosure.json", "month") => "2015-06",
        (_, "month") => "2014-09",
        ("/log.json", "from") => "2",
        (_, "from") => "2014-06-01",
        (_, "to") => "2015-06-30",
        (_, "as_at") => "2015-06-30",
        (_, "on") => "2015-07-01",
        (_, "theme") => "youth",
        (_, "fund") => "cdr",
        (_, "recipient") => "Second Chance",
        (_, "power") => "s9",
        (_, "purpose") => "original",
        (_, "by") => "fund",
        (_, "every") => "quarter",
        (_, "draft") => "yes",
        (_, "list") => "expenditure-over-500-2015-04-DRAFT",
        ("/papers/panel.json", "only") => "not-stated",
        ("/papers/cfo.json", "only") => "year-end",
        (_, "state") => "unpresented",
        (_, "name") => "Second",
        (_, "account") => "30-00-00 87654321",
        (_, "ending") => "1",
        (_, "largest") => "1",
        (_, "prefix") => "360G-other",
        (_, "funder") => "GB-GOR-PB999",
        (_, "earlier") => "8",
        (_, "later") => "9",
        (_, "column") => "paid",
        (_, "figure") => "themes/youth/paid@2014-15",
        (_, "period") => "2014-15",
        (_, "objective") => "Prevention",
        ("/papers/cfo.json", "for") => "auditor",
        (_, "for") => "panel",
        (_, "last") => "3",
        (_, "q") => "Second",
        (_, "now") => "yes",
        _ => return None,
    })
}

/// Options that may say in words what is so without them.
const SAME: &[(&str, &str)] = &[
    // Nobody who sees less than the auditor makes it for the auditor.
    ("/papers/cfo.json", "for"),
    // As JSON it is verified at once.
    ("/verify.json", "now"),
];

fn get(office: &Office, path: &str, options: &BTreeMap<&str, &str>) -> Answer {
    let options = options.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "%20")));
    office.get(&format!("{path}?{}", options.collect::<Vec<_>>().join("&")))
}

#[test]
fn every_option_that_an_address_takes_changes_its_answer() {
    let office = rich();
    let description: serde_json::Value = serde_json::from_str(&office.get("/api/openapi.json").body).unwrap();
    let mut unheard = Vec::new();
    let mut tried = 0;
    for (described, methods) in description["paths"].as_object().unwrap() {
        let Some(parameters) = methods["get"]["parameters"].as_array() else { continue };
        let id = match described.as_str() {
            "/recipients/{id}.json" => "second-chance",
            "/records/{number}.json" => "12",
            "/bank/{id}.json" => "20-00-00%2012345678",
            "/users/{id}.json" => "jane",
            _ => "2-2014",
        };
        let path = described.replace("{id}", id).replace("{number}", id);
        let given: BTreeMap<&str, &str> =
            needed(described).split('&').filter_map(|option| option.split_once('=')).collect();
        let usual = get(&office, &path, &given);
        assert!([200, 404].contains(&usual.status), "{path}: {}", usual.body);
        for parameter in parameters.iter().filter(|it| it["in"] == "query") {
            let option = parameter["name"].as_str().unwrap();
            // A proof is of one ledger, and of one moment.
            if option == "proof" {
                continue;
            }
            let value =
                chosen(described, option).unwrap_or_else(|| panic!("{described}: {option} is not tried"));
            let mut options = given.clone();
            // What is given already is left out instead.
            let is_without = options.insert(option, value) == Some(value);
            if is_without {
                options.remove(option);
            }
            let answer = get(&office, &path, &options);
            tried += 1;
            if answer.body == usual.body && !SAME.contains(&(described.as_str(), option)) {
                unheard.push(format!("{described}: {option}={value}"));
            }
            // A report may not be for an audience, and not be made without an option.
            let may_be_refused = is_without || option == "audience";
            if ![200, 404].contains(&answer.status) && !may_be_refused {
                unheard.push(format!("{described}: {option}={value}: {}", answer.body));
            }
        }
    }
    assert!(tried > 200, "{tried}");
    assert!(unheard.is_empty(), "{}", unheard.join("\n"));
}
