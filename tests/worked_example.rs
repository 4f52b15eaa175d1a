//! The worked example, brought in by files as an office would: its totals to the penny, by
//! every grouping and in every format.

use crate::office::Office;
use serde_json::Value;

const AWARDS: &str = "\
decision,decided,recipient,amount,purpose,theme,fund,from,to
6-2015,2015-01-22,Lighthouse Women's Aid,18467,Crisis support worker,domestic-abuse,,2014-11-01,2015-10-31
10-2015,2015-02-16,Survivors in Transition,15000,Adult survivors,child-sexual-abuse,victims,,
11-2015,2015-02-16,Fresh Start – New Beginnings,30000,Children and young people,child-sexual-abuse,victims,,
12-2015,2015-02-16,Butterfly CIC,15000,Therapy,child-sexual-abuse,victims,,
13-2015,2015-02-16,Waveney Domestic Violence and Abuse Forum,30000,Services,domestic-abuse,,,
14-2015,2015-02-20,Compassion,30000,Support,domestic-abuse,victims,,
15-2015,2015-02-23,Friday Night Football,441,Youth activity,youth-diversion,cdr,2014-09,2015-08
19-2015,2015-02-26,Lighthouse Women's Aid,2375,Equipment and training,domestic-abuse,,,
20-2015,2015-02-27,Anglia Care Trust,57706,Three services,domestic-abuse,,,
21-2015,2015-02-27,Raedan Trust (Phoenix Counselling Practice),25000,Counselling,vulnerable-victims,,,
22-2015,2015-03-04,Waveney Domestic Violence and Abuse Forum,20000,Suffolk Coastal,domestic-abuse,,2015-04-01,2016-03-31
24-2015,2015-03-20,New Orford Town Trust,2660,CCTV at the quay,public-space-safety,cdr,,
26-2015,2015-03-26,Catch 22,7000,Mediation,anti-social-behaviour,cdr,2015-04-01,2016-03-31
";

const REPURPOSES: &str = "\
award,decision,date,purpose,theme
ecr-2014,16-2015,2015-02-23,A new approach to dependency,substance-misuse
";

/// An office with the worked example, and the last record before the change of purpose.
fn office() -> (Office, u64) {
    let office = Office::new();
    office.file("awards.csv", AWARDS);
    office.file("repurposes.csv", REPURPOSES);
    office.ok(&[
        "award",
        "--id",
        "ecr-2014",
        "--decided",
        "2014-04-01",
        "--date-assumed",
        "--recipient",
        "East Coast Recovery",
        "--amount",
        "25000",
        "--purpose",
        "Clients on a rehabilitation programme",
        "--theme",
        "reoffending",
        "--fund",
        "cdr",
        "--add-missing",
    ]);
    office.ok(&["import", "awards", "awards.csv", "--add-missing"]);
    let before =
        office.json(&["report", "themes", "--fy", "2014-15"])["known_at"]["record"].as_u64().unwrap();
    office.ok(&["import", "repurposes", "repurposes.csv", "--add-missing"]);
    (office, before)
}

fn row<'a>(report: &'a Value, key: &str, id: &str) -> &'a Value {
    let rows = report["rows"].as_array().unwrap();
    rows.iter().find(|row| row[key] == id).unwrap_or_else(|| panic!("no {id} in {report:#}"))
}

#[test]
fn awards_by_theme_and_by_fund_are_as_published() {
    let (office, _) = office();
    let quarter = ["report", "themes", "--quarter", "2014-15Q4"];
    let themes = office.json(&quarter);
    for (theme, awarded) in [
        ("domestic-abuse", "158548.00"),
        ("child-sexual-abuse", "60000.00"),
        ("vulnerable-victims", "25000.00"),
        ("anti-social-behaviour", "7000.00"),
        ("public-space-safety", "2660.00"),
        ("youth-diversion", "441.00"),
    ] {
        assert_eq!(row(&themes, "theme", theme)["awarded"], awarded);
    }
    assert_eq!(themes["total"]["awarded"], "253649.00");
    let funds = office.json(&[&quarter[..], &["--by", "fund"]].concat());
    for (fund, awarded) in [("cdr", "10101.00"), ("victims", "90000.00"), ("unstated", "153548.00")] {
        assert_eq!(row(&funds, "fund", fund)["awarded"], awarded);
    }
    let year = office.json(&["report", "themes", "--fy", "2014-15"]);
    assert_eq!(year["total"]["awarded"], "278649.00");
    assert_eq!(year["schema"], "almoner.report.themes/2");
    assert_eq!(year["currency"], "GBP");
}

/// The total of a report without what moved between its lines, which comes to zero and is there only where anything did.
fn total(report: &Value) -> Value {
    let mut total = report["total"].clone();
    for column in ["moved", "control_moved", "earlier_years"] {
        let moved = total.as_object_mut().unwrap().remove(column);
        assert!(moved.is_none_or(|moved| moved == "0.00"), "{column}");
    }
    total
}

#[test]
fn charges_fall_in_their_years_and_every_grouping_ties() {
    let (office, _) = office();
    for (year, expenditure, lighthouse, football) in
        [("2014-15", "7951.83", "7694.58", "257.25"), ("2015-16", "37956.17", "10772.42", "183.75")]
    {
        let themes = office.json(&["report", "themes", "--fy", year]);
        assert_eq!(themes["total"]["expenditure"], expenditure);
        assert_eq!(row(&themes, "theme", "youth-diversion")["expenditure"], football);
        let recipients = office.json(&["report", "themes", "--fy", year, "--by", "recipient"]);
        assert_eq!(row(&recipients, "recipient", "lighthouse-womens-aid")["expenditure"], lighthouse);
        for by in ["fund", "objective", "recipient", "power"] {
            let report = office.json(&["report", "themes", "--fy", year, "--by", by]);
            assert_eq!(total(&report), total(&themes), "{year} {by}");
        }
        for every in ["month", "quarter", "year"] {
            let report = office.json(&["report", "periods", "--fy", year, "--every", every]);
            for column in ["awarded", "paid", "expenditure"] {
                assert_eq!(report["total"][column], themes["total"][column], "{year} {every} {column}");
            }
            assert_eq!(report["total"]["closing_committed"], themes["total"]["committed"]);
        }
    }
}

#[test]
fn a_change_of_purpose_moves_the_commitment_and_no_money() {
    let (office, before) = office();
    let known = before.to_string();
    let at = |day: &str, more: &[&str]| {
        let range = ["report", "themes", "--from", "2014-04-01", "--to", day];
        office.json(&[&range[..], more].concat())
    };
    assert_eq!(row(&at("2015-02-22", &[]), "theme", "reoffending")["committed"], "25000.00");
    let after = at("2015-02-23", &[]);
    assert_eq!(row(&after, "theme", "substance-misuse")["committed"], "25000.00");
    assert_eq!(row(&after, "theme", "reoffending")["committed"], "0.00");
    let earlier = at("2015-02-23", &["--known-at", &known]);
    assert_eq!(row(&earlier, "theme", "reoffending")["committed"], "25000.00");
    assert_eq!(total(&after), total(&earlier));
    assert_eq!(earlier["known_at"]["record"].as_u64(), Some(before));
    let original = at("2015-02-23", &["--purpose", "original"]);
    assert_eq!(row(&original, "theme", "reoffending")["committed"], "25000.00");
    let current = at("2014-12-31", &["--purpose", "current"]);
    assert_eq!(row(&current, "theme", "substance-misuse")["committed"], "25000.00");
}

#[test]
fn table_csv_json_and_markdown_show_the_same_figures() {
    let (office, _) = office();
    let report = ["report", "themes", "--fy", "2014-15"];
    let json = office.json(&report);
    let csv = office.ok(&[&report[..], &["--format", "csv"]].concat());
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let rows = json["rows"].as_array().unwrap();
    assert_eq!(lines.len(), rows.len());
    let table = office.ok_wide(&[&report[..], &["--format", "table"]].concat());
    let markdown = office.ok(&[&report[..], &["--format", "md"]].concat());
    for (line, row) in lines.iter().zip(rows) {
        for (column, cell) in header.iter().zip(line) {
            let expected = row[column].as_str().unwrap_or_default();
            assert_eq!(cell, expected, "{column}");
        }
        for column in ["awarded", "expenditure", "committed"] {
            let amount: almoner_ledger::money::Money = row[column].as_str().unwrap().parse().unwrap();
            if !amount.is_zero() {
                assert!(table.contains(&amount.grouped()), "{table}");
                assert!(markdown.contains(&amount.grouped()), "{markdown}");
            }
        }
    }
}

#[test]
fn the_register_lists_gaps_and_the_year_end_lists_what_has_no_period() {
    let (office, _) = office();
    let register = office.json(&["report", "decisions"]);
    let gaps: Vec<String> = register["gaps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|gap| format!("{} {}", gap["first"].as_str().unwrap(), gap["last"].as_str().unwrap()))
        .collect();
    assert_eq!(
        gaps,
        ["1-2015 5-2015", "7-2015 9-2015", "17-2015 18-2015", "23-2015 23-2015", "25-2015 25-2015"]
    );
    let year_end = office.json(&["report", "year-end", "--fy", "2014-15"]);
    assert_eq!(year_end["accruals"]["total"], "7951.83");
    // Nine awards of the quarter have no period, and so has the one of 2014.
    assert_eq!(year_end["no_period"]["rows"].as_array().unwrap().len(), 10);
    assert_eq!(year_end["no_period"]["total"], "232741.00");
    office.ok(&["verify"]);
}
