//! Bulletins in several forms, each with the draft that is expected of it beside it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod office;

use std::path::{Path, PathBuf};

use office::Office;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bulletins")
}

fn draft(office: &Office, sample: &str) -> String {
    let path = samples().join(sample);
    office.ok(&["import", "bulletin", path.to_str().unwrap(), "--format", "csv"])
}

#[test]
fn every_sample_gives_the_draft_beside_it() {
    let office = Office::new();
    for name in ["worked-example", "worked-example-lines", "coastal", "dales", "vale"] {
        let expected = std::fs::read_to_string(samples().join(format!("{name}.csv"))).unwrap();
        assert_eq!(draft(&office, &format!("{name}.txt")), expected.replace("\r\n", "\n"), "{name}");
    }
}

#[test]
fn the_worked_example_is_found_in_full_and_nothing_is_recorded() {
    let office = Office::new();
    for sample in ["worked-example.txt", "worked-example-lines.txt"] {
        let draft = draft(&office, sample);
        let rows: Vec<csv::StringRecord> =
            csv::Reader::from_reader(draft.as_bytes()).records().map(Result::unwrap).collect();
        let of = |kind: &str| rows.iter().filter(|row| &row[15] == kind).count();
        let confidential = rows.iter().filter(|row| &row[14] == "yes").count();
        let pence: u64 = rows.iter().filter_map(|row| row[3].replace('.', "").parse::<u64>().ok()).sum();
        assert_eq!(
            (rows.len(), confidential, of("award"), of("change-of-purpose")),
            (27, 6, 13, 1),
            "{sample}"
        );
        assert_eq!(pence, 25_364_900, "{sample}");
        let (stated, funded) =
            (rows.iter().filter(|row| !row[8].is_empty()), rows.iter().filter(|row| !row[6].is_empty()));
        assert_eq!((stated.count(), funded.count()), (4, 7), "{sample}");
        let withheld = rows.iter().filter(|row| &row[14] == "yes");
        assert!(withheld.clone().all(|row| row[17].is_empty() && row[2].is_empty()), "{sample}");
    }
    assert!(!office.ok(&["decision", "list"]).contains("-2015"), "a draft records nothing");
}

#[test]
fn drafts_are_written_whole_and_not_over_others() {
    let office = Office::new();
    let sample = "coastal.txt";
    office.file(sample, std::fs::read(samples().join(sample)).unwrap());
    let told = office.ok(&["import", "bulletin", sample, "-o", "draft.csv"]);
    assert!(
        told.contains("6 decisions, 1 of them confidential; 4 awards, 3 with an amount, together"),
        "{told}"
    );
    assert!(office.refused(1, &["import", "bulletin", sample, "-o", "draft.csv"]).contains("file-exists"));
    office.ok(&["import", "bulletin", sample, "-o", "draft.csv", "--force"]);
    office.ok(&["import", "bulletin", sample, "-o", "draft.xlsx"]);
    assert!(std::fs::read(office.path("draft.xlsx")).unwrap().starts_with(b"PK"));
    assert!(office.refused(1, &["import", "bulletin", sample, "-o", "draft.xlsx"]).contains("file-exists"));
    assert!(office.refused(1, &["import", "bulletin", sample, "-o", "draft.doc"]).contains(".csv or .xlsx"));
}

#[test]
fn what_is_no_bulletin_is_refused_with_a_hint() {
    let office = Office::new();
    office.file("zip.txt", b"PK\x03\x04");
    office.file("prose.txt", "Nothing is decided here.");
    office.file("formula.txt", "6-2015\t26-3-15\t=HYPERLINK(1)\t+1");
    assert!(office.refused(1, &["import", "bulletin", "zip.txt"]).contains("zip.txt"));
    assert!(office.refused(1, &["import", "bulletin", "prose.txt"]).contains("no-decisions"));
    assert!(office.refused(1, &["import", "bulletin", "none.txt"]).contains("cannot be read"));
    assert!(office.refused(2, &["import", "awards", "prose.txt", "-o", "x.csv"]).contains("usage"));
    assert!(
        office.ok(&["import", "bulletin", "formula.txt", "--format", "csv"]).contains(",'=HYPERLINK(1),'+1,")
    );
}
