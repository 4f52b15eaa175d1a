//! Access for programs: who sees what as JSON.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

mod common;

use almoner_ledger::audience::Audience;
use almoner_ledger::calendar::Date;
use almoner_ledger::text::Text;
use almoner_ledger::users::{Role, User};
use almoner_papers::reports::catalogue;
use almoner_web::tokens::{NewToken, Scope, Tokens};
use common::{Answer, Office, pay};

/// The addresses of JSON that others than the office may look at, without those of one grant or recipient.
fn for_all() -> Vec<String> {
    let reports = catalogue::names().into_iter().filter(|name| !["grant", "recipient"].contains(name));
    let reports = reports.map(|name| format!("/reports/{name}.json"));
    let others = [
        "/grants.json",
        "/grants/1-2015.json",
        "/recipients.json",
        "/recipients/open-door.json",
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
        assert_eq!(answer.status, 403, "{form}: {}", answer.body);
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
