//! Access for programs: who sees what as JSON.

use crate::common::{self, Answer, Office, pay};
use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::command::Command;
use almoner_ledger::hash::Hash;
use almoner_ledger::money::Money;
use almoner_ledger::policy::{Act, Policy, Rule};
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use almoner_papers::reports::catalogue;
use almoner_web::tokens::{NewToken, Scope, Tokens};

/// The addresses of JSON that others than the office may look at, without those of one grant or recipient.
fn for_all() -> Vec<String> {
    let reports = catalogue::names().into_iter().filter(|name| !["grant", "recipient"].contains(name));
    let reports = reports.map(|name| format!("/reports/{name}.json"));
    let others = [
        "/grants.json",
        "/grants/1-2015.json",
        "/recipients.json",
        "/recipients/open-door.json",
        "/search.json?q=e",
        "/search.json?q=quiet",
        "/decisions.json",
        "/decisions/1-2015.json",
        "/decisions/C1-2015.json",
        "/budgets.json",
        "/monitoring.json",
        "/figures.json?column=awarded",
        "/papers/panel.json",
        "/papers/funder.json?fund=victims",
        "/papers/disclosure.json?month=2015-04&draft=yes",
        "/papers/360giving.json?prefix=360G-test",
    ];
    reports.chain(others.map(str::to_owned)).collect()
}

fn with(path: &str, option: &str) -> String {
    format!("{path}{}{option}", if path.contains('?') { '&' } else { '?' })
}

#[test]
fn what_is_hidden_and_what_does_not_exist_get_the_same_json() {
    let office = Office::open();
    let missing = office.get("/grants/99-2015.json?audience=panel");
    assert_eq!(missing.status, 404);
    assert_eq!(missing.header("content-type"), Some("application/json"));
    for path in [
        "/grants/C1-2015.json?audience=panel",
        "/grants/C1-2015.json?audience=public",
        "/recipients/quiet-house.json?audience=panel",
        "/log.json?audience=panel",
        "/home.json?audience=panel",
        "/approvals.json?audience=panel",
        "/users.json?audience=public",
        "/settings.json?audience=public",
        "/verify.json?audience=panel",
        "/year-end.json?audience=panel",
        "/publication.json?audience=public",
        "/users/jane.json?audience=public",
        "/users/nobody.json",
        "/bank/20-00-00%2012345678.json?audience=public",
        "/records/1.json?audience=public",
        "/papers/cfo.json?audience=panel",
        "/nothing.json",
    ] {
        let hidden = office.get(path);
        assert_eq!(
            (hidden.status, &hidden.body, hidden.without_date()),
            (missing.status, &missing.body, missing.without_date()),
            "{path}"
        );
    }
    assert!(office.get("/grants/C1-2015.json").body.contains("777.77"));
    assert!(office.get("/decisions/C1-2015.json").body.contains("C1-2015"));
}

#[test]
fn nothing_confidential_is_in_the_json_of_others() {
    let office = Office::open();
    for audience in ["panel", "public"] {
        for path in for_all() {
            let answer = office.get(&with(&path, &format!("audience={audience}")));
            let is_for_office = answer.body.contains("no columns for the audience");
            assert!(answer.status == 200 || is_for_office, "{path} as {audience}: {answer:?}");
            for canary in ["Quiet House", "quiet-house", "Shelter for witnesses", "777.77"] {
                assert!(!answer.body.contains(canary), "{path} as {audience}: {canary}");
            }
        }
    }
}

#[test]
fn no_address_that_is_described_shows_others_what_is_confidential() {
    let office = Office::open();
    let description = json(&office.get("/api/openapi.json"));
    let paths = description["paths"].as_object().unwrap();
    let mut looked_at = 0;
    for path in paths.iter().filter(|(_, methods)| methods.get("get").is_some()).map(|(path, _)| path) {
        let ids = ["1-2015", "C1-2015", "open-door", "quiet-house", "5", "9", "12"];
        let ids = if path.contains('{') { &ids[..] } else { &ids[..1] };
        for (id, audience) in ids.iter().flat_map(|id| ["panel", "public"].map(|audience| (id, audience))) {
            let path = path.replace("{id}", id).replace("{number}", id);
            let needed = match path.as_str() {
                "/search.json" => "q=quiet&",
                "/figures.json" => "column=awarded&",
                "/papers/funder.json" => "fund=victims&",
                "/papers/disclosure.json" => "month=2015-04&draft=yes&",
                "/papers/360giving.json" => "prefix=360G-test&",
                _ => "",
            };
            let answer = office.get(&format!("{path}?{needed}audience={audience}"));
            for canary in ["Quiet House", "Shelter for witnesses", "777.77"] {
                assert!(!answer.body.contains(canary), "{path} as {audience}: {canary}");
            }
            assert!([200, 404, 422].contains(&answer.status), "{path}: {answer:?}");
            looked_at += usize::from(answer.status == 200);
        }
    }
    assert!(looked_at > 50, "{looked_at}");
}

#[test]
fn what_is_recorded_in_confidence_moves_no_byte_of_the_json_of_others() {
    let office = Office::open();
    let all = || {
        let asked = ["public", "panel"].into_iter().flat_map(|audience| {
            for_all().into_iter().map(move |path| with(&path, &format!("audience={audience}")))
        });
        asked.map(|path| (office.get(&path).body, path)).collect::<Vec<_>>()
    };
    let before = all();
    office.record_as("jane", false, &[pay("C1-2015", "2015-05-05", "77.77")]);
    for (before, after) in before.iter().zip(all()) {
        assert_eq!(*before, after);
    }
    office.record_as("jane", false, &[pay("1-2015", "2015-05-05", "77.77")]);
    assert_ne!(before, all());
}

/// An office with users who sign in, and a token of one of them.
struct Programs {
    office: Office,
}

impl Programs {
    fn open() -> Programs {
        let office = Office::signing_in(&[]);
        office.add_user("jane", "jane", &[Role::Recorder, Role::Approver], None);
        for (id, roles, audience) in [
            ("rec", &[Role::Recorder, Role::Payer][..], None),
            ("cllr", &[Role::Reader], Some(Audience::Panel)),
        ] {
            office.add_user("jane", id, roles, audience);
        }
        Programs { office }
    }

    fn token(&self, user: &str, roles: &[Role], audience: Option<Audience>, scope: Scope) -> String {
        let id: Text = user.parse().unwrap();
        let user = User { audience, ..User::new(id.clone(), id, roles.iter().copied().collect()) };
        let day = Date::parse("2015-10-30").unwrap();
        let random = [user.id.as_str().len() as u8 + 100 * u8::from(scope == Scope::Read); 32];
        let new = NewToken { name: scope.word().parse().unwrap(), scope, until: day };
        let tokens = Tokens::beside(&self.office.around().join("test.ledger"));
        tokens.add(&user, &new, &random, Date::parse(common::TODAY).unwrap()).unwrap().1
    }

    fn recorder(&self, scope: Scope) -> String {
        self.token("rec", &[Role::Recorder, Role::Payer], None, scope)
    }

    fn get(&self, token: &str, path: &str) -> Answer {
        self.office.send("GET", path, &[("Authorization", &format!("Bearer {token}"))], "")
    }

    fn logged(&self) -> String {
        std::fs::read_to_string(self.office.around().join("test.serve/access.jsonl")).unwrap_or_default()
    }
}

#[test]
fn a_token_sees_what_its_user_sees() {
    let programs = Programs::open();
    let (recorder, reader) = (
        programs.recorder(Scope::Read),
        programs.token("cllr", &[Role::Reader], Some(Audience::Panel), Scope::Read),
    );
    assert!(programs.get(&recorder, "/grants/C1-2015.json").body.contains("777.77"));
    let missing = programs.get(&reader, "/grants/99-2015.json");
    for path in [
        "/grants/C1-2015.json",
        "/log.json",
        "/users.json",
        "/home.json",
        "/grants/C1-2015.json?audience=officer",
    ] {
        let answer = programs.get(&reader, path);
        assert_eq!((answer.status, &answer.body), (404, &missing.body), "{path}");
    }
    for path in for_all() {
        let answer = programs.get(&reader, &path);
        let is_for_office = answer.body.contains("no columns for the audience");
        assert!(answer.status == 200 || is_for_office, "{path}: {answer:?}");
        for canary in ["Quiet House", "quiet-house", "Shelter for witnesses", "777.77"] {
            assert!(!answer.body.contains(canary), "{path}: {canary}");
        }
    }
    let logged = programs.logged();
    assert!(
        logged.contains(r#""event":"token-used","user":"rec","from":"127.0.0.1","token":1}"#),
        "{logged}"
    );
    assert!(!logged.contains("almoner_"), "{logged}");
}

#[test]
fn a_token_is_for_addresses_of_json_and_comes_alone() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Record);
    let bearer = format!("Bearer {token}");
    let cookie = format!("{}=0", programs.office.cookie_name());
    let (good, basic) = (("Authorization", bearer.as_str()), ("Authorization", "Basic amFuZTpqYW5l"));
    for (path, headers, status, code) in [
        ("/grants.json", vec![good], 200, ""),
        ("/drafts/0000.json", vec![good], 404, "not-found"),
        ("/imports/0000/rejects.json", vec![good], 404, "not-found"),
        ("/grants", vec![good], 403, "token-not-for-pages"),
        ("/account", vec![good], 403, "token-not-for-pages"),
        ("/grants?format=json", vec![good], 403, "token-not-for-pages"),
        ("/account.json", vec![good], 404, "not-found"),
        ("/grants.json", vec![good, ("Cookie", &cookie)], 400, "token-and-cookie"),
        ("/grants.json", vec![good, good], 401, "token-refused"),
        ("/grants.json", vec![basic], 401, "token-refused"),
        ("/grants.json", vec![("Authorization", "Bearer almoner_0")], 401, "token-refused"),
        ("/grants.json", vec![("Authorization", "")], 401, "token-refused"),
        ("/grants.json", vec![], 401, "not-signed-in"),
    ] {
        let answer = programs.office.send("GET", path, &headers, "");
        assert_eq!(answer.status, status, "{path} {headers:?}: {}", answer.body);
        assert!(
            answer.body.contains(&format!("\"code\": \"{code}\"")) || code.is_empty(),
            "{path}: {}",
            answer.body
        );
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401, "{path}");
    }
    // A form is never taken with a token, whatever token of a form it has.
    for form in ["token=&amount=10", "token=x&amount=10"] {
        let headers = [good, ("Origin", programs.office.origin.as_str())];
        let answer = programs.office.send("POST", "/grants/1-2015/pay", &headers, form);
        assert_eq!(answer.status, 403, "{form}");
        let answer = programs.office.send("POST", "/grants/1-2015/pay.json", &headers, form);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")), "{form}");
    }
}

#[test]
fn tokens_that_are_guessed_are_refused_and_good_ones_are_not() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Read);
    let statuses: Vec<u16> = (0..52).map(|_| programs.get("almoner_guess", "/grants.json").status).collect();
    assert_eq!((statuses[0], statuses[49], statuses[50], statuses[51]), (401, 401, 429, 429));
    assert_eq!(programs.get(&token, "/grants.json").status, 200);
    assert_eq!(programs.logged().matches("token-refused").count(), 50);
}

#[test]
fn a_token_ends_when_the_roles_of_its_user_change() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Read);
    assert_eq!(programs.get(&token, "/grants.json").status, 200);
    programs.office.add_user("jane", "rec", &[Role::Recorder], None);
    assert_eq!(programs.get(&token, "/grants.json").status, 401);
    programs.office.add_user("jane", "rec", &[Role::Recorder, Role::Payer], None);
    assert_eq!(programs.get(&token, "/grants.json").status, 401);
}

impl Programs {
    fn record(&self, token: &str, query: &str, key: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Idempotency-Key", key),
        ];
        let headers = headers.into_iter().filter(|(_, value)| !value.is_empty());
        self.office.send_typed("POST", &format!("/api/record{query}"), &headers.collect::<Vec<_>>(), body)
    }
}

fn payment(amount: &str) -> String {
    command(&format!(r#"{{"pay":{{"award":"1-2015","date":"2015-06-01","amount":"{amount}"}}}}"#))
}

fn command(command: &str) -> String {
    format!(r#"{{"schema":"almoner.command/1","command":{command}}}"#)
}

fn json(answer: &Answer) -> serde_json::Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

#[test]
fn a_program_records_once_whatever_it_sends_again() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Record);
    let before = programs.office.records();
    let checked = programs.record(&token, "?check=1", "", &payment("100.00"));
    assert_eq!(
        (checked.status, json(&checked)["result"].as_str()),
        (200, Some("would-record")),
        "{checked:?}"
    );
    assert_eq!(programs.office.records(), before);
    let recorded = programs.record(&token, "", "june-1", &payment("100.00"));
    assert_eq!(recorded.status, 201, "{recorded:?}");
    let confirmed = json(&recorded);
    assert_eq!(confirmed["schema"], "almoner.confirmation/1");
    assert_eq!((&confirmed["result"], &confirmed["by"]), (&"recorded".into(), &"rec".into()));
    assert_eq!(confirmed["records"][0]["record"], before + 1);
    assert_eq!(confirmed["balances"]["awards"][0]["position"]["paid"], "100.00");
    assert_eq!(confirmed["records"][0]["entries"]["real"][0]["debit"], "200.00");
    assert!(confirmed["proof"].as_str().unwrap().contains('/'));
    assert_eq!(programs.office.records(), before + 1);
    // The same key with the same command, however it is written, is answered from what was recorded.
    let spaced = payment("100.00").replace(':', " : ").replace("}}}", ", \"reference\": null}}}");
    let again = programs.record(&token, "", "june-1", &spaced);
    assert_eq!((again.status, json(&again)["repeated"].as_bool()), (200, Some(true)), "{again:?}");
    assert_eq!(json(&again)["records"], confirmed["records"]);
    // With another, both are shown.
    let other = programs.record(&token, "", "june-1", &payment("250.00"));
    assert_eq!(
        (other.status, json(&other)["errors"][0]["code"].as_str()),
        (409, Some("key-used")),
        "{other:?}"
    );
    common::shows(&other, &["the entry key `june-1`", &format!("record {}", before + 1), "250.00"]);
    // The same payment with another key is the one that is recorded.
    let same = programs.record(&token, "", "june-3", &payment("100.00"));
    assert_eq!((same.status, json(&same)["result"].as_str()), (200, Some("already-recorded")), "{same:?}");
    // What may be a duplicate is confirmed with the option that its remedy names.
    let alike = payment("100.00").replace("06-01", "06-05");
    let twice = programs.record(&token, "", "june-2", &alike);
    let error = &json(&twice)["errors"][0];
    assert_eq!((twice.status, error["remedies"][0]["option"].as_str()), (422, Some("again")), "{twice:?}");
    assert_eq!(programs.office.records(), before + 1);
    let confirmed = alike.replace("}}}", "}},\"options\":{\"again\":true}}");
    assert_eq!(programs.record(&token, "", "june-2", &confirmed).status, 201);
    assert_eq!(programs.office.records(), before + 2);
    // The key is of its user.
    let approver = programs.token("jane", &[Role::Recorder, Role::Approver], None, Scope::Record);
    let theme = command(r#"{"add-theme":{"id":"youth","name":"Youth"}}"#);
    assert_eq!(programs.record(&approver, "", "june-1", &theme).status, 201);
}

#[test]
fn with_again_a_further_record_like_one_that_is_there_is_recorded_once_for_each_key() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Record);
    let money = r#""award":"1-2015","date":"2015-06-01","amount":"100.00""#;
    for sent in [
        format!(r#"{{"pay":{{{money}}}}}"#),
        format!(r#"{{"return":{{{money}}}}}"#),
        format!(r#"{{"pay":{{{money},"reference":"BACS 1"}}}}"#),
        format!(r#"{{"refund":{{{money}}}}}"#),
        r#"{"schedule":{"award":"1-2015","due":"2015-07-01","amount":"50.00"}}"#.to_owned(),
        r#"{"receive":{"receipt":{"fund":"victims","date":"2015-06-01","amount":"9.00","kind":"income"}}}"#
            .to_owned(),
    ] {
        let key = |number: u32| format!("{}-{number}", Hash::of(sent.as_bytes()));
        let record = |number, body: &str| {
            let answer = programs.record(&token, "", &key(number), body);
            (answer.status, json(&answer))
        };
        let plain = command(&sent);
        let again = format!("{},\"options\":{{\"again\":true}}}}", plain.strip_suffix('}').unwrap());
        let before = programs.office.records();
        // The first is of no other, whether or not it is confirmed that it is not.
        assert_eq!(record(1, &again).0, 201, "{sent}");
        let (status, same) = record(2, &plain);
        assert_eq!((status, &same["result"]), (200, &"already-recorded".into()), "{sent}: {same}");
        let (status, further) = record(3, &again);
        assert_eq!((status, &further["result"]), (201, &"recorded".into()), "{sent}: {further}");
        let (status, repeated) = record(3, &again);
        assert_eq!((status, &repeated["repeated"]), (200, &true.into()), "{sent}: {repeated}");
        assert_eq!(repeated["records"], further["records"], "{sent}");
        assert_eq!(programs.office.records(), before + 2, "{sent}");
    }
}

#[test]
fn the_ledger_is_verified_before_a_month_is_closed() {
    let programs = Programs::open();
    let office = &programs.office;
    let roles = [Role::Recorder, Role::Closer];
    office.add_user("jane", "closer", &roles, None);
    let token = programs.token("closer", &roles, None, Scope::Record);
    let close = |month: &str| command(&format!(r#"{{"close":{{"month":"{month}"}}}}"#));
    let recorder = programs.recorder(Scope::Record);
    for (token, query, month, expected) in [
        (&token, "?check=1", "2015-04", (1, 200)),
        (&token, "", "2015-04", (1, 201)),
        (&token, "", "2015-04", (0, 200)),
        // What is refused anyway needs no verification.
        (&token, "", "2015-10", (0, 422)),
        (&recorder, "", "2015-05", (0, 422)),
    ] {
        let (verified, answer) =
            office.verifies(|| programs.record(token, query, &format!("close-{month}"), &close(month)));
        assert_eq!((verified, answer.status), expected, "{month}{query}: {answer:?}");
    }
    let paid = office.verifies(|| programs.record(&recorder, "", "june", &payment("10.00")).status);
    assert_eq!(paid, (0, 201));
    // Also where it is proposed, and where that is approved.
    let rules = vec![Rule { act: Act::Closing, over: None }];
    let policy =
        Policy { rules, days: 0, recipient_recorder_apart: false, checklist: false, signed_approvals: false };
    office.record_as("jane", false, &[Command::SetPolicy(Some(policy))]);
    let (verified, proposed) = office.verifies(|| programs.record(&token, "", "may", &close("2015-05")));
    assert_eq!((verified, proposed.status), (1, 202), "{proposed:?}");
    let proposal = json(&proposed)["pending"]["proposal"].as_u64().unwrap();
    assert_eq!(office.verifies(|| office.approve_as("jane", proposal)).0, 1);
}

#[test]
fn the_commands_of_the_documentation_are_recorded() {
    let page = include_str!("../../docs/machine-access.md");
    let programs = Programs::open();
    let token = programs.recorder(Scope::Record);
    let blocks = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let statuses: Vec<u16> = blocks
        .enumerate()
        .map(|(key, block)| programs.record(&token, "", &key.to_string(), block).status)
        .collect();
    assert_eq!(statuses, [201, 201]);
}

#[test]
fn what_policy_wants_a_second_person_for_is_proposed() {
    let programs = Programs::open();
    let rules = vec![Rule { act: Act::Payment, over: Some(Money::parse("50").unwrap()) }];
    let policy =
        Policy { rules, days: 0, recipient_recorder_apart: false, checklist: false, signed_approvals: false };
    programs.office.record_as("jane", false, &[Command::SetPolicy(Some(policy))]);
    let token = programs.recorder(Scope::Record);
    let before = programs.office.records();
    let checked = programs.record(&token, "?check=1", "", &payment("100.00"));
    assert_eq!(
        (checked.status, json(&checked)["result"].as_str()),
        (200, Some("would-propose")),
        "{checked:?}"
    );
    for _ in 0..2 {
        let proposed = programs.record(&token, "", "large", &payment("100.00"));
        assert_eq!(
            (proposed.status, json(&proposed)["result"].as_str()),
            (202, Some("proposed")),
            "{proposed:?}"
        );
        assert_eq!(json(&proposed)["pending"]["approvers"][0], "jane");
    }
    assert_eq!(programs.office.records(), before + 1);
    assert_eq!(programs.record(&token, "", "small", &payment("50.00")).status, 201);
}

#[test]
fn a_command_is_refused_in_json_and_records_nothing() {
    let programs = Programs::open();
    let (recorder, reader) = (programs.recorder(Scope::Record), programs.recorder(Scope::Read));
    let before = programs.office.records();
    let late = payment("100.00").replace("2015-06-01", "2016-06-01");
    let answers =
        r#"{"record-decision":{"id":"99-2015","checklist":{"legal":{"yes":true,"reason":"Counsel"}}}}"#;
    for (token, query, key, body, status, code) in [
        (&reader, "", "a", payment("100.00"), 403, "token-scope"),
        (&recorder, "", "", payment("100.00"), 400, "no-key"),
        (&recorder, "", "a b", payment("100.00"), 400, "not-a-key"),
        (&recorder, "?check=2", "a", payment("100.00"), 422, "unknown-option"),
        (&recorder, "?dry=1", "a", payment("100.00"), 422, "unknown-option"),
        (&recorder, "", "a", "{".to_owned(), 400, "not-a-command"),
        (&recorder, "", "a", payment("100.00").replace("award", "grant"), 400, "not-a-command"),
        (&recorder, "", "a", payment("0.00"), 422, "amount-not-positive"),
        (&recorder, "", "a", payment("100000.00"), 422, "payment-beyond-award"),
        (&recorder, "", "a", payment("1.00").replace("1-2015", "99-2015"), 422, "unknown-award"),
        (&recorder, "", "a", late, 422, "after-today"),
        (
            &recorder,
            "",
            "a",
            command(r#"{"state":{"award":"1-2015","terms":{"power":"not-stated"}}}"#),
            422,
            "nothing-stated",
        ),
        (&recorder, "", "a", command(r#"{"set-users":[]}"#), 403, "not-for-programs"),
        (&recorder, "", "a", command(r#"{"close":{"month":"2015-04"}}"#), 422, "role-missing"),
        (&recorder, "", "a", command(answers), 422, "unknown-decision"),
    ] {
        let answer = programs.record(token, query, key, &body);
        let found = json(&answer)["errors"][0]["code"].as_str().unwrap_or_default().to_owned();
        assert_eq!((answer.status, found.as_str()), (status, code), "{body}: {}", answer.body);
    }
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "a")];
    let own = [headers[0], headers[1], ("Origin", programs.office.origin.as_str())];
    assert_eq!(programs.office.send_typed("POST", "/api/record", &headers, &payment("100.00")).status, 401);
    assert_eq!(programs.office.send_typed("POST", "/api/record", &own, &payment("100.00")).status, 401);
    let get = programs.get(&recorder, "/api/record");
    assert_eq!((get.status, get.header("allow")), (405, Some("POST")));
    assert_eq!(programs.office.records(), before);
}

#[test]
fn every_address_that_is_described_answers_and_every_report_is_described() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Record);
    let description = programs.get(&token, "/api/openapi.json");
    assert_eq!(description.status, 200, "{description:?}");
    let description = json(&description);
    let paths = description["paths"].as_object().unwrap();
    for name in catalogue::names() {
        // The page of one is where it is.
        let path = match name {
            "grant" => "/grants/{id}.json".to_owned(),
            "recipient" => "/recipients/{id}.json".to_owned(),
            name => format!("/reports/{name}.json"),
        };
        assert!(paths.contains_key(&path), "{path}");
    }
    let mut answered = 0;
    for (path, methods) in paths {
        let Some(get) = methods.get("get") else {
            assert!(path == "/api/record" && methods.get("post").is_some(), "{path}");
            continue;
        };
        let id = match path.as_str() {
            "/recipients/{id}.json" => "open-door",
            "/records/{number}.json" => "4",
            "/users/{id}.json" => "jane",
            "/bank/{id}.json" => "unknown",
            _ => "1-2015",
        };
        let with_id = path.replace("{id}", id).replace("{number}", id);
        let needed = match path.as_str() {
            "/compare.json" => "?earlier=4",
            "/search.json" => "?q=open",
            "/figures.json" => "?column=awarded",
            "/papers/funder.json" => "?fund=victims",
            "/papers/disclosure.json" => "?month=2015-04&draft=yes",
            "/papers/360giving.json" => "?prefix=360G-test",
            _ => "",
        };
        let answer = programs.get(&token, &format!("{with_id}{needed}"));
        let expected = match path.as_str() {
            "/bank/{id}.json" => 404,
            _ => 200,
        };
        assert_eq!(answer.status, expected, "{path}: {}", answer.body);
        assert!(get["responses"].get(answer.status.to_string()).is_some(), "{path}: {}", answer.status);
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        // What is not described is not taken.
        let refused = programs.get(&token, &format!("{with_id}?colour=red"));
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
        answered += 1;
    }
    assert!(answered > 35, "{answered}");
}

#[test]
fn what_is_not_utf_8_is_refused() {
    let programs = Programs::open();
    let token = programs.recorder(Scope::Record);
    let code = |answer: &Answer| json(answer)["errors"][0]["code"].as_str().unwrap_or_default().to_owned();
    for path in ["/grants/%FF.json", "/grants.json?name=%FF", "/search.json?q=%E9", "/api/openapi.json?%80=1"]
    {
        let answer = programs.get(&token, path);
        assert_eq!((answer.status, code(&answer).as_str()), (400, "not-utf-8"), "{path}: {answer:?}");
    }
    let bearer = format!("Authorization: Bearer {token}");
    let (kind, key) = ("Content-Type: application/json", "Idempotency-Key: a");
    let head =
        format!("POST /api/record HTTP/1.1\r\nHost: {}\r\n{bearer}\r\n{kind}\r\n{key}", programs.office.host);
    let answer = programs.office.raw_bytes(&format!("{head}\r\nContent-Length: 3\r\n\r\n"), b"{\xFF}");
    assert_eq!((answer.status, code(&answer).as_str()), (400, "not-utf-8"), "{answer:?}");
}

#[test]
fn what_a_refusal_names_is_taken_by_its_command() {
    let programs = Programs::open();
    let (office, roles) = (&programs.office, [Role::Recorder, Role::Payer, Role::Closer]);
    office.add_user("jane", "all", &roles, None);
    let token = programs.token("all", &roles, None, Scope::Record);
    let account = r#""account":"20-00-00 12345678""#;
    let recorded = [
        format!(r#"{{"record-statement":{{{account},"from":"2015-05-01","to":"2015-05-31","lines":[]}}}}"#),
        format!(r#"{{"pay":{{"award":"1-2015","date":"2015-06-01","amount":"100.00",{account}}}}}"#),
        r#"{"set-budget":{"budget":{"fund":"victims","theme":"domestic-abuse","year":"2015-16"},"amount":"500.00"}}"#
            .to_owned(),
        r#"{"close":{"month":"2015-04"}}"#.to_owned(),
    ];
    for (key, sent) in recorded.iter().enumerate() {
        let answer = programs.record(&token, "", &key.to_string(), &command(sent));
        assert_eq!(answer.status, 201, "{answer:?}");
    }
    let mistyped = account.replace("678", "687");
    for (sent, expected) in [
        (
            r#"{"award":{"decision":"9-2015","decided":"2015-05-10","recipient":"New Body","amount":"5.00",
                "purpose":{"text":"Work","split":{"whole":"rural"}},"power":"s9"}}"#,
            &["add_missing"][..],
        ),
        (r#"{"pay":{"award":"1-2015","date":"2015-06-03","amount":"100.00"}}"#, &["again"]),
        (r#"{"add-recipient":{"id":"open-door-2","name":"Open Door"}}"#, &["again"]),
        (
            &format!(r#"{{"pay":{{"award":"1-2015","date":"2015-06-03","amount":"9.00",{mistyped}}}}}"#),
            &["new_account"],
        ),
        (
            &format!(
                r#"{{"record-statement":{{{mistyped},"from":"2015-06-01","to":"2015-06-30","lines":[]}}}}"#
            ),
            &["new_account"],
        ),
        (
            r#"{"set-publication":{"of":{"theme":"domestic-abuse"},"publication":"confidential"}}"#,
            &["withholding"],
        ),
        (r#"{"pay":{"award":"1-2015","date":"2015-04-20","amount":"9.00"}}"#, &["late", "post_to_closed"]),
        (
            r#"{"set-budget":{"budget":{"fund":"victims","theme":"domestic-abuse","year":"2015-16"},
                "amount":"600.00"}}"#,
            &["/revise"],
        ),
        (r#"{"pay":{"award":"1-2015","date":"2015-05-01","amount":"9.00"}}"#, &[]),
    ] {
        let check = |body: &serde_json::Value| programs.record(&token, "?check=1", "", &body.to_string());
        let body: serde_json::Value = serde_json::from_str(&command(sent)).unwrap();
        let refused = check(&body);
        let remedies = json(&refused)["errors"][0]["remedies"].as_array().cloned().unwrap_or_default();
        let text = |remedy: &serde_json::Value, key: &str| remedy[key].as_str().map(str::to_owned);
        let ways = remedies.iter().filter_map(|remedy| {
            text(remedy, "option").or_else(|| text(remedy, "field").map(|field| format!("/{field}")))
        });
        let ways: Vec<String> = ways.collect();
        assert_eq!(ways, expected, "{sent}: {}", refused.body);
        assert_eq!(refused.status, if expected.is_empty() { 200 } else { 422 }, "{sent}: {}", refused.body);
        for way in ways {
            let mut followed = body.clone();
            let value: serde_json::Value = match way.as_str() {
                "post_to_closed" => "a late invoice".into(),
                _ => true.into(),
            };
            match way.strip_prefix('/') {
                Some(field) => followed["command"]
                    .as_object_mut()
                    .unwrap()
                    .values_mut()
                    .for_each(|all| all[field] = value.clone()),
                None => followed["options"][way.as_str()] = value,
            }
            let answer = check(&followed);
            assert_eq!(answer.status, 200, "{sent}: {way}: {}", answer.body);
        }
    }
}
