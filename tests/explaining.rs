//! Figures and the records that make and move them, through the real program, and the pack of the Chief
//! Finance Officer.

use std::collections::BTreeMap;

use crate::office::Office;
use serde_json::Value;

const COLUMNS: [&str; 8] =
    ["budget", "awarded", "paid", "expenditure", "committed", "prepayments", "accruals", "remaining"];

fn demo() -> Office {
    let office = Office::new();
    std::fs::remove_dir_all(office.path("almoner.ledger")).unwrap();
    office.ok(&["demo", "almoner.ledger"]);
    for words in [
        "budget set cdr youth-diversion 2015-16 1,000",
        "funding receive victims 30,000 --date 2015-04-15 --return-if-unspent",
        "funding receive cdr 5,000 --date 2015-05-15",
        "pay 10-2015 5,000.01 --date 2015-05-20",
        "withdraw 22-2015 --date 2015-09-17",
    ] {
        office.ok(&words.split(' ').collect::<Vec<_>>());
    }
    office
}

fn pence(value: &Value) -> i64 {
    value.as_str().unwrap().replace('.', "").parse().unwrap()
}

fn sum(parts: &Value) -> i64 {
    parts.as_array().unwrap().iter().map(|part| pence(&part["amount"])).sum()
}

#[test]
fn every_figure_of_a_report_is_explained_to_the_penny() {
    let office = demo();
    for (by, lines) in [("theme", "themes"), ("objective", "objectives"), ("fund", "funds")] {
        let report = office.json(&["report", "themes", "--fy", "2015-16", "--by", by]);
        for row in report["rows"].as_array().unwrap() {
            for column in COLUMNS {
                let figure = format!("{lines}/{}/{column}@2015-16", row[by].as_str().unwrap());
                let explained = office.json(&["explain", &figure]);
                assert_eq!(sum(&explained["parts"]), pence(&row[column]), "{figure}");
                assert_eq!(explained["total"], row[column], "{figure}");
            }
        }
    }
    let report = office.json(&["report", "periods", "--fy", "2015-16", "--every", "quarter"]);
    for row in report["rows"].as_array().unwrap() {
        for column in ["opening_committed", "paid", "expenditure", "closing_committed", "accruals"] {
            let figure = format!("periods/{}/{column}", row["period"].as_str().unwrap());
            let explained = office.json(&["explain", &figure]);
            assert_eq!(sum(&explained["parts"]), pence(&row[column]), "{figure}");
        }
    }
}

#[test]
fn a_figure_is_named_in_words_or_by_options() {
    let office = demo();
    let named = office.ok(&["explain", "themes/domestic-abuse/expenditure@2015-16Q1"]);
    for words in [
        "--theme domestic-abuse --quarter 2015-16Q1 --column expenditure",
        "--theme domestic-abuse --period 2015-16Q1 --column expenditure",
        "themes/domestic-abuse/expenditure --from 2015-04-01 --to 2015-06-30",
    ] {
        let options: Vec<&str> = ["explain"].into_iter().chain(words.split(' ')).collect();
        assert_eq!(office.ok(&options), named, "{words}");
    }
    assert!(named.contains("Figure    themes/domestic-abuse/expenditure@2015-16Q1"), "{named}");
    let narrowed =
        office.ok(&["explain", "themes/domestic-abuse/expenditure@2015-16Q1", "--fund", "unstated"]);
    assert!(narrowed.contains("theme domestic-abuse, fund unstated"), "{narrowed}");
    for (words, said) in [
        ("themes/domestic-abus/expenditure@2015-16", "error[unknown-theme]"),
        ("objectives/Protecting/expenditure@2015-16", "error[unknown]"),
        ("themes/domestic-abuse/spent@2015-16", "error[not-a-figure]"),
        ("themes/domestic-abuse/expenditure@2015-16 --month 2015-04", "error[given-twice]"),
        ("themes/domestic-abuse/expenditure@2015-16 --theme youth-diversion", "error[given-twice]"),
        ("all/expenditure@2010-11", "error[not-a-date]"),
    ] {
        let options: Vec<&str> = ["explain"].into_iter().chain(words.split(' ')).collect();
        let refused = office.refused(1, &options);
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn what_moved_between_two_papers_ties_with_both() {
    let office = demo();
    let known = |record: &str| {
        office.json(&["report", "themes", "--fy", "2015-16", "--by", "fund", "--known-at", record])
    };
    let (old, new) = (known("60"), known("75"));
    let diff =
        office.json(&["diff", "--known-at", "60", "--known-at", "75", "--fy", "2015-16", "--by", "fund"]);
    let figures = diff["figures"].as_array().unwrap();
    assert!(figures.len() > 8, "{diff}");
    let of = |report: &Value, fund: &Value, column: &str| {
        let row = report["rows"].as_array().unwrap().iter().find(|row| row["fund"] == *fund);
        row.map_or(0, |row| pence(&row[column]))
    };
    for moved in figures {
        let column = moved["column"].as_str().unwrap();
        let (was, is) = (of(&old, &moved["fund"], column), of(&new, &moved["fund"], column));
        assert_eq!((pence(&moved["old"]), pence(&moved["new"])), (was, is));
        assert_eq!(sum(&moved["parts"]), is - was, "{moved}");
        assert!(moved["parts"][0]["recorded_by"].is_string());
    }
    for column in COLUMNS {
        let moves = figures.iter().filter(|moved| moved["column"] == column);
        let sum: i64 = moves.map(|moved| pence(&moved["change"])).sum();
        assert_eq!(sum, pence(&new["total"][column]) - pence(&old["total"][column]), "{column}");
    }
    let same = office.ok(&["diff", "--known-at", "60", "--known-at", "60", "--fy", "2015-16"]);
    assert!(same.contains("No figures have changed."), "{same}");
    let refused = office.refused(1, &["diff", "--known-at", "75", "--known-at", "60", "--fy", "2015-16"]);
    assert!(refused.contains("error[not-in-order]"), "{refused}");
}

/// A row's cells by the names of their columns.
type Cells = BTreeMap<String, String>;

/// The rows of a sheet of the pack, as its CSV has them.
fn sheet(office: &Office, key: &str, words: &[&str]) -> Vec<Cells> {
    let csv = office.ok(&[&["export", "cfo", "--only", key, "--format", "csv"], words].concat());
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

#[test]
fn the_pack_ties_with_the_reports_and_is_made_again_by_its_command() {
    let office = demo();
    let of = |rows: &[Cells], key: &str| -> i64 {
        rows.iter().map(|row| row[key].replace('.', "").parse::<i64>().unwrap()).sum()
    };
    let words = ["--quarter", "2015-16Q2"];
    let year = office.json(&["report", "budget", "--fy", "2015-16", "--as-at", "2015-09-30"]);
    let monitoring = sheet(&office, "monitoring", &words);
    assert_eq!(of(&monitoring, "budget"), pence(&year["total"]["budget"]));
    assert_eq!(of(&monitoring, "variance"), pence(&year["total"]["remaining"]));
    let to_date = office.json(&["report", "themes", "--from", "2015-04-01", "--to", "2015-09-30"]);
    assert_eq!(of(&monitoring, "expenditure"), pence(&to_date["total"]["expenditure"]));
    assert_eq!(of(&monitoring, "committed"), pence(&to_date["total"]["committed"]));
    let quarter = office.json(&["report", "themes", "--quarter", "2015-16Q2"]);
    for largest in ["0", "1", "100"] {
        let largest_records =
            sheet(&office, "expenditure", &["--quarter", "2015-16Q2", "--largest", largest]);
        assert_eq!(of(&largest_records, "amount"), pence(&quarter["total"]["expenditure"]), "{largest}");
    }
    let schedule = office.json(&["report", "year-end", "--fy", "2015-16", "--as-at", "2015-09-30"]);
    let rows = sheet(&office, "year-end", &words);
    let side = |account: &str, key: &str| -> i64 {
        let rows: Vec<_> = rows.iter().filter(|row| row[key] == account).cloned().collect();
        of(&rows, "amount")
    };
    let control = side("prepayments", "debit") - side("accruals", "credit");
    assert_eq!(control, pence(&schedule["grant_control"]));
    assert!(rows.iter().any(|row| row["what"] == "recoveries-due" || row["what"] == "accruals"), "{rows:?}");
    let balance = office.json(&["report", "trial-balance", "--as-at", "2015-09-30"]);
    let funds = sheet(&office, "funds", &words);
    let held = of(&funds, "closing") + of(&funds, "advance_closing");
    let mut real = 0;
    for fund in balance["funds"].as_array().unwrap() {
        for account in fund["real"]["accounts"].as_array().unwrap() {
            if account["account"].as_str().unwrap().starts_with("assets:") {
                real += pence(&account["debit"]) - pence(&account["credit"]);
            }
        }
    }
    assert_eq!(held, real);
    assert_eq!(of(&sheet(&office, "reserves", &words), "closing"), of(&funds, "closing"));

    let paper = office.ok_wide(&["export", "cfo", "--quarter", "2015-16Q2"]);
    let line = paper.lines().find(|line| line.starts_with("Made by")).unwrap();
    let command: Vec<&str> = line.split_once("almoner ").unwrap().1.split_whitespace().collect();
    office.ok(&["pay", "10-2015", "1", "--date", "2015-09-30"]);
    assert_eq!(office.ok_wide(&command), paper);
    let refused = office.refused(1, &["export", "cfo", "--from", "2015-04-15", "--to", "2015-09-30"]);
    assert!(refused.contains("error[not-a-month-end]"), "{refused}");
}
