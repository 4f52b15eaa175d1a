//! Returns to funders, by the real program.

use crate::office::Office;
use serde_json::Value;

fn office() -> Office {
    let office = Office::new();
    let award = |id: &str, recipient: &str, amount: &str, fund: &str| {
        office.ok(&[
            "award",
            "--decision",
            id,
            "--decided",
            "2015-05-01",
            "--recipient",
            recipient,
            "--amount",
            amount,
            "--purpose",
            "Counselling",
            "--theme",
            "abuse",
            "--fund",
            fund,
            "--from",
            "2015-04",
            "--to",
            "2016-09",
            "--add-missing",
        ]);
    };
    award("1-2015", "Open Door", "18,000", "victims");
    award("2-2015", "Ørsted House", "900.05", "victims");
    award("3-2015", "Open Door", "400", "cdr");
    award("C1-2015", "Zqx Refuge", "777,777.77", "victims");
    office.ok(&["pay", "1-2015", "4,500.50", "--date", "2015-06-30"]);
    office
}

const RETURN: [&str; 6] = ["export", "funder", "--fund", "victims", "--fy", "2015-16"];

/// The return with a template.
fn with(file: &str) -> Vec<&str> {
    [&RETURN[..], &["--template", file]].concat()
}

fn total(sheet: &Value, heading: &str) -> String {
    sheet["total"][heading].as_str().unwrap_or_else(|| panic!("{heading}: {sheet}")).to_owned()
}

#[test]
fn a_return_ties_with_the_report_by_fund() {
    let office = office();
    for audience in ["public", "officer"] {
        let for_them = |words: &[&str]| office.json(&[words, &["--audience", audience]].concat());
        let paper = for_them(&RETURN);
        let report = office.json(&["report", "themes", "--by", "fund", "--fy", "2015-16"]);
        let public = for_them(&["report", "themes", "--by", "fund", "--fy", "2015-16"]);
        assert_eq!(public["schema"], report["schema"]);
        let rows = if audience == "officer" { &report["rows"] } else { &public["rows"] };
        let line = rows.as_array().unwrap().iter().find(|row| row["fund"] == "victims").unwrap();
        let sheet = &paper["sheets"][0];
        assert_eq!(total(sheet, "Spent"), line["paid"].as_str().unwrap(), "{audience}");
        assert_eq!(total(sheet, "Unspent"), line["committed"].as_str().unwrap(), "{audience}");
        assert_eq!(total(sheet, "Allocated"), line["awarded"].as_str().unwrap(), "{audience}");
        assert_eq!(paper.to_string().contains("Zqx"), audience == "officer");
    }
    let csv = office.ok(&[&RETURN[..], &["--format", "csv"]].concat());
    assert_eq!(
        csv.lines().collect::<Vec<_>>(),
        [
            "Provider,Grant,Purpose,Theme,Allocated,Spent,Unspent,Narrative",
            "Open Door,1-2015,Counselling,Abuse,18000.00,4500.50,13499.50,",
            "Ørsted House,2-2015,Counselling,Abuse,900.05,0.00,900.05,",
        ]
    );
}

#[test]
fn a_body_writes_a_template_of_its_own() {
    let office = office();
    let shipped = office.ok(&["export", "funder", "--print-template"]);
    office.file("return.toml", &shipped);
    let ours = office.ok(&[&RETURN[..], &["--format", "md"]].concat());
    let same = office.ok(&[&with("return.toml")[..], &["--format", "md"]].concat());
    // Another command has another mark.
    let without_mark = |text: &str| {
        text.lines().filter(|line| !line.starts_with("- Mark: ")).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(without_mark(&same.replace(" --template return.toml", "")), without_mark(&ours));

    let own = "title = \"{fund} of {body}\"\nabove = [\"For {period}.\"]\n\
        [[columns]]\nheading = \"Expenditure (£)\"\nshows = \"expenditure\"\n\
        [[columns]]\nheading = \"Organisation\"\nshows = \"recipient\"\n";
    office.file("own.toml", own);
    let text = office.ok(&with("own.toml"));
    assert!(text.starts_with("Victims' services of Test office\n"), "{text}");
    assert!(text.contains("For 1 Apr 2015 to 31 Mar 2016."), "{text}");
    let csv = office.ok(&[&with("own.toml")[..], &["--format", "csv"]].concat());
    assert_eq!(csv.lines().next(), Some("Expenditure (£),Organisation"));
    let report =
        office.json(&["report", "themes", "--by", "fund", "--fy", "2015-16", "--audience", "public"]);
    let expenditure = report["rows"][1]["expenditure"].as_str().unwrap();
    let paper = office.json(&with("own.toml"));
    assert_eq!(total(&paper["sheets"][0], "Expenditure (£)"), expenditure);

    office.file("slip.toml", own.replace("\"expenditure\"", "\"expendature\""));
    let said = office.refused(1, &with("slip.toml"));
    assert!(said.contains("error[unknown-column]") && said.contains("did you mean `expenditure`?"), "{said}");
    let said = office.refused(1, &with("nowhere.toml"));
    assert!(said.contains("error[file]"), "{said}");
    let said = office.refused(1, &["export", "funder", "--fund", "victim", "--fy", "2015-16"]);
    assert!(said.contains("error[unknown-fund]") && said.contains("did you mean `victims`?"), "{said}");
}

#[test]
fn every_format_is_made_again_to_the_byte() {
    let office = office();
    for format in ["csv", "html", "json", "md", "txt", "xlsx"] {
        let made: Vec<Vec<u8>> = [vec![], vec!["--known-at", "today"]]
            .into_iter()
            .map(|more| {
                let file = format!("return.{format}");
                office.ok(&[&RETURN[..], &["-o", &file, "--force"], &more[..]].concat());
                std::fs::read(office.path(&file)).unwrap()
            })
            .collect();
        assert!(made[0] == made[1] && !made[0].is_empty(), "{format}");
    }
}
