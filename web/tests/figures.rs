//! What pages show agrees with their files, is of one date, and keeps its filters.

use crate::common::{Office, lacks, shows};

const AWARD: &str = "decision=2-2015&decided=10+Apr+2015&recipient=Harbour&amount=900&purpose=Advice&theme=domestic-abuse&fund=unstated&power=s9&no_period=yes&confirm=add_missing";

#[test]
fn the_files_of_a_list_hold_the_lines_of_the_page() {
    let office = Office::open();
    office.recorded("/record/award", AWARD);
    shows(&office.get("/grants?fy=2015-16"), &["Open Door", "Harbour", "Quiet House"]);
    for name in ["harbour", "2-2015", "HARB"] {
        let page = office.get(&format!("/grants?fy=2015-16&name={name}"));
        shows(&page, &["Harbour", "900.00"]);
        lacks(&page, &["Open Door", "777.77", "2,677.77"]);
        for format in ["csv", "json", "md"] {
            let file = office.get(&format!("/grants?fy=2015-16&name={name}&format={format}"));
            shows(&file, &["Harbour"]);
            lacks(&file, &["Open Door", "777.77", "2677.77", "2,677.77"]);
        }
    }
    let json = office.get("/grants?fy=2015-16&name=harbour&format=json").body;
    let (_, total) = json.split_once("\"total\"").unwrap();
    assert!(total.contains("\"awarded\": \"900.00\""), "{total}");
}

#[test]
fn filters_stay_from_page_to_page() {
    let office = Office::open();
    let page = office.get("/grants?fund=victims&theme=domestic-abuse&as_at=2015-06-30");
    for kept in [
        "<option value=\"victims\" selected",
        "<option value=\"domestic-abuse\" selected",
        "name=\"as_at\" value=\"2015-06-30\"",
    ] {
        shows(&page, &[kept]);
    }
    shows(
        &office.get("/?theme=domestic-abuse&fy=2015-16"),
        &["type=\"hidden\" name=\"theme\" value=\"domestic-abuse\""],
    );
    // From a line of a report to its grants: the line's theme, the report's fund and period.
    let report = office.get("/reports/themes?fund=victims&fy=2015-16");
    shows(&report, &["/grants?theme=domestic-abuse&amp;fund=victims&amp;fy=2015-16"]);
    let report = office.get("/reports/themes?by=fund&theme=domestic-abuse&from=2015-04-01&to=2015-06-30");
    shows(&report, &["/grants?fund=victims&amp;theme=domestic-abuse&amp;from=2015-04-01&amp;to=2015-06-30"]);
    shows(&office.get("/reports/grants"), &["<option value=\"unstated\">Fund not stated</option>"]);
    office.recorded("/record/award", AWARD);
    let unstated = office.get("/reports/grants?fund=unstated");
    shows(&unstated, &["Harbour"]);
    lacks(&unstated, &["Open Door"]);
}

#[test]
fn a_grant_is_shown_as_at_one_day() {
    let office = Office::open();
    office.recorded("/grants/1-2015/pay", "amount=400&date=1+Jun+2015");
    office.recorded("/grants/1-2015/instalment", "amount=100&due=1+Aug+2015");
    shows(
        &office.get("/grants/1-2015"),
        &[
            "£400.00",
            "£600.00",
            "1 payment, 1 Jun 2015",
            "Expenditure to 30 Sep 2015",
            "amount that can still be paid",
        ],
    );
    let earlier = office.get("/grants/1-2015?from=2015-04-01&to=2015-05-31");
    shows(
        &earlier,
        &["Expenditure to 31 May 2015", "no payment", "£1,000.00", "instalment £100.00 due 1 Aug 2015"],
    );
    let (strip, _) = earlier.body.split_once("Statement").unwrap();
    assert!(!strip.contains("£400.00") && !strip.contains("£600.00"), "{strip}");
    office.recorded("/grants/1-2015/withdraw", "date=30+Jun+2015");
    shows(&office.get("/grants/1-2015"), &["withdrawn</span>"]);
    lacks(&office.get("/grants/1-2015?from=2015-04-01&to=2015-05-31"), &["withdrawn</span>"]);
    // All columns side by side.
    let usual = office.get("/grants/1-2015");
    lacks(&usual, &["Recorded by"]);
    shows(&usual, &["columns=all"]);
    shows(&office.get("/grants/1-2015?columns=all"), &["Recorded by</th>", "Show the usual columns"]);
}

#[test]
fn the_check_of_an_award_shows_the_budget_and_calls_things_by_their_names() {
    let office = Office::open();
    office.recorded("/record/fund", "name=Safer+streets");
    office.recorded("/record/budget", "fund=safer-streets&theme=domestic-abuse&year=2015-16&amount=5000");
    let form = AWARD
        .replace("fund=unstated", "fund=safer-streets")
        .replace("no_period=yes", "from=Apr+2015&to=Mar+2016");
    let draft = office.draft("/record/award", &form);
    let check = office.get(&draft);
    shows(&check, &["Budget 2015-16: Safer streets", "£5,000.00", "Still to recognise", "Remaining"]);
    shows(&check, &["fund Safer streets", "theme Domestic abuse", "Recipient Harbour (harbour)"]);
    lacks(&check, &["fund safer-streets", "power s9", "theme domestic-abuse"]);
    assert_eq!(office.post(&format!("{draft}/record"), "").status, 303);
    let done = office.get(&format!("{draft}/done"));
    shows(&done, &["fund Safer streets", "balance £900.00", "Budget 2015-16: Safer streets"]);
    shows(&office.get("/grants/2-2015"), &["fund Safer streets"]);
}

#[test]
fn tables_have_names_in_place_of_ids_and_of_words_of_files() {
    let office = Office::open();
    office.recorded(
        "/record/decision",
        "decision=8-2015&title=Workshops&kind=change-of-purpose&date=1+Jun+2015",
    );
    office.recorded("/grants/1-2015/pay", "amount=100&date=15+Jun+2015");
    office.recorded("/recipients/open-door/rename", "name=Open+Door+Trust&from=1+Jun+2015");
    office.recorded("/record/award", &AWARD.replace("power=s9", "power=not-stated"));
    office.recorded("/record/budget", "fund=victims&theme=domestic-abuse&year=2015-16&amount=1000");
    for (path, names, ids) in [
        (
            "/log",
            &["fy=2015-16\">Victims' services, Domestic abuse, 2015-16</a>"][..],
            &["victims domestic-abuse"][..],
        ),
        ("/decisions", &["change of purpose"][..], &["change-of-purpose"][..]),
        ("/log", &[">Open Door Trust</a>", "/recipients/open-door\""], &[">open-door<"]),
        (
            "/grants",
            &["Domestic abuse", "not stated", "(2014 Act s.143)"],
            &["not-stated<", ">unstated<", ">s143<", ">domestic-abuse<"],
        ),
        ("/recipients", &["more<span class=\"unseen\"> of Open Door Trust"], &[" of open-door"]),
        ("/reports/themes?by=power&columns=all", &["Power not stated"], &[]),
    ] {
        let page = office.get(path);
        shows(&page, names);
        lacks(&page, ids);
    }
    // Files have the words that a program reads.
    shows(&office.get("/decisions?format=csv"), &["change-of-purpose"]);
}

#[test]
fn of_many_gaps_in_the_register_the_first_are_open() {
    let office = Office::open();
    for number in [3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27] {
        office.recorded("/record/decision", &format!("decision={number}-2015&title=Workshops"));
    }
    let page = office.get("/decisions");
    shows(
        &page,
        &[
            "missing from the register: 2-2015, 4-2015",
            "24-2015 …</p><details><summary>1 more</summary><p>26-2015.</p>",
        ],
    );
    office.recorded("/record/decision", "decision=2-2015&title=Workshops");
    shows(&office.get("/decisions"), &["missing from the register: 4-2015", "24-2015, 26-2015.</p></div>"]);
}

#[test]
fn the_steps_to_the_year_end_lead_to_where_each_is_dealt_with() {
    let office = Office::open();
    let page = office.get("/year-end");
    shows(
        &page,
        &[
            "Year end 2015-16",
            "Checked as at 30 Sep 2015. The year ends on 31 Mar 2016",
            "href=\"/grants/1-2015/state\">1-2015 1,000.00</a>",
            "No bank statement is recorded",
            "April 2015 can be closed.",
            "/record/close?month=Apr",
            "No budget is set for 2016-17.",
        ],
    );
    office.recorded("/record/close", "month=Apr+2015");
    let closed = office.get("/year-end?fy=2015-16");
    shows(&closed, &["May 2015 can be closed.", "provisionally closed; "]);
    lacks(&closed, &["April 2015 can be closed."]);
    let json: serde_json::Value = serde_json::from_str(&office.get("/year-end.json").body).unwrap();
    assert_eq!(json["schema"], "almoner.year-end-steps/1");
    let of = |step: &str| json["steps"].as_array().unwrap().iter().find(|it| it["step"] == step).unwrap();
    assert_eq!((&of("no-period")["state"], &of("no-period")["count"]), (&"open".into(), &2.into()));
    assert_eq!(of("months-closed")["count"], 11);
    // A year that has not begun has no steps.
    let refused = office.get("/year-end?fy=2016-17");
    assert_eq!(refused.status, 422);
    shows(&refused, &["The financial year 2016-17 begins on 1 Apr 2016"]);
}

#[test]
fn the_ledger_and_a_proof_are_verified() {
    let office = Office::open();
    lacks(&office.get("/verify"), &["has been altered"]);
    let found = office.get("/verify?now=yes");
    shows(&found, &["No record has been altered", "11 of 11 checked"]);
    let (_, rest) = found.body.split_once("<dt>Proof</dt><dd><code>").unwrap();
    let proof = rest.split('<').next().unwrap();
    shows(&office.get(&format!("/verify?proof={}", proof.replace('/', "%2F"))), &["<dt>Proved</dt>"]);
    let refused = office.get("/verify?proof=mine");
    assert_eq!(refused.status, 422);
    shows(&refused, &["Copy the whole line after"]);
    // All of it is verified, as it is now.
    let refused = office.get("/verify.json?known_at=1");
    assert_eq!(refused.status, 422, "{}", refused.body);
    shows(&refused, &["unknown-option", "this page has no option `known_at`"]);
    let json: serde_json::Value = serde_json::from_str(&office.get("/verify.json").body).unwrap();
    assert_eq!((&json["proof"], &json["findings"]), (&proof.into(), &serde_json::json!([])));
}

#[test]
fn the_audit_log_is_a_file() {
    let office = Office::open();
    let file = office.get("/log?format=csv");
    assert!(file.header("content-disposition").unwrap().contains("log.csv"), "{}", file.head);
    assert_eq!(file.body.lines().count(), 12, "{}", file.body);
    assert_eq!(office.get("/log?to=3&format=csv").body.lines().count(), 4);
    assert_eq!(office.get("/log?format=csv&audience=panel").status, 404);
}
