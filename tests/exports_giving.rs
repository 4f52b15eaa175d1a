//! Exports in the 360Giving standard, by the real program.

use crate::office::Office;
use serde_json::Value;

const PREFIX: [&str; 2] = ["--prefix", "360G-testpcc"];

fn award(office: &Office, id: &str, decided: &str, recipient: &str, amount: &str, more: &[&str]) {
    let words =
        ["award", "--decision", id, "--decided", decided, "--recipient", recipient, "--amount", amount];
    office.ok(&[&words, more, &["--add-missing"]].concat());
}

/// An office with a grant of each kind that matters to the standard.
fn office() -> Office {
    let office = Office::new();
    office.ok(&["theme", "add", "domestic-abuse", "--name", "Domestic abuse"]);
    for (name, identifier) in
        [("Lighthouse", "GB-CHC-1087198"), ("Catch 22", "GB-COH-6959789"), ("Raedan", "SUPPLIER-7")]
    {
        office.ok(&["recipient", "add", name, "--identifier", identifier]);
    }
    office.ok(&["decision", "add", "1-2015", "--title", "A worker for women in crisis"]);
    let split = "domestic-abuse:60%;youth:40%";
    let period = ["--from", "2014-09", "--to", "2015-08"];
    let first = ["--purpose", "Crisis support, \"one to one\"", "--theme", split, "--fund", "victims"];
    award(&office, "1-2015", "2015-01-22", "Lighthouse", "18467.05", &[&first[..], &period[..]].concat());
    award(
        &office,
        "2-2015",
        "2015-02-01",
        "Catch 22",
        "441",
        &["--purpose", "=Mediation", "--theme", "youth"],
    );
    award(
        &office,
        "3-2015",
        "2015-02-02",
        "Raedan",
        "100.10",
        &["--purpose", "Counselling", "--theme", "unallocated", "--id", "3-2015/2"],
    );
    award(&office, "4-2015", "2015-02-03", "Raedan", "50", &["--purpose", "Never begun", "--theme", "youth"]);
    office.ok(&["withdraw", "4-2015", "--date", "2015-02-20"]);
    office.ok(&["pay", "1-2015", "1000.50", "--date", "2015-03-01"]);
    office.ok(&["vary", "2-2015", "--by-amount", "-40.90", "--date", "2015-03-01"]);
    office.ok(&[
        "award",
        "--decision",
        "C1-2015",
        "--decided",
        "2015-02-05",
        "--recipient",
        "Zqx Refuge",
        "--amount",
        "777,777.77",
        "--purpose",
        "zqxpurpose",
        "--theme",
        "youth",
        "--add-missing",
    ]);
    office
}

fn export(office: &Office, more: &[&str]) -> String {
    office.ok(&[&["export", "360giving"], &PREFIX[..], more].concat())
}

#[test]
fn grants_stand_in_the_fields_of_the_standard() {
    let office = office();
    let text = export(&office, &[]);
    // Amounts are numbers, written to the penny.
    for exact in
        ["\"amountAwarded\": 18467.05,", "\"amountDisbursed\": 1000.50,", "\"amountAwarded\": 400.10,"]
    {
        assert!(text.contains(exact), "{exact}: {text}");
    }
    let package: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(package["version"], "1.4");
    let grants = package["grants"].as_array().unwrap();
    let ids: Vec<&str> = grants.iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["360G-testpcc-1-2015", "360G-testpcc-2-2015", "360G-testpcc-3-2015/2"]);
    let first = &grants[0];
    assert_eq!(first["title"], "A worker for women in crisis");
    assert_eq!(first["description"], "Crisis support, \"one to one\"");
    assert_eq!(first["currency"], "GBP");
    assert_eq!(first["awardDate"], "2015-01-22");
    assert_eq!(
        first["plannedDates"][0],
        serde_json::json!({"startDate": "2014-09", "endDate": "2015-08", "duration": 12})
    );
    assert_eq!(first["recipientOrganization"][0]["id"], "GB-CHC-1087198");
    assert_eq!(first["recipientOrganization"][0]["charityNumber"], "1087198");
    assert_eq!(first["fundingOrganization"][0]["id"], "360G-testpcc-test-office");
    assert_eq!(first["grantProgramme"][0]["title"], "Victims' services");
    let themes: Vec<&str> =
        first["classifications"].as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(themes, ["Domestic abuse", "Youth"]);
    assert_eq!(grants[1]["recipientOrganization"][0]["id"], "GB-COH-06959789");
    assert_eq!(grants[1]["recipientOrganization"][0]["companyNumber"], "06959789");
    assert_eq!(grants[1]["title"], "Grant to Catch 22: Youth");
    assert_eq!(grants[2]["recipientOrganization"][0]["id"], "360G-testpcc-raedan");
    assert!(grants[2].get("grantProgramme").is_none() && grants[2].get("plannedDates").is_none());
    // What rests on a confidential decision is for nobody outside, and what came to nothing is named.
    let officers = export(&office, &["--audience", "officer"]);
    assert!(!text.to_lowercase().contains("zqx") && !text.contains("777777"), "{text}");
    assert!(officers.contains("zqxpurpose") && officers.contains("777777.77"), "{officers}");
    let said = office.run(&[&["export", "360giving"], &PREFIX[..]].concat()).stderr;
    assert!(String::from_utf8(said).unwrap().contains("reduced to zero and left out: 4-2015"));
}

#[test]
fn the_same_books_give_the_same_file_and_changes_say_when() {
    let office = office();
    let before = export(&office, &[]);
    assert_eq!(export(&office, &["--known-at", "today"]), before);
    let officers = export(&office, &["--audience", "officer"]);
    let record = office.json(&["report", "themes"])["known_at"]["record"].to_string();
    office.ok(&["pay", "1-2015", "10", "--date", "2015-03-02"]);
    let known_then = export(&office, &["--audience", "officer", "--known-at", &record]);
    assert_eq!(known_then, officers);
    let refused = office.refused(1, &[&["export", "360giving", "--known-at", &record], &PREFIX[..]].concat());
    assert!(refused.contains("error[record-for-the-office]"), "{refused}");
    assert!(export(&office, &[]).contains("\"amountDisbursed\": 1010.50,"));
    let own = export(&office, &["--funder-id", "GB-LAE-SFK", "--month", "2015-01"]);
    let package: Value = serde_json::from_str(&own).unwrap();
    assert_eq!(package["grants"].as_array().unwrap().len(), 1);
    assert_eq!(package["grants"][0]["fundingOrganization"][0]["id"], "GB-LAE-SFK");
}

#[test]
fn a_file_of_ours_is_read_back_by_the_profile() {
    let office = office();
    office.ok(&[&["export", "360giving"], &PREFIX[..], &["-o", "grants.csv"]].concat());
    office.ok(&[&["export", "360giving"], &PREFIX[..], &["-o", "grants.json"]].concat());
    let csv = std::fs::read_to_string(office.path("grants.csv")).unwrap();
    assert!(csv.contains(",'=Mediation,"), "{csv}");
    let rows = |json: &str| -> Vec<Vec<Value>> {
        let package: Value = serde_json::from_str(json).unwrap();
        let fields = ["id", "description", "amountAwarded", "awardDate", "plannedDates"];
        let of = |grant: &Value| {
            let mut row: Vec<Value> = fields.iter().map(|field| grant[*field].clone()).collect();
            row.push(grant["recipientOrganization"][0]["name"].clone());
            row
        };
        package["grants"].as_array().unwrap().iter().map(of).collect()
    };
    let expected = rows(&std::fs::read_to_string(office.path("grants.json")).unwrap());
    for file in ["grants.csv", "grants.json"] {
        let other = Office::new();
        let from = office.path(file);
        other.ok(&["import", "awards", from.to_str().unwrap(), "--profile", "360giving", "--add-missing"]);
        let again = other.ok(&["export", "360giving", "--prefix", "360G-another"]);
        // The identifiers are those that it was published under first.
        assert_eq!(rows(&again), expected, "{file}");
    }
}

#[test]
fn what_the_standard_has_not_is_refused() {
    let office = office();
    for (words, code) in [
        (vec!["--fy", "2014-15"], "no-prefix"),
        (vec!["--prefix", "testpcc"], "not-a-prefix"),
        (vec!["--prefix", "360G-testpcc", "--format", "html"], "format-not-available"),
        (vec!["--prefix", "360G-testpcc", "--fy", "2001-02"], "no-grants"),
    ] {
        let said = office.refused(1, &[&["export", "360giving"], &words[..]].concat());
        assert!(said.contains(&format!("error[{code}]")) && said.contains("hint:"), "{words:?}: {said}");
    }
    award(
        &office,
        "6-2015",
        "2015-02-02",
        "Raedan",
        "1",
        &["--id", "360G-testpcc-1-2015", "--purpose", "x", "--theme", "youth"],
    );
    let said = office.refused(1, &[&["export", "360giving"], &PREFIX[..]].concat());
    assert!(said.contains("error[same-identifier]"), "{said}");
}
