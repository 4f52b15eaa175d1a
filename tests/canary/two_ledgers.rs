//! Two ledgers with one secret that differ only in confidence give the same papers to the public and the panel.

use super::{EXPORTS, FOLDERS, OF_ITS_THEME_AND_FUND, REPORTS, SLIPS, all_of_folder, indicator};
use crate::office::{Office, is_written};
use crate::tally::tally;

/// Two ledgers with one secret. The second has, among the same open records, an award in confidence with all that
/// comes of one; the decision is in both registers.
fn ledgers_that_differ_only_in_confidence() -> (Office, Office) {
    let without = Office::new();
    let award: &[&str] =
        &["award", "--recipient", "Open Door", "--purpose", "Youth work", "--theme", "youth"];
    let open: &[&[&str]] = &[
        &[award, &["--decision", "1-2015", "--decided", "2015-05-05", "--amount", "1000", "--fund", "cdr"]]
            .concat(),
        &["state", "1-2015", "--power", "s9", "--conditions", "None", "--reasons", "Fewer crimes"],
        &["pay", "1-2015", "500", "--date", "2015-06-01"],
        &["monitoring", "schedule", "1-2015", "--from", "2015-10-15"],
        &indicator("Incidents", "youth", "12", "Police"),
        &["decision", "add", "C1-2015", "--title", "Confidential decision"],
        // A theme and a fund of which nothing is awarded in the open.
        &["fund", "add", "shelter", "--name", "Shelter fund"],
        &["budget", "set", "cdr", "refuges", "2015-16", "4000", "--add-missing"],
        &["budget", "set", "shelter", "youth", "2015-16", "3000"],
        &["funding", "receive", "shelter", "900", "--date", "2015-06-01", "--from", "A funder"],
        &indicator("Places", "refuges", "7", "Survey"),
        // A theme that is public although nothing is awarded of it in the open.
        &["theme", "add", "courts", "--name", "Specialist courts"],
        &["theme", "publish", "courts"],
        &["budget", "set", "cdr", "courts", "2015-16", "2500"],
        &["decision", "add", "9-2015", "--title", "Ninth decision"],
    ];
    for words in open {
        without.ok(&[*words, if words[0] == "award" { &["--add-missing"] } else { &[] }].concat());
    }
    let with = without.copied();
    let confidential: &[&[&str]] = &[
        &[
            "decision",
            "add",
            "C1-2015",
            "--title",
            "Confidential decision",
            "--date",
            "2015-07-19",
            "--kind",
            "award",
        ],
        &[
            "award",
            "--decision",
            "C1-2015",
            "--recipient",
            "Zqxname Refuge",
            "--amount",
            "777,777.77",
            "--purpose",
            "zqxpurpose",
            "--theme",
            "zqxtheme:80%;refuges:10%;youth:10%",
            "--fund",
            "zqxfund",
            "--id",
            "zqxid",
            "--from",
            "2015-07-01",
            "--to",
            "2016-06-30",
            "--add-missing",
        ],
        &[
            "award",
            "--decision",
            "C1-2015",
            "--recipient",
            "Zqxname Refuge",
            "--amount",
            "222,222.22",
            "--purpose",
            "zqxother",
            "--theme",
            "refuges",
            "--fund",
            "shelter",
            "--id",
            "zqxother",
        ],
        &["instalment", "zqxid", "111,111.11", "--due", "2015-11-19"],
        &["pay", "zqxid", "333,333.33", "--date", "2015-07-20"],
        &["refund", "zqxid", "111,111.11", "--date", "2015-09-01"],
        &["monitoring", "milestone", "zqxid", "--due", "2015-12-31", "--name", "zqxmilestone"],
        &["paper", "add", "zqxpaper/2", "--title", "zqxtitle", "--grant", "zqxid"],
        &["recipient", "alias", "Open Door", "Zqxalias Door"],
        &[
            "award",
            "--decision",
            "C1-2015",
            "--recipient",
            "Zqxname Refuge",
            "--amount",
            "555,555.55",
            "--purpose",
            "zqxpurpose",
            "--theme",
            "courts",
            "--fund",
            "cdr",
            "--id",
            "zqxcourts",
        ],
        // What is marked confidential, with an award of it by an open decision that makes no other.
        &["theme", "add", "zqxmarked", "--name", "Zqx marked", "--confidential"],
        &["fund", "add", "zqxmarkfund", "--name", "Zqx marked fund", "--confidential"],
        &[
            "award",
            "--decision",
            "9-2015",
            "--decided",
            "2015-07-19",
            "--recipient",
            "Zqxopen House",
            "--amount",
            "666,666.66",
            "--purpose",
            "zqxpurpose",
            "--theme",
            "zqxmarked",
            "--fund",
            "cdr",
            "--power",
            "s9",
            "--id",
            "zqxopen",
            "--add-missing",
        ],
        &["pay", "zqxopen", "333,333.33", "--date", "2015-07-20"],
        &["budget", "set", "cdr", "zqxmarked", "2015-16", "777,777.77"],
        &["budget", "set", "zqxmarkfund", "2015-16", "777,777.77"],
        &["budget", "set", "cdr", "youth", "2016-17", "666,666.66", "--confidential"],
        &["funding", "receive", "zqxmarkfund", "666,666.66", "--date", "2015-07-20", "--return-if-unspent"],
        &[&indicator("Zqxplaces", "youth", "666,666", "Zqx survey")[..], &["--confidential"]].concat(),
        &["funding", "receive", "cdr", "666,666.66", "--date", "2015-07-20", "--return-if-unspent"],
    ];
    for words in confidential.iter().chain(OF_ITS_THEME_AND_FUND) {
        with.ok(words);
    }
    let log = with.json(&["log", "--last", "100"]);
    let receipt = log["rows"].as_array().unwrap().iter().rfind(|row| row["what"] == "receipt").unwrap();
    with.ok(&["funding", "withhold", &receipt["record"].to_string(), "--confirm-withholding"]);
    for office in [&without, &with] {
        office.ok(&["budget", "set", "cdr", "youth", "2015-16", "5000"]);
    }
    (without, with)
}

/// The bytes that a command writes for an audience, and whatever it says.
fn bytes_of(office: &Office, words: &[&str], format: &str) -> Vec<u8> {
    let path = office.path("paper.out");
    drop(std::fs::remove_file(&path));
    let stated: &[&str] = if format.is_empty() { &[] } else { &["--format", format] };
    let output = office.run(&[words, stated, &["-o", "paper.out"]].concat());
    [std::fs::read(&path).unwrap_or_default(), output.stdout, output.stderr].concat()
}

#[test]
fn what_is_recorded_in_confidence_moves_no_byte_for_the_public_and_the_panel() {
    let (without, with) = ledgers_that_differ_only_in_confidence();
    let head = with.json(&["report", "themes"])["head"].as_str().unwrap()[..12].to_owned();
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let mut compare = |words: &[&str], one: Vec<u8>, other: Vec<u8>| {
        compared += 1;
        if one != other || String::from_utf8_lossy(&other).contains(&head) {
            wrong.push(format!("{words:?}"));
        }
    };
    for audience in ["public", "panel"] {
        for report in REPORTS {
            let words = [&["report"], *report, &["--audience", audience]].concat();
            for format in ["json", "html"] {
                compare(&words, bytes_of(&without, &words, format), bytes_of(&with, &words, format));
            }
        }
        for (export, formats) in EXPORTS.iter().filter(|(_, formats)| !formats.is_empty()) {
            let words = [&["export"], *export, &["--audience", audience]].concat();
            for format in formats.iter().filter(|it| is_written(it)) {
                compare(&words, bytes_of(&without, &words, format), bytes_of(&with, &words, format));
            }
        }
        // What must be published says how much of it is withheld: its months are in `exports_disclosure.rs`.
        for export in
            FOLDERS.iter().filter(|words| !words.contains(&"2015-07") && !words.contains(&"2015-09"))
        {
            let words = [&["export"], *export, &["--audience", audience]].concat();
            compare(&words, all_of_folder(&without, &words).into(), all_of_folder(&with, &words).into());
        }
        for words in SLIPS {
            let words = [&["report"], *words, &["--audience", audience]].concat();
            compare(&words, bytes_of(&without, &words, "md"), bytes_of(&with, &words, "md"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    tally("papers of ledgers that differ in confidence", compared);
    // The test would see a difference: a payment in the open moves the figures and the mark.
    let panel = |office: &Office| bytes_of(office, &["export", "panel", "--fy", "2015-16"], "md");
    let before = panel(&with);
    assert_eq!(before, panel(&with));
    with.ok(&["pay", "1-2015", "1", "--date", "2015-06-02"]);
    assert_ne!(before, panel(&with));
}
