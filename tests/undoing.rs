//! Undoing an import, and confirming a name, through the real program.

use crate::office::Office;

const AWARDS: &str = "decision,decided,recipient,amount,purpose,theme,fund\n\
    1-2015,2015-04-01,Lighthouse Women's Aid,1000,Support,domestic-abuse,cdr\n\
    2-2015,2015-04-02,Catch 22,2000,Mediation,anti-social-behaviour,cdr\n";

const REPORTS: &[&[&str]] = &[
    &["report", "themes", "--fy", "2015-16"],
    &["report", "grants", "--fy", "2015-16"],
    &["report", "recipients", "--fy", "2015-16"],
    &["report", "decisions"],
    &["report", "trial-balance", "--fy", "2015-16"],
    &["recipient", "list"],
    &["theme", "list"],
];

fn papers(office: &Office) -> Vec<serde_json::Value> {
    let unstamped = |arguments: &&[&str]| {
        let mut paper = office.json(arguments);
        for field in ["known_at", "head"] {
            paper.as_object_mut().unwrap().remove(field);
        }
        paper
    };
    REPORTS.iter().map(unstamped).collect()
}

#[test]
fn an_import_is_undone_as_a_whole_and_taken_again() {
    let office = Office::new();
    let before = papers(&office);
    office.file("awards.csv", AWARDS);
    office.ok(&["import", "awards", "awards.csv", "--add-missing"]);
    let after = papers(&office);
    assert!(after.iter().zip(&before).all(|(now, then)| now != then));

    let batches = office.json(&["log", "--batches"]);
    let rows = batches["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(
        (&rows[0]["batch"], &rows[0]["first"], &rows[0]["last"]),
        (&"init".into(), &1.into(), &3.into())
    );
    assert_eq!((&rows[1]["batch"], &rows[1]["first"]), (&"import awards awards.csv".into(), &4.into()));
    let last = rows[1]["last"].to_string();

    office.ok(&["pay", "1-2015", "10", "--date", "2015-05-01"]);
    let payment = (last.parse::<u64>().unwrap() + 1).to_string();
    let refused = office.refused(1, &["reverse", "--batch", "5"]);
    assert!(
        refused.contains("batch-has-dependents")
            && refused.contains(&format!("record {payment} depends on them")),
        "{refused}"
    );
    office.ok(&["reverse", &payment]);
    let said = office.ok(&["reverse", "--batch", "5", "--reason", "Wrong file", "--dry-run"]);
    assert!(said.contains("nothing recorded"), "{said}");
    assert_ne!(papers(&office), before);
    let said = office.ok(&["reverse", "--batch", "5", "--reason", "Wrong file"]);
    assert!(said.contains(&format!("Records 4 to {last} (import awards awards.csv) reversed")), "{said}");
    assert_eq!(papers(&office), before);
    assert!(office.refused(1, &["reverse", "--batch", "5"]).contains("already-reversed"));
    assert!(office.ok(&["show", "4"]).contains("Reversed"));

    // The same file is passed over, since it was recorded once, unless that is said to be wanted.
    office.ok(&["import", "awards", "awards.csv", "--add-missing"]);
    assert_eq!(papers(&office), before);
    office.ok(&["import", "awards", "awards.csv", "--add-missing", "--again"]);
    assert_eq!(papers(&office), after);
    assert!(
        office.ok(&["import", "awards", "awards.csv", "--add-missing", "--again"]).contains("Nothing new")
    );
    office.ok(&["verify"]);
}

#[test]
fn a_name_that_is_only_alike_is_confirmed_by_a_person() {
    let office = Office::new();
    office.ok(&["recipient", "add", "Catch 22", "--identifier", "GB-CHC-1124127"]);
    office.ok(&["theme", "add", "domestic-abuse", "--name", "Domestic abuse"]);
    office.ok(&["theme", "add", "anti-social-behaviour", "--name", "Anti-social behaviour"]);
    office.ok(&["recipient", "add", "Lighthouse Womens Aid"]);
    let awards = AWARDS.replace("Catch 22", "Catch22 Charity");
    office.file("awards.csv", &awards);
    let refused = office.run(&["import", "awards", "awards.csv"]);
    assert_eq!(refused.status.code(), Some(1));
    let refused = String::from_utf8(refused.stderr).unwrap();
    let confirm = "almoner recipient alias catch-22 \"Catch22 Charity\"";
    assert!(refused.split_whitespace().collect::<Vec<_>>().join(" ").contains(confirm), "{refused}");
    office.ok(&["recipient", "alias", "catch-22", "Catch22 Charity"]);
    office.ok(&["import", "awards", "awards.csv"]);
    let list = office.json(&["recipient", "list"]);
    assert_eq!(list["rows"][0]["name"], "Catch 22");
    assert_eq!(list["rows"][0]["also_known_as"], serde_json::json!(["Catch22 Charity"]));
    assert_eq!(list["rows"][0]["grants"], 1);
    assert!(office.ok(&["show", "GB-CHC-1124127"]).contains("Also known as  Catch22 Charity"));
    let statement = office.json(&["report", "recipient", "catch22 charity", "--fy", "2015-16"]);
    assert_eq!(
        (&statement["name"], &statement["also_known_as"][0]),
        (&"Catch 22".into(), &"Catch22 Charity".into())
    );
}
