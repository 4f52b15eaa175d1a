//! What is before the damage can still be read, and nothing is shown that may not be whole.

use std::fs;

use super::Books;

const FIGURES: [&[&str]; 7] = [
    &["report", "themes", "--fy", "2014-15", "--format", "csv"],
    &["report", "grants", "--format", "csv"],
    &["report", "grant", "1-2015", "--format", "csv"],
    &["report", "recipients", "--fy", "2014-15", "--format", "csv"],
    &["report", "trial-balance", "--format", "csv"],
    &["export", "cfo", "--fy", "2014-15", "--format", "html"],
    &["export", "panel", "--fy", "2014-15", "--audience", "officer", "--format", "html"],
];

#[test]
fn figures_as_known_before_the_damage_are_those_of_before() {
    let books = Books::new();
    let office = &books.office;
    let lines = books.lines();
    let numbers =
        lines.iter().filter_map(|line| line.strip_prefix("{\"n\":")?.split(',').next()?.parse::<u64>().ok());
    let last = numbers.max().unwrap();
    let known = |at: &str| -> Vec<String> {
        FIGURES.iter().map(|words| office.ok(&[*words, &["--known-at", at]].concat())).collect()
    };
    let before = (last - 1).to_string();
    let expected = known(&before);
    for what in ["altered", "altered, index gone", "cut", "cut, index gone", "garbage, index gone"] {
        books.restore_intact();
        let mut damaged = lines.clone();
        let place = lines.iter().position(|line| line.contains("2015-04-02")).unwrap();
        match what.split(',').next() {
            Some("altered") => damaged[place] = damaged[place].replace("2015-04-02", "2015-04-03"),
            Some("cut") => damaged.truncate(place),
            _ => damaged[place] = "not a record".to_owned(),
        }
        books.put(&damaged);
        if what.contains("index gone") {
            fs::remove_dir_all(books.ledger().join("index")).unwrap();
        }
        assert!(books.verified(&[]).starts_with("3 "), "{what}");
        assert_eq!(known(&before), expected, "{what}");
        for (record, code) in [(last - 1, 0), (last, 1)] {
            // With its index, a record that was altered within its length is read as it is there.
            if what != "altered" || code == 0 {
                let output = office.run(&["show", &record.to_string()]);
                assert_eq!(output.status.code(), Some(code), "{what} {record}");
            }
        }
        if what == "altered" {
            continue;
        }
        for words in FIGURES {
            let said = office.refused(3, words);
            assert!(
                said.contains("error[damaged]") && said.contains(&format!("--known-at {before}")),
                "{what} {said}"
            );
            // What is damaged may have been recorded on the day of the last record that can be read.
            let today = office.refused(3, &[words, &["--known-at", "today"]].concat());
            assert!(today.contains("error[damaged]"), "{what} {words:?} {today}");
        }
        // Nothing was recorded on that day, of which the part has all.
        office.ok(&[FIGURES[0], &["--known-at", "2015-04-01"]].concat());
        let public = ["export", "panel", "--fy", "2014-15", "--known-at", "today", "--format", "html"];
        assert!(office.refused(3, &public).contains("error[damaged]"), "{what}");
        let compared = ["diff", "--known-at", &before, "--known-at", "today", "--fy", "2014-15"];
        assert!(office.refused(3, &compared).contains("error[damaged]"), "{what}");
        office.ok(&["diff", "--known-at", "3", "--known-at", &before, "--fy", "2014-15"]);
        assert!(office.run(&["log"]).status.success(), "{what}");
        office.refused(3, &["pay", "1-2015", "1", "--date", "2015-05-02"]);
    }
}
