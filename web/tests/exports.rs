//! Files for others: what each holds, for which audience, under which name.

use crate::common::{Office, lacks, shows};

/// The words and amounts of what is confidential.
const CANARIES: &[&str] = &["Quiet House", "quiet-house", "Shelter for witnesses", "777.77"];

#[test]
fn the_disclosure_has_the_month_and_the_draft_in_its_names() {
    let office = Office::open();
    // The reasons and conditions are missing: no file, and the award is named.
    let page = office.get("/papers/disclosure?month=2015-06");
    shows(&page, &["Monthly statutory disclosure"]);
    office.recorded("/grants/1-2015/pay", "amount=600&date=1+Jun+2015");
    shows(&office.get("/papers/disclosure?month=2015-06"), &["cannot be published yet", "1-2015"]);
    for (options, name) in [
        ("&list=expenditure-over-500-2015-06-DRAFT&draft=yes", "expenditure-over-500-2015-06-DRAFT.csv"),
        (
            "&list=crime-and-disorder-reduction-grants-2015-06-DRAFT&draft=yes",
            "crime-and-disorder-reduction-grants-2015-06-DRAFT.csv",
        ),
    ] {
        let file = office.get(&format!("/papers/disclosure?month=2015-06&format=csv{options}"));
        assert_eq!(file.status, 200, "{options}: {}", file.body);
        let disposition = format!("attachment; filename=\"{name}\"");
        assert_eq!(file.header("content-disposition"), Some(disposition.as_str()));
    }
    office.recorded("/grants/1-2015/state", "conditions=None&reasons=Better+lives");
    let file = office.get("/papers/disclosure?month=2015-06&format=csv&list=expenditure-over-500-2015-06");
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"expenditure-over-500-2015-06.csv\"")
    );
    shows(&file, &["600.00", "Better lives"]);
}

#[test]
fn grants_are_published_in_the_standard_for_the_public() {
    let office = Office::open();
    shows(&office.get("/papers"), &["/papers/360giving"]);
    shows(&office.get("/papers/360giving"), &["Publisher prefix"]);
    for (fields, field, text) in [
        ("format=json", "prefix", "publisher prefix is missing"),
        ("format=csv&prefix=suffolk", "prefix", "not a valid 360Giving publisher prefix"),
        ("format=csv&prefix=360G-test&fy=2013-14", "fy", "no grants to publish"),
        ("format=json&prefix=360G-test&funder=GB-COH-N%2FA", "funder", "GB-COH-N/A"),
    ] {
        let refused = office.get(&format!("/papers/360giving?{fields}"));
        assert_eq!(refused.status, 422, "{fields}: {}", refused.body);
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
    }
    shows(&office.get("/papers/360giving?prefix=360G-test"), &["The file contains 1 grant."]);
    for (format, kind) in [("json", "application/json"), ("csv", "text/csv; charset=utf-8")] {
        let file = office.get(&format!("/papers/360giving?prefix=360G-test&format={format}"));
        assert_eq!((file.status, file.header("content-type")), (200, Some(kind)));
        let name = format!("attachment; filename=\"grants.{format}\"");
        assert_eq!(file.header("content-disposition"), Some(name.as_str()));
        shows(&file, &["Open Door", "360G-test"]);
        for canary in CANARIES {
            assert!(!file.body.contains(canary), "{format}: {canary}");
        }
        // Who looks as the panel gets no more than the panel, whatever the audience stated.
        let file = office
            .get(&format!("/papers/360giving?prefix=360G-test&format={format}&for=officer&audience=panel"));
        for canary in CANARIES {
            assert!(!file.body.contains(canary), "{format} as the panel: {canary}");
        }
        let office_copy =
            office.get(&format!("/papers/360giving?prefix=360G-test&format={format}&for=officer"));
        shows(&office_copy, &["Quiet House"]);
    }
    assert_eq!(office.get("/papers/360giving?prefix=360G-test&format=exe").status, 422);
}

#[test]
fn whole_books_are_for_a_stated_audience_that_sees_all() {
    let office = Office::open();
    shows(&office.get("/papers"), &["/papers/journal"]);
    for audience in ["panel", "public"] {
        assert!(!office.get(&format!("/papers?audience={audience}")).body.contains("/papers/journal"));
        for path in
            ["/papers/journal", "/papers/journal?tool=hledger", "/papers/journal?tool=ledger&for=auditor"]
        {
            let glue = if path.contains('?') { '&' } else { '?' };
            assert_eq!(
                office.get(&format!("{path}{glue}audience={audience}")).status,
                404,
                "{path} as {audience}"
            );
        }
    }
    for (fields, field, text) in [
        ("tool=hledger", "for", "1 confidential award"),
        ("tool=hledger&for=panel", "for", "not available to the audience “panel”"),
    ] {
        let refused = office.get(&format!("/papers/journal?{fields}"));
        assert_eq!(refused.status, 422, "{fields}");
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
        for canary in CANARIES {
            assert!(!refused.body.contains(canary), "{fields}: {canary}");
        }
    }
    for (tool, name) in
        [("hledger", "books.journal"), ("ledger", "books.ledger"), ("beancount", "books.beancount")]
    {
        let file = office.get(&format!("/papers/journal?tool={tool}&for=auditor"));
        assert_eq!(file.status, 200, "{}", file.body);
        let disposition = format!("attachment; filename=\"{name}\"");
        assert_eq!(file.header("content-disposition"), Some(disposition.as_str()));
        shows(&file, &["777.77", "1000.00"]);
    }
}

#[test]
fn the_command_of_a_paper_says_until_when_it_is_not_exact() {
    let office = Office::open();
    let (open, exact) = ("Until 30 Sep 2015 has ended", "This paper is as at record 11");
    assert_eq!(office.records(), 11);
    for (address, shown, absent) in [
        ("/papers/panel?for=public", &[open, exact][..], &[][..]),
        ("/papers/panel?for=panel&known_at=2015-09-30", &[open, exact], &[]),
        ("/papers/panel?audience=panel", &[open], &[exact, "exports.jsonl"]),
        // A day that is over, and an audience that may see records.
        ("/papers/panel?for=public&known_at=2015-09-29", &[], &["is over"]),
        ("/papers/panel?for=officer", &[], &["is over"]),
        ("/papers/cfo", &[], &["is over"]),
    ] {
        let page = office.get(address);
        assert_eq!(page.status, 200, "{address}: {}", page.body);
        shows(&page, &["Command to reproduce this paper"]);
        shows(&page, shown);
        lacks(&page, absent);
    }
}

#[test]
fn the_journal_for_a_finance_system_is_made_by_a_mapping() {
    let office = Office::open();
    office.recorded("/grants/1-2015/pay", "amount=250&date=15+Jun+2015");
    shows(&office.get("/papers"), &["/papers/finance", "/papers/ledger"]);
    shows(
        &office.get("/papers/finance"),
        &["[[column]]", "Download CSV", "Download the example mapping", "method=\"post\""],
    );
    let example = office.get("/papers/finance?format=example");
    assert!(example.header("content-disposition").unwrap().contains("codes.toml"), "{}", example.head);
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let mapping = encoded(&example.body);
    // What is typed is in a draft, whose address holds no code of an account.
    let made = |office: &Office, fields: &str| {
        let draft = office.draft("/papers/finance", fields);
        let (path, id) = draft.split_once("?draft=").unwrap();
        assert!(path == "/papers/finance" && id.chars().all(|it| it.is_ascii_hexdigit()), "{draft}");
        office.get(&draft)
    };
    let sent = format!("for=officer&month=Jun+2015&mapping={mapping}");
    let file = made(&office, &sent);
    assert_eq!(file.status, 200, "{}", file.body);
    assert!(file.header("content-disposition").unwrap().contains("finance-2015-06-01-to-2015-06-30.csv"));
    shows(&file, &["250.00"]);
    for (fields, field, text) in [
        ("for=officer&mapping=", "mapping", "The mapping is missing"),
        ("for=officer&mapping=colour+%3D+1", "mapping", "not a valid mapping"),
        (&format!("mapping={mapping}"), "for", "confidential"),
        (&format!("for=public&mapping={mapping}"), "for", "not available"),
        (&format!("for=officer&month=Juni&mapping={mapping}"), "month", "Juni"),
        (&format!("for=officer&fy=2015-16&month=Jun+2015&mapping={mapping}"), "month", "more than one way"),
        (&format!("for=officer&reverse=no&mapping={mapping}"), "reverse", "not one of the choices"),
    ] {
        let refused = made(&office, fields);
        assert_eq!(refused.status, 422, "{fields}: {}", refused.body);
        shows(&refused, &[&format!("href=\"#field-{field}\""), text]);
    }
    // What was typed is there again.
    shows(&made(&office, "for=public&mapping=mine+%3D+%22E123%22"), &["mine = &quot;E123&quot;"]);
    // Nothing is recorded by it, so pages for reading only make it, too.
    let read_only = Office::read_only();
    assert_eq!(made(&read_only, &format!("for=officer&mapping={mapping}")).status, 200);
    assert_eq!(office.post("/papers/finance?audience=public", &sent).status, 404);
    assert_eq!(office.get("/papers/finance?audience=public").status, 404);
}

#[test]
fn the_entire_ledger_is_sent_for_a_stated_audience() {
    let office = Office::open();
    let refused = office.get("/papers/ledger?format=jsonl");
    assert_eq!(refused.status, 422);
    shows(&refused, &["href=\"#field-for\"", "1 confidential award"]);
    let made = office.get("/papers/ledger?format=jsonl&for=auditor");
    assert_eq!(made.status, 200, "{}", made.body);
    let records = office.records();
    assert!(made.header("content-disposition").unwrap().contains(&format!("ledger-{records}.jsonl")));
    let mut lines = made.body.lines();
    assert_eq!(lines.next(), Some("{\"schema\":\"almoner.ledger/1\",\"key\":null}"));
    let of_records = made.body.lines().filter(|line| line.starts_with("{\"n\":")).count();
    assert_eq!(u64::try_from(of_records).unwrap(), records, "{}", made.body);
    // A file ends with a batch.
    let within = office.get("/papers/ledger?format=jsonl&for=auditor&known_at=10");
    assert_eq!(within.status, 422, "{}", within.body);
    shows(&within, &["within a batch", "Choose the books as known at record 11"]);
    assert_eq!(office.get("/papers/ledger?audience=public").status, 404);
}

#[test]
fn a_month_is_published_step_by_step() {
    let office = Office::open();
    office.recorded("/grants/1-2015/pay", "amount=600&date=1+Jun+2015");
    let june = "/publication?month=2015-06";
    let page = office.get(june);
    shows(
        &page,
        &[
            "Publication of June 2015",
            "href=\"/grants/1-2015/state\">1-2015, Open Door: reasons</a>",
            "only a draft can be made.",
        ],
    );
    office.recorded("/grants/1-2015/state", "reasons=Better+lives");
    shows(&office.get(june), &["/papers/disclosure?month=2015-06", "Preview and download"]);
    office.get("/papers/disclosure?month=2015-06&format=csv&list=expenditure-over-500-2015-06");
    let page = office.get(june);
    shows(&page, &["Last exported on 30 Sep 2015 10:00 UTC by jane, as at record", "Record publication"]);
    shows(&page, &["/record/paper?paper=disclosure-2015-06", "expenditure-over-500-2015-06.csv"]);
    // Another month, and a draft, are not it.
    office
        .get("/papers/disclosure?month=2015-07&draft=yes&format=csv&list=expenditure-over-500-2015-07-DRAFT");
    lacks(&office.get("/publication?month=2015-07"), &["Last exported on"]);
    office.recorded("/record/paper", "paper=disclosure-2015-06&date=20+Jul+2015&grants=1-2015");
    let page = office.get(june);
    shows(&page, &["Published on 20 Jul 2015."]);
    lacks(&page, &["Record publication"]);
    // What is withheld needs a ground.
    office.recorded("/grants/C1-2015/pay", "amount=700&date=1+Jul+2015");
    let page = office.get("/publication?month=2015-07");
    shows(&page, &["href=\"/decisions/C1-2015/ground\">Decision C1-2015: ground</a>"]);
    let json: serde_json::Value =
        serde_json::from_str(&office.get("/publication.json?month=2015-06").body).unwrap();
    assert_eq!((&json["month"], &json["payments"]), (&"2015-06".into(), &1.into()));
    assert_eq!(json["steps"][5]["state"], "done");
    // The last month that is over is the one to publish.
    shows(&office.get("/publication"), &["Publication of August 2015"]);
}
