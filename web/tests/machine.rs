//! Access for programs: who sees what as JSON.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "tests say what is wrong by panicking")]

mod common;

use almoner_papers::reports::catalogue;
use common::{Office, pay};

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
